//! `timeline.csv`: one row a sample instant, RFC 4180, `\n`, constant header, no empty rows.
//!
//! The columns are those of [`crate::observe::columns`]. Fields are whole numbers or words; `licenses_total` and
//! `licenses_free` are empty when the pool has no limit.

use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::observe::columns::{COLUMNS, STATES, described};
use crate::observe::timeline::TimelineRow;
use crate::output::prose::dates::timestamp;
use crate::output::tables::csv_with_header;

/// Name of the file, and of the Parquet file beside it.
pub const TIMELINE: &str = "timeline.csv";
/// The same table in Parquet.
pub const TIMELINE_PARQUET: &str = "timeline.parquet";

/// Writes the timeline.
///
/// # Errors
/// When the writer fails.
pub fn write(rows: &[TimelineRow], start: DateTime, out: impl Write) -> io::Result<()> {
    let mut csv = csv_with_header(described().map(|(name, _)| name), out)?;
    for row in rows {
        csv.write_record(record(row, start))?;
    }
    csv.flush()
}

/// Instant, states, and every number.
fn record(row: &TimelineRow, start: DateTime) -> impl Iterator<Item = String> {
    let instant = [row.at.seconds().to_string(), timestamp(start, row.at)];
    let states = STATES.map(|state| (state.word)(&row.now).to_string());
    let number = |number: Option<u64>| number.map_or(String::new(), |n| n.to_string());
    instant.into_iter().chain(states).chain(COLUMNS.iter().map(move |column| number(column.number(row))))
}

//! `solutions.csv`: the pools of other solutions at the instants of the timeline.
//!
//! RFC 4180, `\n`, constant header; whole numbers, empty where a pool has no limit. Only a scenario with license files of other
//! solutions has it.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::observe::columns::{TIME_S, TIMESTAMP};
use crate::observe::solutions::SolutionRow;
use crate::output::prose::dates::timestamp;
use crate::output::tables::{csv_with_header, or_empty};
use crate::scenario::model::Scenario;

/// Name of the file.
pub const SOLUTIONS: &str = "solutions.csv";

/// A column: its name, its meaning, and its cell in a row.
#[derive(Debug, Clone, Copy)]
pub struct SolutionColumn {
    /// As in the header.
    pub name: &'static str,
    /// As the README says it.
    pub meaning: &'static str,
    cell: fn(&SolutionRow, &Scenario) -> Cow<'static, str>,
}

const fn column(
    (name, meaning): (&'static str, &'static str),
    cell: fn(&SolutionRow, &Scenario) -> Cow<'static, str>,
) -> SolutionColumn {
    SolutionColumn { name, meaning, cell }
}

/// Every column, in the order of the file.
#[rustfmt::skip]
pub const COLUMNS: [SolutionColumn; 8] = [
    column(TIME_S, |row, _| row.at.seconds().to_string().into()),
    column(TIMESTAMP, |row, scenario| timestamp(scenario.start, row.at).into()),
    column(("solution", "`inventory`, `monitor` or `deployment`"), |row, _| row.now.solution.word().into()),
    column(("licenses_total", "nodes of the solution's license files in force (L1, L2); empty: without limit"), |row, _| or_empty(row.now.licenses_total).into()),
    column(("licenses_in_use", "licenses of it taken, including those that wait for the licensing refresh (S1, S2)"), |row, _| row.now.licenses_in_use.to_string().into()),
    column(("licenses_free", "licenses of it that can still be taken; empty: without limit"), |row, _| or_empty(row.now.licenses_free()).into()),
    column(("computers_without", "computers without a license of it whose data was discarded (S1)"), |row, _| row.now.computers_without.to_string().into()),
    column(("data_discarded", "since the row before: how often data was discarded: beyond the limit, after expiry, or because the record is not Active (S1)"), |row, _| row.data_discarded.to_string().into()),
];

/// Writes the pools of all other solutions.
///
/// # Errors
/// When the writer fails.
pub fn write(rows: &[SolutionRow], scenario: &Scenario, out: impl Write) -> io::Result<()> {
    let mut csv = csv_with_header(COLUMNS.map(|column| column.name), out)?;
    for row in rows {
        for column in &COLUMNS {
            csv.write_field((column.cell)(row, scenario).as_bytes())?;
        }
        csv.write_record(None::<&[u8]>)?;
    }
    csv.flush()
}

//! `bands.csv`: every number of the timeline over replications, a row an instant and column.

use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::observe::columns::{self, TIME_S, TIMESTAMP};
use crate::output::prose::dates::timestamp;
use crate::output::tables::{csv_table, or_empty};
use crate::study::replicate::Bands;
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::student;

/// Name of the file.
pub const BANDS: &str = "bands.csv";

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 14] = [
    TIME_S,
    TIMESTAMP,
    ("column", "a column of `timeline.csv`"),
    ("n", "replications that have this number (a pool without limit has no `licenses_free`)"),
    ("mean", "mean over replications"),
    ("ci_low", "95 % interval of that mean (Student's t); empty with one replication"),
    ("ci_high", "its other end"),
    ("p05", "5 % of the replications are at or below; exact up to 1,024 different values"),
    ("p25", "likewise 25 %"),
    ("p50", "the median"),
    ("p75", "likewise 75 %"),
    ("p95", "likewise 95 %"),
    ("min", "the lowest of all replications"),
    ("max", "the highest"),
];

/// The percentiles shown, with the names of their columns.
pub const PERCENTILES: [(&str, u64); 5] = [("p05", 5), ("p25", 25), ("p50", 50), ("p75", 75), ("p95", 95)];

/// Writes the bands.
///
/// # Errors
/// When the writer fails.
pub fn write(bands: &Bands, start: DateTime, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    // Nearly all cells have the same number of values.
    let mut known = (0, None);
    for (at, cells) in bands.at.iter().zip(&bands.cells) {
        let (seconds, timestamp) = (at.seconds().to_string(), timestamp(start, *at));
        for (column, cell) in columns::COLUMNS.iter().zip(cells) {
            if cell.count() > 0 && cell.count() != known.0 {
                known = (cell.count(), student(cell.count() - 1));
            }
            let head = [seconds.clone(), timestamp.clone(), column.name.to_string()];
            csv.write_record(head.into_iter().chain(numbers(cell, known.1)))?;
        }
    }
    csv.flush()
}

fn numbers(cell: &Distribution, student: Option<f64>) -> impl Iterator<Item = String> + use<> {
    let interval = student.and_then(|student| cell.mean_interval_with(student));
    let (low, high) = (interval.map(|i| i.low), interval.map(|i| i.high));
    let head = [cell.count().to_string(), or_empty(cell.mean()), or_empty(low), or_empty(high)];
    let percentiles = PERCENTILES.map(|(_, percent)| or_empty(cell.percentile(percent)));
    head.into_iter().chain(percentiles).chain([or_empty(cell.min()), or_empty(cell.max())])
}

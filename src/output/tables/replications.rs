//! `replications.csv`: a row a replication, a column a figure.

use std::io::{self, Write};
use std::ops::Range;

use jiff::civil::DateTime;

use crate::output::prose::dates::timestamp;
use crate::output::tables::{csv_rows, csv_with_header, or_empty};
use crate::study::measures::{MEASURES, Unit, instant};
use crate::study::replicate::Replication;

/// Name of the file, and of the Parquet file beside it.
pub const REPLICATIONS: &str = "replications.csv";
/// The same table in Parquet.
pub const REPLICATIONS_PARQUET: &str = "replications.parquet";

/// A column.
#[derive(Debug, Clone)]
pub struct ReplicationColumn {
    /// As in the header.
    pub name: String,
    /// As the README says it.
    pub meaning: String,
    pub(super) holds: ReplicationCell,
}

/// What stands in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicationCell {
    /// The number of the replication.
    Index,
    /// A figure in this unit, by its place in [`MEASURES`].
    Figure(usize, Unit),
    /// An instant as a date, by its place in [`MEASURES`].
    Date(usize),
}

/// Every column, in the order of the file.
pub fn columns() -> impl Iterator<Item = ReplicationColumn> {
    let column = |name, meaning, holds| ReplicationColumn { name, meaning, holds };
    let index = ("replication".to_string(), "its number; 0 is the run that `run` shows".to_string());
    let of_measures = MEASURES.iter().enumerate().flat_map(move |(place, measure)| {
        let is_instant = measure.unit == Unit::Instant;
        let meaning = if is_instant { ", in seconds after the start" } else { "" };
        let meaning = format!("{}{meaning}", measure.meaning);
        let figure = column(measure.column(), meaning, ReplicationCell::Figure(place, measure.unit));
        let date = || {
            column(
                format!("{}_at", measure.name),
                "the same as a date".to_string(),
                ReplicationCell::Date(place),
            )
        };
        [figure].into_iter().chain(is_instant.then(date))
    });
    [column(index.0, index.1, ReplicationCell::Index)].into_iter().chain(of_measures)
}

/// Writes replications as they come.
pub struct ReplicationsCsv<W: Write> {
    csv: csv::Writer<W>,
    start: DateTime,
    columns: Vec<ReplicationCell>,
}

impl<W: Write> ReplicationsCsv<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn new(start: DateTime, out: W) -> io::Result<Self> {
        let csv = csv_with_header(columns().map(|column| column.name), out)?;
        Ok(ReplicationsCsv { csv, start, columns: columns().map(|column| column.holds).collect() })
    }

    /// Goes on below rows that `out` has already.
    pub fn below(start: DateTime, out: W) -> Self {
        ReplicationsCsv { csv: csv_rows(out), start, columns: columns().map(|column| column.holds).collect() }
    }

    /// Writes one replication.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&mut self, replication: &Replication) -> io::Result<()> {
        let values = &replication.measured.0;
        for holds in &self.columns {
            self.csv.write_field(match *holds {
                ReplicationCell::Index => replication.index.to_string(),
                ReplicationCell::Figure(place, unit) => {
                    or_empty(values[place].map(|value| shown(value, unit)))
                }
                ReplicationCell::Date(place) => {
                    or_empty(values[place].map(|parts| timestamp(self.start, instant(parts))))
                }
            })?;
        }
        self.csv.write_record(None::<&[u8]>).map_err(io::Error::from)
    }

    /// The writer, with everything written.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn finish(self) -> io::Result<W> {
        self.csv.into_inner().map_err(|error| io::Error::other(error.error().to_string()))
    }
}

/// Are these the rows of the replications with these numbers, each with all its cells?
pub fn are_rows_of(rows: &str, replications: Range<u64>) -> bool {
    let cells = columns().count();
    let is_row_of = |(row, index): (&str, u64)| {
        let plain = row.bytes().all(|byte| byte.is_ascii_digit() || b",.-+:TeE".contains(&byte));
        plain && row.split(',').count() == cells && row.split(',').next() == Some(&index.to_string())
    };
    let whole = rows.ends_with('\n') || replications.is_empty();
    let count = rows.lines().count() as u64;
    whole && count == replications.end - replications.start && rows.lines().zip(replications).all(is_row_of)
}

/// A figure in its unit.
fn shown(value: i128, unit: Unit) -> String {
    match unit.parts() {
        1 => value.to_string(),
        parts => or_empty(Some(value as f64 / parts as f64)),
    }
}

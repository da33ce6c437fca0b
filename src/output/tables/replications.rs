//! `replications.csv`: a row a replication, a column a figure.

use std::io::{self, Write};
use std::ops::Range;

use jiff::civil::DateTime;

use crate::output::prose::dates::timestamp;
use crate::output::{csv_rows, csv_with_header, or_empty};
use crate::study::measures::{MEASURES, Unit, instant};
use crate::study::replicate::Replication;

/// Name of the file.
pub const REPLICATIONS: &str = "replications.csv";

/// Name and meaning of every column.
pub fn columns() -> Vec<(String, String)> {
    let mut columns =
        vec![("replication".to_string(), "its number; 0 is the run that `run` shows".to_string())];
    for measure in &MEASURES {
        let meaning = measure.meaning.to_string();
        match measure.unit {
            Unit::Instant => {
                columns
                    .push((format!("{}_s", measure.name), format!("{meaning}, in seconds after the start")));
                columns.push((format!("{}_at", measure.name), "the same as a date".to_string()));
            }
            _ => columns.push((measure.column(), meaning)),
        }
    }
    columns
}

/// Writes replications as they come.
pub struct ReplicationsCsv<W: Write> {
    csv: csv::Writer<W>,
    start: DateTime,
}

impl<W: Write> ReplicationsCsv<W> {
    /// Writes the header.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn new(start: DateTime, out: W) -> io::Result<Self> {
        let header = columns().into_iter().map(|(name, _)| name);
        Ok(ReplicationsCsv { csv: csv_with_header(header, out)?, start })
    }

    /// Goes on below rows that `out` has already.
    pub fn below(start: DateTime, out: W) -> Self {
        ReplicationsCsv { csv: csv_rows(out), start }
    }

    /// Writes one replication.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&mut self, replication: &Replication) -> io::Result<()> {
        self.csv.write_field(replication.index.to_string())?;
        for (measure, value) in MEASURES.iter().zip(replication.measured.0) {
            self.csv.write_field(or_empty(value.map(|value| shown(value, measure.unit))))?;
            if measure.unit == Unit::Instant {
                self.csv.write_field(or_empty(value.map(|parts| timestamp(self.start, instant(parts)))))?;
            }
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
    let cells = columns().len();
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

//! What people and programs read, and all that is written to a disk.
//!
//! | folder | holds |
//! |---|---|
//! | [`results`] | one file for each kind of result: what its JSON and small tables say |
//! | [`tables`] | the large tables of a result folder, as CSV and Parquet |
//! | [`store`] | the disk: result folders, checkpoints, studies cut into shards |
//! | [`prose`] | all English about facts, answers, plans, numbers and dates |
//! | [`report`] | one HTML file made of a result folder |
//! | [`terminal_chart`] | the chart below what `run` prints |

use std::io::{self, Write};

pub mod prose;
pub mod report;
pub mod results;
pub mod store;
pub mod tables;
pub mod terminal_chart;

/// A CSV file in the one dialect of all results (RFC 4180, `\n` on every system), its header written.
fn csv_table<W: Write, const N: usize>(columns: [(&str, &str); N], out: W) -> io::Result<csv::Writer<W>> {
    csv_with_header(columns.map(|(name, _)| name), out)
}

/// The same for columns that are put together at run time.
fn csv_with_header<W: Write>(
    header: impl IntoIterator<Item = impl AsRef<[u8]>>,
    out: W,
) -> io::Result<csv::Writer<W>> {
    let mut csv = csv_rows(out);
    csv.write_record(header)?;
    Ok(csv)
}

/// The same below a header that is there already.
fn csv_rows<W: Write>(out: W) -> csv::Writer<W> {
    csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out)
}

/// What a cell of a table can hold.
trait Cell {
    /// As text; `None`: the cell is empty.
    fn shown(&self) -> Option<String>;
}

/// No number of a result is infinite or undefined; should one be, its cell is empty, as it is `null` in JSON.
impl Cell for f64 {
    fn shown(&self) -> Option<String> {
        debug_assert!(self.is_finite(), "a result is {self}");
        self.is_finite().then(|| self.to_string())
    }
}

macro_rules! always_shown {
    ($($of:ty),*) => {$(
        impl Cell for $of {
            fn shown(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

always_shown!(u64, i128, String);

/// A value that may not be there: empty.
fn or_empty<T: Cell>(value: Option<T>) -> String {
    value.and_then(|value| value.shown()).unwrap_or_default()
}

/// A JSON file as people can read it. Numbers that are not finite are written as `null`.
fn json(value: &impl serde::Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("results serialise");
    bytes.push(b'\n');
    bytes
}

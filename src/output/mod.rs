//! What people and programs read. One file a format.
//!
//! | file | writes |
//! |---|---|
//! | [`disk`] | all that is done to a disk, but reading |
//! | [`pending`] | what is begun on a disk and not finished, for the signal that ends the process |
//! | [`folder`] | a result folder: claimed first, filled at once or not at all |
//! | [`timeline_csv`], [`sites_csv`], [`events_csv`], [`summary_json`] | the files in it |
//! | [`bands_csv`], [`replications_csv`], [`replicate_json`] | those of many runs |
//! | `parquet` | two of them column by column, with types, behind the feature of that name |
//! | [`report`] | one HTML file made of those of a folder |
//! | [`size_files`], [`sweep_files`], [`compare_files`] | those of the other planning commands |
//! | [`identity`] | what results are of, in all of them |
//! | [`origin`], [`planned`] | how they are made again, and what their scenarios let happen when |
//! | [`unfinished`], [`lines`], [`hashing`] | finished pieces of work that is not |
//! | [`study_file`], [`shard_file`] | a study cut into shards, and what comes of one |
//! | [`console`] | what `run` prints |
//! | [`terminal_chart`] | the chart below it |
//! | [`diagnosis`], [`diagnosis_json`] | what `diagnose` prints |
//! | [`audit`] | what `audit` prints |
//! | [`plan_text`], [`plan_json`] | what `diagnose --plan` prints |
//! | [`planning_text`] | what commands of many runs print |
//! | [`self_check`] | what `run --self-check` says |
//! | [`story`] | what `explain` prints |
//! | [`text`] | instants and numbers as people write them |

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

//! Tables for spreadsheets and statistics: CSV in one dialect (RFC 4180, `\n` on every system, constant header), and two
//! of them as Parquet.
//!
//! Interface: each file declares its columns with name and meaning, and has a function that writes rows to any writer.
//!
//! | file | writes |
//! |---|---|
//! | [`timeline`] | `timeline.csv`: a row a sample instant; its columns are those of [`crate::observe::columns`] |
//! | [`sites`] | `sites.csv`: a row a sample instant and site |
//! | [`solutions`] | `solutions.csv`: a row a sample instant and solution |
//! | [`events`] | `events.csv`: a row an event |
//! | [`replications`] | `replications.csv`: a row a replication |
//! | [`bands`] | `bands.csv`: a row a sample instant and column of the timeline, over replications |
//! | [`sweep`] | `sweep.csv`: a row a variant and figure |
//! | [`pools`] | `pools.csv`: a row a pool that was tried |
//! | [`differences`] | `differences.csv`, `timeline_differences.csv`: a row a figure, or a sample instant and column |
//! | [`plan`] | `plan.csv`: a row a step of a plan and client it is about |
//! | [`audit`] | what `audit --format csv` prints: a row a client of a finding |
//! | [`audit_change`] | the same for several exports: a row a client that changed |
//! | [`key`] | the key file of `--anonymize --key`: a row a pseudonym |
//! | `parquet` | `timeline.parquet`, `replications.parquet`, behind the feature of that name |
//!
//! Why declared: the README's tables of columns are generated from the declarations, so a column cannot be written
//! without a meaning.

use std::io::{self, Write};

pub mod audit;
pub mod audit_change;
pub mod bands;
pub mod differences;
pub mod events;
pub mod key;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod plan;
pub mod pools;
pub mod replications;
pub mod sites;
pub mod solutions;
pub mod sweep;
pub mod timeline;

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
trait CellValue {
    /// As text; `None`: the cell is empty.
    fn shown(&self) -> Option<String>;
}

/// No number of a result is infinite or undefined; should one be, its cell is empty, as it is `null` in JSON.
impl CellValue for f64 {
    fn shown(&self) -> Option<String> {
        debug_assert!(self.is_finite(), "a result is {self}");
        self.is_finite().then(|| self.to_string())
    }
}

macro_rules! always_shown {
    ($($of:ty),*) => {$(
        impl CellValue for $of {
            fn shown(&self) -> Option<String> {
                Some(self.to_string())
            }
        }
    )*};
}

always_shown!(u64, i128, String);

/// A value that may not be there: empty.
fn or_empty<T: CellValue>(value: Option<T>) -> String {
    value.and_then(|value| value.shown()).unwrap_or_default()
}

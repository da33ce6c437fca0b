//! What people and programs read. One file a format.
//!
//! | file | writes |
//! |---|---|
//! | [`folder`] | a result folder: claimed first, filled at once or not at all |
//! | [`timeline_csv`], [`events_csv`], [`summary_json`] | the files in it |
//! | [`console`] | what `run` prints |
//! | [`diagnosis`], [`diagnosis_json`] | what `diagnose` prints |
//! | [`story`] | what `explain` prints |
//! | [`text`] | instants and numbers as people write them |

use std::io::{self, Write};

pub mod console;
pub mod diagnosis;
pub mod diagnosis_json;
pub mod events_csv;
pub mod folder;
pub mod story;
pub mod summary_json;
pub mod text;
pub mod timeline_csv;

/// A CSV file in the one dialect of all results (RFC 4180, `\n` on every system), its header written.
fn csv_table<W: Write, const N: usize>(columns: [(&str, &str); N], out: W) -> io::Result<csv::Writer<W>> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    csv.write_record(columns.map(|(name, _)| name))?;
    Ok(csv)
}

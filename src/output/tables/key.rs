//! The key file of `--anonymize --key`: a row a pseudonym.

use std::io::{self, Write};

use crate::import::key::{KeyRow, defused};
use crate::output::tables::csv_table;

/// Name and meaning of every column.
pub const COLUMNS: [(&str, &str); 7] = [
    ("kind", "computer; machine: another one that shares the record (V10); policy"),
    ("pseudonym", "what anonymized results call it"),
    ("client", "what the same results call it without --anonymize"),
    (
        "name",
        "as exported; an apostrophe before what a spreadsheet would take for a formula, or before an apostrophe",
    ),
    ("domain", "as exported, likewise"),
    ("guid", "of its record"),
    ("guid_pseudonym", "the GUID that anonymized results have for it"),
];

/// The key as CSV.
///
/// # Errors
/// When `out` fails.
pub fn write(rows: &[KeyRow], out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for row in rows {
        let KeyRow { kind, pseudonym, client, name, domain, guid, guid_pseudonym } = row;
        let (name, domain) = (defused(name), defused(domain));
        csv.write_record([kind.word(), pseudonym, client, &name, &domain, guid, guid_pseudonym])?;
    }
    csv.flush()
}

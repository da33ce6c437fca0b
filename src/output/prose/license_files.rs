//! The license files of a customer in an audit, as a table of text.

use std::fmt::Write;

use jiff::civil::Date;

use crate::import::inventory::RowsInUse;
use crate::import::license_standing::LicenseFileStanding;
use crate::units::quantity::{counted, grouped};

/// The columns of a file's first line; its state is the second one.
const COLUMNS: [&str; 7] = ["file", "product", "kind", "nodes", "from", "until", "maintenance"];

/// Position of the numbers among [`COLUMNS`].
const NODES: usize = 3;

/// Said at once where licenses in use are not exported: all counts of holders are guesses then.
pub fn holders_unknown(rows: Option<RowsInUse>) -> &'static str {
    match rows {
        Some(_) => "",
        None => {
            "Which computers hold a license is not known (license_in_use.csv is not exported): here each computer that has sent \
             a Patch Inventory counts as a holder."
        }
    }
}

/// What becomes of every row of licenses in use, as a line.
pub fn rows_in_words(rows: RowsInUse) -> String {
    let RowsInUse { rows, holders, orphans, again, other } = rows;
    let mut parts = vec![format!("{} of the table", counted(holders, "computer"))];
    for (count, what) in [
        (orphans, "of records that are not exported (V3)"),
        (again, "repeated"),
        (other, "of other products or licensing policies"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(count)));
        }
    }
    format!("{}: {}", counted(rows, "row"), parts.join(", "))
}

/// The section, or nothing where no license is exported.
pub fn section(files: &[LicenseFileStanding]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 7]> =
        std::iter::once(COLUMNS.map(str::to_string)).chain(files.iter().map(cells)).collect();
    let widths: [usize; 7] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
    let mut out = "\nLicense files, each with its state below\n\n".to_string();
    let states = std::iter::once("").chain(files.iter().map(|file| file.words.as_str()));
    for (row, state) in rows.iter().zip(states) {
        let mut line = String::new();
        for ((at, cell), width) in row.iter().enumerate().zip(widths) {
            let _ = match at {
                NODES => write!(line, "  {cell:>width$}"),
                _ => write!(line, "  {cell:<width$}"),
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
        if !state.is_empty() {
            let _ = writeln!(out, "    {state}");
        }
    }
    out
}

fn cells(file: &LicenseFileStanding) -> [String; 7] {
    let day = |date: Option<Date>, none: &str| date.map_or(none.to_string(), |date| date.to_string());
    [
        file.file.clone(),
        file.product.clone(),
        file.kind.word().to_string(),
        file.nodes.map_or("unlimited".to_string(), grouped),
        day(file.from, "not stated"),
        day(file.until, "no end"),
        day(file.maintenance_until, "not stated"),
    ]
}

//! The license files of a customer in an audit, as a table of text.

use std::fmt::Write;

use jiff::civil::Date;

use crate::import::license_standing::LicenseFileStanding;
use crate::units::quantity::grouped;

const COLUMNS: [&str; 8] = ["file", "product", "kind", "nodes", "from", "until", "maintenance", "state"];

/// Position of the numbers among [`COLUMNS`].
const NODES: usize = 3;

/// The section, or nothing where no license is exported.
pub fn section(files: &[LicenseFileStanding]) -> String {
    if files.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; 8]> =
        std::iter::once(COLUMNS.map(str::to_string)).chain(files.iter().map(cells)).collect();
    let widths: [usize; 8] =
        std::array::from_fn(|at| rows.iter().map(|row| row[at].chars().count()).max().unwrap_or(0));
    let mut out = "\nLicense files\n\n".to_string();
    for row in rows {
        let mut line = String::new();
        for ((at, cell), width) in row.iter().enumerate().zip(widths) {
            let _ = match at {
                NODES => write!(line, "  {cell:>width$}"),
                _ => write!(line, "  {cell:<width$}"),
            };
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out
}

fn cells(file: &LicenseFileStanding) -> [String; 8] {
    let day = |date: Option<Date>, none: &str| date.map_or(none.to_string(), |date| date.to_string());
    [
        file.file.clone(),
        file.product.clone(),
        file.kind.word().to_string(),
        file.nodes.map_or("unlimited".to_string(), grouped),
        day(file.from, "not stated"),
        day(file.until, "no end"),
        day(file.maintenance_until, "not stated"),
        file.words.clone(),
    ]
}

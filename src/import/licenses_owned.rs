//! The license files of a scenario, from the licenses that the customer owns.

use jiff::civil::{DateTime, date};

use crate::import::inventory::{Inventory, OwnedLicense};
use crate::import::tables::ExportTable;
use crate::scenario::model::{LicenseFile, LicenseFormat, LicenseKind, Version};
use crate::scenario::values::since;
use crate::units::time::{Span, Time};

/// The files, in order of the export. Without the table: one file with `nodes`, or without limit.
pub fn files(
    inventory: &Inventory,
    version: Version,
    nodes: Option<u64>,
    start: DateTime,
) -> Vec<LicenseFile> {
    let format = LicenseFormat::usual(version);
    if !inventory.has(ExportTable::Licenses) {
        let kind = LicenseKind::Perpetual;
        let name = "assumed".to_string();
        let (from, until, aup_until, replaces) = (Time::START, None, None, None);
        return vec![LicenseFile { name, kind, format, nodes, from, until, aup_until, replaces }];
    }
    let ends = |end: DateTime| since(start, end.date().at(23, 59, 0, 0));
    let file = |(index, owned): (usize, &OwnedLicense)| LicenseFile {
        name: format!("{}_{}", owned.kind.word(), index + 1),
        kind: owned.kind,
        format,
        nodes: Some(owned.nodes),
        from: since(start, owned.starts.unwrap_or(UNDATED)),
        until: owned.expires.map(ends),
        aup_until: owned.maintenance_ends.map(ends),
        replaces: None,
    };
    let mut files: Vec<LicenseFile> =
        inventory.licenses.iter().enumerate().map(file).map(with_maintenance).collect();
    for index in 1..files.len() {
        // Of two legacy files of one instant the one further down replaces the other one (L1).
        while files[..index].iter().any(|before| before.from == files[index].from) {
            files[index].from += Span(1);
        }
    }
    files
}

/// A file cannot be written whose maintenance ended before it came. Of those that add up it does not matter when
/// they came, as long as it is past; of the others maintenance ends on their first day.
fn with_maintenance(mut file: LicenseFile) -> LicenseFile {
    if let Some(end) = file.aup_until.filter(|end| *end <= file.from) {
        match file.format == LicenseFormat::SLic && file.from <= Time::START {
            true => file.from = Time(end.ms() - Span::DAY.ms()),
            false => file.aup_until = Some(file.from + Span::DAY),
        }
    }
    file
}

/// A file without a date is taken to have come then, before all that have one.
const UNDATED: DateTime = date(2000, 1, 1).at(0, 0, 0, 0);

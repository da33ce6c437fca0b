//! The license files of a scenario, from the licenses that the customer owns.

use jiff::civil::{DateTime, date};

use crate::import::inventory::{Inventory, OwnedLicense};
use crate::import::tables::ExportTable;
use crate::rules::products::counts_for_patch;
use crate::scenario::model::{LicenseFile, LicenseFormat, LicenseKind, Product, Version};
use crate::scenario::values::{no_title, since};
use crate::units::time::{Span, Time};

/// The files, in order of the export. Without the table: one file with `nodes`, or with an unknown number.
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
        let product = Product::PATCH_MANAGEMENT.to_string();
        return vec![LicenseFile {
            name,
            product,
            kind,
            format,
            nodes,
            nodes_unknown: nodes.is_none(),
            from: Time::START,
            until: None,
            aup_until: None,
            replaces: None,
        }];
    }
    let ends = |end: DateTime| since(start, end.date().at(23, 59, 0, 0));
    let file = |(index, owned): (usize, &OwnedLicense)| LicenseFile {
        name: name(owned, index),
        product: product(owned),
        kind: owned.kind,
        format,
        nodes: owned.nodes,
        nodes_unknown: false,
        from: since(start, owned.starts.unwrap_or(UNDATED)),
        until: owned.expires.map(ends),
        aup_until: owned.maintenance_ends.map(ends),
        replaces: None,
    };
    let counts = |(_, owned): &(usize, &OwnedLicense)| counts(owned, version);
    let mut files: Vec<LicenseFile> =
        inventory.licenses.iter().enumerate().filter(counts).map(file).map(with_maintenance).collect();
    for index in 1..files.len() {
        // Of two legacy files of one instant the one further down replaces the other one (L1).
        while files[..index].iter().any(|before| before.from == files[index].from) {
            files[index].from += Span(1);
        }
    }
    files
}

/// What the file of a license is called: its kind and its row among all licenses.
pub fn name(owned: &OwnedLicense, index: usize) -> String {
    format!("{}_{}", owned.kind.word(), index + 1)
}

/// **L4** Does a license count for Patch Management in this version?
pub fn counts(owned: &OwnedLicense, version: Version) -> bool {
    counts_for_patch(owned.class, version)
}

/// The product as a scenario may name it.
fn product(owned: &OwnedLicense) -> String {
    let may_name = |name: &&String| no_title(name).is_none() && Product::of_name(name) == owned.class;
    let exported = owned.product.as_ref().filter(may_name);
    exported.cloned().unwrap_or(Product::PATCH_MANAGEMENT.to_string())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(product: Option<&str>, nodes: u64) -> OwnedLicense {
        OwnedLicense {
            line: 2,
            product: product.map(str::to_string),
            class: product.map_or(Product::PatchManagement, Product::of_name),
            kind: LicenseKind::Perpetual,
            nodes: Some(nodes),
            starts: None,
            expires: None,
            maintenance_ends: None,
        }
    }

    #[test]
    fn a_suite_counts_from_8_1_on_and_files_keep_their_products() {
        let (suite, own) = ("Client Management Suite", "Patch Management Solution for Windows");
        let licenses = vec![owned(Some(suite), 50), owned(Some(own), 20), owned(None, 3)];
        let inventory = Inventory { licenses, ..Inventory::default() };
        #[rustfmt::skip]
        let table = [
            (Version::V8_0, vec![(own, 20), ("Patch Management Solution", 3)]),
            (Version::V8_1, vec![(suite, 50), (own, 20), ("Patch Management Solution", 3)]),
        ];
        for (version, expected) in table {
            let found = files(&inventory, version, None, date(2026, 3, 2).at(9, 0, 0, 0));
            let found: Vec<(&str, u64)> =
                found.iter().map(|file| (file.product.as_str(), file.nodes.unwrap_or(0))).collect();
            assert_eq!(found, expected, "{version}");
        }
    }
}

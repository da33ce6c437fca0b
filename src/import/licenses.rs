//! The licenses owned: what a row leaves open, and what it cannot mean.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use crate::import::fault::ImportFindings;
use crate::import::folder::Folder;
use crate::import::inventory::OwnedLicense;
use crate::import::options::ReadOptions;
use crate::import::product_choice::{NamedAs, ProductsSeen};
use crate::import::table::TableRow;
use crate::import::tables::{self, ExportTable, LicenseRow};
use crate::scenario::model::{LicenseKind, Product};

/// Reads the licenses owned, in order of the file; those of other products as far as they can be read. How many rows
/// there are of each product.
pub fn read(
    folder: &mut Folder,
    options: &ReadOptions,
    findings: &ImportFindings,
) -> (Vec<OwnedLicense>, ProductsSeen) {
    let (mut owned, mut products) = (Vec::new(), ProductsSeen::default());
    let file = folder.rows(ExportTable::Licenses, findings, |row| {
        let Ok(product) = tables::product(row) else { return };
        let named = product.map_or(NamedAs::Usual, |name| NamedAs::of(name, options));
        products.add(product.unwrap_or("no name"), 1);
        let unrecorded = ImportFindings::default();
        let row = if named.counts(false) { row } else { &row.recorded_in(&unrecorded) };
        if let Ok(read) = tables::license(row) {
            owned.push((named, checked(&read, row)));
        }
    });
    let chosen = owned.iter().any(|(named, _)| *named == NamedAs::Chosen);
    let mut seen = BTreeSet::new();
    for (named, license) in &mut owned {
        license.class = match named {
            NamedAs::Suite => Product::Suite,
            NamedAs::OtherPool => Product::OtherPool,
            _ if license.product.is_none() || named.counts(chosen) => Product::PatchManagement,
            _ => Product::NotPatch,
        };
    }
    let Some(file) = file else { return (Vec::new(), products) };
    let counts = |class: Product| matches!(class, Product::PatchManagement | Product::Suite);
    for (named, license) in &owned {
        let (line, product) = (Some(license.line), license.product.as_deref());
        if !counts(license.class) {
            findings.notice(file, line, named.left_out(), product);
        } else if !seen.insert(all_but_line(license)) {
            findings.notice(file, line, "a license like one above; both count", None);
        }
    }
    if !products.is_empty()
        && !owned.iter().any(|(_, license)| counts(license.class))
        && !findings.has_faults()
    {
        findings.fault(products.no_patch(file, "no license of Patch Management is owned"));
    }
    (owned.into_iter().map(|(_, license)| license).collect(), products)
}

/// What makes two rows the same license, or else the same slip of a query.
fn all_but_line(license: &OwnedLicense) -> impl Ord + use<> {
    let OwnedLicense { product, kind, nodes, starts, expires, maintenance_ends, .. } = license.clone();
    (product, kind as u8, nodes, starts, expires, maintenance_ends)
}

fn checked(read: &LicenseRow, row: &TableRow) -> OwnedLicense {
    let kind = read.kind.unwrap_or_else(|| assumed_kind(read, row));
    let perpetual = kind == LicenseKind::Perpetual;
    // In days: a license is good to the end of its last one (L2).
    let day = |at: Option<DateTime>| at.map(|at| at.date());
    if read.expires.is_some() && day(read.expires) < day(read.starts) {
        row.fault("Expires", "the license expires before it starts", "correct Starts or Expires");
    }
    if read.maintenance_ends.is_some() && read.maintenance_ends < read.starts {
        row.notice("maintenance ends before the license starts; kept as it is", None);
    }
    if perpetual && read.expires.is_some() {
        row.notice("a perpetual license does not expire (L2); Expires is left out", None);
    }
    if !perpetual && read.expires.is_none() {
        let help = "give the date; only a perpetual license has none";
        row.fault("Expires", "a license of this kind expires, and no date is given", help);
    }
    OwnedLicense {
        line: row.line,
        product: read.product.map(str::to_string),
        class: Product::PatchManagement,
        kind,
        nodes: read.nodes,
        starts: read.starts,
        expires: read.expires.filter(|_| !perpetual),
        maintenance_ends: read.maintenance_ends,
    }
}

/// The kind of a license that does not say it.
fn assumed_kind(read: &LicenseRow, row: &TableRow) -> LicenseKind {
    let (kind, what) = match read.expires {
        Some(_) => (LicenseKind::Subscription, "no Kind; it expires, so it is taken for a subscription"),
        None => {
            (LicenseKind::Perpetual, "no Kind; it does not expire, so it is taken for a perpetual license")
        }
    };
    row.notice(what, None);
    kind
}

//! The licenses owned: what a row leaves open, and what it cannot mean.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use crate::import::fault::ImportFindings;
use crate::import::folder::Folder;
use crate::import::inventory::OwnedLicense;
use crate::import::table::TableRow;
use crate::import::tables::{self, ExportTable, LicenseRow};
use crate::scenario::model::{LicenseKind, Product};

/// Reads the licenses owned, in order of the file; those of other products as far as they can be read.
pub fn read(folder: &mut Folder, findings: &ImportFindings) -> Vec<OwnedLicense> {
    let (mut owned, mut seen) = (Vec::new(), BTreeSet::new());
    folder.rows(ExportTable::Licenses, findings, |row| {
        let Ok(product) = tables::product(row) else { return };
        let class = product.map_or(Product::PatchManagement, Product::of_name);
        let unrecorded = ImportFindings::default();
        let is_other = tables::left_out(row, class, product);
        let row = if is_other { &row.recorded_in(&unrecorded) } else { row };
        let Ok(read) = tables::license(row) else { return };
        let license = checked(&read, class, row);
        if !seen.insert(all_but_line(&license)) && !is_other {
            row.notice("a license like one above; both count", None);
        }
        owned.push(license);
    });
    owned
}

/// What makes two rows the same license, or else the same slip of a query.
fn all_but_line(license: &OwnedLicense) -> impl Ord + use<> {
    let OwnedLicense { product, kind, nodes, starts, expires, maintenance_ends, .. } = license.clone();
    (product, kind as u8, nodes, starts, expires, maintenance_ends)
}

fn checked(read: &LicenseRow, class: Product, row: &TableRow) -> OwnedLicense {
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
        class,
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

//! Random estates with planted faults: every count of an audit is the number planted, and no plan touches a PC in use.

use std::collections::BTreeMap;

use fleetsim::import::ReadOptions;
use fleetsim::study::audit::{Audit, AuditPart, Finding};

use crate::support::estate::estate_of;
use crate::support::imported::{Imported, assume};

/// Estates of a usual run of the tests; `FLEETSIM_ESTATES` tries more.
const USUAL: u64 = 150;

fn seeds() -> u64 {
    std::env::var("FLEETSIM_ESTATES").ok().and_then(|n| n.parse().ok()).unwrap_or(USUAL)
}

/// Findings about clients. Pairs of records of one name are told beside the old one of each, and holders without the
/// plug-in once more as holders that do not scan.
fn about_clients(audit: &Audit) -> BTreeMap<&'static str, u64> {
    let told_once = |finding: &&Finding| match finding.part {
        AuditPart::Pool => false,
        AuditPart::HoldersNotScanning => finding.key == "inventory_stopped",
        _ => finding.key != "same_name",
    };
    audit.findings.iter().filter(told_once).map(|finding| (finding.key, finding.count)).collect()
}

#[test]
fn every_count_of_an_audit_is_the_number_planted() {
    let mut wrong = Vec::new();
    for seed in 0..seeds() {
        let estate = estate_of(seed);
        let options = ReadOptions { exported_at: Some(estate.now), ..ReadOptions::default() };
        let imported = Imported::of(estate.files.clone(), &assume("estate"), &options);
        let audit = imported.audit();
        let found = about_clients(&audit);
        if found != estate.planted() {
            wrong.push(format!(
                "seed {seed} at {}:\n  planted {:?}\n  found   {found:?}\n",
                estate.now,
                estate.planted()
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} estates:\n{}",
        wrong.len(),
        seeds(),
        wrong[..wrong.len().min(12)].concat()
    );
}

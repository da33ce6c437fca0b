//! Every record of an export is in exactly one row of the accounting, and the rows, the diagnosis and the findings count alike.

use std::fs;

use fleetsim::import::ReadOptions;
use fleetsim::output::results::audit::AuditResult;
use fleetsim::rules::client::Status;
use fleetsim::scenario::model::initial::{Initial, Machine};
use fleetsim::study::audit::accounting::Account;
use fleetsim::study::audit::{Audit, AuditPart};
use fleetsim::units::time::Span;

use crate::import::round_trip::exportable;
use crate::support::estate::estate_of;
use crate::support::exported::export;
use crate::support::imported::{Imported, assume, files_of};
use crate::support::in_repository;

/// Random exports tried.
const SEEDS: u64 = 60;

/// What holds for every export: sums, and each row against what the clients' own states say.
fn check(what: &str, imported: &Imported) -> Audit {
    let audit = imported.audit();
    let accounting = &audit.accounting;
    let states: Vec<&Initial> = imported.customer.clients.iter().map(|client| &client.initial).collect();
    let count = |which: &dyn Fn(&Initial) -> bool| states.iter().filter(|at| which(at)).count() as u64;
    assert_eq!(accounting.in_all(), states.len() as u64, "{what}: {accounting:?}");
    assert_eq!(accounting.with_license(), count(&|at| at.licensed), "{what}: {accounting:?}");
    assert_eq!(accounting.with_license(), audit.verdict.in_use, "{what}");
    for row in accounting.rows.iter().filter(|row| row.account != Account::Needed) {
        let reasons: u64 = row.reasons.iter().map(|reason| reason.records).sum();
        assert_eq!(reasons, row.records, "{what}: {row:?}");
    }
    // A machine in use with an Active record waits or is outside; any other one without a license needs none.
    let is_here = |at: &Initial| at.machine == Machine::Alive && at.status == Status::Active;
    let waits = accounting.records(Account::AwaitsLicense) + accounting.records(Account::AwaitsOther);
    assert!(waits >= count(&|at| !at.licensed && is_here(at)), "{what}: {accounting:?}");
    let gone = |at: &Initial| {
        !at.licensed && at.machine != Machine::Alive && at.machine != Machine::AgentUninstalled
    };
    assert_eq!(accounting.records(Account::NeedsNone), count(&gone), "{what}: {accounting:?}");
    // The findings and the diagnosis count the same under the same word.
    let diagnosis = imported.diagnosis(Span::ZERO);
    for finding in audit.findings.iter().filter(|finding| finding.part == AuditPart::LicensesToFree) {
        let row = &accounting.rows[Account::ForNothing as usize];
        let in_row = row.reasons.iter().find(|reason| reason.key == finding.key).map(|reason| reason.records);
        assert_eq!(in_row, Some(finding.count), "{what}: {}", finding.key);
        let fate = diagnosis.to_free.iter().find(|(fate, _)| fate.key() == Some(finding.key));
        assert_eq!(fate.map(|(_, clients)| clients.count), Some(finding.count), "{what}: {}", finding.key);
    }
    let without = accounting.rows.iter().filter(|row| !row.account.holds_license());
    for reason in without.flat_map(|row| &row.reasons) {
        let denial = diagnosis.lacking.iter().find(|(denial, _)| denial.key() == reason.key);
        assert_eq!(denial.map(|(_, clients)| clients.count), Some(reason.records), "{what}: {}", reason.key);
    }
    audit
}

#[test]
fn every_record_of_a_ready_made_case_is_in_one_row() {
    let mut cases = 0;
    for entry in fs::read_dir(in_repository("tests/exports")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let imported = Imported::of(files_of(&path), &assume(&name), &ReadOptions::default());
        let audit = check(&name, &imported);
        let result = AuditResult::new(&imported.after(Span::ZERO), &imported.customer, &audit, "");
        let records: u64 = result.accounting.iter().map(|row| row.records).sum();
        assert_eq!(records, result.clients.total, "{name}");
        let held = result.accounting.iter().filter(|row| row.holds_license).map(|row| row.records);
        assert_eq!(held.sum::<u64>(), result.pool.licenses_in_use, "{name}");
        assert!(!result.answer.is_empty() && result.answer.ends_with('.'), "{name}: {}", result.answer);
        cases += 1;
    }
    assert!(cases >= 16, "{cases}");
}

#[test]
fn every_record_of_a_random_export_is_in_one_row() {
    let mut tried = 0;
    for scenario in (1..=SEEDS).filter_map(exportable) {
        let truth = export(&scenario);
        if truth.records.iter().all(|record| record.state.status() == Status::Deleted) {
            continue; // an export without computers is refused
        }
        tried += 1;
        let options = ReadOptions { exported_at: Some(truth.at), ..ReadOptions::default() };
        let imported = Imported::of(truth.files, &assume("random"), &options);
        let audit = check(&scenario.name, &imported);
        assert_eq!(audit.verdict.in_use, truth.held, "{}", scenario.name);
    }
    assert!(tried >= SEEDS / 2, "{tried}");
}

#[test]
fn every_record_of_a_random_estate_is_in_one_row() {
    for seed in 0..SEEDS {
        let estate = estate_of(seed);
        let options = ReadOptions { exported_at: Some(estate.now), ..ReadOptions::default() };
        check(&format!("estate {seed}"), &Imported::of(estate.files, &assume("estate"), &options));
    }
}

#[test]
fn the_first_sentence_of_the_ready_made_cases() {
    #[rustfmt::skip]
    let table = [
        ("02-retired-not-released", "6 of the 24 licenses in use are held for nothing and 5 clients wait for one: no purchase is needed."),
        ("03-disposed",             "8 of the 28 licenses in use are held for nothing and 6 clients wait for one: no purchase is needed."),
        ("05-agents-uninstalled",   "9 of the"),
        ("14-re-image-wave",        "16 of the 35 licenses in use are held for nothing and 5 clients wait for one: no purchase is needed."),
    ];
    for (stem, expected) in table {
        let path = in_repository(&format!("tests/exports/{stem}"));
        let imported = Imported::of(files_of(&path), &assume(stem), &ReadOptions::default());
        let audit = imported.audit();
        let result = AuditResult::new(&imported.after(Span::ZERO), &imported.customer, &audit, "");
        assert!(result.answer.starts_with(expected), "{stem}: {}", result.answer);
    }
}

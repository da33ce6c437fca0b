//! An audit: a customer's license table against what the rules say, from the tables and from the fleet they make.
//!
//! | file | holds |
//! |---|---|
//! | [`finding`] | what is found: one finding, and the part it belongs to |
//! | [`accounting`] | all records, each in exactly one row |
//! | [`verdict`] | the numbers that a decision depends on: what is held for nothing, what waits, what is to be bought |
//! | [`freeing`] | how sure it is that a license can be freed |
//! | [`steps`] | what to do, in which order |

pub mod accounting;
pub mod finding;
pub mod freeing;
pub mod steps;
pub mod verdict;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::import::finding::TableFinding;
use crate::rules::clause::Clause;
use crate::rules::license_status::DenialReason;
use crate::rules::troubleshooting::{Check, check};
use crate::scenario::model::{Scenario, Version};
pub use crate::study::audit::finding::{AuditPart, Finding};

use crate::study::audit::accounting::Accounting;
use crate::study::audit::freeing::Freeing;
use crate::study::audit::verdict::Verdict;
use crate::study::diagnose::{Diagnosis, diagnose_naming};
use crate::study::run::Interrupted;
use crate::units::time::Time;

/// What was found, in the order in which it is reported.
#[derive(Debug)]
pub struct Audit {
    /// The state of the fleet at the start of the scenario, all clients named.
    pub diagnosis: Diagnosis,
    /// From the tables and from the fleet, sorted by part.
    pub findings: Vec<Finding>,
    /// All records, each in one row.
    pub accounting: Accounting,
    /// What it comes to.
    pub verdict: Verdict,
}

/// Audits a scenario made of tables, as it stands when it starts; the scenario is to be over at once.
///
/// # Errors
/// When `watch` breaks the run off.
pub fn audit(
    scenario: &Scenario,
    of_tables: &[TableFinding],
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Audit, Interrupted> {
    let diagnosis = diagnose_naming(scenario, usize::MAX, watch)?;
    let version = scenario.version_at(scenario.horizon());
    let mut findings: Vec<Finding> = of_tables.iter().map(from_tables).collect();
    findings.extend(diagnosis.to_free.iter().filter_map(|(fate, clients)| {
        let (clause, what, cure) = fate.words(version)?;
        let part = AuditPart::LicensesToFree;
        let finding = Finding::new(part, Some(clause), fate.key()?, (what, cure), clients);
        Some(Finding { freeing: Some(Freeing::of(*fate)), ..finding })
    }));
    findings.extend(diagnosis.lacking.iter().filter(|(denial, _)| is_reported(*denial)).map(
        |(denial, clients)| {
            let (part, words) = (AuditPart::WithoutLicense, denial.words(version));
            let finding = Finding::new(part, denial.clause(), denial.key(), words, clients);
            Finding { check: check(*denial), ..finding }
        },
    ));
    let not_scanning: Vec<Finding> = not_scanning(&diagnosis, version).collect();
    findings.retain_mut(|finding| leave_unexplained(finding, &not_scanning));
    findings.extend(not_scanning);
    // Stable: within a part, and beside the order of the chain and of freeing, the order stays.
    findings.sort_by_key(|finding| (finding.part, finding.freeing, finding.check.is_none(), finding.check));
    let accounting = Accounting::of(&diagnosis, &findings, version);
    let verdict = Verdict::of(scenario, &diagnosis, &findings, &accounting);
    Ok(Audit { diagnosis, findings, accounting, verdict })
}

/// **X3** What keeps the scans of holders; what stops the whole server is reported with the pool.
fn not_scanning(diagnosis: &Diagnosis, version: Version) -> impl Iterator<Item = Finding> {
    let server = |denial| matches!(denial, DenialReason::LicensesExpired | DenialReason::VersionNotCovered);
    let of_clients = diagnosis.not_scanning.iter().filter(move |(denial, _)| !server(*denial));
    of_clients.map(move |(denial, clients)| {
        let (why, cure) = denial.words(version);
        let rule = denial.clause().map_or(String::new(), |clause| format!(" ({clause})"));
        let what = format!("holds a license, and its scans are not returned: {why}{rule}");
        let part = AuditPart::HoldersNotScanning;
        let finding = Finding::new(part, Some(Clause::X3), denial.key(), (&what, cure), clients);
        Finding { check: check(*denial), ..finding }
    })
}

/// Of holders whose Patch Inventory has stopped by the tables, those for which the fleet shows why are reported with
/// that; false: no others are left.
fn leave_unexplained(finding: &mut Finding, not_scanning: &[Finding]) -> bool {
    if finding.part != AuditPart::HoldersNotScanning {
        return true;
    }
    let explained: BTreeSet<&String> = not_scanning.iter().flat_map(|finding| &finding.names).collect();
    finding.names.retain(|name| !explained.contains(name));
    finding.count = finding.names.len() as u64;
    finding.count > 0
}

fn from_tables(found: &TableFinding) -> Finding {
    let part = match found.clause {
        Clause::V8 | Clause::V10 | Clause::T1 => AuditPart::Records,
        Clause::C4 => AuditPart::WithoutLicense,
        Clause::X3 => AuditPart::HoldersNotScanning,
        _ => AuditPart::Pool,
    };
    let TableFinding { clause, key, count, what, cure, mut names } = found.clone();
    names.sort_unstable();
    let check = match clause {
        Clause::C4 if key == DenialReason::NoPatchDataImported.key() => Some(Check::Import),
        Clause::C4 => Some(Check::Package),
        _ => None,
    };
    Finding { part, clause: Some(clause), key, count, what, cure, names, check, freeing: None }
}

/// Clients that are no longer part of the fleet lack nothing; those without an import, or whose package server does not
/// serve, are reported by the findings of the tables, which are more precise.
fn is_reported(denial: DenialReason) -> bool {
    let by_tables = [DenialReason::PackageServerDown, DenialReason::NoPatchDataImported];
    !denial.has_left() && !by_tables.contains(&denial)
}

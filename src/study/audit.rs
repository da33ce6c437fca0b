//! An audit: a customer's license table against what the rules say, from the tables and from the fleet they make.

use std::ops::ControlFlow;

use crate::import::finding::TableFinding;
use crate::rules::clause::Clause;
use crate::rules::license_status::DenialReason;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
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
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditPart {
    /// Licenses owned, maintenance.
    Pool,
    /// Licenses that could be freed.
    LicensesToFree,
    /// Clients that hold none.
    WithoutLicense,
    /// Records that are not one for each computer.
    Records,
}

impl AuditPart {
    /// In the order in which an audit reports them.
    pub const ALL: [AuditPart; 4] =
        [AuditPart::Pool, AuditPart::LicensesToFree, AuditPart::WithoutLicense, AuditPart::Records];

    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            AuditPart::Pool => "pool",
            AuditPart::LicensesToFree => "licenses_to_free",
            AuditPart::WithoutLicense => "without_license",
            AuditPart::Records => "records",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The heading under which it is reported.
    pub part: AuditPart,
    /// The rule behind it; `None` where the client is simply not there.
    pub clause: Option<Clause>,
    /// A word to filter by.
    pub key: &'static str,
    /// Number of clients, records, licenses or nodes, whatever `what` speaks of.
    pub count: u64,
    /// What it is, after the number.
    pub what: String,
    /// What an administrator can do about it.
    pub cure: String,
    /// The clients it is about, all of them, in order of name.
    pub names: Vec<String>,
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
        Some(Finding::new(AuditPart::LicensesToFree, Some(clause), fate.key()?, (what, cure), clients))
    }));
    findings.extend(diagnosis.lacking.iter().filter(|(denial, _)| is_reported(*denial)).map(
        |(denial, clients)| {
            Finding::new(
                AuditPart::WithoutLicense,
                denial.clause(),
                denial.key(),
                denial.words(version),
                clients,
            )
        },
    ));
    findings.sort_by_key(|finding| finding.part); // stable: within a part the order stays
    Ok(Audit { diagnosis, findings })
}

impl Finding {
    fn new(
        part: AuditPart,
        clause: Option<Clause>,
        key: &'static str,
        (what, cure): (&str, &str),
        clients: &Sample,
    ) -> Finding {
        let (what, cure, mut names) = (what.to_string(), cure.to_string(), clients.names.clone());
        names.sort_unstable();
        Finding { part, clause, key, count: clients.count, what, cure, names }
    }
}

fn from_tables(found: &TableFinding) -> Finding {
    let part = match found.clause {
        Clause::V10 | Clause::T1 => AuditPart::Records,
        Clause::C4 => AuditPart::WithoutLicense,
        _ => AuditPart::Pool,
    };
    let TableFinding { clause, key, count, what, cure, mut names } = found.clone();
    names.sort_unstable();
    Finding { part, clause: Some(clause), key, count, what, cure, names }
}

/// Clients that are no longer part of the fleet lack nothing; those whose package server does not serve are
/// reported by the findings of the tables, which are more precise.
fn is_reported(denial: DenialReason) -> bool {
    !denial.has_left() && denial != DenialReason::PackageServerDown
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `audit.csv` and `audit.json` are filtered by these.
    #[test]
    fn every_part_has_its_word() {
        assert_eq!(
            AuditPart::ALL.map(AuditPart::key),
            ["pool", "licenses_to_free", "without_license", "records"]
        );
    }
}

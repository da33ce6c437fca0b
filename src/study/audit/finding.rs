//! One finding of an audit, and the part of the audit that it belongs to.

use crate::rules::clause::Clause;
use crate::rules::troubleshooting::Check;
use crate::study::audit::freeing::Freeing;
use crate::study::breakdown::Sample;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditPart {
    /// Licenses owned, maintenance.
    Pool,
    /// Licenses that could be freed.
    LicensesToFree,
    /// Clients that hold none.
    WithoutLicense,
    /// Live clients that hold one, and whose scans are not returned (X3).
    HoldersNotScanning,
    /// Records that are not one for each computer.
    Records,
}

impl AuditPart {
    /// In the order in which an audit reports them.
    pub const ALL: [AuditPart; 5] = [
        AuditPart::Pool,
        AuditPart::LicensesToFree,
        AuditPart::WithoutLicense,
        AuditPart::HoldersNotScanning,
        AuditPart::Records,
    ];

    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            AuditPart::Pool => "pool",
            AuditPart::LicensesToFree => "licenses_to_free",
            AuditPart::WithoutLicense => "without_license",
            AuditPart::HoldersNotScanning => "holders_not_scanning",
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
    /// Where it belongs in the order of [`crate::rules::troubleshooting`].
    pub check: Option<Check>,
    /// Of licenses that could be freed: how sure that is.
    pub freeing: Option<Freeing>,
}

impl Finding {
    /// One about clients.
    pub(super) fn new(
        part: AuditPart,
        clause: Option<Clause>,
        key: &'static str,
        (what, cure): (&str, &str),
        clients: &Sample,
    ) -> Finding {
        let (what, cure, mut names) = (what.to_string(), cure.to_string(), clients.names.clone());
        names.sort_unstable();
        Finding { part, clause, key, count: clients.count, what, cure, names, check: None, freeing: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `audit.csv` and `audit.json` are filtered by these.
    #[test]
    fn every_part_has_its_word() {
        assert_eq!(
            AuditPart::ALL.map(AuditPart::key),
            ["pool", "licenses_to_free", "without_license", "holders_not_scanning", "records"]
        );
    }
}

//! All records of an audit, each in exactly one row: what holds a license and needs it, what holds one for nothing, what
//! waits, and what needs none.

use std::collections::BTreeSet;

use crate::rules::clause::Clause;
use crate::rules::denial_reason::DenialReason;
use crate::scenario::model::Version;
use crate::study::audit::finding::{AuditPart, Finding};
use crate::study::audit::freeing::Freeing;
use crate::study::diagnose::Diagnosis;

/// A row of the accounting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// It holds a license and needs it.
    Needed,
    /// It holds one and needs it, and its scans are not returned (X3).
    NotScanning,
    /// It holds one that could be freed.
    ForNothing,
    /// It lacks only a license (X2, L3, E1).
    AwaitsLicense,
    /// It lacks something else on the way to one.
    AwaitsOther,
    /// It holds none and is no longer part of the fleet.
    NeedsNone,
}

impl Account {
    /// In the order of the table: those with a license come first.
    pub const ALL: [Account; 6] = [
        Account::Needed,
        Account::NotScanning,
        Account::ForNothing,
        Account::AwaitsLicense,
        Account::AwaitsOther,
        Account::NeedsNone,
    ];

    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            Account::Needed => "needed",
            Account::NotScanning => "not_scanning",
            Account::ForNothing => "held_for_nothing",
            Account::AwaitsLicense => "waits_for_license",
            Account::AwaitsOther => "waits_for_something_else",
            Account::NeedsNone => "needs_none",
        }
    }

    /// Do its records hold a license?
    pub fn holds_license(self) -> bool {
        matches!(self, Account::Needed | Account::NotScanning | Account::ForNothing)
    }

    /// The row of a record without a license.
    pub fn without_license(denial: DenialReason) -> Account {
        match denial {
            DenialReason::PoolFull | DenialReason::LicensesExpired => Account::AwaitsLicense, // X2, E1
            DenialReason::NotEnrolled => Account::NeedsNone,
            denial if denial.has_left() => Account::NeedsNone,
            _ => Account::AwaitsOther,
        }
    }
}

/// Records of a row that have a reason in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountReason {
    /// A word to filter by, as the findings have it.
    pub key: &'static str,
    /// The rule behind it.
    pub clause: Option<Clause>,
    /// The reason in words.
    pub what: String,
    /// How many records.
    pub records: u64,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// Which one.
    pub account: Account,
    /// How many records are in it.
    pub records: u64,
    /// What they are in it for; of those that hold a license and need it nothing is to be said.
    pub reasons: Vec<AccountReason>,
}

/// All rows, in the order of [`Account::ALL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accounting {
    /// All of them, empty ones too.
    pub rows: Vec<AccountRow>,
}

impl Accounting {
    /// Accounts for all clients of a diagnosis that names all of them.
    pub(super) fn of(diagnosis: &Diagnosis, findings: &[Finding], version: Version) -> Accounting {
        let mut rows: Vec<AccountRow> =
            Account::ALL.map(|account| AccountRow { account, records: 0, reasons: Vec::new() }).into();
        let mut add = |account: Account, reason: AccountReason| {
            let row = &mut rows[account as usize];
            row.records += reason.records;
            row.reasons.push(reason);
        };
        let mut elsewhere: BTreeSet<&str> = BTreeSet::new();
        let to_free = diagnosis.to_free.iter().map(|(fate, clients)| (Freeing::of(*fate), fate, clients));
        let mut to_free: Vec<_> = to_free.collect();
        to_free.sort_by_key(|(freeing, ..)| *freeing);
        for (_, fate, clients) in to_free {
            let Some((clause, what, _)) = fate.words(version) else { continue };
            let (key, what) = (fate.key().unwrap_or_default(), what.to_string());
            let records = clients.count;
            add(Account::ForNothing, AccountReason { key, clause: Some(clause), what, records });
            elsewhere.extend(clients.names.iter().map(String::as_str));
        }
        for (denial, clients) in &diagnosis.lacking {
            let (key, clause) = (denial.key(), denial.clause());
            let (what, records) = (denial.words(version).0.to_string(), clients.count);
            add(Account::without_license(*denial), AccountReason { key, clause, what, records });
            elsewhere.extend(clients.names.iter().map(String::as_str));
        }
        for finding in findings.iter().filter(|finding| finding.part == AuditPart::HoldersNotScanning) {
            let names = finding.names.iter().filter(|name| elsewhere.insert(name));
            let (key, clause, what) = (finding.key, finding.clause, finding.what.clone());
            let records = names.count() as u64;
            if records > 0 {
                add(Account::NotScanning, AccountReason { key, clause, what, records });
            }
        }
        let others: u64 = rows.iter().map(|row| row.records).sum();
        rows[Account::Needed as usize].records = diagnosis.clients - others;
        Accounting { rows }
    }

    /// How many records are in a row.
    pub fn records(&self, account: Account) -> u64 {
        self.rows[account as usize].records
    }

    /// How many hold a license.
    pub fn with_license(&self) -> u64 {
        self.rows.iter().filter(|row| row.account.holds_license()).map(|row| row.records).sum()
    }

    /// How many there are.
    pub fn in_all(&self) -> u64 {
        self.rows.iter().map(|row| row.records).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_their_order_and_have_words_of_their_own() {
        for (index, account) in Account::ALL.into_iter().enumerate() {
            assert_eq!(account as usize, index);
        }
        let keys: BTreeSet<&str> = Account::ALL.iter().map(|account| account.key()).collect();
        assert_eq!(keys.len(), Account::ALL.len());
    }

    #[test]
    fn a_record_without_a_license_waits_or_needs_none() {
        use DenialReason::*;
        #[rustfmt::skip]
        let table = [
            (PoolFull,             Account::AwaitsLicense), // X2
            (LicensesExpired,      Account::AwaitsLicense), // E1
            (VersionNotCovered,    Account::AwaitsOther),   // M3
            (PackageServerDown,    Account::AwaitsOther),   // C4
            (OutsideInstallPolicy, Account::AwaitsOther),   // C1
            (AgentUninstalled,     Account::AwaitsOther),   // V8
            (RetiredAlive,         Account::AwaitsOther),   // V7
            (Retired,              Account::NeedsNone),     // V1
            (Disposed,             Account::NeedsNone),     // V6
            (Silent,               Account::NeedsNone),     // V9
            (LeftBehind,           Account::NeedsNone),     // V10
            (NotEnrolled,          Account::NeedsNone),
        ];
        for (denial, account) in table {
            assert_eq!(Account::without_license(denial), account, "{denial:?}");
        }
    }
}

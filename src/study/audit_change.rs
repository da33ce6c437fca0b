//! What changed from one export of a server to the next: which licenses came back, which clients got one, what became of
//! each finding, and what cannot be compared.
//!
//! Records are compared by GUID, and a PC whose record is gone is looked for by name among the new records (V10).
//!
//! | file | holds |
//! |---|---|
//! | [`export_state`] | one export, as far as it is compared |
//! | [`record_change`] | what became of one record |
//! | [`finding_change`] | what became of the clients of one finding |

pub mod export_state;
pub mod finding_change;
pub mod record_change;

use std::collections::BTreeMap;

use crate::import::inventory::OwnedLicense;
use crate::import::tables::ExportTable;
use crate::study::audit::accounting::Account;
use crate::study::audit_change::export_state::{ExportState, MissingTable, missing_tables};
use crate::study::audit_change::finding_change::{FindingChange, findings};
use crate::study::audit_change::record_change::{LicenseMove, RecordChange, RecordMove, record_changes};

/// Two exports, the earlier one first, and what changed between them.
#[derive(Debug)]
pub struct AuditChange<'e> {
    /// The earlier export.
    pub before: &'e ExportState,
    /// The later one.
    pub after: &'e ExportState,
    /// Every record of either export, in order of GUID.
    pub records: Vec<RecordChange>,
    /// What was done to records, with those to which it was; in the order of [`RecordMove`].
    pub moves: Vec<MovedRecords>,
    /// Licenses, where both exports have the table of licenses in use.
    pub licenses: Option<LicenseChange>,
    /// Each finding of either export, those of the earlier one first.
    pub findings: Vec<FindingChange>,
    /// License files that came.
    pub files_added: Vec<OwnedLicense>,
    /// License files that are no longer there.
    pub files_removed: Vec<OwnedLicense>,
    /// Tables that one of the exports lacks, or both.
    pub missing: Vec<MissingTable>,
}

/// Records to which the same was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedRecords {
    /// What was done.
    pub what: RecordMove,
    /// Positions in [`AuditChange::records`].
    pub records: Vec<usize>,
    /// How many of their licenses came back.
    pub came_back: u64,
    /// How many hold a license in the later export.
    pub hold: u64,
}

/// Licenses from one export to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenseChange {
    /// Records that held one and hold one.
    pub kept: u64,
    /// Records that held one and hold none.
    pub came_back: u64,
    /// Records that held none and hold one.
    pub taken: u64,
    /// Held for nothing in the earlier export.
    pub for_nothing: u64,
    /// Those of them that came back.
    pub for_nothing_came_back: u64,
    /// Clients that waited for a license in the earlier export.
    pub waited: u64,
    /// Those of them that hold one now.
    pub waited_and_got: u64,
    /// Records that were Retired or Disposed, are Active and hold a license (V7).
    pub active_again: u64,
}

/// The exports have hardly a record in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherServer {
    /// Computers that both have.
    pub common: u64,
    /// Computers of the smaller one.
    pub of: u64,
}

/// Two exports of one server have at least every fifth record in common, however many PCs were exchanged in between.
const COMMON_IN: u64 = 5;

/// Compares two exports, the earlier one first.
///
/// # Errors
/// When they are not of the same server.
pub fn compare_exports<'e>(
    before: &'e ExportState,
    after: &'e ExportState,
) -> Result<AuditChange<'e>, OtherServer> {
    let records = record_changes(before, after);
    let in_both = |change: &&RecordChange| {
        let computer =
            |state: &ExportState, at: Option<usize>| at.is_some_and(|at| state.records[at].is_computer);
        computer(before, change.before) && computer(after, change.after)
    };
    let common = records.iter().filter(in_both).count() as u64;
    let of = before.computers().min(after.computers());
    if common * COMMON_IN < of {
        return Err(OtherServer { common, of });
    }
    let missing = missing_tables(before, after);
    let comparable = |table: ExportTable| !missing.iter().any(|lacking| lacking.table == table);
    let licenses = comparable(ExportTable::LicenseInUse).then(|| licenses(before, after, &records));
    let gone = |of: &ExportState, other: &ExportState| match comparable(ExportTable::Licenses) {
        true => without(&of.files, &other.files),
        false => Vec::new(),
    };
    Ok(AuditChange {
        moves: moves(before, after, &records),
        licenses,
        findings: findings(before, after, &records, &missing),
        files_added: gone(after, before),
        files_removed: gone(before, after),
        missing,
        before,
        after,
        records,
    })
}

impl AuditChange<'_> {
    /// Nothing at all changed.
    pub fn is_none(&self) -> bool {
        let pool = |state: &ExportState| (state.nodes, state.in_use, state.version);
        self.records.iter().all(|change| !change.changed)
            && self.findings.iter().all(|finding| finding.before == finding.after)
            && self.files_added.is_empty()
            && self.files_removed.is_empty()
            && pool(self.before) == pool(self.after)
            && self.missing.iter().all(|lacking| lacking.before == lacking.after)
    }

    /// How many records are in both exports, only in the earlier one, and only in the later one.
    pub fn records_by_export(&self) -> (u64, u64, u64) {
        let count = |wanted: (bool, bool)| {
            let is = |change: &&RecordChange| (change.before.is_some(), change.after.is_some()) == wanted;
            self.records.iter().filter(is).count() as u64
        };
        (count((true, true)), count((true, false)), count((false, true)))
    }

    /// What a record is called: in the later export, if it is there.
    pub fn name(&self, change: &RecordChange) -> &str {
        let after = change.after.map(|at| &self.after.records[at]);
        let record = after.or_else(|| change.before.map(|at| &self.before.records[at]));
        record.map_or("", |record| record.name.as_str())
    }

    /// The GUID of a record, or its pseudonym.
    pub fn shown_guid(&self, change: &RecordChange) -> &str {
        let before = change.before.map(|at| &self.before.records[at]);
        let record = before.or_else(|| change.after.map(|at| &self.after.records[at]));
        record.map_or("", |record| record.shown_guid.as_str())
    }
}

/// The files that the others do not have; of equal ones as many as there are more.
fn without(files: &[OwnedLicense], others: &[OwnedLicense]) -> Vec<OwnedLicense> {
    let mut others = others.to_vec();
    let mut left = Vec::new();
    for file in files {
        match others.iter().position(|other| other == file) {
            Some(at) => drop(others.remove(at)),
            None => left.push(file.clone()),
        }
    }
    left
}

fn moves(before: &ExportState, after: &ExportState, records: &[RecordChange]) -> Vec<MovedRecords> {
    let mut of: BTreeMap<RecordMove, Vec<usize>> = BTreeMap::new();
    for (index, change) in records.iter().enumerate() {
        if let Some(what) = change.moved {
            of.entry(what).or_default().push(index);
        }
    }
    let licenses_known = before.has(ExportTable::LicenseInUse) && after.has(ExportTable::LicenseInUse);
    let group = |(what, of): (RecordMove, Vec<usize>)| {
        let count = |wanted: &[LicenseMove]| match licenses_known {
            true => of.iter().filter(|at| wanted.contains(&records[**at].license)).count() as u64,
            false => 0,
        };
        let (came_back, hold) =
            (count(&[LicenseMove::CameBack]), count(&[LicenseMove::Kept, LicenseMove::Taken]));
        MovedRecords { what, came_back, hold, records: of }
    };
    of.into_iter().map(group).collect()
}

fn licenses(before: &ExportState, after: &ExportState, records: &[RecordChange]) -> LicenseChange {
    let count =
        |which: &dyn Fn(&RecordChange) -> bool| records.iter().filter(|change| which(change)).count() as u64;
    let moved = |license: LicenseMove| count(&|change| change.license == license);
    let was = |change: &RecordChange, account: Account| {
        change.before.is_some_and(|at| before.records[at].account == account)
    };
    let holds = |change: &RecordChange| change.after.is_some_and(|at| after.records[at].licensed);
    LicenseChange {
        kept: moved(LicenseMove::Kept),
        came_back: moved(LicenseMove::CameBack),
        taken: moved(LicenseMove::Taken),
        for_nothing: before.count(Account::ForNothing),
        for_nothing_came_back: count(&|change| {
            was(change, Account::ForNothing) && change.license == LicenseMove::CameBack
        }),
        waited: before.count(Account::AwaitsLicense),
        waited_and_got: count(&|change| was(change, Account::AwaitsLicense) && holds(change)),
        active_again: count(&|change| change.moved == Some(RecordMove::ActiveAgain) && holds(change)),
    }
}

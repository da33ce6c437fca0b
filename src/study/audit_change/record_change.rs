//! What became of one record from one export to the next.

use std::collections::BTreeSet;

use crate::rules::clause::Clause;
use crate::scenario::model::Status;
use crate::study::audit_change::export_state::{ExportState, RecordState};

/// A record of either export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordChange {
    /// Its position among the records of the earlier export; `None`: it is new.
    pub before: Option<usize>,
    /// Among those of the later one; `None`: it is gone.
    pub after: Option<usize>,
    /// What was done to it, if the tables show that.
    pub moved: Option<RecordMove>,
    /// What became of its license.
    pub license: LicenseMove,
    /// Anything about it is different: status, license, row of the accounting, findings.
    pub changed: bool,
}

/// What was done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordMove {
    /// Its status became Retired (V1).
    Retired,
    /// Its status became Disposed, or another one that frees nothing (V6).
    Disposed,
    /// It was deleted, or left out of the table of computers (V3).
    Deleted,
    /// It is gone, and the PC has a new one (V10).
    Replaced,
    /// Retired or Disposed before, Active now (V7).
    ActiveAgain,
    /// It is new.
    New,
    /// It is new, and a record of the earlier export has its name (V10).
    NewOfKnownName,
}

impl RecordMove {
    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            RecordMove::Retired => "retired",
            RecordMove::Disposed => "disposed",
            RecordMove::Deleted => "deleted",
            RecordMove::Replaced => "replaced",
            RecordMove::ActiveAgain => "active_again",
            RecordMove::New => "new",
            RecordMove::NewOfKnownName => "new_of_known_name",
        }
    }

    /// The rule that says what it does to a license.
    pub fn clause(self) -> Option<Clause> {
        match self {
            RecordMove::Retired => Some(Clause::V1),
            RecordMove::Disposed => Some(Clause::V6),
            RecordMove::Deleted => Some(Clause::V3),
            RecordMove::Replaced | RecordMove::NewOfKnownName => Some(Clause::V10),
            RecordMove::ActiveAgain => Some(Clause::V7),
            RecordMove::New => None,
        }
    }
}

/// What became of a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LicenseMove {
    /// None before, none now.
    None,
    /// Held before and now.
    Kept,
    /// Held before, not now.
    CameBack,
    /// Not held before, held now.
    Taken,
}

impl LicenseMove {
    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            LicenseMove::None => "none",
            LicenseMove::Kept => "kept",
            LicenseMove::CameBack => "came_back",
            LicenseMove::Taken => "taken",
        }
    }

    fn of(before: bool, after: bool) -> LicenseMove {
        match (before, after) {
            (false, false) => LicenseMove::None,
            (true, true) => LicenseMove::Kept,
            (true, false) => LicenseMove::CameBack,
            (false, true) => LicenseMove::Taken,
        }
    }
}

/// What became of every record of either export, in order of GUID.
pub(super) fn record_changes(before: &ExportState, after: &ExportState) -> Vec<RecordChange> {
    let known: BTreeSet<&str> = before.records.iter().filter_map(RecordState::called).collect();
    let is_new = |record: &&RecordState| before.position(record.guid).is_none();
    let new_names: BTreeSet<&str> =
        after.records.iter().filter(is_new).filter_map(RecordState::called).collect();
    let (keys_before, keys_after) = (before.keys_by_record(), after.keys_by_record());
    let mut changes = Vec::with_capacity(before.records.len().max(after.records.len()));
    let (mut b, mut a) = (0, 0);
    loop {
        let (at_before, at_after) = match (before.records.get(b), after.records.get(a)) {
            (None, None) => return changes,
            (Some(old), Some(new)) if old.guid == new.guid => (Some(b), Some(a)),
            (Some(old), new) if new.is_none_or(|new| old.guid < new.guid) => (Some(b), None),
            _ => (None, Some(a)),
        };
        b += usize::from(at_before.is_some());
        a += usize::from(at_after.is_some());
        let old = at_before.map(|at| &before.records[at]);
        let new = at_after.map(|at| &after.records[at]);
        let among = |record: &RecordState, names: &BTreeSet<&str>| {
            record.called().is_some_and(|name| names.contains(name))
        };
        let moved = match (old, new) {
            (Some(old), None) if among(old, &new_names) => Some(RecordMove::Replaced),
            (Some(old), None) => old.is_computer.then_some(RecordMove::Deleted),
            (Some(old), Some(new)) => of_both(old, new),
            (None, Some(new)) if among(new, &known) => Some(RecordMove::NewOfKnownName),
            (None, Some(new)) => new.is_computer.then_some(RecordMove::New),
            (None, None) => None,
        };
        let holds = |record: Option<&RecordState>| record.is_some_and(|record| record.licensed);
        let stands = |record: &RecordState| (record.status, record.licensed, record.account, record.reason);
        let findings = at_before.map(|at| &keys_before[at]) == at_after.map(|at| &keys_after[at]);
        let changed = moved.is_some() || old.map(stands) != new.map(stands) || !findings;
        let license = LicenseMove::of(holds(old), holds(new));
        changes.push(RecordChange { before: at_before, after: at_after, moved, license, changed });
    }
}

/// Of a record that is in both exports.
fn of_both(old: &RecordState, new: &RecordState) -> Option<RecordMove> {
    match (old.is_computer, new.is_computer) {
        (true, false) => return Some(RecordMove::Deleted),
        (false, true) => return Some(RecordMove::New),
        _ if old.status == new.status => return None,
        _ => {}
    }
    match new.status {
        Status::Retired => Some(RecordMove::Retired),
        Status::Disposed => Some(RecordMove::Disposed),
        Status::Active => Some(RecordMove::ActiveAgain),
        Status::Unknown | Status::Deleted | Status::Shared => None,
    }
}

//! What became of the clients of a finding: cured, and how; still there; newly arrived.

use std::collections::BTreeMap;

use crate::import::tables::ExportTable;
use crate::rules::clause::Clause;
use crate::scenario::model::Status;
use crate::study::audit::AuditPart;
use crate::study::audit::accounting::Account;
use crate::study::audit_change::export_state::{ExportState, MissingTable, RecordState, StateFinding};
use crate::study::audit_change::record_change::{RecordChange, RecordMove};

/// A finding of either export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingChange {
    /// The heading under which the audits report it.
    pub part: AuditPart,
    /// The rule behind it.
    pub clause: Option<Clause>,
    /// A word to filter by.
    pub key: &'static str,
    /// What it is, after the number: as the later export says it, if it does.
    pub what: String,
    /// Its count in the earlier export, 0: it was not found; `None`: a table that decides about it is missing there.
    pub before: Option<u64>,
    /// In the later one.
    pub after: Option<u64>,
    /// What became of its clients: positions in [`crate::study::audit_change::AuditChange::records`], each once.
    pub became: BTreeMap<Became, Vec<usize>>,
    /// A table that decides about it and that one of the exports lacks.
    pub lacks: Option<ExportTable>,
}

/// What became of a client of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// Its record was set to Retired, and the license came back (V1).
    RetiredAndFreed,
    /// Its record was deleted, and it holds no license (V3).
    Deleted,
    /// Its PC has another record now (V10).
    Replaced,
    /// It held a license and holds none.
    Freed,
    /// It held none and holds one.
    GotLicense,
    /// It is Active again, and holds a license (V7).
    ActiveAgain,
    /// Its scans are returned again (X3).
    ScansAgain,
    /// It holds a license and needs it.
    InUse,
    /// It is no longer part of the fleet, and holds no license.
    NeedsNone,
    /// It is in another finding now.
    InOtherFinding,
    /// It is not in this finding any more, nor in another one.
    NotFound,
    /// A table that would tell is missing.
    NotKnown,
    /// It is still there.
    Still,
    /// It is new in this finding.
    Arrived,
}

impl Became {
    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            Became::RetiredAndFreed => "retired_and_freed",
            Became::Deleted => "deleted",
            Became::Replaced => "replaced",
            Became::Freed => "freed",
            Became::GotLicense => "got_license",
            Became::ActiveAgain => "active_again",
            Became::ScansAgain => "scans_again",
            Became::InUse => "in_use",
            Became::NeedsNone => "needs_none",
            Became::InOtherFinding => "in_other_finding",
            Became::NotFound => "not_found",
            Became::NotKnown => "not_known",
            Became::Still => "still",
            Became::Arrived => "arrived",
        }
    }

    /// Does the finding no longer apply, and nothing else in its place?
    pub fn is_cured(self) -> bool {
        !matches!(self, Became::InOtherFinding | Became::NotKnown | Became::Still | Became::Arrived)
    }
}

impl FindingChange {
    /// How many of its clients are cured.
    pub fn cured(&self) -> u64 {
        let cured = self.became.iter().filter(|(became, _)| became.is_cured());
        cured.map(|(_, records)| records.len() as u64).sum()
    }
}

/// The tables that decide about findings of a part.
fn decided_by(part: AuditPart) -> &'static [ExportTable] {
    use ExportTable::{Agents, LicenseInUse, Licenses, PatchInventory, Targets};
    match part {
        AuditPart::Pool => &[Licenses, LicenseInUse],
        AuditPart::LicensesToFree => &[LicenseInUse, Agents],
        AuditPart::WithoutLicense => &[LicenseInUse, Agents, PatchInventory, Targets],
        AuditPart::HoldersNotScanning => &[LicenseInUse, PatchInventory, Targets],
        AuditPart::Records => &[],
    }
}

/// All findings of both exports, those of the earlier one first, in the order of the audits.
pub(super) fn findings(
    before: &ExportState,
    after: &ExportState,
    records: &[RecordChange],
    missing: &[MissingTable],
) -> Vec<FindingChange> {
    let comparison = ExportPair { before, after, records, positions: positions(before, after, records) };
    let same =
        |found: &StateFinding, other: &StateFinding| (found.part, found.key) == (other.part, other.key);
    let pairs =
        before.findings.iter().map(|old| (Some(old), after.findings.iter().find(|new| same(old, new))));
    let is_new = |new: &&StateFinding| !before.findings.iter().any(|old| same(old, new));
    let arrived = after.findings.iter().filter(is_new).map(|new| (None, Some(new)));
    let change = |(old, new): (Option<&StateFinding>, Option<&StateFinding>)| {
        let found = new.or(old)?;
        let lacking = missing.iter().find(|lacking| {
            lacking.before != lacking.after && decided_by(found.part).contains(&lacking.table)
        });
        let count = |found: Option<&StateFinding>, is_missing: fn(&MissingTable) -> bool| {
            (!lacking.is_some_and(is_missing)).then(|| found.map_or(0, |found| found.count))
        };
        let counts = (count(old, |lacking| lacking.before), count(new, |lacking| lacking.after));
        // What only the export shows that lacks the table is assumed, not found.
        if matches!(counts, (Some(0), None) | (None, Some(0))) {
            return None;
        }
        Some(FindingChange {
            part: found.part,
            clause: found.clause,
            key: found.key,
            what: found.what.clone(),
            before: counts.0,
            after: counts.1,
            became: comparison.became(old, new, lacking),
            lacks: lacking.map(|lacking| lacking.table),
        })
    };
    pairs.chain(arrived).filter_map(change).collect()
}

/// Positions among the changes, by position in the earlier and in the later export.
fn positions(
    before: &ExportState,
    after: &ExportState,
    records: &[RecordChange],
) -> (Vec<usize>, Vec<usize>) {
    let (mut by_before, mut by_after) = (vec![0; before.records.len()], vec![0; after.records.len()]);
    for (index, change) in records.iter().enumerate() {
        change.before.into_iter().for_each(|at| by_before[at] = index);
        change.after.into_iter().for_each(|at| by_after[at] = index);
    }
    (by_before, by_after)
}

struct ExportPair<'a> {
    before: &'a ExportState,
    after: &'a ExportState,
    records: &'a [RecordChange],
    positions: (Vec<usize>, Vec<usize>),
}

impl ExportPair<'_> {
    fn became(
        &self,
        old: Option<&StateFinding>,
        new: Option<&StateFinding>,
        lacking: Option<&MissingTable>,
    ) -> BTreeMap<Became, Vec<usize>> {
        let mut became: BTreeMap<Became, Vec<usize>> = BTreeMap::new();
        if lacking.is_some_and(|lacking| lacking.before) {
            return became;
        }
        let is_in = |found: Option<&StateFinding>, at: Option<usize>| {
            at.is_some_and(|at| found.is_some_and(|found| found.records.binary_search(&at).is_ok()))
        };
        for at in old.into_iter().flat_map(|found| &found.records) {
            let index = self.positions.0[*at];
            let change = &self.records[index];
            let record = &self.before.records[*at];
            let now = match lacking {
                Some(lacking) => self.shown_without(lacking.table, record, change),
                None if is_in(new, change.after) => Became::Still,
                None => self.cured(record, change, old.map(|found| found.part)),
            };
            became.entry(now).or_default().push(index);
        }
        if lacking.is_some() {
            return became;
        }
        for at in new.into_iter().flat_map(|found| &found.records) {
            let index = self.positions.1[*at];
            if !is_in(old, self.records[index].before) {
                became.entry(Became::Arrived).or_default().push(index);
            }
        }
        became
    }

    /// What became of a client that is no longer in its finding.
    fn cured(&self, old: &RecordState, change: &RecordChange, part: Option<AuditPart>) -> Became {
        let Some(new) = change.after.map(|at| &self.after.records[at]) else { return gone(change) };
        match (old.licensed, new.licensed) {
            (true, false) if new.status == Status::Retired => Became::RetiredAndFreed, // V1
            (true, false) => Became::Freed,
            (_, true) if new.account == Account::Needed => match change.moved {
                Some(RecordMove::ActiveAgain) => Became::ActiveAgain, // V7
                _ if !old.licensed => Became::GotLicense,
                _ if part == Some(AuditPart::HoldersNotScanning) => Became::ScansAgain,
                _ => Became::InUse,
            },
            _ if self.is_found(change.after) => Became::InOtherFinding,
            (false, false) if new.account == Account::NeedsNone => Became::NeedsNone,
            _ => Became::NotFound,
        }
    }

    fn is_found(&self, at: Option<usize>) -> bool {
        let in_any =
            |at: usize| self.after.findings.iter().any(|found| found.records.binary_search(&at).is_ok());
        at.is_some_and(in_any)
    }

    /// What the tables show all the same of a client where one that decides about its finding is missing.
    fn shown_without(&self, table: ExportTable, old: &RecordState, change: &RecordChange) -> Became {
        let Some(new) = change.after.map(|at| &self.after.records[at]) else { return gone(change) };
        match (old.licensed, new.licensed) {
            _ if table == ExportTable::LicenseInUse => Became::NotKnown,
            (true, false) if new.status == Status::Retired => Became::RetiredAndFreed, // V1
            (true, false) => Became::Freed,
            (false, true) => Became::GotLicense,
            (true, true) if change.moved == Some(RecordMove::ActiveAgain) => Became::ActiveAgain, // V7
            _ => Became::NotKnown,
        }
    }
}

/// What became of a client whose record is gone.
fn gone(change: &RecordChange) -> Became {
    match change.moved {
        Some(RecordMove::Replaced) => Became::Replaced,
        Some(_) => Became::Deleted,
        // A license without a computer, which is gone.
        None => Became::Freed,
    }
}

//! What `audit --format json` prints of several exports.

use serde::{Deserialize, Serialize};

use crate::import::tables::ExportTable;
use crate::output::prose::audit_change::{answer, license_file, missing_table, move_in_words};
use crate::output::results::audit::AuditClient;
use crate::study::audit::accounting::Account;
use crate::study::audit_change::export_state::ExportState;
use crate::study::audit_change::finding_change::{Became, FindingChange};
use crate::study::audit_change::{AuditChange, MovedRecords};

/// Two exports compared, the first and the last of those given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChangeResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// What changed, in one sentence or two.
    pub answer: String,
    /// All exports, in order of their dates.
    pub exports: Vec<ComparedExport>,
    /// License files that are no longer there, in words.
    pub license_files_gone: Vec<String>,
    /// License files that came, in words.
    pub license_files_new: Vec<String>,
    /// How many records are in both exports, gone, and new.
    pub records: ComparedRecords,
    /// Licenses; `null`: they cannot be compared.
    pub licenses: Option<ComparedLicenses>,
    /// What was done to records.
    pub moves: Vec<ComparedMove>,
    /// What became of each finding.
    pub findings: Vec<ComparedFinding>,
    /// What cannot be compared.
    pub not_compared: Vec<String>,
}

/// One export in a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedExport {
    /// The folder; a number where the export was anonymized.
    pub folder: String,
    /// Server local time, ISO 8601.
    pub exported_at: String,
    /// Of the product that was exported.
    pub version: String,
    /// Records, and holders of a license that are no computers of the export.
    pub records: u64,
    /// Nodes in force; `null`: without limit, or not known.
    pub nodes: Option<u64>,
    /// Licenses held; `null`: not known.
    pub licenses_in_use: Option<u64>,
    /// Records in each row of the accounting; empty where it is not known which of them hold a license.
    pub accounting: Vec<ComparedAccount>,
    /// Tables that were not exported.
    pub missing_tables: Vec<String>,
}

/// A row of the accounting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedAccount {
    /// As in the audit of one export.
    pub account: String,
    /// How many records are in it.
    pub records: u64,
}

/// Records by export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRecords {
    /// In both.
    pub same: u64,
    /// In the earlier one only.
    pub gone: u64,
    /// In the later one only.
    pub new: u64,
}

/// Licenses from one export to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedLicenses {
    /// Held in both.
    pub kept: u64,
    /// Held in the earlier one only.
    pub came_back: u64,
    /// Held in the later one only.
    pub taken: u64,
    /// Held for nothing in the earlier one.
    pub held_for_nothing: u64,
    /// Those of them that came back.
    pub held_for_nothing_came_back: u64,
    /// Clients that waited for a license in the earlier one.
    pub waited: u64,
    /// Those of them that hold one in the later one.
    pub waited_and_got_one: u64,
    /// Records that were Retired or Disposed, are Active and hold one (V7).
    pub active_again: u64,
}

/// What was done to records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedMove {
    /// `retired`, `disposed`, `deleted`, `replaced`, `active_again`, `new` or `new_of_known_name`.
    pub record: String,
    /// Id of the rule that says what it does to a license; `null`: none.
    pub rule: Option<String>,
    /// The same in words.
    pub what: String,
    /// To how many.
    pub records: u64,
    /// How many of their licenses came back.
    pub licenses_came_back: u64,
    /// How many hold a license in the later export.
    pub hold_license: u64,
    /// All of them, in order of GUID.
    pub clients: Vec<AuditClient>,
}

/// What became of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedFinding {
    /// As in the audit of one export; so too `rule` and `finding`.
    pub part: String,
    /// Id of the rule behind it.
    pub rule: Option<String>,
    /// A word to filter by.
    pub finding: String,
    /// What it is, after the number.
    pub what: String,
    /// Its count in the earlier export, 0: it was not found; `null`: a table that decides about it is missing there.
    pub before: Option<u64>,
    /// In the later one.
    pub now: Option<u64>,
    /// How many of its clients are cured.
    pub cured: u64,
    /// Its clients by what became of them.
    pub clients: Vec<ComparedClients>,
}

/// Clients of a finding of which the same became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedClients {
    /// `retired_and_freed`, `deleted`, `replaced`, `freed`, `got_license`, `active_again`, `scans_again`, `in_use`, `needs_none`,
    /// `in_other_finding`, `not_found`, `not_known`, `still` or `arrived`.
    pub became: String,
    /// Cured, that is: the finding no longer applies, and no other one in its place.
    pub cured: bool,
    /// All of them, in order of GUID.
    pub clients: Vec<AuditClient>,
}

impl AuditChangeResult {
    /// `states` are all exports, in order of their dates.
    pub fn new(change: &AuditChange, states: &[ExportState]) -> AuditChangeResult {
        let (same, gone, new) = change.records_by_export();
        let licenses = change.licenses.map(|of| ComparedLicenses {
            kept: of.kept,
            came_back: of.came_back,
            taken: of.taken,
            held_for_nothing: of.for_nothing,
            held_for_nothing_came_back: of.for_nothing_came_back,
            waited: of.waited,
            waited_and_got_one: of.waited_and_got,
            active_again: of.active_again,
        });
        AuditChangeResult {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            answer: answer(change),
            exports: states.iter().map(export).collect(),
            license_files_gone: change.files_removed.iter().map(license_file).collect(),
            license_files_new: change.files_added.iter().map(license_file).collect(),
            records: ComparedRecords { same, gone, new },
            licenses,
            moves: change.moves.iter().map(|moved| moved_records(change, moved)).collect(),
            findings: change.findings.iter().map(|found| finding(change, found)).collect(),
            not_compared: change.missing.iter().map(missing_table).collect(),
        }
    }
}

fn export(state: &ExportState) -> ComparedExport {
    let row = |account: Account| ComparedAccount {
        account: account.key().to_string(),
        records: state.count(account),
    };
    let known = state.has(ExportTable::LicenseInUse);
    ComparedExport {
        folder: state.folder.clone(),
        exported_at: state.exported_at.to_string(),
        version: state.version.to_string(),
        records: state.records.len() as u64,
        nodes: state.nodes,
        licenses_in_use: known.then_some(state.in_use),
        accounting: Account::ALL.into_iter().filter(|_| known).map(row).collect(),
        missing_tables: state.missing.iter().map(|table| table.name().to_string()).collect(),
    }
}

fn clients(change: &AuditChange, records: &[usize]) -> Vec<AuditClient> {
    let client = |at: &usize| {
        let record = &change.records[*at];
        AuditClient { name: change.name(record).to_string(), guid: change.shown_guid(record).to_string() }
    };
    records.iter().map(client).collect()
}

fn moved_records(change: &AuditChange, moved: &MovedRecords) -> ComparedMove {
    ComparedMove {
        record: moved.what.key().to_string(),
        rule: moved.what.clause().map(|clause| clause.id().to_string()),
        what: move_in_words(moved.what).to_string(),
        records: moved.records.len() as u64,
        licenses_came_back: moved.came_back,
        hold_license: moved.hold,
        clients: clients(change, &moved.records),
    }
}

fn finding(change: &AuditChange, found: &FindingChange) -> ComparedFinding {
    let group = |(became, records): (&Became, &Vec<usize>)| ComparedClients {
        became: became.key().to_string(),
        cured: became.is_cured(),
        clients: clients(change, records),
    };
    ComparedFinding {
        part: found.part.key().to_string(),
        rule: found.clause.map(|clause| clause.id().to_string()),
        finding: found.key.to_string(),
        what: found.what.clone(),
        before: found.before,
        now: found.after,
        cured: found.cured(),
        clients: found.became.iter().map(group).collect(),
    }
}

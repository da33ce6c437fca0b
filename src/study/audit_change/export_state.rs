//! One export as far as it is compared with another one: pool, records and findings, without the tables behind them.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::import::customer::Customer;
use crate::import::infer::InferredClient;
use crate::import::inventory::{Computer, Inventory, OwnedLicense};
use crate::import::tables::ExportTable;
use crate::rules::clause::Clause;
use crate::rules::products::counts_for_patch;
use crate::scenario::model::{Status, Version};
use crate::study::audit::accounting::Account;
use crate::study::audit::{Audit, AuditPart, Finding};

/// An audited export.
#[derive(Debug)]
pub struct ExportState {
    /// What the caller calls it.
    pub folder: String,
    /// The instant of the export.
    pub exported_at: DateTime,
    /// Version of the server.
    pub version: Version,
    /// Tables that were not exported, of those without which something is not known.
    pub missing: Vec<ExportTable>,
    /// Nodes in force; `None`: without limit, or not known.
    pub nodes: Option<u64>,
    /// There is no limit; `nodes` is `None`.
    pub unlimited: bool,
    /// Licenses held.
    pub in_use: u64,
    /// Licenses owned that count for Patch Management (L4), in order of the table.
    pub files: Vec<OwnedLicense>,
    /// In order of GUID: computers, and holders of a license that are no computers of the export.
    pub records: Vec<RecordState>,
    /// In the order of the audit.
    pub findings: Vec<StateFinding>,
}

/// A record, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordState {
    /// The GUID as exported; never shown.
    pub(super) guid: u128,
    /// The GUID as it is shown: a pseudonym where that is wanted.
    pub shown_guid: String,
    /// What the record is called, or its pseudonym.
    pub name: String,
    /// Name and domain as exported, to find the PC under another GUID; never shown.
    called: Option<String>,
    /// False: it holds a license, and there is no computer of this GUID.
    pub is_computer: bool,
    /// Status of the record.
    pub status: Status,
    /// It holds a license.
    pub licensed: bool,
    /// Its row of the accounting.
    pub account: Account,
    /// Why it is in that row; `None`: it holds a license and needs it.
    pub reason: Option<&'static str>,
}

/// A finding, and the records it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateFinding {
    /// The heading under which the audit reports it.
    pub part: AuditPart,
    /// The rule behind it.
    pub clause: Option<Clause>,
    /// A word to filter by.
    pub key: &'static str,
    /// What it is, after the number.
    pub what: String,
    /// As the audit counts it.
    pub count: u64,
    /// Positions in [`ExportState::records`], ascending.
    pub records: Vec<usize>,
}

/// A table that is not there to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MissingTable {
    /// Which one.
    pub table: ExportTable,
    /// The earlier export lacks it.
    pub before: bool,
    /// The later one does.
    pub after: bool,
}

impl RecordState {
    /// Name and domain, to find the PC under another GUID.
    pub(super) fn called(&self) -> Option<&str> {
        self.called.as_deref()
    }
}

impl ExportState {
    /// Keeps of an audited export what is compared.
    pub fn of(folder: String, inventory: &Inventory, customer: &Customer, audit: &Audit) -> ExportState {
        let mut records = records(inventory, customer, audit);
        records.sort_by_key(|record| record.guid);
        let position: BTreeMap<&str, usize> =
            records.iter().enumerate().map(|(index, record)| (record.name.as_str(), index)).collect();
        let finding = |found: &Finding| {
            let mut records: Vec<usize> =
                found.names.iter().filter_map(|name| position.get(name.as_str()).copied()).collect();
            records.sort_unstable();
            StateFinding {
                part: found.part,
                clause: found.clause,
                key: found.key,
                what: found.what.clone(),
                count: found.count,
                records,
            }
        };
        let findings = audit.findings.iter().map(finding).collect();
        let now = &audit.diagnosis.now;
        ExportState {
            folder,
            exported_at: customer.start,
            version: customer.version,
            missing: inventory.missing.iter().copied().filter(|table| !table.without().is_empty()).collect(),
            nodes: now.entitlement.nodes,
            unlimited: now.entitlement.nodes.is_none() && !now.entitlement.nodes_unknown,
            in_use: now.levels.licenses_in_use,
            files: files(inventory, customer.version),
            records,
            findings,
        }
    }

    /// How many records are in a row of the accounting.
    pub fn count(&self, account: Account) -> u64 {
        self.records.iter().filter(|record| record.account == account).count() as u64
    }

    /// How many computers there are.
    pub fn computers(&self) -> u64 {
        self.records.iter().filter(|record| record.is_computer).count() as u64
    }

    /// Was the table exported?
    pub fn has(&self, table: ExportTable) -> bool {
        !self.missing.contains(&table)
    }

    /// The record of a GUID.
    pub(super) fn position(&self, guid: u128) -> Option<usize> {
        self.records.binary_search_by_key(&guid, |record| record.guid).ok()
    }

    /// The keys of the findings that are about each record, in order of the findings.
    pub fn keys_by_record(&self) -> Vec<Vec<&'static str>> {
        let mut keys = vec![Vec::new(); self.records.len()];
        for finding in &self.findings {
            finding.records.iter().for_each(|record| keys[*record].push(finding.key));
        }
        keys
    }
}

fn records(inventory: &Inventory, customer: &Customer, audit: &Audit) -> Vec<RecordState> {
    let accounts = accounts(audit);
    let computers = inventory.computers.iter().map(Some).chain(std::iter::repeat(None));
    let clients = customer.clients.iter().zip(&customer.names).zip(computers);
    let record = |((client, name), computer): ((&InferredClient, &String), Option<&Computer>)| {
        let (account, reason) = accounts.get(name.as_str()).copied().unwrap_or((Account::Needed, None));
        RecordState {
            guid: client.guid.0,
            shown_guid: client.initial.guid.clone().unwrap_or_default(),
            name: name.clone(),
            called: computer.and_then(called),
            is_computer: computer.is_some(),
            status: client.initial.status,
            licensed: client.initial.licensed,
            account,
            reason,
        }
    };
    clients.map(record).collect()
}

/// Name and domain, in one case.
fn called(computer: &Computer) -> Option<String> {
    let domain = computer.domain.as_deref().unwrap_or_default();
    (!computer.name.is_empty())
        .then(|| format!("{}\\{}", domain.to_lowercase(), computer.name.to_lowercase()))
}

/// The row of each client and its reason there, by name; those that are not in it hold a license and need it. The rows are
/// those of [`crate::study::audit::accounting`].
fn accounts(audit: &Audit) -> BTreeMap<&str, (Account, Option<&'static str>)> {
    let mut accounts = BTreeMap::new();
    for (fate, clients) in audit.diagnosis.to_free.iter().filter(|(fate, _)| fate.key().is_some()) {
        accounts.extend(clients.names.iter().map(|name| (name.as_str(), (Account::ForNothing, fate.key()))));
    }
    for (denial, clients) in &audit.diagnosis.lacking {
        let account = (Account::without_license(*denial), Some(denial.key()));
        accounts.extend(clients.names.iter().map(|name| (name.as_str(), account)));
    }
    for finding in audit.findings.iter().filter(|finding| finding.part == AuditPart::HoldersNotScanning) {
        for name in &finding.names {
            accounts.entry(name.as_str()).or_insert((Account::NotScanning, Some(finding.key)));
        }
    }
    accounts
}

/// The licenses owned that count for Patch Management (L4); where they stand in the table makes no difference.
fn files(inventory: &Inventory, version: Version) -> Vec<OwnedLicense> {
    let counted = inventory.licenses.iter().filter(|owned| counts_for_patch(owned.class, version));
    counted.map(|owned| OwnedLicense { line: 0, ..owned.clone() }).collect()
}

/// Tables that one of two exports lacks, or both.
pub(super) fn missing_tables(before: &ExportState, after: &ExportState) -> Vec<MissingTable> {
    let of =
        |table: ExportTable| MissingTable { table, before: !before.has(table), after: !after.has(table) };
    ExportTable::ALL.into_iter().map(of).filter(|lacking| lacking.before || lacking.after).collect()
}

//! What `audit --format json` prints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::import::customer::Customer;
use crate::import::infer::InferredClient;
use crate::output::prose::audit::account_in_words;
use crate::output::prose::audit_answer::{answer, purchase};
use crate::output::prose::dates::timestamp;
use crate::output::prose::license_files::holders_unknown;
use crate::output::results::diagnosis::{DiagnosisClients, DiagnosisPool};
use crate::output::results::license_files::{AuditLicenseFile, AuditRowsInUse};
use crate::scenario::model::Scenario;
use crate::study::audit::accounting::{AccountReason, AccountRow};
use crate::study::audit::steps::AuditStepOf;
use crate::study::audit::verdict::{ForNothing, Purchase, Verdict};
use crate::study::audit::{Audit, Finding};
use crate::units::time::Time;

/// The whole audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Name of the fleet that was made of the tables.
    pub scenario: String,
    /// Server local time, ISO 8601.
    pub exported_at: String,
    /// Of the product that was exported.
    pub version: String,
    /// What it comes to, in one sentence or two.
    pub answer: String,
    /// What has to be known to judge the answer, in sentences.
    pub cautions: Vec<String>,
    /// The numbers behind the answer.
    pub numbers: AuditNumbers,
    /// All records, each in exactly one row.
    pub accounting: Vec<AuditAccount>,
    /// Computers of other systems than Windows, which are no clients of this pool and in no row.
    pub other_systems: u64,
    /// At the instant of the export, as all counts here.
    pub clients: DiagnosisClients,
    /// Licenses and states at the instant of the export.
    pub pool: DiagnosisPool,
    /// What the rows of licenses in use are; `null`: they are not exported, and holders are guessed.
    pub rows_in_use: Option<AuditRowsInUse>,
    /// All license files, counted or not, in order of the table; empty where licenses are not exported.
    pub license_files: Vec<AuditLicenseFile>,
    /// What to do, in this order.
    pub to_do: Vec<AuditStep>,
    /// By part: pool, licenses to free, clients without a license, holders that do not scan, records.
    pub findings: Vec<AuditFinding>,
    /// What the tables do not say.
    pub assumed: Vec<String>,
    /// Lines about the tables.
    pub noticed: Vec<String>,
}

/// One thing that is wrong or can be improved, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFinding {
    /// `pool`, `licenses_to_free`, `without_license`, `holders_not_scanning` or `records`.
    pub part: String,
    /// Id of the rule behind it, as `V1`; `null`: none.
    pub rule: Option<String>,
    /// A word to filter by.
    pub finding: String,
    /// Clients, records, licenses or nodes, as `what` says.
    pub count: u64,
    /// The finding in words.
    pub what: String,
    /// What to do about it, in words.
    pub cure: String,
    /// How sure it is that these licenses can be freed: `certain`, `agent_first` (V7) or `look_first` (V9); `null` where
    /// the finding is about something else.
    pub freeing: Option<String>,
    /// All clients it is about, in order of name.
    pub clients: Vec<AuditClient>,
}

/// What a decision depends on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditNumbers {
    /// Nodes in force; `null`: how many there are is not known.
    pub nodes: Option<u64>,
    /// Licenses held.
    pub licenses_in_use: u64,
    /// Those of them that could be freed: the sum of the next three.
    pub held_for_nothing: u64,
    /// Nothing uses them.
    pub held_certainly: u64,
    /// The agents of their computers have to be removed first (V7).
    pub held_agent_first: u64,
    /// Their computers have to be looked for first (V9).
    pub held_look_first: u64,
    /// Clients that lack only a license.
    pub waiting_for_license: u64,
    /// Clients that lack something else.
    pub waiting_for_something_else: u64,
    /// Clients that hold a license and do not scan (X3).
    pub holders_not_scanning: u64,
    /// Nodes that are missing after all of that was freed; `null`: not known.
    pub nodes_missing: Option<u64>,
}

/// A row of the accounting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAccount {
    /// `needed`, `not_scanning`, `held_for_nothing`, `waits_for_license`, `waits_for_something_else` or `needs_none`.
    pub account: String,
    /// The row in words.
    pub words: String,
    /// Do its records hold a license?
    pub holds_license: bool,
    /// How many records are in it; those of all rows add up to all clients.
    pub records: u64,
    /// What they are in it for; they add up to `records`, but for `needed`, which has none.
    pub reasons: Vec<AuditReason>,
}

/// Records of a row that have a reason in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditReason {
    /// A word to filter by, as the findings have it.
    pub reason: String,
    /// Id of the rule behind it, as `V1`; `null`: none.
    pub rule: Option<String>,
    /// The reason in words.
    pub what: String,
    /// How many records.
    pub records: u64,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditStep {
    /// What, in words.
    pub what: String,
    /// Positions in `findings` of what it cures.
    pub findings: Vec<usize>,
}

/// A client, and how the database calls its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditClient {
    /// As in the scenario; a pseudonym where the export was anonymized.
    pub name: String,
    /// GUID of the record, or its pseudonym; empty where the tables name none.
    pub guid: String,
}

impl AuditResult {
    /// `notices` are lines about the tables.
    pub fn new(scenario: &Scenario, customer: &Customer, audit: &Audit, notices: &str) -> AuditResult {
        let guids = GuidsByName::of_clients(customer);
        let assumed = customer.assumptions.iter();
        AuditResult {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: scenario.name.clone(),
            exported_at: timestamp(scenario.start, Time::START),
            version: customer.version.to_string(),
            answer: answer(&audit.verdict),
            cautions: cautions(customer),
            numbers: numbers(&audit.verdict),
            accounting: audit.accounting.rows.iter().map(account).collect(),
            other_systems: customer.other_systems,
            clients: DiagnosisClients::of(&audit.diagnosis),
            pool: DiagnosisPool::of(scenario, &audit.diagnosis),
            rows_in_use: customer.rows_in_use.map(AuditRowsInUse::of),
            license_files: customer.license_files.iter().map(AuditLicenseFile::of).collect(),
            to_do: to_do(audit),
            findings: audit.findings.iter().map(|found| finding(found, &guids)).collect(),
            assumed: assumed.map(|(assumption, computers)| assumption.about(*computers)).collect(),
            noticed: notices.lines().map(str::to_string).collect(),
        }
    }
}

fn cautions(customer: &Customer) -> Vec<String> {
    let unknown = holders_unknown(customer.rows_in_use);
    if unknown.is_empty() { Vec::new() } else { vec![unknown.to_string()] }
}

fn numbers(verdict: &Verdict) -> AuditNumbers {
    let ForNothing { certain, agent_first, look_first } = verdict.for_nothing;
    AuditNumbers {
        nodes: verdict.nodes,
        licenses_in_use: verdict.in_use,
        held_for_nothing: verdict.for_nothing.total(),
        held_certainly: certain,
        held_agent_first: agent_first,
        held_look_first: look_first,
        waiting_for_license: verdict.waiting,
        waiting_for_something_else: verdict.elsewhere,
        holders_not_scanning: verdict.not_scanning,
        nodes_missing: match verdict.purchase() {
            Purchase::Unknown => None,
            Purchase::Buy(least, _) => Some(least),
            _ => Some(0),
        },
    }
}

fn account(row: &AccountRow) -> AuditAccount {
    let reason = |reason: &AccountReason| AuditReason {
        reason: reason.key.to_string(),
        rule: reason.clause.map(|clause| clause.id().to_string()),
        what: reason.what.clone(),
        records: reason.records,
    };
    AuditAccount {
        account: row.account.key().to_string(),
        words: account_in_words(row.account).to_string(),
        holds_license: row.account.holds_license(),
        records: row.records,
        reasons: row.reasons.iter().map(reason).collect(),
    }
}

/// What to do, as the findings and the verdict give it.
fn to_do(audit: &Audit) -> Vec<AuditStep> {
    let step = |step: &AuditStepOf| {
        let (AuditStepOf::Cure(findings) | AuditStepOf::Buy(findings)) = step;
        let what = match step {
            AuditStepOf::Cure(findings) => {
                let Finding { key, cure, .. } = &audit.findings[findings[0]];
                match *key {
                    "licenses_expired" | "no_license" => format!("{cure}; {}", purchase(&audit.verdict)),
                    _ => cure.clone(),
                }
            }
            AuditStepOf::Buy(_) => purchase(&audit.verdict),
        };
        AuditStep { what, findings: findings.clone() }
    };
    audit.steps().iter().map(step).collect()
}

fn finding(found: &Finding, guids: &GuidsByName) -> AuditFinding {
    let client = |name: &String| AuditClient { name: name.clone(), guid: guids.of(name).to_string() };
    AuditFinding {
        part: found.part.key().to_string(),
        rule: found.clause.map(|clause| clause.id().to_string()),
        finding: found.key.to_string(),
        count: found.count,
        what: found.what.clone(),
        cure: found.cure.clone(),
        freeing: found.freeing.map(|freeing| freeing.key().to_string()),
        clients: found.names.iter().map(client).collect(),
    }
}

/// GUIDs by the names of clients.
pub(in crate::output) struct GuidsByName<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> GuidsByName<'a> {
    pub fn of_clients(customer: &'a Customer) -> GuidsByName<'a> {
        let clients = customer.names.iter().zip(&customer.clients);
        let guid = |(name, client): (&'a String, &'a InferredClient)| {
            Some((name.as_str(), client.initial.guid.as_deref()?))
        };
        GuidsByName(clients.filter_map(guid).collect())
    }

    /// Empty where the tables name none.
    pub fn of(&self, name: &str) -> &'a str {
        self.0.get(name).copied().unwrap_or_default()
    }
}

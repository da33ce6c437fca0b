//! What `audit --format json` prints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::import::customer::Customer;
use crate::import::infer::InferredClient;
use crate::output::prose::dates::timestamp;
use crate::output::results::diagnosis::{DiagnosisClients, DiagnosisPool};
use crate::output::results::license_files::AuditLicenseFile;
use crate::scenario::model::Scenario;
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
    /// At the instant of the export, as all counts here.
    pub clients: DiagnosisClients,
    /// Licenses and states at the instant of the export.
    pub pool: DiagnosisPool,
    /// All license files, counted or not, in order of the table; empty where licenses are not exported.
    pub license_files: Vec<AuditLicenseFile>,
    /// By part: pool, licenses to free, clients without a license, records.
    pub findings: Vec<AuditFinding>,
    /// What the tables do not say.
    pub assumed: Vec<String>,
    /// Lines about the tables.
    pub noticed: Vec<String>,
}

/// One thing that is wrong or can be improved, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFinding {
    /// `pool`, `licenses_to_free`, `without_license` or `records`.
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
    /// All clients it is about, in order of name.
    pub clients: Vec<AuditClient>,
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
            clients: DiagnosisClients::of(&audit.diagnosis),
            pool: DiagnosisPool::of(scenario, &audit.diagnosis),
            license_files: customer.license_files.iter().map(AuditLicenseFile::of).collect(),
            findings: audit.findings.iter().map(|found| finding(found, &guids)).collect(),
            assumed: assumed.map(|(assumption, computers)| assumption.about(*computers)).collect(),
            noticed: notices.lines().map(str::to_string).collect(),
        }
    }
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

//! What `audit --format json` prints.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::import::customer::Customer;
use crate::import::infer::InferredClient;
use crate::output::prose::dates::timestamp;
use crate::output::results::diagnosis::{DiagnosisClients, DiagnosisPool};
use crate::scenario::model::Scenario;
use crate::study::audit::{Audit, Finding};
use crate::units::time::Time;

/// The whole audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditResult {
    pub fleetsim: String,
    pub scenario: String,
    /// Server local time, ISO 8601.
    pub exported_at: String,
    /// Of the product that was exported.
    pub version: String,
    pub clients: DiagnosisClients,
    pub pool: DiagnosisPool,
    pub findings: Vec<AuditFinding>,
    /// What the tables do not say.
    pub assumed: Vec<String>,
    /// Lines about the tables.
    pub noticed: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditFinding {
    pub part: String,
    pub rule: Option<String>,
    pub finding: String,
    pub count: u64,
    pub what: String,
    pub cure: String,
    pub clients: Vec<AuditClient>,
}

/// A client, and how the database calls its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditClient {
    pub name: String,
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
            version: customer.version.word().to_string(),
            clients: DiagnosisClients::of(&audit.diagnosis),
            pool: DiagnosisPool::of(scenario, &audit.diagnosis),
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
pub struct GuidsByName<'a>(BTreeMap<&'a str, &'a str>);

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

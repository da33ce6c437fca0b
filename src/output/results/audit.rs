//! What `audit` writes as JSON, and as CSV with a row for each client of each finding.

use std::collections::BTreeMap;
use std::io;

use serde::Serialize;

use crate::import::customer::Customer;
use crate::import::infer::Client as Found;
use crate::output::prose::dates::timestamp;
use crate::output::results::diagnosis::{Clients, Pool};
use crate::output::{csv_table, json};
use crate::scenario::model::Scenario;
use crate::study::audit::Audit;
use crate::units::time::Time;

#[derive(Serialize)]
struct Document<'a> {
    fleetsim: &'static str,
    scenario: &'a str,
    exported_at: String,
    version: &'static str,
    clients: Clients,
    pool: Pool,
    findings: Vec<Entry<'a>>,
    assumed: Vec<String>,
    noticed: Vec<&'a str>,
}

#[derive(Serialize)]
struct Entry<'a> {
    part: &'static str,
    rule: Option<&'static str>,
    finding: &'static str,
    count: u64,
    what: &'a str,
    cure: &'a str,
    clients: Vec<Client<'a>>,
}

/// A client, and how the database calls its record.
#[derive(Serialize)]
struct Client<'a> {
    name: &'a str,
    guid: &'a str,
}

/// The audit as JSON.
pub fn document(scenario: &Scenario, customer: &Customer, audit: &Audit, notices: &str) -> Vec<u8> {
    let guids = Guids::of_clients(customer);
    let findings = audit.findings.iter().map(|found| Entry {
        part: found.part.key(),
        rule: found.clause.map(|clause| clause.id()),
        finding: found.key,
        count: found.count,
        what: &found.what,
        cure: &found.cure,
        clients: found.names.iter().map(|name| Client { name, guid: guids.of(name) }).collect(),
    });
    json(&Document {
        fleetsim: env!("CARGO_PKG_VERSION"),
        scenario: &scenario.name,
        exported_at: timestamp(scenario.start, Time::START),
        version: customer.version.word(),
        clients: Clients::of(&audit.diagnosis),
        pool: Pool::of(scenario, &audit.diagnosis),
        findings: findings.collect(),
        assumed: customer
            .assumptions
            .iter()
            .map(|(assumption, computers)| assumption.about(*computers))
            .collect(),
        noticed: notices.lines().collect(),
    })
}

/// GUIDs by the names of clients.
struct Guids<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Guids<'a> {
    fn of_clients(customer: &'a Customer) -> Guids<'a> {
        let clients = customer.names.iter().zip(&customer.clients);
        let guid =
            |(name, client): (&'a String, &'a Found)| Some((name.as_str(), client.initial.guid.as_deref()?));
        Guids(clients.filter_map(guid).collect())
    }

    fn of(&self, name: &str) -> &'a str {
        self.0.get(name).copied().unwrap_or_default()
    }
}

/// The columns of the CSV form, and what they hold.
pub const COLUMNS: [(&str, &str); 8] = [
    ("part", "pool, licenses_to_free, without_license, or records"),
    ("rule", "id of the rule behind it"),
    ("finding", "a word to filter by"),
    ("count", "how many clients, licenses or nodes the finding is about"),
    ("client", "one of them; empty where it is about no client"),
    ("guid", "how the database calls its record"),
    ("what", "what was found"),
    ("cure", "what cures it"),
];

/// The audit as CSV: a row for each client of each finding.
///
/// # Errors
/// When `out` fails.
pub fn csv(customer: &Customer, audit: &Audit, out: impl io::Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    let guids = Guids::of_clients(customer);
    for found in &audit.findings {
        let rule = found.clause.map_or("", |clause| clause.id());
        let count = found.count.to_string();
        let nobody = [String::new()];
        let names = if found.names.is_empty() { &nobody[..] } else { &found.names };
        for name in names {
            let guid = guids.of(name);
            let [what, cure] = [&found.what, &found.cure];
            csv.write_record([found.part.key(), rule, found.key, &count, name, guid, what, cure])?;
        }
    }
    csv.flush()
}

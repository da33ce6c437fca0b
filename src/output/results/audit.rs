//! What `audit` prints: as text, as JSON, and as CSV with a row for each client of each finding.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io;

use serde::Serialize;

use crate::import::customer::Customer;
use crate::import::infer::InferredClient;
use crate::output::prose::diagnosis::headline;
use crate::output::prose::numbers::{grouped, named, timestamp};
use crate::output::results::diagnosis::{Clients, Pool};
use crate::output::{csv_table, json};
use crate::scenario::model::Scenario;
use crate::study::audit::{Audit, AuditPart, Finding};
use crate::units::time::Time;

/// Where words stand below a count and a rule.
const INDENT: &str = "                 ";

/// Columns that a line of words takes.
const WIDTH: usize = 88;

/// Clients named of each finding in the text.
const NAMED: usize = 5;

/// The audit as text; `notices` are lines about the tables.
pub fn table(scenario: &Scenario, customer: &Customer, audit: &Audit, notices: &str) -> String {
    let start = timestamp(scenario.start, Time::START);
    let version = customer.version.word();
    let mut out = format!("{} as exported on {start}, version {version}\n\n", scenario.name);
    out.push_str(&headline(scenario, &audit.diagnosis));
    for part in AuditPart::ALL {
        let of_part = || audit.findings.iter().filter(|finding| finding.part == part);
        if of_part().next().is_some() {
            let _ = writeln!(out, "\n{}: how many, rule, what; some of them; what cures it\n", heading(part));
        }
        of_part().for_each(|finding| out.push_str(&entry(finding)));
    }
    if audit.findings.is_empty() {
        out.push_str("\nNothing is wrong: every license is held by a computer that needs it.\n");
    }
    out.push_str(&assumed(customer));
    if !notices.is_empty() {
        let _ = write!(out, "\nNoticed in the tables\n\n{notices}");
    }
    out
}

/// What was assumed, as a section of text.
pub fn assumed(customer: &Customer) -> String {
    let mut out = String::new();
    for (index, (assumption, computers)) in customer.assumptions.iter().enumerate() {
        out.push_str(if index == 0 { "\nAssumed, because the tables do not say it\n\n" } else { "" });
        let _ = writeln!(out, "  {}", assumption.about(*computers));
    }
    out
}

/// A sentence in lines of bearable length; those after the first are indented.
fn wrapped(sentence: &str) -> String {
    let (mut out, mut column) = (String::new(), 0);
    for word in sentence.split(' ') {
        let len = word.chars().count();
        if column > 0 && column + 1 + len > WIDTH {
            let _ = write!(out, "\n{INDENT}");
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += len;
    }
    out
}

fn heading(part: AuditPart) -> &'static str {
    match part {
        AuditPart::Pool => "Licenses and maintenance",
        AuditPart::LicensesToFree => "Licenses that could be freed",
        AuditPart::WithoutLicense => "Clients without a license",
        AuditPart::Records => "Records",
    }
}

fn entry(finding: &Finding) -> String {
    let Finding { clause, count, what, cure, names, .. } = finding;
    let rule = clause.map_or("", |clause| clause.id());
    let some = match names.is_empty() {
        true => String::new(),
        false => {
            let shown = &names[..names.len().min(NAMED)];
            format!("{}{}\n", INDENT, named(shown, names.len() as u64))
        }
    };
    let (what, cure) = (wrapped(what), wrapped(&format!("cure: {cure}")));
    format!("  {:>9}  {rule:<3} {what}\n{some}{INDENT}{cure}\n", grouped(*count))
}

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
        let guid = |(name, client): (&'a String, &'a InferredClient)| {
            Some((name.as_str(), client.initial.guid.as_deref()?))
        };
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

//! The scenario made of an export, as text: the scenario itself, and the file of its clients beside it.

use std::fmt::Write;
use std::io;

use jiff::civil::DateTime;

use crate::import::customer::Customer;
use crate::import::infer::InferredClient;
use crate::import::rhythm::Rhythms;
use crate::scenario::clients_csv::{self, WrittenClient};
use crate::scenario::model::{LicenseFile, LicenseFormat, Product, Status};
use crate::scenario::sha256;
use crate::scenario::values::civil;
use crate::units::time::{Span, Time};

/// The groups of the scenario: clients whose package server serves, and those whose does not.
pub const GROUPS: [&str; 2] = ["computers", "stuck"];
/// The site of the second group.
const STUCK_SITE: &str = "stuck";
/// The column of the clients that the install policy takes, and of those that the DSUP takes.
const INSTALL: &str = "plugin_install";
const DSUP: &str = "dsup";

/// The scenario; `clients` is the name of the file of its clients, and `rows` its content. The scenario holds the
/// digest of the file, so that neither is taken for that of another import.
pub fn scenario(customer: &Customer, clients: &str, rows: &[u8]) -> String {
    let mut out = String::new();
    let _ = write!(
        out,
        "# A fleet as a customer's tables show it at {start}. Who is there, and where each stands, is in {clients}.\n\
         # Next:\n\
         #   fleetsim diagnose THIS                     who has no license, and why\n\
         #   fleetsim diagnose THIS --plan              what cures it\n\
         #   fleetsim explain THIS --client NAME        the story of one of them\n",
        start = customer.start,
    );
    if !customer.assumptions.is_empty() {
        out.push_str("#\n# Assumed, because the tables do not say it:\n");
    }
    for (assumption, computers) in &customer.assumptions {
        let _ = writeln!(out, "# - {}", assumption.about(*computers));
    }
    let _ = writeln!(out, "fleetsim: 1\nname: {}\nstart: {}", quoted(&customer.name), customer.start);
    let _ = writeln!(out, "duration: {}\nasked_at: 0d\ntimeline: {{every: 1h}}", customer.duration);
    out.push_str(&platform(customer));
    out.push_str("licenses:\n");
    customer.licenses.iter().for_each(|file| out.push_str(&license(file, customer.start)));
    let groups = groups_there(customer);
    if groups.contains(&GROUPS[1]) {
        let since = civil(customer.start, Time::START - Span::DAY);
        let _ = writeln!(out, "sites:\n  network: {{}}\n  {STUCK_SITE}: {{down: [{{from: {since}}}]}}");
    }
    out.push_str("groups:\n");
    for group in &groups {
        let site = match groups.contains(&GROUPS[1]) {
            true if *group == GROUPS[1] => format!(", site: {STUCK_SITE}"),
            true => ", site: network".to_string(),
            false => String::new(),
        };
        let file = format!("file: {}, sha256: {}", quoted(clients), quoted(&sha256(rows)));
        let _ = writeln!(out, "  {group}: {{clients: {{{file}}}{site}}}");
    }
    out.push_str(&policies(customer, clients));
    out
}

/// The groups that have clients; the first one in any case.
fn groups_there(customer: &Customer) -> Vec<&'static str> {
    let stuck = customer.clients.iter().any(|client| client.stuck);
    let others = customer.clients.iter().any(|client| !client.stuck);
    let mut groups = Vec::new();
    if others || !stuck {
        groups.push(GROUPS[0]);
    }
    if stuck {
        groups.push(GROUPS[1]);
    }
    groups
}

fn platform(customer: &Customer) -> String {
    let mut keys = vec![format!("version: \"{}\"", customer.version)];
    if let Some(released) = customer.released {
        keys.push(format!("released: {released}"));
    }
    let (rhythms, usual) = (customer.rhythms, Rhythms::USUAL);
    if rhythms.request != usual.request {
        keys.push(format!("configuration_request: {}", rhythms.request));
    }
    if rhythms.inventory != usual.inventory {
        keys.push(format!("basic_inventory: {}", rhythms.inventory));
    }
    if !customer.membership_updates {
        keys.push("membership_update: never".to_string());
    }
    let mut out = format!("platform: {{{}}}\n", keys.join(", "));
    let mut scan = Vec::new();
    if !customer.scan_policy {
        scan.push("policy: {enabled: false}".to_string());
    }
    if rhythms.scan != usual.scan {
        scan.push(format!("every: {}", rhythms.scan));
    }
    if !scan.is_empty() {
        let _ = writeln!(out, "scan: {{{}}}", scan.join(", "));
    }
    if customer.never_imported {
        out.push_str("packages: {imported_before_start: false}\nupdates: {import: never, bulletins: []}\n");
    }
    out
}

/// Does the DSUP leave some of the clients out that it could take?
fn narrows_dsup(customer: &Customer) -> bool {
    customer.version.requires_dsup() && customer.dsup && customer.clients.iter().any(|client| !client.in_dsup)
}

fn license(file: &LicenseFile, start: DateTime) -> String {
    let date = |at: Time| civil(start, at);
    let none = if file.nodes_unknown { "unknown" } else { "unlimited" };
    let nodes = file.nodes.map_or(none.to_string(), |nodes| nodes.to_string());
    let mut keys = vec![format!("kind: {}", file.kind.word()), format!("nodes: {nodes}")];
    if file.product != Product::PATCH_MANAGEMENT {
        keys.push(format!("product: {}", quoted(&file.product)));
    }
    if file.format == LicenseFormat::Legacy {
        keys.push("format: legacy".into());
    }
    if file.from != Time::START {
        keys.push(format!("from: {}", date(file.from)));
    }
    for (key, end) in [("until", file.until), ("aup_until", file.aup_until)] {
        if let Some(end) = end {
            keys.push(format!("{key}: {}", date(end).date()));
        }
    }
    format!("  {}: {{{}}}\n", file.name, keys.join(", "))
}

fn policies(customer: &Customer, clients: &str) -> String {
    // Policies are for Active records: whether others are in it says nothing.
    let mut active = customer.clients.iter().filter(|client| client.initial.status == Status::Active);
    let everybody = active.all(|client| client.in_install_policy);
    let mut out = String::new();
    let file = |column: &str| {
        format!(
            "{{clients: {{file: {}, column: {}}}}}",
            quoted(clients),
            quoted(&clients_csv::member_column(column))
        )
    };
    if !everybody {
        let _ = writeln!(out, "  plugin_install: {}", file(INSTALL));
    }
    if customer.version.requires_dsup() {
        if !customer.dsup {
            out.push_str("  dsup: {enabled: false}\n");
        }
        if narrows_dsup(customer) {
            let _ = writeln!(out, "  dsup: {}", file(DSUP));
        }
        if !customer.clones.is_empty() {
            out.push_str("  clones:\n");
        }
        for clone in &customer.clones {
            let _ = writeln!(out, "    {}: {}", quoted(clone), file(clone));
        }
    }
    if out.is_empty() { out } else { format!("policies:\n{out}") }
}

/// A text as YAML cannot misread it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text serialises")
}

/// Writes the file of the clients.
///
/// # Errors
/// When `out` fails.
pub fn write_clients(customer: &Customer, out: impl io::Write) -> io::Result<()> {
    let dsup = narrows_dsup(customer);
    let own = [INSTALL].into_iter().chain(dsup.then_some(DSUP));
    let columns: Vec<String> = own.map(str::to_string).chain(customer.clones.iter().cloned()).collect();
    let members: Vec<Vec<bool>> = customer
        .clients
        .iter()
        .zip(&customer.members)
        .map(|(client, clones)| {
            let own = [client.in_install_policy].into_iter().chain(dsup.then_some(client.in_dsup));
            own.chain(clones.iter().copied()).collect()
        })
        .collect();
    let group = |client: &InferredClient| if client.stuck { GROUPS[1] } else { GROUPS[0] };
    let rows = customer.clients.iter().zip(&customer.names).zip(&members);
    let written = rows.map(|((client, name), member)| WrittenClient {
        name,
        group: group(client),
        initial: &client.initial,
        member,
    });
    clients_csv::write(written, &columns, customer.start, out)
}

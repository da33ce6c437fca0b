//! `groups`: clients, their sites, and when they join.

use std::collections::BTreeMap;

use crate::engine::distribution::Distribution;
use crate::scenario::clients_csv::{self, ClientsOfFile};
use crate::scenario::distribution_syntax;
use crate::scenario::fault::{Fault, Place, listed};
use crate::scenario::model::{Clients, ClonedKeys, Enrol, Group, Key, Site};
use crate::scenario::read::limits::{MOST_CLIENTS, too_many_clients};
use crate::scenario::read::names::{numbered_client, site_named};
use crate::scenario::read::online;
use crate::scenario::reader::{Read, Reader, Section, check_name, twice};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::Time;

pub fn groups(top: &Section, sites: &[Site]) -> Vec<Group> {
    if !top.has("groups") && !top.is_no_mapping() {
        let fault = Fault::at(top.at, "`groups` is missing: there are no clients".into()).path("groups");
        top.reader.fault(fault.help("for example `groups: {desktops: {clients: 600}}`"));
    }
    let named = top.named("groups");
    if named.len() > usize::from(u16::MAX) {
        top.fault_at("groups", format!("{} groups, more than {}", named.len(), u16::MAX), None);
    }
    let names: Vec<&str> = named.iter().map(|(name, _, _)| name.as_str()).collect();
    let groups: Vec<Group> =
        named.iter().map(|(name, _, section)| group(name, section, sites, &names)).collect();
    check_names_unique(&named, &groups);
    groups
}

fn group(name: &str, s: &Section, sites: &[Site], all: &[&str]) -> Group {
    let there = clients_of_file(name, s, all);
    let read = s.value("enrol", enrol);
    // Arrivals that could not be read may have given the number of clients.
    let counted = read.is_some() || !s.has("enrol");
    let enrol = read.unwrap_or(Enrol::Spread(Distribution::Constant(0)));
    let clients = match counted {
        _ if there.is_some() => Clients::Named(Vec::new()),
        true => clients(s, &enrol),
        false => s.value("clients", clients_of).unwrap_or(Clients::Count(0)),
    };
    let (clients, initial) = match there {
        Some(there) => (Clients::Named(there.names), there.initial),
        None => (clients, None),
    };
    if let (Enrol::Instants(times), Some(count)) = (&enrol, clients.count())
        && times.len() != count as usize
    {
        s.fault_at(
            "enrol",
            format!("{} instants for {count} clients", times.len()),
            Some("give one for each".into()),
        );
    }
    Group {
        name: name.to_string(),
        clients,
        initial,
        site: site_of(s, sites),
        os: s.value("os", values::title),
        enrol,
        package_size: s.value("package_size", distribution_syntax::size),
        lifetime: s.value("lifetime", distribution_or_never).flatten(),
        holding_time: s.value("holding_time", distribution_or_never).flatten(),
        cloned_keys: cloned_keys(s),
        online: s.value("online", online::online).flatten(),
    }
}

/// `clients: {file: acme.clients.csv}`: the clients by name, and optionally the state of each.
fn clients_of_file(name: &str, s: &Section, all: &[&str]) -> Option<ClientsOfFile> {
    let node = s.node("clients")?;
    let Kind::Map(_) = &node.kind else { return None };
    let read = clients_csv::read(node, s.reader, name, all);
    let there = read.map_err(|fault| s.reader.fault(fault.below(&s.child("clients")))).unwrap_or_default();
    if there.initial.is_some() {
        for (key, why) in [
            ("enrol", "clients whose state the file gives are there from the start"),
            ("cloned_keys", "the file has a row for each record, whoever shares it"),
        ] {
            s.exclusive("clients", key, why);
        }
    }
    Some(there)
}

const CLONED_BY: &[(&str, Key)] = &[("hardware", Key::Hardware), ("tpm", Key::Tpm)];

/// `{machines: 3, by: hardware}`, or `none`.
fn cloned_keys(s: &Section) -> Option<ClonedKeys> {
    if let Some(Node { kind: Kind::Scalar { text, .. }, .. }) = s.node("cloned_keys")
        && text == "none"
    {
        return None;
    }
    let inner = s.section("cloned_keys");
    let by = inner.value("by", values::word(CLONED_BY)).unwrap_or(Key::Hardware);
    let machines = match s.has("cloned_keys") {
        true => inner.required("machines", "3", values::integer(2, 1_000)),
        false => inner.value("machines", values::integer(2, 1_000)),
    };
    machines.map(|machines| ClonedKeys { machines: machines as u32, by })
}

fn distribution_or_never(node: &Node, reader: &Reader) -> Read<Option<Distribution>> {
    match &node.kind {
        Kind::Scalar { text, .. } if text == "never" => Ok(None),
        _ => distribution_syntax::duration(node, reader).map(Some),
    }
}

/// `clients` may be left out where the arrivals say how many there are.
fn clients(s: &Section, enrol: &Enrol) -> Clients {
    match enrol {
        Enrol::Poisson { .. } => s.value("clients", clients_of).unwrap_or(Clients::Unbounded),
        Enrol::Instants(times) if !s.has("clients") => Clients::Count(times.len() as u32),
        _ => s.required("clients", "600", clients_of).unwrap_or(Clients::Count(0)),
    }
}

fn clients_of(node: &Node, reader: &Reader) -> Read<Clients> {
    let Kind::List(nodes) = &node.kind else {
        let read = values::integer(0, MOST_CLIENTS)(node, reader).map(|n| Clients::Count(n as u32));
        let typed = text(node, "a whole number").ok().and_then(|typed| typed.parse::<f64>().ok());
        return match typed.filter(|clients| clients.is_finite() && *clients > MOST_CLIENTS as f64) {
            Some(clients) => read.map_err(|fault| fault.help(too_many_clients(clients))),
            None => read,
        };
    };
    let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
    let mut names = Vec::new();
    for item in nodes {
        let name = text(item, "the name of a client")?;
        check_name(name, item.at)?;
        if let Some(first) = seen.insert(name, item.at) {
            let problem = format!("client `{name}` is named twice: {}", twice(first, item.at));
            return Err(Fault::at(item.at, problem).help("a name is one client's"));
        }
        names.push(name.to_string());
    }
    Ok(Clients::Named(names))
}

/// One name, one client: across groups, and against the numbered names of other groups.
fn check_names_unique(named: &[(String, Place, Section)], groups: &[Group]) {
    let fault = |name: &str, group: usize, other: usize| {
        let problem = format!("client `{name}` is also in group `{}`", groups[other].name);
        named[group].2.fault_at("clients", problem, Some("a client is in one group".into()));
    };
    let named_clients = || {
        groups.iter().enumerate().flat_map(|(index, group)| {
            let names = group.clients.names().unwrap_or_default();
            names.iter().map(move |name| (name.as_str(), index))
        })
    };
    // Sorted instead of a map: names may be millions.
    let mut all: Vec<(&str, usize)> = named_clients().collect();
    all.sort_unstable();
    // Twice in one group is a fault of its list, or of its file.
    for pair in all.windows(2).filter(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
        fault(pair[1].0, pair[1].1, pair[0].1);
    }
    for (name, group) in named_clients() {
        if let Some((other, _)) = numbered_client(name, groups) {
            fault(name, group, other);
        }
    }
}

fn site_of(s: &Section, sites: &[Site]) -> usize {
    let chosen = s.value("site", |node, reader| site_named(node, reader, sites));
    if chosen.is_none() && sites.len() > 1 && !s.has("site") {
        let names = listed(sites.iter().map(|s| s.name.as_str()));
        s.fault_at(
            "site",
            format!("`site` is missing, and there are several: {names}"),
            Some(format!("for example `site: {}`", sites[0].name)),
        );
    }
    chosen.unwrap_or(0)
}

/// A distribution (offset from the start), `{poisson: 10/d}`, `{dates: [..]}`, a list, or one instant for all.
fn enrol(node: &Node, reader: &Reader) -> Read<Enrol> {
    let single = match &node.kind {
        Kind::List(_) => return instants(node, reader).map(Enrol::Instants),
        Kind::Scalar { .. } => return values::instant(node, reader).and_then(|at| all_at(at, node)),
        Kind::Map(entries) if entries.len() == 1 => &entries[0],
        _ => return distribution_syntax::duration(node, reader).map(Enrol::Spread),
    };
    let below = |fault: Fault| fault.below(&single.key);
    match single.key.as_str() {
        "poisson" => poisson(&single.value, reader).map_err(below),
        "dates" => instants(&single.value, reader).map(Enrol::Instants).map_err(below),
        distribution if distribution_syntax::KNOWN_DISTRIBUTIONS.contains(&distribution) => {
            distribution_syntax::duration(node, reader).map(Enrol::Spread)
        }
        unknown => {
            let words =
                || distribution_syntax::KNOWN_DISTRIBUTIONS.iter().copied().chain(["poisson", "dates"]);
            let all = format!("laws: {}, or an instant", words().collect::<Vec<_>>().join(", "));
            Err(distribution_syntax::unknown_distribution(unknown, single.key_at).suggest(
                unknown,
                words(),
                Some(all),
            ))
        }
    }
}

fn all_at(at: Time, node: &Node) -> Read<Enrol> {
    not_before_start(at, node).map(|at| Enrol::Spread(Distribution::Constant(at.ms())))
}

/// Nothing happens before the scenario starts.
pub fn not_before_start(at: Time, node: &Node) -> Read<Time> {
    if at < Time::START {
        return Err(Fault::at(node.at, format!("{} lies before the start of the scenario", node.describe())));
    }
    Ok(at)
}

fn instants(node: &Node, reader: &Reader) -> Read<Vec<Time>> {
    values::list(node, reader, |n, r| not_before_start(values::instant(n, r)?, n))
}

/// `10/d`, or `{rate: 10/d, from: 30d, until: 60d}`.
fn poisson(node: &Node, reader: &Reader) -> Read<Enrol> {
    let Kind::Map(entries) = &node.kind else {
        return Ok(Enrol::Poisson { mean_gap: rate(node, reader)?, from: Time::START, until: None });
    };
    let (mut mean_gap, mut from, mut until) = (None, Time::START, None);
    for entry in entries {
        match entry.key.as_str() {
            "rate" => mean_gap = Some(rate(&entry.value, reader)?),
            "from" => from = not_before_start(values::instant(&entry.value, reader)?, &entry.value)?,
            "until" => until = Some(values::instant(&entry.value, reader)?),
            other => {
                return Err(Fault::at(entry.key_at, format!("unknown key `{other}`"))
                    .help("`{poisson: {rate: 10/d, from: 30d, until: 60d}}`"));
            }
        }
    }
    let mean_gap = mean_gap
        .ok_or_else(|| Fault::at(node.at, "`rate` is missing".into()).help("for example `rate: 10/d`"))?;
    if until.is_some_and(|until| until <= from) {
        return Err(Fault::at(node.at, "`until` is not after `from`".into())
            .help("the arrivals need time: exchange the two, or correct one"));
    }
    Ok(Enrol::Poisson { mean_gap, from, until })
}

/// The mean gap between two arrivals, ms. Each gap is rounded to the millisecond, and shorter ones would be none.
fn rate(node: &Node, reader: &Reader) -> Read<f64> {
    let mean_gap = values::rate(node, reader)?;
    match mean_gap < 1.0 {
        false => Ok(mean_gap),
        true => Err(Fault::at(
            node.at,
            format!("{} is more than one arrival a millisecond", node.describe()),
        )
        .help("at most `1/ms`; for more, give `clients` and when they join: `enrol: {uniform: [0s, 1m]}`")),
    }
}

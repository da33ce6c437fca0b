//! `actions`: what an administrator does at an instant.

use std::collections::BTreeMap;

use super::super::fault::Fault;
use super::super::model::updates::Updates;
use super::super::model::{Action, Clients, Deed, Group, Selection, Status};
use super::super::reader::{Read, Reader, Section, twice};
use super::super::values::{self, text};
use super::super::yaml::{Kind, Node};
use super::MOST_CLIENTS;
use super::fleet::{group_named, unknown};
use super::names::{find_client, numbers_of};
use super::updates::bulletin_choice;
use crate::words::time::{Span, Time};

/// A key of an action, and what it does with the clients it names.
type DeedOfClients = (&'static str, fn(Selection) -> Deed);

const DEEDS: [DeedOfClients; 4] = [
    ("retire", Deed::Retire),
    ("dispose", Deed::Dispose),
    ("delete", Deed::Delete),
    ("uninstall_plugin", Deed::UninstallPlugin),
];

/// What `run` can start by hand.
const RUNS: &[(&str, Run)] = &[("licensing_refresh", Run::LicensingRefresh), ("pm_import", Run::Import)];

#[derive(Clone, Copy)]
enum Run {
    LicensingRefresh,
    Import,
}

/// What actions may speak of.
#[derive(Clone, Copy)]
struct Known<'s> {
    groups: &'s [Group],
    updates: Option<&'s Updates>,
}

pub fn actions(top: &Section, groups: &[Group], updates: Option<&Updates>, duration: Span) -> Vec<Action> {
    let Some(node) = top.node("actions") else { return Vec::new() };
    let Kind::List(items) = &node.kind else {
        if node.kind != Kind::Null {
            let problem = format!("expected a list of actions, found {}", node.describe());
            top.fault_at("actions", problem, Some("`- {at: 30d, run: licensing_refresh}`".into()));
        }
        return Vec::new();
    };
    let read = |(i, item)| {
        let section = Section::new(top.reader, &format!("actions[{i}]"), "actions[*]", Some(item));
        action(&section, Known { groups, updates }, duration)
    };
    items.iter().enumerate().filter_map(read).collect()
}

fn action(s: &Section, known: Known, duration: Span) -> Option<Action> {
    let at = s.required("at", "30d", values::instant);
    let mut deeds: Vec<Option<Deed>> = Vec::new();
    for (key, deed) in DEEDS {
        if s.has(key) {
            deeds.push(s.value(key, |node, reader| selection(node, reader, known.groups)).map(deed));
        }
    }
    if s.has("run") {
        deeds.push(s.value("run", |node, reader| run(node, reader, known.updates)));
    }
    if s.has("enable_bulletins") {
        let chosen = s.value("enable_bulletins", |node, reader| bulletin_choice(node, reader, known.updates));
        deeds.push(chosen.map(Deed::EnableBulletins));
    }
    if s.has("installation_task") {
        deeds.push(s.value("installation_task", |node, reader| installation_task(node, reader, known)));
    }
    if deeds.len() != 1 && !s.is_no_mapping() {
        let more = ["enable_bulletins", "installation_task"];
        let words: Vec<&str> = DEEDS.iter().map(|(key, _)| *key).chain(more).collect();
        let number = if deeds.is_empty() { "none".to_string() } else { deeds.len().to_string() };
        let problem = format!("an action does exactly one thing, this one does {number}");
        s.reader
            .fault(Fault::at(s.at, problem).path(&s.path).help(format!("one of run, {}", words.join(", "))));
    }
    check_instant(s, at?, duration);
    Some(Action { at: at?, what: deeds.pop().flatten()? })
}

fn check_instant(s: &Section, at: Time, duration: Span) {
    if at < Time::START {
        s.fault_at(
            "at",
            "lies before the start of the scenario".into(),
            Some("give a later instant, or an earlier `start`".into()),
        );
    }
    if at > Time::START + duration {
        let fault =
            Fault::at(s.place("at"), "lies after the end of the scenario, so it never happens".into());
        s.reader.warn(fault.path(s.child("at")));
    }
}

fn run(node: &Node, reader: &Reader, updates: Option<&Updates>) -> Read<Deed> {
    match values::word(RUNS)(node, reader)? {
        Run::LicensingRefresh => Ok(Deed::LicensingRefresh),
        Run::Import if updates.is_some() => Ok(Deed::Import),
        Run::Import => {
            Err(Fault::at(node.at, "there is nothing to import: the scenario has no `updates`".into())
                .help("add the section `updates`"))
        }
    }
}

/// `{bulletins: all, group: desktops, clients: 40}`: bulletins, and clients as with `retire`.
fn installation_task(node: &Node, reader: &Reader, known: Known) -> Read<Deed> {
    let shape = "`{bulletins: all, group: desktops, clients: 40}`";
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected a task, found {}", node.describe())).help(shape));
    };
    let Some(bulletins) = entries.iter().find(|entry| entry.key == "bulletins") else {
        return Err(Fault::at(node.at, "`bulletins` is missing".into()).help(shape));
    };
    let choice = bulletin_choice(&bulletins.value, reader, known.updates)?;
    let whom = entries.iter().filter(|entry| entry.key != "bulletins").cloned().collect();
    let whom = selection(&Node { at: node.at, kind: Kind::Map(whom) }, reader, known.groups)?;
    Ok(Deed::InstallationTask(choice, whom))
}

const STATUSES: &[(&str, Status)] =
    &[("active", Status::Active), ("retired", Status::Retired), ("disposed", Status::Disposed)];

/// `{group: laptops, clients: 40, status: active}`, `{group: laptops}`, or `{clients: [pc-1, pc-2]}`.
fn selection(node: &Node, reader: &Reader, groups: &[Group]) -> Read<Selection> {
    let shape = "`{group: laptops, clients: 40}`, `{group: laptops}` or `{clients: [pc-1, pc-2]}`";
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected clients, found {}", node.describe())).help(shape));
    };
    let (mut group, mut count, mut names, mut status) = (None, None, None, None);
    for entry in entries {
        match (entry.key.as_str(), &entry.value.kind) {
            ("group", _) => group = Some(group_named(&entry.value, groups)?),
            ("clients", Kind::List(_)) => {
                names = Some(clients_named(&entry.value, reader, groups)?);
            }
            ("clients", _) => {
                count = Some(values::integer(0, MOST_CLIENTS)(&entry.value, reader)? as u32);
            }
            ("status", _) => status = Some(values::word(STATUSES)(&entry.value, reader)?),
            (other, _) => {
                return Err(Fault::at(entry.key_at, format!("unknown key `{other}`")).help(shape));
            }
        }
    }
    match (group, count, names) {
        (Some(group), clients, None) => {
            Ok(Selection::Group { group, clients, status: status.unwrap_or(Status::Active) })
        }
        (None, None, Some(names)) if status.is_none() => Ok(Selection::Named(names)),
        _ => Err(Fault::at(node.at, "name a group, or list the clients".into()).help(shape)),
    }
}

/// At least one client, each once.
fn clients_named(node: &Node, reader: &Reader, groups: &[Group]) -> Read<Vec<(usize, u32)>> {
    let mut seen = BTreeMap::new();
    let named = values::list(node, reader, |n, _| {
        let found = client_named(n, groups)?;
        match seen.insert(found, n.at) {
            None => Ok(found),
            Some(first) => {
                let problem = format!("client {} is named twice: {}", n.describe(), twice(first, n.at));
                Err(Fault::at(n.at, problem).help("name it once"))
            }
        }
    })?;
    match named.is_empty() {
        true => Err(Fault::at(node.at, "the list names no client".into()).help("`clients: [pc-1, pc-2]`")),
        false => Ok(named),
    }
}

/// The client a node names: a name of its own, or `group-number`.
fn client_named(node: &Node, groups: &[Group]) -> Read<(usize, u32)> {
    let name = text(node, "the name of a client")?;
    find_client(name, groups).ok_or_else(|| {
        let own = groups.iter().filter_map(|g| match &g.clients {
            Clients::Named(names) => Some(names.iter().map(String::as_str)),
            _ => None,
        });
        let own: Vec<&str> = own.flatten().collect();
        let fault = unknown("client", name, node.at, own.iter().copied());
        match (own.is_empty(), numbers_of(name, groups)) {
            (_, Some(numbers)) => fault.help(numbers),
            (true, None) => fault.help("clients are called by group and number, such as `desktops-1`"),
            _ => fault,
        }
    })
}

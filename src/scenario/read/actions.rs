//! `actions`: what an administrator does at an instant.

use std::collections::BTreeMap;

use super::super::clients_csv;
use super::super::fault::Fault;
use super::super::model::over_time::versions;
use super::super::model::updates::Updates;
use super::super::model::{
    Action, Agent, Clients, Deed, Group, Installed, Keys, Platform, Selection, Status,
};
use super::super::reader::{Read, Reader, Section, twice};
use super::super::table::Table;
use super::super::values::{self, text};
use super::super::yaml::{Kind, Node};
use super::MOST_CLIENTS;
use super::fleet::{group_named, unknown};
use super::names::{find_client, index_of_names, numbered_client, numbers_of};
use super::platform::{membership_update, start_of_day, version};
use super::policies::{self, Fleet};
use super::sites::site_named;
use super::updates::bulletin_choice;
use crate::words::time::{Span, Time};

/// A key of an action, and what it does with the clients it names.
type DeedOfClients = (&'static str, Manner, fn(Whom) -> Deed);

/// What a deed is told beside its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Plain,
    /// `agent: off|live`
    OfAgent,
    /// `keys: matching|new`
    OfKeys,
}

/// Clients, and how a deed is done to them.
struct Whom {
    clients: Selection,
    agent: Agent,
    keys: Keys,
}

const DEEDS: [DeedOfClients; 7] = [
    ("retire", Manner::OfAgent, |whom| Deed::Retire(whom.clients, whom.agent)),
    ("dispose", Manner::OfAgent, |whom| Deed::Dispose(whom.clients, whom.agent)),
    ("delete", Manner::OfAgent, |whom| Deed::Delete(whom.clients, whom.agent)),
    ("uninstall_plugin", Manner::Plain, |whom| Deed::UninstallPlugin(whom.clients)),
    ("install_plugin", Manner::Plain, |whom| Deed::InstallPlugin(whom.clients)),
    ("uninstall_agent", Manner::Plain, |whom| Deed::UninstallAgent(whom.clients)),
    ("reimage", Manner::OfKeys, |whom| Deed::Reimage(whom.clients, whom.keys)),
];

const AGENTS: &[(&str, Agent)] = &[("off", Agent::Off), ("live", Agent::Live)];
const KEYS: &[(&str, Keys)] = &[("matching", Keys::Matching), ("new", Keys::New)];

/// What `run` can start by hand.
const RUNS: &[(&str, Run)] = &[
    ("licensing_refresh", Run::LicensingRefresh),
    ("membership_update", Run::MembershipUpdate),
    ("pm_import", Run::Import),
];

#[derive(Clone, Copy)]
enum Run {
    LicensingRefresh,
    MembershipUpdate,
    Import,
}

/// The words of what `run` can start.
pub fn runs() -> impl Iterator<Item = &'static str> {
    RUNS.iter().map(|(word, _)| *word)
}

pub fn actions(top: &Section, fleet: Fleet, platform: &Platform, duration: Span) -> Vec<Action> {
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
        let action = action(&section, fleet, duration)?;
        Some((action, section))
    };
    let read: Vec<(Action, Section)> = items.iter().enumerate().filter_map(read).collect();
    check_upgrades(&read, platform);
    let actions: Vec<Action> = read.iter().map(|(action, _)| action.clone()).collect();
    check_dsup(&read, &versions(platform, &actions));
    actions
}

/// Versions only ever get newer, and are installed when they are there.
fn check_upgrades(read: &[(Action, Section)], platform: &Platform) {
    let mut in_order: Vec<&(Action, Section)> = read.iter().collect();
    in_order.sort_by_key(|(action, _)| action.at);
    let mut running = platform.version;
    for (action, s) in in_order {
        let Deed::Upgrade { version, released } = action.what else { continue };
        if version <= running {
            let problem = format!("{} is not newer than {}, which runs then", version.word(), running.word());
            s.fault_at("upgrade", problem, Some("a server is never downgraded: give a newer version".into()));
        }
        if released > action.at {
            let problem = format!("{} is installed before it was released", version.word());
            s.fault_at("upgrade", problem, Some("correct `released`, or upgrade later".into()));
        }
        running = version;
    }
}

/// DSUP-type policies mean something only when 8.5 runs some time.
fn check_dsup(read: &[(Action, Section)], versions: &[Installed]) {
    for (action, s) in read {
        if let Deed::ChangePolicies(change) = &action.what
            && (change.dsup_enabled.is_some() || !change.clones.is_empty())
            && !policies::needs_dsup(versions)
        {
            s.fault_at("policies", policies::DSUP_FROM_8_5.into(), Some(policies::OF_8_5.into()));
        }
    }
}

fn action(s: &Section, fleet: Fleet, duration: Span) -> Option<Action> {
    let at = s.required("at", "30d", values::instant);
    let mut deeds: Vec<Option<Deed>> = Vec::new();
    for (key, manner, deed) in DEEDS {
        if s.has(key) {
            deeds.push(s.value(key, |node, reader| selection(node, reader, fleet.groups, manner)).map(deed));
        }
    }
    for (key, deed) in SERVER_DEEDS {
        if s.has(key) {
            deeds.push(deed(s, fleet));
        }
    }
    if deeds.len() != 1 && !s.is_no_mapping() {
        let of_clients = DEEDS.iter().map(|(key, _, _)| *key);
        let words: Vec<&str> = of_clients.chain(SERVER_DEEDS.iter().map(|(key, _)| *key)).collect();
        let number = if deeds.is_empty() { "none".to_string() } else { deeds.len().to_string() };
        let problem = format!("an action does exactly one thing, this one does {number}");
        s.reader.fault(Fault::at(s.at, problem).path(&s.path).help(format!("one of {}", words.join(", "))));
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

/// A key of an action, and how what stands there is read.
type DeedOfServer = (&'static str, fn(&Section, Fleet) -> Option<Deed>);

const SERVER_DEEDS: [DeedOfServer; 7] = [
    ("policies", |s, fleet| {
        let change = policies::policies(&s.section("policies"), fleet);
        if let Some(Node { kind: Kind::Map(entries), .. }) = s.node("policies")
            && entries.is_empty()
        {
            let example = "for example `policies: {dsup: {enabled: true}}`";
            s.fault_at("policies", "expected a change, found none".into(), Some(example.into()));
        }
        Some(Deed::ChangePolicies(change))
    }),
    ("membership_update", |s, _| Some(Deed::MembershipUpdate(membership_update(s)))),
    ("upgrade", |s, _| upgrade(&s.section("upgrade"))),
    ("restart_package_server", |s, fleet| {
        let site = s.value("restart_package_server", |node, _| site_named(node, fleet.sites))?;
        Some(Deed::RestartPackageServer(site))
    }),
    ("enable_bulletins", |s, fleet| {
        let read = |node: &Node, reader: &Reader| bulletin_choice(node, reader, fleet.updates);
        s.value("enable_bulletins", read).map(Deed::EnableBulletins)
    }),
    ("installation_task", |s, fleet| {
        s.value("installation_task", |node, reader| installation_task(node, reader, fleet))
    }),
    ("run", |s, fleet| s.value("run", |node, reader| run(node, reader, fleet.updates))),
];

/// `upgrade: {version: "8.7", released: 2026-03-01}`; without the date nobody could tell whether
/// maintenance covers it (M3).
fn upgrade(s: &Section) -> Option<Deed> {
    let version = s.required("version", "\"8.7\"", version);
    let released = s.required("released", "2026-03-01", values::date);
    Some(Deed::Upgrade { version: version?, released: start_of_day(released?, s.reader) })
}

fn run(node: &Node, reader: &Reader, updates: Option<&Updates>) -> Read<Deed> {
    match values::word(RUNS)(node, reader)? {
        Run::LicensingRefresh => Ok(Deed::LicensingRefresh),
        Run::MembershipUpdate => Ok(Deed::RunMembershipUpdate),
        Run::Import if updates.is_some() => Ok(Deed::Import),
        Run::Import => {
            Err(Fault::at(node.at, "there is nothing to import: the scenario has no `updates`".into())
                .help("add the section `updates`"))
        }
    }
}

/// `{bulletins: all, group: desktops, clients: 40}`: bulletins, and clients as with `retire`.
fn installation_task(node: &Node, reader: &Reader, fleet: Fleet) -> Read<Deed> {
    let shape = "`{bulletins: all, group: desktops, clients: 40}`";
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected a task, found {}", node.describe())).help(shape));
    };
    let Some(bulletins) = entries.iter().find(|entry| entry.key == "bulletins") else {
        return Err(Fault::at(node.at, "`bulletins` is missing".into()).help(shape));
    };
    let choice = bulletin_choice(&bulletins.value, reader, fleet.updates)?;
    let whom = entries.iter().filter(|entry| entry.key != "bulletins").cloned().collect();
    let whom =
        selection(&Node { at: node.at, kind: Kind::Map(whom) }, reader, fleet.groups, Manner::Plain)?.clients;
    Ok(Deed::InstallationTask(choice, whom))
}

const STATUSES: &[(&str, Status)] =
    &[("active", Status::Active), ("retired", Status::Retired), ("disposed", Status::Disposed)];

/// `{group: laptops, clients: 40, status: active}`, `{group: laptops}`, or `{clients: [pc-1, pc-2]}`;
/// with `agent` or `keys` where the deed takes it.
fn selection(node: &Node, reader: &Reader, groups: &[Group], manner: Manner) -> Read<Whom> {
    let shape = "`{group: laptops, clients: 40}`, `{group: laptops}`, `{clients: [pc-1, pc-2]}` or \
                 `{clients: {file: old.csv}}`";
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected clients, found {}", node.describe())).help(shape));
    };
    let (mut group, mut count, mut names, mut status) = (None, None, None, None);
    let (mut agent, mut keys) = (Agent::Off, Keys::Matching);
    for entry in entries {
        match (entry.key.as_str(), &entry.value.kind) {
            ("group", _) => group = Some(group_named(&entry.value, groups)?),
            ("clients", Kind::List(_) | Kind::Map(_)) => {
                names = Some(clients_named(&entry.value, reader, groups)?);
            }
            ("clients", _) => {
                count = Some(values::integer(0, MOST_CLIENTS)(&entry.value, reader)? as u32);
            }
            ("status", _) => status = Some(values::word(STATUSES)(&entry.value, reader)?),
            ("agent", _) if manner == Manner::OfAgent => agent = values::word(AGENTS)(&entry.value, reader)?,
            ("keys", _) if manner == Manner::OfKeys => keys = values::word(KEYS)(&entry.value, reader)?,
            (other, _) => {
                return Err(Fault::at(entry.key_at, format!("unknown key `{other}`")).help(shape));
            }
        }
    }
    let clients = match (group, count, names) {
        (Some(group), clients, None) => {
            Selection::Group { group, clients, status: status.unwrap_or(Status::Active) }
        }
        (None, None, Some(names)) if status.is_none() => Selection::Named(names),
        _ => return Err(Fault::at(node.at, "name a group, or list the clients".into()).help(shape)),
    };
    Ok(Whom { clients, agent, keys })
}

/// The clients that a file names: `{file: old.csv}`, or `{file: acme.clients.csv, column: policy.vip}`.
fn clients_in_file(node: &Node, reader: &Reader, groups: &[Group]) -> Read<Vec<(usize, u32)>> {
    let Kind::Map(entries) = &node.kind else { return Ok(Vec::new()) };
    let given = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
    let shape = "a file with a column `client`: `{file: old.csv}`, and perhaps the column that says yes or no: \
                 `{file: acme.clients.csv, column: policy.vip}`";
    if let Some(other) = entries.iter().find(|entry| !["file", "column"].contains(&entry.key.as_str())) {
        return Err(Fault::at(other.key_at, format!("unknown key `{}`", other.key)).help(shape));
    }
    let file = given("file").ok_or_else(|| Fault::at(node.at, "`file` is missing".into()).help(shape))?;
    let table = Table::open(file, reader)?;
    let column = given("column").map(|column| table.column(column)).transpose()?;
    let names = index_of_names(groups);
    let find = |name: &str| names.get(name).copied().or_else(|| numbered_client(name, groups));
    let mut members = clients_csv::members(&table, column, find)?;
    members.sort_unstable();
    if let Some(pair) = members.windows(2).find(|pair| pair[0] == pair[1]) {
        let name = names.iter().find(|(_, client)| **client == pair[0]).map_or("", |(name, _)| name);
        return Err(table.fault(format!("client `{name}` is named twice")).help("name it once"));
    }
    Ok(members)
}

/// At least one client, each once; a file may hold none.
pub fn clients_named(node: &Node, reader: &Reader, groups: &[Group]) -> Read<Vec<(usize, u32)>> {
    if let Kind::Map(_) = node.kind {
        return clients_in_file(node, reader, groups);
    }
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

//! Clients an action is about: of a group, of a status, silent ones, or by name.

use std::collections::BTreeMap;

use crate::scenario::clients_csv;
use crate::scenario::fault::Fault;
use crate::scenario::model::{Agent, KeyChange, Keys, Selection, Solution, Status};
use crate::scenario::read::limits::MOST_CLIENTS;
use crate::scenario::read::names::{NamedParts, group_named, numbers_of, unknown};
use crate::scenario::reader::{Read, Reader, twice};
use crate::scenario::table::CsvTable;
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Entry, Kind, Node};
use crate::units::time::Span;

/// The options of a command beside its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandOptions {
    Plain,
    /// `agent: off|live`
    OfAgent,
    /// `keys: matching|new`, or `keys: {hardware: same|new, name: same|new}`
    OfKeys,
    /// `solution: patch_management|inventory|…`
    OfSolution,
}

impl CommandOptions {
    /// The keys that are allowed in a selection.
    fn keys(self) -> impl Iterator<Item = &'static str> {
        let own = match self {
            CommandOptions::Plain => None,
            CommandOptions::OfAgent => Some("agent"),
            CommandOptions::OfKeys => Some("keys"),
            CommandOptions::OfSolution => Some("solution"),
        };
        ["group", "clients", "status", "silent_for", "holding"].into_iter().chain(own)
    }
}

/// Clients, and how a command is done to them.
pub struct CommandTarget {
    pub clients: Selection,
    pub agent: Agent,
    pub keys: Keys,
    /// `None`: Patch Management.
    pub solution: Option<Solution>,
}

const AGENTS: &[(&str, Agent)] = &[("off", Agent::Off), ("live", Agent::Live)];
const KEYS: &[(&str, Keys)] = &[("matching", Keys::MATCHING), ("new", Keys::NEW)];
const KEY_CHANGES: &[(&str, KeyChange)] = &[("same", KeyChange::Same), ("new", KeyChange::New)];

const SHAPE: &str = "`{group: laptops, clients: 40}`, `{group: laptops}`, `{clients: [pc-1, pc-2]}` or \
                     `{clients: {file: old.csv}}`";

/// A selection while it is read, key by key.
#[derive(Default)]
struct SelectionBuilder {
    group: Option<usize>,
    count: Option<u32>,
    names: Option<Vec<(usize, u32)>>,
    status: Option<Status>,
    silent_for: Option<Span>,
    holding: Option<bool>,
    agent: Option<Agent>,
    keys: Option<Keys>,
    solution: Option<Solution>,
}

/// `{group: laptops, clients: 40, status: active}`, `{group: laptops}`, `{status: disposed, holding: true}`,
/// `{silent_for: 30d}`, or `{clients: [pc-1, pc-2]}`; with `agent`, `keys` or `solution` where the command takes it.
pub fn selection(
    node: &Node,
    reader: &Reader,
    fleet: NamedParts,
    options: CommandOptions,
) -> Read<CommandTarget> {
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected clients, found {}", node.describe())).help(SHAPE));
    };
    let mut builder = SelectionBuilder::default();
    for entry in entries {
        builder.read_entry(entry, reader, fleet, options)?;
    }
    let (agent, keys) = (builder.agent.unwrap_or(Agent::Off), builder.keys.unwrap_or(Keys::MATCHING));
    let solution = builder.solution;
    let problem = match (&builder.names, builder.holding) {
        (None, Some(_)) => "`holding` alone chooses nobody: say also `group`, `status` or `silent_for`",
        _ => "name a group, or list the clients",
    };
    let clients = builder.clients().ok_or_else(|| Fault::at(node.at, problem.into()).help(SHAPE))?;
    Ok(CommandTarget { clients, agent, keys, solution })
}

impl SelectionBuilder {
    fn read_entry(
        &mut self,
        entry: &Entry,
        reader: &Reader,
        fleet: NamedParts,
        options: CommandOptions,
    ) -> Read<()> {
        let value = &entry.value;
        match (entry.key.as_str(), &value.kind) {
            ("group", _) => self.group = Some(group_named(value, reader, fleet.groups)?),
            ("clients", Kind::List(_) | Kind::Map(_)) => {
                self.names = Some(clients_named(value, reader, fleet)?)
            }
            ("clients", _) => self.count = Some(number_of_clients(value, reader, fleet)?),
            ("status", _) => self.status = Some(values::word(Status::WORDS)(value, reader)?),
            ("silent_for", _) => self.silent_for = Some(values::positive_duration(value, reader)?),
            ("holding", _) => self.holding = Some(values::switch(value, reader)?),
            ("agent", _) if options == CommandOptions::OfAgent => {
                self.agent = Some(values::word(AGENTS)(value, reader)?);
            }
            ("keys", _) if options == CommandOptions::OfKeys => self.keys = Some(keys(value, reader)?),
            ("solution", _) if options == CommandOptions::OfSolution => {
                self.solution = values::word(Solution::WORDS)(value, reader)?;
            }
            (other, _) => {
                let fault = Fault::at(entry.key_at, format!("unknown key `{other}`"));
                return Err(fault.suggest(other, options.keys(), Some(SHAPE.into())));
            }
        }
        Ok(())
    }

    /// Without a group, all groups count only where another key selects clients; names admit no other key.
    fn clients(self) -> Option<Selection> {
        let SelectionBuilder { group, count: clients, names, status, silent_for, holding, .. } = self;
        let described = status.is_some() || silent_for.is_some();
        match (group, names) {
            (None, Some(_)) if described || clients.is_some() || holding.is_some() => None,
            (None, Some(names)) => Some(Selection::Named(names)),
            (None, None) if !described => None,
            (Some(_), Some(_)) => None,
            (group, None) => Some(Selection::Group {
                group,
                clients,
                status,
                silent_for,
                holding: holding.unwrap_or(false),
            }),
        }
    }
}

/// `matching`, `new`, or each kind of key by itself: `{hardware: new, name: same}`.
fn keys(node: &Node, reader: &Reader) -> Read<Keys> {
    let Kind::Map(entries) = &node.kind else { return values::word(KEYS)(node, reader) };
    let mut keys = Keys::MATCHING;
    for entry in entries {
        let change = || values::word(KEY_CHANGES)(&entry.value, reader);
        match entry.key.as_str() {
            "hardware" => keys.hardware = change()?,
            "name" => keys.name = change()?,
            other => {
                let fault = Fault::at(entry.key_at, format!("unknown kind of keys `{other}`"));
                let shape = "`keys: {hardware: new, name: same}`".into();
                return Err(fault.suggest(other, ["hardware", "name"], Some(shape)));
            }
        }
    }
    Ok(keys)
}

/// One name where a number is expected: the brackets of a list are missing.
fn number_of_clients(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<u32> {
    let number = values::integer(0, MOST_CLIENTS)(node, reader);
    number.map(|number| number as u32).map_err(|fault| match text(node, "a number") {
        Ok(name) if fleet.names.client(name).is_some() => {
            fault.help(format!("a list names clients: `clients: [{name}]`"))
        }
        _ => fault,
    })
}

/// The clients that a file names: `{file: old.csv}`, or `{file: acme.clients.csv, column: policy.vip}`.
fn clients_in_file(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<Vec<(usize, u32)>> {
    let shape = "a file with a column `client`: `{file: old.csv}`, and perhaps the column that says yes or no: \
                 `{file: acme.clients.csv, column: policy.vip}`";
    let table = CsvTable::open(node, &["file", "column", "sha256"], shape, reader)?;
    let column = node.get("column").map(|column| table.column(column, reader)).transpose()?;
    let mut members = clients_csv::members(&table, column, |name| fleet.names.client_by_name(name))?;
    members.sort_unstable();
    if let Some(pair) = members.windows(2).find(|pair| pair[0] == pair[1]) {
        let name = fleet.names.of_client(pair[0]);
        return Err(table.fault(format!("client `{name}` is named twice")).help("name it once"));
    }
    Ok(members)
}

/// At least one client, each once; a file may hold none.
pub fn clients_named(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<Vec<(usize, u32)>> {
    if let Kind::Map(_) = node.kind {
        return clients_in_file(node, reader, fleet);
    }
    let mut seen = BTreeMap::new();
    let named = values::list(node, reader, |n, _| {
        let found = client_named(n, reader, fleet)?;
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
fn client_named(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<(usize, u32)> {
    let name = text(node, "the name of a client")?;
    fleet.names.client(name).ok_or_else(|| {
        let own = fleet.names.of_clients();
        let fault = unknown(&reader.guesses, "client", name, node.at, own.clone());
        match (own.clone().next().is_none(), numbers_of(name, fleet.groups, &reader.guesses)) {
            (_, Some(numbers)) => fault.help(numbers),
            (true, None) => fault.help("clients are called by group and number, such as `desktops-1`"),
            _ => fault,
        }
    })
}

//! The file of a fleet that is there already: a client a row, with where it stands at the start. One
//! format, read and written here.
//!
//! A column that is left out, and an empty cell, say that nothing is known. Columns that begin with
//! `policy.` say whom a policy takes; the policies of the scenario refer to them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::DateTime;

use super::fault::nearest;
use super::model::Status;
use super::model::initial::{Initial, Machine, Package, Plugin};
use super::reader::{Read, Reader, check_name};
use super::table::{Row, Table};
use super::values::{civil, date_time_text, since};
use super::yaml::Node;
use crate::words::time::Time;

/// What a cell can say, word by word.
type Words<T> = &'static [(&'static str, T)];

const STATUS: Words<Status> =
    &[("active", Status::Active), ("retired", Status::Retired), ("disposed", Status::Disposed)];
const MACHINE: Words<Machine> = &[
    ("alive", Machine::Alive),
    ("silent", Machine::Silent),
    ("agent_uninstalled", Machine::AgentUninstalled),
    ("left_behind", Machine::LeftBehind),
    ("unlisted", Machine::Unlisted),
];
const PLUGIN: Words<Plugin> = &[
    ("none", Plugin::None),
    ("requested", Plugin::Requested),
    ("installed", Plugin::Installed),
    ("reported", Plugin::Reported),
];
const PACKAGE: Words<Package> = &[
    ("none", Package::None),
    ("targeted", Package::Targeted),
    ("requested", Package::Requested),
    ("ready", Package::Ready),
];
/// As a spreadsheet may turn them, too.
const YES: Words<bool> = &[("yes", true), ("no", false), ("true", true), ("false", false)];

/// The column that names the client, and the one that names its group.
const CLIENT: &str = "client";
const GROUP: &str = "group";
/// Columns with this prefix say whom a policy takes.
const POLICY: &str = "policy.";

/// The column that says whom a policy takes.
pub fn member_column(policy: &str) -> String {
    format!("{POLICY}{policy}")
}

/// A column that says where a client stands.
struct Column {
    name: &'static str,
    meaning: &'static str,
    /// Puts a cell that is not empty in its place, or says what a cell of this column holds.
    set: fn(&mut Initial, &str, DateTime) -> Result<(), String>,
    get: fn(&Initial, DateTime) -> String,
}

const COLUMNS: [Column; 13] = [
    Column {
        name: "key",
        meaning: "16 hex digits that address the client's draws; from its name if left out",
        set: |at, cell, _| {
            let key = u64::from_str_radix(cell, 16).ok().filter(|_| cell.len() == 16);
            key.map(|key| at.key = Some(key)).ok_or_else(|| "16 hex digits are expected".to_string())
        },
        get: |at, _| at.key.map_or(String::new(), |key| format!("{key:016x}")),
    },
    Column {
        name: "guid",
        meaning: "how the database calls the record; `explain --client` finds the client by it",
        set: |at, cell, _| {
            at.guid = Some(cell.to_string());
            Ok(())
        },
        get: |at, _| at.guid.clone().unwrap_or_default(),
    },
    Column {
        name: "status",
        meaning: "of its record: active, or retired (V1), or disposed (V6)",
        set: |at, cell, _| word(STATUS, cell).map(|status| at.status = status),
        get: |at, _| word_of(STATUS, at.status).into(),
    },
    Column {
        name: "machine",
        meaning: "alive: its agent runs; or silent (V9), agent_uninstalled (V8), left_behind (V10), unlisted: not exported (V3)",
        set: |at, cell, _| word(MACHINE, cell).map(|machine| at.machine = machine),
        get: |at, _| word_of(MACHINE, at.machine).into(),
    },
    Column {
        name: "plugin",
        meaning: "none, requested: about to be downloaded (C1), installed, or reported to the server (C2)",
        set: |at, cell, _| word(PLUGIN, cell).map(|plugin| at.plugin = plugin),
        get: |at, _| word_of(PLUGIN, at.plugin).into(),
    },
    Column {
        name: "install_target",
        meaning: "yes: a target of the install policy by the last membership update (C1); \
                  if left out, clients with a plug-in are",
        set: |at, cell, _| word(YES, cell).map(|yes| at.install_target = yes),
        get: |at, _| word_of(YES, at.install_target).into(),
    },
    Column {
        name: "uninstall_target",
        meaning: "yes: under the uninstall policy (V2)",
        set: |at, cell, _| word(YES, cell).map(|yes| at.uninstall_target = yes),
        get: |at, _| word_of(YES, at.uninstall_target).into(),
    },
    Column {
        name: "package",
        meaning: "the assessment scan package: none, targeted (C3), requested, or ready (C4)",
        set: |at, cell, _| word(PACKAGE, cell).map(|package| at.package = package),
        get: |at, _| word_of(PACKAGE, at.package).into(),
    },
    Column {
        name: "license",
        meaning: "yes: its record holds a license (C6)",
        set: |at, cell, _| word(YES, cell).map(|yes| at.licensed = yes),
        get: |at, _| word_of(YES, at.licensed).into(),
    },
    Column {
        name: "rejected",
        meaning: "yes: its last scan was turned away (X2)",
        set: |at, cell, _| word(YES, cell).map(|yes| at.rejected = yes),
        get: |at, _| word_of(YES, at.rejected).into(),
    },
    Column {
        name: "last_configuration_request",
        meaning: "when it last asked for policies; gives the phase of its rhythm",
        set: |at, cell, start| past(cell, start).map(|time| at.last_configuration = Some(time)),
        get: |at, start| date_of(at.last_configuration, start),
    },
    Column {
        name: "last_basic_inventory",
        meaning: "when its last Basic Inventory came, likewise",
        set: |at, cell, start| past(cell, start).map(|time| at.last_inventory = Some(time)),
        get: |at, start| date_of(at.last_inventory, start),
    },
    Column {
        name: "last_patch_inventory",
        meaning: "when the server last got a scan result of it, likewise",
        set: |at, cell, start| past(cell, start).map(|time| at.last_scan = Some(time)),
        get: |at, start| date_of(at.last_scan, start),
    },
];

/// Every column that may stand in such a file, with what it means.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static str)> {
    let named = [
        (CLIENT, "name of the client; the only mandatory column"),
        (GROUP, "its group; if left out, all are in the group that names the file"),
    ];
    let policies =
        ("policy.NAME", "yes: chosen where a policy says `clients: {file: ..., column: policy.NAME}`");
    named.into_iter().chain(COLUMNS.iter().map(|column| (column.name, column.meaning))).chain([policies])
}

fn word<T: Copy>(words: Words<T>, cell: &str) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell));
    let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    found.map(|(_, value)| *value).ok_or_else(|| format!("one of {}", all()))
}

fn word_of<T: Copy + PartialEq>(words: Words<T>, value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

/// A date up to the start.
fn past(cell: &str, start: DateTime) -> Result<Time, String> {
    let date = date_time_text(cell).ok_or("a date is expected, such as `2026-01-05T08:30:00`")?;
    let at = since(start, date);
    if at <= Time::START { Ok(at) } else { Err(format!("it must not lie after the start, {start}")) }
}

fn date_of(at: Option<Time>, start: DateTime) -> String {
    at.map_or(String::new(), |at| civil(start, at).to_string())
}

/// What a file says of one group.
#[derive(Default)]
pub struct ClientsOfFile {
    pub names: Vec<String>,
    /// Where they stand; `None` where the file holds names only.
    pub initial: Option<Vec<Initial>>,
}

/// More faults of one file than this are only counted.
const SHOWN: usize = 20;

/// Reads the clients of a group from the file that a node names. Faults of rows go to the reader, all of them.
///
/// # Errors
/// When the file cannot be read, or has no column `client` or one that is not known.
pub fn read(node: &Node, reader: &Reader, group: &str, groups: &[&str]) -> Read<ClientsOfFile> {
    let table = Table::open(node, reader)?;
    let (client, of_group) = (client_column(&table)?, table.find(GROUP));
    let known = known_columns(&table)?;
    let mut found = ClientsOfFile { names: Vec::new(), initial: (!known.is_empty()).then(Vec::new) };
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut faults = Vec::new();
    for row in table.rows() {
        let row = row?;
        if row.is_empty() {
            continue; // a spreadsheet leaves such behind
        }
        match of_group.map(|column| row.cell(column)) {
            Some(other) if !groups.contains(&other) => {
                faults.push(table.fault_in(&row, format!("no group is called `{other}`")).suggest(
                    other,
                    groups.iter().copied(),
                    Some(format!("groups: {}", groups.join(", "))),
                ));
                continue;
            }
            Some(other) if other != group => continue,
            _ => {}
        }
        let name = row.cell(client);
        if let Err(fault) = check_name(name, node.at) {
            faults.push(table.blame(&row, fault));
        }
        if let Some(first) = seen.insert(name.to_string(), row.line()) {
            let problem = format!("client `{name}` is named twice, first on line {first}");
            faults.push(table.fault_in(&row, problem).help("a name is one client's"));
        }
        if let Some(initial) = &mut found.initial {
            match row_of(&row, &known, reader.start) {
                Ok(at) => initial.push(at),
                Err((problem, help)) => faults.push(table.fault_in(&row, problem).help(help)),
            }
        }
        found.names.push(name.to_string());
    }
    if faults.len() > SHOWN {
        let more = faults.len() - SHOWN;
        faults.truncate(SHOWN);
        faults.push(table.fault(format!("{more} more rows have faults")));
    }
    faults.into_iter().for_each(|fault| reader.fault(fault.path(format!("groups.{group}.clients"))));
    Ok(found)
}

fn client_column(table: &Table) -> Read<usize> {
    table.find(CLIENT).ok_or_else(|| {
        let found = table.header().collect::<Vec<_>>().join(", ");
        table
            .fault(format!("no column is called `{CLIENT}`; columns: {found}"))
            .help("name the column of the clients' names so")
    })
}

/// The columns of the file that say where clients stand. Others must be known, too.
fn known_columns(table: &Table) -> Read<Vec<(usize, &'static Column)>> {
    let mut known = Vec::new();
    for (index, name) in table.header().enumerate() {
        let own = [CLIENT, GROUP].iter().any(|own| own.eq_ignore_ascii_case(name));
        if own || name.to_ascii_lowercase().starts_with(POLICY) {
            continue;
        }
        let column =
            COLUMNS.iter().find(|column| column.name.eq_ignore_ascii_case(name)).ok_or_else(|| {
                let all = columns().map(|(name, _)| name).collect::<Vec<_>>().join(", ");
                let near = nearest(name, columns().map(|(name, _)| name));
                let help = near.map_or(format!("columns: {all}"), |near| format!("did you mean `{near}`?"));
                table.fault(format!("unknown column `{name}`")).help(help)
            })?;
        known.push((index, column));
    }
    Ok(known)
}

/// One client; the problem and the remedy where a cell is wrong, or contradicts another one.
fn row_of(row: &Row, known: &[(usize, &Column)], start: DateTime) -> Result<Initial, (String, String)> {
    let mut at = Initial::managed(None);
    let mut says_target = false;
    for (index, column) in known {
        let cell = row.cell(*index);
        if cell.is_empty() {
            continue;
        }
        says_target |= column.name == "install_target";
        let wrong =
            |help| (format!("`{}` does not fit into column `{}`", cell.escape_debug(), column.name), help);
        (column.set)(&mut at, cell, start).map_err(wrong)?;
    }
    if !says_target {
        at.install_target = at.plugin != Plugin::None && !at.uninstall_target;
    }
    match contradiction(&at) {
        Some((problem, help)) => Err((problem.to_string(), help.to_string())),
        None => Ok(at),
    }
}

/// What cannot be true of one client at once, and what to do about it.
fn contradiction(at: &Initial) -> Option<(&'static str, &'static str)> {
    let missing_plugin = at.package > Package::None && at.plugin < Plugin::Reported;
    let no_scan = at.rejected && at.package < Package::Ready;
    match () {
        () if missing_plugin => Some((
            "only clients whose plug-in the server knows of are targets of the scan package (C2, C3)",
            "set `plugin` to reported, or `package` to none",
        )),
        () if no_scan => Some((
            "a client without the scan package cannot have been turned away (C4, X2)",
            "set `package` to ready, or `rejected` to no",
        )),
        () if at.rejected && at.licensed => {
            Some(("who holds a license is never turned away (X1)", "set `rejected` or `license` to no"))
        }
        () if at.install_target && at.uninstall_target => Some((
            "the uninstall policy takes a client out of the install policy (V2)",
            "set `install_target` or `uninstall_target` to no",
        )),
        () => None,
    }
}

/// Names in a file of clients, for policies and actions: of all rows, or of those that say yes in a column.
///
/// # Errors
/// The first row that is wrong.
pub fn members<T>(
    table: &Table,
    column: Option<usize>,
    mut find: impl FnMut(&str) -> Option<T>,
) -> Read<Vec<T>> {
    let client = client_column(table)?;
    let mut members = Vec::new();
    for row in table.rows() {
        let row = row?;
        if row.is_empty() {
            continue;
        }
        let chosen = match column.map(|column| row.cell(column)) {
            None => true,
            Some("") => false,
            Some(cell) => word(YES, cell).map_err(|help| {
                table.fault_in(&row, format!("`{}` does not choose clients", cell.escape_debug())).help(help)
            })?,
        };
        if chosen {
            let name = row.cell(client);
            members.push(find(name).ok_or_else(|| {
                table.fault_in(&row, format!("there is no client `{}`", name.escape_debug()))
            })?);
        }
    }
    Ok(members)
}

/// A client as it is written.
pub struct Written<'a> {
    pub name: &'a str,
    pub group: &'a str,
    pub initial: &'a Initial,
    /// Does each of the policies take it?
    pub member: &'a [bool],
}

/// Writes such a file. The policies are those that the clients' `member` is about.
///
/// # Errors
/// When `out` fails.
pub fn write<'a>(
    clients: impl Iterator<Item = Written<'a>>,
    policies: &[String],
    start: DateTime,
    out: impl Write,
) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    let own = [CLIENT, GROUP].into_iter().chain(COLUMNS.iter().map(|column| column.name));
    csv.write_record(own.map(str::to_string).chain(policies.iter().map(|name| member_column(name))))?;
    for Written { name, group, initial, member } in clients {
        let cells = COLUMNS.iter().map(|column| (column.get)(initial, start));
        let member = member.iter().map(|member| word_of(YES, *member).to_string());
        csv.write_record([name, group].into_iter().map(str::to_string).chain(cells).chain(member))?;
    }
    csv.flush()
}

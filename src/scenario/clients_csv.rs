//! The file of a fleet that is there already: a client a row, with where it stands at the start. One
//! format, read and written here.
//!
//! A column that is left out, and an empty cell, say that nothing is known. Columns that begin with
//! `policy.` say which clients a policy takes; the policies of the scenario refer to them.

mod columns;

use std::collections::BTreeSet;
use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::scenario::fault::{Fault, listed, nearest};
use crate::scenario::model::initial::{Initial, Package, Plugin};
use crate::scenario::reader::{Read, Reader, check_name};
use crate::scenario::table::{CsvRow, CsvTable};
use crate::scenario::yaml::Node;
use columns::{CLIENT, COLUMNS, ClientColumn, GROUP, POLICY, YES, word, word_of};
pub use columns::{columns, member_column};

/// What a file says of one group.
#[derive(Default)]
pub struct ClientsOfFile {
    /// Column `client`, in the order of the rows.
    pub names: Vec<String>,
    /// Where they stand; `None` where the file holds names only.
    pub initial: Option<Vec<Initial>>,
}

/// More faults of one file than this are only counted.
const SHOWN: usize = 20;

/// How a file of clients is named.
const SHAPE: &str = "a file of clients: `{file: acme.clients.csv}`, and perhaps its `sha256`";

/// Reads the clients of a group from the file that a mapping names. Faults of rows go to the reader, all of them.
///
/// # Errors
/// When the file cannot be read, or has no column `client` or one that is not known.
pub fn read(node: &Node, reader: &Reader, group: &str, groups: &[&str]) -> Read<ClientsOfFile> {
    let table = CsvTable::open(node, &["file", "sha256"], SHAPE, reader)?;
    let (client, of_group) = (client_column(&table)?, table.find(GROUP));
    let known = known_columns(&table)?;
    let mut found = ClientsOfFile { names: Vec::new(), initial: (!known.is_empty()).then(Vec::new) };
    // By client, the line of its row; and faults, each with its line.
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    let (known_groups, mut more) = (groups.iter().collect::<BTreeSet<_>>(), 0);
    for row in table.rows() {
        let row = row?;
        if row.is_empty() {
            continue; // a spreadsheet leaves such behind
        }
        match of_group.map(|column| row.cell(column)) {
            Some(other) if !known_groups.contains(&other) => {
                if faults.len() >= SHOWN {
                    more += 1;
                    continue;
                }
                let unknown = table.fault_in(row.line(), format!("no group is called `{other}`"));
                let fault = unknown.suggest_of_many(
                    &reader.guesses,
                    other,
                    groups.iter().copied(),
                    Some(format!("groups: {}", listed(groups.iter().copied()))),
                );
                faults.push((row.line(), fault));
                continue;
            }
            Some(other) if other != group => continue,
            _ => {}
        }
        let name = row.cell(client);
        if let Err(fault) = check_name(name, node.at) {
            faults.push((row.line(), table.blame(&row, fault)));
        }
        if let Some(initial) = &mut found.initial {
            match row_of(&row, &known, reader.start) {
                Ok(at) => initial.push(at),
                Err((problem, help)) => {
                    faults.push((row.line(), table.fault_in(row.line(), problem).help(help)));
                }
            }
        }
        more += faults.len().saturating_sub(SHOWN);
        faults.truncate(SHOWN);
        found.names.push(name.to_string());
        lines.push(row.line());
    }
    let twice = named_twice(&found.names);
    more += twice.len().saturating_sub(SHOWN);
    for (first, again) in twice.into_iter().take(SHOWN) {
        let problem =
            format!("client `{}` is named twice, first on line {}", found.names[again], lines[first]);
        faults.push((lines[again], table.fault_in(lines[again], problem).help("a name is one client's")));
    }
    faults.sort_by_key(|(line, _)| *line);
    let mut faults: Vec<Fault> = faults.into_iter().map(|(_, fault)| fault).collect();
    if faults.len() > SHOWN {
        more += faults.len() - SHOWN;
        faults.truncate(SHOWN);
    }
    if more > 0 {
        faults.push(table.fault(format!("{more} more rows have faults")));
    }
    faults.into_iter().for_each(|fault| reader.fault(fault.path(format!("groups.{group}.clients"))));
    Ok(found)
}

/// The places of names that stand before them already, each with the first place of that name, in order. Sorted places
/// instead of a map of names: a map takes more than the file.
fn named_twice(names: &[String]) -> Vec<(usize, usize)> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|place| &names[*place]);
    let same = order.chunk_by(|one, next| names[*one] == names[*next]);
    let mut twice: Vec<(usize, usize)> =
        same.flat_map(|places| places[1..].iter().map(|again| (places[0], *again))).collect();
    twice.sort_unstable_by_key(|(_, again)| *again);
    twice
}

fn client_column(table: &CsvTable) -> Read<usize> {
    table.find(CLIENT).ok_or_else(|| {
        let found = table.header().collect::<Vec<_>>().join(", ");
        table
            .fault(format!("no column is called `{CLIENT}`; columns: {found}"))
            .help("name the column of the clients' names so")
    })
}

/// The columns of the file that say where clients stand. Others must be known, too.
fn known_columns(table: &CsvTable) -> Read<Vec<(usize, &'static ClientColumn)>> {
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
fn row_of(
    row: &CsvRow,
    known: &[(usize, &ClientColumn)],
    start: DateTime,
) -> Result<Initial, (String, String)> {
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
    table: &CsvTable,
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
                table
                    .fault_in(row.line(), format!("`{}` does not choose clients", cell.escape_debug()))
                    .help(help)
            })?,
        };
        if chosen {
            let name = row.cell(client);
            members.push(find(name).ok_or_else(|| {
                table.fault_in(row.line(), format!("there is no client `{}`", name.escape_debug()))
            })?);
        }
    }
    Ok(members)
}

/// A client as it is written.
pub struct WrittenClient<'a> {
    /// Column `client`.
    pub name: &'a str,
    /// Column `group`: name of its group in the scenario.
    pub group: &'a str,
    /// Where it stands at the start; what is not known becomes an empty cell.
    pub initial: &'a Initial,
    /// Does each of the policies take it?
    pub member: &'a [bool],
}

/// Writes such a file. The policies are those that the clients' `member` is about.
///
/// # Errors
/// When `out` fails.
pub fn write<'a>(
    clients: impl Iterator<Item = WrittenClient<'a>>,
    policies: &[String],
    start: DateTime,
    out: impl Write,
) -> io::Result<()> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    let own = [CLIENT, GROUP].into_iter().chain(COLUMNS.iter().map(|column| column.name));
    csv.write_record(own.map(str::to_string).chain(policies.iter().map(|name| member_column(name))))?;
    for WrittenClient { name, group, initial, member } in clients {
        let cells = COLUMNS.iter().map(|column| (column.get)(initial, start));
        let member = member.iter().map(|member| word_of(YES, *member).to_string());
        csv.write_record([name, group].into_iter().map(str::to_string).chain(cells).chain(member))?;
    }
    csv.flush()
}

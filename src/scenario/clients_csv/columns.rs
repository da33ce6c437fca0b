//! The columns of the file of clients: what each means, how a cell is read, how it is written.

use std::sync::Arc;

use jiff::civil::DateTime;

use crate::scenario::model::Status;
use crate::scenario::model::initial::{ExportedRecord, Initial, Machine, Package, Plugin};
use crate::scenario::values::{civil, date_time_text, since};
use crate::units::time::Time;

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
pub(super) const YES: Words<bool> = &[("yes", true), ("no", false), ("true", true), ("false", false)];

/// The column that names the client, and the one that names its group.
pub(super) const CLIENT: &str = "client";
pub(super) const GROUP: &str = "group";
/// Columns with this prefix mark the clients that a policy takes.
pub(super) const POLICY: &str = "policy.";

/// The column that marks the clients that a policy takes.
pub fn member_column(policy: &str) -> String {
    format!("{POLICY}{policy}")
}

/// A column that says where a client stands.
pub(super) struct ClientColumn {
    pub name: &'static str,
    pub meaning: &'static str,
    /// Puts a cell that is not empty in its place, or says what a cell of this column holds.
    pub set: fn(&mut Initial, &str, DateTime) -> Result<(), String>,
    pub get: fn(&Initial, DateTime) -> String,
}

pub(super) const COLUMNS: [ClientColumn; 20] = [
    ClientColumn {
        name: "key",
        meaning: "16 hex digits that address the client's draws; from its name if left out",
        set: |at, cell, _| {
            let key = u64::from_str_radix(cell, 16).ok().filter(|_| cell.len() == 16);
            key.map(|key| at.key = Some(key)).ok_or_else(|| "16 hex digits are expected".to_string())
        },
        get: |at, _| at.key.map_or(String::new(), |key| format!("{key:016x}")),
    },
    ClientColumn {
        name: "guid",
        meaning: "how the database calls the record; `explain --client` finds the client by it",
        set: |at, cell, _| {
            at.guid = Some(cell.to_string());
            Ok(())
        },
        get: |at, _| at.guid.clone().unwrap_or_default(),
    },
    ClientColumn {
        name: "also",
        meaning: "other names of the record's machines, with `;` between them; `explain --client` finds the client by them",
        set: |at, cell, _| {
            at.also = names_in(cell);
            Ok(())
        },
        get: |at, _| cell_of_names(&at.also),
    },
    ClientColumn {
        name: "status",
        meaning: "of its record: active, or retired (V1), or disposed (V6)",
        set: |at, cell, _| word(STATUS, cell).map(|status| at.status = status),
        get: |at, _| word_of(STATUS, at.status).into(),
    },
    ClientColumn {
        name: "status_assumed",
        meaning: "yes: the database does not say this status, or words it otherwise; a plan names such records",
        set: |at, cell, _| word(YES, cell).map(|yes| at.status_assumed = yes),
        get: |at, _| word_of(YES, at.status_assumed).into(),
    },
    ClientColumn {
        name: "machine",
        meaning: "alive: its agent runs; or silent (V9), agent_uninstalled (V8), left_behind (V10), unlisted: not exported (V3)",
        set: |at, cell, _| word(MACHINE, cell).map(|machine| at.machine = machine),
        get: |at, _| word_of(MACHINE, at.machine).into(),
    },
    ClientColumn {
        name: "plugin",
        meaning: "none, requested: about to be downloaded (C1), installed, or reported to the server (C2)",
        set: |at, cell, _| word(PLUGIN, cell).map(|plugin| at.plugin = plugin),
        get: |at, _| word_of(PLUGIN, at.plugin).into(),
    },
    ClientColumn {
        name: "install_target",
        meaning: "yes: a target of the install policy by the last membership update (C1); \
                  if left out, clients with a plug-in are",
        set: |at, cell, _| word(YES, cell).map(|yes| at.install_target = yes),
        get: |at, _| word_of(YES, at.install_target).into(),
    },
    ClientColumn {
        name: "uninstall_target",
        meaning: "yes: under the uninstall policy (V2)",
        set: |at, cell, _| word(YES, cell).map(|yes| at.uninstall_target = yes),
        get: |at, _| word_of(YES, at.uninstall_target).into(),
    },
    ClientColumn {
        name: "package",
        meaning: "the assessment scan package: none, targeted (C3), requested, or ready (C4)",
        set: |at, cell, _| word(PACKAGE, cell).map(|package| at.package = package),
        get: |at, _| word_of(PACKAGE, at.package).into(),
    },
    ClientColumn {
        name: "license",
        meaning: "yes: its record holds a license (C6)",
        set: |at, cell, _| word(YES, cell).map(|yes| at.licensed = yes),
        get: |at, _| word_of(YES, at.licensed).into(),
    },
    ClientColumn {
        name: "rejected",
        meaning: "yes: its last scan was turned away (X2)",
        set: |at, cell, _| word(YES, cell).map(|yes| at.rejected = yes),
        get: |at, _| word_of(YES, at.rejected).into(),
    },
    ClientColumn {
        name: "last_configuration_request",
        meaning: "when it last asked for policies; gives the phase of its rhythm",
        set: |at, cell, start| past(cell, start).map(|time| at.last_configuration = Some(time)),
        get: |at, start| date_of(at.last_configuration, start),
    },
    ClientColumn {
        name: "last_basic_inventory",
        meaning: "when its last Basic Inventory came, likewise",
        set: |at, cell, start| past(cell, start).map(|time| at.last_inventory = Some(time)),
        get: |at, start| date_of(at.last_inventory, start),
    },
    ClientColumn {
        name: "last_patch_inventory",
        meaning: "when the server last got a scan result of it, likewise",
        set: |at, cell, start| past(cell, start).map(|time| at.last_scan = Some(time)),
        get: |at, start| date_of(at.last_scan, start),
    },
    ClientColumn {
        name: "domain",
        meaning: "Windows domain of the record; `explain` shows it and finds the client by NAME.DOMAIN",
        set: |at, cell, _| set_text(&mut at.exported().domain, cell),
        get: |at, _| text_of(at, |record| record.domain.as_deref()),
    },
    ClientColumn {
        name: "exported_status",
        meaning: "status of the record where it is none of the three; `explain` shows it",
        set: |at, cell, _| set_text(&mut at.exported().status, cell),
        get: |at, _| text_of(at, |record| record.status.as_deref()),
    },
    ClientColumn {
        name: "is_managed",
        meaning: "yes or no, as exported; `explain` shows it",
        set: |at, cell, _| word(YES, cell).map(|yes| at.exported().managed = Some(yes)),
        get: |at, _| {
            let managed = at.exported.as_ref().and_then(|record| record.managed);
            managed.map_or("", |managed| word_of(YES, managed)).into()
        },
    },
    ClientColumn {
        name: "agent_version",
        meaning: "version of its agent, as exported; `explain` shows it",
        set: |at, cell, _| set_text(&mut at.exported().agent_version, cell),
        get: |at, _| text_of(at, |record| record.agent_version.as_deref()),
    },
    ClientColumn {
        name: "plugin_version",
        meaning: "version of its Software Update Plug-in, as exported; `explain` shows it",
        set: |at, cell, _| set_text(&mut at.exported().plugin_version, cell),
        get: |at, _| text_of(at, |record| record.plugin_version.as_deref()),
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

pub(super) fn word<T: Copy>(words: Words<T>, cell: &str) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(cell));
    let all = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
    found.map(|(_, value)| *value).ok_or_else(|| format!("one of {}", all()))
}

pub(super) fn word_of<T: Copy + PartialEq>(words: Words<T>, value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

/// What a spreadsheet would take for a formula, or for the mark of one.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\'', '\t', '\r'];

/// A text as a cell that no spreadsheet takes for a formula.
fn marked(text: &str) -> String {
    let mark = if text.starts_with(FORMULA) { "'" } else { "" };
    format!("{mark}{text}")
}

/// The text of such a cell.
fn unmarked(cell: &str) -> &str {
    cell.strip_prefix('\'').unwrap_or(cell)
}

#[expect(clippy::unnecessary_wraps, reason = "the cells of other columns may be wrong")]
fn set_text(text: &mut Option<Arc<str>>, cell: &str) -> Result<(), String> {
    *text = Some(unmarked(cell).into());
    Ok(())
}

fn text_of(at: &Initial, text: fn(&ExportedRecord) -> Option<&str>) -> String {
    at.exported.as_deref().and_then(text).map_or(String::new(), marked)
}

/// Names as one cell: a `;` of a name is doubled, and a name that a spreadsheet would take for a formula is marked.
fn cell_of_names(names: &[String]) -> String {
    let marked = names.iter().map(|name| marked(&name.replace(';', ";;")));
    marked.collect::<Vec<_>>().join("; ")
}

/// The names of such a cell.
fn names_in(cell: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let mut chars = cell.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, names.last_mut()) {
            (';', _) if chars.next_if_eq(&';').is_none() => names.push(String::new()),
            (c, Some(name)) => name.push(c),
            (_, None) => {}
        }
    }
    let plain = names.iter().map(|name| unmarked(name.trim_matches(' ')).to_string());
    plain.filter(|name| !name.is_empty()).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_from_their_cell() {
        #[rustfmt::skip]
        let table: [(&[&str], &str); 6] = [
            (&[],                        ""),
            (&["PC 17"],                 "PC 17"),
            (&["PC-17", "PC-18"],        "PC-17; PC-18"),
            (&["a;b", "c"],              "a;;b; c"),
            (&["=cmd|' /C calc'!A0"],    "'=cmd|' /C calc'!A0"),
            (&["'quoted", "-1"],         "''quoted; '-1"),
        ];
        for (names, cell) in table {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            assert_eq!(cell_of_names(&names), cell);
            assert_eq!(names_in(cell), names);
        }
        assert_eq!(names_in("PC-17;PC-18;"), ["PC-17", "PC-18"]);
    }
}

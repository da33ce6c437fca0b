//! The rows of `computers`: those of one GUID become one computer.
//!
//! The same row twice is a slip of the query. The same GUID under two names is a record that several
//! machines share, because their hardware keys are the same (V10). The same GUID and name with
//! other data cannot both be true.

use crate::import::complements::{self, ComputersOf};
use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::file_names::View;
use crate::import::folder::Folder;
use crate::import::interned::InternedWords;
use crate::import::inventory::{Computer, ExportedStatus};
use crate::import::options::ReadOptions;
use crate::import::table::TableRow;
use crate::import::tables::{self, ComputerRow};
use crate::import::values::Seen;

/// Reads the computers, in order of GUID, each GUID once.
pub fn read(folder: &mut Folder, options: &ReadOptions, findings: &ImportFindings) -> Vec<Computer> {
    let (mut words, mut all) = (InternedWords::default(), Vec::new());
    for (view, file, sheet) in folder.take_computers() {
        let mut rows = Vec::new();
        if let Some(sheet) = sheet {
            sheet.rows(findings, |row| {
                if let Ok(read) = tables::computer(row) {
                    notice_gaps(row, &read);
                    rows.push(computer(read, row, options, &mut words));
                }
            });
            if view == View::ActiveComputers {
                complements::set_active(&mut rows, &file, findings);
            }
        }
        merge(&mut rows, &file, findings);
        all.push(ComputersOf { file, rows, active_only: view == View::ActiveComputers });
    }
    let Some(file) = all.first().map(|first| first.file.clone()) else { return Vec::new() };
    let mut computers = complements::join(all, findings);
    empty_columns_are_unknown(&mut computers, &file, findings);
    if computers.is_empty() && !findings.has_faults() {
        let help = "export the computers of the server";
        findings.fault(ImportFault::file(&file, "there is no computer in it", help));
    }
    computers
}

/// A date of a computer.
type DateOf = fn(&mut Computer) -> &mut Seen;

/// A column of dates that is empty in every row says nothing of any: the server does not keep them.
fn empty_columns_are_unknown(computers: &mut [Computer], file: &str, findings: &ImportFindings) {
    let columns: [(&str, DateOf); 2] = [
        ("LastConfigRequest", |computer| &mut computer.last_config_request),
        ("LastBasicInventory", |computer| &mut computer.last_basic_inventory),
    ];
    for (column, of) in columns {
        let all_empty = computers.iter_mut().all(|computer| *of(computer) == Seen::Never);
        if all_empty && computers.len() > 1 {
            computers.iter_mut().for_each(|computer| *of(computer) = Seen::Unknown);
            let what = format!("{column} is empty in every row: its dates are not known");
            findings.notice(file, None, what, None);
        }
    }
}

fn notice_gaps(row: &TableRow, read: &ComputerRow) {
    if read.name.is_none() {
        row.notice("no Name; the computer goes by its GUID", None);
    }
    if read.status.is_none() && row.has("Status") {
        row.notice("no Status; whether the computer is retired is not known", None);
    }
    if read.is_managed.is_none() && row.has("IsManaged") {
        row.notice("no IsManaged; whether the computer is managed is not known", None);
    }
}

fn computer(read: ComputerRow, row: &TableRow, options: &ReadOptions, words: &mut InternedWords) -> Computer {
    Computer {
        guid: read.guid,
        line: row.line,
        name: read.name.unwrap_or_default().to_string(),
        other_names: Vec::new(),
        domain: read.domain.map(|domain| words.shared(domain)),
        os: read.os.map(|os| words.shared(os)),
        is_managed: read.is_managed,
        status: read.status.map(|word| status(word, row, options, words)),
        last_config_request: read.last_config_request,
        last_basic_inventory: read.last_basic_inventory,
        last_patch_inventory: Seen::Unknown,
        agents: Vec::new(),
        policies: Vec::new(),
        holds_license: None,
        inventory_line: 0,
    }
}

fn status(word: &str, row: &TableRow, options: &ReadOptions, words: &mut InternedWords) -> ExportedStatus {
    options.status(word).unwrap_or_else(|| {
        row.notice("a Status other than Active, Retired and Disposed; kept as it is", Some(word));
        ExportedStatus::Other(words.shared(word))
    })
}

fn merge(rows: &mut Vec<Computer>, file: &str, findings: &ImportFindings) {
    let name = |computer: &Computer| computer.name.to_lowercase();
    rows.sort_by(|a, b| {
        let names = || name(a).cmp(&name(b));
        a.guid.cmp(&b.guid).then_with(names).then(a.line.cmp(&b.line))
    });
    rows.dedup_by(|later, kept| {
        let same = later.guid == kept.guid && name(later) == name(kept);
        if same {
            compare(later, kept, file, findings);
        }
        same
    });
    rows.dedup_by(|other, kept| {
        let shared = other.guid == kept.guid;
        if shared {
            findings.notice(file, Some(other.line.max(kept.line)), SHARED, Some(&other.name));
            merge_machines(kept, other);
        }
        shared
    });
    rows.iter_mut().for_each(|computer| computer.other_names.sort());
}

const SHARED: &str = "a GUID under another name: one record that several machines share (V10); kept once";

/// Two rows of the same GUID and name: the same, or a contradiction.
fn compare(later: &Computer, kept: &Computer, file: &str, findings: &ImportFindings) {
    let differing: Vec<&str> = [
        ("Domain", later.domain == kept.domain),
        ("IsManaged", later.is_managed == kept.is_managed),
        ("Status", later.status == kept.status),
        ("LastConfigRequest", later.last_config_request == kept.last_config_request),
        ("LastBasicInventory", later.last_basic_inventory == kept.last_basic_inventory),
    ]
    .iter()
    .filter_map(|(column, same)| (!same).then_some(*column))
    .collect();
    if differing.is_empty() {
        return findings.notice(file, Some(later.line), "the same computer again; kept once", None);
    }
    let problem = format!("contradicts an earlier line about the same computer in {}", differing.join(", "));
    let help = "keep the row that is true; if the query joins other tables, they repeat its rows";
    let found = format!("{} (line {})", later.guid, kept.line);
    findings.fault(ImportFault::file(file, problem, help).line(later.line).column("Guid").found(&found));
}

/// Two machines share a record: it goes by the name of the one last seen, with the latest dates.
fn merge_machines(kept: &mut Computer, other: &mut Computer) {
    if (kept.last_seen(), other.line) < (other.last_seen(), kept.line) {
        std::mem::swap(kept, other);
        std::mem::swap(&mut kept.other_names, &mut other.other_names);
    }
    if kept.name.is_empty() {
        std::mem::swap(&mut kept.name, &mut other.name);
    }
    kept.last_config_request = kept.last_config_request.max(other.last_config_request);
    kept.last_basic_inventory = kept.last_basic_inventory.max(other.last_basic_inventory);
    kept.other_names.extend(Some(std::mem::take(&mut other.name)).filter(|name| !name.is_empty()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::tests::{inventory, notices};

    /// An empty cell says never, an empty column nothing: the server does not keep its dates.
    #[test]
    fn a_column_that_is_empty_in_every_row_is_not_known() {
        let table = |second: &str| format!("Guid,Name,LastConfigRequest\nG1,PC-1,\nG2,PC-2,{second}\n");
        let empty = "LastConfigRequest is empty in every row: its dates are not known";
        for (second, first_seen, told) in [("", Seen::Unknown, true), ("2026-03-01", Seen::Never, false)] {
            let read = inventory(&[("computers.csv", &table(second))]);
            assert_eq!(read.computers[0].last_config_request, first_seen, "{second}");
            assert_eq!(notices(&read).contains(empty), told, "{}", notices(&read));
        }
    }
}

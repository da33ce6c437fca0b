//! What `audit` prints of several exports: what changed, in a sentence; pool and records; what was done to records; what
//! became of each finding; and, of more than two, a line an export.

use std::fmt::Write;

use jiff::civil::DateTime;

use crate::import::inventory::OwnedLicense;
use crate::import::tables::ExportTable;
use crate::output::prose::audit::wrapped;
use crate::output::prose::numbers::{counted, grouped, named, verb_ending};
use crate::study::audit::accounting::Account;
use crate::study::audit_change::export_state::{ExportState, MissingTable};
use crate::study::audit_change::finding_change::{Became, FindingChange};
use crate::study::audit_change::record_change::RecordMove;
use crate::study::audit_change::{AuditChange, LicenseChange, MovedRecords, OtherServer};

/// Where words stand below two counts and a rule.
const INDENT: &str = "                            ";

/// Columns of a line.
const LINE: usize = 100;

/// Clients named of each kind.
const NAMED: usize = 5;

/// The comparison as text. `states` are all exports, in order of time; `reordered`: they were given in another order.
pub fn table(change: &AuditChange, states: &[ExportState], reordered: bool) -> String {
    let mut out = format!("{}\n", wrapped(&answer(change), LINE, ""));
    if reordered {
        out.push_str(
            "\nThe exports were given in another order; they are compared in order of their dates.\n",
        );
    }
    out.push('\n');
    out.push_str(&headline(change));
    if states.len() > 2 {
        out.push_str(&trend(states));
    }
    out.push_str(&not_compared(change));
    if !change.moves.is_empty() {
        out.push_str(
            "\nWhat was done to records: how many, rule, what, and what became of their licenses\n\n",
        );
    }
    change.moves.iter().for_each(|moved| out.push_str(&moved_records(change, moved)));
    let mut findings = change.findings.iter().peekable();
    if findings.peek().is_some() {
        out.push_str("\nFindings: count before, count now, rule, what; what became of the clients\n\n");
    }
    findings.for_each(|finding| out.push_str(&finding_entry(change, finding)));
    out
}

/// What changed, in one sentence or two.
pub fn answer(change: &AuditChange) -> String {
    let (before, after) = (change.before, change.after);
    let from = instants(before.exported_at, after.exported_at);
    if change.is_none() {
        return match before.exported_at == after.exported_at {
            true => format!("Nothing changed: both exports are of {}.", instant(before.exported_at)),
            false => format!("Nothing changed {from}: every record and every finding is as it was."),
        };
    }
    let Some(licenses) = &change.licenses else {
        let lacking = change.missing.iter().find(|lacking| lacking.table == ExportTable::LicenseInUse);
        let which = lacking.map_or("an export", which_export);
        return format!(
            "Whether licenses came back {from} cannot be said: {which} lacks license_in_use.csv. {}",
            records_changed(change)
        );
    };
    let mut first = vec![came_back(licenses)];
    if licenses.waited > 0 {
        first.push(waiting_served(licenses));
    } else if licenses.taken > 0 {
        first.push(format!("{} took one", counted(licenses.taken, "client")));
    }
    let mut sentence = format!("{}{}: {}", from[..1].to_uppercase(), &from[1..], first.join(", and "));
    if licenses.active_again > 0 {
        let n = licenses.active_again;
        let _ = write!(
            sentence,
            "; {} that {} Retired or Disposed {} Active again and hold{} a license (V7)",
            counted(n, "record"),
            if n == 1 { "was" } else { "were" },
            if n == 1 { "is" } else { "are" },
            verb_ending(n)
        );
    }
    format!("{sentence}. {}", now(change))
}

/// `from 2026-02-02 09:00 to 2026-03-02 09:00`.
fn instants(before: DateTime, after: DateTime) -> String {
    format!("from {} to {}", instant(before), instant(after))
}

/// `2026-03-14 06:30`.
pub fn instant(at: DateTime) -> String {
    format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
}

fn came_back(licenses: &LicenseChange) -> String {
    let LicenseChange { came_back, for_nothing, for_nothing_came_back, .. } = *licenses;
    let of_those = match (for_nothing, for_nothing_came_back) {
        (0, _) if came_back == 0 => return "no license came back".to_string(),
        (0, _) => return format!("{} came back", counted(came_back, "license")),
        (1, 1) => "the one license held for nothing".to_string(),
        (n, back) if n == back => format!("all {} licenses held for nothing", grouped(n)),
        (n, 0) => format!("none of the {} held for nothing", counted(n, "license")),
        (n, back) => format!("{} of the {} held for nothing", grouped(back), counted(n, "license")),
    };
    match came_back - for_nothing_came_back {
        0 => format!("{of_those} came back"),
        others => format!("{of_those} and {} came back", counted(others, "other license")),
    }
}

fn waiting_served(licenses: &LicenseChange) -> String {
    match (licenses.waited, licenses.waited_and_got) {
        (1, 1) => "the one waiting client got one".to_string(),
        (n, got) if n == got => format!("all {} waiting clients got one", grouped(n)),
        (n, 0) => format!("none of the {} got one", counted(n, "waiting client")),
        (n, got) => format!("{} of the {} got one", grouped(got), counted(n, "waiting client")),
    }
}

/// How it stands in the later export.
fn now(change: &AuditChange) -> String {
    let after = change.after;
    let verb = |n: u64, one: &str, many: &str| if n == 1 { one.to_string() } else { many.to_string() };
    let (for_nothing, waiting) = (after.count(Account::ForNothing), after.count(Account::AwaitsLicense));
    let (other, stopped) = (after.count(Account::AwaitsOther), after.count(Account::NotScanning));
    let mut parts = Vec::new();
    if for_nothing > 0 {
        let is = verb(for_nothing, "is", "are");
        parts.push(format!("{} {is} held for nothing", counted(for_nothing, "license")));
    }
    if waiting > 0 {
        parts.push(format!("{} wait{} for a license", counted(waiting, "client"), verb_ending(waiting)));
    }
    if other > 0 {
        parts.push(format!("{} wait{} for something else", counted(other, "client"), verb_ending(other)));
    }
    if stopped > 0 {
        let verb = verb(stopped, "does", "do");
        parts.push(format!("{} {verb} not scan", counted(stopped, "holder")));
    }
    match parts.as_slice() {
        [] => "Now no license is held for nothing and no client waits.".to_string(),
        [one] => format!("Now {one}."),
        [first @ .., last] => format!("Now {} and {last}.", first.join(", ")),
    }
}

fn records_changed(change: &AuditChange) -> String {
    let changed = change.records.iter().filter(|record| record.moved.is_some()).count() as u64;
    match changed {
        0 => "No record changed its status.".to_string(),
        n => format!("{} changed.", counted(n, "record")),
    }
}

/// Exports, records and licenses in a few lines.
fn headline(change: &AuditChange) -> String {
    let (before, after) = (change.before, change.after);
    let mut out = String::new();
    let mut line = |label: &str, text: String| {
        let _ = writeln!(out, "  {label:<20} {text}");
    };
    let export = |state: &ExportState| {
        format!("{}, as exported on {}, version {}", state.folder, instant(state.exported_at), state.version)
    };
    line("Before", export(before));
    line("Now", export(after));
    let (same, gone, new) = change.records_by_export();
    line("Records", format!("{} in both, {} gone, {} new", grouped(same), grouped(gone), grouped(new)));
    line("Pool before", pool(before));
    line("Pool now", pool(after));
    for (label, files) in
        [("License files gone", &change.files_removed), ("License files new", &change.files_added)]
    {
        files.iter().for_each(|file| line(label, license_file(file)));
    }
    if let Some(licenses) = &change.licenses {
        let [kept, back, taken] = [licenses.kept, licenses.came_back, licenses.taken].map(grouped);
        line("Licenses", format!("{kept} kept, {back} came back, {taken} taken"));
    }
    out
}

fn pool(state: &ExportState) -> String {
    let in_use = grouped(state.in_use);
    match (state.nodes, state.has(ExportTable::LicenseInUse)) {
        (Some(nodes), true) => format!("{in_use} of {} in use", counted(nodes, "license")),
        (None, true) => {
            format!("{in_use} in use; how many there are is not known, or they are without limit")
        }
        (Some(nodes), false) => format!("{}; how many are in use is not known", counted(nodes, "license")),
        (None, false) => "not known".to_string(),
    }
}

/// A license file, in words.
pub fn license_file(file: &OwnedLicense) -> String {
    let nodes = file.nodes.map_or("without limit".to_string(), |nodes| counted(nodes, "node"));
    let day =
        |word: &str, at: Option<DateTime>| at.map_or(String::new(), |at| format!(", {word} {}", at.date()));
    format!(
        "{}, {nodes}{}{}{}",
        file.kind.word(),
        day("from", file.starts),
        day("until", file.expires),
        day("maintenance until", file.maintenance_ends)
    )
}

/// A line an export.
fn trend(states: &[ExportState]) -> String {
    let mut out = "\nAll exports\n\n".to_string();
    let columns = ["records", "licenses", "in use", "for nothing", "wait", "wait: other", "do not scan"]
        .map(|name| format!("{name:>11}"));
    let _ = writeln!(out, "  {:<16} {}  export", "exported on", columns.join(" "));
    for state in states {
        let known = state.has(ExportTable::LicenseInUse);
        let count = |count: u64| if known { grouped(count) } else { "unknown".to_string() };
        let accounts =
            [Account::ForNothing, Account::AwaitsLicense, Account::AwaitsOther, Account::NotScanning];
        let counts = accounts.map(|account| count(state.count(account)));
        let no_number = if state.unlimited { "no limit" } else { "unknown" };
        let nodes = state.nodes.map_or(no_number.to_string(), grouped);
        let cells = [grouped(state.records.len() as u64), nodes, count(state.in_use)];
        let cells: Vec<String> = cells.iter().chain(&counts).map(|cell| format!("{cell:>11}")).collect();
        let _ = writeln!(out, "  {:<16} {}  {}", instant(state.exported_at), cells.join(" "), state.folder);
    }
    out
}

fn not_compared(change: &AuditChange) -> String {
    let mut out = String::new();
    for (index, lacking) in change.missing.iter().enumerate() {
        out.push_str(if index == 0 { "\nWhat cannot be compared\n\n" } else { "" });
        let _ = writeln!(out, "  {}", wrapped(&missing_table(lacking), LINE - 2, "  "));
    }
    out
}

/// What a missing table means for the comparison.
pub fn missing_table(lacking: &MissingTable) -> String {
    let MissingTable { table, before, after } = *lacking;
    let consequence = match (table, before && after) {
        (ExportTable::LicenseInUse, _) => "licenses are not compared",
        (_, true) => "both exports are judged without it",
        (_, false) => "of findings that depend on it only what other tables show is compared",
    };
    format!("{} lacks {}.csv: {}; {consequence}", which_export(lacking), table.name(), table.without())
}

fn which_export(lacking: &MissingTable) -> &'static str {
    match (lacking.before, lacking.after) {
        (true, true) => "each of the two exports",
        (true, false) => "the earlier export",
        _ => "the later export",
    }
}

fn moved_records(change: &AuditChange, moved: &MovedRecords) -> String {
    let rule = moved.what.clause().map_or("", |clause| clause.id());
    let count = moved.records.len() as u64;
    let mut what = move_in_words(moved.what).to_string();
    let licenses = [
        (moved.came_back, format!("{} came back", counted(moved.came_back, "license"))),
        (moved.hold, format!("{} hold{} a license now", grouped(moved.hold), verb_ending(moved.hold))),
    ];
    let licenses: Vec<String> =
        licenses.into_iter().filter(|(n, _)| *n > 0).map(|(_, words)| words).collect();
    if !licenses.is_empty() {
        let _ = write!(what, ": {}", licenses.join(", "));
    }
    let indent = &INDENT[11..];
    let names = some_names(change, &moved.records);
    format!(
        "  {:>9}  {rule:<3} {}\n{indent}{names}\n",
        grouped(count),
        wrapped(&what, LINE - indent.len(), indent)
    )
}

fn some_names(change: &AuditChange, records: &[usize]) -> String {
    let name = |at: &usize| change.name(&change.records[*at]).to_string();
    let names: Vec<String> = records.iter().take(NAMED).map(name).collect();
    named(&names, records.len() as u64)
}

/// What was done to a record.
pub fn move_in_words(what: RecordMove) -> &'static str {
    match what {
        RecordMove::Retired => "set to Retired",
        RecordMove::Disposed => "set to Disposed or another status that frees no license",
        RecordMove::Deleted => "no longer a computer of the export: deleted, or left out",
        RecordMove::Replaced => {
            "gone, and a new record has the name: the PC was re-imaged, or deleted and back"
        }
        RecordMove::ActiveAgain => {
            "Retired or Disposed before, Active now: the agent is alive and checked in, or it was set back"
        }
        RecordMove::New => "new",
        RecordMove::NewOfKnownName => "new, with the name of a record of the earlier export",
    }
}

fn finding_entry(change: &AuditChange, finding: &FindingChange) -> String {
    let rule = finding.clause.map_or("", |clause| clause.id());
    let width = LINE - INDENT.len();
    let count = |count: Option<u64>| count.map_or("unknown".to_string(), grouped);
    let counts = format!("{:>9} {:>9}", count(finding.before), count(finding.after));
    let mut out = format!("  {counts}   {rule:<3} {}\n", wrapped(&finding.what, width, INDENT));
    for (became, records) in &finding.became {
        let n = records.len() as u64;
        let words =
            format!("{} {}: {}", grouped(n), became_in_words(*became, n), some_names(change, records));
        let _ = writeln!(out, "{INDENT}{}", wrapped(&words, width, INDENT));
    }
    out
}

/// What became of so many clients of a finding.
fn became_in_words(became: Became, n: u64) -> &'static str {
    let of = |one: &'static str, many: &'static str| if n == 1 { one } else { many };
    match became {
        Became::RetiredAndFreed => "Retired, and the license came back",
        Became::Deleted => "deleted, and without a license",
        Became::Replaced => "gone, with a new record of the name",
        Became::Freed => of("holds no license any more", "hold no license any more"),
        Became::GotLicense => of("holds a license now", "hold a license now"),
        Became::ActiveAgain => {
            of("Active again, and holds a license (V7)", "Active again, and hold a license (V7)")
        }
        Became::ScansAgain => of("scans again", "scan again"),
        Became::InUse => of("holds a license and needs it", "hold a license and need it"),
        Became::NeedsNone => "out of use, without a license",
        Became::InOtherFinding => "in another finding now",
        Became::NotFound => "in no finding any more",
        Became::NotKnown => "not known: a table is missing",
        Became::Still => "still there",
        Became::Arrived => "new",
    }
}

/// Why two exports are not compared.
pub fn other_server(found: OtherServer, before: &ExportState, after: &ExportState) -> String {
    format!(
        "{} and {} have {} of {} in common: they are exports of different servers, and are not compared\n  help: compare \
         exports of one server; a server that was set up anew has new GUIDs for all its computers",
        before.folder,
        after.folder,
        grouped(found.common),
        counted(found.of, "computer")
    )
}

//! What `explain` prints: what the tables say of a client of an imported fleet, then a client's history in order, with rule ids, and where it ends up.

use std::fmt::Write;

use crate::observe::events::{ScanEvent, TraceEvent};
use crate::observe::trace::Line;
use crate::output::prose::dates::{timestamp, timestamp_ms};
use crate::output::prose::events::{name_in_words, sentence};
use crate::output::prose::numbers::{counted, named};
use crate::output::prose::run::pool;
use crate::rules::advice::rule_in_words;
use crate::rules::clause::Clause;
use crate::rules::consumption::Refused;
use crate::rules::denial_reason::DenialReason;
use crate::rules::release::{KeptBy, Release};
use crate::rules::targeting::ScanSettings;
use crate::scenario::model::initial::Machine;
use crate::scenario::model::{Initial, Scenario, Status, Version};
use crate::study::explain::ClientHistory;
use crate::units::time::Time;

/// A scan that was turned away because the pool was full.
const REJECTED: TraceEvent = TraceEvent::Scan(ScanEvent::Refused(Refused::PoolFull));

/// Repeated refusals are shown once, with their number, when there are more than this many in a row.
const REPEATS: usize = 3;

/// What was asked for, where it is not simply the name of one client.
pub fn asked(typed: &str, names: &[String]) -> String {
    match names {
        [one] if one.eq_ignore_ascii_case(typed.trim()) || is_guid(typed) => String::new(),
        [one] if typed.contains('~') && typed.starts_with(one.as_str()) => String::new(),
        [one] => format!("`{typed}` is a name of the record {one}.\n\n"),
        several => format!(
            "`{typed}` is the name of {} records: {}.\n\n",
            several.len(),
            named(&several[..several.len().min(NAMED)], several.len() as u64)
        ),
    }
}

/// Names in a sentence.
const NAMED: usize = 5;

fn is_guid(typed: &str) -> bool {
    typed.trim().trim_matches(['{', '}']).len() == 36
}

/// Records of the same name that are not told of.
pub fn left_out(names: &[String]) -> String {
    match names.len() as u64 {
        0 => String::new(),
        n => format!(
            "\nNot shown: {}. Ask for each by its name: {}\n",
            counted(n, "more record"),
            named(&names[..names.len().min(NAMED)], n)
        ),
    }
}

/// The history as text.
pub fn history(scenario: &Scenario, history: &ClientHistory) -> String {
    let mut out = String::new();
    let ClientHistory { client, group, lines, .. } = history;
    let _ = writeln!(out, "{client} (group {group}) in {}, seed {}\n", scenario.name, scenario.seed);
    if let Some(at) = history.initial.filter(|at| at.exported.is_some()) {
        out.push_str(&as_exported(scenario, history, at));
    }
    let mut rest = lines.as_slice();
    while let Some(line) = rest.first() {
        let same = rest.iter().take_while(|next| read_alike(line, next)).count();
        let shown = if same > REPEATS { 1 } else { same };
        rest[..shown].iter().for_each(|line| out.push_str(&entry(scenario, line)));
        if same > REPEATS {
            let last = timestamp_ms(scenario.start, rest[same - 1].at);
            let _ = writeln!(out, "  {:>23}      ... and {} more times, last on {last}", "", same - 1);
        }
        rest = &rest[same..];
    }
    out.push_str(&verdict(scenario, history));
    out
}

/// What the tables say of the record, and how many licenses are free.
fn as_exported(scenario: &Scenario, history: &ClientHistory, at: &Initial) -> String {
    let mut out = format!("As exported on {}\n\n", timestamp(scenario.start, Time::START));
    let mut line = |label: &str, text: &str| {
        let _ = writeln!(out, "  {label:<28} {text}");
    };
    let record = at.exported.as_deref().cloned().unwrap_or_default();
    let known = |text: Option<&str>| text.unwrap_or("not exported").to_string();
    let yes = |yes: bool| if yes { "yes" } else { "no" };
    line("Guid", &known(at.guid.as_deref()));
    line("Name", exported_name(&history.client, at));
    let sharing = sharing(&history.client, at);
    if !sharing.is_empty() {
        line("Shared with (V10)", &sharing.join(", "));
    }
    if let Some(domain) = &record.domain {
        line("Domain", domain);
    }
    let unlisted = at.machine == Machine::Unlisted;
    let status = record.status.as_deref().unwrap_or(match at.status {
        _ if unlisted => "not exported",
        Status::Active => "Active",
        Status::Retired => "Retired",
        Status::Disposed => "Disposed",
        Status::Unknown | Status::Deleted | Status::Shared => "not exported",
    });
    line("Status", status);
    line("IsManaged", &known(record.managed.map(yes)));
    for (label, last) in [
        ("Last configuration request", (|at| at.last_configuration) as LastOf),
        ("Last Basic Inventory", |at| at.last_inventory),
        ("Last Patch Inventory", |at| at.last_scan),
    ] {
        let none = || if is_exported(scenario, last) { "never" } else { "not exported" }.to_string();
        line(label, &last(at).map_or_else(none, |last| timestamp(scenario.start, last)));
    }
    for (label, version) in
        [("Agent", &record.agent_version), ("Software Update Plug-in", &record.plugin_version)]
    {
        if let Some(version) = version {
            line(label, version);
        }
    }
    line("Holds a license", yes(at.licensed));
    line("Taken to be", machine_in_words(at.machine));
    let end = timestamp(scenario.start, scenario.horizon());
    line(&format!("Pool on {}", &end[..10]), &pool(&history.now));
    out.push('\n');
    out
}

/// One of the instants that are known of a client.
type LastOf = fn(&Initial) -> Option<Time>;

/// Is it known of any client?
fn is_exported(scenario: &Scenario, last: LastOf) -> bool {
    scenario.groups.iter().flat_map(|group| group.initial.iter().flatten()).any(|at| last(at).is_some())
}

/// The name as the database has it: that of the client, or the one from which its name was made.
fn exported_name<'h>(client: &'h str, at: &'h Initial) -> &'h str {
    at.also.first().filter(|name| is_made_of(client, name)).map_or(client, String::as_str)
}

/// Other machines that have the record.
fn sharing<'h>(client: &str, at: &'h Initial) -> Vec<&'h str> {
    at.also.iter().filter(|name| !is_made_of(client, name)).map(String::as_str).collect()
}

/// A name that was cut, and perhaps its last character taken off, is longer.
const SHORTEST_CUT: usize = 40;

/// Was the name of the client made of this one: by other characters, a domain, or a number after it?
fn is_made_of(client: &str, name: &str) -> bool {
    let letters = |text: &str| {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>()
    };
    let (client, name) = (client.to_lowercase(), letters(name));
    let mut prefix = String::new();
    let mut rest = client.chars();
    while prefix.len() < name.len() {
        match rest.next() {
            Some(c) if c.is_alphanumeric() => prefix.push(c),
            Some(_) => {}
            // A name that was too long was cut.
            None => return client.len() > SHORTEST_CUT && name.starts_with(&prefix),
        }
    }
    prefix == name && rest.next().is_none_or(|c| !c.is_alphanumeric())
}

fn machine_in_words(machine: Machine) -> &'static str {
    match machine {
        Machine::Alive => "in use, with a live agent",
        Machine::Silent => "silent: it has not reported for long (V9)",
        Machine::AgentUninstalled => "without an agent (V8)",
        Machine::LeftBehind => "left behind: its PC goes on as another record (V10)",
        Machine::Unlisted => "not in the table of computers (V3)",
    }
}

/// Do two lines read the same, but for time and rule?
fn read_alike(one: &Line, other: &Line) -> bool {
    one.event.name() == other.event.name() && sentence(&one.event) == sentence(&other.event)
}

fn entry(scenario: &Scenario, line: &Line) -> String {
    let when = timestamp_ms(scenario.start, line.at);
    let rule = line.event.clause().map_or("", |clause| clause.id());
    let server = if line.client.is_none() { " (server)" } else { "" };
    let (name, why) = (name_in_words(line.event.name()), sentence(&line.event));
    format!("  {when:<23}  {rule:<3} {name}{server}: {why}\n")
}

fn verdict(scenario: &Scenario, history: &ClientHistory) -> String {
    let end = timestamp(scenario.start, scenario.horizon());
    let version = scenario.version_at(scenario.horizon());
    let mut out = String::from("\n");
    match history.license_status {
        Ok(()) if history.shares_record_of.is_some() => {
            let (client, owner) = (&history.client, history.shares_record_of.as_deref().unwrap_or_default());
            let _ = writeln!(out, "On {end} {client} shares the record of {owner}, which holds a license.");
            let _ = writeln!(out, "Rule V10: {}", Clause::V10.sentence());
        }
        Ok(()) => {
            let _ = writeln!(out, "On {end} {} holds a license.", history.client);
            out.push_str(&holding(history, version));
        }
        Err(denial) => {
            let rule = denial.clause().map_or(String::new(), |clause| format!(" ({clause})"));
            let (words, cure) = denial.words(version);
            let _ = writeln!(out, "On {end} {} holds no license: {words}{rule}.", history.client);
            let _ = writeln!(out, "What frees it: {cure}.");
            if let Some(clause) = denial.clause() {
                let _ = writeln!(out, "Rule {clause}: {}", rule_in_words(clause, version));
            }
            out.push_str(&unreachable(scenario, denial, history.unreachable_until));
        }
    }
    let rejected = history.lines.iter().filter(|line| line.event == REJECTED).count();
    if rejected > 0 {
        let _ = writeln!(out, "It was rejected by {}.", counted(rejected as u64, "scan"));
    }
    if history.managed {
        out.push_str(&settings(history.settings));
    }
    out
}

/// Until when the server is not reachable, where that is what a client without a license lacks.
fn unreachable(scenario: &Scenario, denial: DenialReason, until: Option<Time>) -> String {
    match until.filter(|_| denial == DenialReason::Unreachable) {
        None => String::new(),
        Some(Time::NEVER) => "The server is not reachable for it for good (platform.unreachable).\n".into(),
        Some(until) => {
            let until = timestamp(scenario.start, until);
            format!("The server is not reachable for it until {until} (platform.unreachable).\n")
        }
    }
}

/// What support wants to know of a client that holds a license.
fn holding(history: &ClientHistory, version: Version) -> String {
    let mut out = String::new();
    match history.release {
        Release::Kept(by) if by != KeptBy::InUse => {
            if let Some((clause, words, cure)) = history.release.words(version) {
                let _ =
                    writeln!(out, "It could be freed ({clause}): {words}.\nWhat frees the license: {cure}.");
                let _ = writeln!(out, "Rule {clause}: {}", rule_in_words(clause, version));
            }
        }
        Release::AtRefresh(by) => {
            let clause = by.clause();
            let _ = writeln!(out, "Rule {clause}: the next run of the licensing refresh will release it.");
        }
        Release::Kept(_) | Release::Now(_) | Release::NothingHeld => {}
    }
    if let Some(stopped) = history.scans_stopped_by {
        let (why, cure) = stopped.words(version);
        let rule = stopped.clause().map_or(String::new(), |clause| format!(" ({clause})"));
        let _ = writeln!(out, "Its scans are not returned: {why}{rule}.\nWhat cures it: {cure}.");
        let _ = writeln!(out, "Rule X3: {}", Clause::X3.sentence());
    }
    if history.managed && !history.license_in_date {
        out.push_str("Rule E1: no license is in date, so its scans do not run until one is.\n");
    }
    if history.managed && history.license_in_date && !history.version_covered {
        out.push_str(
            "Rule M3: maintenance does not cover the version, so its scans do not run until it is renewed.\n",
        );
    }
    if history.managed && !history.scan_policy {
        out.push_str("Rule C8: the scan policy is off or does not target it, so its scans do not run.\n");
    }
    out
}

fn settings(settings: ScanSettings) -> String {
    match settings {
        ScanSettings::NotNeeded => "Scan settings: this version needs no DSUP (C5).\n".to_string(),
        ScanSettings::Dsup => "Scan settings: from the DSUP (C5).\n".to_string(),
        ScanSettings::Clone(name) => format!("Scan settings: from clone `{name}` (C5).\n"),
        ScanSettings::Conflict(one, other) => {
            format!("Scan settings: clones `{one}` and `{other}` conflict (T1).\n")
        }
        ScanSettings::None => "Scan settings: none; scans fail (C5).\n".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_the_database_is_told_from_those_of_other_machines() {
        #[rustfmt::skip]
        let table = [
            ("PC-17",         "PC-17",               true),
            ("PC-17.EMEA.2",  "PC-17",               true),
            ("Front-Desk-3",  "Front Desk #3",       true),
            ("cmd-C-calc-A0", "=cmd|' /C calc'!A0",  true),
            ("Müller-PC",     "MÜLLER PC",           true),
            ("PC-17",         "PC-1",                false),
            ("PC-1",          "PC-17",               false),
            ("PC-17",         "PC-18",               false),
            ("PC-17",         "LAPTOP-4",            false),
        ];
        for (client, name, expected) in table {
            assert_eq!(is_made_of(client, name), expected, "{client} {name}");
        }
    }

    #[test]
    fn what_was_asked_for_is_said_where_it_is_not_plain() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        #[rustfmt::skip]
        let table: [(&str, &[&str], &str); 5] = [
            ("pc-17",    &["PC-17"], ""),
            ("pc-17~2",  &["pc-17"], ""),
            ("{6d417916-467c-46a7-a870-6d86d9345b61}", &["PC-17"], ""),
            ("KIOSK 3",  &["PC-17"], "`KIOSK 3` is a name of the record PC-17.\n\n"),
            ("PC-17",    &["PC-17", "PC-17.2"], "`PC-17` is the name of 2 records: PC-17, PC-17.2.\n\n"),
        ];
        for (typed, found, expected) in table {
            assert_eq!(asked(typed, &names(found)), expected);
        }
    }
}

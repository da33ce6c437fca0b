//! What `explain` prints: a client's history in order, with rule ids, and where it ends up.

use std::fmt::Write;

use crate::observe::events::{ScanEvent, TraceEvent};
use crate::observe::trace::Line;
use crate::output::prose::dates::{timestamp, timestamp_ms};
use crate::output::prose::events::{name_in_words, sentence};
use crate::output::prose::numbers::counted;
use crate::rules::advice::rule_in_words;
use crate::rules::clause::Clause;
use crate::rules::consumption::Refused;
use crate::rules::denial_reason::DenialReason;
use crate::rules::release::{KeptBy, Release};
use crate::rules::targeting::ScanSettings;
use crate::scenario::model::{Scenario, Version};
use crate::study::explain::ClientHistory;
use crate::units::time::Time;

/// A scan that was turned away because the pool was full.
const REJECTED: TraceEvent = TraceEvent::Scan(ScanEvent::Refused(Refused::PoolFull));

/// Repeated refusals are shown once, with their number, when there are more than this many in a row.
const REPEATS: usize = 3;

/// The history as text.
pub fn history(scenario: &Scenario, history: &ClientHistory) -> String {
    let mut out = String::new();
    let ClientHistory { client, group, lines, .. } = history;
    let _ = writeln!(out, "{client} (group {group}) in {}, seed {}\n", scenario.name, scenario.seed);
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

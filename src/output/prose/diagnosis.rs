//! What `diagnose` prints: pool and fleet in a few lines, then why clients hold no license, with
//! what frees them, and which licenses could be freed.

use std::fmt::Write;

use crate::output::prose::dates::{minute, timestamp};
use crate::output::prose::numbers::{counted, grouped, named, verb_ending};
use crate::output::prose::run::pool;
use crate::rules::maintenance::SolutionState;
use crate::rules::troubleshooting::{self, ORDER};
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::diagnose::Diagnosis;

/// The diagnosis as text.
pub fn table(scenario: &Scenario, found: &Diagnosis) -> String {
    let end = timestamp(scenario.start, scenario.horizon());
    let mut out = format!("{} on {end}, seed {}\n\n", scenario.name, scenario.seed);
    out.push_str(&headline(scenario, found));
    let version = scenario.version_at(scenario.horizon());
    out.push_str("\nClients without a license: how many, rule, why; some of them; what frees them\n\n");
    for (denial, clients) in &found.lacking {
        let (why, cure) = denial.words(version);
        out.push_str(&entry(denial.clause().map_or("", |clause| clause.id()), why, cure, clients));
    }
    let reasons = found.lacking.iter().chain(&found.not_scanning).map(|(denial, _)| *denial);
    let in_order = troubleshooting::order_matters(reasons).then(in_order);
    let without = found.clients - found.holders;
    for (count, what) in
        [(without, "without a license"), (found.holders, "with a license"), (found.clients, "in all")]
    {
        let _ = writeln!(out, "  {:>9}  {what}", grouped(count));
    }
    if !found.not_scanning.is_empty() {
        let _ = writeln!(
            out,
            "\n{HOLDERS_NOT_SCANNING} (X3): how many, rule, why; some of them; what cures it\n"
        );
    }
    for (denial, clients) in &found.not_scanning {
        let (why, cure) = denial.words(version);
        out.push_str(&entry(denial.clause().map_or("", |clause| clause.id()), why, cure, clients));
    }
    if let Some(in_order) = in_order {
        let _ = writeln!(out, "\n{in_order}");
    }
    if !found.to_free.is_empty() {
        out.push_str(
            "\nLicenses that could be freed: how many, rule, why; some holders; what frees them\n\n",
        );
    }
    for (release, clients) in &found.to_free {
        if let Some((clause, why, cure)) = release.words(version) {
            out.push_str(&entry(clause.id(), why, cure, clients));
        }
    }
    out
}

/// The heading of live clients that hold a license and whose scans are not returned.
pub const HOLDERS_NOT_SCANNING: &str = "Clients that hold a license and whose scans are not returned";

/// Where to look first, where several reasons may be behind the same clients.
pub fn in_order() -> String {
    format!("Where several of these reasons may be behind it, look for them in this order: {ORDER}.")
}

/// Fleet and pool in a few lines.
pub fn headline(scenario: &Scenario, found: &Diagnosis) -> String {
    let mut out = String::new();
    let mut line = |label: &str, text: String| {
        let _ = writeln!(out, "  {label:<20} {text}");
    };
    let holders = grouped(found.holders);
    let managed = grouped(found.now.levels.clients_managed);
    let sharing = match found.now.levels.clients_sharing_record {
        0 => String::new(),
        n => format!(", {} sharing the record of another one (V10)", grouped(n)),
    };
    let clients = grouped(found.clients);
    line("Clients", format!("{clients}, {managed} managed{sharing}, {holders} with a license"));
    if let Some(stopped) = stopped(found.now.solution_state()) {
        line("Patch Management", stopped.into());
    }
    line("Pool", pool(&found.now));
    if found.now.levels.licenses_retired_unrefunded > 0 {
        line("Licensing refresh", refresh(scenario, found));
    }
    out
}

/// What the next licensing refresh returns of the licenses not refunded yet, and when it runs.
fn refresh(scenario: &Scenario, found: &Diagnosis) -> String {
    let stay = found.now.levels.licenses_retired_unrefunded - found.returns_at_refresh;
    let stay = match stay {
        0 => String::new(),
        n => format!("; {} kept, see below", grouped(n)),
    };
    let returns = match (found.returns_at_refresh, found.next_refresh) {
        (0, _) => "returns none of them".to_string(),
        (n, Some(at)) => refresh_returns(n, &minute(scenario.start, at)),
        (n, None) => format!("returns {} by hand: its schedule never runs", counted(n, "license")),
    };
    format!("{returns}{stay}")
}

/// What the licensing refresh does next.
pub fn refresh_returns(licenses: u64, when: &str) -> String {
    format!("returns {} on {when}, or sooner by hand", counted(licenses, "license"))
}

/// Why Patch Management does not work, if it does not.
pub(in crate::output) fn stopped(solution: SolutionState) -> Option<&'static str> {
    match solution {
        SolutionState::Working => None,
        SolutionState::Expired => Some("stopped: no license is in date, so no scan runs (E1)"),
        SolutionState::NotCovered => {
            Some("stopped: the version was released after the end of maintenance, so no scan runs (M3)")
        }
    }
}

/// The same in a report, by the word that result files have for the state.
pub fn stopped_in_report(solution_state: &str) -> Option<String> {
    let stopped = solution_state != SolutionState::Working.words();
    stopped.then(|| format!("Patch Management does not work: {}.", solution_state.replace('_', " ")))
}

/// In a report: records of clients that are no longer part of the fleet.
pub fn left_hold_none_in_report(records: u64) -> String {
    format!(
        "{} of clients that have left hold{} none either.",
        counted(records, "record"),
        verb_ending(records)
    )
}

/// One reason: count, rule and words; names; cure.
fn entry(rule: &str, why: &str, cure: &str, clients: &Sample) -> String {
    let names = named(&clients.names, clients.count);
    let indent = "";
    format!(
        "  {:>9}  {rule:<3} {why}\n  {indent:>9}      {names}\n  {indent:>9}      cure: {cure}\n",
        grouped(clients.count)
    )
}

//! What `run` prints: the questions a planner asks first, answered.

use std::fmt::Write;

use crate::observe::snapshot::Snapshot;
use crate::observe::solutions::SolutionNow;
use crate::observe::totals::Totals;
use crate::output::prose::calendar::turn_words;
use crate::output::prose::dates::{minute, roughly_ms};
use crate::output::prose::numbers::{counted, counted_are, grouped, verb_ending};
use crate::rules::license_files::LicenseState;
use crate::scenario::model::{Scenario, Version};
use crate::study::run::{Outcome, Shortfall};
use crate::units::time::Time;

/// The answers, as text with a line end.
pub fn answers(scenario: &Scenario, outcome: &Outcome) -> String {
    let mut out = String::new();
    let totals = &outcome.totals;
    let when = |at: Time| minute(scenario.start, at);
    let _ = writeln!(
        out,
        "{}: {}, {} to {}, seed {}\n",
        scenario.name,
        counted(outcome.clients, "client"),
        when(Time::START),
        when(scenario.horizon()),
        scenario.seed
    );
    let mut line = |label: &str, text: String| {
        let _ = writeln!(out, "  {label:<20} {text}");
    };
    line("Pool at the end", pool(&totals.now));
    line("Peak in use", peak(totals, when));
    if totals.peak_demand.0 > totals.peak.0 {
        line("Peak demand", peak_demand(totals, when));
    }
    line("Ran out", exhaustion(totals, when));
    if let Some(first) = totals.first_expired {
        let all = first_and_in_all(&when(first), &roughly_ms(totals.expired_ms));
        line("No license in date", format!("{all} (E1)"));
    }
    if let Some(first) = totals.first_not_covered {
        line("Version not covered", format!("by maintenance, first on {} (M3)", when(first)));
    }
    line("Turned away", rejections(totals));
    if totals.counts.scans_not_run > 0 {
        line("Scans not run", scans_not_run(totals));
    }
    if totals.counts.scans_failed_untargeted > 0 {
        let failed = grouped(totals.counts.scans_failed_untargeted);
        line("Scans failed", format!("{failed}: neither DSUP nor clone (C5)"));
    }
    if scenario.updates.is_some() {
        line("Updates", updates(totals));
        if let Some(refused) = refused(totals) {
            line("Refused", refused);
        }
    }
    line("Waiting at the end", counted(totals.now.levels.clients_waiting, "client"));
    line("Next license event", next_license_event(outcome, when));
    out.push_str(&other_solutions(&outcome.solutions.at_end));
    out.push_str(&without_license(outcome, scenario.version_at(scenario.horizon())));
    out.push_str(if outcome.shortfalls.is_empty() { "" } else { "\n" });
    out.push_str(&shortfalls(scenario, &outcome.shortfalls));
    out
}

/// Nodes in force, licenses in use, and what is left of the difference.
pub(in crate::output) fn pool(now: &Snapshot) -> String {
    let unrefunded = match now.levels.licenses_retired_unrefunded {
        0 => String::new(),
        n => format!(" ({} retired, not refunded yet)", grouped(n)),
    };
    let state = match now.entitlement.state {
        LicenseState::InDate => "",
        LicenseState::None => "; no license file has come into force",
        LicenseState::Expired => "; all licenses have expired",
    };
    let in_use = grouped(now.levels.licenses_in_use);
    match (now.entitlement.nodes, now.licenses_free()) {
        (Some(nodes), Some(free)) => {
            let (rest, word) = match now.licenses_over() {
                0 => (free, "free"),
                over => (over, "over"),
            };
            let (nodes, rest) = (counted(nodes, "license"), grouped(rest));
            format!("{nodes}, {in_use} in use{unrefunded}, {rest} {word}{state}")
        }
        _ if now.entitlement.nodes_unknown => {
            format!("unknown number of licenses, {in_use} in use{unrefunded}{state}")
        }
        _ => format!("unlimited, {in_use} in use{unrefunded}{state}"),
    }
}

/// A line for each other solution: its pool, and the computers that it leaves out.
fn other_solutions(solutions: &[SolutionNow]) -> String {
    let mut out = String::new();
    if !solutions.is_empty() {
        out.push_str("\n  Other solutions at the end (S1, S2)\n");
    }
    for now in solutions {
        let in_use = grouped(now.licenses_in_use);
        let pool = match (now.licenses_total, now.licenses_free()) {
            (Some(nodes), Some(free)) => {
                format!("{}, {in_use} in use, {} free", counted(nodes, "license"), grouped(free))
            }
            _ => format!("unlimited, {in_use} in use"),
        };
        let without = match (now.computers_without, now.data_discarded) {
            (_, 0) => String::new(),
            (without, discarded) => {
                let without = counted(without, "computer");
                format!("; {without} without, data discarded {} times", grouped(discarded))
            }
        };
        let _ = writeln!(out, "  {:<20} {pool}{without}", now.solution.title());
    }
    out
}

fn updates(totals: &Totals) -> String {
    let (levels, counts) = (&totals.now.levels, &totals.counts);
    format!(
        "{} installed, {} failed, {} pending; {} listed, {} enabled",
        grouped(counts.updates_installed),
        grouped(counts.updates_failed),
        grouped(levels.updates_pending),
        counted(levels.bulletins_listed, "bulletin"),
        grouped(levels.bulletins_enabled),
    )
}

/// What the server refused, if anything.
fn refused(totals: &Totals) -> Option<String> {
    let counts = &totals.counts;
    let refused = [counts.imports_refused, counts.bulletins_refused, counts.tasks_refused];
    let refused = refused.into_iter().zip(["import", "bulletin", "task"]).filter(|(n, _)| *n > 0);
    let some: Vec<String> = refused.map(|(n, noun)| counted(n, noun)).collect();
    (!some.is_empty()).then(|| format!("{} (why: run with --events)", some.join(", ")))
}

/// The same as sentences of a report: imports, bulletins, and tasks by their whole name.
pub fn refused_in_report(refused: [u64; 3]) -> impl Iterator<Item = String> {
    let refused = refused.into_iter().zip(["import", "bulletin", "installation task"]);
    refused.filter(|(n, _)| *n > 0).map(|(n, noun)| format!("{} refused (M2 to M4).", counted_are(n, noun)))
}

fn peak(totals: &Totals, when: impl Fn(Time) -> String) -> String {
    match totals.peak {
        (0, _) => "no license was taken".to_string(),
        (peak, at) => format!("{}, first on {}", counted(peak, "license"), when(at)),
    }
}

/// What the pool would have needed.
fn peak_demand(totals: &Totals, when: impl Fn(Time) -> String) -> String {
    let (demand, at) = totals.peak_demand;
    format!("{} in use or waited for, first on {}", counted(demand, "license"), when(at))
}

fn exhaustion(totals: &Totals, when: impl Fn(Time) -> String) -> String {
    let Some(first) = totals.first_exhausted else { return "never".to_string() };
    let total = roughly_ms(totals.exhausted_ms);
    let over = match totals.peak_over {
        0 => String::new(),
        n => format!("; up to {} over the nodes in force (L3)", grouped(n)),
    };
    format!("{}{over}", ran_out(totals.times_exhausted, &when(first), &total))
}

/// When the pool ran out, how often, and for how long.
fn ran_out(times: u64, first: &str, total: &str) -> String {
    match times {
        1 => ran_out_once(first, total),
        times => format!("first on {first}, {} times, for {total} in all", grouped(times)),
    }
}

/// The same in a sentence of a report, which has no comma after the number of times.
pub fn ran_out_in_report(times: u64, first: &str, total: &str) -> String {
    match times {
        1 => ran_out_once(first, total),
        times => format!("first on {first}, {} times for {total} in all", grouped(times)),
    }
}

fn ran_out_once(first: &str, total: &str) -> String {
    format!("on {first}, for {total}")
}

/// When something began first, and how long it lasted, summed.
pub fn first_and_in_all(first: &str, total: &str) -> String {
    format!("first on {first}, for {total} in all")
}

fn scans_not_run(totals: &Totals) -> String {
    let expired = totals.first_expired.map(|_| "no license in date (E1)");
    let not_covered = totals.first_not_covered.map(|_| "version not covered by maintenance (M3)");
    let no_policy = (totals.scans_without_policy > 0).then_some("scan policy off (C8)");
    let why: Vec<&str> = expired.into_iter().chain(not_covered).chain(no_policy).collect();
    let why = if why.is_empty() { "no license in date (E1)".to_string() } else { why.join(", or ") };
    format!("{}: {why}", grouped(totals.counts.scans_not_run))
}

fn rejections(totals: &Totals) -> String {
    match totals.clients_rejected {
        0 => "nobody".to_string(),
        n => format!("{}, {}", counted(n, "client"), counted(totals.counts.scans_rejected, "rejected scan")),
    }
}

fn next_license_event(outcome: &Outcome, when: impl Fn(Time) -> String) -> String {
    let Some((at, turn, file)) = &outcome.next_license_event else { return "none after the end".to_string() };
    format!("{}: `{file}` {}", when(*at), turn_words(*turn))
}

fn without_license(outcome: &Outcome, version: Version) -> String {
    let left: u64 =
        outcome.lacking.iter().filter(|(denial, _)| denial.has_left()).map(|(_, count)| count).sum();
    let there: Vec<_> = outcome.lacking.iter().filter(|(denial, _)| !denial.has_left()).collect();
    let mut out = String::new();
    if !there.is_empty() {
        out.push_str("\n  Without a license at the end\n");
    }
    for (denial, count) in there {
        let rule = denial.clause().map_or("", |clause| clause.id());
        let _ = writeln!(out, "  {:>9}  {rule:<3} {}", grouped(*count), denial.words(version).0);
    }
    if left > 0 {
        let _ = writeln!(out, "\n  {}", left_without_license(left));
    }
    out
}

/// Records of clients that are no longer part of the fleet. The verb does not agree with one record.
fn left_without_license(records: u64) -> String {
    format!("{} of clients that left, or went on as another, hold no license.", counted(records, "record"))
}

/// The same in a report, where the verb agrees.
pub fn left_without_license_in_report(records: u64) -> String {
    let hold = format!("hold{}", verb_ending(records));
    format!("{} of clients that left, or went on as another, {hold} no license.", counted(records, "record"))
}

/// A line for each action that found fewer clients than it asked for.
pub fn shortfalls(scenario: &Scenario, shortfalls: &[Shortfall]) -> String {
    let mut out = String::new();
    for Shortfall { action, at, asked, found, left_out } in shortfalls {
        let when = minute(scenario.start, *at);
        let _ = writeln!(out, "  note: {}", shortfall(*action, &when, *asked, *found, *left_out));
    }
    out
}

/// An action found fewer clients than it asked for, or left some of its group out because of their status.
pub fn shortfall(action: u32, when: &str, asked: Option<u32>, found: u32, left_out: u32) -> String {
    let asked = asked.map_or(String::new(), |asked| format!(" of {}", grouped(u64::from(asked))));
    let more = match left_out {
        0 => String::new(),
        n => format!("; {} more of its group not, because of another status", grouped(u64::from(n))),
    };
    format!("actions[{action}] on {when} found {}{asked}{more}", counted(u64::from(found), "client"))
}

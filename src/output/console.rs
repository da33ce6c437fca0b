//! What `run` prints: the questions a planner asks first, answered.

use std::fmt::Write;

use super::text::{counted, grouped, minute, roughly};
use crate::observe::tally::Tally;
use crate::rules::license_files::{LicenseState, Turn};
use crate::scenario::model::Scenario;
use crate::study::run::{Outcome, Shortfall};
use crate::words::time::{Span, Time};

/// The answers, as text with a line end.
pub fn answers(scenario: &Scenario, outcome: &Outcome) -> String {
    let mut out = String::new();
    let tally = &outcome.tally;
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
    line("Pool at the end", pool(tally));
    line("Peak in use", peak(tally, when));
    line("Ran out", exhaustion(tally, when));
    line("Turned away", rejections(tally));
    line("Waiting at the end", counted(tally.levels.clients_waiting, "client"));
    line("Next license event", next_license_event(outcome, when));
    out.push_str(&without_license(outcome));
    out.push_str(&shortfalls(&outcome.shortfalls, when));
    out
}

fn pool(tally: &Tally) -> String {
    let in_use = tally.levels.licenses_in_use;
    let unrefunded = match tally.levels.licenses_retired_unrefunded {
        0 => String::new(),
        n => format!(" ({} retired, not refunded yet)", grouped(n)),
    };
    let state = match tally.in_force.state {
        LicenseState::InDate => "",
        LicenseState::None => "; no license file has come into force",
        LicenseState::Expired => "; all licenses have expired",
    };
    match tally.in_force.nodes {
        None => format!("unlimited, {} in use{unrefunded}{state}", grouped(in_use)),
        Some(nodes) if in_use > nodes => {
            let over = grouped(in_use - nodes);
            format!(
                "{}, {} in use{unrefunded}, {over} over{state}",
                counted(nodes, "license"),
                grouped(in_use)
            )
        }
        Some(nodes) => {
            let free = grouped(nodes - in_use);
            format!(
                "{}, {} in use{unrefunded}, {free} free{state}",
                counted(nodes, "license"),
                grouped(in_use)
            )
        }
    }
}

fn peak(tally: &Tally, when: impl Fn(Time) -> String) -> String {
    match tally.peak {
        (0, _) => "no license was taken".to_string(),
        (peak, at) => format!("{}, first on {}", counted(peak, "license"), when(at)),
    }
}

fn exhaustion(tally: &Tally, when: impl Fn(Time) -> String) -> String {
    let Some(first) = tally.first_exhausted else { return "never".to_string() };
    let total = roughly(Span(i64::try_from(tally.exhausted_ms).unwrap_or(i64::MAX)));
    match tally.times_exhausted {
        1 => format!("on {}, for {total}", when(first)),
        times => format!("first on {}, {} times, for {total} in all", when(first), grouped(times)),
    }
}

fn rejections(tally: &Tally) -> String {
    match tally.clients_rejected {
        0 => "nobody".to_string(),
        n => format!("{}, {}", counted(n, "client"), counted(tally.counts.scans_rejected, "rejected scan")),
    }
}

fn next_license_event(outcome: &Outcome, when: impl Fn(Time) -> String) -> String {
    let Some((at, turn, file)) = &outcome.next_license_event else { return "none after the end".to_string() };
    let what = match turn {
        Turn::Starts => "comes into force",
        Turn::Ends => "ends",
        Turn::AupNotice => "gives notice: its maintenance ends 56 days later",
        Turn::AupEnds => "runs out of maintenance",
    };
    format!("{}: `{file}` {what}", when(*at))
}

fn without_license(outcome: &Outcome) -> String {
    if outcome.lacking.is_empty() {
        return String::new();
    }
    let mut out = String::from("\n  Without a license at the end\n");
    for (lack, count) in &outcome.lacking {
        let rule = lack.clause().map_or("", |clause| clause.id());
        let _ = writeln!(out, "  {:>9}  {rule:<3} {}", grouped(*count), lack.words().0);
    }
    out
}

fn shortfalls(shortfalls: &[Shortfall], when: impl Fn(Time) -> String) -> String {
    let mut out = String::new();
    for Shortfall { action, at, asked, found } in shortfalls {
        let asked = asked.map_or(String::new(), |asked| format!(" of {}", grouped(u64::from(asked))));
        let found = counted(u64::from(*found), "client");
        let _ = writeln!(out, "\n  note: actions[{action}] on {} found {found}{asked}", when(*at));
    }
    out
}

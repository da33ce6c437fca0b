//! The page of a plan: what to do, in order, and when all hold a license.

use maud::{Markup, html};

use crate::output::prose::dates::minute_of_text;
use crate::output::prose::numbers::{counted, grouped, named, verb_ending};
use crate::output::prose::plan::{
    MILESTONES, NODES_UNKNOWN, costs_in_report, in_report_if_in_use, lost, should_hold, sooner_in_report,
    stay_in_report, waiting_in_report,
};
use crate::output::report::page::{Page, facts, section, table};
use crate::output::report::reasons::{ReasonRow, bars, version_of};
use crate::output::results::plan::{PLAN, PlanEffect, PlanReason, PlanResult, PlanSooner, PlanStep};
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::plan::{COLUMNS, PLAN_CSV};
use crate::rules::denial_reason::DenialReason;
use crate::scenario::model::Version;
use crate::scenario::overrides::in_shell;
use crate::study::plan::PATIENCE;

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles) -> Result<Page, ReadError> {
    let (_, info, _) = files.origin()?;
    let manifest: PlanResult = files.json(PLAN)?;
    let version = version_of(&manifest.server_version);
    let clients = clients_of_steps(files, manifest.steps.len())?;
    let body = html! {
        @if !manifest.steps.is_empty() { (section("What to do, in this order", &steps(&manifest.steps, &clients))) }
        (section("When they hold a license", &effect(&manifest)))
        @if manifest.with_steps.lack > 0 {
            (section("Who holds none even so", &bars(&manifest.with_steps.why.iter().map(|why| reason(why, version)).collect::<Vec<_>>())))
        }
    };
    Ok(Page {
        title: info.identity.scenario.clone(),
        about: format!("Plan as of {}, seed {}", minute_of_text(&manifest.at), info.identity.seed),
        answer: answer(&manifest),
        notes: notes(&manifest),
        body,
    })
}

fn answer(manifest: &PlanResult) -> String {
    let PlanResult { goal, steps, with_steps, waiting, .. } = manifest;
    if goal.lack == 0 {
        return "Every client that should hold a license does.".to_string();
    }
    let all = match goal.lack {
        1 => "the client without one".to_string(),
        n => format!("all of the {} clients without one", grouped(n)),
    };
    let n = steps.len() as u64;
    match (n, &with_steps.all_at, &waiting.all_at) {
        (0, _, Some(at)) => {
            format!("Nothing is to be done: {all} will hold a license by {}.", minute_of_text(at))
        }
        (0, ..) => format!("Nothing brings a license to {all}."),
        (n, Some(at), _) => {
            format!(
                "{} bring{} a license to {all}, by {}.",
                counted(n, "step"),
                verb_ending(n),
                minute_of_text(at)
            )
        }
        (n, None, _) => {
            let left = counted(with_steps.lack, "client");
            format!(
                "{} help{}, but {left} stay{} without a license.",
                counted(n, "step"),
                verb_ending(n),
                verb_ending(with_steps.lack)
            )
        }
    }
}

fn notes(manifest: &PlanResult) -> Vec<String> {
    let PlanResult { goal, cost, waiting, .. } = manifest;
    let mut notes = vec![format!("{}.", should_hold(goal.should_hold, goal.hold, goal.lack))];
    if manifest.licenses_held_for_nothing > 0 {
        let held = counted(manifest.licenses_held_for_nothing, "license");
        notes.push(format!("Held for nothing: {held}."));
        notes.extend(
            manifest
                .held_for_nothing
                .iter()
                .map(|held| format!("{} ({}): {}.", counted(held.licenses, "license"), held.rule, held.why)),
        );
    }
    if manifest.nodes_unknown {
        notes.push(format!("{NODES_UNKNOWN}."));
    } else if !manifest.steps.is_empty() {
        notes.push(costs_in_report(cost.nodes, cost.histories_lost));
        if cost.nodes_if_in_use > cost.nodes {
            notes.push(in_report_if_in_use(cost.nodes_if_in_use));
        }
    }
    if !manifest.steps.is_empty() && waiting.lack > 0 {
        notes.push(waiting_in_report(waiting.lack));
    }
    if let Some(PlanSooner { value, all_at }) = &manifest.sooner_by_hand {
        notes.push(sooner_in_report(&minute_of_text(all_at), value));
    }
    notes
}

/// Of each step the rows of its clients.
fn clients_of_steps(files: &ResultFiles, steps: usize) -> Result<Vec<Vec<Vec<String>>>, ReadError> {
    let mut clients = vec![Vec::new(); steps];
    for row in files.rows(PLAN_CSV)?.rows {
        let row = row?;
        let step = row.get(0).and_then(|number| number.parse::<usize>().ok()).and_then(|n| n.checked_sub(1));
        let rows = step.and_then(|step| clients.get_mut(step));
        let rows = rows.ok_or_else(|| ReadError::damaged(PLAN_CSV, "it lists clients of another plan"))?;
        rows.push(row.iter().take(COLUMNS.len()).skip(1).map(str::to_string).collect());
    }
    Ok(clients)
}

/// All clients of a step.
fn all(clients: &[Vec<String>]) -> Markup {
    const HEADER: [&str; 7] = [
        "Client",
        "GUID",
        "Status",
        "Last configuration request",
        "Last Basic Inventory",
        "Last Patch Inventory",
        "Why",
    ];
    html! {
        details { summary { "All " (grouped(clients.len() as u64)) } (table("Clients of the step", &HEADER, &[false; 7], clients)) }
    }
}

fn steps(steps: &[PlanStep], clients: &[Vec<Vec<String>>]) -> Markup {
    html! {
        ol class="steps" { @for (step, clients) in steps.iter().zip(clients) { li {
            p { b { (step.words) } " (" (step.rule) ")" }
            @if step.clients > 0 { p { (counted(step.clients, "client")) ": " (named(&step.names, step.clients)) } }
            @if step.clients > step.names.len() as u64 { (all(clients)) }
            p {
                @if step.licenses_freed > 0 { "Frees " (counted(step.licenses_freed, "license")) ". " }
                @if step.nodes > 0 { "Buys " (counted(step.nodes, "node")) ". " }
                @if step.histories_lost > 0 { "Loses " (lost(step.histories_lost, "record")) ". " }
                @if step.lack_without_it > 0 { (stay_in_report(step.lack_without_it)) }
            }
            pre class="command" { code { (step.option) " " (in_shell(&step.value)) } }
        } } }
        p { "To try them all, add these to " code { "fleetsim run" } ", " code { "diagnose --at" } " or " code { "compare" } " with the scenario:" }
        pre class="command" { code { (steps.iter().map(|step| format!("{} {}", step.option, in_shell(&step.value))).collect::<Vec<_>>().join(" ")) } }
    }
}

fn effect(manifest: &PlanResult) -> Markup {
    let shown =
        |at: &Option<String>| at.as_deref().map_or_else(|| format!("not within {PATIENCE}"), minute_of_text);
    let row = |effect: &PlanEffect| [shown(&effect.first_at), shown(&effect.half_at), shown(&effect.all_at)];
    let milestones = |effect: &PlanEffect| {
        let [first, half, all] = row(effect);
        let [of_first, of_half, of_all] = MILESTONES;
        facts(&[(of_first, first), (of_half, half), (of_all, all)])
    };
    html! {
        h3 { "With these steps" }
        (milestones(&manifest.with_steps))
        @if !manifest.steps.is_empty() {
            h3 { "If one just waits" }
            (milestones(&manifest.waiting))
        }
    }
}

/// A reason in words.
fn reason(why: &PlanReason, version: Version) -> ReasonRow {
    let lack = DenialReason::of_key(&why.reason);
    let (words, cure) = lack.map_or((why.reason.as_str(), ""), |lack| lack.words(version));
    ReasonRow {
        rule: why.rule.clone(),
        words: words.to_string(),
        cure: cure.to_string(),
        clients: why.clients,
        names: why.names.clone(),
    }
}

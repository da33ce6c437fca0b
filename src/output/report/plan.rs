//! The page of a plan: what to do, in order, and when all hold a license.

use maud::{Markup, html};
use serde::Deserialize;

use super::super::plan_json::PLAN;
use super::super::text::{counted, grouped, named};
use super::files::{Files, ReportError};
use super::page::{Page, facts, section};
use super::reasons::{Reason, bars};
use super::words::minute;
use crate::scenario::overrides::in_shell;

/// What the page needs of `plan.json`.
#[derive(Debug, Deserialize)]
struct Manifest {
    at: String,
    goal: Goal,
    licenses_held_for_nothing: u64,
    steps: Vec<Step>,
    cost: Cost,
    with_steps: Effect,
    waiting: Effect,
    sooner_by_hand: Option<Sooner>,
}

#[derive(Debug, Deserialize)]
struct Goal {
    should_hold: u64,
    hold: u64,
    lack: u64,
}

#[derive(Debug, Deserialize)]
struct Step {
    rule: String,
    words: String,
    option: String,
    value: String,
    clients: u64,
    names: Vec<String>,
    licenses_freed: u64,
    nodes: u64,
    histories_lost: u64,
    lack_without_it: u64,
}

#[derive(Debug, Deserialize)]
struct Cost {
    nodes: u64,
    histories_lost: u64,
}

#[derive(Debug, Deserialize)]
struct Effect {
    first_at: Option<String>,
    half_at: Option<String>,
    all_at: Option<String>,
    lack: u64,
    why: Vec<Why>,
}

#[derive(Debug, Deserialize)]
struct Why {
    reason: String,
    rule: Option<String>,
    clients: u64,
    names: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Sooner {
    value: String,
    all_at: String,
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &Files) -> Result<Page, ReportError> {
    let (_, told, _) = files.origin()?;
    let manifest: Manifest = files.json(PLAN)?;
    let body = html! {
        @if !manifest.steps.is_empty() { (section("What to do, in this order", &steps(&manifest.steps))) }
        (section("When they hold a license", &effect(&manifest)))
        @if manifest.with_steps.lack > 0 {
            (section("Who holds none even so", &bars(&manifest.with_steps.why.iter().map(Why::reason).collect::<Vec<_>>())))
        }
    };
    Ok(Page {
        title: told.identity.scenario.clone(),
        about: format!("Plan as of {}, seed {}", minute(&manifest.at), told.identity.seed),
        answer: answer(&manifest),
        notes: notes(&manifest),
        body,
    })
}

fn answer(manifest: &Manifest) -> String {
    let Manifest { goal, steps, with_steps, waiting, .. } = manifest;
    if goal.lack == 0 {
        return format!("All {} that should hold a license do.", counted(goal.should_hold, "client"));
    }
    let lack = counted(goal.lack, "client");
    match (steps.len(), &with_steps.all_at, &waiting.all_at) {
        (0, _, Some(at)) => {
            format!("Nothing is to be done: the {lack} without a license hold one by {}.", minute(at))
        }
        (0, ..) => format!("Nothing brings a license to all of the {lack} without one."),
        (n, Some(at), _) => {
            let brings = if n == 1 { "brings" } else { "bring" };
            format!(
                "{} {brings} a license to all of the {lack} without one, by {}.",
                counted(n as u64, "step"),
                minute(at)
            )
        }
        (n, None, _) => {
            let left = grouped(with_steps.lack);
            format!("{} help, but {left} of the {lack} stay without a license.", counted(n as u64, "step"))
        }
    }
}

fn notes(manifest: &Manifest) -> Vec<String> {
    let Manifest { goal, cost, waiting, .. } = manifest;
    let mut notes = vec![format!(
        "{} should hold a license: {} do, {} do not.",
        counted(goal.should_hold, "client"),
        grouped(goal.hold),
        grouped(goal.lack)
    )];
    if manifest.licenses_held_for_nothing > 0 {
        let held = counted(manifest.licenses_held_for_nothing, "license");
        notes.push(format!("Held for nothing: {held}."));
    }
    if !manifest.steps.is_empty() {
        let histories = match cost.histories_lost {
            0 => "no task history is lost".to_string(),
            n => format!("the task histories of {} are lost", counted(n, "record")),
        };
        notes.push(format!(
            "It costs {}, and {histories}.",
            if cost.nodes == 0 { "no new nodes".into() } else { counted(cost.nodes, "new node") }
        ));
        if waiting.lack > 0 {
            notes.push(format!("Waiting does not do: {} would still have none.", grouped(waiting.lack)));
        }
    }
    if let Some(Sooner { value, all_at }) = &manifest.sooner_by_hand {
        notes.push(format!("Not needed, but sooner, on {}: {value} (V1).", minute(all_at)));
    }
    notes
}

fn steps(steps: &[Step]) -> Markup {
    html! {
        ol class="steps" { @for step in steps { li {
            p { b { (step.words) } " (" (step.rule) ")" }
            @if step.clients > 0 { p { (counted(step.clients, "client")) ": " (named(&step.names, step.clients)) } }
            p {
                "Frees " (counted(step.licenses_freed, "license"))
                @if step.nodes > 0 { ", buys " (counted(step.nodes, "node")) }
                @if step.histories_lost > 0 { ", loses the task history of " (counted(step.histories_lost, "record")) }
                ". Without it " (grouped(step.lack_without_it)) " of them "
                @if step.lack_without_it == 1 { "stays" } @else { "stay" } " without a license."
            }
            pre class="command" { code { (step.option) " " (in_shell(&step.value)) } }
        } } }
    }
}

fn effect(manifest: &Manifest) -> Markup {
    let shown = |at: &Option<String>| at.as_deref().map_or("not within 30 days".into(), minute);
    let row = |effect: &Effect| [shown(&effect.first_at), shown(&effect.half_at), shown(&effect.all_at)];
    let [first, half, all] = row(&manifest.with_steps);
    let [first_waiting, half_waiting, all_waiting] = row(&manifest.waiting);
    html! {
        h3 { "With these steps" }
        (facts(&[("the first hold one", first), ("half hold one", half), ("all hold one", all)]))
        @if !manifest.steps.is_empty() {
            h3 { "If one just waits" }
            (facts(&[("the first hold one", first_waiting), ("half hold one", half_waiting), ("all hold one", all_waiting)]))
        }
    }
}

impl Why {
    fn reason(&self) -> Reason {
        let lack = crate::rules::lack::Lack::of_key(&self.reason);
        let (words, cure) = lack.map_or((self.reason.as_str(), ""), |lack| lack.words());
        Reason {
            rule: self.rule.clone(),
            words: words.to_string(),
            cure: cure.to_string(),
            clients: self.clients,
            names: self.names.clone(),
        }
    }
}

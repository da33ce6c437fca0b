//! What `diagnose --plan --format json` prints, and what stands in `plan.json`.

use serde::Serialize;

use crate::output::prose::dates::timestamp;
use crate::scenario::model::Scenario;
use crate::study::plan::{Fewer, Plan, Reached, Step, Typed};
use crate::units::time::Time;

/// Name of the file.
pub const PLAN: &str = "plan.json";

/// The whole plan. Instants are server local time, ISO 8601.
#[derive(Debug, Serialize)]
struct Document<'p> {
    fleetsim: &'static str,
    scenario: &'p str,
    seed: u64,
    at: String,
    goal: Goal<'p>,
    solution_state: &'static str,
    licenses_held_for_nothing: u64,
    left_out: LeftOut,
    steps: Vec<Entry<'p>>,
    cost: Cost,
    with_steps: Effect<'p>,
    waiting: Effect<'p>,
    /// However many nodes there are; `null`: not tried.
    lack_without_limit: Option<u64>,
    sooner_by_hand: Option<Sooner<'p>>,
    simulations: u32,
}

#[derive(Debug, Serialize)]
struct Goal<'p> {
    should_hold: u64,
    hold: u64,
    lack: u64,
    everyone: bool,
    /// Managed clients outside the install policy.
    not_counted: u64,
    not_counted_names: &'p [String],
}

/// What the scenario says of later.
#[derive(Debug, Serialize)]
struct LeftOut {
    actions: usize,
    license_files: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Entry<'p> {
    step: &'static str,
    rule: &'static str,
    words: String,
    /// The option and its value: `--action` or `--set`.
    option: &'static str,
    value: &'p str,
    clients: u64,
    names: &'p [String],
    licenses_freed: u64,
    nodes: u64,
    histories_lost: u64,
    lack_without_it: u64,
    /// The most nodes to buy that were tried and are not enough; one fewer than `nodes`: that is the smallest number.
    not_enough: Option<NotEnough>,
}

#[derive(Debug, Serialize)]
struct NotEnough {
    nodes: u64,
    lack: u64,
}

#[derive(Debug, Serialize)]
struct Cost {
    nodes: u64,
    histories_lost: u64,
}

/// `null`: not within the time that is waited.
#[derive(Debug, Serialize)]
struct Effect<'p> {
    first_at: Option<String>,
    half_at: Option<String>,
    all_at: Option<String>,
    all_after_s: Option<i64>,
    lack: u64,
    why: Vec<Reason<'p>>,
}

#[derive(Debug, Serialize)]
struct Reason<'p> {
    reason: &'static str,
    rule: Option<&'static str>,
    clients: u64,
    names: &'p [String],
}

#[derive(Debug, Serialize)]
struct Sooner<'p> {
    value: &'p str,
    all_at: String,
}

/// The plan as JSON, with a line end.
pub fn document(scenario: &Scenario, plan: &Plan) -> String {
    let shown = |at: Time| timestamp(scenario.start, at);
    let document = Document {
        fleetsim: env!("CARGO_PKG_VERSION"),
        scenario: &scenario.name,
        seed: scenario.seed,
        at: shown(plan.asked.at),
        goal: Goal {
            should_hold: plan.goal.should,
            hold: plan.goal.hold,
            lack: plan.goal.lacking(),
            everyone: plan.asked.everyone,
            not_counted: plan.goal.outside.count,
            not_counted_names: &plan.goal.outside.names,
        },
        solution_state: plan.solution.words(),
        licenses_held_for_nothing: plan.idle,
        left_out: LeftOut {
            actions: plan.later_actions,
            license_files: plan.later_files.iter().map(|(name, _)| name.clone()).collect(),
        },
        steps: plan.steps.iter().map(entry).collect(),
        cost: Cost { nodes: plan.nodes(), histories_lost: plan.histories() },
        with_steps: effect(scenario, plan, &plan.reached),
        waiting: effect(scenario, plan, &plan.waiting),
        lack_without_limit: plan.without_limit,
        sooner_by_hand: plan
            .sooner
            .as_ref()
            .map(|(step, then)| Sooner { value: value(&step.typed), all_at: shown(*then) }),
        simulations: plan.simulations,
    };
    serde_json::to_string_pretty(&document).expect("a plan serialises") + "\n"
}

fn entry(step: &Step) -> Entry<'_> {
    Entry {
        step: step.remedy.key(),
        rule: step.clause.id(),
        words: crate::output::prose::plan::words(step),
        option: match step.typed {
            Typed::Action(_) => "--action",
            Typed::Set(_) => "--set",
        },
        value: value(&step.typed),
        clients: step.clients.count,
        names: &step.clients.names,
        licenses_freed: step.frees,
        nodes: step.nodes,
        histories_lost: step.histories,
        lack_without_it: step.without,
        not_enough: step.fewer.map(|Fewer { nodes, without }| NotEnough { nodes, lack: without }),
    }
}

fn value(typed: &Typed) -> &str {
    match typed {
        Typed::Action(text) | Typed::Set(text) => text,
    }
}

fn effect<'p>(scenario: &Scenario, plan: &Plan, reached: &'p Reached) -> Effect<'p> {
    let shown = |at: Option<Time>| at.map(|at| timestamp(scenario.start, at));
    let reason = |(lack, clients): &'p (
        crate::rules::denial_reason::DenialReason,
        crate::study::breakdown::Sample,
    )| Reason {
        reason: lack.key(),
        rule: lack.clause().map(|clause| clause.id()),
        clients: clients.count,
        names: &clients.names,
    };
    Effect {
        first_at: shown(reached.first),
        half_at: shown(reached.half),
        all_at: shown(reached.all),
        all_after_s: reached.all.map(|all| (all - plan.asked.at).ms() / 1_000),
        lack: reached.lacking,
        why: reached.why.iter().map(reason).collect(),
    }
}

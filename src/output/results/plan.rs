//! What `diagnose --plan --format json` prints, and what stands in `plan.json`.

use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp;
use crate::rules::denial_reason::DenialReason;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::plan::{Fewer, Plan, Reached, Step, Typed};
use crate::units::time::Time;

/// Name of the file.
pub const PLAN: &str = "plan.json";

/// The whole plan. Instants are server local time, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanResult {
    pub fleetsim: String,
    pub scenario: String,
    pub seed: u64,
    pub at: String,
    pub goal: PlanGoal,
    #[serde(default)]
    pub solution_state: String,
    pub licenses_held_for_nothing: u64,
    #[serde(default)]
    pub left_out: PlanLeftOut,
    pub steps: Vec<PlanStep>,
    pub cost: PlanCost,
    pub with_steps: PlanEffect,
    pub waiting: PlanEffect,
    /// However many nodes there are; `null`: not tried.
    pub lack_without_limit: Option<u64>,
    pub sooner_by_hand: Option<PlanSooner>,
    #[serde(default)]
    pub simulations: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanGoal {
    pub should_hold: u64,
    pub hold: u64,
    pub lack: u64,
    #[serde(default)]
    pub everyone: bool,
    /// Managed clients outside the install policy.
    #[serde(default)]
    pub not_counted: u64,
    #[serde(default)]
    pub not_counted_names: Vec<String>,
}

/// What the scenario says of later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanLeftOut {
    pub actions: usize,
    pub license_files: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    #[serde(default)]
    pub step: String,
    pub rule: String,
    pub words: String,
    /// The option and its value: `--action` or `--set`.
    pub option: String,
    pub value: String,
    pub clients: u64,
    pub names: Vec<String>,
    pub licenses_freed: u64,
    pub nodes: u64,
    pub histories_lost: u64,
    pub lack_without_it: u64,
    /// The most nodes to buy that were tried and are not enough; one fewer than `nodes`: that is the smallest number.
    pub not_enough: Option<TooFewNodes>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TooFewNodes {
    pub nodes: u64,
    pub lack: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCost {
    pub nodes: u64,
    pub histories_lost: u64,
}

/// `null`: not within the time that is waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanEffect {
    pub first_at: Option<String>,
    pub half_at: Option<String>,
    pub all_at: Option<String>,
    pub all_after_s: Option<i64>,
    pub lack: u64,
    pub why: Vec<PlanReason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanReason {
    pub reason: String,
    pub rule: Option<String>,
    pub clients: u64,
    pub names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSooner {
    pub value: String,
    pub all_at: String,
}

impl PlanResult {
    pub fn new(scenario: &Scenario, plan: &Plan) -> PlanResult {
        let shown = |at: Time| timestamp(scenario.start, at);
        PlanResult {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: scenario.name.clone(),
            seed: scenario.seed,
            at: shown(plan.asked.at),
            goal: PlanGoal {
                should_hold: plan.goal.should,
                hold: plan.goal.hold,
                lack: plan.goal.lacking(),
                everyone: plan.asked.everyone,
                not_counted: plan.goal.outside.count,
                not_counted_names: plan.goal.outside.names.clone(),
            },
            solution_state: plan.solution.words().to_string(),
            licenses_held_for_nothing: plan.idle,
            left_out: PlanLeftOut {
                actions: plan.later_actions,
                license_files: plan.later_files.iter().map(|(name, _)| name.clone()).collect(),
            },
            steps: plan.steps.iter().map(entry).collect(),
            cost: PlanCost { nodes: plan.nodes(), histories_lost: plan.histories() },
            with_steps: effect(scenario, plan, &plan.reached),
            waiting: effect(scenario, plan, &plan.waiting),
            lack_without_limit: plan.without_limit,
            sooner_by_hand: plan
                .sooner
                .as_ref()
                .map(|(step, then)| PlanSooner { value: value(&step.typed), all_at: shown(*then) }),
            simulations: plan.simulations,
        }
    }
}

fn entry(step: &Step) -> PlanStep {
    PlanStep {
        step: step.remedy.key().to_string(),
        rule: step.clause.id().to_string(),
        words: crate::output::prose::plan::words(step),
        option: match step.typed {
            Typed::Action(_) => "--action",
            Typed::Set(_) => "--set",
        }
        .to_string(),
        value: value(&step.typed),
        clients: step.clients.count,
        names: step.clients.names.clone(),
        licenses_freed: step.frees,
        nodes: step.nodes,
        histories_lost: step.histories,
        lack_without_it: step.without,
        not_enough: step.fewer.map(|Fewer { nodes, without }| TooFewNodes { nodes, lack: without }),
    }
}

fn value(typed: &Typed) -> String {
    match typed {
        Typed::Action(text) | Typed::Set(text) => text.clone(),
    }
}

fn effect(scenario: &Scenario, plan: &Plan, reached: &Reached) -> PlanEffect {
    let shown = |at: Option<Time>| at.map(|at| timestamp(scenario.start, at));
    let reason = |(lack, clients): &(DenialReason, Sample)| PlanReason {
        reason: lack.key().to_string(),
        rule: lack.clause().map(|clause| clause.id().to_string()),
        clients: clients.count,
        names: clients.names.clone(),
    };
    PlanEffect {
        first_at: shown(reached.first),
        half_at: shown(reached.half),
        all_at: shown(reached.all),
        all_after_s: reached.all.map(|all| (all - plan.asked.at).ms() / 1_000),
        lack: reached.lacking,
        why: reached.why.iter().map(reason).collect(),
    }
}

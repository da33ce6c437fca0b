//! What `diagnose --plan --format json` prints, and what stands in `plan.json`.

use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp;
use crate::rules::denial_reason::DenialReason;
use crate::rules::release::Release;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::plan::{Fewer, Plan, Reached, Step, Typed, column};
use crate::units::time::Time;

/// Name of the file.
pub const PLAN: &str = "plan.json";

/// The whole plan. Instants are server local time, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of the runs; all of them are replication 0.
    pub seed: u64,
    /// The instant at which the steps are done.
    pub at: String,
    /// Of the server at `at`, as `8.5 RU2`.
    #[serde(default)]
    pub server_version: String,
    /// Which clients should hold a license.
    pub goal: PlanGoal,
    /// `working`, `expired` (E1) or `not_covered` by maintenance (M3), at `at`.
    #[serde(default)]
    pub solution_state: String,
    /// How many nodes there are is not known: taken to be enough, so that none are bought.
    #[serde(default)]
    pub nodes_unknown: bool,
    /// Licenses of records that need none; they could be freed.
    pub licenses_held_for_nothing: u64,
    /// The same by what keeps them, as in `licenses_to_free` of a diagnosis; the most frequent first.
    #[serde(default)]
    pub held_for_nothing: Vec<HeldForNothing>,
    /// What the plan does not count on.
    #[serde(default)]
    pub left_out: PlanLeftOut,
    /// In the order in which they are done; empty: there is nothing to do, or nothing helps.
    pub steps: Vec<PlanStep>,
    /// Of all steps together.
    pub cost: PlanCost,
    /// After the steps.
    pub with_steps: PlanEffect,
    /// Without any step.
    pub waiting: PlanEffect,
    /// However many nodes there are; `null`: not tried.
    pub lack_without_limit: Option<u64>,
    /// `null`: a licensing refresh by hand is a step already, is not permitted, or makes nothing sooner.
    pub sooner_by_hand: Option<PlanSooner>,
    /// Runs that the plan took.
    #[serde(default)]
    pub simulations: u32,
}

/// Numbers of clients at the instant of the plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanGoal {
    /// Clients that should hold a license.
    pub should_hold: u64,
    /// Those of them that do.
    pub hold: u64,
    /// Those of them that do not.
    pub lack: u64,
    /// `--everyone`: managed clients outside the install policy should hold a license, too.
    #[serde(default)]
    pub everyone: bool,
    /// Managed clients outside the install policy.
    #[serde(default)]
    pub not_counted: u64,
    /// The first of them.
    #[serde(default)]
    pub not_counted_names: Vec<String>,
}

/// Licenses that could be freed, kept by one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldForNothing {
    /// A word to filter by, as `disposed`.
    pub reason: String,
    /// Id of the rule behind it.
    pub rule: String,
    /// How the records stand.
    pub why: String,
    /// How many.
    pub licenses: u64,
    /// The first clients.
    pub names: Vec<String>,
}

/// What the scenario says of later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanLeftOut {
    /// How many actions of the scenario come after the instant of the plan.
    pub actions: usize,
    /// Names of its license files that come into force after that instant.
    pub license_files: Vec<String>,
}

/// One thing to do, and what it is good for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanStep {
    /// A word for the kind of step, as `run_refresh` or `add_nodes`.
    #[serde(default)]
    pub step: String,
    /// Id of the rule that makes it help, as `V1`.
    pub rule: String,
    /// What to do, in the imperative.
    pub words: String,
    /// The option and its value: `--action` or `--set`.
    pub option: String,
    /// As the option takes it, without quotes for a shell.
    pub value: String,
    /// How many clients the step is about.
    pub clients: u64,
    /// The first of them; all stand in `plan.csv`, where the step has a column.
    pub names: Vec<String>,
    /// The column of `plan.csv` in which its clients say yes; `null`: it is about no clients.
    #[serde(default)]
    pub column: Option<String>,
    /// Is it about PCs that only seem to be gone (V9), or records of which nothing is known (V3)? They have to be looked for.
    #[serde(default)]
    pub only_seem_gone: bool,
    /// Licenses that the step returns to the pool.
    pub licenses_freed: u64,
    /// Nodes to buy.
    pub nodes: u64,
    /// Clients that lose their task history (V4).
    pub histories_lost: u64,
    /// Clients that stay without a license when only this step is left out.
    pub lack_without_it: u64,
    /// The most nodes to buy that were tried and are not enough; one fewer than `nodes`: that is the smallest number.
    pub not_enough: Option<TooFewNodes>,
}

/// A number of nodes that was simulated and leaves clients without a license.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TooFewNodes {
    /// Nodes to buy.
    pub nodes: u64,
    /// Clients that stay without a license with so many.
    pub lack: u64,
}

/// The sums over all steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanCost {
    /// Nodes to buy.
    pub nodes: u64,
    /// Nodes to buy at most, if all PCs that only seem to be gone are in use after all.
    #[serde(default)]
    pub nodes_if_in_use: u64,
    /// Clients that lose their task history (V4).
    pub histories_lost: u64,
}

/// `null`: not within the time that is waited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanEffect {
    /// When the first client of those that lacked a license holds one; ISO 8601.
    pub first_at: Option<String>,
    /// When half of them do.
    pub half_at: Option<String>,
    /// When all of them do.
    pub all_at: Option<String>,
    /// Seconds from the instant of the plan to `all_at`.
    pub all_after_s: Option<i64>,
    /// Clients of the goal still without a license 30 days after the instant of the plan.
    pub lack: u64,
    /// What they lack, the most frequent reason first.
    pub why: Vec<PlanReason>,
}

/// What some clients of the goal lack in the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanReason {
    /// The key that `summary.json` uses.
    pub reason: String,
    /// Id of the rule behind it, as `C5`; `null`: none.
    pub rule: Option<String>,
    /// How many clients it applies to.
    pub clients: u64,
    /// The first of them.
    pub names: Vec<String>,
}

/// A licensing refresh by hand that is not needed, but brings licenses sooner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanSooner {
    /// Value of the `--action` option that adds it.
    pub value: String,
    /// When all clients of the goal hold a license with it; ISO 8601.
    pub all_at: String,
}

impl PlanResult {
    /// The result of a plan for this scenario; `list`: `plan.csv` as an action of the scenario names it.
    pub fn new(scenario: &Scenario, plan: &Plan, list: &str) -> PlanResult {
        let shown = |at: Time| timestamp(scenario.start, plan.known(at));
        let texts = plan.texts(scenario, list);
        PlanResult {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: scenario.name.clone(),
            seed: scenario.seed,
            at: shown(plan.asked.at),
            server_version: scenario.version_at(plan.asked.at).to_string(),
            goal: PlanGoal {
                should_hold: plan.goal.should,
                hold: plan.goal.hold,
                lack: plan.goal.lacking(),
                everyone: plan.asked.everyone,
                not_counted: plan.goal.outside.count,
                not_counted_names: plan.goal.outside.names.clone(),
            },
            solution_state: plan.solution.words().to_string(),
            nodes_unknown: plan.nodes_unknown,
            licenses_held_for_nothing: plan.held_for_nothing(),
            held_for_nothing: held_for_nothing(scenario, plan),
            left_out: PlanLeftOut {
                actions: plan.later_actions,
                license_files: plan.later_files.iter().map(|(name, _)| name.clone()).collect(),
            },
            steps: (1..).zip(&plan.steps).zip(texts).map(|((n, step), text)| entry(n, step, text)).collect(),
            cost: PlanCost {
                nodes: plan.nodes(),
                nodes_if_in_use: plan.nodes_if_in_use(),
                histories_lost: plan.histories(),
            },
            with_steps: effect(scenario, plan, &plan.reached),
            waiting: effect(scenario, plan, &plan.waiting),
            lack_without_limit: plan.without_limit,
            sooner_by_hand: plan.sooner.as_ref().map(|(step, then)| PlanSooner {
                value: step.text(scenario, (list, "")),
                all_at: shown(*then),
            }),
            simulations: plan.simulations,
        }
    }
}

fn held_for_nothing(scenario: &Scenario, plan: &Plan) -> Vec<HeldForNothing> {
    let version = scenario.version_at(plan.asked.at);
    let row = |(release, clients): &(Release, Sample)| {
        let (clause, why, _) = release.words(version)?;
        Some(HeldForNothing {
            reason: release.key()?.to_string(),
            rule: clause.id().to_string(),
            why: why.to_string(),
            licenses: clients.count,
            names: clients.names.clone(),
        })
    };
    plan.idle.iter().filter_map(row).collect()
}

fn entry(number: usize, step: &Step, value: String) -> PlanStep {
    PlanStep {
        step: step.remedy.key().to_string(),
        rule: step.clause.id().to_string(),
        words: crate::output::prose::plan::words(step),
        option: match step.typed {
            Typed::Action(_) | Typed::Listed => "--action",
            Typed::Set(_) => "--set",
        }
        .to_string(),
        value,
        clients: step.clients.count,
        names: step.clients.names.clone(),
        column: (!step.records.is_empty()).then(|| column(number)),
        only_seem_gone: step.is_doubtful(),
        licenses_freed: step.frees,
        nodes: step.nodes,
        histories_lost: step.histories,
        lack_without_it: step.without,
        not_enough: step.fewer.map(|Fewer { nodes, without }| TooFewNodes { nodes, lack: without }),
    }
}

fn effect(scenario: &Scenario, plan: &Plan, reached: &Reached) -> PlanEffect {
    let shown = |at: Option<Time>| at.map(|at| timestamp(scenario.start, plan.known(at)));
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
        all_after_s: reached.all.map(|all| (plan.known(all) - plan.asked.at).ms() / 1_000),
        lack: reached.lacking,
        why: reached.why.iter().map(reason).collect(),
    }
}

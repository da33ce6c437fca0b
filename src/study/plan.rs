//! A plan: the shortest list of what an administrator can do at an instant after which every client that
//! should hold a license does.
//!
//! The rules find what could help (`candidates`), arithmetic takes as few of them as the numbers allow
//! (`search`), and the simulation judges: a run with the actions, watched until all hold a license
//! (`goal`); then each action is left out in turn, and dropped where that changes nothing, and the smallest
//! number of nodes to buy is searched for (`nodes`).
//!
//! What the scenario's own actions and license files would do after that instant is left out: it is not
//! known at the instant of a plan.

mod candidates;
mod choice;
mod files;
mod goal;
mod nodes;
mod replaced;
mod search;
mod sources;

pub use files::{Named, Origin};
pub use goal::{Goal, PATIENCE, Reached, Watch};
pub use nodes::{Fewer, MOST_TRIALS};

use crate::fleet::Mode;
use crate::rules::clause::Clause;
use crate::rules::maintenance::SolutionState;
use crate::rules::permitted::Permitted;
use crate::rules::release::KeptBy;
use crate::rules::remedy::Remedy;
use crate::scenario::model::{Action, AdminCommand, OverTime, Scenario, Selection, Status};
use crate::study::breakdown::Sample;
use crate::study::run::{Acted, Interrupted, Shortfall, fleet_at};
use crate::units::time::{Span, Time};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The instant at which the actions are done.
    pub at: Time,
    /// Shall also managed clients outside the install policy hold a license?
    pub everyone: bool,
    /// What may be done.
    pub permitted: Permitted,
}

/// A plan, and what it comes to.
#[derive(Debug)]
pub struct Plan {
    /// The question that this plan answers.
    pub asked: Asked,
    /// The clients that should hold a license, as of the instant.
    pub goal: Goal,
    /// Does Patch Management work (E1, M3)?
    pub solution: SolutionState,
    /// Licenses that could be freed.
    pub idle: u64,
    /// In the order in which they are done.
    pub steps: Vec<Step>,
    /// With the steps.
    pub reached: Reached,
    /// Without any.
    pub waiting: Reached,
    /// Clients that stay without a license however many nodes there are, where that was tried.
    pub without_limit: Option<u64>,
    /// The licensing refresh by hand would not be needed, and all hold a license sooner with it.
    pub sooner: Option<(Step, Time)>,
    /// The scenario's own actions after the instant, left out.
    pub later_actions: usize,
    /// Its license files that come after the instant, left out; with when they come.
    pub later_files: Vec<(String, Time)>,
    /// Actions up to the instant that found fewer clients than they asked for.
    pub shortfalls: Vec<Shortfall>,
    /// Number of runs that were needed to make the plan.
    pub simulations: u32,
}

impl Plan {
    /// Nodes to buy, over all steps.
    pub fn nodes(&self) -> u64 {
        self.steps.iter().map(|step| step.nodes).sum()
    }

    /// Clients that lose their task history (V4), over all steps.
    pub fn histories(&self) -> u64 {
        self.steps.iter().map(|step| step.histories).sum()
    }
}

/// Something to be done.
#[derive(Debug, Clone)]
pub struct Step {
    /// What an administrator does.
    pub remedy: Remedy,
    /// The rule by which it helps.
    pub clause: Clause,
    /// What keeps the licenses it frees, where records are retired whose PC is gone or seems to be, or agents are uninstalled.
    pub kept_by: Option<KeptBy>,
    /// The text to repeat it by.
    pub typed: Typed,
    /// The same in the terms of the model.
    pub what: What,
    /// The clients it is about.
    pub clients: Sample,
    /// Licenses it frees.
    pub frees: u64,
    /// Clients that lose their task history (V4).
    pub histories: u64,
    /// Nodes to buy.
    pub nodes: u64,
    /// Clients that stay without a license when it is left out.
    pub without: u64,
    /// Of nodes to buy: the most that were tried and are not enough. Where that is one fewer, `nodes` is the
    /// smallest number.
    pub fewer: Option<Fewer>,
}

/// As the command line takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Text of `--action`.
    Action(String),
    /// Text of `--set`.
    Set(String),
}

/// What it changes in a scenario.
#[derive(Debug, Clone)]
pub enum What {
    /// An administrator's action at the instant of the plan.
    Action(Action),
    /// A license file.
    File(Named, Origin),
}

/// Makes a plan.
///
/// # Errors
/// When `watch` breaks it off.
pub fn plan(scenario: &Scenario, asked: Asked, watch: Watch) -> Result<Plan, Interrupted> {
    let (ground, later) = known_at(scenario, asked.at);
    let mut simulations = 0;
    let never = Scenario { actions: with_reports(&ground), ..ground.clone() };
    simulations += 1;
    let mut acted = Acted::default();
    let fleet = fleet_at(&never, asked.at, 0, Mode::default(), &mut acted, &mut *watch)?;
    let goal = Goal::of(&fleet, asked.at, asked.everyone);
    let mut found = candidates::find(&fleet, &never, &goal);
    let idle = found.iter().map(|step| step.frees).sum();
    found.retain(|step| asked.permitted.allows(step.remedy));
    let (held, solution) = (fleet.pool().in_use(), fleet.works());
    drop(fleet);
    let mut search = search::PlanSearch::new(&ground, &later, &goal, asked, watch);
    let outcome = search.shortest(found, held)?;
    simulations += search.simulations;
    let after = |action: &&Action| action.at > asked.at;
    Ok(Plan {
        asked,
        solution,
        idle,
        steps: outcome.steps,
        reached: outcome.reached,
        waiting: outcome.waiting,
        without_limit: outcome.without_limit,
        sooner: outcome.sooner,
        later_actions: scenario.actions.iter().filter(after).count(),
        later_files: later.iter().map(|named| (named.file.name.clone(), named.file.from)).collect(),
        goal,
        shortfalls: numbered(acted.shortfalls(&never), scenario, asked.at),
        simulations,
    })
}

/// With the numbers that the actions have where those after the instant are not left out.
fn numbered(mut shortfalls: Vec<Shortfall>, scenario: &Scenario, at: Time) -> Vec<Shortfall> {
    let known: Vec<u32> =
        scenario.actions.iter().zip(0..).filter(|(action, _)| action.at <= at).map(|(_, i)| i).collect();
    for shortfall in &mut shortfalls {
        shortfall.action = known[shortfall.action as usize];
    }
    shortfalls
}

/// The scenario as it is known at an instant, and long enough to see what becomes of it; and the license
/// files that come later.
pub fn known_at(scenario: &Scenario, at: Time) -> (Scenario, Vec<Named>) {
    let (later, known): (Vec<Named>, Vec<Named>) =
        files::names_of(&scenario.licenses).into_iter().partition(|named| named.file.from > at);
    let mut ground = Scenario {
        duration: at - Time::START + PATIENCE,
        licenses: files::in_order(known),
        ..scenario.clone()
    };
    ground.actions.retain(|action| action.at <= at);
    ground.over_time =
        OverTime::new(&ground.platform, &ground.policies, ground.updates.as_ref(), &ground.actions);
    (ground, later)
}

/// The actions and one more that selects silent clients and never happens: it makes the fleet keep the times of
/// reports.
fn with_reports(scenario: &Scenario) -> Vec<Action> {
    let silent = Selection::Group {
        group: None,
        clients: None,
        status: Some(Status::Active),
        silent_for: Some(Span::DAY),
        holding: false,
    };
    let after_the_end = scenario.horizon() + Span::DAY;
    let never = Action { at: after_the_end, what: AdminCommand::UninstallAgent(silent) };
    scenario.actions.iter().cloned().chain([never]).collect()
}

/// A scenario in which steps are done.
pub fn with_steps(scenario: &Scenario, steps: &[Step]) -> Scenario {
    let mut changed = scenario.clone();
    for step in steps {
        match &step.what {
            What::Action(action) => changed.actions.push(action.clone()),
            What::File(named, _) => changed.licenses = files::with(&changed.licenses, named),
        }
    }
    changed.over_time =
        OverTime::new(&changed.platform, &changed.policies, changed.updates.as_ref(), &changed.actions);
    changed
}

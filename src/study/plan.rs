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
mod listed;
mod nodes;
mod replaced;
mod search;
mod sources;

pub use files::{Named, Origin};
pub use goal::{Goal, PATIENCE, Reached, Watch};
pub use listed::{ListedRecord, ListedRecords};
pub use nodes::{Fewer, MOST_TRIALS};

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::fleet::Mode;
use crate::rules::clause::Clause;
use crate::rules::maintenance::SolutionState;
use crate::rules::permitted::Permitted;
use crate::rules::release::{KeptBy, Release};
use crate::rules::remedy::Remedy;
use crate::scenario::action_text;
use crate::scenario::model::{Action, AdminCommand, OverTime, Scenario, Selection, Status};
use crate::study::breakdown::{NAMED, Sample, licenses_to_free};
use crate::study::run::{Acted, Interrupted, Shortfall, fleet_at};
use crate::units::ids::RecordId;
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
    /// How many nodes there are is not known: the plan takes it that there are enough, and buys none.
    pub nodes_unknown: bool,
    /// Licenses that could be freed, by what becomes of them; the most frequent first.
    pub idle: Vec<(Release, Sample)>,
    /// Licenses that are free, that the refresh returns, and that the steps surely free.
    pub sure: u64,
    /// The rhythm of what the plan waits for, where the fleet was imported; zero: instants are exact.
    pub precision: Span,
    /// The records that the steps are about.
    pub listed: ListedRecords,
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
    /// The steps as the command line takes them; `list`: the file of the lists, as an action names it.
    pub fn texts(&self, scenario: &Scenario, list: &str) -> Vec<String> {
        (1..).zip(&self.steps).map(|(number, step)| step.text(scenario, (list, &column(number)))).collect()
    }

    /// Does a step refer to the list?
    pub fn has_list(&self) -> bool {
        self.steps.iter().any(|step| step.typed == Typed::Listed)
    }

    /// Licenses that could be freed.
    pub fn held_for_nothing(&self) -> u64 {
        self.idle.iter().map(|(_, clients)| clients.count).sum()
    }

    /// Licenses of PCs that only seem to be gone, over all steps.
    pub fn doubtful(&self) -> u64 {
        self.steps.iter().filter(|step| step.is_doubtful()).map(|step| step.frees).sum()
    }

    /// Nodes to buy at most, if all PCs that only seem to be gone are in use after all.
    pub fn nodes_if_in_use(&self) -> u64 {
        match self.nodes() {
            0 => self.doubtful().min(self.goal.licenses_wanted.saturating_sub(self.sure)),
            nodes => nodes + self.doubtful(),
        }
    }

    /// An instant as exactly as it is known: the requests and scans of an imported fleet come by their rhythm, but when in
    /// it is drawn where no table says it. So what the simulation finds is rounded up to the next turn.
    pub fn known(&self, at: Time) -> Time {
        match (self.precision, at - self.asked.at) {
            (Span::ZERO, _) | (_, Span::ZERO) => at,
            (every, after) => self.asked.at + Span((after.ms() + every.ms() - 1) / every.ms() * every.ms()),
        }
    }
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
    /// All of their records, for the list beside the plan.
    pub records: Arc<[RecordId]>,
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

impl Step {
    /// As the command line takes it; of clients in a list: the file and the column.
    pub fn text(&self, scenario: &Scenario, list: (&str, &str)) -> String {
        match (&self.typed, &self.what) {
            (Typed::Action(text) | Typed::Set(text), _) => text.clone(),
            (Typed::Listed, What::Action(action)) => action_text::write_listed(action, scenario, list),
            (Typed::Listed, What::File(named, _)) => named.file.name.clone(),
        }
    }

    /// Is it about PCs that only seem to be gone (V9), or records of which nothing is known (V3)?
    pub fn is_doubtful(&self) -> bool {
        match self.remedy {
            Remedy::RetireUnlisted => true,
            Remedy::RetireGone => self.kept_by.is_none_or(|by| !by.is_certain()),
            Remedy::DeleteRecords => matches!(self.kept_by, Some(KeptBy::Silent | KeptBy::InUse)),
            _ => false,
        }
    }
}

/// The column of the list in which the clients of a step say yes.
pub fn column(number: usize) -> String {
    format!("step_{number}")
}

/// As the command line takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Text of `--action`.
    Action(String),
    /// Text of `--action` that refers to the list of the step's clients, which are too many to be named in it.
    Listed,
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
    let idle = licenses_to_free(&fleet, NAMED).sorted(fleet.roster(), |_| ());
    let refreshed = found.iter().filter(|step| step.remedy == Remedy::RunRefresh).map(|step| step.frees);
    let free = fleet.pool().free().saturating_add(refreshed.sum());
    found.retain(|step| asked.permitted.allows(step.remedy));
    let about = found.iter().flat_map(|step| step.records.iter().copied());
    let mut listed = listed::list(&fleet, &never, asked.at, about);
    let (held, solution) = (fleet.pool().in_use(), fleet.works());
    let nodes_unknown = fleet.pool().entitlement().nodes_unknown;
    drop(fleet);
    let mut search = search::PlanSearch::new(&ground, &later, &goal, asked, watch);
    let outcome = search.shortest(found, held)?;
    simulations += search.simulations;
    let after = |action: &&Action| action.at > asked.at;
    let about: BTreeSet<RecordId> =
        outcome.steps.iter().flat_map(|step| step.records.iter().copied()).collect();
    listed.retain(|record, _| about.contains(record));
    let mut plan = Plan {
        asked,
        solution,
        nodes_unknown,
        idle,
        sure: free.saturating_add(surely_freed(&outcome.steps)),
        precision: precision(scenario),
        listed,
        steps: outcome.steps,
        reached: outcome.reached,
        waiting: outcome.waiting,
        without_limit: outcome.without_limit,
        sooner: None,
        later_actions: scenario.actions.iter().filter(after).count(),
        later_files: later.iter().map(|named| (named.file.name.clone(), named.file.from)).collect(),
        goal,
        shortfalls: numbered(acted.shortfalls(&never), scenario, asked.at),
        simulations,
    };
    let is_sooner = |then: Time| plan.reached.all.is_some_and(|all| plan.known(then) < plan.known(all));
    plan.sooner = outcome.sooner.filter(|(_, then)| is_sooner(*then));
    Ok(plan)
}

/// What the steps free but for those about PCs that only seem to be gone, and for what the refresh returns by itself.
fn surely_freed(steps: &[Step]) -> u64 {
    let sure = steps.iter().filter(|step| !step.is_doubtful() && step.remedy != Remedy::RunRefresh);
    sure.map(|step| step.frees).sum()
}

/// The rhythm of requests or scans, whichever is slower, of a fleet that was imported.
fn precision(scenario: &Scenario) -> Span {
    if scenario.groups.iter().all(|group| group.initial.is_none()) {
        return Span::ZERO;
    }
    let (requests, scans) = (scenario.platform.configuration_request.every, scenario.scan.schedule.every);
    requests.max(scans).max(Span::HOUR)
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

//! The clients that should hold a license at the instant of a plan, and a run that lasts until all of them do.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ops::ControlFlow;

use crate::fleet::{Fact, Fleet, Mode, Observer, Step};
use crate::observe::snapshot::Snapshot;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::license_status::DenialReason;
use crate::scenario::model::Scenario;
use crate::study::breakdown::{Breakdown, Sample};
use crate::study::run::{Interrupted, fleet_at_end};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::{Span, Time};

/// What has not come to pass by then is not awaited any longer.
pub const PATIENCE: Span = Span::days(30);

/// Receives the progress of a run (instant, events so far), and may break it off.
pub type Watch<'w> = &'w mut dyn FnMut(Time, u64) -> ControlFlow<()>;

/// The clients that should hold a license: a fixed set, as of an instant.
#[derive(Debug)]
pub struct Goal {
    /// The instant as of which the set is fixed.
    pub at: Time,
    /// By record: how many of its machines should hold a license.
    weights: Vec<u32>,
    /// Records that several machines have (V10).
    shared: BTreeSet<RecordId>,
    /// By record: is it without a license at the instant?
    wanting: Vec<bool>,
    /// Clients that should hold one, and those of them that do.
    pub should: u64,
    /// Those of `should` that hold one at the instant.
    pub hold: u64,
    /// Licenses that are still to be taken: machines that share a record need one (V10).
    pub licenses_wanted: u64,
    /// Managed clients that are left out: the install policy does not target them (C1).
    pub outside: Sample,
}

/// Should a client hold a license?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum GoalVerdict {
    Yes,
    /// It is managed, and the install policy does not target it.
    Outside,
    No,
}

impl Goal {
    /// Finds the set: live candidates (C1); `everyone`: also managed clients outside the install policy.
    pub fn of<O: Observer>(fleet: &Fleet<O>, at: Time, everyone: bool) -> Goal {
        let mut goal = Goal {
            at,
            weights: vec![0; fleet.len()],
            shared: BTreeSet::new(),
            wanting: vec![false; fleet.len()],
            should: 0,
            hold: 0,
            licenses_wanted: 0,
            outside: Sample { count: 0, names: Vec::new() },
        };
        let mut outside = Breakdown::default();
        for client in ClientId::first(fleet.len()) {
            match verdict(fleet, client, at) {
                GoalVerdict::Outside if !everyone => outside.add((), client),
                GoalVerdict::Yes | GoalVerdict::Outside => goal.add(fleet, client),
                GoalVerdict::No => {}
            }
        }
        for record in ClientId::first(fleet.len()).map(ClientId::own_record) {
            let counts = goal.weights[record.index()] > 0;
            goal.wanting[record.index()] = counts && goal.wants(record, fleet.record_state(record));
        }
        if let Some(((), sample)) = outside.sorted(fleet.roster(), |()| ()).pop() {
            goal.outside = sample;
        }
        goal
    }

    fn add<O: Observer>(&mut self, fleet: &Fleet<O>, client: ClientId) {
        let (record, holds) = (fleet.record(client), fleet.holds_license(client));
        if record != client.own_record() {
            self.shared.insert(record);
        }
        let weight = &mut self.weights[record.index()];
        self.licenses_wanted += u64::from(*weight == 0 && !holds);
        *weight += 1;
        self.should += 1;
        self.hold += u64::from(holds);
    }

    /// Clients of the set without a license at the instant.
    pub fn lacking(&self) -> u64 {
        self.should - self.hold
    }

    /// Is a record of the set, in this state by now, without a license that it needs?
    pub fn wants(&self, record: RecordId, state: ClientState) -> bool {
        wants(state, self.shared.contains(&record))
    }

    /// The record that counts for one of the set by now: that of its PC, or the one that others share with it.
    pub fn newest<O: Observer>(&self, record: RecordId, fleet: &Fleet<O>) -> ClientId {
        let own = record.own_machine();
        if self.shared.contains(&record) { own } else { fleet.newest(own) }
    }

    /// The records of the set, with the number of machines that are in it.
    pub fn records(&self) -> impl Iterator<Item = (RecordId, u64)> + '_ {
        let rows = self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0);
        rows.map(|(record, weight)| (RecordId::from_index(record), u64::from(*weight)))
    }
}

/// A live agent, whatever the status of its record (it comes back by itself, V7), that is not under the uninstall policy
/// (V2), and is a candidate (C1).
fn verdict<O: Observer>(fleet: &Fleet<O>, client: ClientId, at: Time) -> GoalVerdict {
    let state = fleet.as_recorded(client);
    if !state.is(Mark::Agent) || state.is(Mark::UninstallTarget) {
        return GoalVerdict::No;
    }
    match fleet.license_context(client, at).install_policy || state.is(Mark::Plugin) {
        true => GoalVerdict::Yes,
        false if state.managed() => GoalVerdict::Outside,
        false => GoalVerdict::No,
    }
}

/// Is a client of the set without a license? One that leaves the fleet later needs none, unless it gave
/// up. Of a record that several machines have, the first may leave and the others stay.
fn wants(state: ClientState, shared: bool) -> bool {
    let there = state.is(Mark::Agent) || state.is(Mark::Imaging) || state.is(Mark::GaveUp) || shared;
    there && !state.is(Mark::Licensed) && state.status() != Status::Shared
}

/// What became of the set.
#[derive(Debug, Clone)]
pub struct Reached {
    /// When the first, half, and all of those that lacked a license held one.
    pub first: Option<Time>,
    /// When half of those that lacked one held one; `None`: not before the run ended.
    pub half: Option<Time>,
    /// When all of them did; `None`: not before the run ended.
    pub all: Option<Time>,
    /// How many have none in the end, and why.
    pub lacking: u64,
    /// What keeps each of `lacking` from a license, with names.
    pub why: Vec<(DenialReason, Sample)>,
    /// Most licenses in use at once from the instant of the plan on, as far as it was watched: so many nodes
    /// would have done the same.
    pub most_in_use: u64,
}

impl Reached {
    /// Do some lack nothing but a node?
    pub fn pool_is_full(&self) -> bool {
        self.why.iter().any(|(denial, _)| *denial == DenialReason::PoolFull)
    }
}

/// Runs a scenario until all of the set hold a license, or to its end.
///
/// # Errors
/// When `watch` breaks the run off.
pub fn pursue(scenario: &Scenario, goal: &Goal, watch: Watch) -> Result<Reached, Interrupted> {
    let done = Cell::new(false);
    let mut pursuit = Pursuit::new(goal, &done);
    let stop = |at, events| if done.get() { ControlFlow::Break(()) } else { watch(at, events) };
    let why = match fleet_at_end(scenario, 0, Mode::default(), &mut pursuit, stop) {
        Ok(fleet) => without_license(&fleet, goal, scenario.horizon()),
        Err(_) if done.get() => Vec::new(),
        Err(interrupted) => return Err(interrupted),
    };
    pursuit.end_of_instant();
    let [first, half, all] = pursuit.milestones;
    let (lacking, why) = if all.is_some() { (0, Vec::new()) } else { (pursuit.lacking, why) };
    Ok(Reached { first, half, all, lacking, why, most_in_use: pursuit.most_in_use })
}

/// The clients of the set without a license, by reason.
fn without_license<O: Observer>(fleet: &Fleet<O>, goal: &Goal, at: Time) -> Vec<(DenialReason, Sample)> {
    let mut denials = Breakdown::default();
    // A record that came at the very instant of the plan may not come after its steps.
    let there = |(record, _): &(RecordId, u64)| record.index() < fleet.len();
    for (record, machines) in goal.records().filter(there) {
        let newest = goal.newest(record, fleet);
        if let Err(denial) = fleet.license_status(newest, at)
            && goal.wants(record, fleet.state(newest))
        {
            denials.add_several(denial, newest, machines);
        }
    }
    denials.sorted(fleet.roster(), |_| ())
}

/// Follows the set through a run, from the instant of the plan on: how it stands then is known.
struct Pursuit<'g> {
    asked_at: Time,
    /// Those that lacked a license at the instant of the plan.
    lacked: u64,
    weights: Vec<u32>,
    shared: BTreeSet<RecordId>,
    wanting: Vec<bool>,
    lacking: u64,
    now: Time,
    milestones: [Option<Time>; 3],
    stands: Snapshot,
    most_in_use: u64,
    done: &'g Cell<bool>,
}

impl<'g> Pursuit<'g> {
    fn new(goal: &Goal, done: &'g Cell<bool>) -> Self {
        let wanting = goal.weights.iter().zip(&goal.wanting).filter(|(_, wanting)| **wanting);
        let lacking = wanting.map(|(weight, _)| u64::from(*weight)).sum();
        Pursuit {
            asked_at: goal.at,
            lacked: lacking,
            wanting: goal.wanting.clone(),
            weights: goal.weights.clone(),
            shared: goal.shared.clone(),
            lacking,
            now: goal.at,
            milestones: [None; 3],
            stands: Snapshot::default(),
            most_in_use: 0,
            done,
        }
    }

    /// What holds at the end of an instant holds at that instant.
    fn end_of_instant(&mut self) {
        if self.done.get() {
            return;
        }
        let reached = self.lacked.saturating_sub(self.lacking);
        let goals = [1, self.lacked.div_ceil(2), self.lacked];
        for (milestone, goal) in self.milestones.iter_mut().zip(goals) {
            if reached >= goal && milestone.is_none() {
                *milestone = Some(self.now);
            }
        }
        self.done.set(self.lacking == 0);
    }

    fn changed(&mut self, client: ClientId, after: ClientState, step: Step) {
        let row = client.index();
        if row >= self.weights.len() {
            self.weights.resize(row + 1, 0);
            self.wanting.resize(row + 1, false);
        }
        if let Step::SecondRecord { of, .. } = step {
            self.moves(of.index(), row);
        }
        let wanting = self.weights[row] > 0 && wants(after, self.shared.contains(&client.own_record()));
        if wanting != self.wanting[row] {
            self.wanting[row] = wanting;
            let weight = u64::from(self.weights[row]);
            self.lacking = if wanting { self.lacking + weight } else { self.lacking - weight };
        }
    }

    /// A PC of the set goes on as another record.
    fn moves(&mut self, from: usize, to: usize) {
        if self.weights[from] > 0 && !self.shared.contains(&RecordId::from_index(from)) {
            self.lacking -= u64::from(self.wanting[from]) * u64::from(self.weights[from]);
            self.wanting[from] = false;
            self.weights[to] = std::mem::take(&mut self.weights[from]);
        }
    }
}

impl Observer for Pursuit<'_> {
    fn observe(&mut self, at: Time, fact: &Fact) {
        self.stands.observe(at, fact);
        if at < self.asked_at {
            return;
        }
        if at > self.now {
            self.end_of_instant();
            self.now = at;
        }
        if let Fact::Changed { client, after, step, .. } = fact
            && !self.done.get()
        {
            self.changed(*client, *after, *step);
            self.most_in_use = self.most_in_use.max(self.stands.levels.licenses_in_use);
        }
    }
}

//! One run of one scenario.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::engine::queue::EventQueue;
use crate::engine::simulation;
use crate::fleet::{Fact, Fleet, Mode, Observer};
use crate::observe::fingerprint::Fingerprint;
use crate::observe::solutions::{SolutionResults, Solutions};
use crate::observe::timeline::{Timeline, TimelineRow};
use crate::observe::totals::Totals;
use crate::rules::license_calendar::{LicenseFileEvent, calendar};
use crate::rules::license_status::DenialReason;
use crate::scenario::model::{Scenario, Selection};
use crate::study::breakdown::license_statuses;
use crate::units::time::Time;

/// What a run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The timeline, in order of time.
    pub rows: Vec<TimelineRow>,
    /// Sums and counts over the whole run.
    pub totals: Totals,
    /// Digest of all facts, equal for equal runs.
    pub fingerprint: Fingerprint,
    /// Clients that could have existed: all that join up to the end, those that never come, and further
    /// records of PCs that have several (V10).
    pub clients: u64,
    /// Clients that hold a license at the end.
    pub holders: u64,
    /// Why the others hold none at the end.
    pub lacking: BTreeMap<DenialReason, u64>,
    /// The next thing that happens to a license file after the end.
    pub next_license_event: Option<(Time, LicenseFileEvent, String)>,
    /// Actions that found fewer clients than they asked for.
    pub shortfalls: Vec<Shortfall>,
    /// The pools of other solutions; empty where the scenario has none.
    pub solutions: SolutionResults,
}

/// An action that found fewer clients than it asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// Index of the action in the scenario.
    pub action: u32,
    /// When it was carried out.
    pub at: Time,
    /// The number of clients that it names; `None`: it names no number and found none.
    pub asked: Option<u32>,
    /// Clients that it was carried out on.
    pub found: u32,
    /// More clients of the group it is about that it did not reach, because their records have another status.
    pub left_out: u32,
}

/// The run was broken off at this instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interrupted(pub Time);

/// Runs a scenario. `listener` sees every fact beside the built-in observers and changes nothing;
/// `watch` receives the progress of the run from time to time.
///
/// # Errors
/// When `watch` breaks the run off.
pub fn run(
    scenario: &Scenario,
    replication: u64,
    mode: Mode,
    listener: impl Observer,
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Outcome, Interrupted> {
    let mut timeline = Timeline::new(scenario.timeline_every, scenario.horizon());
    let mut fingerprint = Fingerprint::default();
    let mut solutions = Solutions::new(scenario);
    let observers = (&mut timeline, (&mut fingerprint, (&mut solutions, listener)));
    let fleet = fleet_at_end(scenario, replication, mode, observers, watch)?;
    let (holders, denials) = license_statuses(&fleet, scenario.horizon(), 0);
    let (clients, in_use) = (fleet.len() as u64, fleet.pool().in_use());
    drop(fleet);
    let (rows, totals) = timeline.finish();
    assert_eq!(totals.now.levels.licenses_in_use, in_use, "observers and pool count the same licenses");
    assert_eq!(
        totals.licenses_at_start + totals.counts.licenses_granted - totals.counts.licenses_refunded,
        in_use,
        "held at the start + taken − released = held"
    );
    Ok(Outcome {
        rows,
        shortfalls: shortfalls(scenario, &totals.acted),
        next_license_event: next_license_event(scenario),
        totals,
        fingerprint,
        clients,
        holders,
        lacking: denials.counts(),
        solutions: solutions.finish(),
    })
}

/// The fleet as it stands when the scenario is over.
///
/// # Errors
/// When `watch` breaks the run off.
pub(super) fn fleet_at_end<O: Observer>(
    scenario: &Scenario,
    replication: u64,
    mode: Mode,
    observer: O,
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Fleet<'_, O>, Interrupted> {
    fleet_at(scenario, scenario.horizon(), replication, mode, observer, watch)
}

/// The fleet as it stands at an instant, with all clients that will have come by the end.
///
/// # Errors
/// When `watch` breaks the run off.
pub(super) fn fleet_at<O: Observer>(
    scenario: &Scenario,
    at: Time,
    replication: u64,
    mode: Mode,
    observer: O,
    mut watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Fleet<'_, O>, Interrupted> {
    let mut queue = EventQueue::new(at);
    let begin = || watch(Time::START, 0);
    let ControlFlow::Continue(mut fleet) =
        Fleet::set_up(scenario, replication, mode, observer, &mut queue, begin)
    else {
        return Err(Interrupted(Time::START));
    };
    simulation::run(&mut fleet, &mut queue, watch).map_err(Interrupted)?;
    Ok(fleet)
}

fn next_license_event(scenario: &Scenario) -> Option<(Time, LicenseFileEvent, String)> {
    let turns = calendar(&scenario.licenses);
    let (at, turn, file) = turns.into_iter().find(|(at, _, _)| *at > scenario.horizon())?;
    Some((at, turn, scenario.licenses[file].name.clone()))
}

/// The observer of actions where no other one is attached: each action, and how many clients it found.
#[derive(Debug, Default)]
pub(super) struct Acted(Vec<(u32, u32, u32)>);

impl Observer for Acted {
    fn observe(&mut self, _: Time, fact: &Fact) {
        if let Fact::Acted { action, clients, left_out } = fact {
            self.0.push((*action, *clients, *left_out));
        }
    }
}

impl Acted {
    pub(super) fn shortfalls(&self, scenario: &Scenario) -> Vec<Shortfall> {
        shortfalls(scenario, &self.0)
    }
}

fn shortfalls(scenario: &Scenario, acted: &[(u32, u32, u32)]) -> Vec<Shortfall> {
    let asked = |action: u32| match scenario.actions[action as usize].what.selection()? {
        Selection::Group { clients, .. } => *clients,
        Selection::Named(named) => Some(named.len() as u32),
    };
    let short = |&&(action, found, left_out): &&(u32, u32, u32)| {
        found == 0 || left_out > 0 || asked(action).is_some_and(|asked| found < asked)
    };
    let entry = |&(action, found, left_out): &(u32, u32, u32)| Shortfall {
        action,
        at: scenario.actions[action as usize].at,
        asked: asked(action),
        found,
        left_out,
    };
    acted.iter().filter(short).map(entry).collect()
}

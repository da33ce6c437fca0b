//! What actions change for all clients, as functions of time: policies, membership updates, imports, versions.
//!
//! Actions have known instants, so all of this is worked out once, when the scenario was read.

use crate::scenario::model::policies::{Policies, PolicyState};
use crate::scenario::model::updates::Updates;
use crate::scenario::model::{
    Action, AdminCommand, MembershipUpdate, PeriodicSchedule, Platform, RhythmChange, Schedule, Version,
};
use crate::units::time::{Span, Time};

/// What holds from when on.
#[derive(Debug, Clone, PartialEq)]
pub struct OverTime {
    /// In order of time; the first holds before the scenario starts.
    pub policies: Vec<PolicyState>,
    /// When membership updates run (T2).
    pub membership: MembershipPlan,
    /// The rhythms of configuration requests that follow the first one, in order of time.
    pub requests: Vec<ChangedSchedule>,
    /// Those of Basic Inventories, likewise.
    pub inventories: Vec<ChangedSchedule>,
    /// How far the event queue is behind, in order of time; the first holds before the scenario starts.
    pub event_queue: Vec<(Time, Span)>,
    /// From when on which schedule of imports holds, in order of time; the first holds before the scenario starts.
    pub imports: Vec<(Time, Schedule)>,
    /// In order of time; the first holds before the scenario starts.
    pub versions: Vec<Installed>,
}

/// When membership updates run: each schedule from its instant up to that of the next, and the runs by
/// hand.
#[derive(Debug, Clone, PartialEq)]
pub struct MembershipPlan {
    /// From when on which schedule holds, in order of time; the first holds before the scenario starts.
    pub pieces: Vec<(Time, MembershipUpdate)>,
    /// In order of time.
    pub by_hand: Vec<Time>,
}

/// A rhythm that clients learn of from an instant on.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedSchedule {
    /// When the administrator changes it.
    pub at: Time,
    /// What holds then.
    pub schedule: PeriodicSchedule,
    /// The change names a phase.
    pub phase: bool,
}

/// Adds what a change makes of the schedule before it.
fn add_rhythm(
    changes: &mut Vec<ChangedSchedule>,
    at_start: &PeriodicSchedule,
    at: Time,
    change: &RhythmChange,
) {
    let before = changes.last().map_or(at_start, |last| &last.schedule);
    let schedule = change.applied_to(before);
    changes.push(ChangedSchedule { at, schedule, phase: change.phase.is_some() });
}

/// A version and when it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Installed {
    /// When it was installed.
    pub at: Time,
    /// The version that was installed.
    pub version: Version,
    /// Start of the day on which the vendor released it, where known.
    pub released: Option<Time>,
}

/// Before all that is simulated.
const BEFORE: Time = Time(i64::MIN);

impl OverTime {
    /// `policies`: those at the start; the actions add what follows.
    pub fn new(
        platform: &Platform,
        policies: &Policies,
        updates: Option<&Updates>,
        actions: &[Action],
    ) -> OverTime {
        let import = updates.map_or(Schedule::Never, |updates| updates.import);
        let mut over_time = OverTime {
            imports: vec![(BEFORE, import)],
            policies: vec![PolicyState { at: BEFORE, policies: policies.clone() }],
            membership: MembershipPlan {
                pieces: vec![(BEFORE, platform.membership_update.clone())],
                by_hand: Vec::new(),
            },
            requests: Vec::new(),
            inventories: Vec::new(),
            event_queue: vec![(BEFORE, platform.event_queue)],
            versions: versions(platform, actions),
        };
        for action in in_order(actions) {
            over_time.add(platform, action);
        }
        over_time
    }

    fn add(&mut self, platform: &Platform, Action { at, what }: &Action) {
        match what {
            AdminCommand::ChangePolicies(change) => {
                let last = self.policies.last_mut().expect("there is always a first");
                let policies = last.policies.changed(change);
                // Of changes of one instant only what they come to in the end is ever seen.
                match last.at == *at {
                    true => last.policies = policies,
                    false => self.policies.push(PolicyState { at: *at, policies }),
                }
            }
            AdminCommand::MembershipUpdate(schedule) => self.membership.pieces.push((*at, schedule.clone())),
            AdminCommand::ConfigurationRequest(change) => {
                add_rhythm(&mut self.requests, &platform.configuration_request, *at, change);
            }
            AdminCommand::BasicInventory(change) => {
                add_rhythm(&mut self.inventories, &platform.basic_inventory, *at, change);
            }
            AdminCommand::EventQueue(delay) => self.event_queue.push((*at, *delay)),
            AdminCommand::ScheduleImport(schedule) => self.imports.push((*at, *schedule)),
            AdminCommand::RunMembershipUpdate => self.membership.by_hand.push(*at),
            _ => {}
        }
    }

    /// Is the event queue ever behind?
    #[inline]
    pub fn has_backlog(&self) -> bool {
        self.event_queue.iter().any(|(_, delay)| *delay > Span::ZERO)
    }

    /// Index of the policies an administrator sees at an instant.
    pub fn policies_at(&self, at: Time) -> usize {
        self.policies.partition_point(|state| state.at <= at) - 1
    }

    /// Does an action change the rhythm of scans?
    pub fn changes_scan_rhythm(&self) -> bool {
        self.policies.iter().any(|state| state.policies.scan_rhythm.is_some())
    }

    /// The version that runs at an instant.
    pub fn installed_at(&self, at: Time) -> Installed {
        self.versions[self.versions.partition_point(|release| release.at <= at) - 1]
    }
}

impl MembershipPlan {
    /// The schedule that holds at an instant.
    pub fn schedule_at(&self, at: Time) -> &MembershipUpdate {
        &self.pieces[self.pieces.partition_point(|(from, _)| *from <= at) - 1].1
    }
}

/// Actions in order of time; those of one instant in the order of the file.
fn in_order(actions: &[Action]) -> Vec<&Action> {
    let mut sorted: Vec<&Action> = actions.iter().collect();
    sorted.sort_by_key(|action| action.at);
    sorted
}

/// The versions in the order in which they come.
pub fn versions(platform: &Platform, actions: &[Action]) -> Vec<Installed> {
    let first = Installed { at: BEFORE, version: platform.version, released: platform.released };
    let upgrade = |action: &Action| match action.what {
        AdminCommand::Upgrade { version, released } => {
            Some(Installed { at: action.at, version, released: Some(released) })
        }
        _ => None,
    };
    let upgrades = in_order(actions).into_iter().filter_map(upgrade);
    std::iter::once(first).chain(upgrades).collect()
}

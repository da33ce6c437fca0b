//! The timeline: one row a sample instant.
//!
//! A row shows the state *after* everything that happened up to and at its instant, and counts what
//! happened since the row before (its instant excluded, this one's included). There is a row at the
//! start, one every sample period, and one at the end of the run.

use crate::fleet::fact::{Fact, Observer, Step};
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::consumption::{Refused, Returned};
use crate::rules::license_files::InForce;
use crate::rules::maintenance::SolutionState;
use crate::words::time::{Span, Time};

/// How many clients are how far at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels {
    pub licenses_in_use: u64,
    pub licenses_retired_unrefunded: u64,
    pub clients_managed: u64,
    pub clients_plugin_installed: u64,
    pub clients_plugin_reported: u64,
    pub clients_targeted: u64,
    pub clients_package_ready: u64,
    pub clients_waiting: u64,
    pub clients_sharing_record: u64,
    pub licenses_without_agent: u64,
    pub downloads_queued: u64,
    pub downloads_running: u64,
    pub clients_backing_off: u64,
    /// Updates Scheduled or Executing, over all clients.
    pub updates_pending: u64,
    pub bulletins_listed: u64,
    pub bulletins_enabled: u64,
}

/// How often something happened in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub clients_enrolled: u64,
    pub clients_left: u64,
    pub clients_returned: u64,
    pub licenses_granted: u64,
    pub licenses_refunded: u64,
    pub scans_returned: u64,
    pub scans_rejected: u64,
    pub scans_failed_untargeted: u64,
    pub scans_not_run: u64,
    pub scans_unchanged: u64,
    pub scans_without_record: u64,
    pub downloads_failed: u64,
    pub downloads_completed: u64,
    pub bytes_downloaded: u64,
    pub updates_scheduled: u64,
    pub updates_installed: u64,
    pub updates_failed: u64,
    pub tasks_refused: u64,
    pub imports_refused: u64,
    pub bulletins_refused: u64,
    pub cycles_stopped: u64,
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    pub at: Time,
    pub in_force: InForce,
    /// Maintenance covers the version that runs (M3).
    pub version_covered: bool,
    pub levels: Levels,
    pub counts: Counts,
}

impl Row {
    /// Does Patch Management work?
    pub fn solution_state(&self) -> SolutionState {
        SolutionState::of(self.in_force.state, self.version_covered)
    }

    /// Licenses that could still be taken; `None` when without limit.
    pub fn licenses_free(&self) -> Option<u64> {
        self.in_force.nodes.map(|nodes| nodes.saturating_sub(self.levels.licenses_in_use))
    }

    /// Licenses taken beyond what is owned (L3).
    pub fn licenses_over(&self) -> u64 {
        self.in_force.nodes.map_or(0, |nodes| self.levels.licenses_in_use.saturating_sub(nodes))
    }
}

/// The state bits a level counts.
fn level_bits(state: ClientState) -> [bool; 13] {
    let managed = state.managed();
    let licensed = state.is(Mark::Licensed);
    let gone = matches!(state.status(), Status::Retired | Status::Deleted);
    [
        licensed,
        licensed && gone,
        managed,
        managed && state.is(Mark::Plugin),
        managed && state.is(Mark::PluginReported),
        managed && state.is(Mark::PackageTarget),
        managed && state.is(Mark::PackageReady),
        state.is(Mark::Waiting),
        state.status() == Status::Shared && !state.is(Mark::LeftBehind),
        licensed && !state.is(Mark::Agent),
        state.is(Mark::DownloadQueued),
        state.is(Mark::Downloading),
        state.is(Mark::BackingOff),
    ]
}

impl Levels {
    /// Follows one client from one state to another.
    pub fn change(&mut self, before: ClientState, after: ClientState) {
        let levels = [
            &mut self.licenses_in_use,
            &mut self.licenses_retired_unrefunded,
            &mut self.clients_managed,
            &mut self.clients_plugin_installed,
            &mut self.clients_plugin_reported,
            &mut self.clients_targeted,
            &mut self.clients_package_ready,
            &mut self.clients_waiting,
            &mut self.clients_sharing_record,
            &mut self.licenses_without_agent,
            &mut self.downloads_queued,
            &mut self.downloads_running,
            &mut self.clients_backing_off,
        ];
        let moves = level_bits(before).into_iter().zip(level_bits(after));
        for (level, (was, is)) in levels.into_iter().zip(moves) {
            match (was, is) {
                (false, true) => *level += 1,
                // Overflow checks are on in release: a level can never go below zero unnoticed.
                (true, false) => *level -= 1,
                _ => {}
            }
        }
    }
}

impl Levels {
    /// Follows the updates of one client.
    pub fn updates(&mut self, step: &Step) {
        match step {
            Step::UpdatesScheduled { updates } => self.updates_pending += u64::from(*updates),
            Step::CycleEnded { installed, failed, .. } => {
                self.updates_pending -= u64::from(installed + failed);
            }
            Step::UpdatesDropped { updates } => self.updates_pending -= u64::from(*updates),
            _ => {}
        }
    }

    /// Follows the bulletins at the server.
    pub fn bulletins(&mut self, fact: &Fact) {
        match fact {
            Fact::Imported { brought: Ok(bulletins), .. } => self.bulletins_listed += u64::from(*bulletins),
            Fact::BulletinsEnabled { bulletins, .. } => self.bulletins_enabled += u64::from(*bulletins),
            _ => {}
        }
    }
}

impl Counts {
    #[inline]
    pub fn count(&mut self, fact: &Fact) {
        match fact {
            Fact::Scanned { outcome, .. } => self.count_scans(*outcome, 1),
            Fact::ScansCounted { outcome, scans } => self.count_scans(*outcome, *scans),
            Fact::Changed { before, after, step, .. } => self.count_step(*before, *after, step),
            Fact::Imported { brought: Err(_), .. } => self.imports_refused += 1,
            Fact::EnableRefused { .. } => self.bulletins_refused += 1,
            Fact::TaskRefused { .. } => self.tasks_refused += 1,
            Fact::LicenseTurn { .. }
            | Fact::InForce(_)
            | Fact::Refreshed { .. }
            | Fact::Acted { .. }
            | Fact::Arranged { .. }
            | Fact::Coverage { .. }
            | Fact::PackageServer { .. }
            | Fact::Restarted { .. }
            | Fact::Imported { .. }
            | Fact::BulletinsEnabled { .. } => {}
        }
    }

    fn count_scans(&mut self, outcome: Result<Returned, Refused>, scans: u64) {
        let count = match outcome {
            Ok(_) => &mut self.scans_returned,
            Err(Refused::PoolFull) => &mut self.scans_rejected,
            Err(Refused::Untargeted) => &mut self.scans_failed_untargeted,
            Err(Refused::NothingNew) => &mut self.scans_unchanged,
            Err(Refused::NoActiveRecord(_)) => &mut self.scans_without_record,
            Err(Refused::LicensesExpired | Refused::VersionNotCovered | Refused::PackageIncomplete) => {
                &mut self.scans_not_run
            }
        };
        *count += scans;
    }

    fn count_step(&mut self, before: ClientState, after: ClientState, step: &Step) {
        match step {
            Step::Enrolled => self.clients_enrolled += 1,
            // Only once: the record of a PC that has left may still get another status.
            Step::Retired(_)
            | Step::Disposed
            | Step::Deleted(_)
            | Step::GaveUp
            | Step::SwitchedOff
            | Step::AgentUninstalled
                if before.is(Mark::Agent) && !after.is(Mark::Agent) =>
            {
                self.clients_left += 1;
            }
            Step::Reactivated | Step::Returned => self.clients_returned += 1,
            Step::LicenseTaken { .. } => self.licenses_granted += 1,
            Step::LicenseReleased(_) => self.licenses_refunded += 1,
            Step::DownloadFailed { .. } => self.downloads_failed += 1,
            Step::Downloaded { bytes, .. } => {
                self.downloads_completed += 1;
                self.bytes_downloaded += bytes;
            }
            Step::UpdatesScheduled { updates } => self.updates_scheduled += u64::from(*updates),
            Step::CycleEnded { installed, failed, .. } => {
                self.updates_installed += u64::from(*installed);
                self.updates_failed += u64::from(*failed);
            }
            Step::CycleStopped(_) => self.cycles_stopped += 1,
            _ => {}
        }
    }
}

/// Collects the rows.
#[derive(Debug)]
pub struct Timeline {
    every: Span,
    horizon: Time,
    next: Time,
    in_force: InForce,
    version_covered: bool,
    levels: Levels,
    counts: Counts,
    rows: Vec<Row>,
}

impl Timeline {
    pub fn new(every: Span, horizon: Time) -> Timeline {
        Timeline {
            every,
            horizon,
            next: Time::START,
            in_force: InForce::default(),
            version_covered: true,
            levels: Levels::default(),
            counts: Counts::default(),
            rows: Vec::with_capacity((horizon.ms() / every.ms() + 2) as usize),
        }
    }

    /// The rows of a finished run.
    pub fn finish(mut self) -> Vec<Row> {
        while self.next < self.horizon {
            self.sample();
        }
        self.next = self.horizon;
        self.sample();
        self.rows
    }

    #[inline(never)]
    fn sample(&mut self) {
        let Timeline { next, in_force, version_covered, levels, counts, .. } = *self;
        self.rows.push(Row { at: next, in_force, version_covered, levels, counts });
        self.counts = Counts::default();
        self.next = next.saturating_add(self.every);
    }
}

impl Observer for Timeline {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        while at > self.next {
            self.sample();
        }
        match fact {
            Fact::Changed { before, after, step, .. } => {
                self.levels.change(*before, *after);
                self.levels.updates(step);
            }
            Fact::InForce(in_force) => self.in_force = *in_force,
            Fact::Coverage { covered, .. } => self.version_covered = *covered,
            Fact::Imported { .. } | Fact::BulletinsEnabled { .. } => self.levels.bulletins(fact),
            _ => {}
        }
        self.counts.count(fact);
    }

    /// The next row.
    fn counts_at(&self, from: Time) -> Time {
        if from > self.horizon {
            return Time::NEVER;
        }
        let every = self.every.ms();
        Time((from.ms() + every - 1).div_euclid(every) * every).min(self.horizon)
    }
}

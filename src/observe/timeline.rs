//! The timeline: one row a sample instant.
//!
//! A row shows the state *after* everything that happened up to and at its instant, and counts what
//! happened since the row before (its instant excluded, this one's included). There is a row at the
//! start, one every sample period, and one at the end of the run.

use super::tally::Tally;
use crate::fleet::fact::{Fact, Observer, Step};
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::consumption::{Refused, Returned};
use crate::rules::license_files::InForce;
use crate::rules::maintenance::SolutionState;
use crate::scenario::model::Scenario;
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

const fn bits<const N: usize>(marks: [Mark; N]) -> u32 {
    let (mut bits, mut i) = (0, 0);
    while i < N {
        bits |= 1 << marks[i] as u32;
        i += 1;
    }
    bits
}

/// Marks that count whatever the status, and those of clients with an Active record only.
const COUNTED: u32 =
    bits([Mark::Licensed, Mark::Waiting, Mark::DownloadQueued, Mark::Downloading, Mark::BackingOff]);
const COUNTED_MANAGED: u32 =
    bits([Mark::Plugin, Mark::PluginReported, Mark::PackageTarget, Mark::PackageReady]);
/// Levels that are no mark have the bits below those.
const MANAGED: u32 = 1 << 0;
const UNREFUNDED: u32 = 1 << 1;
const SHARING: u32 = 1 << 2;
const WITHOUT_AGENT: u32 = 1 << 3;

/// The levels a state counts in, one bit each.
#[inline]
fn levels_of(state: ClientState) -> u32 {
    let mut levels = state.bits() & COUNTED;
    match state.status() {
        Status::Active => levels |= state.bits() & COUNTED_MANAGED | MANAGED,
        Status::Shared if !state.is(Mark::LeftBehind) => levels |= SHARING,
        Status::Retired | Status::Deleted if state.is(Mark::Licensed) => levels |= UNREFUNDED,
        _ => {}
    }
    if state.is(Mark::Licensed) && !state.is(Mark::Agent) {
        levels |= WITHOUT_AGENT;
    }
    levels
}

impl Levels {
    /// Follows one client from one state to another. Few steps change more than one level, so the
    /// difference of the two sets is looked at, not every level.
    #[inline]
    pub fn change(&mut self, before: ClientState, after: ClientState) {
        let is = levels_of(after);
        let mut changed = is ^ levels_of(before);
        while changed != 0 {
            let bit = changed & changed.wrapping_neg();
            changed ^= bit;
            let level = self.level(bit);
            // Overflow checks are on in release: a level can never go below zero unnoticed.
            if is & bit != 0 { *level += 1 } else { *level -= 1 }
        }
    }

    #[inline]
    fn level(&mut self, bit: u32) -> &mut u64 {
        const fn is(mark: Mark) -> u32 {
            1 << mark as u32
        }
        const LICENSED: u32 = is(Mark::Licensed);
        const PLUGIN: u32 = is(Mark::Plugin);
        const PLUGIN_REPORTED: u32 = is(Mark::PluginReported);
        const PACKAGE_TARGET: u32 = is(Mark::PackageTarget);
        const PACKAGE_READY: u32 = is(Mark::PackageReady);
        const WAITING: u32 = is(Mark::Waiting);
        const QUEUED: u32 = is(Mark::DownloadQueued);
        const DOWNLOADING: u32 = is(Mark::Downloading);
        const BACKING_OFF: u32 = is(Mark::BackingOff);
        match bit {
            LICENSED => &mut self.licenses_in_use,
            UNREFUNDED => &mut self.licenses_retired_unrefunded,
            MANAGED => &mut self.clients_managed,
            PLUGIN => &mut self.clients_plugin_installed,
            PLUGIN_REPORTED => &mut self.clients_plugin_reported,
            PACKAGE_TARGET => &mut self.clients_targeted,
            PACKAGE_READY => &mut self.clients_package_ready,
            WAITING => &mut self.clients_waiting,
            SHARING => &mut self.clients_sharing_record,
            WITHOUT_AGENT => &mut self.licenses_without_agent,
            QUEUED => &mut self.downloads_queued,
            DOWNLOADING => &mut self.downloads_running,
            BACKING_OFF => &mut self.clients_backing_off,
            _ => unreachable!("no level has the bit {bit:#x}"),
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
    /// What was added since an earlier count.
    fn since(&self, earlier: &Counts) -> Counts {
        Counts {
            clients_enrolled: self.clients_enrolled - earlier.clients_enrolled,
            clients_left: self.clients_left - earlier.clients_left,
            clients_returned: self.clients_returned - earlier.clients_returned,
            licenses_granted: self.licenses_granted - earlier.licenses_granted,
            licenses_refunded: self.licenses_refunded - earlier.licenses_refunded,
            scans_returned: self.scans_returned - earlier.scans_returned,
            scans_rejected: self.scans_rejected - earlier.scans_rejected,
            scans_failed_untargeted: self.scans_failed_untargeted - earlier.scans_failed_untargeted,
            scans_not_run: self.scans_not_run - earlier.scans_not_run,
            scans_unchanged: self.scans_unchanged - earlier.scans_unchanged,
            scans_without_record: self.scans_without_record - earlier.scans_without_record,
            downloads_failed: self.downloads_failed - earlier.downloads_failed,
            downloads_completed: self.downloads_completed - earlier.downloads_completed,
            bytes_downloaded: self.bytes_downloaded - earlier.bytes_downloaded,
            updates_scheduled: self.updates_scheduled - earlier.updates_scheduled,
            updates_installed: self.updates_installed - earlier.updates_installed,
            updates_failed: self.updates_failed - earlier.updates_failed,
            tasks_refused: self.tasks_refused - earlier.tasks_refused,
            imports_refused: self.imports_refused - earlier.imports_refused,
            bulletins_refused: self.bulletins_refused - earlier.bulletins_refused,
            cycles_stopped: self.cycles_stopped - earlier.cycles_stopped,
        }
    }

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

/// Collects the rows, and what the whole run adds up to: a row counts what was added since the last one.
#[derive(Debug)]
pub struct Timeline {
    every: Span,
    horizon: Time,
    next: Time,
    version_covered: bool,
    tally: Tally,
    /// What had happened up to the last row.
    counted: Counts,
    rows: Vec<Row>,
}

/// Most rows of the timeline of a scenario.
pub fn most_rows(scenario: &Scenario) -> u64 {
    most(scenario.timeline_every, scenario.horizon())
}

fn most(every: Span, horizon: Time) -> u64 {
    (horizon.ms() / every.ms() + 2) as u64
}

impl Timeline {
    pub fn new(every: Span, horizon: Time) -> Timeline {
        Timeline {
            every,
            horizon,
            next: Time::START,
            version_covered: true,
            tally: Tally::default(),
            counted: Counts::default(),
            rows: Vec::with_capacity(most(every, horizon) as usize),
        }
    }

    /// The rows and the tally of a finished run.
    pub fn finish(mut self) -> (Vec<Row>, Tally) {
        while self.next < self.horizon {
            self.sample();
        }
        self.next = self.horizon;
        self.sample();
        self.tally.advance(self.horizon);
        (self.rows, self.tally)
    }

    #[inline(never)]
    fn sample(&mut self) {
        let Tally { in_force, levels, counts: total, .. } = self.tally;
        let counts = total.since(&self.counted);
        self.rows.push(Row {
            at: self.next,
            in_force,
            version_covered: self.version_covered,
            levels,
            counts,
        });
        self.counted = total;
        self.next = self.next.saturating_add(self.every);
    }
}

impl Observer for Timeline {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        while at > self.next {
            self.sample();
        }
        if let Fact::Coverage { covered, .. } = fact {
            self.version_covered = *covered;
        }
        self.tally.observe(at, fact);
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

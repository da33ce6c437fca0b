//! How things stand at an instant: the one definition of every figure of an instant that more than one view
//! shows. The rows of the timeline, the summary, the answers of `run`, a diagnosis and an audit all read it.

use crate::fleet::fact::{Fact, Observer, Step};
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::license_files::Entitlement;
use crate::rules::maintenance::SolutionState;
use crate::units::time::Time;

/// Pool, server and clients after everything that happened up to an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// What the license files in force add up to, and their states (L1, L2).
    pub entitlement: Entitlement,
    /// Maintenance covers the version that runs (M3).
    pub version_covered: bool,
    /// Clients, licenses, downloads and updates by how far they are.
    pub levels: Levels,
}

/// Before the first fact: maintenance covers the version until a fact reports otherwise.
impl Default for Snapshot {
    fn default() -> Self {
        Snapshot { entitlement: Entitlement::default(), version_covered: true, levels: Levels::default() }
    }
}

impl Snapshot {
    /// Does Patch Management work?
    pub fn solution_state(&self) -> SolutionState {
        SolutionState::of(self.entitlement.state, self.version_covered)
    }

    /// Licenses that could still be taken; `None` when without limit.
    pub fn licenses_free(&self) -> Option<u64> {
        self.entitlement.nodes.map(|nodes| nodes.saturating_sub(self.levels.licenses_in_use))
    }

    /// Licenses taken beyond what is owned (L3).
    pub fn licenses_over(&self) -> u64 {
        self.entitlement.nodes.map_or(0, |nodes| self.levels.licenses_in_use.saturating_sub(nodes))
    }

    /// Follows a client from one state to another.
    #[inline]
    pub(super) fn change(&mut self, before: ClientState, after: ClientState, step: &Step) {
        self.levels.change(before, after);
        self.levels.updates(step);
    }
}

impl Observer for Snapshot {
    #[inline]
    fn observe(&mut self, _: Time, fact: &Fact) {
        match fact {
            Fact::Changed { before, after, step, .. } => self.change(*before, *after, step),
            Fact::Entitlement(entitlement) => self.entitlement = *entitlement,
            Fact::Coverage { covered, .. } => self.version_covered = *covered,
            Fact::Imported { .. } | Fact::BulletinsEnabled { .. } => self.levels.bulletins(fact),
            Fact::Scanned { .. }
            | Fact::ScansCounted { .. }
            | Fact::LicenseFileEvent { .. }
            | Fact::Acted { .. }
            | Fact::Arranged { .. }
            | Fact::PackageServer { .. }
            | Fact::Restarted { .. }
            | Fact::Refreshed { .. }
            | Fact::EnableRefused { .. }
            | Fact::TaskRefused { .. }
            | Fact::Solution(_) => {}
        }
    }
}

/// How many clients are how far at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels {
    /// Licenses taken, whatever the status of the record.
    pub licenses_in_use: u64,
    /// Held by Retired or deleted records, whether or not their agents are alive (V1, V3).
    pub licenses_retired_unrefunded: u64,
    /// Clients with an Active record.
    pub clients_managed: u64,
    /// Of the managed: the plug-in is on the PC (C1).
    pub clients_plugin_installed: u64,
    /// Of the managed: the server knows of the plug-in (C2).
    pub clients_plugin_reported: u64,
    /// Of the managed: targets of the assessment scan package (C3).
    pub clients_targeted: u64,
    /// Of the managed: the package is complete (C4).
    pub clients_package_ready: u64,
    /// Clients that want a license and were rejected (X2).
    pub clients_waiting: u64,
    /// Machines with cloned keys whose record is that of another one (V10).
    pub clients_sharing_record: u64,
    /// Of the licenses in use: held by records without a live agent (V6, V8, V10).
    pub licenses_without_agent: u64,
    /// Downloads that wait for a free slot of their site.
    pub downloads_queued: u64,
    /// Downloads in progress.
    pub downloads_running: u64,
    /// Clients whose package server does not serve, until the next try (C4).
    pub clients_backing_off: u64,
    /// Updates Scheduled or Executing, over all clients.
    pub updates_pending: u64,
    /// Bulletins that imports have listed in the PRC so far (M2).
    pub bulletins_listed: u64,
    /// Bulletins with a patch update policy so far (M1).
    pub bulletins_enabled: u64,
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
    fn change(&mut self, before: ClientState, after: ClientState) {
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
    fn updates(&mut self, step: &Step) {
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
    fn bulletins(&mut self, fact: &Fact) {
        match fact {
            Fact::Imported { brought: Ok(bulletins), .. } => self.bulletins_listed += u64::from(*bulletins),
            Fact::BulletinsEnabled { bulletins, .. } => self.bulletins_enabled += u64::from(*bulletins),
            _ => {}
        }
    }
}

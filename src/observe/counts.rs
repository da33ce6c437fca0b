//! How often something happened: the one definition of every count that the rows of the timeline and the totals of a run
//! have in common.

use crate::fleet::fact::{Fact, Step};
use crate::rules::client::{ClientState, Mark};
use crate::rules::consumption::{Refused, Returned};

/// How often something happened in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Agents started on new PCs; further records of a PC are not counted.
    pub clients_enrolled: u64,
    /// PCs whose agent stopped for good: retired, disposed, deleted, given up, switched off or uninstalled; each once.
    pub clients_left: u64,
    /// Retired and Disposed records set back to Active (V7), and deleted clients with a new record (V5).
    pub clients_returned: u64,
    /// Licenses taken from the pool (C6).
    pub licenses_granted: u64,
    /// Licenses returned to the pool, by any rule (V1, V3, E1).
    pub licenses_refunded: u64,
    /// Scan results that the server processed, with a license or taking one (C6, X1).
    pub scans_returned: u64,
    /// Scans of clients without license while the pool was full (X2).
    pub scans_rejected: u64,
    /// Scans of clients that no DSUP-type policy targets (C5).
    pub scans_failed_untargeted: u64,
    /// Scans that did not start: no license in date (E1), version not covered (M3), scan policy off (C8), or package
    /// incomplete (C4).
    pub scans_not_run: u64,
    /// Scans whose result equals the last one sent, so it was not sent.
    pub scans_unchanged: u64,
    /// Scans whose result did not reach the server (C6).
    pub scans_not_returned: u64,
    /// Scans of clients whose record is not Active, so not processed (V5, V7).
    pub scans_without_record: u64,
    /// Downloads refused or broken off because the package server does not serve (C4).
    pub downloads_failed: u64,
    /// Downloads of any package that arrived whole.
    pub downloads_completed: u64,
    /// Bytes of the completed downloads.
    pub bytes_downloaded: u64,
    /// Pairs of an update and a client that patch update policies brought.
    pub updates_scheduled: u64,
    /// Pairs of an update and a client that ended as installed.
    pub updates_installed: u64,
    /// Pairs of an update and a client that failed in every cycle allowed (`updates.attempts`).
    pub updates_failed: u64,
    /// *Software Update Installation* tasks that could not be scheduled (M4).
    pub tasks_refused: u64,
    /// Imports of patch data that brought nothing: no license in date (E1), maintenance (M2, M3).
    pub imports_refused: u64,
    /// Bulletins that an action names but that no import had listed (M2).
    pub bulletins_refused: u64,
    /// Software Update Cycles that did not reach the end; their updates stay Scheduled (U2).
    pub cycles_stopped: u64,
}

impl Counts {
    /// What was added since an earlier count.
    pub(super) fn since(&self, earlier: &Counts) -> Counts {
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
            scans_not_returned: self.scans_not_returned - earlier.scans_not_returned,
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

    /// Adds what a fact counts for; facts that are no count leave it as it is.
    #[inline]
    pub(super) fn count(&mut self, fact: &Fact) {
        match fact {
            Fact::Scanned { outcome, .. } => self.count_scans(*outcome, 1),
            Fact::ScansCounted { outcome, scans } => self.count_scans(*outcome, *scans),
            Fact::Changed { before, after, step, .. } => self.count_step(*before, *after, step),
            Fact::Imported { brought: Err(_), .. } => self.imports_refused += 1,
            Fact::EnableRefused { .. } => self.bulletins_refused += 1,
            Fact::TaskRefused { .. } => self.tasks_refused += 1,
            Fact::LicenseFileEvent { .. }
            | Fact::Entitlement(_)
            | Fact::Refreshed { .. }
            | Fact::Acted { .. }
            | Fact::Arranged { .. }
            | Fact::Coverage { .. }
            | Fact::PackageServer { .. }
            | Fact::Restarted { .. }
            | Fact::Imported { .. }
            | Fact::BulletinsEnabled { .. }
            | Fact::Solution(_) => {}
        }
    }

    fn count_scans(&mut self, outcome: Result<Returned, Refused>, scans: u64) {
        let count = match outcome {
            Ok(_) => &mut self.scans_returned,
            Err(Refused::PoolFull) => &mut self.scans_rejected,
            Err(Refused::Untargeted) => &mut self.scans_failed_untargeted,
            Err(Refused::NothingNew) => &mut self.scans_unchanged,
            Err(Refused::NoActiveRecord(_)) => &mut self.scans_without_record,
            Err(Refused::Unreachable) => &mut self.scans_not_returned,
            Err(
                Refused::LicensesExpired
                | Refused::VersionNotCovered
                | Refused::ScanPolicyOff
                | Refused::PackageIncomplete,
            ) => &mut self.scans_not_run,
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

//! How often something happened: the one definition of every count that the rows of the timeline and the totals of a run
//! have in common.

use crate::fleet::fact::{Fact, Step};
use crate::rules::client::{ClientState, Mark};
use crate::rules::consumption::{Refused, Returned};

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
            Fact::LicenseFileEvent { .. }
            | Fact::Entitlement(_)
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

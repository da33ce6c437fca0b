//! Events of the update side: package versions, Patch Install Tools, cycles; imports, bulletins and tasks.

use crate::rules::clause::Clause;
use crate::rules::maintenance::{EnableRefused, ImportRefused, TaskRefused};
use crate::rules::update_cycle::Stopped;

/// Something happens on the update side, to a client or on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchingEvent {
    /// An import brought a newer version of the scan package than the client has (C4).
    PackageOutdated {
        /// Do scans go on with the old version meanwhile (`packages.assessment_scan.old_version_usable`)?
        old_usable: bool,
    },
    /// The newer version of the scan package is complete (C4).
    PackageRefreshed,
    /// By a cycle (U1), or before the license (U2).
    ToolsWanted {
        /// `true`: a cycle reached Applying Updates. `false`: in 7.1 to 7.5, before a scan.
        by_cycle: bool,
    },
    /// Patch Install Tools are complete (U1).
    ToolsReady,
    /// A patch update policy reached the client.
    UpdatesScheduled {
        /// How many more are Scheduled.
        updates: u32,
    },
    /// A *Software Update Installation* task runs the next cycle at once.
    TaskReceived,
    /// The cycle has what it needs and applies its updates.
    UpdatesExecuting {
        /// How many are Executing.
        updates: u32,
    },
    /// The cycle did not proceed for this reason; its updates stay Scheduled.
    CycleStopped(Stopped),
    /// The updates of a cycle were tried.
    CycleEnded {
        /// Updates that are on the client now.
        installed: u32,
        /// Updates that failed for good, after `updates.attempts` cycles.
        failed: u32,
        /// Updates that failed and are Scheduled once more.
        again: u32,
    },
    /// The client left, or lost the plug-in.
    UpdatesDropped {
        /// How many had been Scheduled or Executing.
        updates: u32,
    },
    /// An import listed this many bulletins.
    Imported {
        /// By an action, not by the schedule `updates.import`.
        by_hand: bool,
        /// Zero: nothing new, and so no new package versions unless `updates.new_versions` is `every_import`.
        bulletins: u32,
    },
    /// An import brought nothing, by E1, M2 or M3.
    ImportRefused(ImportRefused),
    /// A patch update policy was made (M1).
    BulletinsEnabled {
        /// By an action, not by the delay `updates.enable`.
        by_hand: bool,
        /// Zero when all of them were enabled before.
        bulletins: u32,
        /// Maintenance has expired (M1).
        aup_expired: bool,
    },
    /// A bulletin cannot be enabled: one that an action names, or one that was to be enabled by itself.
    EnableRefused {
        /// Index into the scenario's actions, from 0; `None`: by itself, after an import.
        action: Option<u32>,
        /// Name of the bulletin.
        bulletin: String,
        /// E1, M3; M2 where no import will list it any more.
        refused: EnableRefused,
    },
    /// A *Software Update Installation* task cannot be scheduled.
    TaskRefused {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// The reason: E1, M3, M4, or no bulletin enabled.
        refused: TaskRefused,
    },
}

impl PatchingEvent {
    pub(super) fn name_and_rule(&self) -> (&'static str, Option<Clause>) {
        use Clause::{C4, M1, U1, U2};
        match self {
            PatchingEvent::PackageOutdated { .. } => ("package_outdated", Some(C4)),
            PatchingEvent::PackageRefreshed => ("package_refreshed", Some(C4)),
            PatchingEvent::ToolsWanted { by_cycle: true } => ("tools_wanted", Some(U1)),
            PatchingEvent::ToolsWanted { by_cycle: false } => ("tools_wanted", Some(U2)),
            PatchingEvent::ToolsReady => ("tools_ready", Some(U1)),
            PatchingEvent::UpdatesScheduled { .. } => ("updates_scheduled", None),
            PatchingEvent::TaskReceived => ("task_received", None),
            PatchingEvent::UpdatesExecuting { .. } => ("updates_executing", None),
            PatchingEvent::CycleStopped(stopped) => ("cycle_stopped", stopped.clause()),
            PatchingEvent::CycleEnded { .. } => ("cycle_ended", None),
            PatchingEvent::UpdatesDropped { .. } => ("updates_dropped", None),
            PatchingEvent::Imported { .. } => ("import", None),
            PatchingEvent::ImportRefused(ImportRefused::Fails) => ("import_failed", None),
            PatchingEvent::ImportRefused(refused) => ("import_refused", refused.clause()),
            PatchingEvent::BulletinsEnabled { aup_expired, .. } => {
                ("bulletins_enabled", aup_expired.then_some(M1))
            }
            PatchingEvent::EnableRefused { refused, .. } => ("enable_refused", refused.clause()),
            PatchingEvent::TaskRefused { refused, .. } => ("task_refused", refused.clause()),
        }
    }
}

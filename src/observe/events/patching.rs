//! Events of the update side: package versions, Patch Install Tools, cycles; imports, bulletins and tasks.

use crate::rules::clause::Clause;
use crate::rules::maintenance::{EnableRefused, ImportRefused, TaskRefused};
use crate::rules::update_cycle::Stopped;

/// Something happens on the update side, to a client or on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchingEvent {
    PackageOutdated {
        old_usable: bool,
    },
    PackageRefreshed,
    /// By a cycle (U1), or before the license (U2).
    ToolsWanted {
        by_cycle: bool,
    },
    ToolsReady,
    UpdatesScheduled {
        updates: u32,
    },
    TaskReceived,
    UpdatesExecuting {
        updates: u32,
    },
    CycleStopped(Stopped),
    CycleEnded {
        installed: u32,
        failed: u32,
        again: u32,
    },
    UpdatesDropped {
        updates: u32,
    },
    /// An import listed this many bulletins.
    Imported {
        by_hand: bool,
        bulletins: u32,
    },
    ImportRefused(ImportRefused),
    BulletinsEnabled {
        by_hand: bool,
        bulletins: u32,
        /// Maintenance has expired (M1).
        aup_expired: bool,
    },
    EnableRefused {
        action: u32,
        /// Name of the bulletin.
        bulletin: String,
        refused: EnableRefused,
    },
    TaskRefused {
        action: u32,
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
            PatchingEvent::ImportRefused(refused) => ("import_refused", Some(refused.clause())),
            PatchingEvent::BulletinsEnabled { aup_expired, .. } => {
                ("bulletins_enabled", aup_expired.then_some(M1))
            }
            PatchingEvent::EnableRefused { refused, .. } => ("enable_refused", refused.clause()),
            PatchingEvent::TaskRefused { refused, .. } => ("task_refused", refused.clause()),
        }
    }
}

//! Events of the chain: the way to a license, the uninstall policy, and giving up (C1 to C7, V2, X2).

use crate::observe::events::initial::InitialState;
use crate::rules::clause::Clause;
use crate::scenario::model::{Platform, Refund};
use crate::units::time::Span;

/// A client gets further in the chain, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainEvent {
    /// The client was there at the start.
    Found(InitialState),
    AgentStarted,
    Registered,
    PluginTargeted,
    PluginUntargeted {
        plugin_installed: bool,
    },
    PluginPolicyReceived,
    PluginInstalled,
    PluginReported,
    PackageTargeted,
    PackagePolicyReceived,
    PackageReady,
    /// `waited` since the client's first scan that asked for a license.
    LicenseTaken {
        waited: Span,
    },
    /// The record that the client shares took a license.
    LicenseShared,
    LicenseReleased {
        clause: Clause,
        way: ReleaseWay,
    },
    UninstallTargeted,
    UninstallLifted,
    PluginRemoved {
        licensed: bool,
    },
    PluginRemovalReported,
    GaveUp,
}

/// How a license returns to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseWay {
    /// No license is in date any more (E1).
    LicensesExpired,
    AtOnce,
    AtRefresh,
}

impl ReleaseWay {
    /// The scenario says how a license that this rule releases returns.
    pub fn of(clause: Clause, platform: &Platform) -> ReleaseWay {
        let refund = if clause == Clause::V1 { platform.refund_on_retire } else { platform.refund_on_delete };
        match refund {
            _ if clause == Clause::E1 => ReleaseWay::LicensesExpired,
            Refund::Immediate => ReleaseWay::AtOnce,
            Refund::AtRefresh => ReleaseWay::AtRefresh,
        }
    }
}

impl ChainEvent {
    pub(super) fn name_and_rule(self) -> (&'static str, Option<Clause>) {
        use Clause::{C1, C2, C3, C4, C6, V2, V10, X2};
        match self {
            ChainEvent::Found(_) => ("found", None),
            ChainEvent::AgentStarted => ("agent_started", None),
            ChainEvent::Registered => ("registered", None),
            ChainEvent::PluginTargeted => ("plugin_targeted", Some(C1)),
            ChainEvent::PluginUntargeted { .. } => ("plugin_untargeted", Some(C1)),
            ChainEvent::PluginPolicyReceived => ("plugin_policy_received", Some(C1)),
            ChainEvent::PluginInstalled => ("plugin_installed", Some(C1)),
            ChainEvent::PluginReported => ("plugin_reported", Some(C2)),
            ChainEvent::PackageTargeted => ("package_targeted", Some(C3)),
            ChainEvent::PackagePolicyReceived => ("package_policy_received", Some(C3)),
            ChainEvent::PackageReady => ("package_ready", Some(C4)),
            ChainEvent::LicenseTaken { .. } => ("license_taken", Some(C6)),
            ChainEvent::LicenseShared => ("license_shared", Some(V10)),
            ChainEvent::LicenseReleased { clause, .. } => ("license_released", Some(clause)),
            ChainEvent::UninstallTargeted => ("uninstall_targeted", Some(V2)),
            ChainEvent::UninstallLifted => ("uninstall_lifted", Some(C1)),
            ChainEvent::PluginRemoved { .. } => ("plugin_removed", Some(V2)),
            ChainEvent::PluginRemovalReported => ("plugin_removal_reported", Some(V2)),
            ChainEvent::GaveUp => ("gave_up", Some(X2)),
        }
    }
}

//! Events of the chain: the way to a license, the uninstall policy, and giving up (C0 to C7, V2, X2).

use crate::observe::events::initial::InitialState;
use crate::rules::clause::Clause;
use crate::scenario::model::{Platform, Refund};
use crate::units::time::Span;

/// A client gets further in the chain, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainEvent {
    /// The client was there at the start.
    Found(InitialState),
    /// A new PC joins the fleet.
    AgentStarted,
    /// The first Basic Inventory: the server has a record of the client from now on.
    Registered {
        /// Time until the first configuration request of its agent (C0); `None`: its PC is not on again.
        request: Option<Span>,
    },
    /// A membership update made it a target of the plug-in install policy (C1, T2).
    PluginTargeted,
    /// The plug-in install policy no longer takes the client (C1).
    PluginUntargeted {
        /// Is the plug-in on the PC? Then it stays; otherwise it will not come.
        plugin_installed: bool,
    },
    /// A configuration request brought the plug-in policy (C1); the download is asked for.
    PluginPolicyReceived,
    /// The plug-in runs; the server does not know of it before the next Basic Inventory (C2).
    PluginInstalled,
    /// A Basic Inventory reported the plug-in to the server (C2).
    PluginReported,
    /// A membership update made it a target of the assessment scan package (C3, T2).
    PackageTargeted,
    /// A configuration request brought the package policy (C3); the download is asked for.
    PackagePolicyReceived,
    /// The assessment scan package is complete, so scans can run (C4).
    PackageReady,
    /// `waited` since the client's first scan that asked for a license.
    LicenseTaken {
        /// Zero when the first scan got it.
        waited: Span,
    },
    /// The record that the client shares took a license.
    LicenseShared,
    /// The client's license went back to the pool.
    LicenseReleased {
        /// The rule that releases it, such as V1, V3 or E1.
        clause: Clause,
        /// When it is free again, as the scenario has it for that rule.
        way: ReleaseWay,
    },
    /// Moved from the install policy to the uninstall policy (V2).
    UninstallTargeted,
    /// Out of the uninstall policy: the install policy may take the client again (C1).
    UninstallLifted,
    /// The uninstall policy removed the plug-in from the PC (V2).
    PluginRemoved {
        /// Does the client still hold its license? The uninstall alone releases none (V2).
        licensed: bool,
    },
    /// A Basic Inventory reported to the server that the plug-in is gone (V2).
    PluginRemovalReported,
    /// Left the fleet after `scan.give_up_after` rejections in a row (X2).
    GaveUp,
}

/// How a license returns to the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReleaseWay {
    /// No license is in date any more (E1).
    LicensesExpired,
    /// Free in the instant of the release (`immediate`).
    AtOnce,
    /// Freed by a run of the licensing refresh (`at_refresh`, V1).
    AtRefresh,
}

impl ReleaseWay {
    /// How a license that this rule releases returns, by the scenario.
    pub(in crate::observe) fn of(clause: Clause, platform: &Platform) -> ReleaseWay {
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
        use Clause::{C0, C1, C2, C3, C4, C6, V2, V10, X2};
        match self {
            ChainEvent::Found(_) => ("found", None),
            ChainEvent::AgentStarted => ("agent_started", None),
            ChainEvent::Registered { .. } => ("registered", Some(C0)),
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

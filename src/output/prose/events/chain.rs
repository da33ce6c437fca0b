//! Sentences of the chain: the way to a license, the uninstall policy, and giving up.

use crate::observe::events::ChainEvent;
use crate::observe::events::chain::ReleaseWay;
use crate::output::prose::events::initial;
use crate::units::time::Span;

pub(super) fn sentence(event: ChainEvent) -> String {
    match event {
        ChainEvent::Found(state) => return initial::words(state),
        ChainEvent::AgentStarted => "the PC joins the fleet",
        ChainEvent::Registered { request } => return registered(request),
        ChainEvent::PluginTargeted => "a membership update made it a target of the plug-in install policy",
        ChainEvent::PluginUntargeted { plugin_installed: true } => {
            "the install policy takes it no longer; the plug-in stays"
        }
        ChainEvent::PluginUntargeted { plugin_installed: false } => {
            "the install policy takes it no longer; the plug-in will not come"
        }
        ChainEvent::PluginPolicyReceived => "its configuration request brought the plug-in policy",
        ChainEvent::PluginInstalled => "the plug-in runs; the server does not know yet",
        ChainEvent::PluginReported => "a Basic Inventory reported the plug-in",
        ChainEvent::PackageTargeted => "a membership update made it a target of the assessment scan package",
        ChainEvent::PackagePolicyReceived => "its configuration request brought the package policy",
        ChainEvent::PackageReady => "the package is complete: scans can run",
        ChainEvent::LicenseTaken { waited: Span::ZERO } => "its first scan result took a license",
        ChainEvent::LicenseTaken { waited } => return format!("after {waited} without one"),
        ChainEvent::LicenseShared => "the record that it shares took a license",
        ChainEvent::LicenseReleased { way, clause: _ } => released(way),
        ChainEvent::UninstallTargeted => "out of the install policy, into the uninstall policy",
        ChainEvent::UninstallLifted => "out of the uninstall policy; the install policy may take it again",
        ChainEvent::PluginRemoved { licensed: true } => "the plug-in is gone, the license is still held",
        ChainEvent::PluginRemoved { licensed: false } => "the plug-in is gone",
        ChainEvent::PluginRemovalReported => "a Basic Inventory reported that the plug-in is gone",
        ChainEvent::GaveUp => "left the fleet after too many rejections",
    }
    .into()
}

fn registered(request: Option<Span>) -> String {
    let request = match request {
        Some(Span::ZERO) => "its first configuration request follows at once".to_string(),
        Some(span) => format!("its first configuration request follows {span} later"),
        None => "no configuration request follows: its PC is not on again".to_string(),
    };
    format!("first Basic Inventory: the server has a record of it; {request}")
}

fn released(way: ReleaseWay) -> &'static str {
    match way {
        ReleaseWay::LicensesExpired => "no license is in date any more: its license went back to the pool",
        ReleaseWay::AtOnce => "its license returned to the pool at once",
        ReleaseWay::AtRefresh => "the licensing refresh returned its license to the pool",
    }
}

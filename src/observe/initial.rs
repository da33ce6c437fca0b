//! Words for where a client stands that was there at the start. Part of the trace.

use crate::rules::client::{ClientState, Mark, Status};

/// Its state in words: `Active, plug-in reported, package complete, holds a license`.
pub fn words(state: ClientState) -> String {
    let parts = [Some(record(state)), machine(state), plugin(state), package(state), license(state)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn record(state: ClientState) -> &'static str {
    match state.status() {
        _ if state.is(Mark::Unlisted) => "not exported: Retired, Disposed or deleted",
        Status::Retired => "Retired",
        Status::Disposed => "Disposed",
        Status::Active | Status::Unknown | Status::Deleted | Status::Shared => "Active",
    }
}

fn machine(state: ClientState) -> Option<&'static str> {
    let known = [
        (Mark::Silent, "silent for long"),
        (Mark::AgentUninstalled, "agent uninstalled"),
        (Mark::LeftBehind, "left behind by a re-image"),
    ];
    known.into_iter().find(|(mark, _)| state.is(*mark)).map(|(_, words)| words)
}

fn plugin(state: ClientState) -> Option<&'static str> {
    Some(match () {
        () if state.is(Mark::UninstallTarget) => "under the uninstall policy",
        () if state.is(Mark::PluginReported) => "plug-in reported",
        () if state.is(Mark::Plugin) => "plug-in installed, not reported yet",
        () if state.is(Mark::PluginRequested) => "plug-in about to be downloaded",
        () if state.is(Mark::InstallTarget) => "target of the install policy",
        () => "without plug-in",
    })
}

fn package(state: ClientState) -> Option<&'static str> {
    match () {
        () if state.is(Mark::PackageReady) => Some("scan package complete"),
        () if state.is(Mark::PackageRequested) => Some("scan package about to be downloaded"),
        () if state.is(Mark::PackageTarget) => Some("target of the scan package"),
        () => None,
    }
}

fn license(state: ClientState) -> Option<&'static str> {
    Some(match () {
        () if state.is(Mark::Licensed) => "holds a license",
        () if state.is(Mark::Waiting) => "was turned away",
        () => "holds no license",
    })
}

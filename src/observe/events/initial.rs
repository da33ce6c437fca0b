//! The state in which a client is at the start, as far as its event shows it.

use crate::rules::client::{ClientState, Mark, Status};

/// Record, PC, plug-in, scan package and license of a client at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitialState {
    pub record: InitialRecord,
    /// `None`: the PC is in use.
    pub machine: Option<InitialMachine>,
    pub plugin: InitialPlugin,
    /// `None`: the server does not target the client for the package.
    pub package: Option<InitialPackage>,
    pub license: InitialLicense,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialRecord {
    /// Not exported: Retired, Disposed or deleted.
    Unlisted,
    Retired,
    Disposed,
    Active,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialMachine {
    Silent,
    AgentUninstalled,
    LeftBehind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialPlugin {
    UninstallTarget,
    Reported,
    Installed,
    Requested,
    InstallTarget,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialPackage {
    Complete,
    Requested,
    Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialLicense {
    Held,
    Rejected,
    None,
}

impl InitialState {
    pub fn new(state: ClientState) -> InitialState {
        InitialState {
            record: record(state),
            machine: machine(state),
            plugin: plugin(state),
            package: package(state),
            license: license(state),
        }
    }
}

fn record(state: ClientState) -> InitialRecord {
    match state.status() {
        _ if state.is(Mark::Unlisted) => InitialRecord::Unlisted,
        Status::Retired => InitialRecord::Retired,
        Status::Disposed => InitialRecord::Disposed,
        Status::Active | Status::Unknown | Status::Deleted | Status::Shared => InitialRecord::Active,
    }
}

fn machine(state: ClientState) -> Option<InitialMachine> {
    let marks = [
        (Mark::Silent, InitialMachine::Silent),
        (Mark::AgentUninstalled, InitialMachine::AgentUninstalled),
        (Mark::LeftBehind, InitialMachine::LeftBehind),
    ];
    marks.into_iter().find(|(mark, _)| state.is(*mark)).map(|(_, machine)| machine)
}

fn plugin(state: ClientState) -> InitialPlugin {
    let marks = [
        (Mark::UninstallTarget, InitialPlugin::UninstallTarget),
        (Mark::PluginReported, InitialPlugin::Reported),
        (Mark::Plugin, InitialPlugin::Installed),
        (Mark::PluginRequested, InitialPlugin::Requested),
        (Mark::InstallTarget, InitialPlugin::InstallTarget),
    ];
    marks.into_iter().find(|(mark, _)| state.is(*mark)).map_or(InitialPlugin::None, |(_, plugin)| plugin)
}

fn package(state: ClientState) -> Option<InitialPackage> {
    let marks = [
        (Mark::PackageReady, InitialPackage::Complete),
        (Mark::PackageRequested, InitialPackage::Requested),
        (Mark::PackageTarget, InitialPackage::Target),
    ];
    marks.into_iter().find(|(mark, _)| state.is(*mark)).map(|(_, package)| package)
}

fn license(state: ClientState) -> InitialLicense {
    match () {
        () if state.is(Mark::Licensed) => InitialLicense::Held,
        () if state.is(Mark::Waiting) => InitialLicense::Rejected,
        () => InitialLicense::None,
    }
}

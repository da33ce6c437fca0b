//! The state in which a client is at the start, as far as its event shows it.

use crate::rules::client::{ClientState, Mark, Status};

/// Record, PC, plug-in, scan package and license of a client at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InitialState {
    /// Status of the record at the server.
    pub record: InitialRecord,
    /// `None`: the PC is in use.
    pub machine: Option<InitialMachine>,
    /// How far the plug-in is (C1, C2), or that it is to be removed (V2).
    pub plugin: InitialPlugin,
    /// `None`: the server does not target the client for the package.
    pub package: Option<InitialPackage>,
    /// Whether it holds a license, or asked for one in vain.
    pub license: InitialLicense,
}

/// Status of the record in the export that the fleet was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialRecord {
    /// Not exported: Retired, Disposed or deleted.
    Unlisted,
    /// Frees its license with the licensing refresh (V1).
    Retired,
    /// Keeps its license (V6).
    Disposed,
    /// Managed; also where the status is not one of the others.
    Active,
}

/// Why the PC behind a record is not in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialMachine {
    /// No report for long, and none to come (V9).
    Silent,
    /// The agent was uninstalled; record and license stay (V8).
    AgentUninstalled,
    /// A re-imaged PC that goes on as another record (V10).
    LeftBehind,
}

/// The furthest step of the plug-in (C1, C2, V2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialPlugin {
    /// Under the uninstall policy (V2), whether or not the plug-in is still there.
    UninstallTarget,
    /// On the PC, and the server knows it (C2).
    Reported,
    /// On the PC, but no Basic Inventory has reported it yet.
    Installed,
    /// The client knows the policy and is about to download the plug-in.
    Requested,
    /// Target of the install policy (C1); the client does not know it yet.
    InstallTarget,
    /// No policy takes the client and no plug-in is there.
    None,
}

/// The furthest step of the assessment scan package (C3, C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialPackage {
    /// Downloaded whole: scans can run (C4).
    Complete,
    /// The client knows the policy and is about to download the package.
    Requested,
    /// Target for the package (C3); the client does not know it yet.
    Target,
}

/// License of a client at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialLicense {
    /// A license of the pool is taken (C6).
    Held,
    /// The last scan was rejected by a full pool (X2).
    Rejected,
    /// Neither held nor asked for.
    None,
}

impl InitialState {
    /// Reads the marks of a client's state; of a chain of steps only the furthest counts.
    pub(in crate::observe) fn new(state: ClientState) -> InitialState {
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

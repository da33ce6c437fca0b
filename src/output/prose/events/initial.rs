//! The state in which a client is at the start: `Active, plug-in reported, scan package complete, holds a license`.

use crate::observe::events::initial::{
    InitialLicense, InitialMachine, InitialPackage, InitialPlugin, InitialRecord, InitialState,
};

pub(super) fn words(state: InitialState) -> String {
    let InitialState { record: of, machine: pc, plugin: agent, package: scan, license: held } = state;
    let parts =
        [Some(record(of)), pc.map(machine), Some(plugin(agent)), scan.map(package), Some(license(held))];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn record(record: InitialRecord) -> &'static str {
    match record {
        InitialRecord::Unlisted => "not exported: Retired, Disposed or deleted",
        InitialRecord::Retired => "Retired",
        InitialRecord::Disposed => "Disposed",
        InitialRecord::Active => "Active",
    }
}

fn machine(machine: InitialMachine) -> &'static str {
    match machine {
        InitialMachine::Silent => "silent for long",
        InitialMachine::AgentUninstalled => "agent uninstalled",
        InitialMachine::LeftBehind => "left behind by a re-image",
    }
}

fn plugin(plugin: InitialPlugin) -> &'static str {
    match plugin {
        InitialPlugin::UninstallTarget => "under the uninstall policy",
        InitialPlugin::Reported => "plug-in reported",
        InitialPlugin::Installed => "plug-in installed, not reported yet",
        InitialPlugin::Requested => "plug-in about to be downloaded",
        InitialPlugin::InstallTarget => "target of the install policy",
        InitialPlugin::None => "without plug-in",
    }
}

fn package(package: InitialPackage) -> &'static str {
    match package {
        InitialPackage::Complete => "scan package complete",
        InitialPackage::Requested => "scan package about to be downloaded",
        InitialPackage::Target => "target of the scan package",
    }
}

fn license(license: InitialLicense) -> &'static str {
    match license {
        InitialLicense::Held => "holds a license",
        InitialLicense::Rejected => "was turned away",
        InitialLicense::None => "holds no license",
    }
}

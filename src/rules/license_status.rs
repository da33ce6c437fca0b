//! Where a client stands: it holds a license, or the first thing it lacks on the way to one.
//!
//! The ladder goes through the chain of the article in order, so the reason returned is the one to
//! cure first. The reasons account for every client: `run`, `explain` and the summary all count them.

use crate::rules::client::{ClientState, Mark, Status};
pub use crate::rules::denial_reason::DenialReason;

/// What a client's license status depends on beside its own state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenseContext {
    /// The install policy targets the client.
    pub install_policy: bool,
    /// Membership updates are scheduled.
    pub membership_updates: bool,
    /// The server has imported patch data, or had before the start.
    pub patch_data_imported: bool,
    /// The scan policy is on and targets the client.
    pub scan_policy: bool,
    /// The DSUP or a clone gives the client scan settings, or none are needed.
    pub scan_settings: bool,
    /// A license file is in date.
    pub license_in_date: bool,
    /// Maintenance covers the version that runs.
    pub version_covered: bool,
    /// What it has reported waits in the event queue of the server.
    pub report_waits: bool,
    /// Some of its contacts with the server succeed.
    pub server_reachable: bool,
    /// Also a client without a license sends a scan's result only when something has changed.
    pub only_changes: bool,
}

/// Walks the chain to the first thing a client lacks.
///
/// # Errors
/// The reason, when the client holds no license.
pub fn license_status(state: ClientState, around: LicenseContext) -> Result<(), DenialReason> {
    use Mark::*;
    if state.is(Licensed) {
        return Ok(()); // C6, C7
    }
    match state.status() {
        _ if state.is(GaveUp) => return Err(DenialReason::GaveUp),
        Status::Unknown if !state.is(Agent) => return Err(DenialReason::NotEnrolled),
        Status::Unknown if around.report_waits => return Err(DenialReason::AwaitsProcessing), // C2
        Status::Unknown if !around.server_reachable => return Err(DenialReason::Unreachable), // C2
        Status::Unknown => return Err(DenialReason::NoFirstContact),
        Status::Retired if state.is(Agent) => return Err(DenialReason::RetiredAlive), // V7
        Status::Retired => return Err(DenialReason::Retired),                         // V1
        Status::Disposed if state.is(Agent) => return Err(DenialReason::DisposedAlive), // V7
        Status::Disposed => return Err(DenialReason::Disposed),                       // V6
        Status::Deleted if state.is(Agent) => return Err(DenialReason::AboutToReturn), // V5
        Status::Deleted => return Err(DenialReason::Deleted),                         // V3
        _ if state.is(Silent) => return Err(DenialReason::Silent),                    // V9
        _ if state.is(LeftBehind) => return Err(DenialReason::LeftBehind),            // V10
        _ if state.is(Imaging) => return Err(DenialReason::BeingReimaged),            // V10
        _ if state.is(AgentUninstalled) => return Err(DenialReason::AgentUninstalled), // V8
        Status::Active | Status::Shared if !state.is(Agent) => return Err(DenialReason::SwitchedOff), // V10
        Status::Active | Status::Shared => {}
    }
    match obstacles(state, around).next() {
        Some(denial) => Err(denial),
        None => Err(DenialReason::PoolFull), // X2
    }
}

/// Everything a client of the fleet still lacks before it can ask for a license, in the order of the chain.
pub fn obstacles(state: ClientState, around: LicenseContext) -> impl Iterator<Item = DenialReason> {
    use Mark::*;
    let updates_or =
        |denial| if around.membership_updates { denial } else { DenialReason::NoMembershipUpdate };
    let contact_or = |denial| if around.server_reachable { denial } else { DenialReason::Unreachable };
    let processing_or = |denial| if around.report_waits { DenialReason::AwaitsProcessing } else { denial };
    let plugin_or = |denial| if state.is(PluginRequested) { denial } else { contact_or(denial) };
    // A target that the policy takes no longer stays one until a membership update finds that out.
    let candidate = around.install_policy || state.is(InstallTarget);
    let ladder = [
        (!state.is(UninstallTarget), DenialReason::UnderUninstallPolicy), // V2
        (candidate || state.is(Plugin), DenialReason::OutsideInstallPolicy), // C1
        (state.is(InstallTarget) || state.is(Plugin), updates_or(DenialReason::AwaitsMembershipUpdate)), // C1, T2
        (state.is(Plugin) || !state.is(BackingOff), DenialReason::PackageServerDown),                    // C4
        (state.is(Plugin), plugin_or(DenialReason::AwaitsPlugin)),                                       // C1
        (state.is(PluginReported), processing_or(contact_or(DenialReason::AwaitsInventory))),            // C2
        // A client that is a target already, or has the package, needs no import for it.
        (
            around.patch_data_imported || state.is(PackageTarget) || state.is(PackageReady),
            DenialReason::NoPatchDataImported, // C4
        ),
        // A client that returned may have the package from before (V5).
        (state.is(PackageTarget) || state.is(PackageReady), updates_or(DenialReason::AwaitsPackageTarget)), // C3, T2
        (state.is(PackageRequested), contact_or(DenialReason::AwaitsPackageRequest)), // C3
        (state.is(PackageReady) || !state.is(BackingOff), DenialReason::PackageServerDown), // C4
        (state.is(PackageReady), DenialReason::AwaitsPackage),                        // C4
        (around.license_in_date, DenialReason::LicensesExpired),                      // E1
        (around.version_covered, DenialReason::VersionNotCovered),                    // M3
        (around.scan_policy, DenialReason::ScanPolicyOff),                            // C8
        (around.scan_settings, DenialReason::Untargeted),                             // C5
        (!(state.is(ResultSent) && around.only_changes), DenialReason::NothingNew),   // C6
        (!around.report_waits, DenialReason::AwaitsProcessing),                       // C6
        (around.server_reachable, DenialReason::Unreachable),                         // C6
        (state.is(Waiting), DenialReason::AwaitsScan),                                // C6
    ];
    ladder.into_iter().filter(|(holds, _)| !holds).map(|(_, denial)| denial)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_thing_lacking_is_the_reason() {
        use Mark::*;
        let active = ClientState::default().with_status(Status::Active).with(Agent);
        let chain = [
            InstallTarget,
            Plugin,
            PluginReported,
            PackageTarget,
            PackageRequested,
            PackageReady,
            Waiting,
            Licensed,
        ];
        let upto = |n: usize| chain[..n].iter().fold(active, |state, mark| state.with(*mark));
        let all_well = LicenseContext {
            install_policy: true,
            membership_updates: true,
            patch_data_imported: true,
            scan_policy: true,
            scan_settings: true,
            license_in_date: true,
            version_covered: true,
            report_waits: false,
            server_reachable: true,
            only_changes: true,
        };
        let all_sent = LicenseContext { only_changes: false, ..all_well };
        let newer = LicenseContext { version_covered: false, ..all_well };
        let cut_off = LicenseContext { server_reachable: false, ..all_well };
        let behind = LicenseContext { report_waits: true, ..all_well };
        let none_dated = LicenseContext { license_in_date: false, ..all_well };
        let none_imported =
            LicenseContext { patch_data_imported: false, membership_updates: false, ..all_well };
        let policy_off = LicenseContext { scan_policy: false, scan_settings: false, ..all_well };
        let no_dsup = LicenseContext { scan_settings: false, ..all_well };
        let no_updates = LicenseContext { membership_updates: false, ..all_well };
        let no_policy = LicenseContext { install_policy: false, ..all_well };
        let status = |s| ClientState::default().with_status(s);
        #[rustfmt::skip]
        let table = [
            // the client                            around       lacks
            (ClientState::default(),                 all_well,    Err(DenialReason::NotEnrolled)),
            (ClientState::default().with(Agent),     all_well,    Err(DenialReason::NoFirstContact)),
            (ClientState::default().with(Agent),     cut_off,     Err(DenialReason::Unreachable)), // C2
            (status(Status::Retired).with(GaveUp),   all_well,    Err(DenialReason::GaveUp)), // X2
            (status(Status::Retired),                all_well,    Err(DenialReason::Retired)), // V1
            (status(Status::Disposed),               all_well,    Err(DenialReason::Disposed)), // V6
            (status(Status::Deleted),                all_well,    Err(DenialReason::Deleted)), // V3
            (active.with_status(Status::Retired),    all_well,    Err(DenialReason::RetiredAlive)), // V7
            (active.with_status(Status::Disposed),   all_well,    Err(DenialReason::DisposedAlive)), // V6
            (active.with_status(Status::Deleted),    all_well,    Err(DenialReason::AboutToReturn)), // V5
            (status(Status::Active).with(Silent),    all_well,    Err(DenialReason::Silent)), // V9
            (upto(0).wiped().with(AgentUninstalled), all_well,    Err(DenialReason::AgentUninstalled)), // V8
            (upto(0).wiped().with(LeftBehind),       all_well,    Err(DenialReason::LeftBehind)), // V10
            (upto(0).wiped().with(Imaging),          all_well,    Err(DenialReason::BeingReimaged)), // V10
            (status(Status::Active),                 all_well,    Err(DenialReason::SwitchedOff)), // V10
            (upto(0).with(UninstallTarget),          all_well,    Err(DenialReason::UnderUninstallPolicy)), // V2
            (upto(0),                                no_policy,   Err(DenialReason::OutsideInstallPolicy)), // C1
            (upto(0),                                no_updates,  Err(DenialReason::NoMembershipUpdate)), // T2
            (upto(0),                                all_well,    Err(DenialReason::AwaitsMembershipUpdate)), // C1, T2
            (upto(1),                                no_policy,   Err(DenialReason::AwaitsPlugin)), // C1: not recomputed yet
            (upto(1).with(BackingOff),               all_well,    Err(DenialReason::PackageServerDown)), // C4
            (upto(1),                                all_well,    Err(DenialReason::AwaitsPlugin)), // C1
            (ClientState::default().with(Agent),     behind,      Err(DenialReason::AwaitsProcessing)), // C2
            (upto(1),                                behind,      Err(DenialReason::AwaitsPlugin)), // C1
            (upto(2),                                behind,      Err(DenialReason::AwaitsProcessing)), // C2
            (upto(4),                                behind,      Err(DenialReason::AwaitsPackageRequest)), // C3
            (upto(6),                                behind,      Err(DenialReason::AwaitsProcessing)), // C6
            (upto(0),                                cut_off,     Err(DenialReason::AwaitsMembershipUpdate)), // C1
            (upto(1),                                cut_off,     Err(DenialReason::Unreachable)), // C1
            (upto(1).with(PluginRequested),          cut_off,     Err(DenialReason::AwaitsPlugin)), // C1: it downloads
            (upto(2),                                cut_off,     Err(DenialReason::Unreachable)), // C2
            (upto(3),                                cut_off,     Err(DenialReason::AwaitsPackageTarget)), // C3
            (upto(4),                                cut_off,     Err(DenialReason::Unreachable)), // C3
            (upto(5),                                cut_off,     Err(DenialReason::AwaitsPackage)), // C4
            (upto(6),                                cut_off,     Err(DenialReason::Unreachable)), // C6
            (upto(7),                                cut_off,     Err(DenialReason::Unreachable)), // C6 before X2
            (upto(8),                                cut_off,     Ok(())),
            (upto(2),                                all_well,    Err(DenialReason::AwaitsInventory)), // C2
            (upto(2),                                none_imported, Err(DenialReason::AwaitsInventory)), // C2
            (upto(3),                                none_imported, Err(DenialReason::NoPatchDataImported)), // C4
            (upto(6),                                none_imported, Err(DenialReason::AwaitsScan)), // has the package
            (upto(3),                                no_updates,  Err(DenialReason::NoMembershipUpdate)), // T2
            (upto(3),                                all_well,    Err(DenialReason::AwaitsPackageTarget)), // C3
            (upto(4),                                all_well,    Err(DenialReason::AwaitsPackageRequest)), // C3
            (upto(5).with(BackingOff),               all_well,    Err(DenialReason::PackageServerDown)), // C4
            (upto(5),                                all_well,    Err(DenialReason::AwaitsPackage)), // C4
            (upto(6),                                none_dated,  Err(DenialReason::LicensesExpired)), // E1
            (upto(6),                                newer,       Err(DenialReason::VersionNotCovered)), // M3
            (upto(6),                                policy_off,  Err(DenialReason::ScanPolicyOff)), // C8
            (upto(6),                                no_dsup,     Err(DenialReason::Untargeted)), // C5
            (upto(6).with(ResultSent),               all_well,    Err(DenialReason::NothingNew)), // C6
            (upto(6).with(ResultSent),               all_sent,    Err(DenialReason::AwaitsScan)), // C6
            (upto(6),                                all_well,    Err(DenialReason::AwaitsScan)), // C6
            (upto(7),                                all_well,    Err(DenialReason::PoolFull)), // X2
            (upto(8),                                none_dated,  Ok(())),
        ];
        for (state, around, expected) in table {
            assert_eq!(license_status(state, around), expected, "{state:?}");
        }
    }
}

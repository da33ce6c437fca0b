//! Where a client stands: it holds a license, or the first thing it lacks on the way to one.
//!
//! The ladder goes through the chain of the article in order, so the reason returned is the one to
//! cure first. The reasons account for every client: `run`, `explain` and the summary all count them.

use super::clause::Clause;
use super::client::{ClientState, Mark, Status};

/// What a client's standing depends on beside its own state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Surroundings {
    /// The install policy targets the client.
    pub install_policy: bool,
    /// Membership updates are scheduled.
    pub membership_updates: bool,
    /// The DSUP or a clone gives the client scan settings, or none are needed.
    pub scan_settings: bool,
    /// A license file is in date.
    pub license_in_date: bool,
    /// Maintenance covers the version that runs.
    pub version_covered: bool,
    /// Also a client without a license sends a scan's result only when something has changed.
    pub only_changes: bool,
}

/// Why a client holds no license.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    NotEnrolled,
    GaveUp,
    Retired,
    RetiredAlive,
    Disposed,
    DisposedAlive,
    Deleted,
    AboutToReturn,
    AgentUninstalled,
    LeftBehind,
    BeingReimaged,
    SwitchedOff,
    NoFirstContact,
    UnderUninstallPolicy,
    OutsideInstallPolicy,
    NoMembershipUpdate,
    AwaitsMembershipUpdate,
    PackageServerDown,
    AwaitsPlugin,
    AwaitsInventory,
    AwaitsPackageTarget,
    AwaitsPackageRequest,
    AwaitsPackage,
    LicensesExpired,
    VersionNotCovered,
    Untargeted,
    NothingNew,
    AwaitsScan,
    PoolFull,
}

impl Lack {
    /// The rule behind the reason; `None` where the client is simply not there.
    pub fn clause(self) -> Option<Clause> {
        use Lack::*;
        match self {
            NotEnrolled | NoFirstContact => None,
            GaveUp | PoolFull => Some(Clause::X2),
            Retired => Some(Clause::V1),
            RetiredAlive => Some(Clause::V7),
            Disposed | DisposedAlive => Some(Clause::V6),
            Deleted => Some(Clause::V3),
            AboutToReturn => Some(Clause::V5),
            AgentUninstalled => Some(Clause::V8),
            LeftBehind | BeingReimaged | SwitchedOff => Some(Clause::V10),
            UnderUninstallPolicy => Some(Clause::V2),
            OutsideInstallPolicy | AwaitsPlugin => Some(Clause::C1),
            NoMembershipUpdate | AwaitsMembershipUpdate => Some(Clause::T2),
            AwaitsInventory => Some(Clause::C2),
            AwaitsPackageTarget | AwaitsPackageRequest => Some(Clause::C3),
            PackageServerDown | AwaitsPackage => Some(Clause::C4),
            LicensesExpired => Some(Clause::E1),
            VersionNotCovered => Some(Clause::M3),
            Untargeted => Some(Clause::C5),
            NothingNew | AwaitsScan => Some(Clause::C6),
        }
    }

    /// Key used in `summary.json`.
    pub fn key(self) -> &'static str {
        use Lack::*;
        match self {
            NotEnrolled => "not_enrolled",
            GaveUp => "gave_up",
            Retired => "retired",
            RetiredAlive => "retired_agent_alive",
            Disposed => "disposed",
            DisposedAlive => "disposed_agent_alive",
            Deleted => "deleted",
            AboutToReturn => "deleted_agent_alive",
            AgentUninstalled => "agent_uninstalled",
            LeftBehind => "left_behind",
            BeingReimaged => "being_reimaged",
            SwitchedOff => "switched_off",
            NoFirstContact => "no_first_contact",
            UnderUninstallPolicy => "under_uninstall_policy",
            OutsideInstallPolicy => "outside_install_policy",
            NoMembershipUpdate => "no_membership_update",
            AwaitsMembershipUpdate => "awaits_membership_update",
            PackageServerDown => "package_server_down",
            AwaitsPlugin => "awaits_plugin",
            AwaitsInventory => "awaits_inventory",
            AwaitsPackageTarget => "awaits_package_target",
            AwaitsPackageRequest => "awaits_package_request",
            AwaitsPackage => "awaits_package",
            LicensesExpired => "licenses_expired",
            VersionNotCovered => "version_not_covered",
            Untargeted => "untargeted",
            NothingNew => "nothing_new",
            AwaitsScan => "awaits_scan",
            PoolFull => "pool_full",
        }
    }

    /// Is the client no longer part of the fleet?
    pub fn has_left(self) -> bool {
        matches!(
            self,
            Lack::GaveUp
                | Lack::Retired
                | Lack::Disposed
                | Lack::Deleted
                | Lack::LeftBehind
                | Lack::SwitchedOff
        )
    }

    /// The reason in words, and what frees the client.
    pub fn words(self) -> (&'static str, &'static str) {
        use Lack::*;
        match self {
            NotEnrolled => ("has not joined the fleet yet", "wait for its enrolment"),
            GaveUp => ("left after too many rejections", "a larger pool, before it leaves"),
            Retired => ("its record is Retired", "nothing: it is no longer managed"),
            Disposed => ("its record is Disposed", "nothing: it is no longer managed"),
            RetiredAlive => (
                "its record is Retired while its agent is alive",
                "wait for its next check-in, which sets the record back to Active",
            ),
            DisposedAlive => (
                "its record is Disposed while its agent is alive",
                "set the record to Retired: the next check-in then sets it back to Active",
            ),
            Deleted => ("its record was deleted", "nothing: it is no longer managed"),
            AboutToReturn => (
                "its record was deleted while its agent is alive",
                "wait for its next Basic Inventory, which creates a new record",
            ),
            AgentUninstalled => {
                ("its agent was uninstalled, only the record is left", "install the agent again")
            }
            LeftBehind => (
                "its PC was re-imaged with new keys and has another record",
                "nothing: retire or delete this record",
            ),
            SwitchedOff => ("its PC was switched off; others share its record", "nothing: the PC is gone"),
            BeingReimaged => ("its PC is being re-imaged", "wait for the first contact of the new agent"),
            NoFirstContact => ("its agent has not been in contact yet", "wait for its first contact"),
            UnderUninstallPolicy => ("the uninstall policy has it", "take it out of the uninstall policy"),
            OutsideInstallPolicy => (
                "the Software Update Plug-in Install policy does not target it",
                "target it with the install policy",
            ),
            NoMembershipUpdate => {
                ("membership updates do not run", "get the membership update schedules running")
            }
            AwaitsMembershipUpdate => {
                ("waits for a membership update", "wait for the next membership update")
            }
            PackageServerDown => (
                "its package server does not serve; it tries again by the ladder",
                "get the package server running",
            ),
            AwaitsPlugin => {
                ("the plug-in is not installed yet", "wait for its configuration request and download")
            }
            AwaitsInventory => ("no Basic Inventory has reported the plug-in", "send a Basic Inventory"),
            AwaitsPackageTarget => {
                ("is not targeted for the assessment scan package yet", "wait for the next membership update")
            }
            AwaitsPackageRequest => (
                "has not learned of the assessment scan package yet",
                "wait for its next configuration request",
            ),
            AwaitsPackage => (
                "the assessment scan package is not completely downloaded",
                "wait for the download to end; look at its package server",
            ),
            LicensesExpired => {
                ("no license is in date", "renew a license, or wait until one comes into force")
            }
            VersionNotCovered => (
                "the version was released after the end of maintenance",
                "renew maintenance: a license file with a later `aup_until` that replaces the old one",
            ),
            Untargeted => (
                "neither the DSUP nor a clone targets it, so scans fail",
                "enable the DSUP or put it in a clone",
            ),
            NothingNew => (
                "has sent its result before, and nothing has changed since",
                "wait for a new package version or an installed update, or have it send a full result",
            ),
            AwaitsScan => ("has not returned its first scan yet", "wait for its next scan"),
            PoolFull => (
                "is rejected: the pool is full",
                "add nodes, or retire machines and run the licensing refresh",
            ),
        }
    }
}

/// Walks the chain to the first thing a client lacks.
///
/// # Errors
/// The reason, when the client holds no license.
pub fn standing(state: ClientState, around: Surroundings) -> Result<(), Lack> {
    use Mark::*;
    if state.is(Licensed) {
        return Ok(()); // C6, C7
    }
    match state.status() {
        _ if state.is(GaveUp) => return Err(Lack::GaveUp),
        Status::Unknown if !state.is(Agent) => return Err(Lack::NotEnrolled),
        Status::Unknown => return Err(Lack::NoFirstContact),
        Status::Retired if state.is(Agent) => return Err(Lack::RetiredAlive), // V7
        Status::Retired => return Err(Lack::Retired),                         // V1
        Status::Disposed if state.is(Agent) => return Err(Lack::DisposedAlive), // V6
        Status::Disposed => return Err(Lack::Disposed),                       // V6
        Status::Deleted if state.is(Agent) => return Err(Lack::AboutToReturn), // V5
        Status::Deleted => return Err(Lack::Deleted),                         // V3
        _ if state.is(LeftBehind) => return Err(Lack::LeftBehind),            // V10
        _ if state.is(Imaging) => return Err(Lack::BeingReimaged),            // V10
        _ if state.is(AgentUninstalled) => return Err(Lack::AgentUninstalled), // V8
        Status::Active | Status::Shared if !state.is(Agent) => return Err(Lack::SwitchedOff), // V10
        Status::Active | Status::Shared => {}
    }
    let updates_or = |lack| if around.membership_updates { lack } else { Lack::NoMembershipUpdate };
    // A target that the policy takes no longer stays one until a membership update finds that out.
    let candidate = around.install_policy || state.is(InstallTarget);
    let ladder = [
        (!state.is(UninstallTarget), Lack::UnderUninstallPolicy), // V2
        (candidate || state.is(Plugin), Lack::OutsideInstallPolicy), // C1
        (state.is(InstallTarget) || state.is(Plugin), updates_or(Lack::AwaitsMembershipUpdate)), // C1, T2
        (state.is(Plugin) || !state.is(BackingOff), Lack::PackageServerDown), // C4
        (state.is(Plugin), Lack::AwaitsPlugin),                   // C1
        (state.is(PluginReported), Lack::AwaitsInventory),        // C2
        // A client that returned may have the package from before (V5).
        (state.is(PackageTarget) || state.is(PackageReady), updates_or(Lack::AwaitsPackageTarget)), // C3, T2
        (state.is(PackageRequested), Lack::AwaitsPackageRequest),                                   // C3
        (state.is(PackageReady) || !state.is(BackingOff), Lack::PackageServerDown),                 // C4
        (state.is(PackageReady), Lack::AwaitsPackage),                                              // C4
        (around.license_in_date, Lack::LicensesExpired),                                            // E1
        (around.version_covered, Lack::VersionNotCovered),                                          // M3
        (around.scan_settings, Lack::Untargeted),                                                   // C5
        (!(state.is(ResultSent) && around.only_changes), Lack::NothingNew),                         // C6
        (state.is(Waiting), Lack::AwaitsScan),                                                      // C6
    ];
    match ladder.into_iter().find(|(holds, _)| !holds) {
        Some((_, lack)) => Err(lack),
        None => Err(Lack::PoolFull), // X2
    }
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
        let all_well = Surroundings {
            install_policy: true,
            membership_updates: true,
            scan_settings: true,
            license_in_date: true,
            version_covered: true,
            only_changes: true,
        };
        let all_sent = Surroundings { only_changes: false, ..all_well };
        let newer = Surroundings { version_covered: false, ..all_well };
        let none_dated = Surroundings { license_in_date: false, ..all_well };
        let no_dsup = Surroundings { scan_settings: false, ..all_well };
        let no_updates = Surroundings { membership_updates: false, ..all_well };
        let no_policy = Surroundings { install_policy: false, ..all_well };
        let status = |s| ClientState::default().with_status(s);
        #[rustfmt::skip]
        let table = [
            // the client                            around       lacks
            (ClientState::default(),                 all_well,    Err(Lack::NotEnrolled)),
            (ClientState::default().with(Agent),     all_well,    Err(Lack::NoFirstContact)),
            (status(Status::Retired).with(GaveUp),   all_well,    Err(Lack::GaveUp)), // X2
            (status(Status::Retired),                all_well,    Err(Lack::Retired)), // V1
            (status(Status::Disposed),               all_well,    Err(Lack::Disposed)), // V6
            (status(Status::Deleted),                all_well,    Err(Lack::Deleted)), // V3
            (active.with_status(Status::Retired),    all_well,    Err(Lack::RetiredAlive)), // V7
            (active.with_status(Status::Disposed),   all_well,    Err(Lack::DisposedAlive)), // V6
            (active.with_status(Status::Deleted),    all_well,    Err(Lack::AboutToReturn)), // V5
            (upto(0).wiped().with(AgentUninstalled), all_well,    Err(Lack::AgentUninstalled)), // V8
            (upto(0).wiped().with(LeftBehind),       all_well,    Err(Lack::LeftBehind)), // V10
            (upto(0).wiped().with(Imaging),          all_well,    Err(Lack::BeingReimaged)), // V10
            (status(Status::Active),                 all_well,    Err(Lack::SwitchedOff)), // V10
            (upto(0).with(UninstallTarget),          all_well,    Err(Lack::UnderUninstallPolicy)), // V2
            (upto(0),                                no_policy,   Err(Lack::OutsideInstallPolicy)), // C1
            (upto(0),                                no_updates,  Err(Lack::NoMembershipUpdate)), // T2
            (upto(0),                                all_well,    Err(Lack::AwaitsMembershipUpdate)), // C1, T2
            (upto(1),                                no_policy,   Err(Lack::AwaitsPlugin)), // C1: not recomputed yet
            (upto(1).with(BackingOff),               all_well,    Err(Lack::PackageServerDown)), // C4
            (upto(1),                                all_well,    Err(Lack::AwaitsPlugin)), // C1
            (upto(2),                                all_well,    Err(Lack::AwaitsInventory)), // C2
            (upto(3),                                no_updates,  Err(Lack::NoMembershipUpdate)), // T2
            (upto(3),                                all_well,    Err(Lack::AwaitsPackageTarget)), // C3
            (upto(4),                                all_well,    Err(Lack::AwaitsPackageRequest)), // C3
            (upto(5).with(BackingOff),               all_well,    Err(Lack::PackageServerDown)), // C4
            (upto(5),                                all_well,    Err(Lack::AwaitsPackage)), // C4
            (upto(6),                                none_dated,  Err(Lack::LicensesExpired)), // E1
            (upto(6),                                newer,       Err(Lack::VersionNotCovered)), // M3
            (upto(6),                                no_dsup,     Err(Lack::Untargeted)), // C5
            (upto(6).with(ResultSent),               all_well,    Err(Lack::NothingNew)), // C6
            (upto(6).with(ResultSent),               all_sent,    Err(Lack::AwaitsScan)), // C6
            (upto(6),                                all_well,    Err(Lack::AwaitsScan)), // C6
            (upto(7),                                all_well,    Err(Lack::PoolFull)), // X2
            (upto(8),                                none_dated,  Ok(())),
        ];
        for (state, around, expected) in table {
            assert_eq!(standing(state, around), expected, "{state:?}");
        }
    }
}

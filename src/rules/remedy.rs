//! What an administrator can do: about a reason for having no license, and to free one that is held for
//! nothing.

use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::denial_reason::DenialReason;
use crate::rules::release::{KeptBy, Release};
use crate::scenario::model::Version;

/// Something an administrator can do. In the order in which a plan does it: what lets clients go on, what
/// frees licenses, what has to be bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remedy {
    /// Get membership updates running.
    ScheduleMembershipUpdates,
    /// Run the import of patch data.
    RunImport,
    /// Get the package server of a site running.
    RestartPackageServer,
    /// Have the scan policy target all clients, switched on.
    EnableScanPolicy,
    /// Switch the DSUP on.
    EnableDsup,
    /// Have the install policy target all clients.
    TargetEverybody,
    /// Retire records that are Disposed.
    RetireDisposed,
    /// Uninstall the agents of records that are Retired, or set to Retired for it.
    UninstallAgents,
    /// Retire records whose PC is gone, or has another record.
    RetireGone,
    /// Retire records that were not exported, whatever has become of them.
    RetireUnlisted,
    /// Delete records whose PC is gone, of any status: in 6.x retiring frees nothing.
    DeleteRecords,
    /// Delete clients that shall have no plug-in, and have none.
    DeleteWithoutPlugin,
    /// Run the licensing refresh by hand.
    RunRefresh,
    /// A license file with later maintenance.
    RenewMaintenance,
    /// A license file in date.
    RenewLicense,
    /// A license file with more nodes.
    AddNodes,
}

impl Remedy {
    /// In the order of the variants.
    pub const ALL: [Remedy; 16] = [
        Remedy::ScheduleMembershipUpdates,
        Remedy::RunImport,
        Remedy::RestartPackageServer,
        Remedy::EnableScanPolicy,
        Remedy::EnableDsup,
        Remedy::TargetEverybody,
        Remedy::RetireDisposed,
        Remedy::UninstallAgents,
        Remedy::RetireGone,
        Remedy::RetireUnlisted,
        Remedy::DeleteRecords,
        Remedy::DeleteWithoutPlugin,
        Remedy::RunRefresh,
        Remedy::RenewMaintenance,
        Remedy::RenewLicense,
        Remedy::AddNodes,
    ];

    /// The remedy of a [`Remedy::key`].
    pub fn of_key(key: &str) -> Option<Remedy> {
        Remedy::ALL.into_iter().find(|remedy| remedy.key() == key)
    }

    /// The rule that makes it work.
    pub fn clause(self) -> Clause {
        match self {
            Remedy::ScheduleMembershipUpdates => Clause::T2,
            Remedy::RunImport => Clause::C4,
            Remedy::RestartPackageServer => Clause::C4,
            Remedy::EnableScanPolicy => Clause::C8,
            Remedy::EnableDsup => Clause::C5,
            Remedy::TargetEverybody => Clause::C1,
            Remedy::RetireDisposed => Clause::V6,
            Remedy::UninstallAgents => Clause::V11,
            Remedy::RetireGone => Clause::V8,
            Remedy::RetireUnlisted => Clause::V3,
            Remedy::DeleteRecords => Clause::V3,
            Remedy::DeleteWithoutPlugin => Clause::V4,
            Remedy::RunRefresh => Clause::V1,
            Remedy::RenewMaintenance => Clause::M3,
            Remedy::RenewLicense => Clause::E1,
            Remedy::AddNodes => Clause::X2,
        }
    }

    /// Key used in JSON, and on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Remedy::ScheduleMembershipUpdates => "schedule_membership_updates",
            Remedy::RunImport => "run_import",
            Remedy::RestartPackageServer => "restart_package_server",
            Remedy::EnableScanPolicy => "enable_scan_policy",
            Remedy::EnableDsup => "enable_dsup",
            Remedy::TargetEverybody => "target_everybody",
            Remedy::RetireDisposed => "retire_disposed",
            Remedy::UninstallAgents => "uninstall_agents",
            Remedy::RetireGone => "retire_gone",
            Remedy::RetireUnlisted => "retire_unlisted",
            Remedy::DeleteRecords => "delete_records",
            Remedy::DeleteWithoutPlugin => "delete_without_plugin",
            Remedy::RunRefresh => "run_refresh",
            Remedy::RenewMaintenance => "renew_maintenance",
            Remedy::RenewLicense => "renew_license",
            Remedy::AddNodes => "add_nodes",
        }
    }

    /// In the imperative.
    pub fn words(self) -> &'static str {
        match self {
            Remedy::ScheduleMembershipUpdates => "get the membership update schedules running",
            Remedy::RunImport => "run Import Patch Data for Windows, and see that it succeeds",
            Remedy::RestartPackageServer => "get the package server of the site running",
            Remedy::EnableScanPolicy => {
                "switch the Windows System Assessment Scan policy on, and have it target all clients"
            }
            Remedy::EnableDsup => {
                "switch the Default Software Update Plug-in policy on, and have it target all clients"
            }
            Remedy::TargetEverybody => "target everybody with the Software Update Plug-in Install policy",
            Remedy::RetireDisposed => "set Disposed records to Retired",
            Remedy::UninstallAgents => {
                "set these records to Retired where they are Disposed, and uninstall their agents at once, in this \
                 order, then the licensing refresh frees their licenses"
            }
            Remedy::RetireGone => {
                "look for PCs that seem to be gone, and retire the records of those that are"
            }
            Remedy::RetireUnlisted => {
                "find out what became of the records that are not in the export, and retire those that are of no use"
            }
            Remedy::DeleteRecords => "delete the records of PCs that are gone, which frees their licenses",
            Remedy::DeleteWithoutPlugin => {
                "delete the clients whose plug-in was uninstalled; they return without a license"
            }
            Remedy::RunRefresh => "run the licensing refresh by hand",
            Remedy::RenewMaintenance => "renew maintenance",
            Remedy::RenewLicense => "renew the license",
            Remedy::AddNodes => "add nodes",
        }
    }

    /// In the imperative, where it is known what keeps the licenses: a PC that is not known to be gone has to
    /// be looked for first.
    pub fn words_by(self, kept_by: Option<KeptBy>) -> &'static str {
        match (self, kept_by) {
            (Remedy::RetireGone, Some(KeptBy::AgentUninstalled)) => {
                "retire the records whose agent was uninstalled" // V8
            }
            (Remedy::RetireGone, Some(KeptBy::LeftBehind)) => {
                "retire the records that a re-image left behind" // V10
            }
            (Remedy::DeleteRecords, Some(KeptBy::Silent | KeptBy::InUse)) => {
                "look for PCs that seem to be gone, and delete the records of those that are, which frees their licenses" // V9
            }
            (Remedy::UninstallAgents, Some(KeptBy::RetiredAgentAlive)) => {
                "uninstall the agents of these Retired records before they check in again, then the licensing refresh \
                 frees their licenses" // V11
            }
            (Remedy::UninstallAgents, Some(KeptBy::DisposedAgentAlive)) => {
                "set these Disposed records to Retired and uninstall their agents at once, in this order, then the \
                 licensing refresh frees their licenses" // V11
            }
            _ => self.words(),
        }
    }

    /// Does Patch Management, stopped as it is, run again with it (E1, M3)?
    pub fn starts_the_server(self) -> bool {
        matches!(self, Remedy::RenewMaintenance | Remedy::RenewLicense)
    }

    /// Does it cost a license file?
    pub fn is_purchase(self) -> bool {
        matches!(self, Remedy::RenewMaintenance | Remedy::RenewLicense | Remedy::AddNodes)
    }

    /// Does a client lose its task history by it (V4)?
    pub fn loses_history(self) -> bool {
        matches!(self, Remedy::DeleteRecords | Remedy::DeleteWithoutPlugin)
    }
}

/// What helps against a reason; `None`: time, or nothing an administrator does to the server.
pub fn against(denial: DenialReason) -> Option<Remedy> {
    match denial {
        DenialReason::NoMembershipUpdate => Some(Remedy::ScheduleMembershipUpdates), // T2
        DenialReason::NoPatchDataImported => Some(Remedy::RunImport),                // C4
        DenialReason::PackageServerDown => Some(Remedy::RestartPackageServer),       // C4
        DenialReason::ScanPolicyOff => Some(Remedy::EnableScanPolicy),               // C8
        DenialReason::Untargeted => Some(Remedy::EnableDsup),                        // C5
        DenialReason::OutsideInstallPolicy => Some(Remedy::TargetEverybody),         // C1
        DenialReason::VersionNotCovered => Some(Remedy::RenewMaintenance),           // M3
        DenialReason::LicensesExpired => Some(Remedy::RenewLicense),                 // E1
        DenialReason::PoolFull => Some(Remedy::AddNodes),                            // X2
        DenialReason::NotEnrolled
        | DenialReason::GaveUp
        | DenialReason::Retired
        | DenialReason::RetiredAlive
        | DenialReason::Disposed
        | DenialReason::DisposedAlive
        | DenialReason::Deleted
        | DenialReason::AboutToReturn
        | DenialReason::Silent
        | DenialReason::AgentUninstalled
        | DenialReason::LeftBehind
        | DenialReason::BeingReimaged
        | DenialReason::SwitchedOff
        | DenialReason::NoFirstContact
        | DenialReason::Unreachable
        | DenialReason::AwaitsProcessing
        | DenialReason::UnderUninstallPolicy
        | DenialReason::AwaitsMembershipUpdate
        | DenialReason::AwaitsPlugin
        | DenialReason::AwaitsInventory
        | DenialReason::AwaitsPackageTarget
        | DenialReason::AwaitsPackageRequest
        | DenialReason::AwaitsPackage
        | DenialReason::NothingNew
        | DenialReason::AwaitsScan => None,
    }
}

/// What frees the license a record holds, if its client no longer needs it. `alive`: an agent reports under the record.
/// **V11** A record that was taken out of use while its agent lives has to be Retired, then its agent is uninstalled, not
/// before, which breaks the reclamation of the license (KB 158855); deleting it is not needed.
pub fn frees(state: ClientState, alive: bool, fate: Release, version: Version) -> Option<Remedy> {
    let retiring_frees = version.retiring_frees();
    let recovered = state.is(Mark::UninstallTarget) && !state.is(Mark::Plugin);
    match (fate, state.status()) {
        (Release::AtRefresh(_), _) => Some(Remedy::RunRefresh), // V1, V3
        (Release::NothingHeld | Release::Now(_), _) => None,
        (_, Status::Retired | Status::Disposed) if alive && retiring_frees => Some(Remedy::UninstallAgents), // V11
        (_, _) if alive && !recovered => None, // C7, V7
        (_, Status::Active | Status::Retired) if alive => Some(Remedy::DeleteWithoutPlugin), // V2, V4, V7
        (_, Status::Disposed) if alive && !retiring_frees => Some(Remedy::DeleteWithoutPlugin), // V2, V4
        (_, Status::Active) if state.is(Mark::Imaging) => None, // V10: it comes back
        (_, Status::Active | Status::Disposed) if !retiring_frees => Some(Remedy::DeleteRecords), // V1, V3
        (_, Status::Active) => Some(Remedy::RetireGone), // V8, V10
        (_, Status::Disposed) if state.is(Mark::Unlisted) => Some(Remedy::RetireUnlisted), // V3
        (_, Status::Disposed) => Some(Remedy::RetireDisposed), // V6
        (_, Status::Retired) => Some(Remedy::DeleteRecords), // V1, 6.x
        (_, Status::Unknown | Status::Deleted | Status::Shared) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::release::FreedBy;

    #[test]
    fn whose_license_is_freed_by_what() {
        use Mark::*;
        let holder = ClientState::default().with(Licensed).with(Plugin).with_status(Status::Active);
        let gone = holder.wiped().with(Licensed);
        let retired = gone.with_status(Status::Retired);
        let disposed = gone.with_status(Status::Disposed);
        let unplugged = gone.with(Agent).with(UninstallTarget);
        #[rustfmt::skip]
        let table = [
            // the record                        alive   fate                          freed by
            (holder.with(Agent),                 true,   Release::Kept(KeptBy::InUse),    None),
            (holder.with(Agent).with(UninstallTarget), true, Release::Kept(KeptBy::InUse), None), // still has it
            (retired,                            false,  Release::AtRefresh(FreedBy::Retiring), Some(Remedy::RunRefresh)),
            (retired.with(Agent),                true,   Release::Kept(KeptBy::RetiredAgentAlive),    Some(Remedy::UninstallAgents)), // V11
            (retired,                            false,  Release::Kept(KeptBy::RetiredIn6x),    Some(Remedy::DeleteRecords)),
            (disposed,                           false,  Release::Kept(KeptBy::Disposed),    Some(Remedy::RetireDisposed)),
            (disposed.with(Agent),               true,   Release::Kept(KeptBy::DisposedAgentAlive),    Some(Remedy::UninstallAgents)), // V11
            (disposed.with(Unlisted),            false,  Release::Kept(KeptBy::NotExported),    Some(Remedy::RetireUnlisted)),
            (holder.with(Silent),                false,  Release::Kept(KeptBy::Silent),    Some(Remedy::RetireGone)),
            (gone.with(AgentUninstalled),        false,  Release::Kept(KeptBy::AgentUninstalled),    Some(Remedy::RetireGone)),
            (gone.with(LeftBehind),              false,  Release::Kept(KeptBy::LeftBehind),   Some(Remedy::RetireGone)),
            (gone.with(Imaging),                 false,  Release::Kept(KeptBy::LeftBehind),   None),
            (holder,                             false,  Release::Kept(KeptBy::InUse),    Some(Remedy::RetireGone)),
            (unplugged,                          true,   Release::Kept(KeptBy::PluginUninstalled),    Some(Remedy::DeleteWithoutPlugin)),
            (unplugged.without(UninstallTarget), true,   Release::Kept(KeptBy::PluginUninstalled),    None), // it gets the plug-in again
            (holder.without(Licensed),           false,  Release::NothingHeld,         None),
        ];
        for (state, alive, fate, expected) in table {
            assert_eq!(frees(state, alive, fate, Version::V8_6), expected, "{state:?}, {fate:?}");
        }
        #[rustfmt::skip]
        let in_6x = [
            (gone.with(AgentUninstalled),  false, Release::Kept(KeptBy::AgentUninstalled),  Some(Remedy::DeleteRecords)),
            (holder.with(Silent),          false, Release::Kept(KeptBy::Silent),  Some(Remedy::DeleteRecords)),
            (disposed,                     false, Release::Kept(KeptBy::Disposed),  Some(Remedy::DeleteRecords)),
            (retired,                      false, Release::Kept(KeptBy::RetiredIn6x),  Some(Remedy::DeleteRecords)),
            (gone.with(Imaging),           false, Release::Kept(KeptBy::LeftBehind), None),
            (holder.with(Agent),           true,  Release::Kept(KeptBy::InUse),  None),
            (unplugged,                    true,  Release::Kept(KeptBy::PluginUninstalled),  Some(Remedy::DeleteWithoutPlugin)),
            (unplugged.with_status(Status::Retired),  true, Release::Kept(KeptBy::RetiredIn6x), Some(Remedy::DeleteWithoutPlugin)),
            (unplugged.with_status(Status::Disposed), true, Release::Kept(KeptBy::Disposed), Some(Remedy::DeleteWithoutPlugin)),
        ];
        for (state, alive, fate, expected) in in_6x {
            assert_eq!(frees(state, alive, fate, Version::V6_2), expected, "6.2: {state:?}, {fate:?}");
        }
    }

    #[test]
    fn the_words_go_by_what_keeps_the_license() {
        #[rustfmt::skip]
        let table = [
            (Remedy::RetireGone,     Some(KeptBy::AgentUninstalled), "agent was uninstalled"), // V8
            (Remedy::RetireGone,     Some(KeptBy::Silent),           "look for PCs"),          // V9
            (Remedy::RetireGone,     Some(KeptBy::LeftBehind),       "left behind"),           // V10
            (Remedy::RetireGone,     None,                           "look for PCs"),
            (Remedy::DeleteRecords,  Some(KeptBy::Silent),           "look for PCs"),          // V9
            (Remedy::DeleteRecords,  Some(KeptBy::AgentUninstalled), "delete the records of PCs that are gone"),
            (Remedy::UninstallAgents, None,                          "set these records to Retired where they are Disposed"), // V11
            (Remedy::RetireDisposed, Some(KeptBy::Disposed),         "set Disposed records to Retired"), // V6
            (Remedy::UninstallAgents, Some(KeptBy::RetiredAgentAlive), "uninstall the agents of these Retired"), // V11
            (Remedy::UninstallAgents, Some(KeptBy::DisposedAgentAlive), "set these Disposed records to Retired and uninstall"), // V11
        ];
        for (remedy, kept_by, says) in table {
            assert!(remedy.words_by(kept_by).contains(says), "{remedy:?}, {kept_by:?}");
        }
    }

    #[test]
    fn what_helps_against_a_reason() {
        #[rustfmt::skip]
        let table = [
            (DenialReason::NoMembershipUpdate,     Some(Remedy::ScheduleMembershipUpdates)), // T2
            (DenialReason::NoPatchDataImported,    Some(Remedy::RunImport)),                 // C4
            (DenialReason::ScanPolicyOff,          Some(Remedy::EnableScanPolicy)),          // C8
            (DenialReason::PackageServerDown,      Some(Remedy::RestartPackageServer)),      // C4
            (DenialReason::Untargeted,             Some(Remedy::EnableDsup)),                // C5
            (DenialReason::OutsideInstallPolicy,   Some(Remedy::TargetEverybody)),           // C1
            (DenialReason::VersionNotCovered,      Some(Remedy::RenewMaintenance)),          // M3
            (DenialReason::LicensesExpired,        Some(Remedy::RenewLicense)),              // E1
            (DenialReason::PoolFull,               Some(Remedy::AddNodes)),                  // X2
            (DenialReason::AwaitsScan,             None), // time does
            (DenialReason::DisposedAlive,          None), // taken out by the administrator
            (DenialReason::UnderUninstallPolicy,   None),
        ];
        for (denial, expected) in table {
            assert_eq!(against(denial), expected, "{denial:?}");
        }
    }

    #[test]
    fn a_remedy_says_by_which_rule_it_works_and_what_to_do() {
        #[rustfmt::skip]
        let table = [
            (Remedy::ScheduleMembershipUpdates, Clause::T2, "get the membership update schedules running"),
            (Remedy::RunImport,                 Clause::C4, "run Import Patch Data"),
            (Remedy::RestartPackageServer,      Clause::C4, "get the package server of the site running"),
            (Remedy::EnableScanPolicy,          Clause::C8, "Assessment Scan policy on"),
            (Remedy::EnableDsup,                Clause::C5, "Default Software Update Plug-in policy on"),
            (Remedy::TargetEverybody,           Clause::C1, "target everybody"),
            (Remedy::RetireDisposed,            Clause::V6, "set Disposed records to Retired"),
            (Remedy::UninstallAgents,           Clause::V11, "set these records to Retired where they are Disposed"),
            (Remedy::RetireGone,                Clause::V8, "look for PCs that seem to be gone"),
            (Remedy::RetireUnlisted,            Clause::V3, "records that are not in the export"),
            (Remedy::DeleteRecords,             Clause::V3, "delete the records of PCs that are gone"),
            (Remedy::DeleteWithoutPlugin,       Clause::V4, "delete the clients whose plug-in was uninstalled"),
            (Remedy::RunRefresh,                Clause::V1, "run the licensing refresh"),
            (Remedy::RenewMaintenance,          Clause::M3, "renew maintenance"),
            (Remedy::RenewLicense,              Clause::E1, "renew the license"),
            (Remedy::AddNodes,                  Clause::X2, "add nodes"),
        ];
        assert_eq!(table.map(|(remedy, ..)| remedy), Remedy::ALL);
        for (remedy, clause, says) in table {
            assert_eq!(remedy.clause(), clause, "{remedy:?}");
            assert!(remedy.words().contains(says), "{remedy:?}: {}", remedy.words());
        }
    }
}

//! Events of the server: license files, licensing refreshes, actions, maintenance, package servers.

use crate::rules::clause::Clause;
use crate::rules::license_calendar::LicenseFileEvent;
use crate::rules::license_files::{expiry_releases, files_in_force};
use crate::rules::targeting::{next_import, next_membership_update};
use crate::scenario::model::{
    Action, AdminCommand, LicenseFile, OnExpiry, Scenario, ServedPackage, Solution, Version,
};
use crate::units::time::{Span, Time};

/// Something happens on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerEvent {
    /// A license file or its maintenance starts, nears its end or ends (L1, L2, M3).
    LicenseFile {
        /// Name of the file.
        file: String,
        /// What happened to it, and what that means for the pool.
        change: FileChange,
    },
    /// The licensing refresh ran.
    LicensesRefreshed {
        /// By an action, not by the schedule `platform.licensing_refresh`.
        by_hand: bool,
        /// Licenses that it returned to the pool (V1).
        released: u32,
    },
    /// An action was carried out on clients.
    Acted {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// How many clients it was carried out on.
        clients: u32,
    },
    /// The next membership update, which takes the change up, runs so much later; `None`: none does.
    PoliciesChanged {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// From the action to that update.
        next_update: Option<Span>,
    },
    /// Membership updates run by another schedule from now on (T2).
    MembershipUpdatesChanged {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// From the action to the next membership update; `None`: none runs.
        next_update: Option<Span>,
    },
    /// Imports of patch data run by another schedule from now on.
    ImportsRescheduled {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// From the action to the next import; `None`: none runs by itself.
        next_import: Option<Span>,
    },
    /// A membership update ran by hand (T2).
    MembershipUpdate {
        /// Index into the scenario's actions, from 0.
        action: u32,
    },
    /// The server runs a newer version.
    Upgraded {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// The version it runs now.
        version: Version,
    },
    /// Maintenance covers the version, or no longer does.
    Coverage {
        /// The version that the server runs.
        version: Version,
        /// `false`: the solution does not work until maintenance is renewed (M3).
        covered: bool,
    },
    /// The package server of a site serves again, or fails; or one package on it is available again, or not.
    PackageServer {
        /// Name of the site.
        site: String,
        /// The package; `None`: all.
        package: Option<ServedPackage>,
        /// `false`: downloads fail and are tried again by `platform.download_retry` (C4).
        serves: bool,
    },
    /// Configuration requests get another rhythm, from the next one of each client on (C3).
    RequestsChanged {
        /// Index into the scenario's actions, from 0.
        action: u32,
    },
    /// Basic Inventories get another rhythm, from the next configuration request of each client on (C2).
    InventoriesChanged {
        /// Index into the scenario's actions, from 0.
        action: u32,
    },
    /// The event queue falls behind, or catches up: what arrives is processed so much later (C2, C6).
    EventQueueBehind {
        /// Index into the scenario's actions, from 0.
        action: u32,
        /// How long what arrives waits at least.
        delay: Span,
    },
    /// An administrator restarted it, which ends an outage (C4).
    PackageServerRestarted {
        /// Name of the site.
        site: String,
    },
}

/// What changes with a license file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// It comes into force; `nodes` is `None` without limit.
    Starts {
        /// Licenses of the file.
        nodes: Option<u64>,
        /// Names of the files it replaces.
        replaces: Vec<String>,
    },
    /// It is in date no longer (L2).
    Ends {
        /// Licenses that leave the pool; `None` without limit.
        nodes: Option<u64>,
        /// `false`: all licenses are released, as no file is in date (E1, `platform.on_expiry`).
        holders_keep: bool,
    },
    /// It ends, and was replaced before.
    EndsReplaced,
    /// Its maintenance ends in 56 days.
    AupNotice {
        /// The file was not replaced before, and has not ended.
        counts: bool,
    },
    /// Its maintenance ends. `counts`: the file was not replaced before, and has not ended.
    AupEnds {
        /// `false`: another file has taken its place, so the end means nothing.
        counts: bool,
    },
}

impl FileChange {
    fn new(
        (files, on_expiry): (&[LicenseFile], OnExpiry),
        at: Time,
        file: &LicenseFile,
        event: LicenseFileEvent,
    ) -> FileChange {
        let before = at - Span(1);
        let counted = files_in_force(files, before).any(|f| f.name == file.name);
        let aup_counts = counted || file.from >= at;
        match event {
            LicenseFileEvent::Starts => {
                let gone = |f: &&LicenseFile| !files_in_force(files, at).any(|still| still.name == f.name);
                let replaced = files_in_force(files, before).filter(|f| f.until != Some(at)).filter(gone);
                let replaces = replaced.map(|f| f.name.clone()).collect();
                FileChange::Starts { nodes: file.nodes, replaces }
            }
            LicenseFileEvent::Ends if counted => {
                let last = files_in_force(files, at).next().is_none();
                let holders_keep = !expiry_releases(!last, on_expiry);
                FileChange::Ends { nodes: file.nodes, holders_keep }
            }
            LicenseFileEvent::Ends => FileChange::EndsReplaced,
            LicenseFileEvent::AupNotice => FileChange::AupNotice { counts: aup_counts },
            LicenseFileEvent::AupEnds => FileChange::AupEnds { counts: aup_counts },
        }
    }

    /// The event of the calendar that this is one case of.
    fn event(&self) -> LicenseFileEvent {
        match self {
            FileChange::Starts { .. } => LicenseFileEvent::Starts,
            FileChange::Ends { .. } | FileChange::EndsReplaced => LicenseFileEvent::Ends,
            FileChange::AupNotice { .. } => LicenseFileEvent::AupNotice,
            FileChange::AupEnds { .. } => LicenseFileEvent::AupEnds,
        }
    }
}

/// The name of an event of a license file, in `events.csv` and in JSON files.
pub fn license_file_event_name(event: LicenseFileEvent) -> &'static str {
    match event {
        LicenseFileEvent::Starts => "license_file_starts",
        LicenseFileEvent::Ends => "license_file_ends",
        LicenseFileEvent::AupNotice => "aup_notice",
        LicenseFileEvent::AupEnds => "aup_ends",
    }
}

/// The name and the rule of an outage of a package server, or of one package on it, in `events.csv` and in JSON files.
pub fn package_server_turn(package: Option<ServedPackage>, serves: bool) -> (&'static str, Option<Clause>) {
    let clause = match package {
        None | Some(ServedPackage::AssessmentScan) => Clause::C4,
        Some(ServedPackage::Plugin) => Clause::C1,
        Some(ServedPackage::InstallTools) => Clause::U1,
    };
    let name = match (package, serves) {
        (None, true) => "package_server_up",
        (None, false) => "package_server_down",
        (Some(_), true) => "package_available",
        (Some(_), false) => "package_unavailable",
    };
    (name, Some(clause))
}

impl ServerEvent {
    /// The event of the license file with this index, at the instant it happens.
    pub(in crate::observe) fn license_file(
        scenario: &Scenario,
        at: Time,
        index: usize,
        event: LicenseFileEvent,
    ) -> ServerEvent {
        let file = &scenario.licenses[index];
        let change = FileChange::new((&scenario.licenses, scenario.platform.on_expiry), at, file, event);
        ServerEvent::LicenseFile { file: file.name.clone(), change }
    }

    /// The same of a file of another solution, whose holders keep their licenses.
    pub(in crate::observe) fn file_of_solution(
        scenario: &Scenario,
        at: Time,
        solution: Solution,
        (index, event): (usize, LicenseFileEvent),
    ) -> Option<ServerEvent> {
        let files = &scenario.solutions.iter().find(|used| used.solution == solution)?.files;
        let file = &files[index];
        let change = FileChange::new((files, OnExpiry::Keep), at, file, event);
        Some(ServerEvent::LicenseFile { file: format!("{} ({})", file.name, solution.title()), change })
    }

    /// What an action changed for all clients; `None` for commands that other facts report.
    pub(in crate::observe) fn arranged(scenario: &Scenario, action: u32) -> Option<ServerEvent> {
        let Action { at, what } = &scenario.actions[action as usize];
        let after = |next: Time| (next != Time::NEVER).then(|| next - *at);
        let next_update = || after(next_membership_update(scenario, *at));
        match what {
            AdminCommand::ChangePolicies(_) => {
                Some(ServerEvent::PoliciesChanged { action, next_update: next_update() })
            }
            AdminCommand::MembershipUpdate(_) => {
                Some(ServerEvent::MembershipUpdatesChanged { action, next_update: next_update() })
            }
            AdminCommand::ConfigurationRequest(_) => Some(ServerEvent::RequestsChanged { action }),
            AdminCommand::BasicInventory(_) => Some(ServerEvent::InventoriesChanged { action }),
            AdminCommand::EventQueue(delay) => Some(ServerEvent::EventQueueBehind { action, delay: *delay }),
            AdminCommand::ScheduleImport(_) => {
                let next_import = after(next_import(&scenario.over_time.imports, *at));
                Some(ServerEvent::ImportsRescheduled { action, next_import })
            }
            AdminCommand::RunMembershipUpdate => Some(ServerEvent::MembershipUpdate { action }),
            AdminCommand::Upgrade { version, .. } => {
                Some(ServerEvent::Upgraded { action, version: *version })
            }
            // Reported as a refresh, an import, enabled bulletins, a restarted server, or as carried out on clients.
            AdminCommand::LicensingRefresh
            | AdminCommand::Import
            | AdminCommand::EnableBulletins(_)
            | AdminCommand::RestartPackageServer(_)
            | AdminCommand::Retire(..)
            | AdminCommand::Dispose(..)
            | AdminCommand::Delete(..)
            | AdminCommand::UninstallPlugin(_)
            | AdminCommand::InstallPlugin(_)
            | AdminCommand::InstallationTask(..)
            | AdminCommand::UninstallAgent(_)
            | AdminCommand::RunScan(_)
            | AdminCommand::UninstallSolution(..)
            | AdminCommand::InstallSolution(..)
            | AdminCommand::SendInventory(_)
            | AdminCommand::Reimage(..) => None,
        }
    }

    pub(super) fn name_and_rule(&self) -> (&'static str, Option<Clause>) {
        use Clause::{C2, C3, C4, M3, T2, V1};
        match self {
            ServerEvent::LicenseFile { change, .. } => {
                (license_file_event_name(change.event()), change.event().clause())
            }
            ServerEvent::LicensesRefreshed { .. } => ("licensing_refresh", Some(V1)),
            ServerEvent::Acted { .. } => ("action", None),
            ServerEvent::PoliciesChanged { .. } => ("policies_changed", None),
            ServerEvent::MembershipUpdatesChanged { .. } => ("membership_updates_changed", Some(T2)),
            ServerEvent::ImportsRescheduled { .. } => ("imports_rescheduled", None),
            ServerEvent::MembershipUpdate { .. } => ("membership_update", Some(T2)),
            ServerEvent::RequestsChanged { .. } => ("configuration_requests_changed", Some(C3)),
            ServerEvent::InventoriesChanged { .. } => ("basic_inventories_changed", Some(C2)),
            ServerEvent::EventQueueBehind { .. } => ("event_queue_changed", Some(C2)),
            ServerEvent::Upgraded { .. } => ("upgraded", None),
            ServerEvent::Coverage { covered: true, .. } => ("version_covered", Some(M3)),
            ServerEvent::Coverage { covered: false, .. } => ("version_not_covered", Some(M3)),
            ServerEvent::PackageServer { package, serves, .. } => package_server_turn(*package, *serves),
            ServerEvent::PackageServerRestarted { .. } => ("package_server_restarted", Some(C4)),
        }
    }
}

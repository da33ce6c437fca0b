//! What an administrator does at an instant, and to which clients.

use serde::Serialize;

use crate::engine::distribution::Distribution;
use crate::scenario::model::initial::Status;
use crate::scenario::model::platform::{MembershipUpdate, PeriodicSchedule, Phase, Schedule};
use crate::scenario::model::policies::PoliciesChange;
use crate::scenario::model::solutions::Solution;
use crate::scenario::model::updates::BulletinChoice;
use crate::scenario::model::version::Version;
use crate::units::time::{Span, Time};

/// Something an administrator does at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    /// Key `at`: within the simulated time.
    pub at: Time,
    /// The one key beside `at`, with what it says.
    pub what: AdminCommand,
}

/// What an action does: one variant for each key that an item of `actions` may have.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum AdminCommand {
    /// *NS.Internal Licensing Refresh Item*, by hand (V1).
    LicensingRefresh,
    /// Status Retired (V1, V7).
    Retire(Selection, Agent),
    /// Status Disposed (V6).
    Dispose(Selection, Agent),
    /// The record is deleted (V3, V5).
    Delete(Selection, Agent),
    /// Out of the install policy and into the uninstall policy (V2).
    UninstallPlugin(Selection),
    /// *Import Patch Data for Windows*, by hand.
    Import,
    /// Imports run by this schedule from now on.
    ScheduleImport(Schedule),
    /// *Run System Assessment Scan on Windows Computers*, a task (C8).
    RunScan(Selection),
    /// Enables bulletins in the PRC and makes a patch update policy for them (M1).
    EnableBulletins(BulletinChoice),
    /// A *Software Update Installation* task: clients apply these bulletins at once (M4).
    InstallationTask(BulletinChoice, Selection),
    /// The package server of a site (by index) serves again.
    RestartPackageServer(usize),
    /// Out of the uninstall policy: the install policy may take them again (C1).
    InstallPlugin(Selection),
    /// Policies are switched, or get another target (C1, C5).
    ChangePolicies(Box<PoliciesChange>),
    /// Membership updates run by this schedule from now on (T2).
    MembershipUpdate(MembershipUpdate),
    /// A membership update, by hand (T2).
    RunMembershipUpdate,
    /// A newer version, and the start of the day on which the vendor released it (M3).
    Upgrade {
        /// Newer than the version that runs before.
        version: Version,
        /// Key `released`: start of the day on which the vendor released it.
        released: Time,
    },
    /// The agent goes and the plug-in with it; the PC stays in use (V8).
    UninstallAgent(Selection),
    /// The PC gets a new image (V10).
    Reimage(Selection, Keys),
    /// Configuration requests come by this rhythm, from the next one of each client on (C3).
    ConfigurationRequest(RhythmChange),
    /// Basic Inventories come by this rhythm, from the next configuration request of each client on (C2).
    BasicInventory(RhythmChange),
    /// The event queue is so far behind from now on.
    EventQueue(Span),
    /// *Send Basic Inventory* on the PC, by hand (C2).
    SendInventory(Selection),
    /// A policy removes the plug-in of another solution (S2).
    UninstallSolution(Selection, Solution),
    /// It gets that plug-in again (S1).
    InstallSolution(Selection, Solution),
}

impl AdminCommand {
    /// The clients it is about, where it is about some.
    pub fn selection(&self) -> Option<&Selection> {
        match self {
            AdminCommand::LicensingRefresh
            | AdminCommand::ChangePolicies(_)
            | AdminCommand::MembershipUpdate(_)
            | AdminCommand::ConfigurationRequest(_)
            | AdminCommand::BasicInventory(_)
            | AdminCommand::EventQueue(_)
            | AdminCommand::RunMembershipUpdate
            | AdminCommand::RestartPackageServer(_)
            | AdminCommand::Import
            | AdminCommand::ScheduleImport(_)
            | AdminCommand::EnableBulletins(_)
            | AdminCommand::Upgrade { .. } => None,
            AdminCommand::Retire(selection, _)
            | AdminCommand::Dispose(selection, _)
            | AdminCommand::Delete(selection, _)
            | AdminCommand::UninstallPlugin(selection)
            | AdminCommand::InstallPlugin(selection)
            | AdminCommand::UninstallAgent(selection)
            | AdminCommand::RunScan(selection)
            | AdminCommand::SendInventory(selection)
            | AdminCommand::UninstallSolution(selection, _)
            | AdminCommand::InstallSolution(selection, _)
            | AdminCommand::InstallationTask(_, selection)
            | AdminCommand::Reimage(selection, _) => Some(selection),
        }
    }
}

/// What an action changes of a rhythm; `None`: it stays as it was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RhythmChange {
    /// Key `every`.
    pub every: Option<Span>,
    /// Key `phase`.
    pub phase: Option<Phase>,
    /// Key `jitter`.
    pub jitter: Option<Distribution>,
}

impl RhythmChange {
    /// A schedule with this change. A phase that stays is the same place in the new period; without a period there is no
    /// jitter.
    pub fn applied_to(&self, before: &PeriodicSchedule) -> PeriodicSchedule {
        let every = self.every.unwrap_or(before.every);
        let stays = match before.phase {
            Phase::Fixed(offset) if every > Span::ZERO => Phase::Fixed(Span(offset.ms() % every.ms())),
            phase => phase,
        };
        let no_jitter = Distribution::Constant(0);
        let jitter = if every == Span::ZERO { &no_jitter } else { &before.jitter };
        PeriodicSchedule {
            every,
            phase: self.phase.unwrap_or(stays),
            jitter: self.jitter.clone().unwrap_or_else(|| jitter.clone()),
        }
    }
}

/// What becomes of the PC when an administrator changes its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Agent {
    /// It is switched off for good.
    Off,
    /// It goes on, and its agent with it.
    Live,
}

/// What of the keys by which the server recognises a PC is new after a re-image (V10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Keys {
    /// The unique id from UUID, board and MAC address.
    pub hardware: KeyChange,
    /// Name and domain, and with them the fully qualified name.
    pub name: KeyChange,
}

/// Does a new image change a key?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum KeyChange {
    /// It is as before.
    Same,
    /// It is another one.
    New,
}

impl Keys {
    /// Key `keys: matching`, the default.
    pub const MATCHING: Keys = Keys { hardware: KeyChange::Same, name: KeyChange::Same };

    /// Key `keys: new`: other hardware keys and another name.domain.
    pub const NEW: Keys = Keys { hardware: KeyChange::New, name: KeyChange::New };
}

/// Clients an action is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Selection {
    /// The first so many clients of a group, or of all, by number, whose record fits; `None`: all of them.
    /// (What only newer scenarios ask for leaves the digests of the others alone.)
    Group {
        /// Index into [`Scenario::groups`](crate::scenario::model::Scenario::groups); `None`: of all groups.
        group: Option<usize>,
        /// Key `clients`: at most so many; `None`: all that fit.
        clients: Option<u32>,
        /// Key `status`: the status that the record has. `None`: any, as long as the server has a record.
        status: Option<Status>,
        /// Its last report is at least so long ago.
        #[serde(skip_serializing_if = "Option::is_none")]
        silent_for: Option<Span>,
        /// Only records that hold a license.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        holding: bool,
    },
    /// These clients, whatever the status of their records: (group, index in the group).
    Named(Vec<(usize, u32)>),
}

impl Selection {
    /// The same, of records with this status where none is asked for.
    #[must_use]
    pub fn usually(mut self, usual: Status) -> Selection {
        if let Selection::Group { status, .. } = &mut self {
            status.get_or_insert(usual);
        }
        self
    }
}

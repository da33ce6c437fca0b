//! Where a client stands when the scenario starts, for fleets that are there already.

use std::sync::Arc;

use serde::Serialize;

use crate::units::time::Time;

/// Status of a computer's record at the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Status {
    /// The server has not heard of the client yet.
    Unknown = 0,
    /// Managed; its client may take a license.
    Active = 1,
    /// Frees the license at the licensing refresh (V1); a live agent sets it back to Active (V7).
    Retired = 2,
    /// Keeps the license (V6), and scans are not processed.
    Disposed = 3,
    /// The record was deleted.
    Deleted = 4,
    /// The PC has the hardware keys of another one and shares its record (V10).
    Shared = 5,
}

impl Status {
    /// The statuses by which an action chooses records, as people write them.
    pub const WORDS: &'static [(&'static str, Status)] =
        &[("active", Status::Active), ("retired", Status::Retired), ("disposed", Status::Disposed)];
}

/// One client at the start, as the server sees it; what the export does not say is drawn or assumed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Initial {
    /// Addresses the client's draws: names may change, this stays. `None`: its name does.
    pub key: Option<u64>,
    /// How the database calls the record, to look the client up by.
    #[serde(skip)]
    pub guid: Option<String>,
    /// Other names of the machines behind the record, to look the client up by: those of computers that share it, and
    /// the one that the database has where the client's own had to differ.
    #[serde(skip)]
    pub also: Vec<String>,
    /// What an export says of the record, to be shown; no run depends on it.
    #[serde(skip)]
    pub exported: Option<Box<ExportedRecord>>,
    /// Active, Retired or Disposed.
    pub status: Status,
    /// The database does not say this status, or words it otherwise: who looks for it there finds other records.
    #[serde(skip)]
    pub status_assumed: bool,
    /// Whether the PC behind the record is in use.
    pub machine: Machine,
    /// How far the plug-in is (C1, C2).
    pub plugin: Plugin,
    /// The last membership update made it a target of the install policy (C1).
    pub install_target: bool,
    /// It is under the uninstall policy (V2).
    pub uninstall_target: bool,
    /// How far the assessment scan package is (C3, C4).
    pub package: Package,
    /// It holds a license (C6).
    pub licensed: bool,
    /// Its last scan was turned away (X2).
    pub rejected: bool,
    /// Its last configuration request; `None`: not known, its rhythm is drawn. All three lie before the start.
    pub last_configuration: Option<Time>,
    /// Its last Basic Inventory, likewise.
    pub last_inventory: Option<Time>,
    /// When the server last got a scan result of it; `None`: not known, or never.
    pub last_scan: Option<Time>,
}

/// What a customer's tables say of a record beside where its client stands. `None`: they do not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExportedRecord {
    /// Its Windows domain.
    pub domain: Option<Arc<str>>,
    /// Its status where it is none of those that a client can have.
    pub status: Option<Arc<str>>,
    /// Whether it is managed.
    pub managed: Option<bool>,
    /// Version of the agent.
    pub agent_version: Option<Arc<str>>,
    /// Version of the Software Update Plug-in.
    pub plugin_version: Option<Arc<str>>,
}

impl ExportedRecord {
    /// All its texts.
    pub fn texts(&self) -> impl Iterator<Item = &Arc<str>> {
        [&self.domain, &self.status, &self.agent_version, &self.plugin_version].into_iter().flatten()
    }
}

/// What has become of the PC behind a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Machine {
    /// It is there and its agent runs.
    Alive,
    /// It has not reported for long, and will not (V9).
    Silent,
    /// Its agent was uninstalled (V8).
    AgentUninstalled,
    /// It was re-imaged and goes on as another record (V10).
    LeftBehind,
    /// Unknown: its record holds a license and was not exported. Retired, Disposed or deleted (V3).
    Unlisted,
}

/// How far the plug-in is (C1, C2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Plugin {
    /// Not on the PC, and not asked for.
    None,
    /// The client knows of it and wants to download it.
    Requested,
    /// It runs; the server does not know of it yet.
    Installed,
    /// It runs, and a Basic Inventory has reported it to the server.
    Reported,
}

/// How far the assessment scan package is (C3, C4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Package {
    /// Not a target for the package.
    None,
    /// The server targets the client (C3), which does not know it yet.
    Targeted,
    /// The client knows of it and wants to download it.
    Requested,
    /// Complete: scans can run (C4).
    Ready,
}

impl Initial {
    /// A client of which nothing is known but that the server has an Active record of it.
    pub fn managed(key: Option<u64>) -> Initial {
        Initial {
            key,
            guid: None,
            also: Vec::new(),
            exported: None,
            status: Status::Active,
            status_assumed: false,
            machine: Machine::Alive,
            plugin: Plugin::None,
            install_target: false,
            uninstall_target: false,
            package: Package::None,
            licensed: false,
            rejected: false,
            last_configuration: None,
            last_inventory: None,
            last_scan: None,
        }
    }

    /// What an export says of the record, to be filled in.
    pub fn exported(&mut self) -> &mut ExportedRecord {
        self.exported.get_or_insert_default()
    }

    /// When the client last reported, as far as is known.
    pub fn last_report(&self) -> Option<Time> {
        self.last_configuration.max(self.last_inventory)
    }
}

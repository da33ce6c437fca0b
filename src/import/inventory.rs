//! The picture: what the tables say about every computer and every license.

use std::sync::Arc;

use jiff::civil::DateTime;

use crate::import::fault::Notice;
pub use crate::import::status::ExportedStatus;
use crate::import::tables::ExportTable;
use crate::import::values::{Guid, Seen};
use crate::scenario::model::{LicenseKind, Product};

/// A customer's estate as exported. What is not in the tables is unknown here.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// In order of GUID, each GUID once.
    pub computers: Vec<Computer>,
    /// Names of the policies that target computers, sorted; [`Computer::policies`] points here.
    pub policies: Vec<String>,
    /// Licenses owned, of other products, too, in order of the file.
    pub licenses: Vec<OwnedLicense>,
    /// Holders of a license that are no computers here, in order of GUID: their records were
    /// deleted, or not exported (V3).
    pub orphans: Vec<Orphan>,
    /// What the rows of licenses in use are; `None` when the table is missing.
    pub rows_in_use: Option<RowsInUse>,
    /// Computers of other systems than Windows, which are no clients of this pool and are left out.
    pub other_systems: u64,
    /// Tables that were not exported.
    pub missing: Vec<ExportTable>,
    /// When the tables were exported; `None` when neither the caller nor any date tells.
    pub exported_at: Option<DateTime>,
    /// What was left out or assumed, in order of file and line.
    pub notices: Vec<Notice>,
}

impl Inventory {
    /// Was the table exported?
    pub fn has(&self, table: ExportTable) -> bool {
        !self.missing.contains(&table)
    }

    /// The computer with this GUID.
    pub fn computer(&self, guid: Guid) -> Option<&Computer> {
        let at = self.computers.binary_search_by_key(&guid, |computer| computer.guid);
        at.ok().map(|at| &self.computers[at])
    }
}

/// A record of the server, and what the tables say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computer {
    /// Identity of the record on the server.
    pub guid: Guid,
    /// Its line in the table of computers.
    pub line: u64,
    /// As exported; empty when there is none.
    pub name: String,
    /// Other machines that share the record, because their hardware keys are the same (V10); sorted.
    pub other_names: Vec<String>,
    /// Its Windows domain.
    pub domain: Option<Arc<str>>,
    /// Its operating system as exported, such as `Windows 11 Enterprise`.
    pub os: Option<Arc<str>>,
    /// `None` when it is not known; so too below.
    pub is_managed: Option<bool>,
    /// The status of the record (V1, V6).
    pub status: Option<ExportedStatus>,
    /// When it last asked for its policies (C1, C3).
    pub last_config_request: Seen,
    /// When it last sent a Basic Inventory (C2).
    pub last_basic_inventory: Seen,
    /// `Seen::Never` when the table of Patch Inventories has no row about the computer.
    pub last_patch_inventory: Seen,
    /// In order of name, each name once; empty when the table is missing, too.
    pub agents: Vec<ExportedAgent>,
    /// The policies that target it, ascending positions in [`Inventory::policies`].
    pub policies: Vec<u32>,
    /// `None` when the table of licenses in use is missing.
    pub holds_license: Option<bool>,
    /// Its line in the table of Patch Inventories; 0 without one.
    pub(super) inventory_line: u64,
}

impl Computer {
    /// The agent of that name, in any case.
    pub fn agent(&self, name: &str) -> Option<&ExportedAgent> {
        self.agents.iter().find(|agent| agent.name.eq_ignore_ascii_case(name))
    }

    /// The Software Update Plug-in.
    pub fn plug_in(&self) -> Option<&ExportedAgent> {
        self.agent(PLUG_IN)
    }

    /// The agent itself, under its old name or its new one.
    pub fn base_agent(&self) -> Option<&ExportedAgent> {
        BASE_AGENTS.iter().find_map(|name| self.agent(name))
    }

    /// When the server last heard of it in any way.
    pub fn last_seen(&self) -> Seen {
        self.last_config_request.max(self.last_basic_inventory).max(self.last_patch_inventory)
    }
}

/// The name of the Software Update Plug-in among the agents.
pub const PLUG_IN: &str = "Altiris Software Update Agent";

/// The names of the agent itself.
pub const BASE_AGENTS: [&str; 2] = ["Altiris Agent", "Symantec Management Agent"];

/// An agent or a plug-in on a computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedAgent {
    /// As the table of agents has it, such as [`PLUG_IN`].
    pub name: Arc<str>,
    /// Its product version as exported, such as `8.6.1012.0`.
    pub version: Option<Arc<str>>,
}

/// A license that the customer owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedLicense {
    /// Its line in the table of licenses.
    pub line: u64,
    /// The product as exported; `None`: the table has no such column or value.
    pub product: Option<String>,
    /// What that product is, or what `--product` says of it.
    pub class: Product,
    /// As exported, or assumed from whether it expires.
    pub kind: LicenseKind,
    /// Licenses that it adds to the pool; `None`: without limit, as exported.
    pub nodes: Option<u64>,
    /// First instant in force; `None`: not stated.
    pub starts: Option<DateTime>,
    /// There is one unless the license is perpetual.
    pub expires: Option<DateTime>,
    /// End of maintenance (AUP); `None`: not stated.
    pub maintenance_ends: Option<DateTime>,
}

/// A holder of a license that is no computer of the estate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orphan {
    /// The GUID as exported, known from the table of licenses in use only.
    pub guid: Guid,
    /// Its line in the table of licenses in use.
    pub line: u64,
}

/// Rows of the table of licenses in use: each is counted once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RowsInUse {
    /// All of them, headers and remarks left out.
    pub rows: u64,
    /// Computers that hold a license.
    pub holders: u64,
    /// Holders that are not among the computers (V3).
    pub orphans: u64,
    /// Of holders that are counted already.
    pub again: u64,
    /// Of other products and licensing policies.
    pub other: u64,
}

//! Random estates as a customer's tables show them, with faults planted in them and the truth kept beside.
//!
//! Every computer is of one [`Kind`], which says what is true of it: whether its agent lives, whether its license is held
//! for nothing, what an audit has to say of it. Beside the faults stand look-alikes that have to stay in peace: PCs that are
//! off over the weekend, computers known to Active Directory only, records retired long ago. The tables are written from the
//! kinds alone, so a count that an audit finds can be compared with the number planted.

use std::collections::BTreeMap;
use std::fmt::Write;

use jiff::SignedDuration;
use jiff::civil::{DateTime, Weekday, date};

use crate::support::imported::Files;

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// What is true of a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Reports, scans, holds a license.
    InUse,
    /// The same, and switched off since Friday evening.
    OffOverTheWeekend,
    /// Known to Active Directory, never reported.
    DirectoryOnly,
    /// Retired long ago; its license went back.
    RetiredLongAgo,
    /// Retired, silent, and the licensing refresh has not run since (V1).
    RetiredNotReleased,
    /// Retired, and its agent reports (V7).
    RetiredAlive,
    /// Disposed, silent, holds a license (V6).
    Disposed,
    /// Disposed, and its agent reports (V7).
    DisposedAlive,
    /// The agent is gone from the table of agents, the PC silent for days (V8).
    AgentUninstalled,
    /// No report for weeks, with a license (V9).
    Silent,
    /// Alive, without the plug-in, outside the install policy, with a license (V2).
    PluginUninstalled,
    /// The old record of a re-imaged PC; the new one is `InUse` (V10).
    LeftBehind,
    /// The plug-in reported long ago, requests since, no scan: waits for a license where the pool is full (X2), for the
    /// package where it is not (C4).
    NeverScanned,
    /// The same, and in no DSUP-type policy (C5).
    OutsideDsup,
    /// Alive, without the plug-in, in a policy of another solution only (C1).
    OutsideInstall,
    /// Holds a license, asks for its policies, and its Patch Inventory stopped a month ago (X3).
    InventoryStopped,
}

impl Kind {
    pub const ALL: [Kind; 16] = [
        Kind::InUse,
        Kind::OffOverTheWeekend,
        Kind::DirectoryOnly,
        Kind::RetiredLongAgo,
        Kind::RetiredNotReleased,
        Kind::RetiredAlive,
        Kind::Disposed,
        Kind::DisposedAlive,
        Kind::AgentUninstalled,
        Kind::Silent,
        Kind::PluginUninstalled,
        Kind::LeftBehind,
        Kind::NeverScanned,
        Kind::OutsideDsup,
        Kind::OutsideInstall,
        Kind::InventoryStopped,
    ];

    pub fn holds(self) -> bool {
        use Kind::*;
        !matches!(self, DirectoryOnly | RetiredLongAgo | NeverScanned | OutsideDsup | OutsideInstall)
    }

    /// A person works at it, or will on Monday: nothing may retire or delete its record.
    pub fn in_use(self) -> bool {
        use Kind::*;
        matches!(
            self,
            InUse
                | OffOverTheWeekend
                | PluginUninstalled
                | NeverScanned
                | OutsideDsup
                | OutsideInstall
                | InventoryStopped
        )
    }

    /// What an audit calls it, where it has something to say.
    fn finding(self, full: bool) -> Option<&'static str> {
        use Kind::*;
        Some(match self {
            InUse | OffOverTheWeekend | DirectoryOnly | RetiredLongAgo => return None,
            RetiredNotReleased => "retired_not_released",
            RetiredAlive => "retired_agent_alive",
            Disposed => "disposed",
            DisposedAlive => "disposed_agent_alive",
            AgentUninstalled => "agent_uninstalled",
            Silent => "silent",
            PluginUninstalled => "plugin_uninstalled",
            LeftBehind => "left_behind",
            NeverScanned if full => "pool_full",
            NeverScanned => "package_never_completed",
            OutsideDsup => "untargeted",
            OutsideInstall => "outside_install_policy",
            InventoryStopped => "inventory_stopped",
        })
    }
}

/// A computer, and what is true of it.
#[derive(Debug, Clone)]
pub struct Planted {
    pub kind: Kind,
    pub guid: String,
}

/// An estate, and its truth.
pub struct Estate {
    pub now: DateTime,
    pub computers: Vec<Planted>,
    /// Every node is held.
    pub full: bool,
    pub files: Files,
}

/// A small generator: the same estate of a seed everywhere.
struct Choices(u64);

impl Choices {
    fn below(&mut self, n: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n.max(1).unsigned_abs()) as i64
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below(to - from)
    }
}

/// When a computer was last seen, in minutes before the export; `None`: never.
struct Seen {
    request: Option<i64>,
    inventory: Option<i64>,
    scan: Option<i64>,
}

struct Writer<'c> {
    choices: &'c mut Choices,
    now: DateTime,
    /// Minutes between two requests of an agent.
    request_every: i64,
    /// Minutes between two scans.
    scan_every: i64,
    texts: [String; 6],
}

const BASE: &str = "Altiris Agent,8.6.3268.0";
const PLUG_IN: &str = "Altiris Software Update Agent,8.6.3268.0";
const OTHERS: [&str; 3] = [
    "Altiris Inventory Agent,8.6.1006.0",
    "Symantec pcAnywhere Agent,12.6.7",
    "Software Management Solution Agent,8.6.1008.0",
];
const INSTALL: &str = "Software Update Plug-in Install";
const DSUP: &str = "Default Software Update Plug-in Policy";
const OTHER: &str = "Inventory Plug-in Install";
const PRODUCT: &str = "Patch Management Solution";
const NAMES: [&str; 6] = ["computers", "agents", "license_in_use", "patch_inventory", "targets", "licenses"];
const HEADS: [&str; 6] = [
    "Guid,Name,Domain,IsManaged,Status,LastConfigRequest,LastBasicInventory",
    "ResourceGuid,AgentName,ProductVersion",
    "ProductName,LicensingPolicyGuid,ResourceGuid",
    "ResourceGuid,LastPatchInventory",
    "ResourceGuid,PolicyName",
    "ProductName,Kind,Nodes,Starts,Expires,MaintenanceEnds",
];

/// The estate of a seed.
pub fn estate_of(seed: u64) -> Estate {
    let mut choices = Choices(seed ^ 0x5851_f42d_4c95_7f2d);
    let full = choices.below(2) == 0;
    let monday = choices.below(2) == 0;
    let day = if monday { date(2026, 3, 2) } else { date(2026, 3, 5) };
    let now = day.at(9 + choices.below(6) as i8, choices.below(60) as i8, 0, 0);
    let mut kinds = Vec::new();
    for kind in Kind::ALL {
        let count = match kind {
            Kind::InUse => choices.between(60, 200),
            Kind::OffOverTheWeekend if day.weekday() != Weekday::Monday => 0,
            Kind::OffOverTheWeekend => choices.between(0, 40),
            // Of few clients, one or two may be ill; of others of the same kind, many.
            _ if choices.below(3) == 0 => choices.between(1, 25),
            _ if choices.below(3) == 0 => choices.between(1, 3),
            _ => 0,
        };
        kinds.extend((0..count).map(|_| kind));
    }
    let request_every = [HOUR, 2 * HOUR, 4 * HOUR][choices.below(3) as usize];
    let scan_every = [4 * HOUR, 6 * HOUR, 8 * HOUR][choices.below(3) as usize];
    for last in (1..kinds.len()).rev() {
        kinds.swap(last, choices.below(last as i64 + 1) as usize);
    }
    let texts = HEADS.map(|head| format!("{head}\n"));
    let mut writer = Writer { choices: &mut choices, now, request_every, scan_every, texts };
    let mut computers = Vec::new();
    for (number, kind) in kinds.into_iter().enumerate() {
        writer.write(kind, format!("WS-{:04}", 1_000 + number), &mut computers);
    }
    let held = computers.iter().filter(|computer| computer.kind.holds()).count() as i64;
    let nodes = if full { held } else { held + writer.choices.between(1, 300) };
    let _ = writeln!(writer.texts[5], "{PRODUCT},Perpetual,{nodes},2024-06-01,,2027-06-30");
    let files = NAMES
        .iter()
        .zip(writer.texts)
        .map(|(name, text)| (format!("{name}.csv"), text.into_bytes()))
        .collect();
    Estate { now, computers, full, files }
}

impl Writer<'_> {
    /// Writes a computer of a kind; beside the old record of a re-imaged PC its new one.
    fn write(&mut self, kind: Kind, name: String, computers: &mut Vec<Planted>) {
        self.record(kind, &name, computers);
        if kind == Kind::LeftBehind {
            self.record(Kind::InUse, &name, computers);
        }
    }

    fn record(&mut self, kind: Kind, name: &str, computers: &mut Vec<Planted>) {
        let mut half = || {
            ((self.choices.below(1 << 31) as u64) << 31 | self.choices.below(1 << 31) as u64)
                & 0xffff_ffff_ffff
        };
        let guid = format!("{:08x}-{:04x}-4000-8000-{:012x}", half() & 0xffff_ffff, half() & 0xffff, half());
        let seen = self.seen(kind);
        let status = match kind {
            Kind::RetiredLongAgo | Kind::RetiredNotReleased | Kind::RetiredAlive => "Retired",
            Kind::Disposed | Kind::DisposedAlive => "Disposed",
            _ => "Active",
        };
        let managed = !matches!(kind, Kind::DirectoryOnly | Kind::RetiredLongAgo | Kind::RetiredNotReleased);
        let at = |minutes: Option<i64>| minutes.map_or("NULL".to_string(), |minutes| ago(self.now, minutes));
        let (request, inventory) = (at(seen.request), at(seen.inventory));
        let row = format!("{name},CORP,{},{status},{request},{inventory}", u8::from(managed));
        self.row(0, &guid, &row);
        for agent in self.agents(kind) {
            self.row(1, &guid, agent);
        }
        if kind.holds() {
            let _ = writeln!(self.texts[2], "{PRODUCT},{{B417DAFD-40DE-53CC-8067-6BB58C2D4F31}},{guid}");
        }
        if let Some(scan) = seen.scan {
            let scan = ago(self.now, scan);
            self.row(3, &guid, &scan);
        }
        for policy in policies(kind) {
            self.row(4, &guid, policy);
        }
        computers.push(Planted { kind, guid });
    }

    fn row(&mut self, table: usize, guid: &str, cells: &str) {
        let _ = writeln!(self.texts[table], "{guid},{cells}");
    }

    fn seen(&mut self, kind: Kind) -> Seen {
        let (request_every, scan_every) = (self.request_every, self.scan_every);
        let c = &mut *self.choices;
        let mut alive = |last: i64| Seen {
            request: Some(last + c.below(request_every)),
            inventory: Some(last + c.below(DAY)),
            scan: Some(last + c.below(scan_every)),
        };
        match kind {
            Kind::InUse | Kind::RetiredAlive | Kind::DisposedAlive | Kind::PluginUninstalled => alive(0),
            // Monday morning: Friday evening is 60 hours ago.
            Kind::OffOverTheWeekend => alive(62 * HOUR),
            Kind::DirectoryOnly => Seen { request: None, inventory: None, scan: None },
            Kind::OutsideInstall => Seen { scan: None, ..alive(0) },
            Kind::RetiredLongAgo => Seen { scan: None, ..alive(400 * DAY) },
            Kind::RetiredNotReleased => alive(6 * DAY),
            Kind::Disposed => alive(40 * DAY),
            Kind::AgentUninstalled => alive(6 * DAY),
            Kind::Silent => alive(30 * DAY),
            Kind::LeftBehind => alive(9 * DAY),
            // The inventory of yesterday reported the plug-in; requests go on.
            Kind::NeverScanned | Kind::OutsideDsup => Seen {
                inventory: Some(18 * HOUR + c.below(5 * HOUR)),
                request: Some(c.below(HOUR)),
                scan: None,
            },
            Kind::InventoryStopped => {
                let stopped = alive(30 * DAY).scan;
                Seen { scan: stopped, ..alive(0) }
            }
        }
    }

    fn agents(&mut self, kind: Kind) -> Vec<&'static str> {
        let other = OTHERS[self.choices.below(3) as usize];
        match kind {
            Kind::DirectoryOnly | Kind::AgentUninstalled | Kind::RetiredLongAgo => Vec::new(),
            Kind::PluginUninstalled | Kind::OutsideInstall => vec![BASE, other],
            _ => vec![other, BASE, PLUG_IN],
        }
    }
}

fn policies(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::DirectoryOnly | Kind::AgentUninstalled | Kind::RetiredLongAgo => &[],
        Kind::PluginUninstalled | Kind::OutsideInstall => &[OTHER],
        Kind::OutsideDsup => &[INSTALL, OTHER],
        _ => &[INSTALL, DSUP, OTHER],
    }
}

fn ago(now: DateTime, minutes: i64) -> String {
    now.saturating_sub(SignedDuration::from_mins(minutes)).to_string().replace('T', " ")
}

impl Estate {
    /// Of each finding that is about clients, how many were planted.
    pub fn planted(&self) -> BTreeMap<&'static str, u64> {
        let mut planted = BTreeMap::new();
        for finding in self.computers.iter().filter_map(|computer| computer.kind.finding(self.full)) {
            *planted.entry(finding).or_default() += 1;
        }
        planted
    }
}

//! Tables of computers that a test describes one by one: healthy ones, and what is changed about some of them.

use std::fmt::Write;

use fleetsim::import::{Assume, ReadOptions};
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};

use crate::support::imported::{Files, Imported, assume};

/// A Monday.
pub const NOW: DateTime = date(2026, 3, 2).at(12, 0, 0, 0);
pub const HOUR: i64 = 60;
pub const DAY: i64 = 24 * HOUR;

pub const BASE: &str = "Altiris Agent,8.6.3268";
pub const PLUG_IN: &str = "Altiris Software Update Agent,8.6.3268";
pub const INSTALL: &str = "Software Update Plug-in Install";
pub const DSUP: &str = "Default Software Update Plug-in Policy";
pub const ALL: [&str; 4] = [INSTALL, "Windows System Assessment Scan", DSUP, "Inventory"];

/// A computer; ages in minutes before the export.
#[derive(Clone)]
pub struct Pc {
    pub name: String,
    pub domain: &'static str,
    pub os: &'static str,
    pub managed: &'static str,
    pub status: &'static str,
    /// `None`: never.
    pub request: Option<i64>,
    pub inventory: Option<i64>,
    pub scan: Option<i64>,
    pub held: bool,
    pub agents: Vec<&'static str>,
    pub policies: Vec<&'static str>,
}

/// Computers that lack nothing.
pub fn healthy(prefix: &str, count: i64) -> Vec<Pc> {
    let pc = |n| Pc {
        name: format!("{prefix}-{n}"),
        domain: "CORP",
        os: "",
        managed: "1",
        status: "Active",
        request: Some(n % 60),
        inventory: Some(60 + 97 * n % 1_300),
        scan: Some(60 + 331 * n % (4 * DAY)),
        held: true,
        agents: vec![BASE, PLUG_IN],
        policies: ALL.to_vec(),
    };
    (1..=count).map(pc).collect()
}

/// Such computers, each changed.
pub fn with(prefix: &str, count: i64, change: impl Fn(&mut Pc)) -> Vec<Pc> {
    let mut computers = healthy(prefix, count);
    computers.iter_mut().for_each(change);
    computers
}

/// The same, as told apart by their numbers from 0 on.
pub fn with_each(prefix: &str, count: i64, change: impl Fn(i64, &mut Pc)) -> Vec<Pc> {
    let mut computers = healthy(prefix, count);
    computers.iter_mut().zip(0..).for_each(|(pc, n)| change(n, pc));
    computers
}

pub const PRODUCT: &str = "Patch Management Solution";

/// The tables of these computers; `licenses` are rows of product, nodes and end of maintenance.
pub fn files(computers: &[Pc], licenses: &str) -> Files {
    let mut texts = [
        (
            "computers",
            "Guid,Name,Domain,OS,IsManaged,Status,LastConfigRequest,LastBasicInventory\n".to_string(),
        ),
        ("agents", "ResourceGuid,AgentName,ProductVersion\n".to_string()),
        ("license_in_use", "ResourceGuid\n".to_string()),
        ("patch_inventory", "ResourceGuid,LastPatchInventory\n".to_string()),
        ("targets", "ResourceGuid,PolicyName\n".to_string()),
        ("licenses", format!("ProductName,Nodes,MaintenanceEnds\n{licenses}\n")),
    ];
    let ago = |minutes: i64| NOW.saturating_sub(SignedDuration::from_mins(minutes)).to_string();
    let or_never = |minutes: Option<i64>| minutes.map_or("NULL".to_string(), ago);
    for (n, pc) in computers.iter().enumerate() {
        let guid = format!("{:08x}-0000-4000-8000-000000000000", n + 1);
        let (request, inventory) = (or_never(pc.request), or_never(pc.inventory));
        let Pc { name, domain, os, managed, status, agents, policies, .. } = pc;
        let mut row = |table: usize, cells: String| {
            let _ = writeln!(texts[table].1, "{guid}{cells}");
        };
        row(0, format!(",{name},{domain},{os},{managed},{status},{request},{inventory}"));
        agents.iter().for_each(|agent| row(1, format!(",{agent}")));
        policies.iter().for_each(|policy| row(4, format!(",{policy}")));
        if pc.held {
            row(2, String::new());
        }
        if let Some(scan) = pc.scan {
            row(3, format!(",{}", ago(scan)));
        }
    }
    texts.map(|(name, text)| (format!("{name}.csv"), text.into_bytes())).to_vec()
}

/// As exported at [`NOW`].
pub fn import_as(assume: &Assume, files: Files) -> Imported {
    Imported::of(files, assume, &ReadOptions { exported_at: Some(NOW), ..ReadOptions::default() })
}

/// Of a pool of 100 nodes more than are held, so that it is not full.
pub fn import(computers: &[Pc]) -> Imported {
    let nodes = 100 + computers.len();
    import_as(&assume("tables"), files(computers, &format!("{PRODUCT},{nodes},2026-12-31")))
}

/// Findings and their counts, in the order of the audit.
pub fn found(imported: &Imported) -> Vec<(&'static str, u64)> {
    imported.audit().findings.iter().map(|finding| (finding.key, finding.count)).collect()
}

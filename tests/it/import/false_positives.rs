//! Healthy fleets that look ill: what a rule of thumb must not take for a fault.

use std::fmt::Write;

use fleetsim::import::{Assume, ReadOptions};
use fleetsim::scenario::model::Version;
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};

use crate::support::imported::{Files, Imported, assume};

const NOW: DateTime = date(2026, 3, 2).at(12, 0, 0, 0);
const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

const BASE: &str = "Altiris Agent,8.6.3268";
const PLUG_IN: &str = "Altiris Software Update Agent,8.6.3268";
const INSTALL: &str = "Software Update Plug-in Install";
const ALL: [&str; 4] =
    [INSTALL, "Windows System Assessment Scan", "Default Software Update Plug-in Policy", "Inventory"];

/// A computer; ages in minutes before the export.
#[derive(Clone)]
struct Pc {
    name: String,
    status: &'static str,
    request: i64,
    inventory: i64,
    scan: Option<i64>,
    held: bool,
    agents: Vec<&'static str>,
    policies: Vec<&'static str>,
}

/// Computers that lack nothing.
fn healthy(prefix: &str, count: i64) -> Vec<Pc> {
    let pc = |n| Pc {
        name: format!("{prefix}-{n}"),
        status: "Active",
        request: n % 60,
        inventory: 60 + 97 * n % 1_300,
        scan: Some(60 + 331 * n % (4 * DAY)),
        held: true,
        agents: vec![BASE, PLUG_IN],
        policies: ALL.to_vec(),
    };
    (1..=count).map(pc).collect()
}

/// Such computers, each changed.
fn with(prefix: &str, count: i64, change: impl Fn(&mut Pc)) -> Vec<Pc> {
    let mut computers = healthy(prefix, count);
    computers.iter_mut().for_each(change);
    computers
}

const PRODUCT: &str = "Patch Management Solution";

fn files(computers: &[Pc], licenses: &str) -> Files {
    let mut texts = [
        ("computers", "Guid,Name,Status,LastConfigRequest,LastBasicInventory\n".to_string()),
        ("agents", "ResourceGuid,AgentName,ProductVersion\n".to_string()),
        ("license_in_use", "ResourceGuid\n".to_string()),
        ("patch_inventory", "ResourceGuid,LastPatchInventory\n".to_string()),
        ("targets", "ResourceGuid,PolicyName\n".to_string()),
        ("licenses", format!("ProductName,Nodes,MaintenanceEnds\n{licenses}\n")),
    ];
    let ago = |minutes: i64| NOW.saturating_sub(SignedDuration::from_mins(minutes)).to_string();
    for (n, pc) in computers.iter().enumerate() {
        let guid = format!("{:08x}-0000-4000-8000-000000000000", n + 1);
        let (request, inventory) = (ago(pc.request), ago(pc.inventory));
        let Pc { name, status, agents, policies, .. } = pc;
        let mut row = |table: usize, cells: String| {
            let _ = writeln!(texts[table].1, "{guid}{cells}");
        };
        row(0, format!(",{name},{status},{request},{inventory}"));
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

fn import_as(assume: &Assume, files: Files) -> Imported {
    Imported::of(files, assume, &ReadOptions { exported_at: Some(NOW), ..ReadOptions::default() })
}

fn found(imported: &Imported) -> Vec<(&'static str, u64)> {
    imported.audit().findings.iter().map(|finding| (finding.key, finding.count)).collect()
}

#[track_caller]
fn expect(findings: &[(&str, u64)], computers: &[Pc]) -> Imported {
    let imported = import_as(&assume("doubt"), files(computers, &format!("{PRODUCT},100,2026-12-31")));
    assert_eq!(found(&imported), findings);
    imported
}

#[test]
fn healthy_fleets_have_no_findings() {
    expect(&[], &healthy("pc", 30));
}

/// No client scanned since Thursday night: it was a long weekend, and maintenance has ended, too.
#[test]
fn a_long_weekend_is_no_stopped_server() {
    let office = with("pc", 20, |pc| {
        (pc.request, pc.inventory) = (85 * HOUR + pc.request, 90 * HOUR + pc.inventory);
        pc.scan = pc.scan.map(|scan| 86 * HOUR + scan % DAY);
    });
    let fleet = [office, with("srv", 2, |pc| pc.scan = Some(4 * DAY))].concat();
    let imported = import_as(&assume("weekend"), files(&fleet, &format!("{PRODUCT},100,2026-01-31")));
    assert_eq!(found(&imported), [("maintenance_ended", 1)]);
    assert!(imported.customer.released.is_none());
}

/// No result since maintenance ended, as nothing new came (M2); or since an upgrade, which the caller knows of (M3).
#[test]
fn no_news_is_no_uncovered_version_unless_the_tables_say_so() {
    let fleet = with("pc", 20, |pc| pc.scan = pc.scan.map(|scan| 28 * DAY + scan % DAY));
    let tables = || files(&fleet, &format!("{PRODUCT},100,2026-01-31"));
    for (released, finding) in [
        (None, ("maintenance_ended", 1)),
        (Some(date(2026, 1, 20)), ("maintenance_ended", 1)),
        (Some(date(2026, 2, 20)), ("version_not_covered", 20)),
    ] {
        let imported = import_as(&Assume { released, ..assume("released") }, tables());
        assert_eq!(found(&imported), [finding], "{released:?}");
    }
}

/// Most have no plug-in yet: the policy was enabled this morning.
#[test]
fn a_rollout_of_this_morning_is_no_stuck_package_server() {
    let fleet = with("pc", 30, |pc| {
        (pc.scan, pc.held) = (None, false);
        pc.agents = vec![BASE];
        if pc.name.ends_with('7') {
            (pc.request, pc.inventory, pc.agents) = (5, 20, vec![BASE, PLUG_IN]);
        }
    });
    expect(&[("awaits_package", 3), ("awaits_plugin", 27)], &fleet);
}

#[test]
fn computers_imaged_today_are_under_way() {
    let new = with("new", 6, |pc| (pc.scan, pc.held, pc.request, pc.inventory) = (None, false, 3, 40));
    expect(&[("awaits_package", 6)], &[healthy("pc", 30), new].concat());
}

#[test]
fn tables_of_some_agents_do_not_say_that_the_others_are_gone() {
    expect(&[], &with("pc", 20, |pc| pc.agents = vec![BASE]));
    expect(&[], &with("pc", 20, |pc| pc.agents = vec![PLUG_IN]));
    let one_more = with("odd", 1, |pc| pc.agents = vec![BASE, PLUG_IN]);
    let inactive = with("pc", 20, |pc| (pc.agents, pc.request) = (vec![PLUG_IN], 30 * HOUR));
    expect(&[], &[inactive, one_more].concat());
}

/// Other agents count their versions by themselves.
#[test]
fn the_version_is_that_of_the_agent() {
    let agents = vec![BASE, PLUG_IN, "Symantec Endpoint Protection,14.3.9681", "pcAnywhere,12.6.7"];
    let imported = expect(&[], &with("pc", 10, |pc| pc.agents = agents.clone()));
    assert_eq!(imported.customer.version, Version::V8_6);
}

#[test]
fn a_name_that_was_retired_properly_may_come_again() {
    let old = with("pc", 9, |pc| {
        (pc.status, pc.held, pc.scan) = ("Retired", false, None);
        (pc.request, pc.inventory) = (900 * DAY, 900 * DAY);
    });
    expect(&[], &[healthy("pc", 30), old].concat());
}

/// Targets of Patch Management only: a computer in none of them was left out on purpose, or missed. The first is more
/// usual.
#[test]
fn servers_outside_all_patch_policies_are_outside_the_policy() {
    let patch = |pc: &mut Pc| pc.policies = ALL[..3].to_vec();
    let servers = with("srv", 6, |pc| {
        (pc.agents, pc.scan, pc.held) = (vec![BASE], None, false);
        pc.policies.clear();
    });
    expect(&[("outside_install_policy", 6)], &[with("pc", 20, patch), servers].concat());
}

#[test]
fn an_export_of_the_install_policy_alone_says_nothing_of_the_dsup() {
    let weekly = |pc: &mut Pc| (pc.policies, pc.scan) = (vec![INSTALL], Some(9 * DAY));
    let imported = expect(&[], &with("pc", 20, weekly));
    assert!(imported.customer.dsup);
}

#[test]
fn pools_of_other_systems_are_not_this_pool() {
    let fleet = healthy("pc", 10);
    let licenses = format!("{PRODUCT} for Windows,11,\n{PRODUCT} for Linux,500,\n{PRODUCT} for Mac,20,");
    let imported = import_as(&assume("systems"), files(&fleet, &licenses));
    assert_eq!(imported.customer.licenses.iter().map(|file| file.nodes).collect::<Vec<_>>(), [Some(11)]);
}

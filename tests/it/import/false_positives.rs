//! Healthy fleets that look ill: what a rule of thumb must not take for a fault.

use fleetsim::import::Assume;
use fleetsim::scenario::model::Version;
use jiff::civil::date;

use crate::support::imported::{Imported, assume};
use crate::support::pcs::{
    ALL, BASE, DAY, HOUR, INSTALL, PLUG_IN, PRODUCT, Pc, files, found, healthy, import_as, with,
};

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
        (pc.request, pc.inventory) =
            (pc.request.map(|at| 85 * HOUR + at), pc.inventory.map(|at| 90 * HOUR + at));
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
            (pc.request, pc.inventory, pc.agents) = (Some(5), Some(20), vec![BASE, PLUG_IN]);
        }
    });
    expect(&[("awaits_package", 3), ("awaits_plugin", 27)], &fleet);
}

#[test]
fn computers_imaged_today_are_under_way() {
    let new =
        with("new", 6, |pc| (pc.scan, pc.held, pc.request, pc.inventory) = (None, false, Some(3), Some(40)));
    expect(&[("awaits_package", 6)], &[healthy("pc", 30), new].concat());
}

#[test]
fn tables_of_some_agents_do_not_say_that_the_others_are_gone() {
    expect(&[], &with("pc", 20, |pc| pc.agents = vec![BASE]));
    expect(&[], &with("pc", 20, |pc| pc.agents = vec![PLUG_IN]));
    let one_more = with("odd", 1, |pc| pc.agents = vec![BASE, PLUG_IN]);
    let inactive = with("pc", 20, |pc| (pc.agents, pc.request) = (vec![PLUG_IN], Some(30 * HOUR)));
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
        (pc.request, pc.inventory) = (Some(900 * DAY), Some(900 * DAY));
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
    let weekly = |pc: &mut Pc| (pc.policies, pc.scan) = (vec![INSTALL], pc.scan.map(|scan| 9 * DAY + scan));
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

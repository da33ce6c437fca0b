//! Findings that do not stop a run, but that whoever reads the results should know.

use super::super::fault::{Fault, Place};
use super::super::model::{Deed, Heartbeat, Phase, Retry, Scan, Scenario, Version};
use super::super::reader::Section;
use super::super::yaml::{Kind, Node};
use super::expected_clients;
use crate::words::time::Span;

/// Looks at a scenario that was read; its values may be faulty still, then nobody sees the warnings.
pub fn warn_about(top: &Section, scenario: &Scenario) {
    for (path, problem, help) in findings(top, scenario) {
        let place = node_at(top, path).map_or(Place::FILE, |node| node.at);
        top.reader.warn(Fault::at(place, problem).path(path).help(help));
    }
}

type Finding = (&'static str, String, &'static str);

fn findings(top: &Section, scenario: &Scenario) -> Vec<Finding> {
    let clients: f64 = scenario.groups.iter().map(|g| expected_clients(g, scenario)).sum();
    let mut found = Vec::new();
    if clients == 0.0 {
        found.push(("groups", "there are no clients: nothing will happen".into(), "give a group `clients`"));
    }
    if scenario.licenses.is_empty() {
        let problem = "there is no license file: no scan will run (E1)".into();
        found.push(("licenses", problem, "add one under `licenses`"));
    }
    found.extend(overlapping_clones(scenario));
    found.extend(uncovered_group(scenario));
    found.extend(dead_membership_updates(scenario));
    found.extend(install_policy_of_nobody(scenario));
    found.extend(license_that_never_comes(scenario));
    found.extend(unused_site(scenario));
    found.extend(scans_of_a_large_fleet(top, scenario, clients));
    found.extend(keys_of_the_update_side(top, scenario));
    found.extend(nothing_enabled(scenario));
    found
}

/// T1: the vendor warns of two DSUP-type policies for one client.
fn overlapping_clones(scenario: &Scenario) -> Option<Finding> {
    let clones = &scenario.policies.clones;
    let pairs =
        clones.iter().enumerate().flat_map(|(i, one)| clones[i + 1..].iter().map(move |other| (one, other)));
    for ((one, first), (other, second)) in pairs {
        let both = (0..scenario.groups.len()).find(|&g| first.targets(g) && second.targets(g));
        if let Some(group) = both.map(|g| &scenario.groups[g].name) {
            let problem = format!(
                "clones `{one}` and `{other}` both target group `{group}`: conflicting settings (T1, KB 180495)"
            );
            return Some(("policies.clones", problem, "let one policy target each client"));
        }
    }
    None
}

/// C5: the plug-in goes to clients whose scans will all fail.
fn uncovered_group(scenario: &Scenario) -> Option<Finding> {
    let policies = &scenario.policies;
    if !scenario.requires_dsup() || policies.dsup_enabled {
        return None;
    }
    let covered = |group| policies.clones.iter().any(|(_, clone)| clone.targets(group));
    let group = (0..scenario.groups.len()).find(|&g| policies.plugin_install.targets(g) && !covered(g))?;
    let name = &scenario.groups[group].name;
    let problem = format!("the DSUP is off and no enabled clone targets group `{name}`: its scans fail (C5)");
    Some(("policies", problem, "enable the DSUP, or target the group with a clone"))
}

/// T2: nobody will ever become a target.
fn dead_membership_updates(scenario: &Scenario) -> Option<Finding> {
    let dead = !scenario.platform.membership_update.ever_runs();
    let problem = "membership updates never run: no client becomes a target of anything (T2)".into();
    dead.then_some(("platform.membership_update", problem, "schedule the delta or the complete update"))
}

/// C1: nobody will ever be a candidate.
fn install_policy_of_nobody(scenario: &Scenario) -> Option<Finding> {
    let policy = &scenario.policies.plugin_install;
    let nobody = !(0..scenario.groups.len()).any(|group| policy.targets(group));
    let problem = "the install policy targets no group: nobody gets the plug-in, or a license (C1)".into();
    (nobody && !scenario.groups.is_empty()).then_some((
        "policies.plugin_install",
        problem,
        "enable it, and name groups of clients",
    ))
}

fn license_that_never_comes(scenario: &Scenario) -> Option<Finding> {
    let file = scenario.licenses.iter().find(|file| file.from > scenario.horizon())?;
    let problem =
        format!("`{}` comes into force after the end of the scenario: it counts for nothing", file.name);
    Some(("licenses", problem, "correct `from`, or simulate for longer"))
}

fn unused_site(scenario: &Scenario) -> Option<Finding> {
    let used = |site: usize| scenario.groups.iter().any(|group| group.site == site);
    let site = (0..scenario.sites.len()).find(|&site| !used(site) && !scenario.groups.is_empty())?;
    let problem = format!("no group is at site `{}`", scenario.sites[site].name);
    Some(("sites", problem, "give a group `site`, or leave the site out"))
}

fn scans_of_a_large_fleet(top: &Section, scenario: &Scenario, clients: f64) -> Option<Finding> {
    let Scan { schedule: Heartbeat { every, phase: Phase::Random, .. }, retry: Retry::NextScan, .. } =
        &scenario.scan
    else {
        return None; // an experiment with scans, not a server
    };
    if clients < 10_000.0 || *every >= Span::hours(6) || node_at(top, "scan.every").is_some() {
        return None;
    }
    let problem =
        format!("{clients:.0} clients scan every {every}; the vendor advises 6–8 h from 10,000 clients on");
    Some(("scan", problem, "set `scan.every`, also to `4h` if that is what the server does"))
}

/// What only an update side can change is given, and there is none.
fn keys_of_the_update_side(top: &Section, scenario: &Scenario) -> Vec<Finding> {
    const KEYS: [&str; 8] = [
        "scan.send_only_if_changed",
        "scan.resend_after_reject",
        "scan.full_every",
        "scan.on_cycle_start",
        "scan.on_cycle_end",
        "packages.assessment_scan.update",
        "packages.assessment_scan.old_version_usable",
        "packages.install_tools",
    ];
    let tools_gate = (Version::V7_1..=Version::V7_5).contains(&scenario.platform.version);
    let idle = |path: &str| !(tools_gate && path == "packages.install_tools");
    let given =
        KEYS.iter().filter(|path| scenario.updates.is_none() && idle(path) && node_at(top, path).is_some());
    let problem = "changes nothing: without `updates` there are no new versions and no cycles, and every scan \
                   result counts as changed";
    given.map(|path| (*path, problem.to_string(), "add the section `updates`, or leave this out")).collect()
}

/// Bulletins are published, and nobody makes a policy for them.
fn nothing_enabled(scenario: &Scenario) -> Option<Finding> {
    let updates = scenario.updates.as_ref()?;
    let by_hand = scenario.actions.iter().any(|action| matches!(action.what, Deed::EnableBulletins(_)));
    let none = updates.enable.is_none() && !by_hand && !updates.bulletins.is_empty();
    let problem = "no bulletin is ever enabled: updates are listed, and none reaches a client (M1)".into();
    none.then_some(("updates", problem, "give `enable` a delay, or add an action `enable_bulletins`"))
}

/// The node at a path. (A `Section` would report all the other keys beside it as unknown.)
fn node_at<'r>(top: &Section<'r, '_>, path: &str) -> Option<&'r Node> {
    let mut parts = path.split('.');
    let first = top.node(parts.next()?)?;
    parts.try_fold(first, |node, key| match &node.kind {
        Kind::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
        _ => None,
    })
}

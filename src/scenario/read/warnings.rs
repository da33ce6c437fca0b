//! Findings that do not stop a run, but bear on what its results mean.

use crate::scenario::fault::{Fault, Place};
use crate::scenario::model::updates::Updates;
use crate::scenario::model::{
    Action, AdminCommand, DAYS, Group, Online, Outage, PeriodicSchedule, Phase, Refund, Retry, Scan,
    Scenario, Schedule, ServedPackage, Share, Solution, Unreachable, Version,
};
use crate::scenario::read::expected_clients;
use crate::scenario::read::policy_warnings::{self, ScenarioWarning};
use crate::scenario::read::retiring;
use crate::scenario::reader::Section;
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::{Span, Time};

/// Looks at a scenario that was read; its values may be faulty still, then the warnings are not shown.
pub fn warn_about(top: &Section, scenario: &Scenario) {
    for (path, problem, help) in findings(top, scenario) {
        let place = node_at(top, path).map_or(Place::FILE, |node| node.at);
        top.reader.warn(Fault::at(place, problem).path(path).help(help));
    }
    retiring::warn_about_order(top, scenario);
}

fn findings(top: &Section, scenario: &Scenario) -> Vec<ScenarioWarning> {
    let clients: f64 = scenario.groups.iter().map(|g| expected_clients(g, scenario)).sum();
    let mut found = Vec::new();
    if clients == 0.0 {
        found.push(("groups", "there are no clients: nothing will happen".into(), "give a group `clients`"));
    }
    if scenario.licenses.is_empty() {
        let of = if scenario.solutions.is_empty() { "" } else { " of Patch Management" };
        let problem = format!("there is no license file{of}: no scan will run (E1)");
        found.push(("licenses", problem, "add one under `licenses`"));
    }
    found.extend(version_not_known(scenario));
    found.extend(nodes_not_known(scenario));
    found.extend(policy_warnings::findings(scenario));
    found.extend(license_that_never_comes(scenario));
    found.extend(solutions_that_do_nothing(top, scenario));
    found.extend(licenses_that_never_come_back(scenario));
    found.extend(unused_site(scenario));
    found.extend(windows_that_never_meet(scenario));
    found.extend(unused_tpm_keys(scenario));
    found.extend(restart_of_a_server_that_serves(scenario));
    found.extend(outage_of_tools_that_nothing_needs(scenario));
    found.extend(unreachable_for_nothing(scenario));
    found.extend(scans_longer_than_windows(scenario));
    found.extend(scans_of_a_large_fleet(top, scenario, clients));
    found.extend(keys_of_the_update_side(top, scenario));
    found.extend(nothing_enabled(scenario));
    found.extend(nothing_imported(scenario));
    found
}

/// A version that is later than all that is known.
fn version_not_known(scenario: &Scenario) -> Option<ScenarioWarning> {
    let later =
        scenario.over_time.versions.iter().position(|installed| installed.version.is_later_than_known())?;
    let version = scenario.over_time.versions[later].version;
    let problem =
        format!("{version} is later than all versions that are known: it behaves as {}", Version::V8_8);
    let path = if later == 0 { "platform.version" } else { "actions" };
    Some((path, problem, "look whether the vendor changed a rule, and set the keys that differ"))
}

/// X2: without a limit no client waits for a license, and no plan buys one.
fn nodes_not_known(scenario: &Scenario) -> Option<ScenarioWarning> {
    let file = scenario.licenses.iter().find(|file| file.nodes_unknown)?;
    let problem = format!(
        "how many nodes `{}` has is not known: no client is turned away for want of a license here (X2), and a plan buys none",
        file.name
    );
    Some(("licenses", problem, "give the number of nodes before you rely on these results"))
}

fn license_that_never_comes(scenario: &Scenario) -> Option<ScenarioWarning> {
    let file = scenario.license_files().find(|file| file.from > scenario.horizon())?;
    let problem =
        format!("`{}` comes into force after the end of the scenario: it counts for nothing", file.name);
    Some(("licenses", problem, "correct `from`, or simulate for longer"))
}

/// S1: a solution needs a license file and computers that use it, or nothing of it is simulated.
fn solutions_that_do_nothing(top: &Section, scenario: &Scenario) -> Vec<ScenarioWarning> {
    let acted_on = |solution: Solution| {
        scenario.actions.iter().any(|action| match &action.what {
            AdminCommand::UninstallSolution(_, of) | AdminCommand::InstallSolution(_, of) => *of == solution,
            _ => false,
        })
    };
    let warning = |solution: Solution| {
        let path = section_of(solution);
        match scenario.solutions.iter().find(|used| used.solution == solution) {
            Some(used) => {
                let used_by = |(index, group): (usize, &Group)| {
                    used.is_used_by(index) && expected_clients(group, scenario) > 0.0
                };
                let none = !scenario.groups.iter().enumerate().any(used_by);
                let problem = format!("no computer uses {}: no license of it is taken", solution.title());
                none.then_some((path, problem, "name groups under `groups`, or leave its license file out"))
            }
            None if node_at(top, path).is_some() || acted_on(solution) => {
                let problem = format!("{} has no license file: nothing of it is simulated", solution.title());
                let path = if node_at(top, path).is_some() { path } else { "actions" };
                Some((path, problem, "add a file with this `solution` under `licenses`"))
            }
            None => None,
        }
    };
    Solution::ALL.into_iter().filter_map(warning).collect()
}

fn section_of(solution: Solution) -> &'static str {
    match solution {
        Solution::Inventory => "solutions.inventory",
        Solution::Monitor => "solutions.monitor",
        Solution::Deployment => "solutions.deployment",
    }
}

/// V1, V3: licenses are released by a refresh only, and none ever runs.
fn licenses_that_never_come_back(scenario: &Scenario) -> Option<ScenarioWarning> {
    let platform = &scenario.platform;
    let runs = match platform.licensing_refresh {
        Schedule::Immediate => true,
        Schedule::Every { offset, .. } => offset <= scenario.duration,
        Schedule::Never => false,
    };
    let by_hand = scenario.actions.iter().any(|action| matches!(action.what, AdminCommand::LicensingRefresh));
    if runs || by_hand {
        return None;
    }
    let done =
        |command: fn(&AdminCommand) -> bool| scenario.actions.iter().any(|action| command(&action.what));
    let leave = |group: &Group| group.lifetime.is_some() || group.holding_time.is_some();
    let refunds = scenario.over_time.versions.iter().any(|installed| installed.version.retiring_frees());
    let left = done(|command| matches!(command, AdminCommand::Retire(..)))
        || platform.purging.retire_after.is_some()
        || scenario.groups.iter().any(leave);
    let deleted = done(|command| matches!(command, AdminCommand::Delete(..)))
        || platform.purging.delete_after.is_some();
    let (whose, clause) = match () {
        () if left && refunds && platform.refund_on_retire == Refund::AtRefresh => ("Retired", "V1"),
        () if deleted && platform.refund_on_delete == Refund::AtRefresh => ("deleted", "V3"),
        () => return None,
    };
    let problem =
        format!("never runs, and licenses of {whose} clients wait for it: none comes back ({clause})");
    Some(("platform.licensing_refresh", problem, "schedule it, or add an action `run: licensing_refresh`"))
}

/// Updates would pend for ever: the PCs are off whenever updates may be applied.
fn windows_that_never_meet(scenario: &Scenario) -> Option<ScenarioWarning> {
    let windows = scenario.updates.as_ref()?.maintenance_windows.as_ref()?;
    let meets = |online: &Online| {
        let mut week = (0..DAYS as i64).flat_map(|day| online.windows.of_day(day));
        week.any(|(from, until)| windows.next_open(from) < until)
    };
    let never = |group: &&Group| group.online.as_ref().is_some_and(|online| !meets(online));
    let name = &scenario.groups.iter().find(never)?.name;
    let problem = format!("no PC of group `{name}` is ever on in a maintenance window: nothing is applied");
    Some(("updates.maintenance_windows", problem, "let windows and online times overlap"))
}

/// V10: keys of a kind that no version of the run knows change nothing.
fn unused_tpm_keys(scenario: &Scenario) -> Option<ScenarioWarning> {
    let last = scenario.over_time.versions.last()?.version;
    let blind = |group: &&Group| group.cloned_keys.is_some_and(|keys| keys.sharing(last) == 1);
    let name = &scenario.groups.iter().find(blind)?.name;
    let problem = format!(
        "group `{name}` has cloned TPM keys, which the server looks at from 8.7.1 on: its PCs have records of their own"
    );
    Some(("groups", problem, "use `by: hardware`, or a later version"))
}

fn unused_site(scenario: &Scenario) -> Option<ScenarioWarning> {
    let mut used = vec![scenario.groups.is_empty(); scenario.sites.len()];
    scenario.groups.iter().for_each(|group| used[group.site] = true);
    let site = used.iter().position(|used| !used)?;
    let problem = format!("no group is at site `{}`", scenario.sites[site].name);
    Some(("sites", problem, "give a group `site`, or leave the site out"))
}

fn restart_of_a_server_that_serves(scenario: &Scenario) -> Option<ScenarioWarning> {
    let outages = scenario.outages();
    let ends_one = |site: usize, at| outages[site].iter().any(|outage| outage.until == at);
    let site = scenario.actions.iter().find_map(|action| match action.what {
        AdminCommand::RestartPackageServer(site) if !ends_one(site, action.at) => Some(site),
        _ => None,
    })?;
    let problem =
        format!("a restart of the package server of `{}` ends no outage", scenario.sites[site].name);
    Some(("actions", problem, "restart it during an outage, given by `sites.<name>.down`"))
}

/// A period that concerns no client, refuses nothing, or comes after the end.
fn unreachable_for_nothing(scenario: &Scenario) -> Option<ScenarioWarning> {
    let concerns = |period: &Unreachable| {
        let mut groups = scenario.groups.iter().enumerate();
        groups.any(|(index, group)| period.groups.has(index) && period.sites.has(group.site))
    };
    let matters = |period: &&Unreachable| {
        concerns(period) && period.chance != Share::NONE && period.from <= scenario.horizon()
    };
    let number = scenario.platform.unreachable.iter().position(|period| !matters(&period))?;
    let problem = format!("period {} in which the server is not reachable concerns no contact", number + 1);
    let help = "name groups at the sites, a `chance` above 0%, and a `from` before the end; or leave it out";
    Some(("platform.unreachable", problem, help))
}

/// U1, U2: without updates, and in a version in which they gate no license, nothing downloads Patch Install Tools.
fn outage_of_tools_that_nothing_needs(scenario: &Scenario) -> Option<ScenarioWarning> {
    let versions = &scenario.over_time.versions;
    if scenario.updates.is_some() || versions.iter().any(|installed| installed.version.tools_gate_license()) {
        return None;
    }
    let of_tools = |outage: &Outage| outage.package == Some(ServedPackage::InstallTools);
    let site = scenario.sites.iter().find(|site| site.down.iter().any(of_tools))?;
    let problem = format!("an outage of Patch Install Tools at `{}` keeps nothing back", site.name);
    Some(("sites", problem, "they are downloaded only with `updates`: add it, or name another package"))
}

/// A scan begins anew when its PC is switched off before it ends.
fn scans_longer_than_windows(scenario: &Scenario) -> Option<ScenarioWarning> {
    let shortest = Span(scenario.scan.duration.min());
    let too_short = |group: &&Group| group.online.as_ref().is_some_and(|on| on.longest < shortest);
    let group = scenario.groups.iter().find(too_short)?;
    let problem =
        format!("a scan takes longer than the PCs of group `{}` are on: none ever ends", group.name);
    Some(("groups", problem, "correct `scan.duration`, or the group's `online`"))
}

fn scans_of_a_large_fleet(top: &Section, scenario: &Scenario, clients: f64) -> Option<ScenarioWarning> {
    let Scan {
        schedule: PeriodicSchedule { every, phase: Phase::Random, .. }, retry: Retry::NextScan, ..
    } = &scenario.scan
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
fn keys_of_the_update_side(top: &Section, scenario: &Scenario) -> Vec<ScenarioWarning> {
    const KEYS: [&str; 9] = [
        "scan.send_only_if_changed",
        "scan.resend_after_reject",
        "scan.full_every",
        "scan.on_update_policy",
        "scan.on_cycle_start",
        "scan.on_cycle_end",
        "packages.assessment_scan.update",
        "packages.assessment_scan.old_version_usable",
        "packages.install_tools",
    ];
    let tools_gate = scenario.platform.version.tools_gate_license();
    let idle = |path: &str| !(tools_gate && path == "packages.install_tools");
    let given =
        KEYS.iter().filter(|path| scenario.updates.is_none() && idle(path) && node_at(top, path).is_some());
    let problem = "changes nothing: without `updates` there are no new versions and no cycles, and every scan \
                   result counts as changed";
    given.map(|path| (*path, problem.to_string(), "add the section `updates`, or leave this out")).collect()
}

/// Bulletins are published, and no policy is ever made for them.
fn nothing_enabled(scenario: &Scenario) -> Option<ScenarioWarning> {
    let updates = scenario.updates.as_ref()?;
    let by_hand =
        scenario.actions.iter().any(|action| matches!(action.what, AdminCommand::EnableBulletins(_)));
    let none = updates.enable.is_none() && !by_hand && !updates.bulletins.is_empty();
    let problem = "no bulletin is ever enabled: updates are listed, and none reaches a client (M1)".into();
    none.then_some(("updates", problem, "give `enable` a delay, or add an action `enable_bulletins`"))
}

/// C4: no client will ever get the scan package.
fn nothing_imported(scenario: &Scenario) -> Option<ScenarioWarning> {
    let end = scenario.horizon();
    let by_hand = |action: &Action| matches!(action.what, AdminCommand::Import) && action.at <= end;
    let scheduled = |(from, schedule): &(Time, Schedule)| match schedule {
        Schedule::Every { offset, .. } => (*from).max(Time::START + *offset) <= end,
        Schedule::Never | Schedule::Immediate => false,
    };
    let runs = scenario.actions.iter().any(by_hand) || scenario.over_time.imports.iter().any(scheduled);
    let fails =
        |updates: &Updates| updates.import_fails.iter().any(|t| t.from <= Time::START && end < t.until);
    let succeeds = runs && !scenario.updates.as_ref().is_some_and(fails);
    let problem =
        "patch data is never imported: no client gets the assessment scan package, or a license (C4)";
    (!scenario.packages.imported_before_start && !succeeds).then_some((
        "updates",
        problem.into(),
        "schedule an import that succeeds, or say `packages: {imported_before_start: true}`",
    ))
}

/// The node at a path. (A `Section` would report all the other keys beside it as unknown.)
pub fn node_at<'r>(top: &Section<'r, '_>, path: &str) -> Option<&'r Node> {
    let mut parts = path.split('.');
    let first = top.node(parts.next()?)?;
    parts.try_fold(first, |node, key| match &node.kind {
        Kind::Map(entries) => entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value),
        _ => None,
    })
}

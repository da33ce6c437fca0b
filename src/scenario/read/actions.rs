//! `actions`: what an administrator does at an instant.

use std::collections::BTreeSet;

use crate::scenario::fault::Fault;
use crate::scenario::model::over_time::versions;
use crate::scenario::model::policies::{DSUP, Policies, PolicyChange};
use crate::scenario::model::updates::Updates;
use crate::scenario::model::{Action, AdminCommand, Installed, Platform, Scan, Status};
use crate::scenario::read::names::{NamedParts, site_named};
use crate::scenario::read::platform::{event_queue, membership_update, start_of_day, version};
use crate::scenario::read::policies;
use crate::scenario::read::rhythm::{PHASES, REQUEST_PHASES, check_rhythm, rhythm_change};
use crate::scenario::read::selection::{CommandOptions, CommandTarget, selection};
use crate::scenario::read::updates::{bulletin_choice, grid};
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values;
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::{Span, Time};

/// A key of an action, and what it does with the clients it names.
type ClientCommand = (&'static str, CommandOptions, fn(CommandTarget) -> AdminCommand);

const CLIENT_COMMANDS: [ClientCommand; 9] = [
    ("retire", CommandOptions::OfAgent, |selection| {
        AdminCommand::Retire(selection.clients.usually(Status::Active), selection.agent)
    }),
    ("dispose", CommandOptions::OfAgent, |selection| {
        AdminCommand::Dispose(selection.clients.usually(Status::Active), selection.agent)
    }),
    ("delete", CommandOptions::OfAgent, |selection| AdminCommand::Delete(selection.clients, selection.agent)),
    ("uninstall_plugin", CommandOptions::OfSolution, |selection| match selection.solution {
        None => AdminCommand::UninstallPlugin(selection.clients),
        Some(solution) => AdminCommand::UninstallSolution(selection.clients, solution),
    }),
    ("install_plugin", CommandOptions::OfSolution, |selection| match selection.solution {
        None => AdminCommand::InstallPlugin(selection.clients),
        Some(solution) => AdminCommand::InstallSolution(selection.clients, solution),
    }),
    ("uninstall_agent", CommandOptions::Plain, |selection| AdminCommand::UninstallAgent(selection.clients)),
    ("send_inventory", CommandOptions::Plain, |selection| AdminCommand::SendInventory(selection.clients)),
    ("run_scan", CommandOptions::Plain, |selection| AdminCommand::RunScan(selection.clients)),
    ("reimage", CommandOptions::OfKeys, |selection| AdminCommand::Reimage(selection.clients, selection.keys)),
];

/// What `run` can start by hand.
const RUNS: &[(&str, ManualRun)] = &[
    ("licensing_refresh", ManualRun::LicensingRefresh),
    ("membership_update", ManualRun::MembershipUpdate),
    ("pm_import", ManualRun::Import),
];

#[derive(Clone, Copy)]
enum ManualRun {
    LicensingRefresh,
    MembershipUpdate,
    Import,
}

/// The words of what `run` can start.
pub fn runs() -> impl Iterator<Item = &'static str> {
    RUNS.iter().map(|(word, _)| *word)
}

pub fn actions(top: &Section, fleet: NamedParts, platform: &Platform, duration: Span) -> Vec<Action> {
    let Some(node) = top.node("actions") else { return Vec::new() };
    let Kind::List(items) = &node.kind else {
        if node.kind != Kind::Null {
            let problem = format!("expected a list of actions, found {}", node.describe());
            top.fault_at("actions", problem, Some("`- {at: 30d, run: licensing_refresh}`".into()));
        }
        return Vec::new();
    };
    let read = |(i, item)| {
        let section = Section::new(top.reader, &format!("actions[{i}]"), "actions[*]", Some(item));
        let action = action(&section, fleet, duration)?;
        Some((action, section))
    };
    let read: Vec<(Action, Section)> = items.iter().enumerate().filter_map(read).collect();
    check_upgrades(&read, platform);
    check_rhythms(&read, platform);
    let actions: Vec<Action> = read.iter().map(|(action, _)| action.clone()).collect();
    let versions = versions(platform, &actions);
    check_dsup(&read, &versions);
    check_scan_tasks(&read, &versions);
    actions
}

/// Versions only ever get newer, and are installed when they are there.
fn check_upgrades(read: &[(Action, Section)], platform: &Platform) {
    let mut in_order: Vec<&(Action, Section)> = read.iter().collect();
    in_order.sort_by_key(|(action, _)| action.at);
    let mut running = platform.version;
    for (action, s) in in_order {
        let AdminCommand::Upgrade { version, released } = action.what else { continue };
        if version <= running {
            let problem = format!("{} is not newer than {}, which runs then", version, running);
            s.fault_at("upgrade", problem, Some("a server is never downgraded: give a newer version".into()));
        }
        if released > action.at {
            let problem = format!("{} is installed before it was released", version);
            s.fault_at("upgrade", problem, Some("correct `released`, or upgrade later".into()));
        }
        running = version;
    }
}

/// Most changes of one rhythm: each contact may be looked up among them.
const MOST_RHYTHMS: usize = 100;

/// What each change makes of the rhythm before it has to be a rhythm.
fn check_rhythms(read: &[(Action, Section)], platform: &Platform) {
    let mut in_order: Vec<&(Action, Section)> = read.iter().collect();
    in_order.sort_by_key(|(action, _)| action.at);
    let mut requests = (platform.configuration_request.clone(), 0);
    let mut inventories = (platform.basic_inventory.clone(), 0);
    for (action, s) in in_order {
        let (key, (schedule, number), change) = match &action.what {
            AdminCommand::ConfigurationRequest(change) => ("configuration_request", &mut requests, change),
            AdminCommand::BasicInventory(change) => ("basic_inventory", &mut inventories, change),
            _ => continue,
        };
        let at_once = schedule.every == Span::ZERO;
        *schedule = change.applied_to(schedule);
        if key == "basic_inventory" && (at_once || schedule.every == Span::ZERO) {
            let problem =
                "Basic Inventories that are immediate have no rhythm that an action could change".into();
            let help = "give a period, here and under `platform.basic_inventory`".to_string();
            s.fault_at(key, problem, Some(help));
        }
        *number += 1;
        check_rhythm(s, key, schedule);
        if *number == MOST_RHYTHMS + 1 {
            let problem = format!("this is change {number} of the rhythm, more than {MOST_RHYTHMS}");
            s.fault_at(key, problem, Some("change it less often".into()));
        }
    }
}

/// DSUP-type policies mean something only when 8.5 runs some time.
fn check_dsup(read: &[(Action, Section)], versions: &[Installed]) {
    if policies::needs_dsup(versions) {
        return;
    }
    for (action, s) in read {
        if let AdminCommand::ChangePolicies(change) = &action.what
            && (change.dsup != PolicyChange::none(DSUP) || !change.clones.is_empty())
        {
            s.fault_at("policies", policies::DSUP_FROM_8_5.into(), Some(policies::OF_8_5.into()));
        }
    }
}

/// The task *Run System Assessment Scan on Windows Computers* comes with 8.5 RU3 (C8).
fn check_scan_tasks(read: &[(Action, Section)], versions: &[Installed]) {
    for (action, s) in read {
        let AdminCommand::RunScan(_) = action.what else { continue };
        let running = versions[versions.partition_point(|release| release.at <= action.at) - 1].version;
        if !running.has_scan_task() {
            let problem = format!(
                "{running}, which runs then, has no task that runs a scan: it comes with 8.5 RU3 (C8, KB 184954)"
            );
            let help = "leave it out, raise `platform.version`, or upgrade before";
            s.fault_at("run_scan", problem, Some(help.into()));
        }
    }
}

/// The jitter of scans has to fit into every period that an action gives them.
pub fn check_scan_rhythms(top: &Section, scan: &Scan, actions: &[Action]) {
    let spread = scan.schedule.jitter.max() - scan.schedule.jitter.min();
    let shortest = actions.iter().filter_map(|action| match &action.what {
        AdminCommand::ChangePolicies(change) => change.scan_rhythm.map(|rhythm| rhythm.every),
        _ => None,
    });
    if let Some(every) = shortest.min().filter(|every| spread >= every.ms()) {
        let problem =
            format!("scans every {every} have no room for the jitter of `scan`: it spans {}", Span(spread));
        top.fault_at("actions", problem, Some("give a longer `every`, or less `jitter`".into()));
    }
}

/// Most clones of the DSUP over all changes of policies: each change makes new policies of all of them.
const MOST_CLONES: usize = 1_000_000;
/// So many clients that policies name take as much memory as a clone.
const NAMED_A_CLONE: usize = 50;

/// Refuses, and leaves out, changes of more policies than can be kept.
pub fn check_policies_over_time(top: &Section, at_start: &Policies, actions: &mut Vec<Action>) {
    let mut names: BTreeSet<&str> = at_start.clones.iter().map(|(name, _)| name.as_str()).collect();
    let single = [&at_start.plugin_install, &at_start.dsup, &at_start.scan];
    let first = single.into_iter().chain(at_start.clones.iter().map(|(_, policy)| policy));
    let mut named: usize = first.map(|policy| policy.target.named().len()).sum();
    let mut changes = 0;
    for action in actions.iter() {
        if let AdminCommand::ChangePolicies(change) = &action.what {
            changes += 1;
            names.extend(change.clones.iter().map(|(name, _)| name.as_str()));
            named += change.changed().map(|policy| policy.target.named().len()).sum::<usize>();
        }
    }
    let clones = names.len() + named / NAMED_A_CLONE;
    if changes * clones > MOST_CLONES {
        let problem = format!(
            "{changes} changes of policies, with {} clones and {named} clients named, are more than can be kept",
            names.len()
        );
        let help =
            "each change keeps all policies: change them less often, or name groups instead of clients"
                .to_string();
        top.fault_at("actions", problem, Some(help));
        actions.retain(|action| !matches!(action.what, AdminCommand::ChangePolicies(_)));
    }
}

fn action(s: &Section, fleet: NamedParts, duration: Span) -> Option<Action> {
    let at = s.required("at", "30d", values::instant);
    let mut commands: Vec<Option<AdminCommand>> = Vec::new();
    for (key, options, command) in CLIENT_COMMANDS {
        if s.has(key) {
            commands.push(s.value(key, |node, reader| selection(node, reader, fleet, options)).map(command));
        }
    }
    for (key, command) in SERVER_COMMANDS {
        if s.has(key) {
            commands.push(command(s, fleet));
        }
    }
    if commands.len() != 1 && !s.is_no_mapping() {
        let of_clients = CLIENT_COMMANDS.iter().map(|(key, _, _)| *key);
        let words: Vec<&str> = of_clients.chain(SERVER_COMMANDS.iter().map(|(key, _)| *key)).collect();
        let number = if commands.is_empty() { "none".to_string() } else { commands.len().to_string() };
        let problem = format!("an action does exactly one thing, this one does {number}");
        s.reader.fault(Fault::at(s.at, problem).path(&s.path).help(format!("one of {}", words.join(", "))));
    }
    check_instant(s, at?, duration);
    Some(Action { at: at?, what: commands.pop().flatten()? })
}

fn check_instant(s: &Section, at: Time, duration: Span) {
    if at < Time::START {
        s.fault_at(
            "at",
            "lies before the start of the scenario".into(),
            Some("give a later instant, or an earlier `start`".into()),
        );
    }
    if at > Time::START + duration {
        let fault =
            Fault::at(s.place("at"), "lies after the end of the scenario, so it never happens".into());
        s.reader.warn(fault.path(s.child("at")));
    }
}

/// A key of an action, and how what stands there is read.
type ServerCommand = (&'static str, fn(&Section, NamedParts) -> Option<AdminCommand>);

const SERVER_COMMANDS: [ServerCommand; 11] = [
    ("policies", |s, fleet| {
        let change = policies::change_of_policies(&s.section("policies"), fleet);
        if let Some(Node { kind: Kind::Map(entries), .. }) = s.node("policies")
            && entries.is_empty()
        {
            let example = "for example `policies: {dsup: {enabled: true}}`";
            s.fault_at("policies", "expected a change, found none".into(), Some(example.into()));
        }
        Some(AdminCommand::ChangePolicies(Box::new(change)))
    }),
    ("membership_update", |s, _| Some(AdminCommand::MembershipUpdate(membership_update(s)))),
    ("configuration_request", |s, _| {
        rhythm_change(s, "configuration_request", REQUEST_PHASES).map(AdminCommand::ConfigurationRequest)
    }),
    ("basic_inventory", |s, _| rhythm_change(s, "basic_inventory", PHASES).map(AdminCommand::BasicInventory)),
    ("event_queue", |s, _| {
        let delay = event_queue(s);
        if delay.is_none() && !s.section("event_queue").has("delay") {
            let example = "for example `event_queue: {delay: 6h}`";
            s.fault_at("event_queue", "`delay` is missing".into(), Some(example.into()));
        }
        delay.map(AdminCommand::EventQueue)
    }),
    ("pm_import", |s, fleet| {
        let read = |node: &Node, reader: &Reader| {
            needs_updates(node, fleet.updates)?;
            grid(node, reader).map(AdminCommand::ScheduleImport)
        };
        s.value("pm_import", read)
    }),
    ("upgrade", |s, _| upgrade(&s.section("upgrade"))),
    ("restart_package_server", |s, fleet| {
        let site = s.value("restart_package_server", |node, reader| site_named(node, reader, fleet.sites))?;
        Some(AdminCommand::RestartPackageServer(site))
    }),
    ("enable_bulletins", |s, fleet| {
        let read = |node: &Node, reader: &Reader| bulletin_choice(node, reader, fleet);
        s.value("enable_bulletins", read).map(AdminCommand::EnableBulletins)
    }),
    ("installation_task", |s, fleet| {
        s.value("installation_task", |node, reader| installation_task(node, reader, fleet))
    }),
    ("run", |s, fleet| s.value("run", |node, reader| run(node, reader, fleet.updates))),
];

/// `upgrade: {version: "8.7", released: 2026-03-01}`; only the date decides whether
/// maintenance covers it (M3).
fn upgrade(s: &Section) -> Option<AdminCommand> {
    let version = s.required("version", "\"8.7\"", version);
    let released = s.required("released", "2026-03-01", values::date);
    Some(AdminCommand::Upgrade { version: version?, released: start_of_day(released?, s.reader) })
}

fn run(node: &Node, reader: &Reader, updates: Option<&Updates>) -> Read<AdminCommand> {
    match values::word(RUNS)(node, reader).map_err(|fault| of_a_part(node, fault))? {
        ManualRun::LicensingRefresh => Ok(AdminCommand::LicensingRefresh),
        ManualRun::MembershipUpdate => Ok(AdminCommand::RunMembershipUpdate),
        ManualRun::Import => needs_updates(node, updates).map(|()| AdminCommand::Import),
    }
}

fn needs_updates(node: &Node, updates: Option<&Updates>) -> Read<()> {
    match updates {
        Some(_) => Ok(()),
        None => Err(Fault::at(node.at, "there is nothing to import: the scenario has no `updates`".into())
            .help("add the section `updates`")),
    }
}

/// One word of several is not near to them all, and is as clear.
fn of_a_part(node: &Node, fault: Fault) -> Fault {
    let Kind::Scalar { text, .. } = &node.kind else { return fault };
    let whole = runs().find(|run| run.split('_').any(|part| part == text.as_str()));
    match whole {
        Some(run) => fault.help(format!("did you mean `{run}`?")),
        None => fault,
    }
}

/// `{bulletins: all, group: desktops, clients: 40}`: bulletins, and clients as with `retire`.
fn installation_task(node: &Node, reader: &Reader, fleet: NamedParts) -> Read<AdminCommand> {
    let shape = "`{bulletins: all, group: desktops, clients: 40}`";
    let Kind::Map(entries) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected a task, found {}", node.describe())).help(shape));
    };
    let Some(bulletins) = entries.iter().find(|entry| entry.key == "bulletins") else {
        return Err(Fault::at(node.at, "`bulletins` is missing".into()).help(shape));
    };
    let choice = bulletin_choice(&bulletins.value, reader, fleet)?;
    let entries = entries.iter().filter(|entry| entry.key != "bulletins").cloned().collect();
    let selection =
        selection(&Node { at: node.at, kind: Kind::Map(entries) }, reader, fleet, CommandOptions::Plain)?
            .clients;
    Ok(AdminCommand::InstallationTask(choice, selection.usually(Status::Active)))
}

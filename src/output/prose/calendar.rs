//! What a scenario lets happen at known instants: its license files' dates, its actions and outages, in words.

use serde::{Deserialize, Serialize};

use crate::observe::events::server::{license_file_event_name, package_server_turn};
use crate::output::prose::dates::timestamp;
use crate::output::prose::numbers::{counted, grouped};
use crate::rules::clause::Clause;
use crate::rules::license_calendar::{LicenseFileEvent, calendar};
use crate::scenario::model::policies::OneOf;
use crate::scenario::model::updates::ImportTrouble;
use crate::scenario::model::{
    Action, AdminCommand, KeyChange, Keys, LicenseFile, Outage, RhythmChange, Scenario, Selection, Share,
    Solution, Unreachable,
};
use crate::scenario::values::written_share;
use crate::units::time::{Span, Time};

/// Something that the scenario says will happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Server local time, ISO 8601.
    pub at: String,
    /// A word to filter by: `license_file_starts`, `retire`, `upgrade`, ...
    pub event: String,
    /// Id of the rule behind it, as `L1`; `None`: none.
    pub rule: Option<String>,
    /// What happens, in words.
    pub words: String,
}

/// All of it after the start and up to the end, in order of time; at the same instant license files first.
pub fn planned(scenario: &Scenario) -> Vec<Planned> {
    let within = |at: Time| Time::START < at && at <= scenario.horizon();
    let turns = calendar(&scenario.licenses);
    let turns = turns.into_iter().map(|(at, turn, file)| (at, of_turn(turn, &scenario.licenses[file])));
    let actions = scenario.actions.iter().map(|Action { at, what }| (*at, of_command(what, scenario)));
    let outages = scenario.sites.iter().zip(scenario.outages());
    let outages = outages.flat_map(|(site, outages)| of_outages(&site.name, outages));
    let unreachable = scenario.platform.unreachable.iter();
    let unreachable = unreachable.flat_map(|period| of_unreachable(period, scenario));
    let failing =
        scenario.updates.iter().flat_map(|updates| &updates.import_fails).flat_map(of_import_trouble);
    let all = turns.chain(actions).chain(outages).chain(unreachable).chain(failing);
    let mut all: Vec<_> = all.filter(|(at, _)| within(*at)).collect();
    all.sort_by_key(|(at, _)| *at);
    let planned = |(at, (event, clause, words)): (Time, PlannedEvent)| Planned {
        at: timestamp(scenario.start, at),
        event: event.to_string(),
        rule: clause.map(|clause| clause.id().to_string()),
        words,
    };
    all.into_iter().map(planned).collect()
}

type PlannedEvent = (&'static str, Option<Clause>, String);

/// What a license file does at a turn, after its name.
pub fn turn_words(turn: LicenseFileEvent) -> &'static str {
    match turn {
        LicenseFileEvent::Starts => "comes into force",
        LicenseFileEvent::Ends => "ends",
        LicenseFileEvent::AupNotice => "gives notice: its maintenance ends 56 days later",
        LicenseFileEvent::AupEnds => "runs out of maintenance",
    }
}

/// The same, by the key.
pub fn turn_words_of(key: &str) -> Option<&'static str> {
    let turns = [
        LicenseFileEvent::Starts,
        LicenseFileEvent::Ends,
        LicenseFileEvent::AupNotice,
        LicenseFileEvent::AupEnds,
    ];
    turns.into_iter().find(|turn| license_file_event_name(*turn) == key).map(turn_words)
}

fn of_turn(turn: LicenseFileEvent, file: &LicenseFile) -> PlannedEvent {
    let nodes = match (turn, file.nodes) {
        (LicenseFileEvent::AupNotice | LicenseFileEvent::AupEnds, _) => String::new(),
        (_, None) => " (unlimited)".to_string(),
        (_, Some(nodes)) => format!(" ({})", counted(nodes, "node")),
    };
    (license_file_event_name(turn), turn.clause(), format!("{} {}{nodes}", file.name, turn_words(turn)))
}

/// The plug-in of another solution goes.
fn without_plugin(solution: Solution, selection: &str) -> PlannedEvent {
    let what = format!("uninstall the plug-in of {} from {selection}", solution.title());
    ("uninstall_plugin", Some(Clause::S2), what)
}

/// It comes again.
fn with_plugin(solution: Solution, selection: &str) -> PlannedEvent {
    let what = format!("install the plug-in of {} again on {selection}", solution.title());
    ("install_plugin", Some(Clause::S1), what)
}

fn of_command(command: &AdminCommand, scenario: &Scenario) -> PlannedEvent {
    let selection =
        command.selection().map(|selection| selection_words(selection, scenario)).unwrap_or_default();
    let to = |what: &str| format!("{what} {selection}");
    match command {
        AdminCommand::LicensingRefresh => {
            ("licensing_refresh", Some(Clause::V1), "licensing refresh by hand".into())
        }
        AdminCommand::Retire(..) => ("retire", Some(Clause::V1), to("retire")),
        AdminCommand::Dispose(..) => ("dispose", Some(Clause::V6), to("set to Disposed:")),
        AdminCommand::Delete(..) => ("delete", Some(Clause::V3), to("delete")),
        AdminCommand::UninstallPlugin(_) => {
            ("uninstall_plugin", Some(Clause::V2), to("uninstall the plug-in from"))
        }
        AdminCommand::InstallPlugin(_) => {
            ("install_plugin", Some(Clause::C1), to("install the plug-in again on"))
        }
        AdminCommand::UninstallSolution(_, of) => without_plugin(*of, &selection),
        AdminCommand::InstallSolution(_, of) => with_plugin(*of, &selection),
        AdminCommand::UninstallAgent(_) => {
            ("uninstall_agent", Some(Clause::V8), to("uninstall the agent from"))
        }
        AdminCommand::SendInventory(_) => {
            ("send_inventory", Some(Clause::C2), to("Basic Inventory by hand of"))
        }
        AdminCommand::Reimage(_, keys) => ("reimage", Some(Clause::V10), to(reimage_words(*keys))),
        AdminCommand::InstallationTask(..) => {
            ("installation_task", Some(Clause::M4), to("installation task for"))
        }
        AdminCommand::Import => ("import", None, "import patch data by hand".into()),
        AdminCommand::ScheduleImport(_) => ("pm_import", None, "the schedule of imports changes".into()),
        AdminCommand::RunScan(_) => ("run_scan", Some(Clause::C8), to("run a scan by task on")),
        AdminCommand::EnableBulletins(_) => ("enable_bulletins", Some(Clause::M1), "enable bulletins".into()),
        AdminCommand::RestartPackageServer(site) => {
            let name = &scenario.sites[*site].name;
            ("restart_package_server", Some(Clause::C4), format!("restart the package server of {name}"))
        }
        AdminCommand::ChangePolicies(_) => ("policies", None, "policies change".into()),
        AdminCommand::MembershipUpdate(_) => {
            ("membership_update", Some(Clause::T2), "the schedule of membership updates changes".into())
        }
        AdminCommand::ConfigurationRequest(change) => {
            ("configuration_request", Some(Clause::C3), rhythm_words("configuration requests", change))
        }
        AdminCommand::BasicInventory(change) => {
            ("basic_inventory", Some(Clause::C2), rhythm_words("Basic Inventories", change))
        }
        AdminCommand::EventQueue(delay) => ("event_queue", Some(Clause::C2), queue_words(*delay)),
        AdminCommand::RunMembershipUpdate => {
            ("membership_update", Some(Clause::T2), "membership update by hand".into())
        }
        AdminCommand::Upgrade { version, .. } => ("upgrade", None, format!("upgrade to {}", version)),
    }
}

fn rhythm_words(of: &str, change: &RhythmChange) -> String {
    let every = change.every.map(|every| match every {
        Span::ZERO => ": at once".to_string(),
        every => format!(": every {every}"),
    });
    format!("the rhythm of {of} changes{}", every.unwrap_or_default())
}

fn queue_words(delay: Span) -> String {
    match delay {
        Span::ZERO => "the event queue is no longer behind".into(),
        delay => format!("the event queue is {delay} behind"),
    }
}

fn of_outages(name: &str, outages: Vec<Outage>) -> impl Iterator<Item = (Time, PlannedEvent)> {
    outages.into_iter().flat_map(move |Outage { package, from, until }| {
        let event = |serves: bool| {
            let (event, clause) = package_server_turn(package, serves);
            let (what, again) = if serves { ("serves", " again") } else { ("does not serve", "") };
            let package = package.map(|package| format!(" {}", package.words())).unwrap_or_default();
            (event, clause, format!("the package server of {name} {what}{package}{again}"))
        };
        [(from, event(false)), (until, event(true))]
    })
}

fn of_unreachable(period: &Unreachable, scenario: &Scenario) -> [(Time, PlannedEvent); 2] {
    let names = |chosen: &OneOf, all: &str, names: Vec<&str>| match chosen {
        OneOf::All => all.to_string(),
        OneOf::These(these) => these.iter().map(|index| names[*index]).collect::<Vec<_>>().join(", "),
    };
    let groups = scenario.groups.iter().map(|group| group.name.as_str()).collect();
    let sites = scenario.sites.iter().map(|site| site.name.as_str()).collect();
    let clients = names(&period.groups, "all clients", groups);
    let at = match &period.sites {
        OneOf::All => String::new(),
        these => format!(" at {}", names(these, "", sites)),
    };
    let begins = match period.chance {
        Share::ALL => format!("the server is not reachable for {clients}{at}"),
        part => format!("the server refuses {} of the contacts of {clients}{at}", written_share(part)),
    };
    let ends = match period.chance {
        Share::ALL => format!("the server is reachable again for {clients}{at}"),
        _ => format!("the server is no longer too busy for {clients}{at}"),
    };
    let clause = Some(Clause::C3);
    [
        (period.from, ("server_unreachable", clause, begins)),
        (period.until, ("server_reachable", clause, ends)),
    ]
}

fn of_import_trouble(trouble: &ImportTrouble) -> [(Time, PlannedEvent); 2] {
    let event = |what: &str| ("import_fails", None, format!("imports of patch data {what}"));
    [(trouble.from, event("fail")), (trouble.until, event("succeed again"))]
}

/// What is done, with the keys that are new afterwards.
fn reimage_words(keys: Keys) -> &'static str {
    use KeyChange::{New, Same};
    match (keys.hardware, keys.name) {
        (Same, Same) => "re-image",
        (New, Same) => "re-image, with new hardware keys,",
        (Same, New) => "re-image, with another name,",
        (New, New) => "re-image, with new hardware keys and another name,",
    }
}

/// The clients an action is about.
fn selection_words(selection: &Selection, scenario: &Scenario) -> String {
    match selection {
        Selection::Group { group, clients, holding, .. } => {
            let number = clients.map_or("all".to_string(), |clients| grouped(u64::from(clients)));
            let holding = if *holding { " that hold a license" } else { "" };
            match group.map(|group| &scenario.groups[group].name) {
                Some(name) => format!("{number} of {name}{holding}"),
                None => format!("{number} clients{holding}"),
            }
        }
        Selection::Named(named) => counted(named.len() as u64, "named client"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::check_with;
    use crate::scenario::overrides::Changes;

    #[test]
    fn what_is_planned_is_listed_in_order() {
        let text = "fleetsim: 1\nduration: 90d\nstart: 2026-01-05\n\
                    licenses: {base: {nodes: 8}, more: {kind: subscription, nodes: 1, from: 20d, until: 2026-03-01}}\n\
                    groups: {pcs: {clients: 10}}\nactions:\n  - {at: 60d, run: licensing_refresh}\n  \
                    - {at: 3d, retire: {group: pcs, clients: 4, holding: true}}\n  - {at: 3d, upgrade: {version: \"8.7\", released: 2026-01-06}}\n";
        let checked = check_with(text, "t", &|_: &str| Err(String::new()), &Changes::default());
        let scenario = checked.unwrap_or_else(|faults| panic!("{faults:?}")).scenario;
        let lines: Vec<String> = planned(&scenario)
            .into_iter()
            .map(|p| format!("{} {} {}", &p.at[..10], p.rule.unwrap_or_default(), p.words))
            .collect();
        let expected = [
            "2026-01-08 V1 retire 4 of pcs that hold a license",
            "2026-01-08  upgrade to 8.7",
            "2026-01-25 L1 more comes into force (1 node)",
            "2026-03-01 L2 more ends (1 node)",
            "2026-03-06 V1 licensing refresh by hand",
        ];
        assert_eq!(lines, expected);
    }
}

//! What cannot be simulated or counted is refused with its figures, before anything is allocated.

use crate::engine::distribution::{Distribution, MAX_AMOUNT};
use crate::scenario::fault::Fault;
use crate::scenario::model::updates::{NewVersions, Updates};
use crate::scenario::model::{
    Action, AdminCommand, Agent, Group, Keys, Refund, Scenario, Schedule, Selection,
};
use crate::scenario::read::warnings::node_at;
use crate::scenario::read::{expected_clients, expected_presence};
use crate::scenario::reader::Section;
use crate::units::quantity::grouped;
use crate::units::time::{Span, Time};

/// Most clients a scenario may have.
pub const MOST_CLIENTS: u64 = 100_000_000;
/// What a client takes of memory in a run, about: its row, its pending events, its draws, and its part of what
/// is looked at in the end.
pub const BYTES_PER_CLIENT: f64 = 128.0;
/// Most scans a run may be expected to hold.
const MOST_SCANS: f64 = 1e12;
/// Most times that something may come round for one client: occurrences are numbered in 32 bits.
const MOST_ROUNDS: u64 = 4_000_000_000;
/// Most versions of packages: they are numbered in 16 bits.
const MOST_VERSIONS: u64 = 65_000;
/// Most bytes that all clients together may be expected to download. The counters have room for sixteen times as
/// many, so that no random sizes make them overflow.
const MOST_BYTES: f64 = (1_u64 << 60) as f64;

pub fn check(top: &Section, scenario: &Scenario) {
    let clients: f64 = scenario.groups.iter().map(|g| expected_clients(g, scenario)).sum();
    check_clients(top, scenario, clients);
    let present: f64 = scenario.groups.iter().map(|g| expected_presence(g, scenario)).sum();
    let rhythms = scenario.over_time.policies.iter().filter_map(|state| state.policies.scan_rhythm);
    let every = rhythms.map(|rhythm| rhythm.every).fold(scenario.scan.schedule.every, Span::min);
    let scans = present / every.ms().max(1) as f64;
    if scans > MOST_SCANS {
        let problem = format!("about {scans:.1e} scans, more than the {MOST_SCANS:.0e} one run may hold");
        top.fault_at(
            "scan",
            problem,
            Some("scan less often, for a shorter time, or with fewer clients".into()),
        );
    }
    check_rounds(top, scenario);
    check_bytes(top, scenario, clients);
}

fn check_clients(top: &Section, scenario: &Scenario, clients: f64) {
    if clients > MOST_CLIENTS as f64 {
        let problem = format!("about {clients:.0} clients, more than the {MOST_CLIENTS} one run may hold");
        top.fault_at("groups", problem, Some(too_many_clients(clients)));
    }
    let further = further_records(scenario);
    if clients <= MOST_CLIENTS as f64 && clients + further > MOST_CLIENTS as f64 {
        let problem = format!(
            "about {:.0} clients with the second records of PCs (V10), more than the {MOST_CLIENTS} one run may hold",
            clients + further
        );
        top.fault_at(
            "actions",
            problem,
            Some("re-image fewer clients with new hardware keys and another name".into()),
        );
    }
}

/// The help of a fault about more clients than any run may hold.
pub fn too_many_clients(clients: f64) -> String {
    format!(
        "they would take about {:.0} GiB of memory; no option lifts this limit: split the fleet, or shorten the arrivals",
        clients * BYTES_PER_CLIENT / f64::from(1 << 30)
    )
}

/// Clients that an action is about, at most.
fn most(scenario: &Scenario, selection: &Selection) -> f64 {
    match selection {
        Selection::Group { clients: Some(count), .. } => f64::from(*count),
        Selection::Group { group: Some(group), .. } => expected_clients(&scenario.groups[*group], scenario),
        Selection::Group { .. } => scenario.groups.iter().map(|g| expected_clients(g, scenario)).sum(),
        Selection::Named(named) => named.len() as f64,
    }
}

/// At most so many records are added for PCs that have one already: by new images with new keys, and
/// where deleted clients return before their license is released.
fn further_records(scenario: &Scenario) -> f64 {
    let waits = scenario.platform.refund_on_delete == Refund::AtRefresh;
    let added = |action: &Action| match &action.what {
        AdminCommand::Reimage(selection, Keys::NEW) => most(scenario, selection),
        AdminCommand::Delete(selection, Agent::Live) if waits => most(scenario, selection),
        _ => 0.0,
    };
    scenario.actions.iter().map(added).sum()
}

/// What comes round is numbered, and the numbers have an end.
fn check_rounds(top: &Section, scenario: &Scenario) {
    let platform = &scenario.platform;
    let of_scans = scenario.over_time.policies.iter().filter_map(|state| state.policies.scan_rhythm);
    let of_contacts = scenario.over_time.requests.iter().chain(&scenario.over_time.inventories);
    let changed = of_scans.map(|rhythm| rhythm.every).chain(of_contacts.map(|change| change.schedule.every));
    let shortest = changed.filter(|every| *every > Span::ZERO).min().map(|every| ("actions", every));
    for (path, every) in shortest.into_iter().chain([
        ("scan", scenario.scan.schedule.every),
        ("platform.configuration_request", platform.configuration_request.every),
        ("platform.basic_inventory", platform.basic_inventory.every),
    ]) {
        let rounds = rounds(scenario, every);
        if rounds > MOST_ROUNDS {
            too_often(top, scenario, path, (rounds, MOST_ROUNDS));
        }
    }
    if let Some(updates) = &scenario.updates {
        let versions = versions(scenario, updates);
        if versions > MOST_VERSIONS {
            too_often(top, scenario, "updates.import", (versions, MOST_VERSIONS));
        }
    }
}

/// How often something comes round in a run, at most; what has no period does so only where something else happens.
fn rounds(scenario: &Scenario, every: Span) -> u64 {
    (scenario.duration.ms() as u64).checked_div(every.ms() as u64).unwrap_or(0)
}

/// Imports that bring a new version of packages, at most.
fn versions(scenario: &Scenario, updates: &Updates) -> u64 {
    let by_schedule = |(_, schedule): &(Time, Schedule)| match *schedule {
        Schedule::Every { every, .. } => rounds(scenario, every) + 1,
        Schedule::Never | Schedule::Immediate => 0,
    };
    let by_schedule: u64 = scenario.over_time.imports.iter().map(by_schedule).sum();
    let by_hand =
        scenario.actions.iter().filter(|action| matches!(action.what, AdminCommand::Import)).count();
    let imports = by_schedule + by_hand as u64;
    match updates.new_versions {
        NewVersions::EveryImport => imports,
        // One that lists nothing new brings none.
        NewVersions::WithBulletins => imports.min(updates.bulletins.len() as u64),
    }
}

fn too_often(top: &Section, scenario: &Scenario, path: &str, (rounds, most): (u64, u64)) {
    let exact = node_at(top, &format!("{path}.every")).map(|node| (format!("{path}.every"), node));
    let found = exact.or_else(|| node_at(top, path).map(|node| (path.to_string(), node)));
    let (path, place) = found.map_or((path.to_string(), top.at), |(path, node)| (path, node.at));
    let (rounds, most_shown) = (grouped(rounds), grouped(most));
    let problem = format!(
        "comes round {rounds} times in {}, more than the {most_shown} a run can number",
        scenario.duration
    );
    let shortest = Span((scenario.duration.ms() as u64).div_ceil(most) as i64);
    top.reader.fault(
        Fault::at(place, problem)
            .path(path)
            .help(format!("give at least {shortest}, or a shorter `duration`")),
    );
}

/// The bytes that all clients download are counted in 64 bits.
fn check_bytes(top: &Section, scenario: &Scenario, clients: f64) {
    let bytes = expected_bytes(scenario);
    if bytes > MOST_BYTES {
        let problem = format!(
            "the packages of about {clients:.0} clients add up to about {:.1e} GB, more than the {:.1e} GB a run can count",
            bytes / 1e9,
            MOST_BYTES / 1e9
        );
        top.fault_at("packages", problem, Some("give smaller sizes, or fewer clients".into()));
    }
}

/// What all clients download, about: each its packages, the new versions of them, and all again after each action.
fn expected_bytes(scenario: &Scenario) -> f64 {
    let packages = &scenario.packages;
    let mean = |distribution: &Distribution| distribution.mean().min(MAX_AMOUNT as f64);
    let (tools, plugin) = (mean(&packages.install_tools), mean(&packages.plugin));
    let versions = scenario.updates.as_ref().map_or(0, |updates| versions(scenario, updates));
    let refreshed = versions as f64 * (mean(&packages.assessment_scan_update) + tools);
    let each = |group: &Group| {
        plugin + tools + mean(group.package_size.as_ref().unwrap_or(&packages.assessment_scan))
    };
    let by_group = scenario.groups.iter().map(|g| expected_clients(g, scenario) * (each(g) + refreshed));
    let largest = scenario.groups.iter().map(each).fold(0.0, f64::max);
    let again = scenario.actions.iter().filter_map(|action| action.what.selection());
    by_group.sum::<f64>() + again.map(|selection| most(scenario, selection) * largest).sum::<f64>()
}

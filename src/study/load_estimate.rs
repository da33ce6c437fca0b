//! How often things happen in a run, and how many clients download at the same time, estimated before it begins.

use crate::scenario::model::{
    Enrol, Group, Link, Retry, Scenario, Schedule, Share, Site, SolutionUse, Unreachable,
};
use crate::scenario::read::{expected_clients, expected_presence};
use crate::units::time::Span;

/// Bytes or events, and what they are for.
pub type EstimatePart = (&'static str, f64);

/// The share of a group's clients that download at the same time, at most: what the line of their site does not get
/// through while they come.
pub fn downloading_at_once(group: &Group, scenario: &Scenario) -> f64 {
    let duration = scenario.duration.ms() as f64;
    let window = match &group.enrol {
        _ if group.initial.is_some() => 0.0,
        Enrol::Spread(distribution) => ((distribution.max() - distribution.min()) as f64).min(duration),
        Enrol::Poisson { .. } => duration,
        Enrol::Instants(instants) => {
            let ends = instants.iter().min().zip(instants.iter().max());
            ends.map_or(0.0, |(first, last)| (last.ms() - first.ms()) as f64)
        }
    };
    let site = &scenario.sites[group.site];
    let neighbours = scenario.groups.iter().filter(|other| other.site == group.site);
    let clients: f64 = neighbours.map(|group| expected_clients(group, scenario)).sum();
    // PCs that are on at office hours load then.
    let open = if group.online.is_some() { 0.3 } else { 1.0 };
    let loaded = open * window / time_of_downloads(site, scenario, clients).max(1.0);
    (1.0 - loaded).clamp(0.0, 1.0)
}

/// How long all clients of a site take to load their packages, ms.
pub fn time_of_downloads(site: &Site, scenario: &Scenario, clients: f64) -> f64 {
    let packages = [&scenario.packages.plugin, &scenario.packages.assessment_scan];
    let bits = 8.0 * packages.iter().map(|distribution| distribution.mean()).sum::<f64>();
    let alone = |per_client: Option<u64>| per_client.map_or(0.0, |rate| bits / rate as f64 * 1e3);
    let one = match &site.link {
        Link::Shared { bandwidth, per_client } => {
            let all = bandwidth.map_or(0.0, |rate| clients * bits / rate as f64 * 1e3);
            return all.max(alone(*per_client));
        }
        Link::Time(distribution) => distribution.mean(),
    };
    site.concurrent.map_or(one, |slots| one * (clients / f64::from(slots.max(1))).max(1.0))
}

/// Events of a run, by what they are; `every_scan`: each scan is one.
pub fn events(scenario: &Scenario, every_scan: bool) -> Vec<EstimatePart> {
    let clients: f64 = scenario.groups.iter().map(|group| expected_clients(group, scenario)).sum();
    let server = |schedule: Schedule| match schedule {
        Schedule::Every { every, .. } => times(scenario.duration, every),
        Schedule::Never | Schedule::Immediate => 0.0,
    };
    let present: f64 = scenario.groups.iter().map(|group| expected_presence(group, scenario)).sum();
    // Where a result may be refused by a busy server, or waits in the event queue, each scan is an event.
    let busy = |group: usize| {
        let part = |period: &Unreachable| period.chance != Share::ALL && period.groups.has(group);
        scenario.platform.unreachable.iter().any(part)
    };
    let over_time = &scenario.over_time;
    let all = every_scan || over_time.has_backlog() || over_time.changes_scan_rhythm();
    let simulated = scenario.groups.iter().enumerate().filter(|(index, _)| all || busy(*index));
    let simulated: f64 = simulated.map(|(_, group)| expected_presence(group, scenario)).sum();
    let scans = simulated / scenario.scan.schedule.every.ms().max(1) as f64;
    let present_all_the_time = present / scenario.duration.ms().max(1) as f64;
    let updates = scenario.updates.as_ref();
    vec![
        ("scans", scans),
        ("scans of clients turned away, tried again", tried_again(scenario, clients)),
        ("rows of the timeline", rows(scenario)),
        ("licensing refreshes", server(scenario.platform.licensing_refresh)),
        (
            "imports of patch data",
            scenario.over_time.imports.iter().map(|(_, schedule)| server(*schedule)).sum(),
        ),
        (
            "Software Update Cycles",
            updates.map_or(0.0, |updates| present_all_the_time * server(updates.cycle)),
        ),
        ("data of other solutions", data_of_solutions(scenario)),
    ]
}

/// What the computers that use other solutions send.
fn data_of_solutions(scenario: &Scenario) -> f64 {
    let of_solution = |used: &SolutionUse| {
        let users = scenario.groups.iter().enumerate().filter(|(index, _)| used.is_used_by(*index));
        let present: f64 = users.map(|(_, group)| expected_presence(group, scenario)).sum();
        present / used.every.ms().max(1) as f64
    };
    scenario.solutions.iter().map(of_solution).sum()
}

/// Scans of the clients for which there is no license, where they try again by a distribution of their own. A low
/// estimate: it takes all license files as in force all the time, and no holder of a license as ever leaving.
fn tried_again(scenario: &Scenario, clients: f64) -> f64 {
    let Retry::After(distribution) = &scenario.scan.retry else { return 0.0 };
    let duration = scenario.duration.ms() as f64;
    let there = |group: &Group| expected_presence(group, scenario);
    let nodes = scenario.licenses.iter().map(|file| file.nodes.map_or(f64::INFINITY, |nodes| nodes as f64));
    let without = scenario.groups.iter().map(there).sum::<f64>() - nodes.sum::<f64>() * duration;
    let gap = distribution.mean() + scenario.scan.duration.mean();
    let most = scenario.scan.give_up_after.map_or(f64::INFINITY, |most| f64::from(most) * clients);
    (without.max(0.0) / gap.max(1.0)).min(most)
}

/// How often something comes round.
fn times(duration: Span, every: Span) -> f64 {
    duration.ms() as f64 / every.ms().max(1) as f64
}

/// Rows of the timeline.
pub fn rows(scenario: &Scenario) -> f64 {
    times(scenario.duration, scenario.timeline_every) + 1.0
}

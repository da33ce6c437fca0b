//! What a run will need, known before it begins: memory, and events. About so much: what fills memory is counted
//! with what it was measured to take, and what makes most events by how often it comes round.

use crate::observe::columns::COLUMNS;
use crate::observe::timeline::Row;
use crate::scenario::model::{Group, Retry, Scenario, Schedule};
use crate::scenario::read::{BYTES_PER_CLIENT, expected_clients, expected_presence};
use crate::study::stats::distribution::Distribution as Counted;
use crate::words::time::Span;

/// The program itself.
const BASE: f64 = 32.0 * 1024.0 * 1024.0;
/// A number of a timeline over many runs: its distribution, and some of the different values that it counts.
const NUMBER: f64 = (size_of::<Counted>() + 64) as f64;

/// What runs need.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// Bytes, by what takes them.
    pub memory: Vec<(&'static str, f64)>,
    /// Events of one run, by what they are.
    pub events: Vec<(&'static str, f64)>,
    /// The group with most clients.
    pub largest_group: String,
}

impl Need {
    /// Of one run. `every_scan`: each scan is an event.
    pub fn of_run(scenario: &Scenario, every_scan: bool) -> Need {
        let of_group = |group| expected_clients(group, scenario);
        let clients: f64 = scenario.groups.iter().map(of_group).sum();
        let largest = scenario.groups.iter().max_by(|one, other| of_group(one).total_cmp(&of_group(other)));
        let rows = times(scenario.duration, scenario.timeline_every) + 1.0;
        let present: f64 = scenario.groups.iter().map(|group| expected_presence(group, scenario)).sum();
        let scans = present / scenario.scan.schedule.every.ms().max(1) as f64;
        let present_all_the_time = present / scenario.duration.ms() as f64;
        let server = |schedule: Schedule| match schedule {
            Schedule::Every { every, .. } => times(scenario.duration, every),
            Schedule::Never | Schedule::Immediate => 0.0,
        };
        let updates = scenario.updates.as_ref();
        Need {
            largest_group: largest.map_or_else(String::new, |group| group.name.clone()),
            memory: vec![
                ("the program", BASE),
                ("clients", clients * BYTES_PER_CLIENT),
                ("rows of the timeline", rows * size_of::<Row>() as f64),
            ],
            events: vec![
                ("scans", if every_scan { scans } else { 0.0 }),
                ("scans of clients turned away, tried again", tried_again(scenario, clients)),
                ("rows of the timeline", rows),
                ("licensing refreshes", server(scenario.platform.licensing_refresh)),
                ("imports of patch data", updates.map_or(0.0, |updates| server(updates.import))),
                (
                    "Software Update Cycles",
                    updates.map_or(0.0, |updates| present_all_the_time * server(updates.cycle)),
                ),
            ],
        }
    }

    /// Of many runs, so many at a time, whose timelines are laid one upon the other.
    pub fn of_many(scenario: &Scenario, threads: usize) -> Need {
        let Need { memory, events, largest_group } = Need::of_run(scenario, false);
        let of_one = memory.into_iter();
        let mut memory: Vec<_> = of_one.map(|(what, bytes)| (what, bytes * threads as f64)).collect();
        let rows = times(scenario.duration, scenario.timeline_every) + 1.0;
        memory.push(("distributions of the timeline's numbers", rows * COLUMNS.len() as f64 * NUMBER));
        memory[0].1 = BASE;
        Need { memory, events, largest_group }
    }

    /// How much of something in all, and of what most.
    pub fn sum(parts: &[(&'static str, f64)]) -> (f64, &'static str) {
        let most = parts.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        (parts.iter().map(|(_, much)| much).sum(), most.map_or("", |(what, _)| what))
    }
}

/// Scans of those for whom there is no license, where they try again by a law of their own. Rather too few: as if
/// all license files were in force all the time and nobody of those who have a license ever left.
fn tried_again(scenario: &Scenario, clients: f64) -> f64 {
    let Retry::After(law) = &scenario.scan.retry else { return 0.0 };
    let duration = scenario.duration.ms() as f64;
    let there = |group: &Group| expected_presence(group, scenario);
    let nodes = scenario.licenses.iter().map(|file| file.nodes.map_or(f64::INFINITY, |nodes| nodes as f64));
    let without = scenario.groups.iter().map(there).sum::<f64>() - nodes.sum::<f64>() * duration;
    let gap = law.mean() + scenario.scan.duration.mean();
    let most = scenario.scan.give_up_after.map_or(f64::INFINITY, |most| f64::from(most) * clients);
    (without.max(0.0) / gap.max(1.0)).min(most)
}

/// How often something comes round.
fn times(duration: Span, every: Span) -> f64 {
    duration.ms() as f64 / every.ms().max(1) as f64
}

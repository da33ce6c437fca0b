//! The end of a run changes nothing before it: a run to T1 and a longer one to T2 agree up to T1 in every event,
//! every state and every row. `--at` rests on it, and so does every comparison of a diagnosis with a timeline.
//!
//! A share of the random scenarios runs with the other tests; more of them with `FLEETSIM_RANDOM_SCENARIOS=5000`.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::ControlFlow;

use fleetsim::engine::queue::EventQueue;
use fleetsim::engine::simulation;
use fleetsim::fleet::roster::Roster;
use fleetsim::fleet::{Fleet, Mode};
use fleetsim::observe::timeline::TimelineRow;
use fleetsim::observe::trace::{Detail, Line, Trace};
use fleetsim::rules::license_status::DenialReason;
use fleetsim::scenario::{self, model::Scenario};
use fleetsim::study::run::run;
use fleetsim::units::ids::ClientId;
use fleetsim::units::time::{Span, Time};

use crate::rules::exhaustive::office;
use crate::support::cases::{ScenarioFile, check};
use crate::support::minimal::minimal;
use crate::support::random::{found_file, scenario_of};

/// Random scenarios of each kind in a usual run of the tests.
const USUAL: u64 = 200;

/// Scenarios with more clients than this take too long for a test.
const MOST_CLIENTS: usize = 2_000;

/// What a run shows up to an instant. Clients appear by name: their numbers depend on how many arrive in all.
#[derive(Debug, PartialEq)]
struct Shown {
    events: Vec<String>,
    rows: Vec<TimelineRow>,
    /// By client: state, whether it holds a license or why not, what becomes of its license.
    clients: BTreeMap<String, String>,
}

/// A scenario simulated to its own end, as it shows up to `upto`.
fn shown(scenario: &Scenario, upto: Time) -> Shown {
    let mut roster = Roster::new(scenario, 0);
    let mut events = Vec::new();
    let trace = Trace::new(scenario, Detail::Changes, None, |line: Line| {
        if let Some(of) = line.further_record_of {
            roster.append(of);
        }
        if line.at <= upto {
            let client = line.client.map(|client| roster.name(client));
            events.push(format!("{:?} {client:?} {:?}", line.at, line.event));
        }
    });
    let outcome = run(scenario, 0, Mode::default(), trace, |_, _| ControlFlow::Continue(()))
        .expect("nobody interrupts");
    // The last row of a run may lie between two samples.
    let sampled = |row: &TimelineRow| row.at <= upto && row.at.ms() % scenario.timeline_every.ms() == 0;
    Shown {
        events,
        rows: outcome.rows.into_iter().filter(sampled).collect(),
        clients: clients(scenario, upto),
    }
}

/// The clients of a scenario at an instant. Those that have not joined by then may never come in a shorter run.
fn clients(scenario: &Scenario, at: Time) -> BTreeMap<String, String> {
    let mut queue = EventQueue::new(at);
    let mut fleet = Fleet::new(scenario, 0, Mode::default(), (), &mut queue);
    simulation::run(&mut fleet, &mut queue, |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
    let of = |client| {
        let (state, license_status, fate) = (
            fleet.state(client),
            fleet.license_status(client, at),
            fleet.fate_of_license(client.own_record()),
        );
        let joined = license_status != Err(DenialReason::NotEnrolled);
        joined.then(|| (fleet.roster().name(client), format!("{state:?} {license_status:?} {fate:?}")))
    };
    ClientId::first(fleet.len()).filter_map(of).collect()
}

fn assert_alike<T: PartialEq + Debug>(what: &str, short: &[T], long: &[T], context: &str) {
    if let Some((one, other)) = short.iter().zip(long).find(|(one, other)| one != other) {
        panic!("{context}: {what}\n  short run: {one:?}\n  long run:  {other:?}");
    }
    assert_eq!(short.len(), long.len(), "{context}: {what}");
}

/// Holds a run that ends at `early` against one to the scenario's own end.
fn assert_same_before(scenario: &Scenario, early: Time, name: &str) {
    let context = format!("{name}, up to {early:?}");
    let ended = Scenario { duration: early - Time::START, ..scenario.clone() };
    let (short, long) = (shown(&ended, early), shown(scenario, early));
    assert_alike("events", &short.events, &long.events, &context);
    assert_alike("rows", &short.rows, &long.rows, &context);
    let [short, long]: [Vec<_>; 2] = [short, long].map(|shown| shown.clients.into_iter().collect());
    assert_alike("clients", &short, &long, &context);
}

/// An instant within a run: any millisecond, or one of a sample.
fn within(scenario: &Scenario, seed: u64) -> Time {
    let draw = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let at = ((u128::from(draw) * scenario.duration.ms() as u128) >> 64) as i64;
    let every = scenario.timeline_every.ms();
    Time(if seed.is_multiple_of(3) { at / every * every } else { at })
}

#[test]
fn on_every_scenario() {
    for file in ScenarioFile::all_in("scenarios") {
        let scenario = file.check().scenario;
        if Roster::new(&scenario, 0).len() <= MOST_CLIENTS {
            for seed in 1..=2 {
                assert_same_before(&scenario, within(&scenario, seed), &file.stem);
            }
        }
    }
}

#[test]
fn on_random_scenarios() {
    on_random(scenario_of);
}

#[test]
fn on_random_offices() {
    on_random(|seed| office(&scenario_of(seed), seed));
}

fn on_random(scenario_of: fn(u64) -> String) {
    let count = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"));
    for seed in 1..=count {
        let yaml = scenario_of(seed);
        let same = |yaml: &str| {
            // What is left out of a failing scenario may make it none at all; that does not fail.
            if let Ok(checked) = scenario::check(yaml, "random", &found_file) {
                let scenario = &checked.scenario;
                assert_same_before(scenario, within(scenario, seed), &format!("seed {seed}"));
            }
        };
        std::panic::catch_unwind(|| same(&yaml)).unwrap_or_else(|cause| {
            eprintln!("seed {seed} fails:\n{yaml}\nso does\n{}", minimal(&yaml, &same));
            std::panic::resume_unwind(cause)
        });
    }
}

/// Laptops that scan in office hours: a scan that does not end before the evening is done the next morning, also
/// where the run ends in the night between.
#[test]
fn a_run_that_ends_at_night_takes_no_license_early() {
    let yaml = "fleetsim: 1\nstart: 2026-01-05\nduration: 10d\nlicenses: {base: {nodes: 2000}}\ngroups: {laptops: \
                {clients: 1000, online: {weekdays: \"08:00-18:00\"}, enrol: {uniform: [0d, 7d]}}}\n";
    let scenario = check(yaml, "laptops").scenario;
    for evening in [1, 2, 4] {
        assert_same_before(&scenario, Time::START + Span::days(evening) + Span::hours(19), "laptops");
    }
}

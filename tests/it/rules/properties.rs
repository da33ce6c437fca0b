//! What must hold between runs: the same scenario under another name for time, with another pool, with
//! other random streams. Random scenarios with every feature on; a failure prints the seed and the scenario.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use fleetsim::fleet::Mode;
use fleetsim::fleet::fact::{Fact, Observer};
use fleetsim::observe::trace::{Detail, Trace};
use fleetsim::output::tables::bands;
use fleetsim::rules::client::Mark;
use fleetsim::scenario::model::{Clients, Scenario};
use fleetsim::study::compare::compare;
use fleetsim::study::explain::explain;
use fleetsim::study::measures::find;
use fleetsim::study::replicate::{Plan, Replication, one, replicate};
use fleetsim::study::run::run;
use fleetsim::units::ids::{ClientId, GroupId};
use fleetsim::units::time::{Span, Time};

use crate::support::cases::{SMALL, small};
use crate::support::cases::{check, run_silently};
use crate::support::random::scenario_of;

/// Calls a test with many scenarios; a failure shows the one that fails.
fn on_random_scenarios(seeds: impl Iterator<Item = u64>, test: impl Fn(&str) + std::panic::RefUnwindSafe) {
    for seed in seeds {
        let yaml = scenario_of(seed);
        std::panic::catch_unwind(|| test(&yaml)).unwrap_or_else(|cause| {
            eprintln!("seed {seed} fails:\n{yaml}");
            std::panic::resume_unwind(cause)
        });
    }
}

/// With a license for each client none is rejected; without any license none takes one.
#[test]
fn an_ample_pool_rejects_no_client_and_an_empty_one_all() {
    let with = |yaml: &str, nodes| {
        let mut scenario = check(yaml, "random").scenario;
        scenario.licenses.iter_mut().for_each(|file| file.nodes = nodes);
        run_silently(&scenario).totals.counts
    };
    on_random_scenarios(1..=150, |yaml| {
        assert_eq!(with(yaml, None).scans_rejected, 0);
        assert_eq!(with(yaml, Some(10_000)).scans_rejected, 0);
        assert_eq!(with(yaml, Some(0)).licenses_granted, 0);
    });
}

/// Which clients hold a license, from when to when.
#[derive(Default)]
struct Holdings {
    since: BTreeMap<ClientId, Time>,
    held: BTreeSet<(ClientId, Time, Time)>,
}

impl Observer for Holdings {
    fn observe(&mut self, at: Time, fact: &Fact) {
        let Fact::Changed { client, before, after, .. } = fact else { return };
        match (before.is(Mark::Licensed), after.is(Mark::Licensed)) {
            (false, true) => drop(self.since.insert(*client, at)),
            (true, false) => drop(self.held.insert((*client, self.since.remove(client).unwrap(), at))),
            _ => {}
        }
    }
}

impl Holdings {
    fn of(scenario: &Scenario) -> BTreeSet<(ClientId, Time, Time)> {
        let mut holdings = Holdings::default();
        run(scenario, 0, Mode::default(), &mut holdings, |_, _| ControlFlow::Continue(())).unwrap();
        let still = holdings.since.into_iter().map(|(client, since)| (client, since, Time::NEVER));
        holdings.held.into_iter().chain(still).collect()
    }
}

/// Where no client asks twice and licenses return at once, a client that holds a license of a pool holds one of a
/// larger pool too, from and until the same instants.
#[test]
fn one_license_more_takes_none_from_any_client() {
    let mut more = 0;
    for seed in 1..=20 {
        let yaml = format!(
            "fleetsim: 1\nduration: 30d\nseed: {seed}\nscan: {{every: 6h, give_up_after: 1}}\n\
             platform: {{refund_on_retire: immediate, refund_on_delete: immediate}}\n\
             licenses: {{base: {{nodes: 0}}}}\n\
             groups: {{pcs: {{enrol: {{poisson: 3/d}}, lifetime: {{exponential: 4d}}}}}}\n"
        );
        let mut scenario = check(&yaml, "loss").scenario;
        let mut smaller = BTreeSet::new();
        for nodes in 1..=14 {
            scenario.licenses[0].nodes = Some(nodes);
            let larger = Holdings::of(&scenario);
            let lost: Vec<_> = smaller.difference(&larger).collect();
            assert!(lost.is_empty(), "seed {seed}, {nodes} nodes: {lost:?}");
            more += larger.len() - smaller.len();
            smaller = larger;
        }
    }
    assert!(more > 500, "pools are too small to tell: {more}");
}

/// Four weeks later, everything happens four weeks later: weeks, days and all periods are the same.
#[test]
fn shifted_dates_shift_the_run() {
    // Groups that are there at the start have dates in files.
    on_random_scenarios((3..=450).step_by(3), |yaml| {
        let run = |yaml: &str| run_silently(&check(yaml, "random").scenario);
        let (before, after) = (run(yaml), run(&shifted(&format!("start: 2026-01-05\n{yaml}"))));
        assert_eq!(before.fingerprint, after.fingerprint);
        assert!(before.rows == after.rows && before.totals == after.totals);
    });
}

/// Every date of a scenario, four weeks later.
fn shifted(yaml: &str) -> String {
    let mut shifted = String::new();
    let mut rest = yaml;
    while let Some(at) = rest.find("202") {
        let (before, from) = rest.split_at(at);
        let date = from.get(..10).and_then(|text| text.parse::<jiff::civil::Date>().ok());
        let (text, length) = match date {
            Some(date) => (date.saturating_add(jiff::Span::new().days(28)).to_string(), 10),
            None => (from[..3].to_string(), 3),
        };
        shifted += &(before.to_string() + &text);
        rest = &from[length..];
    }
    shifted + rest
}

#[test]
fn dates_are_really_shifted() {
    let text = "start: 2026-01-05\nlicenses: {a: {nodes: 202, until: 2026-12-31}}";
    assert_eq!(shifted(text), "start: 2026-02-02\nlicenses: {a: {nodes: 202, until: 2027-01-28}}");
}

/// Everything lasts twice as long, and so does the run: rows at twice the instant have the same numbers.
#[test]
fn scaled_times_scale_the_run() {
    let of = |seed: u64, minutes: u64| {
        let (hour, day) = (60 * minutes, 1440 * minutes);
        let yaml = format!(
            "fleetsim: 1\nduration: {}m\nseed: {seed}\ntimeline: {{every: {hour}m}}\n\
             platform: {{first_contact: {minutes}m, configuration_request: {hour}m, start_spread: {hour}m, \
             basic_inventory: {{every: {day}m, phase: random}}, membership_update: {{delta: {}m, complete: {day}m}}, \
             licensing_refresh: {{every: {day}m}}}}\n\
             packages: {{plugin: {{size: 0 MB, install: {minutes}m}}, assessment_scan: {{size: 0 MB}}}}\n\
             scan: {{every: {}m, phase: random, jitter: 0s, duration: {}m}}\n\
             licenses: {{base: {{nodes: 20}}}}\n\
             groups: {{pcs: {{clients: 40, enrol: {{uniform: [0m, {day}m]}}, lifetime: {{exponential: {}m}}}}}}\n",
            10 * day,
            5 * minutes,
            4 * hour,
            3 * minutes,
            5 * day,
        );
        run_silently(&check(&yaml, "scaled").scenario)
    };
    for seed in 1..=10 {
        let (short, long) = (of(seed, 1), of(seed, 2));
        assert_eq!(short.rows.len(), long.rows.len());
        assert!(short.totals.counts.scans_rejected > 0 && short.totals.counts.licenses_refunded > 0);
        for (short, long) in short.rows.iter().zip(&long.rows) {
            assert_eq!(2 * short.at.ms(), long.at.ms());
            assert_eq!(
                (short.now.levels, short.counts),
                (long.now.levels, long.counts),
                "seed {seed}, {:?}",
                short.at
            );
        }
    }
}

/// What a link carries, while so many load at once.
struct Carried {
    bandwidth: u64,
    per_client: u64,
    running: u64,
    last: Time,
    /// In bits per second times milliseconds.
    sum: u128,
}

impl Observer for Carried {
    fn observe(&mut self, at: Time, fact: &Fact) {
        let Fact::Changed { before, after, .. } = fact else { return };
        let rate = self.bandwidth.min(self.running * self.per_client);
        self.sum += u128::from(rate) * (at - self.last).ms() as u128;
        self.last = at;
        self.running += u64::from(after.is(Mark::Downloading));
        self.running -= u64::from(before.is(Mark::Downloading));
    }
}

/// The bytes that were loaded are those the link carried while a client loaded: none is lost or made up.
#[test]
fn a_link_carries_what_is_downloaded() {
    for seed in 1..=20 {
        let yaml = format!(
            "fleetsim: 1\nduration: 20d\nseed: {seed}\nlicenses: {{base: {{nodes: 100}}}}\n\
             packages: {{plugin: {{size: {{uniform: [1 MB, 60 MB]}}}}, assessment_scan: {{size: {{exponential: 40 MB}}}}}}\n\
             sites: {{s: {{bandwidth: 8 Mbit/s, per_client: 3 Mbit/s}}}}\n\
             groups: {{pcs: {{clients: 60, enrol: {{uniform: [0h, 6h]}}}}}}\n"
        );
        let scenario = check(&yaml, "link").scenario;
        let (bandwidth, per_client) = (8_000_000, 3_000_000);
        let mut carried = Carried { bandwidth, per_client, running: 0, last: Time::START, sum: 0 };
        let outcome =
            run(&scenario, 0, Mode::default(), &mut carried, |_, _| ControlFlow::Continue(())).unwrap();
        let counts = outcome.totals.counts;
        assert_eq!((counts.downloads_completed, carried.running), (120, 0), "all are through");
        let (bits, loaded) = (carried.sum / 1_000, 8 * u128::from(counts.bytes_downloaded));
        // A download is complete at a whole millisecond.
        let rounding = u128::from(bandwidth * counts.downloads_completed / 1_000);
        assert!(bits.abs_diff(loaded) <= rounding, "seed {seed}: carried {bits} bits, loaded {loaded}");
        assert!(loaded > 100 * rounding, "rounding hides nothing");
    }
}

/// The story of a client is what `events.csv` says of it.
#[test]
fn explain_tells_what_the_events_tell() {
    let go_on = |_, _| ControlFlow::Continue(());
    let stories = AtomicUsize::new(0);
    on_random_scenarios((1..=400).step_by(7), |yaml| {
        let scenario = &check(yaml, "random").scenario;
        let mut all = Vec::new();
        let trace = Trace::new(scenario, Detail::Changes, None, |line| all.push(line));
        run(scenario, 0, Mode::default(), trace, go_on).unwrap();
        for (group, of) in scenario.groups.iter().enumerate() {
            for index in [0, 3] {
                let known = match &of.clients {
                    Clients::Named(names) => index < names.len() as u32,
                    Clients::Count(count) => index < *count,
                    Clients::Unbounded => true,
                };
                let story = if known {
                    explain(scenario, (GroupId::from_index(group), index, 1), go_on).unwrap()
                } else {
                    None
                };
                let Some(client) =
                    story.as_ref().and_then(|story| story.lines.iter().find_map(|line| line.client))
                else {
                    continue;
                };
                let lines = story.iter().flat_map(|story| &story.lines).filter(|line| line.client.is_some());
                let listed = all.iter().filter(|line| line.client == Some(client));
                assert!(lines.eq(listed), "client {client:?}");
                stories.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    assert!(stories.into_inner() > 100, "there are clients to tell of");
}

/// A replication is the same alone, among few and among more, and bands are in order.
#[test]
fn replications_do_not_know_of_each_other_and_bands_are_in_order() {
    let scenario = small();
    let among = |count: u64, threads: usize| {
        let mut all = Vec::new();
        let each = |it: &Replication| {
            all.push(format!("{it:?}"));
            ControlFlow::Continue(())
        };
        let bands = replicate(&scenario, &Plan::of(count, threads), each, &|| false).bands;
        let mut csv = Vec::new();
        bands::write(&bands, scenario.start, &mut csv).unwrap();
        (all, String::from_utf8(csv).unwrap())
    };
    let (more, bands) = among(13, 3);
    for threads in [1, 2, 16] {
        assert!(among(12, threads).0[..] == more[..12], "{threads} threads");
    }
    for index in [0, 5, 12] {
        let alone = one(&scenario, index, Span::ZERO, &|| false).unwrap();
        assert_eq!(format!("{alone:?}"), more[index as usize]);
    }
    for line in bands.lines().skip(1) {
        let numbers: Vec<f64> =
            line.split(',').skip(7).map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
        let [p05, p25, p50, p75, p95, least, most] = numbers[..] else { panic!("{line}") };
        let in_order = [least, p05, p25, p50, p75, p95, most].is_sorted();
        assert!(in_order || numbers.iter().all(|number| number.is_nan()), "{line}");
    }
}

/// Changes that leave most as it is: with common random numbers, the difference varies less.
#[test]
fn common_random_numbers_reduce_the_variance_of_differences() {
    for (figure, change, changed) in [
        ("peak_demand", "exponential: 30d", "exponential: 28d"),
        ("mean_in_use", "nodes: 60", "nodes: 58"),
        ("licenses_granted", "poisson: 3/d", "poisson: 3.1/d"),
        ("scans_rejected", "nodes: 60", "nodes: 63"),
        ("mean_in_use", "scan: {every: 12h}", "scan: {every: 8h}"),
    ] {
        let [first, second] =
            [SMALL.to_string(), SMALL.replace(change, changed)].map(|yaml| check(&yaml, "small").scenario);
        let compared = compare([&first, &second], 60, Span::ZERO, 2, || (), &|| false);
        let pair = &compared.measures[find(figure).unwrap()];
        let independent = pair.first.variance().unwrap() + pair.second.variance().unwrap();
        let paired = pair.difference.variance().unwrap();
        assert!(paired < independent, "{figure} with {changed}: {paired} and {independent}");
    }
}

/// Neighbouring seeds, and neighbouring replications, have nothing to do with each other.
#[test]
fn seeds_and_replications_are_uncorrelated() {
    const RUNS: usize = 400;
    let demand = |seed: u64| {
        let scenario = Scenario { seed, ..small() };
        let mut all = Vec::new();
        let each = |it: &Replication| {
            all.push(it.measured.0[find("mean_in_use").unwrap()].unwrap() as f64);
            ControlFlow::Continue(())
        };
        replicate(&scenario, &Plan::of(RUNS as u64 + 1, 2), each, &|| false);
        all
    };
    let (one, next) = (demand(1), demand(2));
    // Of 400 independent pairs the correlation has a standard error of 0.05.
    for (name, first, second) in [
        ("seeds", &one[..RUNS], &next[..RUNS]),
        ("replications", &one[..RUNS], &one[1..]),
        ("seed and replication", &one[1..], &next[..RUNS]),
    ] {
        let r = correlation(first, second);
        assert!(r.abs() < 0.2, "{name}: {r}");
    }
    assert!(correlation(&one, &one) > 0.999, "the measure sees what is there");
}

fn correlation(first: &[f64], second: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (of_first, of_second) = (mean(first), mean(second));
    let sum = |of: &dyn Fn(f64, f64) -> f64| {
        first.iter().zip(second).map(|(a, b)| of(a - of_first, b - of_second)).sum::<f64>()
    };
    sum(&|a, b| a * b) / (sum(&|a, _| a * a) * sum(&|_, b| b * b)).sqrt()
}

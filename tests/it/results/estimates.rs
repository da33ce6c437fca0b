//! What is estimated of a scenario before a run is what runs have on average.

use fleetsim::fleet::roster::Roster;
use fleetsim::scenario::read::{expected_clients, expected_presence};

use crate::commands::fuzzed::mutations::Mutations;
use crate::support::cases::check;

/// Replications of each scenario.
const REPLICATIONS: u64 = 200;
/// In standard errors: of 60 scenarios with two figures each, one in 17,000 draws of all is beyond it.
const TOLERANCE: f64 = 5.0;

/// Mean of some figures, and its standard error.
fn mean(figures: &[f64]) -> (f64, f64) {
    let n = figures.len() as f64;
    let mean = figures.iter().sum::<f64>() / n;
    let variance = figures.iter().map(|figure| (figure - mean) * (figure - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// A scenario with one group of Poisson arrivals, from a rate of one a year to one a millisecond.
fn poisson(seed: u64) -> String {
    let mut choices = Mutations::seeded(seed);
    for _ in 0..10 {
        choices.below(2);
    }
    let (rate, from, until) = [
        ("1/w", "0d", "400d"),
        ("3/d", "20d", "80d"),
        ("0.01/d", "0d", "9999-12-31"),
        ("40/h", "1d", "1d 6h"),
        ("1/ms", "10d", "10d 300ms"),
        ("700/s", "39d 23h 59m 59s 500ms", "40d"),
        ("20/s", "2h", "2h 10s"),
        ("5/d", "60d", "90d"),
    ][choices.below(8)];
    let clients = ["", "clients: 1, ", "clients: 30, ", "clients: 100000, "][choices.below(4)];
    let until = if choices.below(3) == 0 && rate.ends_with(['w', 'd']) { "" } else { until };
    let until = if until.is_empty() { String::new() } else { format!(", until: {until}") };
    let duration = ["40d", "50d", "365d"][choices.below(3)];
    format!(
        "fleetsim: 1\nduration: {duration}\nlicenses: {{base: {{nodes: 5}}}}\n\
         groups: {{g: {{{clients}enrol: {{poisson: {{rate: {rate}, from: {from}{until}}}}}}}}}\n"
    )
}

#[test]
fn poisson_arrivals_are_as_many_as_expected() {
    for seed in 1..=60 {
        let text = poisson(seed);
        let scenario = check(&text, "poisson").scenario;
        let (group, horizon) = (&scenario.groups[0], scenario.horizon());
        let (mut counts, mut presence) = (Vec::new(), Vec::new());
        for replication in 0..REPLICATIONS {
            let mut roster = Roster::new(&scenario, replication);
            counts.push(roster.len() as f64);
            presence.push(roster.take_joins().iter().map(|join| (horizon - *join).ms() as f64).sum());
        }
        let given = text.contains("clients:");
        for (figures, expected) in
            [(counts, expected_clients(group, &scenario)), (presence, expected_presence(group, &scenario))]
        {
            let (mean, error) = mean(&figures);
            // A given number cuts the arrivals off: the estimate is then an upper bound, no more than half a standard
            // deviation of the uncut arrivals too high, for which one arrival and a tenth of all is enough here.
            let above = if given {
                0.1 * expected + expected / expected_clients(group, &scenario).max(1.0)
            } else {
                0.0
            };
            let allowed = TOLERANCE * error + 1e-9 * expected;
            assert!(
                mean - allowed <= expected && expected <= mean + allowed + above,
                "{expected} is expected, {mean} ± {error} come: {text}"
            );
        }
    }
}

/// 50,000 clients over ten years of a fast process are not 182,500,000.
#[test]
fn a_window_of_arrivals_limits_the_clients() {
    let text = "fleetsim: 1\nduration: 3650d\nscan: {every: 7d}\nlicenses: {base: {nodes: 5}}\n\
                groups: {g: {enrol: {poisson: {rate: 50000/d, from: 30d, until: 31d}}}}\n";
    let scenario = check(text, "window").scenario;
    let expected = expected_clients(&scenario.groups[0], &scenario);
    assert!((expected / 50_000.0 - 1.0).abs() < 1e-6, "{expected}");
    // No client comes after the end.
    let late = text.replace("from: 30d, until: 31d", "from: 4000d, until: 4001d");
    let scenario = check(&late, "late").scenario;
    assert_eq!(expected_clients(&scenario.groups[0], &scenario), 0.0);
    assert_eq!(expected_presence(&scenario.groups[0], &scenario), 0.0);
}

/// Clients that join by a law are there from when they join, at most for their lifetime.
#[test]
fn presence_counts_from_the_joining_on() {
    const DAY: f64 = 86_400_000.0;
    for (group, days) in [
        ("clients: 10", 300.0),
        ("clients: 10, enrol: 20d", 100.0),
        ("clients: 10, enrol: {uniform: [0d, 60d]}", 75.0),
        ("enrol: [0d, 10d, 20d, 2026-02-04, 90d]", 60.0),
        ("clients: 10, lifetime: 5d", 50.0),
        ("clients: [a, b], enrol: {uniform: [0d, 30d]}", 30.0),
    ] {
        let text = format!(
            "fleetsim: 1\nstart: 2026-01-05\nduration: 30d\nlicenses: {{base: {{nodes: 5}}}}\ngroups: {{g: {{{group}}}}}\n"
        );
        let scenario = check(&text, "law").scenario;
        let expected = expected_presence(&scenario.groups[0], &scenario) / DAY;
        assert!((expected / days - 1.0).abs() < 0.01, "{group}: {expected} client-days, not {days}");
    }
}

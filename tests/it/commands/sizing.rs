//! The smallest pool, the latest date, the cheapest pool: what bisection finds is what trying all finds.

use std::ops::ControlFlow;

use fleetsim::scenario::model::Scenario;
use fleetsim::study::measures::find;
use fleetsim::study::replicate::{Plan, replicate};
use fleetsim::study::size::{Finished, Prices, Search, Vary, Watch, smallest};
use fleetsim::study::target::Target;
use fleetsim::units::time::{Span, Time};

use crate::support::cases::check;
use crate::support::cases::{SMALL, small};

/// Bisection finds what trying every pool finds.
#[test]
fn the_smallest_pool_is_the_smallest() {
    let scenario = small();
    for (target, meets) in [
        ("P(rejected) <= 10%", find("clients_rejected").unwrap()),
        ("scans_rejected <= 3", find("scans_rejected").unwrap()),
    ] {
        let target = Target::parse(target, scenario.start, scenario.horizon()).unwrap();
        let search = Search {
            target: target.clone(),
            license: 0,
            vary: Vary::Nodes,
            prices: None,
            replications: 30,
            warm_up: Span::ZERO,
            threads: 2,
        };
        let sized = smallest(&scenario, &search, Vec::new(), (), &|| false).unwrap();
        let level = |nodes: u64| {
            let mut scenario = scenario.clone();
            scenario.licenses[0].nodes = Some(nodes);
            let each = |_: &_| ControlFlow::Continue(());
            let all = replicate(&scenario, &Plan::of(30, 2), each, &|| false);
            match target.typed.starts_with("P(") {
                true => all.probability(1).unwrap().0,
                false => all.measures[meets].mean().unwrap(),
            }
        };
        let found = sized.smallest.unwrap();
        assert!(
            level(found) <= target.at_most && level(found - 1) > target.at_most,
            "{}: {found}",
            target.typed
        );
        assert!(sized.possible.unwrap() <= found && sized.sure.is_none_or(|sure| sure >= found));
    }
}

/// The latest day on which twenty more nodes come in time, and the cheapest pool, are what trying all gives.
#[test]
fn the_latest_date_and_the_cheapest_pool_are_found() {
    let with_top_up =
        SMALL.replace("{base: {nodes: 60}}", "{base: {nodes: 45}, top_up: {nodes: 30, from: 1d}}");
    let scenario = check(&with_top_up, "top-up").scenario;
    let search = |vary, license, target: &str, prices| Search {
        target: Target::parse(target, scenario.start, scenario.horizon()).unwrap(),
        license,
        vary,
        prices,
        replications: 10,
        warm_up: Span::ZERO,
        threads: 2,
    };
    let rejected = |scenario: &Scenario| {
        let all = replicate(scenario, &Plan::of(10, 2), |_| ControlFlow::Continue(()), &|| false);
        let waiting = all.measures[find("waiting_client_hours").unwrap()].mean().unwrap() / 3_600_000.0;
        (all.probability(1).unwrap().0, waiting)
    };
    let by_date = search(Vary::From, 1, "P(rejected) <= 20%", None);
    let sized = smallest(&scenario, &by_date, Vec::new(), (), &|| false).unwrap();
    let latest = by_date.variant(&scenario, sized.smallest).from;
    let on_day = |day: i64| {
        let mut scenario = scenario.clone();
        scenario.licenses[1].from = Time::START + Span::days(day);
        rejected(&scenario).0
    };
    let in_time = (0..=40).filter(|day| on_day(*day) <= 0.2).max().unwrap();
    assert_eq!(latest, Time::START + Span::days(in_time));
    assert!((5..35).contains(&in_time), "{in_time} is worth looking for");

    let prices = Prices { node: 2.0, waiting_hour: 0.1 };
    let by_price = search(Vary::Nodes, 0, "P(rejected) <= 20%", Some(prices));
    let sized = smallest(&scenario, &by_price, Vec::new(), (), &|| false).unwrap();
    let price = |nodes: u64| {
        let mut scenario = scenario.clone();
        scenario.licenses[0].nodes = Some(nodes);
        prices.node * nodes as f64 + prices.waiting_hour * rejected(&scenario).1
    };
    let found = sized.cheapest.unwrap();
    // Its neighbours, and a few pools all over the place.
    let others = (found - 5..=found + 5).chain((0..=100).step_by(10));
    let cheapest = others.min_by(|a, b| price(*a).total_cmp(&price(*b))).unwrap();
    assert_eq!(found, cheapest);
}

/// A pool just filled counts as run out, so the pool that never does has one node more than is ever used.
#[test]
fn a_pool_that_never_runs_out_is_found() {
    let scenario = check(
        &SMALL.replace("{poisson: 3/d}, lifetime: {exponential: 30d}", "{uniform: [0d, 5d]}, clients: 40"),
        "all",
    )
    .scenario;
    let search = |target: &str| Search {
        target: Target::parse(target, scenario.start, scenario.horizon()).unwrap(),
        license: 0,
        vary: Vary::Nodes,
        prices: None,
        replications: 3,
        warm_up: Span::ZERO,
        threads: 1,
    };
    for (target, nodes) in
        [("P(exhausted) <= 1%", 41), ("P(rejected) <= 1%", 40), ("exhausted_share <= 0", 41)]
    {
        let sized = smallest(&scenario, &search(target), Vec::new(), (), &|| false).unwrap();
        assert_eq!(sized.smallest, Some(nodes), "{target}");
    }
}

/// What a search counts down is at least what it still does.
#[test]
fn the_work_left_is_not_less_than_reported() {
    struct Countdown(Vec<u64>);
    impl Watch for &mut Countdown {
        fn replication_done(&mut self, left_at_most: Option<u64>) {
            self.0.extend(left_at_most);
        }

        fn finished(&mut self, _: &Finished) -> ControlFlow<()> {
            ControlFlow::Continue(())
        }
    }
    let scenario = small();
    let search = Search {
        target: Target::parse("P(rejected) <= 10%", scenario.start, scenario.horizon()).unwrap(),
        license: 0,
        vary: Vary::Nodes,
        prices: Some(Prices { node: 20.0, waiting_hour: 1.0 }),
        replications: 5,
        warm_up: Span::ZERO,
        threads: 1,
    };
    let mut countdown = Countdown(Vec::new());
    smallest(&scenario, &search, Vec::new(), &mut countdown, &|| false).unwrap();
    let all = countdown.0.len();
    assert!(all > 50, "{all}");
    let really = |index: usize| (all - 1 - index) as u64;
    assert!(countdown.0.iter().enumerate().all(|(index, left)| *left >= really(index)), "{:?}", countdown.0);
}

/// Licenses that expire turn clients away from scanning, whatever their number: no pool helps.
#[test]
fn a_target_no_pool_reaches_is_reported_as_such() {
    let text = SMALL.replace("{nodes: 60}", "{nodes: 60, kind: trial, until: 2026-01-20}");
    let scenario = check(&text, "expires").scenario;
    let target = Target::parse("expired_hours <= 1", scenario.start, scenario.horizon()).unwrap();
    let search = Search {
        target,
        license: 0,
        vary: Vary::Nodes,
        prices: None,
        replications: 5,
        warm_up: Span::ZERO,
        threads: 1,
    };
    let sized = smallest(&scenario, &search, Vec::new(), (), &|| false).unwrap();
    assert_eq!((sized.smallest, sized.sure), (None, None));
    assert_eq!(sized.tried.len(), 1, "the largest pool settles it");
}

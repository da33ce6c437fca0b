//! The smallest pool that meets a target, or the latest date at which an order may come into force.
//!
//! The nodes (or the first day) of one license file are varied, everything else stays, luck included:
//! every variant meets the same fleets (common random numbers), so a larger pool looks better because
//! it is. With more nodes, or earlier ones, the target's figure is taken not to grow, so the answer is
//! found by bisection: between no node and as many as the most demanding replication uses of a
//! pool without limit; between the start and the end.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::measures::{MEASURES, find};
use super::parallel;
use super::replicate::{Replication, one};
use super::stats::distribution::Distribution;
use super::stats::interval::Interval;
use super::target::{Estimate, Target};
use crate::observe::timeline::Row;
use crate::scenario::model::{LicenseFile, Scenario};
use crate::words::time::{Span, Time};

/// What is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vary {
    /// The number of nodes.
    Nodes,
    /// The first instant in force, in whole days after the start.
    From,
}

/// What things cost, in any currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    pub node: f64,
    /// A client that waits an hour for a license.
    pub waiting_hour: f64,
}

/// How to look for it.
#[derive(Debug, Clone)]
pub struct Search {
    pub target: Target,
    /// The license file that is varied, by its place in the scenario.
    pub license: usize,
    pub vary: Vary,
    pub prices: Option<Prices>,
    pub replications: u64,
    pub warm_up: Span,
    pub threads: usize,
}

impl Search {
    /// The most generous variant when dates are varied: in force from the start on. Variants count days
    /// from the last possible date backwards, so that a larger one is a better one.
    fn most_days(&self, scenario: &Scenario) -> u64 {
        let until = scenario.licenses[self.license].until.unwrap_or(Time::NEVER);
        (until.min(scenario.horizon()).ms() / Span::DAY.ms()).max(0) as u64
    }

    /// The license file of a variant; `None`: without limit.
    pub fn variant(&self, scenario: &Scenario, variant: Option<u64>) -> LicenseFile {
        let mut file = scenario.licenses[self.license].clone();
        match (self.vary, variant) {
            (Vary::Nodes, nodes) => file.nodes = nodes,
            (Vary::From, days) => {
                let most = self.most_days(scenario);
                file.from = Time::START + Span::days((most - days.unwrap_or(most)) as i64);
            }
        }
        file
    }
}

/// What a variant achieves.
#[derive(Debug, Clone)]
pub struct Tried {
    pub estimate: Estimate,
    /// Owned but unused, in nodes times days.
    pub idle_node_days: Option<f64>,
    pub waiting_hours: Option<f64>,
    /// Clients waiting at the end minus those waiting half-way: the 95 % interval of its mean.
    pub waiting_growth: Option<Interval>,
}

impl Tried {
    /// The crowd of waiting clients grows, and not by chance.
    pub fn waiting_grows(&self) -> bool {
        self.waiting_growth.is_some_and(|growth| growth.low > 0.0)
    }

    /// What a pool of so many nodes costs, waiting included.
    pub fn price(&self, nodes: u64, prices: Prices) -> f64 {
        prices.node * nodes as f64 + prices.waiting_hour * self.waiting_hours.unwrap_or(0.0)
    }
}

/// What was found.
#[derive(Debug)]
pub struct Sized {
    /// Every variant that was tried: nodes, or days before the last possible date.
    pub tried: BTreeMap<u64, Tried>,
    /// The smallest variant whose estimate meets the target. `None`: none does; the largest one tried is
    /// the best attainable.
    pub smallest: Option<u64>,
    /// The smallest that cannot be ruled out: the lower end of its interval meets the target.
    pub possible: Option<u64>,
    /// The smallest that is sure: the upper end of its interval meets it. `None`: so few
    /// replications can make none sure.
    pub sure: Option<u64>,
    /// The pool with the lowest price, when there are prices.
    pub cheapest: Option<u64>,
}

/// The search was broken off; nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenOff;

/// Looks for the smallest variant. `each` is told of every replication done.
///
/// # Errors
/// When `broken_off` says so.
pub fn smallest(
    scenario: &Scenario,
    search: &Search,
    each: impl Fn() + Sync,
    broken_off: &(impl Fn() -> bool + Sync),
) -> Result<Sized, BrokenOff> {
    let mut attempts = Attempts { scenario, search, each, broken_off, tried: BTreeMap::new() };
    let most = match search.vary {
        Vary::Nodes => attempts.most_ever_used()?,
        Vary::From => search.most_days(scenario),
    };
    let target = search.target.at_most;
    let meets = |value: Option<f64>| value.is_some_and(|value| value <= target);
    let smallest = attempts.first(most, |e| meets(e.value()))?;
    let possible = attempts.first(most, |e| meets(e.interval().map(|i| i.low)))?;
    let sure = attempts.first(most, |e| meets(e.interval().map(|i| i.high)))?;
    let cheapest = match (search.prices, search.vary) {
        (Some(prices), Vary::Nodes) => Some(attempts.cheapest(most, prices)?),
        _ => None,
    };
    Ok(Sized { tried: attempts.tried, smallest, possible, sure, cheapest })
}

struct Attempts<'s, E, B> {
    scenario: &'s Scenario,
    search: &'s Search,
    each: E,
    broken_off: &'s B,
    tried: BTreeMap<u64, Tried>,
}

impl<E: Fn() + Sync, B: Fn() -> bool + Sync> Attempts<'_, E, B> {
    /// The smallest variant up to `most` of which `good` holds; `None` when it does not hold there.
    fn first(&mut self, most: u64, good: impl Fn(&Estimate) -> bool) -> Result<Option<u64>, BrokenOff> {
        if !good(&self.try_pool(most)?.estimate) {
            return Ok(None);
        }
        let (mut low, mut high) = (0, most); // `high` is good, below `low` nothing is
        while low < high {
            let middle = low + (high - low) / 2;
            if good(&self.try_pool(middle)?.estimate) { high = middle } else { low = middle + 1 }
        }
        Ok(Some(high))
    }

    /// The pool with the lowest price: nodes cost, and so does waiting, less and less with more nodes. The
    /// price is taken to fall up to it and to rise from it on.
    fn cheapest(&mut self, most: u64, prices: Prices) -> Result<u64, BrokenOff> {
        let (mut low, mut high) = (0, most);
        while low < high {
            let middle = low + (high - low) / 2;
            let (here, next) = (self.try_pool(middle)?.price(middle, prices), self.try_pool(middle + 1)?);
            if here <= next.price(middle + 1, prices) { high = middle } else { low = middle + 1 }
        }
        self.try_pool(low)?;
        Ok(low)
    }

    /// Most licenses in use of a pool without limit, over all replications.
    fn most_ever_used(&self) -> Result<u64, BrokenOff> {
        let peak = find("peak_in_use").expect("it is a measure");
        let mut most = 0;
        self.replicate(None, |replication| most = most.max(replication.measured.0[peak].unwrap_or(0)))?;
        Ok(most as u64)
    }

    fn try_pool(&mut self, variant: u64) -> Result<&Tried, BrokenOff> {
        if !self.tried.contains_key(&variant) {
            let tried = self.attempt(variant)?;
            self.tried.insert(variant, tried);
        }
        Ok(&self.tried[&variant])
    }

    fn attempt(&self, variant: u64) -> Result<Tried, BrokenOff> {
        const FIGURES: [&str; 2] = ["idle_node_days", "waiting_client_hours"];
        let figures = FIGURES.map(|name| find(name).expect("it is a measure"));
        let mut estimate = self.search.target.estimate();
        let mut values = [Distribution::default(), Distribution::default()];
        let mut growth = Distribution::default();
        self.replicate(Some(variant), |replication| {
            estimate.add(&replication.measured);
            for (figure, values) in figures.iter().zip(&mut values) {
                replication.measured.0[*figure].into_iter().for_each(|parts| values.add(parts));
            }
            growth.add(waiting_growth(replication, self.scenario));
        })?;
        let mean = |i: usize| Some(values[i].mean()? / MEASURES[figures[i]].unit.parts() as f64);
        let (idle_node_days, waiting_hours) = (mean(0), mean(1));
        Ok(Tried { estimate, idle_node_days, waiting_hours, waiting_growth: growth.mean_interval() })
    }

    /// Runs all replications of a variant; `None`: of a pool without limit.
    fn replicate(&self, variant: Option<u64>, mut take: impl FnMut(&Replication)) -> Result<(), BrokenOff> {
        let Search { license, replications, warm_up, threads, .. } = *self.search;
        let mut scenario = self.scenario.clone();
        scenario.licenses[license] = self.search.variant(self.scenario, variant);
        let mut done = 0;
        let work = |index| one(&scenario, index, warm_up, self.broken_off);
        parallel::in_order(threads, replications, work, |_, replication| {
            take(&replication);
            (self.each)();
            done += 1;
            ControlFlow::Continue(())
        });
        if done == replications { Ok(()) } else { Err(BrokenOff) }
    }
}

/// Clients waiting at the end, minus those waiting half-way.
fn waiting_growth(replication: &Replication, scenario: &Scenario) -> i64 {
    let waiting = |row: &Row| row.levels.clients_waiting as i64;
    let half = Time(scenario.duration.ms() / 2);
    let middle = replication.rows.iter().find(|row| row.at >= half);
    match (middle, replication.rows.last()) {
        (Some(middle), Some(last)) => waiting(last) - waiting(middle),
        _ => 0,
    }
}

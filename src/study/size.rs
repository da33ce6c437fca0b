//! The smallest pool that meets a target.
//!
//! The nodes of one license file are varied, everything else stays, luck included: every pool meets the
//! same fleets (common random numbers), so a larger pool looks better because it is. With more nodes
//! the target's figure is taken not to grow, so the smallest pool is found by bisection between no
//! node and as many as the most demanding replication uses of a pool without limit.

use std::collections::BTreeMap;

use super::parallel;
use super::replicate::{Replication, one};
use super::stats::distribution::Distribution;
use super::stats::interval::Interval;
use super::target::{Estimate, Target};
use crate::scenario::model::Scenario;
use crate::study::measures::{MEASURES, find};
use crate::words::time::{Span, Time};
use std::ops::ControlFlow;

/// How to look for it.
#[derive(Debug, Clone)]
pub struct Search {
    pub target: Target,
    /// The license file whose nodes are varied, by its place in the scenario.
    pub license: usize,
    pub replications: u64,
    pub warm_up: Span,
    pub threads: usize,
}

/// What a pool of some size achieves.
#[derive(Debug, Clone)]
pub struct Tried {
    pub estimate: Estimate,
    /// Owned but unused, in nodes times days.
    pub idle_node_days: Option<f64>,
    /// Clients waiting at the end minus those waiting half-way: the 95 % interval of its mean.
    pub waiting_growth: Option<Interval>,
}

impl Tried {
    /// The crowd of waiting clients grows, and not by chance.
    pub fn waiting_grows(&self) -> bool {
        self.waiting_growth.is_some_and(|growth| growth.low > 0.0)
    }
}

/// What was found.
#[derive(Debug)]
pub struct Sized {
    /// Every pool that was tried.
    pub tried: BTreeMap<u64, Tried>,
    /// The smallest pool whose estimate meets the target. `None`: no pool does; the largest one tried is
    /// the best attainable.
    pub smallest: Option<u64>,
    /// The smallest pool that cannot be ruled out: the lower end of its interval meets the target.
    pub possible: Option<u64>,
    /// The smallest pool that is sure: the upper end of its interval meets it. `None`: so few
    /// replications can make no pool sure.
    pub sure: Option<u64>,
}

/// The search was broken off; nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenOff;

/// Looks for the smallest pool. `each` is told of every replication done.
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
    let most = attempts.most_ever_used()?;
    let target = search.target.at_most;
    let meets = |value: Option<f64>| value.is_some_and(|value| value <= target);
    let smallest = attempts.first(most, |e| meets(e.value()))?;
    let possible = attempts.first(most, |e| meets(e.interval().map(|i| i.low)))?;
    let sure = attempts.first(most, |e| meets(e.interval().map(|i| i.high)))?;
    Ok(Sized { tried: attempts.tried, smallest, possible, sure })
}

struct Attempts<'s, E, B> {
    scenario: &'s Scenario,
    search: &'s Search,
    each: E,
    broken_off: &'s B,
    tried: BTreeMap<u64, Tried>,
}

impl<E: Fn() + Sync, B: Fn() -> bool + Sync> Attempts<'_, E, B> {
    /// The smallest pool up to `most` of which `good` holds; `None` when it does not hold there.
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

    /// Most licenses in use of a pool without limit, over all replications.
    fn most_ever_used(&self) -> Result<u64, BrokenOff> {
        let peak = find("peak_in_use").expect("it is a measure");
        let mut most = 0;
        self.replicate(None, |replication| most = most.max(replication.measured.0[peak].unwrap_or(0)))?;
        Ok(most as u64)
    }

    fn try_pool(&mut self, nodes: u64) -> Result<&Tried, BrokenOff> {
        if !self.tried.contains_key(&nodes) {
            let tried = self.attempt(nodes)?;
            self.tried.insert(nodes, tried);
        }
        Ok(&self.tried[&nodes])
    }

    fn attempt(&self, nodes: u64) -> Result<Tried, BrokenOff> {
        let idle = find("idle_node_days").expect("it is a measure");
        let mut estimate = self.search.target.estimate();
        let (mut idle_parts, mut growth) = (Distribution::default(), Distribution::default());
        self.replicate(Some(nodes), |replication| {
            estimate.add(&replication.measured);
            replication.measured.0[idle].into_iter().for_each(|parts| idle_parts.add(parts));
            growth.add(waiting_growth(replication, self.scenario));
        })?;
        let parts = MEASURES[idle].unit.parts() as f64;
        let idle_node_days = idle_parts.mean().map(|mean| mean / parts);
        Ok(Tried { estimate, idle_node_days, waiting_growth: growth.mean_interval() })
    }

    /// Runs all replications with a pool of this size; `None`: without limit.
    fn replicate(&self, nodes: Option<u64>, mut take: impl FnMut(&Replication)) -> Result<(), BrokenOff> {
        let Search { license, replications, warm_up, threads, .. } = *self.search;
        let mut scenario = self.scenario.clone();
        scenario.licenses[license].nodes = nodes;
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
    let waiting = |row: &crate::observe::timeline::Row| row.levels.clients_waiting as i64;
    let half = Time(scenario.duration.ms() / 2);
    let middle = replication.rows.iter().find(|row| row.at >= half);
    match (middle, replication.rows.last()) {
        (Some(middle), Some(last)) => waiting(last) - waiting(middle),
        _ => 0,
    }
}

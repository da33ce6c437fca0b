//! The smallest pool that meets a target, or the latest date at which an order may come into force.
//!
//! The nodes (or the first day) of one license file are varied, everything else stays, the random streams included:
//! every variant meets the same fleets (common random numbers), so a larger pool looks better because
//! it is. With more nodes, or earlier ones, the target's figure does not grow (targets of which that
//! is not so are refused), so the answer is found by bisection: between no node and one more than the most
//! demanding replication uses of a pool without limit; between the start and the end.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::observe::timeline::TimelineRow;
use crate::scenario::model::{LicenseFile, Scenario};
use crate::study::measures::{MEASURES, Measured, find};
use crate::study::parallel;
use crate::study::replicate::{Replication, one};
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::Interval;
use crate::study::target::Target;
use crate::units::time::{Span, Time};

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
    /// Of one node, for the whole scenario.
    pub node: f64,
    /// A client that waits an hour for a license.
    pub waiting_hour: f64,
}

/// How to look for it.
#[derive(Debug, Clone)]
pub struct Search {
    /// What the pool shall achieve.
    pub target: Target,
    /// The license file that is varied, by its place in the scenario.
    pub license: usize,
    /// Nodes, or the first day in force.
    pub vary: Vary,
    /// For the cheapest pool; `None`: only the target counts. Used only with [`Vary::Nodes`].
    pub prices: Option<Prices>,
    /// Runs of each variant, with the same random streams.
    pub replications: u64,
    /// What happens up to here is left out of all figures.
    pub warm_up: Span,
    /// Runs at the same time; no result depends on it.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The figure of the target; `None` when no replication has it.
    pub figure: Option<f64>,
    /// Its 95 % interval.
    pub interval: Option<Interval>,
    /// Owned but unused, in nodes times days.
    pub idle_node_days: Option<f64>,
    /// Waiting for a license in hours, summed over clients; mean over replications.
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

    fn low(&self) -> Option<f64> {
        self.interval.map(|interval| interval.low)
    }

    fn high(&self) -> Option<f64> {
        self.interval.map(|interval| interval.high)
    }
}

/// A piece of the search: the work of all its replications.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Finished {
    /// Most licenses in use of a pool without limit, over all replications.
    MostUsed(u64),
    /// A variant and what it achieves.
    Tried(u64, Tried),
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
    /// The pool with the lowest price of nodes and waiting, when there are prices.
    pub cheapest: Option<u64>,
    /// The one with the lowest price of those whose estimate meets the target.
    pub cheapest_that_meets: Option<u64>,
}

/// The search was broken off; what is finished has been kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokenOff;

/// Receives the progress of a search, and may break it off.
pub trait Watch {
    /// A replication is done; so many more are needed at most, if that is known.
    fn replication_done(&mut self, left_at_most: Option<u64>);

    /// A piece is finished. To break means to break the search off.
    fn finished(&mut self, piece: &Finished) -> ControlFlow<()>;
}

/// Ignores the progress.
impl Watch for () {
    fn replication_done(&mut self, _: Option<u64>) {}

    fn finished(&mut self, _: &Finished) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Looks for the smallest variant. What is `finished` of the same search already is not done again.
///
/// # Errors
/// When `broken_off` or the watch breaks the search off.
pub fn smallest(
    scenario: &Scenario,
    search: &Search,
    finished: Vec<Finished>,
    watch: impl Watch,
    broken_off: &(impl Fn() -> bool + Sync),
) -> Result<Sized, BrokenOff> {
    let (mut tried, mut most_used) = (BTreeMap::new(), None);
    for piece in finished {
        match piece {
            Finished::MostUsed(most) => most_used = Some(most),
            Finished::Tried(variant, result) => {
                tried.insert(variant, result);
            }
        }
    }
    let mut attempts = Attempts { scenario, search, watch, broken_off, tried, left: None };
    let most = match (search.vary, most_used) {
        // A pool just filled counts as run out, so the largest worth trying has a node more.
        (Vary::Nodes, Some(most)) => most + 1,
        (Vary::Nodes, None) => attempts.most_ever_used()? + 1,
        (Vary::From, _) => search.most_days(scenario),
    };
    let target = search.target.at_most;
    let meets = |value: Option<f64>| value.is_some_and(|value| value <= target);
    let prices = search.prices.filter(|_| search.vary == Vary::Nodes);
    // The search for the cheapest tries two at each step.
    let last = 2 * u64::from(prices.is_some_and(|prices| prices.waiting_hour > 0.0));
    let smallest = attempts.first(most, 2 + last, |tried| meets(tried.figure))?;
    let possible = attempts.first(most, 1 + last, |tried| meets(tried.low()))?;
    let sure = attempts.first(most, last, |tried| meets(tried.high()))?;
    let cheapest = match prices {
        // Waiting that costs nothing makes no pool the cheapest.
        Some(prices) if prices.waiting_hour > 0.0 => Some(attempts.cheapest(most, prices)?),
        Some(_) => smallest,
        None => None,
    };
    // The price rises from the cheapest on, and what meets the target are the smallest and all above.
    let cheapest_that_meets = cheapest.zip(smallest).map(|(cheapest, smallest)| cheapest.max(smallest));
    Ok(Sized { tried: attempts.tried, smallest, possible, sure, cheapest, cheapest_that_meets })
}

struct Attempts<'s, W, B> {
    scenario: &'s Scenario,
    search: &'s Search,
    watch: W,
    broken_off: &'s B,
    tried: BTreeMap<u64, Tried>,
    /// Variants to be tried at most, the present one included.
    left: Option<u64>,
}

/// Halvings until one of so many is left.
fn halvings(variants: u64) -> u64 {
    u64::from(u64::BITS - variants.leading_zeros())
}

impl<W: Watch, B: Fn() -> bool + Sync> Attempts<'_, W, B> {
    /// The smallest variant up to `most` of which `good` holds; `None` when it does not hold there. So many
    /// searches are to come after this one.
    fn first(
        &mut self,
        most: u64,
        to_come: u64,
        good: impl Fn(&Tried) -> bool,
    ) -> Result<Option<u64>, BrokenOff> {
        let after = to_come * (halvings(most) + 1);
        self.left = Some(1 + halvings(most) + after);
        if !good(self.try_pool(most)?) {
            return Ok(None);
        }
        let (mut low, mut high) = (0, most); // `high` is good, below `low` nothing is
        while low < high {
            let middle = low + (high - low) / 2;
            self.left = Some(halvings(high - low) + after);
            if good(self.try_pool(middle)?) { high = middle } else { low = middle + 1 }
        }
        Ok(Some(high))
    }

    /// The pool with the lowest price: nodes cost, and so does waiting, less and less with more nodes. The
    /// price is taken to fall up to it and to rise from it on.
    fn cheapest(&mut self, most: u64, prices: Prices) -> Result<u64, BrokenOff> {
        let (mut low, mut high) = (0, most);
        while low < high {
            let middle = low + (high - low) / 2;
            self.left = Some(2 * halvings(high - low));
            let (here, next) = (self.try_pool(middle)?.price(middle, prices), self.try_pool(middle + 1)?);
            if here <= next.price(middle + 1, prices) { high = middle } else { low = middle + 1 }
        }
        self.try_pool(low)?;
        Ok(low)
    }

    /// Most licenses in use of a pool without limit, over all replications.
    fn most_ever_used(&mut self) -> Result<u64, BrokenOff> {
        let peak = find("peak_in_use").expect("it is a measure");
        let mut most = 0;
        self.replicate(None, |measured, _| most = most.max(measured.0[peak].unwrap_or(0)))?;
        self.keep(&Finished::MostUsed(most as u64))?;
        Ok(most as u64)
    }

    fn keep(&mut self, piece: &Finished) -> Result<(), BrokenOff> {
        if self.watch.finished(piece).is_break() { Err(BrokenOff) } else { Ok(()) }
    }

    fn try_pool(&mut self, variant: u64) -> Result<&Tried, BrokenOff> {
        if !self.tried.contains_key(&variant) {
            let tried = self.attempt(variant)?;
            self.keep(&Finished::Tried(variant, tried.clone()))?;
            self.tried.insert(variant, tried);
        }
        Ok(&self.tried[&variant])
    }

    fn attempt(&mut self, variant: u64) -> Result<Tried, BrokenOff> {
        const FIGURES: [&str; 2] = ["idle_node_days", "waiting_client_hours"];
        let figures = FIGURES.map(|name| find(name).expect("it is a measure"));
        let mut estimate = self.search.target.estimate();
        let mut values = [Distribution::default(), Distribution::default()];
        let mut growth = Distribution::default();
        self.replicate(Some(variant), |measured, waiting_growth| {
            estimate.add(measured);
            for (figure, values) in figures.iter().zip(&mut values) {
                measured.0[*figure].into_iter().for_each(|parts| values.add(parts));
            }
            growth.add(waiting_growth);
        })?;
        let mean = |i: usize| Some(values[i].mean()? / MEASURES[figures[i]].unit.parts() as f64);
        let (idle_node_days, waiting_hours) = (mean(0), mean(1));
        let (figure, interval) = (estimate.value(), estimate.interval());
        let waiting_growth = growth.mean_interval();
        Ok(Tried { figure, interval, idle_node_days, waiting_hours, waiting_growth })
    }

    /// Runs all replications of a variant; `None`: of a pool without limit. `take` gets the figures of each, and by
    /// how many the waiting clients have become more. The rows of a timeline are gone by then: they may be millions.
    fn replicate(
        &mut self,
        variant: Option<u64>,
        mut take: impl FnMut(&Measured, i64),
    ) -> Result<(), BrokenOff> {
        let Search { license, replications, warm_up, threads, .. } = *self.search;
        let mut scenario = self.scenario.clone();
        scenario.licenses[license] = self.search.variant(self.scenario, variant);
        let mut done = 0;
        let (broken_off, watch, left) = (self.broken_off, &mut self.watch, self.left);
        let work = |index| {
            let replication = one(&scenario, index, warm_up, broken_off)?;
            Some((waiting_growth(&replication, scenario.horizon()), replication.measured))
        };
        parallel::in_order(threads, 0..replications, work, |_, (waiting_growth, measured)| {
            take(&measured, waiting_growth);
            done += 1;
            watch.replication_done(left.map(|variants| variants * replications - done));
            ControlFlow::Continue(())
        });
        if done == replications { Ok(()) } else { Err(BrokenOff) }
    }
}

/// Clients waiting at the end, minus those waiting half-way.
fn waiting_growth(replication: &Replication, horizon: Time) -> i64 {
    let waiting = |row: &TimelineRow| row.now.levels.clients_waiting as i64;
    let rows = &replication.rows;
    // Of few rows the last one up to half-way; after a long warm-up the first there is.
    let middle = rows.iter().rev().find(|row| row.at.ms() <= horizon.ms() / 2).or(rows.first());
    match (middle, rows.last()) {
        (Some(middle), Some(last)) => waiting(last) - waiting(middle),
        _ => 0,
    }
}

//! `size.json`: the smallest pool (or the latest date) for a target.

use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp_ms;
use crate::output::results::identity::Identity;
use crate::scenario::model::{LicenseFile, Scenario};
use crate::study::size::{Search, Sized, Tried, Vary};
use crate::study::stats::interval::CONFIDENCE;
use crate::units::time::{Span, Time};

/// Name of the file.
pub const SIZE: &str = "size.json";
/// Name of the file that keeps interrupted work.
pub const PARTIAL: &str = "size.partial.jsonl";

/// The price of a pool; `None` without prices, or without limit.
pub fn price(file: &LicenseFile, tried: &Tried, search: &Search) -> Option<f64> {
    Some(tried.price(file.nodes?, search.prices?))
}

/// The whole of `size.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SizeResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario's meaning, in hex.
    pub scenario_digest: Option<String>,
    /// Seed of all replications; every variant has the same random numbers.
    pub seed: u64,
    /// Server local time, ISO 8601 with milliseconds.
    #[serde(default)]
    pub start: String,
    /// Server local time, ISO 8601 with milliseconds.
    #[serde(default)]
    pub end: String,
    /// As it was typed, as `P(rejected) <= 1%`.
    pub target: String,
    /// The license file whose nodes were varied.
    pub license: String,
    /// Of each pool.
    pub replications: u64,
    /// Hours after the start from which on figures count.
    #[serde(default)]
    pub warm_up_hours: f64,
    /// Level of all intervals, as a share: 0.95.
    #[serde(default)]
    pub confidence: f64,
    /// `nodes` or `from`: what was varied, so the variants are pool sizes or dates.
    pub varied: String,
    /// The variant whose estimate just meets the target; `null`: none does.
    pub answer: Option<SizedPool>,
    /// None beyond this one can meet it, as far as the intervals tell.
    pub possible: Option<SizedPool>,
    /// This one meets it surely; `null`: too few replications to be sure of any.
    pub sure: Option<SizedPool>,
    /// When nothing meets the target: the best attainable.
    pub best_attainable: Option<SizedPool>,
    /// With the lowest price of nodes and waiting; `null` without prices.
    pub cheapest: Option<SizedPool>,
    /// The same among those that meet the target.
    pub cheapest_that_meets: Option<SizedPool>,
}

/// A variant and what it achieves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SizedPool {
    /// Nodes of the license file; `null`: without limit.
    pub nodes: Option<u64>,
    /// When the license file comes into force; server local time, ISO 8601 with milliseconds.
    pub from: String,
    /// `from` less the time that an order takes; `null` without `--lead-time`.
    pub order_by: Option<String>,
    /// The figure of the target, a share or in the unit of its measure; `null`: no replication has it.
    pub estimate: Option<f64>,
    /// Interval of the estimate; `null`: there are too few replications for one.
    pub ci_low: Option<f64>,
    /// Upper end of the same interval.
    pub ci_high: Option<f64>,
    /// Owned but unused: nodes times days, mean over replications.
    pub idle_node_days: Option<f64>,
    /// Hours that clients wait for a license, summed over clients, mean over replications.
    pub waiting_hours: Option<f64>,
    /// Of nodes and waiting, in the currency of the prices; `null` without prices, or without limit.
    pub price: Option<f64>,
    /// More clients wait at the end than half-way, beyond what chance explains.
    pub waiting_grows: bool,
}

/// The variant an answer is about: the smallest that meets the target, or the best there is.
pub fn answer(sized: &Sized) -> (u64, &Tried) {
    let (best, tried) = sized.tried.last_key_value().expect("the largest is always tried");
    sized.smallest.map_or((*best, tried), |variant| (variant, &sized.tried[&variant]))
}

impl SizeResult {
    /// `lead_time` is the time from an order to the day its nodes are in force.
    pub fn new(scenario: &Scenario, search: &Search, sized: &Sized, lead_time: Option<Span>) -> SizeResult {
        let pool = |variant: u64| {
            let (file, tried) = (search.variant(scenario, Some(variant)), &sized.tried[&variant]);
            let interval = tried.interval;
            SizedPool {
                nodes: file.nodes,
                from: timestamp_ms(scenario.start, file.from),
                order_by: lead_time.map(|lead| timestamp_ms(scenario.start, file.from - lead)),
                estimate: tried.figure,
                ci_low: interval.map(|i| i.low),
                ci_high: interval.map(|i| i.high),
                idle_node_days: tried.idle_node_days,
                waiting_hours: tried.waiting_hours,
                price: price(&file, tried, search),
                waiting_grows: tried.waiting_grows(),
            }
        };
        let best_attainable = if sized.smallest.is_none() { Some(pool(answer(sized).0)) } else { None };
        let Identity { fleetsim, scenario: name, scenario_digest, seed } = Identity::of(scenario);
        SizeResult {
            fleetsim,
            scenario: name,
            scenario_digest: Some(scenario_digest),
            seed,
            start: timestamp_ms(scenario.start, Time::START),
            end: timestamp_ms(scenario.start, scenario.horizon()),
            target: search.target.typed.clone(),
            license: scenario.licenses[search.license].name.clone(),
            replications: search.replications,
            warm_up_hours: search.warm_up.ms() as f64 / Span::HOUR.ms() as f64,
            confidence: CONFIDENCE,
            varied: match search.vary {
                Vary::Nodes => "nodes",
                Vary::From => "from",
            }
            .to_string(),
            answer: sized.smallest.map(pool),
            possible: sized.possible.map(pool),
            sure: sized.sure.map(pool),
            best_attainable,
            cheapest: sized.cheapest.map(pool),
            cheapest_that_meets: sized.cheapest_that_meets.map(pool),
        }
    }
}

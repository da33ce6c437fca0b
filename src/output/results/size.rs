//! `size.json` and `pools.csv`: the smallest pool (or the latest date) for a target, and all that was tried.
//! The pools finished so far are kept in `size.partial.jsonl`.

use std::io::{self, Write};

use serde::Serialize;

use crate::output::prose::dates::{timestamp, timestamp_ms};
use crate::output::results::identity::Identity;
use crate::output::{csv_table, or_empty};
use crate::scenario::model::{LicenseFile, Scenario};
use crate::study::size::{Search, Sized, Tried, Vary};
use crate::study::stats::interval::CONFIDENCE;
use crate::units::time::{Span, Time};

/// Names of the files.
pub const SIZE: &str = "size.json";
pub const POOLS: &str = "pools.csv";
pub const PARTIAL: &str = "size.partial.jsonl";

/// Name and meaning of every column of `pools.csv`.
pub const COLUMNS: [(&str, &str); 10] = [
    ("nodes", "nodes of the license file that was varied"),
    ("from", "first instant at which it is in force"),
    ("estimate", "the figure of the target; empty when no replication has it"),
    ("ci_low", "its 95 % interval"),
    ("ci_high", "its other end"),
    ("meets_target", "true when the estimate does not exceed the target"),
    ("idle_node_days", "owned but unused, nodes times days, mean"),
    ("waiting_hours", "time clients waited for a license, summed, mean"),
    ("price", "of nodes and waiting; empty without prices"),
    ("waiting_grows", "true when more clients wait at the end than half-way, and not by chance"),
];

/// Writes the pools that were tried, by size.
///
/// # Errors
/// When the writer fails.
pub fn write_pools(scenario: &Scenario, search: &Search, sized: &Sized, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for (variant, tried) in &sized.tried {
        let file = search.variant(scenario, Some(*variant));
        let (value, interval) = (tried.figure, tried.interval);
        csv.write_record([
            or_empty(file.nodes),
            timestamp(scenario.start, file.from),
            or_empty(value),
            or_empty(interval.map(|i| i.low)),
            or_empty(interval.map(|i| i.high)),
            value.is_some_and(|value| value <= search.target.at_most).to_string(),
            or_empty(tried.idle_node_days),
            or_empty(tried.waiting_hours),
            or_empty(price(&file, tried, search)),
            tried.waiting_grows().to_string(),
        ])?;
    }
    csv.flush()
}

fn price(file: &LicenseFile, tried: &Tried, search: &Search) -> Option<f64> {
    Some(tried.price(file.nodes?, search.prices?))
}

/// The whole of `size.json`.
#[derive(Debug, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub identity: Identity,
    pub start: String,
    pub end: String,
    pub target: String,
    /// The license file whose nodes were varied.
    pub license: String,
    /// Of each pool.
    pub replications: u64,
    pub warm_up_hours: f64,
    pub confidence: f64,
    /// `nodes` or `from`: what was varied, so the smallest pool, or the latest date, is meant.
    pub varied: &'static str,
    /// The variant whose estimate just meets the target; `null`: none does.
    pub answer: Option<Pool>,
    /// None beyond this one can meet it, as far as the intervals tell.
    pub possible: Option<Pool>,
    /// This one meets it surely; `null`: too few replications to be sure of any.
    pub sure: Option<Pool>,
    /// When nothing meets the target: the best attainable.
    pub best_attainable: Option<Pool>,
    /// With the lowest price of nodes and waiting; `null` without prices.
    pub cheapest: Option<Pool>,
    /// The same among those that meet the target.
    pub cheapest_that_meets: Option<Pool>,
}

/// A variant and what it achieves.
#[derive(Debug, Serialize)]
pub struct Pool {
    pub nodes: Option<u64>,
    pub from: String,
    pub order_by: Option<String>,
    pub estimate: Option<f64>,
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    pub idle_node_days: Option<f64>,
    pub waiting_hours: Option<f64>,
    pub price: Option<f64>,
    pub waiting_grows: bool,
}

/// The variant an answer is about: the smallest that meets the target, or the best there is.
pub fn answer(sized: &Sized) -> (u64, &Tried) {
    let (best, tried) = sized.tried.last_key_value().expect("the largest is always tried");
    sized.smallest.map_or((*best, tried), |variant| (variant, &sized.tried[&variant]))
}

impl Report {
    pub fn new(scenario: &Scenario, search: &Search, sized: &Sized, lead_time: Option<Span>) -> Report {
        let pool = |variant: u64| {
            let (file, tried) = (search.variant(scenario, Some(variant)), &sized.tried[&variant]);
            let interval = tried.interval;
            Pool {
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
        Report {
            identity: Identity::of(scenario),
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
            },
            answer: sized.smallest.map(pool),
            possible: sized.possible.map(pool),
            sure: sized.sure.map(pool),
            best_attainable,
            cheapest: sized.cheapest.map(pool),
            cheapest_that_meets: sized.cheapest_that_meets.map(pool),
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::output::json(self)
    }
}

//! `size.json` and `pools.csv`: the smallest pool for a target, and every pool that was tried.

use std::io::{self, Write};

use serde::Serialize;

use super::text::timestamp_ms;
use super::{csv_table, or_empty};
use crate::scenario::{self, model::Scenario};
use crate::study::size::{Search, Sized, Tried};
use crate::study::stats::interval::CONFIDENCE;
use crate::words::time::{Span, Time};

/// Names of the files.
pub const SIZE: &str = "size.json";
pub const POOLS: &str = "pools.csv";

/// Name and meaning of every column of `pools.csv`.
pub const COLUMNS: [(&str, &str); 7] = [
    ("nodes", "nodes of the license file that was varied"),
    ("estimate", "the figure of the target; empty when no replication has it"),
    ("ci_low", "its 95 % interval"),
    ("ci_high", "its other end"),
    ("meets_target", "true when the estimate does not exceed the target"),
    ("idle_node_days", "owned but unused, nodes times days, mean"),
    ("waiting_grows", "true when more clients wait at the end than half-way, and not by chance"),
];

/// Writes the pools that were tried, by size.
///
/// # Errors
/// When the writer fails.
pub fn write_pools(sized: &Sized, search: &Search, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for (nodes, tried) in &sized.tried {
        let (value, interval) = (tried.estimate.value(), tried.estimate.interval());
        csv.write_record([
            nodes.to_string(),
            or_empty(value),
            or_empty(interval.map(|i| i.low)),
            or_empty(interval.map(|i| i.high)),
            value.is_some_and(|value| value <= search.target.at_most).to_string(),
            or_empty(tried.idle_node_days),
            tried.waiting_grows().to_string(),
        ])?;
    }
    csv.flush()
}

/// The whole of `size.json`.
#[derive(Debug, Serialize)]
pub struct Report {
    pub fleetsim: &'static str,
    pub scenario: String,
    pub scenario_digest: String,
    pub seed: u64,
    pub start: String,
    pub end: String,
    pub target: String,
    /// The license file whose nodes were varied.
    pub license: String,
    /// Of each pool.
    pub replications: u64,
    pub warm_up_hours: f64,
    pub confidence: f64,
    /// The smallest pool whose estimate meets the target; `null`: none does.
    pub smallest: Option<u64>,
    /// No smaller pool can meet it, as far as the intervals tell.
    pub smallest_possible: Option<u64>,
    /// This one meets it surely; `null`: too few replications to be sure of any.
    pub smallest_sure: Option<u64>,
    /// The smallest pool, or the best attainable one.
    pub pool: Pool,
}

#[derive(Debug, Serialize)]
pub struct Pool {
    pub nodes: u64,
    pub estimate: Option<f64>,
    pub ci_low: Option<f64>,
    pub ci_high: Option<f64>,
    pub idle_node_days: Option<f64>,
    pub waiting_grows: bool,
}

/// The pool an answer is about: the smallest that meets the target, or the best there is.
pub fn answer(sized: &Sized) -> (u64, &Tried) {
    let (best, tried) = sized.tried.last_key_value().expect("the largest pool is always tried");
    sized.smallest.map_or((*best, tried), |nodes| (nodes, &sized.tried[&nodes]))
}

impl Report {
    pub fn new(scenario: &Scenario, search: &Search, sized: &Sized) -> Report {
        let (nodes, tried) = answer(sized);
        let interval = tried.estimate.interval();
        Report {
            fleetsim: env!("CARGO_PKG_VERSION"),
            scenario: scenario.name.clone(),
            scenario_digest: scenario::digest(scenario),
            seed: scenario.seed,
            start: timestamp_ms(scenario.start, Time::START),
            end: timestamp_ms(scenario.start, scenario.horizon()),
            target: search.target.typed.clone(),
            license: scenario.licenses[search.license].name.clone(),
            replications: search.replications,
            warm_up_hours: search.warm_up.ms() as f64 / Span::HOUR.ms() as f64,
            confidence: CONFIDENCE,
            smallest: sized.smallest,
            smallest_possible: sized.possible,
            smallest_sure: sized.sure,
            pool: Pool {
                nodes,
                estimate: tried.estimate.value(),
                ci_low: interval.map(|i| i.low),
                ci_high: interval.map(|i| i.high),
                idle_node_days: tried.idle_node_days,
                waiting_grows: tried.waiting_grows(),
            },
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        super::json(self)
    }
}

//! The part `solutions` of `summary.json`: the pools of other solutions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::observe::solutions::{SolutionNow, SolutionResults};
use crate::output::prose::dates::timestamp_ms as timestamp;
use crate::scenario::model::Scenario;

/// The pool of another solution over the run. Numbers are licenses, where no unit is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummarySolution {
    /// `null`: without limit.
    pub licenses_total_at_end: Option<u64>,
    /// Including those that wait for the licensing refresh (S2).
    pub licenses_in_use_at_end: u64,
    /// `null`: without limit.
    pub licenses_free_at_end: Option<u64>,
    /// Most licenses in use at once.
    pub peak_in_use: u64,
    /// When that was the case first; `null`: no license was ever in use.
    pub peak_at: Option<String>,
    /// Licenses taken (S1).
    pub granted: u64,
    /// Licenses returned to the pool (S2).
    pub refunded: u64,
    /// Computers without a license of it whose data was discarded.
    pub computers_without_at_end: u64,
    /// How often data was discarded (S1).
    pub data_discarded: u64,
}

impl SummarySolution {
    /// Those of a finished run, by the words of their solutions.
    pub(super) fn of_all(
        scenario: &Scenario,
        results: &SolutionResults,
    ) -> BTreeMap<String, SummarySolution> {
        let of_one = |now| SummarySolution::new(scenario, now);
        results.at_end.iter().map(|now| (now.solution.word().to_string(), of_one(now))).collect()
    }

    fn new(scenario: &Scenario, now: &SolutionNow) -> SummarySolution {
        let (peak_in_use, peak_at) = now.peak;
        SummarySolution {
            licenses_total_at_end: now.licenses_total,
            licenses_in_use_at_end: now.licenses_in_use,
            licenses_free_at_end: now.licenses_free(),
            peak_in_use,
            peak_at: (peak_in_use > 0).then(|| timestamp(scenario.start, peak_at)),
            granted: now.licenses_taken,
            refunded: now.licenses_returned,
            computers_without_at_end: now.computers_without,
            data_discarded: now.data_discarded,
        }
    }
}

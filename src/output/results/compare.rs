//! `compare.json`: two scenarios under the same luck, and where their first runs part.

use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp_ms;
use crate::output::prose::events::sentence;
use crate::output::results::identity::Identity;
use crate::scenario::{self, model::Scenario};
use crate::study::compare::Compared;
use crate::study::divergence::{Divergence, Happening};
use crate::study::stats::interval::CONFIDENCE;

/// Name of the file.
pub const COMPARE: &str = "compare.json";
/// Name of the file that keeps interrupted work.
pub const PARTIAL: &str = "compare.partial.jsonl";

/// The whole of `compare.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CompareResult {
    pub fleetsim: String,
    /// Of the first one.
    pub scenario: String,
    /// Of the first one.
    pub scenario_digest: Option<String>,
    /// Of both.
    pub seed: u64,
    pub scenarios: [ComparedScenario; 2],
    pub replications: u64,
    pub complete: bool,
    #[serde(default)]
    pub confidence: f64,
    /// Where replication 0 of both parts; `null`: nowhere.
    pub parting: Option<PartingPoint>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedScenario {
    pub name: String,
    #[serde(default)]
    pub digest: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartingPoint {
    pub at: String,
    pub first: Option<PartingEvent>,
    pub second: Option<PartingEvent>,
    /// PartingEvent the server did differently before.
    pub before: Option<[Option<PartingEvent>; 2]>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartingEvent {
    pub at: String,
    pub client: Option<String>,
    pub event: String,
    pub rule: Option<String>,
    pub reason: String,
}

impl CompareResult {
    /// `titles`: what the scenarios are called, with what was changed in them.
    pub fn new(
        scenarios: [&Scenario; 2],
        titles: &[String; 2],
        compared: &Compared,
        parting: Option<&Divergence>,
    ) -> CompareResult {
        let [first, second] = scenarios;
        let which =
            |n: usize| ComparedScenario { name: titles[n].clone(), digest: scenario::digest(scenarios[n]) };
        let what = |happening: &Option<Happening>, scenario: &Scenario| {
            happening.as_ref().map(|h| PartingEvent {
                at: timestamp_ms(scenario.start, h.at),
                client: h.client.clone(),
                event: h.event.name().to_string(),
                rule: h.event.clause().map(|clause| clause.id().to_string()),
                reason: sentence(&h.event),
            })
        };
        let Identity { fleetsim, scenario, scenario_digest, seed } = Identity::of(first);
        CompareResult {
            fleetsim,
            scenario,
            scenario_digest: Some(scenario_digest),
            seed,
            scenarios: [0, 1].map(which),
            replications: compared.replications,
            complete: compared.complete,
            confidence: CONFIDENCE,
            parting: parting.map(|parting| PartingPoint {
                at: timestamp_ms(first.start, parting.at()),
                first: what(&parting.first, first),
                second: what(&parting.second, second),
                before: parting.before.as_ref().map(|[one, other]| [what(one, first), what(other, second)]),
            }),
        }
    }
}

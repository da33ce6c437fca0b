//! `compare.json`: two scenarios with common random numbers, and where their first runs diverge.

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
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Of the first one.
    pub scenario: String,
    /// Of the first one.
    pub scenario_digest: Option<String>,
    /// Of both.
    pub seed: u64,
    /// The first and the second scenario, in the order of the command line.
    pub scenarios: [ComparedScenario; 2],
    /// Finished pairs of runs.
    pub replications: u64,
    /// False: the command was interrupted; these are the first pairs of those asked for.
    pub complete: bool,
    /// Level of all intervals, as a share: 0.95.
    #[serde(default)]
    pub confidence: f64,
    /// Where the two runs of replication 0 diverge; `null`: nowhere.
    pub parting: Option<DivergencePoint>,
}

/// One of the two scenarios.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ComparedScenario {
    /// With its file where both names are equal, and with what the command line changed in it.
    pub name: String,
    /// SHA-256 of the scenario's meaning, in hex.
    #[serde(default)]
    pub digest: String,
}

/// The first event of a client that replication 0 of the scenarios does not share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DivergencePoint {
    /// The earlier of the two instants; server local time, ISO 8601 with milliseconds.
    pub at: String,
    /// In the first scenario; `null`: no client has another event there.
    pub first: Option<DivergenceEvent>,
    /// In the second scenario; `null`: no client has another event there.
    pub second: Option<DivergenceEvent>,
    /// What the server did differently before, in the first and the second scenario; `null`: nothing.
    pub before: Option<[Option<DivergenceEvent>; 2]>,
}

/// An event of one of the two runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DivergenceEvent {
    /// Server local time, ISO 8601 with milliseconds.
    pub at: String,
    /// Name of the client; `null`: an event of the server.
    pub client: Option<String>,
    /// Word of the event, as in `events.csv`.
    pub event: String,
    /// Id of the rule behind it, as `C6`; `null`: none.
    pub rule: Option<String>,
    /// The event as a sentence.
    pub reason: String,
}

impl CompareResult {
    /// `titles`: what the scenarios are called, with what was changed in them.
    pub fn new(
        scenarios: [&Scenario; 2],
        titles: &[String; 2],
        compared: &Compared,
        divergence: Option<&Divergence>,
    ) -> CompareResult {
        let [first, second] = scenarios;
        let which =
            |n: usize| ComparedScenario { name: titles[n].clone(), digest: scenario::digest(scenarios[n]) };
        let what = |happening: &Option<Happening>, scenario: &Scenario| {
            happening.as_ref().map(|h| DivergenceEvent {
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
            parting: divergence.map(|divergence| DivergencePoint {
                at: timestamp_ms(first.start, divergence.at()),
                first: what(&divergence.first, first),
                second: what(&divergence.second, second),
                before: divergence
                    .before
                    .as_ref()
                    .map(|[one, other]| [what(one, first), what(other, second)]),
            }),
        }
    }
}

//! `sweep.json`: what was varied, the manifest of `sweep.csv`. The points finished so far are kept in
//! `sweep.partial.jsonl`; the results are made of them alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::output::results::identity::Identity;
use crate::output::store::checkpoint::Work;
use crate::scenario::{self, model::Scenario};
use crate::study::sweep::Axis;
use crate::units::hex;

/// Name of the file.
pub const SWEEP: &str = "sweep.json";
/// Name of the file that keeps interrupted work.
pub const PARTIAL: &str = "sweep.partial.jsonl";

/// The whole of `sweep.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweepResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Of the first point.
    pub scenario: String,
    /// SHA-256 over the digests of all points' scenarios.
    pub scenario_digest: Option<String>,
    /// Of the first point.
    pub seed: u64,
    /// The keys that were varied, in the order of the command line; the last one varies fastest.
    pub set: Vec<SweptKey>,
    /// Combinations of values.
    pub points: usize,
    /// Of each point.
    pub replications: u64,
    /// Milliseconds after the start from which on figures count.
    #[serde(default)]
    pub warm_up_ms: i64,
    /// Level of all intervals, as a share: 0.95.
    #[serde(default)]
    pub confidence: f64,
}

/// One key and the values it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SweptKey {
    /// Path of the key in the scenario, as `groups.pcs.clients`.
    pub path: String,
    /// As typed, or as counted up where a range was typed.
    pub values: Vec<String>,
}

impl SweepResult {
    /// `points` are the scenarios of all combinations of the values of `axes`; there is at least one.
    pub fn new(points: &[Scenario], axes: &[Axis], replications: u64, warm_up_ms: i64) -> SweepResult {
        let mut all = Sha256::new();
        points.iter().for_each(|scenario| all.update(scenario::digest(scenario)));
        let digest = all.finalize();
        let Identity { fleetsim, scenario, seed, .. } = Identity::of(&points[0]);
        SweepResult {
            fleetsim,
            scenario,
            scenario_digest: Some(hex(&digest)),
            seed,
            set: axes
                .iter()
                .map(|axis| SweptKey { path: axis.path.clone(), values: axis.values.clone() })
                .collect(),
            points: points.len(),
            replications,
            warm_up_ms,
            confidence: crate::study::stats::interval::CONFIDENCE,
        }
    }

    /// What is worked on.
    pub fn work(&self) -> Work {
        let sets = self.set.iter().map(|set| (format!("--set {}", set.path), set.values.join(", ")));
        let others = [("--replications", self.replications), ("--warm-up", self.warm_up_ms as u64)];
        let others = others.map(|(option, value)| (option.to_string(), value.to_string()));
        let identity = Identity {
            fleetsim: self.fleetsim.clone(),
            scenario: self.scenario.clone(),
            scenario_digest: self.scenario_digest.clone().unwrap_or_default(),
            seed: self.seed,
        };
        Work { identity, asked: sets.chain(others).collect::<BTreeMap<_, _>>() }
    }
}

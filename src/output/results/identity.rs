//! What results are of: the same in every file that says so.

use serde::{Deserialize, Serialize};

use crate::scenario::{self, model::Scenario};

/// What of a manifest says whose results it is about: the same in the manifests of all commands, so that one can be
/// held against `origin.json` before the rest of it is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(in crate::output) struct ManifestIdentity {
    pub fleetsim: String,
    pub scenario: String,
    /// Not in those of `diagnose`.
    pub scenario_digest: Option<String>,
    pub seed: u64,
}

/// Two runs of equal identity give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Version of the program; with digest and seed it determines every byte of the results.
    pub fleetsim: String,
    /// Name of the scenario; says whose the folder is.
    pub scenario: String,
    /// SHA-256 of what the scenario means, however it is spelled.
    pub scenario_digest: String,
    /// Source of all random numbers of the results.
    pub seed: u64,
}

impl Identity {
    /// The identity of results that this version makes of a scenario.
    pub fn of(scenario: &Scenario) -> Identity {
        Identity {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: scenario.name.clone(),
            scenario_digest: scenario::digest(scenario),
            seed: scenario.seed,
        }
    }

    /// In what another one differs, in words.
    pub fn difference(&self, other: &Identity) -> Option<&'static str> {
        let differences = [
            (self.fleetsim != other.fleetsim, "another version of the program"),
            (self.seed != other.seed, "another seed"),
            (self != other, "another scenario"),
        ];
        differences.into_iter().find_map(|(differs, what)| differs.then_some(what))
    }
}

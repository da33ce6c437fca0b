//! What `diagnose --format json` prints, and what stands in `diagnosis.json`.

use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp;
use crate::rules::clause::Clause;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::diagnose::Diagnosis;

/// Name of the file.
pub const DIAGNOSIS: &str = "diagnosis.json";

/// The whole diagnosis. Instants are server local time, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisResult {
    pub fleetsim: String,
    pub scenario: String,
    pub seed: u64,
    pub at: String,
    pub clients: DiagnosisClients,
    pub pool: DiagnosisPool,
    /// In the order of the table; with the holders the counts add up to all clients.
    pub without_license: Vec<DiagnosisReason>,
    pub licenses_to_free: Vec<DiagnosisReason>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisClients {
    pub total: u64,
    pub managed: u64,
    #[serde(default)]
    pub sharing_record: u64,
    pub with_license: u64,
    #[serde(default)]
    pub without_license: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisPool {
    /// `null`: without limit.
    pub licenses_total: Option<u64>,
    pub licenses_in_use: u64,
    pub licenses_free: Option<u64>,
    pub licenses_over: u64,
    pub licenses_retired_unrefunded: u64,
    /// `null`: its schedule never runs.
    pub next_licensing_refresh: Option<String>,
    /// Fewer than those not refunded where live agents set their records back to Active (V7), and in 6.x (V1).
    pub next_licensing_refresh_returns: u64,
    pub license_state: String,
    pub aup_state: String,
    pub solution_state: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisReason {
    /// The key that `summary.json` uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    pub rule: Option<String>,
    pub words: String,
    pub cure: String,
    pub clients: u64,
    /// The first of them.
    pub names: Vec<String>,
}

impl DiagnosisReason {
    fn new(
        reason: Option<&'static str>,
        rule: Option<Clause>,
        (words, cure): (&'static str, &'static str),
        clients: &Sample,
    ) -> Self {
        let Sample { count, names } = clients;
        DiagnosisReason {
            reason: reason.map(str::to_string),
            rule: rule.map(|rule| rule.id().to_string()),
            words: words.to_string(),
            cure: cure.to_string(),
            clients: *count,
            names: names.clone(),
        }
    }
}

impl DiagnosisResult {
    pub fn new(scenario: &Scenario, found: &Diagnosis) -> DiagnosisResult {
        let without = found.lacking.iter().map(|(denial, clients)| {
            DiagnosisReason::new(Some(denial.key()), denial.clause(), denial.words(), clients)
        });
        let to_free = found.to_free.iter().filter_map(|(release, clients)| {
            let (clause, words, cure) = release.words()?;
            Some(DiagnosisReason::new(None, Some(clause), (words, cure), clients))
        });
        DiagnosisResult {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: scenario.name.clone(),
            seed: scenario.seed,
            at: timestamp(scenario.start, scenario.horizon()),
            clients: DiagnosisClients::of(found),
            pool: DiagnosisPool::of(scenario, found),
            without_license: without.collect(),
            licenses_to_free: to_free.collect(),
        }
    }
}

impl DiagnosisClients {
    pub(in crate::output) fn of(found: &Diagnosis) -> DiagnosisClients {
        DiagnosisClients {
            total: found.clients,
            managed: found.now.levels.clients_managed,
            sharing_record: found.now.levels.clients_sharing_record,
            with_license: found.holders,
            without_license: found.clients - found.holders,
        }
    }
}

impl DiagnosisPool {
    pub(in crate::output) fn of(scenario: &Scenario, found: &Diagnosis) -> DiagnosisPool {
        let Diagnosis { now, returns_at_refresh, next_refresh, .. } = found;
        DiagnosisPool {
            licenses_total: now.entitlement.nodes,
            licenses_in_use: now.levels.licenses_in_use,
            licenses_free: now.licenses_free(),
            licenses_over: now.licenses_over(),
            licenses_retired_unrefunded: now.levels.licenses_retired_unrefunded,
            next_licensing_refresh: next_refresh.map(|at| timestamp(scenario.start, at)),
            next_licensing_refresh_returns: *returns_at_refresh,
            license_state: now.entitlement.state.words().to_string(),
            aup_state: now.entitlement.aup.words().to_string(),
            solution_state: now.solution_state().words().to_string(),
        }
    }
}

//! What `diagnose --format json` prints, and what stands in `diagnosis.json`.

use serde::{Deserialize, Serialize};

use crate::output::prose::dates::timestamp;
use crate::rules::clause::Clause;
use crate::rules::denial_reason::DenialReason;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::diagnose::Diagnosis;

/// Name of the file.
pub const DIAGNOSIS: &str = "diagnosis.json";

/// The whole diagnosis. Instants are server local time, ISO 8601.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisResult {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Name of the scenario.
    pub scenario: String,
    /// Seed of the run; the fleet is that of replication 0.
    pub seed: u64,
    /// The instant of the diagnosis: the end of the scenario.
    pub at: String,
    /// All clients, and how many of them hold a license.
    pub clients: DiagnosisClients,
    /// Licenses and states of the server.
    pub pool: DiagnosisPool,
    /// In the order of the table; with the holders the counts add up to all clients.
    pub without_license: Vec<DiagnosisReason>,
    /// Live clients that hold a license and whose scans are not returned (X3), by what keeps them.
    #[serde(default)]
    pub holders_not_scanning: Vec<DiagnosisReason>,
    /// Licenses of records that need none, by what becomes of them; the most frequent first.
    pub licenses_to_free: Vec<DiagnosisReason>,
}

/// Numbers of clients.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisClients {
    /// Including those that left and those that have not joined.
    pub total: u64,
    /// With an Active record.
    pub managed: u64,
    /// Machines with cloned keys that share another one's record (V10).
    #[serde(default)]
    pub sharing_record: u64,
    /// With `without_license` they add up to `total`.
    pub with_license: u64,
    /// `total` less `with_license`.
    #[serde(default)]
    pub without_license: u64,
}

/// The pool and the states of the server. Numbers are licenses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisPool {
    /// `null`: without limit.
    pub licenses_total: Option<u64>,
    /// There is a limit, and it is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub licenses_total_unknown: bool,
    /// Including those of Retired or deleted records that are not refunded yet (V1).
    pub licenses_in_use: u64,
    /// `null`: without limit.
    pub licenses_free: Option<u64>,
    /// In use beyond the nodes in force (L3).
    pub licenses_over: u64,
    /// Of Retired or deleted records, until the licensing refresh runs (V1).
    pub licenses_retired_unrefunded: u64,
    /// `null`: its schedule never runs.
    pub next_licensing_refresh: Option<String>,
    /// Fewer than those not refunded where live agents set their records back to Active (V7), and in 6.x (V1).
    pub next_licensing_refresh_returns: u64,
    /// `none`, `in_date` or `expired` (E1).
    pub license_state: String,
    /// Maintenance: `none`, `active`, `notice` or `expired`.
    pub aup_state: String,
    /// `working`, `expired` (E1) or `not_covered` by maintenance (M3).
    pub solution_state: String,
}

/// A reason to be without a license, or to have one to free, and the clients it applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagnosisReason {
    /// The key that `summary.json` uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Id of the rule behind it, as `C5`; `null`: none.
    pub rule: Option<String>,
    /// The reason in words.
    pub words: String,
    /// What to do about it, in words.
    pub cure: String,
    /// How many clients it applies to.
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
    /// A diagnosis at the end of the scenario it was made of.
    pub fn new(scenario: &Scenario, found: &Diagnosis) -> DiagnosisResult {
        let version = scenario.version_at(scenario.horizon());
        let reason = |(denial, clients): &(DenialReason, Sample)| {
            DiagnosisReason::new(Some(denial.key()), denial.clause(), denial.words(version), clients)
        };
        let to_free = found.to_free.iter().filter_map(|(release, clients)| {
            let (clause, words, cure) = release.words(version)?;
            Some(DiagnosisReason::new(None, Some(clause), (words, cure), clients))
        });
        DiagnosisResult {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: scenario.name.clone(),
            seed: scenario.seed,
            at: timestamp(scenario.start, scenario.horizon()),
            clients: DiagnosisClients::of(found),
            pool: DiagnosisPool::of(scenario, found),
            without_license: found.lacking.iter().map(reason).collect(),
            holders_not_scanning: found.not_scanning.iter().map(reason).collect(),
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
            licenses_total_unknown: now.entitlement.nodes_unknown,
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

//! What `diagnose --format json` prints, and what stands in `diagnosis.json`.

use serde::Serialize;

use crate::output::prose::dates::timestamp;
use crate::rules::clause::Clause;
use crate::scenario::model::Scenario;
use crate::study::breakdown::Sample;
use crate::study::diagnose::Diagnosis;

/// Name of the file.
pub const DIAGNOSIS: &str = "diagnosis.json";

/// The whole diagnosis. Instants are server local time, ISO 8601.
#[derive(Debug, Serialize)]
struct Document<'d> {
    fleetsim: &'static str,
    scenario: &'d str,
    seed: u64,
    at: String,
    clients: Clients,
    pool: Pool,
    /// In the order of the table; with the holders the counts add up to all clients.
    without_license: Vec<Reason<'d>>,
    licenses_to_free: Vec<Reason<'d>>,
}

#[derive(Debug, Serialize)]
pub(in crate::output) struct Clients {
    total: u64,
    managed: u64,
    sharing_record: u64,
    with_license: u64,
    without_license: u64,
}

#[derive(Debug, Serialize)]
pub(in crate::output) struct Pool {
    /// `null`: without limit.
    licenses_total: Option<u64>,
    licenses_in_use: u64,
    licenses_free: Option<u64>,
    licenses_over: u64,
    licenses_retired_unrefunded: u64,
    /// `null`: its schedule never runs.
    next_licensing_refresh: Option<String>,
    /// Fewer than those not refunded where live agents set their records back to Active (V7), and in 6.x (V1).
    next_licensing_refresh_returns: u64,
    license_state: &'static str,
    aup_state: &'static str,
    solution_state: &'static str,
}

#[derive(Debug, Serialize)]
struct Reason<'d> {
    /// The key that `summary.json` uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    rule: Option<&'static str>,
    words: &'static str,
    cure: &'static str,
    clients: u64,
    /// The first of them.
    names: &'d [String],
}

impl<'d> Reason<'d> {
    fn new(
        reason: Option<&'static str>,
        rule: Option<Clause>,
        (words, cure): (&'static str, &'static str),
        clients: &'d Sample,
    ) -> Self {
        let Sample { count, names } = clients;
        Reason { reason, rule: rule.map(Clause::id), words, cure, clients: *count, names }
    }
}

/// The diagnosis as JSON, with a line end.
pub fn document(scenario: &Scenario, found: &Diagnosis) -> String {
    let without = found
        .lacking
        .iter()
        .map(|(denial, clients)| Reason::new(Some(denial.key()), denial.clause(), denial.words(), clients));
    let to_free = found.to_free.iter().filter_map(|(release, clients)| {
        let (clause, words, cure) = release.words()?;
        Some(Reason::new(None, Some(clause), (words, cure), clients))
    });
    let document = Document {
        fleetsim: env!("CARGO_PKG_VERSION"),
        scenario: &scenario.name,
        seed: scenario.seed,
        at: timestamp(scenario.start, scenario.horizon()),
        clients: Clients::of(found),
        pool: Pool::of(scenario, found),
        without_license: without.collect(),
        licenses_to_free: to_free.collect(),
    };
    serde_json::to_string_pretty(&document).expect("a diagnosis serialises") + "\n"
}

impl Clients {
    pub(in crate::output) fn of(found: &Diagnosis) -> Clients {
        Clients {
            total: found.clients,
            managed: found.now.levels.clients_managed,
            sharing_record: found.now.levels.clients_sharing_record,
            with_license: found.holders,
            without_license: found.clients - found.holders,
        }
    }
}

impl Pool {
    pub(in crate::output) fn of(scenario: &Scenario, found: &Diagnosis) -> Pool {
        let Diagnosis { now, returns_at_refresh, next_refresh, .. } = found;
        Pool {
            licenses_total: now.entitlement.nodes,
            licenses_in_use: now.levels.licenses_in_use,
            licenses_free: now.licenses_free(),
            licenses_over: now.licenses_over(),
            licenses_retired_unrefunded: now.levels.licenses_retired_unrefunded,
            next_licensing_refresh: next_refresh.map(|at| timestamp(scenario.start, at)),
            next_licensing_refresh_returns: *returns_at_refresh,
            license_state: now.entitlement.state.words(),
            aup_state: now.entitlement.aup.words(),
            solution_state: now.solution_state().words(),
        }
    }
}

//! `summary.json`: the run in one object; what identifies it, what it adds up to.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::observe::events::server::license_file_event_name;
use crate::output::prose::dates::timestamp_ms as timestamp;
use crate::output::results::identity::Identity;
use crate::output::results::solutions::SummarySolution;
use crate::rules::license_status::DenialReason;
use crate::scenario::model::Scenario;
use crate::study::run::Outcome;
use crate::units::time::{Span, Time};

/// Name of the file.
pub const SUMMARY: &str = "summary.json";

/// The whole summary. Instants are server local time, ISO 8601.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// Name of the scenario.
    pub scenario: String,
    /// SHA-256 of the scenario's meaning, in hex.
    pub scenario_digest: Option<String>,
    /// Source of all random numbers of the run.
    pub seed: u64,
    /// Start of the scenario.
    #[serde(default)]
    pub start: String,
    /// End of the scenario.
    #[serde(default)]
    pub end: String,
    /// Equal for two runs that took the same path.
    pub fingerprint: String,
    /// Licenses and states of the server.
    pub pool: SummaryPool,
    /// What became of the clients.
    pub clients: SummaryClients,
    /// Scans by outcome.
    pub scans: SummaryScans,
    /// From the package servers of all sites.
    pub downloads: SummaryDownloads,
    /// `null`: the scenario has no update side.
    pub updates: Option<SummaryUpdates>,
    /// Pools of other solutions by their words; left out where the scenario has none.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub solutions: BTreeMap<String, SummarySolution>,
    /// At the end: clients without a license by the first thing they lack.
    pub without_license: BTreeMap<String, u64>,
    /// The first date of a license file after the end; `null`: none follows.
    pub next_license_event: Option<NextLicenseEvent>,
    /// Actions that found fewer clients than they asked for, or left clients of their group out because of their status.
    pub actions_short: Vec<ActionShort>,
}

/// The pool over the run. Numbers are licenses, where no unit is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryPool {
    /// `null`: without limit.
    pub licenses_total_at_end: Option<u64>,
    /// Held by clients that are there at the start.
    #[serde(default)]
    pub licenses_in_use_at_start: u64,
    /// Including those of Retired or deleted records that are not refunded yet (V1).
    pub licenses_in_use_at_end: u64,
    /// Of Retired or deleted records, until the licensing refresh runs (V1).
    pub licenses_retired_unrefunded_at_end: u64,
    /// Of the server, as `8.5 RU2`.
    #[serde(default)]
    pub version_at_end: String,
    /// `none`, `in_date` or `expired` (E1).
    pub license_state_at_end: String,
    /// Maintenance: `none`, `active`, `notice` or `expired`.
    pub aup_state_at_end: String,
    /// Most licenses in use at once.
    pub peak_in_use: u64,
    /// When that was the case first; `null`: no license was ever in use.
    pub peak_at: Option<String>,
    /// Most licenses in use or waited for at once: what the pool would have needed.
    pub peak_demand: u64,
    /// When that was the case first; `null`: no license was ever wanted.
    pub peak_demand_at: Option<String>,
    /// Most licenses in use beyond the nodes in force.
    pub peak_over: u64,
    /// When the pool first had no license left; `null`: never.
    pub first_exhausted_at: Option<String>,
    /// How often the pool ran out of licenses.
    pub times_exhausted: u64,
    /// Hours without a free license, in all.
    pub exhausted_hours: f64,
    /// When no license was in date for the first time, and for how long in all.
    pub first_expired_at: Option<String>,
    /// Hours without a license in date (E1), in all.
    pub expired_hours: f64,
    /// When maintenance did not cover the version for the first time (M3).
    pub first_not_covered_at: Option<String>,
    /// Licenses taken (C6).
    pub granted: u64,
    /// Licenses returned to the pool (V1, V3).
    pub refunded: u64,
    /// Time average.
    #[serde(default)]
    pub mean_in_use: f64,
}

/// Numbers of clients, where no other unit is named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryClients {
    /// Including those that left, those that never joined, and further records of PCs that have several (V10).
    pub total: u64,
    /// Agents started on new PCs.
    #[serde(default)]
    pub enrolled: u64,
    /// PCs retired, disposed, deleted or given up, or whose agent was uninstalled.
    #[serde(default)]
    pub left: u64,
    /// Retired and Disposed records set back to Active, and deleted clients that came back.
    #[serde(default)]
    pub returned: u64,
    /// Of these, new records: the task history of the old one is lost.
    #[serde(default)]
    pub histories_lost: u64,
    /// With an Active record.
    pub managed_at_end: u64,
    /// With those of [`Summary::without_license`] they add up to `total`.
    pub with_license_at_end: u64,
    /// Rejected, and still without a license (X2).
    pub waiting_at_end: u64,
    /// Rejected at least once.
    pub rejected: u64,
    /// Left the fleet after too many rejections (X2).
    #[serde(default)]
    pub gave_up: u64,
    /// Time average of clients waiting for a license.
    #[serde(default)]
    pub mean_waiting: f64,
    /// Hours that clients waited for a license, summed over clients.
    pub waiting_client_hours: f64,
    /// From the first scan that asked for a license to the license, mean over licenses taken; zero for
    /// a client whose first scan took one.
    pub mean_hours_from_first_scan_to_license: Option<f64>,
}

/// Numbers of scans by outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryScans {
    /// Processed by the server (C6, X1).
    pub returned: u64,
    /// Of clients without a license while the pool was full (X2).
    pub rejected: u64,
    /// Without scan settings: no DSUP and no clone (C5).
    #[serde(default)]
    pub failed_untargeted: u64,
    /// No license in date (E1), the version not covered by maintenance (M3), or the scan policy off (C8).
    #[serde(default)]
    pub not_run: u64,
    /// Of these: the scan policy was off or did not target the client (C8).
    #[serde(default)]
    pub without_policy: u64,
    /// Not sent, because the result was the same as the last one (C6).
    #[serde(default)]
    pub unchanged: u64,
    /// Not returned, because the server was not reachable or too busy (C6).
    #[serde(default)]
    pub not_returned: u64,
    /// Not processed, because the record of the client is not Active (V5, V7).
    #[serde(default)]
    pub without_record: u64,
    /// When a scan was rejected first (X2); `null`: never.
    pub first_rejection_at: Option<String>,
}

/// Downloads from package servers, of all clients and sites.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryDownloads {
    /// How many came to their end.
    pub completed: u64,
    /// Bytes of the completed ones.
    pub bytes: u64,
    /// Those that had to wait for a slot of their site.
    #[serde(default)]
    pub waited: u64,
    /// Seconds from the request to the start, mean over completed ones; `null`: there are none.
    pub mean_wait_s: Option<f64>,
    /// From the request to the end, waiting included.
    pub mean_total_s: Option<f64>,
    /// Time average of downloads in progress.
    #[serde(default)]
    pub mean_running: f64,
}

/// Bulletins and their updates. Updates are counted once for each client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SummaryUpdates {
    /// At the end: bulletins that imports have listed in the PRC (M2).
    #[serde(default)]
    pub bulletins_listed: u64,
    /// Of these: with a patch update policy (M1).
    #[serde(default)]
    pub bulletins_enabled: u64,
    /// Updates that patch update policies brought to clients.
    #[serde(default)]
    pub scheduled: u64,
    /// Updates that a cycle installed.
    pub installed: u64,
    /// Updates that failed in every cycle they were tried in.
    pub failed: u64,
    /// Scheduled or Executing.
    pub pending_at_end: u64,
    /// Cycles that did not proceed (U2, E1).
    #[serde(default)]
    pub cycles_stopped: u64,
    /// Imports of patch data that brought nothing (E1, M2, M3).
    pub imports_refused: u64,
    /// Bulletins that an action named and that could not be enabled.
    pub bulletins_refused: u64,
    /// Software Update Installation tasks that could not be scheduled (M4).
    pub tasks_refused: u64,
}

/// A date of a license file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NextLicenseEvent {
    /// Server local time, ISO 8601 with milliseconds.
    pub at: String,
    /// Name of the license file.
    pub file: String,
    /// `license_file_starts`, `license_file_ends`, `aup_notice` or `aup_ends`.
    pub what: String,
}

/// An action of the scenario that found fewer clients than it asked for or none, or left some of its group out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ActionShort {
    /// Its place among the actions of the scenario, from zero on.
    pub action: u32,
    /// Server local time, ISO 8601 with milliseconds.
    pub at: String,
    /// Clients that were to be found; `null`: as many as there are.
    pub asked: Option<u32>,
    /// Clients it was done to.
    pub found: u32,
    /// More clients of its group that it did not reach, because their records have another status.
    #[serde(default)]
    pub left_out: u32,
}

impl Summary {
    /// The summary of a finished run of this scenario.
    pub fn new(scenario: &Scenario, outcome: &Outcome) -> Summary {
        let when = |at: Time| timestamp(scenario.start, at);
        let next = outcome.next_license_event.as_ref();
        let lacking = |(denial, count): (&DenialReason, &u64)| (denial.key().to_string(), *count);
        let short = |s: &crate::study::run::Shortfall| ActionShort {
            action: s.action,
            at: when(s.at),
            asked: s.asked,
            found: s.found,
            left_out: s.left_out,
        };
        let Identity { fleetsim, scenario: name, scenario_digest, seed } = Identity::of(scenario);
        Summary {
            fleetsim,
            scenario: name,
            scenario_digest: Some(scenario_digest),
            seed,
            start: when(Time::START),
            end: when(scenario.horizon()),
            fingerprint: outcome.fingerprint.hex(),
            pool: pool(scenario, outcome),
            clients: clients(scenario, outcome),
            scans: scans(scenario, outcome),
            downloads: downloads(scenario, outcome),
            updates: scenario.updates.as_ref().map(|_| updates(outcome)),
            solutions: SummarySolution::of_all(scenario, &outcome.solutions),
            without_license: outcome.lacking.iter().map(lacking).collect(),
            next_license_event: next.map(|(at, turn, file)| NextLicenseEvent {
                at: when(*at),
                file: file.clone(),
                what: license_file_event_name(*turn).to_string(),
            }),
            actions_short: outcome.shortfalls.iter().map(short).collect(),
        }
    }
}

/// An exact integer sum, divided once.
fn mean(sum: u128, over: u128) -> Option<f64> {
    (over > 0).then(|| sum as f64 / over as f64)
}

fn hours(client_ms: u128) -> f64 {
    client_ms as f64 / Span::HOUR.ms() as f64
}

fn time_average(integral: u128, scenario: &Scenario) -> f64 {
    mean(integral, scenario.duration.ms() as u128).unwrap_or(0.0)
}

fn pool(scenario: &Scenario, outcome: &Outcome) -> SummaryPool {
    let totals = &outcome.totals;
    let when = |at: Time| timestamp(scenario.start, at);
    SummaryPool {
        licenses_total_at_end: totals.now.entitlement.nodes,
        licenses_in_use_at_start: totals.licenses_at_start,
        licenses_in_use_at_end: totals.now.levels.licenses_in_use,
        licenses_retired_unrefunded_at_end: totals.now.levels.licenses_retired_unrefunded,
        version_at_end: scenario.version_at(scenario.horizon()).to_string(),
        license_state_at_end: totals.now.entitlement.state.words().to_string(),
        aup_state_at_end: totals.now.entitlement.aup.words().to_string(),
        peak_in_use: totals.peak.0,
        peak_at: (totals.peak.0 > 0).then(|| when(totals.peak.1)),
        peak_demand: totals.peak_demand.0,
        peak_demand_at: (totals.peak_demand.0 > 0).then(|| when(totals.peak_demand.1)),
        peak_over: totals.peak_over,
        first_exhausted_at: totals.first_exhausted.map(when),
        times_exhausted: totals.times_exhausted,
        exhausted_hours: hours(totals.exhausted_ms),
        first_expired_at: totals.first_expired.map(when),
        expired_hours: hours(totals.expired_ms),
        first_not_covered_at: totals.first_not_covered.map(when),
        granted: totals.counts.licenses_granted,
        refunded: totals.counts.licenses_refunded,
        mean_in_use: time_average(totals.in_use_ms, scenario),
    }
}

fn clients(scenario: &Scenario, outcome: &Outcome) -> SummaryClients {
    let totals = &outcome.totals;
    let taken = u128::from(totals.counts.licenses_granted) * Span::HOUR.ms() as u128;
    SummaryClients {
        total: outcome.clients,
        enrolled: totals.counts.clients_enrolled,
        left: totals.counts.clients_left,
        returned: totals.counts.clients_returned,
        histories_lost: totals.histories_lost,
        managed_at_end: totals.now.levels.clients_managed,
        with_license_at_end: outcome.holders,
        waiting_at_end: totals.now.levels.clients_waiting,
        rejected: totals.clients_rejected,
        gave_up: totals.clients_gave_up,
        mean_waiting: time_average(totals.waiting_ms, scenario),
        waiting_client_hours: hours(totals.waiting_ms),
        mean_hours_from_first_scan_to_license: mean(totals.waited_ms, taken),
    }
}

fn scans(scenario: &Scenario, outcome: &Outcome) -> SummaryScans {
    let counts = &outcome.totals.counts;
    SummaryScans {
        returned: counts.scans_returned,
        rejected: counts.scans_rejected,
        failed_untargeted: counts.scans_failed_untargeted,
        not_run: counts.scans_not_run,
        without_policy: outcome.totals.scans_without_policy,
        unchanged: counts.scans_unchanged,
        not_returned: counts.scans_not_returned,
        without_record: counts.scans_without_record,
        first_rejection_at: outcome.totals.first_rejection.map(|at| timestamp(scenario.start, at)),
    }
}

fn updates(outcome: &Outcome) -> SummaryUpdates {
    let (counts, levels) = (&outcome.totals.counts, &outcome.totals.now.levels);
    SummaryUpdates {
        bulletins_listed: levels.bulletins_listed,
        bulletins_enabled: levels.bulletins_enabled,
        scheduled: counts.updates_scheduled,
        installed: counts.updates_installed,
        failed: counts.updates_failed,
        pending_at_end: levels.updates_pending,
        cycles_stopped: counts.cycles_stopped,
        imports_refused: counts.imports_refused,
        bulletins_refused: counts.bulletins_refused,
        tasks_refused: counts.tasks_refused,
    }
}

fn downloads(scenario: &Scenario, outcome: &Outcome) -> SummaryDownloads {
    let totals = &outcome.totals;
    let over = u128::from(totals.counts.downloads_completed) * Span::SECOND.ms() as u128;
    SummaryDownloads {
        completed: totals.counts.downloads_completed,
        bytes: totals.counts.bytes_downloaded,
        waited: totals.downloads_waited,
        mean_wait_s: mean(totals.download_wait_ms, over),
        mean_total_s: mean(totals.download_wait_ms + totals.download_ms, over),
        mean_running: time_average(totals.downloading_ms, scenario),
    }
}

//! A diagnosis: which clients hold a license when a scenario is over, what the others lack, and which licenses
//! could be freed.

use std::ops::ControlFlow;

use crate::fleet::Mode;
use crate::observe::snapshot::Snapshot;
use crate::rules::license_status::DenialReason;
use crate::rules::release::Release;
use crate::rules::targeting::next_run;
use crate::rules::troubleshooting;
use crate::scenario::model::{Scenario, Schedule};
use crate::study::breakdown::{Breakdown, NAMED, Sample, license_statuses, licenses_to_free};
use crate::study::run::{Acted, Interrupted, Shortfall, fleet_at_end};
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// Every client accounted for: the holders, and those without a license by reason.
#[derive(Debug)]
pub struct Diagnosis {
    /// Clients that join up to the end, and those that never come.
    pub clients: u64,
    /// Clients that hold a license.
    pub holders: u64,
    /// Pool, server and clients, as the timeline shows them at this instant.
    pub now: Snapshot,
    /// Licenses that the next licensing refresh returns as things stand: those of Retired or deleted records
    /// whose agents are not alive (a live one sets its record back to Active, V7).
    pub returns_at_refresh: u64,
    /// When it runs next by its schedule, if ever.
    pub next_refresh: Option<Time>,
    /// What the clients without a license lack: those of the fleet first, in the order of [`troubleshooting`], else
    /// the most frequent reason first; then those that have not joined; last those that left.
    pub lacking: Vec<(DenialReason, Sample)>,
    /// Live clients that hold a license and whose scans are not returned, by what keeps them (X3); in the same order.
    pub not_scanning: Vec<(DenialReason, Sample)>,
    /// Licenses that could be freed, by what becomes of them; the most frequent first.
    pub to_free: Vec<(Release, Sample)>,
    /// Actions that found fewer clients than they asked for.
    pub shortfalls: Vec<Shortfall>,
}

/// Runs a scenario and diagnoses the fleet as it stands at its end.
///
/// # Errors
/// When `watch` breaks the run off.
pub fn diagnose(
    scenario: &Scenario,
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Diagnosis, Interrupted> {
    diagnose_naming(scenario, NAMED, watch)
}

/// As [`diagnose`], naming at most so many clients of each reason.
///
/// # Errors
/// As [`diagnose`].
pub fn diagnose_naming(
    scenario: &Scenario,
    named: usize,
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Diagnosis, Interrupted> {
    let (mut acted, mut now) = (Acted::default(), Snapshot::default());
    let fleet = fleet_at_end(scenario, 0, Mode::default(), (&mut acted, &mut now), watch)?;
    let (holders, denials) = license_statuses(&fleet, scenario.horizon(), named);
    let (to_free, mut not_scanning) = (licenses_to_free(&fleet, named), Breakdown::new(named));
    for client in ClientId::first(fleet.len()) {
        if let Some(stopped) = fleet.scans_stopped_by(client, scenario.horizon()) {
            not_scanning.add(stopped, client);
        }
    }
    let roster = fleet.roster();
    let mut diagnosis = Diagnosis {
        clients: fleet.len() as u64,
        holders,
        now: Snapshot::default(),
        returns_at_refresh: to_free.count(|fate| matches!(fate, Release::AtRefresh(_))),
        next_refresh: next_refresh(scenario),
        lacking: denials.sorted(roster, |denial| {
            (denial.has_left(), *denial == DenialReason::NotEnrolled, troubleshooting::place(*denial))
        }),
        not_scanning: not_scanning.sorted(roster, |denial| troubleshooting::place(*denial)),
        to_free: to_free.sorted(roster, |_| ()),
        shortfalls: Vec::new(),
    };
    let in_use = fleet.pool().in_use();
    drop(fleet);
    (diagnosis.now, diagnosis.shortfalls) = (now, acted.shortfalls(scenario));
    assert_eq!(now.levels.licenses_in_use, in_use, "observers and pool count the same licenses");
    let lacking: u64 = diagnosis.lacking.iter().map(|(_, clients)| clients.count).sum();
    assert_eq!(diagnosis.holders + lacking, diagnosis.clients, "every client is accounted for");
    Ok(diagnosis)
}

/// The first scheduled run of the licensing refresh after the end.
fn next_refresh(scenario: &Scenario) -> Option<Time> {
    let after = Time(scenario.horizon().ms() + 1);
    let schedule = scenario.platform.licensing_refresh;
    matches!(schedule, Schedule::Every { .. }).then(|| next_run(schedule, after))
}

//! One client's history: a run of which only the facts of that client, and of the server, are kept.

use std::ops::ControlFlow;

use crate::fleet::Mode;
use crate::fleet::roster::Roster;
use crate::observe::events::{ServerEvent, TraceEvent};
use crate::observe::snapshot::Snapshot;
use crate::observe::trace::{Detail, Line, Trace};
use crate::rules::license_status::DenialReason;
use crate::rules::release::Release;
use crate::rules::targeting::ScanSettings;
use crate::scenario::model::{Initial, Scenario};
use crate::study::run::{Acted, Interrupted, Shortfall, fleet_at_end};
use crate::units::ids::{ClientId, GroupId};
use crate::units::time::Time;

/// What happened to a client, and where it stands at the end.
#[derive(Debug)]
pub struct ClientHistory<'s> {
    /// Its name; of a further record with its number, as `pc-17~2`.
    pub client: String,
    /// Name of its group in the scenario.
    pub group: &'s str,
    /// Events of the client, and of the server while the client is there, in order of time.
    pub lines: Vec<Line>,
    /// At the end of the scenario: `Ok` when it holds a license, else the reason why not.
    pub license_status: Result<(), DenialReason>,
    /// Until when the server is not reachable for it, where it is not; `NEVER`: for good.
    pub unreachable_until: Option<Time>,
    /// What becomes of its license as its record stands.
    pub release: Release,
    /// What keeps the scans of a live client that holds a license from being returned (X3).
    pub scans_stopped_by: Option<DenialReason>,
    /// Its record is Active.
    pub managed: bool,
    /// The client whose record it shares (V10).
    pub shares_record_of: Option<String>,
    /// A license file is in date.
    pub license_in_date: bool,
    /// Maintenance covers the version.
    pub version_covered: bool,
    /// The scan policy is on and targets it (C8).
    pub scan_policy: bool,
    /// Which policy gives its scans their settings at the end (C5, T1).
    pub settings: ScanSettings<'s>,
    /// Where it stood at the start, of a fleet that is there already.
    pub initial: Option<&'s Initial>,
    /// Pool and fleet at the end.
    pub now: Snapshot,
    /// Actions that found fewer clients than they asked for.
    pub shortfalls: Vec<Shortfall>,
}

/// Follows one client (group, index in the group, which of its records) through a scenario.
///
/// # Errors
/// `Ok(None)` when the client never comes to exist in this run; an error when `watch` breaks it off.
pub fn explain(
    scenario: &Scenario,
    (group, index, nth): (GroupId, u32, u32),
    mut watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Option<ClientHistory<'_>>, Interrupted> {
    let roster = Roster::new(scenario, 0);
    let Some(first) = roster.client(group, index) else { return Ok(None) };
    let client = match nth {
        1 => first,
        _ => match further_record(scenario, first, nth, &mut watch)? {
            Some(client) => client,
            None => return Ok(None),
        },
    };
    let mut lines = Vec::new();
    let trace = Trace::new(scenario, Detail::Changes, Some(client), |line| lines.push(line));
    let (mut acted, mut now) = (Acted::default(), Snapshot::default());
    let fleet = fleet_at_end(scenario, 0, Mode::default(), (trace, (&mut acted, &mut now)), watch)?;
    let (license_status, state, license_in_date) =
        (fleet.license_status(client, scenario.horizon()), fleet.state(client), fleet.pool().in_date());
    let settings = fleet.scan_settings(client, scenario.horizon());
    let scans_stopped_by = fleet.scans_stopped_by(client, scenario.horizon());
    let version_covered = fleet.version_covered();
    let unreachable_until = fleet.unreachable_until(client, scenario.horizon());
    let scan_policy = fleet.license_context(client, scenario.horizon()).scan_policy;
    let release = fleet.fate_of_license(client.own_record());
    let name = fleet.roster().name(client);
    let shares_record_of =
        fleet.shares_record_of(client).map(|owner| fleet.roster().name(owner.own_machine()));
    drop(fleet);
    let initial = scenario.groups[group.index()].initial.as_ref().and_then(|at| at.get(index as usize));
    Ok(Some(ClientHistory {
        client: name,
        group: &scenario.groups[group.index()].name,
        lines: of_interest(lines, client),
        license_status,
        unreachable_until,
        release,
        scans_stopped_by,
        managed: state.managed(),
        shares_record_of,
        license_in_date,
        version_covered,
        scan_policy,
        settings,
        initial: initial.filter(|_| nth == 1),
        now,
        shortfalls: acted.shortfalls(scenario),
    }))
}

/// Which client the n-th record of a PC is, shows only in a run.
fn further_record(
    scenario: &Scenario,
    first: ClientId,
    nth: u32,
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Option<ClientId>, Interrupted> {
    let fleet = fleet_at_end(scenario, 0, Mode::default(), (), watch)?;
    Ok(fleet.roster().nth_record(first, nth))
}

/// The server's lines matter only while the client is there.
fn of_interest(lines: Vec<Line>, client: ClientId) -> Vec<Line> {
    let first = lines.iter().position(|line| line.client == Some(client)).unwrap_or(lines.len());
    let quiet = |line: &Line| {
        matches!(
            line.event,
            TraceEvent::Server(ServerEvent::LicensesRefreshed { .. } | ServerEvent::Acted { .. })
        )
    };
    lines.into_iter().skip(first).filter(|line| !quiet(line)).collect()
}

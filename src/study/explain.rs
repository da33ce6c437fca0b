//! One client's story: a run in which only that client (and the server) is listened to.

use std::ops::ControlFlow;

use super::run::{Interrupted, fleet_at_end};
use crate::fleet::roster::Roster;
use crate::observe::trace::{Detail, Line, Trace};
use crate::rules::recovery::{Release, release};
use crate::rules::standing::Lack;
use crate::rules::targeting::ScanSettings;
use crate::scenario::model::Scenario;
use crate::words::time::Time;

/// What happened to a client, and where it stands at the end.
#[derive(Debug)]
pub struct Story<'s> {
    pub client: String,
    pub group: &'s str,
    pub lines: Vec<Line>,
    pub standing: Result<(), Lack>,
    /// What becomes of its license as its record stands.
    pub release: Release,
    /// Its record is Active.
    pub managed: bool,
    /// A license file is in date.
    pub license_in_date: bool,
    /// Maintenance covers the version.
    pub version_covered: bool,
    pub settings: ScanSettings<'s>,
}

/// Follows one client (group, index in the group) through a scenario.
///
/// # Errors
/// `Ok(None)` when the client never comes to exist in this run; an error when `watch` breaks it off.
pub fn explain(
    scenario: &Scenario,
    (group, index): (usize, u32),
    watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<Option<Story<'_>>, Interrupted> {
    let roster = Roster::new(scenario, 0);
    let Some(client) = roster.client(group, index) else { return Ok(None) };
    let mut lines = Vec::new();
    let trace = Trace::new(scenario, Detail::Changes, Some(client), |line| lines.push(line));
    let fleet = fleet_at_end(scenario, 0, trace, watch)?;
    let (standing, state, license_in_date) =
        (fleet.standing(client), fleet.state(client), fleet.pool().in_date());
    let settings = fleet.scan_settings(client, scenario.horizon());
    let version_covered = fleet.version_covered();
    drop(fleet);
    Ok(Some(Story {
        client: roster.name(client),
        group: &scenario.groups[group].name,
        lines: of_interest(lines, client),
        standing,
        release: release(state, &scenario.platform),
        managed: state.managed(),
        license_in_date,
        version_covered,
        settings,
    }))
}

/// The server's lines matter only while the client is there.
fn of_interest(lines: Vec<Line>, client: u32) -> Vec<Line> {
    let first = lines.iter().position(|line| line.client == Some(client)).unwrap_or(lines.len());
    let quiet = |line: &Line| line.client.is_none() && ["licensing_refresh", "action"].contains(&line.event);
    lines.into_iter().skip(first).filter(|line| !quiet(line)).collect()
}

//! A diagnosis: which clients hold a license when a scenario is over, what the others lack, and which licenses
//! could be freed.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::run::{Acted, Interrupted, Shortfall, fleet_at_end};
use crate::fleet::roster::Roster;
use crate::fleet::{Fleet, Mode, Observer};
use crate::observe::snapshot::Snapshot;
use crate::rules::recovery::Release;
use crate::rules::standing::Lack;
use crate::rules::targeting::next_run;
use crate::scenario::model::{Scenario, Schedule};
use crate::words::time::Time;

/// Clients named of each reason.
pub(super) const NAMED: usize = 3;

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
    /// What the clients without a license lack: those of the fleet first, the most frequent reason first;
    /// then those that have not joined; last those that left.
    pub lacking: Vec<(Lack, Sample)>,
    /// Licenses that could be freed, by what becomes of them; the most frequent first.
    pub to_free: Vec<(Release, Sample)>,
    /// Actions that found fewer clients than they asked for.
    pub shortfalls: Vec<Shortfall>,
}

/// Clients that have something in common.
#[derive(Debug, Clone)]
pub struct Sample {
    pub count: u64,
    /// Names of the first of them, by number.
    pub names: Vec<String>,
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
    let (holders, lacking) = standings(&fleet, named);
    let mut to_free = Census::new(named);
    for client in 0..fleet.len() as u32 {
        let fate = fleet.fate_of_license(client);
        if fate.words().is_some() {
            to_free.add(fate, client);
        }
    }
    let roster = fleet.roster();
    let mut diagnosis = Diagnosis {
        clients: fleet.len() as u64,
        holders,
        now: Snapshot::default(),
        returns_at_refresh: to_free.count(|fate| matches!(fate, Release::AtRefresh(_))),
        next_refresh: next_refresh(scenario),
        lacking: lacking.sorted(roster, |lack| (lack.has_left(), *lack == Lack::NotEnrolled)),
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

/// Every client's standing: how many hold a license, and what the others lack.
pub(super) fn standings<O: Observer>(fleet: &Fleet<O>, named: usize) -> (u64, Census<Lack>) {
    let (mut holders, mut lacking) = (0, Census::new(named));
    for client in 0..fleet.len() as u32 {
        match fleet.standing(client) {
            Ok(()) => holders += 1,
            Err(lack) => lacking.add(lack, client),
        }
    }
    (holders, lacking)
}

/// The first scheduled run of the licensing refresh after the end.
fn next_refresh(scenario: &Scenario) -> Option<Time> {
    let after = Time(scenario.horizon().ms() + 1);
    let schedule = scenario.platform.licensing_refresh;
    matches!(schedule, Schedule::Every { .. }).then(|| next_run(schedule, after))
}

/// Clients by what they have in common: how many, and the first of them.
pub(super) struct Census<K> {
    of: BTreeMap<K, (u64, Vec<u32>)>,
    /// Clients named of each.
    named: usize,
}

impl<K> Default for Census<K> {
    fn default() -> Self {
        Census { of: BTreeMap::new(), named: NAMED }
    }
}

impl<K: Ord> Census<K> {
    fn new(named: usize) -> Self {
        Census { of: BTreeMap::new(), named }
    }

    /// Clients come in order of number.
    pub(super) fn add(&mut self, key: K, client: u32) {
        self.add_several(key, client, 1);
    }

    /// A record of so many machines.
    pub(super) fn add_several(&mut self, key: K, client: u32, machines: u64) {
        let (count, first) = self.of.entry(key).or_default();
        *count += machines;
        if first.len() < self.named {
            first.push(client);
        }
    }

    fn count(&self, which: impl Fn(&K) -> bool) -> u64 {
        self.of.iter().filter(|(key, _)| which(key)).map(|(_, (count, _))| count).sum()
    }

    /// How many of each.
    pub(super) fn counts(self) -> BTreeMap<K, u64> {
        self.of.into_iter().map(|(key, (count, _))| (key, count)).collect()
    }

    /// By part of the list, then the most frequent first, then in order of the keys.
    pub(super) fn sorted<P: Ord>(self, roster: &Roster, part: impl Fn(&K) -> P) -> Vec<(K, Sample)> {
        let mut list: Vec<_> = self.of.into_iter().collect();
        list.sort_by_key(|(key, (count, _))| (part(key), Reverse(*count)));
        let named = |(key, (count, first)): (K, (u64, Vec<u32>))| {
            (key, Sample { count, names: first.into_iter().map(|client| roster.name(client)).collect() })
        };
        list.into_iter().map(named).collect()
    }
}

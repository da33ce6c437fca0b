//! Clients counted by what they have in common, with the names of the first of each kind.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::fleet::roster::Roster;
use crate::fleet::{Fleet, Observer};
use crate::rules::license_status::DenialReason;
use crate::rules::release::Release;
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// Clients named of each reason.
pub(super) const NAMED: usize = 3;

/// Clients that have something in common.
#[derive(Debug, Clone)]
pub struct Sample {
    /// How many there are; `names` may hold fewer.
    pub count: u64,
    /// Names of the first of them, by number.
    pub names: Vec<String>,
}

/// Every client's license status: how many hold a license, and what the others lack.
pub(super) fn license_statuses<O: Observer>(
    fleet: &Fleet<O>,
    at: Time,
    named: usize,
) -> (u64, Breakdown<DenialReason>) {
    let (mut holders, mut denials) = (0, Breakdown::new(named));
    for client in ClientId::first(fleet.len()) {
        match fleet.license_status(client, at) {
            Ok(()) => holders += 1,
            Err(denial) => denials.add(denial, client),
        }
    }
    (holders, denials)
}

/// Every license that could be freed, by what becomes of it.
pub(super) fn licenses_to_free<O: Observer>(fleet: &Fleet<O>, named: usize) -> Breakdown<Release> {
    let mut to_free = Breakdown::new(named);
    for client in ClientId::first(fleet.len()) {
        let fate = fleet.fate_of_license(client.own_record());
        if fate.key().is_some() {
            to_free.add(fate, client);
        }
    }
    to_free
}

/// Clients by what they have in common: how many, and the first of them.
pub(super) struct Breakdown<K> {
    of: BTreeMap<K, (u64, Vec<ClientId>)>,
    /// Clients named of each.
    named: usize,
}

impl<K> Default for Breakdown<K> {
    fn default() -> Self {
        Breakdown { of: BTreeMap::new(), named: NAMED }
    }
}

impl<K: Ord> Breakdown<K> {
    pub(super) fn new(named: usize) -> Self {
        Breakdown { of: BTreeMap::new(), named }
    }

    /// Clients come in order of number.
    pub(super) fn add(&mut self, key: K, client: ClientId) {
        self.add_several(key, client, 1);
    }

    /// A record of so many machines.
    pub(super) fn add_several(&mut self, key: K, client: ClientId, machines: u64) {
        let (count, first) = self.of.entry(key).or_default();
        *count += machines;
        if first.len() < self.named {
            first.push(client);
        }
    }

    pub(super) fn count(&self, which: impl Fn(&K) -> bool) -> u64 {
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
        let named = |(key, (count, first)): (K, (u64, Vec<ClientId>))| {
            (key, Sample { count, names: first.into_iter().map(|client| roster.name(client)).collect() })
        };
        list.into_iter().map(named).collect()
    }
}

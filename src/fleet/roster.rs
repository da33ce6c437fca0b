//! Which clients there are: numbers, names, draws, and when each joins.
//!
//! Clients are numbered group after group (groups in name order, clients of a group in their own
//! order), and that number decides ties. Draws do not depend on it: they are addressed by the group's
//! name and the client's index in the group (or its own name), so adding a group or a client changes
//! no other client's draws.

use std::ops::Range;

use crate::engine::distribution::Distribution;
use crate::engine::draw::{Draws, name_key};
use crate::fleet::decision::Decision;
use crate::fleet::schedule::periodic::delay;
use crate::scenario::model::{Enrol, Group, Initial, Online, Scenario};
use crate::units::ids::{ClientId, GroupId};
use crate::units::time::{Span, Time};

/// Gaps between arrivals that are drawn together: few groups are so small that many of them are not needed.
const GAPS_TOGETHER: usize = 64;

/// One group's clients.
struct GroupSection {
    /// Number of its first client.
    first: ClientId,
    count: u32,
    draws: Draws,
    /// Draw entities of clients with names of their own.
    own_keys: Vec<u64>,
    /// Instants of Poisson arrivals, until they are taken.
    arrivals: Vec<Time>,
}

/// A further record of a PC, known to the server as a client of its own. Numbered after all others, in
/// the order in which they came up.
struct Further {
    /// The PC's first record.
    first: ClientId,
    /// Which record of that PC it is: 2 for the second one.
    nth: u32,
    /// Draw entity, from its name.
    key: u64,
}

/// Clients in order of number whose draws are addressed in the same way.
pub struct ClientRun<'a> {
    /// Their numbers, without a gap.
    pub clients: Range<ClientId>,
    /// The group's draws; each client is an entity in them.
    pub draws: &'a Draws,
    /// Where they are not always on.
    pub online: Option<&'a Online>,
    entities: Entities<'a>,
}

enum Entities<'a> {
    /// The client's index in its group.
    Indices,
    /// By index.
    Own(&'a [u64]),
    One(u64),
}

impl ClientRun<'_> {
    /// Are neighbouring clients neighbouring entities, the first one number 0?
    pub fn is_in_order(&self) -> bool {
        matches!(self.entities, Entities::Indices)
    }

    /// The entity of one of the clients in its draws.
    #[inline]
    pub fn entity(&self, client: ClientId) -> u64 {
        let index = client.offset_from(self.clients.start);
        match self.entities {
            Entities::Indices => u64::from(index),
            Entities::Own(keys) => keys[index as usize],
            Entities::One(key) => key,
        }
    }
}

/// All clients of a scenario.
pub struct Roster<'s> {
    groups: &'s [Group],
    sections: Vec<GroupSection>,
    /// Number of the first further record.
    planned: ClientId,
    further: Vec<Further>,
}

impl<'s> Roster<'s> {
    /// Numbers the clients. Only Poisson arrivals must be drawn to know how many there are.
    pub fn new(scenario: &'s Scenario, replication: u64) -> Roster<'s> {
        let mut first = ClientId(0);
        let section = |group: &Group| {
            let draws = Draws::new(scenario.seed, replication, &group.name);
            let names = group.clients.names();
            let own_keys = names.map_or(Vec::new(), |names| own_keys(names, group.initial.as_deref()));
            let arrivals = arrivals(group, &draws, scenario.horizon());
            let count = match &arrivals {
                Some(arrivals) => u32::try_from(arrivals.len()).expect("the checks limit the clients"),
                None => group.clients.count().expect("only arrivals leave the number open"),
            };
            let of_group = first;
            first = first.plus(count);
            GroupSection { first: of_group, count, draws, own_keys, arrivals: arrivals.unwrap_or_default() }
        };
        let sections: Vec<GroupSection> = scenario.groups.iter().map(section).collect();
        let planned = sections.last().map_or(ClientId(0), |last| last.first.plus(last.count));
        Roster { groups: &scenario.groups, sections, planned, further: Vec::new() }
    }

    /// Adds a further record of a client: its number, and which record of that PC it is.
    pub fn append(&mut self, of: ClientId) -> (ClientId, u32) {
        let first = self.first_record(of);
        let nth = 1 + self.further(of).map_or(1, |newest| newest.nth);
        let number = ClientId::from_index(self.len());
        self.further.push(Further { first, nth, key: 0 });
        let key = name_key(&self.name(number));
        self.further[number.index() - self.planned.index()].key = key;
        (number, nth)
    }

    fn further(&self, client: ClientId) -> Option<&Further> {
        self.further.get(client.index().checked_sub(self.planned.index())?)
    }

    /// The record a PC had first.
    pub fn first_record(&self, client: ClientId) -> ClientId {
        self.further(client).map_or(client, |further| further.first)
    }

    /// Looks the n-th record of a PC up; the first one is the PC's own number.
    pub fn nth_record(&self, client: ClientId, nth: u32) -> Option<ClientId> {
        if nth == 1 {
            return Some(client);
        }
        let is = |further: &Further| further.first == client && further.nth == nth;
        self.further.iter().position(is).map(|index| ClientId::from_index(self.planned.index() + index))
    }

    /// Index of a client in its group; `None`: it is a further record.
    pub fn index(&self, client: ClientId) -> Option<u32> {
        (client < self.planned).then(|| client.offset_from(self.section(self.group_of(client)).first))
    }

    /// Clients of a group with their further records, by number.
    pub fn all_of_group(&self, group: GroupId) -> impl Iterator<Item = ClientId> + '_ {
        let further = ClientId::each(self.planned..ClientId::from_index(self.len()));
        ClientId::each(self.of_group(group))
            .chain(further.filter(move |&client| self.group_of(client) == group))
    }

    /// Every client's joining instant, by number. Asked once: arrivals are handed over.
    pub fn take_joins(&mut self) -> Vec<Time> {
        let mut joins = Vec::new();
        for (group, section) in self.groups.iter().zip(&mut self.sections) {
            let of_group = match &group.enrol {
                Enrol::Instants(times) => times.clone(),
                Enrol::Spread(distribution) => section.spread(distribution),
                Enrol::Poisson { .. } => std::mem::take(&mut section.arrivals),
            };
            if joins.is_empty() { joins = of_group } else { joins.extend(of_group) }
        }
        joins
    }

    /// Number of clients.
    pub fn len(&self) -> usize {
        self.planned.index() + self.further.len()
    }

    /// Whether no client is known, neither planned nor as a further record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Clients of a group, by number.
    pub fn of_group(&self, group: GroupId) -> Range<ClientId> {
        let section = self.section(group);
        section.first..section.first.plus(section.count)
    }

    /// How many clients a group has.
    pub fn clients_in(&self, group: GroupId) -> u64 {
        u64::from(self.section(group).count)
    }

    /// The group of every client, in order of number.
    pub fn groups(&self) -> impl Iterator<Item = GroupId> + '_ {
        let sections = GroupId::first(self.sections.len()).zip(&self.sections);
        sections.flat_map(|(group, section)| std::iter::repeat_n(group, section.count as usize))
    }

    #[inline]
    fn section(&self, group: GroupId) -> &GroupSection {
        &self.sections[group.index()]
    }

    /// The draws of a client of a group, and its entity in them.
    #[inline]
    pub fn draws(&self, group: GroupId, client: ClientId) -> (&Draws, u64) {
        let section = self.section(group);
        if let Some(further) = self.further(client) {
            return (&section.draws, further.key);
        }
        let index = client.offset_from(section.first);
        let entity = section.own_keys.get(index as usize).copied().unwrap_or(u64::from(index));
        (&section.draws, entity)
    }

    /// All clients with their draws, run by run.
    pub fn runs(&self) -> impl Iterator<Item = ClientRun<'_>> {
        let sections = self.groups.iter().zip(&self.sections).map(|(group, section)| {
            let entities = match section.own_keys.is_empty() {
                true => Entities::Indices,
                false => Entities::Own(&section.own_keys),
            };
            let clients = section.first..section.first.plus(section.count);
            ClientRun { clients, draws: &section.draws, online: group.online.as_ref(), entities }
        });
        let numbers = ClientId::each(self.planned..ClientId::from_index(self.len()));
        let further = numbers.zip(&self.further).map(|(client, further)| {
            let group = self.group_of(client);
            let (draws, online) = (&self.section(group).draws, self.groups[group.index()].online.as_ref());
            ClientRun { clients: client..client.plus(1), draws, online, entities: Entities::One(further.key) }
        });
        sections.chain(further)
    }

    /// A group's draws, if its clients are side by side in them.
    pub fn draws_in_order(&self, group: GroupId) -> Option<&Draws> {
        let section = self.section(group);
        section.own_keys.is_empty().then_some(&section.draws)
    }

    /// The client at an index of a group, when there is one.
    pub fn client(&self, group: GroupId, index: u32) -> Option<ClientId> {
        let range = self.of_group(group);
        Some(range.start.plus(index)).filter(|client| range.contains(client))
    }

    /// The group of a client.
    pub fn group_of(&self, client: ClientId) -> GroupId {
        let client = self.first_record(client);
        GroupId::from_index(self.sections.partition_point(|section| section.first <= client) - 1)
    }

    /// What a client is called.
    pub fn name(&self, client: ClientId) -> String {
        if let Some(further) = self.further(client) {
            return format!("{}~{}", self.name(further.first), further.nth);
        }
        let group = self.group_of(client);
        let index = client.offset_from(self.section(group).first);
        self.groups[group.index()].client_name(index)
    }
}

/// Draw entities of clients with names of their own: the keys they bring, or those of their names.
fn own_keys(names: &[String], initial: Option<&[Initial]>) -> Vec<u64> {
    let brought = |index: usize| initial?.get(index)?.key;
    names.iter().enumerate().map(|(index, name)| brought(index).unwrap_or_else(|| name_key(name))).collect()
}

impl GroupSection {
    /// Each client by itself, by a distribution. Clients that would join after the horizon count as clients that never join.
    fn spread(&self, distribution: &Distribution) -> Vec<Time> {
        if !self.own_keys.is_empty() {
            let offset = |key: &u64| delay(distribution, &self.draws, Decision::EnrolOffset, *key, 0);
            return self.own_keys.iter().map(|key| Time::START + offset(key)).collect();
        }
        let mut column = vec![0; self.count as usize];
        if distribution.is_constant().is_none() {
            self.draws.fill(Decision::EnrolOffset as u16, 0, 0, &mut column);
        }
        column.into_iter().map(|draw| Time(distribution.sample(draw))).collect()
    }
}

/// Poisson arrivals up to the horizon, which alone decide how many clients a group has.
fn arrivals(group: &Group, draws: &Draws, horizon: Time) -> Option<Vec<Time>> {
    let Enrol::Poisson { mean_gap, from, until } = &group.enrol else { return None };
    let most = group.clients.count().map_or(usize::MAX, |count| count as usize);
    let end = until.map_or(horizon, |until| until.min(horizon));
    Some(poisson(*mean_gap, *from, end, draws, most))
}

/// Gaps are drawn side by side, in columns: one at a time they would take seconds where millions come.
fn poisson(mean_gap: f64, from: Time, end: Time, draws: &Draws, most: usize) -> Vec<Time> {
    let gap = Distribution::Exponential { mean: mean_gap };
    let mut at = from;
    let mut joins = Vec::new();
    let mut column = [0; GAPS_TOGETHER];
    loop {
        draws.fill(Decision::ArrivalGap as u16, 0, joins.len() as u64, &mut column);
        for draw in column {
            if joins.len() == most {
                return joins;
            }
            at += Span(gap.sample(draw));
            if at > end {
                return joins;
            }
            joins.push(at);
        }
    }
}

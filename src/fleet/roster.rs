//! Which clients there are: numbers, names, draws, and when each joins.
//!
//! Clients are numbered group after group (groups in name order, clients of a group in their own
//! order), and that number decides ties. Draws do not hang on it: they are addressed by the group's
//! name and the client's index in the group (or its own name), so adding a group or a client changes
//! nobody else's draws.

use super::decision::Decision;
use super::heartbeat::delay;
use crate::engine::distribution::Distribution;
use crate::engine::draw::{Draws, name_key};
use crate::scenario::model::{Clients, Enrol, Group, Scenario};
use crate::words::time::{Span, Time};

/// One group's clients.
struct Section {
    /// Number of its first client.
    first: u32,
    count: u32,
    draws: Draws,
    /// Draw entities of clients with names of their own.
    own_keys: Vec<u64>,
}

/// All clients of a scenario.
pub struct Roster<'s> {
    groups: &'s [Group],
    sections: Vec<Section>,
}

impl<'s> Roster<'s> {
    /// Draws who joins, and when: the roster, and every client's joining instant by number.
    pub fn new(scenario: &'s Scenario, replication: u64) -> (Roster<'s>, Vec<Time>) {
        let mut all_joins = Vec::new();
        let mut sections = Vec::with_capacity(scenario.groups.len());
        for group in &scenario.groups {
            let draws = Draws::new(scenario.seed, replication, &group.name);
            let own_keys = match &group.clients {
                Clients::Named(names) => names.iter().map(|name| name_key(name)).collect(),
                Clients::Count(_) | Clients::Unbounded => Vec::new(),
            };
            let joins = joins(group, &draws, &own_keys, scenario.horizon());
            let number = |n: usize| u32::try_from(n).expect("the checks limit the number of clients");
            let (first, count) = (number(all_joins.len()), number(joins.len()));
            sections.push(Section { first, count, draws, own_keys });
            if all_joins.is_empty() { all_joins = joins } else { all_joins.extend(joins) }
        }
        (Roster { groups: &scenario.groups, sections }, all_joins)
    }

    /// Number of clients.
    pub fn len(&self) -> usize {
        self.sections.last().map_or(0, |s| s.first as usize + s.count as usize)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Clients of a group, by number.
    pub fn of_group(&self, group: usize) -> std::ops::Range<u32> {
        let section = &self.sections[group];
        section.first..section.first + section.count
    }

    /// The group of every client, in order of number.
    pub fn groups(&self) -> impl Iterator<Item = u16> + '_ {
        let sections = self.sections.iter().enumerate();
        sections.flat_map(|(group, section)| std::iter::repeat_n(group as u16, section.count as usize))
    }

    /// The draws of a client of a group, and its entity in them.
    #[inline]
    pub fn draws(&self, group: u16, client: u32) -> (&Draws, u64) {
        let section = &self.sections[usize::from(group)];
        let index = client - section.first;
        let entity = section.own_keys.get(index as usize).copied().unwrap_or(u64::from(index));
        (&section.draws, entity)
    }

    /// The client at an index of a group, when there is one.
    pub fn client(&self, group: usize, index: u32) -> Option<u32> {
        let range = self.of_group(group);
        Some(range.start + index).filter(|client| range.contains(client))
    }

    /// The group of a client.
    pub fn group_of(&self, client: u32) -> usize {
        self.sections.partition_point(|section| section.first <= client) - 1
    }

    /// What a client is called.
    pub fn name(&self, client: u32) -> String {
        let group = self.group_of(client);
        let index = client - self.sections[group].first;
        match &self.groups[group].clients {
            Clients::Named(names) => names[index as usize].clone(),
            Clients::Count(_) | Clients::Unbounded => format!("{}-{}", self.groups[group].name, index + 1),
        }
    }
}

/// When each client of a group joins. Those after the horizon count as clients that never come,
/// except with Poisson arrivals, where they do not exist.
fn joins(group: &Group, draws: &Draws, own_keys: &[u64], horizon: Time) -> Vec<Time> {
    let most = match &group.clients {
        Clients::Count(count) => *count,
        Clients::Named(names) => names.len() as u32,
        Clients::Unbounded => u32::MAX,
    };
    match &group.enrol {
        Enrol::Instants(times) => times.clone(),
        Enrol::Spread(law) => spread(law, draws, own_keys, most),
        Enrol::Poisson { mean_gap, from, until } => {
            let end = until.map_or(horizon, |until| until.min(horizon));
            poisson(*mean_gap, *from, end, draws, most)
        }
    }
}

fn spread(law: &Distribution, draws: &Draws, own_keys: &[u64], count: u32) -> Vec<Time> {
    if !own_keys.is_empty() {
        return own_keys
            .iter()
            .map(|key| Time(delay(law, draws, Decision::EnrolOffset, *key, 0).ms()))
            .collect();
    }
    let mut column = vec![0; count as usize];
    if law.is_constant().is_none() {
        draws.fill(Decision::EnrolOffset as u16, 0, 0, &mut column);
    }
    column.into_iter().map(|draw| Time(law.sample(draw))).collect()
}

fn poisson(mean_gap: f64, from: Time, end: Time, draws: &Draws, most: u32) -> Vec<Time> {
    let gap = Distribution::Exponential { mean: mean_gap };
    let mut at = from;
    let mut joins = Vec::new();
    while joins.len() < most as usize {
        at += Span(gap.sample(draws.at(Decision::ArrivalGap as u16, joins.len() as u64, 0)));
        if at > end {
            break;
        }
        joins.push(at);
    }
    joins
}

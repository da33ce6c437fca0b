//! Draws that nearly every client needs on its way to the package, made ahead.
//!
//! A draw alone costs 40 ns, one of a column 2 ns. A column beside the rows would cost memory, and an access
//! to memory far away a draw. But until a client has its package, the place of its scan grid in
//! its row is empty, so up to three amounts wait there. Draws are pure functions of their address: who does not
//! find one there draws it, and nothing changes but the time it takes.

use crate::engine::distribution::Distribution;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::fact::Observer;
use crate::fleet::roster::Roster;
use crate::fleet::schedule::periodic::{anchor, delay, share_of};
use crate::fleet::state::{AHEAD, ClientRow, MAX_AHEAD};
use crate::scenario::model::{Group, Link, PeriodicSchedule, Phase, Scenario};
use crate::units::ids::{ClientId, GroupId};
use crate::units::time::{Span, Time};

/// What is drawn ahead, if its law needs draws, in the order in which it is wanted most.
const WANTED: [Decision; 4] = [
    Decision::ConfigurationPhase, // twice
    Decision::InventoryPhase,
    Decision::FirstContact,
    Decision::DownloadTime,
];

/// Ordinal of the download time of the scan package in the first epoch.
const FIRST_DOWNLOAD: u64 = 1;

/// Clients whose draws are made together.
const TOGETHER: usize = 1024;

/// Which amounts the rows of a group hold, by place.
pub type PredrawnPlaces = [Option<Decision>; AHEAD];

/// How a draw becomes an amount.
enum Law<'s> {
    Share { of_ms: i64 },
    Of(&'s Distribution),
}

/// Draws ahead for all clients, into their rows; tells what was drawn, by group.
pub fn predraw(scenario: &Scenario, roster: &Roster, clients: &mut [ClientRow]) -> Vec<PredrawnPlaces> {
    let of_group = |(index, group): (usize, &Group)| {
        let mut places = [None; AHEAD];
        // Draws of clients with names of their own are not side by side.
        let id = GroupId::from_index(index);
        let Some(draws) = roster.draws_in_order(id) else { return places };
        let distributions = WANTED
            .into_iter()
            .filter_map(|decision| Some((decision, distribution(decision, scenario, group)?)));
        let distributions: Vec<_> = distributions.take(AHEAD).collect();
        places.iter_mut().zip(&distributions).for_each(|(place, (decision, _))| *place = Some(*decision));
        let range = roster.of_group(id);
        let rows = &mut clients[range.start.index()..range.end.index()];
        let mut column = [0; TOGETHER];
        for (nth, rows) in rows.chunks_mut(TOGETHER).enumerate() {
            for (place, (decision, distribution)) in distributions.iter().enumerate() {
                let ordinal = if *decision == Decision::DownloadTime { FIRST_DOWNLOAD } else { 0 };
                let column = &mut column[..rows.len()];
                draws.fill(*decision as u16, ordinal, (nth * TOGETHER) as u64, column);
                rows.iter_mut()
                    .zip(column)
                    .for_each(|(row, draw)| row.set_ahead(place, distribution.amount(*draw)));
            }
        }
        places
    };
    scenario.groups.iter().enumerate().map(of_group).collect()
}

/// The law of a decision, when the clients of a group will ask for it and an amount fits.
fn distribution<'s>(decision: Decision, scenario: &'s Scenario, group: &Group) -> Option<Law<'s>> {
    let platform = &scenario.platform;
    match decision {
        Decision::ConfigurationPhase => share(&platform.configuration_request),
        Decision::InventoryPhase if !platform.inventory_after_plugin_change => {
            share(&platform.basic_inventory)
        }
        Decision::FirstContact => drawn(&platform.first_contact),
        Decision::DownloadTime => match &scenario.sites[group.site].link {
            Link::Time(distribution) => drawn(distribution),
            Link::Shared { .. } => None,
        },
        _ => None,
    }
}

fn share(schedule: &PeriodicSchedule) -> Option<Law<'_>> {
    let of_ms = schedule.every.ms();
    (schedule.phase == Phase::Random && (1..=MAX_AHEAD).contains(&of_ms)).then_some(Law::Share { of_ms })
}

fn drawn(distribution: &Distribution) -> Option<Law<'_>> {
    let fits = distribution.min() >= 0 && distribution.max() <= MAX_AHEAD;
    (distribution.is_constant().is_none() && fits).then_some(Law::Of(distribution))
}

impl Law<'_> {
    fn amount(&self, draw: u64) -> u32 {
        let amount = match self {
            Law::Share { of_ms } => share_of(*of_ms, draw),
            Law::Of(distribution) => distribution.sample(draw),
        };
        u32::try_from(amount).expect("no amount is too large to be drawn ahead")
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// What was drawn ahead for a client, while its row still holds it.
    #[inline]
    fn predrawn(&self, client: ClientId, decision: Decision) -> Option<i64> {
        let row = &self.clients[client.index()];
        let places = &self.predrawn[row.group().index()];
        row.ahead(places.iter().position(|place| *place == Some(decision))?)
    }

    /// Where a client's grid of a heartbeat is anchored.
    pub(super) fn anchor(&self, client: ClientId, schedule: &PeriodicSchedule, phase: Decision) -> Time {
        if let Some(share) = self.predrawn(client, phase) {
            return Time(share);
        }
        let known = match (self.initial(client), phase) {
            (None, _) => None,
            (Some(found), Decision::ConfigurationPhase) => found.last_configuration,
            (Some(found), _) => found.last_inventory,
        };
        if let Some(last) = known {
            return last.in_period(schedule.every);
        }
        let (draws, entity) = self.draws(client);
        anchor(schedule, draws, phase, entity)
    }

    /// A delay of the current epoch of a client; the ordinal is the one of that epoch.
    pub(in crate::fleet) fn delay_of_epoch(
        &self,
        client: ClientId,
        distribution: &Distribution,
        decision: Decision,
        ordinal: u64,
    ) -> Span {
        if self.epoch(client) == 0
            && let Some(amount) = self.predrawn(client, decision)
        {
            return Span(amount);
        }
        let (draws, entity) = self.draws(client);
        delay(distribution, draws, decision, entity, ordinal)
    }
}

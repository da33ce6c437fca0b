//! Draws that nearly every client needs on its way to the package, made beforehand.
//!
//! A draw alone costs 40 ns, one of a column 2 ns. A column beside the rows would cost memory, and an access
//! to memory far away a draw. But until a client has its package, the place of its scan grid in
//! its row is empty, so up to three amounts wait there. Draws are pure functions of their address: a client without one
//! there draws it, and nothing changes but the time it takes.

use crate::engine::distribution::Distribution;
use crate::fleet::decision::Decision;
use crate::fleet::roster::Roster;
use crate::fleet::schedule::periodic::share_of;
use crate::fleet::state::{ClientRow, MAX_PREDRAWN, PREDRAWN};
use crate::scenario::model::{Group, Link, PeriodicSchedule, Phase, Scenario};
use crate::units::ids::GroupId;

/// What is drawn beforehand, if its distribution needs draws, in the order in which it is wanted most.
const WANTED: [Decision; 4] = [
    Decision::ConfigurationPhase, // twice
    Decision::InventoryPhase,
    Decision::FirstRequest,
    Decision::DownloadTime,
];

/// Ordinal of the download time of the scan package in the first epoch.
const FIRST_DOWNLOAD: u64 = 1;

/// Clients whose draws are made together.
const TOGETHER: usize = 1024;

/// Which amounts the rows of a group hold, by place.
pub type PredrawnPlaces = [Option<Decision>; PREDRAWN];

/// How a draw becomes an amount.
enum PredrawnAmount<'s> {
    Share { of_ms: i64 },
    Of(&'s Distribution),
}

/// Draws for all clients, into their rows; returns what was drawn, by group.
pub fn predraw(scenario: &Scenario, roster: &Roster, clients: &mut [ClientRow]) -> Vec<PredrawnPlaces> {
    let of_group = |(index, group): (usize, &Group)| {
        let mut places = [None; PREDRAWN];
        // Draws of clients with names of their own are not side by side.
        let id = GroupId::from_index(index);
        let Some(draws) = roster.draws_in_order(id) else { return places };
        let distributions = WANTED
            .into_iter()
            .filter_map(|decision| Some((decision, distribution(decision, scenario, group)?)));
        let distributions: Vec<_> = distributions.take(PREDRAWN).collect();
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
                    .for_each(|(row, draw)| row.set_predrawn(place, distribution.amount(*draw)));
            }
        }
        places
    };
    scenario.groups.iter().enumerate().map(of_group).collect()
}

/// The distribution of a decision, when the clients of a group will need it and an amount fits.
fn distribution<'s>(decision: Decision, scenario: &'s Scenario, group: &Group) -> Option<PredrawnAmount<'s>> {
    let platform = &scenario.platform;
    match decision {
        Decision::ConfigurationPhase => share(&platform.configuration_request),
        Decision::InventoryPhase if !platform.inventory_after_plugin_change => {
            share(&platform.basic_inventory)
        }
        Decision::FirstRequest => drawn(&platform.first_contact),
        Decision::DownloadTime => match &scenario.sites[group.site].link {
            Link::Time(distribution) => drawn(distribution),
            Link::Shared { .. } => None,
        },
        _ => None,
    }
}

fn share(schedule: &PeriodicSchedule) -> Option<PredrawnAmount<'_>> {
    let of_ms = schedule.every.ms();
    (schedule.phase == Phase::Random && (1..=MAX_PREDRAWN).contains(&of_ms))
        .then_some(PredrawnAmount::Share { of_ms })
}

fn drawn(distribution: &Distribution) -> Option<PredrawnAmount<'_>> {
    let fits = distribution.min() >= 0 && distribution.max() <= MAX_PREDRAWN;
    (distribution.is_constant().is_none() && fits).then_some(PredrawnAmount::Of(distribution))
}

impl PredrawnAmount<'_> {
    fn amount(&self, draw: u64) -> u32 {
        let amount = match self {
            PredrawnAmount::Share { of_ms } => share_of(*of_ms, draw),
            PredrawnAmount::Of(distribution) => distribution.sample(draw),
        };
        u32::try_from(amount).expect("no amount is too large to be drawn beforehand")
    }
}

//! HEADER
mod admin_actions;
mod departure;
mod identity;
mod initial_state;
mod purging;
mod reclaim;
mod reimaging;

use std::collections::BTreeMap;

use crate::scenario::model::Scenario;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

/// What only some records have; empty in a scenario without such things.
#[derive(Debug)]
pub(in crate::fleet) struct RecordBook {
    /// The record that the machines of a set share, by the first machine of the set.
    owners: BTreeMap<ClientId, RecordId>,
    /// Further records of machines of a set, with the first machine of the set.
    joined: BTreeMap<ClientId, ClientId>,
    /// The record a PC went on as.
    successors: BTreeMap<ClientId, ClientId>,
    /// How often a record lost its license, where holding times end.
    losses: BTreeMap<RecordId, u16>,
    /// Where the scenario needs it: when a record was made, or its machine fell silent. Else empty.
    reports: Vec<Time>,
}

impl RecordBook {
    pub fn new(scenario: &Scenario, clients: usize) -> RecordBook {
        let reports = if scenario.asks_for_reports() { clients } else { 0 };
        RecordBook {
            owners: BTreeMap::new(),
            joined: BTreeMap::new(),
            successors: BTreeMap::new(),
            losses: BTreeMap::new(),
            reports: vec![Time::START; reports],
        }
    }
}

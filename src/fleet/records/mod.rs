//! Records of the server: which one a machine has, what administrators and timers do to it, and how its license comes
//! back. V1–V10, E1.
//!
//! | interface | for |
//! |---|---|
//! | `act`, `lifetime_ends`, `holding_ends`, `purge_check`, `scheduled_refresh`, `check_in`, `come_back`, `image_applied` | the wing's events |
//! | `begin_initial_state`, `initial` | set-up: clients that are there at the start |
//! | `record`, `record_status`, `as_recorded`, `serviced`, `machines_of`, `newest`, `shares_record_of` | from machine to record and back |
//! | `register` | an inventory of a machine without a record, or with a new agent |
//! | `await_return` | a live agent whose record is not Active comes back (V5, V7) |
//! | `give_up` | too many rejections |
//! | `arm_holding`, `schedule_end_of_life` | timers of a license and of a PC begin |
//! | `release_expired` | the license files changed (E1) |
//! | `selected` | which PCs an action is about |
//! | `reported_last` | when a machine with a record last reported (`silent_for`) |
//! | `note_inventory` | the server processed a Basic Inventory (V9) |
//!
//! Why: nearly all machines have a record of their own, with the same number. Only what differs from that is kept
//! ([`RecordBook`]), so it costs nothing where it does not occur.
//!
//! | file | holds |
//! |---|---|
//! | `identity` | V4, V5, V7, V10: which record a machine has, and how it comes back to one |
//! | `initial_state` | V1, V7–V10 at the start |
//! | `admin_actions` | the actions of a scenario, and the clients they are about |
//! | `departure` | V1–V3, V6, V8: clients that leave |
//! | `purging` | V9 |
//! | `reclaim` | V1, V3, E1: how licenses come back |
//! | `reimaging` | V10 |
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
    /// Only where records are purged, else empty: the last Basic Inventory of a machine that was an event (V9).
    inventories: Vec<Time>,
    /// By timer and record, where records are purged: the instant of its pending event; `NEVER`: there is none.
    armed: [Vec<Time>; 2],
    /// Do PCs that are always on send inventories more often than any timer of purging runs?
    inventories_outrun_timers: bool,
}

impl RecordBook {
    pub fn new(scenario: &Scenario, clients: usize) -> RecordBook {
        let reports = if scenario.asks_for_reports() { clients } else { 0 };
        let purging = &scenario.platform.purging;
        let purged = if purging.is_on() { clients } else { 0 };
        let gap = scenario.platform.basic_inventory.longest_gap();
        RecordBook {
            owners: BTreeMap::new(),
            joined: BTreeMap::new(),
            successors: BTreeMap::new(),
            losses: BTreeMap::new(),
            reports: vec![Time::START; reports],
            inventories: vec![Time::START; purged],
            armed: [vec![Time::NEVER; purged], vec![Time::NEVER; purged]],
            inventories_outrun_timers: purging.shortest().is_none_or(|shortest| gap < shortest),
        }
    }
}

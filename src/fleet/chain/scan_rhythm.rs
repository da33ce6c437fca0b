//! Scans where an action changes their rhythm (C8).
//!
//! The rhythm that counts for a client is that of the policies in effect for it: from its configuration request after
//! the membership update that knows them. A scan that has begun by then ends; the next one begins by the new grid. Each
//! rhythm has a grid of its own, on which the client's place is the same share of the period as before, unless the
//! action gives a phase. Scans are not counted by [`fast_forward`](crate::fleet::fast_forward) in such a scenario: all
//! of them are events.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::{Cursor, ScanChain};
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::fleet::schedule::periodic::{Occurrences, scan_time};
use crate::scenario::model::PeriodicSchedule;
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// A grid of scans, and until when it counts for a client.
struct GridInEffect {
    schedule: PeriodicSchedule,
    anchor: Time,
    /// Ordinal of the draws of its scan 0.
    ordinal: u64,
    until: Time,
}

impl<O: Observer> Fleet<'_, O> {
    /// Schedules the result of the client's first scheduled scan that begins at or after `from`.
    pub(super) fn schedule_scan_by_rhythm(&mut self, from: Time, client: ClientId, queue: &mut EventQueue) {
        let mut begins_from = from;
        loop {
            let grid = self.grid_in_effect(client, begins_from);
            let result = match self.hours(client).is_some() {
                true => self.result_in_hours(client, (from, begins_from), &grid),
                false => self.result_by_grid(client, begins_from, &grid),
            };
            match result {
                Some((at, number)) => {
                    if grid.ordinal == 0 {
                        self.clients[client.index()].next_scan = number; // it counts for this grid only
                    }
                    return self.schedule(Event::ScanReturned, at, client, queue);
                }
                None if grid.until == Time::NEVER => return,
                None => begins_from = grid.until,
            }
        }
    }

    /// The grid of scans that counts for a client at an instant.
    fn grid_in_effect(&self, client: ClientId, at: Time) -> GridInEffect {
        let policies = self.policies_in_effect(client, at);
        let states = &self.scenario.over_time.policies;
        let usual = &self.scenario.scan.schedule;
        let before = self.clients[client.index()].scan_anchor;
        let (every, anchor) = match states[policies].policies.scan_rhythm {
            None => (usual.every, before),
            Some(rhythm) => (rhythm.every, rhythm.anchor(before, usual.every)),
        };
        // What changes other policies leaves the grid as it is.
        let first = (0..=policies)
            .rev()
            .take_while(|index| states[*index].policies.scan_rhythm == states[policies].policies.scan_rhythm);
        let ordinal = (first.last().unwrap_or(policies) as u64) << 32;
        GridInEffect {
            schedule: PeriodicSchedule { every, ..usual.clone() },
            anchor,
            ordinal,
            until: self.next_policies(at, client),
        }
    }

    /// The result of the first scan of a grid that begins from an instant on: when it comes, and the number of the scan
    /// after it.
    fn result_by_grid(&self, client: ClientId, from: Time, grid: &GridInEffect) -> Option<(Time, u32)> {
        let (draws, entity) = self.draws(client);
        let (jitter, scan) = (Decision::ScanJitter, &self.scenario.scan);
        let GridInEffect { schedule, anchor, ordinal, until } = grid;
        let scans =
            Occurrences { schedule, draws, jitter, entity, anchor: *anchor, ordinal: *ordinal, drawn: None };
        let least = if *ordinal == 0 { self.clients[client.index()].next_scan } else { 0 };
        let (number, start) = scans.next(from, least);
        let duration = scan_time(scan, draws, Decision::ScanDuration, entity, ordinal + u64::from(number));
        (start < *until).then(|| (start.saturating_add(duration), number.saturating_add(1)))
    }

    /// The same for a PC that is not always on. `from`: since when scans that were missed count.
    fn result_in_hours(
        &self,
        client: ClientId,
        (from, begins_from): (Time, Time),
        grid: &GridInEffect,
    ) -> Option<(Time, u32)> {
        let by = (&grid.schedule, grid.anchor, grid.ordinal);
        let chain = ScanChain::new(&self.scenario.scan, self.hours(client)?, by).until(grid.until);
        let least = match grid.ordinal {
            0 => self.clients[client.index()].next_scan,
            _ => chain.next_scheduled(from, 0),
        };
        match chain.next(begins_from, least, Time::NEVER) {
            Cursor::Result { at, least } => Some((at, least)),
            Cursor::From { .. } => None,
        }
    }
}

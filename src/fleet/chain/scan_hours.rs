//! Scans of clients whose PC is not always on.
//!
//! A scheduled scan runs at its instant while the PC is on; those missed run once after the start of
//! the PC, and by `scan.on_agent_start` there is a scan after each start. A scan that would not end
//! before the PC goes off begins anew when it is on again.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::{Cursor, ScanChain};
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

impl<O: Observer> Fleet<'_, O> {
    /// The package is ready: what was due before it does not count as missed. `first`: beginning and
    /// duration of the scan that a new policy starts.
    pub(super) fn start_scanning_in_hours(
        &mut self,
        now: Time,
        client: ClientId,
        first: Option<(Time, Span)>,
        queue: &mut EventQueue,
    ) {
        let least = self.clients[client.index()].next_scan;
        let chain = self.scan_chain(client).expect("asked of clients with hours");
        let next_scan = chain.next_scheduled(now, least);
        self.clients[client.index()].next_scan = next_scan;
        let hours = self.hours(client).expect("asked of clients with hours");
        match first.and_then(|(begin, duration)| hours.scan_ends(begin, duration)) {
            Some(end) => self.schedule(Event::ScanReturned, end, client, queue),
            None => self.schedule_scan(now, client, queue),
        }
    }

    /// Schedules the result of the client's next scan that begins at or after `from`.
    pub(super) fn schedule_scan_in_hours(&mut self, from: Time, client: ClientId, queue: &mut EventQueue) {
        let least = self.clients[client.index()].next_scan;
        let Some(chain) = self.scan_chain(client) else { return };
        let Cursor::Result { at, least } = chain.next(from, least, Time::NEVER) else { return };
        self.clients[client.index()].next_scan = least;
        self.schedule(Event::ScanReturned, at, client, queue);
    }

    /// The scans of a client that is not always on.
    pub(in crate::fleet) fn scan_chain(&self, client: ClientId) -> Option<ScanChain<'_>> {
        let hours = self.hours(client)?;
        let (scan, anchor) = (&self.scenario.scan, self.clients[client.index()].scan_anchor);
        Some(ScanChain::new(scan, hours, (&scan.schedule, anchor, 0)))
    }
}

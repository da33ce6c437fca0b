//! Parked clients that are turned away, and those of them that a free license unparks. X2.
//!
//! A license that comes free goes to the client that scans next. So as long as the pool has free licenses, as many
//! waiting clients must be unparked as could take one: those whose scans come first.

use std::collections::BTreeSet;

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::fleet::fast_forward::parked::ScanVerdict;
use crate::rules::consumption::Refused;
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// The one verdict that a license coming free changes.
pub(super) const TURNED_AWAY: ScanVerdict = Err(Refused::PoolFull);

/// The clients that wait for a license while they are parked, and those unparked for one.
#[derive(Debug)]
pub(super) struct WaitQueue {
    /// Parked clients that are turned away.
    pub parked: u64,
    /// Clients unparked since the pool has a free license, whose scans are still to come.
    unparked: BTreeSet<ClientId>,
    /// Was the pool full after the last event?
    full: bool,
    /// When it last ceased to be full.
    opened: Option<Time>,
    /// Had it been full for so long then that every client had scanned in vain?
    opens_rarely: bool,
}

impl Default for WaitQueue {
    fn default() -> WaitQueue {
        WaitQueue { parked: 0, unparked: BTreeSet::new(), full: false, opened: None, opens_rarely: true }
    }
}

impl WaitQueue {
    /// A client that may have been unparked has scanned, or never will.
    #[inline]
    pub fn scanned(&mut self, client: ClientId) {
        if !self.unparked.is_empty() {
            self.unparked.remove(&client);
        }
    }

    /// Notes whether the pool is full after an event. Clients unparked while it was not may be late now: once
    /// it was full, a client with an earlier scan may have been parked.
    #[inline]
    fn note_pool(&mut self, now: Time, free: u64, every: Span) {
        let full = free == 0;
        if full == self.full {
            return;
        }
        self.full = full;
        if full {
            self.unparked.clear();
        } else {
            self.opens_rarely = self.may_park(now, every);
            self.opened = Some(now);
        }
    }

    /// May clients that are turned away be parked? Only where licenses come free less often than clients scan:
    /// the pool has not ceased to be full for a period of scans.
    pub fn may_park(&self, now: Time, every: Span) -> bool {
        self.opened.is_none_or(|opened| now - opened >= every)
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// If there are free licenses, unparks as many clients as could take one.
    #[inline]
    pub(super) fn settle_waiting(&mut self, now: Time, queue: &mut EventQueue) {
        let free = self.licenses.pool().free();
        let Some(parked) = &mut self.fast_forward.parked else { return };
        let waiting = &mut parked.waiting;
        waiting.note_pool(now, free, self.scenario.scan.schedule.every);
        let unparked = waiting.unparked.len() as u64;
        if free > unparked && waiting.parked > 0 {
            // Where licenses go on coming free, twice as many each time: each look goes over all clients.
            let most = if waiting.opens_rarely { (free - unparked).max(unparked) } else { u64::MAX };
            self.unpark_next_in_line(now, most, queue);
        }
    }

    fn unpark_next_in_line(&mut self, now: Time, most: u64, queue: &mut EventQueue) {
        for (at, client) in self.next_in_line(now, most) {
            let (_, instant) = self.unpark(now, client);
            assert_eq!(at, instant, "a client is unparked for the scan it was chosen for");
            self.schedule(Event::ScanReturned, instant, client, queue);
            if let Some(parked) = &mut self.fast_forward.parked {
                parked.waiting.unparked.insert(client);
            }
        }
    }

    /// Of those turned away, the ones whose scans come next.
    fn next_in_line(&mut self, now: Time, most: u64) -> Vec<(Time, ClientId)> {
        let Some(parked) = &self.fast_forward.parked else { return Vec::new() };
        let full = parked.classes.iter().position(|class| class.verdict == TURNED_AWAY);
        let Some(class) = full.map(|index| index as u8 + 1) else { return Vec::new() };
        let clients = ClientId::first(self.len());
        let waiting = clients.filter(|client| parked.class_of[client.index()] == class);
        let mut line: Vec<(Time, ClientId)> = waiting.map(|client| (Time::NEVER, client)).collect();
        for (at, client) in &mut line {
            *at = self.next_result_at(now, *client);
        }
        if most < line.len() as u64 {
            line.select_nth_unstable(most as usize);
            line.truncate(most as usize);
        }
        line
    }
}

//! Clients that are turned away and rest: whom a free license wakes. X2.
//!
//! A license that comes free goes to whoever scans next. So as long as the pool has free licenses, as many of
//! those who wait must be awake as could take one, and those whose scans come first.

use std::collections::BTreeSet;

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::fleet::fast_forward::parked::Verdict;
use crate::rules::consumption::Refused;
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// Only those who rest with this one can be served by another's going.
pub(in crate::fleet) const TURNED_AWAY: Verdict = Err(Refused::PoolFull);

/// Who waits for a license at rest, and who was woken for one.
#[derive(Debug)]
pub(in crate::fleet) struct Waiting {
    /// Clients at rest that are turned away.
    pub parked: u64,
    /// Clients woken since the pool has a free license, whose scans are still to come.
    woken: BTreeSet<ClientId>,
    /// Was the pool full after the last event?
    full: bool,
    /// When it last ceased to be full.
    opened: Option<Time>,
    /// Had it been full for so long then that every client had scanned in vain?
    opens_rarely: bool,
}

impl Default for Waiting {
    fn default() -> Waiting {
        Waiting { parked: 0, woken: BTreeSet::new(), full: false, opened: None, opens_rarely: true }
    }
}

impl Waiting {
    /// A client that may have been woken has scanned, or never will.
    #[inline]
    pub fn scanned(&mut self, client: ClientId) {
        if !self.woken.is_empty() {
            self.woken.remove(&client);
        }
    }

    /// Notes whether the pool is full after an event. Who was woken while it was not may be late now: once
    /// it was full, somebody with an earlier scan may have gone to rest.
    #[inline]
    fn note_pool(&mut self, now: Time, free: u64, every: Span) {
        let full = free == 0;
        if full == self.full {
            return;
        }
        self.full = full;
        if full {
            self.woken.clear();
        } else {
            self.opens_rarely = self.is_long_ago(now, every);
            self.opened = Some(now);
        }
    }

    /// Has the pool not ceased to be full for a period of scans?
    fn is_long_ago(&self, now: Time, every: Span) -> bool {
        self.opened.is_none_or(|opened| now - opened >= every)
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// May clients that are turned away rest? Only where licenses come free less often than clients scan.
    pub(in crate::fleet) fn waiters_may_rest(&self, now: Time) -> bool {
        let every = self.scenario.scan.schedule.every;
        self.fast_forward.as_ref().is_some_and(|fast_forward| fast_forward.waiting.is_long_ago(now, every))
    }

    /// If there are free licenses: are as many clients awake as could take one?
    #[inline]
    pub(in crate::fleet) fn settle_waiters(&mut self, now: Time, queue: &mut EventQueue) {
        let free = self.licenses.pool().free();
        let Some(fast_forward) = &mut self.fast_forward else { return };
        let waiting = &mut fast_forward.waiting;
        waiting.note_pool(now, free, self.scenario.scan.schedule.every);
        let awake = waiting.woken.len() as u64;
        if free > awake && waiting.parked > 0 {
            // Where licenses go on coming free, twice as many each time: each look goes over all clients.
            let most = if waiting.opens_rarely { (free - awake).max(awake) } else { u64::MAX };
            self.wake_next_in_line(now, most, queue);
        }
    }

    fn wake_next_in_line(&mut self, now: Time, most: u64, queue: &mut EventQueue) {
        for (at, client) in self.next_in_line(now, most) {
            let (_, instant) = self.unpark(now, client);
            assert_eq!(at, instant, "a client is woken for the scan it was chosen for");
            self.schedule(Event::ScanReturned, instant, client, queue);
            if let Some(fast_forward) = &mut self.fast_forward {
                fast_forward.waiting.woken.insert(client);
            }
        }
    }

    /// Of those turned away, the ones whose scans come next.
    fn next_in_line(&mut self, now: Time, most: u64) -> Vec<(Time, ClientId)> {
        let Some(fast_forward) = &self.fast_forward else { return Vec::new() };
        let full = fast_forward.classes.iter().position(|class| class.verdict == TURNED_AWAY);
        let Some(class) = full.map(|index| index as u8 + 1) else { return Vec::new() };
        let clients = ClientId::first(self.len());
        let waiting = clients.filter(|client| fast_forward.class_of[client.index()] == class);
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

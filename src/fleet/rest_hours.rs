//! Clients at rest whose PC is not always on.
//!
//! Their scans are no grid: which one is next hangs on when the one before it ended, on the hours, and on
//! when the PC was started. So a client has a [`Cursor`] in the chain of its scans, which moves on when
//! scans are counted and when the client is woken; results it goes past are added to the client's class.

use std::ops::Range;
use std::thread;

use super::fact::Observer;
use super::model::Fleet;
use super::online::Hours;
use super::resting::Resting;
use super::roster::{Roster, Run};
use super::scan_hours::{Cursor, ScanChain};
use super::state::Client;
use crate::scenario::model::{Online, Scenario};
use crate::words::time::{Span, Time};

/// Clients a thread should have at least: below, starting it costs more than it saves.
const CLIENTS_PER_THREAD: usize = 5_000;

impl<O: Observer> Fleet<'_, O> {
    /// Is its PC not always on?
    #[inline]
    pub(super) fn keeps_hours(&self, client: u32) -> bool {
        self.scenario.groups[self.group(client)].online.is_some()
    }

    /// A client with hours goes to rest after a scan at `now`.
    pub(super) fn set_cursor(&mut self, now: Time, client: u32) {
        let least = self.clients[client as usize].next_scan;
        if let Some(cursor) =
            self.resting.as_mut().and_then(|resting| resting.cursors.get_mut(client as usize))
        {
            *cursor = Cursor::From { from: now + Span(1), least };
        }
    }

    /// It rests no more: the first scheduled scan after the one that comes next, and when that one's
    /// result comes.
    pub(super) fn wake_in_hours(&mut self, now: Time, client: u32) -> (u32, Time) {
        let (cursor, past) = self.advanced(now, client);
        if let Some(resting) = &mut self.resting {
            resting.cursors[client as usize] = cursor;
            resting.exit(client, past as i64);
        }
        match cursor {
            Cursor::Result { at, least } => {
                self.clients[client as usize].next_scan = least;
                (least, at)
            }
            Cursor::From { least, .. } => (least, Time::NEVER),
        }
    }

    /// When the next result comes of a client at rest.
    pub(super) fn next_result_at(&self, now: Time, client: u32) -> Time {
        if !self.keeps_hours(client) {
            return self.next_result(now, client).1;
        }
        match self.advanced(now, client).0 {
            Cursor::Result { at, .. } => at,
            Cursor::From { .. } => Time::NEVER,
        }
    }

    /// The cursor at its next result, and how many it goes past.
    fn advanced(&self, now: Time, client: u32) -> (Cursor, u64) {
        let resting = self.resting.as_ref().expect("asked of clients at rest");
        let chain = self.scan_chain(client).expect("asked of clients with hours");
        let cursor = resting.cursors[client as usize];
        chain.advance(cursor, Time::NEVER, |at| resting.is_past(now, at, client))
    }

    /// Adds the scans up to now to the classes of their clients.
    pub(super) fn count_in_hours(&mut self, now: Time) {
        let Some(resting) = self.resting.as_mut().filter(|resting| !resting.cursors.is_empty()) else {
            return;
        };
        let Resting { cursors, class_of, classes, .. } = resting;
        let counter = Counter {
            now,
            scenario: self.scenario,
            class_of,
            classes: classes.len(),
            clients: &self.clients,
            roster: &self.roster,
        };
        for (class, scans) in classes.iter_mut().zip(counter.count(cursors, self.threads)) {
            class.correction += scans;
        }
    }
}

/// Counts at an instant.
struct Counter<'a, 's> {
    now: Time,
    scenario: &'a Scenario,
    class_of: &'a [u8],
    classes: usize,
    clients: &'a [Client],
    roster: &'a Roster<'s>,
}

impl Counter<'_, '_> {
    /// Results up to now that were not counted before, by class.
    fn count(&self, cursors: &mut [Cursor], threads: usize) -> Vec<i64> {
        let threads = threads.min(cursors.len().div_ceil(CLIENTS_PER_THREAD)).max(1);
        let share = cursors.len().div_ceil(threads);
        let sums: Vec<Vec<i64>> = thread::scope(|scope| {
            let mut parts = cursors.chunks_mut(share).zip((0..).step_by(share));
            let (cursors, first) = parts.next().expect("there are cursors");
            let others: Vec<_> =
                parts.map(|(cursors, first)| scope.spawn(move || self.sums(cursors, first))).collect();
            let own = self.sums(cursors, first);
            let others = others.into_iter().map(|part| part.join().expect("counting does not fail"));
            std::iter::once(own).chain(others).collect()
        });
        (0..self.classes).map(|class| sums.iter().map(|part| part[class]).sum()).collect()
    }

    /// The same for some of the clients, from number `first` on.
    fn sums(&self, cursors: &mut [Cursor], first: usize) -> Vec<i64> {
        let mut sums = vec![0; self.classes];
        let end = first + cursors.len();
        for run in self.roster.runs() {
            let part = (run.clients.start as usize).max(first)..(run.clients.end as usize).min(end);
            if let (Some(online), false) = (run.online, part.is_empty()) {
                let cursors = &mut cursors[part.start - first..part.end - first];
                self.sum_run(&run, online, part, cursors, &mut sums);
            }
        }
        sums
    }

    fn sum_run(
        &self,
        run: &Run,
        online: &Online,
        clients: Range<usize>,
        cursors: &mut [Cursor],
        sums: &mut [i64],
    ) {
        for (client, cursor) in clients.zip(cursors) {
            if let Some(class) = self.class_of[client].checked_sub(1) {
                sums[usize::from(class)] += self.advance(run, online, client, cursor) as i64;
            }
        }
    }

    /// Moves a client's cursor past the results up to now.
    fn advance(&self, run: &Run, online: &Online, client: usize, cursor: &mut Cursor) -> u64 {
        let hours = Hours {
            online,
            spread: &self.scenario.platform.start_spread,
            draws: run.draws,
            entity: run.entity(client as u32),
            horizon: self.scenario.horizon(),
        };
        let chain = ScanChain::new(&self.scenario.scan, hours, self.clients[client].scan_anchor);
        let (moved, past) = chain.advance(*cursor, self.now, |at| at <= self.now);
        *cursor = moved;
        past
    }
}

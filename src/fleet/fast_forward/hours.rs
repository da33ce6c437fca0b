//! Clients at rest whose PC is not always on.
//!
//! Their scans are no grid: which one is next hangs on when the one before it ended, on the hours, and on
//! when the PC was started. So a client has a [`Cursor`] in the chain of its scans, which moves on when
//! scans are counted and when the client is woken; results it goes past are added to the client's class.

use std::ops::Range;
use std::thread;

use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::{Cursor, ScanChain};
use crate::fleet::fact::Observer;
use crate::fleet::fast_forward::parked::{FastForward, periods_before};
use crate::fleet::fast_forward::shared_hours::{Office, Place, TOGETHER};
use crate::fleet::roster::{ClientRun, Roster};
use crate::fleet::schedule::online_hours::{Hours, Stretch};
use crate::fleet::schedule::periodic::AtMost;
use crate::fleet::state::ClientRow;
use crate::scenario::model::{Online, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// Clients a thread should have at least: below, starting it costs more than it saves.
const CLIENTS_PER_THREAD: usize = 5_000;

impl<O: Observer> Fleet<'_, O> {
    /// Is its PC not always on?
    #[inline]
    pub(in crate::fleet) fn keeps_hours(&self, client: ClientId) -> bool {
        self.group(client).online.is_some()
    }

    /// A client with hours goes to rest after a scan at `now`.
    pub(in crate::fleet) fn set_cursor(&mut self, now: Time, client: ClientId) {
        let least = self.clients[client.index()].next_scan;
        if let Some(cursor) =
            self.fast_forward.as_mut().and_then(|fast_forward| fast_forward.cursors.get_mut(client.index()))
        {
            *cursor = Cursor::From { from: now + Span(1), least };
        }
    }

    /// It rests no more: the first scheduled scan after the one that comes next, and when that one's
    /// result comes.
    pub(in crate::fleet) fn wake_in_hours(&mut self, now: Time, client: ClientId) -> (u32, Time) {
        let (cursor, past) = self.advanced(now, client);
        if let Some(fast_forward) = &mut self.fast_forward {
            fast_forward.cursors[client.index()] = cursor;
            fast_forward.exit(client, past as i64);
        }
        match cursor {
            Cursor::Result { at, least } => {
                self.clients[client.index()].next_scan = least;
                (least, at)
            }
            Cursor::From { least, .. } => (least, Time::NEVER),
        }
    }

    /// When the next result comes of a client at rest. With hours its cursor moves there, so that nobody
    /// walks the same way twice.
    pub(in crate::fleet) fn next_result_at(&mut self, now: Time, client: ClientId) -> Time {
        if !self.keeps_hours(client) {
            return self.next_result(now, client).1;
        }
        let (cursor, past) = self.advanced(now, client);
        if let Some(fast_forward) = &mut self.fast_forward {
            fast_forward.cursors[client.index()] = cursor;
            let class = usize::from(fast_forward.class_of[client.index()]) - 1;
            fast_forward.classes[class].correction += past as i64;
        }
        match cursor {
            Cursor::Result { at, .. } => at,
            Cursor::From { .. } => Time::NEVER,
        }
    }

    /// The cursor at its next result, and how many it goes past.
    fn advanced(&self, now: Time, client: ClientId) -> (Cursor, u64) {
        let fast_forward = self.fast_forward.as_ref().expect("asked of clients at rest");
        let chain = self.scan_chain(client).expect("asked of clients with hours");
        let cursor = fast_forward.cursors[client.index()];
        chain.advance(cursor, Time::NEVER, |at| fast_forward.is_past(now, at, client))
    }

    /// Adds the scans up to now to the classes of their clients.
    pub(in crate::fleet) fn count_in_hours(&mut self, now: Time) {
        let Some(fast_forward) =
            self.fast_forward.as_mut().filter(|fast_forward| !fast_forward.cursors.is_empty())
        else {
            return;
        };
        let since = std::mem::replace(&mut fast_forward.counted, now);
        let FastForward { cursors, class_of, classes, phase_of, periods_of, at_most, .. } = fast_forward;
        let counter = Counter {
            since,
            now,
            scenario: self.scenario,
            at_most,
            class_of,
            phase_of,
            periods_of,
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
    /// The instant of the count before.
    since: Time,
    now: Time,
    scenario: &'a Scenario,
    at_most: &'a AtMost,
    class_of: &'a [u8],
    phase_of: &'a [u32],
    periods_of: &'a [u16],
    classes: usize,
    clients: &'a [ClientRow],
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
            let part = (run.clients.start.index()).max(first)..(run.clients.end.index()).min(end);
            if let (Some(online), false) = (run.online, part.is_empty()) {
                let cursors = &mut cursors[part.start - first..part.end - first];
                self.sum_run(&run, online, part, cursors, &mut sums);
            }
        }
        sums
    }

    fn sum_run<'t>(
        &'t self,
        run: &ClientRun<'t>,
        online: &'t Online,
        clients: Range<usize>,
        cursors: &mut [Cursor],
        sums: &mut [i64],
    ) {
        let office = Office::new(self.scenario, online, self.at_most, self.now);
        if let Some(office) = office.filter(|_| run.is_in_order()) {
            let stretches = office.stretches(self.since, run.draws);
            let firsts = clients.step_by(TOGETHER);
            for (first, cursors) in firsts.zip(cursors.chunks_mut(TOGETHER)) {
                for stretch in &stretches {
                    self.sum_day(&office, *stretch, run, (first, &mut *cursors), sums);
                }
            }
            return;
        }
        for (client, cursor) in clients.zip(cursors) {
            if let Some(class) = self.class_of[client].checked_sub(1) {
                let chain = self.chain(run, online, client);
                let (moved, past) = chain.advance(*cursor, self.now, |at| at <= self.now);
                *cursor = moved;
                sums[usize::from(class)] += past as i64;
            }
        }
    }

    /// The same in one stretch for neighbours, from client number `first` on.
    fn sum_day<'t>(
        &'t self,
        office: &Office<'t>,
        stretch: Stretch,
        run: &ClientRun<'t>,
        (first, cursors): (usize, &mut [Cursor]),
        sums: &mut [i64],
    ) {
        let mut day = office.day(stretch, run, ClientId::from_index(first));
        let classes = &self.class_of[first..first + cursors.len()];
        for (index, (cursor, class)) in cursors.iter_mut().zip(classes).enumerate() {
            let Some(class) = class.checked_sub(1) else { continue };
            let client = first + index;
            let sum = &mut sums[usize::from(class)];
            loop {
                match *cursor {
                    Cursor::Result { at, least } if at <= self.now && at <= stretch.until => {
                        *sum += 1;
                        *cursor = Cursor::From { from: at + Span(1), least };
                    }
                    Cursor::From { from, least } if from < stretch.until && from <= self.now => {
                        let done = day.go_on(self.place(client, index), from, least);
                        *sum += done.results;
                        *cursor = done.cursor;
                        let Cursor::From { from, least } = done.cursor else { break };
                        if !done.cut_short {
                            break;
                        }
                        let online = run.online.expect("who keeps hours");
                        *cursor = self.chain(run, online, client).next(from, least, self.now);
                    }
                    _ => break,
                }
            }
        }
    }

    /// Where a client is among its neighbours and in the grid of scans.
    fn place(&self, client: usize, index: usize) -> Place {
        let periods_before = periods_before(self.periods_of, client);
        Place { index, phase: i64::from(self.phase_of[client]), periods_before }
    }

    fn chain<'t>(&'t self, run: &ClientRun<'t>, online: &'t Online, client: usize) -> ScanChain<'t> {
        let hours = Hours {
            online,
            spread: &self.scenario.platform.start_spread,
            draws: run.draws,
            entity: run.entity(ClientId::from_index(client)),
        };
        ScanChain::new(&self.scenario.scan, hours, self.clients[client].scan_anchor)
    }
}

//! Parked clients whose PC has online hours.
//!
//! Their scans follow no grid: which one is next depends on when the one before it ended, on the hours, and on
//! when the PC was started. So a client has a [`Cursor`] in the chain of its scans. It moves on when scans are
//! counted and when the client is unparked; results that it passes are added to the client's class.

use std::ops::Range;

use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::{Cursor, ScanChain};
use crate::fleet::fact::Observer;
use crate::fleet::fast_forward::counting::ScanCounter;
use crate::fleet::fast_forward::parked::periods_before;
use crate::fleet::fast_forward::shared_hours::{GridPlace, SharedHours, TOGETHER};
use crate::fleet::roster::ClientRun;
use crate::fleet::schedule::online_hours::{Hours, Stretch};
use crate::scenario::model::Online;
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

impl<O: Observer> Fleet<'_, O> {
    /// Is its PC not always on?
    #[inline]
    pub(super) fn has_online_hours(&self, client: ClientId) -> bool {
        self.group(client).online.is_some()
    }

    /// Unparks a client with online hours: the first scheduled scan after the one that comes next, and when
    /// that one's result comes.
    pub(super) fn unpark_with_hours(&mut self, now: Time, client: ClientId) -> (u32, Time) {
        let (cursor, past) = self.advanced(now, client);
        if let Some(parked) = &mut self.fast_forward.parked {
            parked.set_cursor(client, cursor);
            parked.remove(client, past as i64);
        }
        match cursor {
            Cursor::Result { at, least } => {
                self.clients[client.index()].next_scan = least;
                (least, at)
            }
            Cursor::From { least, .. } => (least, Time::NEVER),
        }
    }

    /// When the next result of a parked client comes. With online hours its cursor moves there, so that the same
    /// way is not walked twice.
    pub(super) fn next_result_at(&mut self, now: Time, client: ClientId) -> Time {
        if !self.has_online_hours(client) {
            return self.next_grid_result(now, client).1;
        }
        let (cursor, past) = self.advanced(now, client);
        if let Some(parked) = &mut self.fast_forward.parked {
            parked.set_cursor(client, cursor);
            parked.class(client).correction += past as i64;
        }
        match cursor {
            Cursor::Result { at, .. } => at,
            Cursor::From { .. } => Time::NEVER,
        }
    }

    /// The cursor at its next result, and how many it passes.
    fn advanced(&self, now: Time, client: ClientId) -> (Cursor, u64) {
        let parked = self.fast_forward.parked.as_ref().expect("asked of parked clients");
        let chain = self.scan_chain(client).expect("asked of clients with hours");
        let cursor = parked.cursors[client.index()];
        advance(&chain, cursor, Time::NEVER, |at| parked.is_past(now, at, client))
    }
}

impl ScanCounter<'_, '_> {
    /// Results of some clients of a run up to now that were not counted before, by class.
    pub fn sum_with_hours<'t>(
        &'t self,
        run: &ClientRun<'t>,
        online: &'t Online,
        clients: Range<usize>,
        cursors: &mut [Cursor],
        sums: &mut [i64],
    ) {
        let shared = SharedHours::new(self.scenario, online, &self.parked.at_most, self.now);
        if let Some(shared) = shared.filter(|_| run.is_in_order()) {
            let stretches = shared.stretches(self.since, run.draws);
            let firsts = clients.step_by(TOGETHER);
            for (first, cursors) in firsts.zip(cursors.chunks_mut(TOGETHER)) {
                for stretch in &stretches {
                    self.sum_stretch(&shared, *stretch, run, (first, &mut *cursors), sums);
                }
            }
            return;
        }
        for (client, cursor) in clients.zip(cursors) {
            if let Some(class) = self.parked.class_of[client].checked_sub(1) {
                let chain = self.chain(run, online, client);
                let (moved, past) = advance(&chain, *cursor, self.now, |at| at <= self.now);
                *cursor = moved;
                sums[usize::from(class)] += past as i64;
            }
        }
    }

    /// The same in one stretch for neighbours, from client number `first` on.
    fn sum_stretch<'t>(
        &'t self,
        shared: &SharedHours<'t>,
        stretch: Stretch,
        run: &ClientRun<'t>,
        (first, cursors): (usize, &mut [Cursor]),
        sums: &mut [i64],
    ) {
        let mut of_neighbours = shared.stretch(stretch, run, ClientId::from_index(first));
        let classes = &self.parked.class_of[first..first + cursors.len()];
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
                        let walked = of_neighbours.walk(self.place(client, index), from, least);
                        *sum += walked.results;
                        *cursor = walked.cursor;
                        let Cursor::From { from, least } = walked.cursor else { break };
                        if !walked.cut_short {
                            break;
                        }
                        let online = run.online.expect("the run has hours");
                        *cursor = self.chain(run, online, client).next(from, least, self.now);
                    }
                    _ => break,
                }
            }
        }
    }

    /// Where a client is among its neighbours and in the grid of scans.
    fn place(&self, client: usize, index: usize) -> GridPlace {
        let periods_before = periods_before(&self.parked.periods_of, client);
        GridPlace { index, phase: i64::from(self.parked.phase_of[client]), periods_before }
    }

    fn chain<'t>(&'t self, run: &ClientRun<'t>, online: &'t Online, client: usize) -> ScanChain<'t> {
        let hours = Hours {
            online,
            spread: &self.scenario.platform.start_spread,
            draws: run.draws,
            entity: run.entity(ClientId::from_index(client)),
        };
        let scan = &self.scenario.scan;
        ScanChain::new(scan, hours, (&scan.schedule, self.clients[client].scan_anchor, 0))
    }
}

/// Passes the results that have come, by `is_past`, and goes on to the first one that has not, unless the PC is
/// off until after `upto`. Also returns how many it passed.
fn advance(chain: &ScanChain, cursor: Cursor, upto: Time, is_past: impl Fn(Time) -> bool) -> (Cursor, u64) {
    let (mut cursor, mut past) = (cursor, 0);
    loop {
        if let Cursor::From { from, least } = cursor {
            cursor = chain.next(from, least, upto);
        }
        match cursor {
            Cursor::Result { at, least } if is_past(at) => {
                past += 1;
                cursor = Cursor::From { from: at + Span(1), least };
            }
            _ => return (cursor, past),
        }
    }
}

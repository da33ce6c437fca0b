//! Scans of clients whose PC is not always on.
//!
//! A scheduled scan runs at its instant while the PC is on; those missed run once after the start of
//! the PC, and by `scan.on_agent_start` there is a scan after each start. A scan that would not end
//! before the PC goes off begins anew when it is on again.

use super::decision::Decision;
use super::event::Event;
use super::fact::Observer;
use super::heartbeat::{Occurrences, scan_time};
use super::model::Fleet;
use super::online::Hours;
use crate::engine::queue::EventQueue;
use crate::words::time::{Span, Time};

impl<O: Observer> Fleet<'_, O> {
    /// The package is ready: what was due before it does not count as missed. `first`: beginning and
    /// duration of the scan that a new policy starts.
    pub(super) fn start_scanning_in_hours(
        &mut self,
        now: Time,
        client: u32,
        first: Option<(Time, Span)>,
        queue: &mut EventQueue,
    ) {
        let next_scan = self.scans(client, |scans, least| scans.next(now, least).0);
        self.clients[client as usize].next_scan = next_scan;
        let hours = self.hours(client).expect("asked of clients with hours");
        match first.and_then(|(begin, duration)| hours.scan_ends(begin, duration)) {
            Some(end) => self.schedule(Event::ScanReturned, end, client, queue),
            None => self.schedule_scan_in_hours(now, client, queue),
        }
    }

    /// Schedules the result of the client's next scan that begins at or after `from`.
    pub(super) fn schedule_scan_in_hours(&mut self, from: Time, client: u32, queue: &mut EventQueue) {
        let Some((end, next_scan)) = self.next_scan_in_hours(from, client) else { return };
        self.clients[client as usize].next_scan = next_scan;
        self.schedule(Event::ScanReturned, end, client, queue);
    }

    /// When the next scan ends, and the number of the scheduled scan after it.
    fn next_scan_in_hours(&self, from: Time, client: u32) -> Option<(Time, u32)> {
        let scan = &self.scenario.scan;
        let hours = self.hours(client)?;
        let (draws, entity) = self.draws(client);
        self.scans(client, |scans, least| {
            let (mut from, mut least) = (from, least);
            loop {
                let stretch = hours.stretch(from)?;
                let (number, on_time) = scans.next(from.max(stretch.from), least);
                let late = hours.late(stretch);
                let wanted = scan.on_agent_start || scans.at(least) < stretch.from;
                let (begin, decision, ordinal) = if wanted && from <= late && late < on_time {
                    (late, Decision::StartScanDuration, Hours::ordinal(stretch.day))
                } else if on_time < stretch.until {
                    (on_time, Decision::ScanDuration, u64::from(number))
                } else {
                    from = stretch.until;
                    continue;
                };
                let duration = scan_time(scan, draws, decision, entity, ordinal);
                if let Some(end) = hours.scan_ends_within(stretch, begin, duration) {
                    return Some((end, scans.next(end, least).0));
                }
                // It fits into no window: the one after it is tried.
                (least, _) = scans.next(begin + Span(1), least);
                from = begin + Span(1);
            }
        })
    }

    /// A client's scheduled scans, and the least number of the next one.
    fn scans<R>(&self, client: u32, then: impl FnOnce(&Occurrences, u32) -> R) -> R {
        let row = &self.clients[client as usize];
        let (draws, entity) = self.draws(client);
        let (beat, jitter) = (&self.scenario.scan.schedule, Decision::ScanJitter);
        then(
            &Occurrences { beat, draws, jitter, entity, anchor: row.scan_anchor, drawn: None },
            row.next_scan,
        )
    }
}

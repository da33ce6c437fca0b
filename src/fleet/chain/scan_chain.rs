//! The chain of scans of one client whose PC is not always on: each is a function of the one before it.

use crate::fleet::decision::Decision;
use crate::fleet::schedule::online_hours::Hours;
use crate::fleet::schedule::periodic::{Occurrences, scan_time};
use crate::scenario::model::{PeriodicSchedule, Scan};
use crate::units::time::{Span, Time};

/// Where a client is in its chain of scans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fleet) enum Cursor {
    /// The next scan begins at or after `from`; the next scheduled one is number `least` at least.
    From { from: Time, least: u32 },
    /// The next result comes at `at`; number `least` is the first scheduled scan from then on.
    Result { at: Time, least: u32 },
}

/// Draws of a scheduled scan, made beforehand; `number`: which of its scheduled scans it is.
#[derive(Debug, Clone, Copy)]
pub(in crate::fleet) struct ScanDraws {
    pub number: u32,
    pub jitter: u64,
    pub duration: u64,
}

/// One client's scans: each is a function of the one before it.
pub(in crate::fleet) struct ScanChain<'a> {
    scan: &'a Scan,
    hours: Hours<'a>,
    scheduled: Occurrences<'a>,
    /// From here on another grid counts: no scan of this one begins.
    until: Time,
}

impl<'a> ScanChain<'a> {
    /// By a grid: its schedule, its anchor, and the ordinal of the draws of its scan 0.
    pub fn new(
        scan: &'a Scan,
        hours: Hours<'a>,
        (schedule, anchor, ordinal): (&'a PeriodicSchedule, Time, u64),
    ) -> ScanChain<'a> {
        let (draws, entity, jitter) = (hours.draws, hours.entity, Decision::ScanJitter);
        let scheduled = Occurrences { schedule, draws, jitter, entity, anchor, ordinal, drawn: None };
        ScanChain { scan, hours, scheduled, until: Time::NEVER }
    }

    /// The same chain up to an instant from which another grid counts.
    pub fn until(self, until: Time) -> ScanChain<'a> {
        ScanChain { until, ..self }
    }

    /// Number of the first scheduled scan at or after an instant, not before number `least`.
    pub fn next_scheduled(&self, from: Time, least: u32) -> u32 {
        self.scheduled.next(from, least).0
    }

    /// The next result of a scan that begins at or after `from`, unless the PC is off until after `upto`, or no scan
    /// ends up to [`Time::LAST`]: then where the chain goes on.
    pub fn next(&self, from: Time, least: u32, upto: Time) -> Cursor {
        let (scan, hours, scans) = (self.scan, &self.hours, &self.scheduled);
        let never = |least: u32| Cursor::From { from: Time::LAST + Span(1), least };
        if scan.duration.min() > hours.online.longest.ms() {
            return never(least);
        }
        let (mut from, mut least) = (from, least);
        loop {
            let Some(stretch) = hours.stretch(from) else { return never(least) };
            if stretch.from > upto {
                return Cursor::From { from, least };
            }
            let (number, on_time) = scans.next(from.max(stretch.from), least);
            let late = hours.late(stretch);
            let wanted = scan.on_agent_start || scans.at(least) < stretch.from;
            let (begin, decision, ordinal) = if wanted && from <= late && late < on_time {
                (late, Decision::StartScanDuration, Hours::ordinal(stretch.day))
            } else if on_time < stretch.until {
                (on_time, Decision::ScanDuration, scans.ordinal + u64::from(number))
            } else {
                from = stretch.until;
                continue;
            };
            if begin >= self.until {
                return Cursor::From { from: self.until, least };
            }
            let duration = scan_time(scan, hours.draws, decision, hours.entity, ordinal);
            match hours.scan_ends_within(stretch, begin, duration) {
                Some(Time::NEVER) => return never(least),
                Some(at) => return Cursor::Result { at, least: scans.next(at, least).0 },
                None => {}
            }
            // It fits into no window: the one after it is tried.
            (least, _) = scans.next(begin + Span(1), least);
            from = begin + Span(1);
        }
    }
}

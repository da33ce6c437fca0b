//! Scans of many clients with the same online hours: the results of
//! [`ScanChain`](crate::fleet::chain::scan_chain::ScanChain) for each client, without computing when any of
//! the scans ends.
//!
//! To count the scans in a stretch in which a PC is on takes two answers: between which scheduled scans the one
//! after the start comes, and whether the last one ends in time. Both are comparisons with a draw, and the
//! draws of neighbouring clients are made together. A scan that does not end before the PC goes off is left to
//! the chain.

use crate::engine::distribution::{Distribution, bernoulli};
use crate::engine::draw::Draws;
use crate::fleet::chain::scan_chain::Cursor;
use crate::fleet::decision::Decision;
use crate::fleet::fast_forward::at_most::{AtMost, longest};
use crate::fleet::fast_forward::parked::GridInstant;
use crate::fleet::roster::ClientRun;
use crate::fleet::schedule::online_hours::{Hours, Stretch};
use crate::scenario::model::{Online, Phase, Scan, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// Clients whose draws are made together.
pub(super) const TOGETHER: usize = 256;

/// Scheduled scans of a stretch whose draws are made together; those of others are made one by one.
const SCANS_TOGETHER: i64 = 16;

/// What the clients of a group have in common when their scans up to an instant are counted.
pub(super) struct SharedHours<'a> {
    scan: &'a Scan,
    at_most: &'a AtMost,
    now: Time,
    spread: &'a Distribution,
    online: &'a Online,
    latest_jitter: i64,
    longest: i64,
    /// Can a scan end when it begins?
    takes_no_time: bool,
}

impl<'a> SharedHours<'a> {
    /// `None`: when a PC is on depends on draws of several days.
    pub fn new(
        scenario: &'a Scenario,
        online: &'a Online,
        at_most: &'a AtMost,
        now: Time,
    ) -> Option<SharedHours<'a>> {
        if online.present < 1.0 && online.windows.reaches_midnight() {
            return None;
        }
        let scan = &scenario.scan;
        Some(SharedHours {
            scan,
            at_most,
            now,
            spread: &scenario.platform.start_spread,
            online,
            latest_jitter: scan.schedule.jitter.max(),
            longest: longest(&scan.duration).ms(),
            takes_no_time: scan.duration.min() <= 0,
        })
    }

    /// The stretches that end after `since`, up to now, including days on which a PC is absent.
    pub fn stretches(&self, since: Time, draws: &Draws) -> Vec<Stretch> {
        let online = &Online { present: 1.0, ..self.online.clone() };
        let hours = Hours { online, spread: self.spread, draws, entity: 0 };
        let next = |at: Time| hours.stretch(at).filter(|stretch| stretch.from <= self.now);
        std::iter::successors(next(since), |last| next(last.until)).collect()
    }

    fn bound(&self, at: i64) -> ScanBound {
        let every = self.scan.schedule.every.ms();
        ScanBound { at, in_grid: GridInstant::new(at - self.latest_jitter, every) }
    }

    /// A stretch as it is for some neighbouring clients, `first` and those after it.
    pub fn stretch(&self, stretch: Stretch, run: &ClientRun<'a>, first: ClientId) -> SharedStretch<'_> {
        let every = self.scan.schedule.every.ms();
        // After packages, scan numbers of neighbours are unrelated.
        let alike = self.scan.schedule.phase != Phase::AfterPackage;
        let column = |distribution: &Distribution, decision: Decision| DrawColumns {
            draws: run.draws,
            decision,
            first: run.entity(first),
            least: alike.then(|| (stretch.from.ms() - self.latest_jitter).div_euclid(every)),
            constant: matches!(distribution, Distribution::Constant(_)),
            columns: Vec::new(),
        };
        let of_day = |distribution: &Distribution, decision: Decision| DrawColumns {
            least: Some(Hours::ordinal(stretch.day) as i64),
            ..column(distribution, decision)
        };
        SharedStretch {
            shared: self,
            stretch,
            begin: self.bound(stretch.from.ms()),
            end: self.bound(stretch.until.ms().min(self.now.ms() + 1)),
            present: of_day(self.spread, Decision::Present).always(self.online.present < 1.0),
            spread: of_day(self.spread, Decision::StartSpread),
            late: of_day(&self.scan.duration, Decision::StartScanDuration),
            duration: column(&self.scan.duration, Decision::ScanDuration),
            jitter: column(&self.scan.schedule.jitter, Decision::ScanJitter),
        }
    }
}

/// Draws of a decision of neighbouring clients by ordinal, made when they are first needed.
struct DrawColumns<'a> {
    draws: &'a Draws,
    decision: Decision,
    /// Entity of the first client.
    first: u64,
    /// The least ordinal that several of them need.
    least: Option<i64>,
    /// Of constants, no draws are made.
    constant: bool,
    columns: Vec<Option<Box<[u64; TOGETHER]>>>,
}

impl DrawColumns<'_> {
    fn always(mut self, drawn: bool) -> Self {
        self.constant = !drawn;
        self
    }

    /// The draw of a client, by its place among its neighbours.
    #[inline]
    fn draw(&mut self, place: usize, ordinal: i64) -> u64 {
        if self.constant {
            return 0;
        }
        let index = self.least.map_or(-1, |least| ordinal - least);
        if let Some(Some(column)) = self.columns.get(index as usize) {
            return column[place];
        }
        self.make(place, ordinal, index)
    }

    #[cold]
    fn make(&mut self, place: usize, ordinal: i64, index: i64) -> u64 {
        let (decision, ordinal) = (self.decision as u16, ordinal as u64);
        if !(0..SCANS_TOGETHER).contains(&index) {
            return self.draws.at(decision, self.first + place as u64, ordinal);
        }
        let mut column = Box::new([0; TOGETHER]);
        self.draws.fill(decision, ordinal, self.first, &mut column[..]);
        let index = index as usize;
        if self.columns.len() <= index {
            self.columns.resize(index + 1, None);
        }
        let draw = column[place];
        self.columns[index] = Some(column);
        draw
    }
}

/// An instant, and the place in the grid of a scan with the latest jitter that comes then.
#[derive(Debug, Clone, Copy)]
struct ScanBound {
    at: i64,
    in_grid: GridInstant,
}

/// A client's place among its neighbours, and in the grid of scans.
#[derive(Debug, Clone, Copy)]
pub(super) struct GridPlace {
    pub index: usize,
    /// Of its scans in the period of the grid, ms.
    pub phase: i64,
    /// Whole periods from the start to its first scan.
    pub periods_before: i64,
}

/// A scheduled scan: its number and instant.
#[derive(Debug, Clone, Copy)]
struct ScheduledScan {
    number: i64,
    at: i64,
}

/// What one client did in a stretch, up to now.
pub(super) struct WalkedStretch {
    /// Results that came.
    pub results: i64,
    /// Where the chain goes on: with the first scan whose result had not come, if one began.
    pub cursor: Cursor,
    /// Has that one not ended although the PC is off by now?
    pub cut_short: bool,
}

/// A stretch for some neighbouring clients.
pub(super) struct SharedStretch<'a> {
    shared: &'a SharedHours<'a>,
    stretch: Stretch,
    begin: ScanBound,
    /// Its end, or the instant after now.
    end: ScanBound,
    present: DrawColumns<'a>,
    spread: DrawColumns<'a>,
    late: DrawColumns<'a>,
    duration: DrawColumns<'a>,
    jitter: DrawColumns<'a>,
}

impl SharedStretch<'_> {
    /// Is the PC there?
    fn there(&mut self, place: GridPlace) -> bool {
        let present = self.shared.online.present;
        present >= 1.0 || bernoulli(self.present.draw(place.index, self.day()), present)
    }

    fn day(&self) -> i64 {
        Hours::ordinal(self.stretch.day) as i64
    }

    /// As [`Hours::late`].
    #[inline]
    fn late(&mut self, place: GridPlace) -> i64 {
        let spread = self.shared.spread.sample(self.spread.draw(place.index, self.day()));
        (self.stretch.from.ms() + spread).min(self.stretch.until.ms() - 1)
    }

    #[inline]
    fn scheduled(&mut self, place: GridPlace, number: i64) -> ScheduledScan {
        let jitter = match self.shared.scan.schedule.jitter {
            Distribution::Constant(jitter) => jitter,
            ref distribution => distribution.sample(self.jitter.draw(place.index, number)),
        };
        let nominal = (number + place.periods_before) * self.shared.scan.schedule.every.ms() + place.phase;
        ScheduledScan { number, at: nominal + jitter }
    }

    /// The first scheduled scan from an instant on, number `least` at least.
    #[inline]
    fn next_scheduled(&mut self, place: GridPlace, from: ScanBound, least: i64) -> ScheduledScan {
        let number = from.in_grid.first(place.phase) - place.periods_before;
        let mut scan = self.scheduled(place, number.max(least));
        while scan.at < from.at {
            scan = self.scheduled(place, scan.number + 1);
        }
        scan
    }

    /// Does a scan with this draw take at most so long?
    #[inline]
    fn takes_at_most(&self, draw: impl FnOnce() -> u64, time: i64) -> bool {
        time >= self.shared.longest || time >= 0 && self.shared.at_most.holds(draw(), time)
    }

    /// A client's results in the stretch up to now, of scans that begin at or after `from`, an instant at
    /// which it is not over.
    pub fn walk(&mut self, place: GridPlace, from: Time, least: u32) -> WalkedStretch {
        if !self.there(place) {
            return self.done(0, self.stretch.until.ms(), i64::from(least));
        }
        let (begin, until, now) = (self.stretch.from.ms(), self.stretch.until.ms(), self.shared.now.ms());
        let end = self.end.at;
        // A result may come at the instant at which the PC goes off.
        let limit = until.min(now);
        let (on_agent_start, mut least) = (self.shared.scan.on_agent_start, i64::from(least));
        let first = if from.ms() <= begin { self.begin } else { self.shared.bound(from.ms()) };
        let mut scan = self.next_scheduled(place, first, least);
        let late = self.late(place);
        let missed = |stretch: &mut Self| on_agent_start || stretch.scheduled(place, least).at < begin;
        let mut late_is_due = from.ms() <= late && missed(self);
        let mut results = 0;
        loop {
            if late_is_due && late < scan.at {
                let draw = self.late.draw(place.index, self.day());
                if !self.takes_at_most(|| draw, limit - late) {
                    return self.stopped(results, late, least);
                }
                results += 1;
                late_is_due = false;
                // A scheduled scan is left out while this one runs.
                least = scan.number + i64::from(!self.takes_at_most(|| draw, scan.at - late));
                if !self.takes_at_most(|| draw, scan.at - late - 1) {
                    scan = self.scheduled(place, scan.number + 1);
                }
            } else if scan.at >= end {
                return self.done(results, end, least);
            } else if !late_is_due {
                break;
            } else {
                let draw = self.duration.draw(place.index, scan.number);
                if !self.takes_at_most(|| draw, limit - scan.at) {
                    return self.stopped(results, scan.at, least);
                }
                results += 1;
                late_is_due = on_agent_start && self.takes_at_most(|| draw, late - scan.at - 1);
                least = self.number_after(scan, || draw);
                scan = self.scheduled(place, scan.number + 1);
            }
        }
        // Only scheduled scans are left, each of which ends before the next one begins.
        let next = self.next_scheduled(place, self.end, scan.number + 1);
        let last = if next.number == scan.number + 1 { scan } else { self.scheduled(place, next.number - 1) };
        results += last.number - scan.number;
        let draw = self.duration_if_needed(place, last, limit);
        if !self.takes_at_most(|| draw, limit - last.at) {
            let least = if last.number == scan.number { least } else { last.number };
            return self.stopped(results, last.at, least);
        }
        let least = self.number_after(last, || draw);
        self.done(results + 1, end, least)
    }

    /// The draw of how long a scan takes, where that may matter.
    fn duration_if_needed(&mut self, place: GridPlace, scan: ScheduledScan, limit: i64) -> u64 {
        let matters = limit - scan.at < self.shared.longest || self.shared.takes_no_time;
        if matters { self.duration.draw(place.index, scan.number) } else { 0 }
    }

    /// Number of the first scheduled scan from the end of this one on.
    fn number_after(&self, scan: ScheduledScan, draw: impl FnOnce() -> u64) -> i64 {
        let at_once = self.shared.takes_no_time && self.shared.at_most.holds(draw(), 0);
        scan.number + i64::from(!at_once)
    }

    /// All scans that began have ended.
    fn done(&self, results: i64, from: i64, least: i64) -> WalkedStretch {
        WalkedStretch { results, cursor: cursor(from, least), cut_short: false }
    }

    /// The scan that began at `from` has not ended.
    fn stopped(&self, results: i64, from: i64, least: i64) -> WalkedStretch {
        WalkedStretch {
            results,
            cursor: cursor(from, least),
            cut_short: self.stretch.until <= self.shared.now,
        }
    }
}

fn cursor(from: i64, least: i64) -> Cursor {
    Cursor::From { from: Time(from), least: u32::try_from(least).expect("fewer than 2^32 scans") }
}

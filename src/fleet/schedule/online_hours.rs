//! When a PC is on, by arithmetic: no event marks the beginning or end of a day.
//!
//! What is due while a PC is off runs when it is on again, some time after its start
//! (`platform.start_spread`), and several occurrences of the same thing that were missed run once.

use crate::engine::distribution::{Distribution, bernoulli};
use crate::engine::draw::Draws;
use crate::fleet::decision::Decision;
use crate::fleet::schedule::periodic::{Occurrences, delay};
use crate::scenario::model::Online;
use crate::units::time::{Span, Time};

/// Time without a break in which a PC is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub from: Time,
    /// First instant at which it is off again.
    pub until: Time,
    /// Number of the day on which it begins.
    pub day: i64,
}

/// The hours of one PC.
pub struct Hours<'a> {
    pub online: &'a Online,
    /// From a start of the PC to what was due while it was off.
    pub spread: &'a Distribution,
    pub draws: &'a Draws,
    pub entity: u64,
}

impl Hours<'_> {
    /// A draw's ordinal of a day; the few days before the start count from the far end.
    pub fn ordinal(day: i64) -> u64 {
        day.rem_euclid(1 << 40) as u64
    }

    /// Is the PC there on a day?
    fn there(&self, day: i64) -> bool {
        let Online { present, holidays, .. } = self.online;
        let draw = || self.draws.at(Decision::Present as u16, self.entity, Self::ordinal(day));
        holidays.binary_search(&day).is_err() && (*present >= 1.0 || bernoulli(draw(), *present))
    }

    /// The first stretch that ends after an instant. `None`: the PC is not on again up to [`Time::LAST`], so not
    /// in any run. When this run ends is not asked, because what happens before the end may not depend on it.
    pub fn stretch(&self, at: Time) -> Option<Stretch> {
        if at > Time::LAST {
            return None;
        }
        let windows = &self.online.windows;
        let mut found: Option<Stretch> = None;
        let mut day = windows.first_day_for(at);
        loop {
            let midnight = windows.midnight_of(day);
            let done = found.is_some_and(|stretch| stretch.until > at && midnight > stretch.until);
            if done || midnight > Time::LAST {
                return found.filter(|stretch| stretch.until > at);
            }
            let mut of_day = windows.of_day(day).peekable();
            let there = of_day.peek().is_some() && self.there(day);
            for (from, until) in of_day.filter(|_| there) {
                match &mut found {
                    Some(stretch) if from <= stretch.until => stretch.until = stretch.until.max(until),
                    Some(stretch) if stretch.until > at => return found,
                    _ => found = Some(Stretch { from, until, day }),
                }
            }
            day += 1;
        }
    }

    /// When what was due before a start of the PC runs: the last instant before it goes off at the latest.
    pub fn late(&self, stretch: Stretch) -> Time {
        let ordinal = Self::ordinal(stretch.day);
        let spread = delay(self.spread, self.draws, Decision::StartSpread, self.entity, ordinal);
        (stretch.from + spread).min(stretch.until - Span(1))
    }

    /// When the PC does what is due at an instant; `NEVER` when it is not on again.
    pub fn when_on(&self, at: Time) -> Time {
        match self.stretch(at) {
            Some(stretch) if stretch.from <= at => at,
            Some(stretch) => self.late(stretch),
            None => Time::NEVER,
        }
    }

    /// The last instant up to this one at which the PC was on, or `least` when that is later.
    pub fn last_on(&self, upto: Time, least: Time) -> Time {
        match self.stretch(upto) {
            Some(stretch) if stretch.from <= upto => upto.max(least),
            _ => self.off_since(upto, least),
        }
    }

    /// When a PC that is on goes off.
    pub fn goes_off(&self, at: Time) -> Time {
        self.stretch(at).map_or(at, |stretch| stretch.until)
    }

    /// The first time at or after an instant that the PC does something periodic: at an occurrence
    /// while it is on, or once after its start for those it missed.
    pub fn next_occurrence(&self, schedule: &Occurrences, from: Time) -> Time {
        let mut from = from;
        while let Some(stretch) = self.stretch(from) {
            let (_, on_time) = schedule.next(from.max(stretch.from), 0);
            let late = self.late(stretch);
            if from <= late && late < on_time && self.missed(schedule, stretch.from) {
                return late;
            }
            if on_time < stretch.until {
                return on_time;
            }
            from = stretch.until;
        }
        Time::NEVER
    }

    /// Was there an occurrence while the PC was off, before it started?
    fn missed(&self, schedule: &Occurrences, started: Time) -> bool {
        // Two periods hold an occurrence for certain.
        let certain = started - Span(2 * schedule.schedule.every.ms());
        let (_, occurrence) = schedule.next(self.off_since(started, certain), 0);
        occurrence < started
    }

    /// The end of the last window before a start of the PC, or `least` when that is later.
    fn off_since(&self, started: Time, least: Time) -> Time {
        let windows = &self.online.windows;
        let mut off = least;
        let mut day = windows.day_of(started);
        // What begins on a day ends before the day after the next one.
        while windows.midnight_of(day + 2) > off {
            let ends = windows.of_day(day).map(|(_, until)| until).filter(|until| *until <= started);
            let last = ends.max().filter(|last| *last > off && self.there(day));
            off = last.unwrap_or(off);
            day -= 1;
        }
        off
    }

    /// When a scan ends that is to begin at an instant, or when the PC is on: it begins anew as long
    /// as the PC goes off before it ends. `None`: it fits into no window. [`Time::NEVER`]: the PC is not on again
    /// for so long.
    pub fn scan_ends(&self, begin: Time, duration: Span) -> Option<Time> {
        let Some(stretch) = self.stretch(begin) else { return Some(Time::NEVER) };
        let begin = if stretch.from <= begin { begin } else { self.late(stretch) };
        self.scan_ends_within(stretch, begin, duration)
    }

    /// The same for a scan that is to begin within a stretch.
    pub fn scan_ends_within(&self, stretch: Stretch, begin: Time, duration: Span) -> Option<Time> {
        if duration > self.online.longest {
            return None;
        }
        let (mut stretch, mut begin) = (stretch, begin);
        loop {
            if begin + duration <= stretch.until {
                return Some(begin + duration);
            }
            let late = begin == self.late(stretch);
            if late && stretch.from + duration <= stretch.until {
                return Some(stretch.until); // it begins at the last instant at which it can
            }
            let Some(next) = self.stretch(stretch.until) else { return Some(Time::NEVER) };
            stretch = next;
            begin = self.late(stretch);
        }
    }
}

#[cfg(test)]
#[path = "online_hours_tests.rs"]
mod tests;

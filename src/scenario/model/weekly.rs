//! Windows of time that come again every week, and the hours in which PCs are on.

use serde::Serialize;

use crate::words::time::{Span, Time};

/// Days of a week, Monday first.
pub const DAYS: usize = 7;

/// From and until, after midnight of the day on which it begins. It begins within that day and is no
/// longer than a day, so it may end on the next one.
pub type Window = (Span, Span);

/// Windows by day of the week, in server local time. Days are numbered: day 0 is the one on which the
/// scenario starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weekly {
    /// Midnight at or before the start of the scenario.
    midnight: Time,
    /// Day of the week of day 0; Monday is 0.
    first: usize,
    /// In order of their beginning.
    days: [Vec<Window>; DAYS],
    /// Does a window reach the midnight after it, and so perhaps one of the next day?
    overnight: bool,
}

impl Weekly {
    pub fn new(midnight: Time, first: usize, mut days: [Vec<Window>; DAYS]) -> Weekly {
        days.iter_mut().for_each(|windows| windows.sort_unstable());
        let overnight = days.iter().flatten().any(|(_, until)| *until >= Span::DAY);
        Weekly { midnight, first, days, overnight }
    }

    /// Does a window reach the midnight after it, and so perhaps one of the next day?
    pub fn reaches_midnight(&self) -> bool {
        self.overnight
    }

    /// The number of the day an instant lies in.
    pub fn day_of(&self, at: Time) -> i64 {
        (at - self.midnight).ms().div_euclid(Span::DAY.ms())
    }

    /// When a day begins.
    pub fn midnight_of(&self, day: i64) -> Time {
        self.midnight + Span::days(day)
    }

    /// The first day that one has to look at to know of windows, joined to each other, that begin
    /// within 24 hours before an instant or later, and when they begin.
    pub fn first_day_for(&self, at: Time) -> i64 {
        self.day_of(at) - if self.overnight { 2 } else { 0 }
    }

    /// The windows that begin on a day, in order.
    pub fn of_day(&self, day: i64) -> impl Iterator<Item = (Time, Time)> + '_ {
        let weekday = (day + self.first as i64).rem_euclid(DAYS as i64) as usize;
        let midnight = self.midnight_of(day);
        self.days[weekday].iter().map(move |(from, until)| (midnight + *from, midnight + *until))
    }

    /// Is the instant within a window? The end of a window is not.
    pub fn contains(&self, at: Time) -> bool {
        let today = self.day_of(at);
        (today - 1..=today).any(|day| self.of_day(day).any(|(from, until)| from <= at && at < until))
    }

    /// The first instant at or after this one that lies within a window; `NEVER` when none does.
    pub fn next_open(&self, at: Time) -> Time {
        if self.contains(at) { at } else { self.next_change(at) }
    }

    /// The first instant after this one at which a window is entered or all are left; `NEVER` when
    /// that does not happen.
    pub fn next_change(&self, at: Time) -> Time {
        let (today, within) = (self.day_of(at), self.contains(at));
        let edges = (today - 1..=today + 8).flat_map(|day| self.of_day(day));
        let edges = edges.flat_map(|(from, until)| [from, until]).filter(|edge| *edge > at);
        edges.filter(|edge| self.contains(*edge) != within).min().unwrap_or(Time::NEVER)
    }

    /// The longest time without a break, in a week in which every day counts.
    pub fn longest(&self) -> Span {
        let (mut longest, mut at) = (Span::ZERO, self.midnight);
        while at < self.midnight_of(2 * DAYS as i64) {
            let next = self.next_change(at);
            if next == Time::NEVER {
                return if self.contains(at) { Span::FOREVER } else { Span::ZERO };
            }
            if self.contains(at) {
                longest = longest.max(next - at);
            }
            at = next;
        }
        longest
    }
}

/// When the PCs of a group are on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Online {
    pub windows: Weekly,
    /// The longest time without a break that the windows allow.
    pub longest: Span,
    /// Share of days on which a PC is there at all, drawn for each PC and day.
    pub present: f64,
    /// Days on which no PC is there, in order.
    pub holidays: Vec<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows in hours, `(day of the week, from, until)`; day 0 is a Monday.
    fn weekly(windows: &[(usize, i64, i64)]) -> Weekly {
        let mut days: [Vec<Window>; DAYS] = Default::default();
        windows
            .iter()
            .for_each(|(day, from, until)| days[*day].push((Span::hours(*from), Span::hours(*until))));
        Weekly::new(Time::START, 0, days)
    }

    #[test]
    fn a_window_is_entered_and_left() {
        let office = weekly(&[(0, 8, 12), (0, 13, 17), (4, 22, 30)]);
        let nights = weekly(&[(6, 22, 32), (0, 7, 9)]); // Sunday night joins Monday morning
        let always = weekly(&[0, 1, 2, 3, 4, 5, 6].map(|day| (day, 0, 24)));
        #[rustfmt::skip]
        let table = [
            // windows  hour   within  next change, hour
            (&office,   0,     false,  Some(8)),
            (&office,   8,     true,   Some(12)),
            (&office,   12,    false,  Some(13)),
            (&office,   17,    false,  Some(4 * 24 + 22)),
            (&office,   120,   true,   Some(126)),
            (&office,   126,   false,  Some(176)),
            (&nights,   0,     true,   Some(9)),
            (&nights,   9,     false,  Some(166)),
            (&nights,   166,   true,   Some(177)),
            (&always,   100,   true,   None),
            (&weekly(&[]), 0,  false,  None),
        ];
        for (windows, hour, within, next) in table {
            let at = Time::START + Span::hours(hour);
            let next = next.map_or(Time::NEVER, |hour| Time::START + Span::hours(hour));
            assert_eq!((windows.contains(at), windows.next_change(at)), (within, next), "{hour} h");
        }
        let longest = [&office, &nights, &always].map(Weekly::longest);
        assert_eq!(longest, [Span::hours(8), Span::hours(11), Span::FOREVER]);
    }
}

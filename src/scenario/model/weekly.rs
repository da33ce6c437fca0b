//! Windows of time that come again every week, and the hours in which PCs are on.

use serde::Serialize;

use crate::units::time::{Span, Time};

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
    /// As `days`, windows that overlap or touch joined to one.
    #[serde(skip)]
    joined: [Vec<Window>; DAYS],
    /// All windows after Monday midnight, within one week, apart from each other and in order.
    #[serde(skip)]
    open: Vec<(Span, Span)>,
}

const WEEK: Span = Span::days(DAYS as i64);

/// Windows in order, those that overlap or touch joined to one.
fn joined(windows: impl IntoIterator<Item = Window>) -> Vec<Window> {
    let mut joined: Vec<Window> = Vec::new();
    for (from, until) in windows {
        match joined.last_mut() {
            Some((_, last)) if from <= *last => *last = until.max(*last),
            _ => joined.push((from, until)),
        }
    }
    joined
}

/// The windows of a week that comes again and again, within one week.
fn of_week(days: &[Vec<Window>; DAYS]) -> Vec<(Span, Span)> {
    let mut windows = Vec::new();
    for (midnight, day) in (0..).map(Span::days).zip(days) {
        for (from, until) in day {
            let (from, until) = (midnight + *from, midnight + *until);
            windows.push((from, until.min(WEEK)));
            if until > WEEK {
                windows.push((Span::ZERO, until - WEEK));
            }
        }
    }
    windows.sort_unstable();
    joined(windows)
}

impl Weekly {
    /// `first`: day of the week, Monday 0, of the day that begins at `midnight`; `days`: windows from Monday on, in any order.
    pub fn new(midnight: Time, first: usize, mut days: [Vec<Window>; DAYS]) -> Weekly {
        days.iter_mut().for_each(|windows| windows.sort_unstable());
        let overnight = days.iter().flatten().any(|(_, until)| *until >= Span::DAY);
        let joined = days.each_ref().map(|day| joined(day.iter().copied()));
        let open = of_week(&joined);
        Weekly { midnight, first, days, overnight, joined, open }
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

    /// The windows that begin on a day, in order and apart from each other.
    pub fn of_day(&self, day: i64) -> impl Iterator<Item = (Time, Time)> + '_ {
        let weekday = (day + self.first as i64).rem_euclid(DAYS as i64) as usize;
        let midnight = self.midnight_of(day);
        self.joined[weekday].iter().map(move |(from, until)| (midnight + *from, midnight + *until))
    }

    /// The Monday midnight at or before an instant.
    fn monday(&self, at: Time) -> Time {
        let monday = self.midnight - Span::days(self.first as i64);
        at - (at - monday).rem_euclid(WEEK)
    }

    /// The windows of the week of an instant that begin up to it: how many. The last of them may hold it.
    fn begun(&self, in_week: Span) -> usize {
        self.open.partition_point(|(from, _)| *from <= in_week)
    }

    /// Is the instant within a window? The end of a window is not.
    pub fn contains(&self, at: Time) -> bool {
        let in_week = at - self.monday(at);
        let last = self.begun(in_week).checked_sub(1).map(|last| self.open[last]);
        last.is_some_and(|(_, until)| in_week < until)
    }

    /// The first instant at or after this one that lies within a window; `NEVER` when none does.
    pub fn next_open(&self, at: Time) -> Time {
        if self.contains(at) { at } else { self.next_change(at) }
    }

    /// The first instant after this one at which a window is entered or all are left; `NEVER` when
    /// that does not happen.
    pub fn next_change(&self, at: Time) -> Time {
        let [(first, first_until), ..] = self.open[..] else { return Time::NEVER };
        let monday = self.monday(at);
        let next_monday = monday + WEEK;
        let begun = self.begun(at - monday);
        match self.open.get(begun.wrapping_sub(1)) {
            Some((_, until)) if at < monday + *until && *until < WEEK => monday + *until,
            // The window goes on in the next week.
            Some((_, until)) if at < monday + *until && first == Span::ZERO => match first_until == WEEK {
                true => Time::NEVER,
                false => next_monday + first_until,
            },
            Some((_, until)) if at < monday + *until => next_monday,
            _ => self.open.get(begun).map_or(next_monday + first, |(from, _)| monday + *from),
        }
    }

    /// The longest time without a break, in a week in which every day counts.
    pub fn longest(&self) -> Span {
        let ([(first, first_until), ..], Some((last, last_until))) = (&self.open[..], self.open.last())
        else {
            return Span::ZERO;
        };
        if (*first, *first_until) == (Span::ZERO, WEEK) {
            return Span::FOREVER;
        }
        let over_sunday = if (*first, *last_until) == (Span::ZERO, WEEK) { *first_until } else { Span::ZERO };
        let longest = self.open.iter().map(|(from, until)| *until - *from).max().unwrap_or(Span::ZERO);
        longest.max(*last_until - *last + over_sunday)
    }
}

/// When the PCs of a group are on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Online {
    /// Hours in which the PCs are on, on days on which they are there.
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

    /// Windows that overlap, touch, lie in each other and go on over Sunday, held against every window in turn.
    #[test]
    fn windows_are_looked_up_as_if_each_were_looked_at() {
        let mut state = 1_u64;
        let mut below = |limit: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) % limit) as i64
        };
        for _ in 0..200 {
            let many = 1 + below(12);
            let mut windows = Vec::new();
            for _ in 0..many {
                let (day, from) = (below(7) as usize, below(24));
                windows.push((day, from, from + 1 + below(24)));
            }
            let mut days: [Vec<Window>; DAYS] = Default::default();
            windows.iter().for_each(|(day, from, until)| {
                days[*day].push((Span::hours(*from), Span::hours(*until)));
            });
            let first = below(7);
            let found = Weekly::new(Time::START, first as usize, days);
            let within = |hour: i64| {
                let in_week = |day: usize| (hour + 24 * (first - day as i64)).rem_euclid(24 * 7);
                windows.iter().any(|(day, from, until)| {
                    let hour = in_week(*day);
                    (*from..*until).contains(&hour) || (*from..*until).contains(&(hour + 24 * 7))
                })
            };
            for hour in -200..200 {
                let at = Time::START + Span::hours(hour);
                let next = (hour + 1..hour + 24 * 9).find(|next| within(*next) != within(hour));
                let next = next.map_or(Time::NEVER, |next| Time::START + Span::hours(next));
                assert_eq!(
                    (found.contains(at), found.next_change(at)),
                    (within(hour), next),
                    "{windows:?} from {first}, {hour} h"
                );
            }
        }
    }
}

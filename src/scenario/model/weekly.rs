//! Windows that open every week.

use serde::Serialize;

use crate::words::time::{Span, Time};

const WEEK: Span = Span::days(7);

/// Windows of a week, which repeat every week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weekly {
    /// From and until, in milliseconds after the start of the scenario; the week that begins there
    /// repeats. In order, disjoint, none empty, none across the end of the week.
    windows: Vec<(i64, i64)>,
}

impl Weekly {
    /// Windows as (from, length), lengths above zero; they may overlap and cross the end of the week.
    pub fn new(windows: impl IntoIterator<Item = (Time, Span)>) -> Weekly {
        let mut pieces = Vec::new();
        for (from, length) in windows {
            let from = (from - Time::START).rem_euclid(WEEK).ms();
            let until = from + length.ms().min(WEEK.ms());
            pieces.push((from, until.min(WEEK.ms())));
            if until > WEEK.ms() {
                pieces.push((0, until - WEEK.ms()));
            }
        }
        pieces.sort_unstable();
        let mut windows: Vec<(i64, i64)> = Vec::new();
        for (from, until) in pieces {
            match windows.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => windows.push((from, until)),
            }
        }
        Weekly { windows }
    }

    /// The first instant at or after this one inside a window; `NEVER` without windows.
    pub fn next_open(&self, at: Time) -> Time {
        let into = (at - Time::START).rem_euclid(WEEK).ms();
        let coming = self.windows.iter().find(|(_, until)| into < *until);
        match (coming, self.windows.first()) {
            (Some((from, _)), _) => at + Span((from - into).max(0)),
            (None, Some((from, _))) => at + Span(WEEK.ms() - into + from),
            (None, None) => Time::NEVER,
        }
    }

    /// Is a window open at this instant?
    pub fn is_open(&self, at: Time) -> bool {
        self.next_open(at) == at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_repeat_every_week_and_may_cross_its_end() {
        let hour = |n: i64| Time::START + Span::hours(n);
        // From hour 30 for two hours, and from two hours before the end of the week for four.
        let weekly = Weekly::new([(hour(30), Span::hours(2)), (hour(166), Span::hours(4))]);
        #[rustfmt::skip]
        let table = [
            // at   next open
            (0,     0),           // the window of last week's end
            (1,     1),
            (2,     30),
            (31,    31),
            (32,    166),         // the end of a window is outside
            (167,   167),
            (168,   168),
            (170,   168 + 30),
        ];
        for (at, open) in table {
            assert_eq!(weekly.next_open(hour(at)), hour(open), "at {at} h");
        }
        assert_eq!(Weekly::new([]).next_open(hour(1)), Time::NEVER);
    }
}

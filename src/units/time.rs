//! Simulated time: integer milliseconds, with an instant kept apart from a duration.
//!
//! Integers make time exact: no rounding accumulates, equal instants are equal on every machine,
//! and ties can be broken by content. One millisecond is fine enough that a 30-second download
//! is not biased by flooring. Calendar dates exist only at the edges (scenario, output).

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// An instant: milliseconds since the start of the scenario. Negative before it.
#[derive(
    Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize,
)]
pub struct Time(pub i64);

/// A duration: milliseconds. Never an instant; `Time - Time = Span`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct Span(pub i64);

impl Time {
    /// The start of the scenario.
    pub const START: Time = Time(0);
    /// Later than anything that can be simulated; stands for "never".
    pub const NEVER: Time = Time(i64::MAX);
    /// The latest instant of any run: no scenario lasts longer than [`Span::LONGEST`].
    pub const LAST: Time = Time(Span::LONGEST.0);

    /// Milliseconds since the start.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// Whole seconds since the start, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// The same place in a period that is counted from the start on: at or after the start, and before its end.
    pub const fn in_period(self, every: Span) -> Time {
        Time(self.0.rem_euclid(every.0))
    }

    /// `self + span`, or [`Time::NEVER`] when that lies beyond what an instant can hold.
    pub const fn saturating_add(self, span: Span) -> Time {
        Time(self.0.saturating_add(span.0))
    }
}

impl Span {
    /// 0 ms.
    pub const ZERO: Span = Span(0);
    /// 1,000 ms.
    pub const SECOND: Span = Span(1_000);
    /// 60,000 ms.
    pub const MINUTE: Span = Span(60_000);
    /// 3,600,000 ms.
    pub const HOUR: Span = Span(3_600_000);
    /// 86,400,000 ms, without regard to daylight saving time.
    pub const DAY: Span = Span(86_400_000);
    /// Stands for "no limit"; adding it to any instant gives [`Time::NEVER`].
    pub const FOREVER: Span = Span(i64::MAX);
    /// The longest duration that a scenario may name: 200 years.
    pub const LONGEST: Span = Span::days(73_050);

    /// Length in milliseconds.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// `n` times 60,000 ms.
    pub const fn minutes(n: i64) -> Span {
        Span(n * Span::MINUTE.0)
    }

    /// `n` times 3,600,000 ms.
    pub const fn hours(n: i64) -> Span {
        Span(n * Span::HOUR.0)
    }

    /// `n` times 86,400,000 ms.
    pub const fn days(n: i64) -> Span {
        Span(n * Span::DAY.0)
    }

    /// The remainder after whole `period`s, never negative.
    pub const fn rem_euclid(self, period: Span) -> Span {
        Span(self.0.rem_euclid(period.0))
    }
}

impl Add<Span> for Time {
    type Output = Time;
    fn add(self, span: Span) -> Time {
        Time(self.0 + span.0)
    }
}

impl AddAssign<Span> for Time {
    fn add_assign(&mut self, span: Span) {
        self.0 += span.0;
    }
}

impl Sub<Span> for Time {
    type Output = Time;
    fn sub(self, span: Span) -> Time {
        Time(self.0 - span.0)
    }
}

impl Sub for Time {
    type Output = Span;
    fn sub(self, earlier: Time) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl Sub for Span {
    type Output = Span;
    fn sub(self, other: Span) -> Span {
        Span(self.0 - other.0)
    }
}

impl Add for Span {
    type Output = Span;
    fn add(self, other: Span) -> Span {
        Span(self.0 + other.0)
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "t={}ms", self.0)
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// The form a scenario file uses: `1d 12h`, `4h`, `90s`, `250ms`; `0s` for zero.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Span::FOREVER {
            return f.write_str("forever");
        }
        if self.0 == 0 {
            return f.write_str("0s");
        }
        let mut rest = self.0.unsigned_abs();
        let mut separator = if self.0 < 0 { "-" } else { "" };
        for (unit, name) in [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")] {
            if rest >= unit {
                write!(f, "{separator}{}{name}", rest / unit)?;
                rest %= unit;
                separator = " ";
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_prints_as_a_scenario_would_write_it() {
        for (span, text) in [
            (Span::ZERO, "0s"),
            (Span::hours(4), "4h"),
            (Span(36 * 3_600_000), "1d 12h"),
            (Span(615_000), "10m 15s"),
            (Span(-90_500), "-1m 30s 500ms"),
            (Span::FOREVER, "forever"),
        ] {
            assert_eq!(span.to_string(), text);
        }
    }

    #[test]
    fn never_plus_anything_is_never() {
        assert_eq!(Time::NEVER.saturating_add(Span::DAY), Time::NEVER);
        assert_eq!(Time::START.saturating_add(Span::FOREVER), Time::NEVER);
    }
}

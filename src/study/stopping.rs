//! When enough replications have been run: once a mean is known as closely as wanted.
//!
//! Looking at an interval again and again until it happens to be narrow ends too early: the spread of
//! a few runs is sometimes far too small. So the first look comes after [`FIRST_LOOK`] replications,
//! the next ones after every [`EVERY`] more, and the interval must be narrow enough in [`IN_A_ROW`]
//! looks one after the other. A sample without any spread says little about rare events, so it
//! counts only from [`WITHOUT_SPREAD`] replications on. All looks are at fixed numbers of
//! replications, so the result does not depend on threads.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::study::measures::MEASURES;
use crate::study::stats::distribution::Distribution;

/// Replications before the first look.
pub const FIRST_LOOK: u64 = 50;
/// Replications between two looks.
pub const EVERY: u64 = 10;
/// Looks one after the other at which the interval has to be narrow enough.
pub const IN_A_ROW: u32 = 3;
/// With as many equal values, another one has a probability of at most 0.3 % (95 % confidence).
pub const WITHOUT_SPREAD: u64 = 1_000;

/// Half of the width of the 95 % interval that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum HalfWidth {
    /// In the unit of the measure.
    Absolute(f64),
    /// As a share of the mean.
    Relative(f64),
}

impl fmt::Display for HalfWidth {
    /// As it is typed: `0.5`, `2%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HalfWidth::Absolute(width) => write!(f, "{width}"),
            // A share was typed in per cent; without the rounding 7 % would come back as 7.000000000000001 %.
            HalfWidth::Relative(share) => write!(f, "{}%", (share * 1e11).round() / 1e9),
        }
    }
}

/// The rule, and how often in a row it held.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stopping {
    measure: usize,
    wanted: HalfWidth,
    held: u32,
}

impl Stopping {
    /// For a measure by its place in [`MEASURES`].
    pub fn new(measure: usize, wanted: HalfWidth) -> Stopping {
        Stopping { measure, wanted, held: 0 }
    }

    /// Place of the measure in [`MEASURES`].
    pub fn measure(&self) -> usize {
        self.measure
    }

    /// The half-width at which the runs may stop.
    pub fn wanted(&self) -> HalfWidth {
        self.wanted
    }

    /// To be asked after every replication: is the mean known closely enough?
    pub fn satisfied(&mut self, values: &Distribution) -> bool {
        let n = values.count();
        if n < FIRST_LOOK || !(n - FIRST_LOOK).is_multiple_of(EVERY) {
            return false;
        }
        self.held = if self.holds(values) { self.held + 1 } else { 0 };
        self.held >= IN_A_ROW
    }

    fn holds(&self, values: &Distribution) -> bool {
        let (Some(interval), Some(mean)) = (values.mean_interval(), values.mean()) else { return false };
        let half_width = interval.half_width();
        if half_width == 0.0 && values.count() < WITHOUT_SPREAD {
            return false;
        }
        match self.wanted {
            HalfWidth::Absolute(most) => half_width <= most * MEASURES[self.measure].unit.parts() as f64,
            HalfWidth::Relative(most) => half_width <= most * mean.abs(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Number of replications at which a rule stops on this sequence.
    fn stops_at(wanted: HalfWidth, values: impl Iterator<Item = i64>) -> Option<u64> {
        let mut rule = Stopping::new(crate::study::measures::find("peak_in_use").unwrap(), wanted);
        let mut seen = Distribution::default();
        for value in values {
            seen.add(value);
            if rule.satisfied(&seen) {
                return Some(seen.count());
            }
        }
        None
    }

    /// 0 and 2 in turn: standard deviation 1, half width 1.96 / sqrt(n), 0.25 at n = 62.
    fn in_turn() -> impl Iterator<Item = i64> {
        (0..5_000).map(|i| 2 * (i % 2))
    }

    #[test]
    fn it_stops_when_three_looks_in_a_row_agree() {
        // Looks at 50, 60 (0.256), 70 (0.240), 80, 90.
        assert_eq!(stops_at(HalfWidth::Absolute(0.25), in_turn()), Some(90));
        assert_eq!(stops_at(HalfWidth::Relative(0.25), in_turn()), Some(90));
        assert_eq!(stops_at(HalfWidth::Absolute(100.0), in_turn()), Some(70));
        assert_eq!(stops_at(HalfWidth::Absolute(0.001), in_turn()), None);
    }

    /// Quiet for 74 replications, wild from then on: the narrow intervals of the beginning must not stop it.
    #[test]
    fn an_early_dip_does_not_stop_it() {
        let dip = |i: i64| if i < 65 { i % 2 } else { 100 * (i % 2) };
        let at = stops_at(HalfWidth::Absolute(2.0), (0..5_000).map(dip)).unwrap();
        assert!(at > 2_000, "{at}");
    }

    /// Something rare has not been seen yet: no spread is no precision.
    #[test]
    fn no_spread_is_no_precision() {
        let rare = |i: i64| i64::from(i % 400 == 399);
        let at = stops_at(HalfWidth::Absolute(0.01), (0..5_000).map(rare)).unwrap();
        assert!(at > 400, "{at}");
        assert_eq!(stops_at(HalfWidth::Absolute(0.01), std::iter::repeat_n(7, 5_000)), Some(1_020));
    }
}

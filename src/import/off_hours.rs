//! The hours before the export in which the fleet was off: the night of an office, or a weekend.
//!
//! While a PC is off it waits for nothing, so those hours are no hours of waiting. They are seen in the Basic Inventories:
//! of computers that are always on, the last ones are spread evenly over the inventory's period; in the hours in which
//! most of them are off there are hardly any. A gap of a few hours, or in a small fleet, is chance.

use jiff::civil::DateTime;

use crate::import::inventory::Inventory;
use crate::import::rhythm::{Rhythms, between, is_active};
use crate::units::time::Span;

/// A shorter gap is not a night, and a longer one within a day is none either: a rollout lets all clients send an
/// inventory at one time.
const NIGHT: usize = 8;
const LONGEST_NIGHT: usize = 16;
/// Inventories expected in a night, at least, for their absence to tell something.
const EXPECTED: f64 = 10.0;
/// A share of the expected inventories that servers send, which are always on.
const ALWAYS_ON: f64 = 0.25;
/// Nights before the last one are taken to be like it, for so many days.
const DAYS: i64 = 6;

/// From one age to a greater one; no time at all where the fleet is always on, or too small to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OffHours {
    until: Span,
    since: Span,
}

impl OffHours {
    /// No time at all.
    pub const NONE: OffHours = OffHours { until: Span::ZERO, since: Span::ZERO };

    /// As the last inventories of the records in use show it.
    pub fn of(inventory: &Inventory, rhythms: Rhythms, now: DateTime) -> OffHours {
        let active = inventory.computers.iter().filter(|computer| is_active(computer));
        let ages =
            active.filter_map(|computer| computer.last_basic_inventory.at()).map(|at| between(at, now));
        let mut ages: Vec<Span> = ages.filter(|age| *age <= Span::days(5)).collect();
        ages.sort_unstable();
        OffHours::shown_by(&ages, rhythms.inventory)
    }

    fn shown_by(ages: &[Span], every: Span) -> OffHours {
        let an_hour = ages.len() as f64 * Span::hours(1).ms() as f64 / every.ms() as f64;
        if an_hour * (NIGHT as f64) < EXPECTED {
            return OffHours::NONE;
        }
        let older = |hours: usize| ages.partition_point(|age| *age < Span::hours(hours as i64));
        let sent = |from: usize, to: usize| (older(to) - older(from)) as f64;
        let is_off = |from: usize, to: usize| {
            sent(from, to) <= ALWAYS_ON * an_hour * (to - from) as f64
                && (from..to).all(|hour| sent(hour, hour + 1) <= (an_hour / 2.0).max(1.0))
        };
        // A whole day without inventories belongs to a longer time: up to those that were sent before it.
        let before = &ages[older(24)..];
        let earlier = before.get(before.len() / 10).copied().filter(|_| 10 * before.len() >= ages.len());
        let spans = (0..24).flat_map(|from| (from + NIGHT..=24).map(move |to| (from, to)));
        let off = spans.filter(|(from, to)| is_off(*from, *to)).max_by_key(|(from, to)| (to - from, *from));
        let (from, since) = match (off, earlier) {
            (Some((from, 24)), Some(earlier)) => (from, earlier),
            (Some((from, to)), _) if to < 24 && to - from <= LONGEST_NIGHT => (from, Span::hours(to as i64)),
            _ => return OffHours::NONE,
        };
        OffHours { until: Span::hours(from as i64), since }
    }

    /// How much of the time between two ages the fleet was on.
    pub fn on_time(self, older: Span, younger: Span) -> Span {
        let overlap = |since: Span, until: Span| (since.min(older).ms() - until.max(younger).ms()).max(0);
        let days = if self.since - self.until < Span::DAY { DAYS } else { 0 };
        let off: i64 =
            (0..=days).map(|day| overlap(self.since + Span::days(day), self.until + Span::days(day))).sum();
        Span((older.ms() - younger.ms() - off).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ages(count: i64, from: i64, to: i64) -> Vec<Span> {
        (0..count).map(|n| Span::hours(from) + Span((Span::hours(to - from)).ms() * n / count)).collect()
    }

    #[test]
    fn hours_without_inventories_are_off_hours() {
        let with = |mut some: Vec<Span>, more: Vec<Span>| {
            some.extend(more);
            some.sort_unstable();
            some
        };
        let off = |until, since| OffHours { until: Span::hours(until), since: Span::hours(since) };
        #[rustfmt::skip]
        let table = [
            (ages(200, 0, 24),                                OffHours::NONE),
            (ages(20, 0, 24),                                 OffHours::NONE), // too few to tell
            (ages(90, 19, 21),                                OffHours::NONE), // a rollout of yesterday
            (ages(90, 0, 5),                                  OffHours::NONE), // and of this morning
            (with(ages(30, 0, 1), ages(200, 15, 24)),         off(1, 15)),     // nine in the morning
            (with(ages(25, 0, 24), ages(200, 15, 24)),        off(0, 15)),     // with servers
            (with(ages(90, 0, 1), ages(100, 62, 72)),         off(1, 63)),     // Monday morning
        ];
        for (ages, expected) in table {
            assert_eq!(OffHours::shown_by(&ages, Span::DAY), expected, "{} ages", ages.len());
        }
    }

    #[test]
    fn off_hours_are_no_hours_of_waiting() {
        let (night, h) = (OffHours { until: Span::hours(1), since: Span::hours(15) }, Span::hours);
        #[rustfmt::skip]
        let table = [
            (OffHours::NONE,    20, 0, 20),
            (night,             16, 0, 2),
            (night,             1,  0, 1),
            (night,             40, 0, 12), // two nights
            (night,             10, 5, 0),
        ];
        for (off, older, younger, on) in table {
            assert_eq!(off.on_time(h(older), h(younger)), h(on), "{off:?} {older} {younger}");
        }
    }
}

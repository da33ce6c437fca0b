//! The next occurrence of something periodic, by arithmetic instead of by simulating each one.
//!
//! Occurrence `k` of a client is at `anchor + k × every + jitter(k)`. The jitter is drawn for each
//! occurrence, does not accumulate, and is narrower than the period, so the first occurrence at or
//! after an instant is one of two candidates.

use crate::engine::distribution::Distribution;
use crate::engine::draw::Draws;
use crate::fleet::decision::Decision;
use crate::scenario::model::{PeriodicSchedule, Phase, Scan};
use crate::units::time::{Span, Time};

/// A draw of a distribution; constants draw nothing.
#[inline]
pub fn amount(
    distribution: &Distribution,
    draws: &Draws,
    decision: Decision,
    entity: u64,
    ordinal: u64,
) -> i64 {
    match distribution {
        Distribution::Constant(amount) => *amount,
        _ => distribution.sample(draws.at(decision as u16, entity, ordinal)),
    }
}

/// Like [`amount`], as a duration; distributions of delays are never negative.
#[inline]
pub fn delay(
    distribution: &Distribution,
    draws: &Draws,
    decision: Decision,
    entity: u64,
    ordinal: u64,
) -> Span {
    Span(amount(distribution, draws, decision, entity, ordinal))
}

/// Draws of scan times above this are taken for this one: no scan takes longer than all but one in 2^24
/// (16.8 million) of its distribution. Distributions such as the log-normal one have no end, but an agent does not let a scan run for
/// ever, and what is bounded can be counted without looking at each.
pub const LONGEST_SCAN: u64 = u64::MAX - (1 << 40);

/// From the start of a scan until its result is at the server, for a draw.
#[inline]
pub fn lasts(distribution: &Distribution, draw: u64) -> Span {
    Span(distribution.sample(draw.min(LONGEST_SCAN)))
}

/// As [`lasts`], with the draw of a decision; constants draw nothing.
#[inline]
pub fn scan_time(scan: &Scan, draws: &Draws, decision: Decision, entity: u64, ordinal: u64) -> Span {
    match scan.duration {
        Distribution::Constant(amount) => Span(amount),
        ref distribution => lasts(distribution, draws.at(decision as u16, entity, ordinal)),
    }
}

/// Where a client's grid is anchored, unless it depends on its package or its first request.
pub fn anchor(schedule: &PeriodicSchedule, draws: &Draws, phase: Decision, entity: u64) -> Time {
    match schedule.phase {
        Phase::Fixed(offset) => Time::START + offset,
        Phase::FirstContact | Phase::Random | Phase::AfterPackage => {
            Time(share_of(schedule.every.ms(), draws.at(phase as u16, entity, 0)))
        }
    }
}

/// A uniform share of a period.
#[inline]
pub fn share_of(period_ms: i64, draw: u64) -> i64 {
    ((u128::from(draw) * period_ms as u128) >> 64) as i64
}

/// One client's occurrences of one periodic schedule.
pub struct Occurrences<'a> {
    pub schedule: &'a PeriodicSchedule,
    pub draws: &'a Draws,
    pub jitter: Decision,
    pub entity: u64,
    pub anchor: Time,
    /// Ordinal of the draw of occurrence 0: grids that follow each other draw apart.
    pub ordinal: u64,
    /// The draw of one occurrence's jitter, if it was made already: its number, and the draw.
    pub drawn: Option<(u32, u64)>,
}

impl Occurrences<'_> {
    /// The instant of occurrence `k`.
    #[inline]
    pub fn at(&self, k: u32) -> Time {
        let jitter = match self.drawn {
            Some((number, draw)) if number == k => self.schedule.jitter.sample(draw),
            _ => amount(
                &self.schedule.jitter,
                self.draws,
                self.jitter,
                self.entity,
                self.ordinal + u64::from(k),
            ),
        };
        self.anchor.saturating_add(Span(
            i64::from(k).saturating_mul(self.schedule.every.ms()).saturating_add(jitter),
        ))
    }

    /// The first occurrence at or after `from`, not before occurrence `least`: its number and instant. Those without a
    /// number never come: the reader limits periods so that all of a run have one.
    #[inline]
    pub fn next(&self, from: Time, least: u32) -> (u32, Time) {
        const NONE: (u32, Time) = (u32::MAX, Time::NEVER);
        if from == Time::NEVER {
            return NONE;
        }
        let latest_jitter = match self.schedule.jitter {
            Distribution::Constant(jitter) => jitter,
            ref distribution => distribution.max(),
        };
        // Occurrence k cannot be at or after `from` while anchor + k × every + latest jitter is before it.
        let behind = (from - self.anchor).ms() - latest_jitter;
        let every = self.schedule.every.ms();
        let mut k = least;
        // Usually nothing was missed; a multiplication checks that, and is cheaper than the division.
        if behind > i64::from(least).saturating_mul(every) {
            match u32::try_from((behind + every - 1) / every) {
                Ok(first) => k = first,
                Err(_) => return NONE,
            }
        }
        loop {
            let at = self.at(k);
            if at >= from {
                return (k, at);
            }
            match k.checked_add(1) {
                Some(next) => k = next,
                None => return NONE,
            }
        }
    }

    /// The instant of the last occurrence at or before `upto`, if there was one.
    pub fn last(&self, upto: Time) -> Option<Time> {
        let (number, _) = self.next(Time(upto.ms() + 1), 0);
        number.checked_sub(1).map(|k| self.at(k))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_occurrence_is_found_without_history() {
        let schedule = PeriodicSchedule {
            every: Span::hours(4),
            phase: Phase::Random,
            jitter: Distribution::uniform(-600_000, 600_000).unwrap(),
        };
        let draws = Draws::new(3, 0, "g");
        for entity in 0..50 {
            let anchor = anchor(&schedule, &draws, Decision::ScanPhase, entity);
            let jitter = Decision::ScanJitter;
            let one = Occurrences {
                schedule: &schedule,
                draws: &draws,
                jitter,
                entity,
                anchor,
                ordinal: 0,
                drawn: None,
            };
            let all: Vec<Time> = (0..200).map(|k| one.at(k)).collect();
            assert!(all.is_sorted(), "jitter must not reorder occurrences");
            for from in (0..2_000_000_000).step_by(7_777_777).map(Time) {
                let expected = all.iter().position(|t| *t >= from).unwrap();
                assert_eq!(one.next(from, 0), (expected as u32, all[expected]), "{entity} from {from:?}");
                let before = all.iter().rfind(|t| **t < from).copied();
                assert_eq!(one.last(Time(from.ms() - 1)), before, "{entity} before {from:?}");
            }
        }
    }
}

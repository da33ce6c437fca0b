//! The next occurrence of something periodic, by arithmetic instead of by simulating each one.
//!
//! Occurrence `k` of a client is at `anchor + k × every + jitter(k)`. The jitter is drawn for each
//! occurrence, does not accumulate, and is narrower than the period, so the first occurrence at or
//! after an instant is one of two candidates.

use super::decision::Decision;
use crate::engine::distribution::Distribution;
use crate::engine::draw::Draws;
use crate::scenario::model::{Heartbeat, Phase};
use crate::words::time::{Span, Time};

/// A draw of a law; constants draw nothing.
#[inline]
pub fn amount(law: &Distribution, draws: &Draws, decision: Decision, entity: u64, ordinal: u64) -> i64 {
    match law {
        Distribution::Constant(amount) => *amount,
        _ => law.sample(draws.at(decision as u16, entity, ordinal)),
    }
}

/// Like [`amount`], as a duration; laws of delays are never negative.
#[inline]
pub fn delay(law: &Distribution, draws: &Draws, decision: Decision, entity: u64, ordinal: u64) -> Span {
    Span(amount(law, draws, decision, entity, ordinal))
}

/// Where a client's grid is anchored, unless it hangs on its package.
pub fn anchor(beat: &Heartbeat, draws: &Draws, phase: Decision, entity: u64) -> Time {
    match beat.phase {
        Phase::Fixed(offset) => Time::START + offset,
        Phase::Random | Phase::AfterPackage => {
            Time(share_of(beat.every.ms(), draws.at(phase as u16, entity, 0)))
        }
    }
}

/// A uniform share of a period.
#[inline]
pub fn share_of(period_ms: i64, draw: u64) -> i64 {
    ((u128::from(draw) * period_ms as u128) >> 64) as i64
}

/// One client's occurrences of one heartbeat.
pub struct Occurrences<'a> {
    pub beat: &'a Heartbeat,
    pub draws: &'a Draws,
    pub jitter: Decision,
    pub entity: u64,
    pub anchor: Time,
    /// The draw of one occurrence's jitter, if it was made already: its number, and the draw.
    pub drawn: Option<(u32, u64)>,
}

impl Occurrences<'_> {
    /// The instant of occurrence `k`.
    #[inline]
    pub fn at(&self, k: u32) -> Time {
        let jitter = match self.drawn {
            Some((number, draw)) if number == k => self.beat.jitter.sample(draw),
            _ => amount(&self.beat.jitter, self.draws, self.jitter, self.entity, u64::from(k)),
        };
        self.anchor + Span(i64::from(k) * self.beat.every.ms() + jitter)
    }

    /// The first occurrence at or after `from`, not before occurrence `least`: its number and instant.
    #[inline]
    pub fn next(&self, from: Time, least: u32) -> (u32, Time) {
        let latest_jitter = match self.beat.jitter {
            Distribution::Constant(jitter) => jitter,
            ref law => law.max(),
        };
        // Occurrence k cannot be at or after `from` while anchor + k × every + latest jitter is before it.
        let behind = (from - self.anchor).ms() - latest_jitter;
        let every = self.beat.every.ms();
        let mut k = least;
        // As a rule nothing was missed; a multiplication tells, which is cheaper than the division.
        if behind > i64::from(least) * every {
            k = u32::try_from((behind + every - 1) / every).expect("fewer than 2^32 occurrences");
        }
        loop {
            let at = self.at(k);
            if at >= from {
                return (k, at);
            }
            k += 1;
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
        let beat = Heartbeat {
            every: Span::hours(4),
            phase: Phase::Random,
            jitter: Distribution::uniform(-600_000, 600_000).unwrap(),
        };
        let draws = Draws::new(3, 0, "g");
        for entity in 0..50 {
            let anchor = anchor(&beat, &draws, Decision::ScanPhase, entity);
            let jitter = Decision::ScanJitter;
            let one = Occurrences { beat: &beat, draws: &draws, jitter, entity, anchor, drawn: None };
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

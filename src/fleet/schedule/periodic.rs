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
const LONGEST_SCAN: u64 = u64::MAX - (1 << 40);

/// From the start of a scan until its result is at the server, for a draw.
#[inline]
pub fn lasts(distribution: &Distribution, draw: u64) -> Span {
    Span(distribution.sample(draw.min(LONGEST_SCAN)))
}

/// The longest time that a scan takes.
pub fn longest(distribution: &Distribution) -> Span {
    lasts(distribution, u64::MAX)
}

/// As [`lasts`], with the draw of a decision; constants draw nothing.
#[inline]
pub fn scan_time(scan: &Scan, draws: &Draws, decision: Decision, entity: u64, ordinal: u64) -> Span {
    match scan.duration {
        Distribution::Constant(amount) => Span(amount),
        ref distribution => lasts(distribution, draws.at(decision as u16, entity, ordinal)),
    }
}

/// Decides whether a scan takes at most a given time, usually without computing how long it takes: for a
/// log-normal distribution that costs twenty times as much as a comparison.
#[derive(Debug)]
pub struct AtMost {
    distribution: Distribution,
    /// A cell of times is 2^`cell_bits` ms wide.
    cell_bits: u32,
    /// By cell of times, the last one for all that are longer. None where the distribution is cheap itself.
    cells: Option<Box<[TimeCell; CELLS]>>,
}

/// The draws that decide for all times in a cell.
#[derive(Debug, Clone, Copy)]
struct TimeCell {
    /// Scans with draws below this take no longer than the least time of the cell.
    within: u64,
    /// Those with draws above this take longer than the greatest.
    beyond: u64,
}

/// Cells of times: what fits into the fastest cache.
const CELLS: usize = 512;

/// Draws whose times are computed to build the table.
const GRID: u64 = 4096;

/// Distributions never decrease in the draw but for the last bit of a function, before rounding to ms.
const SLACK: i64 = 2;

impl AtMost {
    pub fn new(distribution: &Distribution) -> AtMost {
        let longest = longest(distribution).ms() as u64;
        let cell_bits = (longest / (CELLS as u64 - 1) + 1).next_power_of_two().trailing_zeros();
        let cheap = matches!(distribution, Distribution::Constant(_) | Distribution::Uniform { .. });
        let cells = (!cheap).then(|| Box::new(AtMost::table(distribution, cell_bits)));
        AtMost { distribution: distribution.clone(), cell_bits, cells }
    }

    fn table(distribution: &Distribution, cell_bits: u32) -> [TimeCell; CELLS] {
        let draws: Vec<u64> = (0..GRID).map(|index| index * (u64::MAX / GRID)).collect();
        let times: Vec<i64> = draws.iter().map(|draw| lasts(distribution, *draw).ms()).collect();
        // The first draw of the grid that takes longer than a time.
        let longer = |time: i64| times.partition_point(|its| *its <= time);
        std::array::from_fn(|cell| {
            let (least, next) = ((cell as i64) << cell_bits, (cell as i64 + 1) << cell_bits);
            // All below the last draw that is within, and from the first one that is beyond.
            let within = longer(least - SLACK).checked_sub(1).map_or(0, |index| draws[index]);
            let beyond = draws.get(longer(next + SLACK)).map_or(u64::MAX, |draw| draw.saturating_sub(1));
            if cell == CELLS - 1 {
                TimeCell { within: u64::MAX, beyond: u64::MAX }
            } else {
                TimeCell { within, beyond }
            }
        })
    }

    /// Is there a table?
    pub fn is_tabled(&self) -> bool {
        self.cells.is_some()
    }

    /// Does a scan with this draw take at most `time` ms?
    #[inline]
    pub fn holds(&self, draw: u64, time: i64) -> bool {
        let [within, beyond] = self.decide_by_table(draw, time);
        within || !beyond && lasts(&self.distribution, draw).ms() <= time
    }

    /// All draws below this take at most `time` ms. There must be a table.
    #[inline]
    pub fn within(&self, time: i64) -> u64 {
        let cells = self.cells.as_ref().expect("asked of distributions with a table");
        if time < 0 { 0 } else { cells[((time as u64 >> self.cell_bits) as usize).min(CELLS - 1)].within }
    }

    /// The same as far as the table decides it: `[yes, no]`, both false if it does not. Without a branch, for
    /// loops over columns.
    #[inline]
    fn decide_by_table(&self, draw: u64, time: i64) -> [bool; 2] {
        let Some(cells) = &self.cells else { return [false, false] };
        let cell = cells[((time.max(0) as u64 >> self.cell_bits) as usize).min(CELLS - 1)];
        [(draw < cell.within) & (time >= 0), (draw > cell.beyond) | (time < 0)]
    }
}

/// Where a client's grid is anchored, unless it depends on its package.
pub fn anchor(schedule: &PeriodicSchedule, draws: &Draws, phase: Decision, entity: u64) -> Time {
    match schedule.phase {
        Phase::Fixed(offset) => Time::START + offset,
        Phase::Random | Phase::AfterPackage => {
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
    /// The draw of one occurrence's jitter, if it was made already: its number, and the draw.
    pub drawn: Option<(u32, u64)>,
}

impl Occurrences<'_> {
    /// The instant of occurrence `k`.
    #[inline]
    pub fn at(&self, k: u32) -> Time {
        let jitter = match self.drawn {
            Some((number, draw)) if number == k => self.schedule.jitter.sample(draw),
            _ => amount(&self.schedule.jitter, self.draws, self.jitter, self.entity, u64::from(k)),
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

    /// The table may only save work.
    #[test]
    fn a_table_tells_the_same_as_the_law() {
        let distributions = [
            Distribution::lognormal_median_p95(180_000.0, 600_000.0).unwrap(),
            Distribution::exponential(60_000.0).unwrap(),
            Distribution::triangular(0, 5, 90).unwrap(),
            Distribution::empirical(vec![1, 1, 700, 900_000]).unwrap(),
            Distribution::uniform(0, 600_000).unwrap(),
            Distribution::constant(180_000).unwrap(),
        ];
        let draws = Draws::new(5, 0, "g");
        let mut column = vec![0; 4_000];
        draws.fill(1, 0, 0, &mut column);
        column.extend([0, 1, u64::MAX, u64::MAX - 1, LONGEST_SCAN, LONGEST_SCAN + 1, 1 << 32]);
        for distribution in &distributions {
            let table = AtMost::new(distribution);
            for &draw in &column {
                let time = lasts(distribution, draw).ms();
                for (limit, within) in
                    [(time - 1, false), (time, true), (time + 1, true), (-5, false), (1 << 50, true)]
                {
                    assert_eq!(
                        table.holds(draw, limit),
                        within,
                        "{distribution:?}, draw {draw}, {time} and {limit} ms"
                    );
                }
                assert!(table.holds(draw, longest(distribution).ms()));
            }
        }
    }

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
            let one = Occurrences { schedule: &schedule, draws: &draws, jitter, entity, anchor, drawn: None };
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

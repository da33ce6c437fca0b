//! Does a scan end by a given time? A table of the distribution decides it for nearly every draw.
//!
//! [`AtMost`] answers for one draw, or gives the draws below which all scans end in time. Why: the counters ask it for
//! every parked client at every row of the timeline.

use crate::engine::distribution::Distribution;
use crate::fleet::schedule::periodic::lasts;
use crate::units::time::Span;

/// The longest time that a scan takes.
pub fn longest(distribution: &Distribution) -> Span {
    lasts(distribution, u64::MAX)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draw::Draws;
    use crate::fleet::schedule::periodic::LONGEST_SCAN;

    /// The table may only save work.
    #[test]
    fn a_table_decides_what_the_distribution_does() {
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
}

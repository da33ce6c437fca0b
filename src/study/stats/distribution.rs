//! The distribution of one number over replications, in memory that does not grow with their number.
//!
//! Numbers are integers, so sums are exact and nothing depends on the order of replications. For
//! quantiles the values are counted. Up to [`MOST_VALUES`] different values every quantile is exactly
//! that of the sample; beyond that as many of the last binary digits are given up as are needed to
//! keep to that number. Which digits are given up depends on the set of values alone.

use serde::{Deserialize, Serialize};

use super::interval::{Interval, student};

/// Most different values that are counted.
pub const MOST_VALUES: usize = 1024;

/// One number a replication.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Distribution {
    count: u64,
    /// The first value; sums are of differences to it, which keeps them small and exact.
    pivot: i64,
    sum: i128,
    squares: i128,
    min: i64,
    max: i64,
    counted: Counted,
}

impl Distribution {
    pub fn add(&mut self, value: i64) {
        if self.count == 0 {
            (self.pivot, self.min, self.max) = (value, value, value);
        }
        let difference = i128::from(value) - i128::from(self.pivot);
        self.count += 1;
        self.sum += difference;
        self.squares += difference * difference;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.counted.add(value);
    }

    /// Adds all values of another one: what comes of it is what [`Distribution::add`] makes of both, one value
    /// after the other. `None`: the sums go beyond what can be represented, and `self` is of no use.
    pub fn absorb(&mut self, other: &Distribution) -> Option<()> {
        if self.count == 0 {
            self.clone_from(other);
            return Some(());
        }
        if other.count == 0 {
            return Some(());
        }
        let (n, apart) = (i128::from(other.count), i128::from(other.pivot) - i128::from(self.pivot));
        let mixed = apart.checked_mul(other.sum)?.checked_mul(2)?;
        let shifted = apart.checked_mul(apart)?.checked_mul(n)?;
        self.count = self.count.checked_add(other.count)?;
        self.squares = self.squares.checked_add(other.squares)?.checked_add(mixed)?.checked_add(shifted)?;
        self.sum = self.sum.checked_add(other.sum)?.checked_add(n.checked_mul(apart)?)?;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.counted.absorb(&other.counted);
        Some(())
    }

    /// Can [`Distribution::add`] have made this of at most so many values? Asked of what was read from a file.
    pub fn is_possible(&self, most: u64) -> bool {
        if self.count == 0 {
            return self.counted.values.is_empty() && self.counted.counts.is_empty();
        }
        let spread = i128::from(self.max) - i128::from(self.min);
        let bound = |each: Option<i128>| each.and_then(|each| each.checked_mul(i128::from(self.count)));
        self.count <= most
            && (self.min..=self.max).contains(&self.pivot)
            && bound(Some(spread)).is_some_and(|bound| (-bound..=bound).contains(&self.sum))
            && bound(spread.checked_mul(spread)).is_some_and(|bound| (0..=bound).contains(&self.squares))
            && self.counted.is_possible(self.count, self.min, self.max)
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn min(&self) -> Option<i64> {
        (self.count > 0).then_some(self.min)
    }

    pub fn max(&self) -> Option<i64> {
        (self.count > 0).then_some(self.max)
    }

    pub fn mean(&self) -> Option<f64> {
        // Whole part and rest apart: the rest of a large whole part would drown.
        let n = i128::from(self.count);
        (n > 0).then(|| {
            let whole = i128::from(self.pivot) + self.sum.div_euclid(n);
            whole as f64 + self.sum.rem_euclid(n) as f64 / n as f64
        })
    }

    /// The sample variance; `None` below two values.
    pub fn variance(&self) -> Option<f64> {
        let n = i128::from(self.count);
        if n < 2 {
            return None;
        }
        let exact = || n.checked_mul(self.squares)?.checked_sub(self.sum.checked_mul(self.sum)?);
        let spread = match exact() {
            Some(spread) => spread as f64,
            None => n as f64 * self.squares as f64 - self.sum as f64 * self.sum as f64,
        };
        Some(spread.max(0.0) / n as f64 / (n - 1) as f64)
    }

    /// The standard error of the mean; `None` below two values.
    pub fn standard_error(&self) -> Option<f64> {
        Some((self.variance()? / self.count as f64).sqrt())
    }

    /// The 95 % interval of the mean; `None` below two values.
    pub fn mean_interval(&self) -> Option<Interval> {
        self.mean_interval_with(student(self.count.checked_sub(1)?)?)
    }

    /// As [`Distribution::mean_interval`], with Student's quantile known already.
    pub fn mean_interval_with(&self, student: f64) -> Option<Interval> {
        let (mean, reach) = (self.mean()?, student * self.standard_error()?);
        Some(Interval { low: mean - reach, high: mean + reach })
    }

    /// The smallest value that at least this percentage of all values do not exceed.
    pub fn percentile(&self, percent: u64) -> Option<i64> {
        if self.count == 0 {
            return None;
        }
        let rank = (self.count * percent).div_ceil(100).max(1);
        Some(self.counted.ranked(rank).clamp(self.min, self.max))
    }

    /// How far a percentile may be off: zero up to [`MOST_VALUES`] different values.
    pub fn resolution(&self) -> i64 {
        (1 << self.counted.given_up) - 1
    }
}

/// Counted values without their last `given_up` binary digits, in ascending order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Counted {
    given_up: u32,
    values: Vec<i64>,
    counts: Vec<u32>,
}

impl Counted {
    fn add(&mut self, value: i64) {
        let value = value >> self.given_up;
        match self.values.binary_search(&value) {
            Ok(at) => self.counts[at] += 1,
            Err(at) => {
                self.values.insert(at, value);
                self.counts.insert(at, 1);
                while self.values.len() > MOST_VALUES {
                    self.give_up_a_digit();
                }
            }
        }
    }

    fn is_possible(&self, count: u64, min: i64, max: i64) -> bool {
        let total = self.counts.iter().map(|count| u64::from(*count)).sum::<u64>();
        self.given_up < i64::BITS - 1
            && self.values.len() == self.counts.len()
            && self.values.len() <= MOST_VALUES
            && total == count
            && self.values.is_sorted_by(|one, next| one < next)
            && self.values.first() == Some(&(min >> self.given_up))
            && self.values.last() == Some(&(max >> self.given_up))
    }

    /// Which digits are given up depends on the set of values, and a part of it gives up no more than all.
    fn absorb(&mut self, other: &Counted) {
        let mut other = other.clone();
        while self.given_up < other.given_up {
            self.give_up_a_digit();
        }
        while other.given_up < self.given_up {
            other.give_up_a_digit();
        }
        let values = self.values.iter().chain(&other.values).copied();
        let mut counts: Vec<(i64, u32)> =
            values.zip(self.counts.iter().chain(&other.counts).copied()).collect();
        counts.sort_by_key(|(value, _)| *value);
        counts.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            earlier.1 += if same { later.1 } else { 0 };
            same
        });
        (self.values, self.counts) = counts.into_iter().unzip();
        while self.values.len() > MOST_VALUES {
            self.give_up_a_digit();
        }
    }

    fn give_up_a_digit(&mut self) {
        self.given_up += 1;
        let mut kept = 0;
        for i in 0..self.values.len() {
            let value = self.values[i] >> 1;
            if kept > 0 && self.values[kept - 1] == value {
                self.counts[kept - 1] += self.counts[i];
            } else {
                (self.values[kept], self.counts[kept]) = (value, self.counts[i]);
                kept += 1;
            }
        }
        self.values.truncate(kept);
        self.counts.truncate(kept);
    }

    /// The value of a rank, counted from one; the middle of those it may have been.
    fn ranked(&self, rank: u64) -> i64 {
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= rank
        });
        let value = self.values[at.expect("the rank is at most the number of values")];
        (value << self.given_up) + ((1 << self.given_up) >> 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draw::Draws;

    fn of(values: impl IntoIterator<Item = i64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.into_iter().for_each(|value| distribution.add(value));
        distribution
    }

    #[test]
    fn a_small_sample_by_hand() {
        let d = of([4, 1, 3, 2, 10]);
        assert_eq!((d.count(), d.min(), d.max()), (5, Some(1), Some(10)));
        assert_eq!((d.mean(), d.variance()), (Some(4.0), Some(12.5)));
        let percentiles = [0, 20, 21, 50, 80, 81, 100].map(|p| d.percentile(p).unwrap());
        assert_eq!(percentiles, [1, 1, 2, 3, 4, 10, 10]);
        let interval = d.mean_interval().unwrap();
        assert!((interval.half_width() - 2.776_445_105 * f64::sqrt(12.5 / 5.0)).abs() < 1e-8);
        let (none, one) = (of([]), of([7]));
        assert_eq!((none.mean(), none.percentile(50), none.min()), (None, None, None));
        assert_eq!((one.mean(), one.variance(), one.mean_interval()), (Some(7.0), None, None));
    }

    /// Differences to the first value are summed, so nothing is lost far from zero.
    #[test]
    fn sums_are_exact_far_from_zero() {
        let far = 1 << 60;
        let d = of([far, far + 1, far + 2]);
        assert_eq!(d.variance(), Some(1.0));
        assert_eq!(d.percentile(50), Some(far + 1));
        let d = of([-far, far]);
        assert_eq!(d.mean(), Some(0.0));
    }

    fn many(count: u64) -> Vec<i64> {
        let draws = Draws::new(1, 0, "values");
        (0..count).map(|i| (draws.at(1, i, 0) >> 44) as i64 - 500_000).collect()
    }

    #[test]
    fn order_does_not_matter_and_memory_is_bounded() {
        let values = many(20_000);
        let (forth, back) = (of(values.clone()), of(values.iter().rev().copied()));
        assert!(forth.counted.values.len() <= MOST_VALUES && forth.resolution() > 0);
        let mut sorted = values;
        sorted.sort_unstable();
        for percent in 1..100 {
            let found = forth.percentile(percent).unwrap();
            assert_eq!(Some(found), back.percentile(percent));
            let truth = sorted[(200 * percent - 1) as usize];
            assert!((found - truth).abs() <= forth.resolution(), "{percent} %: {found}, not {truth}");
        }
        assert_eq!(
            (forth.mean().map(f64::to_bits), forth.min()),
            (back.mean().map(f64::to_bits), back.min())
        );
    }

    /// Cut anywhere, into whatever parts, put together in groups: every field is that of all values in order.
    #[test]
    fn parts_together_are_the_whole() {
        let bytes = |d: &Distribution| serde_json::to_string(d).unwrap();
        for values in [many(3_000), (0..700).map(|i| i % 7).collect(), vec![-(1 << 60), 1 << 60, 5]] {
            let whole = of(values.clone());
            for part in [1, 2, 3, 100, 999, 5_000] {
                let parts: Vec<Distribution> = values.chunks(part).map(|some| of(some.to_vec())).collect();
                let mut one_by_one = of([]);
                parts.iter().for_each(|part| one_by_one.absorb(part).unwrap());
                let (mut first, mut second) = (of([]), of([]));
                let half = parts.len() / 2;
                parts[..half].iter().for_each(|part| first.absorb(part).unwrap());
                parts[half..].iter().for_each(|part| second.absorb(part).unwrap());
                first.absorb(&second).unwrap();
                first.absorb(&of([])).unwrap();
                assert_eq!(bytes(&one_by_one), bytes(&whole), "parts of {part}");
                assert_eq!(bytes(&first), bytes(&whole), "halves of parts of {part}");
            }
        }
    }

    #[test]
    fn as_many_values_as_are_counted_are_exact() {
        let values = many(MOST_VALUES as u64);
        let d = of(values.clone());
        assert_eq!(d.resolution(), 0);
        let mut sorted = values;
        sorted.sort_unstable();
        assert_eq!(d.percentile(50), Some(sorted[511]));
    }
}

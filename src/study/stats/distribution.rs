//! The distribution of one number over replications, in memory that does not grow with their number.
//!
//! Numbers are integers, so sums are exact and nothing depends on the order of replications. For
//! quantiles the values are counted. Up to [`MOST_VALUES`] different values every quantile is exactly
//! that of the sample; beyond that as many of the last binary digits are given up as are needed to
//! keep to that number. Which digits are given up depends on the set of values alone.

use serde::{Deserialize, Serialize};

use crate::study::stats::interval::{Interval, student};
use crate::study::stats::wide::Wide;

/// Most different values that are counted.
pub const MOST_VALUES: usize = 1024;

/// Bits of the largest numbers that are counted.
const MOST_BITS: u32 = 94;

/// One number a replication. Numbers of up to 94 bits, 2^32 of them, are exact: the time integral of 10^15 nodes
/// over 200 years has 93.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Distribution {
    count: u64,
    /// The first value; sums are of differences to it, which keeps them small and exact.
    pivot: i128,
    sum: i128,
    /// The lower 128 bits of the sum of squares.
    squares: u128,
    #[serde(default, skip_serializing_if = "is_zero")]
    squares_high: u128,
    min: i128,
    max: i128,
    counted: Counted,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
fn is_zero(number: &u128) -> bool {
    *number == 0
}

impl Distribution {
    /// Takes one more value in; its magnitude must stay within 94 bits for exact sums.
    pub fn add(&mut self, value: impl Into<i128>) {
        let value = value.into();
        if self.count == 0 {
            (self.pivot, self.min, self.max) = (value, value, value);
        }
        let difference = value - self.pivot;
        self.count += 1;
        self.sum += difference;
        let size = difference.unsigned_abs();
        self.set_squares(self.squares() + Wide::product(size, size));
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.counted.add(value);
    }

    /// Adds all values of another one: what comes of it is what [`Distribution::add`] makes of both, one value
    /// after the other. `None`: the sums go beyond what can be represented, and `self` is of no use.
    pub fn merge(&mut self, other: &Distribution) -> Option<()> {
        if self.count == 0 {
            self.clone_from(other);
            return Some(());
        }
        if other.count == 0 {
            return Some(());
        }
        let apart = other.pivot - self.pivot;
        let size = apart.unsigned_abs();
        let by_itself = other.squares() + Wide::product(size, size).times(other.count);
        let together = Wide::product(size, other.sum.unsigned_abs()).times(2);
        // The squares of `other` about the pivot of this one are no less than zero, so the difference is not, either.
        let moved = match (apart < 0) == (other.sum < 0) {
            true => by_itself + together,
            false => by_itself - together,
        };
        self.set_squares(self.squares() + moved);
        self.count = self.count.checked_add(other.count)?;
        let shifted = i128::from(other.count).checked_mul(apart)?;
        self.sum = self.sum.checked_add(other.sum)?.checked_add(shifted)?;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.counted.merge(&other.counted);
        Some(())
    }

    /// Can [`Distribution::add`] have made this of at most so many values? Asked of what was read from a file.
    pub fn is_possible(&self, most: u64) -> bool {
        if self.count == 0 {
            return self.counted.values.is_empty() && self.counted.counts.is_empty();
        }
        let fits = |value: i128| value.unsigned_abs() <= 1 << MOST_BITS;
        if !fits(self.min) || !fits(self.max) || !(self.min..=self.max).contains(&self.pivot) {
            return false;
        }
        let (spread, sum) = ((self.max - self.min).unsigned_abs(), self.sum.unsigned_abs());
        self.count <= most.min(u64::from(u32::MAX))
            && sum <= spread * u128::from(self.count)
            && self.squares() <= Wide::product(spread, spread).times(self.count)
            // Of any numbers the sum squared is at most their count times the sum of their squares.
            && Wide::product(sum, sum) <= self.squares().times(self.count)
            && self.counted.is_possible(self.count, self.min, self.max)
    }

    fn squares(&self) -> Wide {
        Wide { high: self.squares_high, low: self.squares }
    }

    fn set_squares(&mut self, squares: Wide) {
        (self.squares_high, self.squares) = (squares.high, squares.low);
    }

    /// Number of values taken in.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest value; `None` without any value.
    pub fn min(&self) -> Option<i128> {
        (self.count > 0).then_some(self.min)
    }

    /// The largest value; `None` without any value.
    pub fn max(&self) -> Option<i128> {
        (self.count > 0).then_some(self.max)
    }

    /// The arithmetic mean, rounded to `f64` once the sum is exact; `None` without any value.
    pub fn mean(&self) -> Option<f64> {
        // Whole part and rest apart: the rest of a large whole part would drown.
        let n = i128::from(self.count);
        (n > 0).then(|| {
            let whole = self.pivot + self.sum.div_euclid(n);
            whole as f64 + self.sum.rem_euclid(n) as f64 / n as f64
        })
    }

    /// The sample variance; `None` below two values.
    pub fn variance(&self) -> Option<f64> {
        let (n, sum) = (self.count, self.sum.unsigned_abs());
        if n < 2 {
            return None;
        }
        let spread = (self.squares().times(n) - Wide::product(sum, sum)).to_f64();
        Some(spread / n as f64 / (n - 1) as f64)
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
    pub fn percentile(&self, percent: u64) -> Option<i128> {
        if self.count == 0 {
            return None;
        }
        let rank = (self.count * percent).div_ceil(100).max(1);
        Some(self.counted.ranked(rank).clamp(self.min, self.max))
    }

    /// How far a percentile may be off: zero up to [`MOST_VALUES`] different values of up to 64 bits.
    pub fn resolution(&self) -> i128 {
        (1 << self.counted.given_up) - 1
    }
}

/// Counted values without their last `given_up` binary digits, in ascending order. What is left of a value fits into
/// 64 bits.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Counted {
    given_up: u32,
    values: Vec<i64>,
    counts: Vec<u32>,
}

impl Counted {
    fn add(&mut self, value: i128) {
        let value = loop {
            match i64::try_from(value >> self.given_up) {
                Ok(value) => break value,
                Err(_) => self.give_up_a_digit(),
            }
        };
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

    fn is_possible(&self, count: u64, min: i128, max: i128) -> bool {
        let total = self.counts.iter().map(|count| u64::from(*count)).sum::<u64>();
        let end = |value: Option<&i64>| value.map(|value| i128::from(*value));
        self.given_up <= MOST_BITS
            && self.values.len() == self.counts.len()
            && self.values.len() <= MOST_VALUES
            && total == count
            && self.values.is_sorted_by(|one, next| one < next)
            && end(self.values.first()) == Some(min >> self.given_up)
            && end(self.values.last()) == Some(max >> self.given_up)
    }

    /// Which digits are given up depends on the set of values, and a part of it gives up no more than all.
    fn merge(&mut self, other: &Counted) {
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
    fn ranked(&self, rank: u64) -> i128 {
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= rank
        });
        let value = i128::from(self.values[at.expect("the rank is at most the number of values")]);
        (value << self.given_up) + ((1 << self.given_up) >> 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::draw::Draws;

    fn of<V: Into<i128>>(values: impl IntoIterator<Item = V>) -> Distribution {
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
        let (none, one) = (of([0; 0]), of([7]));
        assert_eq!((none.mean(), none.percentile(50), none.min()), (None, None, None));
        assert_eq!((one.mean(), one.variance(), one.mean_interval()), (Some(7.0), None, None));
    }

    /// Differences to the first value are summed, so nothing is lost far from zero.
    #[test]
    fn sums_are_exact_far_from_zero() {
        for far in [1_i128 << 60, i128::from(i64::MAX), 1 << 92] {
            let d = of([far, far + 1, far + 2]);
            assert_eq!(d.variance(), Some(1.0));
            assert!((d.percentile(50).unwrap() - (far + 1)).abs() <= d.resolution(), "{far}");
            let d = of([-far, far]);
            assert_eq!((d.mean(), d.min(), d.max()), (Some(0.0), Some(-far), Some(far)));
            let variance = 2.0 * far as f64 * far as f64;
            assert!((d.variance().unwrap() / variance - 1.0).abs() < 1e-15, "{far}");
        }
        assert_eq!(of([i64::MIN, i64::MAX]).resolution(), 0);
        assert_eq!(of([i128::from(i64::MAX) + 1]).resolution(), 1);
    }

    /// What was kept before it could be larger reads the same, and is written the same.
    #[test]
    fn small_squares_are_one_number() {
        let (small, large) = (of([0, 5, 9]), of([0, 1_i128 << 92]));
        let written = serde_json::to_string(&small).unwrap();
        assert!(written.contains("\"squares\":106,\"min\":0"), "{written}");
        for d in [small, large] {
            let written = serde_json::to_string(&d).unwrap();
            let read: Distribution = serde_json::from_str(&written).unwrap();
            assert_eq!((read.variance(), serde_json::to_string(&read).unwrap()), (d.variance(), written));
        }
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
            let truth = i128::from(sorted[(200 * percent - 1) as usize]);
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
        let wide = |factor: i128| many(3_000).into_iter().map(|i| i128::from(i) * factor).collect();
        let few = (0..700).map(|i| i % 7).collect();
        for values in
            [wide(1), few, vec![-(1 << 60), 1 << 60, 5], wide(1 << 70), vec![7, -(1 << 92), 1 << 80]]
        {
            let whole = of(values.clone());
            for part in [1, 2, 3, 100, 999, 5_000] {
                let parts: Vec<Distribution> = values.chunks(part).map(|some| of(some.to_vec())).collect();
                let mut one_by_one = of([0; 0]);
                parts.iter().for_each(|part| one_by_one.merge(part).unwrap());
                let (mut first, mut second) = (of([0; 0]), of([0; 0]));
                let half = parts.len() / 2;
                parts[..half].iter().for_each(|part| first.merge(part).unwrap());
                parts[half..].iter().for_each(|part| second.merge(part).unwrap());
                first.merge(&second).unwrap();
                first.merge(&of([0; 0])).unwrap();
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
        assert_eq!(d.percentile(50), Some(i128::from(sorted[511])));
    }
}

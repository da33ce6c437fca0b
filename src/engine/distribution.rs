//! Distributions of random amounts: one 64-bit draw in, one integer amount out.
//!
//! Every distribution is sampled by inverting its distribution function, so that a variate costs exactly one
//! draw and grows with it: two scenarios that differ in a mean, run with the same seed, give the
//! same client a small or a large amount in both. (Rejection methods take a varying number of
//! draws and lose that.)
//!
//! The continuous variate is computed in `f64` and rounded once, to the nearest integer, halves up:
//! `floor(x + 1/2)`. Amounts are in the caller's unit, milliseconds or bytes. `ln` and `exp` come
//! from `libm`, because the standard library's depend on the machine; everything else used here is
//! fixed by IEEE 754, or is integer arithmetic.

use crate::engine::draw::{UNIT_BITS, open_unit};
use crate::engine::normal;

/// The largest amount, 2^53: up to here `f64` holds every integer. In milliseconds, 285,000 years.
pub const MAX_AMOUNT: i64 = 1 << 53;

/// The 95 % quantile of the standard normal distribution.
const Z95: f64 = 1.644_853_626_951_472_7;

/// The largest exponential mean, so that the largest variate, 37.5 means, stays in [`MAX_AMOUNT`].
const MAX_EXPONENTIAL_MEAN: f64 = MAX_AMOUNT as f64 / 40.0;

/// A log-normal distribution must stay in [`MAX_AMOUNT`] up to this many sigmas (one draw in 10^9 is beyond).
const LOGNORMAL_REACH: f64 = 6.0;

/// The distribution of an integer amount, in milliseconds or bytes; parameters are in the same unit.
///
/// Build it with the constructors, which refuse what has no meaning; a value written out by hand
/// can be verified with [`Distribution::check`].
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// Always this amount.
    Constant(i64),
    /// Continuous on `[min, max]`; after rounding the two ends are half as likely as the rest.
    Uniform {
        /// Lower end, in the caller's unit.
        min: i64,
        /// Upper end; equal to `min` for a constant.
        max: i64,
    },
    /// Without memory, from 0.
    Exponential {
        /// In the caller's unit; above 0.
        mean: f64,
    },
    /// `exp` of a normal variate with mean `mu` and standard deviation `sigma`; never above
    /// [`MAX_AMOUNT`].
    Lognormal {
        /// Mean of the logarithm of the amount; the median is `exp(mu)`.
        mu: f64,
        /// Standard deviation of the logarithm; 0 gives a constant.
        sigma: f64,
    },
    /// Density rising linearly from `min` to `mode` and falling to `max`.
    Triangular {
        /// Smallest amount; its density is 0 unless it is the mode.
        min: i64,
        /// The most likely amount, from `min` to `max`.
        mode: i64,
        /// Largest amount; its density is 0 unless it is the mode.
        max: i64,
    },
    /// One of the observed values, all equally likely; sorted, not empty.
    Empirical {
        /// In ascending order; a value that occurs twice is twice as likely.
        values: Vec<i64>,
    },
}

/// Why a distribution was refused, in words for the author of a scenario.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DistributionError {
    /// A uniform distribution whose ends are in the wrong order.
    #[error("uniform needs min <= max, got {min} and {max}")]
    UniformOrder {
        /// The lower end as given.
        min: i64,
        /// The upper end as given, below `min`.
        max: i64,
    },
    /// A triangular distribution whose three amounts are not in ascending order.
    #[error("triangular needs min <= mode <= max, got {min}, {mode} and {max}")]
    TriangularOrder {
        /// The lower end as given.
        min: i64,
        /// The peak as given.
        mode: i64,
        /// The upper end as given.
        max: i64,
    },
    /// An exponential mean that is not positive, not finite, or gives variates beyond [`MAX_AMOUNT`].
    #[error("exponential needs a mean above 0 and at most {MAX_EXPONENTIAL_MEAN:.4e}, got {0}")]
    ExponentialMean(f64),
    /// A log-normal median that is not positive or not finite.
    #[error("lognormal needs a median above 0, got {0}")]
    LognormalMedian(f64),
    /// A log-normal 95 % quantile that is not finite or below the median.
    #[error("lognormal needs p95 >= median, got p95 {p95} and median {median}")]
    LognormalP95 {
        /// The median as given, in the caller's unit.
        median: f64,
        /// The 95 % quantile as given, in the caller's unit.
        p95: f64,
    },
    /// A log-normal mean that is not positive or not finite.
    #[error("lognormal needs a mean above 0, got {0}")]
    LognormalMean(f64),
    /// A log-normal coefficient of variation that is negative or not finite.
    #[error("lognormal needs cv >= 0 (standard deviation over mean), got {0}")]
    LognormalCv(f64),
    /// Log-normal parameters that are not finite, or a negative `sigma`.
    #[error("lognormal needs a finite mu and a finite sigma >= 0, got {mu} and {sigma}")]
    LognormalParameters {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// Log-normal parameters whose upper tail leaves the exact range of `f64`.
    #[error(
        "lognormal is too wide: with mu {mu} and sigma {sigma}, more than one value in 10^9 exceeds 2^53"
    )]
    LognormalTooWide {
        /// Mean of the logarithm.
        mu: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
    /// An empirical distribution without any observed value.
    #[error("empirical needs at least one value, got none")]
    EmpiricalEmpty,
    /// Two neighbouring empirical values of which the first is larger.
    #[error("empirical keeps its values in ascending order, got {0} before {1}")]
    EmpiricalOrder(i64, i64),
    /// An amount outside of ±[`MAX_AMOUNT`].
    #[error("{distribution} needs amounts between -2^53 and 2^53, got {amount}")]
    AmountTooLarge {
        /// The kind of distribution, as scenarios write it.
        distribution: &'static str,
        /// The first amount that is out of range, in the caller's unit.
        amount: i64,
    },
}

type CheckedDistribution = Result<Distribution, DistributionError>;

impl Distribution {
    /// Always `amount`.
    pub fn constant(amount: i64) -> CheckedDistribution {
        Distribution::Constant(amount).checked()
    }

    /// Uniform on `[min, max]`.
    pub fn uniform(min: i64, max: i64) -> CheckedDistribution {
        Distribution::Uniform { min, max }.checked()
    }

    /// Exponential with the given mean.
    pub fn exponential(mean: f64) -> CheckedDistribution {
        Distribution::Exponential { mean }.checked()
    }

    /// Log-normal, given the amounts that half and 95 % of all values stay below.
    pub fn lognormal_median_p95(median: f64, p95: f64) -> CheckedDistribution {
        if !is_positive(median) {
            return Err(DistributionError::LognormalMedian(median));
        }
        if !p95.is_finite() || p95 < median {
            return Err(DistributionError::LognormalP95 { median, p95 });
        }
        let mu = libm::log(median);
        let sigma = (libm::log(p95) - mu) / Z95;
        Distribution::Lognormal { mu, sigma }.checked()
    }

    /// Log-normal, given the mean and the coefficient of variation (standard deviation / mean).
    pub fn lognormal_mean_cv(mean: f64, cv: f64) -> CheckedDistribution {
        if !is_positive(mean) {
            return Err(DistributionError::LognormalMean(mean));
        }
        if !cv.is_finite() || cv < 0.0 {
            return Err(DistributionError::LognormalCv(cv));
        }
        let variance = libm::log1p(cv * cv);
        let mu = libm::log(mean) - variance / 2.0;
        Distribution::Lognormal { mu, sigma: variance.sqrt() }.checked()
    }

    /// Triangular on `[min, max]` with its peak at `mode`.
    pub fn triangular(min: i64, mode: i64, max: i64) -> CheckedDistribution {
        Distribution::Triangular { min, mode, max }.checked()
    }

    /// One of `values`, in any order; a value given twice is twice as likely.
    pub fn empirical(mut values: Vec<i64>) -> CheckedDistribution {
        values.sort_unstable();
        Distribution::Empirical { values }.checked()
    }

    fn checked(self) -> CheckedDistribution {
        self.check().map(|()| self)
    }

    /// Whether the parameters mean something. The constructors only return distributions that pass.
    pub fn check(&self) -> Result<(), DistributionError> {
        use DistributionError as E;
        match *self {
            Distribution::Constant(amount) => check_amounts("constant", &[amount]),
            Distribution::Uniform { min, max } if min > max => Err(E::UniformOrder { min, max }),
            Distribution::Uniform { min, max } => check_amounts("uniform", &[min, max]),
            Distribution::Exponential { mean } if is_positive(mean) && mean <= MAX_EXPONENTIAL_MEAN => Ok(()),
            Distribution::Exponential { mean } => Err(E::ExponentialMean(mean)),
            Distribution::Lognormal { mu, sigma } => check_lognormal(mu, sigma),
            Distribution::Triangular { min, mode, max } if min > mode || mode > max => {
                Err(E::TriangularOrder { min, mode, max })
            }
            Distribution::Triangular { min, max, .. } => check_amounts("triangular", &[min, max]),
            Distribution::Empirical { ref values } => check_empirical(values),
        }
    }

    /// The amount a draw stands for. Pure, and never decreasing in the draw except by the last bit
    /// of `libm`'s functions, before rounding.
    ///
    /// # Panics
    /// On an empirical distribution without values, which [`Distribution::check`] refuses.
    #[inline]
    pub fn sample(&self, draw: u64) -> i64 {
        match *self {
            Distribution::Constant(amount) => amount,
            Distribution::Uniform { min, max } => sample_uniform(min, max, draw),
            // 1 - u, not u: the variate grows with the draw and its tail gets the fine steps.
            Distribution::Exponential { mean } => round_amount(-mean * libm::log(open_unit(!draw))),
            Distribution::Lognormal { mu, sigma } => {
                round_amount(libm::exp(mu + sigma * normal::variate(draw)))
            }
            Distribution::Triangular { min, mode, max } => sample_triangular(min, mode, max, draw),
            Distribution::Empirical { ref values } => values[pick(draw, values.len())],
        }
    }

    /// The mean of the distribution, before rounding, in the unit of the amount.
    pub fn mean(&self) -> f64 {
        match *self {
            Distribution::Constant(amount) => amount as f64,
            Distribution::Uniform { min, max } => (min as f64 + max as f64) / 2.0,
            Distribution::Exponential { mean } => mean,
            Distribution::Lognormal { mu, sigma } => libm::exp(mu + sigma * sigma / 2.0),
            Distribution::Triangular { min, mode, max } => (min as f64 + mode as f64 + max as f64) / 3.0,
            Distribution::Empirical { ref values } => {
                values.iter().map(|&value| i128::from(value)).sum::<i128>() as f64 / values.len() as f64
            }
        }
    }

    /// The smallest amount that [`Distribution::sample`] can return. Samples grow with the draw.
    pub fn min(&self) -> i64 {
        self.sample(0)
    }

    /// The largest amount that [`Distribution::sample`] can return.
    pub fn max(&self) -> i64 {
        self.sample(u64::MAX)
    }

    /// The amount, if every draw gives the same one.
    pub fn is_constant(&self) -> Option<i64> {
        let (min, max) = (self.min(), self.max());
        (min == max).then_some(min)
    }
}

/// The mean number of arrivals up to and including `length`, where the first comes one gap after zero and the others
/// one gap after each other; gaps are exponential with this mean, each rounded to an integer as
/// [`Distribution::sample`] rounds it.
///
/// With gaps of mean `m`, each integer from 1 on has arrivals with probability `1 - exp(-1/m)`, and then `exp(1/2m)` of
/// them, because a gap below one half is none. At zero there are `exp(1/2m) - 1`. All in all about `length / m`.
pub fn exponential_arrivals(mean: f64, length: i64) -> f64 {
    let half = 0.5 / mean;
    libm::expm1(half) + length as f64 * -libm::expm1(-1.0 / mean) * libm::exp(half)
}

/// True with probability `p` (clamped to 0..=1; `NaN` is 0), decided on integers to within 2^-64.
///
/// A draw that succeeds at `p` also succeeds at every larger `p`, so scenarios that differ in a
/// probability stay comparable client by client.
#[inline]
pub fn bernoulli(draw: u64, p: f64) -> bool {
    const TWO_POW_64: f64 = 18_446_744_073_709_551_616.0;
    p >= 1.0 || draw < (p * TWO_POW_64) as u64
}

/// `floor(min + u (max - min) + 1/2)` with the 53-bit `u`, in exact integer arithmetic.
#[inline]
fn sample_uniform(min: i64, max: i64, draw: u64) -> i64 {
    let odd = (draw >> (u64::BITS - UNIT_BITS)) * 2 + 1;
    let range = max.wrapping_sub(min) as u64;
    let scaled = u128::from(odd) * u128::from(range) + (1 << UNIT_BITS);
    min.wrapping_add((scaled >> (UNIT_BITS + 1)) as i64)
}

/// Inverts the two parabolas of the distribution function, each measured from its own end.
#[inline]
fn sample_triangular(min: i64, mode: i64, max: i64, draw: u64) -> i64 {
    let (range, rise, fall) = ((max - min) as f64, (mode - min) as f64, (max - mode) as f64);
    let u = open_unit(draw);
    if u * range < rise {
        min + round_amount((u * range * rise).sqrt())
    } else {
        // Rounded after the subtraction, which is exact enough only when done last: halves go up.
        max - round_half_down((open_unit(!draw) * range * fall).sqrt())
    }
}

/// A position below `len`, all equally likely to within `len` / 2^64.
#[inline]
fn pick(draw: u64, len: usize) -> usize {
    ((u128::from(draw) * len as u128) >> u64::BITS) as usize
}

/// `floor(x + 1/2)` within [`MAX_AMOUNT`], for `x >= 0`, without the double rounding of computing `x + 0.5`.
#[inline]
fn round_amount(x: f64) -> i64 {
    let whole = x.min(MAX_AMOUNT as f64) as i64;
    whole + i64::from(x - whole as f64 >= 0.5 && whole < MAX_AMOUNT)
}

/// `ceil(x - 1/2)` for `x >= 0`: what is left after taking `floor(c - x + 1/2)` from an integer `c`.
#[inline]
fn round_half_down(x: f64) -> i64 {
    let whole = x as i64;
    whole + i64::from(x - whole as f64 > 0.5)
}

fn is_positive(x: f64) -> bool {
    x.is_finite() && x > 0.0
}

fn check_amounts(distribution: &'static str, amounts: &[i64]) -> Result<(), DistributionError> {
    match amounts.iter().find(|amount| amount.unsigned_abs() > MAX_AMOUNT as u64) {
        Some(&amount) => Err(DistributionError::AmountTooLarge { distribution, amount }),
        None => Ok(()),
    }
}

fn check_lognormal(mu: f64, sigma: f64) -> Result<(), DistributionError> {
    if !mu.is_finite() || !sigma.is_finite() || sigma < 0.0 {
        return Err(DistributionError::LognormalParameters { mu, sigma });
    }
    if mu + LOGNORMAL_REACH * sigma > libm::log(MAX_AMOUNT as f64) {
        return Err(DistributionError::LognormalTooWide { mu, sigma });
    }
    Ok(())
}

fn check_empirical(values: &[i64]) -> Result<(), DistributionError> {
    if values.is_empty() {
        return Err(DistributionError::EmpiricalEmpty);
    }
    if let Some(pair) = values.windows(2).find(|pair| pair[0] > pair[1]) {
        return Err(DistributionError::EmpiricalOrder(pair[0], pair[1]));
    }
    check_amounts("empirical", &[values[0], values[values.len() - 1]])
}

#[cfg(test)]
#[path = "distribution_tests.rs"]
mod tests;

use super::*;
use crate::engine::draw::Draws;
use crate::engine::draw::UNIT_STEP;

const N: usize = 1_000_000;

/// One million draws, the same in every run.
fn draws(decision: u16) -> Vec<u64> {
    let mut draws = vec![0; N];
    Draws::new(2_026, 0, "distribution tests").fill(decision, 0, 0, &mut draws);
    draws
}

fn normal_cdf(z: f64) -> f64 {
    libm::erfc(-z / 2f64.sqrt()) / 2.0
}

/// The distribution function before rounding, from textbooks and not from the sampler.
fn cdf(distribution: &Distribution, x: f64) -> f64 {
    match *distribution {
        Distribution::Constant(amount) => f64::from(x >= amount as f64),
        Distribution::Uniform { min, max } => ((x - min as f64) / (max - min) as f64).clamp(0.0, 1.0),
        Distribution::Exponential { mean } => (1.0 - libm::exp(-x / mean)).max(0.0),
        Distribution::Lognormal { .. } if x <= 0.0 => 0.0,
        Distribution::Lognormal { mu, sigma } => normal_cdf((libm::log(x) - mu) / sigma),
        Distribution::Triangular { min, mode, max } => {
            let (a, c, b) = (min as f64, mode as f64, max as f64);
            match x {
                x if x <= a => 0.0,
                x if x < c => (x - a) * (x - a) / ((b - a) * (c - a)),
                x if x < b => 1.0 - (b - x) * (b - x) / ((b - a) * (b - c)),
                _ => 1.0,
            }
        }
        Distribution::Empirical { ref values } => {
            values.partition_point(|&value| value as f64 <= x) as f64 / values.len() as f64
        }
    }
}

fn variance(distribution: &Distribution) -> f64 {
    let square = |x: f64| x * x;
    match *distribution {
        Distribution::Constant(_) => 0.0,
        Distribution::Uniform { min, max } => square((max - min) as f64) / 12.0,
        Distribution::Exponential { mean } => square(mean),
        Distribution::Lognormal { sigma, .. } => libm::expm1(square(sigma)) * square(distribution.mean()),
        Distribution::Triangular { min, mode, max } => {
            let (a, c, b) = (min as f64, mode as f64, max as f64);
            (a * a + b * b + c * c - a * b - a * c - b * c) / 18.0
        }
        Distribution::Empirical { ref values } => {
            values.iter().map(|&value| square(value as f64 - distribution.mean())).sum::<f64>()
                / values.len() as f64
        }
    }
}

/// Distributions on a scale where rounding is invisible to a million draws.
fn wide_laws() -> Vec<Distribution> {
    [
        Distribution::uniform(-600_000, 600_000),
        Distribution::exponential(600_000.0),
        Distribution::lognormal_median_p95(600_000.0, 1_500_000.0),
        Distribution::lognormal_mean_cv(50_000_000.0, 0.3),
        Distribution::triangular(60_000, 600_000, 3_600_000),
        Distribution::triangular(-10_000, -10_000, 20_000),
        Distribution::triangular(-10_000, 20_000, 20_000),
        Distribution::empirical(vec![5, 900, -3, 900, 12_000]),
    ]
    .map(|distribution| distribution.expect("valid parameters"))
    .into()
}

/// Distributions on a few integers, where rounding is most of what happens.
fn narrow_laws() -> Vec<Distribution> {
    [
        Distribution::uniform(-2, 3),
        Distribution::exponential(1.5),
        Distribution::lognormal_median_p95(2.0, 9.0),
        Distribution::triangular(-4, 1, 3),
        Distribution::triangular(0, 0, 3),
    ]
    .map(|distribution| distribution.expect("valid parameters"))
    .into()
}

/// The Kolmogorov-Smirnov distance between sorted samples and the distribution, judged where rounding leaves
/// it known: a sample is at most `k` exactly when the variate is below `k + 1/2`.
fn ks_distance(distribution: &Distribution, sorted: &[i64]) -> f64 {
    let n = sorted.len() as f64;
    let mut seen = 0;
    let mut distance: f64 = 0.0;
    for equal in sorted.chunk_by(|a, b| a == b) {
        let value = equal[0] as f64;
        distance = distance.max((seen as f64 / n - cdf(distribution, value - 0.5)).abs());
        seen += equal.len();
        distance = distance.max((seen as f64 / n - cdf(distribution, value + 0.5)).abs());
    }
    distance
}

#[test]
fn samples_follow_their_law() {
    // P(D > 2.694 / sqrt(n)) = 1e-6, from 2 exp(-2 n D^2). Conservative for discrete distributions.
    let critical = 2.694 / (N as f64).sqrt();
    for (decision, distribution) in wide_laws().into_iter().chain(narrow_laws()).enumerate() {
        let mut samples: Vec<i64> =
            draws(decision as u16).iter().map(|&draw| distribution.sample(draw)).collect();
        samples.sort_unstable();
        let distance = ks_distance(&distribution, &samples);
        assert!(distance < critical, "{distribution:?}: KS distance {distance}, critical {critical}");
    }
}

#[test]
fn means_and_variances_are_those_of_the_law() {
    for (decision, distribution) in wide_laws().into_iter().enumerate() {
        let centred: Vec<f64> = draws(100 + decision as u16)
            .iter()
            .map(|&draw| distribution.sample(draw) as f64 - distribution.mean())
            .collect();
        let moment =
            |k: i32| centred.iter().map(|x| (0..k).fold(1.0, |power, _| power * x)).sum::<f64>() / N as f64;
        let (mean, square, fourth) = (moment(1), moment(2), moment(4));
        let truth = variance(&distribution);

        // Four standard errors each.
        let mean_error = 4.0 * (truth / N as f64).sqrt();
        assert!(mean.abs() < mean_error, "{distribution:?}: mean off by {mean}, allowed {mean_error}");
        let square_error = 4.0 * ((fourth - square * square) / N as f64).sqrt();
        assert!(
            (square - truth).abs() < square_error,
            "{distribution:?}: variance {square}, expected {truth}"
        );
    }
}

#[test]
fn golden_samples() {
    // Computed with mpmath at 60 digits from the exact 53-bit uniforms.
    let draws = [
        0,
        0x0123_4567_89ab_cdef,
        0x5555_5555_5555_5555,
        0x9e37_79b9_7f4a_7c15,
        0xfedc_ba98_7654_3210,
        u64::MAX,
    ];
    for (distribution, amounts) in [
        (Distribution::constant(7), [7; 6]),
        (Distribution::uniform(-600_000, 600_000), [-600_000, -594_667, -200_000, 141_641, 594_667, 600_000]),
        (Distribution::exponential(600_000.0), [0, 2_673, 243_279, 577_454, 3_249_660, 22_457_969]),
        (
            Distribution::lognormal_median_p95(600_000.0, 3_600_000.0),
            [72, 34_708, 375_303, 832_201, 10_372_318, 5_024_826_516],
        ),
        (
            Distribution::triangular(60_000, 600_000, 3_600_000),
            [60_000, 152_174, 939_173, 1_585_930, 3_382_744, 3_600_000],
        ),
        (Distribution::empirical(vec![8, 5, 13, 3, 1, 2, 1]), [1, 1, 2, 5, 13, 13]),
    ] {
        let distribution = distribution.expect("valid parameters");
        assert_eq!(draws.map(|draw| distribution.sample(draw)), amounts, "{distribution:?}");
    }
}

#[test]
fn extreme_draws_give_the_extreme_amounts() {
    for (distribution, min, max) in [
        (Distribution::constant(-5), -5, -5),
        (Distribution::uniform(-10, 10), -10, 10),
        (Distribution::uniform(0, MAX_AMOUNT - 1), 0, MAX_AMOUNT - 1),
        // 2^54 wide, 53 bits fine: the outermost variates are half a unit inside, and round up.
        (Distribution::uniform(-MAX_AMOUNT, MAX_AMOUNT), 1 - MAX_AMOUNT, MAX_AMOUNT - 1),
        // 1000 ln 2^54 = 37429.9
        (Distribution::exponential(1_000.0), 0, 37_430),
        // Half a unit is beyond f64 here: the exact value is ...235.4.
        (Distribution::exponential(MAX_EXPONENTIAL_MEAN), 0, 8_428_474_937_023_236),
        (Distribution::lognormal_median_p95(1e6, 1e6), 1_000_000, 1_000_000),
        (Distribution::triangular(-10, 0, 10), -10, 10),
        (Distribution::triangular(3, 3, 3), 3, 3),
        // The outermost variates are sqrt(2^53) inside: thin corners are not reached.
        (Distribution::triangular(-MAX_AMOUNT, 0, MAX_AMOUNT), -9_007_199_159_834_726, 9_007_199_159_834_726),
        (Distribution::empirical(vec![9, -9, 4]), -9, 9),
    ] {
        let distribution = distribution.expect("valid parameters");
        assert_eq!((distribution.min(), distribution.max()), (min, max), "{distribution:?}");
        assert_eq!(distribution.is_constant(), (min == max).then_some(min), "{distribution:?}");
    }
}

#[test]
fn samples_grow_with_the_draw_and_stay_between_the_extremes() {
    for distribution in wide_laws().into_iter().chain(narrow_laws()) {
        let mut sorted = draws(200);
        sorted.extend([0, u64::MAX, (1 << 63) - 1, 1 << 63]);
        sorted.sort_unstable();
        let samples: Vec<i64> = sorted.iter().map(|&draw| distribution.sample(draw)).collect();
        assert!(samples.is_sorted(), "{distribution:?}");
        assert_eq!(
            (samples[0], samples[samples.len() - 1]),
            (distribution.min(), distribution.max()),
            "{distribution:?}"
        );
    }
}

#[test]
fn a_law_too_wide_for_its_range_saturates() {
    let distribution = Distribution::Lognormal { mu: 1e3, sigma: 1e3 };
    assert_eq!((distribution.min(), distribution.max()), (0, MAX_AMOUNT));
}

#[test]
fn lognormal_has_the_quantiles_it_was_given() {
    let (median, p95) = (600_000, 3_600_000);
    let distribution =
        Distribution::lognormal_median_p95(median as f64, p95 as f64).expect("valid parameters");
    let samples: Vec<i64> = draws(300).iter().map(|&draw| distribution.sample(draw)).collect();
    for (quantile, p) in [(median, 0.5), (p95, 0.95)] {
        let below = samples.iter().filter(|&&sample| sample < quantile).count() as f64 / N as f64;
        let allowed = 4.0 * (p * (1.0 - p) / N as f64).sqrt();
        assert!((below - p).abs() < allowed, "{below} of the samples are below {quantile}, expected {p}");
    }
    // And without sampling error: the draws whose uniform is 1/2 and 0.95.
    assert!((distribution.sample(1 << 63) - median).abs() <= 1);
    assert!((distribution.sample((0.95 * 18_446_744_073_709_551_616.0) as u64) - p95).abs() <= 1);
}

#[test]
fn impossible_parameters_are_refused_in_words() {
    for (distribution, message) in [
        (Distribution::uniform(5, 3), "uniform needs min <= max, got 5 and 3"),
        (Distribution::triangular(1, 9, 5), "triangular needs min <= mode <= max, got 1, 9 and 5"),
        (Distribution::exponential(0.0), "exponential needs a mean above 0 and at most 2.2518e14, got 0"),
        (
            Distribution::exponential(f64::NAN),
            "exponential needs a mean above 0 and at most 2.2518e14, got NaN",
        ),
        (
            Distribution::exponential(1e15),
            "exponential needs a mean above 0 and at most 2.2518e14, got 1000000000000000",
        ),
        (Distribution::lognormal_median_p95(0.0, 5.0), "lognormal needs a median above 0, got 0"),
        (
            Distribution::lognormal_median_p95(5.0, 4.0),
            "lognormal needs p95 >= median, got p95 4 and median 5",
        ),
        (
            Distribution::lognormal_median_p95(5.0, f64::INFINITY),
            "lognormal needs p95 >= median, got p95 inf and median 5",
        ),
        (Distribution::lognormal_mean_cv(-1.0, 0.5), "lognormal needs a mean above 0, got -1"),
        (
            Distribution::lognormal_mean_cv(1.0, -0.5),
            "lognormal needs cv >= 0 (standard deviation over mean), got -0.5",
        ),
        (Distribution::empirical(vec![]), "empirical needs at least one value, got none"),
        (
            Distribution::constant(i64::MIN),
            "constant needs amounts between -2^53 and 2^53, got -9223372036854775808",
        ),
        (
            Distribution::uniform(0, MAX_AMOUNT + 1),
            "uniform needs amounts between -2^53 and 2^53, got 9007199254740993",
        ),
    ] {
        assert_eq!(distribution.expect_err("an impossible law").to_string(), message);
    }
    assert!(matches!(
        Distribution::lognormal_median_p95(1.0, 1e15),
        Err(DistributionError::LognormalTooWide { .. })
    ));
    assert!(matches!(
        Distribution::Lognormal { mu: 0.0, sigma: -1.0 }.check(),
        Err(DistributionError::LognormalParameters { .. })
    ));
    assert_eq!(
        Distribution::Empirical { values: vec![2, 1] }.check(),
        Err(DistributionError::EmpiricalOrder(2, 1))
    );
}

#[test]
fn the_unit_interval_is_open() {
    assert_eq!(open_unit(0), UNIT_STEP / 2.0);
    assert_eq!(open_unit((1 << 11) - 1), open_unit(0), "the low 11 bits are not used");
    assert_eq!(open_unit(u64::MAX), 1.0 - UNIT_STEP);
    assert_eq!(open_unit(1 << 63), 0.5, "half a step above one half, rounded to even");
    assert!(draws(400).iter().all(|&draw| 0.0 < open_unit(draw) && open_unit(draw) < 1.0));
}

#[test]
fn bernoulli_succeeds_as_often_as_asked_and_nested() {
    for draw in [0, 1 << 63, u64::MAX] {
        assert!(bernoulli(draw, 1.0) && bernoulli(draw, 7.0));
        assert!(!bernoulli(draw, 0.0) && !bernoulli(draw, -1.0) && !bernoulli(draw, f64::NAN));
    }
    assert!(bernoulli((1 << 63) - 1, 0.5) && !bernoulli(1 << 63, 0.5), "exactly half of all draws");

    let draws = draws(500);
    for p in [1e-4, 0.3, 0.8, 0.999] {
        let hits = draws.iter().filter(|&&draw| bernoulli(draw, p)).count() as f64;
        let allowed = 4.0 * (N as f64 * p * (1.0 - p)).sqrt();
        assert!((hits - N as f64 * p).abs() < allowed, "{hits} successes at {p}");
    }
    assert!(draws.iter().all(|&draw| bernoulli(draw, 0.3) <= bernoulli(draw, 0.8)));
}

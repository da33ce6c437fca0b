//! 95 % confidence intervals.

use crate::study::stats::beta;

/// How sure an interval is.
pub const CONFIDENCE: f64 = 0.95;

/// From `low` to `high`.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// Lower end, in the unit of the estimate.
    pub low: f64,
    /// Upper end, in the same unit.
    pub high: f64,
}

impl Interval {
    /// Whether the value lies between the ends, both included.
    pub fn contains(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Half the distance between the ends, in the unit of the estimate.
    pub fn half_width(&self) -> f64 {
        0.5 * (self.high - self.low)
    }
}

/// The number of standard errors on either side of a mean: the 97.5 % quantile of Student's t distribution.
/// `None` without a degree of freedom.
///
/// `t² / (t² + f)` follows Beta(1/2, f/2) when `t` follows Student's distribution with `f` degrees of freedom.
pub fn student(degrees_of_freedom: u64) -> Option<f64> {
    if degrees_of_freedom == 0 {
        return None;
    }
    let f = degrees_of_freedom as f64;
    let y = beta::quantile(0.5, f / 2.0, CONFIDENCE);
    Some((f * y / (1.0 - y)).sqrt())
}

/// The exact interval of a probability of which `hits` of `trials` are known, by Clopper and Pearson:
/// it covers in at least 95 % of all cases, whatever the probability.
///
/// # Panics
/// When there are more hits than trials.
pub fn of_probability(hits: u64, trials: u64) -> Interval {
    assert!(hits <= trials, "{hits} hits in {trials} trials");
    let (k, n) = (hits as f64, trials as f64);
    let tail = (1.0 - CONFIDENCE) / 2.0;
    let low = if hits == 0 { 0.0 } else { beta::quantile(k, n - k + 1.0, tail) };
    let high = if hits == trials { 1.0 } else { beta::quantile(k + 1.0, n - k, 1.0 - tail) };
    Interval { low, high }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The column 0.975 of the printed tables, with more digits (mpmath at 30 digits).
    #[test]
    fn students_t_agrees_with_the_tables() {
        let table = [
            (1, 12.706_204_736),
            (2, 4.302_652_730),
            (3, 3.182_446_305),
            (4, 2.776_445_105),
            (5, 2.570_581_836),
            (9, 2.262_157_163),
            (10, 2.228_138_852),
            (19, 2.093_024_054),
            (29, 2.045_229_642),
            (30, 2.042_272_456),
            (39, 2.022_690_920),
            (60, 2.000_297_822),
            (120, 1.979_930_405),
            (999, 1.962_341_461),
        ];
        for (f, t) in table {
            let found = student(f).unwrap();
            assert!((found - t).abs() < 2e-9 * t, "t with {f} degrees of freedom: {found}, not {t}");
        }
        assert!((student(10_000_000).unwrap() - 1.959_964).abs() < 1e-5, "the normal law is its limit");
        assert_eq!(student(0), None);
    }

    #[test]
    fn probabilities_agree_with_published_intervals() {
        for (hits, trials, low, high) in [
            (0, 10, 0.0, 0.308_497_1),
            (5, 10, 0.187_086, 0.812_914),
            (1, 20, 0.001_265, 0.248_733),
            (10, 100, 0.049_005, 0.176_223),
            (81, 263, 0.252_737, 0.367_622),
            (20, 20, 0.831_566, 1.0),
        ] {
            let found = of_probability(hits, trials);
            let near = |a: f64, b: f64| (a - b).abs() < 1e-5;
            assert!(near(found.low, low) && near(found.high, high), "{hits} of {trials}: {found:?}");
        }
    }

    /// Without a hit the upper end has a closed form.
    #[test]
    fn no_hit_leaves_the_closed_form() {
        for trials in [1, 7, 1_000, 1_000_000] {
            let truth = 1.0 - libm::pow(0.025, 1.0 / trials as f64);
            assert!((of_probability(0, trials).high - truth).abs() < 1e-9 * truth.max(1e-3), "{trials}");
        }
    }
}

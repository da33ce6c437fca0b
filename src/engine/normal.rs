//! Quantiles of the standard normal distribution, identical on every machine.
//!
//! Algorithm AS 241, routine PPND16: M. J. Wichura, "The Percentage Points of the Normal
//! Distribution", Applied Statistics 37 (1988), 477-484. Three ratios of polynomials of degree
//! seven, relative accuracy about 1 part in 10^16 (measured here against 50 digits: within 1e-15).
//! Only `libm::log` and what IEEE 754 fixes to the last bit, `+ - * /` and `sqrt`, are used.

use crate::engine::draw::open_unit;

/// Within this distance of the median the quantile is a function of the squared distance alone.
const CENTRE: f64 = 0.425;

/// Up to this value of `sqrt(-ln p)` (p about 1.4e-11) the tail's first approximation holds.
const TAIL_SPLIT: f64 = 5.0;

/// Coefficients from the constant term up, under the paper's names, each the nearest `f64`:
/// A/B for the centre, C/D for the tails, E/F for the far tails.
const A: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const B: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const C: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    0.000_774_545_014_278_341_4,
];
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    0.000_547_593_808_499_534_5,
    1.050_750_071_644_416_9e-09,
];
const E: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-05,
    2.010_334_399_292_288_1e-07,
];
const F: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    0.000_786_869_131_145_613_3,
    1.846_318_317_510_054_8e-05,
    1.421_511_758_316_446e-07,
    2.044_263_103_389_939_7e-15,
];

/// The standard normal variate of a draw, growing with it; from -8.29 to 8.29.
///
/// The upper half is the mirror image of the lower one: there `1 - u` is what floating point can
/// hold exactly, so both tails are equally fine.
#[inline]
pub fn variate(draw: u64) -> f64 {
    if draw >> 63 == 0 { lower_quantile(open_unit(draw)) } else { -lower_quantile(open_unit(!draw)) }
}

/// The `p`-quantile for `0 < p <= 1/2`; zero or negative.
#[inline]
pub fn lower_quantile(p: f64) -> f64 {
    debug_assert!(0.0 < p && p <= 0.5, "a lower-tail probability, got {p}");
    let q = p - 0.5;
    if q >= -CENTRE {
        let r = 0.180_625 - q * q;
        return q * ratio(&A, &B, r);
    }
    let r = (-libm::log(p)).sqrt();
    if r <= TAIL_SPLIT { -ratio(&C, &D, r - 1.6) } else { -ratio(&E, &F, r - TAIL_SPLIT) }
}

#[inline]
fn ratio(numerator: &[f64; 8], denominator: &[f64; 8], x: f64) -> f64 {
    polynomial(numerator, x) / polynomial(denominator, x)
}

/// Horner's rule. The order of operations is part of the result.
#[inline]
fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with mpmath at 50 digits; the last is the smallest tail a draw can reach, 2^-54.
    const TRUTH: [(f64, f64); 14] = [
        (0.45, -0.12566134685507402),
        (0.25, -0.6744897501960817),
        (0.1, -1.2815515655446004),
        (0.075, -1.439531470938456),
        (0.074, -1.4466320671589785),
        (0.05, -1.6448536269514726),
        (0.025, -1.9599639845400543),
        (0.001, -3.0902323061678136),
        (1e-6, -4.753424308822899),
        (1e-10, -6.361340902404057),
        (1.3e-11, -6.667611456510741),
        (1e-14, -7.650628092935269),
        (1e-16, -8.222082216130435),
        (5.551115123125783e-17, -8.292361075813595),
    ];

    #[test]
    fn quantiles_agree_with_fifty_digit_arithmetic() {
        for (p, truth) in TRUTH {
            let error = (lower_quantile(p) - truth).abs();
            assert!(error <= 1e-15 * truth.abs(), "quantile of {p}: off by {error}");
        }
        assert_eq!(lower_quantile(0.5), 0.0);
    }

    #[test]
    fn the_two_halves_mirror_each_other() {
        for draw in [0, 1 << 11, 12_345 << 40, (1 << 63) - 1] {
            assert_eq!(variate(draw), -variate(!draw));
        }
        assert!(variate((1 << 63) - 1) < 0.0 && variate(1 << 63) > 0.0);
    }
}

//! The regularised incomplete beta function, the distribution function of the beta distribution, and its
//! inverse. Student's t and the exact interval of a probability are both special cases.

/// A term this much smaller than the sum no longer changes it.
const NEGLIGIBLE: f64 = 1e-16;

/// Stands for zero where a zero would be divided by.
const TINY: f64 = 1e-300;

/// `I_x(a, b)`: the probability that a Beta(a, b) variate is at most `x`; `a, b > 0`, `0 <= x <= 1`.
pub fn incomplete(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    let log_front =
        libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b) + a * libm::log(x) + b * libm::log1p(-x);
    let front = libm::exp(log_front);
    // The fraction converges fast on its own side of the mean; the other side is the mirror image.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(a, b, x) / a
    } else {
        1.0 - front * fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction of the incomplete beta function (Abramowitz & Stegun 26.5.8), by the
/// method of Lentz. It needs about `sqrt(max(a, b))` terms.
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut product = d;
    let mut m = 1.0;
    loop {
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut step = 1.0;
        for term in [even, odd] {
            d = 1.0 / away_from_zero(1.0 + term * d);
            c = away_from_zero(1.0 + term / c);
            step = c * d;
            product *= step;
        }
        if (step - 1.0).abs() <= NEGLIGIBLE || m > 1e6 {
            return product;
        }
        m += 1.0;
    }
}

/// The `p`-quantile of Beta(a, b), by bisection down to neighbouring numbers.
pub fn quantile(a: f64, b: f64, p: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high || high - low < 1e-17 {
            return middle;
        }
        if incomplete(a, b, middle) < p { low = middle } else { high = middle }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Closed forms: Beta(1, b), Beta(a, 1), Beta(1/2, 1/2) is the arcsine distribution, Beta(2, 2) a cubic.
    #[test]
    fn closed_forms_come_out() {
        for x in [0.001, 0.1, 0.25, 0.5, 0.77, 0.999] {
            let cases = [
                (1.0, 5.0, 1.0 - libm::pow(1.0 - x, 5.0)),
                (7.0, 1.0, libm::pow(x, 7.0)),
                (0.5, 0.5, 2.0 / std::f64::consts::PI * libm::asin(f64::sqrt(x))),
                (2.0, 2.0, x * x * (3.0 - 2.0 * x)),
            ];
            for (a, b, truth) in cases {
                let found = incomplete(a, b, x);
                assert!((found - truth).abs() < 1e-13, "I_{x}({a}, {b}) = {found}, not {truth}");
                if truth > 1.0 - 1e-6 {
                    continue; // so near to one its last digits say nothing about x
                }
                let back = quantile(a, b, truth);
                assert!((back - x).abs() < 1e-12, "quantile {truth} of ({a}, {b}) = {back}, not {x}");
            }
        }
    }

    /// Half of a symmetric distribution is on either side, however narrow it is.
    #[test]
    fn symmetry_holds_for_large_parameters() {
        for a in [0.5, 3.0, 100.0, 1e4, 1e6] {
            assert!((incomplete(a, a, 0.5) - 0.5).abs() < 1e-8, "{a}");
        }
    }
}

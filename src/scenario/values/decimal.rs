//! Exact decimal numbers, and the units that durations and rates have in common.

/// A decimal number as an exact fraction: mantissa and power of ten below it.
pub struct Decimal {
    pub mantissa: i128,
    scale: i128,
}

impl Decimal {
    pub fn parse(text: &str) -> Option<Decimal> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(fraction) || whole.len() + fraction.len() > 18 {
            return None;
        }
        if text.ends_with('.') {
            return None;
        }
        let mantissa = format!("{whole}{fraction}").parse().ok()?;
        Some(Decimal { mantissa, scale: 10i128.pow(fraction.len() as u32) })
    }

    /// `self × unit` when that is a whole number.
    pub fn times(&self, unit: i128) -> Option<i64> {
        let product = self.mantissa * unit;
        if product % self.scale != 0 {
            return None;
        }
        i64::try_from(product / self.scale).ok()
    }

    pub fn to_f64(&self) -> f64 {
        self.mantissa as f64 / self.scale as f64
    }
}

/// Units of durations, in milliseconds.
pub const DURATION_UNITS: [(&str, i128); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

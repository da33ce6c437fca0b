//! Numbers and quantities as people write them: counts, shares, figures, sizes.
//!
//! Numbers of a terminal stand in columns and keep their figures (`5.00 %`); those of a report stand in
//! sentences and tables and drop zeros at the end (`5 %`). Both are here, side by side.

use jiff::civil::DateTime;

use crate::output::prose::dates::{roughly, short_instant};
use crate::study::measures::{Measure, Unit};
pub use crate::units::quantity::{counted, grouped, plural};
use crate::units::time::Span;

/// `1 license is`, `2 licenses are`.
pub fn counted_are(number: u64, noun: &str) -> String {
    format!("{} {}", counted(number, noun), if number == 1 { "is" } else { "are" })
}

/// The ending of a verb: `1 step helps`, `2 steps help`.
pub fn verb_ending(number: u64) -> &'static str {
    if number == 1 { "s" } else { "" }
}

/// `a, b, c, ...`: the first names of so many.
pub fn named(names: &[String], of: u64) -> String {
    let more = if of > names.len() as u64 { ", ..." } else { "" };
    format!("{}{more}", names.join(", "))
}

/// A number with as many digits as say something: none after the point from 100 on, else three figures.
pub fn rounded(number: f64) -> String {
    let size = number.abs();
    if size >= 99.95 {
        let whole = grouped(size.round() as u64);
        return if number < 0.0 { format!("-{whole}") } else { whole };
    }
    let digits = match size {
        0.0 => 0,
        s if s >= 9.995 => 1,
        s if s >= 0.9995 => 2,
        s if s >= 0.0995 => 3,
        _ => 5,
    };
    format!("{number:.digits$}")
}

/// A count as it is, another number with three figures: `3`, `0.250`.
pub fn number(number: f64) -> String {
    match number.fract() == 0.0 && number.abs() < 1e15 {
        true if number < 0.0 => format!("-{}", grouped(-number as u64)),
        true => grouped(number as u64),
        false => rounded(number),
    }
}

/// Of a terminal: `12.3 %`, `5.00 %`.
pub fn percent(share: f64) -> String {
    let hundredths = share * 100.0;
    if hundredths == 0.0 || hundredths == 100.0 {
        return format!("{hundredths:.0} %");
    }
    format!("{} %", rounded(hundredths))
}

/// Of a report: `12.3 %`, `5 %`, `0.61 %`.
pub fn short_percent(share: f64) -> String {
    let percent = share * 100.0;
    let digits = match percent.abs() {
        p if p >= 1.0 => 1,
        p if p >= 0.1 => 2,
        _ => 3,
    };
    let shown = format!("{percent:.digits$}");
    let shown = shown.trim_end_matches('0').trim_end_matches('.');
    format!("{} %", if shown.is_empty() || shown == "-0" { "0" } else { shown })
}

/// `10.4 to 14.4 %`, of two shares put into words alike.
fn percent_range(percent: fn(f64) -> String, low: f64, high: f64) -> String {
    format!("{} to {}", percent(low).trim_end_matches(" %"), percent(high))
}

/// Of a report: `10.4 to 14.4 %`.
pub fn short_percents(low: f64, high: f64) -> String {
    percent_range(short_percent, low, high)
}

/// Of a terminal: `12.3 % (95 % interval 10.4 to 14.4 %)`.
pub fn probability(share: f64, low: f64, high: f64) -> String {
    with_interval(&percent(share), &percent_range(percent, low, high))
}

/// `5 (95 % interval 4 to 6)`.
pub fn with_interval(figure: &str, interval: &str) -> String {
    format!("{figure} (95 % interval {interval})")
}

/// A figure of a replication in a report: dates as dates, shares in per cent.
pub fn figure(measure: &Measure, value: f64, start: DateTime) -> String {
    match measure.unit {
        Unit::Instant => short_instant(start, value),
        Unit::Number if measure.name.ends_with("_share") => short_percent(value),
        Unit::Number | Unit::Count | Unit::Seconds | Unit::Hours | Unit::Days => number(value),
    }
}

/// A difference of two such figures; of probabilities where there is no measure.
pub fn difference(measure: Option<&Measure>, value: f64) -> String {
    let Some(measure) = measure else { return short_percent(value) };
    match measure.unit {
        Unit::Instant => {
            let span = roughly(Span((value.abs() * 1e3) as i64));
            if value < 0.0 { format!("-{span}") } else { span }
        }
        Unit::Number if measure.name.ends_with("_share") => short_percent(value),
        Unit::Number | Unit::Count | Unit::Seconds | Unit::Hours | Unit::Days => number(value),
    }
}

/// What a figure is counted in, where its words do not say it.
pub fn unit(measure: &Measure) -> &'static str {
    match measure.unit {
        Unit::Seconds => ", in seconds",
        Unit::Hours => ", in hours",
        Unit::Days => ", in days",
        Unit::Count | Unit::Number | Unit::Instant => "",
    }
}

/// `1.20 GB`, decimal: of downloads.
pub fn bytes(bytes: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    match units.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{} {unit}", rounded(bytes / size)),
        None => format!("{bytes} bytes"),
    }
}

/// `1.5 GiB`, `61.2 MiB`: of memory.
pub fn memory(bytes: f64) -> String {
    const MIB: f64 = (1u64 << 20) as f64;
    const GIB: f64 = (1u64 << 30) as f64;
    if bytes >= GIB { format!("{:.1} GiB", bytes / GIB) } else { format!("{:.1} MiB", bytes / MIB) }
}

/// `1 Gbit/s`, decimal.
pub fn bandwidth(bits_per_second: f64) -> String {
    let units = [(1e9, "Gbit/s"), (1e6, "Mbit/s"), (1e3, "kbit/s")];
    match units.into_iter().find(|(size, _)| bits_per_second >= *size) {
        Some((size, unit)) => format!("{} {unit}", number(bits_per_second / size)),
        None => format!("{} bit/s", number(bits_per_second)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        let numbers = [0.0, 0.001234, 0.5, 1.2345, 12.345, 123.45, 1_234_567.8, -1_500.2].map(rounded);
        assert_eq!(numbers, ["0", "0.00123", "0.500", "1.23", "12.3", "123", "1,234,568", "-1,500"]);
        assert_eq!([1.0, 1234.0, 0.25, -3.0, -1500.0].map(number), ["1", "1,234", "0.250", "-3", "-1,500"]);
        assert_eq!([1, 2].map(|n| counted_are(n, "license")), ["1 license is", "2 licenses are"]);
    }

    #[test]
    fn shares_read_well() {
        assert_eq!(probability(0.123, 0.104, 1.0), "12.3 % (95 % interval 10.4 to 100 %)");
        assert_eq!([0.0, 0.05, 1.0].map(percent), ["0 %", "5.00 %", "100 %"]);
        assert_eq!(
            [0.0, 0.05, 0.123, 0.00084, 1.0, -0.25].map(short_percent),
            ["0 %", "5 %", "12.3 %", "0.084 %", "100 %", "-25 %"]
        );
        assert_eq!(short_percents(0.104, 0.144), "10.4 to 14.4 %");
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(bytes(1.2e9), "1.20 GB");
        assert_eq!([1e9, 2.5e6].map(bandwidth), ["1 Gbit/s", "2.50 Mbit/s"]);
        assert_eq!(
            [1.5 * (1u64 << 30) as f64, 61.2 * (1u64 << 20) as f64].map(memory),
            ["1.5 GiB", "61.2 MiB"]
        );
    }
}

//! Dates, shares and sizes in sentences.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::output::prose::numbers::{counted, grouped, roughly};
use crate::output::prose::planning::rounded;
use crate::study::measures::{Measure, Unit};
use crate::units::time::Span;

/// `14 March 2026`, of an ISO 8601 instant; as it stands if it is none.
pub fn day(instant: &str) -> String {
    match instant.parse::<DateTime>() {
        Ok(when) => when.strftime("%-d %B %Y").to_string(),
        Err(_) => instant.to_string(),
    }
}

/// `8 to 16 February 2026`: what both days have in common stands once.
pub fn days(from: &str, to: &str) -> String {
    let (Ok(one), Ok(other)) = (from.parse::<DateTime>(), to.parse::<DateTime>()) else {
        return format!("{from} to {to}");
    };
    let form = match (one.year() == other.year(), one.month() == other.month()) {
        (true, true) if one.day() == other.day() => return day(from),
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        (false, _) => "%-d %B %Y",
    };
    format!("{} to {}", one.strftime(form), day(to))
}

/// `2026-03-14 06:30`, of an ISO 8601 instant.
pub fn minute(instant: &str) -> String {
    instant.get(..16).unwrap_or(instant).replace('T', " ")
}

/// `14 Mar 2026 06:30`, so many seconds after the start; without the time at midnight.
pub fn short_instant(start: DateTime, seconds: f64) -> String {
    let when = start.checked_add(SignedDuration::from_secs(seconds as i64)).unwrap_or(start);
    let midnight = when.hour() == 0 && when.minute() == 0;
    when.strftime(if midnight { "%-d %b %Y" } else { "%-d %b %Y %H:%M" }).to_string()
}

/// Seconds from the start to an ISO 8601 instant.
pub fn seconds_until(start: DateTime, instant: &str) -> Option<f64> {
    Some(instant.parse::<DateTime>().ok()?.duration_since(start).as_secs_f64())
}

/// `43.2 days`, of hours.
pub fn long(hours: f64) -> String {
    roughly(Span((hours * Span::HOUR.ms() as f64).round() as i64))
}

/// `1 license is`, `2 licenses are`.
pub fn are(number: u64, noun: &str) -> String {
    format!("{} {}", counted(number, noun), if number == 1 { "is" } else { "are" })
}

/// The ending of a verb: `1 step helps`, `2 steps help`.
pub fn s(number: u64) -> &'static str {
    if number == 1 { "s" } else { "" }
}

/// A count as it is, another number with three figures.
pub fn number(number: f64) -> String {
    match number.fract() == 0.0 && number.abs() < 1e15 {
        true if number < 0.0 => format!("-{}", grouped(-number as u64)),
        true => grouped(number as u64),
        false => rounded(number),
    }
}

/// `12.3 %`, `5 %`, `0.61 %`.
pub fn share(share: f64) -> String {
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

/// `10.4 to 14.4 %`.
pub fn shares(low: f64, high: f64) -> String {
    format!("{} to {}", share(low).trim_end_matches(" %"), share(high))
}

/// A figure of a replication as people read it: dates as dates, shares in per cent.
pub fn figure(measure: &Measure, value: f64, start: DateTime) -> String {
    match measure.unit {
        Unit::Instant => short_instant(start, value),
        Unit::Number if measure.name.ends_with("_share") => share(value),
        _ => number(value),
    }
}

/// A difference of two such figures.
pub fn difference(measure: Option<&Measure>, value: f64) -> String {
    match measure.map(|measure| measure.unit) {
        Some(Unit::Instant) => {
            let span = roughly(Span((value.abs() * 1e3) as i64));
            if value < 0.0 { format!("-{span}") } else { span }
        }
        Some(Unit::Number) if measure.is_some_and(|measure| measure.name.ends_with("_share")) => share(value),
        None => share(value),
        _ => number(value),
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

/// `1.2 GB`, decimal.
pub fn bytes(bytes: f64) -> String {
    let units = [(1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB")];
    match units.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{} {unit}", rounded(bytes / size)),
        None => format!("{bytes} bytes"),
    }
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
    fn sentences_read_well() {
        let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        assert_eq!(day("2026-03-14T06:30:00.123"), "14 March 2026");
        assert_eq!(day("soon"), "soon");
        assert_eq!(days("2026-02-08T06:30:00", "2026-02-16T00:00:00"), "8 to 16 February 2026");
        assert_eq!(days("2026-02-08T06:30:00", "2026-03-16T00:00:00"), "8 February to 16 March 2026");
        assert_eq!(days("2025-12-08T06:30:00", "2026-03-16T00:00:00"), "8 December 2025 to 16 March 2026");
        assert_eq!(days("2026-02-08T06:30:00", "2026-02-08T00:00:00"), "8 February 2026");
        assert_eq!(minute("2026-03-14T06:30:00.123"), "2026-03-14 06:30");
        assert_eq!(short_instant(start, 86_400.0), "6 Jan 2026");
        assert_eq!(short_instant(start, 90_000.0), "6 Jan 2026 01:00");
        assert_eq!(seconds_until(start, "2026-01-06T00:00:00.5"), Some(86_400.5));
        assert_eq!([1.0, 1234.0, 0.25, -3.0, -1500.0].map(number), ["1", "1,234", "0.250", "-3", "-1,500"]);
        assert_eq!(
            [0.0, 0.05, 0.123, 0.00084, 1.0, -0.25].map(share),
            ["0 %", "5 %", "12.3 %", "0.084 %", "100 %", "-25 %"]
        );
        assert_eq!(shares(0.104, 0.144), "10.4 to 14.4 %");
        assert_eq!([1, 2].map(|n| are(n, "license")), ["1 license is", "2 licenses are"]);
        assert_eq!(long(36.0), "1.5 days");
        assert_eq!(bytes(1.2e9), "1.20 GB");
        assert_eq!([1e9, 2.5e6].map(bandwidth), ["1 Gbit/s", "2.50 Mbit/s"]);
    }
}

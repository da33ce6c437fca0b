//! Dates and shares in sentences.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::super::planning_text::rounded;
use super::super::text::grouped;

/// `14 March 2026`, of an ISO 8601 instant; as it stands if it is none.
pub fn day(instant: &str) -> String {
    match instant.parse::<DateTime>() {
        Ok(when) => when.strftime("%-d %B %Y").to_string(),
        Err(_) => instant.to_string(),
    }
}

/// `2026-03-14 06:30`, of an ISO 8601 instant.
pub fn minute(instant: &str) -> String {
    instant.get(..16).unwrap_or(instant).replace('T', " ")
}

/// `14 Mar 2026 06:30`, so many seconds after the start; without the time at midnight.
pub fn short_instant(start: DateTime, seconds: f64) -> String {
    let when = start.checked_add(SignedDuration::from_secs_f64(seconds)).unwrap_or(start);
    let midnight = when.hour() == 0 && when.minute() == 0;
    when.strftime(if midnight { "%-d %b %Y" } else { "%-d %b %Y %H:%M" }).to_string()
}

/// Seconds from the start to an ISO 8601 instant.
pub fn seconds_until(start: DateTime, instant: &str) -> Option<f64> {
    Some(instant.parse::<DateTime>().ok()?.duration_since(start).as_secs_f64())
}

/// A count as it is, another number with three figures.
pub fn number(number: f64) -> String {
    match number.fract() == 0.0 && (0.0..1e15).contains(&number) {
        true => grouped(number as u64),
        false => rounded(number),
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
        Some((size, unit)) => format!("{} {unit}", rounded(bits_per_second / size)),
        None => format!("{bits_per_second} bit/s"),
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
        assert_eq!(minute("2026-03-14T06:30:00.123"), "2026-03-14 06:30");
        assert_eq!(short_instant(start, 86_400.0), "6 Jan 2026");
        assert_eq!(short_instant(start, 90_000.0), "6 Jan 2026 01:00");
        assert_eq!(seconds_until(start, "2026-01-06T00:00:00.5"), Some(86_400.5));
        assert_eq!([1.0, 1234.0, 0.25, -3.0].map(number), ["1", "1,234", "0.250", "-3.00"]);
        assert_eq!(bytes(1.2e9), "1.20 GB");
        assert_eq!(bandwidth(1e9), "1.00 Gbit/s");
    }
}

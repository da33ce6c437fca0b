//! Instants and durations as people write them.
//!
//! Tables and JSON files have [`timestamp`] or [`timestamp_ms`], sentences [`minute`], [`date`] and [`roughly`].
//! Reports read instants back from result files, so functions named after `text` take the ISO 8601 text.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::scenario::values::civil;
use crate::units::time::{Span, Time};

/// The civil date and time of an instant, ISO 8601, with milliseconds only where there are some.
pub fn timestamp(start: DateTime, at: Time) -> String {
    civil(start, at).to_string()
}

/// The civil date and time of an instant to the millisecond, always with three digits.
pub fn timestamp_ms(start: DateTime, at: Time) -> String {
    let when = civil(start, at);
    format!("{}.{:03}", when.with().subsec_nanosecond(0).build().expect("zero fits"), when.millisecond())
}

/// `2026-03-14 06:30`.
pub fn minute(start: DateTime, at: Time) -> String {
    let when = civil(start, at);
    format!("{} {:02}:{:02}", when.date(), when.hour(), when.minute())
}

/// `2026-03-14 06:30`, of the text of an instant.
pub fn minute_of_text(instant: &str) -> String {
    instant.get(..16).unwrap_or(instant).replace('T', " ")
}

/// `2026-03-14`.
pub fn date(start: DateTime, at: Time) -> String {
    civil(start, at).date().to_string()
}

/// `14 March 2026`, of the text of an instant; as it stands if it is none.
pub fn day_of_text(instant: &str) -> String {
    match instant.parse::<DateTime>() {
        Ok(when) => when.strftime("%-d %B %Y").to_string(),
        Err(_) => instant.to_string(),
    }
}

/// `8 to 16 February 2026`: what both days have in common stands once.
pub fn days_of_texts(from: &str, to: &str) -> String {
    let (Ok(one), Ok(other)) = (from.parse::<DateTime>(), to.parse::<DateTime>()) else {
        return format!("{from} to {to}");
    };
    let form = match (one.year() == other.year(), one.month() == other.month()) {
        (true, true) if one.day() == other.day() => return day_of_text(from),
        (true, true) => "%-d",
        (true, false) => "%-d %B",
        (false, _) => "%-d %B %Y",
    };
    format!("{} to {}", one.strftime(form), day_of_text(to))
}

/// `14 Mar 2026 06:30`, so many seconds after the start; without the time at midnight.
pub fn short_instant(start: DateTime, seconds: f64) -> String {
    let when = start.checked_add(SignedDuration::from_secs(seconds as i64)).unwrap_or(start);
    let midnight = when.hour() == 0 && when.minute() == 0;
    when.strftime(if midnight { "%-d %b %Y" } else { "%-d %b %Y %H:%M" }).to_string()
}

/// Seconds from the start to the text of an instant.
pub fn seconds_until(start: DateTime, instant: &str) -> Option<f64> {
    Some(instant.parse::<DateTime>().ok()?.duration_since(start).as_secs_f64())
}

/// A long duration to three figures of its largest unit: `43.2 days`.
pub fn roughly(span: Span) -> String {
    let tenths = |unit: Span| {
        let tenths = (span.ms() * 10 + unit.ms() / 2) / unit.ms();
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match span {
        s if s >= Span::DAY => format!("{} days", tenths(Span::DAY)),
        s if s >= Span::HOUR => format!("{} hours", tenths(Span::HOUR)),
        s if s >= Span::MINUTE => format!("{} minutes", tenths(Span::MINUTE)),
        s => s.to_string(),
    }
}

/// `day`, `6 hours`: after "per".
pub fn period(every: Span) -> String {
    match every {
        Span::DAY => "day".into(),
        Span::HOUR => "hour".into(),
        Span::MINUTE => "minute".into(),
        span if span == Span::days(7) => "week".into(),
        span if span.ms() % Span::DAY.ms() == 0 => format!("{} days", span.ms() / Span::DAY.ms()),
        span if span.ms() % Span::MINUTE.ms() == 0 && span < Span::HOUR => {
            format!("{} minutes", span.ms() / Span::MINUTE.ms())
        }
        span if span.ms() % Span::HOUR.ms() == 0 => format!("{} hours", span.ms() / Span::HOUR.ms()),
        span => span.to_string(),
    }
}

/// A time integral in milliseconds as a duration: `43.2 days`.
pub fn roughly_ms(ms: u128) -> String {
    roughly(Span(i64::try_from(ms).unwrap_or(i64::MAX)))
}

/// The same of hours, which may be fractions.
pub fn roughly_hours(hours: f64) -> String {
    roughly(Span((hours * Span::HOUR.ms() as f64).round() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_of_a_run_read_well() {
        let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        assert_eq!(timestamp(start, Time::START), "2026-01-05T00:00:00");
        assert_eq!(timestamp(start, Time(86_400_250)), "2026-01-06T00:00:00.25");
        assert_eq!(timestamp_ms(start, Time(86_400_250)), "2026-01-06T00:00:00.250");
        assert_eq!(minute(start, Time(3_660_000)), "2026-01-05 01:01");
        assert_eq!(date(start, Time(86_400_250)), "2026-01-06");
        assert_eq!(short_instant(start, 86_400.0), "6 Jan 2026");
        assert_eq!(short_instant(start, 90_000.0), "6 Jan 2026 01:00");
        assert_eq!(seconds_until(start, "2026-01-06T00:00:00.5"), Some(86_400.5));
    }

    #[test]
    fn texts_of_instants_read_well() {
        assert_eq!(day_of_text("2026-03-14T06:30:00.123"), "14 March 2026");
        assert_eq!(day_of_text("soon"), "soon");
        assert_eq!(minute_of_text("2026-03-14T06:30:00.123"), "2026-03-14 06:30");
        for (from, to, expected) in [
            ("2026-02-08T06:30:00", "2026-02-16T00:00:00", "8 to 16 February 2026"),
            ("2026-02-08T06:30:00", "2026-03-16T00:00:00", "8 February to 16 March 2026"),
            ("2025-12-08T06:30:00", "2026-03-16T00:00:00", "8 December 2025 to 16 March 2026"),
            ("2026-02-08T06:30:00", "2026-02-08T00:00:00", "8 February 2026"),
        ] {
            assert_eq!(days_of_texts(from, to), expected);
        }
    }

    #[test]
    fn durations_read_well() {
        assert_eq!(roughly(Span::hours(36)), "1.5 days");
        assert_eq!(roughly(Span::minutes(30)), "30.0 minutes");
        assert_eq!(roughly_hours(36.0), "1.5 days");
        assert_eq!(
            [Span::DAY, Span::hours(6), Span::minutes(30)].map(period),
            ["day", "6 hours", "30 minutes"]
        );
    }
}

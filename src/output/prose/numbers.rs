//! Instants and numbers as people write them.

use jiff::civil::DateTime;

use crate::scenario::values::civil;
use crate::study::divergence::Happening;
pub use crate::units::quantity::grouped;
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

/// Date and time to the minute, for sentences.
pub fn minute(start: DateTime, at: Time) -> String {
    let when = civil(start, at);
    format!("{} {:02}:{:02}", when.date(), when.hour(), when.minute())
}

/// What happened, in a line: when, to whom, what, by which rule, and why.
pub fn happening(start: DateTime, happening: Option<&Happening>) -> String {
    let Some(Happening { at, client, event, rule, reason }) = happening else {
        return "nothing more happens".into();
    };
    let who = client.as_deref().unwrap_or("server");
    let rule = rule.map_or(String::new(), |rule| format!(" ({rule})"));
    format!("{} {who}: {}{rule}: {reason}", timestamp_ms(start, *at), event.replace('_', " "))
}

/// `1 client`, `2 clients`.
pub fn counted(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `a, b, c, ...`: the first names of so many.
pub fn named(names: &[String], of: u64) -> String {
    let more = if of > names.len() as u64 { ", ..." } else { "" };
    format!("{}{more}", names.join(", "))
}

/// A long duration to two figures of its largest unit: `43.2 days`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_numbers_read_well() {
        let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        assert_eq!(timestamp(start, Time::START), "2026-01-05T00:00:00");
        assert_eq!(timestamp(start, Time(86_400_250)), "2026-01-06T00:00:00.25");
        assert_eq!(timestamp_ms(start, Time(86_400_250)), "2026-01-06T00:00:00.250");
        assert_eq!(minute(start, Time(3_660_000)), "2026-01-05 01:01");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(12), "12");
        assert_eq!(counted(1, "client"), "1 client");
        assert_eq!(roughly(Span::hours(36)), "1.5 days");
        assert_eq!(roughly(Span::minutes(30)), "30.0 minutes");
    }
}

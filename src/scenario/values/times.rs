//! Durations, dates and instants as values of a scenario.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time as ClockTime};

use crate::scenario::fault::Fault;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::suggestions;
use crate::scenario::values::decimal::{DURATION_UNITS, Decimal};
use crate::scenario::values::words::text;
use crate::scenario::yaml::Node;
use crate::units::time::{Span, Time};

const DURATION_HELP: &str = "durations: 250ms, 90s, 5m, 4h, 1.5h, 30d, 2w, or together as in `1d 12h`";

/// The probably intended duration, or how durations are written.
fn duration_help(typed: &str) -> String {
    let right = |written: &String| written != typed && duration_text(written).is_ok();
    match suggestions::duration(typed).filter(right) {
        Some(written) => format!("did you mean `{written}`?"),
        None => DURATION_HELP.into(),
    }
}

/// A duration of zero or more: `4h`, `1d 12h`, `0s`.
pub fn duration(node: &Node, _: &Reader) -> Read<Span> {
    let typed = text(node, "a duration such as `4h`")?;
    duration_text(typed).map_err(|help| Fault::at(node.at, format!("`{typed}` is not a duration")).help(help))
}

/// A duration that may be negative (`-10m`): for jitter.
pub fn signed_duration(node: &Node, reader: &Reader) -> Read<Span> {
    let typed = text(node, "a duration such as `4h`")?;
    match typed.strip_prefix('-') {
        None => duration(node, reader),
        Some(rest) => duration_text(rest)
            .map(|span| Span(-span.0))
            .map_err(|help| Fault::at(node.at, format!("`{typed}` is not a duration")).help(help)),
    }
}

/// A duration above zero in whole seconds: rows of the timeline are identified by their second.
pub fn whole_seconds(node: &Node, reader: &Reader) -> Read<Span> {
    let span = positive_duration(node, reader)?;
    if span.ms() % Span::SECOND.ms() != 0 {
        return Err(Fault::at(node.at, format!("{} is no whole number of seconds", node.describe()))
            .help("the rows of the timeline are told by their second"));
    }
    Ok(span)
}

/// A duration above zero.
pub fn positive_duration(node: &Node, reader: &Reader) -> Read<Span> {
    match duration(node, reader)? {
        Span::ZERO => {
            let problem = format!("{} must be longer than zero", node.describe());
            Err(Fault::at(node.at, problem).help("for example `1h`"))
        }
        span => Ok(span),
    }
}

/// Parses a duration; the error is the remedy.
pub fn duration_text(typed: &str) -> Result<Span, String> {
    let mut rest = typed.trim();
    if rest == "0" {
        return Ok(Span::ZERO);
    }
    if Decimal::parse(rest).is_some() {
        return Err(format!("the unit is missing: `{rest}m`, `{rest}h` or `{rest}d`?"));
    }
    if let Some((hours, minutes)) = rest.split_once(':')
        && let (Some(_), Some(_)) = (Decimal::parse(hours), Decimal::parse(minutes))
    {
        return Err(format!("write `{hours}h {minutes}m`; {DURATION_HELP}"));
    }
    if rest.starts_with('-') {
        return Err("it must not be negative".into());
    }
    let mut total: i64 = 0;
    let mut last = i128::MAX;
    while !rest.is_empty() {
        let number_end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, tail) = rest.split_at(number_end);
        let tail = tail.trim_start();
        let unit_end = tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit_end);
        let decimal = Decimal::parse(number).ok_or_else(|| duration_help(typed))?;
        let known = DURATION_UNITS.iter().find(|(name, _)| *name == unit);
        let (_, ms) = known.ok_or_else(|| duration_help(typed))?;
        if *ms >= last {
            return Err(format!("each unit once, the longest first; {DURATION_HELP}"));
        }
        last = *ms;
        let part = decimal.times(*ms).ok_or("it must be a whole number of milliseconds")?;
        total = total.checked_add(part).ok_or("it is too long")?;
        rest = tail.trim_start();
    }
    if typed.trim().is_empty() {
        return Err(DURATION_HELP.into());
    }
    if Span(total) > Span::LONGEST {
        return Err("it is longer than 200 years".into());
    }
    Ok(Span(total))
}

/// A civil date, `2026-03-01`.
pub fn date(node: &Node, _: &Reader) -> Read<Date> {
    let typed = text(node, "a date such as `2026-03-01`")?;
    typed.parse::<Date>().ok().filter(|_| typed.len() == 10).ok_or_else(|| {
        Fault::at(node.at, format!("`{typed}` is not a date")).help("write year-month-day: `2026-03-01`")
    })
}

/// A civil date with or without time of day.
pub fn date_time(node: &Node, _: &Reader) -> Read<DateTime> {
    let typed = text(node, "a date such as `2026-01-05T00:00`")?;
    date_time_text(typed).ok_or_else(|| {
        Fault::at(node.at, format!("`{typed}` is not a date"))
            .help("write `2026-01-05` or `2026-01-05T08:30`")
    })
}

/// Parses a civil date with or without time of day.
pub fn date_time_text(typed: &str) -> Option<DateTime> {
    let starts_like_a_date = typed.len() >= 10 && typed.as_bytes()[4] == b'-';
    if !starts_like_a_date || typed.ends_with(['Z', ']']) {
        return None;
    }
    typed.parse::<DateTime>().ok()
}

/// An instant: a date, or a duration after the start of the scenario.
pub fn instant(node: &Node, reader: &Reader) -> Read<Time> {
    let typed = text(node, "an instant: a date, or a duration after the start")?;
    instant_text(typed, reader.start)
        .map_err(|help| Fault::at(node.at, format!("`{typed}` is not an instant")).help(help))
}

/// Parses an instant; the error is the remedy.
pub fn instant_text(typed: &str, start: DateTime) -> Result<Time, String> {
    if let Some(when) = date_time_text(typed) {
        return Ok(since(start, when));
    }
    duration_text(typed).map(|span| Time(span.0)).map_err(|why| {
        let shapes = "write a date (`2026-03-01`, `2026-03-01T08:30`) or a duration after the start (`30d`)";
        // A bare or negative number is an attempt at a duration; anything else may be either.
        match typed.parse::<f64>().is_ok() || typed.starts_with('-') {
            true => format!("{why}; {shapes}"),
            false => shapes.to_string(),
        }
    })
}

/// The civil date and time of an instant.
pub fn civil(start: DateTime, at: Time) -> DateTime {
    start.saturating_add(SignedDuration::from_millis(at.ms()))
}

/// Milliseconds from the start of the scenario to a civil date and time.
pub fn since(start: DateTime, when: DateTime) -> Time {
    let elapsed = when.duration_since(start).as_millis();
    Time(i64::try_from(elapsed).expect("civil dates are within 10,000 years"))
}

/// The time of day `HH:MM[:SS]`, as a duration after midnight.
pub fn time_of_day(node: &Node, _: &Reader) -> Read<Span> {
    let typed = text(node, "a time of day such as \"03:00\"")?;
    clock_time(typed).ok_or_else(|| {
        Fault::at(node.at, format!("`{typed}` is not a time of day"))
            .help("write hours and minutes: \"03:00\"")
    })
}

/// Parses a time of day.
pub fn clock_time(typed: &str) -> Option<Span> {
    let clock = typed.parse::<ClockTime>().ok().filter(|_| typed.contains(':'))?;
    let seconds =
        i64::from(clock.hour()) * 3_600 + i64::from(clock.minute()) * 60 + i64::from(clock.second());
    Some(Span(seconds * 1_000 + i64::from(clock.millisecond())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_people_write() {
        for (typed, ms) in [
            ("4h", 14_400_000),
            ("240m", 14_400_000),
            ("1d 12h", 129_600_000),
            ("1d12h", 129_600_000),
            ("10.25h", 36_900_000),
            ("2w", 1_209_600_000),
            ("250ms", 250),
            ("0", 0),
            ("1.5 h", 5_400_000),
        ] {
            assert_eq!(duration_text(typed), Ok(Span(ms)), "{typed}");
        }
    }

    #[test]
    fn durations_refused_with_a_remedy() {
        for (typed, remedy) in [
            ("4", "the unit is missing: `4m`, `4h` or `4d`?"),
            ("4:30", "write `4h 30m`"),
            ("4H", "did you mean `4h`?"),
            ("4 hrs", "did you mean `4h`?"),
            ("PT4H", "did you mean `4h`?"),
            ("-4h", "it must not be negative"),
            ("0.0001s", "whole number of milliseconds"),
            ("400000d", "longer than 200 years"),
            ("", "durations:"),
            ("nan", "durations:"),
            ("4h:30m", "durations:"),
            ("1h 1h", "each unit once"),
            ("5m 1h", "longest first"),
        ] {
            let error = duration_text(typed).expect_err(typed);
            assert!(error.contains(remedy), "{typed}: {error}");
        }
    }
}

//! Understands single values: durations, instants, sizes, bandwidths, rates, counts, switches.
//!
//! Units stand in the value (`4h`, `40 MB`, `1 Gbit/s`, `10/d`), so that no key needs a unit in its
//! name and no number can be misread. Decimals are exact: `10.25h` is 36,900,000 ms, and a value
//! finer than the millisecond, byte or bit it is kept in is refused rather than rounded.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time as ClockTime};

use crate::scenario::fault::Fault;
use crate::scenario::model::Share;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::suggestions;
use crate::scenario::yaml::{Kind, Node};
use crate::units::time::{Span, Time};

/// The text of a scalar, or a fault that says what was expected.
pub fn text<'n>(node: &'n Node, expected: &str) -> Read<&'n str> {
    match &node.kind {
        Kind::Scalar { text, .. } => Ok(text),
        _ => Err(Fault::at(node.at, format!("expected {expected}, found {}", node.describe()))),
    }
}

fn bad(node: &Node, expected: &str) -> Fault {
    Fault::at(node.at, format!("expected {expected}, found {}", node.describe()))
}

/// A decimal number as an exact fraction: mantissa and power of ten below it.
struct Decimal {
    mantissa: i128,
    scale: i128,
}

impl Decimal {
    fn parse(text: &str) -> Option<Decimal> {
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
    fn times(&self, unit: i128) -> Option<i64> {
        let product = self.mantissa * unit;
        if product % self.scale != 0 {
            return None;
        }
        i64::try_from(product / self.scale).ok()
    }

    fn to_f64(&self) -> f64 {
        self.mantissa as f64 / self.scale as f64
    }
}

const DURATION_UNITS: [(&str, i128); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

const DURATION_HELP: &str = "durations: 250ms, 90s, 5m, 4h, 1.5h, 30d, 2w, or together as in `1d 12h`";

/// What was meant, or how durations are written.
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

/// A duration above zero in whole seconds: rows of the timeline are told by their second.
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
        // A bare or negative number was meant as a duration; of anything else we cannot know.
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

/// A whole number within `min..=max`.
pub fn integer(min: u64, max: u64) -> impl Fn(&Node, &Reader) -> Read<u64> {
    move |node, _| {
        let typed = text(node, "a whole number")?;
        let range = format!("must be a whole number from {min} to {max}");
        if let Some(help) = number_help(typed) {
            return Err(Fault::at(node.at, format!("`{typed}` {range}")).help(help));
        }
        match typed.parse::<i128>() {
            Ok(n) if (i128::from(min)..=i128::from(max)).contains(&n) => Ok(n as u64),
            Ok(_) => Err(Fault::at(node.at, format!("`{typed}` {range}"))),
            Err(_) => match typed.parse::<f64>() {
                Ok(x)
                    if x.is_finite()
                        && x == (x as i64) as f64
                        && x >= min as f64
                        && x <= max as f64
                        && x < 9e15 =>
                {
                    Ok(x as u64)
                }
                _ if !is_finite(typed) => {
                    Err(Fault::at(node.at, format!("`{typed}` is not a finite number; it {range}")))
                }
                _ => Err(Fault::at(node.at, format!("`{typed}` {range}"))),
            },
        }
    }
}

/// What was probably meant by a number that is not written as one.
fn number_help(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let only =
        |also: &str| !digits.is_empty() && typed.chars().all(|c| c.is_ascii_digit() || also.contains(c));
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && only("");
    if leading_zero {
        // 010 is eight to YAML 1.1 and ten to YAML 1.2.
        return Some(format!("a number has no zero in front: `{}`", digits.trim_start_matches('0')));
    }
    (digits.len() < typed.len() && only("_ ,'")).then(|| format!("write `{digits}`"))
}

/// Not a spelling of infinity or of "no number", and not beyond what a float holds.
fn is_finite(typed: &str) -> bool {
    let word = typed.trim_start_matches(['+', '-', '.']).to_lowercase();
    let no_number = matches!(word.as_str(), "inf" | "infinity" | "nan");
    !no_number && typed.parse::<f64>().map_or(true, f64::is_finite)
}

/// A finite number above zero.
pub fn positive_number(node: &Node, _: &Reader) -> Read<f64> {
    let typed = text(node, "a number")?;
    match typed.parse::<f64>() {
        Ok(x) if x.is_finite() && x > 0.0 => Ok(x),
        _ => Err(Fault::at(node.at, format!("`{typed}` must be a finite number above zero"))),
    }
}

/// `true` or `false`, and nothing that YAML dialects read as such.
pub fn switch(node: &Node, _: &Reader) -> Read<bool> {
    match text(node, "`true` or `false`")? {
        "true" => Ok(true),
        "false" => Ok(false),
        typed => Err(Fault::at(node.at, format!("`{typed}` is neither `true` nor `false`"))
            .help("YAML dialects disagree on yes/no/on/off, so only these two words are accepted")),
    }
}

/// A title: one line that fits into a heading.
pub fn title(node: &Node, _: &Reader) -> Read<String> {
    let typed = text(node, "text")?;
    match no_title(typed) {
        None => Ok(typed.to_string()),
        Some(problem) => {
            Err(Fault::at(node.at, problem).help(format!("one line of 1 to {LONGEST_TITLE} characters")))
        }
    }
}

/// Why a text is no title, if it is none.
pub fn no_title(typed: &str) -> Option<String> {
    let length = typed.chars().count();
    match typed.chars().any(char::is_control) {
        true => Some("a line break or another control character is in it".to_string()),
        false if typed.trim().is_empty() => Some("it is empty".to_string()),
        false if length > LONGEST_TITLE => Some(format!("it has {length} characters")),
        false => None,
    }
}

const LONGEST_TITLE: usize = 200;

/// One of a few words.
pub fn word<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&Node, &Reader) -> Read<T> {
    move |node, _| {
        let typed = text(node, &one_of(words))?;
        words.iter().find(|(word, _)| *word == typed).map(|(_, value)| *value).ok_or_else(|| {
            bad(node, &one_of(words)).suggest(typed, words.iter().map(|(word, _)| *word), None)
        })
    }
}

fn one_of<T>(words: &[(&str, T)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

const SIZE_UNITS: [(&str, i128); 8] = [
    ("B", 1),
    ("kB", 1_000),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// A size in bytes: `40 MB`.
pub fn size(node: &Node, _: &Reader) -> Read<u64> {
    let help = "sizes: 500 kB, 40 MB, 1.5 GB (powers of 1000), or KiB, MiB, GiB";
    let typed = text(node, "a size such as `40 MB`")?;
    if typed == "0" {
        return Ok(0);
    }
    with_unit(typed, &SIZE_UNITS)
        .ok_or_else(|| Fault::at(node.at, format!("`{typed}` is not a size")).help(help))
        .map(|bytes| bytes as u64)
}

const BANDWIDTH_UNITS: [(&str, i128); 8] = [
    ("bit/s", 1),
    ("kbit/s", 1_000),
    ("Mbit/s", 1_000_000),
    ("Gbit/s", 1_000_000_000),
    ("B/s", 8),
    ("kB/s", 8_000),
    ("MB/s", 8_000_000),
    ("GB/s", 8_000_000_000),
];

/// A bandwidth in bits per second, or `unlimited` (`None`).
pub fn bandwidth(node: &Node, _: &Reader) -> Read<Option<u64>> {
    let typed = text(node, "a bandwidth such as `100 Mbit/s`")?;
    if typed == "unlimited" {
        return Ok(None);
    }
    match with_unit(typed, &BANDWIDTH_UNITS) {
        Some(0) => Err(Fault::at(node.at, "must be more than zero".into())),
        // 100 Tbit/s; keeps the products of the download arithmetic far inside 128 bits.
        Some(bits) if bits > 100_000_000_000_000 => {
            Err(Fault::at(node.at, "more than 100,000 Gbit/s".into()).help("`unlimited`, or less"))
        }
        Some(bits) => Ok(Some(bits as u64)),
        None => Err(Fault::at(node.at, format!("`{typed}` is not a bandwidth"))
            .help("bandwidths: 100 Mbit/s, 1 Gbit/s, 10 MB/s, or `unlimited`")),
    }
}

/// A share such as `40%`, no finer than a millionth. `example`, `form`: what a fault shows.
pub fn share(example: &'static str, form: &'static str) -> impl Fn(&Node, &Reader) -> Read<Share> {
    move |node, _| {
        let typed = text(node, &format!("a share such as `{example}`"))?;
        share_text(typed).ok_or_else(|| {
            Fault::at(node.at, format!("`{typed}` is not a share")).help(share_help(typed, form))
        })
    }
}

/// Parses a share.
fn share_text(typed: &str) -> Option<Share> {
    let millionths = with_unit(typed.trim(), &[("%", 10_000)])?;
    let millionths = u32::try_from(millionths).ok().filter(|parts| *parts <= Share::ALL.millionths)?;
    Some(Share { millionths })
}

/// A share as [`share`] reads it.
pub fn written_share(share: Share) -> String {
    let (whole, rest) = (share.millionths / 10_000, share.millionths % 10_000);
    match format!("{rest:04}").trim_end_matches('0') {
        "" => format!("{whole}%"),
        fraction => format!("{whole}.{fraction}%"),
    }
}

/// How a share is written; a plain number, which people read as one or a hundredth of it, as a percentage.
fn share_help(typed: &str, form: &str) -> String {
    match suggestions::percentage(typed) {
        Some(percentage) => format!("write {percentage}: a share has its percent sign"),
        None => form.into(),
    }
}

fn with_unit(typed: &str, units: &[(&str, i128)]) -> Option<i64> {
    let split = typed.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = typed.split_at(split);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    Decimal::parse(number)?.times(*factor)
}

/// A rate such as `10/d`, as the mean time between two arrivals in milliseconds.
pub fn rate(node: &Node, _: &Reader) -> Read<f64> {
    let typed = text(node, "a rate such as `10/d`")?;
    let parts = typed.split_once('/').map(|(n, unit)| (n.trim(), unit.trim()));
    let mean = parts.and_then(|(number, unit)| {
        let (_, ms) = DURATION_UNITS.iter().find(|(name, _)| *name == unit)?;
        let number = Decimal::parse(number).filter(|d| d.mantissa > 0)?;
        Some(*ms as f64 / number.to_f64())
    });
    mean.ok_or_else(|| {
        Fault::at(node.at, format!("`{typed}` is not a rate"))
            .help("rates: 10/d, 2.5/h, 40/m, and more than zero")
    })
}

/// Each item of a list (or a single value standing for a list of one).
pub fn list<T>(
    node: &Node,
    reader: &Reader,
    mut item: impl FnMut(&Node, &Reader) -> Read<T>,
) -> Read<Vec<T>> {
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(|n| item(n, reader)).collect(),
        _ => Ok(vec![item(node, reader)?]),
    }
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

    #[test]
    fn shares_are_written_as_they_are_read() {
        for (millionths, written) in
            [(0, "0%"), (125_000, "12.5%"), (400_000, "40%"), (1, "0.0001%"), (1_000_000, "100%")]
        {
            assert_eq!(written_share(Share { millionths }), written);
            assert_eq!(share_text(written), Some(Share { millionths }));
        }
    }

    #[test]
    fn quantities_with_units() {
        assert_eq!(with_unit("40 MB", &SIZE_UNITS), Some(40_000_000));
        assert_eq!(with_unit("1.5GiB", &SIZE_UNITS), Some(1_610_612_736));
        assert_eq!(with_unit("1 Gbit/s", &BANDWIDTH_UNITS), Some(1_000_000_000));
        assert_eq!(with_unit("10 MB/s", &BANDWIDTH_UNITS), Some(80_000_000));
        assert_eq!(with_unit("40", &SIZE_UNITS), None);
        assert_eq!(with_unit("0.3 B", &SIZE_UNITS), None);
    }
}

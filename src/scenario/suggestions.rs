//! Guesses at the intended value, for the help of a fault. Nothing here is accepted as it stands.

/// Other words for the units of durations.
const UNITS: [(&str, &[&str]); 6] = [
    ("ms", &["ms", "msec", "millis", "millisecond", "milliseconds"]),
    ("s", &["s", "sec", "secs", "second", "seconds"]),
    ("m", &["m", "min", "mins", "minute", "minutes"]),
    ("h", &["h", "hr", "hrs", "hour", "hours"]),
    ("d", &["d", "day", "days"]),
    ("w", &["w", "wk", "wks", "week", "weeks"]),
];

/// `4 hrs`, `4H`, `PT4H30M`: the duration as a scenario writes it. Months and years are no durations.
pub fn duration(typed: &str) -> Option<String> {
    let lower = typed.trim().to_lowercase();
    // `4,5h` is a decimal comma; `1 day, 12 hours` is none.
    let lower = match lower.split_once(',') {
        Some((whole, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("{whole}.{rest}"),
        _ => lower,
    };
    let (days, hours) = match lower.strip_prefix('p') {
        // In ISO 8601 an `M` before the `T` is a month.
        Some(iso) => iso.split_once('t').unwrap_or((iso, "")),
        None => ("", lower.as_str()),
    };
    if days.contains('m') || typed.trim().ends_with('M') && !lower.starts_with('p') {
        return None;
    }
    let mut parts = Vec::new();
    let mut rest = format!("{days} {hours}");
    while !rest.trim().is_empty() {
        let part = rest.trim_start().to_string();
        let (number, tail) = part.split_at(part.find(|c: char| !c.is_ascii_digit() && c != '.')?);
        let tail = tail.trim_start();
        let (word, tail) = tail.split_at(tail.find(|c: char| !c.is_alphabetic()).unwrap_or(tail.len()));
        let (unit, _) = UNITS.iter().find(|(_, words)| words.contains(&word))?;
        parts.push(format!("{number}{unit}"));
        rest = tail.trim_start_matches([',', ' ']).to_string();
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A plain number as the percentage it may stand for: `0.85` and `85` are both `85%`.
pub fn percentage(typed: &str) -> Option<String> {
    let number: f64 = typed.trim().parse().ok()?;
    let written = |percent: f64| {
        let digits = format!("{percent:.4}");
        format!("`{}%`", digits.trim_end_matches('0').trim_end_matches('.'))
    };
    match number {
        1.0 => Some("`1%` or `100%`".into()),
        n if (0.0..1.0).contains(&n) => Some(written(100.0 * n)),
        n if (1.0..=100.0).contains(&n) => Some(written(n)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::values::duration_text;

    #[test]
    fn other_spellings_of_durations_are_understood() {
        for (typed, means) in [
            ("4 hrs", "4h"),
            ("4H", "4h"),
            ("PT4H", "4h"),
            ("P1DT12H30M", "1d 12h 30m"),
            ("P2W", "2w"),
            ("1 day, 12 hours", "1d 12h"),
            ("1.5 Hours", "1.5h"),
            ("90 sec", "90s"),
            ("4,5h", "4.5h"),
        ] {
            assert_eq!(duration(typed).as_deref(), Some(means), "{typed}");
            assert!(duration_text(means).is_ok() && duration_text(typed).is_err(), "{typed}");
        }
        for typed in ["P1M", "3 months", "4M", "five", "4", "", "P", "1d 12", "½h", "-4H"] {
            assert_eq!(duration(typed), None, "{typed}");
        }
    }

    #[test]
    fn plain_numbers_are_shown_as_percentages() {
        for (typed, means) in
            [("0.85", "`85%`"), ("85", "`85%`"), ("0.07", "`7%`"), ("0", "`0%`"), ("1", "`1%` or `100%`")]
        {
            assert_eq!(percentage(typed).as_deref(), Some(means), "{typed}");
        }
        assert!(["150", "-0.2", "nan", "inf", "few", "85%"].iter().all(|typed| percentage(typed).is_none()));
    }
}

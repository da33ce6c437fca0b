//! Targets, and how figures stand to them: `the risk that a client is turned away`, `5 %`, `surely`.

use crate::output::prose::numbers::{self, number, short_percent, short_percents};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::target::{Question, Target};

/// What a target looks at: `the risk that a client is turned away`.
pub fn meaning(target: &Target) -> String {
    match target.question() {
        Question::Mean(measure) => format!("the mean of \"{}\"", MEASURES[measure].meaning),
        Question::ExhaustedBefore(_) => {
            let date = target.in_words().0.trim_start_matches("P(exhausted before").trim_end_matches(')');
            format!("the risk that the pool runs out before{date}")
        }
        Question::Probability(event) => format!("the risk that {}", risk(EVENTS[event].name)),
    }
}

/// What happens, in the present tense, by the name of the event.
fn risk(event: &str) -> &str {
    match event {
        "any_rejected" => "a client is turned away",
        "pool_exhausted" => "the pool runs out",
        "any_rejected_lastingly" => "a client waits for over a day, or leaves without a license",
        "licenses_expired" => "no license is in date",
        other => other,
    }
}

/// The level of a target: `5 %`, `24`.
pub fn level(target: &Target) -> String {
    let (_, typed) = target.in_words();
    if typed.ends_with('%') { short_percent(target.at_most) } else { typed.to_string() }
}

/// Its figure, as a variant has it.
pub fn estimate(target: &Target, figure: f64) -> String {
    if target.is_probability() { short_percent(figure) } else { number(figure) }
}

/// The interval of such a figure. That of a mean may reach below zero, and none of these figures does.
pub fn interval(target: &Target, (low, high): (f64, f64)) -> String {
    match target.is_probability() {
        true => short_percents(low, high),
        false => format!("{} to {}", number(low.max(0.0)), number(high)),
    }
}

/// Both: `5 % (95 % interval 0.61 to 16.9 %)`.
pub fn with_interval(target: &Target, figure: f64, known: Option<(f64, f64)>) -> String {
    let figure = estimate(target, figure);
    match known {
        Some(known) => numbers::with_interval(&figure, &interval(target, known)),
        None => figure,
    }
}

/// Does a variant meet a target? Below the level with its whole interval it does surely.
pub fn verdict(figure: Option<f64>, high: Option<f64>, target: &Target) -> &'static str {
    match (figure, high) {
        (Some(figure), _) if figure > target.at_most => "no",
        (Some(_), Some(high)) if high <= target.at_most => "surely",
        (Some(_), _) => "as it seems",
        (None, _) => "-",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::time::Time;

    #[test]
    fn targets_read_well() {
        let start = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
        #[rustfmt::skip]
        let table = [
            ("P(any_rejected) <= 1%",                 "the risk that a client is turned away"),
            ("P(pool_exhausted) <= 1%",               "the risk that the pool runs out"),
            ("P(licenses_expired) <= 1%",             "the risk that no license is in date"),
            ("P(exhausted before 2026-01-20) <= 1%",  "the risk that the pool runs out before 2026-01-20"),
        ];
        for (typed, expected) in table {
            let target = Target::parse(typed, start, Time(30 * 86_400_000)).unwrap();
            assert_eq!(meaning(&target), expected, "{typed}");
        }
    }

    /// Events are a table of `study`: none of them may lack words here.
    #[test]
    fn every_event_has_words() {
        assert!(EVENTS.iter().all(|event| risk(event.name) != event.name));
    }
}

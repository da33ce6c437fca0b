//! How figures stand to the target that they are held to, in words.

use jiff::civil::DateTime;

use crate::output::prose::dates::seconds_until;
use crate::output::prose::numbers;
use crate::output::prose::numbers::{number, short_percent, short_percents};
use crate::output::report::error::ReportError;
use crate::output::results::origin::ScenarioInfo;
use crate::study::target::Target;
use crate::units::time::{Span, Time};

/// A target that was typed, of results of this scenario.
///
/// # Errors
/// When it is none.
pub fn read(typed: &str, told: &ScenarioInfo, start: DateTime) -> Result<Target, ReportError> {
    let seconds = seconds_until(start, &told.end).unwrap_or(0.0);
    let horizon = Time::START + Span((seconds * 1e3) as i64);
    let wrong = |why| ReportError::Target { typed: typed.to_string(), why };
    Target::parse(typed, start, horizon).map_err(wrong)
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

/// Does a variant meet a target? What lies within its interval nobody knows.
pub fn verdict(figure: Option<f64>, high: Option<f64>, target: &Target) -> &'static str {
    match (figure, high) {
        (Some(figure), _) if figure > target.at_most => "no",
        (Some(_), Some(high)) if high <= target.at_most => "surely",
        (Some(_), _) => "as it seems",
        (None, _) => "-",
    }
}

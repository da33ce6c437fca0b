//! A target as reports are asked for it.

use jiff::civil::DateTime;

use crate::output::prose::dates::seconds_until;
use crate::output::report::error::ReportError;
use crate::output::results::origin::ScenarioInfo;
use crate::study::target::Target;
use crate::units::time::{Span, Time};

/// A target that was typed, of results of this scenario.
///
/// # Errors
/// When it is none.
pub fn read(typed: &str, info: &ScenarioInfo, start: DateTime) -> Result<Target, ReportError> {
    let seconds = seconds_until(start, &info.end).unwrap_or(0.0);
    let horizon = Time::START + Span((seconds * 1e3) as i64);
    let wrong = |why| ReportError::Target { typed: typed.to_string(), why };
    Target::parse(typed, start, horizon).map_err(wrong)
}

//! Phrases that sentences of several groups of events share.

use crate::output::prose::numbers::plural;

/// `1 update`, `12345 updates`: without thousands separators, as `events.csv` has them.
pub(super) fn plain(number: u32, noun: &str) -> String {
    format!("{number} {noun}{}", plural(number.into()))
}

/// Was it started by an administrator, or by its schedule?
pub(super) fn started(by_hand: bool) -> &'static str {
    if by_hand { "by hand" } else { "scheduled" }
}

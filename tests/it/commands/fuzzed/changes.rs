//! Bytes that change a scenario: a line each, `PATH=VALUE`, or `!` and an action.

use fleetsim::scenario::overrides::{Changes, Override};

use crate::commands::fuzzed::scenario::verdict;
use crate::support::random::scenario_of;

/// Of a random scenario with all there is: a group from a file, an update side, actions of most kinds.
const SEED: u64 = 5;

pub fn one(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut changes = Changes::default();
    let base = scenario_of(SEED);
    for line in text.lines() {
        match line.strip_prefix('!') {
            Some(action) => changes.actions.push(action.to_string()),
            None => changes.sets.extend(Override::parse(line)),
        }
    }
    verdict(&base, &changes);
}

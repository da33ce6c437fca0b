//! What `check` prints beside the numbers of a scenario.

use crate::scenario::model::Scenario;

/// A line about other solutions, of which most commands say nothing; empty where the scenario has none.
pub fn other_solutions(scenario: &Scenario) -> String {
    let titles: Vec<&str> = scenario.solutions.iter().map(|used| used.solution.title()).collect();
    match titles.is_empty() {
        true => String::new(),
        false => format!(
            "  note: the pools of other solutions ({}) are shown by `run` and `explain`; all other commands are about Patch \
             Management\n",
            titles.join(", ")
        ),
    }
}

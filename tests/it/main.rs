//! All integration tests, in one binary: whole scenarios, the repository itself, the program.
//!
//! | module | question |
//! |---|---|
//! | `rule_scenarios` | Does every rule's scenario give the events worked out by hand in its header? |
//! | `theory` | Do cases worked out by another program come out exactly? |
//! | `typical` | Does a new client take as long as the product's documentation says? |
//! | `invariants` | Does what must always hold, hold on random scenarios? |
//! | `determinism` | Do the same scenario and seed give the same bytes, whatever else changes? |
//! | `update_side` | What do the keys of the update side change, on one PC, worked out by hand? |
//! | `golden` | Have the results changed since they were last looked at? |
//! | `bad_inputs` | Is a wrong scenario refused with the exact message that helps? |
//! | `reference` | Does the reference scenario list every key with its default? |
//! | `command_line` | Does the program behave: exit codes, files, output? |
//! | `language` | Is what a scenario says what the model holds? |
//! | `layering` | Do the layers hold? |
//! | `readme` | Is the README true? |
//! | `cases`, `support` | Scenario files with expected events; files of the repository |

mod bad_inputs;
mod cases;
mod command_line;
mod determinism;
mod golden;
mod invariants;
mod language;
mod layering;
mod readme;
mod reference;
mod rule_scenarios;
mod support;
mod theory;
mod typical;
mod update_side;

//! All integration tests, in one binary: whole scenarios, the repository itself, the program.
//!
//! | module | question |
//! |---|---|
//! | `rule_scenarios` | Does every rule's scenario give the events worked out by hand in its header? |
//! | `theory`, `figures` | Do cases with known answers come out: exactly, or within four standard errors? |
//! | `typical` | Does a new client take as long as the product's documentation says? |
//! | `invariants` | Does what must always hold, hold on random scenarios? |
//! | `determinism` | Do the same scenario and seed give the same bytes, whatever else changes? |
//! | `golden` | Have the results changed since they were last looked at? |
//! | `bad_inputs` | Is a wrong scenario refused with the exact message that helps? |
//! | `reference` | Does the reference scenario list every key with its default? |
//! | `command_line` | Does the program behave: exit codes, files, output? |
//! | `language` | Is what a scenario says what the model holds? |
//! | `planning` | Do commands of many runs say what single runs say, on any number of threads, interrupted or not? |
//! | `layering` | Do the layers hold? |
//! | `readme` | Is the README true? |
//! | `cases`, `support` | Scenario files with expected events; files of the repository |

mod bad_inputs;
mod cases;
mod command_line;
mod determinism;
mod figures;
mod golden;
mod invariants;
mod language;
mod layering;
mod planning;
mod readme;
mod reference;
mod rule_scenarios;
mod support;
mod theory;
mod typical;

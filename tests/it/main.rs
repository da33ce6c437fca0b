//! All integration tests, in one binary: whole scenarios, the repository itself, the program.
//!
//! | folder | question |
//! |---|---|
//! | `rules` | Does the simulator do what the rules say? |
//! | `results` | Are the results what they were, and do all views agree? |
//! | `commands` | Does the program read what people write, and answer as it should? |
//! | `faults` | What becomes of results when the disk, the process or the machine fails? |
//! | `import` | Is a customer's export read correctly? |
//! | `plan` | Does a plan name the cure? |
//! | `repository` | Is the repository itself in order? |
//! | `support` | What several of them need: scenario files with expected events, random scenarios, result folders, tables of a fleet, work counted |

mod commands;
mod faults;
mod import;
mod plan;
mod repository;
mod results;
mod rules;
mod support;

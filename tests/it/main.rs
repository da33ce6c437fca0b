//! Integration tests: whole scenarios through the library, compared with what they must give.
//!
//! | module | question |
//! |---|---|
//! | `rule_scenarios` | Does every rule's scenario give the events worked out by hand in its header? |
//! | `theory` | Do cases worked out by another program come out exactly? |
//! | `determinism` | Do the same scenario and seed give the same bytes, whatever else changes? |
//! | `golden` | Have the results changed since they were last looked at? |
//! | `support` | Scenario files, expected events, comparison |

mod determinism;
mod golden;
mod rule_scenarios;
mod support;
mod theory;

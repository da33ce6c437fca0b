//! **fleetsim** simulates a managed fleet of PCs that consumes software licenses: event by event,
//! seeded, and exact to the millisecond.
//!
//! # The map
//!
//! Data flows one way:
//!
//! ```text
//! YAML → scenario (as written) → scenario (checked) → fleet on the engine → facts → observers → study → output → cli
//! exported tables → import → output → cli
//! ```
//!
//! and so do imports: a layer may use those above it in this table and none below. A test reads the
//! `use` lines and holds everyone to it.
//!
//! | layer | holds | may use |
//! |---|---|---|
//! | [`units`] | instants and durations | std |
//! | [`engine`] | event queue, the loop over time, keyed draws, laws; it does not know the word *client* | units |
//! | [`scenario`] | what a file may say, what it means, its defaults | units, laws of the engine |
//! | [`rules`] | the license rules: pure decisions with rule ids | units, scenario |
//! | [`import`] | a customer's exported tables: what they say, where each client stands, what is wrong | units, scenario, rules |
//! | [`fleet`] | state, the closed set of events, handlers, facts | units, engine, scenario, rules |
//! | [`observe`] | timeline, sites, tally, trace, fingerprint: one observer a question | units, scenario, rules, fleet |
//! | [`study`] | a run, a client's story, a diagnosis, a plan, many runs and what they say together | all above |
//! | [`output`] | CSV, JSON, text, the result folder | all above but engine |
//! | [`cli`] | arguments, files in, progress, exit codes | all but engine |
//!
//! Only the modules of this table open files; a test compares it with the source.
//!
//! | files | layer | modules |
//! |---|---|---|
//! | inputs and earlier results are read | [`cli`] | `budget`, `commands`, `import`, `input`, `replicate`, `report_of` |
//! | earlier results are read | [`output`] | `checkpoint`, `folder`, `read`, `shard_file`, `study_file` |
//! | results are written, replaced, locked and removed | [`output`] | `disk` |
//!
//! # Invariants, most of them absences
//!
//! * Nothing below `output` prints, touches a file or looks at a clock.
//! * Rules change nothing; handlers decide nothing; observers can neither schedule nor be noticed.
//! * Results are a function of scenario, seed and version. There is no hash map, no float in the
//!   clock, no function of the platform's math library (`clippy.toml` names them), and every random
//!   decision is addressed by what it decides ([`engine::draw`]), not by when it is asked for.
//! * What must agree is asserted in release builds too, where it is cheap: the pool, the queue and the
//!   links at every event, all licenses at the end ([`study::run`]); counters cannot overflow silently.
//! * Simultaneous events are ordered by what they are ([`fleet::event`]), never by who came first.

#![deny(unsafe_code)]

pub mod cli;
pub mod engine;
pub mod fleet;
pub mod import;
pub mod observe;
pub mod output;
pub mod rules;
pub mod scenario;
pub mod study;
pub mod units;

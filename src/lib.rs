//! **fleetsim** simulates a managed fleet of PCs that consumes software licenses: event by event,
//! seeded, and exact to the millisecond.
//!
//! # As a library
//!
//! ```
//! use fleetsim::{Scenario, replicate, simulate};
//!
//! let scenario = Scenario::from_yaml("
//! fleetsim: 1
//! name: A pool that is too small
//! duration: 90d
//! licenses: {base: {nodes: 100}}
//! groups:
//!   desktops: {clients: 90}
//!   laptops: {enrol: {poisson: 1/d}, lifetime: {exponential: 30d}}
//! ")?;
//!
//! // One run: a row a sample instant, totals, and why clients have no license.
//! let outcome = simulate(&scenario);
//! println!("{} licenses in use at the end", outcome.totals.now.levels.licenses_in_use);
//!
//! // Many runs, each with random streams of its own: with what probability is the pool exhausted?
//! let runs = replicate(&scenario, 20);
//! let (probability, interval) = runs.probability_of("pool_exhausted").expect("20 runs");
//! println!("{probability} ({} to {})", interval.low, interval.high);
//! # Ok::<(), fleetsim::InvalidScenario>(())
//! ```
//!
//! [`Scenario::from_yaml`], [`simulate`] and [`replicate`] are the entrance; [`Outcome`] and [`Replicated`] hold the
//! answers. Everything else is public for the program, its tests and its benchmarks, and may change with any version.
//! `docs/ARCHITECTURE.md` in the repository shows how the parts work together and has a recipe for each common change.
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
//! Dependencies go one way, too: a layer uses only the layers in its last column, all of which stand above it.
//! `tests/it/repository/layering.rs` has the same table and holds the source to it.
//!
//! | layer | holds | may use |
//! |---|---|---|
//! | [`units`] | instants, durations, quantities, and the numbers of clients, records, groups and sites | std |
//! | [`engine`] | event queue, the loop over time, addressed draws, distributions; it does not know the word *client* | units |
//! | [`scenario`] | what a file may say, what it means, its defaults | units, distributions of the engine |
//! | [`rules`] | the license rules: pure decisions with rule ids | units, scenario |
//! | [`import`] | a customer's exported tables: what they say, where each client stands, what is wrong | units, scenario, rules |
//! | [`fleet`] | state, the closed set of events, handlers, facts | units, engine, scenario, rules |
//! | [`observe`] | timeline, sites, totals, events, fingerprint: one observer a question | units, scenario, rules, fleet |
//! | [`study`] | questions about one or many runs: what happened to a client, a diagnosis, a plan, a size, a comparison | all above |
//! | [`output`] | answers as files and in words: CSV, JSON, reports, English, result folders | all above but engine |
//! | [`cli`] | arguments, files in, progress, exit codes | all but engine |
//!
//! Only the modules of this table open files; a test compares it with the source.
//!
//! | files | layer | modules |
//! |---|---|---|
//! | inputs and earlier results are read | [`cli`] | `budget`, `commands`, `export_folder`, `input`, `replicate`, `report_of`, `translate` |
//! | earlier results are read | [`output`] | `checkpoint`, `folder`, `read`, `shard_file`, `study_file` |
//! | results are written, replaced, locked and removed | [`output`] | `disk` |
//!
//! # Invariants, most of them absences
//!
//! * Nothing below `output` touches a file; nothing below [`cli`] prints, or looks at the wall clock or the environment.
//! * Rules change nothing; handlers decide nothing; observers can neither schedule nor be noticed.
//! * Results are a function of scenario, seed and version. There is no hash map, no float in the
//!   clock, no function of the platform's math library (`clippy.toml` names them), and every random
//!   decision is addressed by what it decides ([`engine::draw`]), not by when it is asked for.
//! * What must agree is asserted in release builds too, where it is cheap: the pool, the queue and the
//!   links at every event, all licenses at the end ([`study::run`]); counters cannot overflow silently.
//! * Simultaneous events are ordered by what they are ([`fleet::event`]), never by the order in which they were scheduled.

#![deny(unsafe_code)]
#![deny(missing_docs)]

pub mod cli;
pub mod engine;
mod entrance;
pub mod fleet;
pub mod import;
pub mod observe;
pub mod output;
pub mod rules;
pub mod scenario;
pub mod study;
pub mod units;

pub use entrance::{InvalidScenario, replicate, simulate};
pub use scenario::model::Scenario;
pub use study::replicate::Replicated;
pub use study::run::Outcome;

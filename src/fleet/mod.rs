//! The fleet on the engine: who is where in the chain, and what each event does to it.
//!
//! | file | holds |
//! |---|---|
//! | `ahead` | draws of the way to the package, made column by column |
//! | [`decision`] | every random decision by number |
//! | [`event`] | the closed set of events; their order decides ties |
//! | [`fact`] | what the fleet tells its observers |
//! | `foresight` | draws of the scans that come next, computed together |
//! | [`heartbeat`] | the next occurrence of something periodic, by arithmetic |
//! | [`roster`] | which clients there are, their names and draws, and when they join |
//! | [`limits`] | throttling and blockouts: how fast a site's downloads may be, and until when |
//! | [`network`] | downloads over a site's shared bandwidth or slots |
//! | `transfers` | which downloads a site has, and which is complete next |
//! | [`online`] | when a PC is on, by arithmetic |
//! | [`pool`] | the licenses owned and taken |
//! | [`state`] | one row a client |
//! | [`model`] | the fleet: events in, handlers called, facts out |
//! | [`resting`] | clients whose scans change nothing and are no events |
//! | `census`, `teller`, `dense` | how many scans they had |
//! | `rest_hours` | the same where PCs are not always on |
//! | `office` | many clients with the same hours at once |
//! | `waiting` | those turned away, and whom a free license wakes |
//! | `updates` | bulletins, policies, and what became of updates on each client |
//!
//! The handlers, by rule:
//!
//! | file | rules it applies |
//! |---|---|
//! | `initial` | V1, V7–V10 at the start: clients that are there already |
//! | `rollout` | C1–C4: from a new PC to a client that can scan |
//! | `targets` | C1, C5, T1, T2: whom the policies take, and since when |
//! | `trouble` | C4: downloads that fail, are put off, or pause |
//! | `scanning`, `scan_hours` | C4–C7, X1, X2, E1: scans, and those of PCs that keep hours |
//! | `leaving` | V1–V3, V6, V8: what administrators do to clients |
//! | `releasing` | V1, V3, E1: how licenses come back |
//! | `records` | V4, V5, V7, V10: which record a machine has, and how it comes back to one |
//! | `purging` | V9 |
//! | `reimaging` | V10 |
//! | `maintenance` | M3: versions, and whether maintenance covers them |
//! | `imports` | M1, M2, and new package versions |
//! | `update_cycle` | U1, U2, M4, E1: cycles and tasks |
//!
//! Rules decide (in [`crate::rules`]), handlers apply. Nothing here keeps statistics, prints,
//! reads a file or a clock; observers see facts and cannot schedule.

pub mod chain;
pub mod decision;
pub mod downloads;
pub mod event;
pub mod fact;
// Both have the same hooks (see their table); a test compares the results of both programs.
#[cfg(not(without_fast_forward))]
mod fast_forward;
#[cfg(without_fast_forward)]
#[path = "without_fast_forward.rs"]
mod fast_forward;
pub mod mode;
pub mod model;
pub mod patching;
pub mod pool;
pub mod records;
pub mod roster;
pub mod schedule;
pub mod state;

pub use fact::{Fact, Observer, Step, Watched};
pub use mode::Mode;
pub use model::Fleet;

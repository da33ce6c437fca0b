//! The fleet on the engine: who is where in the chain, and what each event does to it.
//!
//! | file | holds |
//! |---|---|
//! | [`decision`] | every random decision by number |
//! | [`event`] | the closed set of events; their order decides ties |
//! | [`fact`] | what the fleet tells its observers |
//! | `foresight` | draws of the scans that come next, computed together |
//! | [`heartbeat`] | the next occurrence of something periodic, by arithmetic |
//! | [`roster`] | which clients there are, their names and draws, and when they join |
//! | [`network`] | downloads over a site's shared bandwidth or slots |
//! | [`pool`] | the licenses owned and taken |
//! | [`state`] | one row a client |
//! | [`model`] | the fleet: events in, handlers called, facts out |
//! | `updates` | bulletins, policies, and what became of updates on each client |
//! | `rollout`, `scanning`, `recovery`, `imports`, `update_cycle` | the handlers, by chapter of the article |
//!
//! Rules decide (in [`crate::rules`]), handlers apply. Nothing here keeps statistics, prints,
//! reads a file or a clock; observers see facts and cannot schedule.

pub mod decision;
pub mod event;
pub mod fact;
mod foresight;
pub mod heartbeat;
mod imports;
pub mod model;
pub mod network;
pub mod pool;
mod recovery;
mod rollout;
pub mod roster;
mod scanning;
pub mod state;
mod update_cycle;
mod updates;

pub use fact::{Fact, Observer, Step};
pub use model::Fleet;

//! The machinery of discrete-event simulation. It knows instants, keys and distributions; it knows no fleet.
//!
//! | file | holds |
//! |---|---|
//! | [`queue`] | pending events in one total order by content |
//! | [`simulation`] | the one loop over time |
//! | [`draw`] | every random decision as a pure function of its address |
//! | [`distribution`] | one draw → an amount of milliseconds or bytes |
//!
//! Nothing here reads a clock, a file or an environment variable, and nothing depends on the
//! platform, so the same scenario and seed give the same bytes everywhere.

mod chacha;
pub mod distribution;
pub mod draw;
mod normal;
pub mod queue;
pub mod simulation;

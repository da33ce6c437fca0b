//! Discrete-event simulation without a domain: it knows instants, keys and distributions, and no fleet.
//!
//! Interface: a [`simulation::Model`] handles one event at a time and pushes further ones into an
//! [`queue::EventQueue`]; [`simulation`] runs it. [`draw::Draws`] and [`distribution::Distribution`] give random amounts.
//!
//! | file | holds |
//! |---|---|
//! | [`queue`] | pending events in one total order by content |
//! | [`simulation`] | the one loop over time |
//! | [`draw`] | every random decision as a pure function of its address |
//! | [`distribution`] | one draw → an amount of milliseconds or bytes |
//! | `chacha` | the block function behind `draw` |
//! | `normal` | quantiles of the normal distribution, the same on every machine |
//!
//! Why separate: order and randomness decide whether results can be reproduced, and can be tested here without a fleet.
//! Nothing here reads a clock, a file or an environment variable, and nothing depends on the platform, so the same
//! scenario and seed give the same bytes everywhere.

mod chacha;
pub mod distribution;
pub mod draw;
mod normal;
pub mod queue;
pub mod simulation;

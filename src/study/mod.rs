//! Runs: one scenario, one seed, one path through time, and what the observers saw.

pub mod diagnose;
pub mod explain;
pub mod run;

//! Runs: one scenario, one seed, one path through time, and what the observers saw.

pub mod explain;
pub mod measures;
pub mod parallel;
pub mod replicate;
pub mod run;
pub mod size;
pub mod stats;
pub mod stopping;
pub mod target;

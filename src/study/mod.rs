//! Runs: one scenario and one path through time, or many of them, and what they say.
//!
//! | file | holds |
//! |---|---|
//! | [`run`], [`explain`] | one run; one client's story in it |
//! | [`plan`] | the fewest actions after which every client that should hold a license does |
//! | [`replicate`] | many runs of one scenario |
//! | [`compare`], [`divergence`] | two scenarios with common random numbers; where two runs diverge |
//! | [`self_check`] | one scenario run in several ways, which must not matter |
//! | [`sweep`] | a grid of variants of one scenario |
//! | [`shards`] | many runs, cut into parts for many machines |
//! | [`size`], [`target`] | the smallest pool that achieves what it shall |
//! | [`breakdown`] | clients by what they have in common |
//! | [`measures`] | the figures of one run of many |
//! | [`timeline_cells`] | the numbers of its timeline, summed up over runs |
//! | [`stopping`] | when enough runs have been made |
//! | [`stats`] | distributions and their intervals |
//! | [`load_estimate`], [`resource_estimate`] | memory and events of a run, before it begins |
//! | [`parallel`] | threads, with results in order |

pub mod audit;
pub mod breakdown;
pub mod compare;
pub mod diagnose;
pub mod divergence;
pub mod explain;
pub mod load_estimate;
pub mod measures;
pub mod parallel;
pub mod plan;
pub mod replicate;
pub mod resource_estimate;
pub mod run;
pub mod self_check;
pub mod shards;
pub mod size;
pub mod stats;
pub mod stopping;
pub mod sweep;
pub mod target;
pub mod timeline_cells;

//! Studies: questions about one run of a scenario, or about many.
//!
//! Interface: one function a question ([`run`](mod@run), [`explain`], [`diagnose`], [`plan`], [`replicate`], [`sweep`],
//! [`size`], [`compare`], [`audit`]) that takes a checked scenario and returns a value; no text, no files. Functions that
//! may take long ask a closure of the caller now and then whether to go on.
//!
//! | file | holds |
//! |---|---|
//! | [`run`](mod@run), [`explain`] | one run; one client's history in it |
//! | [`diagnose`] | which clients hold no license at an instant and why, and which licenses could be freed |
//! | [`plan`] | the fewest actions after which every client that should hold a license does |
//! | [`audit`] | a customer's tables, and the fleet made from them, against the rules |
//! | [`audit_change`] | what changed from one export of a customer to the next |
//! | [`replicate`] | many runs of one scenario |
//! | [`compare`], [`divergence`] | two scenarios with common random numbers; where two runs diverge |
//! | [`sweep`] | a grid of variants of one scenario |
//! | [`size`], [`target`] | the smallest pool that meets a target; the latest date to order |
//! | [`self_check`] | one scenario run in several ways that must give the same results |
//! | [`shards`] | many runs, cut into parts for many machines |
//! | [`measures`] | the figures of one run of many |
//! | [`timeline_cells`] | the numbers of its timeline, summed up over runs |
//! | [`breakdown`] | clients by what they have in common |
//! | [`stopping`] | when enough runs have been made |
//! | [`stats`] | distributions and their intervals |
//! | [`load_estimate`], [`resource_estimate`] | memory and events of a run, before it begins |
//! | [`parallel`] | threads, with results in order |
//!
//! Why: a study only starts runs and sums up what observers saw. Results of many runs are summed up exactly and in the
//! order of the runs, so they do not depend on the number of threads.

pub mod audit;
pub mod audit_change;
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

//! Observers: what is counted and recorded of a run, one observer a question.
//!
//! Interface: each observer implements [`Observer`](crate::fleet::fact::Observer): it is told each
//! [`Fact`](crate::fleet::fact::Fact) with its instant, and gives its answer at the end of the run (`Trace` hands on lines
//! as they come). A run takes a tuple of the observers it needs.
//!
//! | file | answers |
//! |---|---|
//! | [`snapshot`] | how many, and in which state, at an instant |
//! | [`counts`] | how often did something happen? |
//! | [`timeline`] | how many at each sample instant, how often in between |
//! | [`columns`] | the columns of a timeline row: name, unit, meaning, accessor |
//! | [`sites`] | which downloads run, wait and fail at which site |
//! | [`solutions`] | the pools of other solutions |
//! | [`totals`] | totals, peaks and time integrals of the whole run |
//! | [`service`] | how clients that wanted a license were served, from an instant on |
//! | [`fingerprint`] | did two runs take the same path? |
//! | [`trace`] | what happened, event by event |
//! | [`events`] | the events of a trace: name, rule, data |
//!
//! Why: statistics are computed here and nowhere in the model, so that no question about a run changes the run, and a run
//! pays only for the observers it has. There is no English here: `output/prose` puts it into words.

pub mod columns;
pub mod counts;
pub mod events;
pub mod fingerprint;
pub mod service;
pub mod sites;
pub mod snapshot;
pub mod solutions;
pub mod timeline;
pub mod totals;
pub mod trace;

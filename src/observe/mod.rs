//! One observer a question. Statistics live here and nowhere in the model.
//!
//! | file | answers |
//! |---|---|
//! | [`snapshot`] | how many, and in which state, at an instant |
//! | [`timeline`] | how many at each sample instant, how often in between |
//! | [`sites`] | which downloads run, wait and fail at which site |
//! | [`totals`] | totals, peaks and time integrals of the whole run |
//! | [`service`] | how clients that wanted a license were served, from an instant on |
//! | [`counts`] | how often did something happen? |
//! | [`columns`] | the numbers of a timeline row, by name |
//! | [`fingerprint`] | did two runs take the same path? |
//! | [`trace`] | what happened, event by event |
//! | [`events`] | the events: name, rule, data |
//!
//! No English: what is observed is put into words in `output/prose`.

pub mod columns;
pub mod counts;
pub mod events;
pub mod fingerprint;
pub mod service;
pub mod sites;
pub mod snapshot;
pub mod timeline;
pub mod totals;
pub mod trace;

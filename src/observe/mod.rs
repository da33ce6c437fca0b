//! One observer a question. Statistics live here and nowhere in the model.
//!
//! | file | answers |
//! |---|---|
//! | [`snapshot`] | how many, and in which state, at an instant |
//! | [`timeline`] | how many at each sample instant, how often in between |
//! | [`sites`] | which downloads run, wait and fail at which site |
//! | [`tally`] | totals, peaks and time integrals of the whole run |
//! | [`service`] | how were those served who wanted a license, from an instant on? |
//! | [`columns`] | the numbers of a timeline row, by name |
//! | [`fingerprint`] | did two runs take the same path? |
//! | [`trace`] | what happened, event by event, in words and rule ids |
//! | `initial`, `recovery`, `patching` | its words for the start, for records and their PCs, and for the update side |

pub mod columns;
pub mod fingerprint;
mod initial;
mod patching;
mod recovery;
pub mod service;
pub mod sites;
pub mod snapshot;
pub mod timeline;
pub mod totals;
pub mod trace;

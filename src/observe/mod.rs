//! One observer a question. Statistics live here and nowhere in the model.
//!
//! | file | answers |
//! |---|---|
//! | [`timeline`] | how many at each sample instant, how often in between |
//! | [`tally`] | totals, peaks and time integrals of the whole run |
//! | [`fingerprint`] | did two runs take the same path? |
//! | [`trace`] | what happened, event by event, in words and rule ids |
//! | `recovery`, `patching` | its words for records and their PCs, and for the update side |

pub mod fingerprint;
mod patching;
mod recovery;
pub mod tally;
pub mod timeline;
pub mod trace;

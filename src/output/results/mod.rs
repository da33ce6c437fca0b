//! What stands in the JSON files of results: a serialisable model for each kind, written by its command and read by its
//! report with the same type.
//!
//! A model is made of what a study found (`new`), and written by [`json`](crate::output::store::json::json). A field that
//! no page needs is read as its default when it is missing, so that folders of earlier versions have a report.
//!
//! | file | model of |
//! |---|---|
//! | [`summary`] | `summary.json`: a run |
//! | [`replicate`] | `replicate.json`: many runs |
//! | [`sweep`] | `sweep.json`: a grid of variants |
//! | [`size`] | `size.json`: the smallest pool, or the latest date |
//! | [`compare`] | `compare.json`: two scenarios side by side |
//! | [`diagnosis`] | `diagnosis.json`: why clients hold no license |
//! | [`plan`] | `plan.json`: what brings them one |
//! | [`audit`] | what `audit --format json` prints |
//! | [`origin`] | `origin.json`: where the results of a folder come from |
//! | [`identity`] | what results are of: version, scenario and seed |
//! | [`in_order`] | a JSON object whose order is kept |

pub mod audit;
pub mod compare;
pub mod diagnosis;
pub mod identity;
pub mod in_order;
pub mod origin;
pub mod plan;
pub mod replicate;
pub mod size;
pub mod summary;
pub mod sweep;

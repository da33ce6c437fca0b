//! The models of the JSON files of results: a serialisable type for each file.
//!
//! Interface: `new` makes a model of what a study found; [`json`](crate::output::store::json::json) writes it, and the
//! report reads it back as the same type.
//!
//! | file | model of |
//! |---|---|
//! | [`summary`] | `summary.json`: a run |
//! | [`solutions`] | its part `solutions`: the pools of other solutions |
//! | [`replicate`] | `replicate.json`: many runs |
//! | [`sweep`] | `sweep.json`: a grid of variants |
//! | [`size`] | `size.json`: the smallest pool, or the latest date |
//! | [`compare`] | `compare.json`: two scenarios side by side |
//! | [`diagnosis`] | `diagnosis.json`: why clients hold no license |
//! | [`plan`] | `plan.json`: the actions after which they do |
//! | [`audit`] | what `audit --format json` prints |
//! | [`license_files`] | its part `license_files`: each license file and how it stands |
//! | [`audit_change`] | the same for several exports |
//! | [`origin`] | `origin.json`: where the results of a folder come from |
//! | [`identity`] | what results are of: version, scenario and seed |
//! | [`in_order`] | a JSON object whose order is kept |
//!
//! Why one type for both ways: writer and reader cannot disagree about a key. A field that no page needs is read as its
//! default when it is missing, so that folders of earlier versions have a report.

pub mod audit;
pub mod audit_change;
pub mod compare;
pub mod diagnosis;
pub mod identity;
pub mod in_order;
pub mod license_files;
pub mod origin;
pub mod plan;
pub mod replicate;
pub mod size;
pub mod solutions;
pub mod summary;
pub mod sweep;

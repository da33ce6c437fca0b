//! Why there is no report.

use crate::output::store::read::ReadError;

/// Why there is no report.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReportError {
    /// A file of the results is missing or damaged.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The target cannot be read, or the results can have none.
    #[error("--target \"{typed}\": {why}")]
    Target {
        /// The target as it was typed.
        typed: String,
        /// The fault, in words.
        why: String,
    },
}

//! Why there is no report.

use crate::output::store::read::ReadError;

/// Why there is no report.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReportError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("--target \"{typed}\": {why}")]
    Target { typed: String, why: String },
}

//! The status of a record.

use std::fmt;
use std::sync::Arc;

/// The status of a record. Only *Retired* gives a license back (V6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportedStatus {
    /// In use.
    Active,
    /// Retired: the license goes back (V1).
    Retired,
    /// Out of use, while the license stays taken (V6).
    Disposed,
    /// Any other, as exported: `In Stock`.
    Other(Arc<str>),
}

impl fmt::Display for ExportedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ExportedStatus::Active => "Active",
            ExportedStatus::Retired => "Retired",
            ExportedStatus::Disposed => "Disposed",
            ExportedStatus::Other(word) => word,
        })
    }
}

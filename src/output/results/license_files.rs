//! The license files of a customer and the rows of licenses in use, as `audit --format json` has them.

use serde::{Deserialize, Serialize};

use crate::import::inventory::RowsInUse;
use crate::import::license_standing::LicenseFileStanding;

/// A license file, and how it stands at the export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditLicenseFile {
    /// As the scenario calls it.
    pub file: String,
    /// The product it is for.
    pub product: String,
    /// `perpetual`, `subscription`, `temporary` or `trial`.
    pub kind: String,
    /// `null`: without limit.
    pub nodes: Option<u64>,
    /// First day; `null`: not stated.
    pub from: Option<String>,
    /// Last day; `null`: it does not expire.
    pub until: Option<String>,
    /// Last day of maintenance; `null`: not stated.
    pub maintenance_until: Option<String>,
    /// `in_force`, `ended`, `replaced`, `starts_later` or `not_counted`.
    pub state: String,
    /// The state in words.
    pub words: String,
}

impl AuditLicenseFile {
    pub(in crate::output) fn of(file: &LicenseFileStanding) -> AuditLicenseFile {
        let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string());
        AuditLicenseFile {
            file: file.file.clone(),
            product: file.product.clone(),
            kind: file.kind.word().to_string(),
            nodes: file.nodes,
            from: day(file.from),
            until: day(file.until),
            maintenance_until: day(file.maintenance_until),
            state: file.key().to_string(),
            words: file.words.clone(),
        }
    }
}

/// Rows of the table of licenses in use: each is counted once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditRowsInUse {
    /// All of them.
    pub rows: u64,
    /// Computers that hold a license.
    pub holders: u64,
    /// Holders that are not among the computers (V3).
    pub not_exported: u64,
    /// Of holders that are counted already.
    pub repeated: u64,
    /// Of other products and licensing policies.
    pub of_others: u64,
}

impl AuditRowsInUse {
    pub(in crate::output) fn of(found: RowsInUse) -> AuditRowsInUse {
        let RowsInUse { rows, holders, orphans, again, other } = found;
        AuditRowsInUse { rows, holders, not_exported: orphans, repeated: again, of_others: other }
    }
}

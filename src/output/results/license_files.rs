//! The license files of a customer, as `audit --format json` has them.

use serde::{Deserialize, Serialize};

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

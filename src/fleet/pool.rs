//! The node pool: licenses owned, by the files in force, and licenses taken.

use crate::rules::license_files::{self, Entitlement, LicenseState, Sums};
use crate::scenario::model::LicenseFile;
use crate::units::time::Time;

/// Licenses owned and taken. Taken means: held, or held by a record whose release the licensing
/// refresh has not run for yet.
#[derive(Debug)]
pub struct LicensePool {
    sums: Sums,
    entitlement: Entitlement,
    in_use: u64,
}

impl LicensePool {
    pub fn new(files: &[LicenseFile], at: Time) -> LicensePool {
        let sums = Sums::of(files);
        LicensePool { entitlement: sums.at(at), sums, in_use: 0 }
    }

    pub fn entitlement(&self) -> Entitlement {
        self.entitlement
    }

    /// Licenses taken.
    pub fn in_use(&self) -> u64 {
        self.in_use
    }

    pub fn in_date(&self) -> bool {
        self.entitlement.state == LicenseState::InDate
    }

    pub fn has_free(&self) -> bool {
        license_files::has_free(self.entitlement.nodes, self.in_use)
    }

    /// Licenses that could be taken now.
    pub fn free(&self) -> u64 {
        license_files::free(self.entitlement.nodes, self.in_use)
    }

    /// A license file started or ended.
    pub fn turn(&mut self, at: Time) {
        self.entitlement = self.sums.at(at);
    }

    /// # Panics
    /// When no license is free; the rules have been asked before.
    pub fn take(&mut self) {
        assert!(self.has_free(), "a license is taken from a full pool");
        self.in_use += 1;
    }

    /// A license that somebody holds from before the start, whatever is owned now (L3).
    pub fn hold(&mut self) {
        self.in_use += 1;
    }

    /// # Panics
    /// When no license is taken.
    pub fn release(&mut self) {
        assert!(self.in_use > 0, "a license is released that nobody took");
        self.in_use -= 1;
    }
}

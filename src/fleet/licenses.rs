//! Licenses at the server: the pool, the license files that fill it, and licenses that wait to be reclaimed. L1–L3.
//!
//! Interface: [`Licenses`] for the counts. Which records hold a license is a mark of their state; how licenses come
//! back is decided in `records/reclaim.rs`; the events of license files are in `license_files.rs`.

use crate::rules::license_calendar::{LicenseFileEvent, calendar};
use crate::rules::license_files::{self, Entitlement, LicenseState, Sums};
use crate::scenario::model::{LicenseFile, Scenario};
use crate::units::ids::RecordId;
use crate::units::time::Time;

/// Licenses owned, taken, and waiting for the licensing refresh.
#[derive(Debug)]
pub(in crate::fleet) struct Licenses {
    pool: LicensePool,
    /// What happens to the license files, in order of time.
    calendar: Vec<(Time, LicenseFileEvent, usize)>,
    /// Records whose license the next licensing refresh releases, in the order in which they came to wait for it.
    unreleased: Vec<RecordId>,
}

impl Licenses {
    pub fn new(scenario: &Scenario) -> Licenses {
        Licenses {
            pool: LicensePool::new(&scenario.licenses, Time::START),
            calendar: calendar(&scenario.licenses),
            unreleased: Vec::new(),
        }
    }

    #[inline]
    pub fn pool(&self) -> &LicensePool {
        &self.pool
    }

    /// A record takes a license.
    ///
    /// # Panics
    /// When no license is free; the rules have been asked before.
    pub fn take(&mut self) {
        self.pool.take();
    }

    /// A record holds a license from before the start, whatever is owned now (L3).
    pub fn hold(&mut self) {
        self.pool.hold();
    }

    /// The license of a record goes back.
    ///
    /// # Panics
    /// When no license is taken.
    pub fn release(&mut self) {
        self.pool.release();
    }

    /// A record keeps its license until the next licensing refresh.
    pub fn await_refresh(&mut self, record: RecordId) {
        self.unreleased.push(record);
    }

    /// What happens to the license files, in order of time: when, what, and which file.
    pub fn calendar(&self) -> &[(Time, LicenseFileEvent, usize)] {
        &self.calendar
    }

    /// A license file started or ended: the entitlement is computed anew.
    pub fn update_entitlement(&mut self, at: Time) {
        self.pool.update_entitlement(at);
    }

    /// The records that wait for the licensing refresh, in order; from now on none does.
    pub fn take_unreleased(&mut self) -> Vec<RecordId> {
        let mut unreleased = std::mem::take(&mut self.unreleased);
        unreleased.sort_unstable();
        unreleased
    }
}

/// Licenses owned and taken. Taken means: held, or held by a record whose release the licensing
/// refresh has not run for yet.
#[derive(Debug)]
pub struct LicensePool {
    sums: Sums,
    entitlement: Entitlement,
    in_use: u64,
}

impl LicensePool {
    pub(in crate::fleet) fn new(files: &[LicenseFile], at: Time) -> LicensePool {
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

    pub(in crate::fleet) fn update_entitlement(&mut self, at: Time) {
        self.entitlement = self.sums.at(at);
    }

    /// # Panics
    /// When no license is free; the rules have been asked before.
    pub(in crate::fleet) fn take(&mut self) {
        assert!(self.has_free(), "a license is taken from a full pool");
        self.in_use += 1;
    }

    /// A license that is held from before the start, whatever is owned now (L3).
    fn hold(&mut self) {
        self.in_use += 1;
    }

    /// # Panics
    /// When no license is taken.
    pub(in crate::fleet) fn release(&mut self) {
        assert!(self.in_use > 0, "a license is released, but none is taken");
        self.in_use -= 1;
    }
}

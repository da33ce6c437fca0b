//! Licenses at the server: the pool, the license files that fill it, and licenses that wait to be reclaimed. L1–L3.
//!
//! Interface: [`Licenses`] for the counts; the event of a license file. *Which* license a record holds is a mark of
//! the record's state; how licenses come back is decided in `records/reclaim.rs`.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer};
use crate::fleet::pool::LicensePool;
use crate::rules::license_files::{self, LicenseFileEvent};
use crate::rules::targeting;
use crate::scenario::model::{Scenario, Schedule};
use crate::units::ids::RecordId;
use crate::units::time::Time;

/// Licenses owned, taken, and taken in vain.
#[derive(Debug)]
pub(in crate::fleet) struct Licenses {
    pool: LicensePool,
    /// What happens to the license files, in order of time.
    calendar: Vec<(Time, LicenseFileEvent, usize)>,
    /// RecordBook whose license the next licensing refresh releases, in the order in which they came to wait for it.
    unreleased: Vec<RecordId>,
}

impl Licenses {
    pub fn new(scenario: &Scenario) -> Licenses {
        Licenses {
            pool: LicensePool::new(&scenario.licenses, Time::START),
            calendar: license_files::calendar(&scenario.licenses),
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

    /// The records that wait for the licensing refresh, in order; from now on none does.
    pub fn take_unreleased(&mut self) -> Vec<RecordId> {
        let mut unreleased = std::mem::take(&mut self.unreleased);
        unreleased.sort_unstable();
        unreleased
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// Schedules what is known of licenses from the start: events of license files, the licensing refresh.
    pub(in crate::fleet) fn schedule_licensing(&self, queue: &mut EventQueue) {
        let calendar = self.licenses.calendar.iter().enumerate();
        for (line, (at, _, _)) in calendar.filter(|(_, (at, _, _))| *at >= Time::START) {
            queue.push(Event::LicenseFileEvent.at(*at, line as u32, 0));
        }
        if matches!(self.scenario.platform.licensing_refresh, Schedule::Every { .. }) {
            self.schedule_refresh(Time::START, queue);
        }
    }

    /// Schedules the first run of the licensing refresh at or after an instant.
    pub(in crate::fleet) fn schedule_refresh(&self, from: Time, queue: &mut EventQueue) {
        let next = targeting::next_run(self.scenario.platform.licensing_refresh, from);
        queue.push(Event::LicensingRefresh.at(next, 0, 0));
    }

    /// A license file starts or ends, or its maintenance does.
    pub(in crate::fleet) fn license_file_event(&mut self, now: Time, line: u32, queue: &mut EventQueue) {
        let (_, turn, file) = self.licenses.calendar[line as usize];
        self.licenses.pool.turn(now);
        self.tell(now, Fact::LicenseFileEvent { file, turn });
        self.tell(now, Fact::Entitlement(self.licenses.pool.entitlement()));
        self.judge_coverage(now);
        self.release_expired(now);
        self.review_all(now, queue);
    }
}

//! How licenses come back: V1, V3, E1.

use crate::engine::queue::EventQueue;
use crate::fleet::fact::{Fact, Observer, Step};
use crate::fleet::model::Fleet;
use crate::rules::clause::Clause;
use crate::rules::client::Mark;
use crate::rules::license_files::expiry_releases;
use crate::rules::recovery::{awaits_refresh, release};
use crate::rules::release::Release;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    pub(in crate::fleet) fn release_license(&mut self, now: Time, record: RecordId, clause: Clause) {
        self.pool.release();
        if self.group(record.own_machine()).holding_time.is_some() {
            let losses = self.records.losses.entry(record).or_insert(0);
            *losses = losses.wrapping_add(1);
        }
        let state = self.record_state(record).without(Mark::Licensed);
        self.change(now, record.own_machine(), state, Step::LicenseReleased(clause));
    }

    /// A record has a new status: its license goes back, waits for the licensing refresh, or stays.
    pub(in crate::fleet) fn settle_license(&mut self, now: Time, record: RecordId) {
        match release(self.record_state(record), &self.scenario.platform, self.installed.version) {
            Release::Now(by) => self.release_license(now, record, by.clause()),
            other if awaits_refresh(other) => self.unreleased.push(record),
            Release::NothingHeld | Release::AtRefresh(_) | Release::Kept(_) => {}
        }
    }

    /// Which license of a record this is, so that a holding time ends with its own license.
    pub(in crate::fleet) fn losses(&self, record: RecordId) -> u16 {
        self.records.losses.get(&record).copied().unwrap_or(0)
    }

    pub(in crate::fleet) fn scheduled_refresh(&mut self, now: Time, queue: &mut EventQueue) {
        self.refresh(now, false);
        self.schedule_refresh(Time(now.ms() + 1), queue);
    }

    /// *NS.Internal Licensing Refresh Item*: releases what retired (or deleted) records still hold (V1).
    pub(in crate::fleet) fn refresh(&mut self, now: Time, by_hand: bool) {
        let mut unreleased = std::mem::take(&mut self.unreleased);
        unreleased.sort_unstable();
        let mut released = 0;
        for record in unreleased {
            // A record may be Active again (V7), or deleted and its license released with it.
            match release(self.record_state(record), &self.scenario.platform, self.installed.version) {
                Release::Now(by) | Release::AtRefresh(by) => {
                    self.release_license(now, record, by.clause());
                    released += 1;
                }
                kept if awaits_refresh(kept) => self.unreleased.push(record),
                Release::NothingHeld | Release::Kept(_) => {}
            }
        }
        self.tell(now, Fact::Refreshed { by_hand, released });
    }

    /// The license files changed: where the scenario says so, held licenses go back when none is in
    /// date any more (E1).
    pub(in crate::fleet) fn release_expired(&mut self, now: Time) {
        if !expiry_releases(self.pool.in_date(), self.scenario.platform.on_expiry) {
            return;
        }
        for client in ClientId::first(self.len()) {
            if self.state(client).is(Mark::Licensed) {
                self.release_license(now, client.own_record(), Clause::E1);
            }
        }
    }
}

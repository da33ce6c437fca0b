//! How licenses come back: V1, V3, E1.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer, Step};
use crate::fleet::schedule::periodic::delay;
use crate::rules::clause::Clause;
use crate::rules::client::Mark;
use crate::rules::license_files::expiry_releases;
use crate::rules::recovery::{awaits_refresh, release};
use crate::rules::release::Release;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    pub(super) fn release_license(&mut self, now: Time, record: RecordId, clause: Clause) {
        self.licenses.release();
        if self.group(record.own_machine()).holding_time.is_some() {
            let losses = self.records.losses.entry(record).or_insert(0);
            *losses = losses.wrapping_add(1);
        }
        let state = self.record_state(record).without(Mark::Licensed);
        self.change(now, record.own_machine(), state, Step::LicenseReleased(clause));
    }

    /// A record has a new status: its license goes back, waits for the licensing refresh, or stays.
    pub(super) fn settle_license(&mut self, now: Time, record: RecordId) {
        match release(self.record_state(record), &self.scenario.platform, self.server.version()) {
            Release::Now(by) => self.release_license(now, record, by.clause()),
            other if awaits_refresh(other) => self.licenses.await_refresh(record),
            Release::NothingHeld | Release::AtRefresh(_) | Release::Kept(_) => {}
        }
        self.settle_solutions(now, record);
    }

    /// Which license of a record this is, so that a holding time ends with its own license.
    pub(super) fn losses(&self, record: RecordId) -> u16 {
        self.records.losses.get(&record).copied().unwrap_or(0)
    }

    pub(in crate::fleet) fn scheduled_refresh(&mut self, now: Time, queue: &mut EventQueue) {
        self.refresh(now, false);
        self.schedule_refresh(Time(now.ms() + 1), queue);
    }

    /// *NS.Internal Licensing Refresh Item*: releases what retired (or deleted) records still hold (V1).
    pub(super) fn refresh(&mut self, now: Time, by_hand: bool) {
        self.refresh_solutions(now);
        let mut released = 0;
        for record in self.licenses.take_unreleased() {
            // A record may be Active again (V7), or deleted and its license released with it.
            match release(self.record_state(record), &self.scenario.platform, self.server.version()) {
                Release::Now(by) | Release::AtRefresh(by) => {
                    self.release_license(now, record, by.clause());
                    released += 1;
                }
                kept if awaits_refresh(kept) => self.licenses.await_refresh(record),
                Release::NothingHeld | Release::Kept(_) => {}
            }
        }
        self.report(now, Fact::Refreshed { by_hand, released });
    }

    /// The license files changed: where the scenario sets it, held licenses go back when none is in
    /// date any more (E1).
    pub(in crate::fleet) fn release_expired(&mut self, now: Time) {
        if !expiry_releases(self.licenses.pool().in_date(), self.scenario.platform.on_expiry) {
            return;
        }
        for client in ClientId::first(self.len()) {
            if self.state(client).is(Mark::Licensed) {
                self.release_license(now, client.own_record(), Clause::E1);
            }
        }
    }

    /// Where holding times are limited, the license a record holds begins to run out.
    pub(in crate::fleet) fn arm_holding(&mut self, now: Time, record: RecordId, queue: &mut EventQueue) {
        let machine = record.own_machine();
        let (epoch, state) = (self.epoch(machine), self.state(machine));
        let Some(distribution) = &self.group(machine).holding_time else { return };
        if state.is(Mark::Licensed) {
            let (draws, entity) = self.draws(machine);
            let losses = self.losses(record);
            let ordinal = u64::from(epoch) | u64::from(losses) << 16;
            let holding = delay(distribution, draws, Decision::HoldingTime, entity, ordinal);
            queue.push(Event::HoldingEnds.at(now + holding, record.0, losses));
        }
    }
}

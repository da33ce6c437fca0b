//! Purging maintenance: records that have not reported for a while are retired or deleted. V9.
//!
//! The live agent of a PC that is always on reports more often than any timer runs (the checks see to
//! that), so its record has a pending event only once the machine has fallen silent: at the run of the
//! purge that is due by its last report as it is then. A PC with online hours has one from the start,
//! which is scheduled anew after what was reported in between: one event a timer, not one a report.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Cause, Observer, Step};
use crate::rules::client::{Mark, Status};
use crate::rules::recovery::{Purge, purge_takes};
use crate::rules::targeting::next_run;
use crate::scenario::model::Agent;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::{Span, Time};

impl<O: Observer> Fleet<'_, O> {
    /// The last report of a machine before an instant: a configuration request, an inventory, or its
    /// registration. Only kept where the scenario needs it.
    fn last_report(&self, client: ClientId, before: Time) -> Time {
        let known = self.records.reports[client.index()];
        if !self.state(client).is(Mark::Agent) {
            return known;
        }
        let upto = Time(before.ms() - 1);
        if let Some(hours) = self.hours(client) {
            return hours.last_on(upto, known); // while it is on it reports, for all that timers of days see
        }
        known.max(self.last_contact(client, upto))
    }

    /// The live agent of a PC that is always on, and always reaches the server, reports more often than any timer runs.
    fn reports_all_the_time(&self, machine: ClientId) -> bool {
        self.state(machine).is(Mark::Agent) && self.is_always_there(machine)
    }

    /// Is a PC always on, the server always reachable for it, what it reports processed at once, and its rhythm
    /// never changed?
    fn is_always_there(&self, machine: ClientId) -> bool {
        self.hours(machine).is_none()
            && self.reachability.is_complete(self.group_id(machine))
            && !self.scenario.over_time.has_backlog()
            && self.scenario.over_time.inventories.is_empty()
    }

    /// When a machine with this record reported last. Only known where the scenario needs it.
    pub fn reported_last(&self, record: RecordId, now: Time) -> Time {
        let last = |machine: &ClientId| match self.reports_all_the_time(*machine) {
            true => now,
            false => self.last_report(*machine, now),
        };
        self.machines_of(record).iter().map(last).max().unwrap_or(Time::START)
    }

    /// Have the machines of a record not reported for this long?
    pub(super) fn silent_for(&self, span: Span, record: RecordId, now: Time) -> bool {
        self.reported_last(record, now).saturating_add(span) <= now
    }

    /// A machine stops reporting: the timers of its record run from its last report on.
    pub(super) fn falls_silent(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if self.records.reports.is_empty() || !self.state(client).is(Mark::Agent) {
            return;
        }
        self.records.reports[client.index()] = self.last_report(client, now);
        self.arm_both(self.record(client), now, queue);
    }

    /// A machine registers or checks in. A PC with online hours may be off for long the next time.
    pub(in crate::fleet) fn reports_again(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if self.records.reports.is_empty() {
            return;
        }
        self.records.reports[client.index()] = now;
        if !self.is_always_there(client) {
            self.arm_both(self.record(client), now, queue);
        }
    }

    /// At the start: the timers of a record whose machine is silent, or has online hours, run already.
    pub(super) fn watch_silence(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let reports = self.reports_all_the_time(client);
        if !self.records.reports.is_empty() && !reports {
            self.arm_both(client.own_record(), now, queue);
        }
    }

    fn arm_both(&self, record: RecordId, now: Time, queue: &mut EventQueue) {
        for purge in [Purge::Retire, Purge::Delete] {
            self.arm(purge, record, now, queue);
        }
    }

    fn after(&self, purge: Purge) -> Option<Span> {
        let purging = &self.scenario.platform.purging;
        match purge {
            Purge::Retire => purging.retire_after,
            Purge::Delete => purging.delete_after,
        }
    }

    /// When a run of the purge is due for a record.
    fn due(&self, purge: Purge, record: RecordId, now: Time) -> Option<Time> {
        let machines = self.machines_of(record);
        let last = machines.iter().map(|&machine| self.last_report(machine, now)).max()?;
        let over = last.saturating_add(self.after(purge)?);
        Some(next_run(self.scenario.platform.purging.check, over))
    }

    fn arm(&self, purge: Purge, record: RecordId, now: Time, queue: &mut EventQueue) {
        if let Some(due) = self.due(purge, record, now) {
            queue.push(Event::PurgeCheck.at(due.max(now), record.0, purge as u16));
        }
    }

    /// The purge runs, and may be due for a record.
    pub(in crate::fleet) fn purge_check(
        &mut self,
        now: Time,
        record: RecordId,
        timer: u16,
        queue: &mut EventQueue,
    ) {
        let purge = if timer == Purge::Retire as u16 { Purge::Retire } else { Purge::Delete };
        let alive = self.machines_of(record).iter().any(|machine| self.reports_all_the_time(*machine));
        if alive || !purge_takes(purge, self.record_state(record).status()) {
            return; // it reports again, and a new timer starts when it falls silent
        }
        if self.due(purge, record, now).is_some_and(|due| due > now) {
            return self.arm(purge, record, now, queue); // it reported in between
        }
        let fate = match purge {
            Purge::Retire => (Status::Retired, Step::Retired(Cause::Purging)),
            Purge::Delete => (Status::Deleted, Step::Deleted(Cause::Purging)),
        };
        self.leave(now, record.own_machine(), fate, Agent::Live, queue);
    }
}

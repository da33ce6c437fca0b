//! Purging maintenance: records whose last Basic Inventory is too old are retired or deleted. V9.
//!
//! The live agent of a PC that is always on usually sends inventories more often than any timer runs; then its record has a
//! pending event only once the machine has fallen silent: at the run of the purge that is due by its last inventory as it is
//! then. Any other PC has one from the start, which is scheduled anew after the inventories in between: one event a
//! timer, not one an inventory.

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

    /// Does a machine send inventories more often than any timer runs?
    fn outruns_timers(&self, machine: ClientId) -> bool {
        self.records.inventories_outrun_timers && self.reports_all_the_time(machine)
    }

    /// The last Basic Inventory of a machine before an instant. Only kept where records are purged.
    fn last_inventory_before(&self, machine: ClientId, before: Time) -> Time {
        let known = self.records.inventories[machine.index()];
        match self.state(machine).is(Mark::Agent) {
            true => self.last_inventory_since(machine, known, Time(before.ms() - 1)),
            false => known,
        }
    }

    /// The server processes a Basic Inventory of a machine.
    pub(in crate::fleet) fn note_inventory(&mut self, now: Time, machine: ClientId) {
        if let Some(last) = self.records.inventories.get_mut(machine.index()) {
            *last = now;
        }
    }

    /// A machine stops reporting: the timers of its record run from its last inventory on.
    pub(super) fn falls_silent(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if self.records.reports.is_empty() || !self.state(client).is(Mark::Agent) {
            return;
        }
        self.records.reports[client.index()] = self.last_report(client, now);
        if !self.records.inventories.is_empty() {
            self.records.inventories[client.index()] = self.last_inventory_before(client, now);
            self.arm_both(self.record(client), now, queue);
        }
    }

    /// A machine registers or checks in. The timers of its record run on, unless they never run out.
    pub(in crate::fleet) fn reports_again(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if let Some(last) = self.records.reports.get_mut(client.index()) {
            *last = now;
        }
        self.watch_record(now, client, queue);
    }

    /// The timers of a machine's record run, unless its inventories come more often than they run out.
    pub(super) fn watch_record(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if !self.records.inventories.is_empty() && !self.outruns_timers(client) {
            self.arm_both(self.record(client), now, queue);
        }
    }

    fn arm_both(&mut self, record: RecordId, now: Time, queue: &mut EventQueue) {
        for purge in [Purge::Retire, Purge::Delete] {
            self.arm(purge, record, now, queue);
        }
    }

    /// When a timer of a record runs out.
    fn runs_out(&self, purge: Purge, record: RecordId, now: Time) -> Option<Time> {
        let purging = &self.scenario.platform.purging;
        let after = match purge {
            Purge::Retire => purging.retire_after,
            Purge::Delete => purging.delete_after,
        };
        let machines = self.machines_of(record);
        let last = machines.iter().map(|&machine| self.last_inventory_before(machine, now)).max()?;
        Some(last.saturating_add(after?))
    }

    /// Schedules the first run of the purge that may take a record. What was scheduled for it before is stale.
    fn arm(&mut self, purge: Purge, record: RecordId, now: Time, queue: &mut EventQueue) {
        let Some(out) = self.runs_out(purge, record, now) else { return };
        let due = next_run(self.scenario.platform.purging.check, out.max(Time(now.ms() + 1)));
        let armed = &mut self.records.armed[purge as usize][record.own_machine().index()];
        if *armed != due {
            *armed = due;
            queue.push(Event::PurgeCheck.at(due, record.0, purge as u16));
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
        let armed = &mut self.records.armed[purge as usize][record.own_machine().index()];
        if *armed != now {
            return; // stale
        }
        *armed = Time::NEVER;
        let machines = self.machines_of(record);
        let alive = machines.iter().any(|machine| self.outruns_timers(*machine));
        if alive || !purge_takes(purge, self.record_state(record), &self.scenario.platform.purging) {
            return; // the timer starts anew when its machine falls silent, or checks in
        }
        for machine in machines {
            let last = self.last_inventory_before(machine, now);
            self.note_inventory(last, machine); // what comes next is looked for from there on
        }
        if self.runs_out(purge, record, now).is_some_and(|out| out > now) {
            return self.arm(purge, record, now, queue); // there was an inventory in between
        }
        let fate = match purge {
            Purge::Retire => (Status::Retired, Step::Retired(Cause::Purging)),
            Purge::Delete => (Status::Deleted, Step::Deleted(Cause::Purging)),
        };
        self.leave(now, record.own_machine(), fate, Agent::Live, queue);
    }
}

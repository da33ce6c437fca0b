//! Which record of the server a machine has: usually its own. Machines with cloned keys share one, and
//! a PC that comes back with other keys, or before its old license is released, gets another. V5, V7, V10.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Step};
use crate::fleet::state::ClientRow;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::recovery::{Registration, check_in_revives, further_record_clause, registration};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// The client that stands for the record a machine has.
    #[inline]
    pub fn record(&self, client: ClientId) -> RecordId {
        match self.state(client).status() {
            Status::Shared => self.owner(client).expect("a shared record has an owner"),
            _ => client.own_record(),
        }
    }

    /// The record of another machine that a machine shares, when it does (V10).
    pub fn shares_record_of(&self, client: ClientId) -> Option<RecordId> {
        Some(self.record(client)).filter(|record| *record != client.own_record())
    }

    /// Status of the record a machine has.
    pub(in crate::fleet) fn record_status(&self, client: ClientId) -> Status {
        self.record_state(self.record(client)).status()
    }

    /// A machine's state with the status of the record it has, for rules that look at both.
    pub fn as_recorded(&self, client: ClientId) -> ClientState {
        self.state(client).with_status(self.record_status(client))
    }

    /// The same, with the license of that record: what policies and tasks go by.
    pub(in crate::fleet) fn serviced(&self, client: ClientId) -> ClientState {
        let state = self.as_recorded(client);
        match self.record_state(self.record(client)).is(Mark::Licensed) {
            true => state.with(Mark::Licensed),
            false => state,
        }
    }

    /// How many machines of a client's group in a row have the same keys, as far as the version compares them.
    fn machines_sharing(&self, client: ClientId) -> u32 {
        self.group(client).cloned_keys.map_or(1, |keys| keys.sharing(self.server.version()))
    }

    /// The first machine of the set with a client's keys; `None` when no other machine has them.
    fn set_of(&self, client: ClientId) -> Option<ClientId> {
        let machines = self.machines_sharing(client);
        if machines == 1 {
            return None;
        }
        match self.roster.index(client) {
            Some(index) => self.roster.client(self.group_id(client), index - index % machines),
            None => self.records.joined.get(&client).copied(),
        }
    }

    fn owner(&self, client: ClientId) -> Option<RecordId> {
        self.records.owners.get(&self.set_of(client)?).copied()
    }

    /// Has another machine with these keys a record?
    fn keys_taken(&self, client: ClientId) -> bool {
        let exists =
            |owner: RecordId| !matches!(self.record_state(owner).status(), Status::Unknown | Status::Deleted);
        self.owner(client).is_some_and(|owner| owner != client.own_record() && exists(owner))
    }

    /// The machines that have this record.
    pub(in crate::fleet) fn machines_of(&self, record: RecordId) -> Vec<ClientId> {
        let own = record.own_machine();
        let Some(first) = self.set_of(own).filter(|_| self.owner(own) == Some(record)) else {
            return vec![own];
        };
        let end = self.roster.of_group(self.group_id(own)).end;
        let last = end.min(first.plus(self.machines_sharing(own)));
        let joined = self.records.joined.iter().filter(|(_, set)| **set == first).map(|(row, _)| *row);
        let shares = |row: &ClientId| *row == own || self.state(*row).status() == Status::Shared;
        ClientId::each(first..last).chain(joined).filter(shares).collect()
    }

    /// A Basic Inventory of a machine that the server has no record of, or that has a new agent.
    pub(in crate::fleet) fn register(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let before = self.state(client);
        let verdict = registration(before, self.keys_taken(client));
        let had_one = before.status() == Status::Deleted
            || before.status() == Status::Shared && self.record_status(client) == Status::Deleted;
        let row = match verdict {
            Registration::Second => self.move_on(now, client, queue),
            _ => client,
        };
        let verdict = match verdict {
            Registration::Second if self.keys_taken(row) => Registration::Shared,
            Registration::Second => Registration::Own,
            other => other,
        };
        let status = match verdict {
            Registration::Shared => Status::Shared,
            Registration::Known => before.status(),
            Registration::Own | Registration::Second => Status::Active,
        };
        let step = match verdict {
            _ if before.is(Mark::Imaging) && !had_one => Step::Recognised,
            Registration::Shared => Step::SharesRecord,
            _ if had_one => Step::Returned,
            _ => Step::FirstContact { request: self.next_configuration(row, now) },
        };
        self.registered(now, row, status, step, queue);
    }

    fn registered(&mut self, now: Time, row: ClientId, status: Status, step: Step, queue: &mut EventQueue) {
        let state = self.state(row).with_status(status).without(Mark::Imaging);
        // The inventory lists a plug-in that is there (C2), and shows that one is gone.
        let state = match state.is(Mark::Plugin) {
            true => state.with(Mark::PluginReported),
            false => state.without_all(&[Mark::PluginReported, Mark::PackageTarget]),
        };
        if let Some(set) = self.set_of(row).filter(|_| status != Status::Shared) {
            self.records.owners.insert(set, row.own_record());
        }
        self.change(now, row, state, step);
        self.reactivate(now, row.own_record(), queue);
        self.note_inventory(now, row);
        self.reports_again(now, row, queue);
        self.start_solutions(now, row, queue);
        self.await_return(now, row, queue);
        self.resume(now, row, queue);
    }

    /// A PC goes on as another record; what is on its disk goes with it.
    fn move_on(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) -> ClientId {
        self.cut_chain(now, client, queue);
        let (state, row) = (self.state(client).halted(), self.clients[client.index()]);
        let on_disk = [
            Mark::Plugin,
            Mark::PluginRequested,
            Mark::PackageRequested,
            Mark::PackageReady,
            Mark::UninstallTarget,
        ];
        let kept = on_disk.into_iter().filter(|mark| state.is(*mark));
        let fresh = kept.fold(ClientState::default().with(Mark::Agent), |fresh, mark| fresh.with(mark));
        let second = self.second_record(now, client, fresh);
        self.continue_requests(client, second);
        if let Some(set) = self.set_of(client) {
            self.records.joined.insert(second, set);
        }
        if let Some(updates) = &mut self.patching {
            updates.move_disk(client, second);
        }
        self.solutions.move_disk(client, second);
        if fresh.is(Mark::PackageReady) {
            self.move_scans(now, row, second, queue);
        }
        second
    }

    /// Adds a record for a PC that has left one behind.
    pub(super) fn second_record(&mut self, now: Time, of: ClientId, state: ClientState) -> ClientId {
        let clause = further_record_clause(self.state(of));
        let (second, nth) = self.roster.append(of);
        let group = self.group_id(of);
        self.clients.push(ClientRow::new(group));
        self.first_requests.append();
        assert_eq!(second.index() + 1, self.clients.len(), "roster and rows agree");
        if !self.records.reports.is_empty() {
            self.records.reports.push(now);
        }
        if !self.records.inventories.is_empty() {
            self.records.inventories.push(now);
            self.records.armed.iter_mut().for_each(|armed| armed.push(Time::NEVER));
        }
        if let Some(updates) = &mut self.patching {
            updates.append();
        }
        self.solutions.append();
        self.fast_forward.append();
        self.records.successors.insert(of, second);
        let left = self.state(of).wiped().without(Mark::Imaging).with(Mark::LeftBehind);
        self.change(now, of, left, Step::LeftBehind { nth });
        self.change(now, second, state, Step::SecondRecord { of, nth, clause });
        second
    }

    /// The record a PC has now, however often it went on as another.
    pub fn newest(&self, client: ClientId) -> ClientId {
        let mut client = client;
        while let Some(next) = self.records.successors.get(&client) {
            client = *next;
        }
        client
    }

    /// A live agent sets things right that an administrator did to its record just now (V5, V7).
    pub(in crate::fleet) fn await_return(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.await_return_from(now, now + self.scenario.platform.reactivate_after, client, queue);
    }

    /// The same, where its check-in counts from an instant on.
    pub(super) fn await_return_from(
        &self,
        now: Time,
        counts: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let state = self.state(client);
        if !state.is(Mark::Agent) || state.is(Mark::Imaging) {
            return; // a new agent registers anyway
        }
        match self.record_status(client) {
            Status::Deleted => self.schedule(Event::Return, self.next_return(client, now), client, queue),
            status if check_in_revives(status) => {
                let request = self.next_configuration(client, now);
                self.schedule(Event::CheckIn, request.max(counts), client, queue);
            }
            _ => {}
        }
    }

    /// A live agent checks in (V7).
    pub(in crate::fleet) fn check_in(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        // Another machine with this record may have been first, or it may have another status now.
        if self.reactivate(now, self.record(client), queue) {
            self.reports_again(now, client, queue);
        }
    }

    /// A live agent has reported: its record is Active again where the rules allow it (V7). The only place where a
    /// record that is not deleted becomes Active again, whatever the agent reported.
    fn reactivate(&mut self, now: Time, record: RecordId, queue: &mut EventQueue) -> bool {
        let state = self.record_state(record);
        if !check_in_revives(state.status()) {
            return false;
        }
        self.change(now, record.own_machine(), state.with_status(Status::Active), Step::Reactivated);
        for machine in self.machines_of(record) {
            self.catch_up_on_policies(now, machine, queue);
            self.resume(now, machine, queue);
            self.ask_for_updates(now, machine, queue);
        }
        self.arm_holding(now, record, queue);
        true
    }

    /// A live agent whose record was deleted registers again (V4, V5).
    pub(in crate::fleet) fn come_back(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if matches!(self.state(client).status(), Status::Deleted | Status::Shared) {
            self.register(now, client, queue);
        }
    }
}

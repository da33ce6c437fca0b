//! How clients leave: by an action, at the end of a lifetime or holding time, or because they give up. V1–V3, V6, V8.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Cause, Observer, Step};
use crate::fleet::schedule::periodic::delay;
use crate::rules::client::{ClientState, Mark, Status};
use crate::scenario::model::Agent;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// A client's lifetime ends: that of the PC, whatever record it has by now.
    pub(in crate::fleet) fn lifetime_ends(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.retire_at_end(now, self.newest(client), Cause::Lifetime, queue);
    }

    /// The holding time of a record's license ends, unless the record has lost that license since.
    pub(in crate::fleet) fn holding_ends(
        &mut self,
        now: Time,
        record: RecordId,
        losses: u16,
        queue: &mut EventQueue,
    ) {
        if self.losses(record) == losses {
            self.retire_at_end(now, record.own_machine(), Cause::HoldingTime, queue);
        }
    }

    /// A lifetime or holding time ends, unless the PC has left already.
    fn retire_at_end(&mut self, now: Time, client: ClientId, cause: Cause, queue: &mut EventQueue) {
        if !self.state(client).in_use() {
            return;
        }
        match self.record_status(client) {
            Status::Deleted => self.switch_off(now, client, Step::SwitchedOff, queue),
            _ => self.leave(now, client, (Status::Retired, Step::Retired(cause)), Agent::Off, queue),
        }
    }

    /// Too many rejections: the client leaves the fleet.
    pub(in crate::fleet) fn give_up(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if self.record(client) != client.own_record() {
            return self.switch_off(now, client, Step::GaveUp, queue); // others still have the record
        }
        self.leave(now, client, (Status::Retired, Step::GaveUp), Agent::Off, queue);
    }

    /// The PC is switched off for good, or goes on; its record gets a status, and the rules decide what
    /// becomes of its license.
    pub(super) fn leave(
        &mut self,
        now: Time,
        client: ClientId,
        (status, step): (Status, Step),
        agent: Agent,
        queue: &mut EventQueue,
    ) {
        let record = self.record(client);
        let (off, own) = (agent == Agent::Off, record == client.own_record());
        if off && !own {
            self.switch_off(now, client, Step::SwitchedOff, queue);
        } else if off {
            self.agent_stops(now, client, queue);
        }
        let state = self.record_state(record).with_status(status).without(Mark::Waiting);
        let state = if off && own { switched_off(state, step) } else { state };
        let state = if status == Status::Deleted { state.forgotten() } else { state };
        self.change(now, record.own_machine(), state, step);
        self.settle_license(now, record);
        self.machines_learn(now, record, (status, step), queue);
    }

    /// What a new status of a record means to the machines that have it.
    fn machines_learn(
        &mut self,
        now: Time,
        record: RecordId,
        (status, step): (Status, Step),
        queue: &mut EventQueue,
    ) {
        for machine in self.machines_of(record) {
            let state = self.state(machine);
            let changed =
                if status == Status::Deleted { state.forgotten() } else { state.without(Mark::Waiting) };
            if machine != record.own_machine() && changed != state {
                self.change(now, machine, changed, step);
            }
            self.await_return(now, machine, queue); // V5, V7
        }
    }

    pub(super) fn switch_off(&mut self, now: Time, client: ClientId, step: Step, queue: &mut EventQueue) {
        self.agent_stops(now, client, queue);
        self.change(now, client, switched_off(self.state(client), step), step);
    }

    /// The agent stops, and with it what it was doing.
    pub(super) fn agent_stops(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.cut_chain(now, client, queue);
        self.falls_silent(now, client, queue);
        self.stop_solutions(now, client);
    }

    /// The agent and the plug-in go, the PC stays in use, and so does the record (V8).
    pub(super) fn uninstall_agent(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.agent_stops(now, client, queue);
        let state = self.state(client).wiped().with(Mark::AgentUninstalled);
        self.change(now, client, state, Step::AgentUninstalled);
    }

    /// A PC joins: its lifetime begins, where lifetimes are limited.
    pub(in crate::fleet) fn schedule_end_of_life(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let (draws, entity) = self.draws(client);
        let lifetime = self.group(client).lifetime.as_ref();
        let end =
            lifetime.map(|distribution| now + delay(distribution, draws, Decision::Lifetime, entity, 0));
        if let Some(end) = end {
            queue.push(Event::LifetimeEnds.at(end, client.0, 0));
        }
    }
}

/// A machine that is gone.
fn switched_off(state: ClientState, step: Step) -> ClientState {
    let gone = [Mark::Agent, Mark::Waiting, Mark::Imaging, Mark::AgentUninstalled];
    let state = state.halted().without_all(&gone);
    if step == Step::GaveUp { state.with(Mark::GaveUp) } else { state }
}

//! What an administrator does, and how clients leave: V1 to V3, V6, V8.

use crate::engine::queue::EventQueue;
use crate::fleet::event::Event;
use crate::fleet::fact::{Cause, Fact, Observer, Step};
use crate::fleet::model::Fleet;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::targeting;
use crate::scenario::model::{AdminCommand, Agent, Selection};
use crate::units::ids::{ClientId, GroupId, RecordId, SiteId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Carries out an action of the scenario.
    pub(in crate::fleet) fn act(&mut self, now: Time, index: u32, queue: &mut EventQueue) {
        let scenario = self.scenario;
        let by_action = Cause::Action;
        let found = match &scenario.actions[index as usize].what {
            AdminCommand::LicensingRefresh => return self.refresh(now, true),
            AdminCommand::Retire(selection, agent) => {
                self.leave_all(now, selection, (Status::Retired, Step::Retired(by_action)), *agent, queue)
            }
            AdminCommand::Dispose(selection, agent) => {
                self.leave_all(now, selection, (Status::Disposed, Step::Disposed), *agent, queue)
            }
            AdminCommand::Delete(selection, agent) => {
                self.leave_all(now, selection, (Status::Deleted, Step::Deleted(by_action)), *agent, queue)
            }
            AdminCommand::UninstallPlugin(selection) => {
                let able = |client| {
                    let state = self.state(client);
                    state.is(Mark::Agent) && !state.is(Mark::UninstallTarget)
                };
                let clients = self.selected(now, selection, able);
                clients.iter().for_each(|&client| self.uninstall_targeted(now, client, queue));
                clients.len()
            }
            AdminCommand::InstallPlugin(selection) => {
                let clients =
                    self.selected(now, selection, |client| self.state(client).is(Mark::UninstallTarget));
                clients.iter().for_each(|&client| self.uninstall_lifted(now, client, queue));
                clients.len()
            }
            // Everything that follows from these was worked out beforehand.
            AdminCommand::ChangePolicies(_)
            | AdminCommand::MembershipUpdate(_)
            | AdminCommand::RunMembershipUpdate => {
                return self.tell(now, Fact::Arranged { action: index });
            }
            AdminCommand::Import => return self.import(now, true, queue),
            AdminCommand::EnableBulletins(choice) => return self.enable_by_hand(now, index, choice, queue),
            AdminCommand::InstallationTask(choice, selection) => {
                match self.installation_task(now, index, (choice, selection), queue) {
                    Some(clients) => clients,
                    None => return, // refused, and told so
                }
            }
            AdminCommand::RestartPackageServer(site) => {
                return self.tell(now, Fact::Restarted { site: SiteId::from_index(*site) });
            }
            AdminCommand::Upgrade { .. } => {
                self.tell(now, Fact::Arranged { action: index });
                return self.upgraded(now, queue);
            }
            AdminCommand::UninstallAgent(selection) => {
                let clients = self.selected(now, selection, |client| self.state(client).is(Mark::Agent));
                clients.iter().for_each(|&client| self.uninstall_agent(now, client, queue));
                clients.len()
            }
            AdminCommand::Reimage(selection, keys) => {
                let clients =
                    self.selected(now, selection, |client| !self.state(client).is(Mark::LeftBehind));
                clients.iter().for_each(|&client| self.reimage(now, client, *keys, queue));
                clients.len()
            }
        };
        self.tell(now, Fact::Acted { action: index, clients: found as u32 });
    }

    /// The PCs an action is about, as they are now: of a group the first that it can be done to; of a PC
    /// named, the record it has now.
    pub(in crate::fleet) fn selected(
        &self,
        now: Time,
        selection: &Selection,
        able: impl Fn(ClientId) -> bool,
    ) -> Vec<ClientId> {
        match selection {
            Selection::Group { .. } => self
                .first_of(selection, |client| self.fits(now, selection, self.record(client)) && able(client)),
            Selection::Named(_) => {
                let newest = self.named(selection).into_iter().map(|client| self.newest(client));
                newest.filter(|client| able(*client)).collect()
            }
        }
    }

    /// The records an action is about; those of machines that share them count once.
    fn selected_records(&self, now: Time, selection: &Selection) -> Vec<ClientId> {
        match selection {
            Selection::Group { .. } => {
                self.first_of(selection, |client| self.fits(now, selection, client.own_record()))
            }
            Selection::Named(_) => self.named(selection),
        }
    }

    /// Is a record one of those asked for, whatever its group?
    fn fits(&self, now: Time, selection: &Selection, record: RecordId) -> bool {
        let Selection::Group { status, silent_for, holding, .. } = selection else { return false };
        let state = self.record_state(record);
        state.status() == *status
            && (!holding || state.is(Mark::Licensed))
            && silent_for.is_none_or(|span| self.silent_for(span, record, now))
    }

    /// The first so many of a group, or of all clients, by number.
    fn first_of(&self, selection: &Selection, fits: impl Fn(ClientId) -> bool) -> Vec<ClientId> {
        let Selection::Group { group, clients, .. } = selection else { return Vec::new() };
        let most = clients.map_or(usize::MAX, |count| count as usize);
        match group {
            Some(group) => self
                .roster
                .all_of_group(GroupId::from_index(*group))
                .filter(|&client| fits(client))
                .take(most)
                .collect(),
            None => ClientId::first(self.len()).filter(|&client| fits(client)).take(most).collect(),
        }
    }

    /// Clients named that the server has a record of.
    fn named(&self, selection: &Selection) -> Vec<ClientId> {
        let Selection::Named(named) = selection else { return Vec::new() };
        let known =
            named.iter().filter_map(|(group, index)| self.roster.client(GroupId::from_index(*group), *index));
        let recorded =
            |&client: &ClientId| !matches!(self.record_status(client), Status::Unknown | Status::Deleted);
        known.filter(recorded).collect()
    }

    fn leave_all(
        &mut self,
        now: Time,
        selection: &Selection,
        (status, step): (Status, Step),
        agent: Agent,
        queue: &mut EventQueue,
    ) -> usize {
        let mut done = 0;
        for client in self.selected_records(now, selection) {
            let has_status = self.record_status(client) == status;
            let stays_on = agent == Agent::Live || !self.state(client).in_use();
            if has_status && stays_on {
                continue;
            }
            done += 1;
            if has_status && self.record(client) != client.own_record() {
                self.switch_off(now, client, Step::SwitchedOff, queue); // its record got it with another's
            } else {
                self.leave(now, client, (status, step), agent, queue);
            }
        }
        done
    }

    /// A lifetime or holding time ends, unless the PC has left already.
    pub(in crate::fleet) fn retire_at_end(
        &mut self,
        now: Time,
        client: ClientId,
        cause: Cause,
        queue: &mut EventQueue,
    ) {
        let client = if cause == Cause::Lifetime { self.newest(client) } else { client };
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

    /// The PC is switched off for good, or goes on; its record gets a status, and the rules say what
    /// becomes of its license.
    pub(in crate::fleet) fn leave(
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

    fn switch_off(&mut self, now: Time, client: ClientId, step: Step, queue: &mut EventQueue) {
        self.agent_stops(now, client, queue);
        self.change(now, client, switched_off(self.state(client), step), step);
    }

    /// The agent stops, now and for what it had in hand.
    pub(in crate::fleet) fn agent_stops(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.cut_chain(now, client, queue);
        self.falls_silent(now, client, queue);
    }

    /// The agent and the plug-in go, the PC stays in use, and so does the record (V8).
    fn uninstall_agent(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.agent_stops(now, client, queue);
        let state = self.state(client).wiped().with(Mark::AgentUninstalled);
        self.change(now, client, state, Step::AgentUninstalled);
    }

    /// The uninstall policy takes a client, the install policy loses it (V2).
    fn uninstall_targeted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if state.is(Mark::UninstallTarget) {
            return;
        }
        let chosen = |state: ClientState| state.without(Mark::InstallTarget).with(Mark::UninstallTarget);
        if state.is(Mark::Plugin) {
            self.change(now, client, chosen(state), Step::UninstallTargeted);
            self.await_uninstall(now, client, queue);
        } else if state.is(Mark::PluginRequested) {
            self.cut_chain(now, client, queue); // the plug-in will not come
            self.report_removal(now, client, queue);
            self.change(now, client, chosen(self.state(client)).halted(), Step::UninstallTargeted);
            self.await_return(now, client, queue);
        } else {
            self.change(now, client, chosen(state), Step::UninstallTargeted);
        }
    }

    /// The next membership update makes it a target (T2), its configuration request after that learns of it.
    pub(in crate::fleet) fn await_uninstall(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let update = targeting::next_membership_update(self.scenario, now); // T2
        if update != Time::NEVER {
            let request = self.next_configuration(client, update);
            self.schedule(Event::UninstallRequest, request, client, queue);
        }
    }

    /// The client learns of the uninstall policy: the plug-in goes, and with it the scans. The
    /// license stays (V2).
    pub(in crate::fleet) fn uninstall_request(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let state = self.as_recorded(client);
        if !state.managed() || !state.is(Mark::UninstallTarget) || !state.is(Mark::Plugin) {
            return; // policies are for Active records
        }
        self.cut_chain(now, client, queue);
        let chain = [Mark::PackageTarget, Mark::PackageRequested, Mark::PackageReady, Mark::Waiting];
        let state = self.state(client).without_all(&chain);
        let state = state.without_all(&[Mark::Plugin, Mark::PluginRequested, Mark::ResultSent]);
        self.change(now, client, state, Step::PluginRemoved);
        let report = self.next_inventory_after_change(client, now);
        self.schedule(Event::RemovalReported, report, client, queue);
    }

    /// The chain of a client without the plug-in was cut, and with it the report that it is gone, if that
    /// is still to come.
    pub(in crate::fleet) fn report_removal(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let to_come = state.is(Mark::PluginReported) && !state.is(Mark::Plugin);
        if to_come && state.is(Mark::Agent) {
            let report = self.next_inventory_after_change(client, now);
            self.schedule(Event::RemovalReported, report, client, queue);
        }
    }

    pub(in crate::fleet) fn removal_reported(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if self.record_status(client) == Status::Deleted {
            return self.register(now, client, queue);
        }
        let state = self.state(client);
        if state.is(Mark::PluginReported) && !state.is(Mark::Plugin) {
            let state = state.without_all(&[Mark::PluginReported, Mark::PackageTarget]);
            self.change(now, client, state, Step::RemovalReported);
        }
    }
}

/// A machine that is gone.
fn switched_off(state: ClientState, step: Step) -> ClientState {
    let gone = [Mark::Agent, Mark::Waiting, Mark::Imaging, Mark::AgentUninstalled];
    let state = state.halted().without_all(&gone);
    if step == Step::GaveUp { state.with(Mark::GaveUp) } else { state }
}

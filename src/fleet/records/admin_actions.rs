//! What administrators do: the actions of a scenario, and the clients they are about. V1–V3, V6, V8.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Cause, Fact, Observer, Step};
use crate::rules::client::{Mark, Status};
use crate::scenario::model::{AdminCommand, Agent, Selection};
use crate::units::ids::{ClientId, GroupId, RecordId, SiteId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Carries out an action of the scenario.
    pub(in crate::fleet) fn act(&mut self, now: Time, index: u32, queue: &mut EventQueue) {
        let scenario = self.scenario;
        let command = &scenario.actions[index as usize].what;
        let left_out = self.left_out(now, command);
        let done = match command {
            AdminCommand::LicensingRefresh => return self.refresh(now, true),
            AdminCommand::Retire(selection, agent) => {
                self.leave_all(now, selection, (Status::Retired, Step::Retired(Cause::Action)), *agent, queue)
            }
            AdminCommand::Dispose(selection, agent) => {
                self.leave_all(now, selection, (Status::Disposed, Step::Disposed), *agent, queue)
            }
            AdminCommand::Delete(selection, agent) => {
                self.leave_all(now, selection, (Status::Deleted, Step::Deleted(Cause::Action)), *agent, queue)
            }
            AdminCommand::UninstallPlugin(selection) => {
                let clients = self.selected(now, selection, |client| self.can(command, client));
                clients.iter().for_each(|&client| self.uninstall_targeted(now, client, queue));
                clients.len()
            }
            AdminCommand::InstallPlugin(selection) => {
                let clients = self.selected(now, selection, |client| self.can(command, client));
                clients.iter().for_each(|&client| self.uninstall_lifted(now, client, queue));
                clients.len()
            }
            // Everything that follows from these was worked out beforehand.
            AdminCommand::ChangePolicies(_)
            | AdminCommand::ScheduleImport(_)
            | AdminCommand::MembershipUpdate(_)
            | AdminCommand::ConfigurationRequest(_)
            | AdminCommand::BasicInventory(_)
            | AdminCommand::EventQueue(_)
            | AdminCommand::RunMembershipUpdate => {
                return self.report(now, Fact::Arranged { action: index });
            }
            AdminCommand::Import => return self.import(now, true, queue),
            AdminCommand::EnableBulletins(choice) => return self.enable_by_hand(now, index, choice, queue),
            AdminCommand::InstallationTask(choice, selection) => {
                match self.installation_task(now, index, (choice, selection), queue) {
                    Some(clients) => clients,
                    None => return, // refused; the fact is already reported
                }
            }
            AdminCommand::RestartPackageServer(site) => {
                return self.report(now, Fact::Restarted { site: SiteId::from_index(*site) });
            }
            AdminCommand::Upgrade { .. } => {
                self.report(now, Fact::Arranged { action: index });
                return self.upgraded(now, queue);
            }
            AdminCommand::RunScan(selection) => self.run_scan_task(now, selection, queue),
            AdminCommand::UninstallSolution(which, of) => {
                self.target_solution(now, which, (*of, true), queue)
            }
            AdminCommand::InstallSolution(which, of) => self.target_solution(now, which, (*of, false), queue),
            AdminCommand::UninstallAgent(selection) => {
                let clients = self.selected(now, selection, |client| self.can(command, client));
                clients.iter().for_each(|&client| self.uninstall_agent(now, client, queue));
                clients.len()
            }
            AdminCommand::SendInventory(selection) => self.send_inventory(now, selection, queue),
            AdminCommand::Reimage(selection, keys) => {
                let clients = self.selected(now, selection, |client| self.can(command, client));
                clients.iter().for_each(|&client| self.reimage(now, client, *keys, queue));
                clients.len()
            }
        };
        self.report(now, Fact::Acted { action: index, clients: done as u32, left_out });
    }

    /// Is there something on a PC that an action is about?
    fn can(&self, command: &AdminCommand, client: ClientId) -> bool {
        let state = self.state(client);
        match command {
            AdminCommand::UninstallAgent(_) => state.is(Mark::Agent),
            AdminCommand::UninstallPlugin(_) => state.is(Mark::Agent) && !state.is(Mark::UninstallTarget),
            AdminCommand::InstallPlugin(_) => state.is(Mark::UninstallTarget),
            // A record that is not Active may be all that is left of a PC.
            AdminCommand::Reimage(..) => {
                !state.is(Mark::LeftBehind)
                    && (state.in_use() || self.record_status(client) == Status::Active)
            }
            _ => true,
        }
    }

    /// How many PCs of a group an action leaves out because of the status of their records: those of a group that
    /// is meant as a whole.
    fn left_out(&self, now: Time, command: &AdminCommand) -> u32 {
        use AdminCommand::{
            Delete, Dispose, InstallPlugin, Reimage, Retire, UninstallAgent, UninstallPlugin,
        };
        let (selection, aim) = match command {
            Retire(selection, _) => (selection, Some(Status::Retired)),
            Dispose(selection, _) => (selection, Some(Status::Disposed)),
            Delete(selection, _) | UninstallPlugin(selection) | InstallPlugin(selection) => (selection, None),
            UninstallAgent(selection) | Reimage(selection, _) => (selection, None),
            _ => return 0,
        };
        let Selection::Group { group: Some(group), clients: None, status: Some(status), .. } = selection
        else {
            return 0;
        };
        let of_any_status = |client: &ClientId| {
            let found = self.record_status(*client);
            found != *status
                && Some(found) != aim
                && self.can(command, *client)
                && self.has_status(None, self.record(*client))
                && self.fits_otherwise(now, selection, self.record(*client))
        };
        self.roster.all_of_group(GroupId::from_index(*group)).filter(of_any_status).count() as u32
    }

    /// *Send Basic Inventory*, by hand; how many PCs send one.
    fn send_inventory(&self, now: Time, selection: &Selection, queue: &mut EventQueue) -> usize {
        let clients = self.agents(now, selection);
        for client in &clients {
            queue.push(Event::InventoryByHand.at(self.when_on(*client, now), client.0, 0));
        }
        clients.len()
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
                let newest = self.named_machines(selection).map(|client| self.newest(client));
                newest.filter(|client| self.is_recorded(*client) && able(*client)).collect()
            }
        }
    }

    /// The live agents an action is about. One does not know that its record was deleted: where no status is asked for,
    /// those without a record are among them.
    fn agents(&self, now: Time, selection: &Selection) -> Vec<ClientId> {
        let registers_again = |client| {
            let any =
                matches!(selection, Selection::Group { status: None, silent_for: None, holding: false, .. });
            any && self.record_status(client) == Status::Deleted
        };
        let alive = |client: &ClientId| {
            let state = self.state(*client);
            state.is(Mark::Agent) && !state.is(Mark::Imaging) && state.status() != Status::Unknown
        };
        match selection {
            Selection::Group { .. } => self.first_of(selection, |client| {
                let chosen = self.fits(now, selection, self.record(client)) || registers_again(client);
                chosen && alive(&client)
            }),
            Selection::Named(named) => {
                let machine = |(group, index): &(usize, u32)| {
                    self.roster.client(GroupId::from_index(*group), *index).map(|client| self.newest(client))
                };
                named.iter().filter_map(machine).filter(alive).collect()
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
        let Selection::Group { status, .. } = selection else { return false };
        self.has_status(*status, record) && self.fits_otherwise(now, selection, record)
    }

    /// Has a record this status; `None`: does the server have it at all?
    fn has_status(&self, status: Option<Status>, record: RecordId) -> bool {
        let found = self.record_state(record).status();
        match status {
            Some(status) => found == status,
            None => matches!(found, Status::Active | Status::Retired | Status::Disposed),
        }
    }

    /// Is a record one of those asked for, whatever its group and its status?
    fn fits_otherwise(&self, now: Time, selection: &Selection, record: RecordId) -> bool {
        let Selection::Group { silent_for, holding, .. } = selection else { return false };
        (!holding || self.record_state(record).is(Mark::Licensed))
            && silent_for.is_none_or(|span| self.silent_for(span, record, now))
    }

    /// The first clients of a group, or of all, by number: as many as the selection names.
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
        self.named_machines(selection).filter(|&client| self.is_recorded(client)).collect()
    }

    /// Clients named, whatever has become of their records.
    fn named_machines<'a>(&'a self, selection: &'a Selection) -> impl Iterator<Item = ClientId> + 'a {
        let named = match selection {
            Selection::Named(named) => named.as_slice(),
            Selection::Group { .. } => &[],
        };
        named.iter().filter_map(|(group, index)| self.roster.client(GroupId::from_index(*group), *index))
    }

    fn is_recorded(&self, client: ClientId) -> bool {
        !matches!(self.record_status(client), Status::Unknown | Status::Deleted)
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
}

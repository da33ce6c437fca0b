//! What an administrator does, and how licenses come back: V1 to V3, V6.

use super::event::Event;
use super::fact::{Cause, Fact, Observer, Step};
use super::model::Fleet;
use crate::engine::queue::EventQueue;
use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::recovery::{Release, refresh_releases, release};
use crate::scenario::model::{Deed, Selection};
use crate::words::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Carries out an action of the scenario.
    pub(super) fn act(&mut self, now: Time, index: u32, queue: &mut EventQueue) {
        let scenario = self.scenario;
        let found = match &scenario.actions[index as usize].what {
            Deed::LicensingRefresh => {
                self.refresh(now, true);
                None
            }
            Deed::Retire(whom) => {
                Some(self.leave_all(now, whom, Status::Retired, Step::Retired(Cause::Action), queue))
            }
            Deed::Dispose(whom) => Some(self.leave_all(now, whom, Status::Disposed, Step::Disposed, queue)),
            Deed::Delete(whom) => Some(self.leave_all(now, whom, Status::Deleted, Step::Deleted, queue)),
            Deed::Import => {
                self.import(now, true, queue);
                None
            }
            Deed::EnableBulletins(choice) => {
                self.enable_by_hand(now, index, choice, queue);
                None
            }
            Deed::InstallationTask(choice, whom) => self.installation_task(now, index, (choice, whom), queue),
            Deed::UninstallPlugin(whom) => {
                let clients = self.selected(whom);
                clients.iter().for_each(|&client| self.uninstall_targeted(now, client, queue));
                Some(clients.len())
            }
        };
        if let Some(found) = found {
            self.tell(now, Fact::Acted { action: index, clients: found as u32 });
        }
    }

    /// The clients an action is about, as they are now.
    pub(super) fn selected(&self, whom: &Selection) -> Vec<u32> {
        match whom {
            Selection::Group { group, clients, status } => {
                let most = clients.map_or(usize::MAX, |count| count as usize);
                let fits = |&client: &u32| self.state(client).status() == *status;
                self.roster.of_group(*group).filter(fits).take(most).collect()
            }
            Selection::Named(named) => {
                let known = named.iter().filter_map(|(group, index)| self.roster.client(*group, *index));
                let recorded =
                    |&client: &u32| !matches!(self.state(client).status(), Status::Unknown | Status::Deleted);
                known.filter(recorded).collect()
            }
        }
    }

    fn leave_all(
        &mut self,
        now: Time,
        whom: &Selection,
        status: Status,
        step: Step,
        queue: &mut EventQueue,
    ) -> usize {
        let mut clients = self.selected(whom);
        clients.retain(|&client| self.state(client).status() != status);
        clients.iter().for_each(|&client| self.leave(now, client, status, step, queue));
        clients.len()
    }

    /// A lifetime or holding time ends, unless the client has left already.
    pub(super) fn retire_at_end(&mut self, now: Time, client: u32, cause: Cause, queue: &mut EventQueue) {
        if self.state(client).is(Mark::Agent) {
            self.leave(now, client, Status::Retired, Step::Retired(cause), queue);
        }
    }

    /// Too many rejections: the client leaves the fleet.
    pub(super) fn give_up(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        self.leave(now, client, Status::Retired, Step::GaveUp, queue);
    }

    /// The PC is switched off for good and its record gets a status; the rules say what becomes of
    /// its license.
    fn leave(&mut self, now: Time, client: u32, status: Status, step: Step, queue: &mut EventQueue) {
        self.cut_chain(now, client, queue);
        let mut state = self.state(client).with_status(status).without_all(&[
            Mark::Agent,
            Mark::Waiting,
            Mark::ResultSent,
        ]);
        if step == Step::GaveUp {
            state = state.with(Mark::GaveUp);
        }
        self.change(now, client, state, step);
        match release(state, &self.scenario.platform) {
            Release::Now(clause) => self.release_license(now, client, clause),
            Release::AtRefresh(_) => self.unreleased.push(client),
            Release::NothingHeld | Release::Kept(_) => {}
        }
    }

    fn release_license(&mut self, now: Time, client: u32, clause: Clause) {
        self.pool.release();
        let state = self.state(client).without(Mark::Licensed);
        self.change(now, client, state, Step::LicenseReleased(clause));
    }

    pub(super) fn scheduled_refresh(&mut self, now: Time, queue: &mut EventQueue) {
        self.refresh(now, false);
        self.schedule_refresh(Time(now.ms() + 1), queue);
    }

    /// *NS.Internal Licensing Refresh Item*: releases what retired (or deleted) records still hold (V1).
    fn refresh(&mut self, now: Time, by_hand: bool) {
        let mut unreleased = std::mem::take(&mut self.unreleased);
        unreleased.sort_unstable();
        let mut released = 0;
        for client in unreleased {
            // A record may have been deleted since, and its license released with it.
            if let Some(clause) = refresh_releases(self.state(client), &self.scenario.platform) {
                self.release_license(now, client, clause);
                released += 1;
            }
        }
        self.tell(now, Fact::Refreshed { by_hand, released });
    }

    /// The uninstall policy takes a client, the install policy loses it (V2).
    fn uninstall_targeted(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client);
        if state.is(Mark::UninstallTarget) {
            return;
        }
        let chosen = |state: ClientState| state.without(Mark::InstallTarget).with(Mark::UninstallTarget);
        if state.is(Mark::Plugin) {
            self.change(now, client, chosen(state), Step::UninstallTargeted);
            self.schedule(Event::UninstallRequest, self.next_configuration(client, now), client, queue);
        } else {
            self.cut_chain(now, client, queue); // the plug-in will not come
            self.change(now, client, chosen(self.state(client)), Step::UninstallTargeted);
        }
    }

    /// The client learns of the uninstall policy: the plug-in goes, and with it the scans. The
    /// license stays (V2).
    pub(super) fn uninstall_request(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        self.cut_chain(now, client, queue);
        let chain = [
            Mark::PackageTarget,
            Mark::PackageRequested,
            Mark::PackageReady,
            Mark::Waiting,
            Mark::ResultSent,
        ];
        let state = self.state(client).without(Mark::Plugin).without_all(&chain);
        self.change(now, client, state, Step::PluginRemoved);
        let report = self.next_inventory_after_change(client, now);
        self.schedule(Event::RemovalReported, report, client, queue);
    }

    pub(super) fn removal_reported(&mut self, now: Time, client: u32) {
        let state = self.state(client).without(Mark::PluginReported);
        self.change(now, client, state, Step::RemovalReported);
    }
}

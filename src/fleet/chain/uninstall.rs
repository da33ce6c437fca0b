//! The way back: the uninstall policy takes a client, the plug-in goes, the server learns of it. V2.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Step};
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::targeting;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// The uninstall policy takes a client, the install policy loses it (V2).
    pub(in crate::fleet) fn uninstall_targeted(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
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

    /// Out of the uninstall policy; the next membership update may make it a target again (C1).
    pub(in crate::fleet) fn uninstall_lifted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).without(Mark::UninstallTarget);
        self.change(now, client, state, Step::UninstallLifted);
        self.await_install_policy(now, client, queue);
    }

    /// The next membership update makes it a target (T2), its configuration request after that learns of it.
    pub(super) fn await_uninstall(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
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
    pub(super) fn report_removal(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
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
        self.note_inventory(now, client);
        let state = self.state(client);
        if state.is(Mark::PluginReported) && !state.is(Mark::Plugin) {
            let state = state.without_all(&[Mark::PluginReported, Mark::PackageTarget]);
            self.change(now, client, state, Step::RemovalReported);
        }
    }
}

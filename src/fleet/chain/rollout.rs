//! The chain from a new PC to a client that can scan: C0 to C4, T2.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::backlog::Report;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, PackageKind, Step};
use crate::fleet::schedule::periodic::delay;
use crate::rules::client::{Mark, Status};
use crate::rules::targeting;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// The agent starts on a new PC.
    pub(in crate::fleet) fn enrol(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::Agent);
        self.change(now, client, state, Step::Enrolled);
        self.schedule(Event::FirstContact, self.when_on(client, now), client, queue);
        self.schedule_end_of_life(now, client, queue);
    }

    /// A new agent registers: the server has a record of it, which the next membership update can target. It asks for
    /// policies a little later (C0).
    pub(in crate::fleet) fn first_contact(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if self.is_refused(client, now, Decision::InventoryRefused) {
            let again = self.next_registration(now, client);
            return self.schedule(Event::FirstContact, again, client, queue);
        }
        self.begin_requests(now, client);
        self.arrives(now, client, Report::Registration, queue);
    }

    /// A membership update makes a client a target, unless it is one already, or the policy or the client
    /// changed since this was scheduled.
    pub(in crate::fleet) fn install_targeted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if state.is(Mark::InstallTarget) || !self.install_policy_takes(client, now) {
            return;
        }
        self.change(now, client, state.with(Mark::InstallTarget), Step::InstallTargeted); // C1
        if state.is(Mark::Plugin) || !state.is(Mark::Agent) {
            return; // it has what the policy would bring, or no agent is there to fetch it
        }
        self.schedule(Event::PluginRequest, self.next_configuration(client, now), client, queue);
    }

    pub(in crate::fleet) fn plugin_request(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let policy = self.as_recorded(client).managed() && state.is(Mark::InstallTarget);
        if !policy || state.is(Mark::PluginRequested) {
            return; // no policy for it, or it has the plug-in already
        }
        let state = state.with(Mark::PluginRequested);
        self.change(now, client, state, Step::PluginRequested);
        self.fetch(now, client, PackageKind::Plugin, queue);
    }

    /// The plug-in package is complete on the client: it gets installed.
    pub(in crate::fleet) fn plugin_loaded(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let (draws, entity) = self.draws(client);
        let epoch = u64::from(self.epoch(client));
        let distribution = &self.scenario.packages.plugin_install;
        let install = delay(distribution, draws, Decision::PluginInstall, entity, epoch);
        self.schedule(Event::PluginInstalled, self.when_on(client, now + install), client, queue);
    }

    pub(in crate::fleet) fn plugin_installed(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::Plugin);
        self.change(now, client, state, Step::PluginInstalled);
        self.resume(now, client, queue); // the server may know the plug-in still, from before its removal (C2)
        let report = self.next_inventory_after_change(client, now);
        self.schedule(Event::PluginReported, report, client, queue);
    }

    pub(in crate::fleet) fn plugin_reported(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if self.record_status(client) == Status::Deleted {
            return self.register(now, client, queue); // the inventory brings it back as well
        }
        self.note_inventory(now, client);
        if state.is(Mark::PluginReported) {
            return;
        }
        self.change(now, client, state.with(Mark::PluginReported), Step::PluginReported); // C2
        self.resume(now, client, queue); // C3
    }

    /// A technician sends a Basic Inventory; one that fails is not sent again.
    pub(in crate::fleet) fn inventory_sent_by_hand(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let state = self.state(client);
        let is_known = state.is(Mark::Agent) && !state.is(Mark::Imaging) && state.status() != Status::Unknown;
        // Otherwise the agent is gone since, or a new one registers anyway.
        if is_known && !self.is_refused(client, now, Decision::InventoryRefused) {
            let plugin = self.state(client).is(Mark::Plugin);
            self.arrives(now, client, Report::ByHand { plugin }, queue);
        }
    }

    /// A Basic Inventory sent by hand reports what any other one would report at this instant (C2).
    pub(in crate::fleet) fn inventory_by_hand(
        &mut self,
        now: Time,
        (client, plugin): (ClientId, bool),
        queue: &mut EventQueue,
    ) {
        match plugin {
            _ if self.record_status(client) == Status::Deleted => return self.register(now, client, queue), // V5
            true => self.plugin_reported(now, client, queue),
            false => self.removal_reported(now, client, queue),
        }
        self.reports_again(now, client, queue); // V9
    }

    pub(in crate::fleet) fn package_targeted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if !targeting::package_goes_to(self.as_recorded(client), self.server.imported())
            || state.is(Mark::PackageTarget)
        {
            return;
        }
        self.change(now, client, state.with(Mark::PackageTarget), Step::PackageTargeted);
        self.schedule(Event::PackageRequest, self.next_configuration(client, now), client, queue);
    }

    /// The first import has brought the scan package: clients that wait for it become targets at the next membership
    /// update (C4).
    pub(in crate::fleet) fn package_imported(&self, now: Time, queue: &mut EventQueue) {
        for client in ClientId::first(self.len()) {
            let state = self.as_recorded(client);
            if targeting::package_goes_to(state, true) && !state.is(Mark::PackageTarget) {
                self.resume(now, client, queue);
            }
        }
    }

    pub(in crate::fleet) fn package_request(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let policy = self.as_recorded(client).managed() && state.is(Mark::PackageTarget);
        if !policy || state.is(Mark::PackageRequested) {
            return; // no policy for it, or it has the package already
        }
        self.change(now, client, state.with(Mark::PackageRequested), Step::PackageRequested);
        self.fetch(now, client, PackageKind::AssessmentScan, queue);
    }

    /// Cuts a client's chain: pending events become stale, a download is broken off, also one that
    /// would be complete at this very instant, because its completion is a later event.
    pub(in crate::fleet) fn cut_chain(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.cut_parked(now, client);
        self.clients[client.index()].cut();
        self.break_off(now, client, queue);
        self.drop_updates(now, client);
    }

    /// The client has what it scans with: its scans start.
    pub(in crate::fleet) fn package_ready(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::PackageReady); // C4
        self.change(now, client, state, Step::PackageReady);
        self.start_scanning(now, client, queue);
        self.ask_for_updates(now, client, queue);
    }

    /// Schedules the next step of the server's side of a chain, which stood still while the record was
    /// not Active. Steps that are pending already are the same events, or change nothing.
    pub(in crate::fleet) fn resume(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        use Mark::*;
        let state = self.as_recorded(client);
        if !state.managed() || !state.is(Agent) {
            return;
        }
        if !state.is(Plugin) {
            return match (state.is(UninstallTarget), state.is(InstallTarget), state.is(PluginRequested)) {
                (true, ..) | (false, true, true) => {}
                (false, false, _) => self.await_install_policy(now, client, queue),
                (false, true, false) => {
                    self.schedule(Event::PluginRequest, self.next_configuration(client, now), client, queue);
                }
            };
        }
        if state.is(UninstallTarget) {
            self.await_uninstall(now, client, queue);
        }
        if targeting::package_goes_to(state, self.server.imported()) && !state.is(PackageTarget) {
            let update = targeting::next_membership_update(self.scenario, now); // T2
            self.schedule(Event::PackageTargeted, update, client, queue); // C3
        } else if state.is(PackageTarget) && !state.is(PackageRequested) {
            self.schedule(Event::PackageRequest, self.next_configuration(client, now), client, queue);
        }
    }
}

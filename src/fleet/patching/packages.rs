//! New versions of the scan package and of Patch Install Tools, and how clients come to them. C4, U1, U2.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, PackageKind, Step};
use crate::rules::client::Mark;
use crate::rules::update_cycle::{policies_reach, tools_gate_license};
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    pub(super) fn ask_all(&mut self, now: Time, queue: &mut EventQueue) {
        ClientId::first(self.len()).for_each(|client| self.ask_for_updates(now, client, queue));
    }

    /// If the server has something new for a client, its next configuration request learns of it.
    pub(in crate::fleet) fn ask_for_updates(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &self.patching else { return };
        let state = self.state(client);
        let active = self.as_recorded(client).managed();
        let refresh = active && state.is(Mark::PackageRequested) && updates.behind(client);
        if state.is(Mark::Agent)
            && (refresh || policies_reach(self.works(), self.serviced(client)) && updates.unreceived(client))
        {
            self.schedule(Event::UpdateRequest, self.next_configuration(client, now), client, queue);
        }
    }

    /// A client's configuration request learns of what is new for it.
    pub(in crate::fleet) fn update_request(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.receive_policies(now, client, queue);
        let state = self.state(client);
        let behind = self.patching.as_ref().is_some_and(|updates| updates.behind(client));
        if !behind || !self.as_recorded(client).managed() || self.is_loading(client) {
            return; // policies are for Active records; what is being loaded comes first; its completion asks again
        }
        let old_usable = self.scenario.packages.old_version_usable;
        let ready = if old_usable { state } else { state.without(Mark::PackageReady) };
        self.change(now, client, ready.with(Mark::RefreshWanted), Step::RefreshWanted { old_usable });
        self.fetch(now, client, PackageKind::AssessmentScanUpdate, queue);
    }

    /// The assessment scan package is complete (C4); in 7.1 to 7.5 the tools have to follow (U2).
    pub(in crate::fleet) fn scan_package_loaded(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let mut has_tools = false;
        if let Some(updates) = &mut self.patching {
            let row = &mut updates.clients[client.index()];
            row.package = row.loading;
            has_tools = row.tools >= row.loading;
        }
        if has_tools || !tools_gate_license(self.server.version()) {
            return self.package_ready(now, client, queue);
        }
        let state = self.state(client).with(Mark::ToolsWanted); // U2
        self.change(now, client, state, Step::ToolsWanted { by_cycle: false });
        self.fetch(now, client, PackageKind::InstallTools, queue);
    }

    /// A newer version of the scan package is complete: what the client finds with it is news.
    pub(in crate::fleet) fn update_loaded(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if let Some(updates) = &mut self.patching {
            let row = &mut updates.clients[client.index()];
            row.package = row.loading;
        }
        let state = self.state(client).without_all(&[Mark::RefreshWanted, Mark::ResultSent]);
        self.change(now, client, state.with(Mark::PackageReady), Step::RefreshComplete);
        if self.state(client).is(Mark::ToolsWanted) {
            self.fetch(now, client, PackageKind::InstallTools, queue);
        }
        self.ask_for_updates(now, client, queue);
    }

    /// Patch Install Tools are complete: a cycle that waited for them proceeds (U1).
    pub(in crate::fleet) fn tools_loaded(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if let Some(updates) = &mut self.patching {
            let row = &mut updates.clients[client.index()];
            row.tools = row.loading;
        }
        let state = self.state(client).without(Mark::ToolsWanted);
        self.change(now, client, state, Step::ToolsComplete);
        if !state.is(Mark::PackageReady) {
            return self.package_ready(now, client, queue); // the first time, in 7.1 to 7.5
        }
        self.tools_arrived(now, client, queue);
        self.ask_for_updates(now, client, queue);
    }
}

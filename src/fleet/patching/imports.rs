//! Imports, what they list and enable, and the package versions that clients fetch after them: M1, M2.

use crate::engine::queue::EventQueue;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer, Package, Step};
use crate::fleet::model::Fleet;
use crate::rules::client::Mark;
use crate::rules::maintenance::{import_brings, may_enable};
use crate::rules::targeting;
use crate::rules::update_cycle::{deployed_to, tools_gate_license};
use crate::scenario::model::updates::BulletinChoice;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Schedules the first import at or after an instant.
    pub(in crate::fleet) fn schedule_import(&self, from: Time, queue: &mut EventQueue) {
        if let Some(updates) = &self.scenario.updates {
            queue.push(Event::Import.at(targeting::next_run(updates.import, from), 0, 0));
        }
    }

    pub(in crate::fleet) fn scheduled_import(&mut self, now: Time, queue: &mut EventQueue) {
        self.import(now, false, queue);
        self.schedule_import(Time(now.ms() + 1), queue);
    }

    /// *Import Patch Data for Windows*: lists what is published, and with it come new packages (M2).
    pub(in crate::fleet) fn import(&mut self, now: Time, by_hand: bool, queue: &mut EventQueue) {
        let (works, entitlement) = (self.works(), self.pool.entitlement());
        let Some(updates) = &mut self.updates else { return };
        let before = updates.version;
        let brought = import_brings(works, entitlement).map(|()| updates.list(now));
        let number = updates.imports;
        let new_version = updates.version > before;
        let something = brought.is_ok_and(|bulletins| bulletins > 0);
        let enable = if something { updates.enabled_by_itself(now) } else { None };
        self.tell(now, Fact::Imported { by_hand, brought });
        if let Some(at) = enable {
            queue.push(Event::EnableBulletins.at(at, number - 1, 0));
        }
        if new_version {
            self.ask_all(now, queue);
        }
    }

    /// The delay after an import is over: what it brought is enabled.
    pub(in crate::fleet) fn enable_import(&mut self, now: Time, import: u32, queue: &mut EventQueue) {
        let Some(updates) = &self.updates else { return };
        let brought = updates.indexes(|bulletin| bulletin.listed_by == Some(import));
        self.make_policy(now, &brought, false, queue);
    }

    /// An administrator enables bulletins (M1).
    pub(in crate::fleet) fn enable_by_hand(
        &mut self,
        now: Time,
        action: u32,
        choice: &BulletinChoice,
        queue: &mut EventQueue,
    ) {
        let aup = self.pool.entitlement().aup;
        let Some(updates) = &self.updates else { return };
        let chosen = match choice {
            BulletinChoice::All => updates.indexes(|bulletin| bulletin.listed_by.is_some()),
            BulletinChoice::Named(named) => named.clone(),
        };
        let judge = |index: &usize| may_enable(updates.bulletins[*index].listed_by.is_some(), aup);
        let (possible, others): (Vec<usize>, Vec<usize>) =
            chosen.into_iter().partition(|index| judge(index).is_ok());
        let refusals: Vec<_> =
            others.iter().filter_map(|index| Some((*index as u32, judge(index).err()?))).collect();
        for (bulletin, refused) in refusals {
            self.tell(now, Fact::EnableRefused { action, bulletin, refused });
        }
        self.make_policy(now, &possible, true, queue);
    }

    fn make_policy(&mut self, now: Time, bulletins: &[usize], by_hand: bool, queue: &mut EventQueue) {
        let Some(updates) = &mut self.updates else { return };
        let bulletins = updates.make_policy(bulletins);
        self.tell(now, Fact::BulletinsEnabled { by_hand, bulletins });
        if bulletins > 0 {
            self.ask_all(now, queue);
        }
    }

    fn ask_all(&mut self, now: Time, queue: &mut EventQueue) {
        ClientId::first(self.len()).for_each(|client| self.ask_for_updates(now, client, queue));
    }

    /// If the server has something new for a client, its next configuration request learns of it.
    pub(in crate::fleet) fn ask_for_updates(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &self.updates else { return };
        let state = self.state(client);
        let refresh = state.is(Mark::PackageRequested) && updates.behind(client);
        if state.is(Mark::Agent)
            && (refresh || deployed_to(self.serviced(client)) && updates.unreceived(client))
        {
            self.schedule(Event::UpdateRequest, self.next_configuration(client, now), client, queue);
        }
    }

    /// A client's configuration request learns of what is new for it.
    pub(in crate::fleet) fn update_request(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.receive_policies(now, client, queue);
        let state = self.state(client);
        let behind = self.updates.as_ref().is_some_and(|updates| updates.behind(client));
        if !behind || self.is_loading(client) {
            return; // what is being loaded comes first; its completion asks again
        }
        let old_usable = self.scenario.packages.old_version_usable;
        let ready = if old_usable { state } else { state.without(Mark::PackageReady) };
        self.change(now, client, ready.with(Mark::RefreshWanted), Step::RefreshWanted { old_usable });
        self.fetch(now, client, Package::AssessmentScanUpdate, queue);
    }

    /// Is a download of the client in progress, or waiting for its site?
    pub(in crate::fleet) fn is_loading(&self, client: ClientId) -> bool {
        let state = self.state(client);
        state.is(Mark::Downloading)
            || state.is(Mark::DownloadQueued)
            || self.awaiting_retry.contains_key(&client)
    }

    /// A download begins: of the version that is at the server now.
    pub(in crate::fleet) fn note_loading(&mut self, client: ClientId) {
        if let Some(updates) = &mut self.updates {
            updates.clients[client.index()].loading = updates.version;
        }
    }

    /// The assessment scan package is complete (C4); in 7.1 to 7.5 the tools have to follow (U2).
    pub(in crate::fleet) fn scan_package_complete(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let mut has_tools = false;
        if let Some(updates) = &mut self.updates {
            let row = &mut updates.clients[client.index()];
            row.package = row.loading;
            has_tools = row.tools >= row.loading;
        }
        if has_tools || !tools_gate_license(self.installed.version) {
            return self.package_ready(now, client, queue);
        }
        let state = self.state(client).with(Mark::ToolsWanted); // U2
        self.change(now, client, state, Step::ToolsWanted { by_cycle: false });
        self.fetch(now, client, Package::InstallTools, queue);
    }

    pub(in crate::fleet) fn package_ready(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::PackageReady); // C4
        self.change(now, client, state, Step::PackageReady);
        self.start_scanning(now, client, queue);
        self.ask_for_updates(now, client, queue);
    }

    /// A newer version of the scan package is complete: what the client finds with it is news.
    pub(in crate::fleet) fn refresh_complete(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if let Some(updates) = &mut self.updates {
            let row = &mut updates.clients[client.index()];
            row.package = row.loading;
        }
        let state = self.state(client).without_all(&[Mark::RefreshWanted, Mark::ResultSent]);
        self.change(now, client, state.with(Mark::PackageReady), Step::RefreshComplete);
        if self.state(client).is(Mark::ToolsWanted) {
            self.fetch(now, client, Package::InstallTools, queue);
        }
        self.ask_for_updates(now, client, queue);
    }

    /// Patch Install Tools are complete: a cycle that waited for them proceeds (U1).
    pub(in crate::fleet) fn tools_complete(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if let Some(updates) = &mut self.updates {
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

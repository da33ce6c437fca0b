//! The chain from a new PC to a client that can scan: C1 to C4, T2.

use std::hint::black_box;

use crate::engine::queue::EventQueue;
use crate::fleet::decision::Decision;
use crate::fleet::downloads::site::{Download, Progress};
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Package, Step};
use crate::fleet::model::Fleet;
use crate::fleet::schedule::periodic::{amount, delay};
use crate::rules::client::{Mark, Status};
use crate::rules::targeting;
use crate::scenario::model::Link;
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::Time;

const CONFIGURATION: [Decision; 2] = [Decision::ConfigurationPhase, Decision::ConfigurationJitter];
const INVENTORY: [Decision; 2] = [Decision::InventoryPhase, Decision::InventoryJitter];

impl<O: Observer> Fleet<'_, O> {
    /// Schedules an event of a client's chain, which a later cut of the chain makes stale.
    pub(in crate::fleet) fn schedule(
        &self,
        event: Event,
        at: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        queue.push(event.at(at, client.0, self.epoch(client)));
    }

    pub(in crate::fleet) fn next_configuration(&self, client: ClientId, from: Time) -> Time {
        self.next_occurrence(client, &self.scenario.platform.configuration_request, CONFIGURATION, from)
    }

    pub(in crate::fleet) fn next_inventory(&self, client: ClientId, from: Time) -> Time {
        self.next_occurrence(client, &self.scenario.platform.basic_inventory, INVENTORY, from)
    }

    pub(in crate::fleet) fn last_configuration(&self, client: ClientId, upto: Time) -> Time {
        self.last_beat(client, &self.scenario.platform.configuration_request, CONFIGURATION, upto)
    }

    pub(in crate::fleet) fn last_inventory(&self, client: ClientId, upto: Time) -> Time {
        self.last_beat(client, &self.scenario.platform.basic_inventory, INVENTORY, upto)
    }

    /// When the server learns that the plug-in of a client changed at `now` (C2).
    pub(in crate::fleet) fn next_inventory_after_change(&self, client: ClientId, now: Time) -> Time {
        if self.scenario.platform.inventory_after_plugin_change {
            return self.when_on(client, now);
        }
        self.next_inventory(client, now)
    }

    /// The agent starts on a new PC.
    pub(in crate::fleet) fn enrol(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::Agent);
        self.change(now, client, state, Step::Enrolled);
        self.schedule_first_contact(now, client, queue);
        self.schedule_end_of_life(now, client, queue);
    }

    pub(in crate::fleet) fn schedule_end_of_life(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let (draws, entity) = self.draws(client);
        let lifetime = self.group(client).lifetime.as_ref();
        let end =
            lifetime.map(|distribution| now + delay(distribution, draws, Decision::Lifetime, entity, 0));
        if let Some(end) = end {
            queue.push(Event::LifetimeEnds.at(end, client.0, 0));
        }
    }

    pub(in crate::fleet) fn schedule_first_contact(
        &self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let epoch = u64::from(self.epoch(client));
        let distribution = &self.scenario.platform.first_contact;
        let contact = self.delay_of_epoch(client, distribution, Decision::FirstContact, epoch);
        self.schedule(Event::FirstContact, self.when_on(client, now + contact), client, queue);
    }

    /// It registers: the server has a record of it, which the next membership update can target.
    pub(in crate::fleet) fn first_contact(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.register(now, client, queue);
    }

    /// A membership update makes a client a target, unless it is one already, or the policy or the client
    /// changed since this was foreseen.
    pub(in crate::fleet) fn install_targeted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if state.is(Mark::InstallTarget) || !self.install_policy_takes(client, now) {
            return;
        }
        self.change(now, client, state.with(Mark::InstallTarget), Step::InstallTargeted); // C1
        if state.is(Mark::Plugin) || !state.is(Mark::Agent) {
            return; // it has what the policy would bring, or nobody is there to fetch it
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
        self.fetch(now, client, Package::Plugin, queue);
    }

    pub(in crate::fleet) fn plugin_installed(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::Plugin);
        self.change(now, client, state, Step::PluginInstalled);
        let report = self.next_inventory_after_change(client, now);
        self.schedule(Event::PluginReported, report, client, queue);
    }

    pub(in crate::fleet) fn plugin_reported(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if self.record_status(client) == Status::Deleted {
            return self.register(now, client, queue); // the inventory brings it back as well
        }
        if state.is(Mark::PluginReported) {
            return;
        }
        self.change(now, client, state.with(Mark::PluginReported), Step::PluginReported); // C2
        self.resume(now, client, queue); // C3
    }

    pub(in crate::fleet) fn package_targeted(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if !targeting::package_goes_to(self.as_recorded(client)) || state.is(Mark::PackageTarget) {
            return;
        }
        self.change(now, client, state.with(Mark::PackageTarget), Step::PackageTargeted);
        self.schedule(Event::PackageRequest, self.next_configuration(client, now), client, queue);
    }

    pub(in crate::fleet) fn package_request(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let policy = self.as_recorded(client).managed() && state.is(Mark::PackageTarget);
        if !policy || state.is(Mark::PackageRequested) {
            return; // no policy for it, or it has the package already
        }
        self.change(now, client, state.with(Mark::PackageRequested), Step::PackageRequested);
        self.fetch(now, client, Package::AssessmentScan, queue);
    }

    /// Downloads a package from the client's site. One without a byte needs no download.
    pub(in crate::fleet) fn fetch(
        &mut self,
        now: Time,
        client: ClientId,
        package: Package,
        queue: &mut EventQueue,
    ) {
        self.note_loading(client);
        let download = self.download(now, client, package);
        if download.bytes == 0 {
            return self.package_complete(now, client, package, queue);
        }
        self.ask(now, download, queue);
    }

    pub(in crate::fleet) fn site_of(&self, client: ClientId) -> SiteId {
        SiteId::from_index(self.group(client).site)
    }

    pub(in crate::fleet) fn download(&self, now: Time, client: ClientId, package: Package) -> Download {
        let (draws, entity) = self.draws(client);
        let row = &self.clients[client.index()];
        let group = self.group(client);
        let epoch = u64::from(row.epoch);
        let packages = &self.scenario.packages;
        let version = self.updates.as_ref().map_or(0, |updates| updates.clients[client.index()].loading);
        let versioned = epoch << 16 | u64::from(version);
        let (distribution, decision, ordinal) = match package {
            Package::Plugin => (&packages.plugin, Decision::PluginSize, epoch),
            Package::AssessmentScan => (
                group.package_size.as_ref().unwrap_or(&packages.assessment_scan),
                Decision::PackageSize,
                epoch,
            ),
            Package::AssessmentScanUpdate => {
                (&packages.assessment_scan_update, Decision::RefreshSize, versioned)
            }
            Package::InstallTools => (&packages.install_tools, Decision::ToolsSize, versioned),
        };
        let bytes = amount(distribution, draws, decision, entity, ordinal) as u64;
        let (decision, ordinal) = match package {
            Package::Plugin => (Decision::DownloadTime, 2 * epoch),
            Package::AssessmentScan => (Decision::DownloadTime, 2 * epoch + 1),
            Package::AssessmentScanUpdate => (Decision::UpdateDownloadTime, 2 * versioned),
            Package::InstallTools => (Decision::UpdateDownloadTime, 2 * versioned + 1),
        };
        let left = match &self.scenario.sites[group.site].link {
            Link::Shared { .. } => bytes,
            Link::Time(distribution) if package == Package::AssessmentScan => {
                self.delay_of_epoch(client, distribution, decision, ordinal).ms() as u64
            }
            Link::Time(distribution) => amount(distribution, draws, decision, entity, ordinal) as u64,
        };
        Download { client, package, bytes, left, requested: now, started: Time::NEVER, failures: 0 }
    }

    /// A package is complete on the client: the plug-in gets installed, the scans start (C4).
    fn package_complete(&mut self, now: Time, client: ClientId, package: Package, queue: &mut EventQueue) {
        match package {
            Package::Plugin => {
                let (draws, entity) = self.draws(client);
                let epoch = u64::from(self.epoch(client));
                let distribution = &self.scenario.packages.plugin_install;
                let install = delay(distribution, draws, Decision::PluginInstall, entity, epoch);
                self.schedule(Event::PluginInstalled, self.when_on(client, now + install), client, queue);
            }
            Package::AssessmentScan => self.scan_package_complete(now, client, queue),
            Package::AssessmentScanUpdate => self.refresh_complete(now, client, queue),
            Package::InstallTools => self.tools_complete(now, client, queue),
        }
    }

    /// A site's alarm rings.
    pub(in crate::fleet) fn site_downloads(
        &mut self,
        now: Time,
        site: SiteId,
        arming: u16,
        queue: &mut EventQueue,
    ) {
        if self.sites[site.index()].arming != arming {
            return; // an earlier alarm was set since
        }
        self.sites[site.index()].alarm_rang();
        self.settle(now, site, queue);
        self.rearm(site, queue);
    }

    /// Brings a site's downloads up to date.
    pub(in crate::fleet) fn settle(&mut self, now: Time, site: SiteId, queue: &mut EventQueue) {
        let progress = self.sites[site.index()].settle(now);
        for step in &progress {
            match step {
                Progress::Started(download) => self.download_started(now, download),
                Progress::Completed(download) => self.downloaded(now, download, queue),
            }
        }
        self.sites[site.index()].reuse(progress);
    }

    fn download_started(&mut self, now: Time, download: &Download) {
        let state = self.state(download.client);
        let running = state.without(Mark::DownloadQueued).with(Mark::Downloading);
        self.change(now, download.client, running, Step::DownloadStarted(download.package));
    }

    fn downloaded(&mut self, now: Time, download: &Download, queue: &mut EventQueue) {
        let Download { client, package, bytes, requested, started, .. } = *download;
        let state = self.state(client).without(Mark::Downloading);
        let step = Step::Downloaded { package, bytes, waited: started - requested, took: now - started };
        self.change(now, client, state, step);
        self.package_complete(now, client, package, queue);
    }

    pub(in crate::fleet) fn rearm(&mut self, site: SiteId, queue: &mut EventQueue) {
        if let Some(at) = self.sites[site.index()].rearm() {
            queue.push(Event::SiteDownloads.at(at, site.0, self.sites[site.index()].arming));
            // Their rows are fetched from memory at the same time, before anything hangs on them.
            self.sites[site.index()].prefetched().for_each(|client| {
                black_box(self.clients[client.index()].epoch);
            });
        }
    }

    /// Cuts a client's chain: pending events become stale, a download is broken off, also one that
    /// would be complete at this very instant, because its completion is a later event.
    pub(in crate::fleet) fn cut_chain(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.cut_parked(now, client);
        let row = &mut self.clients[client.index()];
        row.epoch = row.epoch.wrapping_add(1);
        self.break_off_download(now, client, queue);
        self.drop_updates(now, client);
    }

    fn break_off_download(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let awaiting_retry = self.awaiting_retry.remove(&client);
        if !state.is(Mark::Downloading) && !state.is(Mark::DownloadQueued) && awaiting_retry.is_none() {
            return;
        }
        let site = self.site_of(client);
        let detached = self.sites[site.index()].detach(client);
        let download = detached.as_ref().map(|detached| detached.download).or(awaiting_retry);
        let package = download.expect("a client that downloads has a download").package;
        let idle = state.without_all(&[Mark::Downloading, Mark::DownloadQueued, Mark::BackingOff]);
        let idle = idle.without_all(&[Mark::RefreshWanted, Mark::ToolsWanted]);
        self.change(now, client, idle, Step::DownloadBrokenOff(package));
        if let Some(detached) = detached.filter(|_| state.is(Mark::Downloading)) {
            self.settle(now, site, queue); // up to now the others had their share beside it
            self.sites[site.index()].release(detached);
            self.settle(now, site, queue);
            self.rearm(site, queue);
        }
    }
}

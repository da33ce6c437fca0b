//! The chain from a new PC to a client that can scan: C1 to C4, T2.

use super::decision::Decision;
use super::event::Event;
use super::fact::{Observer, Package, Step};
use super::heartbeat::{amount, delay};
use super::imports::package_in_progress;
use super::model::Fleet;
use super::network::{Download, Progress};
use crate::engine::queue::EventQueue;
use crate::rules::client::{Mark, Status};
use crate::rules::targeting;
use crate::scenario::model::Link;
use crate::words::time::{Span, Time};

const CONFIGURATION: [Decision; 2] = [Decision::ConfigurationPhase, Decision::ConfigurationJitter];
const INVENTORY: [Decision; 2] = [Decision::InventoryPhase, Decision::InventoryJitter];

impl<O: Observer> Fleet<'_, O> {
    /// Schedules an event of a client's chain, which a later cut of the chain makes stale.
    pub(super) fn schedule(&self, event: Event, at: Time, client: u32, queue: &mut EventQueue) {
        queue.push(event.at(at, client, self.epoch(client)));
    }

    pub(super) fn next_configuration(&self, client: u32, from: Time) -> Time {
        self.next_beat(client, &self.scenario.platform.configuration_request, CONFIGURATION, from)
    }

    /// When the server learns that the plug-in of a client changed at `now` (C2).
    pub(super) fn next_inventory_after_change(&self, client: u32, now: Time) -> Time {
        if self.scenario.platform.inventory_after_plugin_change {
            return now;
        }
        self.next_beat(client, &self.scenario.platform.basic_inventory, INVENTORY, now)
    }

    /// The agent starts on a new PC.
    pub(super) fn enrol(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::Agent);
        self.change(now, client, state, Step::Enrolled);
        let (draws, entity) = self.draws(client);
        let epoch = u64::from(self.epoch(client));
        let contact =
            delay(&self.scenario.platform.first_contact, draws, Decision::FirstContact, entity, epoch);
        let group = self.group(client);
        let lifetime = self.scenario.groups[group].lifetime.as_ref();
        let end = lifetime.map(|law| now + delay(law, draws, Decision::Lifetime, entity, 0));
        self.schedule(Event::FirstContact, now + contact, client, queue);
        if let Some(end) = end {
            queue.push(Event::LifetimeEnds.at(end, client, 0));
        }
    }

    /// It registers: the server has a record of it, which the next membership update can target.
    pub(super) fn first_contact(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with_status(Status::Active);
        self.change(now, client, state, Step::FirstContact);
        let group = self.group(client);
        if targeting::install_policy_takes(&self.scenario.policies, group, state) {
            let update = targeting::next_membership_update(self.scenario, now); // T2
            self.schedule(Event::InstallTargeted, update, client, queue); // C1
        }
    }

    pub(super) fn install_targeted(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::InstallTarget);
        self.change(now, client, state, Step::InstallTargeted);
        self.schedule(Event::PluginRequest, self.next_configuration(client, now), client, queue);
    }

    pub(super) fn plugin_request(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client);
        self.change(now, client, state, Step::PluginRequested);
        self.fetch(now, client, Package::Plugin, queue);
    }

    pub(super) fn plugin_installed(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::Plugin);
        self.change(now, client, state, Step::PluginInstalled);
        let report = self.next_inventory_after_change(client, now);
        self.schedule(Event::PluginReported, report, client, queue);
    }

    pub(super) fn plugin_reported(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::PluginReported); // C2
        self.change(now, client, state, Step::PluginReported);
        if targeting::package_goes_to(state) {
            let update = targeting::next_membership_update(self.scenario, now); // T2
            self.schedule(Event::PackageTargeted, update, client, queue); // C3
        }
    }

    pub(super) fn package_targeted(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::PackageTarget);
        self.change(now, client, state, Step::PackageTargeted);
        self.schedule(Event::PackageRequest, self.next_configuration(client, now), client, queue);
    }

    pub(super) fn package_request(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client).with(Mark::PackageRequested);
        self.change(now, client, state, Step::PackageRequested);
        self.fetch(now, client, Package::AssessmentScan, queue);
    }

    /// Downloads a package from the client's site. One without a byte needs no download.
    pub(super) fn fetch(&mut self, now: Time, client: u32, package: Package, queue: &mut EventQueue) {
        self.note_loading(client);
        let download = self.download(now, client, package);
        if download.bytes == 0 {
            return self.package_complete(now, client, package, queue);
        }
        let site = self.site_of(client);
        self.settle(now, site, queue);
        let started = self.sites[site].request(now, download);
        let state = self.state(client);
        let (mark, step) = match started {
            true => (Mark::Downloading, Step::DownloadStarted(package)),
            false => (Mark::DownloadQueued, Step::DownloadQueued(package)),
        };
        self.change(now, client, state.with(mark), step);
        self.rearm(site, queue);
    }

    fn site_of(&self, client: u32) -> usize {
        self.scenario.groups[self.group(client)].site
    }

    fn download(&self, now: Time, client: u32, package: Package) -> Download {
        let (draws, entity) = self.draws(client);
        let row = &self.clients[client as usize];
        let group = &self.scenario.groups[usize::from(row.group)];
        let epoch = u64::from(row.epoch);
        let packages = &self.scenario.packages;
        let version = self.updates.as_ref().map_or(0, |updates| updates.clients[client as usize].loading);
        let versioned = epoch << 16 | u64::from(version);
        let (law, decision, ordinal) = match package {
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
        let bytes = amount(law, draws, decision, entity, ordinal) as u64;
        let (decision, ordinal) = match package {
            Package::Plugin => (Decision::DownloadTime, 2 * epoch),
            Package::AssessmentScan => (Decision::DownloadTime, 2 * epoch + 1),
            Package::AssessmentScanUpdate => (Decision::UpdateDownloadTime, 2 * versioned),
            Package::InstallTools => (Decision::UpdateDownloadTime, 2 * versioned + 1),
        };
        let time = match &self.scenario.sites[group.site].link {
            Link::Shared { .. } => Span::ZERO,
            Link::Time(law) => delay(law, draws, decision, entity, ordinal),
        };
        Download { client, package, epoch: row.epoch, bytes, time, requested: now }
    }

    /// A package is complete on the client: the plug-in gets installed, the scans start (C4).
    fn package_complete(&mut self, now: Time, client: u32, package: Package, queue: &mut EventQueue) {
        match package {
            Package::Plugin => {
                let (draws, entity) = self.draws(client);
                let epoch = u64::from(self.epoch(client));
                let law = &self.scenario.packages.plugin_install;
                let install = delay(law, draws, Decision::PluginInstall, entity, epoch);
                self.schedule(Event::PluginInstalled, now + install, client, queue);
            }
            Package::AssessmentScan => self.scan_package_complete(now, client, queue),
            Package::AssessmentScanUpdate => self.refresh_complete(now, client, queue),
            Package::InstallTools => self.tools_complete(now, client, queue),
        }
    }

    /// A site's alarm rings.
    pub(super) fn site_downloads(&mut self, now: Time, site: u32, arming: u16, queue: &mut EventQueue) {
        let site = site as usize;
        if self.sites[site].arming != arming {
            return; // an earlier alarm was set since
        }
        self.sites[site].alarm_rang();
        self.settle(now, site, queue);
        self.rearm(site, queue);
    }

    /// Brings a site's downloads up to date.
    pub(super) fn settle(&mut self, now: Time, site: usize, queue: &mut EventQueue) {
        let clients = &self.clients;
        let progress = self.sites[site].settle(now, |client, epoch| Self::current(clients, client, epoch));
        for step in progress {
            match step {
                Progress::Started(download) => self.download_started(now, &download),
                Progress::Completed(download, started) => self.downloaded(now, &download, started, queue),
            }
        }
    }

    fn download_started(&mut self, now: Time, download: &Download) {
        let state = self.state(download.client);
        let running = state.without(Mark::DownloadQueued).with(Mark::Downloading);
        self.change(now, download.client, running, Step::DownloadStarted(download.package));
    }

    fn downloaded(&mut self, now: Time, download: &Download, started: Time, queue: &mut EventQueue) {
        let Download { client, package, bytes, requested, .. } = *download;
        let state = self.state(client).without(Mark::Downloading);
        let step = Step::Downloaded { package, bytes, waited: started - requested, took: now - started };
        self.change(now, client, state, step);
        self.package_complete(now, client, package, queue);
    }

    pub(super) fn rearm(&mut self, site: usize, queue: &mut EventQueue) {
        let clients = &self.clients;
        let next = self.sites[site].rearm(|client, epoch| Self::current(clients, client, epoch));
        if let Some(at) = next {
            queue.push(Event::SiteDownloads.at(at, site as u32, self.sites[site].arming));
        }
    }

    /// Cuts a client's chain: pending events become stale, a download is broken off, also one that
    /// would be complete at this very instant, because its completion is a later event.
    pub(super) fn cut_chain(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let row = &mut self.clients[client as usize];
        row.epoch = row.epoch.wrapping_add(1);
        self.break_off_download(now, client, queue);
        self.drop_updates(now, client);
    }

    fn break_off_download(&mut self, now: Time, client: u32, queue: &mut EventQueue) {
        let state = self.state(client);
        if !state.is(Mark::Downloading) && !state.is(Mark::DownloadQueued) {
            return;
        }
        let marks = [Mark::Downloading, Mark::DownloadQueued, Mark::RefreshWanted, Mark::ToolsWanted];
        let broken = Step::DownloadBrokenOff(package_in_progress(state));
        self.change(now, client, state.without_all(&marks), broken);
        if state.is(Mark::Downloading) {
            let site = self.site_of(client);
            self.settle(now, site, queue); // up to now the others had their share beside it
            self.sites[site].break_off();
            self.settle(now, site, queue);
            self.rearm(site, queue);
        }
    }
}

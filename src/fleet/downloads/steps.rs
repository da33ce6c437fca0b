//! From a package that a client wants to one that is complete, or broken off. C4.

use std::hint::black_box;

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::downloads::site::TransferStep;
use crate::fleet::downloads::transfers::Download;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, PackageKind, Step};
use crate::fleet::schedule::periodic::amount;
use crate::rules::client::Mark;
use crate::scenario::model::Link;
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::{Span, Time};

impl<O: Observer> Fleet<'_, O> {
    /// Downloads a package from the client's site. One without a byte needs no download.
    pub(in crate::fleet) fn fetch(
        &mut self,
        now: Time,
        client: ClientId,
        package: PackageKind,
        queue: &mut EventQueue,
    ) {
        if let Some(patching) = &mut self.patching {
            patching.note_loading(client);
        }
        let download = self.download(now, client, package);
        if download.bytes == 0 {
            return self.package_complete(now, client, package, queue);
        }
        self.ask(now, download, queue);
    }

    /// A package that a client asked for before the start. Where the package server did not serve then, it asks again
    /// by the back-off schedule, even if the server serves from the start on.
    pub(in crate::fleet) fn fetch_from_before_start(
        &mut self,
        now: Time,
        client: ClientId,
        package: PackageKind,
        queue: &mut EventQueue,
    ) {
        let before = now - Span(1);
        if !self.downloads.serves(self.site_of(client), package.served(), before) {
            self.back_off_since_long(now, client, package, queue);
        } else if self.when_on(client, now) == now {
            self.fetch(now, client, package, queue);
        } else {
            let download = self.download(now, client, package);
            self.ask_again(self.when_on(client, now), download, queue);
        }
    }

    /// Is a download of the client in progress, or waiting for its site?
    pub(in crate::fleet) fn is_loading(&self, client: ClientId) -> bool {
        let state = self.state(client);
        state.is(Mark::Downloading)
            || state.is(Mark::DownloadQueued)
            || self.downloads.awaiting_retry.contains_key(&client)
    }

    /// A client's download is broken off, whether it runs, waits for its site, or for another try.
    pub(in crate::fleet) fn break_off(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let awaiting_retry = self.downloads.awaiting_retry.remove(&client);
        if !state.is(Mark::Downloading) && !state.is(Mark::DownloadQueued) && awaiting_retry.is_none() {
            return;
        }
        let site = self.site_of(client);
        let detached = self.downloads.sites[site.index()].detach(client);
        let download = detached.as_ref().map(|detached| detached.download).or(awaiting_retry);
        let package = download.expect("a client that downloads has a download").package;
        let idle = state.without_all(&[Mark::Downloading, Mark::DownloadQueued, Mark::BackingOff]);
        let idle = idle.without_all(&[Mark::RefreshWanted, Mark::ToolsWanted]);
        self.change(now, client, idle, Step::DownloadBrokenOff(package));
        if let Some(detached) = detached.filter(|_| state.is(Mark::Downloading)) {
            self.settle(now, site, queue); // up to now the others had their share beside it
            self.downloads.sites[site.index()].release(detached);
            self.settle(now, site, queue);
            self.rearm(site, queue);
        }
    }

    /// The site that serves a client: that of its group.
    pub(super) fn site_of(&self, client: ClientId) -> SiteId {
        SiteId::from_index(self.group(client).site)
    }

    /// A package as a download: its size, and how long it takes where the site has a distribution for that.
    pub(super) fn download(&self, now: Time, client: ClientId, package: PackageKind) -> Download {
        let (draws, entity) = self.draws(client);
        let group = self.group(client);
        let epoch = u64::from(self.epoch(client));
        let packages = &self.scenario.packages;
        let version = self.patching.as_ref().map_or(0, |patching| patching.loading(client));
        let versioned = epoch << 16 | u64::from(version);
        let (distribution, decision, ordinal) = match package {
            PackageKind::Plugin => (&packages.plugin, Decision::PluginSize, epoch),
            PackageKind::AssessmentScan => (
                group.package_size.as_ref().unwrap_or(&packages.assessment_scan),
                Decision::PackageSize,
                epoch,
            ),
            PackageKind::AssessmentScanUpdate => {
                (&packages.assessment_scan_update, Decision::RefreshSize, versioned)
            }
            PackageKind::InstallTools => (&packages.install_tools, Decision::ToolsSize, versioned),
        };
        let bytes = amount(distribution, draws, decision, entity, ordinal) as u64;
        let (decision, ordinal) = match package {
            PackageKind::Plugin => (Decision::DownloadTime, 2 * epoch),
            PackageKind::AssessmentScan => (Decision::DownloadTime, 2 * epoch + 1),
            PackageKind::AssessmentScanUpdate => (Decision::UpdateDownloadTime, 2 * versioned),
            PackageKind::InstallTools => (Decision::UpdateDownloadTime, 2 * versioned + 1),
        };
        let left = match &self.scenario.sites[group.site].link {
            Link::Shared { .. } => bytes,
            Link::Time(distribution) if package == PackageKind::AssessmentScan => {
                self.delay_of_epoch(client, distribution, decision, ordinal).ms() as u64
            }
            Link::Time(distribution) => amount(distribution, draws, decision, entity, ordinal) as u64,
        };
        Download { client, package, bytes, left, requested: now, started: Time::NEVER, failures: 0 }
    }

    /// A site's alarm rings.
    pub(in crate::fleet) fn site_downloads(
        &mut self,
        now: Time,
        site: SiteId,
        arming: u16,
        queue: &mut EventQueue,
    ) {
        if self.downloads.sites[site.index()].arming != arming {
            return; // an earlier alarm was set since
        }
        self.downloads.sites[site.index()].alarm_rang();
        self.settle(now, site, queue);
        self.rearm(site, queue);
    }

    /// Brings a site's downloads up to date.
    pub(super) fn settle(&mut self, now: Time, site: SiteId, queue: &mut EventQueue) {
        let progress = self.downloads.sites[site.index()].settle(now);
        for step in &progress {
            match step {
                TransferStep::Started(download) => self.download_started(now, download),
                TransferStep::Completed(download) => self.downloaded(now, download, queue),
            }
        }
        self.downloads.sites[site.index()].reuse(progress);
    }

    /// A package is complete on the client (C4).
    fn package_complete(
        &mut self,
        now: Time,
        client: ClientId,
        package: PackageKind,
        queue: &mut EventQueue,
    ) {
        match package {
            PackageKind::Plugin => self.plugin_loaded(now, client, queue),
            PackageKind::AssessmentScan => self.scan_package_loaded(now, client, queue),
            PackageKind::AssessmentScanUpdate => self.update_loaded(now, client, queue),
            PackageKind::InstallTools => self.tools_loaded(now, client, queue),
        }
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

    /// Schedules the next look at a site, where that is earlier than the one scheduled.
    pub(super) fn rearm(&mut self, site: SiteId, queue: &mut EventQueue) {
        if let Some(at) = self.downloads.sites[site.index()].rearm() {
            queue.push(Event::SiteDownloads.at(at, site.0, self.downloads.sites[site.index()].arming));
            // Their rows are fetched from memory at the same time, before anything depends on them.
            self.downloads.sites[site.index()].prefetched().for_each(|client| {
                black_box(self.epoch(client));
            });
        }
    }
}

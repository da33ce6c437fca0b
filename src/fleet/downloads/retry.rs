//! Downloads that do not go on: package servers that fail, blockouts, PCs that are switched off. C4.
//!
//! The vendor's agents try again after 3 min, then after twice as long each time, at most every two
//! hours, and after 3 min again once a try was served (KB 181098). What was loaded is kept.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::downloads::site::Answer;
use crate::fleet::downloads::transfers::Download;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer, PackageKind, Step};
use crate::fleet::schedule::periodic::{delay, share_of};
use crate::rules::client::Mark;
use crate::scenario::model::ServedPackage;
use crate::units::ids::{ClientId, SiteId};
use crate::units::time::{Span, Time};

/// A package as the ordinal of an event; `None`: the whole server.
fn number_of(package: Option<ServedPackage>) -> u16 {
    package.map_or(0, |package| 1 + package as u16)
}

const IN_TRANSFER: [Mark; 2] = [Mark::Downloading, Mark::DownloadQueued];

impl<O: Observer> Fleet<'_, O> {
    /// When package servers fail, and serve again, is known from the start.
    pub(in crate::fleet) fn schedule_outages(&self, queue: &mut EventQueue) {
        for (site, outages) in self.scenario.outages().into_iter().enumerate() {
            let site = SiteId::from_index(site);
            for outage in outages {
                let which = number_of(outage.package);
                if outage.until > Time::START {
                    let begins = outage.from.max(Time::START);
                    queue.push(Event::PackageServerTurn.at(begins, site.0, which));
                }
                queue.push(Event::PackageServerTurn.at(outage.until, site.0, which));
            }
        }
    }

    /// A package server serves again, all or one package; or it fails, and breaks off what it was serving.
    pub(in crate::fleet) fn package_server_turn(
        &mut self,
        now: Time,
        site: SiteId,
        which: u16,
        queue: &mut EventQueue,
    ) {
        let package = ServedPackage::ALL.into_iter().find(|package| number_of(Some(*package)) == which);
        let serves = self.downloads.sites[site.index()].is_over(package, now);
        self.report(now, Fact::PackageServer { site, package, serves });
        if serves {
            return;
        }
        self.settle(now, site, queue); // what is complete is complete
        for client in self.downloads.sites[site.index()].clients(package) {
            if let Some(download) = self.downloads.sites[site.index()].withdraw(client) {
                self.fail(now, download, queue);
            }
        }
        self.settle(now, site, queue); // the shares and slots of one package go to the others
        self.rearm(site, queue);
    }

    /// Asks a site for a download, or for what is left of one.
    pub(super) fn ask(&mut self, now: Time, download: Download, queue: &mut EventQueue) {
        let Download { client, package, .. } = download;
        let site = self.site_of(client);
        self.settle(now, site, queue);
        let (mark, step) = match self.downloads.sites[site.index()].request(now, download) {
            Answer::Started => (Mark::Downloading, Step::DownloadStarted(package)),
            Answer::Queued => (Mark::DownloadQueued, Step::DownloadQueued(package)),
            Answer::Blocked { until } => return self.put_off(now, until, download, queue),
            Answer::Down => return self.fail(now, download, queue),
        };
        let state = self.state(client).without(Mark::BackingOff).with(mark);
        self.change(now, client, state, step);
        if let Some(hours) = self.hours(client) {
            let off = hours.goes_off(now);
            self.schedule(Event::PcGoesOff, off, client, queue);
        }
        self.rearm(site, queue);
    }

    /// The package server does not serve: the client tries again, by the back-off schedule.
    fn fail(&mut self, now: Time, download: Download, queue: &mut EventQueue) {
        let Download { client, package, failures, .. } = download;
        let waits = &self.scenario.platform.download_retry;
        let wait = waits[(failures as usize).min(waits.len() - 1)];
        let again = self.when_on(client, now + wait);
        let state = self.state(client).without_all(&IN_TRANSFER).with(Mark::BackingOff);
        self.change(now, client, state, Step::DownloadFailed { package, again });
        self.ask_again(again, Download { failures: failures.saturating_add(1), ..download }, queue);
    }

    /// The package server has not served since long before the start: the client waits the
    /// longest time between two tries, and is somewhere on its way to the next one.
    pub(super) fn back_off_since_long(
        &mut self,
        now: Time,
        client: ClientId,
        package: PackageKind,
        queue: &mut EventQueue,
    ) {
        let waits = &self.scenario.platform.download_retry;
        let longest = *waits.last().expect("the schedule has a wait");
        let (draws, entity) = self.draws(client);
        let wait = share_of(longest.ms(), draws.at(Decision::RetryBeforeStart as u16, entity, 0));
        let again = self.when_on(client, now + Span(wait));
        let download = Download { failures: waits.len() as u32, ..self.download(now, client, package) };
        let state = self.state(client).with(Mark::BackingOff);
        self.change(now, client, state, Step::DownloadFailed { package, again });
        self.ask_again(again, download, queue);
    }

    /// Nothing is downloaded in a blockout: the client asks again some time after its end.
    fn put_off(&mut self, now: Time, until: Time, download: Download, queue: &mut EventQueue) {
        let Download { client, package, .. } = download;
        let (draws, entity) = self.draws(client);
        let distribution = &self.scenario.platform.start_spread;
        let spread = delay(distribution, draws, Decision::BlockoutSpread, entity, until.ms() as u64);
        let again = self.when_on(client, until + spread);
        let state = self.state(client).without(Mark::BackingOff);
        self.change(now, client, state, Step::DownloadPutOff { package, again });
        self.ask_again(again, download, queue);
    }

    /// A PC that downloads goes off; others have its share or slot meanwhile.
    pub(in crate::fleet) fn pc_goes_off(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if !IN_TRANSFER.into_iter().any(|mark| self.state(client).is(mark)) {
            return; // it is complete, or failed
        }
        let site = self.site_of(client);
        self.settle(now, site, queue); // what is complete is complete
        let Some(download) = self.downloads.sites[site.index()].withdraw(client) else { return };
        let again = self.when_on(client, now);
        let state = self.state(client).without_all(&IN_TRANSFER);
        self.change(now, client, state, Step::DownloadPaused { package: download.package, again });
        self.ask_again(again, download, queue);
        self.settle(now, site, queue);
        self.rearm(site, queue);
    }

    pub(super) fn ask_again(&mut self, again: Time, download: Download, queue: &mut EventQueue) {
        self.downloads.awaiting_retry.insert(download.client, download);
        self.schedule(Event::DownloadRetry, again, download.client, queue);
    }

    pub(in crate::fleet) fn download_retry(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        if let Some(download) = self.downloads.awaiting_retry.remove(&client) {
            self.ask(now, download, queue);
        }
    }
}

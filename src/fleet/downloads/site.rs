//! Downloads of a site: a bandwidth that all of them share, or slots of a given time; and a limit on
//! how many run at once, the others waiting first come, first served.
//!
//! Sharing is *processor sharing by virtual time*. All downloads in progress get the same rate,
//! `min(per_client, bandwidth / n)`, so it is enough to keep one number, the work each of them has
//! been given since the site was last idle. A download that starts at work `w` with `b` bytes is
//! complete at work `w + b`; the next one to complete is the first of a heap, whatever starts or
//! stops in between. An event costs O(log n), not O(n). Where each download takes a time of its own,
//! work is that time.
//!
//! Limits change at known instants ([`crate::fleet::downloads::limits`]). Work is computed up to each of them with the limits
//! before it, and the next completion is searched no further than to the next one, where the site
//! looks again; a site with nothing to do looks at nothing. In a blockout the rate is zero: downloads in
//! progress stay where they are.
//!
//! Arithmetic is exact to 2⁻¹⁶ byte and 2⁻¹⁶ ms in integers. The fluid clock runs in those fractions;
//! only the instants the fleet sees are rounded, to the nearest millisecond, so errors do not add up.

use crate::fleet::downloads::limits::{Rate, SiteLimits};
use crate::fleet::downloads::transfers::{Download, Transfers};
use crate::scenario::model::{Outage, ServedPackage, Site};
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// What became of a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransferStep {
    Started(Download),
    Completed(Download),
}

/// A site's answer to a client's request for a download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Started,
    /// It waits for a slot.
    Queued,
    /// Not before this instant.
    Blocked {
        until: Time,
    },
    /// The package server does not serve the package.
    Down,
}

/// Fractions of a byte and of a millisecond kept: 2^16.
const FRACTION: u32 = 16;

/// A download taken out of its site, whose share has not gone to the others yet.
#[derive(Debug)]
pub struct Detached {
    pub download: Download,
    /// Work at which it would have been complete; `None`: it was waiting.
    complete_at: Option<u128>,
}

/// The downloads of one site.
#[derive(Debug)]
pub struct SiteDownloads<'s> {
    site: &'s Site,
    /// When its package server does not serve.
    outages: Vec<Outage>,
    limits: SiteLimits,
    slots: u32,
    /// In progress, or waiting for a slot.
    transfers: Transfers,
    /// Downloads that get a share.
    running: u32,
    /// What each download in progress was given since the site was idle, in 2^-16.
    work: u128,
    /// Instant up to which `work` is reckoned, in 2^-16 ms.
    fluid: i64,
    /// When the site's next event is due, and which arming that is.
    alarm: Time,
    pub arming: u16,
    /// Kept for its memory.
    progress: Vec<TransferStep>,
}

impl<'s> SiteDownloads<'s> {
    pub fn new(site: &'s Site, outages: Vec<Outage>) -> SiteDownloads<'s> {
        SiteDownloads {
            site,
            outages,
            limits: SiteLimits::of(site, Time::START),
            slots: site.concurrent.unwrap_or(u32::MAX),
            transfers: Transfers::default(),
            running: 0,
            work: 0,
            fluid: 0,
            alarm: Time::NEVER,
            arming: 0,
            progress: Vec::new(),
        }
    }

    /// Does the package server serve a package?
    pub fn serves(&self, package: ServedPackage, at: Time) -> bool {
        !self.outages.iter().any(|outage| outage.keeps_back(package, at))
    }

    /// Is an outage over, of a package or (`None`) of the whole server?
    pub fn is_over(&self, package: Option<ServedPackage>, at: Time) -> bool {
        let mut of_kind = self.outages.iter().filter(|outage| outage.package == package);
        !of_kind.any(|outage| outage.from <= at && at < outage.until)
    }

    /// A client asks for a download.
    ///
    /// The site must have been settled at this instant.
    pub fn request(&mut self, now: Time, download: Download) -> Answer {
        if !self.serves(download.package.served(), now) {
            return Answer::Down;
        }
        if self.limits.blocked {
            let until = self.site.blockouts.as_ref().map_or(now, |blockouts| blockouts.next_change(now));
            return Answer::Blocked { until };
        }
        if self.running >= self.slots {
            self.transfers.queue(download);
            return Answer::Queued;
        }
        self.start(now, download);
        Answer::Started
    }

    fn start(&mut self, now: Time, download: Download) {
        let complete_at = self.work + (u128::from(download.left) << FRACTION);
        let started = download.started.min(now);
        self.running += 1;
        self.transfers.start(complete_at, Download { started, ..download });
    }

    /// Takes a client's download out. One in progress keeps its share until it is released.
    pub fn detach(&mut self, client: ClientId) -> Option<Detached> {
        let (download, complete_at) = self.transfers.take(client)?;
        Some(Detached { download, complete_at })
    }

    /// Its share goes to the others. What was done of it is done; a download that got on
    /// counts failures from 0 again.
    pub fn release(&mut self, detached: Detached) -> Download {
        let Detached { download, complete_at } = detached;
        let Some(complete_at) = complete_at else { return download };
        assert!(self.running > 0, "a download is broken off that does not run");
        self.running -= 1;
        let left = complete_at.saturating_sub(self.work).div_ceil(1 << FRACTION) as u64;
        let failures = if left < download.left { 0 } else { download.failures };
        Download { left, failures, ..download }
    }

    /// Takes a client's download out, and its share with it. The site must have been settled.
    pub fn withdraw(&mut self, client: ClientId) -> Option<Download> {
        self.detach(client).map(|detached| self.release(detached))
    }

    /// Clients that download a package, or any (`None`), or wait for it, in order.
    pub fn clients(&self, package: Option<ServedPackage>) -> Vec<ClientId> {
        self.transfers.clients(package)
    }

    /// Completes what is due by `now` and lets waiting downloads start, in order. The list may be given back
    /// ([`SiteDownloads::reuse`]).
    pub fn settle(&mut self, now: Time) -> Vec<TransferStep> {
        let mut progress = std::mem::take(&mut self.progress);
        self.start_waiting(now, &mut progress);
        loop {
            let change = fluid(self.limits.until);
            match self.next_completion() {
                Some(due) if due <= change && nearest_ms(due) <= now => self.complete(due, &mut progress),
                _ if self.limits.until <= now => {
                    let from = if self.running == 0 { now } else { self.limits.until };
                    self.advance(change);
                    self.limits = SiteLimits::of(self.site, from);
                }
                _ => break,
            }
            self.start_waiting(now, &mut progress);
        }
        self.advance(fluid(now));
        progress
    }

    /// Takes the memory of a list of [`SiteDownloads::settle`] back.
    pub fn reuse(&mut self, mut progress: Vec<TransferStep>) {
        progress.clear();
        self.progress = progress;
    }

    fn complete(&mut self, due: i64, progress: &mut Vec<TransferStep>) {
        self.advance(due);
        let done = self.transfers.pop().expect("something is due");
        self.running -= 1;
        progress.push(TransferStep::Completed(done));
    }

    fn start_waiting(&mut self, now: Time, progress: &mut Vec<TransferStep>) {
        while self.running < self.slots && !self.limits.blocked {
            let Some(next) = self.transfers.pop_waiting() else { return };
            self.start(now, next);
            progress.push(TransferStep::Started(next));
        }
    }

    /// Moves the fluid clock; nothing completes and no limit changes in between.
    fn advance(&mut self, to: i64) {
        let elapsed = (to - self.fluid).max(0) as u128;
        self.fluid = self.fluid.max(to);
        if self.running == 0 {
            self.work = 0;
            return;
        }
        if let Rate::Of(work, time) = self.limits.rate(self.running) {
            self.work += floor_ratio(elapsed * work, time);
        }
    }

    /// The fluid instant of the next completion, if the limits stay as they are.
    fn next_completion(&self) -> Option<i64> {
        let complete_at = self.transfers.first_complete()?;
        let left = complete_at.saturating_sub(self.work);
        let wait = match self.limits.rate(self.running) {
            Rate::Stopped if left > 0 => return None,
            Rate::Stopped | Rate::Unlimited => 0,
            Rate::Of(work, time) => ceil_ratio(left * time, work),
        };
        Some(self.fluid.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX / 2)))
    }

    /// When to look at the site again, if that is earlier than already arranged.
    pub fn rearm(&mut self) -> Option<Time> {
        if self.transfers.is_empty() {
            return None;
        }
        let completion = self.next_completion().map_or(Time::NEVER, nearest_ms);
        let at = completion.min(self.limits.until);
        if at >= self.alarm {
            return None;
        }
        self.alarm = at;
        self.arming = self.arming.wrapping_add(1);
        Some(at)
    }

    /// Every eighth time, about the clients whose downloads are complete next.
    pub fn prefetched(&self) -> impl Iterator<Item = ClientId> + '_ {
        // The next 8 are usually among the first 32 of a heap; a miss costs time only.
        self.transfers.first_clients(if self.arming.is_multiple_of(8) { 32 } else { 0 })
    }

    /// The arranged instant has come.
    pub fn alarm_rang(&mut self) {
        self.alarm = Time::NEVER;
    }
}

/// `floor(a / b)`; usually there is nothing to divide by, or both fit into 64 bits and the processor divides.
fn floor_ratio(a: u128, b: u128) -> u128 {
    match (u64::try_from(a), u64::try_from(b)) {
        (_, Ok(1)) => a,
        (Ok(a), Ok(b)) => u128::from(a / b),
        _ => a / b,
    }
}

/// `ceil(a / b)`, likewise.
fn ceil_ratio(a: u128, b: u128) -> u128 {
    match (u64::try_from(a), u64::try_from(b)) {
        (_, Ok(1)) => a,
        (Ok(a), Ok(b)) => u128::from(a.div_ceil(b)),
        _ => a.div_ceil(b),
    }
}

/// An instant on the fluid clock.
fn fluid(at: Time) -> i64 {
    at.ms().checked_mul(1 << FRACTION).unwrap_or(i64::MAX)
}

/// A fluid instant, rounded to the nearest millisecond.
fn nearest_ms(fluid: i64) -> Time {
    Time(fluid.saturating_add(1 << (FRACTION - 1)) >> FRACTION)
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;

//! The downloads of each site: how many at each sample instant, how many in between.
//!
//! Rows stand at the instants of the [timeline](crate::observe::timeline), and the numbers of all sites at one of
//! them add up to those of its row there. Sites are many and idle most of the time, so a site has no row
//! where nothing happens: it has one at the start and at the end, wherever a number of it is not zero, and
//! at the first instant at which all are zero again. So its rows are complete: between two of them that do not
//! follow each other, every number is zero.
//!
//! Few facts are of clients that load. The others cost a look at two states: instants are sampled only when
//! the next fact of such a client, or the end, has gone past them.

use crate::fleet::fact::{Fact, Observer, Step};
use crate::fleet::roster::Roster;
use crate::rules::client::{ClientState, Mark};
use crate::scenario::model::Scenario;
use crate::units::ids::{ClientId, GroupId, SiteId};
use crate::units::time::{Span, Time};

/// Downloads of one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DownloadCounts {
    /// Clients that load at the instant. There are no more of them than numbers of clients, and rows may
    /// be millions.
    pub running: u32,
    /// Clients that wait for a slot of the site at the instant.
    pub queued: u32,
    /// Clients that wait for the next try, as the package server does not serve (C4).
    pub backing_off: u32,
    /// Since the row before.
    pub completed: u64,
    /// Refused or broken off by the package server since the row before.
    pub failed: u64,
    /// Bytes of the downloads completed since the row before.
    pub bytes: u64,
}

/// One row: the downloads of a site at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteRow {
    /// Instant of the row, a multiple of `timeline.every` or the end of the run.
    pub at: Time,
    /// Index into the scenario's sites.
    pub site: SiteId,
    /// Levels at the instant, and counts since the instant before.
    pub downloads: DownloadCounts,
}

/// A site as of now.
#[derive(Debug, Clone, Copy, Default)]
struct SiteNow {
    downloads: DownloadCounts,
    /// All numbers were zero at the last instant.
    was_idle: bool,
}

/// Finds the site of a client: that of its group.
#[derive(Debug)]
struct SiteOfClient {
    /// Number of each group's first client, and the group's site.
    groups: Vec<(ClientId, SiteId)>,
    /// Number of the first further record.
    planned: ClientId,
    /// The sites of further records: each has that of the PC whose record it is.
    further: Vec<SiteId>,
}

impl SiteOfClient {
    fn new(scenario: &Scenario, replication: u64) -> SiteOfClient {
        let roster = Roster::new(scenario, replication);
        let group = |group: GroupId| {
            (roster.of_group(group).start, SiteId::from_index(scenario.groups[group.index()].site))
        };
        SiteOfClient {
            groups: GroupId::first(scenario.groups.len()).map(group).collect(),
            planned: ClientId::from_index(roster.len()),
            further: Vec::new(),
        }
    }

    fn site_of(&self, client: ClientId) -> SiteId {
        match client.index().checked_sub(self.planned.index()) {
            Some(further) => self.further[further],
            None => self.groups[self.groups.partition_point(|(first, _)| *first <= client) - 1].1,
        }
    }

    /// Records get numbers in the order in which they come up.
    fn append(&mut self, client: ClientId, of: ClientId) {
        assert_eq!(client.offset_from(self.planned) as usize, self.further.len(), "no record is left out");
        self.further.push(self.site_of(of));
    }
}

/// Collects the rows.
#[derive(Debug)]
pub struct Sites {
    every: Span,
    horizon: Time,
    next: Time,
    places: SiteOfClient,
    sites: Vec<SiteNow>,
    rows: Vec<SiteRow>,
}

/// Marks of clients that load, or would like to.
const LOADING: u32 =
    1 << Mark::Downloading as u32 | 1 << Mark::DownloadQueued as u32 | 1 << Mark::BackingOff as u32;

impl Sites {
    /// `replication` decides how many clients groups with random arrivals have.
    pub fn new(scenario: &Scenario, replication: u64) -> Sites {
        Sites {
            every: scenario.timeline_every,
            horizon: scenario.horizon(),
            next: Time::START,
            places: SiteOfClient::new(scenario, replication),
            sites: vec![SiteNow::default(); scenario.sites.len()],
            rows: Vec::new(),
        }
    }

    /// The rows of a finished run, by instant and site.
    pub fn finish(mut self) -> Vec<SiteRow> {
        while self.next < self.horizon {
            self.sample();
        }
        self.next = self.horizon;
        self.sample();
        self.rows
    }

    fn sample(&mut self) {
        let at = self.next;
        let always = at == Time::START || at == self.horizon;
        for (number, site) in (0..).map(SiteId).zip(&mut self.sites) {
            let downloads = site.downloads;
            let is_idle = downloads == DownloadCounts::default();
            if always || !is_idle || !site.was_idle {
                self.rows.push(SiteRow { at, site: number, downloads });
            }
            site.was_idle = is_idle;
            site.downloads = DownloadCounts { completed: 0, failed: 0, bytes: 0, ..downloads };
        }
        self.next = at.saturating_add(self.every);
    }

    #[inline(never)]
    fn follow(&mut self, at: Time, client: ClientId, [before, after]: [ClientState; 2], step: &Step) {
        while at > self.next {
            self.sample();
        }
        if let Step::SecondRecord { of, .. } = step {
            self.places.append(client, *of);
        }
        let downloads = &mut self.sites[self.places.site_of(client).index()].downloads;
        for (mark, level) in [
            (Mark::Downloading, &mut downloads.running),
            (Mark::DownloadQueued, &mut downloads.queued),
            (Mark::BackingOff, &mut downloads.backing_off),
        ] {
            match (before.is(mark), after.is(mark)) {
                (false, true) => *level += 1,
                (true, false) => *level -= 1,
                _ => {}
            }
        }
        match step {
            Step::DownloadFailed { .. } => downloads.failed += 1,
            Step::Downloaded { bytes, .. } => {
                downloads.completed += 1;
                downloads.bytes += bytes;
            }
            _ => {}
        }
    }
}

impl Observer for Sites {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        let Fact::Changed { client, before, after, step } = fact else { return };
        // Whatever counts happens to a client that loads before or after it.
        let loads = (before.bits() | after.bits()) & LOADING != 0;
        if loads || matches!(step, Step::SecondRecord { .. }) {
            self.follow(at, *client, [*before, *after], step);
        }
    }
}

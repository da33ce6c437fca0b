//! Totals, peaks and time integrals of a whole run, in integers.

use crate::fleet::fact::{Fact, Observer, Step};
use crate::observe::counts::Counts;
use crate::observe::snapshot::Snapshot;
use crate::rules::client::{ClientState, Mark};
use crate::rules::consumption::Refused;
use crate::rules::license_files::LicenseState;
use crate::units::time::{Span, Time};

/// What a run adds up to. Integrals are in units × milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Sums over the time counted.
    pub counts: Counts,
    /// State after the last fact.
    pub now: Snapshot,
    /// Licenses held at the start, by clients that exist then.
    pub licenses_at_start: u64,
    /// Most licenses in use, and since when.
    pub peak: (u64, Time),
    /// Most licenses wanted, in use or waited for, and since when.
    pub peak_demand: (u64, Time),
    /// Most licenses in use beyond the nodes in force (L3).
    pub peak_over: u64,
    /// When no license was in date for the first time (E1), and for how many milliseconds in all.
    pub first_expired: Option<Time>,
    /// Milliseconds without a license in date (E1).
    pub expired_ms: u128,
    /// When maintenance did not cover the version for the first time (M3).
    pub first_not_covered: Option<Time>,
    /// When the pool first had no license left.
    pub first_exhausted: Option<Time>,
    /// How often it ran out.
    pub times_exhausted: u64,
    /// When the first scan was rejected by a full pool (X2); `None`: none was.
    pub first_rejection: Option<Time>,
    /// Scans that did not run because the scan policy was off or did not target their client (C8).
    pub scans_without_policy: u64,
    /// Clients that were rejected at least once.
    pub clients_rejected: u64,
    /// Clients that left after `scan.give_up_after` rejections in a row (X2).
    pub clients_gave_up: u64,
    /// Deleted clients that came back as new records (V4, V5).
    pub histories_lost: u64,
    /// License-milliseconds in use.
    pub in_use_ms: u128,
    /// Client-milliseconds waiting for a license.
    pub waiting_ms: u128,
    /// Milliseconds with an exhausted pool.
    pub exhausted_ms: u128,
    /// From the first scan that asked to the license, summed over licenses taken.
    pub waited_ms: u128,
    /// From the request of a download to its start, summed over completed downloads.
    pub download_wait_ms: u128,
    /// From the start of a download to its end, summed likewise.
    pub download_ms: u128,
    /// Completed downloads that had to wait for a slot.
    pub downloads_waited: u64,
    /// Client-milliseconds downloading.
    pub downloading_ms: u128,
    /// Actions carried out on clients: (action, clients found).
    pub acted: Vec<(u32, u32, u32)>,
    exhausted: bool,
    last: Time,
}

impl Totals {
    /// Brings the integrals up to an instant.
    pub fn advance(&mut self, to: Time) {
        let elapsed = (to - self.last).ms() as u64;
        if elapsed == 0 {
            return;
        }
        self.last = to;
        // Licenses over that are released in the same instant were never over.
        let in_use = self.now.levels.licenses_in_use;
        self.peak_over =
            self.peak_over.max(self.now.entitlement.nodes.map_or(0, |n| in_use.saturating_sub(n)));
        let over = |level: u64| u128::from(elapsed) * u128::from(level);
        self.in_use_ms += over(self.now.levels.licenses_in_use);
        self.waiting_ms += over(self.now.levels.clients_waiting);
        self.downloading_ms += over(self.now.levels.downloads_running);
        self.exhausted_ms += over(u64::from(self.exhausted));
        self.expired_ms += over(u64::from(self.now.entitlement.state == LicenseState::Expired));
    }

    /// Forgets what was counted up to now; the state stays, and its peaks begin with it.
    pub(super) fn restart(&mut self) {
        let Totals { now, exhausted, last, .. } = *self;
        *self = Totals { now, last, peak: (now.levels.licenses_in_use, last), ..Totals::default() };
        self.note_levels(last);
        assert_eq!(self.exhausted, exhausted, "the state tells whether the pool is exhausted");
    }

    fn note_peak(&mut self, at: Time) {
        if self.now.levels.licenses_in_use > self.peak.0 {
            self.peak = (self.now.levels.licenses_in_use, at);
        }
    }

    /// Notes peaks, and whether every license is taken of a pool that has some.
    fn note_levels(&mut self, at: Time) {
        let in_use = self.now.levels.licenses_in_use;
        let demand = in_use + self.now.levels.clients_waiting;
        if demand > self.peak_demand.0 {
            self.peak_demand = (demand, at);
        }
        if self.now.entitlement.state == LicenseState::Expired {
            self.first_expired.get_or_insert(at);
        }
        let is = self.now.entitlement.nodes.is_some_and(|n| n > 0 && in_use >= n);
        if is && !self.exhausted {
            self.times_exhausted += 1;
            self.first_exhausted.get_or_insert(at);
        }
        self.exhausted = is;
    }

    fn step(&mut self, at: Time, after: ClientState, step: &Step) {
        match step {
            Step::Initial if after.is(Mark::Licensed) => {
                self.licenses_at_start += 1;
                self.note_peak(at);
            }
            Step::LicenseTaken { waited } => {
                self.waited_ms += waited.ms() as u128;
                self.note_peak(at);
            }
            Step::StartsWaiting { again } => self.clients_rejected += u64::from(!again),
            Step::Returned => self.histories_lost += 1,
            Step::GaveUp => self.clients_gave_up += 1,
            Step::Downloaded { waited, took, .. } => {
                self.download_wait_ms += waited.ms() as u128;
                self.download_ms += took.ms() as u128;
                self.downloads_waited += u64::from(*waited > Span::ZERO);
            }
            _ => {}
        }
    }
}

impl Observer for Totals {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        self.counts.count(fact);
        match fact {
            Fact::Changed { before, after, step, .. } => {
                self.advance(at);
                self.now.change(*before, *after, step);
                self.step(at, *after, step);
                self.note_levels(at);
            }
            Fact::Entitlement(_) => {
                self.advance(at);
                self.now.observe(at, fact);
                self.note_levels(at);
            }
            Fact::Scanned { outcome: Err(Refused::PoolFull), .. } => {
                self.first_rejection.get_or_insert(at);
            }
            Fact::Scanned { outcome: Err(Refused::ScanPolicyOff), .. } => self.scans_without_policy += 1,
            Fact::ScansCounted { outcome: Err(Refused::ScanPolicyOff), scans } => {
                self.scans_without_policy += scans;
            }
            Fact::Acted { action, clients, left_out } => self.acted.push((*action, *clients, *left_out)),
            Fact::Coverage { covered, .. } => {
                self.now.observe(at, fact);
                if !covered {
                    self.first_not_covered.get_or_insert(at);
                }
            }
            Fact::Imported { .. } | Fact::BulletinsEnabled { .. } => self.now.observe(at, fact),
            Fact::Scanned { .. }
            | Fact::ScansCounted { .. }
            | Fact::LicenseFileEvent { .. }
            | Fact::Refreshed { .. }
            | Fact::Arranged { .. }
            | Fact::PackageServer { .. }
            | Fact::Restarted { .. }
            | Fact::EnableRefused { .. }
            | Fact::TaskRefused { .. }
            | Fact::Solution(_) => {}
        }
    }
}

//! The parked clients: which they are, in which class, and how many scans each class has had.
//!
//! A class holds the clients with the same verdict on all their scans. Its number of scans is that of the grid,
//! which [`counting`](super::counting) computes for all members at once, and a correction: clients join and
//! leave in the middle of their grid, and scans of PCs with online hours follow no grid.

use std::collections::BTreeMap;
use std::hint::black_box;

use crate::fleet::chain::scan_chain::Cursor;
use crate::fleet::fast_forward::at_most::{AtMost, longest};
use crate::fleet::fast_forward::simd::DrawLimits;
use crate::fleet::fast_forward::wait_queue::{TURNED_AWAY, WaitQueue};
use crate::rules::consumption::{Refused, Returned};
use crate::scenario::model::{Phase, Scan, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// The verdict on a scan.
pub(super) type ScanVerdict = Result<Returned, Refused>;

/// The grid of scans that all clients have in common.
#[derive(Debug)]
pub(super) struct ScanGrid {
    /// Its period, ms.
    pub every: i64,
    /// A result comes this long after the scan's place in the grid, at least and at most, ms.
    pub earliest: i64,
    pub latest: i64,
}

impl ScanGrid {
    /// `None` where scans may overlap: which of them are left out is then only known one by one.
    fn new(scan: &Scan) -> Option<ScanGrid> {
        let (jitter, every) = (&scan.schedule.jitter, scan.schedule.every.ms());
        let longest = longest(&scan.duration).ms();
        let never_overlap = jitter.max() + longest - jitter.min() < every && every < i64::from(u32::MAX);
        never_overlap.then(|| ScanGrid {
            every,
            earliest: jitter.min() + scan.duration.min(),
            latest: jitter.max() + longest,
        })
    }

    /// Scans by the grid before number `next` of a client.
    pub fn scans_before(&self, anchor: Time, next: u32) -> i64 {
        anchor.ms().div_euclid(self.every) + i64::from(next)
    }
}

/// An instant in the grid of scans: whole periods since the start, and ms since then.
#[derive(Debug, Clone, Copy)]
pub(super) struct GridInstant {
    pub periods: i64,
    pub offset: i64,
}

impl GridInstant {
    pub fn new(at: i64, every: i64) -> GridInstant {
        GridInstant { periods: at.div_euclid(every), offset: at.rem_euclid(every) }
    }

    /// Number of the last period in which a phase comes up to the instant.
    #[inline]
    pub fn last(self, phase: i64) -> i64 {
        self.periods - i64::from(phase > self.offset)
    }

    /// Number of the first period in which a phase comes from the instant on.
    #[inline]
    pub fn first(self, phase: i64) -> i64 {
        self.periods + i64::from(phase < self.offset)
    }
}

/// Parked clients with the same verdict.
#[derive(Debug)]
pub(super) struct ScanClass {
    /// The verdict on their scans.
    pub verdict: ScanVerdict,
    pub members: u64,
    /// Brings the count of scans by the grid to that of the scans which came while their clients were parked;
    /// includes all scans of clients with online hours.
    pub correction: i64,
    /// Scans reported to the observers so far.
    pub reported: i64,
}

/// The cursor of clients that are not parked.
const NOT_PARKED: Cursor = Cursor::From { from: Time::START, least: 0 };

/// The parked clients.
#[derive(Debug)]
pub(super) struct Parked {
    pub grid: ScanGrid,
    /// How long scans take.
    pub at_most: AtMost,
    /// By client: 0 while its next scan is an event, else 1 + index of the class it is parked in.
    pub class_of: Vec<u8>,
    /// By client: place of its scans in the period of the grid, ms.
    pub phase_of: Vec<u32>,
    /// By client, where counting needs them.
    pub limits: DrawLimits,
    /// By client: whole periods before its first scan, where they are not the same for all.
    pub periods_of: Vec<u16>,
    pub classes: Vec<ScanClass>,
    /// Parked clients whose state the current event changed.
    pub changed: Vec<ClientId>,
    /// By client: when it is to be reviewed.
    pub reviews: BTreeMap<ClientId, Time>,
    pub waiting: WaitQueue,
    /// The last scan that was an event: at its instant, clients up to this one have scanned.
    front: (Time, ClientId),
    /// By client, where a group has online hours: up to where the scans of a parked one are counted.
    pub cursors: Vec<Cursor>,
    /// Instant of the last count.
    pub counted: Time,
}

/// Whole periods from the start to a client's place in the grid: more than 0 only after packages.
#[inline]
pub(super) fn periods_before(periods_of: &[u16], client: usize) -> i64 {
    periods_of.get(client).copied().map_or(0, i64::from)
}

impl Parked {
    /// Nothing is parked yet. `None`: scans may overlap, or an action changes their rhythm, so that they cannot be counted.
    pub fn new(scenario: &Scenario, clients: usize) -> Option<Parked> {
        if scenario.over_time.changes_scan_rhythm() {
            return None;
        }
        let scan = &scenario.scan;
        let online_hours = scenario.groups.iter().any(|group| group.online.is_some());
        Some(Parked {
            grid: ScanGrid::new(scan)?,
            at_most: AtMost::new(&scan.duration),
            class_of: vec![0; clients],
            phase_of: vec![0; clients],
            limits: DrawLimits::default(),
            periods_of: vec![0; if scan.schedule.phase == Phase::AfterPackage { clients } else { 0 }],
            classes: Vec::new(),
            changed: Vec::new(),
            reviews: BTreeMap::new(),
            waiting: WaitQueue::default(),
            front: (Time::START, ClientId(0)),
            counted: Time::START,
            cursors: vec![NOT_PARKED; if online_hours { clients } else { 0 }],
        })
    }

    /// Makes room for a further record.
    pub fn append(&mut self) {
        self.class_of.push(0);
        self.phase_of.push(0);
        if !self.periods_of.is_empty() {
            self.periods_of.push(0);
        }
        if !self.cursors.is_empty() {
            self.cursors.push(NOT_PARKED);
        }
    }

    /// Heap bytes.
    pub fn bytes(&self) -> usize {
        self.class_of.capacity()
            + self.phase_of.capacity() * size_of::<u32>()
            + self.limits.bytes()
            + self.periods_of.capacity() * size_of::<u16>()
            + self.cursors.capacity() * size_of::<Cursor>()
    }

    /// Has what is kept of a client fetched from memory.
    #[inline]
    pub fn fetch(&self, client: ClientId) {
        black_box((self.class_of[client.index()], self.phase_of[client.index()]));
    }

    /// Is a client parked?
    #[inline]
    pub fn contains(&self, client: ClientId) -> bool {
        self.class_of[client.index()] != 0
    }

    /// The class of a parked client.
    pub fn class(&mut self, client: ClientId) -> &mut ScanClass {
        &mut self.classes[usize::from(self.class_of[client.index()]) - 1]
    }

    /// Notes that a client's state changes.
    #[inline]
    pub fn note_change(&mut self, client: ClientId) {
        if self.contains(client) {
            self.changed.push(client);
        }
    }

    /// Notes that a client's scan is an event.
    #[inline]
    pub fn note_scan(&mut self, now: Time, client: ClientId) {
        // A scan without duration may follow from a later one of the same instant: what is past stays past.
        if self.front.0 != now || client > self.front.1 {
            self.front = (now, client);
        }
        self.waiting.scanned(client);
    }

    /// Did a scan whose result comes at `at` come before the present event?
    pub fn is_past(&self, now: Time, at: Time, client: ClientId) -> bool {
        at < now || at == now && self.front.0 == now && client <= self.front.1
    }

    /// Forgets that a client waits for a license or a review.
    pub fn forget(&mut self, client: ClientId) {
        self.waiting.scanned(client);
        self.reviews.remove(&client);
    }

    /// Removes the review of a client if it is due.
    pub fn review_is_due(&mut self, now: Time, client: ClientId) {
        if self.reviews.get(&client) == Some(&now) {
            self.reviews.remove(&client);
        }
    }

    /// Sets up to where a client's scans are counted, where a group has online hours.
    pub fn set_cursor(&mut self, client: ClientId, cursor: Cursor) {
        if let Some(known) = self.cursors.get_mut(client.index()) {
            *known = cursor;
        }
    }

    /// Parks a client that has had `before` scans by the grid.
    pub fn insert(&mut self, client: ClientId, verdict: ScanVerdict, anchor: Time, before: i64) {
        let known = self.classes.iter().position(|class| class.verdict == verdict);
        let index = known.unwrap_or_else(|| {
            self.classes.push(ScanClass { verdict, members: 0, correction: 0, reported: 0 });
            self.classes.len() - 1
        });
        let every = self.grid.every;
        self.class_of[client.index()] = u8::try_from(index + 1).expect("there are few verdicts");
        self.phase_of[client.index()] = anchor.ms().rem_euclid(every) as u32;
        self.limits.forget(client);
        if let Some(periods) = self.periods_of.get_mut(client.index()) {
            *periods = u16::try_from(anchor.ms().div_euclid(every)).expect("asked before");
        }
        let class = &mut self.classes[index];
        class.members += 1;
        self.waiting.parked += u64::from(verdict == TURNED_AWAY);
        class.correction -= before;
    }

    /// Unparks a client. `before`: by the grid, its scans before the next one; with online hours, its scans since
    /// the last count.
    pub fn remove(&mut self, client: ClientId, before: i64) {
        let index = usize::from(std::mem::take(&mut self.class_of[client.index()])) - 1;
        let class = &mut self.classes[index];
        class.members -= 1;
        self.waiting.parked -= u64::from(class.verdict == TURNED_AWAY);
        class.correction += before;
    }
}

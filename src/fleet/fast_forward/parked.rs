//! Clients whose scans change nothing: they rest, and their scans are counted by arithmetic.
//!
//! The scan of a client that holds a license is inventory and nothing else, that of one that is turned
//! away is refused like the one before. As long as that stays so, no event is needed for them: the
//! instants of a client's scans are functions of its draws, and how many lie in an interval is a
//! subtraction (`census`), or with hours a walk along them (`rest_hours`). A client rests from a scan on, in the class of what
//! becomes of all the scans that follow, until something it hangs on changes:
//!
//! * **its state**: every change of state of a resting client is reviewed before the next event;
//! * **the instant**: policies and ages of results change at known times, for which there is an event;
//! * **the server** (license files, version): all who rest are reviewed;
//! * **the pool**: when a license comes free, the clients turned away whose scans come next are woken, as
//!   many as there are licenses. Where the pool keeps filling up and opening again within a period of scans,
//!   none of them rests.
//!
//! Whether clients rest decides how fast a run is, never what comes out: with [`Mode::exhaustive`] every
//! scan is an event, and results are the same to the last byte.

use std::collections::BTreeMap;
use std::hint::black_box;

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::Cursor;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Watched};
use crate::fleet::fast_forward::simd::Limits;
use crate::fleet::fast_forward::wait_queue::{TURNED_AWAY, Waiting};
use crate::fleet::schedule::periodic::{AtMost, Occurrences, longest, scan_time};
use crate::rules::client::Mark;
use crate::rules::consumption::{Refused, Returned, judge_scan};
use crate::scenario::model::{Phase, Resend, Retry, Scan, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// What becomes of a scan.
pub type Verdict = Result<Returned, Refused>;

/// How a run is simulated; no result depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mode {
    /// Every scan is an event.
    pub exhaustive: bool,
    /// Threads that count the scans of resting clients.
    pub threads: usize,
}

impl Default for Mode {
    fn default() -> Mode {
        Mode { exhaustive: false, threads: 1 }
    }
}

/// The grid of scans that all clients have in common.
#[derive(Debug)]
pub(in crate::fleet) struct Grid {
    /// Its period.
    pub every: i64,
    /// A result comes this long after the scan's place in the grid, at least and at most.
    pub earliest: i64,
    pub latest: i64,
}

impl Grid {
    /// `None` where scans may overlap: which of them are left out then is only known one by one.
    fn new(scan: &Scan) -> Option<Grid> {
        let (jitter, every) = (&scan.schedule.jitter, scan.schedule.every.ms());
        let longest = longest(&scan.duration).ms();
        let never_overlap = jitter.max() + longest - jitter.min() < every && every < i64::from(u32::MAX);
        never_overlap.then(|| Grid {
            every,
            earliest: jitter.min() + scan.duration.min(),
            latest: jitter.max() + longest,
        })
    }
}

/// Clients that rest alike.
#[derive(Debug)]
pub(in crate::fleet) struct Class {
    /// What becomes of their scans.
    pub verdict: Verdict,
    pub members: u64,
    /// Brings the count of scans by the grid to that of the scans which came while their clients rested; those
    /// of clients with hours are all in here.
    pub correction: i64,
    /// Scans told of so far.
    pub told: i64,
}

/// Who rests, and how.
#[derive(Debug)]
pub(in crate::fleet) struct FastForward {
    pub grid: Grid,
    /// How long scans take.
    pub at_most: AtMost,
    /// By client: 0 while its next scan is an event, else 1 + index of the class it rests in.
    pub class_of: Vec<u8>,
    /// By client: place of its scans in the period of the grid, ms.
    pub phase_of: Vec<u32>,
    /// By client, where counting needs them.
    pub limits: Limits,
    /// By client: whole periods before the first one, where they are not the same for all.
    pub periods_of: Vec<u16>,
    pub classes: Vec<Class>,
    /// Parked clients whose state the current event changed.
    changed: Vec<ClientId>,
    /// By client: when it is to be reviewed.
    reviews: BTreeMap<ClientId, Time>,
    pub waiting: Waiting,
    /// The last scan that was an event: at its instant, who comes before it in number has scanned.
    front: (Time, ClientId),
    /// By client, where a group keeps hours: up to where the scans of one that rests are counted.
    pub cursors: Vec<Cursor>,
    /// Up to when they were counted last.
    pub counted: Time,
}

/// Whole periods from the start to a client's place in the grid: only packages come later than in the first.
#[inline]
pub(in crate::fleet) fn periods_before(periods_of: &[u16], client: usize) -> i64 {
    periods_of.get(client).copied().map_or(0, i64::from)
}

impl FastForward {
    /// With more counts than this from one scan to the next, counting costs more than simulating (measured:
    /// even at about 10 with hours, 30 without).
    pub const COUNTS_A_SCAN: i64 = 24;

    pub fn new(scenario: &Scenario, clients: usize) -> Option<FastForward> {
        let scan = &scenario.scan;
        let keep_hours = scenario.groups.iter().any(|group| group.online.is_some());
        Some(FastForward {
            grid: Grid::new(scan)?,
            at_most: AtMost::new(&scan.duration),
            class_of: vec![0; clients],
            phase_of: vec![0; clients],
            limits: Limits::default(),
            periods_of: vec![0; if scan.schedule.phase == Phase::AfterPackage { clients } else { 0 }],
            classes: Vec::new(),
            changed: Vec::new(),
            reviews: BTreeMap::new(),
            waiting: Waiting::default(),
            front: (Time::START, ClientId(0)),
            counted: Time::START,
            cursors: vec![Cursor::AT_START; if keep_hours { clients } else { 0 }],
        })
    }

    /// A further record.
    pub fn append(&mut self) {
        self.class_of.push(0);
        self.phase_of.push(0);
        if !self.periods_of.is_empty() {
            self.periods_of.push(0);
        }
        if !self.cursors.is_empty() {
            self.cursors.push(Cursor::AT_START);
        }
    }

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

    /// A client's state changes.
    #[inline]
    pub fn note_change(&mut self, client: ClientId) {
        if self.class_of[client.index()] != 0 {
            self.changed.push(client);
        }
    }

    fn rests(&self, client: ClientId) -> bool {
        self.class_of[client.index()] != 0
    }

    /// Puts a client to rest that has had so many scans `before` by the grid.
    fn enter(&mut self, client: ClientId, verdict: Verdict, anchor: Time, before: i64) {
        let known = self.classes.iter().position(|class| class.verdict == verdict);
        let index = known.unwrap_or_else(|| {
            self.classes.push(Class { verdict, members: 0, correction: 0, told: 0 });
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

    /// A client rests no more. By the grid it has had so many scans `before` the next one; where it keeps
    /// hours, so many since they were counted.
    pub fn exit(&mut self, client: ClientId, before: i64) {
        let index = usize::from(std::mem::take(&mut self.class_of[client.index()])) - 1;
        let class = &mut self.classes[index];
        class.members -= 1;
        self.waiting.parked -= u64::from(class.verdict == TURNED_AWAY);
        class.correction += before;
    }

    /// Scans by the grid before number `next` of a client.
    fn before(&self, anchor: Time, next: u32) -> i64 {
        anchor.ms().div_euclid(self.grid.every) + i64::from(next)
    }

    /// Was a scan whose result comes at `at` before what happens now?
    pub fn is_past(&self, now: Time, at: Time, client: ClientId) -> bool {
        at < now || at == now && self.front.0 == now && client <= self.front.1
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// A scan's result comes as an event.
    #[inline]
    pub(in crate::fleet) fn note_scan(&mut self, now: Time, client: ClientId) {
        if let Some(fast_forward) = &mut self.fast_forward {
            // A scan without duration may follow from a later one of the same instant: what is past stays past.
            if fast_forward.front.0 != now || client > fast_forward.front.1 {
                fast_forward.front = (now, client);
            }
            fast_forward.waiting.scanned(client);
        }
    }

    /// After a scan at `now`: lets the client rest if it can, or schedules its next scan.
    pub(in crate::fleet) fn park_or_scan(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        match self.first_at_rest(now, client) {
            Some((verdict, next)) => {
                self.set_cursor(now, client);
                self.put_to_rest(now, client, verdict, next, queue);
            }
            None => self.schedule_scan(now + Span(1), client, queue),
        }
    }

    /// What becomes of the scans that follow, and the number of the first one; `None`: an event has to tell.
    fn first_at_rest(&self, now: Time, client: ClientId) -> Option<(Verdict, u32)> {
        let fast_forward = self.fast_forward.as_ref()?;
        let row = &self.clients[client.index()];
        if self.followed == Watched::Client(client)
            || row.scan_anchor.ms() / fast_forward.grid.every > i64::from(u16::MAX)
        {
            return None;
        }
        let verdict = self.lasting_verdict(now, client)?;
        if verdict == TURNED_AWAY && !self.waiters_may_rest(now) {
            return None;
        }
        if self.keeps_hours(client) {
            return Some((verdict, row.next_scan));
        }
        let Grid { every, latest, .. } = fast_forward.grid;
        let earliest_start =
            |k: u32| row.scan_anchor + Span(i64::from(k) * every) + Span(self.earliest_jitter());
        let next = match earliest_start(row.next_scan) > now {
            true => row.next_scan,
            false => self.occurrences(client, |scans| scans.next(now + Span(1), row.next_scan).0),
        };
        // The scan before it, which may have been left out for another one, must be over in any case: only
        // then does the grid count none that never was.
        let before = next.checked_sub(1)?;
        let over = row.scan_anchor + Span(i64::from(before) * every + latest) <= now
            || self.scheduled_scan_just_returned(client)
            || self.result_of(client, before) <= now;
        over.then_some((verdict, next))
    }

    /// Was the scan that returned last, the one at this instant, in the grid?
    fn scheduled_scan_just_returned(&self, client: ClientId) -> bool {
        let first = u32::from(self.scenario.scan.schedule.phase == Phase::AfterPackage);
        self.clients[client.index()].next_scan > first && self.scenario.scan.retry == Retry::NextScan
    }

    fn earliest_jitter(&self) -> i64 {
        self.scenario.scan.schedule.jitter.min()
    }

    /// What becomes of a client's scans from now on until something changes; `None`: the next one changes
    /// something itself.
    fn lasting_verdict(&self, now: Time, client: ClientId) -> Option<Verdict> {
        if self.record(client) != client.own_record() {
            return None; // what happens to another's record is not noticed here
        }
        let (scan, state) = (&self.scenario.scan, self.state(client));
        let verdict = judge_scan(self.scan_case(now, client));
        let lasts = match verdict {
            Ok(Returned::TakesLicense) => false,
            // Where only changes are sent, the next result would be the last one for now.
            Ok(Returned::InventoryOnly) => {
                self.patching.is_none() || state.is(Mark::ResultSent) && !scan.send_only_if_changed
            }
            Err(Refused::PoolFull) => {
                // The first rejection is told, also to who was turned away before the start.
                state.is(Mark::Waiting)
                    && self.clients[client.index()].rejections > 0
                    && scan.retry == Retry::NextScan
                    && scan.give_up_after.is_none()
                    && (self.patching.is_none() || scan.resend_after_reject == Resend::NextScan)
            }
            Err(Refused::PackageIncomplete) => false, // not for long
            Err(_) => true,
        };
        lasts.then_some(verdict)
    }

    fn put_to_rest(
        &mut self,
        now: Time,
        client: ClientId,
        verdict: Verdict,
        next: u32,
        queue: &mut EventQueue,
    ) {
        let anchor = self.clients[client.index()].scan_anchor;
        let keeps_hours = self.keeps_hours(client);
        if let Some(fast_forward) = &mut self.fast_forward {
            let before = if keeps_hours { 0 } else { fast_forward.before(anchor, next) };
            fast_forward.enter(client, verdict, anchor, before);
        }
        self.plan_review(now, client, queue);
    }

    /// Schedules the instant at which policies or the age of its last result may turn a client's verdict.
    fn plan_review(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let at = self.settings_change(now, client).min(self.next_full_period(now, client));
        let Some(fast_forward) = self.fast_forward.as_mut().filter(|_| at != Time::NEVER) else { return };
        if fast_forward.reviews.insert(client, at) != Some(at) {
            self.schedule(Event::RestReviewed, at, client, queue);
        }
    }

    /// The instant has come.
    pub(in crate::fleet) fn rest_reviewed(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(fast_forward) = &mut self.fast_forward else { return };
        if fast_forward.reviews.get(&client) == Some(&now) {
            fast_forward.reviews.remove(&client);
        }
        if fast_forward.rests(client) {
            self.review(now, client, queue);
        }
    }

    /// After each event: reviews who rests and was changed by it, and wakes whom a free license is for.
    #[inline]
    pub(in crate::fleet) fn settle_rest(&mut self, now: Time, queue: &mut EventQueue) {
        let Some(fast_forward) = &mut self.fast_forward else { return };
        if !fast_forward.changed.is_empty() {
            let changed = std::mem::take(&mut fast_forward.changed);
            self.review_changed(now, changed, queue);
        }
        self.settle_waiters(now, queue);
    }

    fn review_changed(&mut self, now: Time, mut changed: Vec<ClientId>, queue: &mut EventQueue) {
        for client in changed.drain(..) {
            if self.fast_forward.as_ref().is_some_and(|fast_forward| fast_forward.rests(client)) {
                self.review(now, client, queue);
            }
        }
        if let Some(fast_forward) = &mut self.fast_forward {
            fast_forward.changed = changed; // its memory is used again
        }
    }

    /// License files or the version have changed for all.
    pub(in crate::fleet) fn review_all(&mut self, now: Time, queue: &mut EventQueue) {
        for client in ClientId::first(self.len()) {
            if self.fast_forward.as_ref().is_some_and(|fast_forward| fast_forward.rests(client)) {
                self.review(now, client, queue);
            }
        }
    }

    /// Does a client rest as it should? If not it rests otherwise, or its next scan is an event.
    fn review(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(fast_forward) = &self.fast_forward else { return };
        let rests_in = fast_forward.classes[usize::from(fast_forward.class_of[client.index()]) - 1].verdict;
        let verdict = judge_scan(self.scan_case(now, client));
        // Of those turned away, only whose scans come next are woken.
        let waits = rests_in == TURNED_AWAY && verdict == Ok(Returned::TakesLicense);
        let lasting = if waits { Some(rests_in) } else { self.lasting_verdict(now, client) };
        if lasting == Some(rests_in) {
            return self.plan_review(now, client, queue);
        }
        let (number, at) = self.unpark(now, client);
        match lasting {
            Some(verdict) => self.put_to_rest(now, client, verdict, number, queue),
            None => self.schedule(Event::ScanReturned, at, client, queue),
        }
    }

    /// A client rests no more: number and instant of the scan that comes next.
    pub(in crate::fleet) fn unpark(&mut self, now: Time, client: ClientId) -> (u32, Time) {
        if self.keeps_hours(client) {
            return self.wake_in_hours(now, client);
        }
        let (number, at) = self.next_result(now, client);
        let row = &mut self.clients[client.index()];
        row.next_scan = number + 1;
        let anchor = row.scan_anchor;
        if let Some(fast_forward) = &mut self.fast_forward {
            let before = fast_forward.before(anchor, number);
            fast_forward.exit(client, before);
        }
        (number, at)
    }

    /// A client's chain is cut: its next scan does not come.
    pub(in crate::fleet) fn park_cut(&mut self, now: Time, client: ClientId) {
        let Some(fast_forward) = &mut self.fast_forward else { return };
        fast_forward.waiting.scanned(client);
        fast_forward.reviews.remove(&client);
        if fast_forward.rests(client) {
            self.unpark(now, client);
        }
    }

    /// Number and instant of the next result of a client at rest.
    pub(in crate::fleet) fn next_result(&self, now: Time, client: ClientId) -> (u32, Time) {
        let fast_forward = self.fast_forward.as_ref().expect("asked of clients at rest");
        let Grid { every, latest, .. } = fast_forward.grid;
        // Those that came before `now` even at their latest need no draw.
        let over = (now - self.clients[client.index()].scan_anchor).ms() - latest - 1;
        let mut number = u32::try_from((over.div_euclid(every) + 1).max(0)).expect("fewer than 2^32 scans");
        loop {
            let at = self.result_of(client, number);
            if !fast_forward.is_past(now, at, client) {
                return (number, at);
            }
            number += 1;
        }
    }

    /// When the result of a client's n-th scheduled scan comes.
    pub(in crate::fleet) fn result_of(&self, client: ClientId, number: u32) -> Time {
        let (draws, entity) = self.draws(client);
        let lasting =
            scan_time(&self.scenario.scan, draws, Decision::ScanDuration, entity, u64::from(number));
        self.occurrences(client, |scans| scans.at(number)) + lasting
    }

    /// A client's grid of scans.
    fn occurrences<R>(&self, client: ClientId, then: impl FnOnce(&Occurrences) -> R) -> R {
        let (draws, entity) = self.draws(client);
        let (schedule, jitter) = (&self.scenario.scan.schedule, Decision::ScanJitter);
        let anchor = self.clients[client.index()].scan_anchor;
        then(&Occurrences { schedule, draws, jitter, entity, anchor, drawn: None })
    }
}

//! Scans: when a client scans, and what the verdict on a scan changes. C5 to C7, X1, X2, E1.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::backlog::Report;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer, Step};
use crate::fleet::schedule::periodic::{Occurrences, anchor, delay, lasts, scan_time};
use crate::fleet::state::ClientRow;
use crate::rules::client::{Mark, Status};
use crate::rules::consumption::{Refused, Returned, ScanCase, judge_scan, sends_result};
use crate::scenario::model::{Phase, Resend, Retry};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::{Span, Time};

impl<O: Observer> Fleet<'_, O> {
    /// The package is ready: sets the grid of scans up and schedules the first one.
    pub(super) fn start_scanning(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let scan = &self.scenario.scan;
        let (draws, entity) = self.draws(client);
        let epoch = u64::from(self.epoch(client));
        let (scan_anchor, next_scan) = match scan.schedule.phase {
            Phase::AfterPackage => (now, 1),
            _ => (anchor(&scan.schedule, draws, Decision::ScanPhase, entity), 0),
        };
        let duration = scan_time(scan, draws, Decision::FirstScanDuration, entity, epoch);
        let row = &mut self.clients[client.index()];
        (row.scan_anchor, row.next_scan) = (scan_anchor, next_scan);
        if self.hours(client).is_some() {
            let first = scan.on_new_policy.then_some((now, duration));
            self.start_scanning_in_hours(now, client, first, queue);
        } else if scan.on_new_policy {
            self.schedule(Event::ScanReturned, now + duration, client, queue);
        } else {
            self.schedule_scan(now, client, queue);
        }
    }

    /// Schedules the result of the client's first scheduled scan that starts at or after `from`.
    pub(in crate::fleet) fn schedule_scan(&mut self, from: Time, client: ClientId, queue: &mut EventQueue) {
        if self.server.targets.rhythm_changes {
            return self.schedule_scan_by_rhythm(from, client, queue);
        }
        let scan = &self.scenario.scan;
        let row = self.clients[client.index()];
        if self.scenario.groups[row.group().index()].online.is_some() {
            return self.schedule_scan_in_hours(from, client, queue);
        }
        let (draws, entity) = self.roster.draws(row.group(), client);
        let (schedule, jitter, anchor) = (&scan.schedule, Decision::ScanJitter, row.scan_anchor);
        let prefetched = self.fast_forward.prefetched(client);
        let drawn = prefetched.map(|prefetched| (prefetched.number, prefetched.jitter));
        let occurrences = Occurrences { schedule, draws, jitter, entity, anchor, ordinal: 0, drawn };
        let (number, start) = occurrences.next(from, row.next_scan);
        let duration = match prefetched {
            Some(prefetched) if prefetched.number == number => lasts(&scan.duration, prefetched.duration),
            _ => scan_time(scan, draws, Decision::ScanDuration, entity, u64::from(number)),
        };
        self.clients[client.index()].next_scan = number.saturating_add(1);
        queue.push(Event::ScanReturned.at(start.saturating_add(duration), client.0, row.epoch()));
    }

    /// A scheduled scan's result reaches the server.
    pub(in crate::fleet) fn scan_returned(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.note_scan(now, client);
        match self.judge(now, client, queue) {
            Err(Refused::PoolFull) => self.try_again(now, client, queue),
            // A scan that starts while another one runs is left out.
            _ => self.park_or_scan(now, client, queue),
        }
    }

    /// While the event queue is behind: a result that is sent waits there, and what comes of it shows later. Its client goes
    /// on by its schedule.
    fn send_result(
        &mut self,
        now: Time,
        client: ClientId,
        known: ScanCase,
        queue: &mut EventQueue,
    ) -> Result<Returned, Refused> {
        // What decides beside these is decided when it is processed.
        let sent = judge_scan(ScanCase { record: Status::Active, holds_license: true, ..known });
        match sent {
            Ok(_) => {
                self.note_sent(now, client);
                self.arrives(now, client, Report::ScanResult, queue);
            }
            Err(_) => self.report(now, Fact::Scanned { client, outcome: sent }),
        }
        sent
    }

    /// The event queue has come to a result: the license is taken now, whatever has become of the agent (C6).
    pub(super) fn result_processed(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let arrived = ScanCase {
            package_ready: true,
            scan_policy: true,
            scan_settings: true,
            result_sent: true,
            server_reached: true,
            ..self.scan_case(now, client)
        };
        let outcome = judge_scan(arrived);
        self.report(now, Fact::Scanned { client, outcome });
        match outcome {
            Ok(Returned::TakesLicense) => self.take_license(now, client, queue),
            Err(Refused::PoolFull)
                if self.state(client).is(Mark::PackageReady) && self.state(client).is(Mark::Agent) =>
            {
                self.rejected(now, client);
                let rejections = self.clients[client.index()].rejections;
                if self.scenario.scan.give_up_after.is_some_and(|most| rejections >= most) {
                    self.give_up(now, client, queue);
                }
            }
            _ => {}
        }
    }

    /// The server judges a scan's result, and what follows for the client is applied.
    fn judge(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) -> Result<Returned, Refused> {
        self.apply(now, client, self.scan_case(now, client), queue)
    }

    /// A scan's result is judged by what is known, and what follows for the client is applied.
    pub(super) fn apply(
        &mut self,
        now: Time,
        client: ClientId,
        known: ScanCase,
        queue: &mut EventQueue,
    ) -> Result<Returned, Refused> {
        if self.reports_wait(now) {
            return self.send_result(now, client, known, queue);
        }
        let outcome = judge_scan(known);
        self.report(now, Fact::Scanned { client, outcome });
        match outcome {
            Ok(Returned::TakesLicense) => {
                self.take_license(now, client, queue);
                self.note_sent(now, client);
            }
            Ok(Returned::InventoryOnly) => self.note_sent(now, client),
            Err(Refused::PoolFull) => self.rejected(now, client),
            Err(_) => {}
        }
        outcome
    }

    /// What is known when the result of a client's scan arrives at `now`.
    #[inline]
    pub(in crate::fleet) fn scan_case(&self, now: Time, client: ClientId) -> ScanCase {
        let record = self.record_state(self.record(client));
        ScanCase {
            package_ready: self.state(client).is(Mark::PackageReady),
            license_in_date: self.licenses.pool().in_date(),
            version_covered: self.server.version_covered(),
            scan_policy: self.scan_policy_takes(client, now),
            scan_settings: self.has_scan_settings(client, now),
            result_sent: self.result_sent(now, client, record.is(Mark::Licensed)),
            server_reached: !self.is_refused(client, now, Decision::ResultRefused),
            record: record.status(),
            holds_license: record.is(Mark::Licensed),
            pool_has_free: self.licenses.pool().has_free(),
        }
    }

    /// Is a scan's result sent? Without `updates` all are.
    fn result_sent(&self, now: Time, client: ClientId, holds_license: bool) -> bool {
        let Some(patching) = &self.patching else { return true };
        let sent_before = self.state(client).is(Mark::ResultSent);
        let due = || patching.full_result(client) != self.full_period(now, client);
        sends_result(&self.scenario.scan, self.server.version(), holds_license, sent_before, due)
    }

    /// A result was processed: until something changes, no other is sent.
    fn note_sent(&mut self, now: Time, client: ClientId) {
        let period = self.full_period(now, client);
        let Some(updates) = &mut self.patching else { return };
        updates.note_full_result(client, period);
        let state = self.state(client);
        if !state.is(Mark::ResultSent) {
            self.change(now, client, state.with(Mark::ResultSent), Step::ResultSent);
        }
    }

    /// Number of the period in which an instant lies: in each, a client sends one full result. When periods begin
    /// is drawn for each client.
    fn full_period(&self, now: Time, client: ClientId) -> u32 {
        let (Some(every), true) = (self.scenario.scan.full_every, self.patching.is_some()) else { return 0 };
        let phase = self.full_phase(client, every);
        ((now.ms() + every.ms() - phase) / every.ms()) as u32
    }

    /// When the next of these periods begins, where it matters.
    #[cfg_attr(without_fast_forward, expect(dead_code, reason = "only parked clients are reviewed then"))]
    pub(in crate::fleet) fn next_full_period(&self, now: Time, client: ClientId) -> Time {
        let scan = &self.scenario.scan;
        let (Some(every), Some(_), true) = (scan.full_every, &self.patching, scan.send_only_if_changed)
        else {
            return Time::NEVER;
        };
        if !self.server.version().sends_full_results() {
            return Time::NEVER;
        }
        let phase = self.full_phase(client, every);
        Time(phase + ((now.ms() - phase).div_euclid(every.ms()) + 1) * every.ms())
    }

    /// The instant at which the first of them begins, ms.
    fn full_phase(&self, client: ClientId, every: Span) -> i64 {
        let (draws, entity) = self.draws(client);
        let share = u128::from(draws.at(Decision::FullScanPhase as u16, entity, 0));
        ((share * every.ms() as u128) >> 64) as i64
    }

    fn take_license(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.licenses.take();
        let row = &mut self.clients[client.index()];
        let asked = if row.state().is(Mark::Waiting) { row.first_asked } else { now };
        row.rejections = 0;
        let group = row.group();
        let record = self.record(client);
        let holder = self.record_state(record).with(Mark::Licensed).without(Mark::Waiting); // C6
        self.change(now, record.own_machine(), holder, Step::LicenseTaken { waited: now - asked });
        match self.scenario.groups[group.index()].cloned_keys {
            Some(_) => self.share_license(now, record, queue),
            None => self.ask_for_updates(now, client, queue),
        }
        self.arm_holding(now, record, queue);
    }

    /// Machines that share the record wait no longer, and are patched (V10).
    fn share_license(&mut self, now: Time, record: RecordId, queue: &mut EventQueue) {
        for machine in self.machines_of(record) {
            let state = self.state(machine);
            if state.is(Mark::Waiting) {
                self.clients[machine.index()].rejections = 0;
                self.change(now, machine, state.without(Mark::Waiting), Step::LicenseShared);
            }
            self.ask_for_updates(now, machine, queue);
        }
    }

    /// The pool is full (X2).
    fn rejected(&mut self, now: Time, client: ClientId) {
        let row = &mut self.clients[client.index()];
        // They number draws, which repeat after 2^32 of them; the first one stays distinct from all others.
        row.rejections = row.rejections.checked_add(1).unwrap_or(2);
        let state = row.state();
        // A client that was rejected before the start waits already; observers see its first rejection in this run.
        let waited_before = state.is(Mark::Waiting) && row.rejections == 1;
        if !state.is(Mark::Waiting) || waited_before {
            let again = row.first_asked != Time::NEVER && !waited_before;
            row.first_asked = if waited_before { row.first_asked } else { now };
            self.change(now, client, state.with(Mark::Waiting), Step::StartsWaiting { again });
        }
        if self.scenario.scan.resend_after_reject == Resend::WhenChanged {
            self.note_sent(now, client);
        }
    }

    /// A rejected client tries again, or gives up.
    fn try_again(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let row = self.clients[client.index()];
        let (rejections, epoch) = (row.rejections, row.epoch());
        if self.scenario.scan.give_up_after.is_some_and(|most| rejections >= most) {
            return self.give_up(now, client, queue);
        }
        match &self.scenario.scan.retry {
            Retry::NextScan => self.park_or_scan(now, client, queue),
            Retry::After(distribution) => {
                let (draws, entity) = self.draws(client);
                let ordinal = u64::from(epoch) << 32 | u64::from(rejections);
                let wait = delay(distribution, draws, Decision::RetryInterval, entity, ordinal);
                let duration =
                    scan_time(&self.scenario.scan, draws, Decision::RetryDuration, entity, ordinal);
                match self.hours(client).map(|hours| hours.scan_ends(now + wait, duration)) {
                    None => self.schedule(Event::ScanReturned, now + wait + duration, client, queue),
                    Some(Some(end)) => self.schedule(Event::ScanReturned, end, client, queue),
                    Some(None) => self.schedule_scan(now + Span(1), client, queue),
                }
            }
        }
    }

    /// The scans of a client that had its package before the start go on, from the next place in its grid.
    pub(in crate::fleet) fn resume_scanning(
        &mut self,
        now: Time,
        client: ClientId,
        last_scan: Option<Time>,
        queue: &mut EventQueue,
    ) {
        let schedule = &self.scenario.scan.schedule;
        let (draws, entity) = self.draws(client);
        let scan_anchor = match last_scan {
            Some(last) => last.in_period(schedule.every),
            None => anchor(schedule, draws, Decision::ScanPhase, entity),
        };
        let row = &mut self.clients[client.index()];
        (row.scan_anchor, row.next_scan) = (scan_anchor, 0);
        match self.hours(client) {
            Some(_) => self.start_scanning_in_hours(now, client, None, queue),
            None => self.schedule_scan(now, client, queue),
        }
    }

    /// A PC goes on as another record: the scan that was pending for the old one is the next one of the new one.
    pub(in crate::fleet) fn move_scans(
        &mut self,
        now: Time,
        from: ClientRow,
        to: ClientId,
        queue: &mut EventQueue,
    ) {
        let row = &mut self.clients[to.index()];
        (row.scan_anchor, row.next_scan) = (from.scan_anchor, from.next_scan.saturating_sub(1));
        self.schedule_scan(now, to, queue);
    }
}

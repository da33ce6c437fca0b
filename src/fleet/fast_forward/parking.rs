//! When a client is parked, reviewed and unparked.
//!
//! A client is parked after a scan if the verdict on its next scans is known to last, and if those scans follow
//! its grid or its online hours without exception. What the verdict depends on lies all over the fleet, so most
//! of this is methods of the fleet; nothing outside the folder calls them.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Watched};
use crate::fleet::fast_forward::parked::{Parked, ScanGrid, ScanVerdict};
use crate::fleet::fast_forward::wait_queue::TURNED_AWAY;
use crate::fleet::schedule::periodic::{Occurrences, scan_time};
use crate::rules::client::Mark;
use crate::rules::consumption::{Refused, Returned, judge_scan};
use crate::scenario::model::{Phase, Resend, Retry, Scan};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// The scheduled scans of a client whose PC is always on.
struct GridScans<'a> {
    scan: &'a Scan,
    starts: Occurrences<'a>,
}

impl GridScans<'_> {
    /// When the result of scan number `number` comes.
    fn result(&self, number: u32) -> Time {
        let Occurrences { draws, entity, .. } = self.starts;
        let lasting = scan_time(self.scan, draws, Decision::ScanDuration, entity, u64::from(number));
        self.starts.at(number) + lasting
    }

    /// Number of the first scan that starts after `now`, not before number `least`.
    fn first_after(&self, now: Time, least: u32) -> u32 {
        let Scan { schedule, .. } = self.scan;
        let earliest = Span(i64::from(least) * schedule.every.ms() + schedule.jitter.min());
        let is_later = self.starts.anchor + earliest > now;
        if is_later { least } else { self.starts.next(now + Span(1), least).0 }
    }

    /// Number and instant of the next result of a parked client.
    fn next_result(&self, parked: &Parked, now: Time, client: ClientId) -> (u32, Time) {
        let ScanGrid { every, latest, .. } = parked.grid;
        // Results that came before `now` even at their latest need no draw.
        let over = (now - self.starts.anchor).ms() - latest - 1;
        let mut number = u32::try_from((over.div_euclid(every) + 1).max(0)).expect("fewer than 2^32 scans");
        loop {
            let at = self.result(number);
            if !parked.is_past(now, at, client) {
                return (number, at);
            }
            number += 1;
        }
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// The verdict on the scans that follow, and the number of the first one; `None`: it has to be an event.
    pub(super) fn parkable(&self, now: Time, client: ClientId) -> Option<(ScanVerdict, u32)> {
        let parked = self.fast_forward.parked.as_ref()?;
        let row = &self.clients[client.index()];
        if self.fast_forward.followed == Watched::Client(client)
            || row.scan_anchor.ms() / parked.grid.every > i64::from(u16::MAX)
        {
            return None;
        }
        let verdict = self.lasting_verdict(now, client)?;
        if verdict == TURNED_AWAY && !parked.waiting.may_park(now, self.scenario.scan.schedule.every) {
            return None;
        }
        if self.has_online_hours(client) {
            return Some((verdict, row.next_scan));
        }
        let scans = self.grid_scans(client);
        let next = scans.first_after(now, row.next_scan);
        // The scan before it, which may have been left out for another one, must be over in any case: only
        // then does the grid count no scan that never was.
        let before = next.checked_sub(1)?;
        let over = row.scan_anchor + Span(i64::from(before) * parked.grid.every + parked.grid.latest) <= now
            || self.scheduled_scan_just_returned(client)
            || scans.result(before) <= now;
        over.then_some((verdict, next))
    }

    /// Was the scan that returned last, the one at this instant, in the grid?
    fn scheduled_scan_just_returned(&self, client: ClientId) -> bool {
        let first = u32::from(self.scenario.scan.schedule.phase == Phase::AfterPackage);
        self.clients[client.index()].next_scan > first && self.scenario.scan.retry == Retry::NextScan
    }

    /// The verdict on a client's scans from now on until something changes; `None`: the next one changes
    /// something itself.
    fn lasting_verdict(&self, now: Time, client: ClientId) -> Option<ScanVerdict> {
        if self.record(client) != client.own_record() {
            return None; // changes of another client's record are not noticed
        }
        if self.reachability.is_busy(self.group_id(client)) {
            return None; // each scan is a draw of its own
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
                // The first rejection is reported, also for a client that was rejected before the start.
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

    /// Parks a client from scan number `next` on.
    pub(super) fn park(
        &mut self,
        now: Time,
        client: ClientId,
        verdict: ScanVerdict,
        next: u32,
        queue: &mut EventQueue,
    ) {
        let anchor = self.clients[client.index()].scan_anchor;
        let online_hours = self.has_online_hours(client);
        if let Some(parked) = &mut self.fast_forward.parked {
            let before = if online_hours { 0 } else { parked.grid.scans_before(anchor, next) };
            parked.insert(client, verdict, anchor, before);
        }
        self.plan_review(now, client, queue);
    }

    /// Schedules the instant at which policies, the age of its last result or the reachability of the server may change a
    /// client's verdict.
    fn plan_review(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let turn = self.reachability.next_turn(self.group_id(client), now);
        let at = self.settings_change(now, client).min(self.next_full_period(now, client)).min(turn);
        let Some(parked) = self.fast_forward.parked.as_mut().filter(|_| at != Time::NEVER) else { return };
        if parked.reviews.insert(client, at) != Some(at) {
            self.schedule(Event::ParkedReviewed, at, client, queue);
        }
    }

    /// Reviews the parked clients whose state the current event changed.
    pub(super) fn review_changed(&mut self, now: Time, queue: &mut EventQueue) {
        let Some(parked) = &mut self.fast_forward.parked else { return };
        let mut changed = std::mem::take(&mut parked.changed);
        for client in changed.drain(..) {
            if self.fast_forward.parked.as_ref().is_some_and(|parked| parked.contains(client)) {
                self.review(now, client, queue);
            }
        }
        if let Some(parked) = &mut self.fast_forward.parked {
            parked.changed = changed; // its memory is used again
        }
    }

    /// Is a parked client in the right class? If not, it is parked in another one, or its next scan is an event.
    pub(super) fn review(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(parked) = &mut self.fast_forward.parked else { return };
        let parked_with = parked.class(client).verdict;
        let verdict = judge_scan(self.scan_case(now, client));
        // Of the clients turned away, only those whose scans come next are unparked for a free license.
        let waits = parked_with == TURNED_AWAY && verdict == Ok(Returned::TakesLicense);
        let lasting = if waits { Some(parked_with) } else { self.lasting_verdict(now, client) };
        if lasting == Some(parked_with) {
            return self.plan_review(now, client, queue);
        }
        let (number, at) = self.unpark(now, client);
        match lasting {
            Some(verdict) => self.park(now, client, verdict, number, queue),
            None => self.schedule(Event::ScanReturned, at, client, queue),
        }
    }

    /// Unparks a client: number and instant of the scan that comes next.
    pub(super) fn unpark(&mut self, now: Time, client: ClientId) -> (u32, Time) {
        if self.has_online_hours(client) {
            return self.unpark_with_hours(now, client);
        }
        let (number, at) = self.next_grid_result(now, client);
        let row = &mut self.clients[client.index()];
        row.next_scan = number + 1;
        let anchor = row.scan_anchor;
        if let Some(parked) = &mut self.fast_forward.parked {
            let before = parked.grid.scans_before(anchor, number);
            parked.remove(client, before);
        }
        (number, at)
    }

    /// Number and instant of the next result of a parked client whose PC is always on.
    pub(super) fn next_grid_result(&self, now: Time, client: ClientId) -> (u32, Time) {
        let parked = self.fast_forward.parked.as_ref().expect("asked of parked clients");
        self.grid_scans(client).next_result(parked, now, client)
    }

    fn grid_scans(&self, client: ClientId) -> GridScans<'_> {
        let (draws, entity) = self.draws(client);
        let (scan, jitter) = (&self.scenario.scan, Decision::ScanJitter);
        let anchor = self.clients[client.index()].scan_anchor;
        let starts =
            Occurrences { schedule: &scan.schedule, draws, jitter, entity, anchor, ordinal: 0, drawn: None };
        GridScans { scan, starts }
    }
}

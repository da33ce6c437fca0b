//! How clients that wanted a license were served, from an instant on: the figures of one replication.
//!
//! The counting may begin later than the run does: what happened before (the warm-up) is forgotten,
//! the state it led to is not.

use std::collections::{BTreeMap, BTreeSet};

use crate::fleet::fact::{Fact, Observer, Step};
use crate::observe::totals::Totals;
use crate::rules::client::Mark;
use crate::rules::consumption::{Refused, Returned};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// A client that waits longer than this counts as lastingly rejected.
const CURED_WITHIN: Span = Span::DAY;

/// Counts from `from` on.
#[derive(Debug, Clone)]
pub struct Service {
    from: Time,
    begun: bool,
    /// What adds up after the warm-up. `None` without a warm-up: the totals of the whole run serve.
    later: Option<Totals>,
    nodes: Option<u64>,
    in_use: u64,
    /// Clients that asked for a license, each once.
    pub asked: u64,
    /// Scans that asked for one.
    pub requests: u64,
    /// Clients that waited longer than a day, or left without a license.
    pub rejected_lastingly: u64,
    /// Owned but unused: node-milliseconds.
    pub idle_ms: u128,
    /// Clients that were waiting when the counting began.
    carried: u64,
    /// Of these, the ones that waited before the start and have not asked since.
    not_asked_yet: BTreeSet<ClientId>,
    /// Waiting clients, and since when each waits.
    waiting: BTreeMap<ClientId, Time>,
    /// Length of each wait of the clients that had to wait, sorted at the end.
    waits: Vec<Span>,
    last: Time,
}

impl Service {
    /// A count that begins at `from`; [`Time::START`] or earlier: no warm-up.
    pub fn new(from: Time) -> Service {
        Service {
            from,
            begun: from <= Time::START,
            later: (from > Time::START).then(Totals::default),
            nodes: None,
            in_use: 0,
            asked: 0,
            requests: 0,
            rejected_lastingly: 0,
            idle_ms: 0,
            carried: 0,
            not_asked_yet: BTreeSet::new(),
            waiting: BTreeMap::new(),
            waits: Vec::new(),
            last: Time::START,
        }
    }

    /// Length of the time counted, when it ends here.
    pub fn window(&self, horizon: Time) -> Span {
        horizon - self.from
    }

    /// Ends the counting; `whole` is what adds up over the whole run. A client that still waits has waited until `horizon`.
    /// Gives what adds up in the time counted.
    pub fn finish(&mut self, whole: Totals, horizon: Time) -> Totals {
        self.begin_at_last(horizon);
        self.advance(horizon);
        for since in std::mem::take(&mut self.waiting).into_values() {
            self.rejected_lastingly += u64::from(horizon - since > CURED_WITHIN);
            self.waits.push(horizon - since);
        }
        self.waits.sort_unstable();
        self.later.take().unwrap_or(whole)
    }

    /// After [`Service::finish`]: within this time `percent` % of the clients that asked (or waited already) had a
    /// license; a client that got none counts with the time until the end of the run, or until it left.
    pub fn wait_percentile(&self, percent: u64) -> Option<Span> {
        let clients = self.asked + self.carried;
        let at_once = clients - self.waits.len() as u64;
        let rank = (clients * percent).div_ceil(100).max(1);
        match rank.checked_sub(at_once + 1) {
            _ if clients == 0 => None,
            None => Some(Span::ZERO),
            Some(at) => Some(self.waits[at as usize]),
        }
    }

    /// The warm-up is over: forgets what was counted.
    fn begin_at_last(&mut self, now: Time) {
        if self.begun || now < self.from {
            return;
        }
        self.begun = true;
        self.advance(self.from);
        if let Some(totals) = &mut self.later {
            totals.restart();
        }
        (self.asked, self.requests, self.rejected_lastingly, self.idle_ms) = (0, 0, 0, 0);
        self.waits.clear();
        self.not_asked_yet.clear();
        self.carried = self.waiting.len() as u64;
    }

    fn advance(&mut self, to: Time) {
        if let Some(totals) = &mut self.later {
            totals.advance(to);
        }
        let idle = self.nodes.map_or(0, |nodes| nodes.saturating_sub(self.in_use));
        self.idle_ms += u128::from(idle) * (to - self.last).ms() as u128;
        self.last = to;
    }

    /// A license was taken or released.
    fn holds(&mut self, at: Time, holds: bool) {
        self.advance(at);
        if holds { self.in_use += 1 } else { self.in_use -= 1 }
    }

    fn waits_from(&mut self, at: Time, client: ClientId) {
        self.asked += 1;
        self.waiting.insert(client, at);
    }

    /// It waited before the start already.
    fn was_waiting(&mut self, at: Time, client: ClientId) {
        self.carried += 1;
        self.not_asked_yet.insert(client);
        self.waiting.insert(client, at);
    }

    /// Its first scan in this run asks for a license.
    fn asks(&mut self, client: ClientId) {
        if self.not_asked_yet.remove(&client) {
            self.carried -= 1;
            self.asked += 1;
        }
    }

    fn waits_no_more(&mut self, at: Time, client: ClientId, served: bool) {
        if let Some(since) = self.waiting.remove(&client) {
            self.rejected_lastingly += u64::from(!served || at - since > CURED_WITHIN);
            self.waits.push(at - since);
        }
    }
}

impl Observer for Service {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        self.begin_at_last(at);
        match fact {
            Fact::Changed { client, before, after, step } => {
                if before.is(Mark::Licensed) != after.is(Mark::Licensed) {
                    self.holds(at, after.is(Mark::Licensed));
                }
                if matches!(step, Step::StartsWaiting { .. } | Step::LicenseTaken { .. }) {
                    self.asks(*client);
                }
                match (before.is(Mark::Waiting), after.is(Mark::Waiting)) {
                    (false, true) if matches!(step, Step::Initial) => self.was_waiting(at, *client),
                    (false, true) => self.waits_from(at, *client),
                    (true, false) => self.waits_no_more(at, *client, after.is(Mark::Licensed)),
                    (false, false) if matches!(step, Step::LicenseTaken { .. }) => self.asked += 1,
                    _ => {}
                }
            }
            Fact::Entitlement(entitlement) => {
                self.advance(at);
                self.nodes = entitlement.nodes;
            }
            Fact::Scanned { outcome: Ok(Returned::TakesLicense) | Err(Refused::PoolFull), .. } => {
                self.requests += 1;
            }
            Fact::ScansCounted { outcome: Err(Refused::PoolFull), scans } => self.requests += scans,
            _ => {}
        }
        if let Some(totals) = &mut self.later {
            totals.observe(at, fact);
        }
    }

    /// The last instant of the warm-up: what was counted up to then is forgotten.
    fn counts_at(&self, from: Time) -> Time {
        let last = self.from - Span(1);
        if from <= last { last } else { Time::NEVER }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::client::ClientState;
    use crate::rules::license_files::{Entitlement, LicenseState};

    const HOUR: i64 = Span::HOUR.0;

    fn changed(number: u32, before: ClientState, after: ClientState, step: Step) -> Fact {
        Fact::Changed { client: ClientId(number), before, after, step }
    }

    /// Two nodes. a takes one at 0 h, b at 1 h; c is turned away at 2 h and 6 h, gets one at 40 h when
    /// b has gone at 39 h; d is turned away at 3 h and leaves at 10 h.
    fn facts() -> Vec<(i64, Fact)> {
        let unlicensed = ClientState::default();
        let (holds, waits) = (unlicensed.with(Mark::Licensed), unlicensed.with(Mark::Waiting));
        let takes = |waited| Step::LicenseTaken { waited: Span::hours(waited) };
        let scanned = |number, outcome| Fact::Scanned { client: ClientId(number), outcome };
        let full = Err(Refused::PoolFull);
        let nodes = Entitlement { nodes: Some(2), state: LicenseState::InDate, ..Entitlement::default() };
        vec![
            (0, Fact::Entitlement(nodes)),
            (0, scanned(0, Ok(Returned::TakesLicense))),
            (0, changed(0, unlicensed, holds, takes(0))),
            (1, scanned(1, Ok(Returned::TakesLicense))),
            (1, changed(1, unlicensed, holds, takes(0))),
            (2, scanned(2, full)),
            (2, changed(2, unlicensed, waits, Step::StartsWaiting { again: false })),
            (3, scanned(3, full)),
            (3, changed(3, unlicensed, waits, Step::StartsWaiting { again: false })),
            (6, scanned(2, full)),
            (10, changed(3, waits, unlicensed, Step::GaveUp)),
            (39, changed(1, holds, unlicensed, Step::LicenseReleased(crate::rules::clause::Clause::V1))),
            (40, scanned(2, Ok(Returned::TakesLicense))),
            (40, changed(2, waits, holds, takes(38))),
        ]
    }

    fn served(from: i64, until: i64) -> (Service, Totals) {
        let (mut service, mut whole) = (Service::new(Time(from * HOUR)), Totals::default());
        for (at, fact) in facts() {
            service.observe(Time(at * HOUR), &fact);
            whole.observe(Time(at * HOUR), &fact);
        }
        whole.advance(Time(until * HOUR));
        let totals = service.finish(whole, Time(until * HOUR));
        (service, totals)
    }

    #[test]
    fn all_requests_and_waits_add_up() {
        let (s, totals) = served(0, 48);
        assert_eq!((s.asked, s.requests, s.rejected_lastingly), (4, 6, 2));
        // Two idle at no time, one in the first hour and one from 39 h to 40 h.
        assert_eq!(s.idle_ms, 2 * HOUR as u128);
        let waits = [50, 51, 75, 76, 100].map(|p| s.wait_percentile(p).unwrap().ms() / HOUR);
        assert_eq!(waits, [0, 7, 7, 38, 38]);
        assert_eq!(totals.clients_rejected, 2);
    }

    /// What happened before is forgotten, the state it led to is not.
    #[test]
    fn the_warm_up_is_forgotten() {
        let (s, totals) = served(20, 48);
        assert_eq!((s.asked, s.requests, totals.clients_rejected), (0, 1, 0));
        assert_eq!((totals.first_exhausted, totals.times_exhausted), (Some(Time(20 * HOUR)), 2));
        assert_eq!((totals.peak.0, totals.in_use_ms), (2, (2 * 28 - 1) * HOUR as u128));
        assert_eq!((s.window(Time(48 * HOUR)), s.idle_ms), (Span::hours(28), HOUR as u128));
        let (s, _) = served(45, 48);
        assert_eq!((s.requests, s.wait_percentile(95)), (0, None));
    }
}

//! Fast forward: scans that change nothing are counted instead of simulated.
//!
//! This file is the interface: the fleet calls the hooks below and sees nothing else of the folder.
//!
//! | hook | called | without it |
//! |---|---|---|
//! | [`FastForward::new`] | when the fleet is set up | nothing |
//! | [`FastForward::append`] | when a PC gets a further record | nothing |
//! | [`FastForward::note_change`] | at every change of a client's state | nothing |
//! | [`FastForward::prefetch`] | before a few events, with the scans among them | nothing |
//! | [`FastForward::prefetched`] | when the next scan is scheduled | the scan makes its own draws |
//! | [`FastForward::bytes`] | when memory is measured | 0 |
//! | [`Fleet::note_scan`] | when a scan returns, before it is judged | nothing |
//! | [`Fleet::park_or_scan`] | after a scan | the next scan is scheduled as an event |
//! | [`Fleet::cut_parked`] | when a client's chain is cut | nothing |
//! | [`Fleet::settle_parked`] | after every event | nothing |
//! | [`Fleet::review_parked`] | by its event; when license files or the version change | nothing |
//! | [`Fleet::count_scans`] | by its event, when an observer counts | nothing: every scan was observed |
//!
//! `without_fast_forward.rs` holds the same hooks without the shortcut. `--cfg without_fast_forward` compiles it
//! instead of this folder, and a test compares the results of both programs.
//!
//! The scan of a client that holds a license is inventory only, and the scan of a client that is turned away is
//! refused like the one before. As long as that lasts, no event is needed: the instants of a client's scans are
//! functions of its draws. Such a client is *parked*, in the class of the verdict on all the scans that follow.
//! It is parked until something changes on which the verdict depends:
//!
//! * **its state**: a parked client whose state changes is reviewed before the next event;
//! * **the instant**: policies and ages of results change at known times, for which there is an event;
//! * **the server** (license files, version): all parked clients are reviewed;
//! * **the pool**: when a license comes free, the clients turned away whose scans come next are unparked, as
//!   many as there are free licenses. Where the pool fills up and opens again within a period of scans, clients
//!   that are turned away are not parked at all.
//!
//! Parking decides how fast a run is, never its results: with [`Mode::exhaustive`] every scan is an event, and
//! the results are the same to the last byte.
//!
//! | file | holds |
//! |---|---|
//! | `parked` | the parked clients and their classes |
//! | `parking` | when a client is parked, reviewed and unparked |
//! | `wait_queue` | the clients that a free license unparks |
//! | `counting` | the number of scans of parked clients up to an instant, by the grid of scans |
//! | `at_most` | whether a scan takes at most a given time, by a table |
//! | `simd`, `batch` | many draws compared at once, for clients side by side and for all others |
//! | `hours`, `shared_hours` | the number of scans of PCs with online hours: one by one, and many with the same hours |
//! | `prefetch` | draws of the scans that come next, computed together |

mod at_most;
mod batch;
mod counting;
mod hours;
mod parked;
mod parking;
mod prefetch;
mod shared_hours;
mod simd;
mod wait_queue;

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::{Cursor, ScanDraws};
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer, Watched};
use crate::fleet::fast_forward::parked::Parked;
use crate::fleet::fast_forward::prefetch::Prefetch;
use crate::fleet::mode::Mode;
use crate::fleet::roster::Roster;
use crate::fleet::state::ClientRow;
use crate::rules::client::{ClientState, Mark};
use crate::scenario::model::{Scan, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// With more counts than this from one scan to the next, counting costs more than simulating (measured: even at
/// about 10 with online hours, at 30 without).
const COUNTS_A_SCAN: i64 = 24;

/// The state of the shortcut.
#[derive(Debug)]
pub(super) struct FastForward {
    prefetch: Prefetch,
    /// `None`: every scan is an event.
    parked: Option<Parked>,
    /// Clients whose scans are always events.
    followed: Watched,
    /// Threads that count.
    threads: usize,
}

impl FastForward {
    /// Sets the shortcut up and schedules the first count.
    pub(super) fn new(
        scenario: &Scenario,
        roster: &Roster,
        mode: Mode,
        observer: &impl Observer,
        queue: &mut EventQueue,
    ) -> FastForward {
        let followed = observer.watches();
        let first_count = observer.counts_at(Time::START);
        let counts_too_often = first_count != Time::NEVER
            && COUNTS_A_SCAN * scenario.timeline_every.ms() < scenario.scan.schedule.every.ms();
        // Results that wait in the event queue are processed one by one.
        let backlog = scenario.over_time.has_backlog();
        let exhaustive = mode.exhaustive || backlog || followed == Watched::AllClients || counts_too_often;
        let parked = if exhaustive { None } else { Parked::new(scenario, roster.len()) };
        let fast_forward =
            FastForward { prefetch: Prefetch::default(), parked, followed, threads: mode.threads };
        fast_forward.schedule_count(first_count, queue);
        fast_forward
    }

    /// Makes room for a further record.
    pub(super) fn append(&mut self) {
        if let Some(parked) = &mut self.parked {
            parked.append();
        }
    }

    /// Notes that a client's state changes; `before`: the state before the change.
    #[inline]
    pub(super) fn note_change(&mut self, client: ClientId, before: ClientState) {
        // Parked clients have the package. Asking the state first saves the others a cache miss.
        if before.is(Mark::PackageReady)
            && let Some(parked) = &mut self.parked
        {
            parked.note_change(client);
        }
    }

    /// Makes the draws of the scans that come next; `coming`: their clients.
    #[inline]
    pub(super) fn prefetch(
        &mut self,
        coming: impl Iterator<Item = ClientId>,
        clients: &[ClientRow],
        roster: &Roster,
        scan: &Scan,
    ) {
        self.prefetch.look(coming, clients, roster, scan, self.parked.as_ref());
    }

    /// The draws made beforehand for the next scan of a client whose scan happens now.
    #[inline]
    pub(super) fn prefetched(&mut self, client: ClientId) -> Option<ScanDraws> {
        self.prefetch.take(client)
    }

    /// Heap bytes.
    pub(super) fn bytes(&self) -> usize {
        self.parked.as_ref().map_or(0, Parked::bytes)
    }

    fn schedule_count(&self, at: Time, queue: &mut EventQueue) {
        if self.parked.is_some() && at != Time::NEVER {
            queue.push(Event::ScansCounted.at(at, 0, 0));
        }
    }
}

impl<O: Observer> Fleet<'_, O> {
    /// Notes that a scan's result comes as an event.
    #[inline]
    pub(super) fn note_scan(&mut self, now: Time, client: ClientId) {
        if let Some(parked) = &mut self.fast_forward.parked {
            parked.note_scan(now, client);
        }
    }

    /// After a scan at `now`: parks the client if its next scans change nothing, or schedules its next scan.
    pub(super) fn park_or_scan(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        match self.parkable(now, client) {
            Some((verdict, next)) => {
                if let Some(parked) = &mut self.fast_forward.parked {
                    parked.set_cursor(client, Cursor::From { from: now + Span(1), least: next });
                }
                self.park(now, client, verdict, next, queue);
            }
            None => self.schedule_scan(now + Span(1), client, queue),
        }
    }

    /// A client's chain is cut: its next scan does not come.
    pub(super) fn cut_parked(&mut self, now: Time, client: ClientId) {
        let Some(parked) = &mut self.fast_forward.parked else { return };
        parked.forget(client);
        if parked.contains(client) {
            self.unpark(now, client);
        }
    }

    /// After each event: reviews the parked clients that it changed, and unparks those that a free license is for.
    #[inline]
    pub(super) fn settle_parked(&mut self, now: Time, queue: &mut EventQueue) {
        let Some(parked) = &mut self.fast_forward.parked else { return };
        if !parked.changed.is_empty() {
            self.review_changed(now, queue);
        }
        self.settle_waiting(now, queue);
    }

    /// Reviews those of some clients that are parked: the one whose [`Event::ParkedReviewed`] has come, or all
    /// after license files or the version have changed.
    pub(super) fn review_parked(
        &mut self,
        now: Time,
        clients: impl IntoIterator<Item = ClientId>,
        queue: &mut EventQueue,
    ) {
        for client in clients {
            let Some(parked) = &mut self.fast_forward.parked else { return };
            parked.review_is_due(now, client);
            if parked.contains(client) {
                self.review(now, client, queue);
            }
        }
    }

    /// Reports to the observers all scans of parked clients up to now, and schedules the next count.
    pub(super) fn count_scans(&mut self, now: Time, queue: &mut EventQueue) {
        self.fast_forward.schedule_count(self.observer.counts_at(Time(now.ms() + 1)), queue);
        let Some(parked) = &mut self.fast_forward.parked else { return };
        let threads = self.fast_forward.threads;
        let counted = parked.count(now, self.scenario, &self.clients, &self.roster, threads);
        for (outcome, scans) in counted.into_iter().filter(|(_, scans)| *scans > 0) {
            self.report(now, Fact::ScansCounted { outcome, scans });
        }
    }
}

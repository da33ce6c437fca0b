//! The hooks of `fast_forward` without the shortcut: every scan is simulated as an event.
//!
//! `--cfg without_fast_forward` compiles this file instead of the folder `fast_forward`, whose header says what
//! each hook is for. Results are the same to the last byte; `tests/it/rules/without_fast_forward.rs` compares
//! them.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::scan_chain::ScanDraws;
use crate::fleet::fact::Observer;
use crate::fleet::mode::Mode;
use crate::fleet::roster::Roster;
use crate::fleet::state::ClientRow;
use crate::rules::client::ClientState;
use crate::scenario::model::{Scan, Scenario};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

#[derive(Debug)]
pub(super) struct FastForward;

impl FastForward {
    pub(super) fn new(
        _: &Scenario,
        _: &Roster,
        _: Mode,
        _: &impl Observer,
        _: &mut EventQueue,
    ) -> FastForward {
        FastForward
    }

    pub(super) fn append(&mut self) {}

    pub(super) fn note_change(&mut self, _: ClientId, _: ClientState) {}

    pub(super) fn prefetch(
        &mut self,
        _: impl Iterator<Item = ClientId>,
        _: &[ClientRow],
        _: &Roster,
        _: &Scan,
    ) {
    }

    pub(super) fn prefetched(&mut self, _: ClientId) -> Option<ScanDraws> {
        None
    }

    pub(super) fn bytes(&self) -> usize {
        0
    }
}

impl<O: Observer> Fleet<'_, O> {
    pub(super) fn note_scan(&mut self, _: Time, _: ClientId) {}

    pub(super) fn park_or_scan(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        self.schedule_scan(now + Span(1), client, queue);
    }

    pub(super) fn cut_parked(&mut self, _: Time, _: ClientId) {}

    pub(super) fn settle_parked(&mut self, _: Time, _: &mut EventQueue) {}

    pub(super) fn review_parked(
        &mut self,
        _: Time,
        _: impl IntoIterator<Item = ClientId>,
        _: &mut EventQueue,
    ) {
    }

    pub(super) fn count_scans(&mut self, _: Time, _: &mut EventQueue) {}
}

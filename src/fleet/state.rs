//! One row a client: 32 bytes, aligned to as many, so that an event touches one cache line of client
//! state. (Unaligned, half of all rows lie across two lines.)

use crate::rules::client::ClientState;
use crate::units::ids::GroupId;
use crate::units::time::Time;

/// Amounts drawn beforehand that a row has room for, and the largest one.
pub const PREDRAWN: usize = 3;
pub const MAX_PREDRAWN: i64 = (1 << 31) - 1;

/// What is remembered of a client. Everything else about it is a function of its draws.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub struct ClientRow {
    /// Anchor of its scan grid; negative until it has one: until then this and `next_scan` hold amounts drawn beforehand.
    pub scan_anchor: Time,
    /// Instant of its first scan that asked for a license; `NEVER` before.
    pub first_asked: Time,
    /// Number of its next scheduled scan, at least.
    pub next_scan: u32,
    /// Rejections since it wants a license.
    pub rejections: u32,
    state: ClientState,
    group: GroupId,
    /// Counts how often its chain was cut (retired, deleted, plug-in removed). An event carries the
    /// epoch it was made in; one of an older epoch is stale and ignored.
    epoch: u16,
}

const _: () = assert!(size_of::<ClientRow>() == 32);

impl ClientRow {
    pub fn new(group: GroupId) -> ClientRow {
        ClientRow {
            scan_anchor: Time::START,
            first_asked: Time::NEVER,
            next_scan: 0,
            rejections: 0,
            state: ClientState::default(),
            group,
            epoch: 0,
        }
    }

    #[inline]
    pub fn state(&self) -> ClientState {
        self.state
    }

    /// Sets the state and returns the one before; only for `Fleet::change`, which reports it to the observers.
    #[inline]
    pub fn replace_state(&mut self, after: ClientState) -> ClientState {
        std::mem::replace(&mut self.state, after)
    }

    #[inline]
    pub fn group(&self) -> GroupId {
        self.group
    }

    /// How often its chain was cut.
    #[inline]
    pub fn epoch(&self) -> u16 {
        self.epoch
    }

    /// Its chain is cut: events of the epoch before are stale.
    pub fn cut(&mut self) {
        self.epoch = self.epoch.wrapping_add(1);
    }

    /// An amount drawn beforehand, as long as there is no scan grid.
    #[inline]
    pub fn predrawn(&self, place: usize) -> Option<i64> {
        let two = self.scan_anchor.ms();
        let amount = match place {
            0 => two >> 32 & MAX_PREDRAWN,
            1 => two & MAX_PREDRAWN,
            _ => i64::from(self.next_scan),
        };
        (two < 0).then_some(amount)
    }

    /// Keeps an amount of up to [`MAX_PREDRAWN`] until there is a scan grid.
    pub fn set_predrawn(&mut self, place: usize, amount: u32) {
        assert!(i64::from(amount) <= MAX_PREDRAWN, "an amount is too large to be drawn beforehand");
        let two = self.scan_anchor.ms() | i64::MIN;
        match place {
            0 => self.scan_anchor = Time(two & !(MAX_PREDRAWN << 32) | i64::from(amount) << 32),
            1 => self.scan_anchor = Time(two & !MAX_PREDRAWN | i64::from(amount)),
            _ => (self.scan_anchor, self.next_scan) = (Time(two), amount),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_wait_until_there_is_a_scan_grid() {
        let mut row = ClientRow::new(GroupId(0));
        assert_eq!((0..PREDRAWN).map(|place| row.predrawn(place)).collect::<Vec<_>>(), [None; PREDRAWN]);
        for amounts in [[0, 1, 2], [u32::MAX >> 1; 3], [7, 0, 9]] {
            amounts.iter().enumerate().for_each(|(place, amount)| row.set_predrawn(place, *amount));
            assert_eq!(
                [0, 1, 2].map(|place| row.predrawn(place)),
                amounts.map(|amount| Some(i64::from(amount)))
            );
        }
        (row.scan_anchor, row.next_scan) = (Time(5), 1);
        assert_eq!(row.predrawn(2), None);
    }
}

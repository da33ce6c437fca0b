//! One row a client: 32 bytes, aligned to as many, so that an event touches one cache line of client
//! state. (Unaligned, half of all rows lie across two lines.)

use crate::rules::client::ClientState;
use crate::words::time::Time;

/// What is remembered of a client. Everything else about it is a function of its draws.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
pub struct Client {
    /// Anchor of its scan grid.
    pub scan_anchor: Time,
    /// Instant of its first scan that asked for a license; `NEVER` before.
    pub first_asked: Time,
    /// Number of its next scheduled scan, at least.
    pub next_scan: u32,
    /// Rejections since it wants a license.
    pub rejections: u32,
    pub state: ClientState,
    /// Index of its group.
    pub group: u16,
    /// Counts how often its chain was cut (retired, deleted, plug-in removed). An event carries the
    /// epoch it was made in; one of an older epoch is stale and ignored.
    pub epoch: u16,
}

const _: () = assert!(size_of::<Client>() == 32);

impl Client {
    pub fn new(group: u16) -> Client {
        Client {
            scan_anchor: Time::START,
            first_asked: Time::NEVER,
            next_scan: 0,
            rejections: 0,
            state: ClientState::default(),
            group,
            epoch: 0,
        }
    }
}

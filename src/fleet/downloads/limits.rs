//! How fast a site's downloads may be at an instant, and until when that holds.
//!
//! Throttling and blockouts are known from the start, so nothing is simulated for them: between two
//! instants at which one of them begins or ends, the limits of a site are constant.

use crate::scenario::model::{Link, Site};
use crate::units::time::Time;

/// Bits in a byte times milliseconds in a second.
const BITS_MS: u128 = 8_000;

/// The limits of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SiteLimits {
    /// Each download takes its own time.
    timed: bool,
    /// Bits per second of all downloads together; `None`: unlimited.
    bandwidth: Option<u64>,
    per_client: Option<u64>,
    /// Nothing is downloaded.
    pub blocked: bool,
    /// First instant at which other limits may hold.
    pub until: Time,
}

/// Work done on each download in a unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    Stopped,
    /// Everything at once.
    Unlimited,
    /// Units of work (bytes or milliseconds), and the milliseconds they take.
    Of(u128, u128),
}

impl SiteLimits {
    /// Where several periods hold, and beside the plain limits, the lowest wins.
    pub fn of(site: &Site, at: Time) -> SiteLimits {
        let (timed, mut bandwidth, mut per_client) = match site.link {
            Link::Shared { bandwidth, per_client } => (false, bandwidth, per_client),
            Link::Time(_) => (true, None, None),
        };
        let mut until = Time::NEVER;
        for period in &site.throttle {
            until = until.min(period.when.next_change(at));
            if period.when.contains(at) {
                bandwidth = lower(bandwidth, period.bandwidth);
                per_client = lower(per_client, period.per_client);
            }
        }
        let blockouts = site.blockouts.as_ref();
        until = until.min(blockouts.map_or(Time::NEVER, |blockouts| blockouts.next_change(at)));
        let blocked = blockouts.is_some_and(|blockouts| blockouts.contains(at));
        SiteLimits { timed, bandwidth, per_client, blocked, until }
    }

    /// The rate of each of `n` downloads.
    pub fn rate(&self, n: u32) -> Rate {
        let n = u128::from(n.max(1));
        match (self.bandwidth.map(u128::from), self.per_client.map(u128::from)) {
            _ if self.blocked => Rate::Stopped,
            _ if self.timed => Rate::Of(1, 1),
            (None, None) => Rate::Unlimited,
            (None, Some(cap)) => Rate::Of(cap, BITS_MS),
            (Some(all), Some(cap)) if cap * n <= all => Rate::Of(cap, BITS_MS),
            (Some(all), _) => Rate::Of(all, BITS_MS * n),
        }
    }
}

/// The lower of two limits, of which each may be none.
fn lower(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

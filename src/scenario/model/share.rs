//! A part of the whole: of clients, of updates, of chances.

use serde::{Serialize, Serializer};

/// A share of the whole, in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// From 0 to 1,000,000.
    pub millionths: u32,
}

impl Share {
    /// 0 %: takes no client.
    pub const NONE: Share = Share { millionths: 0 };
    /// 100 %: takes every client.
    pub const ALL: Share = Share { millionths: 1_000_000 };

    /// Does the share take a client with this draw? A larger share takes all clients of a smaller one.
    #[inline]
    pub fn takes(self, draw: u64) -> bool {
        (u128::from(draw) * u128::from(Share::ALL.millionths)) >> 64 < u128::from(self.millionths)
    }
}

/// As a number of millionths.
pub(super) fn as_number<S: Serializer>(share: &Share, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u32(share.millionths)
}

/// The same, where there may be none.
pub(super) fn as_number_if_any<S: Serializer>(share: &Option<Share>, to: S) -> Result<S::Ok, S::Error> {
    share.map(|share| share.millionths).serialize(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_takes_its_part_of_all_draws() {
        let half = Share { millionths: 500_000 };
        assert!(half.takes(0) && half.takes(u64::MAX / 2) && !half.takes(u64::MAX / 2 + 1));
        assert!(Share::ALL.takes(u64::MAX) && !Share::NONE.takes(0));
    }

    #[test]
    fn a_larger_share_takes_all_that_a_smaller_one_takes() {
        for draw in (0..=u64::MAX - (1 << 58)).step_by(1 << 58) {
            let share = |tenths: u32| Share { millionths: tenths * 100_000 };
            let taken: Vec<bool> = (0..=10).map(|tenths| share(tenths).takes(draw)).collect();
            assert!(taken.is_sorted() && !taken[0] && taken[10], "{draw:x}: {taken:?}");
        }
    }
}

//! A study cut into shards: parts of its runs that any machine can do, in any order.
//!
//! The runs of a study are numbered point by point (`replicate` and `compare` have one point), replication by
//! replication. Shards are equal stretches of these numbers, so a shard may hold the end of one point
//! and the beginning of the next.

use serde::{Deserialize, Serialize};

/// Most shards of a study.
pub const MOST_SHARDS: u64 = 1_000_000;

/// What a study has to run: so many points, each so many times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extent {
    /// Variants of the scenario; 1 for `replicate` and `compare`.
    pub points: u64,
    /// Of each point; for `compare`, pairs of runs.
    pub replications: u64,
}

impl Extent {
    /// Runs in all, or pairs of them.
    pub fn runs(self) -> u64 {
        self.points.saturating_mul(self.replications)
    }
}

/// Some replications of a point: those from `from` on, up to but not including `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Number of the point, from zero on.
    pub point: u64,
    /// First replication, from zero on.
    pub from: u64,
    /// One past the last replication.
    pub to: u64,
}

/// What is run in one go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from zero on.
    pub shard: u64,
    /// In order of point; neighbouring parts continue each other.
    pub parts: Vec<Part>,
}

impl Shard {
    /// Runs in it.
    pub fn runs(&self) -> u64 {
        self.parts.iter().fold(0, |runs, part| runs.saturating_add(part.to.saturating_sub(part.from)))
    }
}

/// Cuts a study into so many shards, as equal as can be; into fewer when it has fewer runs.
pub fn cut(extent: Extent, shards: u64) -> Vec<Shard> {
    let shards = shards.min(extent.runs());
    (0..shards).map(|shard| Shard { shard, parts: parts(extent, shards, shard).collect() }).collect()
}

/// Are these the shards that [`cut`] makes of this extent? Then every run is in exactly one of them.
///
/// They are compared one by one and not made anew: an extent that was never planned may be of any size.
pub fn is_cut(extent: Extent, shards: &[Shard]) -> bool {
    let count = shards.len() as u64;
    let runs = extent.points.checked_mul(extent.replications);
    let possible = runs.is_some_and(|runs| (1..=runs.min(MOST_SHARDS)).contains(&count));
    let as_planned = |(shard, number): (&Shard, u64)| {
        shard.shard == number && parts(extent, count, number).eq(shard.parts.iter().copied())
    };
    possible && shards.iter().zip(0..).all(as_planned)
}

/// The parts of one of so many shards, by point.
fn parts(extent: Extent, shards: u64, shard: u64) -> impl Iterator<Item = Part> {
    let (runs, replications) = (extent.runs(), extent.replications);
    let border = move |shard: u64| (u128::from(runs) * u128::from(shard) / u128::from(shards)) as u64;
    let (mut from, to) = (border(shard), border(shard + 1));
    std::iter::from_fn(move || {
        if from >= to {
            return None;
        }
        let point = from / replications;
        let start = point * replications;
        let end = to.min(start.saturating_add(replications));
        let part = Part { point, from: from - start, to: end - start };
        from = end;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_one_shard_and_shards_are_equal() {
        for (points, replications, shards) in
            [(1, 10, 3), (7, 5, 4), (3, 100, 300), (5, 1, 2), (1, 3, 9), (2, 8, 1)]
        {
            let cut = cut(Extent { points, replications }, shards);
            assert_eq!(cut.len() as u64, shards.min(points * replications));
            let runs: Vec<(u64, u64)> = cut
                .iter()
                .flat_map(|shard| &shard.parts)
                .flat_map(|part| (part.from..part.to).map(|replication| (part.point, replication)))
                .collect();
            let all =
                (0..points).flat_map(|point| (0..replications).map(move |replication| (point, replication)));
            assert_eq!(runs, all.collect::<Vec<_>>());
            let sizes: Vec<u64> = cut.iter().map(Shard::runs).collect();
            assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1, "{sizes:?}");
            assert!(cut.iter().enumerate().all(|(number, shard)| shard.shard == number as u64));
        }
    }

    #[test]
    fn only_shards_as_they_are_cut_hold_every_run_once() {
        let extent = Extent { points: 3, replications: 5 };
        let planned = cut(extent, 4);
        assert!(is_cut(extent, &planned));
        let changes: [fn(&mut Vec<Shard>); 12] = [
            |shards| shards[1].parts[0].from -= 1, // overlaps with the one before
            |shards| shards[1].parts[0].from += 1, // leaves a gap
            |shards| shards[3].parts[0].to -= 1,   // misses the end
            |shards| shards[3].parts[0].to += 1,   // goes beyond the end
            |shards| shards[0].parts[0].from = 9,  // ends before it begins
            |shards| shards[0].parts[0].to = u64::MAX,
            |shards| shards[0].parts[0].point = 2,
            |shards| shards[0].parts.clear(),
            |shards| shards.clear(),
            |shards| shards[2].shard = 1,
            |shards| shards.swap(0, 1),
            |shards| shards[3] = shards[2].clone(),
        ];
        for (at, change) in changes.into_iter().enumerate() {
            let mut shards = planned.clone();
            change(&mut shards);
            assert!(!is_cut(extent, &shards), "change {at}: {shards:?}");
        }
        for points in [0, 2, 4, u64::MAX] {
            assert!(!is_cut(Extent { points, replications: 5 }, &planned), "{points} points");
        }
        for replications in [0, 4, 6, u64::MAX] {
            assert!(!is_cut(Extent { points: 3, replications }, &planned), "{replications} replications");
        }
    }
}

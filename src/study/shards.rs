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
    pub points: u64,
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
    pub point: u64,
    pub from: u64,
    pub to: u64,
}

/// What is run in one go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from zero on.
    pub shard: u64,
    pub parts: Vec<Part>,
}

impl Shard {
    /// Runs in it.
    pub fn runs(&self) -> u64 {
        self.parts.iter().fold(0, |runs, part| runs.saturating_add(part.to.saturating_sub(part.from)))
    }

    /// Is each of its parts one of the study: some replications, in order, of a point that there is?
    pub fn is_of(&self, extent: Extent) -> bool {
        let is_of =
            |part: &Part| part.point < extent.points && part.from < part.to && part.to <= extent.replications;
        !self.parts.is_empty() && self.parts.iter().all(is_of)
    }
}

/// Cuts a study into so many shards, as equal as can be; into fewer when it has fewer runs.
pub fn cut(extent: Extent, shards: u64) -> Vec<Shard> {
    let (runs, shards) = (extent.runs(), shards.min(extent.runs()));
    let border = |shard: u64| (u128::from(runs) * u128::from(shard) / u128::from(shards)) as u64;
    (0..shards).map(|shard| Shard { shard, parts: parts(border(shard), border(shard + 1), extent) }).collect()
}

/// The runs with these numbers, by point.
fn parts(mut from: u64, to: u64, Extent { replications, .. }: Extent) -> Vec<Part> {
    let mut parts = Vec::new();
    while from < to {
        let point = from / replications;
        let start = point * replications;
        let end = to.min(start + replications);
        parts.push(Part { point, from: from - start, to: end - start });
        from = end;
    }
    parts
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
            assert!(cut.iter().all(|shard| shard.is_of(Extent { points, replications })));
            assert!(cut.iter().enumerate().all(|(number, shard)| shard.shard == number as u64));
        }
    }

    #[test]
    fn parts_that_no_study_has_are_told() {
        let extent = Extent { points: 2, replications: 9 };
        for (part, is) in [
            ((1, 0, 9), true),
            ((0, 8, 9), true),
            ((0, 5, 5), false),
            ((0, 5, 4), false),
            ((0, 0, 10), false),
            ((0, u64::MAX, 0), false),
            ((2, 0, 1), false),
            ((u64::MAX, 0, 1), false),
        ] {
            let (point, from, to) = part;
            let shard = Shard { shard: 0, parts: vec![Part { point, from, to }] };
            assert_eq!(shard.is_of(extent), is, "{part:?}");
            assert_eq!(shard.runs(), to.saturating_sub(from));
        }
        assert!(!Shard { shard: 0, parts: Vec::new() }.is_of(extent));
        let wide = |point| Part { point, from: 0, to: u64::MAX };
        assert_eq!(Shard { shard: 0, parts: vec![wide(0), wide(1)] }.runs(), u64::MAX);
    }
}

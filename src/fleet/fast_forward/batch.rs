//! Scans of which a draw decides whether their results have come, collected so that their draws are computed together.

use crate::engine::distribution::Distribution;
use crate::engine::draw::{BLOCK_DRAWS, Block, Draws, EightBlocks, LANES};
use crate::fleet::decision::Decision;
use crate::fleet::fast_forward::at_most::AtMost;
use crate::scenario::model::Scan;

/// A scan of which a draw decides whether its result has come.
#[derive(Debug, Clone, Copy)]
pub(super) struct UncertainScan {
    /// Index of the class of its client.
    pub class: u8,
    pub entity: u64,
    /// From its place in the grid to the instant of the count, ms.
    pub age: i64,
}

/// Collects scans until their draws fill eight blocks, which are computed together. Draws of the same
/// number of neighbouring clients lie in one block.
pub(super) struct ScanBatch<'a> {
    scan: &'a Scan,
    at_most: &'a AtMost,
    blocks: Vec<Block<'a>>,
    scans: Vec<(u8, UncertainScan)>,
}

impl<'a> ScanBatch<'a> {
    pub fn new(scan: &'a Scan, at_most: &'a AtMost) -> ScanBatch<'a> {
        let scans = Vec::with_capacity(LANES * BLOCK_DRAWS as usize);
        ScanBatch { scan, at_most, blocks: Vec::with_capacity(LANES), scans }
    }

    /// Adds scan number `number` of a client. If its result has come, it is added to `sums`, sooner or later.
    #[inline]
    pub fn add(&mut self, draws: &'a Draws, number: u64, scan: UncertainScan, sums: &mut [i64]) {
        let block = Block { draws, number: scan.entity / BLOCK_DRAWS, ordinal: number };
        let is = |known: &Block| {
            known.number == block.number && known.ordinal == number && std::ptr::eq(known.draws, draws)
        };
        let lane = match self.blocks.iter().rposition(is) {
            Some(lane) => lane,
            None => {
                if self.blocks.len() == LANES {
                    self.flush(sums);
                }
                self.blocks.push(block);
                self.blocks.len() - 1
            }
        };
        self.scans.push((lane as u8, scan));
    }

    /// Adds to `sums` the scans added so far whose results have come.
    pub fn flush(&mut self, sums: &mut [i64]) {
        let Some(last) = self.blocks.last().copied() else { return };
        let blocks = std::array::from_fn(|lane| self.blocks.get(lane).copied().unwrap_or(last));
        let drawn = |distribution: &Distribution, decision: Decision| {
            (!matches!(distribution, Distribution::Constant(_)))
                .then(|| EightBlocks::new(decision as u16, blocks))
        };
        let jitters = drawn(&self.scan.schedule.jitter, Decision::ScanJitter);
        let durations = drawn(&self.scan.duration, Decision::ScanDuration);
        let draw = |blocks: &Option<EightBlocks>, lane: u8, entity: u64| {
            blocks.as_ref().map_or(0, |blocks| blocks.draw(usize::from(lane), entity))
        };
        for (lane, UncertainScan { class, entity, age }) in self.scans.drain(..) {
            let jitter = self.scan.schedule.jitter.sample(draw(&jitters, lane, entity));
            let over = self.at_most.holds(draw(&durations, lane, entity), age - jitter);
            sums[usize::from(class)] += i64::from(over);
        }
        self.blocks.clear();
    }
}

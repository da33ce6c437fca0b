//! Tells of many scans at once, by their draws, whether their results have come.

use crate::engine::distribution::Distribution;
use crate::engine::draw::{BLOCK_DRAWS, Block, Draws, EightBlocks, LANES};
use crate::fleet::decision::Decision;
use crate::fleet::schedule::periodic::AtMost;
use crate::scenario::model::Scan;

/// A scan of which a draw has to tell whether its result has come.
#[derive(Debug, Clone, Copy)]
pub(in crate::fleet) struct Uncertain {
    /// Index of the class of its client.
    pub class: u8,
    pub entity: u64,
    /// Time since its place in the grid, ms.
    pub age: i64,
}

/// Collects scans until their draws fill eight blocks, which are computed together. Draws of the same
/// number of neighbouring clients lie in one block.
pub(in crate::fleet) struct Batch<'a> {
    scan: &'a Scan,
    at_most: &'a AtMost,
    blocks: Vec<Block<'a>>,
    asked: Vec<(u8, Uncertain)>,
}

impl<'a> Batch<'a> {
    pub fn new(scan: &'a Scan, at_most: &'a AtMost) -> Batch<'a> {
        let asked = Vec::with_capacity(LANES * BLOCK_DRAWS as usize);
        Batch { scan, at_most, blocks: Vec::with_capacity(LANES), asked }
    }

    /// Asks of scan number `number`; the answers are added to `sums` sooner or later.
    #[inline]
    pub fn ask(&mut self, draws: &'a Draws, number: u64, scan: Uncertain, sums: &mut [i64]) {
        let block = Block { draws, number: scan.entity / BLOCK_DRAWS, ordinal: number };
        let is = |known: &Block| {
            known.number == block.number && known.ordinal == number && std::ptr::eq(known.draws, draws)
        };
        let lane = match self.blocks.iter().rposition(is) {
            Some(lane) => lane,
            None => {
                if self.blocks.len() == LANES {
                    self.tell_all(sums);
                }
                self.blocks.push(block);
                self.blocks.len() - 1
            }
        };
        self.asked.push((lane as u8, scan));
    }

    /// Tells of all that were asked of so far.
    pub fn tell_all(&mut self, sums: &mut [i64]) {
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
        for (lane, Uncertain { class, entity, age }) in self.asked.drain(..) {
            let jitter = self.scan.schedule.jitter.sample(draw(&jitters, lane, entity));
            let over = self.at_most.tells(draw(&durations, lane, entity), age - jitter);
            sums[usize::from(class)] += i64::from(over);
        }
        self.blocks.clear();
    }
}

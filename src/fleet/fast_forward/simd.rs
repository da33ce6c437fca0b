//! Counting scans where most clients are between the earliest and the latest end of one: with the product's
//! log-normal scan times, at any instant.
//!
//! Every client's draw is computed, needed or not, those of 64 neighbours together. The limit it is compared with
//! is kept from one count to the next, because rows of a timeline mostly fall on the same place of the grid. So
//! a client costs a comparison and an eighth of a block of draws, without a branch to mispredict.

use std::ops::Range;

use crate::engine::draw::{BLOCK_DRAWS, Block, EightBlocks, LANES};
use crate::fleet::decision::Decision;
use crate::fleet::fast_forward::counting::ScanCounter;
use crate::fleet::fast_forward::parked::{GridInstant, Parked, ScanGrid};
use crate::fleet::roster::ClientRun;
use crate::scenario::model::{Phase, Scan};
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// Neighbours whose draws are computed together.
const TOGETHER: usize = LANES * BLOCK_DRAWS as usize;

/// By client: the draws, by their upper halves, with which its last scan that may be over is over.
#[derive(Debug, Default)]
pub(super) struct DrawLimits {
    /// With draws below this it is over for certain; 0 where that is not known yet.
    below: Vec<u32>,
    /// The offset in the period for which they hold, ms.
    offset: Option<i64>,
    /// Clients parked since.
    fresh: u64,
}

impl DrawLimits {
    /// Heap bytes.
    pub fn bytes(&self) -> usize {
        self.below.capacity() * size_of::<u32>()
    }

    /// A client is parked, possibly at another place of the grid than before.
    pub fn forget(&mut self, client: ClientId) {
        if let Some(limit) = self.below.get_mut(client.index()) {
            *limit = 0;
            self.fresh += 1;
        }
    }
}

impl Parked {
    /// Is a duration drawn for each scan, and nothing else, and are many scans uncertain?
    fn suits_simd(&self, scan: &Scan) -> bool {
        let ScanGrid { every, earliest, latest } = self.grid;
        scan.schedule.phase != Phase::AfterPackage
            && scan.schedule.jitter.is_constant().is_some()
            && self.at_most.is_tabled()
            && latest - earliest > every / 16
    }

    /// Before a count: brings the limits up to date, unless most of them are.
    pub fn prepare_limits(&mut self, now: Time, scan: &Scan) {
        if !self.suits_simd(scan) {
            return;
        }
        let possible = GridInstant::new(now.ms() - self.grid.earliest, self.grid.every);
        let clients = self.phase_of.len();
        let few = self.limits.fresh < clients as u64 / 64;
        if self.limits.offset == Some(possible.offset) && few && self.limits.below.len() == clients {
            return;
        }
        let since = now.ms() - possible.periods * self.grid.every - scan.schedule.jitter.min();
        let age = |phase: u32| {
            let late = i64::from(phase) > possible.offset;
            since - i64::from(phase) + if late { self.grid.every } else { 0 }
        };
        let limit = |phase: &u32| (self.at_most.within(age(*phase)) >> 32) as u32;
        self.limits.below.clear();
        self.limits.below.extend(self.phase_of.iter().map(limit));
        (self.limits.offset, self.limits.fresh) = (Some(possible.offset), 0);
    }
}

impl ScanCounter<'_, '_> {
    /// Are the draws of these clients side by side, and suitable?
    pub fn counts_by_simd(&self, run: &ClientRun) -> bool {
        run.is_in_order() && self.parked.suits_simd(&self.scenario.scan)
    }

    /// Results up to now of some clients of a run, by class.
    pub fn sum_by_simd(&self, run: &ClientRun, clients: Range<usize>, sums: &mut [i64]) {
        let first = run.clients.start.index();
        let mut from = clients.start;
        while from < clients.end {
            let chunk = (from - first) / TOGETHER;
            let upto = clients.end.min(first + (chunk + 1) * TOGETHER);
            if self.parked.class_of[from..upto].iter().any(|class| *class != 0) {
                self.sum_chunk(run, from..upto, chunk, sums);
            }
            from = upto;
        }
    }

    /// Clients of one chunk of a run: their draws lie in eight blocks, or twice eight. Loops over arrays of
    /// fixed length without checks of overflow, which become vector instructions.
    fn sum_chunk(&self, run: &ClientRun, clients: Range<usize>, chunk: usize, sums: &mut [i64]) {
        let ScanGrid { every, earliest, .. } = self.parked.grid;
        let possible = GridInstant::new(self.now.ms() - earliest, every);
        let skipped = clients.start - run.clients.start.index() - chunk * TOGETHER;
        let (mut classes, mut phases, mut limits) = ([0u8; TOGETHER], [0u32; TOGETHER], [0u32; TOGETHER]);
        let filled = skipped..skipped + clients.len();
        classes[filled.clone()].copy_from_slice(&self.parked.class_of[clients.clone()]);
        phases[filled.clone()].copy_from_slice(&self.parked.phase_of[clients.clone()]);
        limits[filled].copy_from_slice(&self.parked.limits.below[clients]);

        // Clients that scan later in the period are one scan behind.
        let offset = u32::try_from(possible.offset).expect("a period is shorter than 2^32 ms");
        let behind = phases.map(|phase| u8::from(phase > offset));
        let all_behind = count(&behind);
        let number = possible.periods; // unless phases depend on packages, all are in the first period
        let draws = |number: i64| {
            // Below 0 only where no client is parked yet: the draws do not matter.
            let ordinal = u64::try_from(number).unwrap_or(0);
            let block = |lane| Block { draws: run.draws, number: (chunk * LANES + lane) as u64, ordinal };
            EightBlocks::new(Decision::ScanDuration as u16, std::array::from_fn(block))
        };
        let of_most = draws(if all_behind == TOGETHER as i64 { number - 1 } else { number });
        let of_others = (1..TOGETHER as i64).contains(&all_behind).then(|| draws(number - 1));

        let uppers = of_most.upper_halves();
        let mut over: [u8; TOGETHER] = std::array::from_fn(|index| u8::from(uppers[index] < limits[index]));
        if let Some(others) = &of_others {
            let uppers = others.upper_halves();
            let its = |index: usize| u8::from(uppers[index] < limits[index]);
            over = std::array::from_fn(|index| if behind[index] == 1 { its(index) } else { over[index] });
        }
        let since = self.now.ms() - possible.periods * every - self.scenario.scan.schedule.jitter.min();
        for index in 0..TOGETHER {
            if over[index] == 0 && classes[index] != 0 {
                let late = behind[index] == 1;
                let draws = of_others.as_ref().filter(|_| late).unwrap_or(&of_most);
                let draw = draws.draw(index / BLOCK_DRAWS as usize, index as u64);
                let age = since - i64::from(phases[index]) + if late { every } else { 0 };
                over[index] = u8::from(self.parked.at_most.holds(draw, age));
            }
        }
        for ((class, sum), known) in (1..).zip(sums).zip(&self.parked.classes) {
            if known.members > 0 {
                let its = classes.map(|of| u8::from(of == class));
                let both = |of: [u8; TOGETHER]| count(&std::array::from_fn(|index| its[index] & of[index]));
                *sum += possible.periods * count(&its) - both(behind) + both(over);
            }
        }
    }
}

/// Number of ones among zeros and ones.
fn count(ones: &[u8; TOGETHER]) -> i64 {
    i64::from(ones.iter().fold(0u8, |sum, one| sum.wrapping_add(*one)))
}

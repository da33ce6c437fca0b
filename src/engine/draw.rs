//! Keyed draws: every random decision is a pure function of what is being decided.
//!
//! A generator that is shared, or merely consumed in order, ties every result to everything that
//! happened before: one more client, and all later clients get other draws. Here a draw has an
//! *address* instead:
//!
//! `draw(seed, replication, scope, decision, entity, ordinal) -> u64`
//!
//! | part | meaning | place in ChaCha8 |
//! |---|---|---|
//! | seed | the run's seed | key, bytes 0..8 |
//! | replication | which repetition of the run | key, bytes 8..16 |
//! | scope | a name, such as a client group's, hashed by [`name_key`] | key, bytes 16..24 |
//! | | the constant `fleetsim` | key, bytes 24..32 |
//! | decision | what is decided: a number, fixed for ever | stream (nonce), high 16 bits |
//! | ordinal | which time this entity decides it | stream (nonce), low 48 bits |
//! | entity | deciding entity: a client's index in its scope | 64-bit word index: block `e / 8`, lane `e % 8` |
//!
//! All integers are little-endian. What follows from it:
//!
//! * Adding a group, a client, a decision or an output changes no other draws.
//! * Two scenarios run with one seed use common random numbers: their difference is paired.
//! * One client can be replayed alone, and the order of threads does not matter.
//!
//! A cipher is used rather than a small hash because its outputs are unrelated however closely two
//! addresses resemble each other, and neighbouring seeds, clients and ordinals are the normal case.
//!
//! There are four ways to read the same words, and the tests hold them equal: [`Draws::fill`] for
//! one decision of many clients in order, [`Draws::at`] for a single draw, [`Draws::batch`] for
//! many unrelated ones, and [`eight`] for eight of any scopes.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};

use crate::engine::chacha::{self, Blocks};

/// Bits of an address that hold the ordinal; the decision number takes the other 16.
const ORDINAL_BITS: u32 = 48;

/// 64-bit draws in one ChaCha block: those of entities `8 n` to `8 n + 7`.
pub const BLOCK_DRAWS: u64 = 8;

/// Blocks computed together by [`eight`]: two 128-bit vectors a word, or one of 256 bits.
pub const LANES: usize = 8;

/// Ends every key, so that no other use of ChaCha with the same seed meets the same words.
const TAG: [u8; 8] = *b"fleetsim";

/// The draws of one (seed, replication, scope). Holds only the key: cheap to clone, free to share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draws {
    key: [u32; 8],
}

impl Draws {
    /// `scope` is a name that is unique within the scenario, for example a client group's.
    pub fn new(seed: u64, replication: u64, scope: &str) -> Self {
        let parts = [seed, replication, name_key(scope), u64::from_le_bytes(TAG)];
        let mut key = [0; 8];
        for (pair, part) in key.chunks_exact_mut(2).zip(parts) {
            pair[0] = part as u32;
            pair[1] = (part >> 32) as u32;
        }
        Draws { key }
    }

    /// The draw at one address.
    ///
    /// # Panics
    /// If `ordinal` needs more than 48 bits: it would run into the decision number.
    pub fn at(&self, decision: u16, entity: u64, ordinal: u64) -> u64 {
        let block = chacha::blocks([&self.key], &[entity / BLOCK_DRAWS], &[stream(decision, ordinal)]);
        draw_of(&block, 0, entity)
    }

    /// The draws of the entities `first_entity`, `first_entity + 1`, ... at one decision and ordinal.
    ///
    /// # Panics
    /// As [`Draws::at`].
    pub fn fill(&self, decision: u16, ordinal: u64, first_entity: u64, out: &mut [u64]) {
        let mut rng = ChaCha8Rng::from_seed(self.key_bytes());
        rng.set_stream(stream(decision, ordinal));
        // The position counts 32-bit words, two to a draw.
        rng.set_word_pos(u128::from(first_entity) * 2);
        for draw in out {
            *draw = rng.next_u64();
        }
    }

    /// The draws at many unrelated addresses `(entity, ordinal)` of one decision.
    ///
    /// Replaces the contents of `out` by one draw an item, in the order of `items`; the vector is
    /// the caller's so that its memory is used again.
    ///
    /// # Panics
    /// As [`Draws::at`].
    pub fn batch(&self, decision: u16, items: &[(u64, u64)], out: &mut Vec<u64>) {
        out.clear();
        out.reserve(items.len());
        let (full, rest) = items.as_chunks::<LANES>();
        for chunk in full {
            out.extend(eight(decision, chunk.map(|(entity, ordinal)| (self, entity, ordinal))));
        }
        out.extend(rest.iter().map(|&(entity, ordinal)| self.at(decision, entity, ordinal)));
    }

    fn key_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (four, word) in bytes.chunks_exact_mut(4).zip(self.key) {
            four.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

/// One decision of eight unrelated entities `(draws, entity, ordinal)`, for half the price of eight
/// times [`Draws::at`].
///
/// # Panics
/// As [`Draws::at`].
pub fn eight(decision: u16, items: [(&Draws, u64, u64); LANES]) -> [u64; LANES] {
    let keys = items.map(|(draws, _, _)| &draws.key);
    let counters = items.map(|(_, entity, _)| entity / BLOCK_DRAWS);
    let streams = items.map(|(_, _, ordinal)| stream(decision, ordinal));
    let blocks = chacha::eight_blocks(keys, &counters, &streams);
    std::array::from_fn(|lane| draw_of(&blocks, lane, items[lane].1))
}

/// Address of a block: the draws of eight neighbouring entities at one decision and ordinal.
#[derive(Debug, Clone, Copy)]
pub struct Block<'a> {
    /// The key of the block: seed, replication and scope.
    pub draws: &'a Draws,
    /// Entity divided by [`BLOCK_DRAWS`].
    pub number: u64,
    /// Counts the draws of one entity at one decision, as in [`Draws::at`].
    pub ordinal: u64,
}

/// All draws of eight blocks: the price of [`eight`], for up to eight times as many draws.
pub struct EightBlocks(Blocks<LANES>);

impl EightBlocks {
    /// # Panics
    /// As [`Draws::at`].
    pub fn new(decision: u16, blocks: [Block; LANES]) -> EightBlocks {
        let keys = blocks.map(|block| &block.draws.key);
        let counters = blocks.map(|block| block.number);
        EightBlocks(chacha::eight_blocks(
            keys,
            &counters,
            &blocks.map(|block| stream(decision, block.ordinal)),
        ))
    }

    /// The draw of an entity of the block in a lane.
    #[inline]
    pub fn draw(&self, lane: usize, entity: u64) -> u64 {
        draw_of(&self.0, lane, entity)
    }

    /// The upper halves of all draws, block after block.
    #[inline]
    pub fn upper_halves(&self) -> [u32; LANES * BLOCK_DRAWS as usize] {
        let per_block = BLOCK_DRAWS as usize;
        std::array::from_fn(|index| self.0[index % per_block * 2 + 1][index / per_block])
    }
}

/// The key of a name: the first 8 bytes, little-endian, of the SHA-256 of its UTF-8 form.
///
/// Names decide draws, positions do not: reordering the groups of a scenario changes nothing.
pub fn name_key(name: &str) -> u64 {
    let digest = Sha256::digest(name.as_bytes());
    u64::from_le_bytes(std::array::from_fn(|i| digest[i]))
}

/// The ChaCha stream of a decision and ordinal.
#[inline]
fn stream(decision: u16, ordinal: u64) -> u64 {
    assert!(ordinal >> ORDINAL_BITS == 0, "the ordinal {ordinal} of a draw needs more than 48 bits");
    u64::from(decision) << ORDINAL_BITS | ordinal
}

/// The 64-bit word of an entity within its block: the low half first.
#[inline(always)]
fn draw_of<const N: usize>(blocks: &Blocks<N>, lane: usize, entity: u64) -> u64 {
    let low = (entity % BLOCK_DRAWS) as usize * 2;
    u64::from(blocks[low][lane]) | u64::from(blocks[low + 1][lane]) << 32
}

/// Bits of a draw that floating-point distributions use, and the value of their last one.
pub const UNIT_BITS: u32 = 53;
/// Distance between neighbouring unit variates: 2^-53.
pub const UNIT_STEP: f64 = 1.0 / (1u64 << UNIT_BITS) as f64;

/// The uniform variate of a draw: `((draw >> 11) + 1/2) / 2^53`, in the open interval (0, 1).
///
/// In the lower half this is exact. In the upper half `f64` has no room for the extra half step and
/// rounds to even; the topmost draws, which would give 1, give the largest number below it instead.
/// Where a fine upper tail is needed, use `open_unit(!draw)`, which is `1 - u`, exact there.
#[inline]
pub fn open_unit(draw: u64) -> f64 {
    let middle = (draw >> (u64::BITS - UNIT_BITS)) as f64 + 0.5;
    (middle * UNIT_STEP).min(1.0 - f64::EPSILON / 2.0)
}

#[cfg(test)]
#[path = "draw_tests.rs"]
mod tests;

//! The ChaCha8 block function over `N` independent blocks at once.
//!
//! `rand_chacha` computes consecutive blocks of one stream, which is what a column of draws needs.
//! A single draw, or many scattered ones, each need one block of *their own* stream; going through a
//! generator for that fills four blocks to use one word of one. So the block function is written
//! out here, 40 lines; the tests hold it equal to `rand_chacha` word for word.
//!
//! The state is a structure of arrays: word `w` of all `N` blocks lies side by side, so one step of
//! the algorithm is the same operation on `N` neighbours and the compiler turns it into vector
//! instructions, whatever the machine has. Wrapping integer arithmetic only: the words are the same
//! on all of them.
//!
//! Source: D. J. Bernstein, "ChaCha, a variant of Salsa20", 2008 (64-bit counter, 64-bit nonce).

/// 32-bit words in a block.
pub const BLOCK_WORDS: usize = 16;

/// "expand 32-byte k" in little-endian words: the first row of every ChaCha state.
const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// One double round mixes all columns, then all diagonals; ChaCha8 has four.
const DOUBLE_ROUNDS: usize = 4;

/// Word `w` of block `lane` is `blocks[w][lane]`.
pub type Blocks<const N: usize> = [[u32; N]; BLOCK_WORDS];

/// Eight blocks, block `lane` being number `counters[lane]` of stream `streams[lane]` of key `keys[lane]`;
/// with the widest vectors the processor has, which halves the time on those of the last ten years.
pub fn eight_blocks(keys: [&[u32; 8]; 8], counters: &[u64; 8], streams: &[u64; 8]) -> Blocks<8> {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx2")]
        fn with_avx2(keys: [&[u32; 8]; 8], counters: &[u64; 8], streams: &[u64; 8]) -> Blocks<8> {
            blocks(keys, counters, streams)
        }
        if std::is_x86_feature_detected!("avx2") {
            // SAFETY: AVX2 was detected on the line above, and it is all that the function requires. It is
            // safe code, compiled once more; integer arithmetic gives the same words either way.
            #[expect(unsafe_code, reason = "the one way to use what the processor turns out to have")]
            return unsafe { with_avx2(keys, counters, streams) };
        }
    }
    blocks(keys, counters, streams)
}

/// Computes `N` blocks, addressed alike.
#[inline(always)]
pub fn blocks<const N: usize>(keys: [&[u32; 8]; N], counters: &[u64; N], streams: &[u64; N]) -> Blocks<N> {
    let input = input_state(keys, counters, streams);
    let mut state = input;
    for _ in 0..DOUBLE_ROUNDS {
        double_rounds(&mut state);
    }
    for (word, start) in state.as_flattened_mut().iter_mut().zip(input.as_flattened()) {
        *word = word.wrapping_add(*start);
    }
    state
}

#[inline(always)]
fn input_state<const N: usize>(keys: [&[u32; 8]; N], counters: &[u64; N], streams: &[u64; N]) -> Blocks<N> {
    let mut state = [[0; N]; BLOCK_WORDS];
    for (word, value) in state.iter_mut().zip(CONSTANTS) {
        *word = [value; N];
    }
    for (i, word) in state[4..12].iter_mut().enumerate() {
        *word = keys.map(|key| key[i]);
    }
    // Truncation is the point: the low half goes first, the high half second.
    state[12] = counters.map(|counter| counter as u32);
    state[13] = counters.map(|counter| (counter >> 32) as u32);
    state[14] = streams.map(|stream| stream as u32);
    state[15] = streams.map(|stream| (stream >> 32) as u32);
    state
}

/// One double round of every block. The loop over lanes is the outer one and its body straight-line
/// code, the shape that LLVM's loop vectoriser takes; a loop around each single operation is
/// unrolled to scalars before it gets there (measured: twice as slow).
#[inline(always)]
fn double_rounds<const N: usize>(state: &mut Blocks<N>) {
    #[expect(
        clippy::needless_range_loop,
        reason = "`lane` indexes the inner arrays, which have no common iterator"
    )]
    for lane in 0..N {
        let mut block = std::array::from_fn(|word| state[word][lane]);
        double_round(&mut block);
        for (word, value) in block.into_iter().enumerate() {
            state[word][lane] = value;
        }
    }
}

#[inline(always)]
fn double_round(block: &mut [u32; BLOCK_WORDS]) {
    quarter_round(block, 0, 4, 8, 12);
    quarter_round(block, 1, 5, 9, 13);
    quarter_round(block, 2, 6, 10, 14);
    quarter_round(block, 3, 7, 11, 15);
    quarter_round(block, 0, 5, 10, 15);
    quarter_round(block, 1, 6, 11, 12);
    quarter_round(block, 2, 7, 8, 13);
    quarter_round(block, 3, 4, 9, 14);
}

#[inline(always)]
fn quarter_round(block: &mut [u32; BLOCK_WORDS], a: usize, b: usize, c: usize, d: usize) {
    block[a] = block[a].wrapping_add(block[b]);
    block[d] = (block[d] ^ block[a]).rotate_left(16);
    block[c] = block[c].wrapping_add(block[d]);
    block[b] = (block[b] ^ block[c]).rotate_left(12);
    block[a] = block[a].wrapping_add(block[b]);
    block[d] = (block[d] ^ block[a]).rotate_left(8);
    block[c] = block[c].wrapping_add(block[d]);
    block[b] = (block[b] ^ block[c]).rotate_left(7);
}

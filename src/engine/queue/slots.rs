//! Where events wait: a ring of slots, each an unordered list of entries.
//!
//! The entries lie in chunks of one arena, so a push is one append and a slot that has passed
//! gives its memory to the next ones. The links between chunks are kept apart from the chunks:
//! they are so few that following them stays in cache, and the processor can fetch several
//! chunks at once instead of finding the next address in the one it is waiting for.

/// Slots in a page. The ring holds two: the one with the open slot, and the next.
pub const PAGE: i64 = 4096;
const RING: usize = 2 * PAGE as usize;
/// Slots per word of the occupancy bitmap.
const WORD: usize = u64::BITS as usize;
/// Entries in a chunk: two cache lines.
const CHUNK: usize = 16;
/// End of the list of free chunks.
const NONE: u32 = u32::MAX;

/// One slot's list. Only its newest chunk can be partly filled, so the length gives how far.
#[derive(Clone, Copy, Default)]
struct Slot {
    newest: u32,
    len: u32,
}

/// The slots of two consecutive pages, addressed by slot number modulo the ring.
pub struct Slots {
    ring: Vec<Slot>,
    /// One bit a slot: does it hold anything?
    occupied: Vec<u64>,
    chunks: Vec<[u64; CHUNK]>,
    /// Per chunk: the chunk filled before it in the same slot, or the next free one.
    older: Vec<u32>,
    free: u32,
}

impl Default for Slots {
    fn default() -> Self {
        Self {
            ring: vec![Slot::default(); RING],
            occupied: vec![0; RING / WORD],
            chunks: Vec::new(),
            older: Vec::new(),
            free: NONE,
        }
    }
}

impl Slots {
    #[inline]
    pub fn push(&mut self, slot: i64, entry: u64) {
        let at = place(slot);
        let Slot { newest, len } = self.ring[at];
        let used = len as usize % CHUNK;
        let chunk = if used == 0 { self.add_chunk(at, newest) } else { newest };
        self.chunks[chunk as usize][used] = entry;
        self.ring[at] = Slot { newest: chunk, len: len + 1 };
    }

    /// Entries in a slot.
    pub fn len(&self, slot: i64) -> usize {
        self.ring[place(slot)].len as usize
    }

    /// The entries of a slot, chunk by chunk, in no useful order.
    pub fn parts(&self, slot: i64) -> impl Iterator<Item = &[u64]> {
        let Slot { newest, len } = self.ring[place(slot)];
        let chunks = (len as usize).div_ceil(CHUNK);
        let mut chunk = newest as usize;
        let mut used = len as usize + CHUNK - chunks * CHUNK;
        (0..chunks).map(move |_| {
            let part = &self.chunks[chunk][..used];
            chunk = self.older[chunk] as usize;
            used = CHUNK;
            part
        })
    }

    /// Empties a slot; its chunks are free from now on.
    pub fn release(&mut self, slot: i64) {
        let at = place(slot);
        let Slot { newest, len } = std::mem::take(&mut self.ring[at]);
        self.occupied[at / WORD] &= !(1 << (at % WORD));
        if len == 0 {
            return;
        }
        let mut oldest = newest as usize;
        for _ in 1..(len as usize).div_ceil(CHUNK) {
            oldest = self.older[oldest] as usize;
        }
        self.older[oldest] = self.free;
        self.free = newest;
    }

    /// The first slot that holds anything in `from..end`; `end` is a multiple of [`PAGE`].
    pub fn next_occupied(&self, from: i64, end: i64) -> Option<i64> {
        let mut slot = from;
        while slot < end {
            let at = place(slot);
            let word = self.occupied[at / WORD] >> (at % WORD);
            if word != 0 {
                return Some(slot + i64::from(word.trailing_zeros()));
            }
            slot += (WORD - at % WORD) as i64;
        }
        None
    }

    pub fn clear(&mut self) {
        self.ring.fill(Slot::default());
        self.occupied.fill(0);
        self.chunks.clear();
        self.older.clear();
        self.free = NONE;
    }

    pub fn memory_bytes(&self) -> usize {
        self.ring.capacity() * size_of::<Slot>()
            + self.occupied.capacity() * size_of::<u64>()
            + self.chunks.capacity() * size_of::<[u64; CHUNK]>()
            + self.older.capacity() * size_of::<u32>()
    }

    /// A chunk to write to for the slot at `at`, linked to its chunk so far (if it has one).
    fn add_chunk(&mut self, at: usize, newest: u32) -> u32 {
        self.occupied[at / WORD] |= 1 << (at % WORD);
        let chunk = self.take_chunk();
        self.older[chunk as usize] = newest;
        chunk
    }

    fn take_chunk(&mut self) -> u32 {
        if self.free != NONE {
            let chunk = self.free;
            self.free = self.older[chunk as usize];
            return chunk;
        }
        if self.chunks.len() == self.chunks.capacity() {
            self.grow();
        }
        self.chunks.push([0; CHUNK]);
        self.older.push(NONE);
        u32::try_from(self.chunks.len() - 1).expect("fewer than 2^32 chunks")
    }

    /// Grows by an eighth: doubling, as `Vec` does, could reserve twice what is pending.
    #[cold]
    fn grow(&mut self) {
        let more = (self.chunks.len() / 8).max(64);
        self.chunks.reserve_exact(more);
        self.older.reserve_exact(more);
    }
}

fn place(slot: i64) -> usize {
    slot as usize % RING
}

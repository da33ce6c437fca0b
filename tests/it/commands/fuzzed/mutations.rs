//! Inputs changed at random, from a seed: bytes, lines and numbers, and parts of other inputs.

/// Values that often break parsers.
const EXTREMES: [&str; 24] = [
    "0",
    "-1",
    "1",
    "99999999999999999999",
    "18446744073709551615",
    "9223372036854775807",
    "4294967296",
    "1e400",
    "1e-400",
    "NaN",
    "9999-12-31",
    "9999-12-31T23:59:59.999",
    "0001-01-01",
    "2026-02-30",
    "200000d",
    "1ms",
    "never",
    "null",
    "~",
    "\"",
    "[]",
    "{}",
    "\u{feff}",
    "\u{2028}",
];

pub struct Mutations(u64);

impl Mutations {
    pub fn seeded(seed: u64) -> Mutations {
        Mutations(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }

    /// One of the inputs, changed in one to four places.
    pub fn of(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(4) {
            let other = &inputs[self.below(inputs.len())];
            self.change(&mut bytes, other);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let at = self.below(bytes.len() + 1);
        match self.below(7) {
            0 => bytes.insert(at, self.below(256) as u8),
            1 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << self.below(8)),
            2 => drop(bytes.drain(at..(at + self.below(40)).min(bytes.len()))),
            3 => bytes.truncate(at),
            4 => {
                let word = self.word(bytes, at);
                bytes.splice(word, EXTREMES[self.below(EXTREMES.len())].bytes());
            }
            5 => {
                let (word, theirs) = (self.word(bytes, at), self.below(other.len() + 1));
                let theirs = self.word(other, theirs);
                bytes.splice(word, other[theirs].iter().copied());
            }
            _ => {
                let from = self.below(other.len() + 1);
                let until = (from + self.below(200)).min(other.len());
                bytes.splice(at..at, other[from..until].iter().copied());
            }
        }
    }

    /// The word that holds a place: between blanks, commas and brackets.
    fn word(&self, bytes: &[u8], at: usize) -> std::ops::Range<usize> {
        let ends = |byte: &u8| b" ,;:\n\r\t[]{}\"=".contains(byte);
        let from = bytes[..at].iter().rposition(ends).map_or(0, |end| end + 1);
        let until = bytes[at..].iter().position(ends).map_or(bytes.len(), |end| at + end);
        from..until
    }
}

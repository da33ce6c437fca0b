//! What identifies a scenario: a digest of its meaning, and one of any file's bytes.

use std::io::{self, BufWriter, IntoInnerError, Write};

use sha2::{Digest, Sha256};

use crate::scenario::model::Scenario;
use crate::units::hex;

/// SHA-256 over what the scenario means, in hex. Spelling, order of keys, comments, defaults given
/// or left out, and the seed do not change it.
pub fn digest(scenario: &Scenario) -> String {
    // Hashed as it is written: with a million named clients the text is hundreds of megabytes.
    let mut meaning = BufWriter::with_capacity(1 << 16, Hasher(Sha256::new()));
    serde_json::to_writer(&mut meaning, scenario).expect("a checked scenario serialises");
    let Hasher(hasher) =
        meaning.into_inner().map_err(IntoInnerError::into_error).expect("hashing takes all of it");
    hex(&hasher.finalize())
}

/// SHA-256 of the bytes of a file, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Hashes what is written to it.
struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

//! A writer that knows the SHA-256 of what went through it.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use crate::units::hex;

/// Passes on to `out`.
pub struct Hashing<W> {
    /// The writer that all bytes are passed on to.
    pub out: W,
    so_far: Sha256,
    bytes: u64,
}

impl<W> Hashing<W> {
    /// Bytes that `out` has already are not counted.
    pub fn new(out: W) -> Hashing<W> {
        Hashing { out, so_far: Sha256::new(), bytes: 0 }
    }

    /// How many bytes were written so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Of what was written so far, in hex.
    pub fn hex(&self) -> String {
        hex(&self.so_far.clone().finalize())
    }
}

/// The SHA-256 of all that is left to read, in hex.
///
/// # Errors
/// When it cannot be read.
pub fn sha256_of(mut reader: impl Read) -> io::Result<String> {
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut reader, &mut hashing)?;
    Ok(hashing.hex())
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.so_far.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_passes_on_and_hashes() {
        let mut hashing = Hashing::new(Vec::new());
        hashing.write_all(b"a").unwrap();
        hashing.write_all(b"bc").unwrap();
        let known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(
            (hashing.hex().as_str(), hashing.bytes(), hashing.out.as_slice()),
            (known, 3, &b"abc"[..])
        );
        assert_eq!(sha256_of(&b"abc"[..]).unwrap(), known);
    }
}

//! Lines of JSON that vouch for each other: each carries the SHA-256 of what it says and of the digest of the line
//! above it. So a line that was damaged, lost, doubled or moved is detected.

use std::io;

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::units::hex;

/// Writes and reads lines, one below the other.
#[derive(Debug, Default)]
pub struct Lines {
    /// Digest of the line above; nothing above the first one.
    above: String,
}

/// What every line begins with.
pub const OPENS: &str = r#"{"sha256":""#;
/// Characters of a SHA-256 in hex.
const DIGEST: usize = 64;
const HOLDS: &str = r#"","holds":"#;
const ENDS: &str = "}\n";

impl Lines {
    /// The next line.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn line(&mut self, value: &impl Serialize) -> io::Result<Vec<u8>> {
        let value = serde_json::to_string(value)?;
        self.above = self.digest(&value);
        Ok(format!("{OPENS}{}{HOLDS}{value}{ENDS}", self.above).into_bytes())
    }

    /// Bytes of the line that holds a value.
    ///
    /// # Errors
    /// When the value cannot be written as JSON.
    pub fn length(value: &impl Serialize) -> io::Result<u64> {
        let mut counting = Counting(0);
        serde_json::to_writer(&mut counting, value)?;
        Ok(counting.0 + (OPENS.len() + DIGEST + HOLDS.len() + ENDS.len()) as u64)
    }

    /// What the next line holds, if it is as it was written.
    pub fn read<T: DeserializeOwned>(&mut self, line: &[u8]) -> Option<T> {
        let line = std::str::from_utf8(line).ok()?.strip_prefix(OPENS)?.strip_suffix(ENDS)?;
        let (digest, value) = line.split_once(HOLDS)?;
        if self.digest(value) != digest {
            return None;
        }
        self.above = digest.to_string();
        serde_json::from_str(value).ok()
    }

    /// Of the last line, and so of all above it, too.
    pub fn last(&self) -> &str {
        &self.above
    }

    fn digest(&self, value: &str) -> String {
        hex(&Sha256::new().chain_update(&self.above).chain_update(value).finalize())
    }
}

/// Counts the bytes that are written to it.
struct Counting(u64);

impl io::Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_line_is_known_before_it_is_written() {
        for text in ["", "one", "\u{1b}[2J \"quoted\" \u{fc}"] {
            assert_eq!(Lines::length(&text).unwrap(), Lines::default().line(&text).unwrap().len() as u64);
        }
    }

    #[test]
    fn lines_are_read_in_the_order_they_were_written_or_not_at_all() {
        let mut lines = Lines::default();
        let written: Vec<Vec<u8>> =
            ["one", "two", "three"].iter().map(|text| lines.line(text).unwrap()).collect();
        let read = |order: &[usize]| {
            let mut lines = Lines::default();
            order.iter().map(|at| lines.read::<String>(&written[*at])).collect::<Option<Vec<_>>>()
        };
        assert_eq!(read(&[0, 1, 2]).unwrap(), ["one", "two", "three"]);
        for wrong in [&[1][..], &[0, 0], &[0, 2], &[0, 1, 1]] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
        let mut again = Lines::default();
        written.iter().for_each(|line| drop(again.read::<String>(line)));
        assert_eq!(again.last(), lines.last());
    }
}

//! The vocabulary every other layer speaks: instants and durations, identifiers, quantities.
//!
//! Nothing here knows about fleets, events or files; it uses `std` only.

pub mod ids;
pub mod quantity;
pub mod time;

/// Bytes as text, two hexadecimal digits each: how a digest is written.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Is this a character that a terminal obeys instead of showing it? Control characters (line ends, tabs, escapes), and
/// those that change the direction of the text around them or end a line.
pub fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

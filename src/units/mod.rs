//! The vocabulary of all other layers: instants and durations, numbers of clients and records, quantities.
//!
//! | file | holds |
//! |---|---|
//! | [`time`] | [`time::Time`], an instant, and [`time::Span`], a duration, both in whole milliseconds |
//! | [`ids`] | a type each for the numbers of clients, records, groups and sites |
//! | [`quantity`] | numbers as text, as far as messages below `output` need them |
//!
//! This file has two functions on text that several layers need: [`hex`] and [`is_unprintable`].
//!
//! Why a layer: these types appear in nearly every signature; here they depend on `std` only, and nothing here knows of
//! fleets, events or files.

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

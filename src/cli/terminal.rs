//! The terminal that results are read in: how wide it is, and what may be written to it.
//!
//! Texts hold names and values from files and arguments that others may have written. What a terminal would obey
//! (escapes, marks that reverse the text) is shown instead, here and nowhere else: all text for people goes through
//! [`visible`]. Data (JSON, CSV, YAML) does not: it stays as it is.

use std::borrow::Cow;
use std::io::{self, Write};

use terminal_size::{Width, terminal_size_of};

use crate::units::is_unprintable;

/// Where there is none, or one that does not say: files are the same everywhere.
const USUAL_WIDTH: u16 = 80;

/// Characters in a line of what stdout is.
pub fn width() -> usize {
    let width = terminal_size_of(io::stdout()).map(|(Width(width), _)| width).filter(|width| *width > 0);
    usize::from(width.unwrap_or(USUAL_WIDTH))
}

/// A text for people, with every character shown that a terminal would obey; line ends stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| c != '\n' && is_unprintable(c);
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match obeyed(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// Writes an answer to stdout. A closed stdout changes nothing.
pub fn show(answer: &str) {
    let _ = io::stdout().lock().write_all(visible(answer).as_bytes());
}

/// Writes a message to stderr. A closed stderr changes nothing.
pub fn tell(message: &str) {
    let _ = io::stderr().lock().write_all(visible(message).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        for (text, shown) in [
            ("plain, \u{e4}\u{f6}\u{fc} \u{1f5a5}\n", "plain, \u{e4}\u{f6}\u{fc} \u{1f5a5}\n"),
            ("\u{1b}[2J", "\\u{1b}[2J"),
            ("a\rb\tc\u{7f}", "a\\rb\\tc\\u{7f}"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}cod.exe", "\\u{202e}cod.exe"),
            ("\u{2066}\u{2069}\u{2028}", "\\u{2066}\\u{2069}\\u{2028}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }
}

//! Bytes → text, and how the text is laid out.
//!
//! Tools of SQL Server write UTF-8, UTF-8 with a byte-order mark and UTF-16, the latter with or
//! without a mark; Excel adds a first line `sep=;`. Anything else is refused: guessing at
//! Windows-1252 would quietly change names.

use crate::import::values::Wrong;

/// Why bytes are no text.
#[derive(Debug, PartialEq, Eq)]
pub struct NoText {
    pub problem: String,
    pub line: Option<u64>,
    pub help: &'static str,
}

const AS_CSV: &str = "export the table as CSV, in UTF-8 or Unicode (UTF-16)";

/// The text of a file.
///
/// # Errors
/// When it is in no encoding we read, or is no text at all.
pub fn decode(bytes: Vec<u8>) -> Result<String, NoText> {
    let text = match bytes.as_slice() {
        [b'P', b'K', 3, 4, ..] => {
            let problem = "an Excel workbook or another zip archive, not a text file".to_string();
            return Err(NoText { problem, line: None, help: "save the sheet as `CSV UTF-8`" });
        }
        [0xff, 0xfe, units @ ..] => utf16(units, 2, u16::from_le_bytes)?,
        [0xfe, 0xff, units @ ..] => utf16(units, 2, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec(), 3)?,
        units if zeros_at(units, 1) => utf16(units, 0, u16::from_le_bytes)?,
        units if zeros_at(units, 0) => utf16(units, 0, u16::from_be_bytes)?,
        _ => utf8(bytes, 0)?,
    };
    match text.find('\0') {
        None => Ok(text),
        Some(at) => Err(NoText {
            problem: "not a text file: there is a zero byte in it".to_string(),
            line: Some(line_of(&text.as_bytes()[..at])),
            help: AS_CSV,
        }),
    }
}

/// Has every other byte (from `parity` on) the value zero, as the halves of Latin letters in UTF-16?
/// Names may be in any script, but the header at the start is in Latin letters.
fn zeros_at(bytes: &[u8], parity: usize) -> bool {
    let start = &bytes[..bytes.len().min(64)];
    let zeros = |parity: usize| start.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    zeros(parity) * 4 > start.len() && zeros(parity) > 4 * zeros(1 - parity)
}

fn utf8(bytes: Vec<u8>, mark: usize) -> Result<String, NoText> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        NoText {
            problem: format!("not UTF-8: wrong byte at offset {}", mark + at),
            line: Some(line_of(&error.as_bytes()[..at])),
            help: "save it as UTF-8 or Unicode; most likely it is Windows-1252 (ANSI) now",
        }
    })
}

fn utf16(bytes: &[u8], mark: usize, unit: fn([u8; 2]) -> u16) -> Result<String, NoText> {
    let broken = |text: &str, at: usize| NoText {
        problem: format!("not UTF-16: half a character at offset {}", mark + at),
        line: Some(line_of(text.as_bytes())),
        help: "the file is damaged or cut off; export it again",
    };
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for decoded in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match decoded {
            Ok(letter) => text.push(letter),
            Err(_) => return Err(broken(&text, 2 * text.encode_utf16().count())),
        }
    }
    if rest.is_empty() { Ok(text) } else { Err(broken(&text, 2 * pairs.len())) }
}

/// The line in which the next byte stands.
fn line_of(before: &[u8]) -> u64 {
    1 + newlines(before)
}

/// How many lines end in these bytes.
pub fn newlines(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

/// How the rows of a text are laid out.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout<'t> {
    pub delimiter: u8,
    /// The text from its header on.
    pub body: &'t str,
    /// The line at which `body` starts.
    pub first_line: u64,
}

const DELIMITERS: [u8; 3] = *b",;\t";

/// So many names of a header are looked at: enough for any table, soon done for a line of rubbish.
const MOST_NAMES: usize = 1_000;

/// Finds the delimiter: as a line `sep=;` says, or the one that gives most `known` names in the header.
///
/// # Errors
/// When there is nothing to read.
pub fn layout(text: &str, known: impl Fn(&str) -> bool) -> Result<Layout<'_>, Wrong> {
    if text.trim().is_empty() {
        return Err(Wrong {
            problem: "the file is empty",
            help: "export it again, or leave the file out when there is no such data",
        });
    }
    if let Some((delimiter, body)) = declared(text) {
        return Ok(Layout { delimiter, body, first_line: 2 });
    }
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let names = |delimiter: &u8| {
        let names = header.split(char::from(*delimiter)).take(MOST_NAMES);
        names.filter(|name| known(name)).count()
    };
    // The first of equals: max_by_key would take the last.
    let delimiter = DELIMITERS.into_iter().rev().max_by_key(names).unwrap_or(b',');
    Ok(Layout { delimiter, body: text, first_line: 1 })
}

/// The delimiter of a first line `sep=;`, and what comes after that line.
fn declared(text: &str) -> Option<(u8, &str)> {
    let (line, body) = text.split_once('\n')?;
    match line.trim_end_matches('\r').trim_matches('"').as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] if *delimiter != b'"' => {
            delimiter.is_ascii().then_some((*delimiter, body))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Guid,Name\r\n1,Zoë 漢字 😀\r\n";

    fn in_utf16(text: &str, bytes: fn(u16) -> [u8; 2], mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
    }

    #[test]
    fn every_encoding_of_the_tools_gives_the_same_text() {
        let with_mark = [b"\xef\xbb\xbf", TEXT.as_bytes()].concat();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            with_mark,
            in_utf16(TEXT, u16::to_le_bytes, true),
            in_utf16(TEXT, u16::to_be_bytes, true),
            in_utf16(TEXT, u16::to_le_bytes, false),
            in_utf16(TEXT, u16::to_be_bytes, false),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(TEXT));
        }
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let mut cut = in_utf16(TEXT, u16::to_le_bytes, true);
        cut.pop();
        let mut lone = in_utf16("Guid\nab", u16::to_le_bytes, true);
        lone.extend(0xd800u16.to_le_bytes());
        lone.extend(b"c\0");
        for (bytes, line, problem) in [
            (b"Guid\n1\nZo\xeb".to_vec(), Some(3), "not UTF-8: wrong byte at offset 9"),
            (b"\xef\xbb\xbfGuid\n\xff".to_vec(), Some(2), "not UTF-8: wrong byte at offset 8"),
            (b"Guid\n1\0".to_vec(), Some(2), "not a text file: there is a zero byte in it"),
            (b"PK\x03\x04rest".to_vec(), None, "an Excel workbook or another zip archive, not a text file"),
            (cut, Some(2), "not UTF-16: half a character at offset 48"),
            (lone, Some(2), "not UTF-16: half a character at offset 16"),
        ] {
            let refused = decode(bytes).unwrap_err();
            assert_eq!((refused.problem.as_str(), refused.line), (problem, line));
        }
    }

    #[test]
    fn the_delimiter_gives_most_known_names() {
        for (text, delimiter, first_line) in [
            ("Guid,Name\n", b',', 1),
            ("Guid;Name;x,y\n", b';', 1),
            ("\n\nGuid\tName\n", b'\t', 1),
            ("Guid\n1\n", b',', 1),
            ("sep=;\r\nGuid;Name\n", b';', 2),
            ("\"sep=|\"\nGuid|Name\n", b'|', 2),
        ] {
            let layout = layout(text, |name| ["Guid", "Name"].contains(&name)).unwrap();
            assert_eq!((layout.delimiter, layout.first_line), (delimiter, first_line), "{text}");
            assert!(layout.body.trim_start().starts_with("Guid"));
        }
        assert_eq!(layout(" \r\n\n", |_| false).unwrap_err().problem, "the file is empty");
    }
}

//! Bytes → text.
//!
//! Tools of SQL Server write UTF-8, UTF-8 with a byte-order mark and UTF-16, the latter with or
//! without a mark. What is none of these is taken for what Excel saves as CSV (Windows-1252), or for what `sqlcmd`
//! writes where no other is asked for (code page 850), which is said: names with accents may be others.

use encoding_rs::WINDOWS_1252;

/// A file beyond this is no table of a fleet: two million computers take less.
pub const MAX_BYTES: usize = 512 << 20;

/// Why bytes are no text.
#[derive(Debug, PartialEq, Eq)]
pub struct NoText {
    pub problem: String,
    pub line: Option<u64>,
    pub help: &'static str,
}

const AS_CSV: &str = "export the table as CSV, in UTF-8 or Unicode (UTF-16)";

/// An encoding that was guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guess {
    Windows1252,
    CodePage850,
}

impl Guess {
    /// As a notice names it.
    pub fn name(self) -> &'static str {
        match self {
            Guess::Windows1252 => "Windows-1252 (ANSI)",
            Guess::CodePage850 => "code page 850 (OEM)",
        }
    }
}

/// The text of a file, and its encoding where that had to be guessed.
///
/// # Errors
/// When it is no text at all.
pub fn decode(bytes: Vec<u8>) -> Result<(String, Option<Guess>), NoText> {
    let mut guess = None;
    let text = match bytes.as_slice() {
        [b'P', b'K', 3, 4, ..] => {
            let problem = "an Excel workbook or another zip archive, not a text file".to_string();
            return Err(NoText { problem, line: None, help: "save the sheet as `CSV UTF-8`" });
        }
        [0xff, 0xfe, units @ ..] => utf16(units, 2, u16::from_le_bytes)?,
        [0xfe, 0xff, units @ ..] => utf16(units, 2, u16::from_be_bytes)?,
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec(), &mut guess),
        units if zeros_at(units, 1) => utf16(units, 0, u16::from_le_bytes)?,
        units if zeros_at(units, 0) => utf16(units, 0, u16::from_be_bytes)?,
        _ => utf8(bytes, &mut guess),
    };
    match text.find('\0') {
        None => Ok((text, guess)),
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

fn utf8(bytes: Vec<u8>, guess: &mut Option<Guess>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let bytes = error.as_bytes();
        let guessed = guess.insert(eight_bit(bytes));
        match guessed {
            Guess::Windows1252 => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
            Guess::CodePage850 => bytes.iter().map(|byte| letter_850(*byte)).collect(),
        }
    })
}

/// Which of the two encodings: letters with accents are above 0xBF in Windows-1252, which has signs below, and five
/// bytes that stand for nothing; in code page 850 letters are below 0xA6.
fn eight_bit(bytes: &[u8]) -> Guess {
    let of = |from: u8, to: u8| bytes.iter().filter(|byte| (from..=to).contains(*byte)).count();
    const UNUSED: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
    if bytes.iter().any(|byte| UNUSED.contains(byte)) || of(0x80, 0xa5) > of(0xc0, 0xff) {
        Guess::CodePage850
    } else {
        Guess::Windows1252
    }
}

/// The letters of code page 850 from 0x80 on.
const LETTERS_850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤\
                           ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

fn letter_850(byte: u8) -> char {
    match byte.checked_sub(0x80) {
        None => char::from(byte),
        Some(place) => LETTERS_850.chars().nth(usize::from(place)).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
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

/// The delimiter of a first line `sep=;`, and where the text behind that line starts.
pub fn declared(text: &str) -> Option<(u8, usize)> {
    let (line, _) = text.split_once('\n')?;
    match line.trim_end_matches('\r').trim_matches('"').as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', delimiter] if *delimiter != b'"' => {
            delimiter.is_ascii().then_some((*delimiter, line.len() + 1))
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
            assert_eq!(decode(bytes), Ok((TEXT.to_string(), None)));
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
    fn what_is_no_unicode_is_guessed() {
        for (bytes, text, guess) in [
            (&b"Zo\xeb \x80 M\xfcnchen"[..], "Zoë € München", Guess::Windows1252),
            (b"M\x81nchen \xe1", "München ß", Guess::CodePage850),
            (b"\xef\xbb\xbfZo\xeb", "Zoë", Guess::Windows1252),
        ] {
            assert_eq!(decode(bytes.to_vec()), Ok((text.to_string(), Some(guess))));
        }
        assert_eq!(LETTERS_850.chars().count(), 128);
    }

    #[test]
    fn a_first_line_may_declare_the_delimiter() {
        assert_eq!(declared("sep=;\r\nGuid;Name\n"), Some((b';', 7)));
        assert_eq!(declared("\"sep=|\"\nGuid|Name\n"), Some((b'|', 8)));
        assert_eq!(declared("Guid;Name\n"), None);
    }
}

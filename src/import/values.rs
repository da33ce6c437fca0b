//! What a cell means: GUIDs, flags, numbers, kinds of license; dates are in [`crate::import::dates`].
//!
//! The messages about a wrong cell are fixed; the content of the cell is reported separately.

use std::fmt;

use jiff::civil::DateTime;

use crate::import::words;
use crate::scenario::model::LicenseKind;

/// Why a cell cannot be understood, and the remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    /// What is wrong; holds no content of the cell.
    pub problem: &'static str,
    /// What to do about it.
    pub help: &'static str,
}

const fn wrong<T>(problem: &'static str, help: &'static str) -> Result<T, Wrong> {
    Err(Wrong { problem, help })
}

/// Does the cell say that there is no value?
pub fn is_absent(cell: &str) -> bool {
    const WORDS: [&str; 6] = ["null", "n/a", "(null)", "<null>", "#n/a", "#nv"];
    cell.is_empty() || cell.len() <= 6 && WORDS.iter().any(|word| cell.eq_ignore_ascii_case(word))
}

/// The identity of a resource on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(pub u128);

/// Lower case, without braces.
impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let group =
            |from: u32, digits: u32| (self.0 >> (4 * (32 - from - digits))) & ((1 << (4 * digits)) - 1);
        let (a, b, c, d, e) = (group(0, 8), group(8, 4), group(12, 4), group(16, 4), group(20, 12));
        write!(f, "{a:08x}-{b:04x}-{c:04x}-{d:04x}-{e:012x}")
    }
}

const GUID_HELP: &str =
    "a GUID has 8-4-4-4-12 hexadecimal digits, with or without hyphens, braces or parentheses";

/// A GUID: `6d417916-467c-46a7-a870-6d86d9345b61`, in any case, with or without hyphens, in braces, parentheses or
/// quotes; or the 16 bytes that SQL Server shows as `0x...`.
pub fn guid(cell: &str) -> Result<Guid, Wrong> {
    if let Some(hex) = cell.strip_prefix("0x").or_else(|| cell.strip_prefix("0X")) {
        let value = if hex.len() == 32 { digits(hex.as_bytes(), false).map(of_bytes) } else { None };
        return known(value);
    }
    let bare = unwrapped(cell);
    let value = match bare.len() {
        36 => digits(bare.as_bytes(), true),
        32 => digits(bare.as_bytes(), false),
        _ => None,
    };
    known(value)
}

fn known(value: Option<u128>) -> Result<Guid, Wrong> {
    match value {
        None => wrong("not a GUID", GUID_HELP),
        Some(0) => wrong("a GUID of zeros stands for no resource", "leave the row out"),
        Some(value) => Ok(Guid(value)),
    }
}

/// Without the signs that some tools put around a GUID.
fn unwrapped(cell: &str) -> &str {
    if cell.len() == 36 {
        return cell;
    }
    [('\'', '\''), ('"', '"'), ('{', '}'), ('(', ')')].iter().fold(cell, |cell, (open, close)| {
        cell.strip_prefix(*open).and_then(|inner| inner.strip_suffix(*close)).unwrap_or(cell)
    })
}

/// Hexadecimal digits, with hyphens where a GUID has them or without.
fn digits(bytes: &[u8], hyphens: bool) -> Option<u128> {
    let mut value = 0;
    for (i, byte) in bytes.iter().enumerate() {
        match (i, char::from(*byte).to_digit(16)) {
            (8 | 13 | 18 | 23, None) if hyphens && *byte == b'-' => {}
            (8 | 13 | 18 | 23, _) if hyphens => return None,
            (_, digit) => value = value << 4 | u128::from(digit?),
        }
    }
    Some(value)
}

/// The GUID whose bytes these are: its first three groups are stored from their last byte to their first.
fn of_bytes(stored: u128) -> u128 {
    let mut bytes = stored.to_be_bytes();
    bytes[0..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    u128::from_be_bytes(bytes)
}

/// When something was last seen, as far as the tables tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Not exported.
    Unknown,
    /// It never was.
    Never,
    /// Then.
    At(DateTime),
}

impl Seen {
    /// The instant, when there is one.
    pub fn at(self) -> Option<DateTime> {
        match self {
            Seen::At(instant) => Some(instant),
            Seen::Unknown | Seen::Never => None,
        }
    }
}

/// A switch: 1 or 0.
pub fn flag(cell: &str) -> Result<bool, Wrong> {
    let help = "write 1 or 0 (or true and false, yes and no)";
    words::flag(cell).map_or_else(|| wrong("neither 1 nor 0", help), Ok)
}

/// More nodes than this no license has.
const MOST_NODES: u64 = 1_000_000_000;

/// A number of nodes, with or without separators between thousands and zeros behind a point; `None`: without limit.
pub fn nodes(cell: &str) -> Result<Option<u64>, Wrong> {
    const HELP: &str = "write digits only, for example 1500";
    if words::is_unlimited(cell) {
        return Ok(None);
    }
    let is_separator = |c: char| ",.'\u{2019} \u{a0}\u{202f}".contains(c);
    if cell.is_empty() || !cell.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return wrong("not a whole number", HELP);
    }
    let Some(digits) = without_separators(cell, is_separator) else {
        return wrong("a number with separators or decimals that may mean several", HELP);
    };
    match digits.parse() {
        Ok(nodes) if nodes <= MOST_NODES => Ok(Some(nodes)),
        _ => wrong("more than 1,000,000,000 nodes", "write the nodes of this one license"),
    }
}

/// The digits of a whole number: groups of three behind the first separator, at last zeros behind a point.
fn without_separators(cell: &str, is_separator: impl Fn(char) -> bool + Copy) -> Option<String> {
    let point = cell.rfind([',', '.']);
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte == b'0');
    let whole = match point.map(|point| (&cell[..point], &cell[point + 1..])) {
        // `1.000` are a thousand; `1000.00` and `1000.000` are so, too.
        Some((whole, part))
            if is_part(part) && (part.len() != 3 || without_groups(cell, is_separator).is_none()) =>
        {
            whole
        }
        _ => cell,
    };
    without_groups(whole, is_separator)
}

fn without_groups(whole: &str, is_separator: impl Fn(char) -> bool + Copy) -> Option<String> {
    let mut groups = whole.split(is_separator);
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut separators = whole.chars().filter(|c| is_separator(*c));
    let one_kind = separators.next().is_none_or(|first| separators.all(|other| other == first));
    let good = one_kind && (groups.clone().next().is_none() || first.len() <= 3);
    (good && groups.clone().all(|group| group.len() == 3))
        .then(|| groups.fold(first.to_string(), |all, group| all + group))
}

/// A kind of license.
pub fn kind(cell: &str) -> Result<LicenseKind, Wrong> {
    match LicenseKind::WORDS.iter().find(|(word, _)| cell.eq_ignore_ascii_case(word)) {
        Some((_, kind)) => Ok(*kind),
        None => wrong("not a kind of license", "kinds: Perpetual, Subscription, Temporary, Trial"),
    }
}

/// Longer than any name on a server; beyond it something else has slipped into the cell.
const LONGEST_TEXT: usize = 1_000;

/// A name or another word, as it is.
pub fn text(cell: &str) -> Result<&str, Wrong> {
    match cell.len() <= LONGEST_TEXT {
        true => Ok(cell),
        false => wrong("longer than 1000 bytes", "look for a quote that is missing, or export again"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_GUID: &str = "not a GUID";

    #[test]
    fn a_guid_is_read_with_or_without_braces_and_shown_without() {
        let canonical = "6d417916-467c-46a7-a870-6d86d9345b61";
        for cell in [
            canonical.to_string(),
            canonical.to_uppercase(),
            format!("{{{canonical}}}"),
            format!("({canonical})"),
            format!("'{{{canonical}}}'"),
            canonical.replace('-', ""),
            "0x1679416D7C46A746A8706D86D9345B61".to_string(),
        ] {
            assert_eq!(guid(&cell).unwrap().to_string(), canonical);
        }
        for (cell, problem) in [
            ("", NO_GUID),
            ("HQ-0001", NO_GUID),
            ("{6d417916-467c-46a7-a870-6d86d9345b61", NO_GUID),
            ("6d417916467c-46a7-a870-6d86d9345b61-", NO_GUID),
            ("6d417916-467c-46a7-a870-6d86d9345b6", NO_GUID),
            ("6d417916-467c-46a7-a870-6d86d9345b612", NO_GUID),
            ("00000000-0000-0000-0000-000000000000", "a GUID of zeros stands for no resource"),
        ] {
            assert_eq!(guid(cell).unwrap_err().problem, problem, "{cell}");
        }
    }

    #[test]
    fn flags_numbers_and_kinds() {
        assert_eq!(
            ["1", "True", "YES", "0", "false", "no"].map(|cell| flag(cell).is_ok_and(|on| on)),
            [true, true, true, false, false, false]
        );
        assert_eq!(flag("maybe").unwrap_err().problem, "neither 1 nor 0");
        for cell in [
            "1500",
            "1,500",
            "1.500",
            "1 500",
            "1\u{a0}500",
            "1\u{202f}500",
            "1'500",
            "1500,00",
            "1,500.00",
            "1500.000",
        ] {
            assert_eq!(nodes(cell), Ok(Some(1_500)), "{cell}");
        }
        assert_eq!((nodes("1.234.567"), nodes("Unbegrenzt")), (Ok(Some(1_234_567)), Ok(None)));
        for (cell, problem) in [
            ("1,50", "a number with separators or decimals that may mean several"),
            ("15,00,000", "a number with separators or decimals that may mean several"),
            ("1.000,500", "a number with separators or decimals that may mean several"),
            ("-5", "not a whole number"),
            ("many", "not a whole number"),
            ("99999999999999999999999", "more than 1,000,000,000 nodes"),
        ] {
            assert_eq!(nodes(cell).unwrap_err().problem, problem, "{cell}");
        }
        assert_eq!(kind("PERPETUAL"), Ok(LicenseKind::Perpetual));
        assert_eq!(kind("eternal").unwrap_err().problem, "not a kind of license");
    }

    #[test]
    fn some_words_say_that_there_is_nothing() {
        assert_eq!(["", "NULL", "n/a", "nil"].map(is_absent), [true, true, true, false]);
        assert_eq!(text(&"x".repeat(1_001)).unwrap_err().problem, "longer than 1000 bytes");
    }
}

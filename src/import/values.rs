//! What a cell means: GUIDs, dates, flags, numbers, kinds of license.
//!
//! The messages about a wrong cell are fixed; the content of the cell is reported separately.

use std::fmt;

use jiff::civil::{Date, DateTime, date};

use crate::scenario::model::LicenseKind;

/// Why a cell cannot be understood, and the remedy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    pub problem: &'static str,
    pub help: &'static str,
}

const fn wrong<T>(problem: &'static str, help: &'static str) -> Result<T, Wrong> {
    Err(Wrong { problem, help })
}

/// Does the cell say that there is no value?
pub fn is_absent(cell: &str) -> bool {
    cell.is_empty() || ["null", "n/a"].iter().any(|word| cell.eq_ignore_ascii_case(word))
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

/// A GUID: `6d417916-467c-46a7-a870-6d86d9345b61`, with or without braces, in any case.
pub fn guid(cell: &str) -> Result<Guid, Wrong> {
    const HELP: &str = "a GUID has 8-4-4-4-12 hexadecimal digits, with or without braces";
    let bare = cell.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(cell);
    let mut value = 0;
    for (i, byte) in bare.bytes().enumerate() {
        match (i, char::from(byte).to_digit(16)) {
            (8 | 13 | 18 | 23, None) if byte == b'-' => {}
            (0..8 | 9..13 | 14..18 | 19..23 | 24..36, Some(digit)) => value = value << 4 | u128::from(digit),
            _ => return wrong("not a GUID", HELP),
        }
    }
    match (bare.len(), value) {
        (36, 0) => wrong("a GUID of zeros stands for no resource", "leave the row out"),
        (36, value) => Ok(Guid(value)),
        _ => wrong("not a GUID", HELP),
    }
}

/// When something was last seen, as far as the tables tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Not exported.
    Unknown,
    Never,
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

const FORM: &str = "write yyyy-MM-dd HH:mm:ss; in the query: CONVERT(varchar(19), the column, 120)";

/// The zeros of calendars and clocks: ways to say that something never happened.
const ZEROS: [Date; 6] = [
    date(1, 1, 1),
    date(1601, 1, 1),
    date(1753, 1, 1),
    date(1899, 12, 30),
    date(1900, 1, 1),
    date(1970, 1, 1),
];

/// An instant in the server's local time: `2026-03-01`, `2026-03-01T08:30`,
/// `2026-03-01 08:30:00.123`; `None` when it says *never*.
pub fn instant(cell: &str) -> Result<Option<DateTime>, Wrong> {
    let bytes = cell.as_bytes();
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' || !bytes[0].is_ascii_digit() {
        return no_date(bytes);
    }
    if bytes[10..].iter().any(|byte| b"Zz+-[".contains(byte)) {
        return wrong(
            "a date with a time zone, where the tables hold the server's local time",
            "export the column as it is, without an offset or `Z`",
        );
    }
    match cell.parse::<DateTime>() {
        Ok(instant) => Ok(Some(instant).filter(|instant| !ZEROS.contains(&instant.date()))),
        Err(_) => wrong("not a date of the calendar, or not a time of day", FORM),
    }
}

/// Why something that does not start with a year is refused.
fn no_date<T>(cell: &[u8]) -> Result<T, Wrong> {
    let digits = cell.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let open = (1..=2).contains(&digits) && cell.get(digits).is_some_and(|byte| b"/.-".contains(byte));
    let problem = if open { "a date of which day and month cannot be told apart" } else { "not a date" };
    wrong(problem, FORM)
}

/// A date from which something is over; the last day of the calendar means *never*, too.
pub fn end(cell: &str) -> Result<Option<DateTime>, Wrong> {
    Ok(instant(cell)?.filter(|instant| instant.date() < date(9999, 12, 31)))
}

/// A switch: 1 or 0.
pub fn flag(cell: &str) -> Result<bool, Wrong> {
    let is = |words: [&str; 3]| words.iter().any(|word| cell.eq_ignore_ascii_case(word));
    match (is(["1", "true", "yes"]), is(["0", "false", "no"])) {
        (true, _) => Ok(true),
        (_, true) => Ok(false),
        _ => wrong("neither 1 nor 0", "write 1 or 0 (or true and false, yes and no)"),
    }
}

/// More nodes than this no license has.
const MOST_NODES: u64 = 1_000_000_000;

/// A number of nodes: digits only.
pub fn nodes(cell: &str) -> Result<u64, Wrong> {
    let is_digit = |c: char| c.is_ascii_digit();
    if !cell.chars().all(is_digit) {
        return match cell.chars().all(|c| is_digit(c) || ",.' \u{a0}\u{202f}".contains(c)) {
            true => wrong("a number with separators or decimals", "write digits only, for example 1500"),
            false => wrong("not a whole number", "write digits only, for example 1500"),
        };
    }
    match cell.parse() {
        Ok(nodes) if nodes <= MOST_NODES => Ok(nodes),
        _ => wrong("more than 1,000,000,000 nodes", "write the nodes of this one license"),
    }
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
    use jiff::civil::datetime;

    const NO_GUID: &str = "not a GUID";

    #[test]
    fn a_guid_is_read_with_or_without_braces_and_shown_without() {
        let canonical = "6d417916-467c-46a7-a870-6d86d9345b61";
        for cell in [canonical.to_string(), canonical.to_uppercase(), format!("{{{canonical}}}")] {
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
    fn dates_are_server_local_time_in_one_order() {
        for (cell, instant_of) in [
            ("2026-03-01", Some(datetime(2026, 3, 1, 0, 0, 0, 0))),
            ("2026-03-01T08:30", Some(datetime(2026, 3, 1, 8, 30, 0, 0))),
            ("2026-03-01 08:30:15", Some(datetime(2026, 3, 1, 8, 30, 15, 0))),
            ("2026-03-01 08:30:15.1234567", Some(datetime(2026, 3, 1, 8, 30, 15, 123_456_700))),
            ("1900-01-01 00:00:00.000", None),
            ("0001-01-01T00:00:00", None),
            ("9999-12-31 23:59:59.997", Some(datetime(9999, 12, 31, 23, 59, 59, 997_000_000))),
        ] {
            assert_eq!(instant(cell), Ok(instant_of), "{cell}");
        }
        assert_eq!(end("9999-12-31 23:59:59.997"), Ok(None));
    }

    #[test]
    fn a_date_that_may_mean_two_days_is_refused() {
        let open = "a date of which day and month cannot be told apart";
        let zone = "a date with a time zone, where the tables hold the server's local time";
        for (cell, problem) in [
            ("3/2/2026", open),
            ("01.02.2026 10:00", open),
            ("01-02-2026", open),
            ("Mar  2 2026 10:00AM", "not a date"),
            ("46082.35", "not a date"),
            ("2026/03/01", "not a date"),
            ("2026-02-30", "not a date of the calendar, or not a time of day"),
            ("2026-03-01 25:00", "not a date of the calendar, or not a time of day"),
            ("2026-03-01T08:30Z", zone),
            ("2026-03-01T08:30+02:00", zone),
            ("2026-03-01 08:30 -05:00", zone),
            ("yesterday…", "not a date"),
        ] {
            assert_eq!(instant(cell).unwrap_err().problem, problem, "{cell}");
        }
    }

    #[test]
    fn flags_numbers_and_kinds() {
        assert_eq!(
            ["1", "True", "YES", "0", "false", "no"].map(|cell| flag(cell).is_ok_and(|on| on)),
            [true, true, true, false, false, false]
        );
        assert_eq!(flag("-1").unwrap_err().problem, "neither 1 nor 0");
        assert_eq!(nodes("1500"), Ok(1_500));
        for (cell, problem) in [
            ("1,500", "a number with separators or decimals"),
            ("1.500", "a number with separators or decimals"),
            ("1 500", "a number with separators or decimals"),
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

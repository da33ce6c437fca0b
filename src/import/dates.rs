//! What a cell says as a date, as far as the cell alone tells.
//!
//! `03/02/2026` says two numbers and a year; which of them is the month, the column tells
//! (`date_columns`).

use jiff::civil::{Date, DateTime, date};

use crate::import::date_text::{DateCursor, instant};
pub use crate::import::date_text::{DateOrder, NoDate, Ordered, Reading};

/// The zeros of calendars and clocks: ways to say that something never happened.
const ZEROS: [Date; 7] = [
    date(1, 1, 1),
    date(1601, 1, 1),
    date(1753, 1, 1),
    date(1899, 12, 30),
    date(1899, 12, 31),
    date(1900, 1, 1),
    date(1970, 1, 1),
];

/// Is it the zero of a calendar or of a clock?
pub fn is_zero(instant: DateTime) -> bool {
    ZEROS.contains(&instant.date())
}

/// Words for something that never happened.
const NEVER: [&str; 10] = ["never", "nie", "niemals", "jamais", "nunca", "mai", "nooit", "-", "--", "0"];

/// No date is longer.
const LONGEST: usize = 64;

/// Reads a cell, which has no spaces around it.
pub fn read(cell: &str) -> Result<Reading, NoDate> {
    let bytes = cell.as_bytes();
    if let Some(read) = plain(bytes) {
        return read.map(|at| if is_zero(at) { Reading::Never } else { Reading::Certain(at, None) });
    }
    if NEVER.iter().any(|word| cell.eq_ignore_ascii_case(word)) {
        return Ok(Reading::Never);
    }
    if cell.len() > LONGEST {
        return Err(NoDate::Form);
    }
    if let Some(serial) = serial(cell) {
        return Ok(Reading::Serial(serial));
    }
    let cursor = DateCursor::of(cell);
    match cursor.date()? {
        Reading::Certain(at, _) if is_zero(at) => Ok(Reading::Never),
        Reading::Ordered(ordered) if ordered.first == ordered.second => {
            let at = ordered.read(DateOrder::Dmy)?;
            Ok(if is_zero(at) { Reading::Never } else { Reading::Certain(at, None) })
        }
        reading => Ok(reading),
    }
}

/// `2026-03-02 08:35:43` and `2026-03-02`, which nearly all cells are: without looking around.
fn plain(cell: &[u8]) -> Option<Result<DateTime, NoDate>> {
    let number = |from: usize, to: usize| {
        let digits = cell.get(from..to)?;
        let add = |sum: i16, byte: &u8| byte.is_ascii_digit().then(|| sum * 10 + i16::from(byte - b'0'));
        digits.iter().try_fold(0, add)
    };
    let is = |at: usize, separators: &[u8]| cell.get(at).is_some_and(|byte| separators.contains(byte));
    if !(matches!(cell.len(), 10 | 19) && is(4, b"-") && is(7, b"-")) {
        return None;
    }
    let day = (number(0, 4)?, number(5, 7)? as i8, number(8, 10)? as i8);
    if cell.len() == 10 {
        return Some(instant(day, (0, 0, 0, 0)));
    }
    if !(is(10, b" T") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let time = (number(11, 13)? as i8, number(14, 16)? as i8, number(17, 19)? as i8, 0);
    Some(instant(day, time))
}

/// Excel's day numbers of 1954 to 2119: `46082` and `46082.35`, to the second.
fn serial(cell: &str) -> Option<DateTime> {
    let (whole, part) = cell.split_once(['.', ',']).unwrap_or((cell, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 5 || !digits(whole) || !digits(part) {
        return None;
    }
    let (days, part) = (whole.parse::<i64>().ok()?, format!("0.{part}").parse::<f64>().ok()?);
    from_serial(days, part)
}

/// So many days after the zero of Excel's calendar, and a part of a day.
pub fn from_serial(days: i64, part: f64) -> Option<DateTime> {
    if !(20_000..80_000).contains(&days) {
        return None;
    }
    let seconds = (part * 86_400.0).round() as i64;
    let zero = date(1899, 12, 30).at(0, 0, 0, 0);
    zero.checked_add(jiff::SignedDuration::from_secs(days * 86_400 + seconds)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_cell_alone_tells() {
        let at = |hour, minute, second| date(2026, 3, 2).at(hour, minute, second, 0);
        for cell in [
            "2026-03-02 08:35:43",
            "2026-03-02T08:35:43",
            "2026-03-02 08:35:43.0000000",
            "2026/03/02 8:35:43",
            "20260302 08:35:43",
            "02-Mar-2026 08:35:43",
            "02 Mar 2026 08:35:43",
            "2. März 2026 08:35:43",
            "2 mars 2026 08:35:43",
            "2 de marzo 2026 08:35:43",
            "Mar  2 2026  8:35:43AM",
            "March 2, 2026 8:35:43 a.m.",
            "Monday, March 2, 2026 8:35:43 AM",
            "Montag, 2. März 2026 08:35:43 Uhr",
        ] {
            assert_eq!(read(cell), Ok(Reading::Certain(at(8, 35, 43), None)), "{cell}");
        }
        for (cell, instant, offset) in [
            ("2026-03-02", at(0, 0, 0), None),
            ("20260302", at(0, 0, 0), None),
            ("Mar  2 2026 12:05AM", at(0, 5, 0), None),
            ("02-Mar-26 12:05 PM", at(12, 5, 0), None),
            ("2026-03-02T08:35Z", at(8, 35, 0), Some(0)),
            ("2026-03-02 08:35:43 -05:00", at(8, 35, 43), Some(-300)),
            ("2026-03-02T08:35:43+0130", at(8, 35, 43), Some(90)),
            ("03.03.2026 10.15", date(2026, 3, 3).at(10, 15, 0, 0), None),
        ] {
            assert_eq!(read(cell), Ok(Reading::Certain(instant, offset)), "{cell}");
        }
        assert_eq!(read("46083.35809"), Ok(Reading::Serial(at(8, 35, 39))));
        for cell in
            ["Never", "NIE", "jamais", "-", "1900-01-01 00:00:00.000", "01/01/1900", "0001-01-01T00:00:00"]
        {
            assert_eq!(read(cell), Ok(Reading::Never), "{cell}");
        }
    }

    #[test]
    fn two_numbers_are_read_in_the_order_of_the_column() {
        for (cell, separator) in
            [("3/2/2026 8:35 AM", b'/'), ("03.02.2026 08:35", b'.'), ("03-02-26 08:35", b'-')]
        {
            let Ok(Reading::Ordered(ordered)) = read(cell) else { panic!("{cell}") };
            assert_eq!(ordered.separator, separator);
            assert_eq!(ordered.read(DateOrder::Dmy), Ok(date(2026, 2, 3).at(8, 35, 0, 0)));
            assert_eq!(ordered.read(DateOrder::Mdy), Ok(date(2026, 3, 2).at(8, 35, 0, 0)));
        }
    }

    #[test]
    fn what_is_no_date_says_why() {
        use NoDate::{Calendar, Form};
        for (cell, why) in [
            ("yesterday…", Form),
            ("", Form),
            ("10.5", Form),
            ("2026-03/02", Form),
            ("2026-02-30", Calendar),
            ("2026-03-01 25:00", Calendar),
            ("31/31/2026", Calendar),
            ("8.6.1012.0", Form),
            ("2026-03-02 08:35 Berlin", Form),
            ("Mar 2", Form),
            ("12345678901", Form),
            ("2026-03-02T08:35:43+25:00", Calendar),
            ("decade 1 2026", Form),
            ("märz", Form),
        ] {
            assert_eq!(read(cell), Err(why), "{cell}");
        }
    }
}

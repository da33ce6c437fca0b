//! Dates as people and tools write them: numbers, names of months, times of day, zones.

use jiff::civil::DateTime;

/// What a cell says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reading {
    /// That it never happened.
    Never,
    /// An instant, and the offset of its time zone from UTC in minutes, if it has one.
    Certain(DateTime, Option<i32>),
    /// Day and month in an order that is not known.
    Ordered(Ordered),
    /// Days since the end of 1899, as Excel counts.
    Serial(DateTime),
}

/// A date of which one number is the day and the other the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ordered {
    /// The first number.
    pub first: i8,
    /// The second one.
    pub second: i8,
    /// The year.
    pub year: i16,
    /// Between the numbers.
    pub separator: u8,
    time: TimeOfDay,
}

/// Hour, minute, second and nanosecond.
type TimeOfDay = (i8, i8, i8, i32);

/// Why a cell is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoDate {
    /// It is not written as one.
    Form,
    /// There is no such day, or no such time of day.
    Calendar,
}

/// Which number comes first where two may be the day and the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
}

impl Ordered {
    /// The instant, read in that order.
    pub fn read(&self, order: DateOrder) -> Result<DateTime, NoDate> {
        let (day, month) = match order {
            DateOrder::Dmy => (self.first, self.second),
            DateOrder::Mdy => (self.second, self.first),
        };
        instant((self.year, month, day), self.time)
    }
}

/// The instant of a year, month and day, and of an hour, minute, second and nanosecond.
pub fn instant(
    (year, month, day): (i16, i8, i8),
    (hour, minute, second, nano): TimeOfDay,
) -> Result<DateTime, NoDate> {
    DateTime::new(year, month, day, hour, minute, second, nano).map_err(|_| NoDate::Calendar)
}

/// The names of the months in English, German, French, Spanish, Italian, Dutch and Portuguese, and abbreviations that
/// are not their first letters.
const MONTHS: [&str; 12] = [
    "january januar janvier enero gennaio januari janeiro jänner",
    "february februar février febrero febbraio februari fevereiro fevrier",
    "march märz mars marzo maart março mrz mrt",
    "april avril abril aprile",
    "may mai mayo maggio mei maio",
    "june juni juin junio giugno junho",
    "july juli juillet julio luglio julho",
    "august août agosto augustus aout",
    "september septembre septiembre settembre setembro",
    "october oktober octobre octubre ottobre outubro",
    "november novembre noviembre novembro",
    "december dezember décembre diciembre dicembre dezembro decembre",
];

/// The number of a month's name, or of its first three letters or more.
fn month(word: &str) -> Option<i8> {
    let word = word.to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let of = |names: &&str| names.split(' ').any(|name| name.starts_with(&word));
    MONTHS.iter().zip(1..).find(|(names, _)| of(names)).map(|(_, number)| number)
}

/// The first letters of the days of the week in the same languages.
const WEEKDAYS: &str = "mon tue wed thu fri sat sun die mit don fre sam son lun mar mer jeu ven dim mié jue vie sáb dom \
                        gio sab maa din woe vri zat zon seg ter qua qui sex mo di mi do fr sa so";

fn is_weekday(word: &str) -> bool {
    let start: String = word.to_lowercase().chars().take(3).collect();
    start.len() > 1 && WEEKDAYS.split(' ').any(|day| day == start)
}

/// Goes through a cell from left to right.
pub struct DateCursor<'c> {
    rest: &'c str,
}

impl<'c> DateCursor<'c> {
    /// At the start of a cell.
    pub fn of(cell: &'c str) -> DateCursor<'c> {
        DateCursor { rest: cell }
    }

    /// A run of characters.
    fn run(&mut self, is: impl Fn(char) -> bool) -> &'c str {
        let end = self.rest.find(|c| !is(c)).unwrap_or(self.rest.len());
        let (run, rest) = self.rest.split_at(end);
        self.rest = rest;
        run
    }

    fn skip(&mut self, these: &str) {
        self.run(|c| these.contains(c));
    }

    fn word(&mut self) -> &'c str {
        self.run(char::is_alphabetic)
    }

    /// A number of at most so many digits, and how many it has.
    fn number(&mut self, most: usize) -> Result<(i16, usize), NoDate> {
        let digits = self.run(|c| c.is_ascii_digit());
        match digits.parse() {
            Ok(number) if digits.len() <= most => Ok((number, digits.len())),
            _ => Err(NoDate::Form),
        }
    }

    fn two_digits(&mut self) -> Result<i16, NoDate> {
        match self.number(2)? {
            (number, 2) => Ok(number),
            _ => Err(NoDate::Form),
        }
    }

    /// Reads the whole cell.
    pub fn date(mut self) -> Result<Reading, NoDate> {
        let mut word = self.word();
        if is_weekday(word) && month(word).is_none() {
            self.skip("., ");
            word = self.word();
        }
        if !word.is_empty() {
            let month = month(word).ok_or(NoDate::Form)?;
            self.skip(". -/");
            let (day, _) = self.number(2)?;
            self.skip("., -/");
            let year = self.year()?;
            return self.certain((year, month, day as i8));
        }
        let digits = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        match digits {
            1 | 2 => self.after_two_digits(),
            4 => {
                let (year, _) = self.number(4)?;
                let separator = self.separator("-/.")?;
                let (month, _) = self.number(2)?;
                if self.separator("-/.")? != separator {
                    return Err(NoDate::Form);
                }
                let (day, _) = self.number(2)?;
                self.certain((year, month as i8, day as i8))
            }
            8 => {
                let (all, rest) = self.rest.split_at(8);
                self.rest = rest;
                let part = |from: usize, to: usize| all[from..to].parse::<i16>().map_err(|_| NoDate::Form);
                self.certain((part(0, 4)?, part(4, 6)? as i8, part(6, 8)? as i8))
            }
            _ => Err(NoDate::Form),
        }
    }

    /// A date that starts with a day, or with a month as a number.
    fn after_two_digits(mut self) -> Result<Reading, NoDate> {
        let (first, _) = self.number(2)?;
        let separator = self.separator("-/. ")?;
        self.skip(" ");
        let word = self.word();
        if word == "de" || word == "of" {
            self.skip(" ");
        }
        let word = if word == "de" || word == "of" { self.word() } else { word };
        if !word.is_empty() {
            let month = month(word).ok_or(NoDate::Form)?;
            self.skip("-/. ");
            let year = self.year()?;
            return self.certain((year, month, first as i8));
        }
        let (second, _) = self.number(2)?;
        if separator == b' ' || self.separator("-/.")? != separator {
            return Err(NoDate::Form);
        }
        self.skip(" ");
        let year = self.year()?;
        let (time, offset) = self.time()?;
        if year < 1_600 && year != 1 {
            return Err(NoDate::Form); // a version of three numbers
        }
        let (first, second) = (first as i8, second as i8);
        let ordered = Ordered { first, second, year, separator, time };
        match offset {
            None if first.max(second) > 31 || first.min(second) < 1 || first.min(second) > 12 => {
                Err(NoDate::Calendar)
            }
            None => Ok(Reading::Ordered(ordered)),
            Some(_) => Err(NoDate::Form),
        }
    }

    fn separator(&mut self, these: &str) -> Result<u8, NoDate> {
        let first = self.rest.as_bytes().first().copied();
        let separator = first.filter(|byte| these.as_bytes().contains(byte)).ok_or(NoDate::Form)?;
        self.rest = &self.rest[1..];
        Ok(separator)
    }

    /// A year of four digits, or of two: 1970 to 2069.
    fn year(&mut self) -> Result<i16, NoDate> {
        match self.number(4)? {
            (year, 4) => Ok(year),
            (year, 2) if year < 70 => Ok(2000 + year),
            (year, 2) => Ok(1900 + year),
            _ => Err(NoDate::Form),
        }
    }

    fn certain(mut self, day: (i16, i8, i8)) -> Result<Reading, NoDate> {
        let (time, offset) = self.time()?;
        Ok(Reading::Certain(instant(day, time)?, offset))
    }

    /// The time of day with its zone, up to the end of the cell.
    fn time(&mut self) -> Result<(TimeOfDay, Option<i32>), NoDate> {
        self.skip(",T \u{a0}\u{202f}");
        if self.rest.is_empty() {
            return Ok(((0, 0, 0, 0), None));
        }
        let (hour, _) = self.number(2)?;
        let (mut minute, mut second, mut nano) = (0, 0, 0);
        if self.separator(":.").is_ok() {
            minute = self.two_digits()?;
            if self.separator(":.").is_ok() {
                second = self.two_digits()?;
                if self.separator(".,:").is_ok() {
                    nano = nanoseconds(self.run(|c| c.is_ascii_digit()))?;
                }
            }
        } else if !self.rest.trim_start().to_ascii_lowercase().starts_with(['a', 'p']) {
            return Err(NoDate::Form);
        }
        self.skip(" \u{a0}\u{202f}");
        let hour = self.half_of_day(hour)?;
        let offset = self.zone()?;
        Ok(((hour as i8, minute as i8, second as i8, nano), offset))
    }

    /// `AM` and `PM`, also with dots.
    fn half_of_day(&mut self, hour: i16) -> Result<i16, NoDate> {
        let before = self.rest;
        let word: String = self.run(|c| c.is_alphabetic() || c == '.').to_ascii_lowercase().replace('.', "");
        let hour = match (word.as_str(), hour) {
            ("am" | "a", 1..=11) => hour,
            ("pm" | "p", 1..=11) => hour + 12,
            ("am" | "a", 12) => 0,
            ("pm" | "p", 12) => 12,
            // Some cultures write the half beside the hours of a whole day.
            ("pm", 13..=23) => hour,
            ("am", 0) => 0,
            ("am" | "pm" | "a" | "p", _) => return Err(NoDate::Calendar),
            ("uhr" | "h", _) => hour,
            _ => {
                self.rest = before;
                hour
            }
        };
        self.skip(" \u{a0}\u{202f}");
        Ok(hour)
    }

    /// `Z`, `UTC`, `+01:00`, `-0500`; the offset in minutes.
    fn zone(&mut self) -> Result<Option<i32>, NoDate> {
        let zone = std::mem::take(&mut self.rest);
        if zone.is_empty() {
            return Ok(None);
        }
        if ["z", "utc", "gmt"].iter().any(|word| zone.eq_ignore_ascii_case(word)) {
            return Ok(Some(0));
        }
        let (sign, digits) = match zone.split_at_checked(1) {
            Some(("+", digits)) => (1, digits.replace(':', "")),
            Some(("-", digits)) => (-1, digits.replace(':', "")),
            _ => return Err(NoDate::Form),
        };
        let number = |text: &str| text.parse::<i32>().map_err(|_| NoDate::Form);
        let (hours, minutes) = match digits.len() {
            2 if digits.is_ascii() => (number(&digits)?, 0),
            4 if digits.is_ascii() => (number(&digits[..2])?, number(&digits[2..])?),
            _ => return Err(NoDate::Form),
        };
        match (hours, minutes) {
            (0..=14, 0..=59) => Ok(Some(sign * (60 * hours + minutes))),
            _ => Err(NoDate::Calendar),
        }
    }
}

/// Digits behind the point of a second.
fn nanoseconds(digits: &str) -> Result<i32, NoDate> {
    match digits.len() {
        1..=9 => format!("{digits:0<9}").parse().map_err(|_| NoDate::Form),
        _ => Err(NoDate::Form),
    }
}

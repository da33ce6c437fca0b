//! How the dates of a column are written: which number is the day, which zone its clocks show.
//!
//! One value above 12 tells it for the whole column. A column that has none is read as plausible: nothing in these
//! tables has happened long after everything else. Else it is read as the other columns of its file, or of the other
//! files, are. What cannot be told is asked for, once for all tables.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Span};

use crate::import::dates::{self, DateOrder, NoDate, Ordered, Reading};
use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::values::{Wrong, is_absent};
use crate::units::quantity::plural;

/// How the cells of a column are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateForm {
    /// `None`: no cell needs it, or it could not be told.
    order: Option<DateOrder>,
    /// It could not be told, which is recorded.
    refused: bool,
    /// The column holds day numbers of Excel.
    serial: bool,
    /// Instants with an offset are moved to this one, in minutes.
    offset: Option<i32>,
}

const FORM: &str = "write yyyy-MM-dd HH:mm:ss; in the query: CONVERT(varchar(19), the column, 120)";

impl DateForm {
    /// The instant that a cell says; `None` when it says *never*.
    pub fn read(&self, cell: &str) -> Result<Option<DateTime>, Wrong> {
        let wrong = |problem| Err(Wrong { problem, help: FORM });
        match dates::read(cell) {
            Ok(Reading::Never) => Ok(None),
            Ok(Reading::Certain(at, offset)) => Ok(Some(self.moved(at, offset))),
            Ok(Reading::Serial(at)) if self.serial => Ok(Some(at)),
            Ok(Reading::Ordered(ordered)) => match self.order.map(|order| ordered.read(order)) {
                Some(Ok(at)) => Ok(Some(at).filter(|at| !dates::is_zero(*at))),
                Some(Err(_)) => wrong("day and month stand in another order than in the rest of the column"),
                None if self.refused => Ok(None),
                None => wrong("a date of which day and month cannot be told apart"),
            },
            Ok(Reading::Serial(_)) | Err(NoDate::Form) => wrong("not a date"),
            Err(NoDate::Calendar) => wrong("not a date of the calendar, or not a time of day"),
        }
    }

    fn moved(&self, at: DateTime, offset: Option<i32>) -> DateTime {
        let (Some(from), Some(to)) = (offset, self.offset) else { return at };
        at.saturating_add(SignedDuration::from_mins(i64::from(to - from)))
    }
}

/// What the cells of a column show together.
#[derive(Debug, Default)]
pub struct DateColumn {
    file: String,
    column: &'static str,
    /// Does it say when something was last seen, rather than when something ends?
    of_the_past: bool,
    /// Values that can only be read with the day first, or only with the month first.
    first_above_12: u64,
    second_above_12: u64,
    /// The days of the others, and how often they occur.
    open: BTreeMap<(i16, i8, i8), u64>,
    /// One of them, as it is written.
    example: Option<(u64, String)>,
    /// All with two numbers have dots.
    dots_only: bool,
    serial: u64,
    others: u64,
    offsets: BTreeMap<i32, u64>,
    without_offset: u64,
    /// The latest instant that no order of day and month changes.
    latest: Option<DateTime>,
}

impl DateColumn {
    pub fn new(file: &str, column: &'static str, of_the_past: bool) -> DateColumn {
        DateColumn { file: file.to_string(), column, of_the_past, dots_only: true, ..DateColumn::default() }
    }

    /// Takes a cell into account.
    pub fn add(&mut self, cell: &str, line: u64) {
        if is_absent(cell) {
            return;
        }
        match dates::read(cell) {
            Ok(Reading::Never) => {}
            Ok(Reading::Serial(_)) => self.serial += 1,
            Ok(Reading::Certain(at, offset)) => {
                self.others += 1;
                self.latest = self.latest.max(Some(at));
                match offset {
                    Some(offset) => *self.offsets.entry(offset).or_default() += 1,
                    None => self.without_offset += 1,
                }
            }
            Ok(Reading::Ordered(ordered)) => self.add_ordered(&ordered, cell, line),
            Err(_) => self.others += 1,
        }
    }

    fn add_ordered(&mut self, ordered: &Ordered, cell: &str, line: u64) {
        self.others += 1;
        self.without_offset += 1;
        self.dots_only &= ordered.separator == b'.';
        match (ordered.first > 12, ordered.second > 12) {
            (true, _) => self.first_above_12 += 1,
            (_, true) => self.second_above_12 += 1,
            _ => {
                *self.open.entry((ordered.year, ordered.first, ordered.second)).or_default() += 1;
                self.example.get_or_insert_with(|| (line, cell.to_string()));
            }
        }
    }

    /// What its own values say; of a column that says both, what most do.
    fn by_values(&self) -> Option<DateOrder> {
        match (self.first_above_12, self.second_above_12) {
            (0, 0) => None,
            (day_first, month_first) if day_first >= month_first => Some(DateOrder::Dmy),
            _ => Some(DateOrder::Mdy),
        }
    }

    /// The latest instant, as far as it is known.
    fn latest_known(&self) -> Option<DateTime> {
        self.latest.filter(|_| self.of_the_past)
    }

    /// How many of the open values would be after `limit`.
    fn after(&self, limit: DateTime, order: DateOrder) -> u64 {
        let is_after = |(year, first, second): &(i16, i8, i8)| {
            let (day, month) = if order == DateOrder::Dmy { (*first, *second) } else { (*second, *first) };
            jiff::civil::Date::new(*year, month, day).is_ok_and(|day| day > limit.date())
        };
        self.open.iter().filter(|(day, _)| is_after(day)).map(|(_, count)| count).sum()
    }

    /// The one order in which nothing happened long after everything else.
    fn by_plausibility(&self, limit: Option<DateTime>) -> Option<DateOrder> {
        let limit = limit.filter(|_| self.of_the_past)?;
        let all: u64 = self.open.values().sum();
        // One clock that is ahead is no proof.
        let many = |count: u64| count > 1 && 100 * count > all;
        match (self.after(limit, DateOrder::Dmy), self.after(limit, DateOrder::Mdy)) {
            (0, month_first) if many(month_first) => Some(DateOrder::Dmy),
            (day_first, 0) if many(day_first) => Some(DateOrder::Mdy),
            _ => None,
        }
    }
}

/// So long after everything else nothing is plausible any more.
const MARGIN_DAYS: i64 = 7;

/// Decides how the columns are read; what is guessed is noticed, what cannot be told is one fault.
pub fn settle(
    columns: &[DateColumn],
    given: Option<DateOrder>,
    exported_at: Option<DateTime>,
    findings: &ImportFindings,
) -> Vec<DateForm> {
    let mut orders: Vec<Option<(DateOrder, String)>> = columns.iter().map(own_order).collect();
    let limit = exported_at.or_else(|| columns.iter().filter_map(DateColumn::latest_known).max());
    let limit = limit.map(|limit| limit.saturating_add(Span::new().days(MARGIN_DAYS)));
    let own: Vec<Option<DateOrder>> =
        orders.iter().map(|order| order.as_ref().map(|(order, _)| *order)).collect();
    for (column, order) in columns.iter().zip(&mut orders) {
        if order.is_none() && !column.open.is_empty() {
            *order = as_given(given)
                .or_else(|| plausible(column, limit))
                .or_else(|| as_elsewhere(columns, &own, |other| other.file == column.file))
                .or_else(|| as_elsewhere(columns, &own, |_| true));
        }
        if let Some((order, why)) = order {
            let what = format!("dates of {} read as {}: {why}", column.column, words(*order));
            findings.notice(&column.file, None, what, None);
        }
    }
    refuse_unclear(columns, &orders, findings);
    let offset = common_offset(columns, findings);
    let form = |(column, order): (&DateColumn, &Option<(DateOrder, String)>)| {
        let serial = column.serial > 0 && column.others == 0;
        if serial {
            findings.notice(
                &column.file,
                None,
                format!("{} holds day numbers of Excel", column.column),
                None,
            );
        }
        let order = order.as_ref().map(|(order, _)| *order);
        DateForm { order, refused: order.is_none() && !column.open.is_empty(), serial, offset }
    };
    columns.iter().zip(&orders).map(form).collect()
}

fn words(order: DateOrder) -> &'static str {
    match order {
        DateOrder::Dmy => "day, month, year",
        DateOrder::Mdy => "month, day, year",
    }
}

/// The order that a column has by itself, and why.
fn own_order(column: &DateColumn) -> Option<(DateOrder, String)> {
    let values = |count: u64, which: &str| {
        let have = if count == 1 { "has" } else { "have" };
        format!("{count} value{} {have} a {which} number above 12", plural(count))
    };
    match column.by_values() {
        Some(DateOrder::Dmy) => Some((DateOrder::Dmy, values(column.first_above_12, "first"))),
        Some(DateOrder::Mdy) => Some((DateOrder::Mdy, values(column.second_above_12, "second"))),
        None if !column.open.is_empty() && column.dots_only => {
            Some((DateOrder::Dmy, "where dots stand between the numbers, the day comes first".to_string()))
        }
        None => None,
    }
}

fn as_given(given: Option<DateOrder>) -> Option<(DateOrder, String)> {
    given.map(|order| (order, "as --dates says".to_string()))
}

fn plausible(column: &DateColumn, limit: Option<DateTime>) -> Option<(DateOrder, String)> {
    let order = column.by_plausibility(limit)?;
    Some((order, "in the other order it would hold dates long after the export".to_string()))
}

/// The order of other columns, when all of them that have one agree.
fn as_elsewhere(
    columns: &[DateColumn],
    own: &[Option<DateOrder>],
    is_near: impl Fn(&DateColumn) -> bool,
) -> Option<(DateOrder, String)> {
    let mut near = columns.iter().zip(own).filter(|(column, _)| is_near(column));
    let (first, order) = near.find_map(|(column, order)| Some((column, (*order)?)))?;
    let agree = near.all(|(_, other)| other.is_none_or(|other| other == order));
    agree.then(|| (order, format!("as those of {} in {}", first.column, first.file)))
}

/// One fault for all columns whose order cannot be told.
fn refuse_unclear(columns: &[DateColumn], orders: &[Option<(DateOrder, String)>], findings: &ImportFindings) {
    let unclear = |(column, order): &(&DateColumn, &Option<(DateOrder, String)>)| {
        order.is_none() && !column.open.is_empty()
    };
    let unclear: Vec<&DateColumn> =
        columns.iter().zip(orders).filter(unclear).map(|(column, _)| column).collect();
    let Some(first) = unclear.first() else { return };
    let names: Vec<String> =
        unclear.iter().map(|column| format!("{} of {}", column.column, column.file)).collect();
    let problem = format!("dates of which day and month cannot be told apart: {}", names.join(", "));
    let help = "say which comes first: --dates dmy for day, month, year; --dates mdy for month, day, year";
    let fault = ImportFault::file(&first.file, problem, help);
    findings.fault(match &first.example {
        Some((line, example)) => fault.line(*line).found(example),
        None => fault,
    });
}

/// The offset from UTC to which all instants that have one are moved: the most frequent one. The tables then show the
/// clock of that zone, as those of the server do.
fn common_offset(columns: &[DateColumn], findings: &ImportFindings) -> Option<i32> {
    let mut all: BTreeMap<i32, u64> = BTreeMap::new();
    for (offset, count) in columns.iter().flat_map(|column| &column.offsets) {
        *all.entry(*offset).or_default() += count;
    }
    let (offset, _) = all.iter().max_by_key(|(offset, count)| (**count, std::cmp::Reverse(**offset)))?;
    let (offset, name) = (*offset, zone_name(*offset));
    let beside = columns.iter().any(|column| column.of_the_past && column.without_offset > 0);
    for column in columns.iter().filter(|column| !column.offsets.is_empty()) {
        let moved: u64 = column.offsets.iter().filter(|(other, _)| **other != offset).map(|(_, n)| n).sum();
        let mut what =
            format!("times of {} have the zone {name}, which is taken for that of the server", column.column);
        if moved > 0 {
            what = format!("{what}; {moved} in other zones are moved to it");
        }
        if beside && offset == 0 {
            what += "; dates without a zone are in the server's local time, which may differ from UTC by hours: here \
                     no difference is assumed";
        }
        findings.notice(&column.file, None, what, None);
    }
    Some(offset)
}

fn zone_name(offset: i32) -> String {
    match offset {
        0 => "UTC".to_string(),
        _ => {
            let sign = if offset < 0 { '-' } else { '+' };
            format!("UTC{sign}{:02}:{:02}", offset.abs() / 60, offset.abs() % 60)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fault::{render, render_notices};

    /// The values of columns, read; and what was said about it.
    fn read(columns: &[(&str, &'static str, &[&str])], given: Option<DateOrder>) -> (Vec<String>, String) {
        let findings = ImportFindings::default();
        let profile = |(file, column, cells): &(&str, &'static str, &[&str])| {
            let mut profile = DateColumn::new(file, column, !column.starts_with("Expires"));
            cells.iter().zip(2..).for_each(|(cell, line)| profile.add(cell, line));
            profile
        };
        let profiles: Vec<DateColumn> = columns.iter().map(profile).collect();
        let forms = settle(&profiles, given, None, &findings);
        let shown = |(form, (_, _, cells)): (&DateForm, &(&str, &'static str, &[&str]))| {
            let cell = |cell: &&str| match form.read(cell) {
                Ok(at) => at.map_or("never".to_string(), |at| at.to_string()),
                Err(wrong) => wrong.problem.to_string(),
            };
            cells.iter().map(cell).collect::<Vec<_>>().join(" ")
        };
        let values = forms.iter().zip(columns).map(shown).collect();
        let said = match findings.finish() {
            Ok(notices) => render_notices(&notices, true),
            Err(faults) => render(&faults, true),
        };
        (values, said)
    }

    #[test]
    fn one_value_above_12_tells_it_for_its_column_and_for_its_neighbours() {
        let (values, said) = read(
            &[
                ("a.csv", "Request", &["3/2/2026", "3/14/2026", "Never"]),
                ("a.csv", "Inventory", &["3/1/2026"]),
                ("b.csv", "Scan", &["02/01/2026"]),
            ],
            None,
        );
        assert_eq!(
            values,
            ["2026-03-02T00:00:00 2026-03-14T00:00:00 never", "2026-03-01T00:00:00", "2026-02-01T00:00:00"]
        );
        assert_eq!(
            said,
            "a.csv: dates of Inventory read as month, day, year: as those of Request in a.csv\n\
             a.csv: dates of Request read as month, day, year: 1 value has a second number above 12\n\
             b.csv: dates of Scan read as month, day, year: as those of Request in a.csv\n"
        );
    }

    #[test]
    fn a_value_in_the_other_order_is_wrong() {
        let (values, _) = read(&[("a.csv", "Request", &["14.02.2026", "15.02.2026", "02.14.2026"])], None);
        let other = "day and month stand in another order than in the rest of the column";
        assert_eq!(values, [format!("2026-02-14T00:00:00 2026-02-15T00:00:00 {other}")]);
    }

    #[test]
    fn an_order_that_would_hold_the_future_is_none() {
        let certain: (&str, &'static str, &[&str]) = ("b.csv", "Scan", &["2026-03-02 08:00:00"]);
        let (values, said) = read(&[("a.csv", "Request", &["02/11/2026", "02/12/2026"]), certain], None);
        assert_eq!(values[0], "2026-02-11T00:00:00 2026-02-12T00:00:00");
        assert_eq!(
            said,
            "a.csv: dates of Request read as month, day, year: in the other order it would hold dates long after the \
             export\n"
        );
        // A single clock that is ahead is no proof.
        let (_, said) = read(&[("a.csv", "Request", &["02/01/2026", "01/12/2026"]), certain], None);
        assert!(said.contains("cannot be told apart"), "{said}");
    }

    #[test]
    fn what_cannot_be_told_is_asked_for_once() {
        let columns: [(&str, &'static str, &[&str]); 2] =
            [("a.csv", "Request", &["02/01/2026", "NULL"]), ("b.csv", "Scan", &["01/02/2026"])];
        let (_, said) = read(&columns, None);
        assert_eq!(
            said,
            "a.csv:2: dates of which day and month cannot be told apart: Request of a.csv, Scan of b.csv `02/01/2026`\n  \
             help: say which comes first: --dates dmy for day, month, year; --dates mdy for month, day, year\n"
        );
        let (values, said) = read(&columns, Some(DateOrder::Dmy));
        assert_eq!(values[0].split(' ').next(), Some("2026-01-02T00:00:00"));
        assert!(
            said.starts_with("a.csv: dates of Request read as day, month, year: as --dates says\n"),
            "{said}"
        );
    }

    #[test]
    fn one_zone_is_the_clock_of_the_server_and_others_are_moved_to_it() {
        let (values, said) = read(
            &[(
                "a.csv",
                "Request",
                &["2026-03-02T08:00:00+01:00", "2026-03-02T08:00:00+01:00", "2026-03-02T08:00:00Z"],
            )],
            None,
        );
        assert_eq!(values, ["2026-03-02T08:00:00 2026-03-02T08:00:00 2026-03-02T09:00:00"]);
        assert_eq!(
            said,
            "a.csv: times of Request have the zone UTC+01:00, which is taken for that of the server; 1 in other zones \
             are moved to it\n"
        );
        let (_, said) = read(
            &[("a.csv", "Request", &["2026-03-02T08:00:00Z"]), ("b.csv", "Scan", &["2026-03-02"])],
            None,
        );
        assert!(said.contains("which may differ from UTC by hours"), "{said}");
    }

    #[test]
    fn day_numbers_count_only_where_the_whole_column_has_them() {
        assert_eq!(
            read(&[("a.csv", "Request", &["46083.5", "46082", "-"])], None).0,
            ["2026-03-02T12:00:00 2026-03-01T00:00:00 never"]
        );
        assert_eq!(
            read(&[("a.csv", "Request", &["46083.5", "2026-03-01"])], None).0,
            ["not a date 2026-03-01T00:00:00"]
        );
    }
}

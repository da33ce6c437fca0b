//! Windows of the week (`{weekdays: "08:00-18:00"}`), and when the PCs of a group are on.

use crate::scenario::fault::Fault;
use crate::scenario::model::{DAYS, Group, Online, Scenario, Weekly, Window};
use crate::scenario::reader::{Read, Reader, Section};
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Entry, Kind, Node};
use crate::units::quantity::number_or_percentage;
use crate::units::time::Span;

/// What a window may be of, and on which days of the week that is; Monday is 0.
const WHEN: [(&str, std::ops::Range<usize>); 10] = [
    ("daily", 0..7),
    ("weekdays", 0..5),
    ("weekend", 5..7),
    ("monday", 0..1),
    ("tuesday", 1..2),
    ("wednesday", 2..3),
    ("thursday", 3..4),
    ("friday", 4..5),
    ("saturday", 5..6),
    ("sunday", 6..7),
];

/// The entries of a mapping that are windows, together. `others` are keys that are read elsewhere.
pub fn windows(entries: &[Entry], others: &[&str], reader: &Reader) -> Read<Weekly> {
    let mut days: [Vec<Window>; DAYS] = Default::default();
    for entry in entries.iter().filter(|entry| !others.contains(&entry.key.as_str())) {
        let Some((_, of)) = WHEN.iter().find(|(word, _)| *word == entry.key) else {
            let known = || WHEN.iter().map(|(word, _)| *word).chain(others.iter().copied());
            let all = format!("keys: {}", known().collect::<Vec<_>>().join(", "));
            let fault = Fault::at(entry.key_at, format!("unknown key `{}`", entry.key));
            return Err(fault.suggest(&entry.key, known(), Some(all)));
        };
        let read = values::list(&entry.value, reader, window).map_err(|fault| fault.below(&entry.key))?;
        days[of.clone()].iter_mut().for_each(|day| day.extend(&read));
    }
    let midnight = values::since(reader.start, reader.start.date().at(0, 0, 0, 0));
    let first = reader.start.date().weekday().to_monday_zero_offset();
    Ok(Weekly::new(midnight, first as usize, days))
}

/// A list of windows, all together.
pub fn window_list(node: &Node, reader: &Reader) -> Read<Weekly> {
    let mut entries = Vec::new();
    values::list(node, reader, |item, _| {
        let Kind::Map(own) = &item.kind else { return Err(no_windows(item)) };
        if own.is_empty() {
            return Err(no_windows(item));
        }
        entries.extend(own.iter().cloned());
        Ok(())
    })?;
    windows(&entries, &[], reader)
}

fn no_windows(node: &Node) -> Fault {
    Fault::at(node.at, format!("expected windows of the week, found {}", node.describe()))
        .help("for example `{weekdays: \"08:00-12:00\"}`, also daily, weekend, or a day of the week")
}

/// `08:00-18:00`, or `22:00-06:00` over midnight.
fn window(node: &Node, _: &Reader) -> Read<Window> {
    let help = "a window: \"08:00-18:00\", \"22:00-06:00\" over midnight, \"00:00-24:00\" for a whole day";
    let typed = text(node, "a window such as \"08:00-18:00\"")?;
    let wrong = || Fault::at(node.at, format!("`{typed}` is not a window of time")).help(help);
    let (from, until) = typed.split_once('-').ok_or_else(wrong)?;
    let clock = |clock: &str| match clock.trim() {
        "24:00" => Some(Span::DAY),
        other => values::clock_time(other),
    };
    let (from, until) = (clock(from).ok_or_else(wrong)?, clock(until).ok_or_else(wrong)?);
    if from == until || from == Span::DAY {
        return Err(Fault::at(node.at, format!("`{typed}` is empty")).help(help));
    }
    Ok((from, if until < from { until + Span::DAY } else { until }))
}

/// `always`, or windows with `present` and `holidays`. On in every minute of the week is always.
pub fn online(node: &Node, reader: &Reader) -> Read<Option<Online>> {
    let shape =
        "`always`, or for example `{weekdays: \"08:00-18:00\", present: 90%, holidays: [2026-12-25]}`";
    let entries = match &node.kind {
        Kind::Map(entries) => entries,
        Kind::Scalar { text, .. } if text == "always" => return Ok(None),
        _ => {
            let problem = format!("expected online times, found {}", node.describe());
            return Err(Fault::at(node.at, problem).help(shape));
        }
    };
    let (mut share, mut holidays) = (1.0, Vec::new());
    for Entry { key, value, .. } in entries {
        match key.as_str() {
            "present" => share = present(value, reader).map_err(|fault| fault.below(key))?,
            "holidays" => {
                holidays = values::list(value, reader, values::date).map_err(|fault| fault.below(key))?;
            }
            _ => {}
        }
    }
    let windows = windows(entries, &["present", "holidays"], reader)?;
    let longest = windows.longest();
    if longest == Span::ZERO {
        let problem = "no window is given: the PCs would never be on".to_string();
        return Err(Fault::at(node.at, problem).help(shape));
    }
    if longest == Span::FOREVER && share >= 1.0 && holidays.is_empty() {
        return Ok(None);
    }
    let day = |date: &jiff::civil::Date| windows.day_of(values::since(reader.start, date.at(0, 0, 0, 0)));
    let mut holidays: Vec<i64> = holidays.iter().map(day).collect();
    holidays.sort_unstable();
    holidays.dedup();
    Ok(Some(Online { windows, longest, present: share, holidays }))
}

/// The least share of days on which a PC is there: one day in about three years.
const LEAST_PRESENT: f64 = 0.001;

/// A share of days: `90%` or `0.9`.
fn present(node: &Node, _: &Reader) -> Read<f64> {
    let typed = text(node, "a share such as `90%`")?;
    match number_or_percentage(typed) {
        Some((share, _)) if (LEAST_PRESENT..=1.0).contains(&share) => Ok(share),
        Some((share, _)) if share > 0.0 && share <= 1.0 => {
            Err(Fault::at(node.at, format!("`{typed}` is less than 0.1%, one day in three years"))
                .help("leave out PCs that are never there"))
        }
        Some((number, false)) if number > 1.0 && number <= 100.0 => {
            Err(Fault::at(node.at, format!("`{typed}` is more than all of them"))
                .help(format!("write `{typed}%` or `{}`", number / 100.0)))
        }
        _ => Err(Fault::at(node.at, format!("`{typed}` is not a share"))
            .help("a share above zero, up to all: `90%` or `0.9`")),
    }
}

/// Of so many scans at least one must end before the PC goes off, unless none ever does.
const SCANS_OF_WHICH_ONE_FITS: u64 = 1_000;

/// Refuses scans that fit into online hours so rarely that a search for the next one could go on for years.
pub fn check_scans_fit(top: &Section, scenario: &Scenario) {
    let distribution = &scenario.scan.duration;
    let shortest = [distribution.min(), distribution.sample(u64::MAX / SCANS_OF_WHICH_ONE_FITS)].map(Span);
    let hardly_fit = |group: &&Group| {
        group.online.as_ref().is_some_and(|on| shortest[0] <= on.longest && on.longest < shortest[1])
    };
    if let Some(group) = scenario.groups.iter().find(hardly_fit) {
        let problem = format!(
            "fewer than one scan in {SCANS_OF_WHICH_ONE_FITS} ends before the PCs of group `{}` go off",
            group.name
        );
        top.fault_at("scan", problem, Some("correct `duration`, or the group's `online`".into()));
    }
}

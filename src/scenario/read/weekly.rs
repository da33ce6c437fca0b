//! Weekly windows: `{weekdays: "22:00-04:00", sunday: "08:00-12:00"}`, or a list of such mappings.

use super::super::fault::Fault;
use super::super::model::weekly::Weekly;
use super::super::reader::{Read, Reader};
use super::super::values::{self, text};
use super::super::yaml::{Entry, Kind, Node};
use crate::words::time::{Span, Time};

/// Words for days, as days after Monday.
const DAYS: [(&str, std::ops::Range<i64>); 10] = [
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

const SHAPE: &str = "for example `{weekdays: \"22:00-04:00\"}`";

/// Windows of a week. A window may cross midnight; it belongs to the day on which it opens.
pub fn windows(node: &Node, reader: &Reader) -> Read<Weekly> {
    let read = values::list(node, reader, |item, reader| match &item.kind {
        Kind::Map(entries) if !entries.is_empty() => {
            entries.iter().map(|entry| on_days(entry, reader)).collect::<Read<Vec<_>>>()
        }
        _ => Err(Fault::at(item.at, format!("expected windows, found {}", item.describe())).help(SHAPE)),
    })?;
    Ok(Weekly::new(read.into_iter().flatten().flatten()))
}

fn on_days(entry: &Entry, reader: &Reader) -> Read<Vec<(Time, Span)>> {
    let words = || DAYS.iter().map(|(word, _)| *word);
    let (_, days) = DAYS.iter().find(|(word, _)| *word == entry.key).ok_or_else(|| {
        let all = words().collect::<Vec<_>>().join(", ");
        Fault::at(entry.key_at, format!("unknown day `{}`", entry.key)).suggest(
            &entry.key,
            words(),
            Some(all),
        )
    })?;
    let (from, length) = window(&entry.value, reader)?;
    let date = reader.start.date();
    let monday = values::since(reader.start, date.at(0, 0, 0, 0))
        - Span::days(i64::from(date.weekday().to_monday_zero_offset()));
    Ok(days.clone().map(|day| (monday + Span::days(day) + from, length)).collect())
}

/// `22:00-04:00`: when it opens, and for how long.
fn window(node: &Node, reader: &Reader) -> Read<(Span, Span)> {
    let typed = text(node, "a window such as \"22:00-04:00\"")?;
    let times = typed.split_once('-').map(|(from, until)| (from.trim(), until.trim()));
    let (from, until) = times.ok_or_else(|| {
        Fault::at(node.at, format!("`{typed}` is not a window")).help("write from and until: \"22:00-04:00\"")
    })?;
    let clock = |typed: &str| {
        let kind = Kind::Scalar { text: typed.to_string(), quoted: true };
        values::time_of_day(&Node { at: node.at, kind }, reader)
    };
    let from = clock(from)?;
    let until = if until == "24:00" { Span::DAY } else { clock(until)? };
    if from == until {
        return Err(Fault::at(node.at, format!("`{typed}` is open for no time at all"))
            .help("the whole day is \"00:00-24:00\""));
    }
    Ok((from, length(from, until)))
}

/// From one time of day to the next such time of the other.
fn length(from: Span, until: Span) -> Span {
    match until > from {
        true => until - from,
        false => until + Span::DAY - from,
    }
}

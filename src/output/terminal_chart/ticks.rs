//! The x axis.

use jiff::civil::DateTime;

use crate::output::prose::dates::minute;
use crate::output::terminal_chart::columns::column_of;
use crate::scenario::values::{civil, since};
use crate::units::time::{Span, Time};

/// A mark of the x axis.
pub(super) struct Tick {
    pub(super) column: usize,
    /// Where its text begins.
    from: usize,
    text: String,
}

/// Start, end, and as many instants between as have room: midnights or, in a short run, full hours,
/// and then without the year, which stands in the first line of the answers.
pub(super) fn ticks(start: DateTime, end: Time, columns: usize) -> Vec<Tick> {
    let run = end - Time::START;
    let (short, unit) = match run {
        run if run > Span::days(2) => (false, Span::DAY),
        run if run > Span::hours(6) => (true, Span::HOUR),
        _ => (true, Span::MINUTE),
    };
    let text = |at| if short { minute(start, at).split_off(5) } else { civil(start, at).date().to_string() };
    let first = Tick { column: 0, from: 0, text: text(Time::START) };
    let length = first.text.len();
    let last = Tick { column: columns - 1, from: columns.saturating_sub(length), text: text(end) };
    // The first text begins at its mark, those between stand around theirs.
    let intervals = (columns / (length * 3 / 2 + 2)).max(1) as i64;
    let step = (run.ms() as u64).div_ceil((unit.ms() * intervals) as u64) as i64 * unit.ms();
    let round = Time(-since(start.date().at(0, 0, 0, 0), start).in_period(unit).ms());
    let mut ticks = vec![first];
    for at in (1..intervals).map(|i| round + Span(i * step)) {
        let column = column_of(at, end, columns);
        let tick = Tick { column, from: column.saturating_sub(length / 2), text: text(at) };
        let apart = |one: &Tick, other: &Tick| one.from + length + 2 <= other.from;
        if apart(&ticks[ticks.len() - 1], &tick) && apart(&tick, &last) {
            ticks.push(tick);
        }
    }
    if last.from >= length + 2 && end > Time::START {
        ticks.push(last);
    }
    ticks
}

/// The texts below the marks.
pub(super) fn dates(ticks: &[Tick]) -> String {
    let mut line = String::new();
    for Tick { from, text, .. } in ticks {
        line = format!("{line:from$}{text}");
    }
    line
}

//! The license timeline as a small chart of characters: what happened, at a glance.
//!
//! Licenses in use are an area, clients that wait stand on top of it, licenses owned are a line. A column
//! stands for a stretch of time and shows the row of the timeline in it with the highest demand, so that
//! no peak of the timeline is lost between columns; what is owned is that of the stretch's end. Peaks between
//! two rows of the timeline are not in it, and not in the chart.
//!
//! A character is coarse. Where two things meet in one, the chart errs, by less than a text row, towards
//! what must not be overlooked: the line covers the area below it, what goes beyond the line and whoever
//! waits take a character of their own.

use jiff::civil::DateTime;

use crate::observe::timeline::Row;
use crate::output::prose::dates::minute;
use crate::output::prose::numbers::grouped;
use crate::scenario::values::{civil, since};
use crate::units::time::{Span, Time};

/// What the chart is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    Unicode,
    Ascii,
}

/// Wider is no clearer.
const WIDEST: usize = 120;
/// Fewer columns of time say nothing, and have no room for the legend.
const FEWEST_COLUMNS: usize = 28;
/// As the lines above and below the chart.
const INDENT: usize = 2;
/// More of anything is drawn as this: the end of the y axis, which is no less, must be an integer, too.
const LARGEST: u64 = 1_000_000_000_000_000_000;

/// The chart of a timeline in at most `width` characters a line; empty where that leaves no room.
///
/// The last character of a line stays free: there are consoles that go on to the next line after it, and
/// would show an empty one.
pub fn chart(rows: &[Row], start: DateTime, width: usize, charset: Charset) -> String {
    let Some(last) = rows.last() else { return String::new() };
    let all: Vec<State> = rows.iter().map(|row| State::of(row, row)).collect();
    let scale = Scale::of(&all);
    let label = grouped(scale.top()).len();
    let columns = width.min(WIDEST).saturating_sub(INDENT + label + 3);
    if columns < FEWEST_COLUMNS {
        return String::new();
    }
    let pens = charset.pens();
    let states = states(rows, columns);
    let margin = |text: &str| format!("{:INDENT$}{text:>label$} ", "");
    let mut lines = Vec::new();
    for row in (0..scale.rows).rev() {
        let (text, edge) = scale.label(row).map_or((String::new(), pens.edge), |text| (text, pens.tick));
        let cells: String = states.iter().map(|state| state.cell(row, &scale, &pens)).collect();
        lines.push(format!("{}{edge}{cells}", margin(&text)));
    }
    let ticks = ticks(start, last.at, columns);
    let below = |column| if ticks.iter().any(|t| t.column == column) { pens.below } else { pens.base };
    lines.push(format!("{}{}{}", margin("0"), pens.corner, (0..columns).map(below).collect::<String>()));
    lines.push(format!("{} {}", margin(""), dates(&ticks)));
    lines.push(legend(&states, &pens, INDENT + label + 2 + columns));
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The characters of a charset.
struct Pens {
    /// Licenses in use that fill so many eighths of a character.
    area: [char; 9],
    waiting: char,
    owned: char,
    edge: char,
    tick: char,
    corner: char,
    base: char,
    below: char,
}

impl Charset {
    fn pens(self) -> Pens {
        match self {
            Charset::Unicode => Pens {
                area: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
                waiting: '░',
                owned: '─',
                edge: '│',
                tick: '┤',
                corner: '┼',
                base: '─',
                below: '┬',
            },
            Charset::Ascii => Pens {
                area: [' ', '_', '_', '_', '#', '#', '#', '#', '#'],
                waiting: '.',
                owned: '-',
                edge: '|',
                tick: '+',
                corner: '+',
                base: '-',
                below: '+',
            },
        }
    }
}

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State {
    in_use: u64,
    /// In use or waited for.
    demand: u64,
    /// `None`: without limit.
    owned: Option<u64>,
}

impl State {
    /// The demand of one row and what is owned in another.
    fn of(highest: &Row, last: &Row) -> State {
        let (demand, _) = demand(highest);
        let in_use = highest.now.levels.licenses_in_use.min(LARGEST);
        State { in_use, demand, owned: last.now.entitlement.nodes.map(|nodes| nodes.min(LARGEST)) }
    }

    /// The character of a text row, counted from the bottom.
    fn cell(&self, row: usize, scale: &Scale, pens: &Pens) -> char {
        let line = self.owned.map(|owned| scale.row(owned));
        let mut in_use = scale.eighths(self.in_use);
        if let (Some(owned), Some(line)) = (self.owned, line)
            && self.in_use > owned
        {
            in_use = in_use.max(8 * (line + 1) + 1);
        }
        let area = in_use.div_ceil(8);
        let waiting = self.demand > self.in_use;
        let surely = (area..scale.rows).find(|row| Some(*row) != line).unwrap_or(scale.rows - 1);
        match row {
            _ if waiting && row == surely => pens.waiting,
            _ if Some(row) == line => pens.owned,
            _ if row < area => pens.area[(in_use - 8 * row).min(8)],
            _ if waiting && scale.eighths(self.demand) >= 8 * row + 4 => pens.waiting,
            _ => ' ',
        }
    }
}

/// What orders rows by their demand: of equal ones, that with more clients waiting.
fn demand(row: &Row) -> (u64, u64) {
    let (in_use, waiting) = (row.now.levels.licenses_in_use, row.now.levels.clients_waiting);
    (in_use.saturating_add(waiting).min(LARGEST), waiting)
}

/// The columns; one without a row of its own holds what was last.
fn states(rows: &[Row], columns: usize) -> Vec<State> {
    let end = rows[rows.len() - 1].at;
    let (mut rest, mut last) = (rows.iter().peekable(), &rows[0]);
    let column = |column| {
        let mut highest: Option<&Row> = None;
        while let Some(row) = rest.next_if(|row| column_of(row.at, end, columns) <= column) {
            last = row;
            if highest.is_none_or(|highest| demand(row) >= demand(highest)) {
                highest = Some(row);
            }
        }
        State::of(highest.unwrap_or(last), last)
    };
    (0..columns).map(column).collect()
}

/// The column an instant of the run belongs to; its end belongs to the last.
fn column_of(at: Time, end: Time, columns: usize) -> usize {
    let column = i128::from(at.ms()) * columns as i128 / i128::from(end.ms().max(1));
    (column.max(0) as usize).min(columns - 1)
}

/// The y axis: from 0 to a round number, in a few round steps of whole text rows each.
struct Scale {
    step: u64,
    steps: usize,
    rows: usize,
}

impl Scale {
    /// Room for all there is to show, and for a row above the line where demand goes beyond it.
    fn of(states: &[State]) -> Scale {
        let highest = states.iter().map(|state| state.demand.max(state.owned.unwrap_or(0))).max();
        let scale = Scale::up_to(highest.unwrap_or(0));
        let cramped = |state: &State| {
            state.owned.is_some_and(|owned| state.demand > owned && scale.row(owned) + 1 == scale.rows)
        };
        if states.iter().any(cramped) { Scale::up_to(scale.top() + 1) } else { scale }
    }

    fn up_to(highest: u64) -> Scale {
        let round = (0..).flat_map(|digits| [1, 2, 5].map(|digit| digit * 10_u64.pow(digits)));
        let steps = |step: u64| highest.div_ceil(step).max(1) as usize;
        let mut fitting = round.filter(|step| steps(*step) <= 5);
        let step = fitting.next().expect("there is a round number above any");
        let steps = steps(step);
        let rows_a_step = [8, 4, 3, 2, 2][steps - 1];
        Scale { step, steps, rows: steps * rows_a_step }
    }

    fn top(&self) -> u64 {
        self.step * self.steps as u64
    }

    /// The label of a text row is the number at its upper edge.
    fn label(&self, row: usize) -> Option<String> {
        let step = (row + 1) * self.steps;
        step.is_multiple_of(self.rows).then(|| grouped((step / self.rows) as u64 * self.step))
    }

    /// Height in eighths of a text row; something is never shown as nothing.
    fn eighths(&self, number: u64) -> usize {
        let (number, top) = (u128::from(number), u128::from(self.top()));
        let eighths = (number * 8 * self.rows as u128 + top / 2) / top;
        eighths.max(u128::from(number > 0)) as usize
    }

    /// The text row in which a number lies, its upper edge included, its lower not.
    fn row(&self, number: u64) -> usize {
        let rows = (u128::from(number) * self.rows as u128).div_ceil(u128::from(self.top()));
        (rows as usize).saturating_sub(1)
    }
}

/// A mark of the x axis.
struct Tick {
    column: usize,
    /// Where its text begins.
    from: usize,
    text: String,
}

/// Start, end, and as many instants between as have room: midnights or, in a short run, full hours,
/// and then without the year, which stands in the first line of the answers.
fn ticks(start: DateTime, end: Time, columns: usize) -> Vec<Tick> {
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
fn dates(ticks: &[Tick]) -> String {
    let mut line = String::new();
    for Tick { from, text, .. } in ticks {
        line = format!("{line:from$}{text}");
    }
    line
}

/// What is what, of what there is to be seen.
fn legend(states: &[State], pens: &Pens, width: usize) -> String {
    let waiting = states.iter().any(|state| state.demand > state.in_use);
    let owned = states.iter().any(|state| state.owned.is_some());
    let entries = [
        (true, pens.area[8], "licenses in use", "in use"),
        (waiting, pens.waiting, "clients waiting", "waiting"),
        (owned, pens.owned, "licenses owned", "owned"),
    ];
    let line = |long: bool| {
        let seen = entries.iter().filter(|(seen, ..)| *seen);
        let entry = |(_, pen, full, brief): &_| format!("{pen} {}", if long { full } else { brief });
        format!("{:INDENT$}{}", "", seen.map(entry).collect::<Vec<String>>().join("   "))
    };
    let full = line(true);
    if full.chars().count() <= width { full } else { line(false) }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    use super::*;
    use crate::observe::snapshot::{Levels, Snapshot};
    use crate::observe::timeline::Counts;
    use crate::rules::license_files::Entitlement;

    const START: DateTime = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);

    fn row(at: Span, in_use: u64, waiting: u64, owned: Option<u64>) -> Row {
        let levels = Levels { licenses_in_use: in_use, clients_waiting: waiting, ..Levels::default() };
        let entitlement = Entitlement { nodes: owned, ..Entitlement::default() };
        let at = Time::START + at;
        let now = Snapshot { entitlement, levels, ..Snapshot::default() };
        Row { at, now, counts: Counts::default() }
    }

    fn daily(states: &[(u64, u64, Option<u64>)]) -> Vec<Row> {
        let row = |(day, &(in_use, waiting, owned)): (usize, &_)| {
            row(Span::days(day as i64), in_use, waiting, owned)
        };
        states.iter().enumerate().map(row).collect()
    }

    #[track_caller]
    fn expect<const N: usize>(rows: &[Row], width: usize, charset: Charset, expected: [&str; N]) {
        let drawn = chart(rows, START, width, charset);
        assert!(drawn.lines().eq(expected), "drawn:\n{drawn}");
    }

    /// 30 days in 30 columns: a day each, but for the last two, which share one. The pool of 80 fills by
    /// ten a day and holds nobody more, others wait, 40 licenses are bought, and 10 too many are in use.
    fn month() -> Vec<Row> {
        let state = |day: u64| match day {
            0..8 => (day * 10, 0, Some(80)),
            8..15 => (80, 6 * (day - 8), Some(80)),
            15..29 => (115 - (day - 15), 0, Some(120)),
            _ => (130 * (day - 29), 0, Some(120)),
        };
        daily(&(0..=30).map(state).collect::<Vec<_>>())
    }

    #[test]
    fn a_month() {
        expect(
            &month(),
            38,
            Charset::Unicode,
            [
                "  150 ┤                             ▁",
                "      │               ───────────────",
                "      │             ░░▇▇▆▆▅▅▄▄▃▃▂▂▁▁█",
                "  100 ┤         ░░░░░░███████████████",
                "      │───────────────███████████████",
                "      │      ▅███████████████████████",
                "   50 ┤    ▃█████████████████████████",
                "      │  ▂▆██████████████████████████",
                "      │ ▅████████████████████████████",
                "    0 ┼┬────────────────────────────┬",
                "       2026-01-05          2026-02-04",
                "  █ in use   ░ waiting   ─ owned",
            ],
        );
    }

    #[test]
    fn a_month_in_ascii() {
        expect(
            &month(),
            38,
            Charset::Ascii,
            [
                "  150 +                             _",
                "      |               ---------------",
                "      |             ..########______#",
                "  100 +         ......###############",
                "      |---------------###############",
                "      |      ########################",
                "   50 +    _#########################",
                "      |  _###########################",
                "      | #############################",
                "    0 ++----------------------------+",
                "       2026-01-05          2026-02-04",
                "  # in use   . waiting   - owned",
            ],
        );
    }

    /// The last row holds in the last column only: it is that of the end.
    #[test]
    fn a_short_run_without_limit() {
        expect(
            &daily(&[(5, 0, None), (7, 3, None)]),
            40,
            Charset::Unicode,
            [
                "  10 ┤                                ░",
                "     │                                ░",
                "   8 ┤                                ░",
                "     │                                █",
                "   6 ┤                                █",
                "     │█████████████████████████████████",
                "   4 ┤█████████████████████████████████",
                "     │█████████████████████████████████",
                "   2 ┤█████████████████████████████████",
                "     │█████████████████████████████████",
                "   0 ┼┬───────────────────────────────┬",
                "      01-05 00:00           01-06 00:00",
                "  █ licenses in use   ░ clients waiting",
            ],
        );
    }

    #[test]
    fn nothing_at_all() {
        expect(&[], 80, Charset::Unicode, []);
        expect(
            &daily(&[(0, 0, Some(0))]),
            36,
            Charset::Unicode,
            [
                "  1 ┤",
                "    │",
                "    │",
                "    │",
                "    │",
                "    │",
                "    │",
                "    │──────────────────────────────",
                "  0 ┼┬─────────────────────────────",
                "     01-05 00:00",
                "  █ in use   ─ owned",
            ],
        );
    }

    /// Differences that are far smaller than a text row, at the top of what could be the axis.
    #[test]
    fn one_over_and_one_waiting_are_seen() {
        let pool = Some(1_000);
        let rows = daily(&[(1_000, 0, pool), (1_001, 0, pool), (1_000, 1, pool), (1_000, 0, pool)]);
        expect(
            &rows,
            40,
            Charset::Unicode,
            [
                "  1,500 ┤",
                "        │",
                "        │          ▁▁▁▁▁▁▁▁▁▁░░░░░░░░░",
                "  1,000 ┤──────────────────────────────",
                "        │██████████████████████████████",
                "        │██████████████████████████████",
                "    500 ┤██████████████████████████████",
                "        │██████████████████████████████",
                "        │██████████████████████████████",
                "      0 ┼┬────────────────────────────┬",
                "         2026-01-05          2026-01-08",
                "  █ in use   ░ waiting   ─ owned",
            ],
        );
    }

    #[test]
    fn a_peak_of_one_day_is_seen_wherever_it_is() {
        for day in 0..=365 {
            let state = |at| if at == day { (60, 40, None) } else { (10, 0, None) };
            let drawn = chart(&daily(&(0..=365).map(state).collect::<Vec<_>>()), START, 60, Charset::Unicode);
            let top = drawn.lines().next().unwrap();
            assert!(top.starts_with("  100 ┤") && top.matches('░').count() == 1, "day {day}:\n{drawn}");
        }
    }

    /// The number owned is that of the end of a column's stretch, whatever is higher in it.
    #[test]
    fn a_column_shows_what_is_owned_at_its_end() {
        let hours = |hour: i64| row(Span::hours(hour), 5, 0, Some(if hour % 24 == 23 { 10 } else { 20 }));
        let states = states(&(0..=24 * 30).map(hours).collect::<Vec<_>>(), 30);
        assert!(states[..29].iter().all(|state| state.owned == Some(10)));
        assert_eq!(states[29].owned, Some(20));
    }

    #[test]
    fn no_line_is_too_long_or_ends_in_spaces_whatever_the_data() {
        let mut source = ChaCha8Rng::seed_from_u64(5);
        for width in (0..200).cycle().take(2_000) {
            let mut number = || source.next_u64().checked_shr(source.next_u32() % 70).unwrap_or(0);
            let rows: Vec<Row> = (0..number() % 300)
                .map(|i| {
                    row(
                        Span((i * i * 1_234_567) as i64),
                        number(),
                        number(),
                        Some(number()).filter(|n| n % 9 > 0),
                    )
                })
                .collect();
            let unicode = chart(&rows, START, width, Charset::Unicode);
            let ascii = chart(&rows, START, width, Charset::Ascii);
            assert!(ascii.is_ascii(), "{ascii}");
            assert_eq!(unicode.lines().count(), ascii.lines().count());
            for line in unicode.lines().chain(ascii.lines()) {
                assert!(line.chars().count() < width.min(WIDEST), "{width}: {line}");
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

//! The license timeline as a small chart of characters: what happened, at a glance.
//!
//! Licenses in use are an area, clients that wait stand on top of it, licenses owned are a line. A column
//! stands for a stretch of time and shows the row of the timeline in it with the highest demand, so that
//! no peak of the timeline is lost between columns; what is owned is that of the stretch's end. Peaks between
//! two rows of the timeline are not in it, and not in the chart.
//!
//! A character is coarse. Where two things meet in one, the chart errs, by less than a text row, towards
//! what must not be overlooked: the line covers the area below it; what goes beyond the line, and clients that
//! wait, take a character of their own.
//!
//! | file | holds |
//! |---|---|
//! | `columns`, `cells` | what each column shows, and with which characters |
//! | `scale`, `ticks` | the y axis, the x axis |
//! | `pens` | the characters |

mod cells;
mod columns;
mod pens;
mod scale;
mod ticks;

pub use pens::Charset;

use jiff::civil::DateTime;

use crate::observe::timeline::TimelineRow;
use crate::output::prose::numbers::grouped;
use columns::{ColumnState, states};
use pens::Pens;
use scale::Scale;
use ticks::{dates, ticks};

/// Wider is no clearer.
const WIDEST: usize = 120;
/// Fewer columns of time say nothing, and have no room for the legend.
const FEWEST_COLUMNS: usize = 28;
/// As the lines above and below the chart.
const INDENT: usize = 2;

/// The chart of a timeline in at most `width` characters a line; empty where that leaves no room.
///
/// The last character of a line stays free: there are consoles that go on to the next line after it, and
/// would show an empty one.
pub fn chart(rows: &[TimelineRow], start: DateTime, width: usize, charset: Charset) -> String {
    let Some(last) = rows.last() else { return String::new() };
    let all: Vec<ColumnState> = rows.iter().map(|row| ColumnState::of(row, row)).collect();
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

/// What is what, of what there is to be seen.
fn legend(states: &[ColumnState], pens: &Pens, width: usize) -> String {
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
    use crate::observe::counts::Counts;
    use crate::observe::snapshot::{Levels, Snapshot};
    use crate::rules::license_files::Entitlement;
    use crate::units::time::{Span, Time};

    const START: DateTime = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);

    fn row(at: Span, in_use: u64, waiting: u64, owned: Option<u64>) -> TimelineRow {
        let levels = Levels { licenses_in_use: in_use, clients_waiting: waiting, ..Levels::default() };
        let entitlement = Entitlement { nodes: owned, ..Entitlement::default() };
        let at = Time::START + at;
        let now = Snapshot { entitlement, levels, ..Snapshot::default() };
        TimelineRow { at, now, counts: Counts::default() }
    }

    fn daily(states: &[(u64, u64, Option<u64>)]) -> Vec<TimelineRow> {
        let row = |(day, &(in_use, waiting, owned)): (usize, &_)| {
            row(Span::days(day as i64), in_use, waiting, owned)
        };
        states.iter().enumerate().map(row).collect()
    }

    #[track_caller]
    fn expect<const N: usize>(rows: &[TimelineRow], width: usize, charset: Charset, expected: [&str; N]) {
        let drawn = chart(rows, START, width, charset);
        assert!(drawn.lines().eq(expected), "drawn:\n{drawn}");
    }

    /// 30 days in 30 columns: a day each, but for the last two, which share one. The pool of 80 fills by
    /// ten a day until it is full, further clients wait, 40 licenses are bought, and 10 too many are in use.
    fn month() -> Vec<TimelineRow> {
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
            let rows: Vec<TimelineRow> = (0..number() % 300)
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

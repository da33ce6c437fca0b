//! The columns of the chart: what each shows of its stretch of time.

use crate::observe::timeline::TimelineRow;
use crate::units::time::Time;

/// More of anything is drawn as this: the end of the y axis, which is no less, must be an integer, too.
const LARGEST: u64 = 1_000_000_000_000_000_000;

/// What a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColumnState {
    pub(super) in_use: u64,
    /// In use or waited for.
    pub(super) demand: u64,
    /// `None`: without limit.
    pub(super) owned: Option<u64>,
}

impl ColumnState {
    /// The demand of one row and what is owned in another.
    pub(super) fn of(highest: &TimelineRow, last: &TimelineRow) -> ColumnState {
        let (demand, _) = demand(highest);
        let in_use = highest.now.levels.licenses_in_use.min(LARGEST);
        ColumnState { in_use, demand, owned: last.now.entitlement.nodes.map(|nodes| nodes.min(LARGEST)) }
    }
}

/// What orders rows by their demand: of equal ones, that with more clients waiting.
fn demand(row: &TimelineRow) -> (u64, u64) {
    let (in_use, waiting) = (row.now.levels.licenses_in_use, row.now.levels.clients_waiting);
    (in_use.saturating_add(waiting).min(LARGEST), waiting)
}

/// The columns; one without a row of its own holds what was last.
pub(super) fn states(rows: &[TimelineRow], columns: usize) -> Vec<ColumnState> {
    let end = rows[rows.len() - 1].at;
    let (mut rest, mut last) = (rows.iter().peekable(), &rows[0]);
    let column = |column| {
        let mut highest: Option<&TimelineRow> = None;
        while let Some(row) = rest.next_if(|row| column_of(row.at, end, columns) <= column) {
            last = row;
            if highest.is_none_or(|highest| demand(row) >= demand(highest)) {
                highest = Some(row);
            }
        }
        ColumnState::of(highest.unwrap_or(last), last)
    };
    (0..columns).map(column).collect()
}

/// The column an instant of the run belongs to; its end belongs to the last.
pub(super) fn column_of(at: Time, end: Time, columns: usize) -> usize {
    let column = i128::from(at.ms()) * columns as i128 / i128::from(end.ms().max(1));
    (column.max(0) as usize).min(columns - 1)
}

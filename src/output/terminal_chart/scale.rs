//! The y axis.

use crate::output::prose::numbers::grouped;
use crate::output::terminal_chart::columns::ColumnState;

/// The y axis: from 0 to a round number, in a few round steps of whole text rows each.
pub(super) struct Scale {
    step: u64,
    steps: usize,
    pub(super) rows: usize,
}

impl Scale {
    /// Room for all there is to show, and for a row above the line where demand goes beyond it.
    pub(super) fn of(states: &[ColumnState]) -> Scale {
        let highest = states.iter().map(|state| state.demand.max(state.owned.unwrap_or(0))).max();
        let scale = Scale::up_to(highest.unwrap_or(0));
        let cramped = |state: &ColumnState| {
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

    pub(super) fn top(&self) -> u64 {
        self.step * self.steps as u64
    }

    /// The label of a text row is the number at its upper edge.
    pub(super) fn label(&self, row: usize) -> Option<String> {
        let step = (row + 1) * self.steps;
        step.is_multiple_of(self.rows).then(|| grouped((step / self.rows) as u64 * self.step))
    }

    /// Height in eighths of a text row; something is never shown as nothing.
    pub(super) fn eighths(&self, number: u64) -> usize {
        let (number, top) = (u128::from(number), u128::from(self.top()));
        let eighths = (number * 8 * self.rows as u128 + top / 2) / top;
        eighths.max(u128::from(number > 0)) as usize
    }

    /// The text row in which a number lies, its upper edge included, its lower not.
    pub(super) fn row(&self, number: u64) -> usize {
        let rows = (u128::from(number) * self.rows as u128).div_ceil(u128::from(self.top()));
        (rows as usize).saturating_sub(1)
    }
}

//! The characters of a column.

use crate::output::terminal_chart::columns::ColumnState;
use crate::output::terminal_chart::pens::Pens;
use crate::output::terminal_chart::scale::Scale;

impl ColumnState {
    /// The character of a text row, counted from the bottom.
    pub(super) fn cell(&self, row: usize, scale: &Scale, pens: &Pens) -> char {
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

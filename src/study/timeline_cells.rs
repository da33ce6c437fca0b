//! The numbers of a timeline over many runs: a cell for each row and column, whatever is summed up in it.

use serde::{Deserialize, Serialize};

use crate::observe::columns::COLUMNS;
use crate::units::time::Time;

/// What is summed up of one number over runs.
pub trait CellOverRuns: Clone + Default {
    /// Adds what other runs gave. `None`: it cannot be summed, and `self` is of no use.
    fn merge(&mut self, others: &Self) -> Option<()>;

    /// Can this be of at most so many runs? Asked of what was read from a file.
    fn is_possible(&self, most: u64) -> bool;
}

/// A cell for each row and column.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TimelineCells<T> {
    /// Instants of the rows.
    pub at: Vec<Time>,
    /// By row, each in the order of [`COLUMNS`].
    pub cells: Vec<Vec<T>>,
}

impl<T: CellOverRuns> TimelineCells<T> {
    /// Begins rows at these instants, unless there are some.
    pub(super) fn begin(&mut self, at: impl ExactSizeIterator<Item = Time>) {
        if self.at.is_empty() {
            self.cells = vec![vec![T::default(); COLUMNS.len()]; at.len()];
            self.at = at.collect();
        }
    }

    /// `None`: they are of other rows, or cannot be summed.
    pub(super) fn merge(&mut self, others: &TimelineCells<T>) -> Option<()> {
        let alike = self.at == others.at && self.cells.len() == others.cells.len();
        let mut pairs = self.cells.iter_mut().flatten().zip(others.cells.iter().flatten());
        alike.then(|| pairs.try_for_each(|(cell, other)| cell.merge(other)))?
    }

    /// Can these be of at most so many runs, a row for each instant?
    pub(super) fn are_possible(&self, most: u64) -> bool {
        let TimelineCells { at, cells } = self;
        at.len() == cells.len()
            && at.first().is_none_or(|first| *first >= Time::START)
            && at.is_sorted_by(|one, next| one < next)
            && cells
                .iter()
                .all(|row| row.len() == COLUMNS.len() && row.iter().all(|cell| cell.is_possible(most)))
    }

    /// Is the last row at this instant or before?
    pub(super) fn ends_by(&self, horizon: Time) -> bool {
        self.at.last().is_none_or(|last| *last <= horizon)
    }
}

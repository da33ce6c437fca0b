//! Two scenarios with common random numbers: paired differences. [`crate::study::divergence`] finds where their runs diverge.
//!
//! Replication `i` of both is run with the draws of (seed, i), so whatever is alike in both happens
//! alike, and the spread of the difference is that of what really differs.

use std::ops::{ControlFlow, Range};

use serde::{Deserialize, Serialize};

use crate::observe::columns::COLUMNS;
use crate::observe::timeline::TimelineRow;
use crate::scenario::model::Scenario;
use crate::study::measures::{EVENTS, MEASURES, Measured, Unit};
use crate::study::parallel;
use crate::study::replicate::{Replication, one, within};
use crate::study::stats::distribution::Distribution;
use crate::study::timeline_cells::{CellOverRuns, TimelineCells};
use crate::units::time::{Span, Time};

/// One figure of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Pair {
    /// Of the first scenario: in small parts of the measure's unit; 0 or 1 for an event.
    pub first: Distribution,
    /// Of the second scenario, in the same parts.
    pub second: Distribution,
    /// Second minus first, of the replications that have both.
    pub difference: Distribution,
}

impl Pair {
    fn add(&mut self, first: Option<i128>, second: Option<i128>) {
        first.into_iter().for_each(|value| self.first.add(value));
        second.into_iter().for_each(|value| self.second.add(value));
        if let (Some(first), Some(second)) = (first, second) {
            self.difference.add(second - first);
        }
    }

    fn merge(&mut self, others: &Pair) -> Option<()> {
        self.first.merge(&others.first)?;
        self.second.merge(&others.second)?;
        self.difference.merge(&others.difference)
    }

    fn is_possible(&self, most: u64) -> bool {
        [&self.first, &self.second, &self.difference].iter().all(|figure| figure.is_possible(most))
    }
}

/// Count and sum of a number: only its mean is reported.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Total {
    count: u64,
    sum: u128,
}

impl Total {
    fn add(&mut self, value: u64) {
        (self.count, self.sum) = (self.count + 1, self.sum + u128::from(value));
    }

    fn merge(&mut self, others: Total) -> Option<()> {
        self.count = self.count.checked_add(others.count)?;
        self.sum = self.sum.checked_add(others.sum)?;
        Some(())
    }

    fn is_possible(self, most: u64) -> bool {
        self.count <= most && self.sum <= u128::from(self.count) * u128::from(u64::MAX)
    }

    /// Sum divided by count; `None` when no replication had the number.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }
}

/// One number of a timeline row of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NumberPair {
    /// Of the first scenario.
    pub first: Total,
    /// Of the second scenario.
    pub second: Total,
    /// Second minus first, of the replications that have both.
    pub difference: Distribution,
}

impl NumberPair {
    fn add(&mut self, first: Option<u64>, second: Option<u64>) {
        first.into_iter().for_each(|value| self.first.add(value));
        second.into_iter().for_each(|value| self.second.add(value));
        if let (Some(first), Some(second)) = (first, second) {
            self.difference.add(i128::from(second) - i128::from(first));
        }
    }
}

impl CellOverRuns for NumberPair {
    fn merge(&mut self, others: &NumberPair) -> Option<()> {
        self.first.merge(others.first)?;
        self.second.merge(others.second)?;
        self.difference.merge(&others.difference)
    }

    fn is_possible(&self, most: u64) -> bool {
        self.first.is_possible(most) && self.second.is_possible(most) && self.difference.is_possible(most)
    }
}

/// The timelines of both, at the instants at which both have a row.
pub type Timelines = TimelineCells<NumberPair>;

impl Timelines {
    fn add(&mut self, first: &[TimelineRow], second: &[TimelineRow]) {
        let pairs: Vec<[&TimelineRow; 2]> = at_the_same_instant(first, second);
        self.begin(pairs.iter().map(|[row, _]| row.at));
        for ([first, second], cells) in pairs.into_iter().zip(&mut self.cells) {
            for (column, cell) in COLUMNS.iter().zip(cells) {
                cell.add(column.number(first), column.number(second));
            }
        }
    }
}

/// Rows of both that show the same instant; both come in the order of time.
fn at_the_same_instant<'r>(first: &'r [TimelineRow], second: &'r [TimelineRow]) -> Vec<[&'r TimelineRow; 2]> {
    let mut rest = second.iter().peekable();
    let mut of = |row: &'r TimelineRow| {
        while rest.next_if(|other| other.at < row.at).is_some() {}
        rest.next_if(|other| other.at == row.at).map(|other| [row, other])
    };
    first.iter().filter_map(&mut of).collect()
}

/// What the replications say about two scenarios.
#[derive(Debug, Serialize, Deserialize)]
pub struct Compared {
    /// Pairs of runs taken in so far.
    pub replications: u64,
    /// All pairs asked for were run; false after a break.
    pub complete: bool,
    /// In the order of [`MEASURES`].
    pub measures: Vec<Pair>,
    /// In the order of [`EVENTS`]; one where it happened.
    pub events: Vec<Pair>,
    /// Differences over time, at the rows that both scenarios have.
    pub timelines: Timelines,
}

/// Runs both scenarios so many times. `each` receives every pair; `broken_off` is polled.
pub fn compare(
    [first, second]: [&Scenario; 2],
    replications: u64,
    warm_up: Span,
    threads: usize,
    each: impl FnMut(),
    broken_off: &(impl Fn() -> bool + Sync),
) -> Compared {
    go_on(Compared::begin(), [first, second], 0..replications, warm_up, threads, each, broken_off)
}

/// As [`compare`], of the pairs with these numbers, after some of them.
pub fn go_on(
    mut compared: Compared,
    [first, second]: [&Scenario; 2],
    pairs: Range<u64>,
    warm_up: Span,
    threads: usize,
    mut each: impl FnMut(),
    broken_off: &(impl Fn() -> bool + Sync),
) -> Compared {
    let run = |scenario, index| one(scenario, index, warm_up, broken_off);
    let work = |index| Some((run(first, index)?, run(second, index)?));
    let left = pairs.start + compared.replications..pairs.end;
    parallel::in_order(threads, left, work, |_, (first, second)| {
        compared.add(&first, &second);
        each();
        ControlFlow::Continue(())
    });
    compared.complete = compared.replications == pairs.end - pairs.start;
    compared
}

impl Compared {
    /// Nothing has been run yet.
    pub fn begin() -> Compared {
        Compared {
            replications: 0,
            complete: false,
            measures: vec![Pair::default(); MEASURES.len()],
            events: vec![Pair::default(); EVENTS.len()],
            timelines: Timelines::default(),
        }
    }

    fn add(&mut self, first: &Replication, second: &Replication) {
        self.replications += 1;
        self.timelines.add(&first.rows, &second.rows);
        let (first, second) = (&first.measured, &second.measured);
        for (pair, (first, second)) in self.measures.iter_mut().zip(first.0.iter().zip(second.0)) {
            pair.add(*first, second);
        }
        for (pair, event) in self.events.iter_mut().zip(&EVENTS) {
            let happened = |measured: &Measured| Some(i128::from(measured.is(event)));
            pair.add(happened(first), happened(second));
        }
    }

    /// Adds what pairs say that others ran. In whatever parts they are run, all of them say the same.
    /// `None`: they are of other rows, or cannot be summed, and `self` is of no use.
    pub fn merge(&mut self, others: &Compared) -> Option<()> {
        if self.replications == 0 {
            self.timelines.clone_from(&others.timelines);
        } else {
            self.timelines.merge(&others.timelines)?;
        }
        self.replications = self.replications.checked_add(others.replications)?;
        let pairs = self.measures.iter_mut().zip(&others.measures);
        let mut pairs = pairs.chain(self.events.iter_mut().zip(&others.events));
        pairs.try_for_each(|(pair, other)| pair.merge(other))
    }

    /// Can these be the results of exactly so many pairs of runs? Asked of what was read from a file.
    pub fn are_possible(&self, replications: u64) -> bool {
        self.replications == replications
            && self.measures.len() == MEASURES.len()
            && self.events.len() == EVENTS.len()
            && self.measures.iter().chain(&self.events).all(|pair| pair.is_possible(replications))
            && self.timelines.are_possible(replications)
    }

    /// Does all of it happen up to this instant?
    pub fn ends_by(&self, horizon: Time) -> bool {
        let of_instants =
            MEASURES.iter().zip(&self.measures).filter(|(measure, _)| measure.unit == Unit::Instant);
        self.timelines.ends_by(horizon)
            && of_instants.flat_map(|(_, pair)| [&pair.first, &pair.second]).all(|one| within(one, horizon))
    }
}

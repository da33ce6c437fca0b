//! Many runs of one scenario: the same fleet with other random streams, and what they say together.
//!
//! Replication `i` is the run with the draws of (seed, i); replication 0 is the one `run` shows.
//! Results are taken in order of `i`, so they do not depend on the number of threads.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::fleet::Mode;
use crate::observe::columns::COLUMNS;
use crate::observe::service::Service;
use crate::observe::timeline::TimelineRow;
use crate::scenario::model::Scenario;
use crate::study::measures::{self, EVENTS, MEASURES, Measured, Replica, Unit};
use crate::study::parallel;
use crate::study::run::run;
use crate::study::stats::distribution::Distribution;
use crate::study::stats::interval::{Interval, of_probability};
use crate::study::stopping::Stopping;
use crate::study::timeline_cells::{CellOverRuns, TimelineCells};
use crate::units::time::{Span, Time};

/// How to replicate.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The number of the first run: above zero only where others take the runs before it.
    pub first: u64,
    /// So many runs; with a stopping rule at most so many.
    pub replications: u64,
    /// Ends the runs early once a mean is known closely enough; `None`: all of them are run.
    pub stopping: Option<Stopping>,
    /// What happens up to here is left out of all figures.
    pub warm_up: Span,
    /// Runs at the same time; no result depends on it.
    pub threads: usize,
    /// Are the timelines laid one upon the other? Without that only figures are kept.
    pub bands: bool,
}

impl Plan {
    /// So many runs, everything counted.
    pub fn of(replications: u64, threads: usize) -> Plan {
        Plan { first: 0, replications, stopping: None, warm_up: Span::ZERO, threads, bands: true }
    }
}

/// One run of many.
#[derive(Debug)]
pub struct Replication {
    /// Its number, which addresses its random streams; 0 is the run that `run` shows.
    pub index: u64,
    /// The figures, after the warm-up.
    pub measured: Measured,
    /// Its timeline, the warm-up left out.
    pub rows: Vec<TimelineRow>,
}

/// What the runs say together.
#[derive(Debug, Serialize, Deserialize)]
pub struct Replicated {
    /// How many there were.
    pub replications: u64,
    /// All that were asked for, or as many as the stopping rule needed.
    pub complete: bool,
    /// The stopping rule was satisfied; `None` without a rule.
    pub precise: Option<bool>,
    /// The stopping rule with what it has seen so far.
    stopping: Option<Stopping>,
    /// In the order of [`MEASURES`].
    pub measures: Vec<Distribution>,
    /// In how many replications each of [`EVENTS`] happened.
    pub happened: Vec<u64>,
    /// Distribution of each column at each row; empty unless [`Plan::bands`].
    pub bands: Bands,
}

impl Replicated {
    /// Nothing has been run yet.
    pub fn begin(plan: &Plan) -> Replicated {
        Replicated {
            replications: 0,
            complete: false,
            precise: plan.stopping.as_ref().map(|_| false),
            stopping: plan.stopping.clone(),
            measures: vec![Distribution::default(); MEASURES.len()],
            happened: vec![0; EVENTS.len()],
            bands: Bands::default(),
        }
    }

    /// The distribution of a measure by its name; `None`: there is none of that name in [`MEASURES`].
    pub fn measure(&self, name: &str) -> Option<&Distribution> {
        measures::find(name).map(|index| &self.measures[index])
    }

    /// The probability of an event by its name, and its exact 95 % interval; `None` without replications, or where no
    /// event of [`EVENTS`] has that name.
    pub fn probability_of(&self, name: &str) -> Option<(f64, Interval)> {
        self.probability(EVENTS.iter().position(|event| event.name == name)?)
    }

    /// The probability of an event of [`EVENTS`], and its exact interval; `None` without replications.
    pub fn probability(&self, event: usize) -> Option<(f64, Interval)> {
        let (hits, trials) = (self.happened[event], self.replications);
        (trials > 0).then(|| (hits as f64 / trials as f64, of_probability(hits, trials)))
    }
}

/// Every number of every timeline row, over replications.
pub type Bands = TimelineCells<Distribution>;

impl CellOverRuns for Distribution {
    fn merge(&mut self, others: &Distribution) -> Option<()> {
        Distribution::merge(self, others)
    }

    fn is_possible(&self, most: u64) -> bool {
        Distribution::is_possible(self, most)
    }
}

impl Bands {
    fn add(&mut self, rows: &[TimelineRow]) {
        self.begin(rows.iter().map(|row| row.at));
        assert_eq!(self.at.len(), rows.len(), "all runs have the same rows");
        for (row, cells) in rows.iter().zip(&mut self.cells) {
            for (column, cell) in COLUMNS.iter().zip(cells) {
                if let Some(number) = column.number(row) {
                    cell.add(number);
                }
            }
        }
    }
}

/// Runs one replication. `None`: broken off.
pub fn one(
    scenario: &Scenario,
    index: u64,
    warm_up: Span,
    broken_off: &(impl Fn() -> bool + Sync),
) -> Option<Replication> {
    let mut service = Service::new(Time::START + warm_up);
    let watch = |_, _| if broken_off() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
    // Short runs end before they are watched.
    if broken_off() {
        return None;
    }
    let outcome = run(scenario, index, Mode::default(), &mut service, watch).ok()?;
    let measured = Replica::new(service, outcome.totals, scenario.horizon()).measure();
    let mut rows = outcome.rows;
    if warm_up > Span::ZERO {
        // A row counts what happened since the one before; both must lie after the warm-up.
        let first = rows.iter().position(|row| row.at >= Time::START + warm_up);
        rows.drain(..first.map_or(rows.len(), |first| first + 1));
    }
    Some(Replication { index, measured, rows })
}

/// Replicates. `each` sees every replication, in order, and may end it; `broken_off` is asked now and
/// then, from all threads: then what is there up to then is the result.
pub fn replicate(
    scenario: &Scenario,
    plan: &Plan,
    each: impl FnMut(&Replication) -> ControlFlow<()>,
    broken_off: &(impl Fn() -> bool + Sync),
) -> Replicated {
    go_on(Replicated::begin(plan), scenario, plan, each, broken_off)
}

/// As [`replicate`], after some replications of the same plan.
pub fn go_on(
    mut all: Replicated,
    scenario: &Scenario,
    plan: &Plan,
    mut each: impl FnMut(&Replication) -> ControlFlow<()>,
    broken_off: &(impl Fn() -> bool + Sync),
) -> Replicated {
    let work = |index| {
        let mut replication = one(scenario, index, plan.warm_up, broken_off)?;
        // Rows of runs whose turn has not come would lie about, and they may be millions.
        replication.rows = if plan.bands { replication.rows } else { Vec::new() };
        Some(replication)
    };
    let left = plan.first + all.replications..plan.first + plan.replications;
    parallel::in_order(plan.threads, left, work, |_, replication| {
        all.add(&replication, plan.bands);
        let wanted = each(&replication);
        if let Some(rule) = &mut all.stopping
            && rule.satisfied(&all.measures[rule.measure()])
        {
            (all.precise, all.complete) = (Some(true), true);
            return ControlFlow::Break(());
        }
        wanted
    });
    all.complete |= all.replications == plan.replications;
    all
}

impl Replicated {
    fn add(&mut self, replication: &Replication, bands: bool) {
        self.replications += 1;
        for (distribution, value) in self.measures.iter_mut().zip(replication.measured.0) {
            value.into_iter().for_each(|value| distribution.add(value));
        }
        for (happened, event) in self.happened.iter_mut().zip(&EVENTS) {
            *happened += u64::from(replication.measured.is(event));
        }
        if bands {
            self.bands.add(&replication.rows);
        }
    }

    /// Adds what replications say that others ran. In whatever parts they are run, all of them say the same.
    /// `None`: they are of other rows, or cannot be summed, and `self` is of no use.
    pub fn merge(&mut self, others: &Replicated) -> Option<()> {
        if self.replications == 0 {
            self.bands.clone_from(&others.bands);
        } else {
            self.bands.merge(&others.bands)?;
        }
        self.replications = self.replications.checked_add(others.replications)?;
        let mut pairs = self.measures.iter_mut().zip(&others.measures);
        pairs.try_for_each(|(distribution, other)| distribution.merge(other))?;
        for (happened, other) in self.happened.iter_mut().zip(&others.happened) {
            *happened = happened.checked_add(*other)?;
        }
        Some(())
    }

    /// Can these be the results of exactly so many replications? Asked of what was read from a file.
    pub fn are_possible(&self, replications: u64) -> bool {
        self.replications == replications
            && self.measures.len() == MEASURES.len()
            && self.measures.iter().all(|measure| measure.is_possible(replications))
            && self.happened.len() == EVENTS.len()
            && self.happened.iter().all(|times| *times <= replications)
            && self.bands.are_possible(replications)
    }

    /// Does all of it happen up to this instant?
    pub fn ends_by(&self, horizon: Time) -> bool {
        let of_instants =
            MEASURES.iter().zip(&self.measures).filter(|(measure, _)| measure.unit == Unit::Instant);
        self.bands.ends_by(horizon)
            && of_instants.map(|(_, instants)| instants).all(|instants| within(instants, horizon))
    }
}

/// Are all these instants, in milliseconds, between the start and the horizon?
pub(super) fn within(instants: &Distribution, horizon: Time) -> bool {
    instants.min().is_none_or(|min| min >= i128::from(Time::START.ms()))
        && instants.max().is_none_or(|max| max <= i128::from(horizon.ms()))
}

//! Other solutions than Patch Management: their pools at each sample instant, and over the whole run.
//!
//! Rows stand at the instants of the [timeline](crate::observe::timeline), one a solution. A scenario without license files of
//! other solutions has none.

use crate::fleet::fact::{Fact, Observer};
use crate::fleet::solution_fact::{SolutionChange, SolutionFact, SolutionStep};
use crate::rules::license_files;
use crate::scenario::model::{Scenario, Solution, SolutionUse};
use crate::units::time::{Span, Time};

/// The pool of a solution at an instant, and what has happened up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolutionNow {
    /// Which solution it is.
    pub solution: Solution,
    /// Nodes of its license files in force; `None`: without limit.
    pub licenses_total: Option<u64>,
    /// Licenses taken, including those that wait for the licensing refresh.
    pub licenses_in_use: u64,
    /// Computers whose data was discarded because they hold no license, and that still want one.
    pub computers_without: u64,
    /// Licenses taken since the start (S1).
    pub licenses_taken: u64,
    /// Licenses returned since the start (S2).
    pub licenses_returned: u64,
    /// How often data was discarded since the start (S1).
    pub data_discarded: u64,
    /// Most licenses in use at once, and since when.
    pub peak: (u64, Time),
}

impl SolutionNow {
    fn new(used: &SolutionUse) -> SolutionNow {
        SolutionNow {
            solution: used.solution,
            licenses_total: Some(0),
            licenses_in_use: 0,
            computers_without: 0,
            licenses_taken: 0,
            licenses_returned: 0,
            data_discarded: 0,
            peak: (0, Time::START),
        }
    }

    /// Licenses that could be taken now; `None`: without limit.
    pub fn licenses_free(&self) -> Option<u64> {
        self.licenses_total.map(|nodes| license_files::free(Some(nodes), self.licenses_in_use))
    }

    fn step(&mut self, at: Time, step: SolutionStep) {
        match step {
            SolutionStep::LicenseTaken { waited } => {
                self.licenses_taken += 1;
                self.computers_without -= u64::from(waited);
                if self.licenses_in_use > self.peak.0 {
                    self.peak = (self.licenses_in_use, at);
                }
            }
            SolutionStep::LicenseReturned(_) => self.licenses_returned += 1,
            SolutionStep::DataDiscarded { starts_waiting, .. } => {
                self.data_discarded += 1;
                self.computers_without += u64::from(starts_waiting);
            }
            SolutionStep::StopsWaiting => self.computers_without -= 1,
            SolutionStep::PluginRemoved => {}
        }
    }
}

/// One row: the pool of a solution at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolutionRow {
    /// Instant of the row, a multiple of `timeline.every` or the end of the run.
    pub at: Time,
    /// As things stand at this instant.
    pub now: SolutionNow,
    /// How often data was discarded since the row before.
    pub data_discarded: u64,
}

/// What a run comes to for other solutions; empty where the scenario has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SolutionResults {
    /// By instant, then in the order of [`Solution::ALL`].
    pub rows: Vec<SolutionRow>,
    /// Each solution at the end of the run.
    pub at_end: Vec<SolutionNow>,
}

/// Collects the rows.
#[derive(Debug)]
pub struct Solutions {
    every: Span,
    horizon: Time,
    next: Time,
    now: Vec<SolutionNow>,
    /// By solution: how often data had been discarded up to the last row.
    counted: Vec<u64>,
    rows: Vec<SolutionRow>,
}

impl Solutions {
    /// An observer that has seen nothing yet.
    pub fn new(scenario: &Scenario) -> Solutions {
        let now: Vec<SolutionNow> = scenario.solutions.iter().map(SolutionNow::new).collect();
        Solutions {
            every: scenario.timeline_every,
            horizon: scenario.horizon(),
            next: Time::START,
            counted: vec![0; now.len()],
            now,
            rows: Vec::new(),
        }
    }

    /// The results of a finished run.
    pub fn finish(mut self) -> SolutionResults {
        if self.now.is_empty() {
            return SolutionResults::default();
        }
        while self.next < self.horizon {
            self.sample();
        }
        self.next = self.horizon;
        self.sample();
        SolutionResults { rows: self.rows, at_end: self.now }
    }

    fn sample(&mut self) {
        for (now, counted) in self.now.iter().zip(&mut self.counted) {
            let data_discarded = now.data_discarded - *counted;
            *counted = now.data_discarded;
            self.rows.push(SolutionRow { at: self.next, now: *now, data_discarded });
        }
        self.next = self.next.saturating_add(self.every);
    }

    #[inline(never)]
    fn follow(&mut self, at: Time, fact: &SolutionFact) {
        while at > self.next {
            self.sample();
        }
        let Some(now) = self.now.iter_mut().find(|now| now.solution == fact.solution) else { return };
        now.licenses_in_use = fact.in_use;
        match fact.what {
            SolutionChange::Entitlement(entitlement) => now.licenses_total = entitlement.nodes,
            SolutionChange::File { .. } => {}
            SolutionChange::Computer { step, .. } => now.step(at, step),
        }
    }
}

impl Observer for Solutions {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        if let Fact::Solution(fact) = fact {
            self.follow(at, fact);
        }
    }
}

//! The timeline: one row a sample instant.
//!
//! A row shows the state *after* everything that happened up to and at its instant, and counts what
//! happened since the row before (its instant excluded, this one's included). There is a row at the
//! start, one every sample period, and one at the end of the run.

use crate::fleet::fact::{Fact, Observer};
use crate::observe::counts::Counts;
use crate::observe::snapshot::Snapshot;
use crate::observe::totals::Totals;
use crate::scenario::model::Scenario;
use crate::units::time::{Span, Time};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineRow {
    /// A multiple of `timeline.every`, or the end of the run.
    pub at: Time,
    /// As things stand at this instant.
    pub now: Snapshot,
    /// What happened since the row before.
    pub counts: Counts,
}

/// Collects the rows, and what the whole run adds up to: a row counts what was added since the last one.
#[derive(Debug)]
pub struct Timeline {
    every: Span,
    horizon: Time,
    next: Time,
    totals: Totals,
    /// What had happened up to the last row.
    counted: Counts,
    rows: Vec<TimelineRow>,
}

/// Most rows of the timeline of a scenario.
pub fn most_rows(scenario: &Scenario) -> u64 {
    most(scenario.timeline_every, scenario.horizon())
}

fn most(every: Span, horizon: Time) -> u64 {
    (horizon.ms() / every.ms() + 2) as u64
}

impl Timeline {
    /// `every`: distance of two rows; `horizon`: instant of the last row.
    pub fn new(every: Span, horizon: Time) -> Timeline {
        Timeline {
            every,
            horizon,
            next: Time::START,
            totals: Totals::default(),
            counted: Counts::default(),
            rows: Vec::with_capacity(most(every, horizon) as usize),
        }
    }

    /// The rows and the totals of a finished run.
    pub fn finish(mut self) -> (Vec<TimelineRow>, Totals) {
        while self.next < self.horizon {
            self.sample();
        }
        self.next = self.horizon;
        self.sample();
        self.totals.advance(self.horizon);
        (self.rows, self.totals)
    }

    #[inline(never)]
    fn sample(&mut self) {
        let Totals { now, counts: total, .. } = self.totals;
        let counts = total.since(&self.counted);
        self.rows.push(TimelineRow { at: self.next, now, counts });
        self.counted = total;
        self.next = self.next.saturating_add(self.every);
    }
}

impl Observer for Timeline {
    #[inline]
    fn observe(&mut self, at: Time, fact: &Fact) {
        while at > self.next {
            self.sample();
        }
        self.totals.observe(at, fact);
    }

    /// The next row.
    fn counts_at(&self, from: Time) -> Time {
        if from > self.horizon {
            return Time::NEVER;
        }
        let every = self.every.ms();
        Time((from.ms() + every - 1).div_euclid(every) * every).min(self.horizon)
    }
}

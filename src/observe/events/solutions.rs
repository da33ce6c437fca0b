//! Events of computers that use other solutions than Patch Management (S1, S2).

use crate::fleet::solution_fact::{ReturnedBy, SolutionStep};
use crate::rules::clause::Clause;
use crate::rules::solutions::Discarded;
use crate::scenario::model::Solution;

/// Something happens to a computer that uses another solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SolutionEvent {
    /// Which solution it is about.
    pub solution: Solution,
    /// What happens.
    pub what: SolutionWhat,
}

/// What happens to a computer that uses another solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolutionWhat {
    /// Its first data took a license; `waited`: data of it had been discarded before.
    LicenseTaken {
        /// True when data of it had been discarded for want of a license.
        waited: bool,
    },
    /// Its license returned to the pool.
    LicenseReturned(ReturnedBy),
    /// Its data was not processed.
    DataDiscarded(Discarded),
    /// A policy removed the plug-in.
    PluginRemoved,
}

impl SolutionEvent {
    /// The event of a step; `None` where another one stands for it.
    pub(in crate::observe) fn of_step(solution: Solution, step: SolutionStep) -> Option<SolutionEvent> {
        let what = match step {
            SolutionStep::LicenseTaken { waited } => SolutionWhat::LicenseTaken { waited },
            SolutionStep::LicenseReturned(by) => SolutionWhat::LicenseReturned(by),
            SolutionStep::DataDiscarded { why, .. } => SolutionWhat::DataDiscarded(why),
            SolutionStep::PluginRemoved => SolutionWhat::PluginRemoved,
            SolutionStep::StopsWaiting => return None, // why it stops is the event
        };
        Some(SolutionEvent { solution, what })
    }

    pub(super) fn name_and_rule(self) -> (&'static str, Option<Clause>) {
        match self.what {
            SolutionWhat::LicenseTaken { .. } => ("solution_license_taken", Some(Clause::S1)),
            SolutionWhat::LicenseReturned(_) => ("solution_license_returned", Some(Clause::S2)),
            SolutionWhat::DataDiscarded(_) => ("solution_data_discarded", Some(Clause::S1)),
            SolutionWhat::PluginRemoved => ("solution_plugin_removed", Some(Clause::S2)),
        }
    }
}

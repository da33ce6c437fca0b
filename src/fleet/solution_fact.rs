//! What observers see of solutions other than Patch Management (S1, S2).

use crate::rules::license_calendar::LicenseFileEvent;
use crate::rules::license_files::Entitlement;
use crate::rules::solutions::Discarded;
use crate::scenario::model::Solution;
use crate::units::ids::ClientId;

/// Something that happened to the pool of another solution, or to a computer that uses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SolutionFact {
    /// Which solution it is about.
    pub solution: Solution,
    /// Licenses of it in use, after what happened.
    pub in_use: u64,
    /// What happened.
    pub what: SolutionChange,
}

/// What happened to a pool, or to one of its computers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SolutionChange {
    /// What its license files add up to from now on. Also reported once at the start.
    Entitlement(Entitlement),
    /// A license file started or ended.
    File {
        /// Index among the files of the solution.
        file: usize,
        /// What happens to the file at this instant.
        turn: LicenseFileEvent,
    },
    /// Of a computer.
    Computer {
        /// The computer; of a license, the record that holds it.
        client: ClientId,
        /// What happened.
        step: SolutionStep,
    },
}

/// What happened to a computer that uses another solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SolutionStep {
    /// Its first data took a license; `waited`: data of it had been discarded before.
    LicenseTaken {
        /// True when it counted as waiting up to now.
        waited: bool,
    },
    /// Its license returned to the pool.
    LicenseReturned(ReturnedBy),
    /// Its data was discarded; `starts_waiting`: it is without a license, and did not count as waiting before.
    DataDiscarded {
        /// Why.
        why: Discarded,
        /// True when it counts as waiting from now on.
        starts_waiting: bool,
    },
    /// It wants no license any more: it left, or lost the plug-in.
    StopsWaiting,
    /// A policy removed the plug-in of the solution.
    PluginRemoved,
}

/// How a license of another solution returned to its pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReturnedBy {
    /// Its record got another status or was deleted, and nothing has to run.
    Status,
    /// The licensing refresh ran.
    Refresh,
    /// The plug-in was uninstalled.
    Uninstalling,
}

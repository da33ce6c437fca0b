//! The events of a run: what a trace shows of facts and steps, as data.
//!
//! [`TraceEvent`] is closed. An event has a name to filter by, the rule behind it, and what its sentence
//! needs; the sentence itself is in `output/prose/events`. Two events are equal when name, rule and
//! sentence are, so events of two runs can be compared without words. All matches are exhaustive: a new
//! event does not compile without a name, a rule and a sentence.
//!
//! | file | events |
//! |---|---|
//! | [`chain`] | the way to a license and back out of it |
//! | [`downloads`] | packages |
//! | [`initial`] | the state in which a client is at the start |
//! | [`records`] | records and their PCs (V1 to V10) |
//! | [`patching`] | the update side: package versions, tools, cycles, imports, bulletins |
//! | [`solutions`] | other solutions: licenses and data of computers (S1, S2) |
//! | [`server`] | license files, refreshes, actions, maintenance, package servers |

use crate::fleet::fact::PackageKind;
use crate::rules::clause::Clause;
use crate::rules::consumption::Refused;

pub mod chain;
pub mod downloads;
pub mod initial;
pub mod patching;
pub mod records;
pub mod server;
pub mod solutions;

pub use chain::ChainEvent;
pub use downloads::DownloadEvent;
pub use patching::PatchingEvent;
pub use records::RecordEvent;
pub use server::ServerEvent;
pub use solutions::SolutionEvent;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TraceEvent {
    /// On the way to a license, or back.
    Chain(ChainEvent),
    /// The package, and what happened to its download.
    Download(PackageKind, DownloadEvent),
    /// Of a record or its PC.
    Record(RecordEvent),
    /// Of the update side, at a client or at the server.
    Patching(PatchingEvent),
    /// Of a computer that uses another solution.
    Solution(SolutionEvent),
    /// A scan that took no license.
    Scan(ScanEvent),
    /// Of the server, for all clients at once; but for [`ServerEvent::PackageServer`], for those of one site.
    Server(ServerEvent),
}

/// What became of a scan that took no license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScanEvent {
    /// The client holds a license already; the pool has another one left, or is full.
    Returned {
        /// `true`: by C6. `false`: the pool is full, and the result is processed by X1.
        pool_has_free: bool,
    },
    /// The scan was not processed, or did not run; the reason decides the name of the event.
    Refused(Refused),
}

impl TraceEvent {
    /// Snake-case word to filter by.
    pub fn name(&self) -> &'static str {
        self.name_and_rule().0
    }

    /// The rule behind the event; `None` where no rule decides it.
    pub fn clause(&self) -> Option<Clause> {
        self.name_and_rule().1
    }

    /// Both from one place, so that no event has the one without the other.
    fn name_and_rule(&self) -> (&'static str, Option<Clause>) {
        match self {
            TraceEvent::Chain(event) => event.name_and_rule(),
            TraceEvent::Download(package, event) => (event.name(), Some(downloads::clause(*package))),
            TraceEvent::Record(event) => event.name_and_rule(),
            TraceEvent::Patching(event) => event.name_and_rule(),
            TraceEvent::Solution(event) => event.name_and_rule(),
            TraceEvent::Scan(event) => event.name_and_rule(),
            TraceEvent::Server(event) => event.name_and_rule(),
        }
    }
}

impl ScanEvent {
    fn name_and_rule(self) -> (&'static str, Option<Clause>) {
        match self {
            ScanEvent::Returned { pool_has_free: true } => ("scan_returned", Some(Clause::C6)),
            ScanEvent::Returned { pool_has_free: false } => ("scan_returned", Some(Clause::X1)),
            ScanEvent::Refused(refused) => {
                let name = match refused {
                    Refused::PoolFull => "scan_rejected",
                    Refused::Untargeted => "scan_failed",
                    Refused::LicensesExpired
                    | Refused::VersionNotCovered
                    | Refused::ScanPolicyOff
                    | Refused::PackageIncomplete => "scan_not_run",
                    Refused::NothingNew => "scan_unchanged",
                    Refused::Unreachable => "scan_not_returned",
                    Refused::NoActiveRecord(_) => "scan_without_record",
                };
                (name, Some(refused.clause()))
            }
        }
    }
}

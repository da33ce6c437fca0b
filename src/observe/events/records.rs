//! Events of records and their PCs: departure, return, re-imaging, shared and further records (V1 to V10).

use crate::fleet::fact::Cause;
use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::recovery::{further_record_clause, return_clause};
use crate::rules::release::{KeptBy, Release};
use crate::scenario::model::Keys;

/// Something happens to a record or its PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordEvent {
    Retired {
        cause: Cause,
        departure: Departure,
    },
    Disposed(Departure),
    Deleted {
        purged: bool,
        departure: Departure,
    },
    SwitchedOff,
    Reactivated {
        licensed: bool,
    },
    /// A Basic Inventory made a new record, by V4 or V5.
    Returned {
        clause: Clause,
        plugin_installed: bool,
    },
    SharesRecord,
    AgentUninstalled {
        licensed: bool,
    },
    Reimaged {
        keys: Keys,
        licensed: bool,
    },
    ImageApplied,
    Recognised(RecognisedRecord),
    /// The PC goes on as its n-th record.
    LeftBehind {
        nth: u32,
        /// V10, or V5 when the record was deleted.
        clause: Clause,
        licensed: bool,
    },
    SecondRecord {
        nth: u32,
        clause: Clause,
    },
}

/// What it means when a record gets another status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    pub license: LicenseAfterwards,
    /// `None`: no agent is alive, or none matters.
    pub live_agent: Option<LiveAgent>,
}

/// What becomes of the license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseAfterwards {
    NoneHeld,
    ReleasedAtOnce,
    /// Taken until the licensing refresh.
    ReleasedAtRefresh,
    /// 6.x does not refund Retired computers (V1).
    NotRefunded,
    /// V6.
    NotReleased,
}

/// What a live agent does about the new status of its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveAgent {
    /// It sets the record back to Active (V7).
    Reactivates,
    /// It registers again (V5).
    RegistersAgain,
    StaysAlive,
}

/// The record as which the server recognises a re-imaged PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecognisedRecord {
    Shared,
    Disposed,
    Retired,
    Licensed,
    Unlicensed,
}

impl LicenseAfterwards {
    pub fn new(release: Release) -> LicenseAfterwards {
        match release {
            Release::NothingHeld => LicenseAfterwards::NoneHeld,
            Release::Now(_) => LicenseAfterwards::ReleasedAtOnce,
            Release::AtRefresh(_) => LicenseAfterwards::ReleasedAtRefresh,
            Release::Kept(KeptBy::RetiredIn6x) => LicenseAfterwards::NotRefunded,
            Release::Kept(_) => LicenseAfterwards::NotReleased,
        }
    }
}

impl LiveAgent {
    pub fn of(after: ClientState) -> Option<LiveAgent> {
        after.is(Mark::Agent).then(|| match after.status() {
            Status::Retired => LiveAgent::Reactivates,
            Status::Deleted => LiveAgent::RegistersAgain,
            Status::Unknown | Status::Active | Status::Disposed | Status::Shared => LiveAgent::StaysAlive,
        })
    }
}

impl RecognisedRecord {
    fn of(after: ClientState) -> RecognisedRecord {
        match after.status() {
            Status::Shared => RecognisedRecord::Shared,
            Status::Disposed => RecognisedRecord::Disposed,
            Status::Retired => RecognisedRecord::Retired,
            Status::Unknown | Status::Active | Status::Deleted if after.is(Mark::Licensed) => {
                RecognisedRecord::Licensed
            }
            Status::Unknown | Status::Active | Status::Deleted => RecognisedRecord::Unlicensed,
        }
    }
}

impl RecordEvent {
    pub fn deleted(cause: Cause, departure: Departure) -> RecordEvent {
        RecordEvent::Deleted { purged: cause == Cause::Purging, departure }
    }

    pub fn returned(after: ClientState) -> RecordEvent {
        RecordEvent::Returned { clause: return_clause(after), plugin_installed: after.is(Mark::Plugin) }
    }

    pub fn recognised(after: ClientState) -> RecordEvent {
        RecordEvent::Recognised(RecognisedRecord::of(after))
    }

    pub fn left_behind(after: ClientState, nth: u32) -> RecordEvent {
        let clause = further_record_clause(after);
        RecordEvent::LeftBehind { nth, clause, licensed: after.is(Mark::Licensed) }
    }

    pub(super) fn name_and_rule(self) -> (&'static str, Option<Clause>) {
        use Clause::{V1, V3, V6, V7, V8, V9, V10};
        let (name, clause) = match self {
            RecordEvent::Retired { cause: Cause::Purging, .. } => ("retired", V9),
            RecordEvent::Retired { cause: Cause::Action | Cause::Lifetime | Cause::HoldingTime, .. } => {
                ("retired", V1)
            }
            RecordEvent::Disposed(_) => ("disposed", V6),
            RecordEvent::Deleted { purged: true, .. } => ("deleted", V9),
            RecordEvent::Deleted { purged: false, .. } => ("deleted", V3),
            RecordEvent::SwitchedOff => ("switched_off", V10),
            RecordEvent::Reactivated { .. } => ("reactivated", V7),
            RecordEvent::Returned { clause, .. } => ("returned", clause),
            RecordEvent::SharesRecord => ("shares_record", V10),
            RecordEvent::AgentUninstalled { .. } => ("agent_uninstalled", V8),
            RecordEvent::Reimaged { .. } => ("reimaged", V10),
            RecordEvent::ImageApplied => ("image_applied", V10),
            RecordEvent::Recognised(_) => ("recognised", V10),
            RecordEvent::LeftBehind { clause, .. } => ("left_behind", clause),
            RecordEvent::SecondRecord { clause, .. } => ("second_record", clause),
        };
        (name, Some(clause))
    }
}

//! Events of records and their PCs: departure, return, re-imaging, shared and further records (V1 to V10).

use crate::fleet::fact::Cause;
use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::recovery::{check_in_revives, further_record_clause, return_clause};
use crate::rules::release::{KeptBy, Release};
use crate::scenario::model::Keys;

/// Something happens to a record or its PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordEvent {
    /// Status Retired: by V9 when purged, else by V1.
    Retired {
        /// An action, the group's lifetime or holding time, or purging maintenance.
        cause: Cause,
        /// License and agent afterwards.
        departure: Departure,
    },
    /// Status Disposed (V6).
    Disposed(Departure),
    /// The server no longer has the record: by V9 when purged, else by V3.
    Deleted {
        /// By purging maintenance, not by an action.
        purged: bool,
        /// License and agent afterwards.
        departure: Departure,
    },
    /// The PC is gone, but other machines share its record (V10).
    SwitchedOff,
    /// A check-in of the live agent set the Retired or Disposed record back to Active (V7).
    Reactivated {
        /// Does it still hold a license? If not, it takes one again with its next scan result.
        licensed: bool,
    },
    /// A Basic Inventory made a new record, by V4 or V5.
    Returned {
        /// V4 or V5, by the state of the client that returns.
        clause: Clause,
        /// Is the plug-in still on the PC? Then the client can take a license again (V5).
        plugin_installed: bool,
    },
    /// The PC registered with the keys of another machine and shares its record (V10).
    SharesRecord,
    /// Agent and plug-in are gone, the PC stays in use (V8).
    AgentUninstalled {
        /// Does the record keep a license?
        licensed: bool,
    },
    /// The disk of the PC is wiped (V10).
    Reimaged {
        /// Will the server recognise the PC afterwards?
        keys: Keys,
        /// Does the record of before keep a license?
        licensed: bool,
    },
    /// The agent of the new image starts, `platform.reimage_time` after the wipe (V10).
    ImageApplied,
    /// The keys match: the PC goes on as this record, without the plug-in (V10).
    Recognised(RecognisedRecord),
    /// The PC goes on as its n-th record.
    LeftBehind {
        /// Number of the new record; the first record of a PC is 1.
        nth: u32,
        /// V10, or V5 when the record was deleted.
        clause: Clause,
        /// Does the record left behind keep a license?
        licensed: bool,
    },
    /// First event of a further record of a PC, which is a client of its own.
    SecondRecord {
        /// Number of the record, at least 2.
        nth: u32,
        /// V10, or V5 when the record before was deleted.
        clause: Clause,
    },
}

/// What it means when a record gets another status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Departure {
    /// Of the record that leaves.
    pub license: LicenseAfterwards,
    /// `None`: no agent is alive, or none matters.
    pub live_agent: Option<LiveAgent>,
}

/// What becomes of the license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LicenseAfterwards {
    /// There was no license to release.
    NoneHeld,
    /// Free in this instant.
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
    /// It goes on and leaves the status of the record as it is.
    StaysAlive,
}

/// The record as which the server recognises a re-imaged PC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecognisedRecord {
    /// The record of another machine with the same keys.
    Shared,
    /// Its status stays Disposed until this report sets it back to Active (V7).
    Disposed,
    /// Its status stays Retired until this report sets it back to Active (V7).
    Retired,
    /// Active, with the license of before.
    Licensed,
    /// Active or not yet known, without a license.
    Unlicensed,
}

impl LicenseAfterwards {
    /// Any license that is kept is `NotReleased`, but for Retired records in 6.x (V1).
    pub(in crate::observe) fn new(release: Release) -> LicenseAfterwards {
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
    /// By the client's state after the step; `None` when its agent is not alive.
    pub(in crate::observe) fn of(after: ClientState) -> Option<LiveAgent> {
        after.is(Mark::Agent).then(|| match after.status() {
            status if check_in_revives(status) => LiveAgent::Reactivates,
            Status::Deleted => LiveAgent::RegistersAgain,
            _ => LiveAgent::StaysAlive,
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
    /// An event of a deletion, by purging maintenance or by an action.
    pub(in crate::observe) fn deleted(cause: Cause, departure: Departure) -> RecordEvent {
        RecordEvent::Deleted { purged: cause == Cause::Purging, departure }
    }

    /// An event of a client with a new record after its deletion (V4, V5), from the state after it.
    pub(in crate::observe) fn returned(after: ClientState) -> RecordEvent {
        RecordEvent::Returned { clause: return_clause(after), plugin_installed: after.is(Mark::Plugin) }
    }

    /// An event of a re-imaged PC whose keys match (V10), from the state after it.
    pub(in crate::observe) fn recognised(after: ClientState) -> RecordEvent {
        RecordEvent::Recognised(RecognisedRecord::of(after))
    }

    /// An event of the record that a PC leaves for its `nth` one, from the state after it.
    pub(in crate::observe) fn left_behind(after: ClientState, nth: u32) -> RecordEvent {
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

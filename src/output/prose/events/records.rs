//! Sentences of records and their PCs: departure, return, re-imaging, shared and further records.

use crate::fleet::fact::Cause;
use crate::observe::events::RecordEvent;
use crate::observe::events::records::{Departure, LicenseAfterwards, LiveAgent, RecognisedRecord};
use crate::rules::clause::Clause;
use crate::scenario::model::{KeyChange, Keys};

pub(super) fn sentence(event: RecordEvent) -> String {
    match event {
        RecordEvent::Retired { cause, departure: left } => {
            format!("{}; {}", why_retired(cause), departure(left))
        }
        RecordEvent::Disposed(left) => departure(left),
        RecordEvent::Deleted { purged: true, departure: left } => format!("{PURGED}; {}", departure(left)),
        RecordEvent::Deleted { purged: false, departure: left } => departure(left),
        RecordEvent::SwitchedOff => "the PC is gone; others may share its record".into(),
        RecordEvent::Reactivated { licensed } => {
            let license = if licensed { "it has its license still" } else { "it holds no license" };
            format!("a check-in set its record back to Active; {license}")
        }
        RecordEvent::Returned { clause, plugin_installed } => returned(clause, plugin_installed).into(),
        RecordEvent::SharesRecord => {
            "the server knows its keys: it shares the record of another machine".into()
        }
        RecordEvent::AgentUninstalled { licensed } => {
            let license = held(licensed, "its record keeps the license");
            format!("the agent is gone, the PC stays in use; {license}")
        }
        RecordEvent::Reimaged { keys, licensed } => reimaged(keys, licensed),
        RecordEvent::ImageApplied => "the agent of the new image starts".into(),
        RecordEvent::Recognised(record) => recognised(record).into(),
        RecordEvent::LeftBehind { nth, licensed, clause: _ } => {
            let license = held(licensed, "this one keeps its license");
            format!("the PC goes on as its record ~{nth}; {license}")
        }
        RecordEvent::SecondRecord { nth, clause: _ } => {
            format!("record ~{nth} of a PC whose earlier record is left behind")
        }
    }
}

const PURGED: &str = "no Basic Inventory for too long";

fn why_retired(cause: Cause) -> &'static str {
    match cause {
        Cause::Purging => PURGED,
        Cause::Action => "by an action",
        Cause::Lifetime => "its lifetime is over",
        Cause::HoldingTime => "its holding time is over",
    }
}

/// What becomes of the license, and what a live agent will do.
fn departure(Departure { license, live_agent }: Departure) -> String {
    let license = match license {
        LicenseAfterwards::NoneHeld => NONE_HELD,
        LicenseAfterwards::ReleasedAtOnce => "its license is released at once",
        LicenseAfterwards::ReleasedAtRefresh => "its license stays taken until the licensing refresh",
        LicenseAfterwards::NotRefunded => "its license is not released: 6.x does not refund",
        LicenseAfterwards::NotReleased => "its license is not released (V6)",
    };
    let agent = match live_agent {
        None => "",
        Some(LiveAgent::Reactivates) => "; its agent is alive and will set it back to Active",
        Some(LiveAgent::RegistersAgain) => "; its agent is alive and will register again",
        Some(LiveAgent::StaysAlive) => "; its agent is alive",
    };
    format!("{license}{agent}")
}

const NONE_HELD: &str = "it held no license";

fn held(licensed: bool, words: &'static str) -> &'static str {
    if licensed { words } else { NONE_HELD }
}

fn reimaged(keys: Keys, licensed: bool) -> String {
    use KeyChange::{New, Same};
    let (keys, record) = match (keys.hardware, keys.name) {
        (Same, Same) => ("its keys will match", "its record keeps the license"),
        (New, Same) => ("its name will match", "its record keeps the license"),
        (Same, New) => ("its hardware keys will match", "its record keeps the license"),
        (New, New) => ("no key will match", "the record it leaves behind keeps the license"),
    };
    format!("its disk is wiped, {keys}; {}", held(licensed, record))
}

fn returned(clause: Clause, plugin_installed: bool) -> &'static str {
    match (plugin_installed, clause) {
        (true, _) => "a Basic Inventory made a new record, without task history; it reports the plug-in",
        (false, Clause::V4) => {
            "a Basic Inventory made a new record: managed, without license, its task history lost"
        }
        (false, _) => "a Basic Inventory made a new record, without task history and plug-in",
    }
}

fn recognised(record: RecognisedRecord) -> &'static str {
    match record {
        RecognisedRecord::Shared => {
            "its keys match: it shares the same record as before; the plug-in is gone"
        }
        RecognisedRecord::Disposed => "its keys match: the same record, Disposed still; the plug-in is gone",
        RecognisedRecord::Retired => "its keys match: the same record, still Retired; the plug-in is gone",
        RecognisedRecord::Licensed => {
            "its keys match: the same record with the same license; the plug-in is gone"
        }
        RecognisedRecord::Unlicensed => "its keys match: the same record; the plug-in is gone",
    }
}

//! Words for what happens to records and their PCs: V4 to V10. Part of the trace.

use crate::fleet::fact::Step;
use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::recovery::{further_record_clause, return_clause};
use crate::scenario::model::Keys;

/// Event, rule and reason of a step that the trace leaves to this file.
pub fn words(after: ClientState, step: &Step) -> Option<(&'static str, Option<Clause>, String)> {
    use Clause::{V7, V8, V10};
    let said = |event, clause: Clause, reason: &str| Some((event, Some(clause), reason.to_string()));
    let held = |license: &'static str| if after.is(Mark::Licensed) { license } else { "it held no license" };
    match *step {
        Step::SwitchedOff => said("switched_off", V10, "the PC is gone; others may share its record"),
        Step::Reactivated => {
            let license =
                if after.is(Mark::Licensed) { "it has its license still" } else { "it holds no license" };
            said("reactivated", V7, &format!("a check-in set its record back to Active; {license}"))
        }
        Step::Returned => said("returned", return_clause(after), returned(after)),
        Step::SharesRecord => {
            said("shares_record", V10, "the server knows its keys: it shares the record of another machine")
        }
        Step::LicenseShared => said("license_shared", V10, "the record that it shares took a license"),
        Step::AgentUninstalled => {
            let license = held("its record keeps the license");
            said("agent_uninstalled", V8, &format!("the agent is gone, the PC stays in use; {license}"))
        }
        Step::Reimaged(Keys::Matching) => {
            let license = held("its record keeps the license");
            said("reimaged", V10, &format!("its disk is wiped, its keys will match; {license}"))
        }
        Step::Reimaged(Keys::New) => {
            let license = held("the record it leaves behind keeps the license");
            said("reimaged", V10, &format!("its disk is wiped, its keys will be new; {license}"))
        }
        Step::ImageApplied => said("image_applied", V10, "the agent of the new image starts"),
        Step::Recognised => said("recognised", V10, recognised(after)),
        Step::LeftBehind { nth } => {
            let license = held("this one keeps its license");
            said(
                "left_behind",
                further_record_clause(after),
                &format!("the PC goes on as its record ~{nth}; {license}"),
            )
        }
        Step::SecondRecord { nth, clause, .. } => said(
            "second_record",
            clause,
            &format!("record ~{nth} of a PC whose earlier record is left behind"),
        ),
        _ => None,
    }
}

fn returned(after: ClientState) -> &'static str {
    match (after.is(Mark::Plugin), after.is(Mark::UninstallTarget)) {
        (true, _) => "a Basic Inventory made a new record, without task history; it reports the plug-in",
        (false, true) => {
            "a Basic Inventory made a new record: managed, without license, its task history lost"
        }
        (false, false) => "a Basic Inventory made a new record, without task history and plug-in",
    }
}

fn recognised(after: ClientState) -> &'static str {
    match (after.status(), after.is(Mark::Licensed)) {
        (Status::Shared, _) => "its keys match: it shares the same record as before; the plug-in is gone",
        (Status::Disposed, _) => "its keys match: the same record, Disposed still; the plug-in is gone",
        (Status::Retired, _) => "its keys match: the same record, still Retired; the plug-in is gone",
        (_, true) => "its keys match: the same record with the same license; the plug-in is gone",
        (_, false) => "its keys match: the same record; the plug-in is gone",
    }
}

//! Words for what happens on the update side: packages, policies, cycles. Part of the trace.

use crate::fleet::fact::Step;
use crate::rules::clause::Clause;

/// Event, rule and reason of a step that the trace leaves to this file.
pub fn words(step: &Step) -> Option<(&'static str, Option<Clause>, String)> {
    use Clause::{C4, U1, U2};
    let said = |event, clause, reason: &str| Some((event, clause, reason.to_string()));
    let n = |updates: u32| format!("{updates} update{}", if updates == 1 { "" } else { "s" });
    match *step {
        Step::RefreshWanted { old_usable: true } => {
            said("package_outdated", Some(C4), "a new version is there; scans go on with the old one")
        }
        Step::RefreshWanted { old_usable: false } => {
            said("package_outdated", Some(C4), "a new version is there; no scan until it is complete")
        }
        Step::RefreshComplete => said("package_refreshed", Some(C4), "the new version is complete"),
        Step::ToolsWanted { by_cycle: true } => said(
            "tools_wanted",
            Some(U1),
            "a cycle reached Applying Updates without current Patch Install Tools",
        ),
        Step::ToolsWanted { by_cycle: false } => said(
            "tools_wanted",
            Some(U2),
            "in 7.1 to 7.5 Patch Install Tools have to be complete before a scan",
        ),
        Step::ToolsComplete => said("tools_ready", Some(U1), "Patch Install Tools are complete"),
        Step::UpdatesScheduled { updates } => {
            said("updates_scheduled", None, &format!("a patch update policy brought {}", n(updates)))
        }
        Step::TaskReceived => {
            said("task_received", None, "a Software Update Installation task runs the next cycle at once")
        }
        Step::UpdatesExecuting { updates } => {
            said("updates_executing", None, &format!("the cycle applies {}", n(updates)))
        }
        Step::CycleStopped(stopped) => said(
            "cycle_stopped",
            stopped.clause(),
            &format!("{}; the updates stay Scheduled", stopped.words()),
        ),
        Step::CycleEnded { installed, failed, again } => said(
            "cycle_ended",
            None,
            &format!("{} installed, {failed} failed, {again} to try again", n(installed)),
        ),
        Step::UpdatesDropped { updates } => {
            said("updates_dropped", None, &format!("{} no longer scheduled", n(updates)))
        }
        _ => None,
    }
}

//! Sentences of the update side: package versions, Patch Install Tools, cycles; imports, bulletins and tasks.

use crate::observe::events::PatchingEvent;
use crate::output::prose::events::phrases::{plain, started};

pub(super) fn sentence(event: &PatchingEvent) -> String {
    match event {
        PatchingEvent::PackageOutdated { old_usable: true } => {
            "a new version is there; scans go on with the old one".into()
        }
        PatchingEvent::PackageOutdated { old_usable: false } => {
            "a new version is there; no scan until it is complete".into()
        }
        PatchingEvent::PackageRefreshed => "the new version is complete".into(),
        PatchingEvent::ToolsWanted { by_cycle: true } => {
            "a cycle reached Applying Updates without current Patch Install Tools".into()
        }
        PatchingEvent::ToolsWanted { by_cycle: false } => {
            "in 7.1 to 7.5 Patch Install Tools have to be complete before a scan".into()
        }
        PatchingEvent::ToolsReady => "Patch Install Tools are complete".into(),
        PatchingEvent::UpdatesScheduled { updates } => {
            format!("a patch update policy brought {}", plain(*updates, "update"))
        }
        PatchingEvent::TaskReceived => {
            "a Software Update Installation task runs the next cycle at once".into()
        }
        PatchingEvent::UpdatesExecuting { updates } => {
            format!("the cycle applies {}", plain(*updates, "update"))
        }
        PatchingEvent::CycleStopped(stopped) => format!("{}; the updates stay Scheduled", stopped.words()),
        PatchingEvent::CycleEnded { installed, failed, again } => {
            format!("{} installed, {failed} failed, {again} to try again", plain(*installed, "update"))
        }
        PatchingEvent::UpdatesDropped { updates } => {
            format!("{} no longer scheduled", plain(*updates, "update"))
        }
        PatchingEvent::Imported { by_hand, bulletins: 0 } => format!("{}; nothing new", started(*by_hand)),
        PatchingEvent::Imported { by_hand, bulletins } => {
            let bulletins = plain(*bulletins, "bulletin");
            format!("{}; {bulletins} listed, and new package versions", started(*by_hand))
        }
        PatchingEvent::ImportRefused(refused) => refused.words().into(),
        PatchingEvent::BulletinsEnabled { by_hand: true, bulletins, aup_expired: _ } => {
            format!("{bulletins} more, by hand")
        }
        PatchingEvent::BulletinsEnabled { by_hand: false, bulletins, aup_expired: _ } => {
            format!("{bulletins} more, by itself, some time after the import")
        }
        PatchingEvent::EnableRefused { action, bulletin, refused } => {
            let by = action.map_or("by itself".to_string(), |action| format!("actions[{action}]"));
            format!("{by}: {bulletin}: {}", refused.words())
        }
        PatchingEvent::TaskRefused { action, refused } => format!("actions[{action}]: {}", refused.words()),
    }
}

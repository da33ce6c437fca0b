//! Sentences of computers that use other solutions.

use crate::fleet::solution_fact::ReturnedBy;
use crate::observe::events::SolutionEvent;
use crate::observe::events::solutions::SolutionWhat;

pub(super) fn sentence(event: SolutionEvent) -> String {
    let what = match event.what {
        SolutionWhat::LicenseTaken { waited: false } => "its first data took a license",
        SolutionWhat::LicenseTaken { waited: true } => "its data took a license, after data was discarded",
        SolutionWhat::LicenseReturned(ReturnedBy::Status) => "its license returned to the pool at once",
        SolutionWhat::LicenseReturned(ReturnedBy::Refresh) => {
            "the licensing refresh returned its license to the pool"
        }
        SolutionWhat::LicenseReturned(ReturnedBy::Uninstalling) => {
            "the plug-in is gone, and its license returned to the pool"
        }
        SolutionWhat::DataDiscarded(why) => why.words(),
        SolutionWhat::PluginRemoved => "a policy removed the plug-in",
    };
    format!("{}: {what}", event.solution.title())
}

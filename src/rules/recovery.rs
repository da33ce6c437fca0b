//! How a license comes back, and what does not bring it back.

use super::clause::Clause;
use super::client::{ClientState, Mark, Status};
use crate::scenario::model::{Platform, Refund, Schedule};

/// What happens to the license of a client whose record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// It holds none.
    NothingHeld,
    /// Back in the pool at once.
    Now(Clause),
    /// Back in the pool when the licensing refresh runs next.
    AtRefresh(Clause),
    /// Not released by this.
    Kept(Clause),
}

/// What frees a license whose record is neither Retired nor deleted.
const RETIRE: &str = "set it to Retired and run the licensing refresh, or delete it";

impl Release {
    /// Of a license that could be freed: the rule it hangs on, how its record stands, what frees it.
    /// `None` where nothing is held, or the license is in good hands (C7).
    pub fn words(self) -> Option<(Clause, &'static str, &'static str)> {
        let refresh = "run the licensing refresh, or wait for its next run";
        match self {
            Release::NothingHeld | Release::Now(_) | Release::Kept(Clause::C7) => None,
            Release::AtRefresh(Clause::V3) => {
                Some((Clause::V3, "its record was deleted, and no licensing refresh has run since", refresh))
            }
            Release::AtRefresh(clause) => {
                Some((clause, "its record is Retired, and no licensing refresh has run since", refresh))
            }
            Release::Kept(Clause::V6) => {
                Some((Clause::V6, "its record is Disposed, which frees nothing", RETIRE))
            }
            Release::Kept(Clause::V2) => {
                Some((Clause::V2, "its plug-in is not installed, and the license stays", RETIRE))
            }
            Release::Kept(clause) => Some((clause, clause.sentence(), RETIRE)),
        }
    }
}

/// **V1** Retired releases at the next licensing refresh. **V3** Deleting frees the license. **V6** No
/// other status does. **V2** Nor does uninstalling the plug-in, which leaves the record Active (C7).
pub fn release(state: ClientState, platform: &Platform) -> Release {
    if !state.is(Mark::Licensed) {
        return Release::NothingHeld;
    }
    match state.status() {
        Status::Retired => released_by(Clause::V1, platform.refund_on_retire, platform), // V1
        Status::Deleted => released_by(Clause::V3, platform.refund_on_delete, platform), // V3
        Status::Disposed => Release::Kept(Clause::V6),                                   // V6
        Status::Active | Status::Unknown | Status::Shared if !state.is(Mark::Plugin) => {
            Release::Kept(Clause::V2)
        } // V2
        Status::Active | Status::Unknown | Status::Shared => Release::Kept(Clause::C7),  // C7
    }
}

/// A licensing refresh that runs whenever it is wanted releases at once.
fn released_by(clause: Clause, when: Refund, platform: &Platform) -> Release {
    match when {
        Refund::Immediate => Release::Now(clause),
        Refund::AtRefresh if platform.licensing_refresh == Schedule::Immediate => Release::Now(clause),
        Refund::AtRefresh => Release::AtRefresh(clause),
    }
}

/// Does a run of the licensing refresh release this client's license, and by which rule?
pub fn refresh_releases(state: ClientState, platform: &Platform) -> Option<Clause> {
    match release(state, platform) {
        Release::Now(clause) | Release::AtRefresh(clause) => Some(clause), // V1, V3
        Release::NothingHeld | Release::Kept(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn platform(yaml: &str) -> Platform {
        let text = format!("{{fleetsim: 1, duration: 1d, groups: {{a: {{clients: 1}}}}, platform: {yaml}}}");
        scenario::check(&text, "t", &|_| Err("no files".into())).unwrap().scenario.platform
    }

    #[test]
    fn what_releases_a_license() {
        use Clause::*;
        let usual = platform("{}");
        let other = platform("{refund_on_retire: immediate, refund_on_delete: at_refresh}");
        let no_wait = platform("{licensing_refresh: immediate}");
        let holder = ClientState::default().with(Mark::Licensed).with(Mark::Plugin);
        #[rustfmt::skip]
        let table = [
            // status            plug-in  settings  released
            (Status::Active,     true,    &usual,   Release::Kept(C7)),
            (Status::Active,     false,   &usual,   Release::Kept(V2)), // plug-in uninstalled
            (Status::Retired,    true,    &usual,   Release::AtRefresh(V1)),
            (Status::Retired,    true,    &other,   Release::Now(V1)),
            (Status::Retired,    true,    &no_wait, Release::Now(V1)),
            (Status::Disposed,   true,    &usual,   Release::Kept(V6)),
            (Status::Deleted,    false,   &usual,   Release::Now(V3)),
            (Status::Deleted,    true,    &other,   Release::AtRefresh(V3)),
        ];
        for (status, plugin, settings, released) in table {
            let state = if plugin { holder } else { holder.without(Mark::Plugin) }.with_status(status);
            assert_eq!(release(state, settings), released, "{state:?}");
        }
        let none = ClientState::default().with_status(Status::Retired);
        assert_eq!(release(none, &usual), Release::NothingHeld);
    }

    #[test]
    fn licenses_that_could_be_freed_say_by_what() {
        use Clause::*;
        #[rustfmt::skip]
        let table = [
            (Release::NothingHeld,   None),
            (Release::Now(V1),       None),
            (Release::Kept(C7),      None), // in good hands
            (Release::AtRefresh(V1), Some((V1, "its record is Retired", "run the licensing refresh"))),
            (Release::AtRefresh(V3), Some((V3, "its record was deleted", "run the licensing refresh"))),
            (Release::Kept(V2),      Some((V2, "its plug-in is not installed", "set it to Retired"))),
            (Release::Kept(V6),      Some((V6, "its record is Disposed", "set it to Retired"))),
            (Release::Kept(V8),      Some((V8, "Uninstalling the agent leaves the record", "set it to Retired"))),
        ];
        for (release, expected) in table {
            let said = release.words();
            assert_eq!(said.map(|(clause, ..)| clause), expected.map(|(clause, ..)| clause), "{release:?}");
            if let (Some((_, why, cure)), Some((_, starts, cures))) = (said, expected) {
                assert!(why.starts_with(starts) && cure.starts_with(cures), "{release:?}: {why}: {cure}");
            }
        }
    }
}

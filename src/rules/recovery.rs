//! How a license comes back, and what does not bring it back.

use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::scenario::model::{Platform, Refund, Schedule, Version};

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
    /// A word for a license that could be freed, to filter by.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Release::NothingHeld | Release::Now(_) | Release::Kept(Clause::C7) => None,
            Release::AtRefresh(Clause::V3) => Some("deleted_not_released"),
            Release::AtRefresh(_) => Some("retired_not_released"),
            Release::Kept(Clause::V1) => Some("retired_in_6x"),
            Release::Kept(Clause::V3) => Some("holder_not_exported"),
            Release::Kept(Clause::V2) => Some("plugin_uninstalled"),
            Release::Kept(Clause::V6) => Some("disposed"),
            Release::Kept(Clause::V7) => Some("retired_agent_alive"),
            Release::Kept(Clause::V8) => Some("agent_uninstalled"),
            Release::Kept(Clause::V9) => Some("silent"),
            Release::Kept(Clause::V10) => Some("left_behind"),
            Release::Kept(_) => Some("kept"),
        }
    }

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
            Release::Kept(Clause::V3) => Some((
                Clause::V3,
                "its record is not in the export: Retired, Disposed or deleted (vComputer lists Active computers \
                 only), or of another server",
                "export the status of these records from vResource; run the licensing refresh for those Retired, \
                 retire those Disposed",
            )),
            Release::Kept(Clause::V6) => {
                Some((Clause::V6, "its record is Disposed, which frees nothing", RETIRE))
            }
            Release::Kept(Clause::V2) => Some((
                Clause::V2,
                "its plug-in is not installed, and the license stays",
                "set it to Retired and run the licensing refresh before it checks in again (V7), or delete it, which \
                 loses its task history (V4)",
            )),
            Release::Kept(Clause::V7) => Some((
                Clause::V7,
                "its record is Retired, but its agent is alive and will set it back to Active",
                "uninstall the agent or switch the PC off, then set it to Retired again",
            )),
            Release::Kept(Clause::V8) => {
                Some((Clause::V8, "its agent was uninstalled, and the record stays", RETIRE))
            }
            Release::Kept(Clause::V9) => Some((
                Clause::V9,
                "its PC has not reported for long, and the license stays",
                "look for the PC; if it is gone, set its record to Retired and run the licensing refresh",
            )),
            Release::Kept(Clause::V10) => Some((
                Clause::V10,
                "its PC was re-imaged; with new keys it goes on as another record",
                RETIRE,
            )),
            Release::Kept(Clause::V1) => Some((
                Clause::V1,
                "its record is Retired, and 6.x gives nothing back for that",
                "delete it, or upgrade to 7.1 or later and run the licensing refresh",
            )),
            Release::Kept(clause) => Some((clause, clause.sentence(), RETIRE)),
        }
    }
}

/// **V1** Retired releases at the next licensing refresh. **V3** Deleting frees the license. **V6** No
/// other status does. **V2** Nor does uninstalling the plug-in, which leaves the record Active (C7), **V8**
/// nor uninstalling the agent, **V10** nor a new image.
pub fn release(state: ClientState, platform: &Platform, version: Version) -> Release {
    if !state.is(Mark::Licensed) {
        return Release::NothingHeld;
    }
    match state.status() {
        Status::Disposed if state.is(Mark::Unlisted) => Release::Kept(Clause::V3), // V3
        Status::Retired if version < Version::V7_1 => Release::Kept(Clause::V1),   // V1, 6.x
        Status::Retired => released_by(Clause::V1, platform.refund_on_retire, platform), // V1
        Status::Deleted => released_by(Clause::V3, platform.refund_on_delete, platform), // V3
        Status::Disposed => Release::Kept(Clause::V6),                             // V6
        Status::Active | Status::Unknown | Status::Shared => Release::Kept(kept_by(state)),
    }
}

/// Why an Active record keeps its license.
fn kept_by(state: ClientState) -> Clause {
    match () {
        () if state.is(Mark::AgentUninstalled) => Clause::V8, // V8
        () if state.is(Mark::Silent) => Clause::V9,           // V9
        () if state.is(Mark::LeftBehind) || state.is(Mark::Imaging) => Clause::V10, // V10
        () if !state.is(Mark::Plugin) => Clause::V2,          // V2
        () => Clause::C7,                                     // C7
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

/// **V7** A report of a live agent, its check-in or the first inventory of a new image, sets a Retired record
/// back to Active; **V6** no other status.
pub fn check_in_revives(status: Status) -> bool {
    status == Status::Retired // V7
}

/// What a Basic Inventory of a machine does to the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// The machine gets a record of its own, a new one or its deleted one again: it is Active.
    Own,
    /// Its own record exists and keeps its status, unless [`check_in_revives`] it.
    Known,
    /// It was deleted and its license waits for the refresh: the machine gets another record.
    Second,
    /// Another machine with the same keys has a record already; they share it.
    Shared,
}

/// **V5** A deleted record comes back; **V10** machines with cloned keys share the record of the one that came
/// first. `taken`: another machine with these keys has a record.
pub fn registration(state: ClientState, taken: bool) -> Registration {
    match state.status() {
        Status::Deleted if state.is(Mark::Licensed) => Registration::Second, // V3, V5
        Status::Unknown | Status::Deleted | Status::Shared if taken => Registration::Shared, // V10
        Status::Unknown | Status::Deleted | Status::Shared => Registration::Own, // V4, V5
        Status::Active | Status::Retired | Status::Disposed => Registration::Known, // V10
    }
}

/// **V4** **V5** By which rule a deleted client comes back: with its plug-in, or targeted again, it takes a
/// license again; not so when the uninstall policy has done its work.
pub fn return_clause(state: ClientState) -> Clause {
    let recovered = state.is(Mark::UninstallTarget) && !state.is(Mark::Plugin);
    if recovered { Clause::V4 } else { Clause::V5 } // V4, V5
}

/// What purging does to a record when its timer is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purge {
    Retire = 0,
    Delete = 1,
}

/// **V9** The timer that retires looks at Active records only, the one that deletes at all there are.
pub fn purge_takes(purge: Purge, status: Status) -> bool {
    match purge {
        Purge::Retire => status == Status::Active, // V9
        Purge::Delete => !matches!(status, Status::Unknown | Status::Deleted | Status::Shared), // V9
    }
}

/// Does a run of the licensing refresh release this client's license, and by which rule?
pub fn refresh_releases(state: ClientState, platform: &Platform, version: Version) -> Option<Clause> {
    match release(state, platform, version) {
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
            assert_eq!(release(state, settings, settings.version), released, "{state:?}");
        }
        let six = platform("{version: \"6.2\"}");
        let retired = holder.with_status(Status::Retired);
        assert_eq!(release(retired, &six, six.version), Release::Kept(V1), "6.x does not refund");
        let active = holder.with_status(Status::Active);
        for (state, clause) in [
            (active.with(Mark::Silent), V9),
            (active.with_status(Status::Disposed).with(Mark::Unlisted), V3),
            (active.wiped().with(Mark::AgentUninstalled), V8),
            (active.wiped().with(Mark::LeftBehind), V10),
            (active.wiped().with(Mark::Imaging), V10),
        ] {
            assert_eq!(release(state, &usual, usual.version), Release::Kept(clause), "{state:?}");
        }
        let none = ClientState::default().with_status(Status::Retired);
        assert_eq!(release(none, &usual, usual.version), Release::NothingHeld);
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
            (Release::Kept(V1),      Some((V1, "its record is Retired, and 6.x", "delete it"))),
            (Release::Kept(V6),      Some((V6, "its record is Disposed", "set it to Retired"))),
            (Release::Kept(V3),      Some((V3, "its record is not in the export", "export the status"))),
            (Release::Kept(V7),      Some((V7, "its record is Retired, but its agent is alive", "uninstall the agent"))),
            (Release::Kept(V8),      Some((V8, "its agent was uninstalled", "set it to Retired"))),
            (Release::Kept(V9),      Some((V9, "its PC has not reported for long", "look for the PC"))),
            (Release::Kept(V10),     Some((V10, "its PC was re-imaged", "set it to Retired"))),
        ];
        for (release, expected) in table {
            let said = release.words();
            assert_eq!(said.map(|(clause, ..)| clause), expected.map(|(clause, ..)| clause), "{release:?}");
            if let (Some((_, why, cure)), Some((_, starts, cures))) = (said, expected) {
                assert!(why.starts_with(starts) && cure.starts_with(cures), "{release:?}: {why}: {cure}");
            }
        }
    }

    #[test]
    fn who_gets_which_record() {
        use Registration::*;
        #[rustfmt::skip]
        let table = [
            // status            licensed  keys taken   registration
            (Status::Unknown,    false,    false,       Own),       // a new PC
            (Status::Unknown,    false,    true,        Shared),    // V10: a clone
            (Status::Shared,     false,    true,        Shared),
            (Status::Shared,     false,    false,       Own),       // V10: the shared record was deleted
            (Status::Active,     true,     false,       Known),     // V10: matching keys
            (Status::Retired,    true,     false,       Known),     // V7 sets it back to Active
            (Status::Disposed,   true,     false,       Known),     // V6: nothing does
            (Status::Deleted,    false,    false,       Own),       // V4, V5
            (Status::Deleted,    false,    true,        Shared),    // V10
            (Status::Deleted,    true,     false,       Second),    // V3: the old license waits for the refresh
            (Status::Deleted,    true,     true,        Second),
        ];
        for (status, licensed, taken, expected) in table {
            let state = ClientState::default().with_status(status);
            let state = if licensed { state.with(Mark::Licensed) } else { state };
            assert_eq!(registration(state, taken), expected, "{state:?}, {taken}");
        }
    }

    #[test]
    fn whom_check_ins_revive_and_purging_takes() {
        #[rustfmt::skip]
        let table = [
            // status            revived  retired  deleted
            (Status::Unknown,  [ false,   false,   false ]),
            (Status::Active,   [ false,   true,    true  ]),
            (Status::Retired,  [ true,    false,   true  ]), // V7
            (Status::Disposed, [ false,   false,   true  ]), // V6; V9: delete ignores status
            (Status::Deleted,  [ false,   false,   false ]),
            (Status::Shared,   [ false,   false,   false ]), // its record is another client's
        ];
        for (status, expected) in table {
            let found = [
                check_in_revives(status),
                purge_takes(Purge::Retire, status),
                purge_takes(Purge::Delete, status),
            ];
            assert_eq!(found, expected, "{status:?}");
        }
    }

    /// What `licenses` of reports and files can be filtered by.
    #[test]
    fn a_license_that_could_be_freed_has_a_key() {
        use Clause::*;
        #[rustfmt::skip]
        let table = [
            (Release::NothingHeld,   None),
            (Release::Now(V1),       None),
            (Release::Kept(C7),      None), // in good hands
            (Release::AtRefresh(V1), Some("retired_not_released")),
            (Release::AtRefresh(V3), Some("deleted_not_released")),
            (Release::Kept(V1),      Some("retired_in_6x")),
            (Release::Kept(V2),      Some("plugin_uninstalled")),
            (Release::Kept(V3),      Some("holder_not_exported")),
            (Release::Kept(V6),      Some("disposed")),
            (Release::Kept(V7),      Some("retired_agent_alive")),
            (Release::Kept(V8),      Some("agent_uninstalled")),
            (Release::Kept(V9),      Some("silent")),
            (Release::Kept(V10),     Some("left_behind")),
        ];
        for (release, key) in table {
            assert_eq!(release.key(), key, "{release:?}");
        }
    }
}

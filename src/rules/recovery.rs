//! How a license comes back, and what does not bring it back.

use super::clause::Clause;
use super::client::{ClientState, Mark, Status};
use crate::scenario::model::{Platform, Refund, Version};

/// What happens to the license of a client whose record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// **V1** Retired releases at the next licensing refresh. **V3** Deleting frees the license. **V6** No
/// other status does. **V2** Nor does uninstalling the plug-in, which leaves the record Active (C7), **V8**
/// nor uninstalling the agent, **V10** nor a new image.
pub fn release(state: ClientState, platform: &Platform) -> Release {
    if !state.is(Mark::Licensed) {
        return Release::NothingHeld;
    }
    match state.status() {
        Status::Retired if platform.version < Version::V7_1 => Release::Kept(Clause::V1), // V1, 6.x
        Status::Retired => released_by(Clause::V1, platform.refund_on_retire),            // V1
        Status::Deleted => released_by(Clause::V3, platform.refund_on_delete),            // V3
        Status::Disposed => Release::Kept(Clause::V6),                                    // V6
        Status::Active | Status::Unknown | Status::Shared => Release::Kept(kept_by(state)),
    }
}

/// Why an Active record keeps its license.
fn kept_by(state: ClientState) -> Clause {
    match () {
        () if state.is(Mark::AgentUninstalled) => Clause::V8, // V8
        () if state.is(Mark::LeftBehind) || state.is(Mark::Imaging) => Clause::V10, // V10
        () if !state.is(Mark::Plugin) => Clause::V2,          // V2
        () => Clause::C7,                                     // C7
    }
}

fn released_by(clause: Clause, when: Refund) -> Release {
    match when {
        Refund::Immediate => Release::Now(clause),
        Refund::AtRefresh => Release::AtRefresh(clause),
    }
}

/// **V7** A check-in of a live agent sets a Retired record back to Active; **V6** no other status.
pub fn check_in_revives(status: Status) -> bool {
    status == Status::Retired // V7
}

/// What a Basic Inventory of a machine does to the records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// The machine's own record is, or is again, Active.
    Own,
    /// Its own record exists and keeps its status.
    Unchanged,
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
        Status::Disposed => Registration::Unchanged,                         // V6
        Status::Unknown | Status::Deleted | Status::Shared => Registration::Own, // V4, V5
        Status::Active | Status::Retired => Registration::Own,               // V7, V10
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
        let holder = ClientState::default().with(Mark::Licensed).with(Mark::Plugin);
        #[rustfmt::skip]
        let table = [
            // status            plug-in  settings  released
            (Status::Active,     true,    &usual,   Release::Kept(C7)),
            (Status::Active,     false,   &usual,   Release::Kept(V2)), // plug-in uninstalled
            (Status::Retired,    true,    &usual,   Release::AtRefresh(V1)),
            (Status::Retired,    true,    &other,   Release::Now(V1)),
            (Status::Disposed,   true,    &usual,   Release::Kept(V6)),
            (Status::Deleted,    false,   &usual,   Release::Now(V3)),
            (Status::Deleted,    true,    &other,   Release::AtRefresh(V3)),
        ];
        for (status, plugin, settings, released) in table {
            let state = if plugin { holder } else { holder.without(Mark::Plugin) }.with_status(status);
            assert_eq!(release(state, settings), released, "{state:?}");
        }
        let six = platform("{version: \"6.2\"}");
        let retired = holder.with_status(Status::Retired);
        assert_eq!(release(retired, &six), Release::Kept(V1), "6.x does not refund");
        let active = holder.with_status(Status::Active);
        for (state, clause) in [
            (active.wiped().with(Mark::AgentUninstalled), V8),
            (active.wiped().with(Mark::LeftBehind), V10),
            (active.wiped().with(Mark::Imaging), V10),
        ] {
            assert_eq!(release(state, &usual), Release::Kept(clause), "{state:?}");
        }
        let none = ClientState::default().with_status(Status::Retired);
        assert_eq!(release(none, &usual), Release::NothingHeld);
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
            (Status::Active,     true,     false,       Own),       // V10: matching keys
            (Status::Retired,    true,     false,       Own),       // V7
            (Status::Disposed,   true,     false,       Unchanged), // V6
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
}

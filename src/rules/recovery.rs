//! How a license comes back, which records come back with their machine, and what purging takes: pure
//! functions of a client's state, the platform and the version that is installed.
//!
//! What becomes of a held license is a [`Release`]; its reasons have their words in [`crate::rules::release`].

use crate::rules::clause::Clause;
use crate::rules::client::{ClientState, Mark, Status};
use crate::rules::release::{FreedBy, KeptBy, Release};
use crate::scenario::model::{KeyChange, Keys, Platform, Purging, Refund, Schedule, Version};

/// **V1** Retired releases at the next licensing refresh. **V3** So does deleting. **V6** No
/// other status does. **V2** Nor does uninstalling the plug-in, which leaves the record Active (C7), **V8**
/// nor uninstalling the agent, **V10** nor a new image.
pub fn release(state: ClientState, platform: &Platform, version: Version) -> Release {
    if !state.is(Mark::Licensed) {
        return Release::NothingHeld;
    }
    match state.status() {
        Status::Disposed if state.is(Mark::Unlisted) => Release::Kept(KeptBy::NotExported), // V3
        Status::Retired if !version.retiring_frees() => Release::Kept(KeptBy::RetiredIn6x), // V1, 6.x
        Status::Retired => freed(FreedBy::Retiring, platform.refund_on_retire, platform),   // V1
        Status::Deleted => freed(FreedBy::Deletion, platform.refund_on_delete, platform),   // V3
        Status::Disposed => Release::Kept(KeptBy::Disposed),                                // V6
        Status::Active | Status::Unknown | Status::Shared => Release::Kept(active_kept_by(state)),
    }
}

/// What becomes of a held license as things stand, beyond the change of a record that [`release`] looks at:
/// **V7** a live agent sets a Retired record back to Active before the licensing refresh releases anything, and a
/// Disposed one as well. `alive`: an agent reports under the record.
pub fn fate_of_license(state: ClientState, alive: bool, platform: &Platform, version: Version) -> Release {
    match release(state, platform, version) {
        Release::AtRefresh(FreedBy::Retiring) if alive => Release::Kept(KeptBy::RetiredAgentAlive), // V7
        Release::Kept(KeptBy::Disposed) if alive => Release::Kept(KeptBy::DisposedAgentAlive),      // V7
        fate => fate,
    }
}

/// Does a record stay on the list of the licensing refresh? **V1** One whose license it releases does; one
/// that is Retired under 6.x does too, because the refresh releases it after an upgrade.
pub fn awaits_refresh(release: Release) -> bool {
    match release {
        Release::AtRefresh(_) | Release::Kept(KeptBy::RetiredIn6x) => true, // V1, V3
        Release::NothingHeld | Release::Now(_) | Release::Kept(_) => false,
    }
}

/// What keeps the license of an Active record.
fn active_kept_by(state: ClientState) -> KeptBy {
    match () {
        () if state.is(Mark::AgentUninstalled) => KeptBy::AgentUninstalled, // V8
        () if state.is(Mark::Silent) => KeptBy::Silent,                     // V9
        () if state.is(Mark::LeftBehind) || state.is(Mark::Imaging) => KeptBy::LeftBehind, // V10
        () if !state.is(Mark::Plugin) => KeptBy::PluginUninstalled,         // V2
        () => KeptBy::InUse,                                                // C7
    }
}

fn freed(by: FreedBy, when: Refund, platform: &Platform) -> Release {
    if frees_at_once(when, platform) { Release::Now(by) } else { Release::AtRefresh(by) }
}

/// Does a license that is freed return at once? A licensing refresh that runs whenever it is wanted returns it then.
pub(in crate::rules) fn frees_at_once(when: Refund, platform: &Platform) -> bool {
    when == Refund::Immediate || platform.licensing_refresh == Schedule::Immediate
}

/// **V7** A report of a live agent, its check-in or the first inventory of a new image, sets its record back to
/// Active, whatever its status was (KB 180714). A deleted record is gone: the agent registers again (V5).
pub fn check_in_revives(status: Status) -> bool {
    match status {
        Status::Retired | Status::Disposed => true, // V7
        Status::Unknown | Status::Active | Status::Deleted | Status::Shared => false,
    }
}

/// **V10** *Any* key that matches finds the record that a re-imaged PC had: its name and domain, its fully qualified
/// name, or its unique id from UUID, board and MAC address (KB 181635, 434276). So it takes a second record only with
/// other hardware keys and another name.domain, as a PC that was in WORKGROUP while it was imaged.
pub fn takes_second_record(keys: Keys) -> bool {
    keys.hardware == KeyChange::New && keys.name == KeyChange::New // V10
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

/// By which rule a PC goes on as a further record: **V5** its old one was deleted, or **V10** its keys are new.
pub fn further_record_clause(left: ClientState) -> Clause {
    match left.status() {
        Status::Deleted => Clause::V5, // V5
        _ => Clause::V10,              // V10
    }
}

/// What purging does to a record when its timer is up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purge {
    /// Sets an Active record to Retired.
    Retire = 0,
    /// Deletes the record, whatever its status.
    Delete = 1,
}

/// **V9** The timer that retires looks at Active records only, the one that deletes at all there are; whether at those
/// whose agent was uninstalled is a switch. Both timers run from the last Basic Inventory that the server processed,
/// which is the date of the data class AeX AC Client Agent (KB 178563): a configuration request does not reset them.
pub fn purge_takes(purge: Purge, record: ClientState, purging: &Purging) -> bool {
    if record.is(Mark::AgentUninstalled) && !purging.uninstalled_agents {
        return false; // V9: no longer managed (KB 173045)
    }
    match purge {
        Purge::Retire => record.status() == Status::Active, // V9
        Purge::Delete => !matches!(record.status(), Status::Unknown | Status::Deleted | Status::Shared), // V9
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
        use FreedBy::{Deletion, Retiring};
        use KeptBy::{Disposed, InUse, PluginUninstalled};
        let usual = platform("{}");
        let other = platform("{refund_on_retire: immediate, refund_on_delete: immediate}");
        let no_wait = platform("{licensing_refresh: immediate}");
        let holder = ClientState::default().with(Mark::Licensed).with(Mark::Plugin);
        #[rustfmt::skip]
        let table = [
            // status            plug-in  settings  released
            (Status::Active,     true,    &usual,   Release::Kept(InUse)),             // C7
            (Status::Active,     false,   &usual,   Release::Kept(PluginUninstalled)), // V2
            (Status::Retired,    true,    &usual,   Release::AtRefresh(Retiring)),     // V1
            (Status::Retired,    true,    &other,   Release::Now(Retiring)),           // V1
            (Status::Retired,    true,    &no_wait, Release::Now(Retiring)),           // V1
            (Status::Disposed,   true,    &usual,   Release::Kept(Disposed)),          // V6
            (Status::Deleted,    false,   &usual,   Release::AtRefresh(Deletion)),     // V3
            (Status::Deleted,    true,    &other,   Release::Now(Deletion)),           // V3
        ];
        for (status, plugin, settings, released) in table {
            let state = if plugin { holder } else { holder.without(Mark::Plugin) }.with_status(status);
            assert_eq!(release(state, settings, settings.version), released, "{state:?}");
        }
        let active = holder.with_status(Status::Active);
        for (state, by) in [
            (active.with(Mark::Silent), KeptBy::Silent), // V9
            (active.with_status(Status::Disposed).with(Mark::Unlisted), KeptBy::NotExported), // V3
            (active.wiped().with(Mark::AgentUninstalled), KeptBy::AgentUninstalled), // V8
            (active.wiped().with(Mark::LeftBehind), KeptBy::LeftBehind), // V10
            (active.wiped().with(Mark::Imaging), KeptBy::LeftBehind), // V10
        ] {
            assert_eq!(release(state, &usual, usual.version), Release::Kept(by), "{state:?}");
        }
        let none = ClientState::default().with_status(Status::Retired);
        assert_eq!(release(none, &usual, usual.version), Release::NothingHeld);
    }

    #[test]
    fn what_becomes_of_a_license_as_things_stand() {
        use FreedBy::{Deletion, Retiring};
        use KeptBy::{Disposed, DisposedAgentAlive, InUse, RetiredAgentAlive, RetiredIn6x};
        use Status::{Active, Deleted, Retired};
        let usual = platform("{}");
        let freed = platform("{refund_on_delete: immediate}");
        let at_once = platform("{refund_on_retire: immediate}");
        let (six, now) = (Version::V6_2, usual.version);
        let holder = ClientState::default().with(Mark::Licensed).with(Mark::Plugin);
        #[rustfmt::skip]
        let table = [
            // status           alive  settings  version  its fate                          stays listed
            (Active,            true,  &usual,   now,     Release::Kept(InUse),             false), // C7
            (Retired,           false, &usual,   now,     Release::AtRefresh(Retiring),     true),  // V1
            (Retired,           true,  &usual,   now,     Release::Kept(RetiredAgentAlive), false), // V7
            (Retired,           true,  &at_once, now,     Release::Now(Retiring),           false), // V1
            (Retired,           false, &usual,   six,     Release::Kept(RetiredIn6x),       true),  // V1, 6.x
            (Retired,           true,  &usual,   six,     Release::Kept(RetiredIn6x),       true),  // V1, 6.x
            (Deleted,           true,  &usual,   now,     Release::AtRefresh(Deletion),     true),  // V3
            (Deleted,           false, &usual,   six,     Release::AtRefresh(Deletion),     true),  // V3
            (Deleted,           false, &freed,   six,     Release::Now(Deletion),           false), // V3
            (Status::Disposed,  false, &usual,   now,     Release::Kept(Disposed),          false), // V6
            (Status::Disposed,  true,  &usual,   now,     Release::Kept(DisposedAgentAlive), false), // V7
        ];
        for (status, alive, settings, version, fate, listed) in table {
            let state = holder.with_status(status);
            assert_eq!(fate_of_license(state, alive, settings, version), fate, "{status:?}, alive: {alive}");
            assert_eq!(awaits_refresh(fate), listed, "{fate:?}");
        }
        assert!(!awaits_refresh(Release::NothingHeld));
        // The list is kept by the change of the record alone: that an agent lives shows only when it reports.
        assert!(awaits_refresh(release(holder.with_status(Retired), &usual, now))); // V7
    }

    #[test]
    fn any_matching_key_finds_the_old_record() {
        use KeyChange::{New, Same};
        #[rustfmt::skip]
        let table = [
            // hardware  name  second record
            (Same,       Same, false), // V10
            (New,        Same, false), // V10: found by name.domain
            (Same,       New,  false), // V10: found by UUID, board or MAC
            (New,        New,  true),  // V10
        ];
        for (hardware, name, second) in table {
            assert_eq!(takes_second_record(Keys { hardware, name }), second, "{hardware:?}, {name:?}");
        }
    }

    #[test]
    fn a_further_record_has_its_rule() {
        #[rustfmt::skip]
        let table = [
            (Status::Deleted, Clause::V5),  // V5
            (Status::Active,  Clause::V10), // V10
            (Status::Retired, Clause::V10), // V10
        ];
        for (status, clause) in table {
            assert_eq!(
                further_record_clause(ClientState::default().with_status(status)),
                clause,
                "{status:?}"
            );
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
            (Status::Disposed,   true,     false,       Known),     // V7: as well
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
        let purging = platform("{}").purging;
        #[rustfmt::skip]
        let table = [
            // status            revived  retired  deleted
            (Status::Unknown,  [ false,   false,   false ]),
            (Status::Active,   [ false,   true,    true  ]),
            (Status::Retired,  [ true,    false,   true  ]), // V7
            (Status::Disposed, [ true,    false,   true  ]), // V7; V9: delete ignores status
            (Status::Deleted,  [ false,   false,   false ]),
            (Status::Shared,   [ false,   false,   false ]), // its record is another client's
        ];
        for (status, expected) in table {
            let found = [
                check_in_revives(status),
                purge_takes(Purge::Retire, ClientState::default().with_status(status), &purging),
                purge_takes(Purge::Delete, ClientState::default().with_status(status), &purging),
            ];
            assert_eq!(found, expected, "{status:?}");
        }
    }

    #[test]
    fn records_of_uninstalled_agents_are_purged_where_the_switch_says_so() {
        let uninstalled = ClientState::default().with_status(Status::Active).with(Mark::AgentUninstalled);
        #[rustfmt::skip]
        let table = [
            // the switch                   taken
            ("{}",                          false), // V9
            ("{uninstalled_agents: false}", false), // V9
            ("{uninstalled_agents: true}",  true),  // V9
        ];
        for (written, taken) in table {
            let purging = platform(&format!("{{purging: {written}}}")).purging;
            for purge in [Purge::Retire, Purge::Delete] {
                assert_eq!(purge_takes(purge, uninstalled, &purging), taken, "{written}");
            }
        }
    }
}

//! X3: does patching work on a client that holds a license?

use crate::rules::client::{ClientState, Mark};
use crate::rules::denial_reason::DenialReason;
use crate::rules::license_status::{LicenseContext, obstacles};
use crate::scenario::model::Version;
use crate::units::time::Span;

/// What is known of the last Patch Inventory of a live client that holds a license.
#[derive(Debug, Clone, Copy)]
pub struct LastPatchInventory {
    /// How long ago it came; `None`: not known.
    pub age: Option<Span>,
    /// From one scan to the next.
    pub scan_period: Span,
    /// Are results sent only when something has changed?
    pub only_changes: bool,
    /// Most of the other live holders sent one within so short a time: there was something to send. `None`: not known.
    pub others: Option<Span>,
    /// The longest time without a full result, in versions that send one.
    pub full_period: Option<Span>,
    /// The version of the server.
    pub version: Version,
}

/// Does Patch Inventory come?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InventoryFlow {
    /// As often as it should.
    Comes,
    /// It should have come long ago.
    Stopped,
    /// Nothing may have changed since, or it is not known when the last one came.
    NotKnown,
}

/// So many scan periods without a result are no chance: a PC may be off over a weekend.
const SEVERAL: i64 = 24;

/// Bulletins come on second Tuesdays, at most this long after one another, and change every result.
const BULLETINS: Span = Span::days(36);

/// **X3** A live holder sends Patch Inventory. When every result is sent, several scan periods without one show that it has
/// stopped. When only changes are sent, that is so when most others have sent one since, or after the longest time from
/// one month's bulletins to the next (assumptions); on 8.8 after its full-scan period (TECH170397, KB 205352).
pub fn inventory_flow(last: LastPatchInventory) -> InventoryFlow {
    let LastPatchInventory { age, scan_period, only_changes, others, full_period, version } = last;
    let Some(age) = age else { return InventoryFlow::NotKnown };
    let several = Span(scan_period.ms() * SEVERAL);
    let limit = match full_period.filter(|_| version.sends_full_results()) {
        _ if !only_changes => several,
        Some(full) => full.max(several),
        None => others.map_or(BULLETINS, |others| BULLETINS.min(others + several)).max(several),
    };
    match () {
        () if age <= several => InventoryFlow::Comes,
        () if age > limit => InventoryFlow::Stopped, // X3
        () => InventoryFlow::NotKnown,
    }
}

/// **X3** What keeps the scans of a live client that holds a license from being returned. `None`: nothing does, or the
/// client is not meant to scan. That nothing has changed since the last result keeps none.
pub fn scans_stopped_by(state: ClientState, around: LicenseContext) -> Option<DenialReason> {
    let holds = state.is(Mark::Licensed) && state.is(Mark::Agent) && state.managed();
    if !holds || state.is(Mark::UninstallTarget) {
        return None;
    }
    let able = state.is(Mark::Plugin) && state.is(Mark::PackageReady);
    obstacles(state, around).find(|denial| match denial {
        DenialReason::NothingNew | DenialReason::AwaitsScan => false,
        // With plug-in and package a client scans, whatever it still has to report or to ask for.
        DenialReason::AwaitsInventory | DenialReason::AwaitsPackageRequest => !able, // X3
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::client::Status;

    #[test]
    fn when_patch_inventory_has_stopped() {
        use InventoryFlow::*;
        let (old, new) = (Version::V8_6, Version::V8_8);
        let full = Some(Span::days(60));
        let days = |n| Some(Span::days(n));
        #[rustfmt::skip]
        let table = [
            // age    only changes  others    full   version  flow
            (None,     true,        None,     None,  old,     NotKnown),
            (days(0),  true,        None,     None,  old,     Comes),
            (days(4),  true,        days(0),  None,  old,     Comes),    // 24 scans of 4 h
            (days(5),  true,        None,     None,  old,     NotKnown), // nothing may have changed
            (days(5),  true,        days(0),  None,  old,     Stopped),  // X3: most others have sent one since
            (days(5),  true,        days(3),  None,  old,     NotKnown),
            (days(36), true,        days(34), None,  old,     NotKnown),
            (days(37), true,        days(37), None,  old,     Stopped),  // X3: a month's bulletins later
            (days(37), true,        None,     full,  old,     Stopped),  // X3: no full results before 8.8
            (days(37), true,        days(0),  full,  new,     NotKnown),
            (days(60), true,        None,     full,  new,     NotKnown),
            (days(61), true,        None,     full,  new,     Stopped),  // X3: a full-scan period later
            (days(37), true,        None,     None,  new,     Stopped),  // X3
            (days(5),  false,       None,     None,  old,     Stopped),  // X3: every result is sent
            (days(5),  false,       None,     full,  new,     Stopped),  // X3
        ];
        for (age, only_changes, others, full_period, version, expected) in table {
            let scan_period = Span::hours(4);
            let last = LastPatchInventory { age, scan_period, only_changes, others, full_period, version };
            assert_eq!(inventory_flow(last), expected, "{last:?}");
        }
    }

    #[test]
    fn what_stops_the_scans_of_a_holder() {
        use Mark::*;
        let well = LicenseContext {
            install_policy: true,
            membership_updates: true,
            scan_settings: true,
            license_in_date: true,
            version_covered: true,
            only_changes: true,
            patch_data_imported: true,
            scan_policy: true,
            report_waits: false,
            server_reachable: true,
        };
        let policy_off = LicenseContext { scan_policy: false, ..well };
        let untargeted = LicenseContext { scan_settings: false, ..well };
        let expired = LicenseContext { license_in_date: false, ..well };
        let no_updates = LicenseContext { membership_updates: false, ..well };
        let cut_off = LicenseContext { server_reachable: false, ..well };
        let behind = LicenseContext { report_waits: true, ..well };
        let marks =
            [Agent, InstallTarget, Plugin, PluginReported, PackageTarget, PackageRequested, PackageReady];
        let able =
            marks.into_iter().fold(ClientState::default().with_status(Status::Active), ClientState::with);
        let holder = able.with(Licensed);
        #[rustfmt::skip]
        let table = [
            // the client                          around       stopped by
            (holder,                               well,        None),
            (holder.with(ResultSent),              well,        None), // nothing has changed
            (holder.without(PluginReported),       well,        None), // it scans all the same
            (holder.without(PackageTarget),        no_updates,  None),
            (holder.with(BackingOff),              well,        None), // a newer package does not come
            (holder,                               untargeted,  Some(DenialReason::Untargeted)),      // X3
            (holder,                               policy_off,  Some(DenialReason::ScanPolicyOff)),   // X3
            (holder,                               expired,     Some(DenialReason::LicensesExpired)), // X3
            (holder,                               cut_off,     Some(DenialReason::Unreachable)),     // X3
            (holder,                               behind,      Some(DenialReason::AwaitsProcessing)), // X3
            (holder.without(PackageReady),         well,        Some(DenialReason::AwaitsPackage)),   // X3
            (holder.without(Plugin),               well,        Some(DenialReason::AwaitsPlugin)),    // X3
            (holder.without(Plugin).with(UninstallTarget), well, None), // V2: meant so
            (able,                                 untargeted,  None), // it holds none
            (holder.without(Agent),                untargeted,  None), // not alive
            (holder.with_status(Status::Retired),  untargeted,  None), // its record comes first
        ];
        for (state, around, expected) in table {
            assert_eq!(scans_stopped_by(state, around), expected, "{state:?}");
        }
    }
}

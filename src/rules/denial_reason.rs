//! Why a client holds no license: each reason with its rule, its key, its words, and what frees the
//! client. [`crate::rules::license_status`] decides which one it is.

use crate::rules::clause::Clause;
use crate::rules::deletion::lost_by_deletion;

/// Why something is so, and what cures it.
pub type Advice = (&'static str, &'static str);

/// Why a client holds no license.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DenialReason {
    /// It has not joined the fleet yet.
    NotEnrolled,
    /// It left after too many rejections (X2).
    GaveUp,
    /// Its record is Retired, and no live agent sets it back (V1).
    Retired,
    /// Its record is Retired while the agent is alive (V7).
    RetiredAlive,
    /// Its record is Disposed, and its agent is not alive (V6).
    Disposed,
    /// Its record is Disposed while the agent is alive (V7).
    DisposedAlive,
    /// Its record was deleted, and no agent brings it back (V3).
    Deleted,
    /// Its record was deleted while the agent is alive, which brings it back (V5).
    AboutToReturn,
    /// The PC has not reported for long (V9).
    Silent,
    /// The agent was uninstalled and the record left (V8).
    AgentUninstalled,
    /// The PC was re-imaged, no key matched, and it has another record (V10).
    LeftBehind,
    /// The new image has not been in contact yet (V10).
    BeingReimaged,
    /// The PC was switched off; other machines share its record (V10).
    SwitchedOff,
    /// The agent runs and has not registered yet.
    NoFirstContact,
    /// The server is not reachable for it, and it waits for a contact (C2, C3, C6).
    Unreachable,
    /// What it has reported waits in the event queue of the server (C2, C6).
    AwaitsProcessing,
    /// The uninstall policy targets it (V2).
    UnderUninstallPolicy,
    /// The plug-in install policy does not target it (C1).
    OutsideInstallPolicy,
    /// Membership updates do not run (T2).
    NoMembershipUpdate,
    /// The next membership update has yet to make it a target (T2).
    AwaitsMembershipUpdate,
    /// Its package server does not serve the package it needs (C4).
    PackageServerDown,
    /// The plug-in is not installed yet (C1).
    AwaitsPlugin,
    /// No Basic Inventory has reported the plug-in (C2).
    AwaitsInventory,
    /// The server has imported no patch data yet, so it has no scan package (C4).
    NoPatchDataImported,
    /// The server does not target it for the scan package yet (C3).
    AwaitsPackageTarget,
    /// Its configuration request has yet to bring the package policy (C3).
    AwaitsPackageRequest,
    /// The scan package is not completely downloaded (C4).
    AwaitsPackage,
    /// No license is in date (E1).
    LicensesExpired,
    /// The version was released after the end of maintenance (M3).
    VersionNotCovered,
    /// The scan policy is off, or does not target it (C8).
    ScanPolicyOff,
    /// Neither the DSUP nor a clone of it targets the client (C5).
    Untargeted,
    /// It has sent its result before, and nothing has changed since (C6).
    NothingNew,
    /// It has not returned its first scan yet (C6).
    AwaitsScan,
    /// Its scans are rejected because no license is left (X2).
    PoolFull,
}

/// What is known of a reason.
struct DenialEntry {
    denial: DenialReason,
    /// The rule behind it; `None` where the client is simply not there.
    clause: Option<Clause>,
    /// Used in `summary.json`.
    key: &'static str,
    /// The client is no longer part of the fleet.
    left: bool,
    why: &'static str,
    cure: &'static str,
}

const fn reason(
    denial: DenialReason,
    clause: Option<Clause>,
    key: &'static str,
    (why, cure): (&'static str, &'static str),
) -> DenialEntry {
    DenialEntry { denial, clause, key, left: false, why, cure }
}

/// A reason of clients that are no longer part of the fleet.
const fn left(
    denial: DenialReason,
    clause: Clause,
    key: &'static str,
    (why, cure): (&'static str, &'static str),
) -> DenialEntry {
    DenialEntry { denial, clause: Some(clause), key, left: true, why, cure }
}

/// Every reason, in the order of the variants.
#[rustfmt::skip]
const REASONS: [DenialEntry; 34] = [
    reason(DenialReason::NotEnrolled, None, "not_enrolled",
        ("has not joined the fleet yet", "wait for its enrolment")),
    left(DenialReason::GaveUp, Clause::X2, "gave_up",
        ("left after too many rejections", "a larger pool, before it leaves")),
    left(DenialReason::Retired, Clause::V1, "retired",
        ("its record is Retired", "nothing: it is no longer managed")),
    reason(DenialReason::RetiredAlive, Some(Clause::V7), "retired_agent_alive",
        ("its record is Retired while its agent is alive", "wait for its next check-in, which sets the record back to Active")),
    left(DenialReason::Disposed, Clause::V6, "disposed",
        ("its record is Disposed", "nothing: it is no longer managed")),
    reason(DenialReason::DisposedAlive, Some(Clause::V7), "disposed_agent_alive",
        ("its record is Disposed while its agent is alive", "wait for its next check-in, which sets the record back to Active")),
    left(DenialReason::Deleted, Clause::V3, "deleted",
        ("its record was deleted", "nothing: it is no longer managed")),
    reason(DenialReason::AboutToReturn, Some(Clause::V5), "deleted_agent_alive",
        ("its record was deleted while its agent is alive", "wait for its next check-in, which creates a new record")),
    left(DenialReason::Silent, Clause::V9, "silent",
        ("its PC has not reported for long", "look for the PC: if it is gone, retire its record; if not, get its agent running")),
    reason(DenialReason::AgentUninstalled, Some(Clause::V8), "agent_uninstalled",
        ("its agent was uninstalled, only the record is left", "install the agent again")),
    left(DenialReason::LeftBehind, Clause::V10, "left_behind",
        ("its PC was re-imaged with other hardware keys and another name, and has another record", concat!("nothing: retire this record, or delete it, which loses ", lost_by_deletion!()))),
    reason(DenialReason::BeingReimaged, Some(Clause::V10), "being_reimaged",
        ("its PC is being re-imaged", "wait for the first contact of the new agent")),
    left(DenialReason::SwitchedOff, Clause::V10, "switched_off",
        ("its PC was switched off; others share its record", "nothing: the PC is gone")),
    reason(DenialReason::NoFirstContact, None, "no_first_contact",
        ("its agent has not been in contact yet", "wait for its first contact")),
    reason(DenialReason::Unreachable, Some(Clause::C6), "unreachable",
        ("the server is not reachable for it, so nothing it reports arrives", "get its connection to the server working: network or VPN, the certificate of the agent, the server itself")),
    reason(DenialReason::AwaitsProcessing, Some(Clause::C6), "awaits_processing",
        ("what it has reported waits in the event queue of the server", "find out what holds up the event queue of the server (205352), or wait until it has caught up")),
    reason(DenialReason::UnderUninstallPolicy, Some(Clause::V2), "under_uninstall_policy",
        ("the uninstall policy has it", "take it out of the uninstall policy")),
    reason(DenialReason::OutsideInstallPolicy, Some(Clause::C1), "outside_install_policy",
        ("the Software Update Plug-in Install policy does not target it", "target it with the install policy")),
    reason(DenialReason::NoMembershipUpdate, Some(Clause::T2), "no_membership_update",
        ("membership updates do not run", "get the membership update schedules running")),
    reason(DenialReason::AwaitsMembershipUpdate, Some(Clause::T2), "awaits_membership_update",
        ("waits for a membership update", "wait for the next membership update")),
    reason(DenialReason::PackageServerDown, Some(Clause::C4), "package_server_down",
        ("its package server does not serve the package it needs; it tries again by the ladder", "get the package server running, with this package ready")),
    reason(DenialReason::AwaitsPlugin, Some(Clause::C1), "awaits_plugin",
        ("the plug-in is not installed yet", "wait for its configuration request and download")),
    reason(DenialReason::AwaitsInventory, Some(Clause::C2), "awaits_inventory",
        ("no Basic Inventory has reported the plug-in", "send a Basic Inventory")),
    reason(DenialReason::NoPatchDataImported, Some(Clause::C4), "no_patch_data_imported",
        ("the server has imported no patch data yet, so it has no assessment scan package", "run Import Patch Data for Windows and see that it succeeds")),
    reason(DenialReason::AwaitsPackageTarget, Some(Clause::C3), "awaits_package_target",
        ("is not targeted for the assessment scan package yet", "wait for the next membership update")),
    reason(DenialReason::AwaitsPackageRequest, Some(Clause::C3), "awaits_package_request",
        ("has not learned of the assessment scan package yet", "wait for its next configuration request")),
    reason(DenialReason::AwaitsPackage, Some(Clause::C4), "awaits_package",
        ("the assessment scan package is not completely downloaded", "wait for the download to end; look at its package server")),
    reason(DenialReason::LicensesExpired, Some(Clause::E1), "licenses_expired",
        ("no license is in date", "renew a license, or wait until one comes into force")),
    reason(DenialReason::VersionNotCovered, Some(Clause::M3), "version_not_covered",
        ("the version was released after the end of maintenance", "renew maintenance: a license file with a later `aup_until` that replaces the old one")),
    reason(DenialReason::ScanPolicyOff, Some(Clause::C8), "scan_policy_off",
        ("the Windows System Assessment Scan policy is off or does not target it, so no scan runs", "switch the policy on and have it target the client")),
    reason(DenialReason::Untargeted, Some(Clause::C5), "untargeted",
        ("neither the DSUP nor a clone targets it, so scans fail", "switch the DSUP on and have it target the client, or put the client in a clone")),
    reason(DenialReason::NothingNew, Some(Clause::C6), "nothing_new",
        ("has sent its result before, and nothing has changed since", "wait for a new package version or an installed update, or have it send a full result")),
    reason(DenialReason::AwaitsScan, Some(Clause::C6), "awaits_scan",
        ("has not returned its first scan yet", "wait for its next scan")),
    reason(DenialReason::PoolFull, Some(Clause::X2), "pool_full",
        ("is rejected: the pool is full", "add nodes, or retire machines and run the licensing refresh")),
];

impl DenialReason {
    fn reason(self) -> &'static DenialEntry {
        let reason = &REASONS[self as usize];
        assert_eq!(reason.denial, self);
        reason
    }

    /// The rule behind the reason; `None` where the client is simply not there.
    pub fn clause(self) -> Option<Clause> {
        self.reason().clause
    }

    /// Key used in `summary.json`.
    pub fn key(self) -> &'static str {
        self.reason().key
    }

    /// The reason of a key.
    pub fn of_key(key: &str) -> Option<DenialReason> {
        REASONS.iter().find(|reason| reason.key == key).map(|reason| reason.denial)
    }

    /// Is the client no longer part of the fleet?
    pub fn has_left(self) -> bool {
        self.reason().left
    }

    /// The reason, and what cures it, where the version makes no difference; [`crate::rules::advice`] has the others.
    pub(super) fn usual(self) -> Advice {
        (self.reason().why, self.reason().cure)
    }

    /// Every reason, in the order of the variants.
    pub fn all() -> impl Iterator<Item = DenialReason> {
        REASONS.iter().map(|reason| reason.denial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_variants() {
        for (index, reason) in REASONS.iter().enumerate() {
            assert_eq!(reason.denial as usize, index, "{:?}", reason.denial);
        }
    }

    /// A record that comes back by itself, or a PC that has to be looked for, has not left.
    #[test]
    fn these_reasons_mean_that_the_client_has_left() {
        use DenialReason::*;
        let left: Vec<DenialReason> =
            REASONS.iter().map(|reason| reason.denial).filter(|denial| denial.has_left()).collect();
        assert_eq!(left, [GaveUp, Retired, Disposed, Deleted, Silent, LeftBehind, SwitchedOff]);
    }

    #[test]
    fn a_reason_is_found_by_its_key() {
        for reason in &REASONS {
            assert_eq!(DenialReason::of_key(reason.key), Some(reason.denial));
        }
        assert_eq!(DenialReason::of_key("no such reason"), None);
    }
}

//! In which order to look for what keeps scans from coming back.
//!
//! The vendor's order is that of the chain: without an import there is no package, without the scan policy no scan, and
//! so on (TECH170397, KB 205352). Reasons of this chain are reported in its order, because one of the earlier ones may be
//! behind the later ones.

use crate::rules::denial_reason::DenialReason;

/// Where to look, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// Did PMImport bring the packages (C4)?
    Import,
    /// Is the scan policy on, and does it, with its settings, reach the client (C5, C8)?
    ScanPolicy,
    /// Is the assessment scan package on the client (C3, C4)?
    Package,
    /// Is the plug-in installed, and of a version that fits (C1, C2)?
    PlugIn,
    /// Does the server process what clients report?
    EventQueue,
}

/// The order in words.
pub const ORDER: &str = "import, scan policy, package, plug-in version, event queue";

/// What to check first because of a reason; `None`: it says by itself what is wrong.
pub fn check(denial: DenialReason) -> Option<Check> {
    match denial {
        DenialReason::NoPatchDataImported => Some(Check::Import), // C4
        DenialReason::ScanPolicyOff | DenialReason::Untargeted => Some(Check::ScanPolicy), // C8, C5
        DenialReason::PackageServerDown
        | DenialReason::AwaitsPackageTarget
        | DenialReason::AwaitsPackageRequest
        | DenialReason::AwaitsPackage => Some(Check::Package), // C3, C4
        DenialReason::AwaitsPlugin | DenialReason::AwaitsInventory => Some(Check::PlugIn), // C1, C2
        DenialReason::AwaitsProcessing => Some(Check::EventQueue), // C2, C6
        DenialReason::NotEnrolled
        | DenialReason::Unreachable
        | DenialReason::GaveUp
        | DenialReason::Retired
        | DenialReason::RetiredAlive
        | DenialReason::Disposed
        | DenialReason::DisposedAlive
        | DenialReason::Deleted
        | DenialReason::AboutToReturn
        | DenialReason::Silent
        | DenialReason::AgentUninstalled
        | DenialReason::LeftBehind
        | DenialReason::BeingReimaged
        | DenialReason::SwitchedOff
        | DenialReason::NoFirstContact
        | DenialReason::UnderUninstallPolicy
        | DenialReason::OutsideInstallPolicy
        | DenialReason::NoMembershipUpdate
        | DenialReason::AwaitsMembershipUpdate
        | DenialReason::LicensesExpired
        | DenialReason::VersionNotCovered
        | DenialReason::NothingNew
        | DenialReason::AwaitsScan
        | DenialReason::PoolFull => None,
    }
}

/// The place of a reason among others: those of the chain in the order of their checks, the rest behind them.
pub fn place(denial: DenialReason) -> (bool, Option<Check>) {
    let check = check(denial);
    (check.is_none(), check)
}

/// Do several of these reasons belong to the chain, so that the order matters?
pub fn order_matters(denials: impl Iterator<Item = DenialReason>) -> bool {
    let mut checks: Vec<Check> = denials.filter_map(check).collect();
    checks.sort_unstable();
    checks.dedup();
    checks.len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_reported_in_the_order_of_the_chain() {
        let mut reasons = [
            DenialReason::PoolFull,
            DenialReason::AwaitsInventory,
            DenialReason::AwaitsPackage,
            DenialReason::ScanPolicyOff,
            DenialReason::NoPatchDataImported,
        ];
        reasons.sort_by_key(|denial| place(*denial));
        let expected = [
            DenialReason::NoPatchDataImported,
            DenialReason::ScanPolicyOff,
            DenialReason::AwaitsPackage,
            DenialReason::AwaitsInventory,
            DenialReason::PoolFull,
        ];
        assert_eq!(reasons, expected);
        assert!(order_matters(reasons.into_iter()));
        assert!(!order_matters([DenialReason::AwaitsPackage, DenialReason::PoolFull].into_iter()));
    }
}

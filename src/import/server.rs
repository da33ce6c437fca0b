//! What the tables say of the server as a whole, where they do not say it outright: the DSUP, membership updates,
//! maintenance. What many computers have in common says more than what one of them does.

use crate::import::Assume;
use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::infer::{Inferred, MANY};
use crate::import::inventory::Computer;
use crate::import::policies::Role;
use crate::import::tables::ExportTable;
use crate::rules::license_files::LicenseState;
use crate::rules::maintenance::version_covered;
use crate::scenario::model::initial::Machine;
use crate::scenario::values::since;
use crate::units::time::{Span, Time};

/// Results that came so long after the end of maintenance show that scans went on, and changed (M1).
const WENT_ON: Span = Span::days(7);

impl Inferred {
    /// What is assumed because a whole table is missing, or what it is needed for.
    pub(super) fn assume_of_tables(&mut self, evidence: &Evidence) {
        for (table, assumption) in [
            (ExportTable::Agents, Assumption::NoAgents),
            (ExportTable::LicenseInUse, Assumption::NoLicenseInUse),
            (ExportTable::PatchInventory, Assumption::NoPatchInventory),
            (ExportTable::Targets, Assumption::NoTargets),
            (
                ExportTable::Licenses,
                match evidence.pool_is_known() {
                    true => Assumption::NoLicenses,
                    false => Assumption::NodesUnknown,
                },
            ),
        ] {
            if !evidence.inventory.has(table) {
                self.note(assumption);
            }
        }
        if evidence.inventory.has(ExportTable::Agents) && !evidence.plugins_listed {
            self.note(Assumption::NoPluginListed);
        }
        if evidence.inventory.has(ExportTable::Targets) && !evidence.has_policy(Role::Install) {
            self.note(Assumption::NoInstallListed);
        }
    }

    /// **C5** The DSUP is on where it targets a client or its targets are unknown, and where scans come back without
    /// it.
    pub(super) fn dsup_is_on(&mut self, evidence: &Evidence) -> bool {
        let targets = evidence.inventory.has(ExportTable::Targets) && evidence.has_policy(Role::Install);
        if !targets || evidence.has_policy(Role::Dsup) || !evidence.version.requires_dsup() {
            return true;
        }
        // An export of the install policy alone says nothing about the DSUP.
        let listed = [Role::Clone, Role::ScanPackage, Role::Other].map(|role| evidence.has_policy(role));
        let outside =
            evidence.inventory.computers.iter().filter(|computer| {
                computer.plug_in().is_some() && !evidence.targeted_by(computer, Role::Clone)
            });
        let scans = |computer: &Computer| evidence.scanned_within(computer, Span::days(2));
        let (on, assumption) = match outside.clone().any(scans) {
            true => (true, Assumption::DsupOnByScans),
            false if outside.count() == 0 || !listed.contains(&true) => (true, Assumption::DsupNotListed),
            false => (false, Assumption::DsupOff),
        };
        self.note(assumption);
        on
    }

    /// **M3** The version was released after the end of maintenance; or else scans went on long after that end, and
    /// then stopped everywhere, while many holders are alive.
    pub(super) fn is_not_covered(
        &mut self,
        evidence: &Evidence,
        assume: &Assume,
        machines: &[Machine],
    ) -> bool {
        let Some(ended) = evidence.entitlement.aup_until.filter(|until| *until <= Time::START) else {
            return false;
        };
        if let Some(released) = assume.released {
            return !version_covered(Some(since(evidence.now, released.at(0, 0, 0, 0))), Some(ended));
        }
        let holders: Vec<&Computer> = (evidence.inventory.computers.iter().zip(machines))
            .filter(|(computer, machine)| **machine == Machine::Alive && computer.holds_license == Some(true))
            .map(|(computer, _)| computer)
            .collect();
        let scans = |computer: &&Computer| evidence.scanned_within(computer, Span::days(3));
        let went_on = |computer: &&Computer| {
            let last = computer.last_patch_inventory.at();
            last.is_some_and(|last| since(evidence.now, last) > ended + WENT_ON)
        };
        let seems = evidence.entitlement.state == LicenseState::InDate
            && holders.len() >= MANY
            && holders.iter().any(went_on)
            && !holders.iter().any(scans);
        if seems {
            self.note(Assumption::NotCovered);
        }
        seems
    }
}

impl Evidence<'_> {
    /// Others are targets of the install policy, this one is in no target at all, and has no plug-in.
    pub(super) fn is_in_no_target(&self, computer: &Computer) -> bool {
        self.has_policy(Role::Install) && computer.policies.is_empty() && computer.plug_in().is_none()
    }
}

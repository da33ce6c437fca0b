//! What the tables say of the server as a whole, where they do not say it outright: membership updates, rhythms,
//! maintenance. What many computers have in common says more than what one of them does.

use crate::import::Assume;
use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::infer::{Inferred, MANY};
use crate::import::inventory::Computer;
use crate::import::policies::Role;
use crate::import::rhythm::Rhythms;
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
        self.assume_of_rhythms(evidence.rhythms);
        for _ in &evidence.taken_for_clones {
            self.note(Assumption::TakenForClone);
        }
    }

    fn assume_of_rhythms(&mut self, rhythms: Rhythms) {
        let usual = Rhythms::USUAL;
        if !rhythms.known {
            self.note(Assumption::RhythmsAsUsual);
        }
        for (every, usual, assumption) in [
            (rhythms.request, usual.request, Assumption::RequestsEvery),
            (rhythms.inventory, usual.inventory, Assumption::InventoriesEvery),
            (rhythms.scan, usual.scan, Assumption::ScansEvery),
        ] {
            if every != usual {
                self.assumptions.insert(assumption, (every.ms() / Span::hours(1).ms()) as u64);
            }
        }
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

//! **C5** Which clients find scan settings: the DSUP, its clones, and what scans say where the targets do not.
//!
//! | evidence | weighs |
//! |---|---|
//! | the table of targets lists the DSUP for a client | it is covered |
//! | the table lists the DSUP for others, and not for a client with the plug-in | it is not covered, unless it has scanned since; then some policy covers it that the table does not name |
//! | the table lists the DSUP for none, and clients outside all clones scan | the DSUP is on |
//! | the table lists the DSUP for none, and none of those outside scans | the DSUP is off |
//! | all members of a policy of no known role scan, and those outside it do not | the policy is a clone with a name that does not show it |

use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::infer::{Inferred, MANY, is_here};
use crate::import::inventory::Computer;
use crate::import::policies::{Role, is_about_patches};
use crate::import::tables::ExportTable;
use crate::scenario::model::initial::{Initial, Plugin};
use crate::units::time::Span;

/// A client that has returned a scan within so long a time finds settings.
const LATELY: Span = Span::days(2);
/// Scan periods after which a client that finds settings has returned a result.
const SEVERAL: i64 = 24;

impl Inferred {
    /// The DSUP is on where it targets a client or its targets are unknown, and where scans come back without it.
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
        let scans = |computer: &Computer| evidence.scanned_within(computer, LATELY);
        let (on, assumption) = match outside.clone().any(scans) {
            true => (true, Assumption::DsupOnByScans),
            false if outside.count() == 0 || !listed.contains(&true) => (true, Assumption::DsupNotListed),
            false => (false, Assumption::DsupOff),
        };
        self.note(assumption);
        on
    }

    /// Is the client among the targets of the DSUP, as far as it is in no clone?
    pub(super) fn dsup_takes(&mut self, evidence: &Evidence, computer: &Computer, at: &Initial) -> bool {
        let listed = [Role::Dsup, Role::Clone].iter().any(|role| evidence.targeted_by(computer, *role));
        let would_be_listed = evidence.has_policy(Role::Dsup)
            && is_here(at)
            && at.plugin == Plugin::Reported
            && evidence.unchanged_for(computer, evidence.rhythms.alive_within());
        if listed || !would_be_listed {
            return true;
        }
        let several = Span(evidence.rhythms.scan.ms() * SEVERAL);
        let scans = evidence.scanned_within(computer, several);
        if scans {
            self.note(Assumption::CoveredByScans);
        }
        scans
    }
}

impl Evidence<'_> {
    /// Policies of no known role that are clones by what their members do, while others with the plug-in do the opposite.
    pub(super) fn policies_taken_for_clones(&self) -> Vec<u32> {
        let tells = self.version.requires_dsup()
            && self.inventory.has(ExportTable::PatchInventory)
            && self.has_policy(Role::Install)
            && !self.has_policy(Role::Dsup);
        if !tells {
            return Vec::new();
        }
        let outside_all = |computer: &&Computer| {
            computer.plug_in().is_some()
                && self.asked_within(computer, self.rhythms.alive_within())
                && !self.targeted_by(computer, Role::Clone)
        };
        let open: Vec<&Computer> = self.inventory.computers.iter().filter(outside_all).collect();
        let scans = |computer: &Computer| self.scanned_within(computer, LATELY);
        // By policy, its members among these, and those of them that scan.
        let mut members = vec![(0_usize, 0_usize); self.roles.len()];
        for computer in &open {
            for policy in &computer.policies {
                let (all, scanning) = &mut members[*policy as usize];
                (*all, *scanning) = (*all + 1, *scanning + usize::from(scans(computer)));
            }
        }
        let mut candidates: Vec<u32> = (0..self.roles.len())
            .filter(|policy| {
                let (all, scanning) = members[*policy];
                self.roles[*policy] == Role::Other && all >= MANY && 10 * scanning >= 9 * all
            })
            .map(|policy| policy as u32)
            .collect();
        candidates.sort_by_key(|policy| !is_about_patches(&self.inventory.policies[*policy as usize]));
        let mut taken: Vec<u32> = Vec::new();
        for policy in candidates {
            let is_new = |computer: &&&Computer| {
                computer.policies.contains(&policy) && !computer.policies.iter().any(|p| taken.contains(p))
            };
            if open.iter().filter(is_new).count() >= MANY {
                taken.push(policy);
            }
        }
        let rest = open.iter().filter(|computer| !computer.policies.iter().any(|p| taken.contains(p)));
        let (all, scanning) = (rest.clone().count(), rest.filter(|computer| scans(computer)).count());
        taken.sort_unstable();
        if all >= MANY && 20 * scanning <= all { taken } else { Vec::new() }
    }
}

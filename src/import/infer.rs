//! From the picture to where each client stands: what the tables say, and what has to be assumed where they
//! say nothing. Every assumption is one of `Assumption`, counted, and reported.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use crate::import::Assume;
use crate::import::assumption::Assumption;
use crate::import::evidence::{Evidence, holds};
use crate::import::inventory::{Computer, ExportedStatus};
use crate::import::names::draw_key;
use crate::import::policies::Role;
use crate::import::tables::ExportTable;
use crate::import::values::{Guid, Seen};
use crate::rules::license_files::LicenseState;
use crate::scenario::model::Status;
use crate::scenario::model::initial::{Initial, Machine, Package, Plugin};
use crate::scenario::values::since;
use crate::units::time::Span;

/// A live agent would have set a record of any other status back to Active within its configuration request (V7): one
/// that has not reported for so long is not alive.
const REVIVED_WITHIN: Span = Span::hours(2);
/// A live agent sends an inventory a day.
const INVENTORY_WITHIN: Span = Span::hours(26);
/// The delta membership update runs every few minutes: a computer in no target so long after it registered was missed.
const MISSED_AFTER: Span = Span::hours(2);
/// What fewer computers have in common is chance.
pub(super) const MANY: usize = 5;

/// One client of the scenario.
#[derive(Debug)]
pub struct InferredClient {
    /// Identity of the record on the server.
    pub guid: Guid,
    /// Where it stands at the start of the scenario, which is the instant of the export.
    pub initial: Initial,
    /// Its package server seems not to serve (C4).
    pub stuck: bool,
    /// The install policy takes it, as the administrator set it.
    pub in_install_policy: bool,
    /// Positions in [`crate::import::inventory::Inventory::policies`] of the clones it is in.
    pub clones: Vec<u32>,
}

/// What was inferred of all.
#[derive(Debug, Default)]
pub struct Inferred {
    /// Those of [`crate::import::inventory::Inventory::computers`], in the same order, then the records that were not exported.
    pub clients: Vec<InferredClient>,
    /// With the number of computers or licenses each is about.
    pub assumptions: BTreeMap<Assumption, u64>,
    /// The DSUP is on (C5).
    pub dsup: bool,
    /// Membership updates run (T2).
    pub membership_updates: bool,
    /// Maintenance ended before the version was released, or so it seems (M3).
    pub not_covered: bool,
}

/// Infers where all clients stand.
pub fn infer(evidence: &Evidence, assume: &Assume) -> Inferred {
    let mut inferred = Inferred::default();
    inferred.assume_of_tables(evidence);
    inferred.dsup = inferred.dsup_is_on(evidence);
    let machines: Vec<Machine> = evidence
        .inventory
        .computers
        .iter()
        .enumerate()
        .map(|(index, computer)| inferred.machine(evidence, assume, index, computer))
        .collect();
    inferred.not_covered = inferred.is_not_covered(evidence, assume, &machines);
    inferred.membership_updates = !updates_seem_dead(evidence, &machines);
    for (computer, machine) in evidence.inventory.computers.iter().zip(machines) {
        let client = inferred.client(evidence, computer, machine);
        inferred.clients.push(client);
    }
    inferred.find_the_stuck(evidence);
    for orphan in &evidence.inventory.orphans {
        inferred.note(Assumption::Orphan);
        inferred.clients.push(orphan_client(orphan.guid));
    }
    inferred
}

/// A record that holds a license and was not exported: it keeps it, and no machine reports for it.
fn orphan_client(guid: Guid) -> InferredClient {
    let mut initial = Initial::managed(Some(draw_key(guid)));
    (initial.status, initial.machine, initial.licensed) = (Status::Disposed, Machine::Unlisted, true);
    (initial.guid, initial.status_assumed) = (Some(guid.to_string()), true);
    InferredClient { guid, initial, stuck: false, in_install_policy: false, clones: Vec::new() }
}

impl Inferred {
    pub(super) fn note(&mut self, assumption: Assumption) {
        *self.assumptions.entry(assumption).or_default() += 1;
    }

    /// What has become of the PC (V7 to V10).
    fn machine(
        &mut self,
        evidence: &Evidence,
        assume: &Assume,
        index: usize,
        computer: &Computer,
    ) -> Machine {
        let silence = evidence.silence(computer);
        let recent = |limit: Span| silence.is_some_and(|silence| silence <= limit);
        let twin = evidence.left_behind[index];
        match &computer.status {
            Some(ExportedStatus::Active) => {}
            Some(status) => {
                if matches!(status, ExportedStatus::Other(_)) {
                    self.note(Assumption::OtherStatus);
                }
                return if recent(REVIVED_WITHIN) { Machine::Alive } else { Machine::Silent }; // V7
            }
            None => self.note(Assumption::NoStatus),
        }
        if twin {
            self.note(Assumption::LeftBehind);
            return Machine::LeftBehind; // V10
        }
        let unmanaged = computer.is_managed == Some(false);
        let lost = evidence.lost_its_agent(computer) && !recent(INVENTORY_WITHIN);
        match silence {
            // Usually known to Active Directory only: no agent was ever there to be uninstalled.
            None if computer.last_config_request == Seen::Never => {
                self.note(Assumption::NeverReported);
                Machine::Silent // V9
            }
            _ if unmanaged || lost => Machine::AgentUninstalled, // V8
            Some(silence) if silence > assume.silent_after => {
                self.note(Assumption::Silent);
                Machine::Silent // V9
            }
            _ => Machine::Alive,
        }
    }

    fn client(&mut self, evidence: &Evidence, computer: &Computer, machine: Machine) -> InferredClient {
        let mut at = Initial::managed(Some(draw_key(computer.guid)));
        at.guid = Some(computer.guid.to_string());
        at.status = match computer.status {
            Some(ExportedStatus::Retired) => Status::Retired,
            Some(ExportedStatus::Disposed | ExportedStatus::Other(_)) => Status::Disposed,
            Some(ExportedStatus::Active) | None => Status::Active,
        };
        at.status_assumed = matches!(computer.status, None | Some(ExportedStatus::Other(_)));
        at.machine = machine;
        let time = |at: Option<DateTime>| at.map(|at| since(evidence.now, at));
        at.last_configuration = time(computer.last_config_request.at());
        at.last_inventory = time(computer.last_basic_inventory.at());
        at.last_scan = time(computer.last_patch_inventory.at());
        at.licensed = holds(computer);
        let scanned = at.licensed || at.last_scan.is_some();
        at.plugin = plugin(evidence, computer, scanned);
        let in_install_policy = self.targets(evidence, computer, &mut at);
        at.package = self.package(evidence, computer, &at);
        at.rejected = at.package == Package::Ready && self.was_turned_away(evidence, computer, &at);
        let is_clone = |policy: &&u32| evidence.roles[**policy as usize] == Role::Clone;
        let clones = computer.policies.iter().filter(is_clone).copied().collect();
        InferredClient { guid: computer.guid, initial: at, stuck: false, in_install_policy, clones }
    }

    /// **C1** **V2** **T2** Which of the two policies has it; tells whether the install policy should.
    fn targets(&mut self, evidence: &Evidence, computer: &Computer, at: &mut Initial) -> bool {
        at.uninstall_target = evidence.targeted_by(computer, Role::Uninstall);
        let known = evidence.has_policy(Role::Install);
        let listed = evidence.targeted_by(computer, Role::Install);
        at.install_target = !at.uninstall_target && if known { listed } else { at.plugin > Plugin::None };
        // A computer in no target at all has been missed by the membership updates, not by the policy.
        let missed = !self.membership_updates && is_here(at) && evidence.is_in_no_target(computer);
        if missed {
            self.note(Assumption::MembershipUpdatesDead);
        }
        !known || listed || missed
    }

    /// **C3** **C4** How far the package is: a client that has scanned has it; for the others it depends on what else
    /// keeps them from a license.
    fn package(&mut self, evidence: &Evidence, computer: &Computer, at: &Initial) -> Package {
        if at.plugin < Plugin::Reported {
            return Package::None;
        }
        if at.licensed || at.last_scan.is_some() {
            return Package::Ready;
        }
        let explained = evidence.pool_is_full()
            || evidence.entitlement.state != LicenseState::InDate
            || self.not_covered
            || !self.has_settings(evidence, computer);
        if explained || !evidence.inventory.has(ExportTable::PatchInventory) {
            self.note(Assumption::PackageReady);
            return Package::Ready;
        }
        match evidence.has_policy(Role::ScanPackage) {
            true if !evidence.targeted_by(computer, Role::ScanPackage) => Package::None,
            _ => Package::Requested,
        }
    }

    /// **C5** Do its scans find settings?
    fn has_settings(&self, evidence: &Evidence, computer: &Computer) -> bool {
        !evidence.version.requires_dsup() || self.dsup || evidence.targeted_by(computer, Role::Clone)
    }

    /// **X2** It scans, and the pool is full.
    fn was_turned_away(&self, evidence: &Evidence, computer: &Computer, at: &Initial) -> bool {
        let scans = at.machine == Machine::Alive && at.status == Status::Active && !at.licensed;
        scans
            && evidence.pool_is_full()
            && evidence.entitlement.state == LicenseState::InDate
            && !self.not_covered
            && self.has_settings(evidence, computer)
    }
}

/// **T2** Many live computers are in no target at all, long after they registered, while the table shows policies
/// beside those of Patch Management: these computers were not left out on purpose.
fn updates_seem_dead(evidence: &Evidence, machines: &[Machine]) -> bool {
    let missed = |(computer, machine): &(&Computer, &Machine)| {
        **machine == Machine::Alive
            && matches!(computer.status, None | Some(ExportedStatus::Active))
            && evidence.is_in_no_target(computer)
            && evidence.unchanged_for(computer, MISSED_AFTER)
    };
    evidence.has_policy(Role::Other)
        && evidence.inventory.computers.iter().zip(machines).filter(missed).count() >= MANY
}

/// A live computer with an Active record.
pub(super) fn is_here(at: &Initial) -> bool {
    at.machine == Machine::Alive && at.status == Status::Active
}

/// **C2** The plug-in as the server knows it.
fn plugin(evidence: &Evidence, computer: &Computer, scanned: bool) -> Plugin {
    let reported = if evidence.plugins_listed { computer.plug_in().is_some() } else { scanned };
    if reported { Plugin::Reported } else { Plugin::None }
}

impl Evidence<'_> {
    /// Others have the agent in the table of agents, this one does not (V8).
    fn lost_its_agent(&self, computer: &Computer) -> bool {
        self.agents_listed && computer.base_agent().is_none()
    }
}

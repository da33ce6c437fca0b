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
use crate::import::values::Guid;
use crate::rules::license_files::LicenseState;
use crate::scenario::model::Status;
use crate::scenario::model::initial::{Initial, Machine, Package, Plugin};
use crate::scenario::values::since;

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
    /// The DSUP takes it while it is on, unless a clone does.
    pub in_dsup: bool,
    /// Positions in [`crate::import::inventory::Inventory::policies`] of the clones it is in.
    pub clones: Vec<u32>,
}

/// All scans stopped at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScansStopped {
    /// When the last one came back.
    pub at: DateTime,
    /// Live holders that returned their last one then.
    pub holders: u64,
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
    /// The scan policy was switched off then, as it seems (C8).
    pub scans_stopped: Option<ScansStopped>,
    /// No import of patch data has succeeded, as it seems (C4).
    pub never_imported: bool,
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
    inferred.scans_stopped = inferred.when_scans_stopped(evidence, &machines);
    if let Some(stopped) = inferred.scans_stopped {
        inferred.assumptions.insert(Assumption::ScanPolicyOff, stopped.holders);
    }
    for (computer, machine) in evidence.inventory.computers.iter().zip(machines) {
        let client = inferred.client(evidence, computer, machine);
        inferred.clients.push(client);
    }
    inferred.settle_packages(evidence);
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
    InferredClient {
        guid,
        initial,
        stuck: false,
        in_install_policy: false,
        in_dsup: true,
        clones: Vec::new(),
    }
}

impl Inferred {
    pub(super) fn note(&mut self, assumption: Assumption) {
        *self.assumptions.entry(assumption).or_default() += 1;
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
        let in_dsup = self.dsup_takes(evidence, computer, &at);
        let finds_settings = self.finds_settings_where(evidence, computer, in_dsup);
        at.package = self.package(evidence, computer, &at, finds_settings);
        at.rejected = at.package == Package::Ready && self.was_turned_away(evidence, &at, finds_settings);
        let is_clone = |policy: &&u32| evidence.roles[**policy as usize] == Role::Clone;
        let clones = computer.policies.iter().filter(is_clone).copied().collect();
        InferredClient { guid: computer.guid, initial: at, stuck: false, in_install_policy, in_dsup, clones }
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
    fn package(
        &mut self,
        evidence: &Evidence,
        computer: &Computer,
        at: &Initial,
        finds_settings: bool,
    ) -> Package {
        if at.plugin < Plugin::Reported {
            return Package::None;
        }
        if at.licensed || at.last_scan.is_some() {
            return Package::Ready;
        }
        let explained = evidence.pool_is_full()
            || evidence.entitlement.state != LicenseState::InDate
            || self.not_covered
            || self.scans_stopped.is_some()
            || !finds_settings;
        if explained || !evidence.inventory.has(ExportTable::PatchInventory) {
            self.note(Assumption::PackageReady);
            return Package::Ready;
        }
        match evidence.has_policy(Role::ScanPackage) {
            true if !evidence.targeted_by(computer, Role::ScanPackage) => Package::None,
            _ => Package::Requested,
        }
    }

    /// **C5** Do its scans find settings, as far as the table of targets tells?
    pub(super) fn finds_settings(&self, evidence: &Evidence, computer: &Computer) -> bool {
        let in_dsup = !evidence.has_policy(Role::Dsup) || evidence.targeted_by(computer, Role::Dsup);
        self.finds_settings_where(evidence, computer, in_dsup)
    }

    fn finds_settings_where(&self, evidence: &Evidence, computer: &Computer, in_dsup: bool) -> bool {
        let in_clone = || evidence.targeted_by(computer, Role::Clone);
        !evidence.version.requires_dsup() || self.dsup && in_dsup || in_clone()
    }

    /// **C4** Before the first import of patch data no client is a target of the package.
    fn settle_packages(&mut self, evidence: &Evidence) {
        self.never_imported = self.has_nobody_scanned(evidence);
        if self.never_imported {
            self.note(Assumption::NeverImported);
            for client in &mut self.clients {
                (client.initial.package, client.initial.rejected) = (Package::None, false);
            }
        }
    }

    /// **X2** It scans, and the pool is full.
    fn was_turned_away(&self, evidence: &Evidence, at: &Initial, finds_settings: bool) -> bool {
        let scans = at.machine == Machine::Alive && at.status == Status::Active && !at.licensed;
        scans
            && evidence.pool_is_full()
            && evidence.entitlement.state == LicenseState::InDate
            && !self.not_covered
            && self.scans_stopped.is_none()
            && finds_settings
    }
}

/// **T2** Many live computers are in no target at all, long after they registered, while the table shows policies
/// beside those of Patch Management: these computers were not left out on purpose.
fn updates_seem_dead(evidence: &Evidence, machines: &[Machine]) -> bool {
    let missed = |(computer, machine): &(&Computer, &Machine)| {
        **machine == Machine::Alive
            && matches!(computer.status, None | Some(ExportedStatus::Active))
            && evidence.is_in_no_target(computer)
            && evidence.unchanged_for(computer, evidence.rhythms.alive_within())
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

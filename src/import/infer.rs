//! From the picture to where each client stands: what the tables say, and what has to be assumed where they
//! say nothing. Every assumption is one of [`Assumption`], counted, and told.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::Assume;
use super::assumption::Assumption;
use super::estate::{Computer, Status as Exported};
use super::evidence::Evidence;
use super::names::draw_key;
use super::policies::Role;
use super::tables::Table;
use super::values::Guid;
use crate::rules::license_files::LicenseState;
use crate::scenario::model::Status;
use crate::scenario::model::initial::{Initial, Machine, Package, Plugin};
use crate::scenario::values::since;
use crate::words::time::{Span, Time};

/// A live agent would have set a Retired record back to Active within its configuration request (V7): one that
/// has not reported for so long is not alive.
const RETIRED_ALIVE: Span = Span::hours(2);
/// A live agent sends an inventory a day.
const DISPOSED_ALIVE: Span = Span::hours(26);
/// So many computers, and one of so many, are stuck together: fewer are under way.
const STUCK_AT_LEAST: usize = 5;
const STUCK_ONE_OF: usize = 50;

/// One client of the scenario.
#[derive(Debug)]
pub struct Client {
    pub guid: Guid,
    pub initial: Initial,
    /// Its package server seems not to serve (C4).
    pub stuck: bool,
    /// The install policy takes it, as the administrator set it.
    pub in_install_policy: bool,
    /// Positions in [`Estate::policies`] of the clones it is in.
    pub clones: Vec<u32>,
}

/// What was inferred of all.
#[derive(Debug, Default)]
pub struct Inferred {
    /// Those of [`Estate::computers`], in the same order, then the records that were not exported.
    pub clients: Vec<Client>,
    pub assumptions: BTreeMap<Assumption, u64>,
    /// The DSUP is on (C5).
    pub dsup: bool,
    /// Membership updates run (T2).
    pub membership_updates: bool,
    /// Maintenance ended before the version was released, or so it seems (M3).
    pub seems_not_covered: bool,
}

/// Infers where all clients stand.
pub fn infer(evidence: &Evidence, assume: &Assume) -> Inferred {
    let mut inferred = Inferred { membership_updates: true, ..Inferred::default() };
    inferred.assume_of_tables(evidence);
    inferred.dsup = inferred.dsup_is_on(evidence);
    let machines: Vec<Machine> = evidence
        .estate
        .computers
        .iter()
        .enumerate()
        .map(|(index, computer)| inferred.machine(evidence, assume, index, computer))
        .collect();
    inferred.seems_not_covered = inferred.not_covered(evidence, assume, &machines);
    for (computer, machine) in evidence.estate.computers.iter().zip(machines) {
        let client = inferred.client(evidence, computer, machine);
        inferred.clients.push(client);
    }
    inferred.find_the_stuck(evidence);
    for orphan in &evidence.estate.orphans {
        inferred.note(Assumption::Orphan);
        inferred.clients.push(orphan_client(orphan.guid));
    }
    inferred
}

/// A record that holds a license and was not exported: it keeps it, and nobody reports.
fn orphan_client(guid: Guid) -> Client {
    let mut initial = Initial::managed(Some(draw_key(guid)));
    (initial.status, initial.machine, initial.licensed) = (Status::Disposed, Machine::Silent, true);
    Client { guid, initial, stuck: false, in_install_policy: false, clones: Vec::new() }
}

impl Inferred {
    fn note(&mut self, assumption: Assumption) {
        *self.assumptions.entry(assumption).or_default() += 1;
    }

    /// What is assumed because a whole table is missing.
    fn assume_of_tables(&mut self, evidence: &Evidence) {
        for (table, assumption) in [
            (Table::Agents, Assumption::NoAgents),
            (Table::LicenseInUse, Assumption::NoLicenseInUse),
            (Table::PatchInventory, Assumption::NoPatchInventory),
            (Table::Targets, Assumption::NoTargets),
            (Table::Licenses, Assumption::NoLicenses),
        ] {
            if !evidence.estate.has(table) {
                self.note(assumption);
            }
        }
    }

    /// **C5** The DSUP is on where it targets somebody, where nobody knows, and where scans come back without it.
    fn dsup_is_on(&mut self, evidence: &Evidence) -> bool {
        let targets = evidence.estate.has(Table::Targets) && evidence.has_policy(Role::Install);
        if !targets || evidence.has_policy(Role::Dsup) {
            return true;
        }
        let scans = |computer: &&Computer| {
            evidence.scanned_within(computer, Span::days(2)) && !evidence.targeted_by(computer, Role::Clone)
        };
        let on = evidence.estate.computers.iter().any(|computer| scans(&computer));
        if evidence.version.requires_dsup() {
            self.note(if on { Assumption::DsupOnByScans } else { Assumption::DsupOff });
        }
        on
    }

    /// **M3** Maintenance has ended, many are alive, and none of them has returned a scan since some days.
    fn not_covered(&mut self, evidence: &Evidence, assume: &Assume, machines: &[Machine]) -> bool {
        let ended = evidence.in_force.aup_until.is_some_and(|until| until <= Time::START);
        let in_date = evidence.in_force.state == LicenseState::InDate;
        if assume.released.is_some() || !ended || !in_date || !evidence.estate.has(Table::PatchInventory) {
            return false;
        }
        let holders = evidence.estate.computers.iter().zip(machines).filter(|(computer, machine)| {
            **machine == Machine::Alive && computer.holds_license == Some(true)
        });
        let scans: Vec<bool> =
            holders.map(|(computer, _)| evidence.scanned_within(computer, Span::days(3))).collect();
        let seems = scans.len() >= STUCK_AT_LEAST && !scans.contains(&true);
        if seems {
            self.note(Assumption::NotCovered);
        }
        seems
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
        match computer.status {
            Some(Exported::Retired) if !recent(RETIRED_ALIVE) => return Machine::Silent,
            Some(Exported::Retired) => return Machine::Alive, // V7
            Some(Exported::Disposed) if !recent(DISPOSED_ALIVE) => return Machine::Silent,
            Some(Exported::Other(_)) => {
                self.note(Assumption::OtherStatus);
                return if recent(DISPOSED_ALIVE) { Machine::Alive } else { Machine::Silent };
            }
            Some(Exported::Disposed) => return Machine::Alive, // V6
            None => self.note(Assumption::NoStatus),
            Some(Exported::Active) => {}
        }
        if twin {
            self.note(Assumption::LeftBehind);
            return Machine::LeftBehind; // V10
        }
        let unmanaged = computer.is_managed == Some(false) || evidence.lost_its_agent(computer);
        match silence {
            _ if unmanaged && !recent(DISPOSED_ALIVE) => Machine::AgentUninstalled, // V8
            Some(silence) if silence > assume.silent_after => {
                self.note(Assumption::Silent);
                Machine::Silent // V9
            }
            None if computer.last_config_request == super::values::Seen::Never => {
                self.note(Assumption::NeverReported);
                Machine::Silent // V9
            }
            _ => Machine::Alive,
        }
    }

    fn client(&mut self, evidence: &Evidence, computer: &Computer, machine: Machine) -> Client {
        let mut at = Initial::managed(Some(draw_key(computer.guid)));
        at.guid = Some(computer.guid.to_string());
        at.status = match computer.status {
            Some(Exported::Retired) => Status::Retired,
            Some(Exported::Disposed | Exported::Other(_)) => Status::Disposed,
            Some(Exported::Active) | None => Status::Active,
        };
        at.machine = machine;
        let time = |at: Option<DateTime>| at.map(|at| since(evidence.now, at));
        at.last_configuration = time(computer.last_config_request.at());
        at.last_inventory = time(computer.last_basic_inventory.at());
        at.last_scan = time(computer.last_patch_inventory.at());
        at.licensed = computer.holds_license.unwrap_or(at.last_scan.is_some());
        let scanned = at.licensed || at.last_scan.is_some();
        at.plugin = plugin(evidence, computer, scanned);
        let in_install_policy = self.targets(evidence, computer, &mut at);
        at.package = self.package(evidence, computer, &at);
        at.rejected = at.package == Package::Ready && self.was_turned_away(evidence, computer, &at);
        let is_clone = |policy: &&u32| evidence.roles[**policy as usize] == Role::Clone;
        let clones = computer.policies.iter().filter(is_clone).copied().collect();
        Client { guid: computer.guid, initial: at, stuck: false, in_install_policy, clones }
    }

    /// **C1** **V2** **T2** Which of the two policies has it; tells whether the install policy should.
    fn targets(&mut self, evidence: &Evidence, computer: &Computer, at: &mut Initial) -> bool {
        at.uninstall_target = evidence.targeted_by(computer, Role::Uninstall);
        let known = evidence.has_policy(Role::Install);
        let listed = evidence.targeted_by(computer, Role::Install);
        at.install_target = !at.uninstall_target && if known { listed } else { at.plugin > Plugin::None };
        // Whoever is in no target at all has been missed by the membership updates, not by the policy.
        let missed = known && computer.policies.is_empty() && at.plugin == Plugin::None;
        if missed && at.machine == Machine::Alive && at.status == Status::Active {
            self.membership_updates = false;
            self.note(Assumption::MembershipUpdatesDead);
        }
        !known || listed || missed
    }

    /// **C3** **C4** How far the package is: whoever has scanned has it; of the others it hangs on what else keeps
    /// them from a license.
    fn package(&mut self, evidence: &Evidence, computer: &Computer, at: &Initial) -> Package {
        if at.plugin < Plugin::Reported {
            return Package::None;
        }
        if at.licensed || at.last_scan.is_some() {
            return Package::Ready;
        }
        let explained = evidence.pool_is_full()
            || evidence.in_force.state != LicenseState::InDate
            || self.seems_not_covered
            || !self.has_settings(evidence, computer);
        if explained || !evidence.estate.has(Table::PatchInventory) {
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
            && evidence.in_force.state == LicenseState::InDate
            && !self.seems_not_covered
            && self.has_settings(evidence, computer)
    }

    /// **C4** Many at once that wait for a package do not wait for their next request: their package server does
    /// not serve.
    fn find_the_stuck(&mut self, evidence: &Evidence) {
        let waits_for_scan = |at: &Initial| at.package == Package::Requested;
        let waits_for_plugin = |at: &Initial| {
            evidence.knows_plugins() && at.install_target && at.plugin == Plugin::None && is_here(at)
        };
        let with_plugin = |at: &Initial| at.plugin == Plugin::Reported && is_here(at);
        let wanted_plugin = |at: &Initial| at.install_target && is_here(at);
        self.stick(Assumption::PackageStuck, &|at| waits_for_scan(at) && is_here(at), &with_plugin);
        self.stick(Assumption::PluginStuck, &waits_for_plugin, &wanted_plugin);
    }

    fn stick(
        &mut self,
        assumption: Assumption,
        waits: &dyn Fn(&Initial) -> bool,
        among: &dyn Fn(&Initial) -> bool,
    ) {
        let count =
            |which: &dyn Fn(&Initial) -> bool| self.clients.iter().filter(|c| which(&c.initial)).count();
        let (waiting, all) = (count(waits), count(among));
        let stuck = waiting >= STUCK_AT_LEAST && waiting * STUCK_ONE_OF >= all;
        for client in self.clients.iter_mut().filter(|client| waits(&client.initial)) {
            client.stuck = stuck;
            if stuck && client.initial.plugin == Plugin::None {
                client.initial.plugin = Plugin::Requested;
            }
        }
        let assumption = if stuck { assumption } else { Assumption::UnderWay };
        if waiting > 0 {
            *self.assumptions.entry(assumption).or_default() += waiting as u64;
        }
    }
}

/// A live computer with an Active record.
fn is_here(at: &Initial) -> bool {
    at.machine == Machine::Alive && at.status == Status::Active
}

/// **C2** The plug-in as the server knows it.
fn plugin(evidence: &Evidence, computer: &Computer, scanned: bool) -> Plugin {
    let reported = if evidence.knows_plugins() { computer.plug_in().is_some() } else { scanned };
    if reported { Plugin::Reported } else { Plugin::None }
}

impl Evidence<'_> {
    /// Others have the agent in the table of agents, this one does not (V8).
    fn lost_its_agent(&self, computer: &Computer) -> bool {
        self.agents_listed && computer.base_agent().is_none()
    }
}

//! What the tables show that no client's state does: records that share a name or a computer; and, in [`crate::import::pool_findings`], licenses that do not add up, maintenance that has ended.

use crate::import::evidence::Evidence;
use crate::import::finding::{TableEvidence, TableFinding, finding};
use crate::import::infer::{Inferred, MANY, is_here};
use crate::import::inventory::Computer;
use crate::rules::advice::packages;
use crate::rules::clause::Clause;
use crate::rules::deletion::LOST_BY_DELETION;
use crate::rules::denial_reason::DenialReason;
use crate::rules::license_files::LicenseState;
use crate::rules::patch_inventory::{InventoryFlow, LastPatchInventory, inventory_flow};
use crate::rules::troubleshooting::ORDER;
use crate::scenario::model::Status;
use crate::scenario::model::initial::{Initial, Machine, Package, Plugin};
use crate::units::quantity::grouped;
use crate::units::time::Span;

/// So many Basic Inventories a live agent does not leave out.
const INVENTORIES: i64 = 7;

/// All findings, in order of the rules.
pub fn of(
    evidence: &Evidence,
    inferred: &Inferred,
    names: &[String],
    clones: &[(u32, String)],
) -> Vec<TableFinding> {
    let found = TableEvidence { evidence, inferred, names, clones };
    let mut findings = Vec::new();
    findings.extend(found.scans_stopped());
    findings.extend(found.nobody_scanned());
    findings.extend(found.never_completed());
    findings.extend(found.never_installed());
    findings.extend(found.inventory_stopped());
    findings.extend(found.taken_for_clones());
    findings.extend(found.two_clones());
    findings.extend(found.same_name());
    findings.extend(found.same_name_elsewhere());
    findings.extend(found.flag_contradicted());
    findings.extend(found.shared());
    findings.extend(found.pool());
    findings
}

impl TableEvidence<'_> {
    /// Names of the clients for which something holds, by their position.
    fn those(&self, which: impl Fn(usize) -> bool) -> Vec<String> {
        (0..self.names.len())
            .filter(|client| which(*client))
            .map(|client| self.names[client].clone())
            .collect()
    }

    /// Case 10: targets of the install policy that never got the plug-in.
    fn never_installed(&self) -> Option<TableFinding> {
        let clients = &self.inferred.clients;
        let names =
            self.those(|client| clients[client].stuck && clients[client].initial.plugin < Plugin::Installed);
        finding(
            (Clause::C4, "plugin_never_installed"),
            names.len() as u64,
            "is a target of the install policy and has no plug-in, like so many others: unless they became targets just \
             now, their package server does not serve, and they ask again by the ladder",
            "get the package server running; each client returns within two hours",
            names,
        )
    }

    /// Case 1: the plug-in is there, and no scan ever came back.
    fn never_completed(&self) -> Option<TableFinding> {
        let clients = &self.inferred.clients;
        let names = self
            .those(|client| clients[client].stuck && clients[client].initial.package == Package::Requested);
        let package =
            "get the package server of these clients running; look at their disk space and throttling";
        let packages = packages(self.evidence.version);
        let (why, cure) = match self.evidence.pool_is_known() {
            true => {
                (format!("while licenses are free: {packages} does not come through"), package.to_string())
            }
            false => (
                format!(
                    "and how many licenses there are is not known: {packages} does not come through, or the pool is full \
                     (X2)"
                ),
                format!("export the licenses, or give --nodes; if licenses are free: {package}"),
            ),
        };
        finding(
            (Clause::C4, "package_never_completed"),
            names.len() as u64,
            format!("has reported its plug-in and never returned a scan, {why}"),
            cure,
            names,
        )
    }

    /// X3: a holder that asks for its policies, and whose Patch Inventory has stopped.
    fn inventory_stopped(&self) -> Option<TableFinding> {
        let computers = &self.evidence.inventory.computers;
        let others = self.most_sent_within();
        let works = self.evidence.entitlement.state == LicenseState::InDate && !self.inferred.not_covered;
        let stopped = |client: usize| {
            let a_day = Span::DAY + self.evidence.rhythms.alive_within();
            let asks = |computer: &Computer| self.evidence.asked_within(computer, a_day);
            let holds = self.inferred.clients[client].initial.licensed;
            works
                && holds
                && is_here(&self.inferred.clients[client].initial)
                && computers
                    .get(client)
                    .is_some_and(|computer| asks(computer) && self.has_stopped(computer, others))
        };
        let reporting = Span(self.evidence.rhythms.inventory.ms() * INVENTORIES);
        let reports = |computer: &Computer| {
            computer.last_basic_inventory.at().is_some_and(|at| self.evidence.age(at) <= reporting)
        };
        let silent = (0..computers.len()).filter(|client| stopped(*client) && !reports(&computers[*client]));
        let silent = silent.count() as u64;
        let names = self.those(stopped);
        let too = match silent {
            0 => String::new(),
            n => format!(
                "; of {} of them Basic Inventory has stopped, too, as when the event queue is stuck",
                grouped(n)
            ),
        };
        finding(
            (Clause::X3, "inventory_stopped"),
            names.len() as u64,
            format!(
                "holds a license and asks for its policies as usual, and its Patch Inventory stopped long ago{too}: a \
                 license held does not prove that patching works"
            ),
            format!("look, in this order, at: {ORDER}"),
            names,
        )
    }

    /// How long ago three of four live holders sent their last Patch Inventory at the latest; of few nothing follows.
    fn most_sent_within(&self) -> Option<Span> {
        let holders = self.inferred.clients.iter().zip(&self.evidence.inventory.computers);
        let alive = holders.filter(|(client, _)| client.initial.licensed && is_here(&client.initial));
        let mut ages: Vec<Span> = alive
            .filter_map(|(_, computer)| computer.last_patch_inventory.at())
            .map(|at| self.evidence.age(at))
            .collect();
        ages.sort_unstable();
        ages.get(ages.len() * 3 / 4).copied().filter(|_| ages.len() >= 4 * MANY)
    }

    /// The settings of scans are not exported: but for the period, those of a server as it is installed are taken.
    fn has_stopped(&self, computer: &Computer, others: Option<Span>) -> bool {
        let version = self.evidence.version;
        let last = LastPatchInventory {
            age: computer.last_patch_inventory.at().map(|at| self.evidence.age(at)),
            scan_period: self.evidence.rhythms.scan,
            only_changes: true,
            others,
            full_period: version.sends_full_results().then_some(Span::days(60)),
            version,
        };
        inventory_flow(last) == InventoryFlow::Stopped
    }

    /// C5: policies that nothing but their members' scans shows to be clones.
    fn taken_for_clones(&self) -> Option<TableFinding> {
        let taken = self.clones.iter().filter(|(policy, _)| self.evidence.taken_for_clones.contains(policy));
        let names: Vec<&str> = taken.map(|(_, name)| name.as_str()).collect();
        finding(
            (Clause::C5, "taken_for_clone"),
            names.len() as u64,
            format!(
                "policy is taken for a clone of the DSUP, though its name does not say so, because the computers in it scan and those \
                 outside do not: {}",
                names.join(", ")
            ),
            "look at the policy in the console; if it is a clone, confirm it with --clone and its name",
            Vec::new(),
        )
    }

    /// T1: conflicting settings.
    fn two_clones(&self) -> Option<TableFinding> {
        let names = self.those(|client| self.inferred.clients[client].clones.len() > 1);
        finding(
            (Clause::T1, "two_clones"),
            names.len() as u64,
            "is in several clones of the DSUP, which give it conflicting settings",
            "leave it in one of them (KB 180495)",
            names,
        )
    }

    /// V10: records of one name, more of them alive or holding than one.
    fn same_name(&self) -> Option<TableFinding> {
        let twins = self.twins();
        let holds = |index: &&usize| self.inferred.clients[**index].initial.licensed;
        let licenses = twins.iter().filter(holds).count();
        let behind = twins
            .iter()
            .filter(|index| self.inferred.clients[**index].initial.machine == Machine::LeftBehind);
        let what = format!(
            "shares its name with another record: re-imaged with other hardware keys in another domain, or two computers of one name; \
             they hold {licenses} licenses, and {} of them are left behind",
            behind.count()
        );
        finding(
            (Clause::V10, "same_name"),
            twins.len() as u64,
            what,
            match self.evidence.version.is_6() {
                true => format!(
                    "delete the records left behind, which loses {LOST_BY_DELETION}, and run the licensing refresh; merge \
                     or rename the others"
                ),
                false => {
                    "retire the records left behind and run the licensing refresh; merge or rename the others"
                        .to_string()
                }
            },
            twins.into_iter().map(|index| self.names[index].clone()).collect(),
        )
    }

    /// Records that share their name with another one and are, or were, one computer with it. A retired old record
    /// counts only while it holds a license.
    fn twins(&self) -> Vec<usize> {
        let counts = |index: &&usize| {
            let at = &self.inferred.clients[**index].initial;
            at.status == Status::Active || at.licensed
        };
        let groups = self.evidence.twins.of_one_pc.iter();
        let counted = groups.map(|records| records.iter().filter(counts).copied().collect::<Vec<usize>>());
        let mut twins: Vec<usize> = counted.filter(|records| records.len() > 1).flatten().collect();
        twins.sort_unstable();
        twins
    }

    /// V10, weakly: a name in two domains, of which one record has stopped.
    fn same_name_elsewhere(&self) -> Option<TableFinding> {
        let stopped = &self.evidence.twins.stopped_elsewhere;
        let holds = |index: &&usize| self.inferred.clients[**index].initial.licensed;
        let names: Vec<String> =
            stopped.iter().filter(holds).map(|index| self.names[*index].clone()).collect();
        finding(
            (Clause::V10, "same_name_elsewhere"),
            names.len() as u64,
            "holds a license and has stopped reporting, while a record of the same name in another domain goes on: two computers of \
             one name, or one that went to another domain",
            "look which of the two it is; the tables do not tell",
            names,
        )
    }

    /// V8 does not apply: the flag says so, and nothing else.
    fn flag_contradicted(&self) -> Option<TableFinding> {
        let computers = &self.evidence.inventory.computers;
        let names = self.those(|client| {
            let contradicted = |computer: &Computer| self.evidence.flag_is_contradicted(computer);
            is_here(&self.inferred.clients[client].initial) && computers.get(client).is_some_and(contradicted)
        });
        finding(
            (Clause::V8, "is_managed_contradicted"),
            names.len() as u64,
            "has IsManaged 0 although its agent reports: it counts as managed, and is in use",
            "look why the flag was reset, and have the agent send a Basic Inventory; there is nothing to retire or to delete",
            names,
        )
    }

    /// C8: all scans stopped at once.
    fn scans_stopped(&self) -> Option<TableFinding> {
        let stopped = self.inferred.scans_stopped?;
        finding(
            (Clause::C8, "scans_stopped_at_once"),
            1,
            format!(
                "server, and no scan has come back since {}, when all {} live holders had returned their last one within one scan \
                 period; they go on asking for their policies and sending Basic Inventories: the Windows System Assessment Scan policy \
                 was switched off then, or lost its targets",
                stopped.at,
                grouped(stopped.holders)
            ),
            "switch the policy on, and have it target all clients",
            Vec::new(),
        )
    }

    /// C4: no client ever scanned.
    fn nobody_scanned(&self) -> Option<TableFinding> {
        let clients = &self.inferred.clients;
        let waits = |at: &Initial| is_here(at) && at.plugin == Plugin::Reported && !at.licensed;
        let names = self.those(|client| self.inferred.never_imported && waits(&clients[client].initial));
        finding(
            (Clause::C4, DenialReason::NoPatchDataImported.key()),
            names.len() as u64,
            "has reported its plug-in and never returned a scan, and neither has any other client of this server: what they all lack is \
             an assessment scan package, which comes with the first successful import of patch data, or else a scan policy",
            "look, in this order, at: Import Patch Data for Windows, and whether it succeeds (C4); the Windows System Assessment Scan \
             policy and its targets (C8); the package servers (C4)",
            names,
        )
    }

    /// V10: machines that share a record.
    fn shared(&self) -> Option<TableFinding> {
        let computers = &self.evidence.inventory.computers;
        let shared =
            |index: usize| computers.get(index).is_some_and(|computer| !computer.other_names.is_empty());
        let machines: usize = computers.iter().map(|computer| computer.other_names.len()).sum();
        let names = self.those(shared);
        finding(
            (Clause::V10, "shared_record"),
            names.len() as u64,
            format!(
                "is the record of several machines with the same hardware keys: {machines} machines more than records, \
                 and one license each time"
            ),
            "give the images keys of their own (KB 275252); then each machine has a record, and needs a license",
            names,
        )
    }
}

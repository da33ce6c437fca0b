//! What the tables show that no client's state does: records that share a name or a computer, licenses held by
//! nobody known, licenses that do not add up, maintenance that has ended.

use std::collections::BTreeMap;

use super::assumption::Assumption;
use super::evidence::Evidence;
use super::infer::Inferred;
use super::policies::Role;
use super::tables::Table;
use crate::rules::clause::Clause;
use crate::rules::license_files::{AupState, LicenseState, files_in_force};
use crate::rules::maintenance::{SolutionState, TaskRefused, may_schedule_task};
use crate::scenario::model::initial::{Machine, Package, Plugin};
use crate::scenario::model::{LicenseFormat, Status};
use crate::words::time::Time;

/// Something found in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule behind it.
    pub clause: Clause,
    /// A word to filter by.
    pub key: &'static str,
    /// How many records, licenses or nodes it is about.
    pub count: u64,
    /// One sentence; `{n}` was replaced by figures already.
    pub what: String,
    pub cure: String,
    /// Names of the clients it is about, all of them, by number.
    pub names: Vec<String>,
}

/// All findings, in order of the rules.
pub fn of(evidence: &Evidence, inferred: &Inferred, names: &[String]) -> Vec<Finding> {
    let found = Found { evidence, inferred, names };
    let mut findings = Vec::new();
    findings.extend(found.never_installed());
    findings.extend(found.never_completed());
    findings.extend(found.two_clones());
    findings.extend(found.orphans());
    findings.extend(found.same_name());
    findings.extend(found.shared());
    findings.extend(found.pool());
    findings
}

struct Found<'a> {
    evidence: &'a Evidence<'a>,
    inferred: &'a Inferred,
    names: &'a [String],
}

fn finding(
    (clause, key): (Clause, &'static str),
    count: u64,
    what: impl Into<String>,
    cure: impl Into<String>,
    names: Vec<String>,
) -> Option<Finding> {
    (count > 0).then(|| Finding { clause, key, count, what: what.into(), cure: cure.into(), names })
}

impl Found<'_> {
    /// Names of the clients for which something holds, by their position.
    fn those(&self, which: impl Fn(usize) -> bool) -> Vec<String> {
        (0..self.names.len())
            .filter(|client| which(*client))
            .map(|client| self.names[client].clone())
            .collect()
    }

    /// Case 10: targets of the install policy that never got the plug-in.
    fn never_installed(&self) -> Option<Finding> {
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
    fn never_completed(&self) -> Option<Finding> {
        let clients = &self.inferred.clients;
        let names = self
            .those(|client| clients[client].stuck && clients[client].initial.package == Package::Requested);
        finding(
            (Clause::C4, "package_never_completed"),
            names.len() as u64,
            "has reported its plug-in and never returned a scan, while licenses are free: the assessment scan \
             package does not come through",
            "get the package server of these clients running; look at their disk space and throttling",
            names,
        )
    }

    /// T1: conflicting settings.
    fn two_clones(&self) -> Option<Finding> {
        let names = self.those(|client| self.inferred.clients[client].clones.len() > 1);
        finding(
            (Clause::T1, "two_clones"),
            names.len() as u64,
            "is in several clones of the DSUP, which give it conflicting settings",
            "leave it in one of them (KB 180495)",
            names,
        )
    }

    /// V3: licenses of records that were deleted, or not exported.
    fn orphans(&self) -> Option<Finding> {
        let first = self.evidence.estate.computers.len();
        let names = self.those(|client| client >= first);
        finding(
            (Clause::V3, "holder_not_exported"),
            names.len() as u64,
            "holds a license and is no computer of the export: Retired, Disposed or deleted (vComputer lists Active \
             computers only), or of another server",
            "export the status of these records from vResource; run the licensing refresh for those Retired",
            names,
        )
    }

    /// V10: records of one name, more of them alive or holding than one.
    fn same_name(&self) -> Option<Finding> {
        let twins = self.twins();
        let holds = |index: &&usize| self.inferred.clients[**index].initial.licensed;
        let licenses = twins.iter().filter(holds).count();
        let behind = twins
            .iter()
            .filter(|index| self.inferred.clients[**index].initial.machine == Machine::LeftBehind);
        let what = format!(
            "shares its name with another record: re-imaged with new keys, or two computers of one name; {licenses} \
             licenses, {} of the records left behind",
            behind.count()
        );
        finding(
            (Clause::V10, "same_name"),
            twins.len() as u64,
            what,
            "retire the records left behind and run the licensing refresh; merge or rename the others",
            twins.into_iter().map(|index| self.names[index].clone()).collect(),
        )
    }

    /// Records that share their name and domain with another one. Who retired an old record has done well: it counts
    /// only while it holds a license.
    fn twins(&self) -> Vec<usize> {
        let mut of_name: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        let computers = self.evidence.estate.computers.iter().zip(&self.inferred.clients).enumerate();
        for (index, (computer, client)) in computers.filter(|(_, (computer, _))| !computer.name.is_empty()) {
            let domain = computer.domain.as_deref().unwrap_or_default().to_lowercase();
            if client.initial.status == Status::Active || client.initial.licensed {
                of_name.entry((computer.name.to_lowercase(), domain)).or_default().push(index);
            }
        }
        let mut twins: Vec<usize> =
            of_name.into_values().filter(|records| records.len() > 1).flatten().collect();
        twins.sort_unstable();
        twins
    }

    /// V10: machines that share a record.
    fn shared(&self) -> Option<Finding> {
        let computers = &self.evidence.estate.computers;
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

    /// L1, L3, E1, M2, M4: the licenses against what is held.
    fn pool(&self) -> Vec<Finding> {
        if !self.evidence.estate.has(Table::Licenses) {
            return Vec::new();
        }
        [self.replaced(), self.exceeded(), self.expired(), self.maintenance(), self.tasks()]
            .into_iter()
            .flatten()
            .collect()
    }

    /// L1: nodes of legacy files that another one replaced.
    fn replaced(&self) -> Option<Finding> {
        let files = &self.evidence.licenses;
        let counts = |file: &str| files_in_force(files, Time::START).any(|counted| counted.name == file);
        let in_date = |at: Option<Time>| at.is_none_or(|until| until > Time::START);
        let lost = files.iter().filter(|file| {
            let came = file.from <= Time::START && in_date(file.until);
            file.format == LicenseFormat::Legacy && came && !counts(&file.name)
        });
        let nodes: u64 = lost.filter_map(|file| file.nodes).sum();
        let left = self.evidence.in_force.nodes.unwrap_or(0);
        finding(
            (Clause::L1, "file_replaced"),
            nodes,
            format!(
                "nodes were lost when a later legacy license file replaced the one before it; {left} are left"
            ),
            "get one combined file from the vendor, or install the old one again",
            Vec::new(),
        )
    }

    /// L3, X2: more is held than owned, or just as much.
    fn exceeded(&self) -> Option<Finding> {
        let nodes = self.evidence.in_force.nodes?;
        if self.evidence.in_force.state != LicenseState::InDate || self.evidence.held < nodes {
            return None;
        }
        let over = self.evidence.held - nodes;
        let (clause, key) =
            if over > 0 { (Clause::L3, "pool_exceeded") } else { (Clause::X2, "pool_exhausted") };
        let held = self.evidence.held;
        finding(
            (clause, key),
            held,
            format!(
                "licenses are held of {nodes} nodes in force ({over} over): holders keep theirs, nobody new gets one"
            ),
            "free licenses as listed here, or buy nodes",
            Vec::new(),
        )
    }

    /// E1, L2: no license in date.
    fn expired(&self) -> Option<Finding> {
        let expired = self.evidence.in_force.state == LicenseState::Expired;
        let files = self.evidence.licenses.len() as u64;
        finding(
            (Clause::E1, "licenses_expired"),
            if expired { files } else { 0 },
            "license files, and none is in date: no scan runs, nothing is deployed; who holds a license keeps it",
            "install the renewal; the next scans run, and those who wait get licenses",
            Vec::new(),
        )
    }

    /// M2, M3: maintenance has ended.
    fn maintenance(&self) -> Option<Finding> {
        if self.evidence.in_force.aup != AupState::Expired {
            return None;
        }
        let holders = self.inferred.clients.iter().filter(|client| client.initial.licensed).count() as u64;
        let seems = self.inferred.assumptions.contains_key(&Assumption::NotCovered);
        match self.inferred.not_covered {
            true if !seems => finding(
                (Clause::M3, "version_not_covered"),
                holders,
                "holders cannot scan: the version was released after the end of maintenance, and does not work",
                "renew maintenance; the same day scans run again",
                Vec::new(),
            ),
            true => finding(
                (Clause::M3, "version_not_covered"),
                holders,
                "holders, and no result has come for three days, while scans had gone on after the end of maintenance: \
                 perhaps a version released after that end was installed, which does not work",
                "renew maintenance; the same day scans run again (--released says when the version was released)",
                Vec::new(),
            ),
            false => finding(
                (Clause::M2, "maintenance_ended"),
                files_in_force(&self.evidence.licenses, Time::START).count() as u64,
                "license files in force, and maintenance has ended: imports bring no new bulletins; those listed before \
                 can still be deployed (M1)",
                "renew maintenance",
                Vec::new(),
            ),
        }
    }

    /// M4: versions that refuse tasks.
    fn tasks(&self) -> Option<Finding> {
        let Evidence { version, in_force, .. } = *self.evidence;
        let works = SolutionState::of(in_force.state, !self.inferred.not_covered);
        let refused =
            may_schedule_task(version, works, in_force, true) == Err(TaskRefused::MaintenanceExpired);
        let active = self.inferred.clients.iter().filter(|client| client.initial.status == Status::Active);
        finding(
            (Clause::M4, "tasks_refused"),
            if refused { active.count() as u64 } else { 0 },
            "clients cannot be given Software Update Installation tasks: 8.5 RU2 to RU4 refuse them while maintenance is \
             expired",
            "deploy with patch update policies, or renew maintenance",
            Vec::new(),
        )
    }
}

/// The assumptions that are findings, too, are told by these alone.
pub const TOLD: [Assumption; 4] =
    [Assumption::PackageStuck, Assumption::PluginStuck, Assumption::LeftBehind, Assumption::Orphan];

/// Does a policy of this role exist that no rule knows?
pub fn unknown_policies(evidence: &Evidence) -> usize {
    evidence.roles.iter().filter(|role| **role == Role::Other).count()
}

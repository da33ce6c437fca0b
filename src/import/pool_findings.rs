//! What is wrong with the licenses owned: L1, L3, E1, M2 to M4.

use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::file_findings::FileFindings;
use crate::import::finding::{TableEvidence, TableFinding, finding};
use crate::import::infer::{InferredClient, is_here};
use crate::import::license_standing::FileWords;
use crate::import::licenses_owned;
use crate::import::tables::ExportTable;
use crate::rules::clause::Clause;
use crate::rules::license_file_state::states;
use crate::rules::license_files::{AupState, files_in_force};
use crate::rules::maintenance::{SolutionState, TaskRefused, may_schedule_task};
use crate::scenario::model::initial::Plugin;
use crate::scenario::model::{LicenseFormat, Product, Status};
use crate::units::quantity::{counted, grouped};
use crate::units::time::Time;

impl TableEvidence<'_> {
    /// L1, L3, E1, M2, M4: the licenses against what is held.
    pub(super) fn pool(&self) -> Vec<TableFinding> {
        if !self.evidence.inventory.has(ExportTable::Licenses) {
            return self.nodes_unknown().into_iter().collect();
        }
        let files = FileFindings {
            found: self,
            states: states(&self.evidence.licenses, Time::START, self.evidence.held),
            words: FileWords {
                files: &self.evidence.licenses,
                now: self.evidence.now,
                held: self.evidence.held,
            },
        };
        let first = [self.suites(), self.replaced(), files.ended(), files.exceeded(), files.expired()];
        let last = [self.maintenance(), self.tasks()];
        first.into_iter().flatten().chain(files.ending()).chain(last.into_iter().flatten()).collect()
    }

    /// X2: without a number of nodes nothing tells who waits for a license.
    fn nodes_unknown(&self) -> Option<TableFinding> {
        if self.evidence.pool_is_known() {
            return None;
        }
        let lacks = |client: &&InferredClient| {
            is_here(&client.initial) && !client.initial.licensed && client.initial.plugin == Plugin::Reported
        };
        let waiting = self.inferred.clients.iter().filter(lacks).count() as u64;
        let perhaps = match waiting {
            0 => String::new(),
            _ => format!(
                "; {} with the plug-in and without a license may be turned away by a full pool (X2), or not have come so far \
                 (C4)",
                counted(waiting, "client")
            ),
        };
        finding(
            (Clause::X2, "nodes_unknown"),
            self.evidence.held.max(1),
            match self.evidence.held {
                0 => format!("server, and how many nodes it owns is not known{perhaps}"),
                _ => format!("licenses are held, and how many nodes there are is not known{perhaps}"),
            },
            "give --nodes, or export the licenses (licenses.csv)",
            Vec::new(),
        )
    }

    /// L4: before 8.1 a suite has no file of its own.
    fn suites(&self) -> Option<TableFinding> {
        let Evidence { inventory, version, .. } = self.evidence;
        let suites = inventory.licenses.iter().filter(|owned| owned.class == Product::Suite);
        let left_out = suites.filter(|owned| !licenses_owned::counts(owned, *version));
        finding(
            (Clause::L4, "suite_before_8_1"),
            // One without limit counts as one.
            left_out.map(|owned| owned.nodes.unwrap_or(1)).sum(),
            format!("nodes of suites are left out: {version} has a license file for each solution"),
            "export the license of Patch Management, or give --server-version",
            Vec::new(),
        )
    }

    /// L1: nodes of legacy files that another one replaced.
    fn replaced(&self) -> Option<TableFinding> {
        let files = &self.evidence.licenses;
        let counts = |file: &str| files_in_force(files, Time::START).any(|counted| counted.name == file);
        let in_date = |at: Option<Time>| at.is_none_or(|until| until > Time::START);
        let lost = files.iter().filter(|file| {
            let came = file.from <= Time::START && in_date(file.until);
            file.format == LicenseFormat::Legacy && came && !counts(&file.name)
        });
        let nodes: u64 = lost.filter_map(|file| file.nodes).sum();
        let left = self.evidence.entitlement.nodes.unwrap_or(0);
        finding(
            (Clause::L1, "file_replaced"),
            nodes,
            format!(
                "nodes were lost when a later legacy license file replaced the one before it; {} are left",
                grouped(left)
            ),
            "get one combined file from the vendor, or install the old one again",
            Vec::new(),
        )
    }

    /// M2, M3: maintenance has ended.
    fn maintenance(&self) -> Option<TableFinding> {
        if self.evidence.entitlement.aup != AupState::Expired {
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
                self.without_maintenance(),
                "licenses in force without maintenance any more: imports bring no new bulletins; those listed before can \
                 still be deployed (M1); 8.5 RU2 to RU4 refuse tasks (M4, see --server-version)",
                "renew maintenance",
                Vec::new(),
            ),
        }
    }

    /// License files in force whose maintenance has ended; the earliest end counts for all.
    fn without_maintenance(&self) -> u64 {
        let entitlement = files_in_force(&self.evidence.licenses, Time::START);
        entitlement.filter(|file| file.aup_until.is_some_and(|until| until <= Time::START)).count() as u64
    }

    /// M4: versions that refuse tasks.
    fn tasks(&self) -> Option<TableFinding> {
        let Evidence { version, entitlement, .. } = *self.evidence;
        let works = SolutionState::of(entitlement.state, !self.inferred.not_covered);
        let refused =
            may_schedule_task(version, works, entitlement, true) == Err(TaskRefused::MaintenanceExpired);
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

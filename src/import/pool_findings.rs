//! What is wrong with the licenses owned: L1, L3, E1, M2 to M4.

use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::finding::{TableEvidence, TableFinding, finding};
use crate::import::licenses_owned;
use crate::import::tables::ExportTable;
use crate::rules::clause::Clause;
use crate::rules::license_files::{AupState, LicenseState, files_in_force};
use crate::rules::maintenance::{SolutionState, TaskRefused, may_schedule_task};
use crate::scenario::model::{LicenseFile, LicenseFormat, Product, Status};
use crate::scenario::values::civil;
use crate::units::quantity::grouped;
use crate::units::time::{Span, Time};

/// An order takes weeks.
const SOON: Span = Span::days(30);

impl TableEvidence<'_> {
    /// L1, L3, E1, M2, M4: the licenses against what is held.
    pub(super) fn pool(&self) -> Vec<TableFinding> {
        if !self.evidence.inventory.has(ExportTable::Licenses) {
            return Vec::new();
        }
        [
            self.suites(),
            self.replaced(),
            self.exceeded(),
            self.expired(),
            self.ends_soon(),
            self.maintenance(),
            self.tasks(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// L4: before 8.1 a suite has no file of its own.
    fn suites(&self) -> Option<TableFinding> {
        let Evidence { inventory, version, .. } = self.evidence;
        let suites = inventory.licenses.iter().filter(|owned| owned.class == Product::Suite);
        let left_out = suites.filter(|owned| !licenses_owned::counts(owned, *version));
        finding(
            (Clause::L4, "suite_before_8_1"),
            left_out.filter_map(|owned| owned.nodes).sum(),
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

    /// L3, X2: more is held than owned, or just as much.
    fn exceeded(&self) -> Option<TableFinding> {
        let nodes = self.evidence.entitlement.nodes?;
        if self.evidence.entitlement.state != LicenseState::InDate || self.evidence.held < nodes {
            return None;
        }
        let over = self.evidence.held - nodes;
        let (clause, key) =
            if over > 0 { (Clause::L3, "pool_exceeded") } else { (Clause::X2, "pool_exhausted") };
        let held = self.evidence.held;
        finding(
            (clause, key),
            held,
            match over {
                0 => "licenses are held, as many as there are: holders keep theirs, nobody new gets one"
                    .to_string(),
                over => format!(
                    "licenses are held, and only {} nodes are in force, {} fewer: holders keep theirs, nobody new gets \
                     one",
                    grouped(nodes),
                    grouped(over)
                ),
            },
            "free licenses as listed here, or buy nodes",
            Vec::new(),
        )
    }

    /// E1, L2: no license in date.
    fn expired(&self) -> Option<TableFinding> {
        let files = self.evidence.licenses.len() as u64;
        let (key, count, what) = match self.evidence.entitlement.state {
            LicenseState::InDate => return None,
            LicenseState::Expired => ("licenses_expired", files, "licenses were owned, and none is in date"),
            LicenseState::None => ("no_license", 1, "server, and no license of Patch Management in force"),
        };
        finding(
            (Clause::E1, key),
            count,
            format!("{what}: no scan runs, nothing is deployed; who holds a license keeps it"),
            "install the renewal; the next scans run, and those who wait get licenses",
            Vec::new(),
        )
    }

    /// L2: licenses in force that end soon.
    fn ends_soon(&self) -> Option<TableFinding> {
        let ends = |file: &&LicenseFile| file.until.is_some_and(|until| until <= Time::START + SOON);
        let ending: Vec<&LicenseFile> =
            files_in_force(&self.evidence.licenses, Time::START).filter(ends).collect();
        let first = ending.iter().filter_map(|file| file.until).min()?;
        finding(
            (Clause::L2, "license_ends_soon"),
            ending.iter().filter_map(|file| file.nodes).sum(),
            format!("nodes end soon, the first on {}", civil(self.evidence.now, first).date()),
            "order the renewal; see `size --latest-date`",
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

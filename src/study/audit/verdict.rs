//! What an audit comes to: how the pool stands, what is held for nothing, what waits, and whether nodes are to be bought.
//!
//! Interface: `Verdict::of` takes the numbers from a diagnosis and the findings; [`Verdict::purchase`] compares them. The
//! sentence is in `output/prose/audit_answer`.

use jiff::civil::Date;

use crate::rules::denial_reason::DenialReason;
use crate::rules::license_file_state::{EndEffect, LicenseFileState, SOON, states};
use crate::rules::license_files::Entitlement;
use crate::rules::maintenance::SolutionState;
use crate::scenario::model::{LicenseFile, Scenario};
use crate::scenario::values::civil;
use crate::study::audit::accounting::{Account, Accounting};
use crate::study::audit::finding::{AuditPart, Finding};
use crate::study::audit::freeing::Freeing;
use crate::study::diagnose::Diagnosis;
use crate::units::time::Time;

/// The numbers of an audit that a decision depends on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// Nodes in force; `None`: how many there are is not known.
    pub nodes: Option<u64>,
    /// There is no limit; `nodes` is `None`.
    pub unlimited: bool,
    /// Licenses held.
    pub in_use: u64,
    /// Those of them that could be freed.
    pub for_nothing: ForNothing,
    /// Clients that lack only a license (X2, L3, E1).
    pub waiting: u64,
    /// Clients that lack something else.
    pub elsewhere: u64,
    /// What most of them lack, and how many do.
    pub leading: Option<(DenialReason, u64)>,
    /// Those of them that will take a license once they have it.
    pub will_need: u64,
    /// Clients that hold a license and do not scan (X3).
    pub not_scanning: u64,
    /// What keeps all scans from being processed.
    pub stop: Option<Stop>,
    /// Nodes that are not in force any more, and are why fewer are in force than are needed.
    pub lost: Option<Lost>,
    /// Nodes of license files that start soon, and the day of the first.
    pub starting: Option<(u64, Date)>,
    /// Findings that none of these numbers shows: word and count.
    pub further: Vec<(&'static str, u64)>,
}

/// Licenses that could be freed, by how sure that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ForNothing {
    /// Nothing uses them.
    pub certain: u64,
    /// The agents of their computers have to be removed first (V7).
    pub agent_first: u64,
    /// Their computers have to be looked for first (V9).
    pub look_first: u64,
}

impl ForNothing {
    /// All of them.
    pub fn total(self) -> u64 {
        self.certain + self.agent_first + self.look_first
    }
}

/// Why no scan is processed at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// **E1** No license is in date; the last day of the latest one, if there was any.
    NoLicense(Option<Date>),
    /// **M3** Maintenance does not cover the version.
    NotCovered,
    /// **C8** All scans stopped at once.
    ScansStopped,
    /// **C4** No client has ever scanned.
    NeverScanned,
}

/// Nodes that were in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// **L1** A later legacy file replaced theirs.
    Replaced(u64),
    /// **L2** Their file has ended, on this day.
    Ended(u64, Date),
}

/// Whether nodes are to be bought for all clients that need a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purchase {
    /// How many nodes there are is not known.
    Unknown,
    /// There are licenses enough.
    NotNeeded,
    /// Freeing what is surely held for nothing is enough.
    FreeFirst,
    /// It is enough once the agents of others are removed as well (V7).
    RemoveAgentsFirst,
    /// It is enough if so many of those that have to be looked for can be freed as well.
    LookFirst(u64),
    /// So many are missing after everything was freed; so many if what has to be looked for is in use.
    Buy(u64, u64),
}

impl Verdict {
    pub(super) fn of(
        scenario: &Scenario,
        diagnosis: &Diagnosis,
        findings: &[Finding],
        accounting: &Accounting,
    ) -> Verdict {
        let mut for_nothing = ForNothing::default();
        for (fate, clients) in &diagnosis.to_free {
            match Freeing::of(*fate) {
                Freeing::Certain => for_nothing.certain += clients.count,
                Freeing::AgentFirst => for_nothing.agent_first += clients.count,
                Freeing::LookFirst => for_nothing.look_first += clients.count,
            }
        }
        let elsewhere = || {
            let lacking = diagnosis.lacking.iter().map(|(denial, clients)| (*denial, clients.count));
            lacking.filter(|(denial, _)| Account::without_license(*denial) == Account::AwaitsOther)
        };
        let will_need = elsewhere().filter(|(denial, _)| will_need(*denial)).map(|(_, clients)| clients);
        Verdict {
            nodes: diagnosis.now.entitlement.nodes,
            unlimited: is_unlimited(diagnosis.now.entitlement),
            in_use: diagnosis.now.levels.licenses_in_use,
            for_nothing,
            waiting: accounting.records(Account::AwaitsLicense),
            elsewhere: accounting.records(Account::AwaitsOther),
            // Of several as frequent the first in the order of the chain.
            leading: elsewhere().rev().max_by_key(|(_, clients)| *clients),
            will_need: will_need.sum(),
            not_scanning: accounting.records(Account::NotScanning),
            stop: stop(scenario, diagnosis).or_else(|| findings.iter().find_map(scans_stopped)),
            lost: findings.iter().find_map(replaced).or_else(|| ended(scenario, diagnosis)),
            starting: starting(scenario),
            further: findings.iter().filter_map(further).collect(),
        }
    }

    /// Licenses needed in all: those in use, and those of clients that have none yet.
    pub fn wanted(&self) -> u64 {
        self.in_use + self.waiting + self.will_need
    }

    /// Licenses needed when everything held for nothing has been freed.
    pub fn needed(&self) -> u64 {
        self.wanted() - self.for_nothing.total()
    }

    /// Is there anything to buy?
    pub fn purchase(&self) -> Purchase {
        let Some(nodes) = self.nodes else {
            return if self.unlimited { Purchase::NotNeeded } else { Purchase::Unknown };
        };
        let missing = self.wanted().saturating_sub(nodes);
        let ForNothing { certain, agent_first, look_first } = self.for_nothing;
        let without_looking = missing.saturating_sub(certain + agent_first);
        match missing.saturating_sub(self.for_nothing.total()) {
            0 if missing == 0 => Purchase::NotNeeded,
            0 if missing <= certain => Purchase::FreeFirst,
            0 if without_looking == 0 => Purchase::RemoveAgentsFirst, // V7
            0 => Purchase::LookFirst(without_looking),
            least => Purchase::Buy(least, least + look_first),
        }
    }

    /// Is all well?
    pub fn is_well(&self) -> bool {
        self.for_nothing.total() + self.waiting + self.elsewhere + self.not_scanning == 0
            && self.stop.is_none()
            && self.further.is_empty()
            && self.lost.is_none()
            && self.nodes.is_none_or(|nodes| self.in_use <= nodes)
    }
}

/// Will a client take a license once it has what it lacks? Not if it is left out on purpose, or is to lose its agent (V7).
fn will_need(denial: DenialReason) -> bool {
    use DenialReason::*;
    !matches!(
        denial,
        OutsideInstallPolicy | UnderUninstallPolicy | AgentUninstalled | RetiredAlive | DisposedAlive
    )
}

fn is_unlimited(found: Entitlement) -> bool {
    found.nodes.is_none() && !found.nodes_unknown
}

fn stop(scenario: &Scenario, diagnosis: &Diagnosis) -> Option<Stop> {
    let now = scenario.horizon();
    let ended = |file: &LicenseFile| file.until.filter(|until| *until <= now && file.from <= now);
    let day = |at: Time| civil(scenario.start, at).date();
    match diagnosis.now.solution_state() {
        SolutionState::Working => None,
        SolutionState::Expired => {
            Some(Stop::NoLicense(scenario.licenses.iter().filter_map(ended).max().map(day)))
        }
        SolutionState::NotCovered => Some(Stop::NotCovered),
    }
}

fn scans_stopped(finding: &Finding) -> Option<Stop> {
    match finding.key {
        "scans_stopped_at_once" => Some(Stop::ScansStopped), // C8
        // Of some clients this is a finding like any other one.
        key if key == DenialReason::NoPatchDataImported.key() => Some(Stop::NeverScanned), // C4
        _ => None,
    }
}

fn replaced(finding: &Finding) -> Option<Lost> {
    (finding.key == "file_replaced").then_some(Lost::Replaced(finding.count)) // L1
}

/// Nodes that ended, as far as they are why fewer are in force than are held.
fn ended(scenario: &Scenario, diagnosis: &Diagnosis) -> Option<Lost> {
    let (files, held) = (&scenario.licenses, diagnosis.now.levels.licenses_in_use);
    let states = states(files, scenario.horizon(), held).into_iter().zip(files);
    let missing = states.filter_map(|(state, file)| match state {
        LicenseFileState::Ended { at, effect: EndEffect::Exceeded | EndEffect::PartOfExceeded } => {
            Some((at, file.nodes?))
        }
        _ => None,
    });
    let missing: Vec<(Time, u64)> = missing.collect();
    let last = missing.iter().map(|(at, _)| *at).max()?;
    Some(Lost::Ended(missing.iter().map(|(_, nodes)| nodes).sum(), civil(scenario.start, last).date()))
}

/// Files that come within the time that an order takes.
fn starting(scenario: &Scenario) -> Option<(u64, Date)> {
    let now = scenario.horizon();
    let soon = |file: &&LicenseFile| file.from > now && file.from <= now + SOON;
    let first = scenario.licenses.iter().filter(soon).map(|file| file.from).min()?;
    let nodes = scenario.licenses.iter().filter(soon).filter_map(|file| file.nodes).sum();
    Some((nodes, civil(scenario.start, first).date()))
}

/// What the numbers of a verdict do not show.
fn further(finding: &Finding) -> Option<(&'static str, u64)> {
    let shown = [
        "pool_exhausted",
        "pool_exceeded",
        "licenses_expired",
        "no_license",
        "version_not_covered",
        "file_replaced",
        "license_ended",
        "scans_stopped_at_once",
        "nodes_unknown",
    ];
    let beside = matches!(finding.part, AuditPart::Pool | AuditPart::Records);
    (beside && !shown.contains(&finding.key)).then_some((finding.key, finding.count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_freed_is_not_bought() {
        use Purchase::*;
        let held = |certain, agent_first, look_first| ForNothing { certain, agent_first, look_first };
        #[rustfmt::skip]
        let table = [
            // nodes      in use  held for nothing   waiting  will need
            (None,        10,     held(0, 0, 0),     0,       0,        Unknown),
            (Some(10),    10,     held(0, 0, 0),     0,       0,        NotNeeded),
            (Some(20),    10,     held(0, 0, 0),     0,       10,       NotNeeded),
            (Some(10),    10,     held(3, 0, 0),     3,       0,        FreeFirst),
            (Some(10),    10,     held(2, 1, 0),     3,       0,        RemoveAgentsFirst),
            (Some(10),    10,     held(1, 1, 5),     3,       0,        LookFirst(1)),
            (Some(10),    10,     held(1, 1, 5),     8,       2,        Buy(3, 8)),
            (Some(10),    10,     held(0, 0, 0),     3,       2,        Buy(5, 5)),
            (Some(10),    14,     held(0, 0, 0),     0,       0,        Buy(4, 4)), // L3
            (Some(10),    14,     held(4, 0, 0),     0,       0,        FreeFirst), // L3
            (Some(0),     300,    held(60, 0, 40),   6,       0,        Buy(206, 246)), // E1
        ];
        for (nodes, in_use, for_nothing, waiting, will_need, expected) in table {
            let verdict = Verdict { nodes, in_use, for_nothing, waiting, will_need, ..Verdict::default() };
            assert_eq!(verdict.purchase(), expected, "{verdict:?}");
        }
    }
}

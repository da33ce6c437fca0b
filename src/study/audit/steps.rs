//! What to do about the findings of an audit, in the order in which to do it: what stops the whole server first, then what
//! is surely held for nothing, then live agents (V11), then what has to be looked for, and only then a purchase.

use crate::rules::clause::Clause;
use crate::study::audit::Audit;
use crate::study::audit::finding::{AuditPart, Finding};
use crate::study::audit::verdict::{Lost, Purchase, Verdict};

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditStepOf {
    /// The cure of these findings, by position; they have the same.
    Cure(Vec<usize>),
    /// Buy, or renew, what is missing when all else is done; the findings that it cures.
    Buy(Vec<usize>),
}

impl Audit {
    /// All steps. Findings that freeing licenses and buying nodes cure have none of their own.
    pub fn steps(&self) -> Vec<AuditStepOf> {
        let mut order: Vec<(usize, usize)> = self
            .findings
            .iter()
            .enumerate()
            .filter_map(|(index, finding)| Some((place(finding)?, index)))
            .collect();
        order.sort_unstable();
        let mut steps: Vec<AuditStepOf> = Vec::new();
        let of_purchase = |(index, finding): (usize, &Finding)| is_bought(finding).then_some(index);
        let bought: Vec<usize> = self.findings.iter().enumerate().filter_map(of_purchase).collect();
        let mut buy = buys(&self.verdict).then_some(AuditStepOf::Buy(bought));
        for (place, index) in order {
            if place > BUY {
                steps.extend(buy.take());
            }
            match steps.last_mut() {
                Some(AuditStepOf::Cure(same)) if self.findings[same[0]].cure == self.findings[index].cure => {
                    same.push(index);
                }
                _ => steps.push(AuditStepOf::Cure(vec![index])),
            }
        }
        steps.extend(buy);
        steps
    }
}

/// Is a purchase a step of its own? Not if old nodes are to come back first (L1), or the renewal is a step already (E1).
fn buys(verdict: &Verdict) -> bool {
    let Purchase::Buy(least, _) = verdict.purchase() else { return false };
    let starts = verdict.starting.is_some_and(|(nodes, _)| nodes >= least);
    !starts && verdict.stop.is_none() && !matches!(verdict.lost, Some(Lost::Replaced(_)))
}

/// After what is freed, before what concerns clients.
const BUY: usize = 2;

/// Does a purchase cure it, as far as nothing else does?
fn is_bought(finding: &Finding) -> bool {
    matches!(finding.key, "pool_exhausted" | "pool_exceeded" | "pool_full" | "license_ended")
}

/// Where the cure of a finding stands; `None`: what others free, or a purchase, cures it.
fn place(finding: &Finding) -> Option<usize> {
    let of_pool = |clause: Option<Clause>| match clause {
        Some(Clause::E1 | Clause::M3 | Clause::C8 | Clause::L1) => 0,
        _ => 3,
    };
    match (finding.part, finding.key) {
        (_, "nodes_unknown") => Some(0),
        _ if is_bought(finding) => None,
        (AuditPart::WithoutLicense, "licenses_expired") => None,
        (AuditPart::Pool, _) => Some(of_pool(finding.clause)),
        (AuditPart::LicensesToFree, _) => Some(1),
        (AuditPart::WithoutLicense, _) => Some(4),
        (AuditPart::HoldersNotScanning, _) => Some(5),
        (AuditPart::Records, _) => Some(6),
    }
}

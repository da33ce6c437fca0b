//! One finding of the tables, and what findings are made from.

use crate::import::evidence::Evidence;
use crate::import::infer::Inferred;
use crate::rules::clause::Clause;

/// Something found in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFinding {
    /// The rule behind it.
    pub clause: Clause,
    /// A word to filter by.
    pub key: &'static str,
    /// How many records, licenses or nodes it is about.
    pub count: u64,
    /// What it is, after the number.
    pub what: String,
    /// What an administrator can do about it.
    pub cure: String,
    /// Names of the clients it is about, all of them, by number.
    pub names: Vec<String>,
}

pub(super) struct TableEvidence<'a> {
    pub(super) evidence: &'a Evidence<'a>,
    pub(super) inferred: &'a Inferred,
    pub(super) names: &'a [String],
    /// Clones of the DSUP: position of the policy, and what the scenario calls it.
    pub(super) clones: &'a [(u32, String)],
}

pub(super) fn finding(
    (clause, key): (Clause, &'static str),
    count: u64,
    what: impl Into<String>,
    cure: impl Into<String>,
    names: Vec<String>,
) -> Option<TableFinding> {
    (count > 0).then(|| TableFinding { clause, key, count, what: what.into(), cure: cure.into(), names })
}

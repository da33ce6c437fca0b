//! What is wrong because a license file ended, ends or has not started yet: L2, L3, X2, E1.

use std::collections::BTreeSet;

use crate::import::finding::{TableEvidence, TableFinding, finding};
use crate::import::license_standing::FileWords;
use crate::rules::clause::Clause;
use crate::rules::license_file_state::{AfterEnd, EndEffect, LicenseFileState, SOON};
use crate::rules::license_files::{LicenseState, entitlement};
use crate::scenario::model::LicenseFile;
use crate::units::quantity::{counted, grouped};
use crate::units::time::{Span, Time};

pub(super) struct FileFindings<'f> {
    pub(super) found: &'f TableEvidence<'f>,
    /// By license file that counts.
    pub(super) states: Vec<LicenseFileState>,
    pub(super) words: FileWords<'f>,
}

impl FileFindings<'_> {
    fn files(&self) -> impl Iterator<Item = (&LicenseFile, LicenseFileState)> {
        self.words.files.iter().zip(self.states.iter().copied())
    }

    /// L3, X2: more is held than owned, or just as much.
    pub(super) fn exceeded(&self) -> Option<TableFinding> {
        let evidence = self.found.evidence;
        let nodes = evidence.entitlement.nodes?;
        let held = evidence.held;
        if evidence.entitlement.state != LicenseState::InDate || held < nodes {
            return None;
        }
        let over = held - nodes;
        let (clause, key, what) = match over {
            0 => (
                Clause::X2,
                "pool_exhausted",
                "licenses are held, as many as there are: holders keep theirs, and no new license is given"
                    .to_string(),
            ),
            over => (
                Clause::L3,
                "pool_exceeded",
                format!(
                    "licenses are held, and only {} nodes are in force, {} fewer: holders keep theirs, and no new license is \
                     given",
                    grouped(nodes),
                    grouped(over)
                ),
            ),
        };
        let starting = self.starting();
        let cure = match (self.lost(nodes).is_empty(), starting.is_empty()) {
            (_, false) => "wait for the nodes that start, or free licenses as listed here",
            (false, true) => "renew or replace the license file that ended, or free licenses as listed here",
            (true, true) => "free licenses as listed here, or buy nodes",
        };
        finding((clause, key), held, format!("{what}{starting}"), cure, Vec::new())
    }

    /// L2: files that ended, and are why the pool is exceeded or full.
    pub(super) fn ended(&self) -> Option<TableFinding> {
        let evidence = self.found.evidence;
        let nodes = evidence.entitlement.nodes?;
        if evidence.entitlement.state != LicenseState::InDate || evidence.held < nodes {
            return None;
        }
        let lost = self.lost(nodes);
        let ended: Vec<String> = lost
            .iter()
            .map(|(file, at, _)| {
                let (kind, name) = (file.kind.word(), &file.name);
                let (date, ago) = (self.words.date(*at), self.words.days_ago(*at));
                format!("of the {kind} file `{name}` ended on {date}, {ago}")
            })
            .collect();
        let (_, _, effect) = lost.first()?;
        finding(
            (Clause::L2, "license_ended"),
            // One without limit counts as one.
            lost.iter().map(|(file, ..)| file.nodes.unwrap_or(1)).sum(),
            format!("nodes {}{}", ended.join(" and "), self.words.effect(*effect)),
            "renew or replace the license file, or free licenses as listed here",
            Vec::new(),
        )
    }

    /// Files whose end has left fewer nodes than are held, or lately has left just as many.
    fn lost(&self, nodes: u64) -> Vec<(&LicenseFile, Time, EndEffect)> {
        let lost = |(file, state)| {
            let LicenseFileState::Ended { at, effect } = state else { return None };
            let before = entitlement(self.words.files, at - Span(1)).nodes;
            let lately = at > Time::START - SOON && before.is_none_or(|before| before > nodes);
            (effect != EndEffect::None || lately).then_some((file, at, effect))
        };
        self.files().filter_map(lost).collect()
    }

    /// Which files start soon, each as a sentence of its own.
    fn starting(&self) -> String {
        let mut out = String::new();
        for (file, state) in self.files() {
            if let LicenseFileState::Starts { at } = state
                && at <= Time::START + SOON
            {
                let (what, date, when) = (nodes_of(file), self.words.date(at), self.words.in_days(at));
                out += &format!(". {what} start on {date}, {when}");
            }
        }
        out
    }

    /// E1, L2: no license in date.
    pub(super) fn expired(&self) -> Option<TableFinding> {
        let files = self.words.files.len() as u64;
        let stopped = "no scan runs, nothing is deployed; a holder keeps its license";
        let (key, count, what) = match self.found.evidence.entitlement.state {
            LicenseState::InDate => return None,
            LicenseState::Expired => {
                let last = self.files().filter_map(|(file, state)| match state {
                    LicenseFileState::Ended { at, effect: EndEffect::Stopped } => {
                        let (what, date, ago) =
                            (nodes_of(file), self.words.date(at), self.words.days_ago(at));
                        Some(format!(". {what} ended on {date}, {ago}"))
                    }
                    _ => None,
                });
                let last: String = last.collect();
                (
                    "licenses_expired",
                    files,
                    format!("licenses were owned, and none is in date: {stopped}{last}"),
                )
            }
            LicenseState::None if files > 0 => {
                ("no_license", files, format!("licenses are owned, and none has started: {stopped}"))
            }
            LicenseState::None => {
                ("no_license", 1, format!("server, and no license of Patch Management in force: {stopped}"))
            }
        };
        let starting = self.starting();
        let cure = match starting.is_empty() {
            true => "install the renewal; the next scans run, and clients that wait get licenses",
            false => "wait for the license that starts, or ask the vendor for a temporary one until then",
        };
        finding((Clause::E1, key), count, format!("{what}{starting}"), cure, Vec::new())
    }

    /// L2: licenses in force that end soon, unless a renewal follows without a gap; one for each end.
    pub(super) fn ending(&self) -> Vec<TableFinding> {
        let mut seen = BTreeSet::new();
        let mut findings = Vec::new();
        for (_, state) in self.files() {
            let LicenseFileState::InForce(Some((at, after))) = state else { continue };
            let renewed = matches!(after, AfterEnd::Enough { renewal: Some(_), .. });
            if at <= Time::START + SOON && !renewed && seen.insert(at) {
                findings.extend(self.ends(at, after));
            }
        }
        findings
    }

    fn ends(&self, at: Time, after: AfterEnd) -> Option<TableFinding> {
        let ending = |(file, state): &(&LicenseFile, LicenseFileState)| {
            matches!(state, LicenseFileState::InForce(_)) && file.until == Some(at)
        };
        let files: Vec<&LicenseFile> = self.files().filter(ending).map(|(file, _)| file).collect();
        let named: Vec<String> = files.iter().map(|file| format!("`{}`", file.name)).collect();
        let cure = match after {
            AfterEnd::Stops { until: Some(_) } | AfterEnd::Short { until: Some(_), .. } => {
                "ask the vendor for a license that starts earlier, or for a temporary one for the gap"
            }
            AfterEnd::Enough { .. } => {
                "order the renewal if these nodes are still needed; see `size --latest-date`"
            }
            AfterEnd::Stops { until: None } | AfterEnd::Short { until: None, .. } => {
                "order the renewal; see `size --latest-date`"
            }
        };
        let (date, when) = (self.words.date(at), self.words.in_days(at));
        finding(
            (Clause::L2, "license_ends_soon"),
            // One without limit counts as one.
            files.iter().map(|file| file.nodes.unwrap_or(1)).sum(),
            format!("nodes of {} end on {date}, {when}{}", named.join(", "), self.words.after(at, after)),
            cure,
            Vec::new(),
        )
    }
}

/// `60 nodes of the temporary file `temporary_2``.
fn nodes_of(file: &LicenseFile) -> String {
    let nodes = file.nodes.map_or("nodes without limit".to_string(), |nodes| counted(nodes, "node"));
    format!("{nodes} of the {} file `{}`", file.kind.word(), file.name)
}

//! Words that depend on the version that runs: reasons, what frees a client or a license, rules in a sentence.
//!
//! Each reason has its usual words where it is defined ([`crate::rules::denial_reason`], [`crate::rules::release`]). Here is
//! what differs, in one place, so that no advice is given that does nothing in the version it is given for:
//!
//! - **V1**, **V3**: in 6.x Retired gives no license back, only a deletion does, seen after the licensing refresh
//!   (HOWTO8852).
//! - **U2**: in 7.1 to 7.5 Patch Install Tools gate the license as the assessment scan package does.

use crate::rules::clause::Clause;
use crate::rules::deletion::lost_by_deletion;
use crate::rules::denial_reason::{Advice, DenialReason};
use crate::rules::release::{KeptBy, Release};
use crate::scenario::model::Version;

/// What frees a license in 6.x.
const DELETE_IN_6: &str = concat!(
    "delete it, which loses ",
    lost_by_deletion!(),
    "; its license is free after the licensing refresh"
);

impl DenialReason {
    /// The reason in words, and what frees the client in this version.
    pub fn words(self, version: Version) -> Advice {
        of_denial(self, version).unwrap_or_else(|| self.usual())
    }
}

impl Release {
    /// Of a license that could be freed: the rule behind it, how its record stands, what frees it in this version.
    pub fn words(self, version: Version) -> Option<(Clause, &'static str, &'static str)> {
        let (clause, usual) = self.usual()?;
        let differs = match self {
            Release::Kept(by) => of_kept(by, version),
            Release::NothingHeld | Release::Now(_) | Release::AtRefresh(_) => None,
        };
        let (words, remedy) = differs.unwrap_or(usual);
        Some((clause, words, remedy))
    }
}

/// What a scan waits for (C4, U2).
pub fn packages(version: Version) -> &'static str {
    match version.tools_gate_license() {
        true => "the assessment scan package or Patch Install Tools", // U2
        false => "the assessment scan package",
    }
}

/// Of a client without a license, where it differs from what is usual.
fn of_denial(denial: DenialReason, version: Version) -> Option<Advice> {
    match denial {
        DenialReason::Silent if version.is_6() => Some((
            "its PC has not reported for long",
            concat!(
                "look for the PC: if it is gone, delete its record, which loses ",
                lost_by_deletion!(),
                "; if not, get its agent running"
            ),
        )),
        DenialReason::LeftBehind if version.is_6() => Some((
            "its PC was re-imaged with other hardware keys and another name, and has another record",
            DELETE_IN_6,
        )),
        DenialReason::PoolFull if version.is_6() => Some((
            "is rejected: the pool is full",
            "add nodes, or delete the records of machines that are gone and run the licensing refresh",
        )),
        DenialReason::PackageServerDown if version.tools_gate_license() => Some((
            "its package server does not serve; it tries again by the ladder",
            "get the package server running: the assessment scan package and Patch Install Tools have to come from it",
        )),
        DenialReason::AwaitsPackage if version.tools_gate_license() => Some((
            "the assessment scan package and Patch Install Tools are not both completely downloaded",
            "wait for the downloads of the assessment scan package and of Patch Install Tools to end; look at its \
             package server",
        )),
        _ => None,
    }
}

/// Of a license that is held for nothing, where it differs from what is usual.
fn of_kept(kept_by: KeptBy, version: Version) -> Option<Advice> {
    if !version.is_6() {
        return None;
    }
    match kept_by {
        KeptBy::PluginUninstalled => Some((
            "its plug-in is not installed, and the license stays",
            concat!(
                "delete it, which loses ",
                lost_by_deletion!(),
                " (V4); its license is free after the licensing refresh"
            ),
        )),
        KeptBy::NotExported => Some((
            "its record is not in the export, or is of another server",
            "export the status of these records from vResource; delete those that are of no use and run the licensing \
             refresh",
        )),
        KeptBy::Disposed => Some(("its record is Disposed, which frees nothing", DELETE_IN_6)),
        KeptBy::DisposedAgentAlive => Some((
            "its record is Disposed, but its agent is alive and will set it back to Active",
            concat!(
                "if it is out of use, uninstall its agent or switch the PC off, then delete the record, which loses ",
                lost_by_deletion!(),
                "; its license is free after the licensing refresh"
            ),
        )),
        KeptBy::AgentUninstalled => Some(("its agent was uninstalled, and the record stays", DELETE_IN_6)),
        KeptBy::Silent => Some((
            "its PC has not reported for long, and the license stays",
            concat!(
                "look for the PC; if it is gone, delete its record, which loses ",
                lost_by_deletion!(),
                ", and run the licensing refresh"
            ),
        )),
        KeptBy::LeftBehind => Some((
            "its PC was re-imaged; with other hardware keys and another name it goes on as another record",
            DELETE_IN_6,
        )),
        // V1: in 6.x a live agent changes nothing about it.
        KeptBy::RetiredIn6x | KeptBy::RetiredAgentAlive => KeptBy::RetiredIn6x.usual(),
        KeptBy::InUse => None,
    }
}

/// A rule in a sentence, as it holds in a version.
pub fn rule_in_words(clause: Clause, version: Version) -> &'static str {
    match clause {
        Clause::C4 | Clause::U2 if version.tools_gate_license() => {
            "In 7.1 to 7.5 the scan can run only when the assessment scan package and Patch Install Tools are completely \
             downloaded; before the first successful import of patch data there are none."
        }
        Clause::V1 | Clause::V6 if version.is_6() => {
            "In 6.x neither Retired nor any other status frees a license, only a deletion does (HOWTO8852)."
        }
        _ => clause.sentence(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::client::{ClientState, Mark, Status};
    use crate::rules::deletion::LOST_BY_DELETION;
    use crate::rules::release::{FreedBy, Release};
    use crate::rules::remedy::frees;

    fn versions(texts: &[&str]) -> Vec<Version> {
        texts.iter().map(|text| Version::parse(text).unwrap()).collect()
    }

    fn fates() -> impl Iterator<Item = Release> {
        let freed = [FreedBy::Retiring, FreedBy::Deletion];
        KeptBy::ALL.map(Release::Kept).into_iter().chain(freed.map(Release::AtRefresh))
    }

    /// Every cure that can be shown, with the reason it is for.
    fn cures(version: Version) -> Vec<(String, &'static str)> {
        let denials = DenialReason::all().map(|denial| (format!("{denial:?}"), denial.words(version).1));
        let kept = fates().filter_map(|fate| Some((format!("{fate:?}"), fate.words(version)?.2)));
        denials.chain(kept).collect()
    }

    /// HOWTO8852: in 6.x retiring gives nothing back.
    #[test]
    fn no_advice_for_6x_says_retire() {
        for version in versions(&["6.0", "6.2", "6.2 SP3"]) {
            for (reason, cure) in cures(version) {
                assert!(!cure.to_lowercase().contains("retire"), "{version}: {reason}: {cure}");
            }
            for status in [Status::Active, Status::Retired, Status::Disposed] {
                let holder = ClientState::default().with(Mark::Licensed).with_status(status);
                for (fate, alive) in fates().flat_map(|fate| [(fate, false), (fate, true)]) {
                    for state in [holder, holder.with(Mark::Plugin), holder.with(Mark::Unlisted)] {
                        let words = frees(state, alive, fate, version).map_or("", |remedy| remedy.words());
                        assert!(!words.to_lowercase().contains("retire"), "{version}: {state:?}: {words}");
                    }
                }
            }
            assert!(!rule_in_words(Clause::V1, version).contains("releases"), "V1"); // V1
        }
        for version in versions(&["7.0", "7.1", "8.6", "9.0"]) {
            let says = |cure: &str| cure.to_lowercase().contains("retire");
            assert!(cures(version).iter().any(|(_, cure)| says(cure)), "{version}");
            assert_eq!(rule_in_words(Clause::V1, version), Clause::V1.sentence());
        }
    }

    /// In 7.1 to 7.5 both packages gate the license.
    #[test]
    fn advice_for_7_1_to_7_5_names_both_packages() {
        let tools = "Patch Install Tools";
        for (texts, both) in [
            (&["7.1", "7.1 SP2", "7.5", "7.5 SP1 HF5"], true), // U2
            (&["6.2", "7.0", "7.6", "8.8.1"], false),          // U2
        ] {
            for version in versions(texts) {
                for denial in [DenialReason::AwaitsPackage, DenialReason::PackageServerDown] {
                    assert_eq!(denial.words(version).1.contains(tools), both, "{version}: {denial:?}");
                }
                assert_eq!(packages(version).contains(tools), both, "{version}");
                assert_eq!(rule_in_words(Clause::C4, version).contains(tools), both, "{version}");
            }
        }
    }

    /// HOWTO8852, KB 180699: whoever is told to delete is told what is lost.
    #[test]
    fn advice_to_delete_a_record_names_what_is_lost() {
        for version in versions(&["6.2", "7.5", "8.6"]) {
            for (reason, cure) in cures(version) {
                let deletes = ["delete it", "delete the record:", "delete its record"];
                let deletes = deletes.iter().any(|word| cure.contains(word));
                assert!(!deletes || cure.contains(LOST_BY_DELETION), "{version}: {reason}: {cure}");
            }
        }
    }
}

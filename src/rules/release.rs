//! What becomes of a held license, and why: each reason with its rule, its key, its words and what frees the
//! license. [`crate::rules::recovery`] decides which reason it is.

use crate::rules::clause::Clause;
use crate::rules::deletion::lost_by_deletion;
use crate::rules::denial_reason::Advice;

/// What happens to the license of a client whose record changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// It holds none.
    NothingHeld,
    /// Back in the pool at once.
    Now(FreedBy),
    /// Back in the pool when the licensing refresh runs next.
    AtRefresh(FreedBy),
    /// Not released by this.
    Kept(KeptBy),
}

/// What frees a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FreedBy {
    /// Its record was set to Retired (V1).
    Retiring,
    /// Its record was deleted (V3).
    Deletion,
}

/// What keeps a license with its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeptBy {
    /// The client uses it (C7).
    InUse,
    /// The record is Retired, which frees nothing in 6.x (V1).
    RetiredIn6x,
    /// The plug-in was uninstalled, the record is Active (V2).
    PluginUninstalled,
    /// The record is not in the export; what has become of it is not known (V3).
    NotExported,
    /// The record is Disposed (V6).
    Disposed,
    /// The record is Retired, and its live agent sets it back to Active (V7).
    RetiredAgentAlive,
    /// The record is Disposed, and its live agent sets it back to Active (V7).
    DisposedAgentAlive,
    /// The agent was uninstalled (V8).
    AgentUninstalled,
    /// The PC does not report any more (V9).
    Silent,
    /// The PC was re-imaged, or is being re-imaged (V10).
    LeftBehind,
}

/// What is known of a reason.
struct ReleaseReason {
    clause: Clause,
    /// `None`: the license is in use.
    idle: Option<Idle>,
}

/// Of a license that could be freed.
struct Idle {
    /// Used in files and reports, to filter by.
    key: &'static str,
    words: &'static str,
    remedy: &'static str,
}

/// What frees a license whose record is neither Retired nor deleted.
const RETIRE: &str = concat!(
    "set it to Retired, or delete it, which loses ",
    lost_by_deletion!(),
    "; then run the licensing refresh"
);

/// What frees a license whose agent is alive, in the vendor's order (V7, KB 181681).
const RETIRE_ALIVE: &str = "if it is out of use, set it to Retired, uninstall its agent before it checks in again or switch the PC off, \
                            then run the licensing refresh";

/// What frees a license that the licensing refresh releases.
const REFRESH: &str = "run the licensing refresh, or wait for its next run";

const fn idle(clause: Clause, key: &'static str, words: &'static str, remedy: &'static str) -> ReleaseReason {
    ReleaseReason { clause, idle: Some(Idle { key, words, remedy }) }
}

impl FreedBy {
    /// The row of a license that waits for the licensing refresh.
    fn reason(self) -> ReleaseReason {
        match self {
            FreedBy::Retiring => idle(
                Clause::V1,
                "retired_not_released",
                "its record is Retired, and no licensing refresh has run since",
                REFRESH,
            ),
            FreedBy::Deletion => idle(
                Clause::V3,
                "deleted_not_released",
                "its record was deleted, and no licensing refresh has run since",
                REFRESH,
            ),
        }
    }

    /// The rule by which it frees a license.
    pub fn clause(self) -> Clause {
        self.reason().clause
    }
}

impl KeptBy {
    /// In the order of the variants.
    pub const ALL: [KeptBy; 10] = [
        KeptBy::InUse,
        KeptBy::RetiredIn6x,
        KeptBy::PluginUninstalled,
        KeptBy::NotExported,
        KeptBy::Disposed,
        KeptBy::RetiredAgentAlive,
        KeptBy::DisposedAgentAlive,
        KeptBy::AgentUninstalled,
        KeptBy::Silent,
        KeptBy::LeftBehind,
    ];

    /// How its record stands, and what frees the license, where the version makes no difference.
    pub(super) fn usual(self) -> Option<Advice> {
        self.reason().idle.map(|idle| (idle.words, idle.remedy))
    }

    fn reason(self) -> ReleaseReason {
        match self {
            KeptBy::InUse => ReleaseReason { clause: Clause::C7, idle: None },
            KeptBy::RetiredIn6x => idle(
                Clause::V1,
                "retired_in_6x",
                "its record is Retired, and 6.x gives nothing back for that",
                concat!(
                    "delete it, which loses ",
                    lost_by_deletion!(),
                    ", or upgrade to 7.1 or later; then run the licensing refresh"
                ),
            ),
            KeptBy::PluginUninstalled => idle(
                Clause::V2,
                "plugin_uninstalled",
                "its plug-in is not installed, and the license stays",
                concat!(
                    "set it to Retired and run the licensing refresh before it checks in again (V7); or delete it, which \
                     loses ",
                    lost_by_deletion!(),
                    " (V4), and run the licensing refresh"
                ),
            ),
            KeptBy::NotExported => idle(
                Clause::V3,
                "holder_not_exported",
                "its record is not in the export: Retired, Disposed or deleted (vComputer lists Active computers \
                 only), or of another server",
                "export the status of these records from vResource; run the licensing refresh for those Retired, \
                 retire those Disposed",
            ),
            KeptBy::Disposed => {
                idle(Clause::V6, "disposed", "its record is Disposed, which frees nothing", RETIRE)
            }
            KeptBy::RetiredAgentAlive => idle(
                Clause::V7,
                "retired_agent_alive",
                "its record is Retired, but its agent is alive and will set it back to Active",
                RETIRE_ALIVE,
            ),
            KeptBy::DisposedAgentAlive => idle(
                Clause::V7,
                "disposed_agent_alive",
                "its record is Disposed, but its agent is alive and will set it back to Active",
                RETIRE_ALIVE,
            ),
            KeptBy::AgentUninstalled => idle(
                Clause::V8,
                "agent_uninstalled",
                "its agent was uninstalled, and the record stays",
                RETIRE,
            ),
            KeptBy::Silent => idle(
                Clause::V9,
                "silent",
                "its PC has not reported for long, and the license stays",
                "look for the PC; if it is gone, set its record to Retired and run the licensing refresh",
            ),
            KeptBy::LeftBehind => idle(
                Clause::V10,
                "left_behind",
                "its PC was re-imaged; where no key matches it goes on as another record",
                RETIRE,
            ),
        }
    }

    /// The rule by which it keeps a license.
    pub fn clause(self) -> Clause {
        self.reason().clause
    }

    /// Is the PC known to be gone, or to have another record? Any other one has to be looked for first (V9).
    pub fn is_certain(self) -> bool {
        matches!(self, KeptBy::AgentUninstalled | KeptBy::LeftBehind) // V8, V10
    }

    /// Of several reasons the one that requires most care before a record is retired.
    pub fn most_doubtful(reasons: impl Iterator<Item = KeptBy>) -> Option<KeptBy> {
        reasons.max_by_key(|by| (!by.is_certain(), *by))
    }
}

impl Release {
    /// The row of a license that could be freed. `None` where nothing is held, the license is released
    /// anyway, or it is in use (C7).
    fn idle(self) -> Option<(Clause, Idle)> {
        let ReleaseReason { clause, idle } = match self {
            Release::NothingHeld | Release::Now(_) => return None,
            Release::AtRefresh(by) => by.reason(),
            Release::Kept(by) => by.reason(),
        };
        Some((clause, idle?))
    }

    /// A word for a license that could be freed, to filter by.
    pub fn key(self) -> Option<&'static str> {
        self.idle().map(|(_, idle)| idle.key)
    }

    /// Of a license that could be freed: the rule behind it, and how its record stands and what frees it, where the version
    /// makes no difference; [`crate::rules::advice`] has the others.
    pub(super) fn usual(self) -> Option<(Clause, Advice)> {
        self.idle().map(|(clause, idle)| (clause, (idle.words, idle.remedy)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::model::Version;

    /// Keys are what `licenses` of reports and files can be filtered by.
    #[test]
    fn a_license_that_could_be_freed_has_a_key_a_rule_words_and_a_remedy() {
        use Clause::{V1, V2, V3, V6, V7, V8, V9, V10};
        use FreedBy::{Deletion, Retiring};
        use KeptBy::*;
        use Release::{AtRefresh, Kept, NothingHeld, Now};
        #[rustfmt::skip]
        let table = [
            (NothingHeld,             None),
            (Now(Retiring),           None),
            (Now(Deletion),           None),
            (Kept(InUse),             None), // C7
            (AtRefresh(Retiring),     Some(("retired_not_released", V1,  "its record is Retired",                         "run the licensing refresh"))), // V1
            (AtRefresh(Deletion),     Some(("deleted_not_released", V3,  "its record was deleted",                        "run the licensing refresh"))), // V3
            (Kept(RetiredIn6x),       Some(("retired_in_6x",        V1,  "its record is Retired, and 6.x",                "delete it"))), // V1
            (Kept(PluginUninstalled), Some(("plugin_uninstalled",   V2,  "its plug-in is not installed",                  "set it to Retired"))), // V2
            (Kept(NotExported),       Some(("holder_not_exported",  V3,  "its record is not in the export",               "export the status"))), // V3
            (Kept(Disposed),          Some(("disposed",             V6,  "its record is Disposed",                        "set it to Retired"))), // V6
            (Kept(RetiredAgentAlive), Some(("retired_agent_alive",  V7,  "its record is Retired, but its agent is alive", "if it is out of use, set it to Retired, uninstall"))), // V7
            (Kept(DisposedAgentAlive), Some(("disposed_agent_alive", V7, "its record is Disposed, but its agent is alive", "if it is out of use, set it to Retired, uninstall"))), // V7
            (Kept(AgentUninstalled),  Some(("agent_uninstalled",    V8,  "its agent was uninstalled",                     "set it to Retired"))), // V8
            (Kept(Silent),            Some(("silent",               V9,  "its PC has not reported for long",              "look for the PC"))), // V9
            (Kept(LeftBehind),        Some(("left_behind",          V10, "its PC was re-imaged",                          "set it to Retired"))), // V10
        ];
        for (release, expected) in table {
            let Some((key, rule, starts, cures)) = expected else {
                assert!(release.key().is_none() && release.words(Version::V8_6).is_none(), "{release:?}");
                continue;
            };
            let (clause, why, cure) = release.words(Version::V8_6).expect("it could be freed");
            assert_eq!((release.key(), clause), (Some(key), rule), "{release:?}");
            assert!(why.starts_with(starts) && cure.starts_with(cures), "{release:?}: {why}: {cure}");
        }
    }

    #[test]
    fn a_pc_that_only_seems_to_be_gone_asks_for_most_care() {
        use KeptBy::*;
        #[rustfmt::skip]
        let table: [(&[KeptBy], _); 5] = [
            (&[],                                     None),
            (&[AgentUninstalled, LeftBehind],         Some(LeftBehind)),
            (&[AgentUninstalled, Silent, LeftBehind], Some(Silent)), // V9
            (&[LeftBehind, InUse],                    Some(InUse)),
            (&[Silent, InUse],                        Some(Silent)),
        ];
        for (reasons, expected) in table {
            assert_eq!(KeptBy::most_doubtful(reasons.iter().copied()), expected, "{reasons:?}");
        }
    }
}

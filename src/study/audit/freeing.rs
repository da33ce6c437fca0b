//! How sure it is that a license held for nothing can be freed, and so in which order licenses are freed.

use crate::rules::release::{KeptBy, Release};

/// How sure it is; what is surest is freed first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freeing {
    /// Nothing of the fleet uses it.
    Certain,
    /// Its agent is alive and has to be removed first (V7, V11).
    AgentFirst,
    /// Its PC or its record has to be looked for first (V3, V9).
    LookFirst,
}

impl Freeing {
    /// Of a license that could be freed.
    pub fn of(release: Release) -> Freeing {
        match release {
            Release::Kept(KeptBy::RetiredAgentAlive | KeptBy::DisposedAgentAlive) => Freeing::AgentFirst, // V7
            Release::Kept(KeptBy::Silent | KeptBy::NotExported) => Freeing::LookFirst, // V9, V3
            _ => Freeing::Certain,
        }
    }

    /// A word to filter by.
    pub fn key(self) -> &'static str {
        match self {
            Freeing::Certain => "certain",
            Freeing::AgentFirst => "agent_first",
            Freeing::LookFirst => "look_first",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::release::FreedBy;

    #[test]
    fn what_may_be_in_use_again_is_not_certain() {
        use Freeing::*;
        #[rustfmt::skip]
        let table = [
            (Release::AtRefresh(FreedBy::Retiring),      Certain),    // V1
            (Release::Kept(KeptBy::Disposed),            Certain),    // V6
            (Release::Kept(KeptBy::AgentUninstalled),    Certain),    // V8
            (Release::Kept(KeptBy::LeftBehind),          Certain),    // V10
            (Release::Kept(KeptBy::RetiredAgentAlive),   AgentFirst), // V7
            (Release::Kept(KeptBy::DisposedAgentAlive),  AgentFirst), // V7
            (Release::Kept(KeptBy::Silent),              LookFirst),  // V9
            (Release::Kept(KeptBy::NotExported),         LookFirst),  // V3
        ];
        for (release, expected) in table {
            assert_eq!(Freeing::of(release), expected, "{release:?}");
        }
        assert!(Certain < AgentFirst && AgentFirst < LookFirst);
    }
}

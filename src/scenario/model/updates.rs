//! The update side of a scenario: imports, bulletins, and how updates are applied.

use serde::Serialize;

use crate::engine::distribution::Distribution;
use crate::scenario::model::{Schedule, Share, Weekly};
use crate::units::time::{Span, Time};

/// Bulletins and the Software Update Cycle. A scenario without it publishes nothing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Updates {
    /// *Import Patch Data for Windows*.
    pub import: Schedule,
    /// When imports run and fail, by hand or not; as written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub import_fails: Vec<ImportTrouble>,
    /// Key `new_versions`; default: with bulletins.
    pub new_versions: NewVersions,
    /// Bulletins in the order in which they are published, before `published_after`.
    pub bulletins: Vec<Bulletin>,
    /// From the instant a bulletin names until it can be imported.
    pub published_after: Distribution,
    /// From an import until a patch update policy is made for what it brought. `None`: never by itself.
    pub enable: Option<Distribution>,
    /// Share of clients to which a bulletin applies.
    pub applicable: Share,
    /// When Software Update Cycles are due.
    pub cycle: Schedule,
    /// When updates may be applied. `None`: at any time.
    pub maintenance_windows: Option<Weekly>,
    /// How long a cycle waits for Patch Install Tools (U2).
    pub tools_wait: Span,
    /// Time to apply the updates of a cycle.
    pub install: Distribution,
    /// Chance that an update fails in a cycle.
    pub failure: Share,
    /// Cycles in which an update is tried before it counts as failed; at least one.
    pub attempts: u32,
}

/// Imports fail from one instant on, until another one (`NEVER`: to the end).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ImportTrouble {
    /// First instant at which they fail; may lie before the start.
    pub from: Time,
    /// First instant at which they succeed again.
    pub until: Time,
}

/// Which imports bring new versions of the scan package and of Patch Install Tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum NewVersions {
    /// Those that list at least one bulletin.
    WithBulletins,
    /// Each one that is not refused.
    EveryImport,
}

/// A software bulletin.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bulletin {
    /// Such as `MS2026-01-1`; unique in the scenario.
    pub name: String,
    /// The instant it names; [`Updates::published_after`] comes on top.
    pub published: Time,
    /// Updates of it that a client needs to which it applies; at least one.
    pub updates: u32,
}

/// Bulletins an action is about.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum BulletinChoice {
    /// All that come into question when the action is carried out.
    All,
    /// By index into [`Updates::bulletins`].
    Named(Vec<usize>),
}

/// Most memory that the states of updates may take.
pub const MOST_CELL_BYTES: u64 = 4 << 30;

impl Updates {
    /// Does an import at an instant fail?
    pub fn import_fails_at(&self, at: Time) -> bool {
        self.import_fails.iter().any(|trouble| trouble.from <= at && at < trouble.until)
    }

    /// Bits to remember what became of one update on one client: not scheduled, installed, failed, or
    /// scheduled after so many failures.
    pub fn cell_bits(&self) -> u32 {
        let most_failures = if self.failure == Share::NONE { 0 } else { self.attempts - 1 };
        match most_failures + 4 {
            ..=4 => 2,
            5..=16 => 4,
            _ => 8,
        }
    }
}

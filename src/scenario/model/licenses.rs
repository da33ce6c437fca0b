//! License files.

use serde::Serialize;

use crate::scenario::model::version::Version;
use crate::units::time::Time;

/// One license file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LicenseFile {
    /// Key under `licenses`.
    pub name: String,
    /// Key `product`, the name of what it licenses: Patch Management, or a suite that contains it (L4).
    pub product: String,
    /// Key `kind`: whether it expires (L2); default: perpetual.
    pub kind: LicenseKind,
    /// Key `format`: whether it adds or replaces (L1); default: [`LicenseFormat::usual`] for the version that runs.
    pub format: LicenseFormat,
    /// `None`: without limit.
    pub nodes: Option<u64>,
    /// Key `nodes`, the word `unknown`: there is a limit, and it is not known; runs have none.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nodes_unknown: bool,
    /// First instant in force.
    pub from: Time,
    /// First instant no longer in force: 23:59 of the stated day (L2).
    pub until: Option<Time>,
    /// First instant without maintenance: 23:59 of the stated day.
    pub aup_until: Option<Time>,
    /// The file whose place it takes from its first instant on, by index (L1).
    pub replaces: Option<usize>,
}

/// Only perpetual licenses do not expire (L2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LicenseKind {
    /// Never out of date; only its maintenance ends.
    Perpetual,
    /// In date until the end of its last day.
    Subscription,
    /// Ends as a subscription does.
    Temporary,
    /// Ends as a subscription does.
    Trial,
}

impl LicenseKind {
    /// The words of the key `kind`.
    pub const WORDS: &'static [(&'static str, LicenseKind)] = &[
        ("perpetual", LicenseKind::Perpetual),
        ("subscription", LicenseKind::Subscription),
        ("temporary", LicenseKind::Temporary),
        ("trial", LicenseKind::Trial),
    ];

    /// As people write it.
    pub fn word(self) -> &'static str {
        let own = LicenseKind::WORDS.iter().find(|(_, kind)| *kind == self);
        own.expect("every kind has its word").0
    }
}

/// A legacy file replaces the legacy file before it, SLic files add (L1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum LicenseFormat {
    /// Takes the place of the legacy file that came before it.
    Legacy,
    /// From 8.1 on; its nodes add to those of the other files in date.
    SLic,
}

impl LicenseFormat {
    /// What the vendor hands out for a version: SLic from 8.1 on.
    pub fn usual(version: Version) -> LicenseFormat {
        if version >= Version::V8_1 { LicenseFormat::SLic } else { LicenseFormat::Legacy }
    }
}

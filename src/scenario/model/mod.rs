//! The checked scenario: complete with defaults, immutable.
//!
//! Interface: [`Scenario`] and the types of its parts, all with public fields; units are in the types or in the comment of
//! the field.
//!
//! | file | holds |
//! |---|---|
//! | this one | [`Scenario`], and questions about it as a whole |
//! | `actions` | what administrators do, when, and to which clients |
//! | `groups` | groups of clients: how many, their names, when they join |
//! | [`initial`] | where a client stands at the start, for fleets that are there already |
//! | `licenses` | license files |
//! | `network` | sites and package servers: speed, limits, outages |
//! | [`over_time`] | what actions change for all clients, as functions of time |
//! | `platform` | the server, periods of the agents, packages, scans |
//! | [`policies`] | policies: which clients they take, and how an action changes them |
//! | `product` | products by their names |
//! | `share` | a part of a whole |
//! | `unreachable` | when clients cannot reach the server |
//! | `solutions` | other solutions: their license files, and the computers that use them |
//! | [`updates`] | imports, bulletins, and how updates are applied |
//! | `version` | versions of the server, in their order |
//! | `weekly` | windows that recur every week |
//!
//! Why: a value of these types cannot be wrong: names refer to something, durations have the sign they need, dates are
//! instants. The scenario's digest is taken from the serialised form of these types, so it does not depend on how the file
//! spells things; a new field changes the digest of every scenario.

mod actions;
mod groups;
pub mod initial;
mod licenses;
mod network;
pub mod over_time;
mod platform;
pub mod policies;
mod product;
mod share;
mod solutions;
mod unreachable;
pub mod updates;
mod version;
mod weekly;

pub use actions::{Action, AdminCommand, Agent, KeyChange, Keys, RhythmChange, Selection};
pub use groups::{Clients, ClonedKeys, Enrol, Group, Key};
pub use initial::{Initial, Status};
pub use licenses::{LicenseFile, LicenseFormat, LicenseKind};
pub use network::{Link, Outage, ServedPackage, Site, Throttle};
pub use over_time::{Installed, MembershipPlan, OverTime};
pub use platform::{
    MembershipUpdate, OnExpiry, Packages, PeriodicSchedule, Phase, Platform, Purging, Refund, Resend, Retry,
    ReturnAfterDelete, Scan, Schedule,
};
pub use policies::{Policies, PoliciesChange, Policy, Reach};
pub use product::Product;
pub use share::Share;
pub use solutions::{Solution, SolutionUse};
pub use unreachable::Unreachable;
pub use version::Version;
pub use weekly::{DAYS, Online, Weekly, Window};

use std::fmt;

use jiff::civil::DateTime;
use serde::{Serialize, Serializer};

use crate::units::time::{Span, Time};
use updates::Updates;

/// A whole scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenario {
    /// Key `name`, one line; default: the name of the file.
    pub name: String,
    /// Server local time of `Time::START`.
    #[serde(serialize_with = "as_text")]
    pub start: DateTime,
    /// Simulated time; events at exactly its end still happen.
    pub duration: Span,
    /// Not part of the digest: a run is identified by digest *and* seed.
    #[serde(skip)]
    pub seed: u64,
    /// Key `asked_at`: the instant that `diagnose` and `explain` are about where `--at` names none. No run depends on it,
    /// so the digest does not either.
    #[serde(skip)]
    pub asked_at: Time,
    /// Distance of two rows of the timeline.
    pub timeline_every: Span,
    /// Section `platform`: the server, and the rhythm of its agents.
    pub platform: Platform,
    /// Section `packages`: sizes of what clients download.
    pub packages: Packages,
    /// Section `scan`: when clients scan and what becomes of a rejection.
    pub scan: Scan,
    /// The update side; without it nothing is published.
    pub updates: Option<Updates>,
    /// Those of Patch Management, in name order.
    pub licenses: Vec<LicenseFile>,
    /// Other solutions that have a license file, in the order of [`Solution::ALL`]. (A scenario without them keeps its
    /// digest.)
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub solutions: Vec<SolutionUse>,
    /// In name order.
    pub sites: Vec<Site>,
    /// In name order.
    pub groups: Vec<Group>,
    /// Section `policies`, as it holds at the start; actions change it.
    pub policies: Policies,
    /// In the order of the file, which decides between actions of the same instant.
    pub actions: Vec<Action>,
    /// What the actions make of policies, membership updates and version, worked out once.
    #[serde(skip)]
    pub over_time: OverTime,
}

fn as_text<T: fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Scenario {
    /// When the package server of each site does not serve: first the whole server, then each package; of a kind in order
    /// and apart from each other: a restart ends what is going on, and outages that touch are one.
    pub fn outages(&self) -> Vec<Vec<Outage>> {
        let mut restarts: Vec<Vec<Time>> = vec![Vec::new(); self.sites.len()];
        for action in &self.actions {
            if let AdminCommand::RestartPackageServer(site) = action.what {
                restarts[site].push(action.at);
            }
        }
        let of_sites = self.sites.iter().zip(&mut restarts);
        of_sites.map(|(site, restarts)| network::outages_of(&site.down, restarts)).collect()
    }

    /// The license files of all solutions, those of Patch Management first.
    pub fn license_files(&self) -> impl Iterator<Item = &LicenseFile> {
        self.licenses.iter().chain(self.solutions.iter().flat_map(|used| &used.files))
    }

    /// The last simulated instant.
    pub fn horizon(&self) -> Time {
        Time::START + self.duration
    }

    /// Does purging, or an action with `silent_for`, need the instants of what machines report?
    pub fn asks_for_reports(&self) -> bool {
        let asks = |action: &Action| {
            matches!(action.what.selection(), Some(Selection::Group { silent_for: Some(_), .. }))
        };
        self.platform.purging.is_on() || self.actions.iter().any(asks)
    }

    /// The version that runs at an instant.
    pub fn version_at(&self, at: Time) -> Version {
        self.over_time.installed_at(at).version
    }
}

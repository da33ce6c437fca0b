//! The license files of a customer as they stand at the export, each with its dates, its state and that state in words.
//!
//! The words are used by the audit's list of license files, by its findings and by its report.

use jiff::civil::{Date, DateTime};

use crate::import::inventory::{Inventory, OwnedLicense};
use crate::import::licenses_owned;
use crate::rules::license_file_state::{AfterEnd, EndEffect, LicenseFileState, SOON, gap_days, states};
use crate::rules::license_files::entitlement;
use crate::scenario::model::{LicenseFile, LicenseKind, Product, Version};
use crate::scenario::values::civil;
use crate::units::quantity::{counted, grouped};
use crate::units::time::{Span, Time};

/// One license file, counted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LicenseFileStanding {
    /// As the scenario and the findings call it.
    pub file: String,
    /// As exported; `Patch Management Solution` where the table does not say it.
    pub product: String,
    /// As exported, or assumed from whether it expires.
    pub kind: LicenseKind,
    /// `None`: without limit.
    pub nodes: Option<u64>,
    /// First day; `None`: not stated.
    pub from: Option<Date>,
    /// Last day; `None`: it does not expire.
    pub until: Option<Date>,
    /// Last day of maintenance; `None`: not stated.
    pub maintenance_until: Option<Date>,
    /// `None`: it does not count for Patch Management for Windows in this version (L4).
    pub state: Option<LicenseFileState>,
    /// The state as a sentence without its full stop.
    pub words: String,
}

impl LicenseFileStanding {
    /// A word to filter by.
    pub fn key(&self) -> &'static str {
        match self.state {
            Some(LicenseFileState::InForce(_)) => "in_force",
            Some(LicenseFileState::Ended { .. }) => "ended",
            Some(LicenseFileState::Replaced { .. }) => "replaced",
            Some(LicenseFileState::Starts { .. }) => "starts_later",
            None => "not_counted",
        }
    }
}

/// What the words of a state speak of beside it.
pub struct FileWords<'f> {
    /// The files that count.
    pub files: &'f [LicenseFile],
    /// The instant of the export.
    pub now: DateTime,
    /// Licenses held.
    pub held: u64,
}

/// All licenses owned, in order of the table. Without names, `anonymous`, only products of the vendor are named.
pub fn standings(
    inventory: &Inventory,
    version: Version,
    anonymous: bool,
    words: &FileWords,
) -> Vec<LicenseFileStanding> {
    let mut states = states(words.files, Time::START, words.held).into_iter();
    let standing = |(index, owned): (usize, &OwnedLicense)| {
        let state = licenses_owned::counts(owned, version).then(|| states.next()).flatten();
        LicenseFileStanding {
            file: licenses_owned::name(owned, index),
            product: product(owned, anonymous),
            kind: owned.kind,
            nodes: owned.nodes,
            from: owned.starts.map(DateTime::date),
            until: owned.expires.map(DateTime::date),
            maintenance_until: owned.maintenance_ends.map(DateTime::date),
            words: state.map_or_else(|| not_counted(owned.class).to_string(), |state| words.of(state)),
            state,
        }
    };
    inventory.licenses.iter().enumerate().map(standing).collect()
}

fn product(owned: &OwnedLicense, anonymous: bool) -> String {
    let known = |name: &&String| !anonymous || Product::of_name(name) != Product::NotPatch;
    match &owned.product {
        None => Product::PATCH_MANAGEMENT.to_string(),
        Some(_) if anonymous && owned.class == Product::PatchManagement => {
            Product::PATCH_MANAGEMENT.to_string()
        }
        Some(name) if known(&name) => name.clone(),
        Some(_) => "another product".to_string(),
    }
}

fn not_counted(class: Product) -> &'static str {
    match class {
        Product::Suite => "not counted: before 8.1 a suite has no file of its own (L4)",
        Product::OtherPool => "not counted: Patch Management with a pool of its own (L4)",
        Product::PatchManagement | Product::NotPatch => "not counted: another product",
    }
}

impl FileWords<'_> {
    /// A state in words.
    pub fn of(&self, state: LicenseFileState) -> String {
        match state {
            LicenseFileState::InForce(Some((at, after))) if at <= Time::START + SOON => {
                format!("in force; ends {}{}", self.in_days(at), self.after(at, after))
            }
            LicenseFileState::InForce(_) => "in force".to_string(),
            LicenseFileState::Ended { at, effect } => {
                format!("ended {}{}", self.days_ago(at), self.effect(effect))
            }
            LicenseFileState::Replaced { at, by } => {
                let (name, date) = (&self.files[by].name, self.date(at));
                format!("replaced by the later license file `{name}` on {date} (L1)")
            }
            LicenseFileState::Starts { at } => format!("starts {}", self.in_days(at)),
        }
    }

    /// What is left when a file ends at an instant, as the rest of a sentence.
    pub fn after(&self, end: Time, after: AfterEnd) -> String {
        let held = grouped(self.held);
        match after {
            AfterEnd::Enough { renewal: Some(file), .. } => {
                format!(", and `{}` follows without a gap", self.files[file].name)
            }
            AfterEnd::Enough { nodes: None, .. } => "; nodes without limit are left then".to_string(),
            AfterEnd::Enough { nodes: Some(nodes), .. } => {
                let no_more = if nodes == self.held { ": no new license is given then (X2)" } else { "" };
                format!("; {} then, and {held} are held{no_more}", left(nodes))
            }
            AfterEnd::Short { nodes, until } => {
                let until = self.until(end, until);
                format!("; {} then{until}, {held} are held, and no new license is given (L3)", left(nodes))
            }
            AfterEnd::Stops { until } => {
                let until = self.until(end, until);
                format!("; no license is in date then{until}, and no scan runs (E1)")
            }
        }
    }

    /// ` until 2026-04-01, for 20 days`: how long nodes are missing after an end.
    fn until(&self, end: Time, until: Option<Time>) -> String {
        until.map_or(String::new(), |until| {
            format!(" until {}, for {}", self.date(until), counted(gap_days(end, until) as u64, "day"))
        })
    }

    /// What an end has done, as the rest of a sentence.
    pub fn effect(&self, effect: EndEffect) -> String {
        let exceeded = || {
            let nodes = entitlement(self.files, Time::START).nodes.unwrap_or(0);
            format!("why {} are in force and {} are held (L3)", counted(nodes, "node"), grouped(self.held))
        };
        match effect {
            EndEffect::None => String::new(),
            EndEffect::Exceeded => format!(": that is {}", exceeded()),
            EndEffect::PartOfExceeded => format!(": that is a part of {}", exceeded()),
            EndEffect::Stopped => ": since then no license is in date (E1)".to_string(),
        }
    }

    /// The day of an instant.
    pub fn date(&self, at: Time) -> Date {
        civil(self.now, at).date()
    }

    /// `in 3 days`, `today`.
    pub fn in_days(&self, at: Time) -> String {
        match self.days_from_now(at) {
            0 => "today".to_string(),
            days => format!("in {}", counted(days.unsigned_abs(), "day")),
        }
    }

    /// `3 days ago`, `today`.
    pub fn days_ago(&self, at: Time) -> String {
        match self.days_from_now(at) {
            0 => "today".to_string(),
            days => format!("{} ago", counted(days.unsigned_abs(), "day")),
        }
    }

    /// Days of the calendar between the export and an instant.
    fn days_from_now(&self, at: Time) -> i64 {
        let midnight = |at: DateTime| at.date().at(0, 0, 0, 0);
        let between = midnight(civil(self.now, at)).duration_since(midnight(self.now));
        between.as_secs() / (Span::DAY.ms() / 1_000)
    }
}

fn left(nodes: u64) -> String {
    format!("{} {} left", counted(nodes, "node"), if nodes == 1 { "is" } else { "are" })
}

//! License files: those known at an instant, those that come later, and those that could be bought.

use std::cmp::Reverse;

use jiff::ToSpan;

use crate::rules::license_files::{Entitlement, LicenseState, entitlement, files_in_force};
use crate::rules::maintenance::version_covered;
use crate::rules::remedy::Remedy;
use crate::scenario::model::{LicenseFile, LicenseFormat, LicenseKind, Product, Scenario, Version};
use crate::scenario::values::{civil, since};
use crate::study::plan::replaced::{amount, replaced};
use crate::units::time::{Span, Time};

/// Subscriptions are sold for so many years at most.
const MOST_YEARS: i64 = 5;

/// A license file, and the name of the one whose place it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// Its own `replaces` is an index, set anew when files are put in order.
    pub file: LicenseFile,
    /// Name of the file that is no longer in force once this one is (L1); `None`: it replaces none by name.
    pub replaces: Option<String>,
}

/// A license file installed at the instant of the plan.
#[derive(Debug, Clone)]
pub struct InstalledFile {
    pub remedy: Remedy,
    /// As `--set` takes it.
    pub typed: String,
    pub named: Named,
    pub origin: Origin,
    /// Nodes to buy; none where the file is there already.
    pub nodes: u64,
}

/// Where a license file comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// It is new, and its nodes are paid for.
    Bought,
    /// It comes later anyway.
    Later,
    /// The file of this name, which another one replaced (L1), again.
    Again(String),
    /// One file for all that are owned and in date, and for what is bought (L1).
    Combined,
}

pub fn names_of(files: &[LicenseFile]) -> Vec<Named> {
    let name = |index: usize| files[index].name.clone();
    files.iter().map(|file| Named { replaces: file.replaces.map(name), file: file.clone() }).collect()
}

/// The files as a scenario holds them: in name order, referring to each other by index.
pub fn in_order(mut files: Vec<Named>) -> Vec<LicenseFile> {
    files.sort_by(|one, other| one.file.name.cmp(&other.file.name));
    let index = |name: &String| files.iter().position(|known| known.file.name == *name);
    let file = |named: &Named| LicenseFile {
        replaces: named.replaces.as_ref().and_then(index),
        ..named.file.clone()
    };
    files.iter().map(file).collect()
}

/// With a file more, or in place of the one of that name.
pub fn with(files: &[LicenseFile], new: &Named) -> Vec<LicenseFile> {
    let mut named = names_of(files);
    named.retain(|known| known.file.name != new.file.name);
    named.push(new.clone());
    in_order(named)
}

/// What the server needs of its license files.
#[derive(Debug, Clone, Copy)]
pub struct Needs {
    pub at: Time,
    /// Licenses held by then, and wanted beside them.
    pub nodes: u64,
    pub released: Option<Time>,
    pub version: Version,
}

impl Needs {
    /// A license is in date (E1), and maintenance covers the version (M3).
    pub fn works(&self, found: Entitlement) -> bool {
        found.state == LicenseState::InDate && self.covered(found)
    }

    fn covered(&self, found: Entitlement) -> bool {
        version_covered(self.released, found.aup_until)
    }

    /// There are nodes for all.
    pub fn enough(&self, found: Entitlement) -> bool {
        found.nodes.is_none_or(|nodes| nodes >= self.nodes)
    }

    /// What is to be installed so that the server works, and `enough` says yes: rather a file that comes later
    /// anyway than a new one.
    pub fn install(&self, scenario: &Scenario, later: &[Named], enough: bool) -> Vec<InstalledFile> {
        let found = entitlement(&scenario.licenses, self.seen());
        let does = |found: Entitlement| self.works(found) && (!enough || self.enough(found));
        if does(found) {
            return Vec::new();
        }
        let earlier = later.iter().map(|named| self.earlier(scenario, named));
        let mut fitting =
            earlier.chain(self.again(scenario, found)).filter(|new| does(self.after(scenario, new)));
        match fitting.next() {
            Some(one) => vec![InstalledFile { remedy: self.remedy(found), ..one }],
            None if found.state != LicenseState::InDate => vec![self.renewal(scenario)],
            None if !self.covered(found) => self.maintenance(scenario),
            None => vec![self.nodes(scenario, found)],
        }
    }

    /// When files that are installed now are in force: one comes a moment after the one it replaces.
    pub fn seen(&self) -> Time {
        self.at + Span::SECOND
    }

    fn after(&self, scenario: &Scenario, new: &InstalledFile) -> Entitlement {
        entitlement(&with(&scenario.licenses, &new.named), self.seen())
    }

    fn remedy(&self, found: Entitlement) -> Remedy {
        match found.state {
            LicenseState::InDate if self.covered(found) => Remedy::AddNodes,
            LicenseState::InDate => Remedy::RenewMaintenance,
            _ => Remedy::RenewLicense,
        }
    }

    /// A file that the scenario has for later, in force now.
    fn earlier(&self, scenario: &Scenario, named: &Named) -> InstalledFile {
        let from = self.from(scenario, named.replaces.as_deref());
        let typed = format!("licenses.{}.from={}", named.file.name, civil(scenario.start, from));
        let file = LicenseFile { from, ..named.file.clone() };
        let named = Named { file, replaces: named.replaces.clone() };
        InstalledFile { remedy: Remedy::AddNodes, typed, named, origin: Origin::Later, nodes: 0 }
    }

    /// A file comes after the one it replaces.
    fn from(&self, scenario: &Scenario, replaces: Option<&str>) -> Time {
        let before = scenario.licenses.iter().find(|file| Some(file.name.as_str()) == replaces);
        before.map_or(self.at, |before| self.at.max(before.from + Span::SECOND))
    }

    /// Legacy files that others replaced, installed again: the largest first. Not instead of files that lack
    /// maintenance, where it would be no renewal (M3).
    fn again(&self, scenario: &Scenario, found: Entitlement) -> Vec<InstalledFile> {
        if found.state == LicenseState::InDate && !self.covered(found) {
            return Vec::new();
        }
        let mut replaced = replaced(&scenario.licenses, self.at);
        replaced.sort_by_key(|file| Reverse(amount(file)));
        let again = |before: &LicenseFile| {
            let name = fresh_name("again", &scenario.licenses);
            let from = self.after_the_last(scenario);
            let file = LicenseFile { name, from, replaces: None, ..before.clone() };
            let new = self.bought(Remedy::AddNodes, scenario, file, None, 0);
            InstalledFile { origin: Origin::Again(before.name.clone()), ..new }
        };
        replaced.into_iter().map(again).collect()
    }

    /// Of legacy files the last one counts (L1).
    fn after_the_last(&self, scenario: &Scenario) -> Time {
        let legacy = scenario.licenses.iter().filter(|file| file.format == LicenseFormat::Legacy);
        let last = legacy.map(|file| file.from).filter(|from| *from <= self.at).max();
        last.map_or(self.at, |last| self.at.max(last + Span::SECOND))
    }

    /// As long as the file that ended last, where that was whole years. A temporary or trial file was lent: what is
    /// bought in its place is a subscription.
    fn renewal(&self, scenario: &Scenario) -> InstalledFile {
        let (_, until) = self.in_years(scenario, self.years_before(scenario));
        let file = LicenseFile {
            kind: LicenseKind::Subscription,
            until: Some(until),
            ..self.file(scenario, self.nodes)
        };
        self.bought(Remedy::RenewLicense, scenario, file, None, self.nodes)
    }

    /// For each file whose maintenance ended before the version was released one that takes its place.
    fn maintenance(&self, scenario: &Scenario) -> Vec<InstalledFile> {
        let (_, until) = self.in_years(scenario, 1);
        let short = |file: &&LicenseFile| !version_covered(self.released, file.aup_until);
        let mut files = scenario.licenses.clone();
        let mut bought = Vec::new();
        for before in files_in_force(&scenario.licenses, self.at).filter(short) {
            let file = LicenseFile {
                name: fresh_name("renewed", &files),
                aup_until: Some(until),
                from: self.from(scenario, Some(&before.name)),
                replaces: None,
                ..before.clone()
            };
            let one = self.bought(Remedy::RenewMaintenance, scenario, file, Some(&before.name), 0);
            files.push(one.named.file.clone());
            bought.push(one);
        }
        bought
    }

    /// SLic files add; a legacy file has to hold what the one had that it replaces (L1).
    fn nodes(&self, scenario: &Scenario, found: Entitlement) -> InstalledFile {
        let missing = self.nodes - found.nodes.unwrap_or(self.nodes);
        let file = self.file(scenario, missing);
        if file.format == LicenseFormat::SLic {
            return self.bought(Remedy::AddNodes, scenario, file, None, missing);
        }
        let file = LicenseFile { nodes: Some(self.nodes), aup_until: found.aup_until, ..file };
        let combined = self.combined(scenario, found, &file);
        combined.unwrap_or_else(|| self.bought(Remedy::AddNodes, scenario, file, None, missing))
    }

    /// One file for what is in force, what it replaced, and what is missing all the same: it has the sum of the
    /// nodes and the earliest end of maintenance (L1).
    fn combined(&self, scenario: &Scenario, found: Entitlement, file: &LicenseFile) -> Option<InstalledFile> {
        let replaced = replaced(&scenario.licenses, self.at);
        let spare: u64 = replaced.iter().filter_map(|file| file.nodes).sum();
        let owned = found.nodes? + spare;
        let ends = replaced.iter().filter_map(|file| file.aup_until).chain(found.aup_until).min();
        let file = LicenseFile { nodes: Some(self.nodes.max(owned)), aup_until: ends, ..file.clone() };
        let new = self.bought(Remedy::AddNodes, scenario, file, None, self.nodes.saturating_sub(owned));
        let fits = spare > 0 && self.works(self.after(scenario, &new));
        fits.then_some(InstalledFile { origin: Origin::Combined, ..new })
    }

    fn file(&self, scenario: &Scenario, nodes: u64) -> LicenseFile {
        let format = LicenseFormat::usual(self.version);
        LicenseFile {
            name: fresh_name("ordered", &scenario.licenses),
            product: Product::PATCH_MANAGEMENT.to_string(),
            kind: LicenseKind::Perpetual,
            format,
            nodes: Some(nodes),
            nodes_unknown: false,
            from: if format == LicenseFormat::Legacy { self.after_the_last(scenario) } else { self.at },
            until: None,
            aup_until: None,
            replaces: None,
        }
    }

    fn bought(
        &self,
        remedy: Remedy,
        scenario: &Scenario,
        file: LicenseFile,
        replaces: Option<&str>,
        nodes: u64,
    ) -> InstalledFile {
        let from = civil(scenario.start, file.from);
        let place = replaces.map_or(String::new(), |name| format!(", replaces: {name}"));
        let typed = format!("licenses.{}={{{}, from: {from}{place}}}", file.name, terms(scenario, &file));
        let named = Named { file, replaces: replaces.map(str::to_string) };
        InstalledFile { remedy, typed, named, origin: Origin::Bought, nodes }
    }

    /// A bought file with another number of nodes to buy.
    pub fn with_nodes(&self, scenario: &Scenario, new: &InstalledFile, nodes: u64) -> InstalledFile {
        let all = new.named.file.nodes.map(|all| all - new.nodes + nodes);
        let file = LicenseFile { nodes: all, ..new.named.file.clone() };
        let bought = self.bought(new.remedy, scenario, file, new.named.replaces.as_deref(), nodes);
        InstalledFile { origin: new.origin.clone(), ..bought }
    }

    /// For how many years the subscription was that ended last; one where it was not for whole years.
    fn years_before(&self, scenario: &Scenario) -> i64 {
        let ended = |file: &&LicenseFile| {
            file.kind == LicenseKind::Subscription && file.until.is_some_and(|until| until <= self.at)
        };
        let last = scenario.licenses.iter().filter(ended).max_by_key(|file| file.until);
        let days = last.and_then(|file| Some((file.until? - file.from).ms() / Span::DAY.ms())).unwrap_or(0);
        let years = (days + 182) / 365;
        if (1..=MOST_YEARS).contains(&years) && (days - years * 365).abs() <= 7 { years } else { 1 }
    }

    /// The last day of so many years from now, and when it is over (L2).
    fn in_years(&self, scenario: &Scenario, years: i64) -> (jiff::civil::Date, Time) {
        let date = civil(scenario.start, self.at).date().saturating_add(years.years());
        (date, since(scenario.start, date.at(23, 59, 0, 0)))
    }
}

/// The product of a file as typed, where it is another one than usual.
fn product(file: &LicenseFile) -> String {
    match file.product.as_str() {
        Product::PATCH_MANAGEMENT => String::new(),
        other => format!("product: {}, ", serde_json::json!(other)),
    }
}

/// The terms of a file as typed, without the date from which it is installed.
fn terms(scenario: &Scenario, file: &LicenseFile) -> String {
    let kind = match file.kind {
        LicenseKind::Perpetual => String::new(),
        kind => format!("kind: {}, ", kind.word()),
    };
    let none = if file.nodes_unknown { "unknown" } else { "unlimited" };
    let nodes = file.nodes.map_or(none.to_string(), |nodes| nodes.to_string());
    let date = |key: &str, until: Option<Time>| {
        until.map_or(String::new(), |until| format!(", {key}: {}", civil(scenario.start, until).date()))
    };
    format!(
        "{}{kind}nodes: {nodes}{}{}",
        product(file),
        date("until", file.until),
        date("aup_until", file.aup_until)
    )
}

/// A name that no file has.
fn fresh_name(name: &str, files: &[LicenseFile]) -> String {
    let taken = |name: &str| files.iter().any(|file| file.name == name);
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    std::iter::once(name.to_string())
        .chain(numbered)
        .find(|name| !taken(name))
        .expect("there are enough numbers")
}

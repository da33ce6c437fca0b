//! License files: those known at an instant, those that come later, and those that could be bought.

use jiff::ToSpan;

use crate::rules::license_files::{InForce, LicenseState, files_in_force, in_force};
use crate::rules::maintenance::version_covered;
use crate::rules::remedy::Remedy;
use crate::scenario::model::{LicenseFile, LicenseFormat, LicenseKind, Scenario, Version};
use crate::scenario::values::{civil, since};
use crate::words::time::{Span, Time};

/// A license file, and the name of the one whose place it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    pub file: LicenseFile,
    pub replaces: Option<String>,
}

/// A license file installed at the instant of the plan.
#[derive(Debug, Clone)]
pub struct Installed {
    pub remedy: Remedy,
    /// As `--set` takes it.
    pub typed: String,
    pub named: Named,
    /// Nodes to buy; none where the file is there already.
    pub nodes: u64,
    /// It would come later anyway.
    pub earlier: bool,
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
    pub fn works(&self, found: InForce) -> bool {
        found.state == LicenseState::InDate && self.covered(found)
    }

    fn covered(&self, found: InForce) -> bool {
        version_covered(self.released, found.aup_until)
    }

    /// There are nodes for all.
    pub fn enough(&self, found: InForce) -> bool {
        found.nodes.is_none_or(|nodes| nodes >= self.nodes)
    }

    /// What is to be installed so that the server works, and `enough` says yes: rather a file that comes later
    /// anyway than a new one.
    pub fn install(&self, scenario: &Scenario, later: &[Named], enough: bool) -> Vec<Installed> {
        let found = in_force(&scenario.licenses, self.at);
        let does = |found: InForce| self.works(found) && (!enough || self.enough(found));
        if does(found) {
            return Vec::new();
        }
        let earlier = later.iter().map(|named| self.earlier(scenario, named));
        let mut fitting =
            earlier.filter(|new| does(in_force(&with(&scenario.licenses, &new.named), self.at)));
        match fitting.next() {
            Some(one) => vec![Installed { remedy: self.remedy(found), ..one }],
            None if found.state != LicenseState::InDate => vec![self.renewal(scenario)],
            None if !self.covered(found) => self.maintenance(scenario),
            None => vec![self.nodes(scenario, found)],
        }
    }

    fn remedy(&self, found: InForce) -> Remedy {
        match found.state {
            LicenseState::InDate if self.covered(found) => Remedy::AddNodes,
            LicenseState::InDate => Remedy::RenewMaintenance,
            _ => Remedy::RenewLicense,
        }
    }

    /// A file that the scenario has for later, in force now.
    fn earlier(&self, scenario: &Scenario, named: &Named) -> Installed {
        let from = self.from(scenario, named.replaces.as_deref());
        let typed = format!("licenses.{}.from={}", named.file.name, civil(scenario.start, from));
        let file = LicenseFile { from, ..named.file.clone() };
        let named = Named { file, replaces: named.replaces.clone() };
        Installed { remedy: Remedy::AddNodes, typed, named, nodes: 0, earlier: true }
    }

    /// A file comes after the one it replaces.
    fn from(&self, scenario: &Scenario, replaces: Option<&str>) -> Time {
        let before = scenario.licenses.iter().find(|file| Some(file.name.as_str()) == replaces);
        before.map_or(self.at, |before| self.at.max(before.from + Span::SECOND))
    }

    fn renewal(&self, scenario: &Scenario) -> Installed {
        let (date, until) = self.in_a_year(scenario);
        let said = format!("kind: subscription, nodes: {}", self.nodes);
        let file = LicenseFile {
            kind: LicenseKind::Subscription,
            until: Some(until),
            ..self.file(scenario, self.nodes)
        };
        self.bought(Remedy::RenewLicense, scenario, file, None, &format!("{said}, until: {date}"), self.nodes)
    }

    /// For each file whose maintenance ended before the version was released one that takes its place.
    fn maintenance(&self, scenario: &Scenario) -> Vec<Installed> {
        let (date, until) = self.in_a_year(scenario);
        let short = |file: &&LicenseFile| !version_covered(self.released, file.aup_until);
        let mut files = scenario.licenses.clone();
        let mut bought = Vec::new();
        for before in files_in_force(&scenario.licenses, self.at).filter(short) {
            let nodes = before.nodes.map_or("unlimited".to_string(), |nodes| nodes.to_string());
            let name = fresh_name("renewed", &files);
            let file = LicenseFile {
                name,
                aup_until: Some(until),
                from: self.from(scenario, Some(&before.name)),
                replaces: None,
                ..before.clone()
            };
            let kind = match before.kind {
                LicenseKind::Perpetual => String::new(),
                kind => format!("kind: {}, ", kind.word()),
            };
            let ends = before.until.map(|until| format!(", until: {}", civil(scenario.start, until).date()));
            let said = format!("{kind}nodes: {nodes}{}, aup_until: {date}", ends.unwrap_or_default());
            let one = self.bought(Remedy::RenewMaintenance, scenario, file, Some(&before.name), &said, 0);
            files.push(one.named.file.clone());
            bought.push(one);
        }
        bought
    }

    /// SLic files add; a legacy file has to hold what the one had that it replaces (L1).
    fn nodes(&self, scenario: &Scenario, found: InForce) -> Installed {
        let missing = self.nodes - found.nodes.unwrap_or(self.nodes);
        let file = self.file(scenario, missing);
        match file.format {
            LicenseFormat::SLic => {
                self.bought(Remedy::AddNodes, scenario, file, None, &format!("nodes: {missing}"), missing)
            }
            LicenseFormat::Legacy => {
                let ends = found
                    .aup_until
                    .map(|until| format!(", aup_until: {}", civil(scenario.start, until).date()));
                let said = format!("nodes: {}{}", self.nodes, ends.unwrap_or_default());
                let file = LicenseFile { nodes: Some(self.nodes), aup_until: found.aup_until, ..file };
                self.bought(Remedy::AddNodes, scenario, file, None, &said, missing)
            }
        }
    }

    fn file(&self, scenario: &Scenario, nodes: u64) -> LicenseFile {
        LicenseFile {
            name: fresh_name("ordered", &scenario.licenses),
            kind: LicenseKind::Perpetual,
            format: LicenseFormat::usual(self.version),
            nodes: Some(nodes),
            from: self.at,
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
        said: &str,
        nodes: u64,
    ) -> Installed {
        let from = civil(scenario.start, file.from);
        let place = replaces.map_or(String::new(), |name| format!(", replaces: {name}"));
        let typed = format!("licenses.{}={{{said}, from: {from}{place}}}", file.name);
        let named = Named { file, replaces: replaces.map(str::to_string) };
        Installed { remedy, typed, named, nodes, earlier: false }
    }

    /// The last day of a year from now, and when it is over (L2).
    fn in_a_year(&self, scenario: &Scenario) -> (jiff::civil::Date, Time) {
        let date = civil(scenario.start, self.at).date().saturating_add(1.year());
        (date, since(scenario.start, date.at(23, 59, 0, 0)))
    }
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

//! `origin.json`: where the results of a folder come from: the command that makes them again, its files, and
//! what the scenarios let happen when. It changes no result and is no part of their identity.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::output::prose::calendar::{Planned, planned};
use crate::output::prose::dates::timestamp;
use crate::output::results::identity::Identity;
use crate::scenario::model::{self, Link, Scenario};
use crate::scenario::overrides::{Changes, in_shell, operand};
use crate::scenario::sha256;
use crate::units::time::Time;

/// Name of the file.
pub const ORIGIN: &str = "origin.json";

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultsOrigin {
    /// Version of the program, as `1.2.3`.
    pub fleetsim: String,
    /// The command; it decides which files the folder holds.
    pub results_of: ResultsOf,
    /// Run where the files are, gives the same results.
    pub command: String,
    /// All files that the command read: scenarios and the data they name.
    pub files: Vec<SourceFile>,
    /// One, or the two that were compared.
    pub scenarios: Vec<ScenarioInfo>,
    /// SHA-256 of each file of the results, by name; the report aside, which is made of them. Files of two results
    /// can stand in one folder when a command is killed: this tells.
    pub results: BTreeMap<String, String>,
}

/// What made the results of a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResultsOf {
    /// `run`: one run, `summary.json`.
    Run,
    /// `replicate`: many runs, `replicate.json`.
    Replicate,
    /// `sweep`: a grid of scenarios, `sweep.json`.
    Sweep,
    /// `size`: the smallest pool for a target, `size.json`.
    Size,
    /// `compare`: two scenarios, `compare.json`.
    Compare,
    /// `diagnose` without `--plan`, `diagnosis.json`.
    Diagnose,
    /// `diagnose --plan`.
    Plan,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// Without its folder: results do not depend on where they are made.
    pub name: String,
    /// Length of its text.
    pub bytes: u64,
    /// SHA-256 of its text, in hex.
    pub sha256: String,
    /// Of a scenario. Files of data that it names may be large and a customer's: their digest has to do.
    pub text: Option<String>,
}

impl SourceFile {
    /// A scenario file, kept with its text.
    pub fn scenario(name: String, text: &str) -> SourceFile {
        SourceFile { text: Some(text.to_string()), ..SourceFile::data(name, text) }
    }

    /// A file of data, kept without its text.
    pub fn data(name: String, text: &str) -> SourceFile {
        SourceFile { name, bytes: text.len() as u64, sha256: sha256(text.as_bytes()), text: None }
    }
}

/// What a scenario says that results alone do not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioInfo {
    /// Version, name, digest and seed.
    #[serde(flatten)]
    pub identity: Identity,
    /// Server local time, ISO 8601.
    pub start: String,
    /// Server local time, ISO 8601.
    pub end: String,
    /// In the order of the scenario.
    pub sites: Vec<SiteInfo>,
    /// Dates of license files, actions and outages between start and end, in order of time.
    pub planned: Vec<Planned>,
}

/// A site and the bandwidth of its link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteInfo {
    /// As in `sites.csv`.
    pub name: String,
    /// Shared by all its downloads; `null`: they do not share any.
    pub bits_per_second: Option<u64>,
}

impl ResultsOrigin {
    /// The digests of the results are still to be added.
    pub fn new(
        results_of: ResultsOf,
        command: &CommandLine,
        files: Vec<SourceFile>,
        scenarios: &[&Scenario],
    ) -> ResultsOrigin {
        ResultsOrigin {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            results_of,
            command: command.to_string(),
            files,
            scenarios: scenarios.iter().map(|scenario| scenario_info(scenario)).collect(),
            results: BTreeMap::new(),
        }
    }

    /// Is a file of this name in the folder, with this SHA-256, none of these results?
    pub fn apart(&self, name: &str, sha256: &str) -> bool {
        self.results.get(name).is_none_or(|known| known != sha256)
    }
}

fn scenario_info(scenario: &Scenario) -> ScenarioInfo {
    let site = |site: &model::Site| SiteInfo {
        name: site.name.clone(),
        bits_per_second: match site.link {
            Link::Shared { bandwidth, .. } => bandwidth,
            Link::Time(_) => None,
        },
    };
    ScenarioInfo {
        identity: Identity::of(scenario),
        start: timestamp(scenario.start, Time::START),
        end: timestamp(scenario.start, scenario.horizon()),
        sites: scenario.sites.iter().map(site).collect(),
        planned: planned(scenario),
    }
}

/// A command line under construction: its arguments, each as the program gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandLine(Vec<String>);

impl CommandLine {
    /// The command alone, as `run`, without the name of the program.
    pub fn new(command: &str) -> CommandLine {
        CommandLine(vec![command.to_string()])
    }

    /// An argument as it is.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> CommandLine {
        self.0.push(argument.to_string());
        self
    }

    /// A file by its name.
    #[must_use]
    pub fn file(self, name: &str) -> CommandLine {
        self.argument(&operand(name))
    }

    /// An option and its value, where it has one.
    #[must_use]
    pub fn option(self, option: &str, value: Option<impl ToString>) -> CommandLine {
        match value {
            Some(value) => self.argument(option).argument(&value.to_string()),
            None => self,
        }
    }

    /// What is changed in the scenario.
    #[must_use]
    pub fn changes(self, changes: &Changes) -> CommandLine {
        let sets = changes.sets.iter().map(|set| ("--set", set.typed()));
        let actions = changes.actions.iter().map(|action| ("--action", action.clone()));
        sets.chain(actions).fold(self, |line, (option, value)| line.option(option, Some(value)))
    }

    /// The command and its arguments.
    pub fn arguments(&self) -> &[String] {
        &self.0
    }
}

/// In a form that both kinds of shells take.
impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(env!("CARGO_PKG_NAME"))?;
        self.0.iter().try_for_each(|argument| write!(f, " {}", in_shell(argument)))
    }
}

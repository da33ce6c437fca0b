//! The sections of the scenario language, with their defaults. One file a part of the language.

mod actions;
mod fleet;
mod licenses;
mod platform;

pub use actions::{find_client, numbers_of};

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::Checked;
use super::fault::{Fault, Place};
use super::model::{Clients, Enrol, Group, Heartbeat, Phase, Retry, Scan, Scenario};
use super::reader::{FileSource, Reader, Section, check_duplicates};
use super::values;
use super::yaml::{self, Kind, Node};
use crate::words::time::Span;

/// The version of the scenario language this program reads.
const LANGUAGE: u64 = 1;

/// Most clients a scenario may have.
const MOST_CLIENTS: u64 = 100_000_000;
/// Most timeline rows a run may write.
const MOST_ROWS: i64 = 10_000_000;
/// Most scans a run may be expected to hold.
const MOST_SCANS: f64 = 1e12;

/// Reads a whole scenario.
pub fn scenario(root: &Node, default_name: &str, files: FileSource) -> Result<Checked, Vec<Fault>> {
    let reader = Reader::new(start_of(root, files), files);
    check_duplicates(root, "", &reader);
    let scenario = {
        let top = Section::new(&reader, "", "", Some(root));
        let scenario = top_level(&top, default_name);
        check_size(&top, &scenario);
        warn_about(&top, &scenario);
        scenario
    };
    let findings = reader.finish(language);
    if findings.faults.is_empty() {
        Ok(Checked { scenario, warnings: findings.warnings, keys: findings.keys })
    } else {
        Err(findings.faults)
    }
}

/// Every key of the language: those asked of a scenario that has an entry in each section.
fn language() -> BTreeSet<String> {
    let everything = "{licenses: {x: {}}, sites: {x: {}}, groups: {x: {}}, policies: {clones: {x: {}}}, \
                      actions: [{}]}";
    let root = yaml::parse(everything).expect("it is YAML");
    let files: FileSource = &|_| Err(String::new());
    let reader = Reader::new(start_of(&root, files), files);
    top_level(&Section::new(&reader, "", "", Some(&root)), "");
    reader.finish(BTreeSet::new).keys
}

/// Dates everywhere in the file are relative to `start`, so it is looked up first.
fn start_of(root: &Node, files: FileSource) -> DateTime {
    let default = jiff::civil::date(2026, 1, 5).at(0, 0, 0, 0);
    let reader = Reader::new(default, files);
    let top = Section::new(&reader, "", "", Some(root));
    top.node("start").and_then(|node| values::date_time(node, &reader).ok()).unwrap_or(default)
}

fn top_level(top: &Section, default_name: &str) -> Scenario {
    if let Some(version) = top.required("fleetsim", "1", values::integer(0, u64::MAX))
        && version != LANGUAGE
    {
        let problem = format!("scenario language {version} is not known; this program reads {LANGUAGE}");
        top.fault_at("fleetsim", problem, None);
    }
    top.value("start", values::date_time);
    let duration = top.required("duration", "30d", values::positive_duration).unwrap_or(Span::days(30));
    check_calendar(top, duration);
    let sites = fleet::sites(top);
    let groups = fleet::groups(top, &sites);
    let (platform, packages, scan) = (platform::platform(top), platform::packages(top), platform::scan(top));
    let policies = fleet::policies(top, &groups, platform.version);
    Scenario {
        name: top.value("name", values::title).unwrap_or_else(|| default_name.to_string()),
        start: top.reader.start,
        duration,
        seed: top.value("seed", values::integer(0, u64::MAX)).unwrap_or(1),
        timeline_every: timeline(top, duration),
        licenses: licenses::licenses(top, platform.version),
        actions: actions::actions(top, &groups, duration),
        platform,
        packages,
        scan,
        sites,
        groups,
        policies,
    }
}

/// Calendars end with the year 9999.
fn check_calendar(top: &Section, duration: Span) {
    if top.reader.start.checked_add(SignedDuration::from_millis(duration.ms())).is_err() {
        let problem = format!("{duration} after {} is beyond the year 9999", top.reader.start);
        top.fault_at("start", problem, Some("give an earlier `start` or a shorter `duration`".into()));
    }
}

fn timeline(top: &Section, duration: Span) -> Span {
    let section = top.section("timeline");
    let every = section.value("every", values::positive_duration).unwrap_or(Span::DAY);
    if duration.ms() / every.ms() > MOST_ROWS {
        let problem =
            format!("the timeline would have {} rows, more than {MOST_ROWS}", duration.ms() / every.ms());
        section.fault_at("every", problem, Some("sample less often".into()));
    }
    every
}

/// Refuses what could not be simulated, with the figures, before anything is allocated.
fn check_size(top: &Section, scenario: &Scenario) {
    let clients: f64 = scenario.groups.iter().map(|g| expected_clients(g, scenario)).sum();
    if clients > MOST_CLIENTS as f64 {
        let problem = format!("about {clients:.0} clients, more than the {MOST_CLIENTS} one run may hold");
        top.fault_at("groups", problem, Some("split the fleet, or shorten the arrivals".into()));
    }
    let every = scenario.scan.schedule.every.ms().max(1) as f64;
    let scans = clients * scenario.duration.ms() as f64 / every;
    if scans > MOST_SCANS {
        let problem = format!("about {scans:.1e} scans, more than the {MOST_SCANS:.0e} one run may hold");
        top.fault_at(
            "scan",
            problem,
            Some("scan less often, for a shorter time, or with fewer clients".into()),
        );
    }
}

fn expected_clients(group: &Group, scenario: &Scenario) -> f64 {
    match (&group.clients, &group.enrol) {
        (Clients::Count(count), _) => f64::from(*count),
        (Clients::Named(names), _) => names.len() as f64,
        (Clients::Unbounded, Enrol::Poisson { mean_gap, .. }) => scenario.duration.ms() as f64 / mean_gap,
        (Clients::Unbounded, _) => 0.0,
    }
}

/// Findings that do not stop a run, but that whoever reads the results should know.
fn warn_about(top: &Section, scenario: &Scenario) {
    let warn = |key: &str, problem: String, help: &str| {
        let place = top.node(key).map_or(Place::FILE, |node| node.at);
        top.reader.warn(Fault::at(place, problem).path(key).help(help));
    };
    let clients: f64 = scenario.groups.iter().map(|g| expected_clients(g, scenario)).sum();
    if clients == 0.0 {
        warn("groups", "there are no clients: nothing will happen".into(), "give a group `clients`");
    }
    if scenario.licenses.is_empty() {
        warn(
            "licenses",
            "there is no license file: every client will be rejected".into(),
            "add one under `licenses`",
        );
    }
    if let Some((one, other, group)) = overlapping_clones(scenario) {
        let problem = format!(
            "clones `{one}` and `{other}` both target group `{group}`: conflicting settings (T1, KB 180495)"
        );
        warn("policies", problem, "let one policy target each client");
    }
    let Scan { schedule: Heartbeat { every, phase: Phase::Random, .. }, retry: Retry::NextScan, .. } =
        &scenario.scan
    else {
        return;
    };
    if clients >= 10_000.0 && *every < Span::hours(6) && !gives(top.node("scan"), "every") {
        let problem = format!(
            "{clients:.0} clients scan every {every}; the vendor advises 6–8 h from 10,000 clients on"
        );
        warn("scan", problem, "set `scan.every`, also to `4h` if that is what the server does");
    }
}

/// Does a mapping hold a key? (A `Section` would report all its other keys as unknown.)
fn gives(node: Option<&Node>, key: &str) -> bool {
    matches!(node.map(|n| &n.kind), Some(Kind::Map(entries)) if entries.iter().any(|entry| entry.key == key))
}

fn overlapping_clones(scenario: &Scenario) -> Option<(&str, &str, &str)> {
    let clones = &scenario.policies.clones;
    for (i, (one, first)) in clones.iter().enumerate() {
        for (other, second) in &clones[i + 1..] {
            let both = (0..scenario.groups.len()).find(|&g| first.targets(g) && second.targets(g));
            if let Some(group) = both {
                return Some((one, other, &scenario.groups[group].name));
            }
        }
    }
    None
}

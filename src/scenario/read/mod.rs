//! The sections of the scenario language: keys, defaults, limits, and what is checked across sections.
//!
//! Interface: [`scenario`] reads a whole tree into a [`Checked`]; [`language`] lists every key there is.
//!
//! | file | reads |
//! |---|---|
//! | this one | the top level, `timeline`, and the order of the sections |
//! | `platform` | `platform` |
//! | `scan` | `scan` |
//! | `packages` | `packages` |
//! | `licenses` | `licenses` |
//! | `sites` | `sites` |
//! | `fleet` | `groups` |
//! | `unreachable` | `platform.unreachable` |
//! | `rhythm` | periods, phases and jitters, in sections and as actions |
//! | `online` | windows of the week, and when PCs are on |
//! | `updates` | `updates` |
//! | `policies` | `policies`, at the top level and as an action |
//! | `solutions` | `solutions` |
//! | `actions`, `selection` | `actions`; the clients an action is about |
//!
//! | file | holds |
//! |---|---|
//! | `lookup` | clients by whatever people call them |
//! | `names` | names of clients, groups, sites and bulletins → what they stand for |
//! | `expected` | how many clients a scenario has, as far as that is known before a run |
//! | `limits` | limits on a scenario as a whole; the limit of a single value stands where it is read |
//! | `warnings`, `policy_warnings`, `retiring` | findings that do not stop a run |
//!
//! Why one pass: reading goes on after a fault, with a default in place of the wrong value, so that one check names every
//! fault. The reader records each key it is asked for; the list of all keys is that record.

mod actions;
mod expected;
mod fleet;
mod licenses;
mod limits;
mod lookup;
mod names;
mod online;
mod packages;
mod platform;
mod policies;
mod policy_warnings;
mod retiring;
mod rhythm;
mod scan;
mod selection;
mod sites;
mod solutions;
mod unreachable;
mod updates;
mod warnings;

pub use actions::runs;
pub use expected::{expected_clients, expected_presence};
pub use limits::BYTES_PER_CLIENT;
pub use lookup::clients_called;
pub use names::numbers_of;
use names::{NamedParts, Names};

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::scenario::fault::Fault;
use crate::scenario::model::over_time::versions;
use crate::scenario::model::{OverTime, Scenario};
use crate::scenario::reader::{FileSource, Reader, Section, check_duplicates};
use crate::scenario::values;
use crate::scenario::yaml::{self, Node};
use crate::units::time::{Span, Time};

/// A scenario that passed all checks.
#[derive(Debug)]
pub struct Checked {
    /// What the file means, with all defaults.
    pub scenario: Scenario,
    /// Findings that do not stop a run.
    pub warnings: Vec<Fault>,
    /// Every key the language knows in the sections that were read, `*` standing for a user's name.
    pub keys: BTreeSet<String>,
}

/// The version of the scenario language this program reads.
const LANGUAGE: u64 = 1;

/// Most timeline rows a run may write.
const MOST_ROWS: i64 = 10_000_000;

/// Reads a whole scenario.
pub fn scenario(root: &Node, default_name: &str, files: FileSource) -> Result<Checked, Vec<Fault>> {
    let reader = Reader::new(start_of(root, files), files);
    check_duplicates(root, &reader);
    let scenario = {
        let top = Section::new(&reader, "", "", Some(root));
        let scenario = top_level(&top, default_name);
        limits::check(&top, &scenario);
        online::check_scans_fit(&top, &scenario);
        updates::check_memory(&top, &scenario);
        // Warnings about faulty values would add nothing to their faults.
        if !reader.has_faults() {
            warnings::warn_about(&top, &scenario);
        }
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
pub fn language() -> BTreeSet<String> {
    let everything = "{licenses: {x: {}}, sites: {x: {}}, groups: {x: {}}, policies: {clones: {x: {}}}, \
                      actions: [{policies: {clones: {x: {}}}, membership_update: {}, event_queue: {}, upgrade: {}, configuration_request: {}, basic_inventory: {}}], \
                      updates: {bulletins: [{}]}}";
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
    let duration = top.required("duration", "30d", values::whole_seconds).unwrap_or(Span::days(30));
    check_calendar(top, duration);
    let mut platform = platform::platform(top);
    let sites = sites::sites(top, platform.version);
    let groups = fleet::groups(top, &sites);
    let updates = updates::updates(top, duration);
    let packages = packages::packages(top, updates.is_some(), &groups);
    let names = Names::new(&groups, updates.as_ref());
    let fleet = NamedParts { sites: &sites, groups: &groups, updates: updates.as_ref(), names: &names };
    platform.unreachable = unreachable::unreachable(top, fleet);
    let mut actions = actions::actions(top, fleet, &platform, duration);
    let versions = versions(&platform, &actions);
    let last = versions.last().expect("there is always a first").version;
    let (scan, scan_policy) = scan::scan(top, last, fleet);
    let policies = policies::at_start(top, fleet, &versions, scan_policy);
    actions::check_policies_over_time(top, &policies, &mut actions);
    actions::check_scan_rhythms(top, &scan, &actions);
    let over_time = OverTime::new(&platform, &policies, updates.as_ref(), &actions);
    let licenses = licenses::licenses(top, &over_time);
    let solutions = solutions::solutions(top, &licenses, fleet);
    Scenario {
        name: top.value("name", values::title).unwrap_or_else(|| default_name.to_string()),
        start: top.reader.start,
        duration,
        seed: top.value("seed", values::integer(0, u64::MAX)).unwrap_or(1),
        asked_at: asked_at(top, duration),
        timeline_every: timeline(top, duration),
        licenses: licenses.of(None),
        solutions,
        actions,
        platform,
        packages,
        scan,
        updates,
        sites,
        groups,
        policies,
        over_time,
    }
}

/// Calendars end with the year 9999.
fn check_calendar(top: &Section, duration: Span) {
    if top.reader.start.checked_add(SignedDuration::from_millis(duration.ms())).is_err() {
        let problem = format!("{duration} after {} is beyond the year 9999", top.reader.start);
        top.fault_at("start", problem, Some("give an earlier `start` or a shorter `duration`".into()));
    }
}

/// A question is about an instant of the run.
fn asked_at(top: &Section, duration: Span) -> Time {
    let end = Time::START + duration;
    let at = top.value("asked_at", values::instant).unwrap_or(end);
    if at < Time::START || at > end {
        let problem = "lies outside the simulated time".to_string();
        top.fault_at("asked_at", problem, Some("`0d` is the start; leave it out for the end".into()));
    }
    at
}

fn timeline(top: &Section, duration: Span) -> Span {
    let section = top.section("timeline");
    let every = section.value("every", values::whole_seconds).unwrap_or(Span::DAY);
    if duration.ms() / every.ms() > MOST_ROWS {
        let problem =
            format!("the timeline would have {} rows, more than {MOST_ROWS}", duration.ms() / every.ms());
        section.fault_at("every", problem, Some("sample less often".into()));
    }
    every
}

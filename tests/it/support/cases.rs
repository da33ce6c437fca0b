//! Scenario files, the events their headers expect, and a comparison people can read.
//!
//! A header expects events in lines of a fixed form, one an event, in the order in which they happen:
//!
//! ```text
//! #! 1d 03:00:00.000  pc-1  license_released  V1  in_use=3
//! ```
//!
//! that is: time after the start, client (`-`: the server), event, rule (`-`: none), licenses in use
//! after it. The list is complete, but for these lines, each of which may be left out:
//!
//! ```text
//! #! only: license_taken, scan_rejected      only these events are listed
//! #! detail: all                             as with `run --events=all`: also scans that change nothing
//! #! totals: licenses_taken=2 pool_full=1    figures of the whole run
//! #! warning: T1                             `check` warns, and the warning says this
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;
use std::path::Path;

use fleetsim::fleet::Mode;
use fleetsim::fleet::roster::Roster;
use fleetsim::observe::sites::Sites;
use fleetsim::observe::trace::{Detail, Line, Trace};
use fleetsim::output::results::summary::Summary;
use fleetsim::output::store::json::json;
use fleetsim::output::tables::{sites, solutions, timeline};
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::{self, Checked};
use fleetsim::study::run::{Outcome, run};
use fleetsim::units::time::Time;

use crate::support::random;
use crate::support::{files_below, in_repository, read};

/// A pool that now and then runs out, in a few milliseconds.
pub const SMALL: &str = "fleetsim: 1\nname: Small\nduration: 40d\nseed: 3\nscan: {every: 12h}\n\
                     licenses: {base: {nodes: 60}}\n\
                     groups: {pcs: {enrol: {poisson: 3/d}, lifetime: {exponential: 30d}}}\n";

pub fn small() -> Scenario {
    check(SMALL, "small").scenario
}

/// A scenario file as it stands in the repository.
pub struct ScenarioFile {
    /// File name without `.yaml`.
    pub stem: String,
    pub text: String,
}

impl ScenarioFile {
    pub fn read(path: &Path) -> ScenarioFile {
        let text = read(path);
        let stem = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        ScenarioFile { stem, text }
    }

    /// Every scenario of a folder, in name order.
    pub fn all_in(folder: &str) -> Vec<ScenarioFile> {
        files_below(&in_repository(folder), "yaml").iter().map(|path| ScenarioFile::read(path)).collect()
    }

    pub fn check(&self) -> Checked {
        check(&self.text, &self.stem)
    }

    /// What the header says in words: its comment lines joined, without those for the machine.
    pub fn header_words(&self) -> String {
        let comments = self.text.lines().take_while(|line| line.starts_with('#'));
        let words =
            comments.filter(|line| !line.starts_with("#!")).flat_map(|line| line[1..].split_whitespace());
        words.collect::<Vec<_>>().join(" ")
    }
}

/// Checks a scenario's text; its faults fail the test.
pub fn check(text: &str, name: &str) -> Checked {
    scenario::check(text, name, &random::found_file).unwrap_or_else(|faults| panic!("{name}: {faults:#?}"))
}

/// Runs a scenario without observers.
pub fn run_silently(scenario: &Scenario) -> Outcome {
    run(scenario, 0, Mode::default(), (), |_, _| ControlFlow::Continue(())).expect("nobody interrupts")
}

/// Runs a scenario and collects its events.
pub fn run_with_events(scenario: &Scenario, detail: Detail) -> (Outcome, Vec<Event>) {
    let mut lines = Vec::new();
    let trace = Trace::new(scenario, detail, None, |line| lines.push(line));
    let outcome = run(scenario, 0, Mode::default(), trace, |_, _| ControlFlow::Continue(()))
        .expect("nobody interrupts");
    let mut roster = Roster::new(scenario, 0);
    for of in lines.iter().filter_map(|line| line.further_record_of) {
        roster.append(of);
    }
    (outcome, lines.iter().map(|line| Event::of(line, &roster)).collect())
}

/// The result files of a run, as bytes.
#[derive(PartialEq, Eq)]
pub struct Results {
    pub timeline: String,
    pub summary: String,
}

impl Results {
    pub fn of(scenario: &Scenario, outcome: &Outcome) -> Results {
        let mut timeline = Vec::new();
        timeline::write(&outcome.rows, scenario.start, &mut timeline).expect("memory takes all");
        let text = |bytes| String::from_utf8(bytes).expect("results are UTF-8");
        Results { timeline: text(timeline), summary: text(json(&Summary::new(scenario, outcome))) }
    }
}

/// `sites.csv` of a finished run.
pub fn sites_csv(scenario: &Scenario, sites: Sites) -> String {
    let mut csv = Vec::new();
    sites::write(&sites.finish(), scenario, &mut csv).expect("memory takes all");
    String::from_utf8(csv).expect("results are UTF-8")
}

/// `solutions.csv` of a finished run; empty where there is none.
pub fn solutions_csv(scenario: &Scenario, outcome: &Outcome) -> String {
    let mut csv = Vec::new();
    if !scenario.solutions.is_empty() {
        solutions::write(&outcome.solutions.rows, scenario, &mut csv).expect("memory takes all");
    }
    String::from_utf8(csv).expect("results are UTF-8")
}

/// One event, as a header writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub at: Time,
    pub client: String,
    pub word: String,
    pub rule: String,
    pub in_use: u64,
}

impl Event {
    fn of(line: &Line, roster: &Roster) -> Event {
        Event {
            at: line.at,
            client: line.client.map_or("-".into(), |client| roster.name(client)),
            word: line.event.name().into(),
            rule: line.event.clause().map_or("-".into(), |clause| clause.id().into()),
            in_use: line.in_use,
        }
    }

    /// `[Nd ]HH:MM:SS.mmm  client  event  rule  in_use=N`
    fn parse(line: &str) -> Option<Event> {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        let days = match words[0].strip_suffix('d') {
            Some(days) => days.parse().ok().filter(|_| !words.remove(0).is_empty())?,
            None => 0,
        };
        let [clock, client, word, rule, in_use] = words[..] else { return None };
        Some(Event {
            at: Time(days * 86_400_000 + clock_ms(clock)?),
            client: client.into(),
            word: word.into(),
            rule: rule.into(),
            in_use: in_use.strip_prefix("in_use=")?.parse().ok()?,
        })
    }
}

/// Milliseconds of `HH:MM:SS.mmm`.
fn clock_ms(clock: &str) -> Option<i64> {
    let (hms, ms) = clock.split_once('.').filter(|(_, ms)| ms.len() == 3)?;
    let parts: Vec<i64> = hms.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    Some(((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms.parse::<i64>().ok()?)
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = self.at.ms();
        let (days, seconds) = (ms / 86_400_000, ms / 1_000);
        let days = if days > 0 { format!("{days}d ") } else { String::new() };
        let (hours, minutes, second) = (seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
        let at = format!("{days}{hours:02}:{minutes:02}:{second:02}.{:03}", ms % 1_000);
        let Event { client, word, rule, in_use, .. } = self;
        write!(f, "{at:<15}  {client}  {word}  {rule}  in_use={in_use}")
    }
}

/// What a scenario's header expects.
pub struct Expected {
    pub events: Vec<Event>,
    only: Option<Vec<String>>,
    pub detail: Detail,
    totals: Vec<(String, u64)>,
    warnings: Vec<String>,
}

impl Expected {
    pub fn of(file: &ScenarioFile) -> Expected {
        let mut expected = Expected {
            events: Vec::new(),
            only: None,
            detail: Detail::Changes,
            totals: Vec::new(),
            warnings: Vec::new(),
        };
        for line in file.text.lines().filter_map(|line| line.strip_prefix("#!")) {
            expected.understand(line.trim()).unwrap_or_else(|| panic!("{}: `#!{line}`?", file.stem));
        }
        expected
    }

    fn understand(&mut self, line: &str) -> Option<()> {
        if let Some(words) = line.strip_prefix("only:") {
            self.only = Some(words.split(',').map(|word| word.trim().to_string()).collect());
        } else if let Some(detail) = line.strip_prefix("detail:") {
            self.detail = (detail.trim() == "all").then_some(Detail::Everything)?;
        } else if let Some(totals) = line.strip_prefix("totals:") {
            for total in totals.split_whitespace() {
                let (key, value) = total.split_once('=')?;
                self.totals.push((key.to_string(), value.parse().ok()?));
            }
        } else if let Some(warning) = line.strip_prefix("warning:") {
            self.warnings.push(warning.trim().to_string());
        } else {
            self.events.push(Event::parse(line)?);
        }
        Some(())
    }

    /// Runs the scenario and compares; the error shows what differs.
    pub fn compare(&self, file: &ScenarioFile) -> Result<(), String> {
        let Checked { scenario, warnings, .. } = file.check();
        let (outcome, mut events) = run_with_events(&scenario, self.detail);
        if let Some(only) = &self.only {
            events.retain(|event| only.contains(&event.word));
        }
        let mut wrong = Vec::new();
        if events != self.events {
            wrong.push(difference(&self.events, &events));
        }
        let found = totals(&outcome);
        for (key, value) in &self.totals {
            let is = found.get(key.as_str()).copied().unwrap_or(0);
            if is != *value {
                wrong.push(format!("  {key}: expected {value}, found {is}\n"));
            }
        }
        let problems: Vec<String> = warnings.iter().map(|warning| warning.problem.clone()).collect();
        let foreseen =
            |problems: &String| self.warnings.iter().any(|warning| problems.contains(warning.as_str()));
        if problems.len() != self.warnings.len() || !problems.iter().all(foreseen) {
            wrong.push(format!("  warnings: expected {:?}, found {problems:?}\n", self.warnings));
        }
        if wrong.is_empty() { Ok(()) } else { Err(format!("{}:\n{}", file.stem, wrong.concat())) }
    }
}

/// Figures of a run by the names that headers use; reasons for having no license by their own.
pub fn totals(outcome: &Outcome) -> BTreeMap<&'static str, u64> {
    let counts = &outcome.totals.counts;
    let mut totals = BTreeMap::from([
        ("licenses_taken", counts.licenses_granted),
        ("licenses_released", counts.licenses_refunded),
        ("scans_returned", counts.scans_returned),
        ("rejections", counts.scans_rejected),
        ("scans_failed", counts.scans_failed_untargeted),
        ("scans_not_run", counts.scans_not_run),
        ("scans_not_returned", counts.scans_not_returned),
        ("downloads_completed", counts.downloads_completed),
        ("downloads_failed", counts.downloads_failed),
        ("clients_left", counts.clients_left),
        ("clients_returned", counts.clients_returned),
        ("histories_lost", outcome.totals.histories_lost),
        ("scans_unchanged", counts.scans_unchanged),
        ("updates_scheduled", counts.updates_scheduled),
        ("updates_installed", counts.updates_installed),
        ("updates_failed", counts.updates_failed),
        ("updates_pending", outcome.totals.now.levels.updates_pending),
        ("bulletins_listed", outcome.totals.now.levels.bulletins_listed),
        ("bulletins_enabled", outcome.totals.now.levels.bulletins_enabled),
        ("tasks_refused", counts.tasks_refused),
        ("peak_in_use", outcome.totals.peak.0),
    ]);
    totals.extend(outcome.lacking.iter().map(|(denial, clients)| (denial.key(), *clients)));
    totals
}

/// Both lists as one: common lines, `-` expected only, `+` found only.
fn difference(expected: &[Event], found: &[Event]) -> String {
    let common = common_suffixes(expected, found);
    let (mut i, mut j) = (0, 0);
    let mut shown = String::new();
    while i < expected.len() || j < found.len() {
        let (mark, event) = if i < expected.len() && j < found.len() && expected[i] == found[j] {
            (i, j) = (i + 1, j + 1);
            (' ', &expected[i - 1])
        } else if j == found.len() || i < expected.len() && common[i + 1][j] >= common[i][j + 1] {
            i += 1;
            ('-', &expected[i - 1])
        } else {
            j += 1;
            ('+', &found[j - 1])
        };
        shown.push_str(&format!("  {mark} {event}\n"));
    }
    shown
}

/// Length of the longest common subsequence of the rests from (i, j) on.
fn common_suffixes(one: &[Event], other: &[Event]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            common[i][j] = match one[i] == other[j] {
                true => common[i + 1][j + 1] + 1,
                false => common[i + 1][j].max(common[i][j + 1]),
            };
        }
    }
    common
}

/// Fails with every difference of every file, or passes.
pub fn assert_all_as_expected(files: &[ScenarioFile]) {
    assert!(!files.is_empty(), "there are scenarios to compare");
    let wrong: Vec<String> = files.iter().filter_map(|file| Expected::of(file).compare(file).err()).collect();
    assert!(wrong.is_empty(), "- worked out by hand, + found by the program\n\n{}", wrong.join("\n"));
}

#[test]
fn the_difference_of_two_lists_shows_what_is_missing_and_what_is_new() {
    let event =
        |ms| Event { at: Time(ms), client: "a".into(), word: "w".into(), rule: "-".into(), in_use: 1 };
    let shown = difference(&[event(0), event(1)], &[event(0), event(90_000_002)]);
    let marks: Vec<&str> = shown.lines().map(|line| &line[..4]).collect();
    assert_eq!(marks, ["    ", "  - ", "  + "]);
    assert!(shown.ends_with("1d 01:00:00.002  a  w  -  in_use=1\n"), "{shown}");
    assert_eq!(Event::parse(&event(90_000_002).to_string()), Some(event(90_000_002)));
}

//! Every figure that several views show under one name is the same in all of them, at any instant: a row of
//! `timeline.csv`, `summary.json` and the answers of a run that ends there, `diagnose --at` as text and JSON, `explain`.

use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::output::prose;
use fleetsim::output::results::diagnosis::DiagnosisResult;
use fleetsim::output::results::summary::Summary;
use fleetsim::output::store::json::json;
use fleetsim::output::tables::timeline;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::read::clients_called;
use fleetsim::study::diagnose::{Diagnosis, diagnose};
use fleetsim::study::explain::explain;
use fleetsim::study::run::{Outcome, run};
use fleetsim::units::ids::GroupId;
use fleetsim::units::time::{Span, Time};
use serde_json::Value;

use crate::commands::command_line::expect;
use crate::support::cases::{ScenarioFile, check, run_silently};
use crate::support::in_repository;
use crate::support::random::scenario_of;

/// Random scenarios in a usual run of the tests.
const USUAL: u64 = 250;

fn count() -> u64 {
    std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"))
}

/// An instant of a scenario: a whole second, because dates on the command line have no parts of one; mostly that of an
/// action, after which records stand where they do not stay.
fn instant(seed: u64, scenario: &Scenario) -> Time {
    let drawn = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    let within = |at: &Time| Time::START < *at && *at < scenario.horizon();
    let acted: Vec<Time> = scenario.actions.iter().map(|action| action.at).filter(within).collect();
    if !drawn.is_multiple_of(4) && !acted.is_empty() {
        return acted[drawn as usize % acted.len()];
    }
    let seconds = scenario.duration.ms() as u64 / 1_000;
    Time::START + Span(1_000 * (1 + drawn % (seconds - 1)) as i64)
}

/// A scenario that is over at an instant.
fn until(scenario: &Scenario, at: Time) -> Scenario {
    Scenario { duration: at - Time::START, ..scenario.clone() }
}

fn go_on(_: Time, _: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// What a row of `timeline.csv` says in a column; as JSON says it.
struct Row {
    header: Vec<String>,
    cells: Vec<String>,
}

impl Row {
    /// Of a table, the row at an instant.
    fn at(table: &str, at: Time) -> Row {
        let cells = |line: &str| line.split(',').map(str::to_string).collect::<Vec<_>>();
        let mut lines = table.lines();
        let header = cells(lines.next().expect("a header"));
        let row = lines.map(cells).find(|row| row[0].parse::<i64>().expect("seconds") == at.seconds());
        Row { header, cells: row.expect("a row at the instant") }
    }

    fn of(outcome: &Outcome, scenario: &Scenario, at: Time) -> Row {
        let mut bytes = Vec::new();
        timeline::write(&outcome.rows, scenario.start, &mut bytes).expect("memory takes all");
        Row::at(&String::from_utf8(bytes).expect("text"), at)
    }

    fn says(&self, column: &str) -> Option<Value> {
        let place = self.header.iter().position(|name| name == column)?;
        let cell = &self.cells[place];
        Some(match cell.parse::<u64>() {
            Ok(number) => number.into(),
            Err(_) if cell.is_empty() => Value::Null, // without limit
            Err(_) => cell.as_str().into(),
        })
    }
}

/// Every figure of a JSON object that the timeline has under the same name, or with the prefix, is the same; returns
/// how many there were.
fn agree(row: &Row, of: &Value, named: impl Fn(&str) -> Option<String>, what: &str) -> usize {
    let figures = of.as_object().expect("an object").iter();
    let shared =
        figures.filter_map(|(key, figure)| Some((key, figure, row.says(&named(key)?)?))).collect::<Vec<_>>();
    for (key, figure, column) in &shared {
        assert_eq!(*figure, column, "{what}: {key}, and the timeline");
    }
    shared.len()
}

/// All that a diagnosis shows and the timeline has, too.
fn agrees_with_timeline(row: &Row, document: &Value, what: &str) {
    let shared = agree(row, &document["pool"], |key| Some(key.to_string()), what)
        + agree(row, &document["clients"], |key| Some(format!("clients_{key}")), what);
    assert_eq!(shared, 10, "the figures that a diagnosis shares with the timeline");
}

fn agrees_with_summary(summary: &Value, document: &Value, row: &Row, what: &str) {
    let at_end = |key: &str| key.strip_suffix("_at_end").map(str::to_string);
    let shared = agree(row, &summary["pool"], at_end, what)
        + agree(row, &summary["clients"], |key| Some(format!("clients_{}", at_end(key)?)), what);
    assert_eq!(shared, 7, "the figures that a summary shares with the timeline");
    let (of_diagnosis, of_summary) = (&document["clients"], &summary["clients"]);
    assert_eq!(of_diagnosis["total"], of_summary["total"], "{what}");
    assert_eq!(of_diagnosis["with_license"], of_summary["with_license_at_end"], "{what}");
    let reasons = document["without_license"].as_array().expect("a list");
    for entry in reasons {
        let key = entry["reason"].as_str().expect("a key");
        assert_eq!(summary["without_license"][key], entry["clients"], "{what}: {key}");
    }
    assert_eq!(summary["without_license"].as_object().map(|all| all.len()), Some(reasons.len()), "{what}");
}

/// The line about the pool, however it is called.
fn pool_line<'t>(text: &'t str, label: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(label));
    line.unwrap_or_else(|| panic!("no line `{label}` in\n{text}")).trim()
}

/// The first client named of each reason: `explain` gives the same reason.
fn agrees_with_explain(scenario: &Scenario, found: &Diagnosis, what: &str) {
    for (denial, sample) in &found.lacking {
        let name = &sample.names[0];
        let Some(&(group, index)) = clients_called(name, &scenario.groups).first() else { continue }; // a further record
        let client = (GroupId::from_index(group), index, 1);
        let story = explain(scenario, client, go_on).expect("nobody interrupts").expect("it exists");
        assert_eq!(story.license_status, Err(*denial), "{what}: {name}");
    }
}

#[test]
fn views_show_the_same_figures_at_any_instant() {
    let (mut unrefunded, mut kept) = (0, 0);
    for seed in 1..=count() {
        let whole = check(&scenario_of(seed), "random").scenario;
        let at = instant(seed, &whole);
        let what = format!("seed {seed} at {}", at - Time::START);
        let scenario = until(&whole, at);
        let found = diagnose(&scenario, go_on).expect("nobody interrupts");
        let outcome = run_silently(&scenario);
        assert_eq!(found.now, outcome.totals.now, "{what}");
        assert_eq!(outcome.rows.last().map(|row| row.now), Some(found.now), "{what}");
        let document = serde_json::to_value(DiagnosisResult::new(&scenario, &found)).expect("JSON");
        let row = Row::of(&outcome, &scenario, at);
        agrees_with_timeline(&row, &document, &what);
        let summary = json(&Summary::new(&scenario, &outcome));
        agrees_with_summary(&serde_json::from_slice(&summary).expect("JSON"), &document, &row, &what);
        let printed = prose::diagnosis::table(&scenario, &found);
        let answers = prose::run::answers(&scenario, &outcome);
        assert_eq!(pool_line(&printed, "Pool "), pool_line(&answers, "Pool at the end"), "{what}");
        if seed.is_multiple_of(10) {
            agrees_with_explain(&scenario, &found, &what);
        }
        unrefunded += found.now.levels.licenses_retired_unrefunded;
        kept += found.now.levels.licenses_retired_unrefunded - found.returns_at_refresh;
    }
    assert!(unrefunded > kept && kept > 0, "both kinds were seen: {unrefunded}, {kept}");
}

/// The row of a run that goes on is what a diagnosis of that instant shows.
#[test]
fn a_row_of_a_longer_run_is_what_a_diagnosis_shows() {
    for seed in 1..=count() {
        let scenario = check(&scenario_of(seed), "random").scenario;
        let at = instant(seed, &scenario);
        let found = diagnose(&until(&scenario, at), go_on).expect("nobody interrupts");
        let rows = Scenario { timeline_every: at - Time::START, ..scenario };
        let outcome = run(&rows, 0, Mode::default(), (), go_on).expect("nobody interrupts");
        let row = outcome.rows.iter().find(|row| row.at == at).expect("a row at the instant");
        assert_eq!(row.now, found.now, "seed {seed} at {}", at - Time::START);
    }
}

/// Case 4 at the instant at which 30 computers were retired whose agents are alive, by command.
#[test]
fn commands_show_the_same_figures() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = in_repository("scenarios/cases/04-retired-but-alive.yaml");
    let file = file.to_str().expect("text");
    let at = Time::START + Span::days(2) + Span(150 * Span::MINUTE.ms());
    expect(0, dir.path(), &["run", file, "--set", "timeline.every=30m", "-o", "out", "--quiet"]);
    let table = std::fs::read_to_string(dir.path().join("out/timeline.csv")).expect("a timeline");
    let row = Row::at(&table, at);
    assert_eq!(row.says("licenses_retired_unrefunded"), Some(30.into()));
    let (json, _) = expect(0, dir.path(), &["diagnose", file, "--at", "2d 2h 30m", "--format", "json"]);
    agrees_with_timeline(&row, &serde_json::from_str(&json).expect("JSON"), "case 4");
    let (printed, _) = expect(0, dir.path(), &["diagnose", file, "--at", "2d 2h 30m"]);
    assert_eq!(
        pool_line(&printed, "Pool "),
        "150 licenses, 100 in use (30 retired, not refunded yet), 50 free"
    );
    assert_eq!(pool_line(&printed, "Licensing refresh"), "returns none of them; 30 kept, see below");
    assert!(printed.contains("will set it back to Active"), "{printed}");
    let scenario = until(&ScenarioFile::read(&in_repository(file)).check().scenario, at);
    assert!(
        printed.contains(pool_line(
            &prose::run::answers(&scenario, &run_silently(&scenario)),
            "Pool at the end"
        ))
    );
}

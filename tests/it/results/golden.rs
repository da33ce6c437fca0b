//! Golden files: results as they were at the last review, byte for byte.
//!
//! An intended change is accepted by one command, and seen in the diff of the commit.

use std::fs;
use std::ops::ControlFlow;

use fleetsim::fleet::Mode;
use fleetsim::import::fault::render_notices;
use fleetsim::observe::sites::Sites;
use fleetsim::output::prose;
use fleetsim::output::results::diagnosis::DiagnosisResult;
use fleetsim::output::store::json::json;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::values::instant_text;
use fleetsim::study::diagnose::diagnose;
use fleetsim::study::run::run;
use fleetsim::units::time::{Span, Time};

use crate::import::exports;
use crate::support::cases::{Results, ScenarioFile, sites_csv};
use crate::support::{UPDATE_COMMAND, in_repository, updating};

const SCENARIOS: [&str; 5] = [
    "scenarios/quickstart.yaml",
    "scenarios/rules/c4-package-complete.yaml",
    "scenarios/rules/e1-expired.yaml",
    "scenarios/rules/l3-pool-shrinks.yaml",
    "scenarios/rules/v6-disposed.yaml",
];

#[test]
fn results_are_those_in_the_golden_files() {
    let mut changed = Vec::new();
    for path in SCENARIOS {
        let file = ScenarioFile::read(&in_repository(path));
        let scenario = file.check().scenario;
        let mut sites = Sites::new(&scenario, 0);
        let go_on = |_, _| ControlFlow::Continue(());
        let outcome = run(&scenario, 0, Mode::default(), &mut sites, go_on).expect("nobody interrupts");
        let Results { timeline, summary } = Results::of(&scenario, &outcome);
        let sites = sites_csv(&scenario, sites);
        for (kind, found) in [("timeline.csv", timeline), ("sites.csv", sites), ("summary.json", summary)] {
            changed.extend(change(&format!("{}.{kind}", file.stem), &found));
        }
    }
    assert_unchanged(&changed);
}

/// Newcomers under way while the pool is full; retired PCs whose licenses have not returned.
#[test]
fn diagnoses_are_those_in_the_golden_files() {
    let mut changed = Vec::new();
    let scenario = ScenarioFile::read(&in_repository("scenarios/quickstart.yaml")).check().scenario;
    for at in ["2026-01-13T16:00", "2026-02-16T12:00"] {
        let duration = instant_text(at, scenario.start).unwrap() - Time::START;
        let scenario = Scenario { duration, ..scenario.clone() };
        let found = diagnose(&scenario, |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
        let name = format!("quickstart.{}.diagnosis", &at[..10]);
        changed.extend(change(&format!("{name}.txt"), &prose::diagnosis::table(&scenario, &found)));
        let document = String::from_utf8(json(&DiagnosisResult::new(&scenario, &found))).unwrap();
        changed.extend(change(&format!("{name}.json"), &document));
    }
    assert_unchanged(&changed);
}

/// What `audit` prints: of licenses to free, of records, and of a server that stopped.
#[test]
fn audits_are_those_in_the_golden_files() {
    let mut changed = Vec::new();
    for stem in ["02-retired-not-released", "12-maintenance-expired", "14-re-image-wave"] {
        let imported = exports::import(stem, None);
        let (scenario, notices) =
            (imported.after(Span::ZERO), render_notices(&imported.inventory.notices, true));
        let text = prose::audit::table(&scenario, &imported.customer, &imported.audit(), &notices);
        changed.extend(change(&format!("{stem}.audit.txt"), &text));
    }
    assert_unchanged(&changed);
}

/// How a result differs from its golden file; when updating, the file is made equal.
fn change(name: &str, found: &str) -> Option<String> {
    let golden = in_repository(&format!("tests/golden/{name}"));
    if updating() {
        fs::write(&golden, found).unwrap_or_else(|e| panic!("{}: {e}", golden.display()));
        return None;
    }
    let expected = fs::read_to_string(&golden).unwrap_or_default();
    first_difference(&expected, found).map(|difference| format!("{}: {difference}", golden.display()))
}

fn assert_unchanged(changed: &[String]) {
    assert!(
        changed.is_empty(),
        "{}\n\nIf the change is meant: `{UPDATE_COMMAND}`, and say why in the commit.",
        changed.join("\n")
    );
}

/// The first line that differs, in words.
fn first_difference(expected: &str, found: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let (mut golden, mut new) = (expected.split('\n'), found.split('\n'));
    for number in 1.. {
        let (was, is) = (golden.next(), new.next());
        if was != is {
            let shown = |line: Option<&str>| line.unwrap_or("(end of file)").to_string();
            return Some(format!("line {number}\n  - {}\n  + {}", shown(was), shown(is)));
        }
    }
    None
}

#[test]
fn the_first_difference_is_named_by_line() {
    assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
    assert_eq!(first_difference("a\nb\n", "a\nc\n").as_deref(), Some("line 2\n  - b\n  + c"));
    assert_eq!(first_difference("", "a").as_deref(), Some("line 1\n  - \n  + a"));
}

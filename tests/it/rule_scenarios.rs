//! One scenario a rule, with its events worked out by hand in its header.

use std::ops::ControlFlow;

use fleetsim::rules::clause::Clause;
use fleetsim::rules::targeting::ScanSettings;
use fleetsim::scenario::read::find_client;
use fleetsim::study::explain::explain;

use crate::support::{Expected, ScenarioFile, assert_all_as_expected, in_repository};

const FOLDER: &str = "scenarios/rules";

#[test]
fn events_are_those_worked_out_by_hand() {
    assert_all_as_expected(&ScenarioFile::all_in(FOLDER));
}

#[test]
fn every_rule_has_a_scenario_that_says_it() {
    let files = ScenarioFile::all_in(FOLDER);
    for clause in Clause::ALL {
        let prefix = format!("{}-", clause.id().to_lowercase());
        let own: Vec<&ScenarioFile> = files.iter().filter(|file| file.stem.starts_with(&prefix)).collect();
        assert!(!own.is_empty(), "rule {clause} has no scenario {FOLDER}/{prefix}*.yaml");
        for file in own {
            let (stem, words) = (&file.stem, file.header_words());
            assert!(
                words.contains(clause.sentence()),
                "{stem} does not quote {clause}: {}",
                clause.sentence()
            );
            let in_events = Expected::of(file).events.iter().any(|event| event.rule == clause.id());
            let in_words = words.contains(&format!("Rule {clause}"));
            assert!(in_events || in_words, "{stem} mentions {clause} neither in its events nor in words");
        }
    }
}

#[test]
fn no_scenario_is_without_a_rule() {
    for file in ScenarioFile::all_in(FOLDER) {
        let id = file.stem.split('-').next().unwrap_or_default().to_uppercase();
        assert!(Clause::ALL.iter().any(|clause| clause.id() == id), "{}: no rule {id}", file.stem);
    }
}

/// T1 changes no event; what shows it is the warning (in the header) and `explain`.
#[test]
fn explain_shows_conflicting_settings() {
    let file = ScenarioFile::read(&in_repository("scenarios/rules/t1-two-clones.yaml"));
    let scenario = file.check().scenario;
    let settings_of = |name| {
        let client = find_client(name, &scenario.groups).expect(name);
        let story = explain(&scenario, client, |_, _| ControlFlow::Continue(())).expect("not interrupted");
        story.expect("it exists").settings
    };
    assert_eq!(settings_of("both-1"), ScanSettings::Conflict("finance", "vip"));
    assert_eq!(settings_of("one-1"), ScanSettings::Clone("vip"));
}

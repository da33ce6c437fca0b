//! What is advised fits the version that runs.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use fleetsim::output::prose;
use fleetsim::output::results::diagnosis::DiagnosisResult;
use fleetsim::rules::deletion::LOST_BY_DELETION;
use fleetsim::scenario::model::Scenario;
use fleetsim::study::diagnose::diagnose;
use fleetsim::study::explain::explain;
use fleetsim::units::ids::GroupId;
use fleetsim::units::time::Span;

use crate::plan::steps::{plan_text, planned, usual};
use crate::support::cases::{ScenarioFile, check};

/// HOWTO8852: the count is exceeded; some are retired, some get the plug-in uninstalled, PCs are gone, and some records
/// are deleted.
const EXCEEDED: &str = "fleetsim: 1
name: Count exceeded
start: 2026-01-05
duration: 20d
platform: {version: VERSION}
licenses: {base: {nodes: 100}}
groups:
  old: {clients: 100}
  new: {clients: 20, enrol: 3d}
actions:
  - {at: 5d 8h, dispose: {group: old, clients: 3}}
  - {at: 5d 8h, uninstall_agent: {group: old, clients: 3}}
  - {at: 5d 8h, reimage: {group: old, clients: 3, keys: new}}
  - {at: 6d 8h, retire: {group: old, clients: 10}}
  - {at: 6d 8h, uninstall_plugin: {group: old, clients: 10}}
  - {at: 12d 8h, delete: {group: old, clients: 5, status: retired}}
";

/// All that says what to do, at an instant: cures of a diagnosis, steps of a plan, and what `explain` says of each client.
fn advice(scenario: &Scenario, at: &str) -> BTreeSet<String> {
    let mut advice = BTreeSet::new();
    let days: i64 = at.trim_end_matches('d').parse().unwrap();
    let seen = Scenario { duration: Span::days(days), ..scenario.clone() };
    let found = diagnose(&seen, |_, _| ControlFlow::Continue(())).unwrap();
    let DiagnosisResult { without_license, licenses_to_free, holders_not_scanning, .. } =
        DiagnosisResult::new(&seen, &found);
    let all = without_license.into_iter().chain(licenses_to_free).chain(holders_not_scanning);
    advice.extend(all.map(|reason| reason.cure));
    let of_plan = plan_text(scenario, &planned(scenario, at, usual));
    advice.extend(of_plan.lines().skip_while(|line| !line.starts_with("What to do")).map(str::to_string));
    for (group, index) in (0..100).map(|index| (0, index)).chain((0..20).map(|index| (1, index))) {
        let history = explain(&seen, (GroupId(group), index, 1), |_, _| ControlFlow::Continue(())).unwrap();
        let Some(history) = history else { continue }; // it joins later
        let text = prose::explain::history(&seen, &history);
        advice.extend(text.lines().filter(|line| line.starts_with("What ")).map(str::to_string));
    }
    advice
}

#[test]
fn nothing_advises_to_retire_in_6x() {
    for at in ["6d", "7d", "13d"] {
        let advises = |version: &str| {
            let scenario = check(&EXCEEDED.replace("VERSION", version), "exceeded").scenario;
            let mut advice = advice(&scenario, at);
            // What an action chooses by is no advice.
            let says = |line: &String| line.to_lowercase().replace("status=retired", "").contains("retire");
            advice.retain(says);
            advice
        };
        assert_eq!(advises("6.2"), BTreeSet::new(), "6.2 after {at}");
        assert_ne!(advises("8.6"), BTreeSet::new(), "8.6 after {at}");
    }
}

/// HOWTO8852, KB 180699: a plan that deletes says all that is lost, and what comes with the return.
#[test]
fn a_plan_that_deletes_says_what_is_lost() {
    let scenario = check(&EXCEEDED.replace("VERSION", "6.2"), "exceeded").scenario;
    let text = plan_text(&scenario, &planned(&scenario, "7d", usual));
    assert!(text.contains(LOST_BY_DELETION), "{text}");
}

/// X3: what the scenario's header promises.
#[test]
fn a_holder_whose_scans_fail_is_found() {
    let files = ScenarioFile::all_in("scenarios/rules");
    let file = files.iter().find(|file| file.stem == "x3-holder-stops-scanning").expect("it is there");
    let scenario = file.check().scenario;
    let found = diagnose(&scenario, |_, _| ControlFlow::Continue(())).unwrap();
    let stopped = DiagnosisResult::new(&scenario, &found).holders_not_scanning;
    let names: Vec<_> = stopped.iter().map(|reason| (reason.rule.as_deref(), &reason.names[..])).collect();
    assert_eq!(names, [(Some("C5"), &["sales-1".to_string()][..])]);
    let history = explain(&scenario, (GroupId(1), 0, 1), |_, _| ControlFlow::Continue(())).unwrap();
    let text = prose::explain::history(&scenario, &history.expect("it joins"));
    assert!(text.contains("Its scans are not returned") && text.contains("Rule X3"), "{text}");
}

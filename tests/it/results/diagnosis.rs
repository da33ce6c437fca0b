//! A diagnosis accounts for every client, and counts what a run to the same instant counts.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use fleetsim::fleet::roster::Roster;
use fleetsim::rules::license_status::DenialReason;
use fleetsim::rules::release::{KeptBy, Release};
use fleetsim::scenario::model::Scenario;
use fleetsim::study::breakdown::Sample;
use fleetsim::study::diagnose::{Diagnosis, diagnose};
use fleetsim::units::time::Span;

use crate::support::cases::{ScenarioFile, run_silently};

/// Scenarios with more clients than this take too long for a test.
const MOST_CLIENTS: usize = 2_000;

#[test]
fn every_client_is_accounted_for_at_any_instant() {
    let mut diagnosed = 0;
    for file in ScenarioFile::all_in("scenarios") {
        let whole = file.check().scenario;
        if Roster::new(&whole, 0).len() > MOST_CLIENTS {
            continue;
        }
        for thirds in [1, 2, 3] {
            let duration = Span(whole.duration.ms() * thirds / 3);
            let scenario = Scenario { duration, ..whole.clone() };
            compare(&file.stem, &scenario);
            diagnosed += 1;
        }
    }
    assert!(diagnosed >= 60, "only {diagnosed} diagnoses");
}

fn compare(name: &str, scenario: &Scenario) {
    let found = diagnose(scenario, |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
    let of_run = run_silently(scenario);
    let lacking: BTreeMap<DenialReason, u64> =
        found.lacking.iter().map(|(denial, clients)| (*denial, clients.count)).collect();
    let Diagnosis { clients, holders, now, returns_at_refresh, .. } = found;
    assert_eq!(holders + lacking.values().sum::<u64>(), clients, "{name}");
    assert_eq!((clients, holders, &lacking), (of_run.clients, of_run.holders, &of_run.lacking), "{name}");
    assert_eq!(now, of_run.totals.now, "{name}");
    // 6.x keeps them, and a live agent will; no refresh returns them.
    let stay = [Release::Kept(KeptBy::RetiredIn6x), Release::Kept(KeptBy::RetiredAgentAlive)];
    let kept = found.to_free.iter().filter(|(fate, _)| stay.contains(fate));
    let kept: u64 = kept.map(|(_, sample)| sample.count).sum();
    assert_eq!(returns_at_refresh + kept, now.levels.licenses_retired_unrefunded, "{name}");
    for sample in found.lacking.iter().map(|(_, s)| s).chain(found.to_free.iter().map(|(_, s)| s)) {
        let Sample { count, names } = sample;
        assert_eq!(names.len() as u64, (*count).min(3), "{name}: {names:?}");
    }
    let left = found.lacking.iter().map(|(denial, _)| denial.has_left());
    assert!(left.is_sorted(), "{name}: those who left come last");
}

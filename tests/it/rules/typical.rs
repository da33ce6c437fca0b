//! How long a new client takes to its license under product defaults, against what the product's
//! documentation lets one expect: 1 to 2.5 hours, or up to about 27 hours when a plug-in change does
//! not trigger a Basic Inventory.

use std::collections::BTreeMap;

use fleetsim::observe::trace::Detail;
use fleetsim::units::time::{Span, Time};

use crate::support::cases::{check, run_with_events};

/// Time from agent start to license of 2,000 clients that join over ten days, in ascending order.
fn times_to_license(platform: &str) -> Vec<Span> {
    let yaml = format!(
        "{{fleetsim: 1, duration: 14d, platform: {platform}, licenses: {{base: {{nodes: 2000}}}},
          groups: {{pcs: {{clients: 2000, enrol: {{uniform: [0d, 10d]}}}}}}}}"
    );
    let (_, events) = run_with_events(&check(&yaml, "typical").scenario, Detail::Changes);
    let mut started: BTreeMap<String, Time> = BTreeMap::new();
    let mut times = Vec::new();
    for event in events {
        match event.word.as_str() {
            "agent_started" => drop(started.insert(event.client, event.at)),
            "license_taken" => times.push(event.at - started[&event.client]),
            _ => {}
        }
    }
    times.sort();
    assert_eq!(times.len(), 2000, "everybody gets a license");
    times
}

#[test]
fn a_new_client_holds_a_license_after_1_to_2_5_hours() {
    let times = times_to_license("{}");
    assert!(times[0] >= Span::HOUR, "{}", times[0]);
    assert!(times[1979] <= Span::minutes(150), "99 of 100 within 2.5 hours: {}", times[1979]);
    let median = times[1000];
    // Where a membership update comes before the first configuration request, that brings the plug-in, and the next one
    // the package.
    assert!(median > Span::minutes(65) && median < Span::minutes(90), "{median}");
}

#[test]
fn without_an_inventory_after_the_plugin_it_takes_up_to_27_hours() {
    let times = times_to_license("{basic_inventory: {after_plugin_change: false}}");
    let last = times[1999];
    assert!(last > Span::hours(24) && last <= Span::hours(27), "{last}");
    let mean: i64 = times.iter().map(|t| t.ms()).sum::<i64>() / 2000;
    // The wait for the next of the 24-hourly inventories is uniform: 12 h more on average, SE 9 min.
    assert!((Span(mean).ms() - Span::hours(13).ms()).abs() < Span::minutes(60).ms(), "{}", Span(mean));
}

//! What actions change for all clients: targets by share, policies, membership updates, maintenance.

use std::collections::{BTreeMap, BTreeSet};

use fleetsim::observe::trace::Detail;

use crate::support::cases::{Event, check, run_with_events};

const HEAD: &str = "fleetsim: 1
duration: 12h
scan: {every: 10m, duration: 0s}
packages: {plugin: {size: 0, install: 0s}, assessment_scan: {size: 0}}
licenses: {base: {nodes: unlimited}}
";

/// Events of a small scenario.
fn events(rest: &str) -> Vec<Event> {
    run_with_events(&check(&format!("{HEAD}{rest}"), "t").scenario, Detail::Everything).1
}

/// The clients of an event, and when it first happens to each.
fn first(events: &[Event], word: &str) -> BTreeMap<String, i64> {
    let mut found = BTreeMap::new();
    for event in events.iter().filter(|event| event.word == word) {
        found.entry(event.client.clone()).or_insert(event.at.ms());
    }
    found
}

/// Raising the share adds clients and drops none, and it is the share of the clients within four
/// standard errors.
#[test]
fn a_share_takes_its_part_and_only_grows() {
    const CLIENTS: u32 = 2_000;
    let taken = |share: u32| -> BTreeSet<String> {
        let rest = format!(
            "groups: {{pcs: {{clients: {CLIENTS}}}}}\npolicies: {{plugin_install: {{share: {share}%}}}}\n"
        );

        first(&events(&rest), "plugin_targeted").into_keys().collect()
    };
    let mut before = BTreeSet::new();
    for share in [0, 10, 40, 75, 100] {
        let now = taken(share);
        assert!(now.is_superset(&before), "{share} % drops clients");
        let p = f64::from(share) / 100.0;
        let error = (f64::from(CLIENTS) * p * (1.0 - p)).sqrt();
        let off = (now.len() as f64 - f64::from(CLIENTS) * p).abs();
        assert!(off <= 4.0 * error, "{share} %: {} of {CLIENTS}", now.len());
        before = now;
    }
}

/// Two policies with the same share take different clients.
#[test]
fn shares_of_two_policies_are_drawn_apart() {
    let rest = "groups: {pcs: {clients: 400}}\n
policies: {plugin_install: {share: 50%}, dsup: {enabled: false}, clones: {pilot: {share: 50%}}}\n";
    let events = events(rest);
    let (licensed, failed) = (first(&events, "license_taken").len(), first(&events, "scan_failed").len());
    // Half of the half: 100 of 400 each, standard error 8.7.
    assert!((65..135).contains(&licensed) && (65..135).contains(&failed), "{licensed} {failed}");
}

/// The DSUP goes on at 05:10 and the next update runs at 06:00: a client's scans succeed from its first
/// configuration request after that on. When that is, another action tells that needs one too.
#[test]
fn new_settings_come_with_the_configuration_request_after_the_update() {
    let groups = "groups: {pcs: {clients: 60, enrol: {uniform: [0h, 1h]}}}\n";
    let platform = "platform: {configuration_request: {every: 3h, jitter: {uniform: [-20m, 20m]}}, \
                    membership_update: 1h}\n";
    let requests = first(
        &events(&format!("{groups}{platform}actions: [{{at: 6h, uninstall_plugin: {{group: pcs}}}}]\n")),
        "plugin_removed",
    );
    let switched = events(&format!(
        "{groups}{platform}policies: {{dsup: {{enabled: false}}}}\n\
         actions: [{{at: 5h 10m, policies: {{dsup: {{enabled: true}}}}}}]\n"
    ));
    let licensed = first(&switched, "license_taken");
    let mut tried = 0;
    for event in switched.iter().filter(|event| event.word.starts_with("scan_")) {
        let Some(request) = requests.get(&event.client) else { continue };
        assert_eq!(event.word == "scan_failed", event.at.ms() < *request, "{event}, request at {request}");
        tried += 1;
    }
    assert!(tried > 1_000 && licensed.len() > 50, "{tried} scans, {} licenses", licensed.len());
}

/// A plug-in that was removed, called for again and called off again is reported as gone all the same.
#[test]
fn a_removal_is_reported_whatever_comes_between() {
    let daily = "platform: {basic_inventory: {every: 24h, phase: 11h, after_plugin_change: false}, \
                 configuration_request: {every: 1h, phase: 30m}, membership_update: 15m}\n";
    let rest = "groups: {a: {clients: [x], enrol: 0h}}
duration: 2d
actions:
  - {at: 30h, uninstall_plugin: {clients: [x]}}
  - {at: 31h, install_plugin: {clients: [x]}}
  - {at: 31h 10m, CALLED_OFF}\n";
    for called_off in ["policies: {plugin_install: {enabled: false}}", "uninstall_plugin: {clients: [x]}"] {
        let rest = rest.replace("CALLED_OFF", called_off);
        let yaml = format!("{}{daily}{rest}", HEAD.replace("duration: 12h\n", ""));
        let events = run_with_events(&check(&yaml, "t").scenario, Detail::Changes).1;
        let reported = first(&events, "plugin_removal_reported");
        assert_eq!(reported.get("x"), Some(&(35 * 3_600_000)), "{called_off}: {events:#?}");
    }
}

/// What changes twice between two updates is never seen, and without updates nothing is.
#[test]
fn policies_count_when_an_update_knows_them() {
    let groups = "groups: {a: {clients: 3}, b: {clients: 3}}\npolicies: {plugin_install: {groups: [a]}}\n";
    let there_and_back = "actions:
  - {at: 2h 10m, policies: {plugin_install: {groups: [b]}}}
  - {at: 2h 20m, policies: {plugin_install: {groups: [a]}}}\n";
    let hourly = events(&format!("{groups}platform: {{membership_update: 1h}}\n{there_and_back}"));
    assert_eq!((first(&hourly, "plugin_targeted").len(), first(&hourly, "plugin_untargeted").len()), (3, 0));
    let dead = "actions:
  - {at: 2h, membership_update: never}
  - {at: 3h, policies: {plugin_install: {groups: all}, dsup: {enabled: false}}}\n";
    let dead = events(&format!("{groups}{dead}"));
    assert_eq!((first(&dead, "plugin_targeted").len(), first(&dead, "scan_failed").len()), (3, 0));
    let by_hand = "actions:
  - {at: 2h, membership_update: never}
  - {at: 3h, policies: {plugin_install: {groups: all}, dsup: {enabled: false}}}
  - {at: 4h, run: membership_update}\n";
    let by_hand = events(&format!("{groups}{by_hand}"));
    assert_eq!(first(&by_hand, "plugin_targeted").get("b-2"), Some(&(4 * 3_600_000)));
    assert_eq!(first(&by_hand, "scan_failed").len(), 3);
}

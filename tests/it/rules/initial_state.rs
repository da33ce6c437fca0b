//! What becomes of clients that are there at the start: worked out by hand, one client each.

use fleetsim::observe::trace::Detail;
use fleetsim::scenario::check;
use fleetsim::scenario::model::Scenario;

use crate::support::cases::{run_silently, run_with_events};

/// A scenario of clients given row by row: scans at 0:30, 4:30, ... that take no time.
fn scenario(rows: &str, more: &str) -> Scenario {
    let text = format!(
        "fleetsim: 1\nstart: 2026-03-02T09:00\nduration: 1d\ntimeline: {{every: 1h}}\n\
         scan: {{phase: 30m, duration: 0s}}\ngroups: {{pcs: {{clients: {{file: a.csv}}, site: s}}}}\n{more}\n"
    );
    let header = "client,status,machine,plugin,package,license,rejected,last_configuration_request";
    let file = format!("{header}\n{rows}\n");
    check(&text, "t", &|_| Ok(file.clone())).unwrap_or_else(|faults| panic!("{faults:#?}")).scenario
}

/// The words of a client's events, with their instants in minutes.
fn events(scenario: &Scenario, client: &str) -> Vec<(i64, String)> {
    let (_, events) = run_with_events(scenario, Detail::Changes);
    let own = events.into_iter().filter(|event| event.client == client);
    own.map(|event| (event.at.ms() / 60_000, event.word)).collect()
}

const FULL: &str = "licenses: {base: {nodes: 1}}\nsites: {s: {}}";
const HOLDER: &str = "h,active,alive,reported,ready,yes,no,";
const WAITS: &str = "w,active,alive,reported,ready,no,yes,";

#[test]
fn clients_rejected_before_the_start_count_at_their_next_rejection() {
    let full = run_silently(&scenario(&format!("{HOLDER}\n{WAITS}"), FULL));
    assert_eq!((full.totals.clients_rejected, full.totals.counts.scans_rejected), (1, 6));
    let open = run_silently(&scenario(&format!("{HOLDER}\n{WAITS}"), &FULL.replace("nodes: 1", "nodes: 2")));
    assert_eq!((open.totals.clients_rejected, open.holders), (0, 2));
    assert_eq!(open.totals.waited_ms, 30 * 60_000, "it waited from the start to its first scan");
}

/// A Retired record with a live agent whose configuration request falls on the start is Retired then, and comes back
/// an hour later (V7).
#[test]
fn at_the_start_all_clients_are_as_found() {
    let row = "r,retired,alive,reported,ready,yes,no,2026-03-02T08:00:00";
    let scenario = scenario(row, FULL);
    let expected = [(0, "found".into()), (30, "scan_without_record".into()), (60, "reactivated".into())];
    assert_eq!(events(&scenario, "r")[..3], expected);
    let first = run_silently(&scenario).rows[0];
    assert_eq!((first.now.levels.clients_managed, first.now.levels.licenses_retired_unrefunded), (0, 1));
}

/// A package server that did not serve before the start: its clients come back by the ladder, two hours after the
/// restart at the latest (C4).
#[test]
fn a_server_that_was_down_before_can_be_restarted_at_the_start() {
    let down = "licenses: {base: {nodes: 1}}\nsites: {s: {down: [{from: 2026-03-01}]}}";
    let row = "p,active,alive,reported,requested,no,no,";
    let words = |scenario: &Scenario| -> Vec<String> {
        events(scenario, "p").into_iter().map(|(_, word)| word).take(4).collect()
    };
    let dead = scenario(row, down);
    assert_eq!(words(&dead), ["found", "download_failed", "download_failed", "download_failed"]);
    assert_eq!(run_silently(&dead).holders, 0);
    let restarted = scenario(row, &format!("{down}\nactions: [{{at: 0d, restart_package_server: s}}]"));
    assert_eq!(words(&restarted), ["found", "download_failed", "download_started", "download_completed"]);
    assert!(events(&restarted, "p")[2].0 <= 120);
    assert_eq!(run_silently(&restarted).holders, 1);
}

/// Records whose PC is gone keep what they hold, unless they are Retired (V1, V6, V8, V9, V10).
#[test]
fn the_gone_keep_what_they_hold() {
    let rows = "s,active,silent,reported,ready,yes,no,\nu,active,agent_uninstalled,reported,none,yes,no,\n\
                l,active,left_behind,reported,none,yes,no,\nd,disposed,silent,reported,ready,yes,no,\n\
                r,retired,silent,reported,ready,yes,no,";
    let scenario = scenario(rows, FULL);
    let outcome = run_silently(&scenario);
    assert_eq!((outcome.totals.licenses_at_start, outcome.holders), (5, 4), "the nightly refresh takes one");
    assert_eq!(events(&scenario, "r")[1], (18 * 60, "license_released".into()));
    for gone in ["s", "u", "l", "d"] {
        assert_eq!(events(&scenario, gone).len(), 1, "{gone}");
    }
}

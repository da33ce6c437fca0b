//! The update side beyond its rules: what its keys change, each on one PC, worked out by hand.

use crate::support::cases::{Event, ScenarioFile, assert_all_as_expected, run_with_events};
use fleetsim::observe::trace::Detail;
use fleetsim::units::time::{Span, Time};

/// Monday 5 January 2026, 00:00. Every stage before the first scan has no length, so pc-1 scans at 00:00
/// and at 06:00 each day; a scan takes 3 min. Imports are at 01:00, cycles at 21:00, applying takes 10 min.
const USUAL: &str = "fleetsim: 1
start: 2026-01-05T00:00
platform: {VERSION, first_contact: 0s, configuration_request: immediate, membership_update: immediate,
  licensing_refresh: never}
packages:
  imported_before_start: true
  plugin: {size: 0 MB, install: 0s}
  assessment_scan: {size: 0 MB, update: UPDATE, old_version_usable: USABLE}
  install_tools: {size: 0 MB}
scan: {every: 24h, phase: 6h, duration: 3m, SCAN}
licenses: {base: {LICENSE}}
sites: {office: {bandwidth: unlimited, per_client: 1 kB/s}}
groups: {desktops: {clients: [pc-1]}}
updates: {import: {daily: \"01:00\"}, cycle: CYCLE, install: 10m, UPDATES}
";

/// A scenario: its header of expected events, its duration, and what differs from the usual.
fn file(name: &str, header: &str, duration: &str, changes: &[(&str, &str)]) -> ScenarioFile {
    let usual = [
        ("VERSION", "version: 8.6"),
        ("UPDATES}", "bulletins: [{name: B1, published: 0h}], enable: 0s}"),
        ("UPDATE", "0 MB"),
        ("CYCLE", "{daily: \"21:00\"}"),
        ("USABLE", "true"),
        ("SCAN", "on_update_policy: false, on_cycle_start: false, on_cycle_end: false"),
        ("LICENSE", "nodes: 1"),
    ];
    let text = usual.iter().fold(USUAL.to_string(), |text, (key, value)| {
        let changed = changes.iter().find(|(name, _)| name == key).map_or(*value, |(_, value)| value);
        text.replace(key, changed)
    });
    let header: String = header.lines().map(|line| format!("#! {}\n", line.trim())).collect();
    ScenarioFile { stem: name.into(), text: format!("{header}{text}duration: {duration}\n") }
}

#[test]
fn what_its_keys_change() {
    assert_all_as_expected(&[
        file(
            "an update that always fails is tried in so many cycles",
            "only: updates_executing, cycle_ended
             totals: updates_scheduled=1 updates_installed=0 updates_failed=1 updates_pending=0
             21:00:00.000     pc-1  updates_executing  -  in_use=1
             21:10:00.000     pc-1  cycle_ended        -  in_use=1
             1d 21:00:00.000  pc-1  updates_executing  -  in_use=1
             1d 21:10:00.000  pc-1  cycle_ended        -  in_use=1",
            "4d",
            &[(
                "UPDATES}",
                "bulletins: [{name: B1, published: 0h}], enable: 0s, failure: 100%, attempts: 2}",
            )],
        ),
        file(
            "a due cycle waits for its window: 22:00, not on the Monday",
            "only: updates_executing, cycle_ended
             1d 22:00:00.000  pc-1  updates_executing  -  in_use=1
             1d 22:10:00.000  pc-1  cycle_ended        -  in_use=1",
            "3d",
            &[(
                "UPDATES}",
                "bulletins: [{name: B1, published: 0h}], enable: 0s,
                 maintenance_windows: [{tuesday: \"22:00-04:00\"}]}",
            )],
        ),
        file(
            "without a license in date nothing is deployed",
            "only: updates_scheduled, updates_executing, cycle_stopped, import_refused
             totals: updates_installed=0 updates_pending=1
             01:00:00.000     pc-1  updates_scheduled  -   in_use=1
             1d 01:00:00.000  -     import_refused     E1  in_use=1
             1d 21:00:00.000  pc-1  cycle_stopped      E1  in_use=1",
            "2d",
            &[
                ("LICENSE", "kind: subscription, nodes: 1, until: 2026-01-05"),
                ("CYCLE", "{every: 48h, offset: 45h}"),
            ],
        ),
        file(
            "a client that is deleted has nothing scheduled any more",
            "only: updates_scheduled, updates_dropped, updates_executing
             totals: updates_scheduled=1 updates_pending=0
             warning: (V3)
             01:00:00.000  pc-1  updates_scheduled  -   in_use=1
             09:00:00.000  pc-1  updates_dropped    -   in_use=1",
            "1d",
            &[(
                "UPDATES}",
                "bulletins: [{name: B1, published: 0h}], enable: 0s}\nactions: [{at: 9h, delete: {clients: [pc-1]}}]",
            )],
        ),
        file(
            "a bulletin that applies to nobody is scheduled nowhere",
            "only: updates_scheduled
             totals: bulletins_listed=1 bulletins_enabled=1 updates_scheduled=0",
            "2d",
            &[("UPDATES}", "bulletins: [{name: B1, published: 0h}], enable: 0s, applicable: 0%}")],
        ),
        file(
            "a rejected client gets no updates, and sends nothing more until something changes",
            "detail: all
             only: scan_rejected, scan_unchanged, package_refreshed, updates_scheduled
             totals: rejections=2 scans_unchanged=1
             00:03:00.000     pc-1  scan_rejected      X2  in_use=0
             01:00:00.000     pc-1  package_refreshed  C4  in_use=0
             06:03:00.000     pc-1  scan_rejected      X2  in_use=0
             1d 06:03:00.000  pc-1  scan_unchanged     C6  in_use=0",
            "2d",
            &[("LICENSE", "nodes: 0"), ("SCAN", "resend_after_reject: when_changed")],
        ),
        file(
            "no scan while the new version loads: 36 MB over 1 kB/s are 10 h",
            "only: package_outdated, package_refreshed, scan_not_run
             01:00:00.000  pc-1  package_outdated   C4  in_use=1
             06:03:00.000  pc-1  scan_not_run       C4  in_use=1
             11:00:00.000  pc-1  package_refreshed  C4  in_use=1",
            "1d",
            &[("UPDATE", "36 MB"), ("USABLE", "false")],
        ),
        file(
            "several versions behind, one download: 180 MB take 50 h, two imports come meanwhile",
            "only: package_outdated, package_refreshed
             totals: downloads_completed=2 bulletins_listed=3
             warning: no bulletin is ever enabled
             01:00:00.000     pc-1  package_outdated   C4  in_use=1
             2d 03:00:00.000  pc-1  package_refreshed  C4  in_use=1
             2d 03:00:00.000  pc-1  package_outdated   C4  in_use=1
             4d 05:00:00.000  pc-1  package_refreshed  C4  in_use=1",
            "5d",
            &[
                ("UPDATE", "180 MB"),
                (
                    "UPDATES}",
                    "bulletins: [{name: B1, published: 0h}, {name: B2, published: 2h}, {name: B3, published: 26h}]}",
                ),
            ],
        ),
    ]);
}

/// From 8.8 on nothing need change: a full result comes at least every ten days, on a day of each client's own.
#[test]
fn full_results_come_by_their_age() {
    let mut file = file(
        "full",
        "",
        "60d",
        &[
            ("VERSION", "version: 8.8"),
            ("SCAN", "full_every: 10d"),
            ("UPDATES}", "bulletins: [{name: B1, published: 100d}], enable: 0s}"),
            ("LICENSE", "nodes: 20"),
        ],
    );
    file.text = file.text.replace("[pc-1]", "20");
    let (_, events) = run_with_events(&file.check().scenario, Detail::Everything);
    let mut days = Vec::new();
    for n in 1..=20 {
        let name = format!("desktops-{n}");
        let sent = |event: &&Event| ["license_taken", "scan_returned"].contains(&event.word.as_str());
        let mut sent: Vec<Time> =
            events.iter().filter(|e| e.client == name).filter(sent).map(|e| e.at).collect();
        days.push((sent[1].ms() / Span::DAY.ms()) % 10);
        sent.push(Time::START + Span::days(60));
        assert!((6..=8).contains(&sent.len()), "{name}: {sent:?}");
        assert!(sent.windows(2).all(|pair| pair[1] - pair[0] <= Span::days(11)), "{name}: {sent:?}");
    }
    days.sort_unstable();
    days.dedup();
    assert!(days.len() > 4, "on different days: {days:?}");
}

//! What needs more memory or patience than there is, is refused before it begins: with figures, and exit code 3.

use std::fs;

use fleetsim::study::resource_estimate::ResourceEstimate;

use crate::support::cases::check;
use crate::support::faults::{TINY, fleetsim, place, stderr_text};

/// A scenario of this kind of size, and the message with which a command refuses it.
#[track_caller]
fn refused(scenario: &str, args: &[&str], says: &[&str]) {
    let place = place();
    fs::write(place.path().join("big.yaml"), scenario).unwrap();
    let done = fleetsim(place.path(), args).output().unwrap();
    assert_eq!(done.status.code(), Some(3), "{args:?}: {}", stderr_text(&done));
    for text in says {
        assert!(stderr_text(&done).contains(text), "{args:?}: {}", stderr_text(&done));
    }
    let names = crate::support::faults::files(place.path());
    assert_eq!(names.keys().collect::<Vec<_>>(), ["big.yaml", "s.yaml"], "nothing was made");
}

fn with(what: &str, instead: &str) -> String {
    assert!(TINY.contains(what));
    TINY.replace(what, instead)
}

/// That nothing is allocated for them, `bad_inputs` counts.
#[test]
fn impossible_numbers_are_refused_where_they_stand() {
    let clients = with("enrol: {poisson: 2/d}", "clients: 4000000000");
    let says = [
        "big.yaml:7:25: error: groups.pcs.clients: `4000000000` must be a whole number from 0 to 100000000",
        "they would take about 477 GiB of memory; no option lifts this limit",
    ];
    for args in [&["run", "big.yaml"][..], &["run", "big.yaml", "--anyway"], &["check", "big.yaml"]] {
        refused(&clients, args, &says);
    }
    let arrivals = with("2/d", "50000000/d");
    let says = ["groups: about 405605046 clients, more than the 100000000", "about 48 GiB of memory"];
    refused(&arrivals, &["run", "big.yaml"], &says);
    let rows = with("duration: 8d", "duration: 3650d\ntimeline: {every: 1s}");
    refused(&rows, &["run", "big.yaml"], &["the timeline would have 315360000 rows, more than 10000000"]);
}

#[test]
fn too_many_events_are_refused_and_gone_on_with_anyway() {
    let often = with("scan: {every: 12h}", "scan: {every: 10ms}")
        .replace("enrol: {poisson: 2/d}, lifetime: {exponential: 9d}", "clients: 2000");
    let for_a_year = often.replace("duration: 8d", "duration: 365d");
    refused(&for_a_year, &["run", "big.yaml"], &["about 6.3e12 scans, more than the 1e12 one run may hold"]);
    let scans = with("scan: {every: 12h}", "scan: {every: 1s}")
        .replace("enrol: {poisson: 2/d}, lifetime: {exponential: 9d}", "clients: 20000");
    let asked = ["run", "big.yaml", "--exhaustive"];
    refused(
        &scans,
        &asked,
        &["a run has about 1.4e10 events, most of them scans", "the limit is 1e10", "--anyway"],
    );
    refused(&scans, &["run", "big.yaml", "--events=all"], &["most of them scans"]);
    let refreshes = with("scan: {every: 12h}", "platform: {licensing_refresh: 1ms}").replace("8d", "365d");
    refused(&refreshes, &["run", "big.yaml"], &["about 3.2e10 events, most of them licensing refreshes"]);
    // Clients that are turned away and retry by a law of their own make events, also where scans are none.
    let again = with("scan: {every: 12h}", "scan: {duration: 0s, retry: 1s}")
        .replace("enrol: {poisson: 2/d}, lifetime: {exponential: 9d}", "clients: 20006");
    let says = "about 1.4e10 events, most of them scans of clients turned away, tried again";
    refused(&again, &["run", "big.yaml"], &[says]);
    // Clients that give up after some tries, or are soon gone again, make few.
    for few in [
        again.replace("retry: 1s", "retry: 1s, give_up_after: 5"),
        again.replace("s: 20006", "s: 20006, lifetime: 2h"),
    ] {
        let events = ResourceEstimate::sum(
            &ResourceEstimate::of_run(&check(&few, "few").scenario, false, false).events,
        );
        assert!(events.0 < 2e8, "{events:?}");
    }
    // Counted by arithmetic, scans are no events.
    assert!(
        ResourceEstimate::sum(
            &ResourceEstimate::of_run(&check(&often, "often").scenario, false, false).events
        )
        .0 < 1e6
    );
    let need = ResourceEstimate::of_run(&check(TINY, "tiny").scenario, true, false);
    assert!(
        ResourceEstimate::sum(&need.memory).0 < 1e8 && ResourceEstimate::sum(&need.events).0 < 1e4,
        "{need:?}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn memory_that_is_not_there_is_not_taken() {
    let place = place();
    let cwd = place.path();
    fs::write(cwd.join("clients.yaml"), with("enrol: {poisson: 2/d}", "clients: 20000000")).unwrap();
    fs::write(cwd.join("rows.yaml"), with("duration: 8d", "duration: 3650d\ntimeline: {every: 1m}")).unwrap();
    for (args, most) in [
        ("run clients.yaml", " GiB of memory, most of it for clients, and "),
        ("run clients.yaml", "help: fewer clients (`groups.pcs` has most)"),
        ("explain clients.yaml --client pcs-1", "most of it for clients"),
        ("diagnose clients.yaml", "most of it for clients"),
        ("run rows.yaml", "most of it for rows of the timeline"),
        ("replicate rows.yaml -n 3", "most of it for distributions of the timeline's numbers"),
        ("sweep rows.yaml --set licenses.base.nodes=4..7:1", "most of it for rows of the timeline"),
        ("size rows.yaml --target \"P(rejected) <= 5%\"", "most of it for rows of the timeline"),
        ("compare rows.yaml --set licenses.base.nodes=7", "most of it for distributions"),
    ] {
        let program = assert_cmd::cargo::cargo_bin("fleetsim");
        let line = format!("ulimit -v 500000; exec \"$F\" {args}");
        let mut shell = std::process::Command::new("sh");
        let done = shell.args(["-c", &line]).current_dir(cwd).env("F", program).output().unwrap();
        assert_eq!(done.status.code(), Some(3), "{args}: {}", stderr_text(&done));
        assert!(
            stderr_text(&done).contains(most) && stderr_text(&done).contains("--anyway"),
            "{args}: {}",
            stderr_text(&done)
        );
    }
    // What fits, fits.
    let program = assert_cmd::cargo::cargo_bin("fleetsim");
    let mut shell = std::process::Command::new("sh");
    let line = "ulimit -v 500000; exec \"$F\" run s.yaml -q";
    assert!(shell.args(["-c", line]).current_dir(cwd).env("F", program).status().unwrap().success());
}

//! What is changed from the command line, and which clients actions can select: silent records, holders, all groups.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use fleetsim::scenario::overrides::{Changes, Override};
use fleetsim::scenario::{self, action_text, model::Scenario, model::Selection};

use crate::support::cases::{check, run_silently, totals};
use crate::support::random::{found_file, scenario_of};

/// Ten PCs lose their agent on day 2, ten live on, ten keep hours; all hold licenses from day 1 on.
const SILENT: &str = "fleetsim: 1\nduration: 20d\nlicenses: {base: {nodes: 40}}\n\
    groups: {gone: {clients: 10}, live: {clients: 10}, office: {clients: 10, online: {weekdays: \"08:00-18:00\"}}}\n\
    actions: [{at: 2d, uninstall_agent: {group: gone}}]\n";

fn with(text: &str, actions: &[&str]) -> Scenario {
    let actions = actions.iter().map(|action| action.to_string()).collect();
    let changes = Changes { actions, ..Changes::default() };
    scenario::check_with(text, "t", &|_| Err(String::new()), &changes).expect("good changes").scenario
}

/// Which clients a selection retires, and how many licenses that returns by the end.
#[test]
fn silent_records_and_holders_can_be_chosen() {
    #[rustfmt::skip]
    let table = [
        // action                                                         found  released
        ("retire silent_for=5d at 6d",                                     0, 0), // silent for 4 days
        ("retire silent_for=4d at 6d 2h",                                  10, 10), // the live report all the time
        ("retire silent_for=4d clients=3 at 6d 2h",                        3, 3),
        ("retire silent_for=4d group=live at 6d 2h",                       0, 0),
        ("retire silent_for=12h at 6d 2h",                                 20, 20), // Sunday, 02:00: also the office
        ("retire status=active holding=true clients=12 agent=off at 6d",   12, 12),
        ("retire silent_for=1d holding=true agent=off at 1h",              0, 0),
    ];
    for (action, found, released) in table {
        let outcome = run_silently(&with(SILENT, &[action]));
        let figures = totals(&outcome);
        assert_eq!(figures["licenses_released"], released, "{action}");
        let short = outcome.shortfalls.iter().find(|shortfall| shortfall.action == 1);
        assert_eq!(short.map_or(found, |shortfall| u64::from(shortfall.found)), found, "{action}");
    }
}

/// A selection by status takes the disposed holders of all groups, and no other client.
#[test]
fn a_status_alone_means_all_groups() {
    let actions = [
        "dispose group=gone at 3d",
        "dispose group=live clients=4 at 3d",
        "retire status=disposed holding=true at 4d",
    ];
    let scenario = with(SILENT, &actions);
    assert_eq!(totals(&run_silently(&scenario))["licenses_released"], 14);
}

/// Digests are those of scenarios that know nothing of the new keys.
#[test]
fn what_was_not_asked_for_is_not_in_the_digest() {
    let usual =
        check(&SILENT.replace("uninstall_agent: {group: gone}", "retire: {group: gone}"), "t").scenario;
    let text = serde_json::to_string(&usual.actions).unwrap();
    let expected = "{\"Retire\":[{\"Group\":{\"group\":0,\"clients\":null,\"status\":\"Active\"}},\"Off\"]}";
    assert!(text.contains(expected), "{text}");
}

/// A scenario changed from outside is the scenario that says the same.
#[test]
fn changes_mean_what_the_file_would_say() {
    let set = Override { path: "licenses.base.nodes".into(), value: "7".into() };
    let changes = Changes { sets: vec![set], actions: vec!["retire group=live at 4d".into()] };
    let changed = scenario::check_with(SILENT, "t", &|_| Err(String::new()), &changes).unwrap().scenario;
    let written =
        SILENT.replace("nodes: 40", "nodes: 7").replace("}}]", "}}, {at: 4d, retire: {group: live}}]");
    assert_eq!(changed, check(&written, "t").scenario);
}

fn fleetsim(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fleetsim")).current_dir(folder).args(args).output().unwrap()
}

#[test]
fn every_command_takes_changes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.yaml"), SILENT).unwrap();
    let action = ["--action", "retire group=live at 4d"];
    #[rustfmt::skip]
    let table: [(&[&str], &str); 10] = [
        (&["check", "s.yaml"], "2 actions"),
        (&["run", "s.yaml"], "30 clients"),
        (&["explain", "s.yaml", "--client", "live-1"], "V1  retired"),
        (&["explain", "s.yaml", "--client", "live-1", "--at", "0d"], "live-1"),
        (&["diagnose", "s.yaml"], "20 with a license"),
        (&["diagnose", "s.yaml", "--at", "0d"], "has not joined the fleet yet"),
        (&["diagnose", "s.yaml", "--at", "5d", "--plan", "--no-purchase"], "Nothing to do: all of them hold a license"),
        (&["compare", "s.yaml", "-n", "2"], "B: s with --action \"retire group=live at 4d\""),
        (&["replicate", "s.yaml", "-n", "2"], "s"),
        (&["size", "s.yaml", "-n", "2", "--target", "P(rejected) <= 1%"], "s"),
    ];
    for (args, says) in table {
        let done = fleetsim(folder.path(), &[args, &action].concat());
        let (printed, trouble) =
            (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success() && printed.contains(says), "{args:?}: {printed}{trouble}");
    }
    let no_match = ["--action", "retire status=disposed clients=3 at 4d"];
    let note = "note: actions[1] on 2026-01-09 00:00 found 0 clients of 3";
    for args in [
        &["diagnose", "s.yaml", "--at", "5d"][..],
        &["diagnose", "s.yaml", "--at", "5d", "--plan"],
        &["explain", "s.yaml", "--client", "live-1"],
    ] {
        let done = fleetsim(folder.path(), &[args, &no_match].concat());
        let trouble = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && trouble.contains(note), "{args:?}: {trouble}");
    }
    for (args, says) in [
        (&["compare", "s.yaml"][..], "with --set or --action"),
        (&["diagnose", "s.yaml", "--at", "-1d"], "--at -1d: it must not be negative; write a date"),
        (&["explain", "s.yaml", "--client", "live-1", "--at", "-1d"], "--at -1d: it must not be negative"),
        (&["check", "s.yaml", "--set", "duration"], "no `=`"),
        (&["check", "s.yaml", "--action", "retire group=libe at 4d"], "did you mean `live`?"),
    ] {
        let done = fleetsim(folder.path(), args);
        let trouble = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && trouble.contains(says), "{args:?}: {trouble}");
    }
}

/// One file instead of a file and changes: the same run, and printed again the same text.
#[test]
fn check_prints_the_scenario_with_its_changes() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.yaml"), format!("\u{feff}# A comment.\n{SILENT}")).unwrap();
    let changes = ["--set", "licenses.base.nodes=7", "--action", "retire group=live at 4d"];
    let print = |file: &str, changes: &[&str]| {
        let done = fleetsim(folder.path(), &[&["check", file, "--print"], changes].concat());
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    };
    let printed = print("s.yaml", &changes);
    assert_eq!(
        printed,
        "fleetsim: 1\nname: s\nduration: 20d\nlicenses: {base: {nodes: 7}}\ngroups:\n  gone: {clients: 10}\n  \
         live: {clients: 10}\n  office: {clients: 10, online: {weekdays: \"08:00-18:00\"}}\nactions: [{at: 2d, \
         uninstall_agent: {group: gone}}, {at: 4d, retire: {group: live}}]\n"
    );
    fs::write(folder.path().join("printed.yaml"), &printed).unwrap();
    assert_eq!(print("printed.yaml", &[]), printed);
    let summary = |file: &str, changes: &[&str]| {
        let done = fleetsim(folder.path(), &[&["run", file, "--format", "json"], changes].concat());
        String::from_utf8(done.stdout).unwrap()
    };
    assert_eq!(summary("printed.yaml", &[]), summary("s.yaml", &changes));
    let done = fleetsim(folder.path(), &["check", "s.yaml", "--print", "--set", "licenses.base.nodes=many"]);
    assert_eq!((done.status.code(), done.stdout), (Some(3), Vec::new()), "what is wrong is not printed");
}

/// Of random scenarios: their actions, written as an argument of the command line takes them, are the same actions.
#[test]
fn actions_are_written_as_they_are_read() {
    let mut written = 0;
    for seed in 1..=300 {
        let text = scenario_of(seed);
        let read = scenario::check(&text, "t", &found_file).expect("random scenarios are right").scenario;
        // Only a file can name no client.
        let nameless =
            |selection: &Selection| matches!(selection, Selection::Named(names) if names.is_empty());
        if read.actions.iter().any(|action| action.what.selection().is_some_and(nameless)) {
            continue;
        }
        let actions: Vec<String> =
            read.actions.iter().map(|action| action_text::write(action, &read)).collect();
        written += actions.len();
        let sets = vec![Override { path: "actions".into(), value: "[]".into() }];
        let changes = Changes { sets, actions: actions.clone() };
        let again = scenario::check_with(&text, "t", &found_file, &changes);
        let again = again.unwrap_or_else(|faults| panic!("seed {seed}: {actions:?}: {faults:?}")).scenario;
        assert_eq!(again.actions, read.actions, "seed {seed}: {actions:?}");
        assert_eq!(scenario::digest(&again), scenario::digest(&read), "seed {seed}");
    }
    assert!(written > 1_000, "only {written} actions");
}

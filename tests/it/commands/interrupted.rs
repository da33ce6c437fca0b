//! Interrupted work is not lost: exit code 130, what is complete is there, and `--resume` ends with the
//! bytes of uninterrupted work. Other work does not get in.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fleetsim::output::results::sweep::SweepResult;
use fleetsim::output::store::checkpoint::Checkpoint;
use fleetsim::output::tables::sweep::point;
use fleetsim::scenario::check_with;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::Changes;
use fleetsim::study::replicate::{Plan, replicate};
use fleetsim::study::sweep::{Axis, grid};

use crate::commands::planning::{expect, fleetsim, folder};
use crate::support::cases::SMALL;

/// A sweep cut short after its first point (and in the middle of a line) ends with the same bytes;
/// another sweep does not get in.
#[test]
fn a_resumed_sweep_ends_with_the_same_bytes() {
    let dir = folder();
    let cwd = dir.path();
    let sweep = ["sweep", "s.yaml", "--set", "licenses.base.nodes=50..70:10", "-n", "4", "-q"];
    let with = |more: &[&'static str]| [&sweep[..], more].concat();
    expect(0, cwd, &with(&["-o", "whole"]));
    let partial = cwd.join("cut/sweep.partial.jsonl");
    // The lines a sweep leaves are those of a sweep that ran out of disk: made by hand from two of its points.
    fs::create_dir(cwd.join("cut")).unwrap();
    let lines = finished_points(cwd, &sweep);
    fs::write(&partial, format!("{}{}{}", lines[0], lines[1], &lines[2][..lines[2].len() / 2])).unwrap();
    let printed = expect(1, cwd, &with(&["-o", "cut"]));
    assert!(printed.contains("holds unfinished work"), "{printed}");
    for (other, says) in [
        (
            &["sweep", "s.yaml", "--set", "licenses.base.nodes=50..70:10", "-n", "5"][..],
            "another --replications",
        ),
        (
            &["sweep", "s.yaml", "--set", "licenses.base.nodes=50..80:10", "-n", "4"],
            "another --set licenses.base.nodes",
        ),
        (
            &["sweep", "s.yaml", "--set", "licenses.base.nodes=50..70:10", "-n", "4", "--seed", "9"],
            "another seed",
        ),
        (&["sweep", "two.yaml", "--set", "duration=[1d, 2d, 3d]", "-n", "4"], "another --set duration"),
    ] {
        let printed = expect(1, cwd, &[other, &["-o", "cut", "--resume"]].concat());
        assert!(printed.contains(says), "{printed}");
    }
    fs::write(cwd.join("s.yaml"), SMALL.replace("3/d", "4/d")).unwrap();
    assert!(expect(1, cwd, &with(&["-o", "cut", "--resume"])).contains("another scenario"));
    fs::write(cwd.join("s.yaml"), SMALL).unwrap();
    expect(0, cwd, &with(&["-o", "cut", "--resume", "--threads", "1"]));
    assert_same(cwd, ["whole", "cut"], &["sweep.csv", "sweep.json"]);
    assert!(!partial.exists());
}

/// The lines that a sweep keeps until it is complete.
fn finished_points(cwd: &Path, sweep: &[&str]) -> Vec<String> {
    let axes = [Axis::parse(sweep[3]).unwrap()];
    let none = |name: &str| Err(name.to_string());
    let scenarios: Vec<Scenario> = grid(&axes)
        .unwrap()
        .iter()
        .map(|sets| check_with(SMALL, "s", &none, &Changes::of_sets(sets.iter().cloned())).unwrap().scenario)
        .collect();
    let path = cwd.join("lines");
    let work = SweepResult::new(&scenarios, &axes, 4, 0).work();
    let mut checkpoint = Checkpoint::begin(&path, &work, false).unwrap();
    for scenario in &scenarios {
        let all = replicate(scenario, &Plan::of(4, 1), |_| ControlFlow::Continue(()), &|| false);
        checkpoint.keep(&point(&all)).unwrap();
    }
    fs::read_to_string(path).unwrap().split_inclusive('\n').map(str::to_string).collect()
}

#[track_caller]
fn assert_same(cwd: &Path, folders: [&str; 2], files: &[&str]) {
    for file in files {
        let [one, other] = folders.map(|folder| fs::read(cwd.join(folder).join(file)).unwrap());
        assert!(one == other, "{file} differs");
    }
}

fn started(cwd: &Path, args: &[&str]) -> Child {
    let mut command = fleetsim(cwd, args);
    command.stderr(Stdio::null()).stdout(Stdio::null()).spawn().unwrap()
}

/// Sends Ctrl-C; gives the exit code.
fn interrupt(mut child: Child) -> Option<i32> {
    let _ = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    child.wait().unwrap().code()
}

fn lines(path: &Path) -> usize {
    fs::read_to_string(path).map_or(0, |text| text.lines().count())
}

/// `command` with so many runs as take long enough for Ctrl-C to come in time, interrupted in folder
/// `cut`. Gives that number.
#[cfg(unix)]
fn interrupted(cwd: &Path, command: &[&str]) -> String {
    for runs in ["500", "5000", "50000", "500000"] {
        let _ = fs::remove_dir_all(cwd.join("cut"));
        let child = started(cwd, &[command, &["-n", runs, "-o", "cut"]].concat());
        while !cwd.join("cut").exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(500));
        match interrupt(child) {
            Some(0) => {}
            code => {
                assert_eq!(code, Some(130), "{command:?}");
                return runs.to_string();
            }
        }
    }
    panic!("{command:?} is too fast to be interrupted");
}

#[cfg(unix)]
#[test]
fn replications_interrupted_and_resumed_are_those_of_one_go() {
    let dir = folder();
    let cwd = dir.path();
    let until = ["--until-half-width", "0.0001%", "--of", "mean_in_use"];
    let command = [&["replicate", "s.yaml", "--warm-up", "10d"][..], &until].concat();
    let runs = interrupted(cwd, &command);
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(cwd.join("cut/replicate.json")).unwrap()).unwrap();
    assert_eq!(report["complete"], serde_json::Value::Bool(false));
    let rows = lines(&cwd.join("cut/replications.csv")) - 1;
    assert_eq!(report["replications"].as_u64(), Some(rows as u64));
    let all = |more: &[&'static str]| {
        let args = [&command[..], &["-n", &runs], more].concat();
        args.into_iter().map(str::to_string).collect::<Vec<_>>()
    };
    let expect =
        |code, args: Vec<String>| expect(code, cwd, &args.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(expect(1, all(&["-o", "cut"])).contains("holds unfinished work"));
    for (more, says) in [
        (&["--seed", "4"][..], "another seed"),
        (&["--warm-up", "11d"], "--warm-up"),
        (&["--of", "peak_demand"], "--of"),
    ] {
        // A second --warm-up or --of is a wrong command line; put it in the place of the first.
        let mut args = all(&["-o", "cut", "--resume"]);
        match args.iter().position(|arg| arg == more[0]) {
            Some(at) => args[at + 1] = more[1].to_string(),
            None => args.extend(more.iter().map(|arg| (*arg).to_string())),
        }
        let (option, printed) = (says.trim_start_matches("--of"), expect(1, args));
        assert!(
            printed.contains(if option.is_empty() { "another --until-half-width" } else { says }),
            "{printed}"
        );
    }
    let rows = fs::read(cwd.join("cut/replications.csv")).unwrap();
    fs::write(cwd.join("cut/replications.csv"), &rows[..rows.len() - 1]).unwrap();
    let printed = expect(1, all(&["-o", "cut", "--resume"]));
    assert!(printed.contains("goes with replications.csv, which is gone or was changed"), "{printed}");
    fs::write(cwd.join("cut/replications.csv"), rows).unwrap();
    expect(0, all(&["-o", "cut", "--resume"]));
    expect(0, all(&["-o", "whole"]));
    assert_same(cwd, ["cut", "whole"], &["replicate.json", "bands.csv", "replications.csv"]);
    assert!(!cwd.join("cut/replicate.partial.jsonl").exists());
}

#[cfg(unix)]
#[test]
fn a_comparison_interrupted_and_resumed_is_that_of_one_go() {
    let dir = folder();
    let cwd = dir.path();
    let command = ["compare", "s.yaml", "t.yaml"];
    let runs = interrupted(cwd, &command);
    let other = ["compare", "s.yaml", "s.yaml", "-n", &runs, "-o", "cut", "--resume"];
    assert!(expect(1, cwd, &other).contains("another second scenario"));
    expect(0, cwd, &[&command[..], &["-n", &runs, "-o", "cut", "--resume"]].concat());
    expect(0, cwd, &[&command[..], &["-n", &runs, "-o", "whole"]].concat());
    assert_same(cwd, ["cut", "whole"], &["compare.json", "differences.csv", "timeline_differences.csv"]);
}

/// A search for a pool keeps the pools that are finished.
#[cfg(unix)]
#[test]
fn a_search_interrupted_and_resumed_is_that_of_one_go() {
    let dir = folder();
    let cwd = dir.path();
    let prices = ["--price-node", "20", "--price-waiting-hour", "1"];
    let search = ["size", "s.yaml", "--target", "P(rejected) <= 10%", "-n", "150"];
    let search = [&search[..], &prices].concat();
    let with = |more: &[&'static str]| [&search[..], more].concat();
    let child = started(cwd, &with(&["-o", "cut"]));
    let partial = cwd.join("cut/size.partial.jsonl");
    while lines(&partial) < 4 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(interrupt(child), Some(130));
    let kept = lines(&partial);
    assert!(kept >= 4 && !cwd.join("cut/size.json").exists());
    let printed = expect(1, cwd, &with(&["-o", "cut"]));
    assert!(printed.contains("holds unfinished work"), "{printed}");
    for (at, other, says) in [
        (3, "P(rejected) <= 9%", "another --target"),
        (5, "151", "another --replications"),
        (7, "2", "another --price"),
    ] {
        let mut args = with(&["-o", "cut", "--resume"]);
        args[at] = other;
        assert!(expect(1, cwd, &args).contains(says));
    }
    expect(0, cwd, &with(&["-o", "cut", "--resume"]));
    expect(0, cwd, &with(&["-o", "whole"]));
    assert_same(cwd, ["cut", "whole"], &["size.json", "pools.csv"]);
    assert!(!partial.exists());
}

/// Points that are not complete are not there.
#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_points_of_a_sweep() {
    let dir = folder();
    let cwd = dir.path();
    let sweep = ["sweep", "s.yaml", "--set", "licenses.base.nodes=1..5000:1", "-n", "3", "-o", "g"];
    let child = started(cwd, &sweep);
    let partial = cwd.join("g/sweep.partial.jsonl");
    while lines(&partial) < 3 {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(interrupt(child), Some(130));
    assert!(lines(&partial) >= 3 && !cwd.join("g/sweep.csv").exists());
}

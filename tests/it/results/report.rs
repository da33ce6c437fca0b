//! Does a report say what the files say, whichever command makes it and whatever the files are called, and can what it
//! shows be made again?

use std::fs;
use std::path::Path;

use fleetsim::output::results::origin::ResultsOrigin;
use tempfile::TempDir;

use crate::support::cases::SMALL;
use crate::support::in_repository;
use crate::support::reports::{KINDS, fleetsim, made, made_hostile, succeeds};

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_kind_of_results_has_a_report_that_answers() {
    let dir = TempDir::new().unwrap();
    for (kind, _, answer) in KINDS {
        let report = text(&made(dir.path(), kind));
        assert!(report.contains(answer), "{kind}: {}", answer_of(&report));
        assert!(report.contains("<h2>How to make it again</h2>"), "{kind}");
        // Made later, of the files alone, it is the same.
        succeeds(dir.path(), &["report", kind, "-o", "later.html"]);
        assert!(text(&dir.path().join("later.html")) == report, "{kind} differs when made later");
    }
}

fn answer_of(report: &str) -> &str {
    let from = report.find("class=\"answer\"").expect("every report answers");
    report[from..].split("</p>").next().unwrap()
}

/// The command and the texts that a folder holds give the folder again, in another place.
#[test]
#[cfg(unix)]
fn results_are_made_again_by_what_the_report_says() {
    use std::process::Command;
    let (dir, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let binary = assert_cmd::cargo::cargo_bin("fleetsim");
    let path = format!("{}:/usr/bin:/bin", binary.parent().unwrap().display());
    for (kind, ..) in KINDS {
        made(dir.path(), kind);
        let origin: ResultsOrigin =
            serde_json::from_str(&text(&dir.path().join(kind).join("origin.json"))).unwrap();
        for file in &origin.files {
            fs::write(elsewhere.path().join(&file.name), file.text.as_ref().unwrap()).unwrap();
        }
        let line = format!("{} --report -o {kind}", origin.command);
        let mut shell = Command::new("sh");
        let output =
            shell.args(["-c", &line]).current_dir(elsewhere.path()).env("PATH", &path).output().unwrap();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        for entry in fs::read_dir(dir.path().join(kind)).unwrap() {
            let name = entry.unwrap().file_name();
            let (one, other) = (dir.path().join(kind).join(&name), elsewhere.path().join(kind).join(&name));
            assert!(text(&one) == text(&other), "{kind}/{} differs", name.display());
        }
    }
}

#[test]
fn names_are_only_names() {
    let dir = TempDir::new().unwrap();
    for (kind, ..) in KINDS {
        let report = text(&made_hostile(dir.path(), kind));
        let charts = report.matches("<figure").count();
        assert_eq!(report.matches("<script").count(), charts + 1, "{kind}");
        assert_eq!(report.matches("</script").count(), charts + 1, "{kind}");
        assert_eq!(report.matches("<img").count(), 0, "{kind}");
        assert!(
            report.contains("&lt;/title&gt;&lt;/script&gt;&lt;script&gt;window.hacked = 1"),
            "{kind} hides the name"
        );
    }
}

#[test]
fn a_year_of_hours_is_less_than_a_megabyte() {
    let dir = TempDir::new().unwrap();
    let quickstart = in_repository("scenarios/quickstart.yaml");
    succeeds(
        dir.path(),
        &[
            "run",
            quickstart.to_str().unwrap(),
            "--set",
            "duration=365d",
            "--set",
            "timeline.every=1h",
            "--set",
            "groups.desktops.lifetime={exponential: 200d}",
            "-o",
            "year",
            "--report",
        ],
    );
    let size = fs::metadata(dir.path().join("year/report.html")).unwrap().len();
    println!("a year of hours: {size} bytes");
    assert!((100_000..1_000_000).contains(&size), "{size}");
}

/// A search for a date tries the latest first.
#[test]
fn a_search_for_a_date_is_drawn_from_early_to_late() {
    let dir = TempDir::new().unwrap();
    let quickstart = in_repository("scenarios/quickstart.yaml");
    let arguments =
        ["size", quickstart.to_str().unwrap(), "--target", "P(rejected_lastingly) <= 90%", "-n", "3"];
    let date = ["--license", "top_up", "--latest-date", "-o", "date", "--report"];
    succeeds(dir.path(), &[&arguments[..], &date].concat());
    let report = text(&dir.path().join("date/report.html"));
    let places = report.split(" x=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let places: Vec<f64> = places.map(|place| place.parse().unwrap()).collect();
    assert!(!places.is_empty() && places.iter().all(|x| (0.0..=1920.0).contains(x)), "{places:?}");
}

/// The text of another file of the same name would be that of neither.
#[test]
fn scenarios_of_one_file_name_are_distinguished() {
    let dir = TempDir::new().unwrap();
    for (folder, nodes) in [("ua", "60"), ("ub", "70")] {
        fs::create_dir(dir.path().join(folder)).unwrap();
        let text = SMALL.replace("nodes: 60", &format!("nodes: {nodes}"));
        fs::write(dir.path().join(folder).join("fleet.yaml"), text).unwrap();
    }
    succeeds(dir.path(), &["compare", "ua/fleet.yaml", "ub/fleet.yaml", "-n", "3", "-o", "both", "--report"]);
    let report = text(&dir.path().join("both/report.html"));
    assert!(report.contains("fleetsim compare a-fleet.yaml b-fleet.yaml --seed 3 -n 3"));
    assert!(report.contains("A: Small (a-fleet.yaml)") && report.contains("B: Small (b-fleet.yaml)"));
}

#[test]
fn files_of_two_runs_make_no_report() {
    let dir = TempDir::new().unwrap();
    made(dir.path(), "run");
    succeeds(dir.path(), &["run", "small.yaml", "-o", "other", "--seed", "4"]);
    fs::copy(dir.path().join("other/summary.json"), dir.path().join("run/summary.json")).unwrap();
    let output = fleetsim(dir.path(), &["report", "run"]);
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        stderr.contains("summary.json: it is of another scenario, seed or version than origin.json"),
        "{stderr}"
    );
}

#[test]
fn a_report_of_results_that_are_gone_is_removed_with_them() {
    let dir = TempDir::new().unwrap();
    let report = made(dir.path(), "run");
    let output = succeeds(dir.path(), &["run", "small.yaml", "-o", "run", "--seed", "4"]);
    assert!(!report.exists());
    assert!(String::from_utf8_lossy(&output.stdout).contains("Removed report.html of an earlier run"));
}

#[test]
fn results_of_two_commands_do_not_share_a_folder() {
    let dir = TempDir::new().unwrap();
    made(dir.path(), "run");
    let output = fleetsim(dir.path(), &["replicate", "small.yaml", "-n", "2", "-o", "run"]);
    assert_eq!(output.status.code(), Some(1));
    let expected = "error: run holds the results of `fleetsim run small.yaml --seed 3`\n  \
                    help: name another folder with -o\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

#[test]
fn what_is_no_result_folder_is_refused() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("run");
    made(dir.path(), "run");
    let refused = |arguments: &[&str], code: i32, says: &str| {
        let output = fleetsim(dir.path(), arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(says), "{arguments:?}: {stderr}");
    };
    refused(&["report", "nowhere"], 1, "nowhere: no such folder");
    refused(&["report", "."], 1, "there is no origin.json");
    refused(
        &["report", "run", "-o", "run/timeline.csv", "--force"],
        2,
        "run/timeline.csv is no name for a page",
    );
    refused(&["report", "run", "--target", "P(rejected) <= 1%"], 2, "only the variants of a sweep");
    fs::write(dir.path().join("mine.html"), "<title>mine</title>").unwrap();
    refused(&["report", "run", "-o", "mine.html"], 1, "mine.html is there and is no report");
    assert_eq!(text(&dir.path().join("mine.html")), "<title>mine</title>");
    succeeds(dir.path(), &["report", "run", "-o", "mine.html", "--force"]);
    succeeds(dir.path(), &["report", "run", "-o", "mine.html"]);

    let timeline = text(&folder.join("timeline.csv"));
    fs::write(folder.join("timeline.csv"), timeline.replacen("licenses_in_use", "licenses", 1)).unwrap();
    refused(&["report", "run"], 1, "timeline.csv: there is no column `licenses_in_use`");
    fs::write(folder.join("timeline.csv"), timeline.replacen(",60,", ",sixty,", 1)).unwrap();
    refused(&["report", "run"], 1, "timeline.csv: `sixty` in column `licenses_total` is no number");
    let (header, rows) = timeline.split_once('\n').unwrap();
    let backwards: Vec<&str> = rows.lines().rev().collect();
    fs::write(folder.join("timeline.csv"), format!("{header}\n{}\n", backwards.join("\n"))).unwrap();
    refused(
        &["report", "run"],
        1,
        "timeline.csv: the numbers in column `time_s` do not rise from row to row",
    );
    fs::write(folder.join("timeline.csv"), format!("{header}\n")).unwrap();
    refused(&["report", "run"], 1, "timeline.csv: there is no row below the header");
    fs::remove_file(folder.join("timeline.csv")).unwrap();
    refused(&["report", "run"], 1, "there is no timeline.csv");
    fs::write(folder.join("origin.json"), "{}").unwrap();
    refused(&["report", "run"], 1, "origin.json: missing field `fleetsim`");
}

#[test]
fn a_sweep_is_held_to_the_target_asked_for() {
    let dir = TempDir::new().unwrap();
    made(dir.path(), "sweep");
    succeeds(dir.path(), &["report", "sweep", "--target", "clients_rejected <= 30"]);
    let report = text(&dir.path().join("sweep/report.html"));
    assert!(
        report.contains(
            "the mean of &quot;clients whose first such scan was rejected (X2)&quot; at or below 30"
        ),
        "{}",
        answer_of(&report)
    );
    for (target, says) in [
        ("P(rejected) <= 3", "a probability of 3 is no limit"),
        ("P(exhausted before 2026-01-20) <= 1%", "the variants of a sweep tell no probability before a date"),
    ] {
        let output = fleetsim(dir.path(), &["report", "sweep", "--target", target]);
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains(says), "{target}");
    }
}

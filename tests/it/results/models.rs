//! Is a result file written and read by one type? What is read and written again is the same file; and what no page
//! needs may be missing, as it is in folders of earlier versions.

use std::fs;

use fleetsim::output::report::{html, wanted};
use fleetsim::output::results::audit::AuditResult;
use fleetsim::output::results::compare::CompareResult;
use fleetsim::output::results::diagnosis::DiagnosisResult;
use fleetsim::output::results::origin::ResultsOrigin;
use fleetsim::output::results::plan::PlanResult;
use fleetsim::output::results::replicate::ReplicateResult;
use fleetsim::output::results::size::SizeResult;
use fleetsim::output::results::summary::Summary;
use fleetsim::output::results::sweep::SweepResult;
use fleetsim::output::store::json::json;
use fleetsim::output::store::read::ResultFiles;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::reports::{KINDS, made, succeeds};
use crate::support::{in_repository, read};

#[track_caller]
fn is_read_and_written_again<T: Serialize + DeserializeOwned>(name: &str, text: &str) {
    let model: T = serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(json(&model) == text.as_bytes(), "{name} is another one when it is written again");
}

#[test]
fn files_of_every_kind_are_read_by_the_type_that_writes_them() {
    let dir = TempDir::new().unwrap();
    for (kind, ..) in KINDS {
        made(dir.path(), kind);
        let text = |file: &str| fs::read_to_string(dir.path().join(kind).join(file)).unwrap();
        let origin: ResultsOrigin = serde_json::from_str(&text("origin.json")).unwrap();
        is_read_and_written_again::<ResultsOrigin>(kind, &text("origin.json"));
        let manifest = text(wanted(origin.results_of)[1]);
        match kind {
            "run" => is_read_and_written_again::<Summary>(kind, &manifest),
            "replicate" => is_read_and_written_again::<ReplicateResult>(kind, &manifest),
            "sweep" => is_read_and_written_again::<SweepResult>(kind, &manifest),
            "size" => is_read_and_written_again::<SizeResult>(kind, &manifest),
            "compare" => is_read_and_written_again::<CompareResult>(kind, &manifest),
            "diagnose" => is_read_and_written_again::<DiagnosisResult>(kind, &manifest),
            "plan" => is_read_and_written_again::<PlanResult>(kind, &manifest),
            _ => unreachable!("{kind} has no type"),
        }
    }
    let tables = in_repository("scenarios/export").display().to_string();
    let audit = succeeds(dir.path(), &["audit", &tables, "--format", "json"]);
    is_read_and_written_again::<AuditResult>("audit", &String::from_utf8(audit.stdout).unwrap());
}

#[test]
fn golden_files_are_read_by_the_type_that_writes_them() {
    let (mut summaries, mut diagnoses) = (0, 0);
    for entry in fs::read_dir(in_repository("tests/golden")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.ends_with(".summary.json") {
            is_read_and_written_again::<Summary>(&name, &read(&path));
            summaries += 1;
        } else if name.ends_with(".diagnosis.json") {
            is_read_and_written_again::<DiagnosisResult>(&name, &read(&path));
            diagnoses += 1;
        }
    }
    assert!(summaries > 3 && diagnoses > 1, "{summaries} summaries, {diagnoses} diagnoses");
}

/// Keys of manifests that no page shows, `path` from the top.
const NOT_SHOWN: [&str; 37] = [
    "start",
    "end",
    "scenario_digest",
    "confidence",
    "stopping",
    "warm_up_hours",
    "warm_up_ms",
    "simulations",
    "solution_state of plan",
    "left_out",
    "lack_without_limit",
    "pool.licenses_in_use_at_start",
    "pool.mean_in_use",
    "clients.enrolled",
    "clients.left",
    "clients.returned",
    "clients.histories_lost",
    "clients.gave_up",
    "clients.mean_waiting",
    "clients.sharing_record",
    "clients.without_license",
    "scans.failed_untargeted",
    "scans.not_run",
    "scans.unchanged",
    "scans.not_returned",
    "scans.without_policy",
    "scans.without_record",
    "scans.first_rejection_at",
    "downloads.waited",
    "downloads.mean_wait_s",
    "downloads.mean_running",
    "goal.everyone",
    "goal.not_counted",
    "goal.not_counted_names",
    "with_steps.all_after_s",
    "waiting.all_after_s",
    "answer.idle_node_days",
];

/// Takes the key at the end of a path out.
fn take(document: &mut Value, path: &str) {
    let mut at = document;
    let mut keys = path.split('.').peekable();
    while let Some(key) = keys.next() {
        if keys.peek().is_none() {
            at.as_object_mut().into_iter().for_each(|object| drop(object.remove(key)));
            return;
        }
        let Some(next) = at.get_mut(key) else { return };
        at = next;
    }
}

#[test]
fn what_no_page_shows_may_be_missing() {
    let dir = TempDir::new().unwrap();
    for (kind, ..) in KINDS {
        let page = fs::read_to_string(made(dir.path(), kind)).unwrap();
        let folder = dir.path().join(kind);
        let mut files = ResultFiles::default();
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.add_file(&name, path);
        }
        let (origin, ..) = files.origin().unwrap();
        let name = wanted(origin.results_of)[1];
        let mut manifest: Value = serde_json::from_str(&read(&folder.join(name))).unwrap();
        for path in NOT_SHOWN {
            match path.split_once(" of ") {
                Some((path, of)) if of == kind => take(&mut manifest, path),
                Some(_) => {}
                None => take(&mut manifest, path),
            }
        }
        files.add(name, manifest.to_string());
        assert!(html(&files, None).unwrap() == page, "{kind} shows something that is not there");
    }
}

//! Shards and studies whose checksums are right and whose content is not what `plan` and `run-shard` make: each is
//! refused with a message, nothing is merged, and no more memory is taken than the content can need.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use fleetsim::output::store::lines::Lines;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::faults::{fleetsim, stderr_text};

const SHARD: &str = "study-shards/shard-000001.jsonl.gz";

/// A study in three shards, all of which have been run.
fn run_through(command: &[&str]) -> TempDir {
    let place = crate::support::faults::place();
    let cwd = place.path();
    done(cwd, &[&["plan"], command, &["--shards", "3", "-q", "-o", "study.jsonl"]].concat());
    for shard in ["0", "1", "2"] {
        done(cwd, &["run-shard", "study.jsonl", shard, "-q"]);
    }
    place
}

fn done(cwd: &Path, args: &[&str]) {
    let done = fleetsim(cwd, args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
}

fn read(bytes: &[u8]) -> Vec<Value> {
    let mut reader = Lines::default();
    bytes.split_inclusive(|byte| *byte == b'\n').map(|line| reader.read(line).unwrap()).collect()
}

fn written(lines: &[Value]) -> Vec<u8> {
    let mut writer = Lines::default();
    lines.iter().flat_map(|line| writer.line(line).unwrap()).collect()
}

fn unpacked(path: &Path) -> Vec<Value> {
    let mut bytes = Vec::new();
    std::io::Read::read_to_end(&mut GzDecoder::new(fs::File::open(path).unwrap()), &mut bytes).unwrap();
    read(&bytes)
}

/// With the lengths that the lines have.
fn packed(mut lines: Vec<Value>) -> Vec<u8> {
    let lengths: Vec<u64> = lines[1..].iter().map(|line| Lines::length(line).unwrap()).collect();
    lines[0]["bytes"] = json!(lengths);
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(&written(&lines)).unwrap();
    out.finish().unwrap()
}

/// Refused by a message, not by a panic, and nothing is left.
#[track_caller]
fn refused(cwd: &Path, args: &[&str], code: i32, says: &str, what: &str) {
    let done = fleetsim(cwd, args).output().unwrap();
    let why = stderr_text(&done);
    assert_eq!(done.status.code(), Some(code), "{what}: {args:?}: {why}");
    assert!(why.contains(says) && !why.contains("panicked"), "{what}: {args:?}: {why}");
    assert!(!cwd.join("many").exists(), "{what}: {args:?}");
}

const MERGE: &[&str] = &["merge", "study.jsonl", "-q", "-o", "many"];
const REPLICATE: &[&str] = &["replicate", "s.yaml", "-n", "9"];
const SWEEP: &[&str] = &["sweep", "s.yaml", "-n", "3", "--set", "licenses.base.nodes=4..6:1"];
const COMPARE: &[&str] = &["compare", "s.yaml", "-n", "9", "--set", "licenses.base.nodes=7"];

/// Something that is done to the lines of a file, or to one of them.
type Change = fn(&mut Vec<Value>);
type ChangeOfOne = fn(&mut Value);

#[test]
fn a_study_whose_shards_overlap_or_leave_gaps_is_refused() {
    let changes: [(&str, Change); 12] = [
        ("overlap", |lines| lines[2]["parts"][0]["from"] = json!(2)),
        ("gap", |lines| lines[2]["parts"][0]["from"] = json!(4)),
        ("misses the end", |lines| lines[3]["parts"][0]["to"] = json!(8)),
        ("beyond the end", |lines| lines[3]["parts"][0]["to"] = json!(10)),
        ("from after to", |lines| lines[2]["parts"][0]["from"] = json!(7)),
        ("vast", |lines| lines[3]["parts"][0]["to"] = json!(u64::MAX)),
        ("other point", |lines| lines[3]["parts"][0]["point"] = json!(1)),
        ("no parts", |lines| lines[1]["parts"] = json!([])),
        ("the same twice", |lines| lines[3] = lines[2].clone()),
        ("in another order", |lines| lines.swap(1, 2)),
        ("other extent", |lines| lines[0]["extent"]["replications"] = json!(12)),
        ("no shards", |lines| {
            lines.truncate(1);
            lines[0]["shards"] = json!(0);
        }),
    ];
    let place = run_through(REPLICATE);
    let cwd = place.path();
    let planned = read(&fs::read(cwd.join("study.jsonl")).unwrap());
    for (what, change) in changes {
        let mut lines = planned.clone();
        change(&mut lines);
        fs::write(cwd.join("study.jsonl"), written(&lines)).unwrap();
        for args in [MERGE, &["run-shard", "study.jsonl", "1", "-o", "many"]] {
            refused(cwd, args, 3, "does not have each run in exactly one shard", what);
        }
    }
}

/// An extent that fits the shards, and not the question.
#[test]
fn a_study_of_more_runs_than_its_question_asks_for_is_refused() {
    for command in [REPLICATE, SWEEP, COMPARE] {
        let place = run_through(command);
        let cwd = place.path();
        let mut lines = read(&fs::read(cwd.join("study.jsonl")).unwrap());
        lines[0]["extent"] = json!({"points": 9, "replications": 1});
        for shard in 0..3_usize {
            let part = |run: usize| json!({"point": run, "from": 0, "to": 1});
            lines[shard + 1]["parts"] = (3 * shard..3 * shard + 3).map(part).collect();
        }
        fs::write(cwd.join("study.jsonl"), written(&lines)).unwrap();
        for args in [MERGE, &["run-shard", "study.jsonl", "2", "-o", "many"]] {
            refused(cwd, args, 3, "does not have each run in exactly one shard", &format!("{command:?}"));
        }
    }
}

/// The figures of the first piece of a shard.
fn figures(lines: &mut [Value]) -> &mut Value {
    let piece = &mut lines[1];
    if piece.get("all").is_some() { &mut piece["all"] } else { piece }
}

#[test]
fn a_shard_with_figures_of_other_runs_is_damaged() {
    let changes: [(&str, Change); 10] = [
        ("more runs", |lines| figures(lines)["replications"] = json!(4)),
        ("no runs", |lines| figures(lines)["replications"] = json!(0)),
        ("not complete", |lines| figures(lines)["complete"] = json!(false)),
        ("fewer figures", |lines| {
            figures(lines)["measures"].as_array_mut().unwrap().pop();
        }),
        ("happened too often", |lines| {
            let figures = figures(lines);
            let happened = if figures.get("happened").is_some() { "happened" } else { "events" };
            figures[happened][0] =
                if happened == "happened" { json!(4) } else { figures["measures"][0].clone() };
            figures[happened].as_array_mut().unwrap().push(json!(0));
        }),
        ("a piece more", |lines| lines.push(lines[1].clone())),
        ("no piece", |lines| lines.truncate(1)),
        ("an empty piece", |lines| lines[1] = json!({})),
        ("values that cannot be", |lines| distribution(lines)["max"] = json!(i64::MAX)),
        ("digits that cannot be", |lines| distribution(lines)["counted"]["given_up"] = json!(200)),
    ];
    for command in [REPLICATE, SWEEP, COMPARE] {
        let place = run_through(command);
        let cwd = place.path();
        let whole = unpacked(&cwd.join(SHARD));
        for (what, change) in changes {
            let (what, mut lines) = (format!("{command:?}, {what}"), whole.clone());
            change(&mut lines);
            fs::write(cwd.join(SHARD), packed(lines)).unwrap();
            refused(cwd, MERGE, 1, &format!("damaged: {SHARD}"), &what);
            let missing = fleetsim(cwd, &["merge", "study.jsonl", "--missing"]).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&missing.stdout), "1\n", "{what}");
        }
        fs::write(cwd.join(SHARD), packed(whole)).unwrap();
        done(cwd, MERGE);
    }
}

/// The first figure that some run has.
fn distribution(lines: &mut [Value]) -> &mut Value {
    let measures = figures(lines)["measures"].as_array_mut().unwrap();
    let of = |measure: &Value| {
        if measure.get("first").is_some() { measure["first"].clone() } else { measure.clone() }
    };
    let at = measures.iter().position(|measure| of(measure)["count"] != json!(0)).unwrap();
    if measures[at].get("first").is_some() { &mut measures[at]["first"] } else { &mut measures[at] }
}

#[test]
fn rows_and_instants_of_other_runs_are_refused() {
    let place = run_through(REPLICATE);
    let cwd = place.path();
    let whole = unpacked(&cwd.join(SHARD));
    let rows = whole[1]["rows"].as_str().unwrap().to_string();
    for (what, rows) in [
        ("other numbers", rows.replace("\n4,", "\n5,")),
        ("a row less", rows[rows.find('\n').unwrap() + 1..].to_string()),
        ("cut short", rows[..rows.len() - 1].to_string()),
        ("a cell less", rows.replacen(",\n", "\n", 1).replacen(',', "", 1)),
        ("words", rows.replacen(',', ",=cmd|calc,", 1)),
    ] {
        let mut lines = whole.clone();
        lines[1]["rows"] = json!(rows);
        fs::write(cwd.join(SHARD), packed(lines)).unwrap();
        refused(cwd, MERGE, 1, &format!("damaged: {SHARD}"), what);
    }
    for (what, at) in [("after the end", json!(i64::MAX)), ("other rows", json!(8 * 86_400_000_i64 + 1))] {
        let mut lines = whole.clone();
        let last = lines[1]["all"]["bands"]["at"].as_array().unwrap().len() - 1;
        lines[1]["all"]["bands"]["at"][last] = at;
        fs::write(cwd.join(SHARD), packed(lines)).unwrap();
        refused(cwd, MERGE, 1, "the shards do not fit together", what);
    }
}

/// Work that was interrupted after more runs than were asked for, or with figures that no run has.
#[test]
fn interrupted_work_that_cannot_be_is_damaged() {
    for (command, name) in [(REPLICATE, "replicate"), (COMPARE, "compare")] {
        let place = run_through(command);
        let cwd = place.path();
        let mut work = read(&fs::read(cwd.join("study.jsonl")).unwrap()).remove(0);
        for of_study in ["arguments", "extent", "shards", "rows", "files"] {
            assert!(work.as_object_mut().unwrap().remove(of_study).is_some());
        }
        let piece = unpacked(&cwd.join(SHARD)).remove(1);
        let partial = format!("many/{name}.partial.jsonl");
        let changes: [(&str, ChangeOfOne); 3] = [
            ("more runs", |all| all["replications"] = json!(10)),
            ("fewer runs than figures", |all| all["replications"] = json!(1)),
            ("no figures", |all| all["measures"] = json!([])),
        ];
        for (what, change) in changes {
            let mut all = piece.get("all").unwrap_or(&piece).clone();
            change(&mut all);
            let kept = if name == "replicate" { json!([0, "", all]) } else { all };
            fs::create_dir_all(cwd.join("many")).unwrap();
            fs::write(cwd.join(&partial), written(&[work.clone(), kept])).unwrap();
            let resumed =
                fleetsim(cwd, &[command, &["--resume", "-q", "-o", "many"]].concat()).output().unwrap();
            let why = stderr_text(&resumed);
            assert_eq!(resumed.status.code(), Some(1), "{name}, {what}: {why}");
            assert!(why.contains("partial.jsonl is damaged"), "{name}, {what}: {why}");
        }
    }
}

/// 512 MiB in half a megabyte, in every place of a shard.
#[cfg(target_os = "linux")]
#[test]
fn a_bomb_takes_no_memory() {
    let place = run_through(REPLICATE);
    let cwd = place.path();
    let whole = unpacked(&cwd.join(SHARD));
    let mut promised = whole.clone();
    promised[0]["bytes"] = json!([1_u64 << 29]);
    for (what, before) in [
        ("first line", Vec::new()),
        ("instead of the piece", written(&whole[..1])),
        ("promised", written(&promised[..1])),
        ("behind the piece", written(&whole)),
    ] {
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        out.write_all(&before).unwrap();
        let spaces = vec![b' '; 1 << 20];
        (0..512).for_each(|_| out.write_all(&spaces).unwrap());
        let mut bomb = out.finish().unwrap();
        bomb[8] = 0; // the header does not say that it was compressed fast: it would be refused for that
        fs::write(cwd.join(SHARD), bomb).unwrap();
        for (args, code) in [("merge study.jsonl -q -o many", 1), ("merge study.jsonl --missing", 0)] {
            let program = assert_cmd::cargo::cargo_bin("fleetsim");
            let line = format!("ulimit -v 400000; exec \"$F\" {args}");
            let mut shell = std::process::Command::new("sh");
            let ended = shell.args(["-c", &line]).current_dir(cwd).env("F", program).output().unwrap();
            assert_eq!(ended.status.code(), Some(code), "{what}: {args}: {}", stderr_text(&ended));
            assert!(code == 0 || stderr_text(&ended).contains("damaged"), "{what}: {}", stderr_text(&ended));
        }
    }
}

/// A file without end is no study.
#[cfg(unix)]
#[test]
fn a_study_is_not_read_to_the_end_of_a_device() {
    let place = crate::support::faults::place();
    refused(place.path(), &["merge", "/dev/zero", "-o", "many"], 3, "/dev/zero is no study", "a device");
}

//! A study cut into shards gives the bytes of one machine, however it is cut and run; and nothing else passes for a
//! shard of it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use fleetsim::output::store::lines::Lines;
use fleetsim::output::store::shard_file;

use crate::support::faults::{Files, Seeded, TINY, files, fleetsim, stderr_text};

fn done(cwd: &Path, args: &[&str]) -> Output {
    let done = fleetsim(cwd, args).output().unwrap();
    assert!(done.status.success(), "{args:?}: {}", stderr_text(&done));
    done
}

/// Exit code and stderr.
fn refused(cwd: &Path, args: &[&str]) -> (i32, String) {
    let done = fleetsim(cwd, args).output().unwrap();
    (done.status.code().unwrap(), stderr_text(&done))
}

fn missing(cwd: &Path) -> Vec<String> {
    let numbers = done(cwd, &["merge", "study.jsonl", "--missing"]).stdout;
    String::from_utf8(numbers).unwrap().lines().map(String::from).collect()
}

/// Two scenarios of one file name, one without a name of its own and with a file of data.
fn scenarios() -> tempfile::TempDir {
    let place = crate::support::faults::place();
    let cwd = place.path();
    for folder in ["a", "b"] {
        fs::create_dir(cwd.join(folder)).unwrap();
    }
    let lifetime = "lifetime: {empirical: {file: lives.csv, column: days, unit: d}}";
    let unnamed = format!(
        "fleetsim: 1\nduration: 8d\nlicenses: {{base: {{nodes: 2}}}}\ngroups: {{pcs: {{clients: 9, {lifetime}}}}}\n"
    );
    fs::write(cwd.join("a/s.yaml"), unnamed).unwrap();
    fs::write(cwd.join("a/lives.csv"), "days\n2\n3\n9\n").unwrap();
    fs::write(cwd.join("b/s.yaml"), TINY).unwrap();
    place
}

const REPLICATE: &[&str] = &["replicate", "s.yaml", "-n", "11", "--seed", "5", "--warm-up", "1d"];

/// Commands that can be shared out, each with some numbers of shards.
const STUDIES: [(&[&str], &[&str]); 5] = [
    (REPLICATE, &["1", "3", "64"]),
    (&["replicate", "a/s.yaml", "-n", "4", "--action", "retire group=pcs clients=2 at 1d"], &["3"]),
    (
        &[
            "sweep",
            "s.yaml",
            "-n",
            "4",
            "--set",
            "licenses.base.nodes=4..6:1",
            "--set",
            "scan.every=[6h, 12h]",
        ],
        &["1", "5", "24"],
    ),
    (&["compare", "s.yaml", "--set", "licenses.base.nodes=7", "-n", "7"], &["2", "7"]),
    (&["compare", "a/s.yaml", "b/s.yaml", "-n", "5"], &["2"]),
];

#[test]
fn shards_together_give_the_bytes_of_one_machine() {
    for (command, cuts) in STUDIES {
        let place = scenarios();
        let cwd = place.path();
        done(cwd, &[command, &["-q", "-o", "one", "--report"]].concat());
        for shards in cuts {
            let what = format!("{command:?} in {shards}");
            done(
                cwd,
                &[&["plan"], command, &["--shards", shards, "-q", "--force", "-o", "study.jsonl"]].concat(),
            );
            // Elsewhere there is nothing but the study.
            let elsewhere = crate::support::faults::place();
            fs::remove_file(elsewhere.path().join("s.yaml")).unwrap();
            fs::copy(cwd.join("study.jsonl"), elsewhere.path().join("study.jsonl")).unwrap();
            let mut left = missing(elsewhere.path());
            assert!(!left.is_empty() && left.len() <= shards.parse().unwrap(), "{what}: {left:?}");
            // In any order, on any number of threads.
            let mut random = Seeded(left.len() as u64);
            while !left.is_empty() {
                let shard = left.swap_remove(random.below(left.len() as u64) as usize);
                let threads = (1 + random.below(3)).to_string();
                done(elsewhere.path(), &["run-shard", "study.jsonl", &shard, "--threads", &threads]);
            }
            assert_eq!(missing(elsewhere.path()), [""; 0], "{what}");
            done(elsewhere.path(), &["merge", "study.jsonl", "-q", "-o", "many", "--report"]);
            let (one, many) = (files(&cwd.join("one")), files(&elsewhere.path().join("many")));
            assert!(one.len() >= 4 && one == many, "{what}: {:?} and {:?}", one.keys(), many.keys());
        }
    }
}

/// A study of eleven runs in four shards, of which all have been run.
fn run_through() -> tempfile::TempDir {
    let place = crate::support::faults::place();
    let cwd = place.path();
    done(cwd, &[&["plan"], REPLICATE, &["--shards", "4", "-q", "-o", "study.jsonl"]].concat());
    for shard in missing(cwd) {
        done(cwd, &["run-shard", "study.jsonl", &shard, "-q"]);
    }
    place
}

const SHARD: &str = "study-shards/shard-000002.jsonl.gz";

#[test]
fn a_shard_run_again_is_the_same_and_one_that_is_there_is_left_alone() {
    let place = run_through();
    let (cwd, path) = (place.path(), place.path().join(SHARD));
    let (bytes, written) = (fs::read(&path).unwrap(), fs::metadata(&path).unwrap().modified().unwrap());
    let again = done(cwd, &["run-shard", "study.jsonl", "2"]);
    assert_eq!(String::from_utf8_lossy(&again.stdout), format!("shard 2 is there already: {SHARD}\n"));
    assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), written);
    for threads in ["1", "7"] {
        let printed = done(cwd, &["run-shard", "study.jsonl", "2", "-o", "-", "--threads", threads]);
        assert!(printed.stdout == bytes);
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(missing(cwd), ["2"]);
    done(cwd, &["run-shard", "study.jsonl", "2", "-q"]);
    assert!(fs::read(&path).unwrap() == bytes);
}

#[test]
fn gaps_doubles_strangers_and_damage_are_all_reported_and_nothing_is_merged() {
    let place = run_through();
    let cwd = place.path();
    let merge = ["merge", "study.jsonl", "-o", "many", "-q"];
    let shard = |number: u64| cwd.join("study-shards").join(shard_file::name(number));
    // Of the same scenario and the same number, with one run more in all.
    done(cwd, &["plan", "replicate", "s.yaml", "-n", "12", "--shards", "4", "-q", "-o", "other.jsonl"]);
    done(cwd, &["run-shard", "other.jsonl", "0", "-q"]);
    fs::copy(shard(1), cwd.join("study-shards/copy of 1.jsonl.gz")).unwrap();
    fs::copy(cwd.join("other-shards/shard-000000.jsonl.gz"), shard(0)).unwrap();
    fs::write(cwd.join("study-shards/notes.jsonl.gz"), "no gzip").unwrap();
    fs::write(cwd.join("study-shards/.shard-000002.jsonl.gz.tmp-x"), "of a killed process").unwrap();
    fs::remove_file(shard(3)).unwrap();
    let (code, why) = refused(cwd, &merge);
    let expected = "error: 2 of 4 shards are not in study-shards: 0, 3
error: shard 1 is there more than once: study-shards/copy of 1.jsonl.gz, study-shards/shard-000001.jsonl.gz
error: of another study: study-shards/shard-000000.jsonl.gz
error: damaged, or no shard: study-shards/notes.jsonl.gz
  help: `fleetsim run-shard study.jsonl N` makes shard N, also of one that is damaged; `fleetsim merge study.jsonl \
                study-shards --missing` prints which to make
nothing was merged
";
    assert_eq!((code, why.as_str()), (1, expected));
    assert!(!cwd.join("many").exists());
    let (code, why) = refused(cwd, &["run-shard", "study.jsonl", "0"]);
    assert!(code == 1 && why.contains("is another shard, or of another study"), "{why}");
    done(cwd, &["run-shard", "study.jsonl", "0", "-q", "--force"]);
    done(cwd, &["run-shard", "study.jsonl", "3", "-q"]);
    for file in ["copy of 1.jsonl.gz", "notes.jsonl.gz"] {
        fs::remove_file(cwd.join("study-shards").join(file)).unwrap();
    }
    done(cwd, &merge);
}

/// What a reader of gzip makes of these bytes.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(bytes), &mut text).unwrap();
    text
}

/// Cut short anywhere, or with any bit flipped that is read, a shard is missing; run again, it is as before.
#[test]
fn a_damaged_shard_is_no_shard() {
    let place = run_through();
    let (cwd, path) = (place.path(), place.path().join(SHARD));
    let bytes = fs::read(&path).unwrap();
    let study = fleetsim::output::store::study_file::StudyFile::read(&cwd.join("study.jsonl")).unwrap();
    let whole = |bytes: &[u8]| {
        let path = cwd.join("damaged");
        fs::write(&path, bytes).unwrap();
        shard_file::read::<serde_json::Value>(&path, &study, &study.shards[2]).unwrap().is_some()
    };
    assert!(whole(&bytes) && !whole(&[&bytes[..], b"\n"].concat()));
    for length in (0..bytes.len()).step_by(7) {
        assert!(!whole(&bytes[..length]), "{length} bytes");
    }
    let mut random = Seeded(1);
    for _ in 0..2_000 {
        let (at, bit) = (random.below(bytes.len() as u64) as usize, random.below(8));
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << bit;
        // The last byte of what is compressed may have bits that nothing reads.
        assert!(!whole(&flipped) || unpacked(&flipped) == unpacked(&bytes), "bit {bit} of byte {at}");
    }
    for damaged in [&bytes[..0], &bytes[..bytes.len() / 2], &bytes[..bytes.len() - 1]] {
        fs::write(&path, damaged).unwrap();
        assert_eq!(missing(cwd), ["2"]);
        let (code, why) = refused(cwd, &["merge", "study.jsonl", "-o", "many"]);
        assert!(code == 1 && why.contains("damaged") && why.contains(SHARD), "{why}");
        assert!(!cwd.join("many").exists());
        done(cwd, &["run-shard", "study.jsonl", "2", "-q"]);
        assert!(fs::read(&path).unwrap() == bytes);
    }
}

/// A study as another program might write it: the lines are right, the content is not.
fn packed(lines: &[serde_json::Value]) -> Vec<u8> {
    let (mut writer, mut out) = (Lines::default(), GzEncoder::new(Vec::new(), Compression::default()));
    lines.iter().for_each(|line| out.write_all(&writer.line(line).unwrap()).unwrap());
    out.finish().unwrap()
}

#[test]
fn of_other_versions_nothing_is_taken() {
    let place = run_through();
    let cwd = place.path();
    let text = fs::read_to_string(cwd.join("study.jsonl")).unwrap();
    let mut reader = Lines::default();
    let mut lines: Vec<serde_json::Value> =
        text.split_inclusive('\n').map(|line| reader.read(line.as_bytes()).unwrap()).collect();
    let mut head: serde_json::Value = {
        let (mut reader, mut first) = (Lines::default(), Vec::new());
        let mut text = flate2::read::GzDecoder::new(fs::File::open(cwd.join(SHARD)).unwrap());
        std::io::Read::read_to_end(&mut text, &mut first).unwrap();
        reader.read(first.split_inclusive(|byte| *byte == b'\n').next().unwrap()).unwrap()
    };
    lines[0]["fleetsim"] = "99.0.0".into();
    let mut writer = Lines::default();
    let bytes: Vec<u8> = lines.iter().flat_map(|line| writer.line(line).unwrap()).collect();
    fs::write(cwd.join("later.jsonl"), bytes).unwrap();
    for command in [&["run-shard", "later.jsonl", "0"][..], &["merge", "later.jsonl", "study-shards"]] {
        let (code, why) = refused(cwd, command);
        let version = env!("CARGO_PKG_VERSION");
        let expected = format!("later.jsonl is a study of fleetsim 99.0.0, and this is fleetsim {version}");
        assert!(code == 3 && why.contains(&expected), "{why}");
    }
    head["fleetsim"] = "99.0.0".into();
    fs::write(cwd.join(SHARD), packed(&[head, 1.into()])).unwrap();
    let (code, why) = refused(cwd, &["merge", "study.jsonl"]);
    assert!(code == 1 && why.contains("of another study: study-shards/shard-000002"), "{why}");
}

#[test]
fn a_file_that_is_no_study_is_refused_as_what_it_is() {
    let place = run_through();
    let cwd = place.path();
    let text = fs::read_to_string(cwd.join("study.jsonl")).unwrap();
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let changed = text.replace("nodes: 6", "nodes: 7");
    let all_but_one = [&lines[..2], &lines[3..]].concat().concat();
    let help = "help: copy it anew, or plan it anew";
    for (what, text, expected) in [
        ("empty", "", "study.jsonl is no study\n  help: `fleetsim plan` makes one"),
        ("a scenario", TINY, "study.jsonl is no study"),
        ("changed", &changed, "study.jsonl is no study"),
        (
            "a line less",
            &all_but_one,
            &format!("study.jsonl is damaged: line 3 is not as it was written\n  {help}"),
        ),
        ("cut", &lines[..4].concat(), &format!("is cut short: 3 of 4 shards are in it\n  {help}")),
        ("cut in a line", &text[..text.len() - 5], "is damaged: line 5"),
    ] {
        fs::write(cwd.join("study.jsonl"), text).unwrap();
        for command in [&["run-shard", "study.jsonl", "0"][..], &["merge", "study.jsonl"]] {
            let (code, why) = refused(cwd, command);
            assert!(code == 3 && why.contains(expected), "{what}: {why}");
        }
    }
}

#[test]
fn mistakes_of_the_command_line_are_reported() {
    let place = run_through();
    let cwd = place.path();
    for (args, code, expected) in [
        (&["run-shard", "study.jsonl", "4"][..], 2, "study.jsonl has no shard 4: its shards are 0 to 3"),
        (&["run-shard", "nothing.jsonl", "0"], 1, "nothing.jsonl: No such file"),
        (&["run-shard", "study.jsonl", "0", "-o", "s.yaml"], 1, "s.yaml"),
        (&["plan", "replicate", "s.yaml", "-n", "9", "-o", "study.jsonl"], 1, "study.jsonl exists already"),
        (&["plan", "replicate", "s.yaml", "--until-half-width", "2%"], 2, "cannot be shared out"),
        (&["plan", "replicate", "s.yaml", "-n", "9", "--shards", "0"], 2, "0 is not in 1..="),
        (&["plan", "sweep", "s.yaml", "--set", "licenses.base.nodes=1..2"], 2, "a range needs a step"),
        (&["plan", "sweep", "s.yaml", "--set", "licenses.base.node=1..2:1"], 3, "did you mean `nodes`"),
        (&["plan", "compare", "s.yaml"], 2, "nothing to compare the scenario with"),
        (&["plan"], 2, "Usage: fleetsim plan"),
    ] {
        let (found, why) = refused(cwd, args);
        assert!(found == code && why.contains(expected), "{args:?}: {found}, {why}");
    }
    // What lies in the way is kept.
    done(cwd, &["run", "s.yaml", "-q", "-o", "many"]);
    let (code, why) = refused(cwd, &["merge", "study.jsonl", "-o", "many"]);
    assert!(code == 1 && why.contains("holds the results of `fleetsim run s.yaml"), "{why}");
    let kept: Files = files(&cwd.join("many"));
    assert!(kept.contains_key("summary.json") && !kept.contains_key("replicate.json"));
}

/// A million runs are planned without running one, and the file tells a reader what a shard is.
#[test]
fn a_study_of_a_million_runs() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    let printed = done(cwd, &["plan", "replicate", "s.yaml", "-n", "1000000", "--shards", "5000"]).stdout;
    let printed = String::from_utf8(printed).unwrap();
    assert!(printed.starts_with("1,000,000 replications in 5,000 shards: s-replicate.jsonl\n"), "{printed}");
    let text = fs::read_to_string(cwd.join("s-replicate.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 5_001);
    let last = r#""holds":{"shard":4999,"parts":[{"point":0,"from":999800,"to":1000000}]}}"#;
    assert!(text.trim_end().ends_with(last));
    let shard = done(cwd, &["run-shard", "s-replicate.jsonl", "4999", "-o", "-"]).stdout;
    assert!(shard.len() < 200_000, "{} bytes", shard.len());
}

/// A study of one shard that would take many minutes.
const ENDLESS: &[&str] =
    &["plan", "replicate", "s.yaml", "-n", "2000000", "--shards", "1", "-q", "-o", "study.jsonl"];

/// A program that was killed cannot end what it started; the pipe that it held ends with it.
#[test]
fn a_shard_ends_with_the_pipe_that_its_parent_holds() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    done(cwd, ENDLESS);
    let mut command = fleetsim(cwd, &["run-shard", "study.jsonl", "0", "--anyway", "-q", "--end-with-stdin"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdin.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(130), "{}", stderr_text(&ended));
    assert!(files(&cwd.join("study-shards")).is_empty());
}

/// As long as it is open, and whatever comes through it, the shard is run; without the option it is not looked at.
#[test]
fn a_pipe_that_is_held_ends_no_shard() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    done(cwd, &["plan", "replicate", "s.yaml", "-n", "4", "--shards", "1", "-q", "-o", "study.jsonl"]);
    let shard = ["run-shard", "study.jsonl", "0", "-q", "-o", "-"];
    let unheld = fleetsim(cwd, &shard).stdin(Stdio::null()).output().unwrap();
    let mut held = fleetsim(cwd, &[&shard[..], &["--end-with-stdin"]].concat());
    let mut child = held.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let _ = pipe.write_all(b"still here\n");
    let held = child.wait_with_output().unwrap();
    drop(pipe);
    assert!(
        held.status.success() && unheld.status.success(),
        "{}{}",
        stderr_text(&held),
        stderr_text(&unheld)
    );
    assert!(!held.stdout.is_empty() && held.stdout == unheld.stdout);
}

/// Its name stands in the study and in the command of the results, where it must not become an option.
#[test]
fn a_scenario_whose_name_begins_with_a_dash_is_shared_out_like_others() {
    let place = crate::support::faults::place();
    let cwd = place.path();
    fs::rename(cwd.join("s.yaml"), cwd.join("-s.yaml")).unwrap();
    done(cwd, &["plan", "replicate", "./-s.yaml", "-n", "2", "--shards", "1", "-q", "-o", "study.jsonl"]);
    done(cwd, &["run-shard", "study.jsonl", "0", "-q"]);
    done(cwd, &["merge", "study.jsonl", "-q", "-o", "merged"]);
    done(cwd, &["replicate", "./-s.yaml", "-n", "2", "-q", "-o", "alone"]);
    assert!(files(&cwd.join("merged")) == files(&cwd.join("alone")));
    let origin = String::from_utf8(files(&cwd.join("alone"))["origin.json"].clone()).unwrap();
    assert!(origin.contains("fleetsim replicate ./-s.yaml --seed"), "{origin}");
}

//! The same bytes everywhere: SHA-256 of every result file of many commands, as they were at
//! the last review.
//!
//! `cargo test` runs all of them once, with its own build of the program. With `FLEETSIM_BINARY=PROGRAM`
//! that program runs them, and in every one of [`SURROUNDINGS`]: so `.ci/run` holds the release build
//! against the debug build, and a processor with FMA against one without.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use assert_cmd::cargo::cargo_bin;
use sha2::{Digest, Sha256};

use crate::support::{UPDATE_COMMAND, all_below, files_below, in_repository, read, updating};

const DIGESTS: &str = "tests/golden/digests.txt";

/// Digests by `folder/file`.
type Digests = BTreeMap<String, String>;

/// What must not matter.
struct Surroundings {
    name: &'static str,
    variables: &'static [(&'static str, &'static str)],
    /// Of commands of many runs.
    threads: &'static str,
    /// More arguments of `run`. Without `--events` scans are counted by arithmetic.
    of_run: &'static [&'static str],
    /// Set by the shell that starts the program.
    umask: &'static str,
}

const USUAL: Surroundings =
    Surroundings { name: "usual", variables: &[], threads: "2", of_run: &["--events"], umask: "022" };

const SURROUNDINGS: [Surroundings; 5] = [
    USUAL,
    Surroundings { name: "scans counted, seven threads", threads: "7", of_run: &[], ..USUAL },
    Surroundings {
        name: "every scan an event, one thread",
        threads: "1",
        of_run: &["--exhaustive"],
        ..USUAL
    },
    Surroundings {
        name: "no FMA, Turkish, far east",
        variables: &[
            ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-FMA,-AVX2"),
            ("LC_ALL", "tr_TR.UTF-8"),
            ("TZ", "Pacific/Kiritimati"),
        ],
        of_run: &[],
        ..USUAL
    },
    Surroundings {
        name: "private files, plain language, no time zone",
        variables: &[("LC_ALL", "C"), ("LANG", "C"), ("TZ", "nonsense"), ("NO_COLOR", "1")],
        umask: "077",
        ..USUAL
    },
];

/// A command, and the folder it fills.
struct Work {
    folder: String,
    args: Vec<String>,
}

impl Work {
    fn new(folder: &str, args: &[&str]) -> Work {
        Work { folder: folder.into(), args: args.iter().map(|arg| arg.to_string()).collect() }
    }

    fn run(path: &Path) -> Work {
        Work::new(path.file_stem().unwrap().to_str().unwrap(), &["run", path.to_str().unwrap(), "--report"])
    }
}

/// Where `import` puts the customer's scenario.
const CUSTOMER: &str = "export/customer.yaml";

/// Studies of which a shard is run, by the name of their file.
fn studies() -> [(&'static str, Vec<String>); 3] {
    let quickstart = in_repository("scenarios/quickstart.yaml").display().to_string();
    let of = |args: &str| args.replace("FILE", &quickstart).split(' ').map(str::to_string).collect();
    [
        ("study/replicate.jsonl", of("plan replicate FILE -n 12 --shards 5")),
        ("study/sweep.jsonl", of("plan sweep FILE -n 4 --set licenses.base.nodes=850..950:50 --shards 5")),
        ("study/compare.jsonl", of("plan compare FILE -n 6 --set licenses.base.nodes=900 --shards 4")),
    ]
}

/// Everything but the import and the plans, which come first.
fn works() -> Vec<Work> {
    let path = |name: &str| in_repository(&format!("scenarios/{name}.yaml"));
    let mut works: Vec<Work> = ["rules", "cases"]
        .iter()
        .flat_map(|folder| files_below(&in_repository(&format!("scenarios/{folder}")), "yaml"))
        .chain(["quickstart", "starter", "reference"].map(path))
        .chain([PathBuf::from(CUSTOMER)])
        .map(|path| Work::run(&path))
        .collect();
    let [quickstart, starter, dsup] =
        ["quickstart", "starter", "rules/c5-dsup-on"].map(|name| path(name).display().to_string());
    let case = path("cases/10-package-server-stuck").display().to_string();
    let (quickstart, starter, dsup, case) =
        (quickstart.as_str(), starter.as_str(), dsup.as_str(), case.as_str());
    let (nodes, refresh) = ("licenses.base.nodes=900", "run licensing_refresh at 30d");
    let pools = "licenses.base.nodes=850..950:50";
    works.extend([
        Work::new("changed-nodes", &["run", quickstart, "--set", nodes, "--action", refresh]),
        Work::new("changed-seed", &["run", quickstart, "--seed", "42"]),
        Work::new("changed-rows", &["run", dsup, "--set", "timeline.every=1h"]),
        Work::new("replicate", &["replicate", quickstart, "-n", "12", "--report"]),
        Work::new("sweep", &["sweep", quickstart, "--set", pools, "-n", "4", "--report"]),
        Work::new(
            "size",
            &[
                "size",
                starter,
                "--license",
                "base",
                "--target",
                "rejected_share <= 5%",
                "-n",
                "8",
                "--report",
            ],
        ),
        Work::new("compare", &["compare", quickstart, "--set", nodes, "-n", "6", "--report"]),
        Work::new("diagnose", &["diagnose", case, "--report"]),
        Work::new("plan", &["diagnose", CUSTOMER, "--at", "0d", "--plan", "--report"]),
    ]);
    works.extend(
        studies().map(|(study, _)| Work::new(&format!("{study}-shards"), &["run-shard", study, "1"])),
    );
    works
}

fn program() -> PathBuf {
    std::env::var_os("FLEETSIM_BINARY").map_or_else(|| cargo_bin("fleetsim"), PathBuf::from)
}

/// Runs the program in a folder, under a umask.
fn start(cwd: &Path, around: &Surroundings, args: &[String]) {
    let mut command = match cfg!(unix) {
        true => Command::new("sh"),
        false => Command::new(program()),
    };
    if cfg!(unix) {
        command.args(["-c", r#"umask "$0" && exec "$@""#, around.umask]).arg(program());
    }
    command.args(args).current_dir(cwd).stdin(Stdio::null()).envs(around.variables.iter().copied());
    let done = command.output().unwrap();
    let stderr = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{}: {args:?}: {stderr}", around.name);
}

/// Everything is run in an empty folder, as many at once as there are processors.
fn digests(around: &Surroundings) -> Digests {
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path();
    fs::create_dir(cwd.join("export")).unwrap();
    let import = Work::new("", &["import", in_repository("scenarios/export").to_str().unwrap(), "-q"]);
    start(cwd, around, &[import.args, vec!["-o".into(), CUSTOMER.into()]].concat());
    fs::create_dir(cwd.join("study")).unwrap();
    for (study, args) in studies() {
        start(cwd, around, &[args, vec!["-q".into(), "-o".into(), study.into()]].concat());
    }
    let left = Mutex::new(works());
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                // Not `while let`: that would hold the lock while the program runs.
                loop {
                    let Some(Work { folder, mut args }) = left.lock().unwrap().pop() else { break };
                    args.extend(["-o".into(), folder]);
                    let more: &[&str] = match args[0].as_str() {
                        "run" => around.of_run,
                        "diagnose" => &[],
                        _ => &["--threads", around.threads],
                    };
                    args.extend(more.iter().map(|arg| arg.to_string()));
                    start(cwd, around, &args);
                }
            });
        }
    });
    let digest = |path: PathBuf| {
        let name = path.strip_prefix(cwd).unwrap().to_str().unwrap().replace('\\', "/");
        let hex = Sha256::digest(fs::read(&path).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
        (name, hex)
    };
    all_below(cwd).into_iter().map(digest).collect()
}

/// Lines as `sha256sum` writes and checks them.
fn written(digests: &Digests) -> String {
    digests.iter().map(|(name, digest)| format!("{digest}  {name}\n")).collect()
}

fn of_lines(text: &str) -> Digests {
    let of = |line: &str| line.split_once("  ").map(|(digest, name)| (name.to_string(), digest.to_string()));
    text.lines().map(|line| of(line).unwrap_or_else(|| panic!("{DIGESTS}: {line}"))).collect()
}

/// The files that are not what they were, in words.
fn changed(expected: &Digests, found: &Digests) -> String {
    let mut changed = String::new();
    for name in expected.keys().chain(found.keys().filter(|name| !expected.contains_key(*name))) {
        let what = match (expected.get(name), found.get(name)) {
            (Some(was), Some(is)) if was == is => continue,
            (Some(_), Some(_)) => "differs",
            (Some(_), None) => "is not written",
            (None, _) => "is new",
        };
        let _ = writeln!(changed, "{name} {what}");
    }
    changed
}

#[test]
fn every_result_file_has_the_bytes_it_had() {
    let path = in_repository(DIGESTS);
    if updating() {
        fs::write(&path, written(&digests(&USUAL))).unwrap();
        return;
    }
    let expected = of_lines(&read(&path));
    let all =
        if std::env::var_os("FLEETSIM_BINARY").is_some() { &SURROUNDINGS[..] } else { &SURROUNDINGS[..1] };
    for around in all {
        let (mut expected, mut found) = (expected.clone(), digests(around));
        if !around.of_run.contains(&"--events") {
            // Where they come from, and so the report, tells of the events that were asked for.
            let with_events: BTreeSet<String> = expected
                .keys()
                .filter_map(|name| name.strip_suffix("/events.csv"))
                .map(str::to_string)
                .collect();
            let tells = |name: &str| {
                let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
                with_events.contains(folder) && ["events.csv", "origin.json", "report.html"].contains(&file)
            };
            expected.retain(|name, _| !tells(name));
            found.retain(|name, _| !tells(name));
        }
        let changed = changed(&expected, &found);
        assert!(
            changed.is_empty(),
            "{}:\n{changed}\nIf the change is meant: `{UPDATE_COMMAND}`, and say why in the commit.",
            around.name
        );
    }
}

#[test]
fn a_file_that_changes_comes_or_goes_is_named() {
    let [was, is] = ["aa  x/one\nbb  x/two\ncc  x/three\n", "aa  x/one\nbe  x/two\ndd  y\n"].map(of_lines);
    assert_eq!(changed(&was, &was), "");
    assert_eq!(changed(&was, &is), "x/three is not written\nx/two differs\ny is new\n");
    assert_eq!(of_lines(&written(&was)), was);
}

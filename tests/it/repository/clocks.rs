//! No verdict by the clock: a busy machine must not fail a test that an idle one passes.
//!
//! Work is counted instead ([`crate::support::work`]), or a test waits as long as it takes. What reads a clock all the same is
//! listed here with the reason, and so is what gives up a wait: only after minutes, when something hangs.

use std::path::Path;

use crate::support::{all_below, in_repository, read};

/// What reads a clock or bounds a wait, in Rust, in Python and in a shell.
const CLOCKS: [&str; 14] = [
    "Instant::now",
    ".elapsed()",
    "SystemTime",
    "Timestamp::now",
    "_timeout(",
    "timeout ",
    "time.monotonic",
    "time.time",
    "time.perf_counter",
    "time.process_time",
    "datetime.now",
    "timeout=",
    ".wait(",
    ".join(",
];

/// Files that may, with the reason.
const ALLOWED: [(&str, &str); 9] = [
    ("benches/reference/mod.rs", "benchmarks print what they measure"),
    ("python/benchmarks/cluster.py", "a benchmark prints what it measures"),
    ("python/tests/support.py", "a wait that hangs is given up"),
    ("python/tests/test_cluster.py", "a wait that hangs is given up"),
    ("tests/it/commands/command_line.rs", "a program that reads for ever is given up"),
    (
        "tests/it/faults/killed.rs",
        "the clock says when to kill; whatever instant that is, the same must hold",
    ),
    ("tests/it/import/large_export.rs", "prints how long a large export takes"),
    ("tests/it/results/browser/deadline.rs", "a browser that hangs is given up"),
    (
        "tests/it/results/browser/devtools.rs",
        "a browser that hangs is given up; what it says of itself comes without being asked for",
    ),
];

/// Shortest wait, in seconds, after which a test may say that something hangs.
const HANGS_S: u64 = 60;

/// Lines of a source that are no comment.
fn lines(path: &Path, comment: &str) -> Vec<String> {
    let text = read(path);
    text.lines().filter(|line| !line.trim_start().starts_with(comment)).map(str::to_string).collect()
}

/// The package for the registry comes without `python`.
fn is_there(name: &str) -> bool {
    !name.starts_with("python/") || in_repository("python").exists()
}

/// Name and lines of all tests and benchmarks. Of `src` what follows the first test module.
fn sources() -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let folders = ["src", "tests/it", "benches", "python/tests", "python/benchmarks"];
    for folder in folders.into_iter().filter(|folder| is_there(folder)) {
        for path in all_below(&in_repository(folder)) {
            let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
            let name = path.strip_prefix(in_repository("")).unwrap().display().to_string().replace('\\', "/");
            let comment = match extension {
                "rs" if name != "tests/it/repository/clocks.rs" => "//",
                "py" => "#",
                _ => continue,
            };
            let mut lines = lines(&path, comment);
            if folder == "src" {
                let tests = lines.iter().position(|line| line.contains("cfg(test)"));
                lines.drain(..tests.unwrap_or(lines.len()));
            }
            found.push((name, lines));
        }
    }
    assert!(found.len() > 100, "{}", found.len());
    found
}

/// Does the line read a clock, or bound a wait? Paths and strings are joined, too, and children waited for without end.
fn reads_a_clock(line: &str) -> bool {
    let bounded = |word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let argument = line[at + word.len()..].split([')', ',']).next().unwrap_or_default().trim();
            argument.ends_with("_S")
                || (!argument.is_empty() && argument.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
        })
    };
    CLOCKS.iter().any(|word| match *word {
        ".wait(" | ".join(" => bounded(word),
        word => line.contains(word),
    })
}

#[test]
fn what_reads_a_clock_is_listed_with_its_reason() {
    let mut reading: Vec<String> = Vec::new();
    for (name, lines) in sources() {
        if lines.iter().any(|line| reads_a_clock(line)) {
            reading.push(name);
        }
    }
    reading.sort();
    let listed: Vec<&str> = ALLOWED.iter().map(|(name, _)| *name).filter(|name| is_there(name)).collect();
    assert_eq!(
        reading, listed,
        "the left ones read a clock; count work instead (tests/it/support/work.rs), or say why it is no verdict"
    );
}

/// In the files that may read a clock, too: what it says is printed, or is a hang.
#[test]
fn no_assertion_is_about_a_time_that_was_measured() {
    for (name, lines) in sources() {
        let text = lines.join("\n");
        for statement in text.split("assert").skip(1) {
            let statement = statement.split(";\n").next().unwrap_or_default();
            for word in ["elapsed", "from_secs", "from_millis", "monotonic", "perf_counter"] {
                // Those two are about constants: how long is waited at most.
                let bounds = name.ends_with("deadline.rs") || name.ends_with("cli/interrupt.rs");
                assert!(!statement.contains(word) || bounds, "{name}: assert{statement}");
            }
        }
    }
}

/// A test that gives up sooner than in a minute may be wrong about what hangs.
#[test]
fn waits_are_given_up_late_and_under_one_name() {
    for (name, lines) in sources().into_iter().filter(|(name, _)| name.starts_with("python/tests")) {
        for line in &lines {
            for word in ["timeout=", "within_s=", ".wait(", ".join("] {
                let numbers =
                    line.match_indices(word).filter_map(|(at, _)| line[at + word.len()..].chars().next());
                assert!(
                    numbers.into_iter().all(|c| !c.is_ascii_digit()),
                    "{name}: name HANGS_S instead: {line}"
                );
            }
            if let Some((_, seconds)) = line.split_once("HANGS_S = ") {
                assert!(seconds.parse::<u64>().unwrap() >= HANGS_S, "{name}: {line}");
            }
        }
    }
    assert!(crate::results::browser::PATIENCE.as_secs() >= HANGS_S);
}

//! Bad scenarios: every fault in one go, each with file:line:column, the line, key path, reason, remedy.
//!
//! `bad_inputs.txt` is the table: a title, the scenario, `>>>`, and exactly what the program says.

use std::fmt::Write;

use fleetsim::scenario;
use fleetsim::scenario::fault::{Severity, render};

use crate::support::work::allocated;
use crate::support::{UPDATE_COMMAND, in_repository, read, updating};

/// Most bytes allocated until a scenario is refused, all in all: the language with all its keys, to find the nearest
/// one, and 50,000 bulletins that are counted.
const BYTES_OF_A_REFUSAL: u64 = 12_000_000;
/// The same of text made to exhaust a parser: 200,000 values, the most there may be, take 600 bytes each. Work that grows
/// with the square of such a text takes thousands of times as many.
const BYTES_OF_HOSTILE_TEXT: u64 = 400_000_000;
/// Most bytes at the same time.
const MOST_MEMORY: u64 = 100 << 20;

struct Case<'t> {
    title: &'t str,
    yaml: &'t str,
    says: &'t str,
}

fn cases(table: &str) -> Vec<Case<'_>> {
    let blocks = table.split("### ").skip(1);
    blocks
        .map(|block| {
            let (title, rest) = block.split_once('\n').expect("a title line");
            let (yaml, says) = rest.split_once(">>>\n").unwrap_or_else(|| panic!("{title}: no >>>"));
            Case { title, yaml, says }
        })
        .collect()
}

/// Files a scenario may name.
fn beside(name: &str) -> Result<String, String> {
    match name {
        "scans.csv" => Ok("minutes,note\n3,quick\n4,\n".into()),
        "empty.csv" => Ok("minutes\n".into()),
        "ragged.csv" => Ok("minutes,note\n3,quick\n4\n".into()),
        _ => Err(format!("{name}: no such file")),
    }
}

/// What the program says to a scenario.
fn verdict(yaml: &str) -> String {
    let (faults, severity) = match scenario::check(yaml, "s", &beside) {
        Ok(checked) => (checked.warnings, Severity::Warning),
        Err(faults) => (faults, Severity::Error),
    };
    let mut message = render(&faults, severity, "s.yaml", yaml);
    if severity == Severity::Warning {
        let _ = writeln!(message, "accepted");
    }
    message
}

/// Tabs and bytes that editors like to change are spelled out in the table.
fn unescaped(yaml: &str) -> String {
    yaml.replace("<TAB>", "\t").replace("<CR>", "\r").replace("<ESC>", "\u{1b}")
}

#[test]
fn every_bad_input_gets_its_good_answer() {
    let path = in_repository("tests/it/commands/bad_inputs.txt");
    let table = read(&path);
    let mut rewritten = table.split("### ").next().unwrap_or_default().to_string();
    let mut wrong = String::new();
    for Case { title, yaml, says } in cases(&table) {
        let message = verdict_within(BYTES_OF_A_REFUSAL, title, &unescaped(yaml));
        let _ = write!(rewritten, "### {title}\n{yaml}>>>\n{message}\n");
        if message.trim_end() != says.trim_end() {
            let _ = writeln!(wrong, "{title}\nexpected:\n{says}said:\n{message}");
        }
    }
    if updating() {
        std::fs::write(&path, rewritten.trim_end().to_string() + "\n").unwrap();
        return;
    }
    assert!(wrong.is_empty(), "{wrong}if that is right: {UPDATE_COMMAND}");
}

/// Whatever is wrong, the message says where, and what to do or what is allowed.
#[test]
fn every_refusal_has_a_place_and_a_line_of_the_file() {
    let table = read(&in_repository("tests/it/commands/bad_inputs.txt"));
    for Case { title, yaml, .. } in cases(&table) {
        let yaml = unescaped(yaml);
        for fault in scenario::check(&yaml, "s", &beside).err().into_iter().flatten() {
            let empty = fault.problem.contains("scenario is empty");
            assert!(fault.place.line > 0 || empty, "{title}: no place: {fault:?}");
            assert!(fault.help.is_some() || explains_itself(&fault.problem), "{title}: no remedy: {fault:?}");
        }
    }
}

/// These problems name the rule that was broken, which is the remedy.
fn explains_itself(problem: &str) -> bool {
    let rules = [
        "expected",
        "must be",
        "must not",
        "is more than",
        "is less than",
        "at least one",
        "exclude each other",
        "contradict each other",
        "does not fit into",
        "lies before",
        "mismatched bracket",
        "this program reads",
        "is outside",
        "no such file",
        "fields where the header has",
    ];
    rules.iter().any(|rule| problem.contains(rule))
}

const SMALL: &str =
    "fleetsim: 1\nduration: 30d\ngroups: {pcs: {clients: 10}}\nlicenses: {base: {nodes: 5}}\n";

/// Texts made to exhaust a parser, and a word of the answer.
fn hostile() -> Vec<(&'static str, String, &'static str)> {
    let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for i in 1..10 {
        let alias = format!("*a{}", i - 1);
        let _ = writeln!(laughs, "a{i}: &a{i} [{}]", vec![alias; 9].join(", "));
    }
    let ladder: String = (1..1_500).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    let keys: String = (0..300_000).map(|i| format!("k{i}: 1\n")).collect();
    let anchors: Vec<String> = (0..100_000).map(|i| format!("&a{i} 1")).collect();
    let names: Vec<String> = (0..150_000).map(|i| format!("-c{i}")).collect();
    vec![
        ("billion laughs", format!("{SMALL}{laughs}"), "aliases expand to more than"),
        ("nested lists", format!("{SMALL}x: {}{}\n", "[".repeat(10_000), "]".repeat(10_000)), "nested more"),
        (
            "nested maps",
            format!("{SMALL}x: {}1{}\n", "{a: ".repeat(10_000), "}".repeat(10_000)),
            "nested more",
        ),
        ("nested blocks", format!("{SMALL}x:\n{ladder}"), "nested more than 32"),
        ("nested dashes", format!("{SMALL}x:\n{}1\n", "- ".repeat(100_000)), "nested more than 32"),
        ("open brackets", format!("{SMALL}x: {}\n", "[".repeat(1_000_000)), "nested more than 32"),
        ("question marks", format!("{SMALL}{}\n", "? ".repeat(1_000_000)), "nested more than 32"),
        ("colons", format!("{SMALL}{}\n", ": ".repeat(1_000_000)), "a key is missing before the colon"),
        ("too many keys", format!("{SMALL}{keys}"), "more than 200,000 values"),
        ("too many anchors", format!("{SMALL}x: [{}]\n", anchors.join(", ")), "more than 50,000 anchors"),
        ("a long value", format!("{SMALL}name: {}\n", "x".repeat(3_900_000)), "it has 3900000 characters"),
        ("a long key", format!("{SMALL}{}: 1\n", "x".repeat(3_900_000)), "this line is not `key: value`"),
        ("an endless quote", format!("{SMALL}name: \"{}\n", "\\\"".repeat(1_000_000)), "never closed"),
        ("too many names", format!("{SMALL}sites: [{}]\n", names.join(",")), "expected a mapping"),
        ("too many bytes", format!("{SMALL}# {}\n", "x".repeat(5_000_000)), "more than the 4194304"),
    ]
}

/// The verdict, for which no more than so many bytes are allocated.
fn verdict_within(bytes: u64, title: &str, yaml: &str) -> String {
    let (message, work) = allocated(|| verdict(yaml));
    println!("{title}: {work:?}");
    assert!(work.bytes <= bytes, "{title}: {work:?}, more than {bytes} bytes");
    assert!(work.peak <= MOST_MEMORY, "{title}: {work:?}, more than {MOST_MEMORY} bytes at the same time");
    message
}

#[test]
fn hostile_yaml_is_refused_with_little_work_in_few_words() {
    for (title, yaml, says) in hostile() {
        let message = verdict_within(BYTES_OF_HOSTILE_TEXT, title, &yaml);
        assert!(message.contains(says), "{title}: {message}");
        assert!(message.len() < 3_000, "{title}: {} bytes of message", message.len());
    }
}

/// 100 MiB of address space hold the program and whatever it makes of hostile text.
#[cfg(target_os = "linux")]
#[test]
fn hostile_yaml_is_refused_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.yaml");
    for (title, yaml, _) in hostile() {
        std::fs::write(&file, yaml).unwrap();
        let program = env!("CARGO_BIN_EXE_fleetsim");
        // Every thread of glibc reserves 64 MiB more that it never touches; one arena is enough.
        let limited =
            format!("ulimit -v 102400 && MALLOC_ARENA_MAX=1 exec '{program}' check '{}'", file.display());
        let done = std::process::Command::new("sh").args(["-c", &limited]).output().unwrap();
        let message = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(3), "{title}: {message}");
    }
}

/// Nothing is allocated for a fleet that cannot be held.
#[test]
fn huge_numbers_are_refused_before_they_are_believed() {
    let head = "fleetsim: 1\nduration: 30d\nlicenses: {base: {nodes: 5}}\n";
    for (groups, says) in [
        ("{pcs: {clients: 4000000000}}", "from 0 to 100000000"),
        ("{pcs: {clients: 99999999999999999999}}", "from 0 to 100000000"),
        ("{a: {clients: 60000000}, b: {clients: 60000000}}", "about 120000000 clients"),
        ("{pcs: {enrol: {poisson: 100/s}}}", "about 259308014 clients"),
        ("{pcs: {enrol: {poisson: 1000000/ms}}}", "more than one arrival a millisecond"),
        ("{pcs: {clients: 5, package_size: 9223372036 GB}}", "the largest amount there is"),
        ("{pcs: {clients: 500, package_size: 9000000 GB}}", "more than the 1.2e9 GB a run can count"),
    ] {
        let (message, work) = allocated(|| verdict(&format!("{head}groups: {groups}\n")));
        assert!(message.contains(says), "{groups}: {message}");
        assert!(work.bytes <= BYTES_OF_A_REFUSAL, "{groups}: {work:?}");
    }
}

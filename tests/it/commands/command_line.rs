//! The real program: exit codes, files in, folders out, streams.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use assert_cmd::cargo::CommandCargoExt;
use tempfile::TempDir;

use crate::support::in_repository;

const GOOD: &str = "fleetsim: 1\nname: Office\nduration: 5d\nseed: 7\ngroups: {pcs: {clients: 10}}\n\
                    licenses: {base: {nodes: 5}}\n";

/// A folder with a good scenario `s.yaml` in it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("s.yaml"), GOOD).unwrap();
    folder
}

pub fn fleetsim(cwd: &Path, args: &[&str]) -> Command {
    let mut command = Command::cargo_bin("fleetsim").unwrap();
    command.current_dir(cwd).args(args).stdin(Stdio::null());
    command
}

fn output(cwd: &Path, args: &[&str]) -> Output {
    fleetsim(cwd, args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Runs and expects an exit code; gives stdout and stderr.
#[track_caller]
pub fn expect(code: i32, cwd: &Path, args: &[&str]) -> (String, String) {
    let done = output(cwd, args);
    let (stdout, stderr) = (text(&done.stdout), text(&done.stderr));
    assert_eq!(done.status.code(), Some(code), "{args:?}\nstdout: {stdout}\nstderr: {stderr}");
    (stdout, stderr)
}

pub fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|e| text(e.unwrap().file_name().as_encoded_bytes())).collect();
    names.sort();
    names
}

#[test]
fn exit_codes_and_messages() {
    let dir = folder();
    let cwd = dir.path();
    fs::write(cwd.join("bad.yaml"), "fleetsim: 1\nduration: 4\n").unwrap();
    fs::write(cwd.join("file"), "").unwrap();
    for (code, args, says) in [
        (0, "check s.yaml", "s.yaml: ok: 1 group, 10 clients"),
        (0, "--help", "Exit codes: 0 done"),
        (0, "run --help", "Examples:"),
        (0, "--version", "fleetsim 0."),
        (1, "check missing.yaml", "missing.yaml: no such scenario (looked in "),
        (1, "run .", ". is a folder, not a scenario"),
        (1, "run s.yaml -o file", "file is a file, and the results need a folder"),
        (
            1,
            "run s.yaml -o s.yaml",
            "s.yaml is a file, and the results need a folder\n  help: name another folder",
        ),
        (1, "run s.yaml -o file/below", "cannot write into file/below"),
        (2, "", "Usage:"),
        (2, "rnu s.yaml", "unrecognized subcommand"),
        (2, "run", "required arguments"),
        (2, "run s.yaml --sed 4", "--seed"),
        (2, "run s.yaml --sefl-check", "a similar argument exists: '--self-check'"),
        (2, "run s.yaml --seed -1", "--seed"),
        (2, "run s.yaml --seed 1.5", "invalid value '1.5'"),
        (2, "run s.yaml --seed random", "invalid value 'random'"),
        (2, "run s.yaml --seed 99999999999999999999", "invalid value"),
        (2, "run s.yaml --format xml", "possible values: table, json"),
        (2, "explain s.yaml", "--client <NAME>"),
        (2, "explain s.yaml --client pcs-11", "are called `pcs-1` to `pcs-10`"),
        (2, "explain s.yaml --client pc-3", "are called `pcs-1` to `pcs-10`"),
        (2, "explain s.yaml --client pcs", "did you mean `pcs-1`?"),
        (2, "explain s.yaml --client zebra", "clients are called: pcs-1, pcs-10"),
        (2, "explain s.yaml --client pcs-1 --at 3", "the unit is missing"),
        (2, "explain s.yaml --client pcs-1 --at 9d", "is not between"),
        (2, "explain s.yaml --client pcs-1 --at noon", "write a date"),
        (2, "run s.yaml --events all", "tip: write `--events=all`, with an equals sign"),
        (2, "diagnose s.yaml --at 9d", "is not between"),
        (2, "completions tcsh", "possible values: bash"),
        (3, "diagnose bad.yaml", "2 errors; nothing was simulated"),
        (3, "check bad.yaml", "bad.yaml:2:11: error: duration: `4` is not a duration"),
        (3, "run bad.yaml", "2 errors; nothing was simulated"),
        (3, "explain bad.yaml --client x", "`groups` is missing"),
    ] {
        let args: Vec<&str> = args.split_whitespace().collect();
        let (stdout, stderr) = expect(code, cwd, &args);
        let (printed, silent) = if code == 0 { (&stdout, &stderr) } else { (&stderr, &stdout) };
        assert!(printed.contains(says), "{args:?}: {printed}");
        assert_eq!(silent, "", "{args:?}: data on stdout, messages on stderr");
    }
    assert_eq!(names_in(cwd), ["bad.yaml", "file", "s.yaml"], "nothing is made when nothing is done");
}

#[test]
fn files_that_are_no_text_are_invalid_scenarios() {
    let dir = folder();
    for (name, bytes, says) in [
        ("utf16le", &b"\xff\xfef\0"[..], "the file is UTF-16; save it as UTF-8"),
        ("utf16be", &b"\xfe\xff\0f"[..], "the file is UTF-16; save it as UTF-8"),
        ("latin1", &b"name: B\xfcro\n"[..], "not UTF-8: wrong byte at offset 7; save it as UTF-8"),
        ("binary", &b"PK\x03\x04\0"[..], "not a text file: it has a zero byte at offset 4"),
        ("large", &vec![b'#'; 4_200_000][..], "more than the 4194304 bytes"),
    ] {
        fs::write(dir.path().join(name), bytes).unwrap();
        let (_, stderr) = expect(3, dir.path(), &["check", name]);
        assert!(stderr.contains(says), "{name}: {stderr}");
    }
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_change_nothing() {
    let dir = folder();
    fs::write(dir.path().join("w.yaml"), format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))).unwrap();
    expect(0, dir.path(), &["run", "s.yaml", "-q"]);
    expect(0, dir.path(), &["run", "w.yaml", "-q"]);
    for name in ["timeline.csv", "sites.csv", "summary.json"] {
        let bytes = |folder: &str| fs::read(dir.path().join(folder).join(name)).unwrap();
        assert_eq!(bytes("s"), bytes("w"), "{name}");
    }
}

#[test]
fn names_with_spaces_and_letters_of_all_languages() {
    let dir = folder();
    let name = "Büro 東京 'a\".yaml";
    fs::write(dir.path().join(name), GOOD).unwrap();
    expect(0, dir.path(), &["run", name]);
    assert_eq!(
        names_in(&dir.path().join("Büro 東京 'a\"")),
        ["origin.json", "sites.csv", "summary.json", "timeline.csv"]
    );
}

#[test]
fn a_run_fills_a_folder_and_fills_it_again() {
    let dir = folder();
    let deep = dir.path().join("a/b/c");
    let (stdout, stderr) = expect(0, dir.path(), &["run", "s.yaml", "-o", "a/b/c", "--events"]);
    assert_eq!(names_in(&deep), ["events.csv", "origin.json", "sites.csv", "summary.json", "timeline.csv"]);
    assert!(stdout.contains("Wrote ") && stdout.contains("timeline.csv"), "{stdout}");
    assert_eq!(stderr, "", "no bar where stderr is no terminal");
    // The events of the first run would belong to no run any more.
    expect(0, dir.path(), &["run", "s.yaml", "-o", "a/b/c"]);
    assert_eq!(names_in(&deep), ["origin.json", "sites.csv", "summary.json", "timeline.csv"]);
}

/// A file is as wide as 80 characters wherever it is written.
#[test]
fn a_run_ends_with_a_chart_unless_it_is_quiet_or_for_programs() {
    let dir = folder();
    let of = |more: &[&str]| expect(0, dir.path(), &[&["run", "s.yaml"], more].concat()).0;
    let (chart, ascii) = (of(&[]), of(&["--ascii"]));
    assert!(chart.contains("█ licenses in use   ") && chart.contains("\n\n  Wrote "), "{chart}");
    assert!(chart.lines().any(|line| line.chars().count() == 79), "{chart}");
    assert!(ascii.contains("# licenses in use   ") && ascii.is_ascii(), "{ascii}");
    assert!(!of(&["--format", "json"]).contains("licenses in use"));
    assert_eq!(of(&["--quiet"]), "");
}

/// With the shortcut, without it, and while events are written: all of it agrees, and changes no file.
#[test]
fn a_self_check_says_that_it_agrees_and_changes_no_byte() {
    let dir = folder();
    expect(0, dir.path(), &["run", "s.yaml", "-o", "plain", "-q"]);
    for more in [&[][..], &["--exhaustive"], &["--events"]] {
        let args = [&["run", "s.yaml", "-o", "checked", "--self-check"], more].concat();
        let (printed, silent) = expect(0, dir.path(), &args);
        assert!(printed.contains("\n  Self-check: three runs, ") && silent.is_empty(), "{printed}{silent}");
        // origin.json tells of events.csv, where that was asked for.
        for name in ["timeline.csv", "sites.csv", "summary.json"] {
            let bytes = |folder: &str| fs::read(dir.path().join(folder).join(name)).unwrap();
            assert!(bytes("plain") == bytes("checked"), "{more:?}: {name}");
        }
    }
    let (json, printed) = expect(0, dir.path(), &["run", "s.yaml", "--self-check", "--format", "json"]);
    assert!(
        serde_json::from_str::<serde_json::Value>(&json).is_ok() && printed.contains("Self-check"),
        "{printed}"
    );
    let quiet = expect(0, dir.path(), &["run", "s.yaml", "--self-check", "-q"]);
    assert_eq!(quiet, (String::new(), String::new()));
}

#[test]
fn results_of_others_are_not_overwritten_without_force() {
    let dir = folder();
    let out = dir.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("timeline.csv"), "mine\n").unwrap();
    fs::write(out.join("notes.txt"), "mine too\n").unwrap();
    let (_, stderr) = expect(1, dir.path(), &["run", "s.yaml", "-o", "out"]);
    assert!(stderr.contains("out holds timeline.csv") && stderr.contains("--force"), "{stderr}");
    assert_eq!(fs::read(out.join("timeline.csv")).unwrap(), b"mine\n");
    assert_eq!(names_in(&out), ["notes.txt", "timeline.csv"]);
    expect(0, dir.path(), &["run", "s.yaml", "-o", "out", "--force"]);
    assert_eq!(names_in(&out), ["notes.txt", "origin.json", "sites.csv", "summary.json", "timeline.csv"]);
    // Now it is the folder of a scenario, and not of another one.
    fs::write(dir.path().join("t.yaml"), GOOD.replace("Office", "Plant")).unwrap();
    let before = fs::read(out.join("summary.json")).unwrap();
    expect(1, dir.path(), &["run", "t.yaml", "-o", "out"]);
    assert_eq!(fs::read(out.join("summary.json")).unwrap(), before);
    expect(0, dir.path(), &["run", "t.yaml", "-o", "out", "--force"]);
}

#[test]
fn a_failed_write_leaves_what_was_there_and_no_traces() {
    let dir = folder();
    let out = dir.path().join("out");
    expect(0, dir.path(), &["run", "s.yaml", "-o", "out"]);
    let before = fs::read(out.join("summary.json")).unwrap();
    // A folder cannot be replaced by a file.
    fs::remove_file(out.join("timeline.csv")).unwrap();
    fs::create_dir(out.join("timeline.csv")).unwrap();
    let (_, stderr) = expect(1, dir.path(), &["run", "s.yaml", "-o", "out", "--seed", "8"]);
    assert!(stderr.contains("timeline.csv"), "{stderr}");
    assert_eq!(fs::read(out.join("summary.json")).unwrap(), before);
    assert_eq!(names_in(&out), ["origin.json", "sites.csv", "summary.json", "timeline.csv"]);
}

#[test]
fn folders_made_in_vain_are_removed() {
    let dir = folder();
    let too_long = format!("new/deep/{}", "x".repeat(300));
    let (_, stderr) = expect(1, dir.path(), &["run", "s.yaml", "-o", &too_long]);
    assert!(stderr.contains("cannot write into new/deep/"), "{stderr}");
    assert_eq!(names_in(dir.path()), ["s.yaml"]);
}

#[test]
fn json_is_the_summary_and_quiet_is_nothing() {
    let dir = folder();
    let (json, _) = expect(0, dir.path(), &["run", "s.yaml", "--format", "json"]);
    assert_eq!(json, fs::read_to_string(dir.path().join("s/summary.json")).unwrap());
    let summary: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&summary["scenario"], &summary["seed"]), (&"Office".into(), &7.into()));
    fs::write(dir.path().join("warned.yaml"), GOOD.replace("licenses: {base: {nodes: 5}}\n", "")).unwrap();
    let quiet = expect(0, dir.path(), &["run", "warned.yaml", "-q"]);
    assert_eq!(quiet, (String::new(), String::new()));
    // What was asked for by name is printed all the same, and nothing beside it.
    let (json, printed) = expect(0, dir.path(), &["run", "warned.yaml", "-q", "--format", "json"]);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok() && printed.is_empty());
}

#[test]
fn a_seed_on_the_command_line_counts_and_shows() {
    let dir = folder();
    let run =
        |args: &[&str]| expect(0, dir.path(), &[&["run", "s.yaml", "--format", "json"], args].concat()).0;
    let summary = |json: String| serde_json::from_str::<serde_json::Value>(&json).unwrap();
    let (own, same, other) =
        (summary(run(&[])), summary(run(&["--seed", "7"])), summary(run(&["--seed", "8"])));
    assert_eq!(own, same);
    assert_eq!(other["seed"], 8);
    assert_eq!(own["scenario_digest"], other["scenario_digest"]);
    assert_ne!(own["fingerprint"], other["fingerprint"]);
    let (story, _) = expect(0, dir.path(), &["explain", "s.yaml", "--client", "pcs-1", "--seed", "8"]);
    assert!(story.contains("seed 8"), "{story}");
}

#[test]
fn explain_ends_at_the_given_instant() {
    let dir = folder();
    let explain = |at: &str| expect(0, dir.path(), &["explain", "s.yaml", "--client", "pcs-1", "--at", at]).0;
    let early = explain("1m");
    assert!(early.contains("On 2026-01-05T00:01:00 pcs-1 holds no license"), "{early}");
    assert_eq!(explain("2d"), explain("2026-01-07"), "a duration or a date");
}

#[test]
fn diagnose_accounts_for_every_client_at_an_instant() {
    let dir = folder();
    let (table, _) = expect(0, dir.path(), &["diagnose", "s.yaml"]);
    assert!(table.contains("5  X2  is rejected: the pool is full\n"), "{table}");
    assert!(table.contains("cure: add nodes") && table.contains("10  in all"), "{table}");
    let (json, printed) =
        expect(0, dir.path(), &["diagnose", "s.yaml", "--at", "1m", "--seed", "8", "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&found["at"], &found["seed"]), (&"2026-01-05T00:01:00".into(), &8.into()));
    assert_eq!(found["clients"]["without_license"], 10, "nobody is that fast");
    let reasons = found["without_license"].as_array().unwrap();
    assert_eq!(reasons.iter().map(|reason| reason["clients"].as_u64().unwrap()).sum::<u64>(), 10);
    assert_eq!(printed, "");
}

#[test]
fn init_writes_a_scenario_that_runs_and_overwrites_nothing() {
    let empty = tempfile::tempdir().unwrap();
    let cwd = empty.path();
    let (printed, _) = expect(0, cwd, &["init"]);
    assert_eq!(printed, "Wrote fleet.yaml. Next: fleetsim run fleet.yaml\n");
    let (answers, warnings) = expect(0, cwd, &["run", "fleet.yaml"]);
    assert!(answers.contains("Turned away") && warnings.is_empty(), "{answers}{warnings}");
    let starter = fs::read_to_string(cwd.join("fleet.yaml")).unwrap();
    assert_eq!(expect(0, cwd, &["init", "-"]).0, starter);
    fs::write(cwd.join("fleet.yaml"), "mine").unwrap();
    let (_, stderr) = expect(1, cwd, &["init"]);
    assert!(stderr.contains("fleet.yaml exists") && stderr.contains("--force"), "{stderr}");
    assert_eq!(fs::read(cwd.join("fleet.yaml")).unwrap(), b"mine");
    expect(0, cwd, &["init", "--force"]);
    assert_eq!(fs::read_to_string(cwd.join("fleet.yaml")).unwrap(), starter);
    let (_, stderr) = expect(1, cwd, &["init", "no/such/folder.yaml"]);
    assert!(stderr.contains("cannot write no/such/folder.yaml"), "{stderr}");
}

#[test]
fn shells_and_editors_get_what_they_need() {
    let dir = folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (script, _) = expect(0, dir.path(), &["completions", shell]);
        assert!(script.contains("fleetsim") && script.contains("diagnose"), "{shell}: {script}");
    }
    let (schema, _) = expect(0, dir.path(), &["schema"]);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

#[test]
fn every_command_has_a_manual_page_that_says_what_its_help_says() {
    let dir = folder();
    let (printed, _) = expect(0, dir.path(), &["man", "share/man1"]);
    assert!(printed.contains("pages in share/man1"), "{printed}");
    let (help, _) = expect(0, dir.path(), &["--help"]);
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    // What stands further in goes on with the line above.
    let named =
        commands.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let commands: Vec<&str> = named.filter_map(|line| line.split_whitespace().next()).collect();
    assert!(commands.len() > 15 && commands.contains(&"run-shard"), "{commands:?}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let page = fs::read_to_string(dir.path().join(format!("share/man1/fleetsim-{command}.1"))).unwrap();
        // In these pages a hyphen is written with a backslash.
        let page = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\fI", "");
        let (help, _) = expect(0, dir.path(), &[command, "-h"]);
        for option in help.split_whitespace().filter(|word| word.starts_with("--")) {
            let option = option.trim_end_matches(|c: char| !c.is_alphanumeric());
            assert!(page.contains(option), "{command}: {option} is missing in\n{page}");
        }
    }
}

/// Results name the version alone; `--version` also names the commit, for fault reports.
#[test]
fn the_version_names_its_commit() {
    let dir = folder();
    let version = concat!("fleetsim ", env!("CARGO_PKG_VERSION"));
    let (short, _) = expect(0, dir.path(), &["-V"]);
    assert_eq!(short, format!("{version}\n"));
    let (long, _) = expect(0, dir.path(), &["--version"]);
    let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(in_repository(".")).output();
    match head.ok().filter(|done| done.status.success()) {
        Some(done) => {
            let commit = text(&done.stdout);
            assert_eq!(long, format!("{version} ({})\n", &commit[..12]));
        }
        // Sources without a repository.
        None => assert!(long.starts_with(version), "{long}"),
    }
}

#[test]
fn surroundings_change_no_byte() {
    let dir = folder();
    let elsewhere = tempfile::tempdir().unwrap();
    let scenario = dir.path().join("s.yaml");
    let run = |cwd: &Path, out: &str, surroundings: &[(&str, &str)]| {
        let out = dir.path().join(out);
        let args = ["run", scenario.to_str().unwrap(), "-o", out.to_str().unwrap(), "--events=all"];
        let done =
            fleetsim(cwd, &args).envs(surroundings.iter().copied()).env_remove("HOME").output().unwrap();
        assert!(done.status.success(), "{}", text(&done.stderr));
        ["timeline.csv", "sites.csv", "summary.json", "events.csv"]
            .map(|name| fs::read(out.join(name)).unwrap())
    };
    let first = run(dir.path(), "one", &[("TZ", "UTC"), ("LANG", "C")]);
    let second = run(elsewhere.path(), "two", &[("TZ", "Pacific/Kiritimati"), ("LANG", "tr_TR.UTF-8")]);
    let third = run(elsewhere.path(), "three", &[("TZ", "nonsense"), ("LC_ALL", "ar_EG"), ("NO_COLOR", "1")]);
    assert!(first == second && second == third);
}

#[test]
fn every_ready_made_scenario_passes_the_check() {
    for path in crate::support::files_below(&in_repository("scenarios"), "yaml") {
        expect(0, &in_repository("."), &["check", path.to_str().unwrap()]);
    }
}

#[cfg(unix)]
mod unix {
    use std::io::Read;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    /// Runs a line of shell in which `$F` is the program.
    fn shell(cwd: &Path, line: &str) -> Output {
        let program = assert_cmd::cargo::cargo_bin("fleetsim");
        Command::new("sh").args(["-c", line]).current_dir(cwd).env("F", program).output().unwrap()
    }

    #[test]
    fn closed_streams_are_a_quiet_end() {
        let dir = folder();
        for (line, code) in [
            ("$F --help <&-", 0),
            ("$F --version <&-", 0),
            ("$F run s.yaml -q <&-", 0),
            ("$F run s.yaml >&-", 0),
            ("$F run s.yaml 2>&-", 0),
            ("$F check missing.yaml 2>&-", 1),
            ("$F run s.yaml --format json | true", 0),
            ("$F explain s.yaml --client pcs-1 | head -n 1", 0),
        ] {
            let done = shell(dir.path(), line);
            assert_eq!(done.status.code(), Some(code), "{line}: {}", text(&done.stderr));
            assert_eq!(text(&done.stderr), "", "{line}");
        }
    }

    #[test]
    fn a_reader_that_goes_away_is_no_failure() {
        let dir = folder();
        let args = ["explain", "s.yaml", "--client", "pcs-1"];
        let mut child =
            fleetsim(dir.path(), &args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut printed = String::new();
        child.stderr.take().unwrap().read_to_string(&mut printed).unwrap();
        assert_eq!((child.wait().unwrap().code(), printed.as_str()), (Some(0), ""));
    }

    #[test]
    fn links_to_folders_are_followed_and_kept() {
        let dir = folder();
        fs::create_dir(dir.path().join("real")).unwrap();
        symlink("real", dir.path().join("link")).unwrap();
        expect(0, dir.path(), &["run", "s.yaml", "-o", "link"]);
        assert_eq!(
            names_in(&dir.path().join("real")),
            ["origin.json", "sites.csv", "summary.json", "timeline.csv"]
        );
        assert!(dir.path().join("link").is_symlink());
        symlink("nowhere", dir.path().join("dangling")).unwrap();
        symlink("loop", dir.path().join("loop")).unwrap();
        for name in ["dangling", "loop"] {
            let (_, stderr) = expect(1, dir.path(), &["run", "s.yaml", "-o", name]);
            assert!(stderr.contains(&format!("cannot write into {name}")), "{stderr}");
        }
    }

    /// Permissions say nothing to root.
    fn is_root(probe: &Path) -> bool {
        fs::set_permissions(probe, fs::Permissions::from_mode(0o000)).unwrap();
        fs::read(probe).is_ok()
    }

    #[test]
    fn missing_permission_is_reported_before_the_run() {
        let dir = folder();
        let probe = dir.path().join("probe");
        fs::write(&probe, "").unwrap();
        if is_root(&probe) {
            return;
        }
        let (_, stderr) = expect(1, dir.path(), &["check", "probe"]);
        assert!(stderr.contains("probe: Permission denied"), "{stderr}");
        let locked = dir.path().join("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
        let (_, stderr) = expect(1, dir.path(), &["run", "s.yaml", "-o", "locked"]);
        assert!(stderr.contains("cannot write into locked"), "{stderr}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn full_devices_and_strange_files() {
        let dir = folder();
        for (line, code, says) in [
            ("$F run s.yaml > /dev/full", 1, "stdout: No space left"),
            ("$F run s.yaml -o /proc/fleetsim", 1, "cannot write into /proc/fleetsim"),
            ("$F run s.yaml -o /dev/null", 1, "/dev/null is a file"),
            ("timeout 300 $F check /dev/zero", 3, "more than the 4194304 bytes"),
            ("cat s.yaml | $F check /dev/stdin", 0, ""),
        ] {
            let done = shell(dir.path(), line);
            let printed = text(&done.stderr);
            assert_eq!(done.status.code(), Some(code), "{line}: {printed}");
            assert!(printed.contains(says), "{line}: {printed}");
        }
    }
}

//! No text from files or arguments reaches a terminal as anything but text: escapes, control characters and marks that
//! reverse the text are shown, in every command's answers, errors and warnings.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::process::Output;

use fleetsim::output::store::lines::Lines;
use fleetsim::units::is_unprintable;
use serde_json::json;

use crate::support::faults::{TINY, fleetsim, place};

/// Clears the screen and sets its title; the same in one byte; reverses the text; goes back and overwrites.
const HOSTILE: [&str; 4] =
    ["x\u{1b}[2J\u{1b}]0;owned\u{7}", "x\u{9b}2J", "x\u{202e}lmay.\u{2066}", "x\u{8}\u{7f}\ry\tz"];

/// A file's name takes no slash, which none of them has.
const FOLDER: &str = "RESULTS";

#[track_caller]
fn assert_visible(output: &Output, what: &str) -> bool {
    let mut shown = false;
    for (stream, bytes) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
        let text = String::from_utf8_lossy(bytes);
        let obeyed = text.chars().find(|c| *c != '\n' && is_unprintable(*c));
        assert_eq!(obeyed, None, "{what}: {stream}: {text:?}");
        assert!(!text.contains("panicked") && !text.contains("has a fault"), "{what}: {text}");
        shown |= ["\\u{1b}", "\\u{9b}", "\\u{202e}", "\\u{8}"].iter().any(|escape| text.contains(escape));
    }
    shown
}

/// Runs a command; gives whether it showed anything hostile.
#[track_caller]
fn shows_hostile(cwd: &Path, args: &[&str]) -> bool {
    assert_visible(&fleetsim(cwd, args).output().unwrap(), &format!("{args:?}"))
}

#[test]
fn arguments_are_shown_and_not_obeyed() {
    let place = place();
    let cwd = place.path();
    for hostile in HOSTILE {
        let (set, action) = (format!("{hostile}=1"), format!("retire group={hostile} at 1d"));
        let (sweep, file) = (format!("licenses.{hostile}.nodes=1..2:1"), format!("{hostile}.yaml"));
        let commands: [&[&str]; 24] = [
            &[hostile],
            &["run", "s.yaml", hostile],
            &["run", &format!("--{hostile}")],
            &["run", "s.yaml", "--seed", hostile],
            &["run", "s.yaml", "--set", hostile],
            &["run", "s.yaml", "--set", &set],
            &["run", "s.yaml", "--action", hostile],
            &["run", "s.yaml", "--action", &action],
            &["run", &file],
            &["check", &file],
            &["explain", "s.yaml", "--client", hostile],
            &["explain", "s.yaml", "--client", "pcs-1", "--at", hostile],
            &["diagnose", "s.yaml", "--at", hostile],
            &["replicate", "s.yaml", "-n", "2", "--warm-up", hostile],
            &["replicate", "s.yaml", "--until-half-width", "2%", "--of", hostile],
            &["sweep", "s.yaml", "--set", &sweep],
            &["size", "s.yaml", "--target", hostile],
            &["compare", "s.yaml", &file],
            &["import", hostile, "-o", "a.yaml"],
            &["audit", hostile],
            &["report", hostile],
            &["plan", "replicate", &file, "-n", "2"],
            &["run-shard", &file, "0"],
            &["merge", &file],
        ];
        for args in commands {
            assert!(shows_hostile(cwd, args), "{args:?} says nothing of it");
        }
    }
}

/// Scenarios with a hostile text in each place that takes one.
fn scenarios(hostile: &str) -> Vec<String> {
    let escaped =
        |c: char| if is_unprintable(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    let quoted = format!("\"{}\"", hostile.chars().map(escaped).collect::<String>());
    let groups = "{pcs: {enrol: {poisson: 2/d}, lifetime: {exponential: 9d}}}";
    let action = |what: &str| format!("{TINY}actions: [{{at: 1d, {what}}}]\n");
    vec![
        TINY.replace("name: Tiny", &format!("name: {quoted}")),
        TINY.replace("name: Tiny", &format!("{quoted}: 1")),
        TINY.replace("duration: 8d", &format!("duration: {quoted}")),
        TINY.replace("{base: ", &format!("{{{quoted}: ")),
        TINY.replace("{nodes: 6}", &format!("{{nodes: 6, kind: {quoted}}}")),
        TINY.replace("{pcs: ", &format!("{{{quoted}: ")),
        TINY.replace(groups, &format!("{{pcs: {{clients: [{quoted}]}}}}")),
        TINY.replace(groups, &format!("{{pcs: {{clients: 5, site: {quoted}}}}}")),
        TINY.replace(groups, &format!("{{pcs: {{clients: 5, os: {quoted}}}}}")),
        TINY.replace(groups, &format!("{{pcs: {{clients: {{file: {quoted}}}}}}}")),
        TINY.replace(groups, "{pcs: {clients: {file: clients.csv}}}"),
        TINY.replace(groups, "{pcs: {clients: {file: header.csv}}}"),
        TINY.replace(groups, "{pcs: {clients: {file: pcs.csv}}, labs: {clients: 3}}"),
        format!("{TINY}sites: {{{quoted}: {{}}}}\n"),
        action(&format!("retire: {{group: {quoted}}}")),
        action(&format!("retire: {{clients: [{quoted}]}}")),
        action(&format!("run: {quoted}")),
        action(&format!("{quoted}: 1")),
        // As it is, without quotes: no YAML, perhaps.
        TINY.replace("name: Tiny", &format!("name: {hostile}")),
        format!("{TINY}# {hostile}\nseed: {hostile}\n"),
    ]
}

#[test]
fn what_scenarios_say_is_shown_and_not_obeyed() {
    for hostile in HOSTILE {
        let place = place();
        let cwd = place.path();
        fs::write(cwd.join("clients.csv"), format!("client\na\n{hostile}\n")).unwrap();
        fs::write(cwd.join("header.csv"), format!("client,{hostile}\na,yes\n")).unwrap();
        fs::write(
            cwd.join("pcs.csv"),
            format!("client,group,plugin\na,{hostile},{hostile}\nb,pcs,{hostile}\n"),
        )
        .unwrap();
        let (mut shown, file) = (0, "hostile.yaml");
        for text in scenarios(hostile) {
            fs::write(cwd.join(file), text).unwrap();
            let commands: [&[&str]; 7] = [
                &["check", file],
                &["check", file, "--print"],
                &["run", file, "-o", FOLDER, "--force"],
                &["explain", file, "--client", "pcs-1"],
                &["diagnose", file],
                &["diagnose", file, "--plan"],
                &["compare", file, "s.yaml", "-n", "2", "-o", FOLDER, "--force"],
            ];
            let clean = |args: &[&str]| shows_hostile(cwd, args);
            // `map` and not `any`: all of them are looked at.
            shown += usize::from(commands.map(clean).contains(&true));
            let _ = fs::remove_dir_all(cwd.join(FOLDER));
        }
        assert!(shown >= 12, "{hostile:?} is shown for {shown} scenarios only");
    }
}

#[test]
fn names_of_files_and_folders_are_shown_and_not_obeyed() {
    for hostile in HOSTILE {
        let place = place();
        let cwd = place.path();
        let (file, folder) = (format!("{hostile}.yaml"), format!("{hostile} results"));
        fs::write(cwd.join(&file), TINY).unwrap();
        let commands: [&[&str]; 13] = [
            &["check", &file],
            &["run", &file, "-o", &folder],
            &["run", "s.yaml", "-o", &file],
            &["diagnose", &file, "--plan", "-o", &folder, "--force"],
            &["report", &folder, "-o", &format!("{hostile}.html")],
            &["plan", "replicate", &file, "-n", "2", "-o", &format!("{hostile}.jsonl")],
            &["run-shard", &format!("{hostile}.jsonl"), "0", "-o", &folder],
            &["merge", &format!("{hostile}.jsonl"), &folder],
            &["init", &format!("{hostile} new.yaml")],
            &["init", &file],
            &["man", "-o", &format!("{hostile} pages")],
            &["import", &folder, "-o", &file],
            &["audit", &folder],
        ];
        for args in commands {
            assert!(
                shows_hostile(cwd, args) || args[0] == "man" || args[0] == "diagnose",
                "{args:?} says nothing of it"
            );
        }
        // Names derived from it have nothing hostile in them.
        for args in
            [&["run", &file][..], &["replicate", &file, "-n", "2"], &["plan", "replicate", &file, "-n", "2"]]
        {
            shows_hostile(cwd, args);
        }
        let made = fs::read_dir(cwd).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let derived = made.filter(|name| !name.contains(hostile)).collect::<Vec<_>>();
        assert!(
            derived.len() == 4 && derived.iter().all(|name| !name.contains(is_unprintable)),
            "{derived:?}"
        );
    }
}

#[test]
fn what_studies_results_and_tables_say_is_shown_and_not_obeyed() {
    for hostile in HOSTILE {
        let place = place();
        let cwd = place.path();
        let study = |change: fn(&mut serde_json::Value, &str)| {
            let planned =
                fleetsim(cwd, &["plan", "replicate", "s.yaml", "-n", "2", "--force", "-o", "s.jsonl"]);
            assert!({ planned }.output().unwrap().status.success());
            let bytes = fs::read(cwd.join("s.jsonl")).unwrap();
            let (mut reader, mut writer) = (Lines::default(), Lines::default());
            let mut lines: Vec<serde_json::Value> =
                bytes.split_inclusive(|byte| *byte == b'\n').map(|line| reader.read(line).unwrap()).collect();
            change(&mut lines[0], hostile);
            let lines: Vec<u8> = lines.iter().flat_map(|line| writer.line(line).unwrap()).collect();
            fs::write(cwd.join("s.jsonl"), lines).unwrap();
            shows_hostile(cwd, &["run-shard", "s.jsonl", "0"]) | shows_hostile(cwd, &["merge", "s.jsonl"])
        };
        assert!(study(|head, hostile| head["fleetsim"] = json!(hostile)));
        assert!(study(|head, hostile| head["arguments"][1] = json!(hostile)));
        study(|head, hostile| head["files"][0]["text"] = json!(hostile));
        study(|head, hostile| head["arguments"][0] = json!(hostile));
        fs::create_dir(cwd.join(FOLDER)).unwrap();
        shows_hostile(cwd, &["run", "s.yaml", "-q", "-o", FOLDER]);
        let origin = fs::read_to_string(cwd.join(FOLDER).join("origin.json")).unwrap();
        let command = serde_json::to_string(&format!("fleetsim {hostile}")).unwrap();
        let origin = origin.replace("\"fleetsim run s.yaml", &format!("{} ", &command[..command.len() - 1]));
        assert!(origin.contains(&command[1..command.len() - 1]));
        fs::write(cwd.join(FOLDER).join("origin.json"), origin).unwrap();
        assert!(shows_hostile(cwd, &["replicate", "s.yaml", "-n", "2", "-o", FOLDER]));
        shows_hostile(cwd, &["report", FOLDER]);
        tables(cwd, hostile);
    }
}

/// Exported tables with hostile cells and column names.
fn tables(cwd: &Path, hostile: &str) {
    let computers =
        fs::read_to_string(crate::support::in_repository("scenarios/export/computers.csv")).unwrap();
    let (mut shown, cell) = (0, format!("\"{hostile}\""));
    for (at, text) in [
        computers.replace("CORP", &cell),
        computers.replace("Active", &cell),
        computers.replace("WS-1392", &cell),
        computers.replace("IsManaged", &cell),
        computers.replace("2026-03-02 08:07:36", &cell),
        computers.replace("{3E06D750-369A-4AD7-9F9C-A6CEB7B8B1A0}", &cell),
    ]
    .into_iter()
    .enumerate()
    {
        let folder = format!("export {at}");
        fs::create_dir(cwd.join(&folder)).unwrap();
        for table in crate::support::files_below(&crate::support::in_repository("scenarios/export"), "csv") {
            fs::copy(&table, cwd.join(&folder).join(table.file_name().unwrap())).unwrap();
        }
        fs::write(cwd.join(&folder).join("computers.csv"), text).unwrap();
        fs::write(cwd.join(&folder).join(format!("{hostile}.csv")), "a,b\n").unwrap();
        let made = format!("made{at}.yaml");
        shown += usize::from(
            shows_hostile(cwd, &["audit", &folder]) | shows_hostile(cwd, &["import", &folder, "-o", &made]),
        );
        if cwd.join(&made).exists() {
            shows_hostile(cwd, &["diagnose", &made, "--at", "0d"]);
            shows_hostile(cwd, &["check", &made]);
        }
    }
    assert!(shown >= 1, "{hostile:?} is shown nowhere");
}

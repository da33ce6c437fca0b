//! Bad tables at the command line: exit codes, exact messages, and what is left in the folder.

use std::fs::{self, File};
use std::path::Path;

use tempfile::TempDir;

use crate::commands::command_line::{expect, names_in};
use crate::support::{files_below, in_repository};

const G1: &str = "00000001-0000-4000-8000-000000000000";
const G2: &str = "00000002-0000-4000-8000-000000000000";
const HEADER: &str = "Guid,Name,Status,LastConfigRequest,LastBasicInventory";

/// A folder with tables in its folder `export`.
fn folder(tables: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let export = folder.path().join("export");
    fs::create_dir(&export).unwrap();
    for (name, text) in tables {
        let text = text.replace("HEADER", HEADER).replace("G1", G1).replace("G2", G2);
        fs::write(export.join(name), text).unwrap();
    }
    folder
}

const GOOD: &str = "HEADER\nG1,PC-1,Active,2026-03-01 08:00:00,2026-03-01\n";

/// Tables, further arguments, exit code, and the whole message.
type Refused = (&'static [(&'static str, &'static str)], &'static str, i32, &'static str);

const REFUSED: [Refused; 16] = [
    (
        &[("computers.csv", "HEADER\nG1,\"PC-1,Active,2026-03-01,\n")],
        "",
        3,
        "computers.csv:2: a quote opens here and is never closed\n  \
         help: inside a quoted value a quote is doubled (\"\"); export again with quoted values\n\
         the tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "HEADER\nG1,PC-1\n")],
        "",
        3,
        "computers.csv:2: 2 values where the header has 5 columns\n  \
         help: put quotes around values that hold the delimiter; if the file is cut off here, export it again\n\
         the tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "HEADER\nG1,PC-1,Active,2026-03-01,\nG1,pc-1,Retired,2026-03-01,\n")],
        "",
        3,
        "computers.csv:3: Guid: contradicts an earlier line about the same computer in Status \
         `00000001-0000-4000-8000-000000000000 (line 2)`\n  \
         help: keep the row that is true; if the query joins other tables, they repeat its rows\n\
         the tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "HEADER\nG1,PC-1,Active,2026-03-01,01/02/2026\n")],
        "",
        3,
        "computers.csv:2: dates of which day and month cannot be told apart: LastBasicInventory of computers.csv \
         `01/02/2026`\n  \
         help: say which comes first: --dates dmy for day, month, year; --dates mdy for month, day, year\n\
         the tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", GOOD)],
        "--exported-at 2026-02-01",
        3,
        "computers.csv: 1 of 1 computers have dates after --exported-at 2026-02-01T00:00:00, so the tables were exported \
         later `2026-03-01T08:00:00`\n  \
         help: give the instant of the export, or leave --exported-at out: then it is the latest date in the tables\n\
         the tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "\u{1}\u{2}\u{fffd}rubbish\n\u{7f}")],
        "",
        3,
        "computers.csv:1: no column has a known name `\\u{1}\\u{2}\u{fffd}rubbish`\n  \
         help: the first line holds the names of the columns: Guid, Name, Domain, IsManaged, Status, \
         LastConfigRequest, LastBasicInventory, OS\nthe tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "PK\u{3}\u{4}")],
        "",
        3,
        "computers.csv: an Excel workbook or another zip archive that cannot be read\n  \
         help: save the sheet as `CSV UTF-8`\nthe tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "HEADER\n")],
        "",
        3,
        "computers.csv: there is no computer in it\n  help: export the computers of the server\nthe tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("notes.txt", "x")],
        "",
        3,
        "computers.csv: no such file; this is the one table that is needed\n  \
         help: export the computers with the columns Guid, Name, Domain, IsManaged, Status, LastConfigRequest, \
         LastBasicInventory, OS\nthe tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", GOOD), ("licenses.csv", "Nodes,Starts,Expires\n5,2026-02-02,2026-02-01\n")],
        "",
        3,
        "licenses.csv:2: Expires: the license expires before it starts\n  help: correct Starts or Expires\n\
         the tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "Guid,Name,Status\nG1,PC-1,Aktywny\nG2,PC-2,Retired\n")],
        "",
        3,
        "computers.csv: Status: no row is Active, and these words are not known `Aktywny (1 row)`\n  help: say what each \
         word means, with an option for each: --status \"WORD=Active\", --status \"WORD=Retired\" or --status \
         \"WORD=Disposed\"\nthe tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", "Guid,Name,Status\nG1,PC-1,Aktywny\nG2,PC-2,Wycofany\n")],
        "",
        3,
        "computers.csv: Status: no row has a status that is known `Aktywny (1 row), Wycofany (1 row)`\n  help: say what \
         each word means, with an option for each: --status \"WORD=Active\", --status \"WORD=Retired\" or --status \
         \"WORD=Disposed\"\nthe tables in export cannot be used as they are; nothing was written\n",
    ),
    (
        &[("computers.csv", GOOD), ("targets.csv", "ResourceGuid,PolicyName\nG1,Kiosk patching\n")],
        "--clone Kiosk-patching",
        2,
        "error: --clone Kiosk-patching: no policy of targets.csv is called so\n  help: did you mean `Kiosk patching`?\n",
    ),
    (
        &[("computers.csv", GOOD), ("licenses.csv", "Nodes\n5\n")],
        "--nodes 9",
        2,
        "error: --nodes is for exports without licenses.csv, which says it\n  help: leave it out\n",
    ),
    (
        &[("computers.csv", "Guid,Name\nG1,PC-1\n")],
        "",
        2,
        "error: no date in the tables tells when they were exported\n  help: say it with --exported-at\n",
    ),
    (
        &[("computers.csv", GOOD)],
        "--server-version 8.55",
        2,
        "error: invalid value '8.55' for '--server-version <VERSION>': no 8.55 is known: the release before it \
         is 8.8\n\nFor more information, try '--help'.\n",
    ),
];

#[test]
fn bad_tables_are_refused_with_what_helps_and_nothing_is_left() {
    for (tables, more, code, says) in REFUSED {
        let dir = folder(tables);
        for command in ["import export -o o.yaml", "audit export"] {
            let args: Vec<&str> = command.split(' ').chain(more.split_whitespace()).collect();
            let (stdout, stderr) = expect(code, dir.path(), &args);
            assert_eq!((stdout.as_str(), stderr.as_str()), ("", says), "{args:?}");
        }
        assert_eq!(names_in(dir.path()), ["export"], "nothing was written");
    }
}

/// What tables leave open is asked for, and the option that the message names answers it.
#[test]
fn what_the_tables_do_not_tell_the_caller_may() {
    let classes = "ResourceGuid,InventoryClassGuid,ModifiedDate\nG1,G1,2026-03-01\nG1,G2,2026-02-28\n";
    for (tables, says, option) in [
        (
            &[("computers.csv", "HEADER\nG1,PC-1,Active,02/03/2026 08:00,01/03/2026\n")][..],
            "--dates dmy",
            "--dates dmy",
        ),
        (
            &[("computers.csv", "HEADER\nG1,PC-1,Aktywny,2026-03-02,2026-03-01\n")],
            "--status",
            "--status Aktywny=Active",
        ),
        (
            &[("computers.csv", GOOD), ("ResourceUpdateSummary.csv", classes)],
            "--inventory-class GUID",
            "--inventory-class 00000001-0000-4000-8000-000000000000",
        ),
    ] {
        let dir = folder(tables);
        let (_, stderr) = expect(3, dir.path(), &["audit", "export"]);
        assert!(stderr.contains(says), "{stderr}");
        let args: Vec<&str> = ["audit", "export"].into_iter().chain(option.split(' ')).collect();
        expect(0, dir.path(), &args);
    }
    let dir = folder(&[("computers.csv", GOOD)]);
    for (option, says) in [
        ("--status Aktiv", "write the word, `=`, and Active, Retired or Disposed"),
        ("--status Aktiv=Gone", "behind `=` comes Active, Retired or Disposed"),
        ("--inventory-class G1", "not a GUID: a GUID has 8-4-4-4-12 hexadecimal digits"),
        ("--dates ydm", "[possible values: dmy, mdy]"),
    ] {
        let args: Vec<&str> = ["audit", "export"].into_iter().chain(option.split(' ')).collect();
        let (_, stderr) = expect(2, dir.path(), &args);
        assert!(stderr.contains(says), "{stderr}");
    }
}

#[test]
fn folders_that_are_none_are_refused() {
    let dir = folder(&[("computers.csv", GOOD)]);
    for (args, says) in [
        (
            "import nowhere -o o.yaml",
            "error: nowhere: there is no such folder\n  help: see `fleetsim import --help`\n",
        ),
        (
            "audit export/computers.csv",
            "error: export/computers.csv: is a file; a folder with the tables is expected\n  \
             help: see `fleetsim import --help`\n",
        ),
        ("import export -o no/o.yaml", "error: no/o.yaml: there is no folder no\n"),
    ] {
        let (stdout, stderr) = expect(1, dir.path(), &args.split(' ').collect::<Vec<_>>());
        assert_eq!((stdout.as_str(), stderr.as_str()), ("", says));
    }
    let (_, stderr) = expect(2, dir.path(), &["import", "export", "-o", "export"]);
    assert_eq!(
        stderr,
        "error: -o export names no scenario\n  help: name the scenario, such as `-o acme.yaml`\n"
    );
    assert_eq!(names_in(dir.path()), ["export"]);
}

#[test]
fn an_oversized_file_is_refused_without_reading_it() {
    let dir = folder(&[("computers.csv", GOOD)]);
    for table in ["computers.csv", "agents.csv", "targets.csv"] {
        let file = File::create(dir.path().join("export").join(table)).unwrap();
        file.set_len(2 << 30).unwrap();
    }
    let (_, stderr) = expect(3, dir.path(), &["import", "export", "-o", "o.yaml"]);
    let first = "agents.csv: larger than the 512 MiB a table may have\n  \
                 help: export only the columns of this table: ResourceGuid, AgentName, ProductVersion\n";
    assert!(stderr.starts_with(first), "{stderr}");
    assert_eq!(names_in(dir.path()), ["export"]);
    #[cfg(target_os = "linux")]
    assert!(bytes_read(dir.path(), "import export -o o.yaml") < 1 << 20);
}

/// What the program reads, as the system counts it: with the shell that waited for it, whose own part is small.
#[cfg(target_os = "linux")]
fn bytes_read(cwd: &Path, args: &str) -> u64 {
    let line = format!("\"$F\" {args} 2> /dev/null; cat /proc/$$/io");
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", &line]).current_dir(cwd).env("F", env!("CARGO_BIN_EXE_fleetsim"));
    let counts = String::from_utf8(shell.output().unwrap().stdout).unwrap();
    let read = counts.lines().find_map(|line| line.strip_prefix("rchar: "));
    read.unwrap_or_else(|| panic!("the system counts nothing: {counts}")).parse().unwrap()
}

/// So that the count of [`bytes_read`] is one of the program.
#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_read_is_counted() {
    let long = format!("HEADER\n{}", "G1,PC-1,Active,2026-03-01 08:00:00,2026-03-01\n".repeat(50_000));
    let dir = folder(&[("computers.csv", &long)]);
    assert!(bytes_read(dir.path(), "audit export") > 4_000_000);
}

#[test]
fn what_exists_is_overwritten_only_by_force() {
    let dir = folder(&[("computers.csv", GOOD)]);
    for name in ["o.yaml", "o.clients.csv"] {
        fs::write(dir.path().join(name), "mine\n").unwrap();
        let (_, stderr) = expect(1, dir.path(), &["import", "export", "-o", "o.yaml"]);
        let help = "choose another name, or overwrite it with --force";
        assert_eq!(stderr, format!("error: {name} exists\n  help: {help}\n"));
        assert_eq!(fs::read(dir.path().join(name)).unwrap(), b"mine\n");
        assert_eq!(names_in(dir.path()).len(), 2, "beside the export only {name}");
        fs::remove_file(dir.path().join(name)).unwrap();
    }
    expect(0, dir.path(), &["import", "export", "-o", "o.yaml", "-q"]);
    let before = fs::read(dir.path().join("o.yaml")).unwrap();
    expect(0, dir.path(), &["import", "export", "-o", "o.yaml", "-q", "--force"]);
    assert_eq!(fs::read(dir.path().join("o.yaml")).unwrap(), before);
    // Faults are found before anything is overwritten.
    fs::write(dir.path().join("export/agents.csv"), "rubbish\n").unwrap();
    expect(3, dir.path(), &["import", "export", "-o", "o.yaml", "-q", "--force"]);
    assert_eq!(fs::read(dir.path().join("o.yaml")).unwrap(), before);
    assert_eq!(names_in(dir.path()), ["export", "o.clients.csv", "o.yaml"]);
}

/// Rows about unknown resources stop nothing; they are noticed with their lines.
#[test]
fn rows_about_unknown_computers_are_noticed() {
    let dir = folder(&[
        ("computers.csv", GOOD),
        ("license_in_use.csv", "ResourceGuid\nG1\nG2\n"),
        ("agents.csv", "ResourceGuid,AgentName\nG2,Altiris Agent\n"),
    ]);
    let (stdout, _) = expect(0, dir.path(), &["import", "export", "-o", "o.yaml"]);
    for says in [
        format!("agents.csv:2: a row about a resource that is not among the computers `{G2}`\n"),
        format!(
            "license_in_use.csv:3: the holder of a license is not among the computers: its record was deleted (V3) or \
             not exported `{G2}`\n"
        ),
        "1 licenses are held by records that are not exported; they stay held\n".to_string(),
    ] {
        assert!(stdout.contains(&says), "{stdout}");
    }
    expect(0, dir.path(), &["check", "o.yaml"]);
}

/// A license whose maintenance ended before it came, one of a single day.
#[test]
fn odd_licenses_make_scenarios_all_the_same() {
    for licenses in [
        "Nodes,Starts,MaintenanceEnds\n5,2026-02-02,2025-12-31\n",
        "Nodes,Starts,MaintenanceEnds\n5,2026-04-02,2025-12-31\n",
        "Nodes,Starts,Expires\n5,2026-02-02 08:00:00,2026-02-02\n",
        "Nodes\n0\n",
    ] {
        for version in ["7.6", "8.6"] {
            let dir = folder(&[("computers.csv", GOOD), ("licenses.csv", licenses)]);
            let args = ["import", "export", "-o", "o.yaml", "-q", "--server-version", version];
            expect(0, dir.path(), &args);
            expect(0, dir.path(), &["audit", "export", "--server-version", version]);
        }
    }
}

const FORMULAS: [&str; 6] = ["=cmd|' /C calc'!A0", "@SUM(1+1)", "+1", "-2+3", "\t=1", "\"=1\"\"\""];

/// A spreadsheet that opens what the program writes computes nothing.
#[test]
fn no_cell_of_what_is_written_is_a_formula() {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut computers = "Guid,Name,Domain,Status,LastConfigRequest,LastBasicInventory\n".to_string();
    let (mut targets, mut held) = ("ResourceGuid,PolicyName\n".to_string(), "ResourceGuid\n".to_string());
    for (n, formula) in FORMULAS.iter().enumerate() {
        let formula = quoted(formula);
        for twin in 0..2 {
            let guid = format!("{:08x}-0000-4000-8000-000000000000", 10 * (n + 1) + twin);
            computers += &format!("{guid},{formula},{formula},Active,2026-03-0{},2026-02-01\n", 1 + 3 * twin);
            targets += &format!("{guid},{formula}\n{guid},Software Update Plug-in Install\n");
            held += &format!("{guid}\n");
        }
    }
    let dir =
        folder(&[("computers.csv", &computers), ("targets.csv", &targets), ("license_in_use.csv", &held)]);
    let cwd = dir.path();
    let clones: Vec<String> = FORMULAS[..4].iter().map(|formula| format!("--clone={formula}")).collect();
    let import = ["import", "export", "-o", "o.yaml", "-q", "--duration", "3d"];
    expect(0, cwd, &import.into_iter().chain(clones.iter().map(String::as_str)).collect::<Vec<_>>());
    expect(0, cwd, &["run", "o.yaml", "--events", "-o", "out"]);
    let (csv, _) = expect(0, cwd, &["audit", "export", "--format", "csv"]);
    fs::write(cwd.join("out/audit.csv"), csv).unwrap();
    fs::copy(cwd.join("o.clients.csv"), cwd.join("out/clients.csv")).unwrap();
    let written = files_below(&cwd.join("out"), "csv");
    assert_eq!(written.len(), 5, "{written:?}");
    written.iter().for_each(|path| assert_no_formula(path));
}

fn assert_no_formula(path: &Path) {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_path(path).unwrap();
    let mut cells = 0;
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{}: `{cell}`", path.display());
            cells += 1;
        }
    }
    assert!(cells > 20, "{}", path.display());
}

/// Whatever is cut off or changed in a good folder: a scenario, or a refusal that leaves nothing.
#[test]
fn no_damage_leaves_half_a_result() {
    let source = in_repository("tests/exports/14-re-image-wave");
    for (round, table) in ["computers.csv", "agents.csv", "targets.csv", "licenses.csv"].iter().enumerate() {
        let dir = folder(&[]);
        for path in files_below(&source, "csv") {
            fs::copy(&path, dir.path().join("export").join(path.file_name().unwrap())).unwrap();
        }
        let path = dir.path().join("export").join(table);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() * (round + 2) / 7 - 5]).unwrap();
        let (stdout, stderr) = expect(3, dir.path(), &["import", "export", "-o", "o.yaml"]);
        assert!(
            stdout.is_empty()
                && stderr.ends_with("the tables in export cannot be used as they are; nothing was written\n"),
            "{table}: {stderr}"
        );
        assert_eq!(names_in(dir.path()), ["export"]);
    }
}

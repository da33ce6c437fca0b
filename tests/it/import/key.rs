//! The key file of `--anonymize`, and `translate`: does the way back lead to the result with names, byte by byte, and does
//! nothing else get through?

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::commands::command_line::{expect, text};
use crate::support::imported::files_of;
use crate::support::in_repository;

/// Names that a spreadsheet, a page, a table or a scenario could stumble over.
const HOSTILE: [&str; 8] = [
    "=cmd|' /C calc'!A0",
    "+1+2",
    "-2+3",
    "@SUM(A1)",
    "'quoted",
    "<script>alert(1)</script>",
    "a \"b\" & c",
    "M\u{fc}ller, PC; 2",
];

/// An export of the repository, with a computer of each hostile name.
fn folder(stem: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("export")).unwrap();
    for (name, bytes) in files_of(&in_repository(&format!("tests/exports/{stem}"))) {
        fs::write(dir.path().join("export").join(name), bytes).unwrap();
    }
    let path = dir.path().join("export/computers.csv");
    let table = text(&fs::read(&path).unwrap());
    let header = table.trim_start_matches('\u{feff}').lines().find(|line| !line.starts_with("sep=")).unwrap();
    let delimiter = [';', '\t', ','].into_iter().find(|c| header.contains(*c)).unwrap();
    let mut rows = csv::WriterBuilder::new().delimiter(delimiter as u8).from_writer(Vec::new());
    for (n, name) in HOSTILE.iter().enumerate() {
        let guid = format!("feedf00d-0000-4000-8000-{:012x}", n + 1);
        let cell = |column: &str| match column {
            "Guid" => guid.clone(),
            "Name" => (*name).to_string(),
            "Domain" => "=HQ".to_string(),
            "Status" => "Active".to_string(),
            _ => String::new(),
        };
        rows.write_record(header.split(delimiter).map(cell)).unwrap();
    }
    fs::write(&path, [table.trim_end().as_bytes(), b"\r\n", &rows.into_inner().unwrap()].concat()).unwrap();
    dir
}

fn rows_of(csv: &[u8]) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv);
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_string).collect();
    let row = |record: Result<csv::StringRecord, csv::Error>| {
        header.iter().cloned().zip(record.unwrap().iter().map(str::to_string)).collect()
    };
    reader.records().map(row).collect()
}

const STEMS: [&str; 3] = ["02-retired-not-released", "11-cloned-images", "14-re-image-wave"];

#[test]
fn the_key_has_every_record_with_its_exact_name_and_nothing_that_a_spreadsheet_executes() {
    for stem in STEMS {
        let dir = folder(stem);
        let cwd = dir.path();
        let (_, told) =
            expect(0, cwd, &["import", "export", "-o", "b.yaml", "--anonymize", "--key", "key.csv"]);
        assert!(
            told.contains("wrote key.csv: it tells which computer each pseudonym stands for; keep it"),
            "{told}"
        );
        let key = rows_of(&fs::read(cwd.join("key.csv")).unwrap());
        for row in &key {
            let formula = |cell: &&String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
            assert_eq!(row.values().find(formula), None, "{stem}");
        }
        let exact = |cell: &String| cell.strip_prefix('\'').unwrap_or(cell).to_string();
        let named: BTreeMap<String, &BTreeMap<String, String>> =
            key.iter().map(|row| (exact(&row["name"]), row)).collect();
        for name in HOSTILE {
            assert_eq!(exact(&named[name]["domain"]), "=HQ", "{stem}: {name}");
        }
        let clients = rows_of(&fs::read(cwd.join("b.clients.csv")).unwrap());
        let by_pseudonym: BTreeMap<&str, &BTreeMap<String, String>> =
            key.iter().map(|row| (row["pseudonym"].as_str(), row)).collect();
        let computers = key.iter().filter(|row| row["kind"] == "computer").count();
        assert_eq!(computers, clients.len(), "{stem}");
        assert!(clients.iter().all(|client| by_pseudonym.contains_key(client["client"].as_str())), "{stem}");
    }
}

#[test]
fn translated_results_are_those_with_names() {
    for stem in STEMS {
        let dir = folder(stem);
        let cwd = dir.path();
        expect(0, cwd, &["import", "export", "-o", "hidden.yaml", "--anonymize", "--key", "key.csv", "-q"]);
        expect(0, cwd, &["import", "export", "-o", "plain.yaml", "-q"]);
        let translated =
            |file: &str, code: i32| expect(code, cwd, &["translate", file, "--key", "key.csv"]).0;
        // Clients are in the same order; a record's other names are hidden for good where they are no names of clients.
        let column = |csv: &str, name: &str| -> Vec<String> {
            rows_of(csv.as_bytes()).into_iter().map(|row| row[name].clone()).collect()
        };
        let plain = fs::read_to_string(cwd.join("plain.clients.csv")).unwrap();
        let back = translated("hidden.clients.csv", 0);
        for name in ["client", "guid"] {
            assert_eq!(column(&back, name), column(&plain, name), "{stem}: {name}");
        }
        // Findings name their clients in order of name, or of pseudonym.
        let sorted = |csv: &str| {
            let mut lines: Vec<String> = csv.lines().map(str::to_string).collect();
            lines.sort();
            lines
        };
        let (hidden, _) = expect(0, cwd, &["audit", "export", "--format", "csv", "--anonymize"]);
        fs::write(cwd.join("hidden.csv"), hidden).unwrap();
        let (plain, _) = expect(0, cwd, &["audit", "export", "--format", "csv"]);
        assert_eq!(sorted(&translated("hidden.csv", 0)), sorted(&plain), "{stem}");
        let (json, _) = expect(0, cwd, &["audit", "export", "--format", "json", "--anonymize"]);
        fs::write(cwd.join("hidden.json"), json).unwrap();
        let back: serde_json::Value = serde_json::from_str(&translated("hidden.json", 0)).unwrap();
        assert!(!back.to_string().contains("\"pc-"), "{stem}");
    }
}

#[test]
fn a_report_is_translated_and_stays_a_page() {
    let dir = folder("14-re-image-wave");
    let cwd = dir.path();
    let args = ["audit", "export", "--anonymize", "--key", "key.csv", "--report", "hidden.html"];
    expect(0, cwd, &args);
    expect(0, cwd, &["translate", "hidden.html", "--key", "key.csv", "-o", "plain.html"]);
    let (hidden, plain) = (page(cwd, "hidden.html"), page(cwd, "plain.html"));
    assert!(hidden.contains("pc-") && !plain.contains(">pc-"));
    assert_eq!(hidden.matches('<').count(), plain.matches('<').count());
    assert!(!plain.contains("<script>alert"));
}

fn page(cwd: &Path, name: &str) -> String {
    fs::read_to_string(cwd.join(name)).unwrap()
}

#[test]
fn a_key_is_not_overwritten_nor_mixed_up_with_what_is_sent() {
    let dir = folder("02-retired-not-released");
    let cwd = dir.path();
    fs::write(cwd.join("key.csv"), "mine").unwrap();
    for command in [&["import", "export", "-o", "b.yaml"][..], &["audit", "export"]] {
        let with = |more: &[&'static str]| -> Vec<&str> {
            command.iter().copied().chain(more.iter().copied()).collect()
        };
        let (_, stderr) = expect(1, cwd, &with(&["--anonymize", "--key", "key.csv"]));
        assert!(stderr.contains("key.csv exists"), "{stderr}");
        assert_eq!(page(cwd, "key.csv"), "mine");
        assert!(!cwd.join("b.yaml").exists());
        let (_, stderr) = expect(2, cwd, &with(&["--key", "other.csv"]));
        assert!(stderr.contains("--anonymize"), "{stderr}");
        expect(1, cwd, &with(&["--anonymize", "--key", "no/such/key.csv"]));
    }
    let (_, stderr) =
        expect(2, cwd, &["import", "export", "-o", "b.yaml", "--anonymize", "--key", "b.clients.csv"]);
    assert!(stderr.contains("is also the file that is sent"), "{stderr}");
    let (_, stderr) = expect(2, cwd, &["audit", "export", "export", "--anonymize", "--key", "k.csv"]);
    assert!(stderr.contains("--key is for one export"), "{stderr}");
    let (told, _) = expect(0, cwd, &["audit", "export", "--anonymize", "--key", "key.csv", "--force"]);
    assert!(page(cwd, "key.csv").starts_with("kind,pseudonym,client,name,domain,guid,guid_pseudonym\n"));
    assert!(!told.contains("key.csv"), "what may be sent does not name the key");
}

#[test]
fn what_is_no_key_or_no_text_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let cwd = dir.path();
    let header = "kind,pseudonym,client,name,domain,guid,guid_pseudonym\n";
    fs::write(cwd.join("good.csv"), format!("{header}computer,pc-0a,HQ-1,HQ-1,,,\n")).unwrap();
    fs::write(cwd.join("bad.csv"), format!("{header}computer,pc-0a,<b>,x,,,\n")).unwrap();
    fs::write(cwd.join("none.csv"), "Guid,Name\n1,2\n").unwrap();
    fs::write(cwd.join("text.txt"), "of pc-0a, pc-0a.2 and xpc-0a\n").unwrap();
    fs::write(cwd.join("binary"), [0xff, 0x00, 0xfe]).unwrap();
    let (told, note) = expect(0, cwd, &["translate", "text.txt", "--key", "good.csv"]);
    assert_eq!(told, "of HQ-1, pc-0a.2 and xpc-0a\n");
    assert!(note.contains("1 pseudonym replaced: the result names computers"), "{note}");
    let (told, note) = expect(0, cwd, &["translate", "none.csv", "--key", "good.csv"]);
    assert_eq!(told, "Guid,Name\n1,2\n");
    assert!(note.contains("no pseudonym of the key is in the text"), "{note}");
    for (args, code, says) in [
        (
            ["translate", "text.txt", "--key", "bad.csv"],
            3,
            "bad.csv:2: a pseudonym or a name with characters that none has",
        ),
        (
            ["translate", "text.txt", "--key", "none.csv"],
            3,
            "none.csv: not a key that --anonymize --key wrote",
        ),
        (["translate", "binary", "--key", "good.csv"], 3, "binary: not a text file in UTF-8 or UTF-16"),
        (["translate", "missing", "--key", "good.csv"], 1, "missing: "),
    ] {
        let (_, stderr) = expect(code, cwd, &args);
        assert!(stderr.contains(says), "{stderr}");
    }
    let (_, stderr) = expect(1, cwd, &["translate", "text.txt", "--key", "good.csv", "-o", "good.csv"]);
    assert!(stderr.contains("good.csv exists"), "{stderr}");
}

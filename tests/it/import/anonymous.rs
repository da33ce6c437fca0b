//! `--anonymize`: nothing of a customer's names, domains, GUIDs and policies gets through, and nothing else changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fleetsim::import::ReadOptions;
use fleetsim::import::inventory::Inventory;
use tempfile::TempDir;

use crate::commands::command_line::{expect, fleetsim, names_in, text};
use crate::support::imported::files_of;
use crate::support::in_repository;

/// Cases with clones, twins, orphans, shared records, and people without a license.
const STEMS: [&str; 5] = [
    "02-retired-not-released",
    "05-agents-uninstalled",
    "08-after-the-upgrade",
    "11-cloned-images",
    "14-re-image-wave",
];

/// Shorter words occur in ours by chance.
const SHORTEST: usize = 5;

/// Names, domains, GUIDs and policies of an export as one might find them: as they are, and without separators.
fn secrets(inventory: &Inventory) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let product = ["software update", "system assessment", "inventory plug-in"];
    for computer in &inventory.computers {
        words.insert(computer.guid.to_string());
        words.insert(computer.name.clone());
        words.extend(computer.other_names.iter().cloned());
        words.extend(computer.domain.iter().map(|domain| domain.to_string()));
    }
    words.extend(inventory.orphans.iter().map(|orphan| orphan.guid.to_string()));
    let given = |policy: &&String| !product.iter().any(|known| policy.to_lowercase().contains(known));
    words.extend(inventory.policies.iter().filter(given).cloned());
    let bare = |word: &String| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let all: Vec<String> = words.iter().cloned().chain(words.iter().map(bare)).collect();
    all.into_iter().map(|word| word.to_lowercase()).filter(|word| word.chars().count() >= SHORTEST).collect()
}

fn assert_silent(secrets: &BTreeSet<String>, bytes: &[u8], what: &str) {
    let shown = text(bytes).to_lowercase();
    let bare: String = shown.chars().filter(|c| c.is_alphanumeric()).collect();
    for secret in secrets {
        assert!(!shown.contains(secret), "{what} tells `{secret}`");
        // Figures run together say anything; words do not.
        let is_word = secret.chars().filter(|c| c.is_alphabetic()).count() >= SHORTEST;
        assert!(!is_word || !bare.contains(secret), "{what} tells `{secret}` without separators");
    }
}

/// A folder with an export under an unrelated name, made nasty: one computer is called like its domain, one
/// policy of the customer is a clone.
fn folder(stem: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("export")).unwrap();
    for (name, bytes) in files_of(&in_repository(&format!("tests/exports/{stem}"))) {
        fs::write(dir.path().join("export").join(name), bytes).unwrap();
    }
    dir
}

const CLONE: &str = "Treasury = secret rollout";

/// Adds rows to a table in the form that it has.
fn add(dir: &Path, table: &str, rows: &[Vec<&str>]) {
    let path = dir.join("export").join(table);
    let mut bytes = fs::read(&path).unwrap();
    let header = text(&bytes);
    let header =
        header.trim_start_matches('\u{feff}').lines().find(|line| !line.starts_with("sep=")).unwrap();
    let delimiter = [';', '\t', ','].into_iter().find(|c| header.contains(*c)).unwrap();
    let columns: Vec<&str> = header.split(delimiter).collect();
    for row in rows {
        let cell = |column: &&str| row.iter().position(|c| c == column).map_or("", |at| row[at + 1]);
        let cells: Vec<&str> = columns.iter().map(cell).collect();
        bytes.extend(format!("{}\r\n", cells.join(&delimiter.to_string())).into_bytes());
    }
    fs::write(path, bytes).unwrap();
}

/// A computer called like its domain, in a clone that only the caller knows to be one.
fn make_nasty(dir: &Path) {
    let guid = "feedf00d-1234-4321-8765-0123456789ab";
    let computer =
        vec!["Guid", guid, "Name", "Lakeside", "Domain", "Lakeside", "IsManaged", "1", "Status", "Active"];
    add(dir, "computers.csv", &[computer]);
    let key = ["ResourceGuid", "_ResourceGuid"].map(|key| vec![key, guid, "PolicyName", CLONE]);
    let targets = text(&fs::read(dir.join("export/targets.csv")).unwrap());
    add(dir, "targets.csv", &key[usize::from(targets.contains("_ResourceGuid"))..][..1]);
}

fn inventory(dir: &Path) -> Inventory {
    let files = files_of(&dir.join("export"));
    fleetsim::import::read(files, &ReadOptions::default()).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// Everything that the program says and writes of an export, by what it is.
fn all_of(dir: &Path, scenario: &str, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let file = format!("{scenario}.yaml");
    let mut run = |what: &str, args: &[&str], more: &[&str]| {
        let args: Vec<&str> = args.iter().chain(more).copied().collect();
        let done = fleetsim(dir, &args).output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{args:?}: {}", text(&done.stderr));
        found.insert(format!("{what} stdout"), done.stdout);
        found.insert(format!("{what} stderr"), done.stderr);
    };
    run("import", &["import", "export", "-o", &file, "--duration", "3d"], more);
    for format in ["table", "json", "csv"] {
        run(&format!("audit {format}"), &["audit", "export", "--format", format], more);
    }
    run("run", &["run", &file, "--events"], &[]);
    for at in ["0d", "3d"] {
        run(&format!("diagnose {at}"), &["diagnose", &file, "--at", at], &[]);
    }
    let clients = text(&fs::read(dir.join(format!("{scenario}.clients.csv"))).unwrap());
    for line in clients.lines().skip(1).step_by(9) {
        run("explain", &["explain", &file, "--client", line.split(',').next().unwrap()], &[]);
    }
    for name in [file.clone(), format!("{scenario}.clients.csv")] {
        found.insert(name.replace(scenario, "scenario"), fs::read(dir.join(name)).unwrap());
    }
    for name in names_in(&dir.join(scenario)) {
        found.insert(name.clone(), fs::read(dir.join(scenario).join(&name)).unwrap());
    }
    found
}

/// The cells of a column.
fn column(csv: &[u8], name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv);
    let at = reader.headers().unwrap().iter().position(|header| header == name).unwrap();
    reader.records().map(|record| record.unwrap()[at].to_string()).collect()
}

#[test]
fn nothing_of_the_customer_gets_through_and_nothing_else_changes() {
    for stem in STEMS {
        let dir = folder(stem);
        make_nasty(dir.path());
        let secrets = secrets(&inventory(dir.path()));
        assert!(["lakeside", "treasury = secret rollout"].iter().all(|word| secrets.contains(*word)));
        let (clone, salt) = (["--clone", CLONE], ["--clone", CLONE, "--anonymize"]);
        let (named, anonymous) = (all_of(dir.path(), "a", &clone), all_of(dir.path(), "b", &salt));
        for (what, bytes) in &anonymous {
            assert_silent(&secrets, bytes, &format!("{stem}: {what}"));
        }
        assert!(text(&named["scenario.clients.csv"]).contains("Lakeside"), "the search would find it");
        for file in ["timeline.csv", "sites.csv"] {
            assert_eq!(named[file], anonymous[file], "{stem}: {file}");
        }
        assert_same_events(&named, &anonymous, stem);
        assert_eq!(anonymous, all_of_again(dir.path(), &salt), "{stem}: the same over two runs");
    }
}

fn all_of_again(dir: &Path, more: &[&str]) -> BTreeMap<String, Vec<u8>> {
    fs::remove_dir_all(dir.join("b")).unwrap();
    fs::remove_file(dir.join("b.yaml")).unwrap();
    fs::remove_file(dir.join("b.clients.csv")).unwrap();
    all_of(dir, "b", more)
}

/// The events of one are those of the other, with pseudonyms in the place of names.
fn assert_same_events(named: &BTreeMap<String, Vec<u8>>, anonymous: &BTreeMap<String, Vec<u8>>, stem: &str) {
    let clients = |of: &BTreeMap<String, Vec<u8>>| column(&of["scenario.clients.csv"], "client");
    let pseudonyms: BTreeMap<String, String> = clients(named).into_iter().zip(clients(anonymous)).collect();
    let lines = |of: &BTreeMap<String, Vec<u8>>| -> Vec<csv::StringRecord> {
        csv::Reader::from_reader(&of["events.csv"][..]).records().map(|record| record.unwrap()).collect()
    };
    let pseudonymous = |cell: &str| pseudonyms.get(cell).map_or(cell.to_string(), String::clone);
    let renamed = lines(named).into_iter().map(|record| record.iter().map(pseudonymous).collect());
    assert_eq!(renamed.collect::<Vec<csv::StringRecord>>(), lines(anonymous), "{stem}");
}

#[test]
fn messages_about_faulty_tables_tell_nothing_either() {
    let dir = folder("14-re-image-wave");
    let secrets = secrets(&inventory(dir.path()));
    let export = dir.path().join("export");
    let computers = text(&fs::read(export.join("computers.csv")).unwrap());
    let twice =
        computers.lines().nth(3).unwrap().replace("Active", "Disposed").replace("Retired", "Disposed");
    let name = computers.lines().nth(5).unwrap().split('\t').nth(1).unwrap();
    let damaged = format!("{computers}{twice}\r\n{name}\t{name}\t{name}\t{name}\t{name}\t{name}\t{name}\r\n");
    fs::write(export.join("computers.csv"), damaged.replace("\r\n(54 rows affected)", "")).unwrap();
    fs::write(export.join("targets.csv"), format!("{name},\"{name}\n")).unwrap();
    fs::write(export.join("licenses.csv"), format!("Nodes,Kind,{name}\n{name},{name},{name}\n")).unwrap();
    fs::write(export.join("agents.csv"), format!("ResourceGuid,{name}\n{name},{name}\n")).unwrap();
    fs::write(export.join(format!("{name}.csv")), "x\n").unwrap();
    for command in ["import export -o o.yaml", "audit export"] {
        let mut args: Vec<&str> = command.split(' ').collect();
        let (_, stderr) = expect(3, dir.path(), &args);
        assert!(stderr.contains(name), "{stderr}");
        args.push("--anonymize");
        let (stdout, stderr) = expect(3, dir.path(), &args);
        assert_silent(&secrets, format!("{stdout}{stderr}").as_bytes(), command);
        assert!(stderr.lines().count() > 10, "{stderr}");
    }
}

/// Another export a day later has the computers under the same pseudonyms.
#[test]
fn pseudonyms_outlast_a_new_computer() {
    let pseudonyms = |dir: &Path, name: &str, more: &[&str]| -> BTreeMap<String, String> {
        let file = format!("{name}.yaml");
        let args = ["import", "export", "-o", &file, "-q", "--anonymize"];
        expect(0, dir, &args.iter().chain(more).copied().collect::<Vec<_>>());
        let clients = fs::read(dir.join(format!("{name}.clients.csv"))).unwrap();
        column(&clients, "key").into_iter().zip(column(&clients, "client")).collect()
    };
    for stem in ["02-retired-not-released", "11-cloned-images"] {
        let dir = folder(stem);
        let before = pseudonyms(dir.path(), "before", &[]);
        make_nasty(dir.path());
        let after = pseudonyms(dir.path(), "after", &[]);
        assert_eq!(after.len(), before.len() + 1, "{stem}");
        assert!(before.iter().all(|(key, name)| after.get(key) == Some(name)), "{stem}");
        let salted = pseudonyms(dir.path(), "salted", &["--salt", "pepper"]);
        assert!(salted.iter().all(|(key, name)| after.get(key) != Some(name)), "{stem}");
    }
}

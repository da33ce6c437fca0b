//! `explain` of an imported client: found by every name that the tables have, and told as the tables tell it.

use std::fs;
use std::path::Path;

use fleetsim::import::ReadOptions;
use fleetsim::scenario::read::clients_called;
use tempfile::TempDir;

use crate::commands::command_line::expect;
use crate::support::imported::{Imported, assume, files_of};
use crate::support::in_repository;

/// Records of all forms: one in a domain like another one, one left behind, one that three machines share, names that no
/// scenario may have.
const COMPUTERS: &str = "\
Guid,Name,Domain,IsManaged,Status,LastConfigRequest,LastBasicInventory
{00000001-5EED-4000-8000-000000000000},PC-17,EMEA,1,Active,2026-03-02 08:40:00,2026-03-02 02:00:00
{00000002-5EED-4000-8000-000000000000},PC-17,EMEA,1,Active,2026-02-05 08:40:00,2026-02-05 02:00:00
{00000003-5EED-4000-8000-000000000000},PC-17,APAC,1,Active,2026-03-02 08:41:00,2026-03-02 02:00:00
{00000004-5EED-4000-8000-000000000000},Front Desk #3,EMEA,1,Active,2026-03-02 08:42:00,2026-03-02 02:00:00
{00000005-5EED-4000-8000-000000000000},LAB-1,EMEA,1,Active,2026-03-02 08:43:00,2026-03-02 02:00:00
{00000005-5EED-4000-8000-000000000000},LAB-2,EMEA,1,Active,2026-03-02 08:31:00,2026-03-01 02:00:00
{00000005-5EED-4000-8000-000000000000},LAB-3,EMEA,1,Active,2026-03-02 08:32:00,2026-03-01 02:00:00
{00000006-5EED-4000-8000-000000000000},STORE-9,EMEA,0,In Stock,2026-01-02 08:32:00,2026-01-01 02:00:00
{00000007-5EED-4000-8000-000000000000},Müller PC,EMEA,1,Active,2026-03-02 08:44:00,2026-03-02 02:00:00
";
const AGENTS: &str = "\
ResourceGuid,AgentName,ProductVersion
00000001-5EED-4000-8000-000000000000,Altiris Agent,8.6.3268
00000001-5EED-4000-8000-000000000000,Altiris Software Update Agent,8.6.3270
";
const HELD: &str =
    "ResourceGuid\n00000001-5EED-4000-8000-000000000000\n00000002-5EED-4000-8000-000000000000\n";

fn imported() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let export = dir.path().join("export");
    fs::create_dir(&export).unwrap();
    let tables =
        [("computers", COMPUTERS), ("agents", AGENTS), ("license_in_use", HELD), ("licenses", "Nodes\n5\n")];
    for (table, text) in tables {
        fs::write(export.join(format!("{table}.csv")), text).unwrap();
    }
    let args = ["import", "export", "-o", "acme.yaml", "--exported-at", "2026-03-02T09:00", "-q"];
    expect(0, dir.path(), &args);
    dir
}

fn explained(dir: &Path, name: &str) -> String {
    expect(0, dir, &["explain", "acme.yaml", "--client", name, "--no-progress"]).0
}

/// The value of a line of what the tables say.
fn line<'t>(text: &'t str, label: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix(label));
    line.unwrap_or_else(|| panic!("no {label} in {text}")).trim()
}

#[test]
fn the_story_begins_with_what_the_tables_say() {
    let dir = imported();
    let text = explained(dir.path(), "{00000001-5eed-4000-8000-000000000000}");
    for (label, value) in [
        ("Guid", "00000001-5eed-4000-8000-000000000000"),
        ("Name", "PC-17"),
        ("Domain", "EMEA"),
        ("Status", "Active"),
        ("IsManaged", "yes"),
        ("Last configuration request", "2026-03-02T08:40:00"),
        ("Last Basic Inventory", "2026-03-02T02:00:00"),
        ("Last Patch Inventory", "not exported"),
        ("Agent", "8.6.3268"),
        ("Software Update Plug-in", "8.6.3270"),
        ("Holds a license", "yes"),
        ("Pool on 2026-03-02", "5 licenses, 2 in use, 3 free"),
    ] {
        assert_eq!(line(&text, label), value, "{text}");
    }
    assert!(text.contains("On 2026-03-02T09:00:00 PC-17.EMEA holds a license."), "{text}");
    assert!(text.find("As exported").unwrap() < text.find("holds a license.").unwrap());
    // A status that no client can have is told as it was exported.
    assert_eq!(line(&explained(dir.path(), "store-9"), "Status"), "In Stock");
}

#[test]
fn all_records_of_a_name_are_shown() {
    let dir = imported();
    let text = explained(dir.path(), "pc-17");
    assert!(text.contains("`pc-17` is the name of 3 records"), "{text}");
    for guid in 1..=3 {
        assert!(text.contains(&format!("0000000{guid}-5eed-4000-8000-000000000000")), "{text}");
    }
    assert!(text.contains("left behind"), "{text}");
    let text = explained(dir.path(), "PC-17.apac");
    assert_eq!(text.matches("As exported on").count(), 1, "{text}");
    assert_eq!(line(&text, "Domain"), "APAC");
}

#[test]
fn a_machine_that_shares_a_record_is_found_and_the_record_is_named() {
    let dir = imported();
    for name in ["LAB-2", "lab-3", "LAB-3.EMEA"] {
        let text = explained(dir.path(), name);
        assert!(text.contains(&format!("`{name}` is a name of the record LAB-1.")), "{text}");
        assert_eq!(line(&text, "Shared with (V10)"), "LAB-2, LAB-3");
    }
    for name in ["Front Desk #3", "front desk #3", "Front-Desk-3", "FRONT DESK #3.emea"] {
        assert_eq!(line(&explained(dir.path(), name), "Name"), "Front Desk #3", "{name}");
    }
    assert_eq!(line(&explained(dir.path(), "MÜLLER PC"), "Name"), "Müller PC");
    let (_, stderr) = expect(2, dir.path(), &["explain", "acme.yaml", "--client", "LAB-4", "--no-progress"]);
    assert!(stderr.contains("no client `LAB-4`"), "{stderr}");
}

#[test]
fn an_anonymous_story_has_no_cell_of_the_tables() {
    let dir = imported();
    let args =
        ["import", "export", "-o", "anon.yaml", "--exported-at", "2026-03-02T09:00", "-q", "--anonymize"];
    expect(0, dir.path(), &args);
    let clients = fs::read_to_string(dir.path().join("anon.clients.csv")).unwrap();
    for cell in ["PC-17", "LAB", "EMEA", "In Stock", "8.6.3270", "Front", "5eed"] {
        assert!(!clients.contains(cell), "{cell}: {clients}");
    }
    let name = clients.lines().nth(1).unwrap().split(',').next().unwrap();
    let (text, _) = expect(0, dir.path(), &["explain", "anon.yaml", "--client", name, "--no-progress"]);
    assert_eq!(line(&text, "Name"), name, "{text}");
}

/// Every name in every table of computers leads to its record, in any case, and by its GUID.
#[test]
fn every_name_of_every_case_is_found() {
    let mut names = 0;
    for entry in fs::read_dir(in_repository("tests/exports")).unwrap() {
        let path = entry.unwrap().path();
        let imported = Imported::of(files_of(&path), &assume("case"), &ReadOptions::default());
        let groups = &imported.checked.scenario.groups;
        let guid_of = |(group, index): (usize, u32)| {
            let initial = groups[group].initial.as_ref().and_then(|at| at.get(index as usize));
            initial.and_then(|at| at.guid.clone()).unwrap_or_default()
        };
        for computer in &imported.inventory.computers {
            let guid = computer.guid.to_string();
            let domain = computer.domain.as_deref().map(|domain| format!("{}.{domain}", computer.name));
            let own = [computer.name.clone(), computer.name.to_lowercase(), guid.clone()];
            let all = own.into_iter().chain(computer.other_names.iter().cloned()).chain(domain);
            for name in all.filter(|name| !name.is_empty()) {
                let found = clients_called(&name, groups).into_iter().map(guid_of).any(|found| found == guid);
                assert!(found, "{}: {name} of {guid}", path.display());
                names += 1;
            }
        }
    }
    assert!(names > 1_000, "{names}");
}

//! Whole folders: the resulting inventory, and the faults of bad ones.

use jiff::civil::{DateTime, datetime};

use crate::import::fault::{render, render_notices};
use crate::import::inventory::{Computer, ExportedStatus, Inventory};
use crate::import::tables::ExportTable;
use crate::import::values::Seen;
use crate::import::{ReadOptions, read};
use crate::scenario::model::LicenseKind;

/// Texts with `G1` and so on where GUIDs belong: rows stay readable.
pub(super) fn files(tables: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    let guids =
        |text: &str| (1..=9).fold(text.to_string(), |text, n| text.replace(&format!("G{n}"), &guid(n)));
    tables.iter().map(|(name, text)| (name.to_string(), guids(text).into_bytes())).collect()
}

pub(super) fn guid(n: u32) -> String {
    format!("0000000{n}-0000-0000-0000-000000000000")
}

fn estate_at(tables: &[(&str, &str)], exported_at: Option<DateTime>) -> Result<Inventory, String> {
    read(files(tables), &ReadOptions { exported_at, ..ReadOptions::default() })
        .map_err(|faults| render(&faults, true))
}

pub(super) fn inventory(tables: &[(&str, &str)]) -> Inventory {
    estate_at(tables, None).unwrap()
}

/// The notices, without those that every small folder gets: tables and columns that are not there,
/// the instant of the export.
pub(super) fn notices(inventory: &Inventory) -> String {
    let expected = ["no such file", "no column", "taken to be exported", "no date at all"];
    let mut notices = inventory.notices.clone();
    notices.retain(|notice| !expected.iter().any(|start| notice.what.starts_with(start)));
    render_notices(&notices, true)
}

fn noticed(tables: &[(&str, &str)]) -> String {
    notices(&inventory(tables))
}

/// The problems without their remedies.
fn problems(tables: &[(&str, &str)]) -> Vec<String> {
    let faults = estate_at(tables, None).expect_err("there are faults");
    faults.lines().filter(|line| !line.starts_with("  help: ")).map(str::to_string).collect()
}

pub(super) const TWO: (&str, &str) = ("computers.csv", "Guid,Name\nG2,PC-2\nG1,PC-1\n");

#[test]
fn all_tables_together_give_the_picture() {
    let inventory = inventory(&[
        (
            "Computers.CSV",
            "Name;Guid;Domain;IsManaged;Status;LastConfigRequest;LastBasicInventory\n\
             PC-2;{G2};HQ;1;Active;2026-03-01 08:30:15.120;2026-02-28\n\
             PC-1;G1;HQ;False;In Stock;NULL;1900-01-01\n",
        ),
        (
            "agents.csv",
            "_ResourceGuid,[Agent Name],[Product Version]\n\
             G2,Symantec Management Agent,8.6.3268\nG2,altiris software update agent,8.6.3268\n",
        ),
        ("license_in_use.csv", "ResourceGuid\nG2\nG9\n"),
        ("patch_inventory.csv", "ResourceGuid,LastPatchInventory\nG2,2026-03-01T09:00:01\n"),
        ("targets.csv", "ResourceGuid\tPolicyName\nG2\tZ clone\nG2\tA clone\nG1\tA clone\n"),
        (
            "licenses.csv",
            "ProductName,Kind,Nodes,Starts,Expires,MaintenanceEnds\n\
             Altiris Patch Management Solution,subscription,1500,2026-01-01,2026-12-31,2026-12-31\n\
             Inventory Solution,Trial,9,,,\n",
        ),
    ]);
    assert_eq!(inventory.exported_at, Some(datetime(2026, 3, 1, 9, 1, 0, 0)));
    assert_eq!(
        (inventory.policies.as_slice(), inventory.missing.len()),
        (&["A clone".into(), "Z clone".into()][..], 0)
    );
    let [one, two] = inventory.computers.as_slice() else { panic!("two computers") };
    assert_eq!((one.name.as_str(), one.line, two.name.as_str(), two.line), ("PC-1", 3, "PC-2", 2));
    assert_eq!((one.is_managed, two.is_managed), (Some(false), Some(true)));
    assert_eq!(
        (one.status.as_ref(), &two.status),
        (Some(&ExportedStatus::Other("In Stock".into())), &Some(ExportedStatus::Active))
    );
    assert_eq!((one.last_seen(), two.last_basic_inventory), (Seen::Never, at(2026, 2, 28, 0)));
    assert_eq!(two.last_config_request, Seen::At(datetime(2026, 3, 1, 8, 30, 15, 120_000_000)));
    assert_eq!(
        (one.plug_in(), one.policies.as_slice(), two.policies.as_slice()),
        (None, &[0][..], &[0, 1][..])
    );
    assert!(two.plug_in().is_some() && two.base_agent().is_some());
    assert_eq!((one.holds_license, two.holds_license), (Some(false), Some(true)));
    assert_eq!(inventory.orphans[0].line, 3);
    let license = &inventory.licenses[0];
    assert_eq!(
        (license.kind, license.nodes, inventory.licenses.len()),
        (LicenseKind::Subscription, Some(1_500), 2)
    );
    assert_eq!(
        notices(&inventory),
        "Computers.CSV:3: a Status other than Active, Retired and Disposed; kept as it is `In Stock`\n\
         license_in_use.csv: no ProductName says which product these licenses are of: all rows without one are taken \
         for licenses of Patch Management\n\
         license_in_use.csv:3: the holder of a license is not among the computers: its record was deleted (V3) or \
         not exported `00000009-0000-0000-0000-000000000000`\n\
         licenses.csv:3: a row of another product; left out `Inventory Solution`\n"
    );
}

pub(super) fn at(year: i16, month: i8, day: i8, hour: i8) -> Seen {
    Seen::At(datetime(year, month, day, hour, 0, 0, 0))
}

#[test]
fn what_is_not_exported_is_unknown_and_noticed() {
    let inventory = inventory(&[TWO]);
    let Computer { status, is_managed, holds_license, last_patch_inventory, .. } = &inventory.computers[0];
    assert_eq!(
        (status, is_managed, holds_license, last_patch_inventory),
        (&None, &None, &None, &Seen::Unknown)
    );
    assert_eq!(
        (inventory.exported_at, inventory.missing.len(), inventory.has(ExportTable::Agents)),
        (None, 5, false)
    );
    assert_eq!(
        render_notices(&inventory.notices, true),
        "agents.csv: no such file: which agents the computers have is not known\n\
         computers.csv: no column `Domain`: the domains of computers are not known\n\
         computers.csv: no column `IsManaged`: which computers are managed is not known\n\
         computers.csv: no column `LastBasicInventory`: when computers last sent a Basic Inventory is not known\n\
         computers.csv: no column `LastConfigRequest`: when computers last asked for their configuration is not \
         known\n\
         computers.csv: no column `Status`: which computers are retired is not known\n\
         computers.csv: no date at all: when the tables were exported is not known\n\
         license_in_use.csv: no such file: which computers hold a license is not known\n\
         licenses.csv: no such file: which licenses are owned is not known\n\
         patch_inventory.csv: no such file: when computers last sent a Patch Inventory is not known\n\
         targets.csv: no such file: which policies target the computers is not known\n"
    );
}

/// Rows of one GUID: the same, a shared record (V10), or a contradiction.
#[test]
fn a_guid_is_one_computer() {
    let rows = |rows: &str| {
        ("computers.csv", format!("Guid,Name,Status,LastConfigRequest,LastBasicInventory\n{rows}"))
    };
    let (file, text) = rows("G1,PC-1,Active,2026-03-01,\nG1,pc-1,active,2026-03-01,NULL\n");
    assert_eq!(noticed(&[(file, &text)]), "computers.csv:3: the same computer again; kept once\n");

    let (file, text) =
        rows("G1,PC-1,Active,2026-03-01,2026-02-02\nG1,PC-3,Retired,2026-03-02,\nG1,PC-2,Active,,\n");
    let shared = inventory(&[(file, &text)]);
    let [computer] = shared.computers.as_slice() else { panic!("one computer") };
    assert_eq!(
        (computer.name.as_str(), computer.line, &computer.status),
        ("PC-3", 3, &Some(ExportedStatus::Retired))
    );
    assert_eq!(computer.other_names, ["PC-1", "PC-2"]);
    assert_eq!(
        (computer.last_config_request, computer.last_basic_inventory),
        (at(2026, 3, 2, 0), at(2026, 2, 2, 0))
    );
    assert_eq!(
        notices(&shared),
        "computers.csv:3: a GUID under another name: one record that several machines share (V10); kept once \
         (2 rows: lines 3, 4) `PC-3` `PC-2`\n"
    );

    let (file, text) = rows("G1,PC-1,Active,2026-03-01,\nG2,PC-2,Active,,\nG1,PC-1,Retired,2026-03-02,\n");
    assert_eq!(
        estate_at(&[(file, &text)], None).unwrap_err(),
        "computers.csv:4: Guid: contradicts an earlier line about the same computer in Status, LastConfigRequest \
         `00000001-0000-0000-0000-000000000000 (line 2)`\n  \
         help: keep the row that is true; if the query joins other tables, they repeat its rows\n"
    );
}

#[test]
fn a_computer_without_name_or_status_is_kept_and_noticed() {
    let text = "Guid,Name,Status,IsManaged\nG1,,NULL,\n";
    assert_eq!(
        noticed(&[("computers.csv", text)]),
        "computers.csv:2: no IsManaged; whether the computer is managed is not known\n\
         computers.csv:2: no Name; the computer goes by its GUID\n\
         computers.csv:2: no Status; whether the computer is retired is not known\n"
    );
    assert_eq!(inventory(&[("computers.csv", text)]).computers[0].name, "");
}

#[test]
fn rows_that_come_again_count_once() {
    for (file, text, notice) in [
        (
            "agents.csv",
            "Guid,AgentName,ProductVersion\nG1,A,8.9\nG1,A,8.10\nG1,B,1\nG1,B,1\n",
            "agents.csv:2: the same agent of the same computer in an older version; the newest is kept\n\
             agents.csv:4: the same agent of the same computer again; kept once\n",
        ),
        (
            "patch_inventory.csv",
            "Guid,LastPatchInventory\nG1,2026-03-02\nG1,2026-03-01\nG1,\n",
            "patch_inventory.csv:3: the same computer again; the latest date is kept (2 rows: lines 3, 4)\n",
        ),
        (
            "targets.csv",
            "Guid,PolicyName\nG1,A\nG1,B\nG1,A\n",
            "targets.csv:4: the same policy of the same computer again; kept once\n",
        ),
        (
            "license_in_use.csv",
            "ProductName,Guid\nPatch Management,G1\nPatch Management,G1\n",
            "license_in_use.csv:3: a second license of the same resource; counted once\n",
        ),
        (
            "licenses.csv",
            "Kind,Nodes\nPerpetual,10\nperpetual,10\n",
            "licenses.csv:3: a license like one above; both count\n",
        ),
    ] {
        let inventory = inventory(&[TWO, (file, text)]);
        assert_eq!(notices(&inventory), notice);
        let one = &inventory.computers[0];
        let versions: Vec<&str> = one.agents.iter().filter_map(|agent| agent.version.as_deref()).collect();
        assert!(file != "agents.csv" || versions == ["8.10", "1"], "{versions:?}");
        assert!(file != "targets.csv" || one.policies == [0, 1]);
        assert!(file != "patch_inventory.csv" || one.last_patch_inventory == at(2026, 3, 2, 0));
    }
}

#[test]
fn rows_about_resources_that_are_no_computers_are_noticed() {
    let there = "a row about a resource that is not among the computers (4 rows: lines 2, 3, 4, ...)";
    for (file, column, value) in [
        ("agents.csv", "AgentName", "A"),
        ("patch_inventory.csv", "LastPatchInventory", ""),
        ("targets.csv", "PolicyName", "A"),
    ] {
        let text =
            format!("ResourceGuid,{column}\nG9,{value}\nG8,{value}\nG7,{value}\nG6,{value}\nG1,{value}\n");
        let shown: Vec<String> = [9, 8, 7].map(|n| format!("`{}`", guid(n))).to_vec();
        assert_eq!(noticed(&[TWO, (file, &text)]), format!("{file}:2: {there} {}\n", shown.join(" ")));
    }
}

#[test]
fn a_license_says_what_it_is_or_it_is_assumed() {
    let text = "Kind,Nodes,Starts,Expires,MaintenanceEnds\n\
                ,10,,2026-12-31,\n,20,,9999-12-31,\nPerpetual,30,2026-01-01,2026-12-31,2025-12-31\n";
    let inventory = inventory(&[TWO, ("licenses.csv", text)]);
    let kinds: Vec<(LicenseKind, bool)> =
        inventory.licenses.iter().map(|l| (l.kind, l.expires.is_some())).collect();
    use LicenseKind::{Perpetual, Subscription};
    assert_eq!(kinds, [(Subscription, true), (Perpetual, false), (Perpetual, false)]);
    assert_eq!(
        notices(&inventory),
        "licenses.csv:2: no Kind; it expires, so it is taken for a subscription\n\
         licenses.csv:3: no Kind; it does not expire, so it is taken for a perpetual license\n\
         licenses.csv:4: a perpetual license does not expire (L2); Expires is left out\n\
         licenses.csv:4: maintenance ends before the license starts; kept as it is\n"
    );
}

#[test]
fn licenses_that_contradict_themselves_are_refused() {
    let text = "Kind,Nodes,Starts,Expires\nSubscription,10,2026-02-01,2026-01-31\ntrial,5,2026-01-01,\n";
    assert_eq!(
        estate_at(&[TWO, ("licenses.csv", text)], None).unwrap_err(),
        "licenses.csv:2: Expires: the license expires before it starts\n  help: correct Starts or Expires\n\
         licenses.csv:3: Expires: a license of this kind expires, and no date is given\n  \
         help: give the date; only a perpetual license has none\n"
    );
}

#[test]
fn nothing_happens_after_the_export() {
    let tables = [
        ("computers.txt", "Guid,Name,LastConfigRequest\nG1,PC-1,2026-03-01 08:00:01\n"),
        ("patch_inventory.csv", "Guid,LastPatchInventory\nG1,2026-03-02\n"),
    ];
    let eight = datetime(2026, 3, 1, 8, 0, 0, 0);
    assert_eq!(
        estate_at(&tables, Some(eight)).unwrap_err(),
        "computers.txt: 1 of 1 computers have dates after --exported-at 2026-03-01T08:00:00, so the tables were exported \
         later `2026-03-02T00:00:00`\n  \
         help: give the instant of the export, or leave --exported-at out: then it is the latest date in the tables\n"
    );
    let later = datetime(2026, 3, 3, 0, 0, 0, 0);
    assert_eq!(estate_at(&tables, Some(later)).unwrap().exported_at, Some(later));
    assert_eq!(inventory(&tables[..1]).exported_at, Some(datetime(2026, 3, 1, 8, 1, 0, 0)));
}

/// Every file is read to its end before a fault is reported.
#[test]
fn the_faults_of_all_files_come_at_once() {
    let found = problems(&[
        ("computers.csv", "Guid,Name,IsManaged\nPC-1,G1,maybe\nG2,PC-2\n"),
        ("agents.csv", "Guid;Agent\nG1;A\n"),
        ("targets.csv", "Guid,PolicyName\nG1,\"A\nG2,B\n"),
        ("licenses.csv", "Nodes\nmany\nfew\n1,500\n"),
    ]);
    assert_eq!(
        found,
        [
            "agents.csv:1: column `AgentName` is missing among `Guid, Agent (nearest)`",
            "computers.csv:2: Guid: not a GUID `PC-1`",
            "computers.csv:2: IsManaged: neither 1 nor 0 `maybe`",
            "computers.csv:3: 2 values where the header has 3 columns",
            "licenses.csv: Nodes: not a whole number, in 2 rows (lines 2, 3) `many` `few`",
            "targets.csv:2: a quote opens here and is never closed",
        ]
    );
}

#[test]
fn an_estate_has_computers() {
    assert_eq!(problems(&[("computers.csv", "Guid,Name\n")]), ["computers.csv: there is no computer in it"]);
}

/// Whatever the bytes, there is a picture or there are faults.
#[test]
fn no_bytes_are_too_bad() {
    let table = "Guid;Name;LastConfigRequest\r\nG1;\"PC-é;1\";2026-03-01 08:00:01\r\n{G2};;NULL\r\n";
    let [(_, good)] = files(&[("", table)]).try_into().expect("one file");
    let wide: Vec<u8> = table.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut state = 7_u64;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % limit
    };
    for round in 0..4_000 {
        let mut bytes = if round % 4 == 0 { wide.clone() } else { good.clone() };
        for _ in 0..=below(4) {
            let (at, byte) = (below(bytes.len()), b"\"\0;,\n\r\xff-{ \xef0"[below(12)]);
            match below(3) {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => bytes.truncate(at + 1),
            }
        }
        let names =
            ["computers.csv", "agents.csv", "license_in_use.csv", "targets.csv", "patch_inventory.csv"];
        let files = names.iter().map(|name| (name.to_string(), bytes.clone())).collect();
        if let Err(faults) = read(files, &ReadOptions::default()) {
            assert!(!faults.shown.is_empty() && !render(&faults, true).is_empty());
        }
    }
}

/// What could be harmful elsewhere is kept as it is: making it harmless is the writer's task.
#[test]
fn names_are_kept_as_they_are_and_values_can_be_left_out() {
    let formula = "=cmd|' /C calc'!A0";
    let text = format!("Guid,Name\nG1,{formula}\n");
    assert_eq!(inventory(&[("computers.csv", &text)]).computers[0].name, formula);
    let secret = "Contoso";
    let text = format!("Guid,Name,IsManaged,LastConfigRequest\n{secret},x,{secret},{secret}\n");
    let faults = read(files(&[("computers.csv", &text)]), &ReadOptions::default()).unwrap_err();
    assert!(render(&faults, true).contains(secret) && !render(&faults, false).contains(secret));
    for fault in faults.shown {
        assert!(!format!("{}{}", fault.problem, fault.help).contains(secret), "{fault:?}");
    }
}

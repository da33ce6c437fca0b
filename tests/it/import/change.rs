//! `audit` of two exports and more: what was done, what came of it, and what cannot be compared.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use fleetsim::import::ReadOptions;
use fleetsim::import::tables::ExportTable;
use fleetsim::output::prose::audit_change::answer;
use fleetsim::output::results::audit_change::AuditChangeResult;
use fleetsim::study::audit::accounting::Account;
use fleetsim::study::audit_change::export_state::ExportState;
use fleetsim::study::audit_change::finding_change::Became;
use fleetsim::study::audit_change::record_change::RecordMove;
use fleetsim::study::audit_change::{AuditChange, LicenseChange, compare_exports};

use crate::commands::command_line::expect;
use crate::import::exports::import;
use crate::support::imported::{Files, Imported, assume};

/// A computer of a table: number (its GUID), name, status, holds a license, its agent is alive.
type Row = (u32, String, &'static str, bool, bool);

fn rows(numbers: std::ops::RangeInclusive<u32>, status: &'static str, held: bool, alive: bool) -> Vec<Row> {
    numbers.map(|n| (n, format!("PC-{n:03}"), status, held, alive)).collect()
}

fn healthy(numbers: std::ops::RangeInclusive<u32>) -> Vec<Row> {
    rows(numbers, "Active", true, true)
}

const PERPETUAL: &str = "Patch Management Solution,Perpetual,42,2024-06-01,N/A,2026-12-31\n";

fn guid(n: u32) -> String {
    format!("{n:08x}-0000-4000-8000-000000000000")
}

/// The tables of a day, as they are at nine.
fn tables(day: &str, rows: &[Row], licenses: &str) -> Files {
    let mut texts: BTreeMap<&str, String> = BTreeMap::from([
        ("computers", "Guid,Name,Domain,Status,LastConfigRequest,LastBasicInventory\n".to_string()),
        ("agents", "ResourceGuid,AgentName,ProductVersion\n".to_string()),
        ("license_in_use", "ProductName,ResourceGuid\n".to_string()),
        ("patch_inventory", "ResourceGuid,LastPatchInventory\n".to_string()),
        ("targets", "ResourceGuid,PolicyName\n".to_string()),
        ("licenses", format!("ProductName,Kind,Nodes,Starts,Expires,MaintenanceEnds\n{licenses}")),
    ]);
    let mut add = |table: &str, row: String| {
        let _ = writeln!(texts.get_mut(table).unwrap(), "{row}");
    };
    for (n, name, status, held, alive) in rows {
        let guid = guid(*n);
        if *held {
            add("license_in_use", format!("Patch Management Solution,{guid}"));
        }
        // A license without a computer.
        if name.is_empty() {
            continue;
        }
        let at = |time: &str| if *alive { format!("{day} {time}") } else { format!("2025-11-01 {time}") };
        let (request, inventory) = (at(&format!("08:{:02}:00", 30 + n % 30)), at("04:10:00"));
        add("computers", format!("{guid},{name},CORP,{status},{request},{inventory}"));
        add(
            "agents",
            format!("{guid},Altiris Agent,8.6.1012.0\n{guid},Altiris Software Update Agent,8.6.1012.0"),
        );
        for policy in [
            "Software Update Plug-in Install",
            "Default Software Update Plug-in Policy",
            "Windows System Assessment Scan",
        ] {
            add("targets", format!("{guid},{policy}"));
        }
        if *held || *status != "Active" {
            add("patch_inventory", format!("{guid},{}", at("06:15:00")));
        }
    }
    texts.into_iter().map(|(name, text)| (format!("{name}.csv"), text.into_bytes())).collect()
}

fn state_of(folder: &str, imported: &Imported) -> ExportState {
    ExportState::of(folder.to_string(), &imported.inventory, &imported.customer, &imported.audit())
}

fn state(folder: &str, files: Files) -> ExportState {
    state_of(folder, &Imported::of(files, &assume(folder), &ReadOptions::default()))
}

/// 30 holders, 12 licenses held by Disposed records that are silent for months, 5 clients that wait.
fn february() -> Vec<Row> {
    [healthy(1..=30), rows(31..=42, "Disposed", true, false), rows(43..=47, "Active", false, true)].concat()
}

/// Ten of the twelve were set to Retired and came back; the agents of two are alive; nobody waits.
fn march() -> Vec<Row> {
    [healthy(1..=30), rows(31..=40, "Retired", false, false), healthy(41..=47)].concat()
}

fn moves(change: &AuditChange) -> Vec<(RecordMove, u64, u64, u64)> {
    change.moves.iter().map(|m| (m.what, m.records.len() as u64, m.came_back, m.hold)).collect()
}

type Found<'c> = (&'c str, Option<u64>, Option<u64>, Vec<(Became, u64)>);

fn findings<'c>(change: &'c AuditChange) -> Vec<Found<'c>> {
    let counts = |became: &BTreeMap<Became, Vec<usize>>| {
        became.iter().map(|(became, records)| (*became, records.len() as u64)).collect()
    };
    change.findings.iter().map(|f| (f.key, f.before, f.after, counts(&f.became))).collect()
}

#[test]
fn licenses_come_back_waiting_clients_get_them_and_live_agents_take_theirs_again() {
    let (before, after) = (
        state("feb", tables("2026-02-02", &february(), PERPETUAL)),
        state("mar", tables("2026-03-02", &march(), PERPETUAL)),
    );
    let change = compare_exports(&before, &after).unwrap();
    assert_eq!(
        answer(&change),
        "From 2026-02-02 08:59 to 2026-03-02 08:59: 10 of the 12 licenses held for nothing came back, and all 5 waiting \
         clients got one; 2 records that were Retired or Disposed are Active again and hold a license (V7). Now no license is \
         held for nothing and no client waits."
    );
    assert_eq!(
        change.licenses.unwrap(),
        LicenseChange {
            kept: 32,
            came_back: 10,
            taken: 5,
            for_nothing: 12,
            for_nothing_came_back: 10,
            waited: 5,
            waited_and_got: 5,
            active_again: 2,
        }
    );
    assert_eq!(moves(&change), [(RecordMove::Retired, 10, 10, 0), (RecordMove::ActiveAgain, 2, 0, 2)]);
    assert_eq!(
        findings(&change),
        [
            ("pool_exhausted", Some(42), Some(0), vec![]),
            ("disposed", Some(12), Some(0), vec![(Became::RetiredAndFreed, 10), (Became::ActiveAgain, 2)]),
            ("pool_full", Some(5), Some(0), vec![(Became::GotLicense, 5)]),
        ]
    );
    assert_eq!(change.records.iter().filter(|record| record.changed).count(), 17);
}

/// What did not work is said as well: Retired, and no licensing refresh has run (V1); deleted, and the license is still
/// held (V3).
#[test]
fn a_license_that_did_not_come_back_is_not_counted_as_freed() {
    let gone: Vec<Row> = rows(39..=42, "", true, false)
        .into_iter()
        .map(|(n, _, s, h, a)| (n, String::new(), s, h, a))
        .collect();
    let after =
        [healthy(1..=30), rows(31..=38, "Retired", true, false), gone, rows(43..=47, "Active", false, true)]
            .concat();
    let (before, after) = (
        state("feb", tables("2026-02-02", &february(), PERPETUAL)),
        state("mar", tables("2026-03-02", &after, PERPETUAL)),
    );
    let change = compare_exports(&before, &after).unwrap();
    assert_eq!(moves(&change), [(RecordMove::Retired, 8, 0, 8), (RecordMove::Deleted, 4, 0, 4)]);
    let licenses = change.licenses.unwrap();
    assert_eq!((licenses.came_back, licenses.taken, licenses.waited_and_got), (0, 0, 0));
    let of: BTreeMap<&str, Found> = findings(&change).into_iter().map(|found| (found.0, found)).collect();
    assert_eq!(of["disposed"].3, [(Became::InOtherFinding, 12)]);
    assert_eq!(of["retired_not_released"].3, [(Became::Arrived, 8)]);
    assert_eq!(of["pool_full"].3, [(Became::Still, 5)]);
    assert!(answer(&change).contains(
        "none of the 12 licenses held for nothing came back, and none of the 5 waiting clients got one"
    ));
}

/// A PC whose record was replaced, one with a second record, and a twin that was deleted while the other one stays.
#[test]
fn a_pc_is_found_under_a_new_guid_by_name() {
    let named = |n: u32, name: &str, held: bool, alive: bool| (n, name.to_string(), "Active", held, alive);
    let twins = [named(40, "PC-TWIN", true, false), named(41, "PC-TWIN", true, true)];
    let before = [healthy(1..=30), twins.to_vec()].concat();
    let after = [
        healthy(1..=28),
        vec![named(30, "PC-030", true, false), twins[1].clone()],
        vec![
            named(51, "pc-029", true, true),
            named(52, "PC-030", true, true),
            named(53, "PC-053", false, true),
        ],
    ]
    .concat();
    let (before, after) = (
        state("feb", tables("2026-02-02", &before, PERPETUAL)),
        state("mar", tables("2026-03-02", &after, PERPETUAL)),
    );
    let change = compare_exports(&before, &after).unwrap();
    assert_eq!(
        moves(&change),
        [
            (RecordMove::Deleted, 1, 1, 0),  // the older twin
            (RecordMove::Replaced, 1, 1, 0), // PC-029
            (RecordMove::New, 1, 0, 0),
            (RecordMove::NewOfKnownName, 2, 0, 2), // the new records of PC-029 and PC-030
        ]
    );
    assert_eq!(change.records_by_export(), (30, 2, 3));
}

#[test]
fn a_month_without_changes_is_no_change() {
    let (before, after) = (
        state("feb", tables("2026-02-02", &february(), PERPETUAL)),
        state("mar", tables("2026-03-02", &february(), PERPETUAL)),
    );
    let change = compare_exports(&before, &after).unwrap();
    assert!(change.is_none() && change.moves.is_empty(), "{:?}", change.moves);
    assert!(answer(&change).starts_with("Nothing changed from 2026-02-02"));
    let same = compare_exports(&before, &before).unwrap();
    assert_eq!(answer(&same), "Nothing changed: both exports are of 2026-02-02 08:59.");
}

#[test]
fn license_files_that_came_and_went_are_told() {
    let temporary = "Patch Management Solution,Temporary,20,2026-01-10,2026-02-20,2026-12-31\n";
    // Of another pool: it is none of the files of Patch Management.
    let other = "Altiris Inventory Solution,Perpetual,99,2026-02-01,N/A,2026-12-31\n";
    let subscription = "Patch Management Solution,Subscription,50,2026-02-15,2027-02-15,2027-02-15\n";
    let (before, after) = (
        state("feb", tables("2026-02-02", &healthy(1..=30), &format!("{temporary}{PERPETUAL}"))),
        state("mar", tables("2026-03-02", &healthy(1..=30), &format!("{PERPETUAL}{other}{subscription}"))),
    );
    let change = compare_exports(&before, &after).unwrap();
    let nodes = |files: &[fleetsim::import::inventory::OwnedLicense]| {
        files.iter().map(|f| f.nodes).collect::<Vec<_>>()
    };
    assert_eq!(nodes(&change.files_removed), [Some(20)]);
    assert_eq!(nodes(&change.files_added), [Some(50)]);
    assert_eq!((before.nodes, after.nodes), (Some(62), Some(92)));
}

#[test]
fn what_a_missing_table_hides_is_not_guessed() {
    let without = |files: Files, table: &str| -> Files {
        files.into_iter().filter(|(name, _)| name != table).collect()
    };
    let before = state("feb", tables("2026-02-02", &february(), PERPETUAL));
    let march = || tables("2026-03-02", &march(), PERPETUAL);
    let no_licenses_in_use = state("mar", without(march(), "license_in_use.csv"));
    for (one, other) in [(&before, &no_licenses_in_use), (&no_licenses_in_use, &before)] {
        let change = compare_exports(one, other).unwrap();
        assert_eq!(change.licenses, None);
        assert!(answer(&change).starts_with("Whether licenses came back"), "{}", answer(&change));
        assert!(change.moves.iter().all(|moved| (moved.came_back, moved.hold) == (0, 0)));
        // What only the export shows that lacks the table is assumed, not found.
        assert_eq!(change.findings.iter().filter(|f| (f.before, f.after) == (Some(0), None)).count(), 0);
        assert!(
            change.findings.iter().flat_map(|f| f.became.keys()).all(|became| *became == Became::NotKnown)
        );
        let told = AuditChangeResult::new(&change, &[]).not_compared;
        assert!(told.len() == 1 && told[0].contains("license_in_use.csv"), "{told:?}");
    }
    let no_targets = state("mar", without(march(), "targets.csv"));
    let change = compare_exports(&before, &no_targets).unwrap();
    let of: BTreeMap<&str, Found> = findings(&change).into_iter().map(|found| (found.0, found)).collect();
    // The license that each of them holds now is a fact all the same.
    assert_eq!(of["pool_full"], ("pool_full", Some(5), None, vec![(Became::GotLicense, 5)]));
    assert_eq!(
        change.missing.iter().map(|lacking| lacking.table).collect::<Vec<_>>(),
        [ExportTable::Targets]
    );
}

/// The rows of the accounting are those of the audit.
#[test]
fn records_are_accounted_for_as_the_audit_does() {
    for stem in [
        "02-retired-not-released",
        "06-temporary-file",
        "08-after-the-upgrade",
        "11-cloned-images",
        "14-re-image-wave",
    ] {
        let imported = import(stem, None);
        let (state, audit) = (state_of(stem, &imported), imported.audit());
        for account in Account::ALL {
            assert_eq!(state.count(account), audit.accounting.records(account), "{stem}: {account:?}");
        }
        for (found, kept) in audit.findings.iter().zip(&state.findings) {
            assert_eq!(found.names.len(), kept.records.len(), "{stem}: {found:?}");
        }
    }
}

fn written(dir: &Path, folder: &str, files: Files) {
    fs::create_dir(dir.join(folder)).unwrap();
    for (name, bytes) in files {
        fs::write(dir.join(folder).join(name), bytes).unwrap();
    }
}

#[test]
fn the_command_orders_exports_by_their_dates_and_refuses_those_of_another_server() {
    let dir = tempfile::tempdir().unwrap();
    let cwd = dir.path();
    written(cwd, "feb", tables("2026-02-02", &february(), PERPETUAL));
    written(cwd, "mar", tables("2026-03-02", &march(), PERPETUAL));
    written(cwd, "apr", tables("2026-04-02", &healthy(1..=47), PERPETUAL));
    written(cwd, "other", tables("2026-03-02", &healthy(501..=530), PERPETUAL));
    let (told, _) = expect(0, cwd, &["audit", "feb", "mar"]);
    let (reversed, _) = expect(0, cwd, &["audit", "mar", "feb"]);
    let note = "\nThe exports were given in another order; they are compared in order of their dates.\n";
    assert_eq!(reversed.replace(note, ""), told);
    assert!(reversed.contains(note));
    let (trend, _) = expect(0, cwd, &["audit", "apr", "feb", "mar"]);
    let lines: Vec<Vec<&str>> = trend
        .lines()
        .skip_while(|line| *line != "All exports")
        .skip(3)
        .take(3)
        .map(|line| line.split_whitespace().skip(2).collect())
        .collect();
    let expected = [
        ["47", "42", "42", "12", "5", "0", "0", "feb"],
        ["47", "42", "37", "0", "0", "0", "0", "mar"],
        ["47", "42", "47", "0", "0", "0", "0", "apr"],
    ];
    assert_eq!(lines, expected);
    for order in [["feb", "other"], ["other", "feb"]] {
        let (_, stderr) = expect(3, cwd, &["audit", order[0], order[1]]);
        assert!(
            stderr.contains("have 0 of 30 computers in common: they are exports of different servers"),
            "{stderr}"
        );
    }
    expect(3, cwd, &["audit", "feb", "other", "mar"]);
    for (option, value) in [("--exported-at", "2026-03-02"), ("--report", "x.html")] {
        let (_, stderr) = expect(2, cwd, &["audit", "feb", "mar", option, value]);
        assert!(stderr.contains(&format!("{option} is for one export")), "{stderr}");
    }
}

#[test]
fn csv_has_a_row_for_each_client_that_changed_and_pseudonyms_hide_all_names() {
    let dir = tempfile::tempdir().unwrap();
    let cwd = dir.path();
    written(cwd, "feb", tables("2026-02-02", &february(), PERPETUAL));
    written(cwd, "mar", tables("2026-03-02", &march(), PERPETUAL));
    let (csv, _) = expect(0, cwd, &["audit", "feb", "mar", "--format", "csv"]);
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.as_bytes()).records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 17);
    let row = rows.iter().find(|row| &row[0] == "PC-041").unwrap();
    let expected = [
        "PC-041",
        &guid(41),
        "active_again",
        "kept",
        "disposed",
        "active",
        "held_for_nothing",
        "needed",
        "disposed",
        "",
        "disposed",
        "",
    ];
    assert_eq!(row.iter().collect::<Vec<_>>(), expected);
    for format in ["table", "json", "csv"] {
        let (told, stderr) = expect(0, cwd, &["audit", "feb", "mar", "--format", format, "--anonymize"]);
        assert!(!format!("{told}{stderr}").contains("PC-0"), "{told}");
        assert!(!told.contains(&guid(41)) && !told.contains("\"feb\""), "{told}");
    }
    let (json, _) = expect(0, cwd, &["audit", "feb", "mar", "--format", "json"]);
    let result: AuditChangeResult = serde_json::from_str(&json).unwrap();
    assert_eq!(result.exports.iter().map(|e| e.folder.as_str()).collect::<Vec<_>>(), ["feb", "mar"]);
    assert_eq!(result.findings[1].cured, 12);
}

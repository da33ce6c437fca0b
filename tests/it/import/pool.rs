//! Which licenses are Patch Management's, how many there are, and what was and will be in force.

use std::fs;

use fleetsim::import::fault::render;
use fleetsim::import::inventory::RowsInUse;
use fleetsim::import::product_choice::licensing_policy;
use fleetsim::import::{ReadOptions, read};
use fleetsim::rules::clause::Clause;
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use tempfile::TempDir;

use crate::commands::command_line::expect;
use crate::support::imported::{Files, Imported, assume};

const NOW: DateTime = date(2026, 3, 2).at(9, 0, 0, 0);
const PATCH: &str = "Patch Management Solution";
const INVENTORY: &str = "Altiris Inventory Solution";

fn guid(n: u64) -> String {
    format!("{n:08x}-0000-4000-8000-000000000000")
}

/// So many computers with the plug-in; the first `scanned` of them have sent a Patch Inventory.
fn computers(count: u64, scanned: u64) -> Files {
    let mut texts = [
        (
            "computers.csv",
            "Guid,Name,Domain,IsManaged,Status,LastConfigRequest,LastBasicInventory\n".to_string(),
        ),
        ("agents.csv", "ResourceGuid,AgentName,ProductVersion\n".to_string()),
        ("patch_inventory.csv", "ResourceGuid,LastPatchInventory\n".to_string()),
        ("targets.csv", "ResourceGuid,PolicyName\n".to_string()),
    ];
    let ago = |minutes: u64| NOW.saturating_sub(SignedDuration::from_mins(minutes as i64)).to_string();
    for n in 1..=count {
        let guid = guid(n);
        let (request, inventory) = (ago(n % 60), ago(60 + 97 * n % 1_200));
        texts[0].1 += &format!("{guid},PC-{n},CORP,1,Active,{request},{inventory}\n");
        for agent in ["Altiris Agent", "Altiris Software Update Agent"] {
            texts[1].1 += &format!("{guid},{agent},8.6.3268\n");
        }
        if n <= scanned {
            texts[2].1 += &format!("{guid},{}\n", ago(30 + 37 * n % 200));
        }
        for policy in ["Software Update Plug-in Install", "Default Software Update Plug-in Policy"] {
            texts[3].1 += &format!("{guid},{policy}\n");
        }
    }
    texts.map(|(name, text)| (name.to_string(), text.into_bytes())).to_vec()
}

/// With a table more.
fn and(mut files: Files, name: &str, text: impl Into<String>) -> Files {
    files.push((name.to_string(), text.into().into_bytes()));
    files
}

/// Rows of licenses in use: a product or a policy, and the computers that hold one.
fn in_use(header: &str, rows: &[(&str, std::ops::RangeInclusive<u64>)]) -> String {
    let mut text = format!("{header},ResourceGuid\n");
    for (of, holders) in rows {
        holders.clone().for_each(|n| text += &format!("{of},{}\n", guid(n)));
    }
    text
}

fn licenses(rows: &str) -> String {
    format!("ProductName,Kind,Nodes,Starts,Expires,MaintenanceEnds\n{rows}")
}

/// 40 holders of 60 computers, and these licenses.
fn forty(rows: &str) -> Files {
    let files = and(computers(60, 40), "license_in_use.csv", in_use("ProductName", &[(PATCH, 1..=40)]));
    and(files, "licenses.csv", licenses(rows))
}

fn options() -> ReadOptions {
    ReadOptions { exported_at: Some(NOW), ..ReadOptions::default() }
}

fn import(files: Files, options: &ReadOptions) -> Imported {
    Imported::of(files, &assume("pool"), options)
}

#[track_caller]
fn refused(files: Files, options: &ReadOptions, show: bool) -> String {
    match read(files, options) {
        Ok(_) => panic!("nothing is refused"),
        Err(faults) => render(&faults, show),
    }
}

/// Keys, counts, sentences and cures of what is found about the pool.
fn of_pool(imported: &Imported) -> Vec<(&'static str, u64, String, String)> {
    // Those without a license have never scanned.
    let found = imported.customer.findings.iter().filter(|found| found.clause != Clause::C4);
    found.map(|found| (found.key, found.count, found.what.clone(), found.cure.clone())).collect()
}

#[track_caller]
fn expect_pool(rows: &str, expected: &[(&str, u64, &str, &str)]) -> Imported {
    let imported = import(forty(rows), &options());
    let found = of_pool(&imported);
    let found: Vec<(&str, u64, &str, &str)> =
        found.iter().map(|(k, n, w, c)| (*k, *n, w.as_str(), c.as_str())).collect();
    assert_eq!(found, expected);
    imported
}

fn states(imported: &Imported) -> Vec<(&'static str, &str)> {
    imported.customer.license_files.iter().map(|file| (file.key(), file.words.as_str())).collect()
}

const POLICIES: [&str; 3] = [
    "11111111-8f4d-4e27-9da1-494c73cf256d",
    "db5b5fab-8f4d-4e27-9da1-494c73cf256d",
    "22222222-8f4d-4e27-9da1-494c73cf256d",
];

fn three_policies() -> Files {
    let rows = [(POLICIES[0], 1..=55), (POLICIES[1], 1..=41), (POLICIES[2], 21..=60)];
    let files = and(computers(60, 40), "license_in_use.csv", in_use("LicensingPolicyGuid", &rows));
    and(files, "licenses.csv", licenses(&format!("{PATCH},Perpetual,80,,,\n")))
}

#[test]
fn of_several_licensing_policies_none_is_guessed() {
    let found = " `db5b5fab-8f4d-4e27-9da1-494c73cf256d: 41 resources, 40 with a Patch Inventory; \
                 11111111-8f4d-4e27-9da1-494c73cf256d: 55 resources, 40 with a Patch Inventory; \
                 22222222-8f4d-4e27-9da1-494c73cf256d: 40 resources, 20 with a Patch Inventory`";
    let message = format!(
        "license_in_use.csv: LicensingPolicyGuid: rows of 3 licensing policies, and no ProductName says which of them is that of \
         Patch Management. Resources that hold a license of each{found}\n  help: give --licensing-policy GUID (the first fits \
         best: its holders are those that have sent a Patch Inventory); or export the column ProductName; or add \
         products.csv with the columns Guid and Name, as in the view vProduct\n"
    );
    assert_eq!(refused(three_policies(), &options(), true), message);
    assert_eq!(refused(three_policies(), &options(), false), message.replace(found, ""));
}

#[test]
fn a_licensing_policy_can_be_chosen_or_named() {
    let chosen = ReadOptions {
        licensing_policies: vec![licensing_policy(&format!("{{{}}}", POLICIES[1].to_uppercase())).unwrap()],
        ..options()
    };
    let names = format!("Guid,Name\n{},{PATCH}\n{},{INVENTORY}\n", POLICIES[1], POLICIES[0]);
    let all_names = format!("{names}{},Deployment Solution\n", POLICIES[2]);
    for (files, options) in [
        (three_policies(), &chosen),
        (and(three_policies(), "products.csv", names), &options()), // the third one has no name
        (and(three_policies(), "vProduct.csv", all_names), &options()),
    ] {
        let imported = import(files, options);
        let rows = RowsInUse { rows: 136, holders: 41, orphans: 0, again: 0, other: 95 };
        assert_eq!(imported.inventory.rows_in_use, Some(rows));
        assert_eq!(imported.customer.clients.iter().filter(|client| client.initial.licensed).count(), 41);
    }
    let wrong = ReadOptions {
        licensing_policies: vec![licensing_policy("33333333-8f4d-4e27-9da1-494c73cf256d").unwrap()],
        ..options()
    };
    let mut sorted = POLICIES;
    sorted.sort_unstable();
    assert_eq!(
        refused(three_policies(), &wrong, true).lines().next(),
        Some(
            format!(
                "license_in_use.csv: LicensingPolicyGuid: no row has the licensing policy that --licensing-policy names; there \
                 are `{}`",
                sorted.join(", ")
            )
            .as_str()
        )
    );
}

/// One licensing policy alone is Patch Management, with a notice; so are rows without a product beside those that have one,
/// if they are of its policy.
#[test]
fn one_licensing_policy_needs_no_name() {
    let one = in_use("LicensingPolicyGuid", &[(POLICIES[0], 1..=41)]);
    let imported = import(and(computers(60, 40), "license_in_use.csv", one), &options());
    let taken = |imported: &Imported| {
        let notices = &imported.inventory.notices;
        notices
            .iter()
            .any(|notice| notice.what.starts_with("no ProductName says which product these licenses"))
    };
    assert_eq!((imported.inventory.rows_in_use.map(|rows| rows.holders), taken(&imported)), (Some(41), true));
    let (patch, other) = (format!("{PATCH},{}", POLICIES[0]), format!("{INVENTORY},{}", POLICIES[1]));
    let (unnamed, third) = (format!(",{}", POLICIES[0]), format!(",{}", POLICIES[2]));
    let rows = [(&*patch, 1..=40), (&*unnamed, 41..=41), (&*other, 1..=60), (&*third, 50..=60)];
    let mixed = in_use("ProductName,LicensingPolicyGuid", &rows);
    let imported = import(and(computers(60, 40), "license_in_use.csv", mixed), &options());
    assert_eq!(
        (imported.inventory.rows_in_use.map(|rows| rows.holders), taken(&imported)),
        (Some(41), false)
    );
}

/// Two products, each with a row for most computers: 40 hold one of Patch Management, 20 hold none.
#[test]
fn products_are_told_apart_by_their_names() {
    for product in [
        PATCH,
        "Altiris Patch Management Solution",
        "Symantec Patch Management Solution for Windows",
        "Client Management Suite",
        "ITMS",
    ] {
        let rows = [(product, 1..=40), (INVENTORY, 1..=60), ("Patch Management Solution for Linux", 58..=60)];
        let files = and(computers(60, 40), "license_in_use.csv", in_use("ProductName", &rows));
        let imported =
            import(and(files, "licenses.csv", licenses(&format!("{product},Perpetual,80,,,\n"))), &options());
        let rows = RowsInUse { rows: 103, holders: 40, orphans: 0, again: 0, other: 63 };
        assert_eq!(imported.inventory.rows_in_use, Some(rows), "{product}");
        assert_eq!(imported.customer.licenses[0].nodes, Some(80), "{product}");
    }
}

#[test]
fn a_table_of_other_products_only_is_refused_unless_one_is_chosen() {
    let translated = "Patchverwaltung";
    let files = || {
        let rows = [(translated, 1..=40), (INVENTORY, 1..=60)];
        let files = and(computers(60, 40), "license_in_use.csv", in_use("ProductName", &rows));
        and(files, "licenses.csv", licenses(&format!("{translated},Perpetual,80,,,\n{INVENTORY},,9,,,\n")))
    };
    let help =
        "say with --product which of them is Patch Management for Windows, or export its rows, too; if";
    let first = |message: &str| message.lines().take(2).map(str::to_string).collect::<Vec<_>>();
    let message = refused(files(), &options(), true);
    assert_eq!(
        first(&message),
        [
            "license_in_use.csv: ProductName: no row is of Patch Management or of a suite that contains it; there are rows of \
             `Altiris Inventory Solution (60), Patchverwaltung (40)`"
                .to_string(),
            format!(
                "  help: {help} no license of Patch Management is held, keep only the line of the names of the columns"
            )
        ]
    );
    let chosen = ReadOptions { products: vec!["PATCHVERWALTUNG ".to_string()], ..options() };
    let imported = import(files(), &chosen);
    assert_eq!(imported.inventory.rows_in_use.map(|rows| (rows.holders, rows.other)), Some((40, 60)));
    assert_eq!(imported.customer.licenses.iter().map(|file| file.nodes).collect::<Vec<_>>(), [Some(80)]);
    assert_eq!(states(&imported)[1].0, "not_counted");
    let wrong = ReadOptions { products: vec!["Patch".to_string()], ..options() };
    assert!(
        refused(files(), &wrong, true).contains(
            "license_in_use.csv: ProductName: no row is of the product that --product names; there are rows of `Altiris \
             Inventory Solution (61), Patchverwaltung (41)`"
        )
    );
    // The licenses owned are asked about by themselves.
    let owned = and(computers(9, 9), "licenses.csv", licenses(&format!("{INVENTORY},Perpetual,80,,,\n")));
    assert_eq!(
        first(&refused(owned, &options(), true)),
        [
            "licenses.csv: ProductName: no row is of Patch Management or of a suite that contains it; there are rows of \
             `Altiris Inventory Solution (1)`"
                .to_string(),
            format!("  help: {help} no license of Patch Management is owned, keep only the line of the names of the columns")
        ]
    );
    // No license held, none owned: nothing is refused.
    let none = and(computers(9, 0), "license_in_use.csv", "ProductName,ResourceGuid\n");
    let imported = import(and(none, "licenses.csv", licenses("")), &options());
    assert_eq!(imported.inventory.rows_in_use, Some(RowsInUse::default()));
}

/// With the usual name in one table and a translated one in the other.
#[test]
fn a_chosen_product_counts_where_it_stands() {
    let rows = [("Patchverwaltung", 1..=40), (PATCH, 41..=60)];
    let files = and(computers(60, 40), "license_in_use.csv", in_use("ProductName", &rows));
    let chosen = ReadOptions { products: vec!["Patchverwaltung".to_string()], ..options() };
    let imported =
        import(and(files, "licenses.csv", licenses(&format!("{PATCH},Perpetual,80,,,\n"))), &chosen);
    assert_eq!(imported.inventory.rows_in_use.map(|rows| (rows.holders, rows.other)), Some((40, 20)));
    assert_eq!(imported.customer.licenses[0].nodes, Some(80));
}

#[test]
fn every_row_of_licenses_in_use_is_counted_once() {
    let rows = [(PATCH, 1..=40), (PATCH, 39..=40), (PATCH, 70..=72), (PATCH, 72..=72), (INVENTORY, 1..=50)];
    let imported =
        import(and(computers(60, 40), "license_in_use.csv", in_use("ProductName", &rows)), &options());
    let rows = RowsInUse { rows: 96, holders: 40, orphans: 3, again: 3, other: 50 };
    assert_eq!(imported.inventory.rows_in_use, Some(rows));
}

const FREE: &str = "free licenses as listed here, or buy nodes";

#[test]
fn the_end_of_a_file_is_why_fewer_nodes_are_in_force_than_are_held() {
    let rows =
        format!("{PATCH},Perpetual,30,2024-07-10,,\n{PATCH},Temporary,12,2025-12-02,2026-02-27 09:00:00,\n");
    let imported = expect_pool(
        &rows,
        &[
            (
                "license_ended",
                12,
                "nodes of the temporary file `temporary_2` ended on 2026-02-27, 3 days ago: that is why 30 nodes are in force \
                 and 40 are held (L3)",
                "renew or replace the license file, or free licenses as listed here",
            ),
            (
                "pool_exceeded",
                40,
                "licenses are held, and only 30 nodes are in force, 10 fewer: holders keep theirs, and no new license is given",
                "renew or replace the license file that ended, or free licenses as listed here",
            ),
        ],
    );
    assert_eq!(
        states(&imported),
        [
            ("in_force", "in force"),
            ("ended", "ended 3 days ago: that is why 30 nodes are in force and 40 are held (L3)")
        ]
    );
    // A file that ended long ago, and was renewed in time, is the cause of nothing.
    expect_pool(
        &format!(
            "{PATCH},Subscription,50,2024-03-01,2025-02-28,\n{PATCH},Subscription,50,2025-03-01,2027-02-28,\n"
        ),
        &[],
    );
    expect_pool(
        &format!("{PATCH},Perpetual,30,2024-07-10,,\n"),
        &[(
            "pool_exceeded",
            40,
            "licenses are held, and only 30 nodes are in force, 10 fewer: holders keep theirs, and no new license is given",
            FREE,
        )],
    );
}

#[test]
fn what_ends_soon_says_what_is_left() {
    let ending = |nodes: u64| format!("{PATCH},Subscription,{nodes},2025-03-12,2026-03-11,\n");
    let order = "order the renewal; see `size --latest-date`";
    let earlier = "ask the vendor for a license that starts earlier, or for a temporary one for the gap";
    #[rustfmt::skip]
    let table = [
        (ending(50), 50, "; no license is in date then, and no scan runs (E1)", order),
        (format!("{}{PATCH},Perpetual,30,2024-01-01,,\n", ending(20)), 20,
         "; 30 nodes are left then, 40 are held, and no new license is given (L3)", order),
        (format!("{}{PATCH},Perpetual,45,2024-01-01,,\n", ending(20)), 20,
         "; 45 nodes are left then, and 40 are held", "order the renewal if these nodes are still needed; see `size --latest-date`"),
        (format!("{}{PATCH},Subscription,50,2026-03-20,2027-03-19,\n", ending(50)), 50,
         "; no license is in date then until 2026-03-20, for 8 days, and no scan runs (E1)", earlier),
    ];
    for (rows, count, rest, cure) in table {
        let what = format!("nodes of `subscription_1` end on 2026-03-11, in 9 days{rest}");
        let imported = expect_pool(&rows, &[("license_ends_soon", count, &what, cure)]);
        assert_eq!(states(&imported)[0], ("in_force", format!("in force; ends in 9 days{rest}").as_str()));
    }
    // A renewal without a gap: nothing to do.
    let renewed = format!("{}{PATCH},Subscription,50,2026-03-12,2027-03-11,\n", ending(50));
    let imported = expect_pool(&renewed, &[]);
    assert_eq!(
        states(&imported),
        [
            ("in_force", "in force; ends in 9 days, and `subscription_2` follows without a gap"),
            ("starts_later", "starts in 10 days")
        ]
    );
}

#[test]
fn nodes_that_start_soon_are_waited_for() {
    let base = format!("{PATCH},Perpetual,30,2024-07-10,,\n");
    expect_pool(
        &format!("{base}{PATCH},Perpetual,200,2026-03-05,,\n"),
        &[(
            "pool_exceeded",
            40,
            "licenses are held, and only 30 nodes are in force, 10 fewer: holders keep theirs, and no new license is given. 200 \
             nodes of the perpetual file `perpetual_2` start on 2026-03-05, in 3 days",
            "wait for the nodes that start, or free licenses as listed here",
        )],
    );
    let stopped = "no scan runs, nothing is deployed; a holder keeps its license";
    let wait = "wait for the license that starts, or ask the vendor for a temporary one until then";
    let starts = ". 200 nodes of the perpetual file `perpetual_1` start on 2026-03-05, in 3 days";
    expect_pool(
        &format!("{PATCH},Perpetual,200,2026-03-05,,\n"),
        &[("no_license", 1, &format!("licenses are owned, and none has started: {stopped}{starts}"), wait)],
    );
    expect_pool(
        &format!("{PATCH},Subscription,50,2025-03-01,2026-02-28,\n"),
        &[(
            "licenses_expired",
            1,
            &format!(
                "licenses were owned, and none is in date: {stopped}. 50 nodes of the subscription file `subscription_1` ended \
                 on 2026-02-28, 2 days ago"
            ),
            "install the renewal; the next scans run, and clients that wait get licenses",
        )],
    );
}

/// A folder with an export of 40 holders among 60 computers, whose licenses are not exported.
fn without_licenses() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("export")).unwrap();
    let files = and(computers(60, 40), "license_in_use.csv", in_use("ProductName", &[(PATCH, 1..=40)]));
    for (name, bytes) in files {
        fs::write(dir.path().join("export").join(name), bytes).unwrap();
    }
    dir
}

#[test]
fn an_unknown_number_of_nodes_is_not_unlimited() {
    let dir = without_licenses();
    let (audit, _) = expect(0, dir.path(), &["audit", "export"]);
    let audit = audit.split_whitespace().collect::<Vec<_>>().join(" ");
    for says in [
        "unknown number of licenses, 40 in use",
        "40 rows: 40 computers of the table",
        "20 clients with the plug-in and without a license may be turned away by a full pool (X2), or not have come so far (C4)",
        "cure: give --nodes, or export the licenses (licenses.csv)",
    ] {
        assert!(audit.contains(says), "{says}:\n{audit}");
    }
    expect(0, dir.path(), &["import", "export", "-o", "o.yaml", "-q"]);
    let warning = "how many nodes `assumed` has is not known: no client is turned away for want of a license here (X2), and \
                   a plan buys none";
    for further in [&[][..], &["--plan"]] {
        let diagnose = [&["diagnose", "o.yaml", "--at", "0d"], further].concat();
        let (_, stderr) = expect(0, dir.path(), &diagnose);
        assert!(stderr.contains(warning), "{further:?}: {stderr}");
    }
    let (known, _) = expect(0, dir.path(), &["audit", "export", "--nodes", "40"]);
    assert!(known.contains("40 licenses, 40 in use, 0 free") && !known.contains("not known"), "{known}");
}

#[test]
fn unknown_holders_are_said_first() {
    let dir = without_licenses();
    fs::remove_file(dir.path().join("export/license_in_use.csv")).unwrap();
    let (audit, _) = expect(0, dir.path(), &["audit", "export", "--nodes", "80"]);
    let unknown = audit.find("Which computers hold a license is not known").expect("it is said");
    assert!(unknown < audit.find("  Clients  ").expect("there is a line of clients"), "{audit}");
}

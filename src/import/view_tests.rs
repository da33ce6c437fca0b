//! Several files and options together: views of the product, classes of inventories, words for a status.

use crate::import::fault::render;
use crate::import::inventory::{ExportedStatus, Inventory};
use crate::import::tests::{TWO, at, files, guid, inventory, notices};
use crate::import::values::{self, Seen};
use crate::import::{ReadOptions, read};

fn read_with(tables: &[(&str, &str)], options: &ReadOptions) -> Result<Inventory, String> {
    read(files(tables), options).map_err(|faults| render(&faults, true))
}

/// vComputer holds Active computers; of the rest of vResource those are computers that reported as such.
#[test]
fn several_views_make_the_computers() {
    let inventory = inventory(&[
        ("dbo.vComputer.csv", "Guid,Name\nG1,PC-1\nG2,PC-2\n"),
        (
            "vResource (1).csv",
            "Guid,Name,IsManaged,Status\nG1,PC-1,1,Active\nG2,PC-TWO,0,\nG3,PC-3,1,Retired\nG4,Building 7,0,\n",
        ),
        (
            "Inv_AeX_AC_Identification.csv",
            "_ResourceGuid,Name,Domain,[OS Name]\nG1,pc-1,CORP,Windows 11\nG3,PC-3,CORP,\n",
        ),
    ]);
    let told: Vec<_> = inventory
        .computers
        .iter()
        .map(|c| (c.name.as_str(), c.is_managed, c.domain.as_deref(), &c.status))
        .collect();
    let (active, retired) = (Some(ExportedStatus::Active), Some(ExportedStatus::Retired));
    assert_eq!(
        told,
        [
            ("PC-1", Some(true), Some("CORP"), &active),
            ("PC-2", Some(false), None, &active),
            ("PC-3", Some(true), Some("CORP"), &retired),
        ]
    );
    let notices = notices(&inventory);
    for says in [
        "dbo.vComputer.csv: this view holds Active computers only: their Status is Active; records that are Retired or \
         Disposed cannot be seen in it\n",
        "vResource (1).csv:3: Name is another one than in the first table of computers, which counts `00000002-",
        "vResource (1).csv:5: a row about a resource that is not among the computers `00000004-",
    ] {
        assert!(notices.contains(says), "{notices}");
    }
}

#[test]
fn which_class_is_the_patch_inventory_is_asked_for() {
    let text = "ResourceGuid,InventoryClassGuid,ModifiedDate\nG1,G7,2026-03-01\nG1,G8,2026-03-02\nG2,G8,2026-03-02\n";
    let tables = [TWO, ("ResourceUpdateSummary.csv", text)];
    let seen = |class: Option<u32>| {
        let inventory_class = class.map(|n| values::guid(&guid(n)).unwrap());
        read_with(&tables, &ReadOptions { inventory_class, ..ReadOptions::default() })
    };
    assert_eq!(
        seen(None).unwrap_err(),
        "ResourceUpdateSummary.csv: InventoryClassGuid: rows of several classes of inventories \
         `00000007-0000-0000-0000-000000000000 (1 row), 00000008-0000-0000-0000-000000000000 (2 rows)`\n  \
         help: say which of them is the Patch Inventory: --inventory-class GUID\n"
    );
    let inventory = seen(Some(7)).unwrap();
    let scans = inventory.computers.iter().map(|computer| computer.last_patch_inventory);
    assert_eq!(scans.collect::<Vec<_>>(), [at(2026, 3, 1, 0), Seen::Never]);
    assert!(seen(Some(9)).unwrap_err().contains("no row is of the class"));
}

#[test]
fn a_policy_that_is_not_enabled_targets_nothing() {
    let text = "ResourceGuid,PolicyName,Enabled\nG1,Old,0\nG2,Old,False\nG1,New,1\nG2,New,\n";
    let inventory = inventory(&[TWO, ("targets.csv", text)]);
    assert_eq!(inventory.policies, ["New"]);
    assert!(notices(&inventory).contains(
        "targets.csv:2: a policy that is not enabled targets nothing; left out (2 rows: lines 2, 3) `Old`\n"
    ));
}

#[test]
fn what_a_status_means_can_be_said() {
    let text = "Guid,Name,Status\nG1,PC-1,Aktywny\nG2,PC-2,G7\nG3,PC-3,In Stock\n";
    let statuses = vec![
        ("AKTYWNY".to_string(), ExportedStatus::Active),
        (format!("{{{}}}", guid(7)), ExportedStatus::Retired),
    ];
    let options = ReadOptions { statuses, ..ReadOptions::default() };
    let inventory = read_with(&[("computers.csv", text)], &options).unwrap();
    let statuses: Vec<String> =
        inventory.computers.iter().filter_map(|c| Some(c.status.as_ref()?.to_string())).collect();
    assert_eq!(statuses, ["Active", "Retired", "In Stock"]);
}

/// A query that joins two tables gives some columns twice.
#[test]
fn a_column_that_is_there_twice_with_the_same_values_is_one() {
    let same = "Guid,Name,Name,Domain\nG1,PC-1,pc-1,CORP\nG2,PC-2,PC-2,CORP\n";
    assert_eq!(inventory(&[("computers.csv", same)]).computers[1].name, "PC-2");
    let other = same.replace("pc-1", "PC-9");
    let refused = read_with(&[("computers.csv", &other)], &ReadOptions::default()).unwrap_err();
    assert!(
        refused.starts_with("computers.csv:1: column `Name` is there twice, as columns 2 and 3\n"),
        "{refused}"
    );
}

/// A remark that a spreadsheet filled up with empty cells, and lines that end as on old Macs.
#[test]
fn remarks_may_have_empty_cells_and_lines_may_end_otherwise() {
    let text = "Guid;Name;Status\rG1;PC-1;Active\r;;\r(1 rows affected);;\rCompletion time: 2026-03-02T08:35:43+01:00;;\r";
    let inventory = inventory(&[("computers.csv", text)]);
    assert_eq!(inventory.computers.len(), 1);
    assert!(
        notices(&inventory)
            .contains("computers.csv:4: a remark of the query tool; left out (2 rows: lines 4, 5)")
    );
}

/// The vendor's query joins the product first: `Name, Name, Domain`.
#[test]
fn the_first_of_two_names_is_the_product_when_its_values_are() {
    let text = "Name,Name,Domain,ResourceGuid\n\
                Altiris Inventory Solution,PC-1,CORP,G1\nPatch Management Solution for Windows,PC-2,CORP,G2\n";
    let read = inventory(&[TWO, ("license_in_use.csv", text)]);
    let holders: Vec<Option<bool>> = read.computers.iter().map(|computer| computer.holds_license).collect();
    assert_eq!(holders, [Some(false), Some(true)]);
    let names_only = "Name,Domain,ResourceGuid\nPC-1,CORP,G1\nPC MANAGEMENT,CORP,G2\n";
    let read = inventory(&[TWO, ("license_in_use.csv", names_only)]);
    assert!(read.computers.iter().all(|computer| computer.holds_license == Some(true)));
    assert!(notices(&read).contains("license_in_use.csv: no ProductName says which product"));
}

#[test]
fn only_patch_management_counts() {
    let text = "ProductName,LicensingPolicyGuid,ResourceGuid\n\
                Altiris PATCH MANAGEMENT for Windows,G5,G1\nInventory Solution,none,none\n,G5,G9\n";
    let inventory = inventory(&[TWO, ("license_in_use.csv", text)]);
    let holders: Vec<Option<bool>> =
        inventory.computers.iter().map(|computer| computer.holds_license).collect();
    assert_eq!((holders.as_slice(), inventory.orphans.len()), (&[Some(true), Some(false)][..], 1));
    assert!(
        notices(&inventory)
            .contains("license_in_use.csv:3: a row of another product; left out `Inventory Solution`\n")
    );
}

//! What the other tables add to the computers: joined by GUID, each resource's rows together.

use std::collections::BTreeMap;

use crate::import::computers;
use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::folder::Folder;
use crate::import::in_use;
use crate::import::interned::InternedWords;
use crate::import::inventory::{Computer, ExportedAgent, Inventory};
use crate::import::joined::{About, join};
use crate::import::licenses;
use crate::import::options::ReadOptions;
use crate::import::product_choice::product_names;
use crate::import::tables::{self, ExportTable};
use crate::import::values::{Guid, Seen};
use crate::units::quantity::plural;

/// Joins the tables; when they were exported is not settled yet.
pub fn inventory(folder: &mut Folder, options: &ReadOptions, findings: &ImportFindings) -> Inventory {
    let missing = ExportTable::ALL
        .into_iter()
        .filter(|table| !table.without().is_empty() && !folder.has(*table))
        .collect();
    let mut computers = computers::read(folder, options, findings);
    agents(folder, &mut computers, findings);
    patch_inventories(folder, &mut computers, options, findings);
    let policies = targets(folder, &mut computers, findings);
    let names = product_names(folder, findings);
    let in_use = in_use::read(folder, &mut computers, &names, options, findings);
    let (licenses, products) = licenses::read(folder, options, findings);
    products.and(&in_use.products).check_chosen(options, &folder.name(ExportTable::LicenseInUse), findings);
    Inventory {
        policies,
        orphans: in_use.orphans,
        rows_in_use: in_use.rows,
        licenses,
        computers,
        missing,
        ..Inventory::default()
    }
}

fn agents(folder: &mut Folder, computers: &mut [Computer], findings: &ImportFindings) {
    let (mut rows, mut words) = (Vec::new(), InternedWords::default());
    let file = folder.rows(ExportTable::Agents, findings, |row| {
        if let Ok(read) = tables::agent(row) {
            let agent = (words.id(read.name), read.version.map(|version| words.id(version)));
            rows.push((read.resource, agent, row.line));
        }
    });
    let Some(file) = file else { return };
    let of_computer = |computer: &mut Computer, rows: &[About<(u32, Option<u32>)>]| {
        for same_name in rows.chunk_by(|a, b| a.1.0 == b.1.0) {
            let version = |row: &About<(u32, Option<u32>)>| row.1.1.map(|id| words.word(id));
            let newest = same_name.iter().max_by_key(|row| (version(row).map(|v| release(&v)), row.2));
            let Some(newest) = newest else { continue };
            for row in same_name.iter().filter(|row| row.2 != newest.2) {
                findings.notice(file, Some(row.2), again(row.1 == newest.1), None);
            }
            computer.agents.push(ExportedAgent { name: words.word(newest.1.0), version: version(newest) });
        }
        computer.agents.sort_by(|a, b| a.name.cmp(&b.name));
    };
    join(rows, computers, of_computer, |rows| not_there(rows, file, findings));
}

fn again(same: bool) -> &'static str {
    match same {
        true => "the same agent of the same computer again; kept once",
        false => "the same agent of the same computer in an older version; the newest is kept",
    }
}

/// A version as it is ordered: `8.10` after `8.9`.
fn release(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse().unwrap_or(0)).collect()
}

fn patch_inventories(
    folder: &mut Folder,
    computers: &mut [Computer],
    options: &ReadOptions,
    findings: &ImportFindings,
) {
    let mut rows = Vec::new();
    let mut classes: BTreeMap<Guid, u64> = BTreeMap::new();
    let file = folder.rows(ExportTable::PatchInventory, findings, |row| {
        let Ok((resource, inventory, class)) = tables::patch_inventory(row) else { return };
        if class == Some(BASIC_INVENTORY) {
            return row.notice("a row of the class of Basic Inventory; left out", None);
        }
        if let Some(class) = class {
            *classes.entry(class).or_default() += 1;
            if options.inventory_class.is_some_and(|wanted| wanted != class) {
                return row
                    .notice("a row of another class of inventories; left out", Some(&class.to_string()));
            }
        }
        rows.push((resource, inventory, row.line));
    });
    let Some(file) = file else { return };
    check_classes(&classes, file, options, findings);
    computers.iter_mut().for_each(|computer| computer.last_patch_inventory = Seen::Never);
    let of_computer = |computer: &mut Computer, rows: &[About<Seen>]| {
        let Some(((_, latest, line), earlier)) = rows.split_last() else { return };
        (computer.last_patch_inventory, computer.inventory_line) = (*latest, *line);
        for (_, _, line) in earlier {
            findings.notice(file, Some(*line), "the same computer again; the latest date is kept", None);
        }
    };
    join(rows, computers, of_computer, |rows| not_there(rows, file, findings));
}

/// The class of inventories that an agent sends as Basic Inventory, *AeX AC Client Agent* (178563).
const BASIC_INVENTORY: Guid = Guid(0x9e6f_402a_6a45_4cba_9299_c232_3f73_a506);

/// Which class of inventories is the Patch Inventory, no table says.
fn check_classes(
    classes: &BTreeMap<Guid, u64>,
    file: &str,
    options: &ReadOptions,
    findings: &ImportFindings,
) {
    let problem = match options.inventory_class {
        None if classes.len() > 1 => "rows of several classes of inventories",
        Some(wanted) if !classes.is_empty() && !classes.contains_key(&wanted) => {
            "no row is of the class of inventories that --inventory-class names"
        }
        _ => return,
    };
    let count = |(class, rows): (&Guid, &u64)| format!("{class} ({rows} row{})", plural(*rows));
    let found: Vec<String> = classes.iter().map(count).collect();
    let help = "say which of them is the Patch Inventory: --inventory-class GUID";
    let fault = ImportFault::file(file, problem, help).column("InventoryClassGuid");
    findings.fault(fault.found(&found.join(", ")));
}

/// Gives every computer the policies that target it; the names of all policies, sorted.
fn targets(folder: &mut Folder, computers: &mut [Computer], findings: &ImportFindings) -> Vec<String> {
    let (mut rows, mut words) = (Vec::new(), InternedWords::default());
    let file = folder.rows(ExportTable::Targets, findings, |row| {
        if let Ok(Some((resource, policy))) = tables::target(row) {
            rows.push((resource, words.id(policy), row.line));
        }
    });
    let Some(file) = file else { return Vec::new() };
    let (policies, places) = words.sorted();
    let of_computer = |computer: &mut Computer, rows: &[About<u32>]| {
        for same in rows.chunk_by(|a, b| a.1 == b.1) {
            computer.policies.push(places[same[0].1 as usize]);
            for (_, _, line) in &same[1..] {
                findings.notice(
                    file,
                    Some(*line),
                    "the same policy of the same computer again; kept once",
                    None,
                );
            }
        }
        computer.policies.sort_unstable();
    };
    join(rows, computers, of_computer, |rows| not_there(rows, file, findings));
    policies
}

fn not_there<T>(rows: &[About<T>], file: &str, findings: &ImportFindings) {
    for (guid, _, line) in rows {
        let guid = guid.to_string();
        findings.notice(
            file,
            Some(*line),
            "a row about a resource that is not among the computers",
            Some(&guid),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::tests::{TWO, inventory, notices};

    /// Beside Basic Inventory one class is left, which needs no question.
    #[test]
    fn a_basic_inventory_is_no_patch_inventory() {
        let rows = format!(
            "ResourceGuid,InventoryClassGuid,ModifiedDate\nG1,{BASIC_INVENTORY},2026-03-02\nG1,G9,2026-03-01\n\
             G2,{BASIC_INVENTORY},2026-03-02\n"
        );
        let read = inventory(&[TWO, ("ResourceUpdateSummary.csv", &rows)]);
        let scans: Vec<Option<String>> = read
            .computers
            .iter()
            .map(|c| c.last_patch_inventory.at().map(|at| at.date().to_string()))
            .collect();
        assert_eq!(scans, [Some("2026-03-01".to_string()), None]);
        assert!(notices(&read).contains("a row of the class of Basic Inventory; left out (2 rows"));
    }
}

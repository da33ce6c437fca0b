//! Several files that together are the computers: the product spreads what it knows of one over several views.
//!
//! The first file has the records. The others fill what it leaves open, and overwrite nothing.

use crate::import::fault::ImportFindings;
use crate::import::inventory::{Computer, ExportedStatus};
use crate::import::values::Seen;

/// The computers of one file, in order of GUID.
pub struct ComputersOf {
    pub file: String,
    pub rows: Vec<Computer>,
    /// It is the product's view of Active computers: a record that it does not have has another status.
    pub active_only: bool,
}

/// **V6** The product's view of computers holds the Active ones.
pub fn set_active(rows: &mut [Computer], file: &str, findings: &ImportFindings) {
    if rows.iter().any(|computer| computer.status.is_some()) {
        return;
    }
    rows.iter_mut().for_each(|computer| computer.status = Some(ExportedStatus::Active));
    let what = "this view holds Active computers only: their Status is Active; records that are Retired or Disposed \
                cannot be seen in it";
    findings.notice(file, None, what, None);
}

/// The status of a record that the view of Active computers does not have.
const NOT_ACTIVE: &str = "not Active";

const ABSENT: &str = "a record that the view of Active computers does not have: it is Retired, Disposed or the like, \
                      and taken for Disposed, which frees no license (V6); a column Status would tell";

/// The computers of all files, in order of GUID. A GUID that the first file does not have is a computer when two of
/// the others have it: one of them alone may hold other resources, too.
pub fn join(mut files: Vec<ComputersOf>, findings: &ImportFindings) -> Vec<Computer> {
    if files.is_empty() {
        return Vec::new();
    }
    let ComputersOf { rows: mut all, active_only, .. } = files.remove(0);
    let mut others: Vec<(Computer, String)> = Vec::new();
    for ComputersOf { file, rows, .. } in files {
        let mut known = all.iter_mut().peekable();
        for row in rows {
            while known.next_if(|computer| computer.guid < row.guid).is_some() {}
            match known.peek_mut() {
                Some(computer) if computer.guid == row.guid => fill(computer, row, &file, findings),
                _ => others.push((row, file.clone())),
            }
        }
    }
    // Stable: what the earlier file says comes first.
    others.sort_by_key(|(computer, _)| computer.guid);
    let mut rest = others.into_iter().peekable();
    while let Some((mut computer, file)) = rest.next() {
        let mut files = 1;
        while let Some((same, of_file)) = rest.next_if(|(other, _)| other.guid == computer.guid) {
            fill(&mut computer, same, &of_file, findings);
            files += 1;
        }
        if files > 1 {
            if active_only && computer.status.is_none() {
                computer.status = Some(ExportedStatus::Other(NOT_ACTIVE.into()));
                findings.notice(&file, Some(computer.line), ABSENT, Some(&computer.guid.to_string()));
            }
            all.push(computer);
        } else {
            let what = "a row about a resource that is not among the computers";
            findings.notice(&file, Some(computer.line), what, Some(&computer.guid.to_string()));
        }
    }
    all.sort_by_key(|computer| computer.guid);
    all
}

/// Fills what a record leaves open; where it says something else, that stays, which is noticed.
fn fill(computer: &mut Computer, other: Computer, file: &str, findings: &ImportFindings) {
    let contradicts = [
        ("Name", !same_word(&computer.name, &other.name)),
        (
            "Domain",
            !same_word(computer.domain.as_deref().unwrap_or(""), other.domain.as_deref().unwrap_or("")),
        ),
        ("IsManaged", differ(&computer.is_managed, &other.is_managed)),
        ("Status", differ(&computer.status, &other.status)),
    ];
    for (column, _) in contradicts.iter().filter(|(_, contradicts)| *contradicts) {
        let what = format!("{column} is another one than in the first table of computers, which counts");
        findings.notice(file, Some(other.line), what, Some(&other.guid.to_string()));
    }
    if computer.name.is_empty() {
        computer.name = other.name;
    }
    computer.domain = computer.domain.take().or(other.domain);
    computer.os = computer.os.take().or(other.os);
    computer.is_managed = computer.is_managed.or(other.is_managed);
    computer.status = computer.status.take().or(other.status);
    fill_date(&mut computer.last_config_request, other.last_config_request);
    fill_date(&mut computer.last_basic_inventory, other.last_basic_inventory);
}

/// An empty cell is filled, too: it says no more than a column that is missing.
fn fill_date(known: &mut Seen, other: Seen) {
    if known.at().is_none() {
        *known = (*known).max(other);
    }
}

fn same_word(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one.to_lowercase() == other.to_lowercase()
}

fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::inventory::Inventory;
    use crate::import::tests::{inventory, notices};

    const VIEW: (&str, &str) = ("vComputer.csv", "Guid,Name\nG1,PC-1\n");
    const OTHERS: [(&str, &str); 2] = [
        ("vResource.csv", "Guid,Name,IsManaged\nG1,PC-1,1\nG2,PC-2,0\nG3,printer,0\n"),
        ("Inv_AeX_AC_Identification.csv", "_ResourceGuid,Name,Domain\nG1,PC-1,HQ\nG2,PC-2,HQ\n"),
    ];

    fn statuses(inventory: &Inventory) -> Vec<(&str, Option<String>)> {
        let computers = inventory.computers.iter();
        computers.map(|c| (c.name.as_str(), c.status.as_ref().map(ToString::to_string))).collect()
    }

    /// V6: a record that the view of Active computers does not have is not Active, and one file alone makes no computer.
    #[test]
    fn what_the_view_of_active_computers_lacks_is_not_active() {
        let [resources, identification] = OTHERS;
        let read = inventory(&[VIEW, resources, identification]);
        let (active, other) = (Some("Active".to_string()), Some(NOT_ACTIVE.to_string()));
        assert_eq!(statuses(&read), [("PC-1", active), ("PC-2", other)]);
        assert!(notices(&read).contains(ABSENT), "{}", notices(&read));
        let without = inventory(&[resources, identification]);
        assert!(statuses(&without).iter().all(|(_, status)| status.is_none()));
    }
}

//! Whom a step means, record by record: names, GUIDs, and the dates by which an administrator knows them again.

use std::collections::BTreeMap;

use crate::fleet::{Fleet, Observer};
use crate::rules::client::{Mark, Status};
use crate::scenario::model::{Initial, Scenario};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

/// A record of a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRecord {
    /// Name of the client, with the number of the record where it is a further one.
    pub name: String,
    /// How the database calls the record; `None`: not known.
    pub guid: Option<String>,
    /// Its status at the instant of the plan: at that of an export, in the words of the export.
    pub status: String,
    /// The dates of a fleet that was there at the start, as of the start.
    pub last_configuration: Option<Time>,
    /// Its last Basic Inventory.
    pub last_inventory: Option<Time>,
    /// Its last Patch Inventory.
    pub last_scan: Option<Time>,
    /// Why the step is about it.
    pub why: &'static str,
}

/// All records that steps are about.
pub type ListedRecords = BTreeMap<RecordId, ListedRecord>;

/// Where a record of a fleet that is there already stood at the start.
pub fn initial_of<'s, O: Observer>(
    fleet: &Fleet<O>,
    scenario: &'s Scenario,
    record: RecordId,
) -> Option<&'s Initial> {
    let machine = record.own_machine();
    let index = fleet.roster().index(machine)?;
    scenario.groups[fleet.roster().group_of(machine).index()].initial.as_ref()?.get(index as usize)
}

/// Lists records once each.
pub fn list<O: Observer>(
    fleet: &Fleet<O>,
    scenario: &Scenario,
    at: Time,
    records: impl Iterator<Item = RecordId>,
) -> ListedRecords {
    let mut listed = ListedRecords::new();
    for record in records {
        listed.entry(record).or_insert_with(|| one(fleet, scenario, at, record));
    }
    listed
}

fn one<O: Observer>(fleet: &Fleet<O>, scenario: &Scenario, at: Time, record: RecordId) -> ListedRecord {
    let (machine, state) = (record.own_machine(), fleet.record_state(record));
    let initial = initial_of(fleet, scenario, record);
    let exported = initial.and_then(|initial| initial.exported.as_ref()?.status.as_deref());
    let word = Status::WORDS.iter().find(|(_, status)| *status == state.status()).map(|(word, _)| *word);
    ListedRecord {
        name: fleet.roster().name(machine),
        guid: initial.and_then(|initial| initial.guid.clone()),
        status: exported.filter(|_| at == Time::START).or(word).unwrap_or_default().to_string(),
        last_configuration: initial.and_then(|initial| initial.last_configuration),
        last_inventory: initial.and_then(|initial| initial.last_inventory),
        last_scan: initial.and_then(|initial| initial.last_scan),
        why: why(fleet, scenario, at, machine, state.is(Mark::Licensed)),
    }
}

/// Why the license of a holder could be freed, or what another client lacks.
fn why<O: Observer>(
    fleet: &Fleet<O>,
    scenario: &Scenario,
    at: Time,
    machine: ClientId,
    holds: bool,
) -> &'static str {
    let version = scenario.version_at(at);
    match holds {
        true => fleet.fate_of_license(machine.own_record()).words(version).map_or("", |(_, why, _)| why),
        false => fleet.license_status(machine, at).err().map_or("", |denial| denial.words(version).0),
    }
}

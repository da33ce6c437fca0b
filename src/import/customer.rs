//! A customer's fleet as a scenario holds it: inferred, named, in order.

use jiff::civil::{Date, DateTime};

use crate::import::Assume;
use crate::import::assumption::Assumption;
use crate::import::evidence::Evidence;
use crate::import::finding::TableFinding;
use crate::import::findings;
use crate::import::infer::{Inferred, InferredClient, infer};
use crate::import::inventory::{Computer, ExportedAgent, ExportedStatus, Inventory, RowsInUse};
use crate::import::license_standing::{FileWords, LicenseFileStanding, standings};
use crate::import::names::{ClientName, NamedRecord, draw_key, names, pseudonym_of, pseudonyms};
use crate::import::policies::Role;
use crate::import::rhythm::Rhythms;
use crate::import::values::Guid;
use crate::scenario::model::initial::ExportedRecord;
use crate::scenario::model::{LicenseFile, Version};
use crate::units::time::Span;

/// The fleet, ready to be written.
#[derive(Debug)]
pub struct Customer {
    /// Title of the scenario.
    pub name: String,
    /// The instant of the export.
    pub start: DateTime,
    /// From the export to the end of the scenario.
    pub duration: Span,
    /// As given by the caller, else the newest that the agents show, else 8.6.
    pub version: Version,
    /// As given, or the day of the export where maintenance seems not to cover the version (M3); `None`: not known.
    pub released: Option<Date>,
    /// False: they do not run, so no new client becomes a target (T2).
    pub membership_updates: bool,
    /// What is owned, as files of the scenario.
    pub licenses: Vec<LicenseFile>,
    /// How often agents do what.
    pub rhythms: Rhythms,
    /// The Windows System Assessment Scan policy is on (C8).
    pub scan_policy: bool,
    /// No import of patch data has succeeded yet (C4).
    pub never_imported: bool,
    /// How each license owned stands, counted or not, in order of the table; empty where licenses are not exported.
    pub license_files: Vec<LicenseFileStanding>,
    /// What the rows of licenses in use are; `None`: they are not exported.
    pub rows_in_use: Option<RowsInUse>,
    /// The Default Software Update Plug-in policy is on (C5).
    pub dsup: bool,
    /// Names of the clones, as the scenario calls them.
    pub clones: Vec<String>,
    /// Whether each client is in each of the clones, by client.
    pub members: Vec<Vec<bool>>,
    /// Computers in order of GUID, then license holders that were not exported.
    pub clients: Vec<InferredClient>,
    /// What they are called, in the same order.
    pub names: Vec<String>,
    /// Computers of other systems than Windows, which are left out.
    pub other_systems: u64,
    /// What was assumed, and of how many computers.
    pub assumptions: Vec<(Assumption, u64)>,
    /// What the tables show beside the state of each client.
    pub findings: Vec<TableFinding>,
}

/// Makes a fleet of an estate that was exported at `now`.
pub fn customer(inventory: &Inventory, assume: &Assume, now: DateTime) -> Customer {
    let evidence = Evidence::new(inventory, assume, now);
    let inferred = infer(&evidence, assume);
    let (names, also): (Vec<String>, Vec<Vec<String>>) =
        names_of(inventory, assume, &evidence.twins.left_behind)
            .into_iter()
            .map(|c| (c.name, c.also))
            .unzip();
    let clones = clones(&evidence);
    let clone_names = clone_names(inventory, assume, &clones);
    let named_clones: Vec<(u32, String)> = clones.iter().copied().zip(clone_names.iter().cloned()).collect();
    let findings = findings::of(&evidence, &inferred, &names, &named_clones);
    let Inferred {
        mut clients,
        assumptions,
        dsup,
        membership_updates,
        not_covered,
        scans_stopped,
        never_imported,
    } = inferred;
    let words = FileWords { files: &evidence.licenses, now, held: evidence.held };
    let license_files = standings(inventory, evidence.version, assume.anonymous.is_some(), &words);
    for (client, computer) in clients.iter_mut().zip(&inventory.computers) {
        client.initial.exported = Some(Box::new(exported(computer, assume.anonymous.is_some())));
    }
    for (client, also) in clients.iter_mut().zip(also) {
        client.initial.also = also;
    }
    if let Some(salt) = &assume.anonymous {
        for client in &mut clients {
            if !salt.is_empty() {
                client.initial.key = Some(draw_key(pseudonym_of(client.guid, salt)));
            }
            client.initial.guid =
                client.initial.guid.as_ref().map(|_| pseudonym_of(client.guid, salt).to_string());
        }
    }
    let member =
        |client: &InferredClient| clones.iter().map(|policy| client.clones.contains(policy)).collect();
    Customer {
        name: assume.name.clone(),
        start: now,
        duration: assume.duration,
        version: evidence.version,
        released: assume.released.or_else(|| not_covered.then(|| now.date())),
        membership_updates,
        licenses: evidence.licenses,
        license_files,
        rows_in_use: inventory.rows_in_use,
        dsup,
        rhythms: evidence.rhythms,
        scan_policy: scans_stopped.is_none(),
        never_imported,
        members: clients.iter().map(member).collect(),
        clones: clone_names,
        clients,
        names,
        other_systems: inventory.other_systems,
        assumptions: assumptions.into_iter().collect(),
        findings,
    }
}

/// Names of all clients, or their pseudonyms: computers first, then records that were not exported.
fn names_of(inventory: &Inventory, assume: &Assume, left_behind: &[bool]) -> Vec<ClientName> {
    let computers = inventory.computers.iter().zip(left_behind).map(|(computer, left_behind)| NamedRecord {
        guid: computer.guid,
        name: &computer.name,
        domain: computer.domain.as_deref(),
        others: &computer.other_names,
        left_behind: *left_behind,
    });
    let orphans = inventory.orphans.iter().map(|orphan| NamedRecord {
        guid: orphan.guid,
        name: "",
        domain: None,
        others: &[],
        left_behind: false,
    });
    let records: Vec<NamedRecord> = computers.chain(orphans).collect();
    match &assume.anonymous {
        Some(salt) => pseudonyms(&records, salt),
        None => names(&records),
    }
}

/// What the tables say of a record, to be shown by `explain`; words of the tables are not for an anonymous one.
fn exported(computer: &Computer, anonymous: bool) -> ExportedRecord {
    let managed = computer.is_managed;
    if anonymous {
        return ExportedRecord { managed, ..ExportedRecord::default() };
    }
    let version = |agent: Option<&ExportedAgent>| agent.and_then(|agent| agent.version.clone());
    ExportedRecord {
        domain: computer.domain.clone(),
        status: match &computer.status {
            Some(ExportedStatus::Other(word)) => Some(word.clone()),
            _ => None,
        },
        managed,
        agent_version: version(computer.base_agent()),
        plugin_version: version(computer.plug_in()),
    }
}

/// Positions of the policies that are clones.
fn clones(evidence: &Evidence) -> Vec<u32> {
    let of = |(index, role): (usize, &Role)| (*role == Role::Clone).then_some(index as u32);
    evidence.roles.iter().enumerate().filter_map(of).collect()
}

/// What the scenario calls the clones: by their names as far as keys may be them, or by numbers.
fn clone_names(inventory: &Inventory, assume: &Assume, clones: &[u32]) -> Vec<String> {
    if assume.anonymous.is_some() {
        return (1..=clones.len()).map(|number| format!("clone_{number}")).collect();
    }
    let named = clones.iter().map(|index| NamedRecord {
        guid: Guid(u128::from(*index) + 1),
        name: &inventory.policies[*index as usize],
        domain: None,
        others: &[],
        left_behind: false,
    });
    names(&named.collect::<Vec<_>>()).into_iter().map(|clone| clone.name).collect()
}

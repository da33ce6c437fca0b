//! The truth as a customer would export it: a simulated fleet, written as the six tables.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::ControlFlow;

use fleetsim::engine::queue::EventQueue;
use fleetsim::engine::simulation;
use fleetsim::fleet::fact::{Fact, Observer, Step, Watched};
use fleetsim::fleet::{Fleet, Mode};
use fleetsim::rules::client::{ClientState, Mark, Status};
use fleetsim::rules::license_files::files_in_force;
use fleetsim::rules::license_status::DenialReason;
use fleetsim::rules::targeting::ScanSettings;
use fleetsim::scenario::model::{LicenseFile, LicenseKind, Scenario};
use fleetsim::units::ids::{ClientId, RecordId};
use fleetsim::units::time::{Span, Time};
use jiff::SignedDuration;
use jiff::civil::DateTime;

use crate::support::imported::Files;

/// A client's record, as the database knows it.
pub struct Record {
    pub client: ClientId,
    pub state: ClientState,
    pub license_status: Result<(), DenialReason>,
}

/// A fleet at the end of its scenario.
pub struct Truth {
    pub records: Vec<Record>,
    pub nodes: Option<u64>,
    pub held: u64,
    pub at: DateTime,
    pub files: Files,
}

/// When the server last received each kind of report of each client.
#[derive(Default)]
struct Reports {
    inventory: BTreeMap<ClientId, Time>,
    scan: BTreeMap<ClientId, Time>,
    gone: BTreeMap<ClientId, Time>,
}

impl Observer for Reports {
    fn observe(&mut self, at: Time, fact: &Fact) {
        match fact {
            Fact::Scanned { client, outcome: Ok(_) } => {
                self.scan.insert(*client, at);
            }
            Fact::Changed { client, before, after, step } => {
                if before.is(Mark::Agent) && !after.is(Mark::Agent) {
                    self.gone.insert(*client, at);
                }
                match step {
                    Step::Deleted(_) | Step::Returned => {
                        self.scan.remove(client); // with the record
                        self.inventory.insert(*client, at);
                    }
                    Step::FirstContact { .. }
                    | Step::PluginReported
                    | Step::RemovalReported
                    | Step::Recognised => {
                        self.inventory.insert(*client, at);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn watches(&self) -> Watched {
        Watched::AllClients
    }
}

/// Runs a scenario to its end and exports it then.
pub fn export(scenario: &Scenario) -> Truth {
    let mut reports = Reports::default();
    let mut queue = EventQueue::new(scenario.horizon());
    let mut fleet = Fleet::new(scenario, 0, Mode::default(), &mut reports, &mut queue);
    simulation::run(&mut fleet, &mut queue, |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
    let all = ClientId::first(fleet.len());
    let records =
        all.map(|client| (client, fleet.state(client), fleet.license_status(client, scenario.horizon())));
    let known = |state: ClientState| !matches!(state.status(), Status::Unknown | Status::Shared);
    let records = records.filter(|(_, state, _)| known(*state));
    let records: Vec<Record> =
        records.map(|(client, state, license_status)| Record { client, state, license_status }).collect();
    let (nodes, held) = (fleet.pool().entitlement().nodes, fleet.pool().in_use());
    let mut tables = Tables::new(scenario);
    for record in &records {
        tables.policies(&fleet, record);
    }
    let names: Vec<String> = ClientId::first(fleet.len())
        .map(|client| fleet.roster().name(fleet.roster().first_record(client)))
        .collect();
    let shared = sharing(&fleet, scenario);
    drop(fleet);
    for record in &records {
        tables.record(record, &names[record.client.index()], &reports);
    }
    for (machine, record) in shared {
        tables.row(
            0,
            &[
                &guid(record.own_machine()),
                &names[machine.index()],
                &1,
                &"Active",
                &tables.near(),
                &tables.near(),
            ],
        );
    }
    tables.licenses();
    Truth { records, nodes, held, at: tables.now, files: tables.files() }
}

/// Machines with cloned keys and the record that they share: that of one of their block.
fn sharing<O: Observer>(fleet: &Fleet<O>, scenario: &Scenario) -> Vec<(ClientId, RecordId)> {
    let shared = |client: &ClientId| fleet.state(*client).status() == Status::Shared;
    let of = |client: ClientId| {
        let group = fleet.roster().group_of(client);
        let machines = scenario.groups[group.index()].cloned_keys.expect("only clones share").machines;
        let first = fleet.roster().of_group(group).start;
        let block = first.plus(client.offset_from(first) / machines * machines);
        let record = ClientId::each(block..block.plus(machines)).find(|other| !shared(other));
        (client, record.expect("one of them has the record").own_record())
    };
    ClientId::first(fleet.len()).filter(shared).map(of).collect()
}

/// The GUID of a client's record.
pub fn guid(client: ClientId) -> String {
    format!("{:08x}-5eed-4000-8000-000000000000", client.0 + 1)
}

const HEADERS: [(&str, &str); 6] = [
    ("computers", "Guid,Name,IsManaged,Status,LastConfigRequest,LastBasicInventory"),
    ("agents", "ResourceGuid,AgentName,ProductVersion"),
    ("license_in_use", "ProductName,ResourceGuid"),
    ("patch_inventory", "ResourceGuid,LastPatchInventory"),
    ("targets", "ResourceGuid,PolicyName"),
    ("licenses", "ProductName,Kind,Nodes,Starts,Expires,MaintenanceEnds"),
];

const PRODUCT: &str = "Patch Management Solution for Windows";

struct Tables<'s> {
    scenario: &'s Scenario,
    texts: Vec<String>,
    now: DateTime,
}

impl Tables<'_> {
    fn new(scenario: &Scenario) -> Tables<'_> {
        let texts = HEADERS.iter().map(|(_, header)| format!("{header}\n")).collect();
        let end = SignedDuration::from_millis(scenario.horizon().ms());
        Tables { scenario, texts, now: scenario.start.saturating_add(end) }
    }

    fn row(&mut self, table: usize, cells: &[&dyn Display]) {
        let cells: Vec<String> = cells.iter().map(|cell| cell.to_string()).collect();
        self.texts[table] += &format!("{}\n", cells.join(","));
    }

    fn date(&self, at: Time) -> String {
        self.scenario.start.saturating_add(SignedDuration::from_millis(at.ms())).to_string()
    }

    /// Just before the export.
    fn near(&self) -> String {
        self.date(Time(self.scenario.horizon().ms() - Span::minutes(1).ms()))
    }

    fn record(&mut self, record: &Record, name: &str, reports: &Reports) {
        let (client, state) = (record.client, record.state);
        let guid = guid(client);
        if state.status() != Status::Deleted {
            let gone = reports.gone.get(&client).copied().unwrap_or(Time::START);
            let contact = match state.is(Mark::Agent) {
                true => Time(self.scenario.horizon().ms() - Span::minutes(1).ms()),
                false => gone,
            };
            let first = reports.inventory.get(&client).copied().unwrap_or(Time::START).min(contact);
            let days = (contact - first).ms() / Span::DAY.ms();
            let managed = u8::from(!state.is(Mark::AgentUninstalled));
            let (request, inventory) = (self.date(contact), self.date(first + Span::days(days)));
            self.row(0, &[&guid, &name, &managed, &format!("{:?}", state.status()), &request, &inventory]);
            self.agents(&guid, state);
            if let Some(scan) = reports.scan.get(&client) {
                self.row(3, &[&guid, &self.date(*scan)]);
            }
        }
        if state.is(Mark::Licensed) {
            self.row(2, &[&PRODUCT, &guid]);
        }
    }

    fn agents(&mut self, guid: &str, state: ClientState) {
        if !state.is(Mark::AgentUninstalled) {
            self.row(1, &[&guid, &"Altiris Agent", &"8.6.3268"]);
        }
        if state.is(Mark::PluginReported) {
            self.row(1, &[&guid, &"Altiris Software Update Agent", &"8.6.3268"]);
        }
    }

    fn policies<O: Observer>(&mut self, fleet: &Fleet<O>, record: &Record) {
        let Record { client, state, license_status } = record;
        if !state.managed() {
            return;
        }
        let settings = fleet.scan_settings(*client, self.scenario.horizon());
        let mut policies = Vec::new();
        let mut add = |is: bool, policy: &str| policies.extend(is.then(|| policy.to_string()));
        add(state.is(Mark::InstallTarget), "Software Update Plug-in Install");
        add(state.is(Mark::UninstallTarget), "Software Update Plug-in Uninstall");
        add(state.is(Mark::PackageTarget), "Windows System Assessment Scan");
        let missed = [DenialReason::AwaitsMembershipUpdate, DenialReason::NoMembershipUpdate]
            .map(Err)
            .contains(license_status);
        add(!missed || state.is(Mark::InstallTarget), "Inventory Plug-in Install");
        if state.is(Mark::PluginReported) {
            match settings {
                ScanSettings::Dsup => add(true, "Default Software Update Plug-in Policy"),
                ScanSettings::Clone(clone) => add(true, &copy(clone)),
                ScanSettings::Conflict(one, other) => {
                    add(true, &copy(one));
                    add(true, &copy(other));
                }
                ScanSettings::NotNeeded | ScanSettings::None => {}
            }
        }
        for policy in policies {
            self.row(4, &[&guid(*client), &policy]);
        }
    }

    fn licenses(&mut self) {
        let end = self.scenario.horizon();
        let files = &self.scenario.licenses;
        let expired = |file: &&LicenseFile| file.from <= end && file.until.is_some_and(|until| until <= end);
        let entitlement: Vec<&LicenseFile> = files_in_force(files, end).collect();
        for file in files.iter().filter(expired).chain(entitlement) {
            let day = |at: Option<Time>| at.map_or("NULL".to_string(), |at| self.date(at)[..10].to_string());
            let kind = match file.until {
                None => LicenseKind::Perpetual,
                Some(_) => LicenseKind::Subscription,
            };
            let nodes = file.nodes.expect("the licenses of these scenarios have nodes");
            let (until, maintenance) = (day(file.until), day(file.aup_until));
            self.row(
                5,
                &[&PRODUCT, &format!("{kind:?}"), &nodes, &self.date(file.from), &until, &maintenance],
            );
        }
    }

    fn files(self) -> Files {
        let names = HEADERS.iter().map(|(name, _)| format!("{name}.csv"));
        names.zip(self.texts.into_iter().map(String::into_bytes)).collect()
    }
}

fn copy(clone: &str) -> String {
    format!("Default Software Update Plug-in Policy - {clone}")
}

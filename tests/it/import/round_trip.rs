//! A simulated fleet, exported and imported again, is the same fleet as far as tables can tell.
//!
//! Licenses held, their holders and the pool are the same exactly. So is why a computer holds none, but for what six
//! tables cannot tell apart; those reasons are compared as classes:
//!
//! | in truth | in the tables |
//! |---|---|
//! | Retired or Disposed, the agent alive or not | the status is there; whether the agent lives is guessed by its last contact |
//! | silent, switched off, given up, being re-imaged, left behind | alive until they have been silent for long: not compared |
//! | outside the install policy, missed by membership updates, not yet found by one | in no target; dead updates only where many are missed |
//! | a package server that does not serve, the plug-in not there yet, or not reported yet | a target without the plug-in |
//! | on the way to the scan package, or to the first scan; nothing new to send | no Patch Inventory; by what else keeps it from a license, if anything does |
//! | turned away, though licenses are free again | waits for its next scan |
//! | outside an install policy that takes no computer | the policy is not in the tables: it is taken to take all |
//! | without scan settings, or without the package, where no client ever scanned | no patch data seems to have been imported |
//! | without scan settings since less than two days | the DSUP counts as on while scans were returned without a clone |

use std::collections::BTreeMap;

use fleetsim::engine::queue::EventQueue;
use fleetsim::fleet::{Fleet, Mode};
use fleetsim::import::{Assume, ReadOptions};
use fleetsim::rules::client::{Mark, Status};
use fleetsim::rules::license_files::files_in_force;
use fleetsim::rules::license_status::DenialReason;
use fleetsim::scenario::model::{LicenseFormat, Scenario, Version};
use fleetsim::units::ids::ClientId;
use fleetsim::units::time::{Span, Time};
use jiff::SignedDuration;
use jiff::civil::date;

use crate::rules::case_scenarios::first_trouble;
use crate::support::cases::{ScenarioFile, check};
use crate::support::exported::{Record, Truth, export, guid};
use crate::support::imported::{Imported, assume};
use crate::support::random::scenario_of;

/// Random scenarios tried.
const SEEDS: u64 = 200;

const NO_TARGET: [DenialReason; 3] = [
    DenialReason::OutsideInstallPolicy,
    DenialReason::AwaitsMembershipUpdate,
    DenialReason::NoMembershipUpdate,
];
const NO_PLUGIN: [DenialReason; 3] =
    [DenialReason::PackageServerDown, DenialReason::AwaitsPlugin, DenialReason::AwaitsInventory];
const NO_RESULT: [DenialReason; 13] = [
    DenialReason::NoPatchDataImported,
    DenialReason::ScanPolicyOff,
    DenialReason::NoMembershipUpdate,
    DenialReason::PackageServerDown,
    DenialReason::AwaitsPackageTarget,
    DenialReason::AwaitsPackageRequest,
    DenialReason::AwaitsPackage,
    DenialReason::LicensesExpired,
    DenialReason::VersionNotCovered,
    DenialReason::Untargeted,
    DenialReason::NothingNew,
    DenialReason::AwaitsScan,
    DenialReason::PoolFull,
];

/// What the tables show as a whole.
struct Shown {
    pool_is_full: bool,
    dsup: bool,
    /// No computer ever scanned, so that there seems to be no package.
    never_imported: bool,
    /// It has a target.
    install_policy: bool,
}

/// What a client's lack may look like in the tables; `None`: like anything but a holder.
fn looks_like(record: &Record, denial: DenialReason, shown: &Shown) -> Option<Vec<DenialReason>> {
    use DenialReason::*;
    Some(match denial {
        Silent | SwitchedOff | GaveUp | BeingReimaged | LeftBehind | Unreachable | AwaitsProcessing => {
            return None;
        }
        Retired | RetiredAlive => vec![Retired, RetiredAlive],
        Disposed | DisposedAlive => vec![Disposed, DisposedAlive],
        Untargeted if !shown.dsup && !shown.never_imported => vec![denial],
        PoolFull if shown.pool_is_full => vec![denial],
        AgentUninstalled | UnderUninstallPolicy | LicensesExpired | VersionNotCovered => vec![denial],
        AwaitsInventory => [&NO_PLUGIN[..], &NO_TARGET[..]].concat(),
        denial if record.state.is(Mark::PluginReported) && NO_RESULT.contains(&denial) => NO_RESULT.to_vec(),
        denial if NO_PLUGIN.contains(&denial) => NO_PLUGIN.to_vec(),
        denial if NO_TARGET.contains(&denial) && !shown.install_policy => {
            [&NO_PLUGIN[..], &NO_TARGET[..]].concat()
        }
        denial if NO_TARGET.contains(&denial) => NO_TARGET.to_vec(),
        denial => vec![denial],
    })
}

/// Exports the end of a scenario, imports that, and compares; how many clients without a license were compared.
fn compare(name: &str, scenario: &Scenario) -> usize {
    let truth = export(scenario);
    if truth.records.iter().all(|record| record.state.status() == Status::Deleted) {
        return 0; // an export without computers is refused
    }
    let installed = scenario.over_time.installed_at(scenario.horizon());
    let day = |at: Time| scenario.start.saturating_add(SignedDuration::from_millis(at.ms())).date();
    let assume = Assume {
        version: Some(installed.version),
        released: Some(installed.released.map_or(date(2010, 1, 1), day)),
        ..assume(name)
    };
    let options = ReadOptions { exported_at: Some(truth.at), ..ReadOptions::default() };
    let imported = Imported::of(truth.files.clone(), &assume, &options);
    let found = license_statuses(&imported);
    assert_eq!((found.nodes, found.held), (truth.nodes, truth.held), "{name}: pool");
    let shown = Shown {
        pool_is_full: truth.nodes.is_some_and(|nodes| truth.held >= nodes),
        dsup: imported.customer.dsup,
        never_imported: imported.customer.never_imported,
        install_policy: imported
            .inventory
            .policies
            .iter()
            .any(|policy| policy == "Software Update Plug-in Install"),
    };
    let mut compared = 0;
    for record in &truth.records {
        let what = || format!("{name}: {:?} {:?}", record.client, record.state);
        let Some(found) = found.of.get(&guid(record.client)) else {
            assert_eq!(record.state.status(), Status::Deleted, "{}", what());
            assert!(record.license_status.is_err() || held_by_a_deleted_record(&truth, record), "{}", what());
            continue;
        };
        match (record.license_status, *found) {
            (Ok(()), Ok(())) => {}
            (Err(denial), Err(seen)) => {
                let may_be = looks_like(record, denial, &shown);
                compared += usize::from(may_be.is_some());
                let fits = may_be.as_ref().is_none_or(|may_be| may_be.contains(&seen));
                assert!(fits, "{}: {denial:?} looks like {seen:?}, not {may_be:?}", what());
            }
            (truth, found) => panic!("{}: {truth:?}, imported {found:?}", what()),
        }
    }
    compared
}

/// The license of a deleted record stays in use, without a known holder, until the refresh.
fn held_by_a_deleted_record(truth: &Truth, record: &Record) -> bool {
    truth.held > 0 && record.state.is(Mark::Licensed)
}

/// The imported fleet as it starts, before anything happens to it.
struct Found {
    nodes: Option<u64>,
    held: u64,
    /// By GUID.
    of: BTreeMap<String, Result<(), DenialReason>>,
}

fn license_statuses(imported: &Imported) -> Found {
    let scenario = imported.after(Span::ZERO);
    let mut queue = EventQueue::new(scenario.horizon());
    let fleet = Fleet::new(&scenario, 0, Mode::default(), (), &mut queue);
    let of_name: BTreeMap<String, ClientId> =
        ClientId::first(fleet.len()).map(|client| (fleet.roster().name(client), client)).collect();
    let clients = imported.customer.clients.iter().zip(&imported.customer.names);
    let at = scenario.horizon();
    let license_status = |name: &String| fleet.license_status(of_name[name], at);
    Found {
        nodes: fleet.pool().entitlement().nodes,
        held: fleet.pool().in_use(),
        of: clients.map(|(client, name)| (client.guid.to_string(), license_status(name))).collect(),
    }
}

#[test]
fn the_cases_come_back_from_their_tables() {
    for file in ScenarioFile::all_in("scenarios/cases") {
        let scenario = file.check().scenario;
        let duration = first_trouble(&file) - Time::START;
        compare(&file.stem, &Scenario { duration, ..scenario });
    }
}

/// The random scenario of a seed, if tables can show its fleet.
pub(super) fn exportable(seed: u64) -> Option<Scenario> {
    let scenario = check(&one_key_each(&scenario_of(seed)), &seed.to_string()).scenario;
    can_be_exported(&scenario).then_some(scenario)
}

#[test]
fn random_fleets_come_back_from_their_tables() {
    let (mut tried, mut compared) = (0, 0);
    for seed in 1..=SEEDS {
        if let Some(scenario) = exportable(seed) {
            tried += 1;
            compared += compare(&format!("seed {seed}"), &scenario);
        }
    }
    assert!(tried >= SEEDS / 2 && compared >= 500, "{tried} scenarios, {compared} clients compared");
}

/// Without cloned keys: which record a machine shares is in no table.
fn one_key_each(text: &str) -> String {
    let text = text.replace("cloned_keys: {machines: 2}", "cloned_keys: none");
    text.replace("cloned_keys: {machines: 3}", "cloned_keys: none")
}

/// No table says whether a license file is of the old or the new form: it is derived from the version.
fn can_be_exported(scenario: &Scenario) -> bool {
    let end = scenario.horizon();
    let legacy = scenario.over_time.installed_at(end).version < Version::V8_1;
    let as_told = |format| (format == LicenseFormat::Legacy) == legacy;
    files_in_force(&scenario.licenses, end).all(|file| as_told(file.format))
}

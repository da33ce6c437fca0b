//! What the scenario language says is what the model holds: laws, arrivals, schedules, instants, dates.

use fleetsim::engine::distribution::Distribution;
use fleetsim::scenario;
use fleetsim::scenario::model::over_time::{ChangedSchedule, OverTime};
use fleetsim::scenario::model::policies::{OneOf, PolicyState, Target};
use fleetsim::scenario::model::{
    AdminCommand, Agent, Clients, Enrol, KeyChange, Keys, Outage, Phase, Policy, Refund, ReturnAfterDelete,
    Scenario, Schedule, Selection, ServedPackage, Solution, Status, Version,
};
use fleetsim::scenario::model::{PeriodicSchedule, Share, Unreachable};
use fleetsim::units::time::{Span, Time};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A small scenario with one more line at the top level; the start is Monday 5 January 2026, 06:00.
fn with(line: &str) -> Scenario {
    let groups = if line.starts_with("groups") { "" } else { "groups: {pcs: {clients: 10}}" };
    let text = format!(
        "fleetsim: 1\nstart: 2026-01-05T06:00\nduration: 90d\nlicenses: {{base: {{nodes: 5}}}}\n{groups}\n{line}\n"
    );
    let file = |name: &str| match name {
        "data/scans.csv" => Ok("client,minutes\npc-1,3\npc-2,1.5\npc-3,3\n".to_string()),
        other => Err(format!("{other} is not there")),
    };
    scenario::check(&text, "t", &file).unwrap_or_else(|faults| panic!("{line}: {faults:#?}")).scenario
}

#[test]
fn every_law_is_read_as_it_is_written() {
    use Distribution::*;
    let made = |distribution: Result<Distribution, _>| distribution.expect("a possible law");
    #[rustfmt::skip]
    let table = [
        ("90s",                                   Constant(90_000)),
        ("{uniform: [0m, 15m]}",                  Uniform { min: 0, max: 15 * MINUTE }),
        ("{exponential: 2h}",                     Exponential { mean: (2 * HOUR) as f64 }),
        ("{triangular: [1m, 2m, 9m]}",            Triangular { min: MINUTE, mode: 2 * MINUTE, max: 9 * MINUTE }),
        ("{empirical: [4m, 3m, 4m]}",             Empirical { values: vec![3 * MINUTE, 4 * MINUTE, 4 * MINUTE] }),
        ("{lognormal: {median: 3m, p95: 10m}}",   made(Distribution::lognormal_median_p95(180_000.0, 600_000.0))),
        ("{lognormal: {mean: 4m, cv: 1.5}}",      made(Distribution::lognormal_mean_cv(240_000.0, 1.5))),
        ("{empirical: {file: data/scans.csv, column: minutes, unit: m}}",
                                                  Empirical { values: vec![90_000, 180_000, 180_000] }),
    ];
    for (written, distribution) in table {
        assert_eq!(with(&format!("scan: {{duration: {written}}}")).scan.duration, distribution, "{written}");
    }
}

/// Questions are about the end, unless the scenario says otherwise; the run is the same, and so is its digest.
#[test]
fn the_instant_asked_about_is_the_end_or_what_is_written() {
    let digest = |scenario: &Scenario| scenario::digest(scenario);
    let end = with("");
    assert_eq!(end.asked_at, end.horizon());
    for (written, expected) in [("0d", Time(0)), ("2026-01-06", Time(18 * HOUR)), ("90d", end.horizon())] {
        let asked = with(&format!("asked_at: {written}"));
        assert_eq!(asked.asked_at, expected, "{written}");
        assert_eq!(digest(&asked), digest(&end), "{written}");
    }
}

#[test]
fn clients_arrive_as_it_is_written() {
    let constant = |ms| Enrol::Spread(Distribution::Constant(ms));
    let poisson = |mean_gap, from, until| Enrol::Poisson { mean_gap, from: Time(from), until };
    #[rustfmt::skip]
    let table = [
        ("clients: 3",                                             Clients::Count(3),  constant(0)),
        ("clients: 3, enrol: 2d",                                  Clients::Count(3),  constant(2 * DAY)),
        ("clients: 3, enrol: 2026-01-06",                          Clients::Count(3),  constant(18 * HOUR)),
        ("clients: 3, enrol: {uniform: [0d, 3d]}",                 Clients::Count(3),
            Enrol::Spread(Distribution::Uniform { min: 0, max: 3 * DAY })),
        ("enrol: {poisson: 10/d}",                                 Clients::Unbounded, poisson(DAY as f64 / 10.0, 0, None)),
        ("clients: 7, enrol: {poisson: {rate: 2/h, from: 1d, until: 2d}}", Clients::Count(7),
            poisson(HOUR as f64 / 2.0, DAY, Some(Time(2 * DAY)))),
        ("enrol: {dates: [2026-01-05T08:00, 3h]}",                 Clients::Count(2),
            Enrol::Instants(vec![Time(2 * HOUR), Time(3 * HOUR)])),
        ("clients: [anna, bert], enrol: [1h, 0h]",                 Clients::Named(vec!["anna".into(), "bert".into()]),
            Enrol::Instants(vec![Time(HOUR), Time(0)])),
    ];
    for (written, clients, enrol) in table {
        let scenario = with(&format!("groups: {{pcs: {{{written}}}}}"));
        assert_eq!((&scenario.groups[0].clients, &scenario.groups[0].enrol), (&clients, &enrol), "{written}");
    }
}

/// Times of day are server local time; the scenario starts at 06:00.
#[test]
fn schedules_are_read_relative_to_the_start() {
    let every = |every: i64, offset: i64| Schedule::Every { every: Span(every), offset: Span(offset) };
    for (written, schedule) in [
        ("never", Schedule::Never),
        ("immediate", Schedule::Immediate),
        ("4h", every(4 * HOUR, 0)),
        ("{every: 4h, offset: 1h}", every(4 * HOUR, HOUR)),
        ("{daily: \"03:00\"}", every(DAY, 21 * HOUR)),
        ("{daily: \"06:00\"}", every(DAY, 0)),
        ("{daily: \"18:30\"}", every(DAY, 12 * HOUR + 30 * MINUTE)),
    ] {
        let scenario = with(&format!("platform: {{licensing_refresh: {written}}}"));
        assert_eq!(scenario.platform.licensing_refresh, schedule, "{written}");
    }
}

/// An outage is of the whole package server, or of one package.
#[test]
fn outages_are_of_a_server_or_of_a_package() {
    let scenario = with(
        "sites: {hq: {down: [{from: 1d, until: 2d}, {from: 3d, package: assessment_scan}, \
         {from: 36h, until: 60h}, {from: 36h, until: 48h, package: install_tools}]}}",
    );
    let outage = |package, from: i64, until| Outage { package, from: Time(from), until };
    let expected = [
        outage(None, DAY, Time(60 * HOUR)), // two that overlap
        outage(Some(ServedPackage::AssessmentScan), 3 * DAY, Time::NEVER),
        outage(Some(ServedPackage::InstallTools), 36 * HOUR, Time(2 * DAY)),
    ];
    assert_eq!(scenario.outages(), [expected]);
}

#[test]
fn periods_without_the_server_are_read_as_they_are_written() {
    let scenario = with(
        "platform: {unreachable: [{from: 2d}, {from: 2026-01-04, until: 3d, groups: [pcs], sites: all, chance: 12.5%}]}",
    );
    let period = |from, until, millionths| Unreachable {
        from: Time(from),
        until,
        groups: OneOf::All,
        sites: OneOf::All,
        chance: Share { millionths },
    };
    let expected = [period(2 * DAY, Time::NEVER, 1_000_000), period(-30 * HOUR, Time(3 * DAY), 125_000)];
    assert_eq!(scenario.platform.unreachable, expected);
}

#[test]
fn the_event_queue_is_as_far_behind_as_it_is_written() {
    let scenario = with(
        "platform: {event_queue: {delay: 20m}}\nactions: [{at: 3d, event_queue: {delay: 0s}}, \
         {at: 1d, event_queue: {delay: 1h 30m}}]",
    );
    let delays = &scenario.over_time.event_queue;
    let expected = [(Time(DAY), Span(90 * MINUTE)), (Time(3 * DAY), Span::ZERO)];
    assert_eq!((delays[0].1, &delays[1..]), (Span(20 * MINUTE), &expected[..]));
    assert!(scenario.over_time.has_backlog() && !with("seed: 5").over_time.has_backlog());
}

/// What a change of a rhythm does not name stays as it was.
#[test]
fn rhythms_change_as_it_is_written() {
    let scenario = with(
        "platform: {configuration_request: {every: 1h, phase: 5m}}\nactions: [{at: 3d, configuration_request: \
         {phase: first_contact}}, {at: 1d, configuration_request: {every: 4h}}, {at: 2d, basic_inventory: 48h}]",
    );
    let OverTime { requests, inventories, .. } = &scenario.over_time;
    let schedule =
        |every, phase| PeriodicSchedule { every: Span(every), phase, jitter: Distribution::Constant(0) };
    let changed = |at, schedule, phase| ChangedSchedule { at: Time(at), schedule, phase };
    let expected = [
        changed(DAY, schedule(4 * HOUR, Phase::Fixed(Span(5 * MINUTE))), false),
        changed(3 * DAY, schedule(4 * HOUR, Phase::FirstContact), true),
    ];
    assert_eq!(requests[..], expected);
    assert_eq!(inventories[..], [changed(2 * DAY, schedule(2 * DAY, Phase::Random), false)]);
}

#[test]
fn actions_and_dates_are_instants_after_the_start() {
    let scenario =
        with("actions: [{at: 2026-01-07T06:00, retire: {group: pcs, clients: 4, status: disposed}}]");
    assert_eq!(scenario.actions[0].at, Time(2 * DAY));
    let selection = Selection::Group {
        group: Some(0),
        clients: Some(4),
        status: Some(Status::Disposed),
        silent_for: None,
        holding: false,
    };
    assert_eq!(scenario.actions[0].what, AdminCommand::Retire(selection, Agent::Off));
    let scenario = with("actions: [{at: 1d, delete: {clients: [pcs-2, pcs-10]}}]");
    assert_eq!(
        scenario.actions[0].what,
        AdminCommand::Delete(Selection::Named(vec![(0, 1), (0, 9)]), Agent::Off)
    );
}

/// The digest tells what a scenario means apart, not how it is spelled; the seed is no part of it.
#[test]
fn the_digest_is_of_the_meaning() {
    let digest = |line: &str| scenario::digest(&with(line));
    let usual = digest("scan: {every: 4h}");
    for same in
        ["", "scan: {every: 240m}", "scan: {every: 4.0h} # often", "seed: 5", "platform: {version: \"8.6\"}"]
    {
        assert_eq!(digest(same), usual, "{same}");
    }
    for other in ["scan: {every: 5h}", "name: Another", "platform: {version: 8.5}"] {
        assert_ne!(digest(other), usual, "{other}");
    }
}

/// The policy settings an action names replace the earlier ones, and the rest stays as it was.
#[test]
fn policy_actions_change_only_what_they_name() {
    let scenario = with(
        "groups: {pcs: {clients: 10, site: hq}, servers: {clients: 3, site: lab, os: Linux}}
sites: {hq: {}, lab: {}}
policies: {plugin_install: {groups: [pcs]}, clones: {b: {enabled: false, share: 12.5%}}}
actions:
  - {at: 4d, policies: {plugin_install: {enabled: false}}}
  - {at: 1d, policies: {plugin_install: {sites: [hq], share: 40%}, clones: {a: {clients: [servers-2, pcs-1]}}}}
  - {at: 2d, policies: {dsup: {enabled: false}, clones: {a: {operating_systems: [Linux]}, b: {enabled: true}}}}
  - {at: 2d, policies: {clones: {a: {clients: [pcs-3]}}}}
  - {at: 3d, policies: {dsup: {groups: [servers]}}}
  - {at: 3d, policies: {plugin_install: {groups: all, sites: all}, clones: {a: {clients: all}}}}",
    );
    let shown = |policy: &Policy| {
        let on = if policy.enabled { "on" } else { "off" };
        match &policy.target {
            Target::Clients(named) => format!("{on} {named:?}"),
            Target::Where(c) => {
                format!("{on} {:?} {:?} {:?} {}", c.groups, c.sites, c.systems, c.share.part.millionths)
            }
        }
    };
    let states: Vec<(i64, String, String, Vec<String>)> = scenario
        .over_time
        .policies
        .iter()
        .map(|PolicyState { at, policies }| {
            let clones = policies.clones.iter().map(|(name, clone)| format!("{name} {}", shown(clone)));
            (at.ms() / DAY, shown(&policies.plugin_install), shown(&policies.dsup), clones.collect())
        })
        .collect();
    let before_all = i64::MIN / DAY;
    #[rustfmt::skip]
    let table = [
        (before_all, "on These([0]) All All 1000000",       "on All All All 1000000",
            vec!["b off All All All 125000"]),
        (1, "on These([0]) These([0]) All 400000",          "on All All All 1000000",
            vec!["a on [(0, 0), (1, 1)]", "b off All All All 125000"]),
        (2, "on These([0]) These([0]) All 400000",          "off All All All 1000000",
            vec!["a on [(0, 2)]", "b on All All All 125000"]),
        (3, "on All All All 400000",                        "off These([1]) All All 1000000",
            vec!["a on All All All 1000000", "b on All All All 125000"]),
        (4, "off All All All 400000",                       "off These([1]) All All 1000000",
            vec!["a on All All All 1000000", "b on All All All 125000"]),
    ];
    for (found, (day, install, dsup, clones)) in states.iter().zip(table.clone()) {
        let clones: Vec<String> = clones.into_iter().map(str::to_string).collect();
        assert_eq!(*found, (day, install.to_string(), dsup.to_string(), clones));
    }
    assert_eq!(states.len(), table.len());
}

/// The scan policy stands under `scan` at the start, and under `policies` where an action changes it (C8).
#[test]
fn the_scan_policy_is_read_and_changed() {
    let scenario = with(
        "groups: {pcs: {clients: 10}, servers: {clients: 3}}
scan: {every: 4h, policy: {enabled: false, groups: [pcs], share: 40%}}
actions:
  - {at: 1d, policies: {scan: {enabled: true}}}
  - {at: 2d, policies: {scan: {groups: all, every: 8h}}}
  - {at: 3d, policies: {scan: {every: 6h, phase: 2h}, plugin_install: {enabled: false}}}",
    );
    let shown = |PolicyState { at, policies }: &PolicyState| {
        let Target::Where(conditions) = &policies.scan.target else { panic!("no client is named") };
        let rhythm = policies.scan_rhythm.map(|rhythm| (rhythm.every.ms(), rhythm.phase.map(Span::ms)));
        let groups = conditions.groups.clone();
        (at.ms() / DAY, policies.scan.enabled, groups, conditions.share.part.millionths, rhythm)
    };
    let hours = |hours: i64| Span::hours(hours).ms();
    let states: Vec<_> = scenario.over_time.policies.iter().map(shown).collect();
    let expected = [
        (i64::MIN / DAY, false, OneOf::These(vec![0]), 400_000, None),
        (1, true, OneOf::These(vec![0]), 400_000, None),
        (2, true, OneOf::All, 400_000, Some((hours(8), None))),
        (3, true, OneOf::All, 400_000, Some((hours(6), Some(hours(2))))),
    ];
    assert_eq!(states, expected);
    // A client that is at a quarter of the old period is at a quarter of the new one, unless a phase is given.
    let rhythm =
        |index: usize| scenario.over_time.policies[index].policies.scan_rhythm.expect("an action set it");
    let quarter = Time::START + Span::hours(5);
    assert_eq!(rhythm(2).anchor(quarter, Span::hours(4)), Time::START + Span::hours(2));
    assert_eq!(rhythm(3).anchor(quarter, Span::hours(4)), Time::START + Span::hours(2));
}

/// Imports of patch data: when they run, when they fail, and whether there was one before (C4).
#[test]
fn imports_are_read_as_they_are_written() {
    let scenario = with(
        "updates: {import: 6h, import_fails: [{from: 1d, until: 2d}, {from: 9d}], bulletins: []}
packages: {imported_before_start: true}
scan: {on_update_policy: false}
actions: [{at: 3d, pm_import: never}, {at: 4d, pm_import: {daily: \"01:00\"}}, {at: 5d, run_scan: {group: pcs}}]",
    );
    let updates = scenario.updates.as_ref().expect("it is given");
    let failing = |day: i64| updates.import_fails_at(Time::START + Span::days(day));
    assert_eq!([0, 1, 2, 8, 9, 99].map(failing), [false, true, false, false, true, true]);
    let imports: Vec<_> =
        scenario.over_time.imports.iter().map(|(at, plan)| (at.ms() / DAY, *plan)).collect();
    let every = |every, offset| Schedule::Every { every, offset };
    let expected = [
        (i64::MIN / DAY, every(Span::hours(6), Span::ZERO)),
        (3, Schedule::Never),
        (4, every(Span::DAY, Span::hours(19))),
    ];
    assert_eq!(imports, expected);
    assert!(scenario.packages.imported_before_start && !scenario.scan.on_update_policy);
    assert!(matches!(
        scenario.actions[2].what,
        AdminCommand::RunScan(Selection::Group { group: Some(0), .. })
    ));
    assert!(with("").packages.imported_before_start, "without `updates`");
    assert!(!with("updates: {bulletins: []}").packages.imported_before_start, "with `updates`");
}

#[test]
fn recovery_is_read_as_it_is_written() {
    let of =
        |status| Selection::Group { group: Some(0), clients: None, status, silent_for: None, holding: false };
    let (active, any) = (|| of(Some(Status::Active)), || of(None));
    let board = Keys { hardware: KeyChange::New, name: KeyChange::Same };
    #[rustfmt::skip]
    let table = [
        ("retire: {group: pcs}",                  AdminCommand::Retire(active(), Agent::Off)),
        ("retire: {group: pcs, agent: off}",      AdminCommand::Retire(active(), Agent::Off)),
        ("dispose: {group: pcs, agent: live}",    AdminCommand::Dispose(active(), Agent::Live)),
        ("delete: {group: pcs, agent: live}",     AdminCommand::Delete(any(), Agent::Live)),
        ("uninstall_agent: {group: pcs, status: active}", AdminCommand::UninstallAgent(active())),
        ("uninstall_agent: {group: pcs}",         AdminCommand::UninstallAgent(any())),
        ("reimage: {group: pcs}",                 AdminCommand::Reimage(any(), Keys::MATCHING)),
        ("reimage: {group: pcs, keys: new}",      AdminCommand::Reimage(any(), Keys::NEW)),
        ("reimage: {group: pcs, keys: {hardware: new}}", AdminCommand::Reimage(any(), board)),
        ("reimage: {group: pcs, keys: {hardware: new, name: new}}", AdminCommand::Reimage(any(), Keys::NEW)),
        ("send_inventory: {group: pcs}",          AdminCommand::SendInventory(any())),
    ];
    for (written, deed) in table {
        assert_eq!(with(&format!("actions: [{{at: 1d, {written}}}]")).actions[0].what, deed, "{written}");
    }
    let purging = with("platform: {purging: {retire_after: 60d, check: 1h}}").platform.purging;
    assert_eq!((purging.retire_after, purging.delete_after), (Some(Span::days(60)), None));
    assert!(!purging.uninstalled_agents);
    assert!(with("platform: {purging: {uninstalled_agents: true}}").platform.purging.uninstalled_agents);
    // Shorter than the time between two inventories: a warning, no fault.
    assert_eq!(with("platform: {purging: {retire_after: 1h}}").platform.purging.shortest(), Some(Span::HOUR));
}

/// Versions are held as people write them, in the usual spelling.
#[test]
fn versions_are_held_as_they_are_written() {
    for (written, held) in [
        ("6.2", "6.2"),
        ("7.0", "7.0"),
        ("8.5RU1", "8.5 RU1"),
        ("8.6 RU3", "8.6 RU3"),
        ("8.7.2", "8.7.2"),
        ("\"8.8.1\"", "8.8.1"),
        ("7.6 hf7", "7.6 HF7"),
        ("8.10", "8.10"),
    ] {
        let upgrade = format!("{{at: 1d, upgrade: {{version: {written}, released: 2026-01-01}}}}");
        let scenario = with(&format!("platform: {{version: 6.0}}\nactions: [{upgrade}]"));
        assert_eq!(scenario.over_time.versions[1].version.to_string(), held);
        let scenario = with(&format!("platform: {{version: {written}}}"));
        assert_eq!(scenario.platform.version.to_string(), held);
    }
}

/// L4: a file is one of Patch Management where it does not say its product.
#[test]
fn license_files_say_their_product() {
    let files = with("platform: {version: 8.6}").licenses;
    assert_eq!(files[0].product, "Patch Management Solution");
    let text = "fleetsim: 1\nduration: 1d\ngroups: {pcs: {clients: 1}}\n\
                licenses: {all: {nodes: 5, product: Altiris Server Management Suite}}\n";
    let files = fleetsim::scenario::check(text, "t", &|_| Err("no files".into())).unwrap().scenario.licenses;
    assert_eq!(files[0].product, "Altiris Server Management Suite");
}

/// TPM keys count only from 8.7.1 on: before, such machines have records of their own.
#[test]
fn cloned_keys_count_by_version() {
    for (written, version, sharing) in [
        ("{machines: 3}", Version::V7_6, 3),
        ("{machines: 3, by: hardware}", Version::V8_6, 3),
        ("{machines: 3, by: tpm}", Version::V8_7, 1),
        ("{machines: 3, by: tpm}", Version::V8_7_1, 3),
    ] {
        let scenario = with(&format!("groups: {{pcs: {{clients: 9, cloned_keys: {written}}}}}"));
        let keys = scenario.groups[0].cloned_keys.expect(written);
        assert_eq!(keys.sharing(version), sharing, "{written} under {version:?}");
    }
    assert_eq!(with("groups: {pcs: {clients: 9, cloned_keys: none}}").groups[0].cloned_keys, None);
}

#[test]
fn requests_follow_the_first_contact_unless_it_is_said() {
    #[rustfmt::skip]
    let table = [
        ("",                                    Phase::FirstContact),
        ("configuration_request: 2h",           Phase::FirstContact),
        ("configuration_request: {every: 2h}",  Phase::FirstContact),
        ("configuration_request: {phase: first_contact}", Phase::FirstContact),
        ("configuration_request: {phase: random}", Phase::Random),
        ("configuration_request: {phase: 20m}", Phase::Fixed(Span::minutes(20))),
    ];
    for (written, phase) in table {
        let platform = with(&format!("platform: {{{written}}}")).platform;
        assert_eq!(platform.configuration_request.phase, phase, "{written}");
        assert_eq!(platform.basic_inventory.phase, Phase::Random, "{written}");
    }
}

/// Both are without limit; of one it is only not known.
#[test]
fn nodes_may_be_unlimited_or_unknown() {
    for (nodes, expected) in
        [("7", (Some(7), false)), ("unlimited", (None, false)), ("unknown", (None, true))]
    {
        let text = format!(
            "{{fleetsim: 1, duration: 1d, groups: {{a: {{clients: 2}}}}, licenses: {{base: {{nodes: {nodes}}}}}}}"
        );
        let checked = scenario::check(&text, "t", &|_| Err("no files".into())).unwrap();
        let file = &checked.scenario.licenses[0];
        assert_eq!((file.nodes, file.nodes_unknown), expected);
        assert_eq!(
            checked.warnings.iter().any(|warning| warning.problem.contains("is not known")),
            expected.1
        );
    }
}

#[test]
fn other_solutions_are_read_as_they_are_written() {
    let text = "{fleetsim: 1, duration: 90d, groups: {a: {clients: 2}, b: {clients: 3}}, \
                licenses: {base: {nodes: 5}, \
                one: {nodes: 7, solution: inventory}, \
                two: {nodes: 9, solution: inventory, from: 10d, replaces: one}}, \
                solutions: {inventory: {groups: [b], first_data: 2h, every: 3d}}, \
                actions: [{at: 1d, uninstall_plugin: {group: b, clients: 1, solution: inventory}}, \
                {at: 2d, install_plugin: {group: b, solution: inventory}}]}";
    let scenario = scenario::check(text, "t", &|_| Err("no files".into())).unwrap().scenario;
    assert_eq!(scenario.licenses.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["base"]);
    let [used] = &scenario.solutions[..] else { panic!("{:?}", scenario.solutions) };
    assert_eq!((used.solution, used.every), (Solution::Inventory, Span::days(3)));
    assert_eq!(used.first_data, Distribution::Constant(2 * HOUR));
    assert_eq!([0, 1].map(|group| used.is_used_by(group)), [false, true]);
    let files: Vec<_> = used.files.iter().map(|file| (file.nodes, file.replaces)).collect();
    assert_eq!(files, [(Some(7), None), (Some(9), Some(0))]);
    let commands: Vec<&AdminCommand> = scenario.actions.iter().map(|action| &action.what).collect();
    assert!(matches!(
        commands[..],
        [
            AdminCommand::UninstallSolution(_, Solution::Inventory),
            AdminCommand::InstallSolution(_, Solution::Inventory)
        ]
    ));
}

#[test]
fn deleted_clients_come_back_and_free_licenses_as_it_is_written() {
    use ReturnAfterDelete::{NextInventory, NextRequest};
    #[rustfmt::skip]
    let table = [
        ("",                                     NextRequest,   Refund::AtRefresh),
        ("return_after_delete: next_request",    NextRequest,   Refund::AtRefresh),
        ("return_after_delete: next_inventory",  NextInventory, Refund::AtRefresh),
        ("refund_on_delete: at_refresh",         NextRequest,   Refund::AtRefresh),
        ("refund_on_delete: immediate",          NextRequest,   Refund::Immediate),
    ];
    for (written, back, refund) in table {
        let platform = with(&format!("platform: {{{written}}}")).platform;
        assert_eq!((platform.return_after_delete, platform.refund_on_delete), (back, refund), "{written}");
    }
}

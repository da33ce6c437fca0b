//! Descriptions and lists: records are described only where the tables bear the description out, and named in a file
//! where they are many; what a renewal need not pay for is freed first; instants are as exact as tables are.

use std::ops::ControlFlow;
use std::process::{Command, Output};
use std::{fs, path::Path};

use fleetsim::import::ReadOptions;
use fleetsim::output::results::plan::PlanResult;
use fleetsim::rules::permitted::Permitted;
use fleetsim::rules::remedy::Remedy;
use fleetsim::scenario;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::Changes;
use fleetsim::study::audit::AuditPart;
use fleetsim::study::plan::{Asked, Plan, plan};
use fleetsim::units::time::{Span, Time};

use crate::plan::steps::{LIST, hold, no_purchase, plan_text, planned, steps, usual};
use crate::support::cases::check;
use crate::support::imported::{Imported, assume, files_of};
use crate::support::in_repository;

const HEADER: &str = "client,group,status,status_assumed,machine,plugin,package,license,rejected,\
                      last_configuration_request,last_basic_inventory,last_patch_inventory\n";

/// Clients alike; a day of March on which they were last heard of, if that is known.
struct Alike {
    name: &'static str,
    count: u32,
    status: &'static str,
    machine: &'static str,
    holds: bool,
    last: &'static str,
}

const fn alike(
    name: &'static str,
    count: u32,
    (status, machine): (&'static str, &'static str),
    holds: bool,
    last: &'static str,
) -> Alike {
    Alike { name, count, status, machine, holds, last }
}

fn rows(fleet: &[Alike]) -> String {
    let mut text = HEADER.to_string();
    for Alike { name, count, status, machine, holds, last } in fleet {
        let (status, assumed) = match status.strip_suffix('?') {
            Some(status) => (status, "yes"),
            None => (*status, "no"),
        };
        let license = if *holds { "yes,no" } else { "no,yes" };
        for number in 1..=*count {
            text += &format!(
                "{name}-{number},pcs,{status},{assumed},{machine},reported,ready,{license},{last},{last},{last}\n"
            );
        }
    }
    text
}

fn scenario_of(licenses: &str, fleet: &[Alike]) -> Scenario {
    let text = format!(
        "fleetsim: 1\nstart: 2026-03-30\nduration: 30d\nlicenses: {licenses}\ngroups: {{pcs: {{clients: {{file: c.csv}}}}}}\n"
    );
    let checked = scenario::check(&text, "t", &|_| Ok(rows(fleet)));
    checked.unwrap_or_else(|faults| panic!("{faults:#?}")).scenario
}

const LIVE: (&str, &str) = ("active", "alive");
const GONE: (&str, &str) = ("active", "agent_uninstalled");
const DISPOSED: (&str, &str) = ("disposed", "silent");
const NOW: &str = "2026-03-29T23:50";

/// Words that choose others in the tables are not used, however exact they are in the simulation, where every live agent
/// reports by its rhythm.
#[test]
fn a_description_is_used_only_where_the_tables_bear_it_out() {
    let live = || alike("live", 30, LIVE, true, NOW);
    let waits = || alike("waits", 3, LIVE, false, NOW);
    let gone = |count, last| alike("gone", count, GONE, true, last);
    let silent = "retire status=active silent_for=20d holding=true";
    let status = "retire status=disposed holding=true";
    let listed = "retire_gone of the list";
    #[rustfmt::skip]
    let table: [(&str, Vec<Alike>, &str); 9] = [
        ("far from all others",        vec![live(), waits(), gone(15, "2026-03-10")], silent),
        ("others off since Friday",    vec![live(), waits(), gone(15, "2026-03-10"), alike("off", 9, LIVE, true, "2026-03-27T18:00")], silent),
        ("others off as long",         vec![live(), waits(), gone(15, "2026-03-27"), alike("off", 9, LIVE, true, "2026-03-27T18:00")], listed),
        ("others off almost as long",  vec![live(), waits(), gone(15, "2026-03-10"), alike("off", 1, LIVE, true, "2026-03-10T18:00")], listed),
        ("their dates are not known",  vec![live(), waits(), gone(15, "")], listed),
        ("another's is not known",     vec![live(), waits(), gone(15, "2026-03-10"), alike("off", 1, LIVE, true, "")], listed),
        ("all Disposed",               vec![live(), waits(), alike("old", 15, DISPOSED, true, "2026-03-10")], status),
        ("another status, assumed",    vec![live(), waits(), alike("old", 15, ("disposed?", "silent"), true, "2026-03-10")], "retire_disposed of the list"),
        ("few are named",              vec![live(), waits(), gone(3, "2026-03-27"), alike("off", 9, LIVE, true, "2026-03-27T18:00")], "retire clients=[gone-1, gone-2, gone-3]"),
    ];
    for (name, fleet, expected) in table {
        let held: u32 = fleet.iter().filter(|alike| alike.holds).map(|alike| alike.count).sum();
        let scenario = scenario_of(&format!("{{base: {{nodes: {held}}}}}"), &fleet);
        let plan = planned(&scenario, "0d", usual);
        assert_eq!(steps(&plan), [expected], "{name}");
        assert_eq!(plan.has_list(), expected.ends_with("of the list"), "{name}");
        hold(&scenario, &plan);
    }
    // Later the dates of the export are old, and say nothing.
    let fleet = [live(), waits(), gone(15, "2026-03-10")];
    let scenario = scenario_of("{base: {nodes: 45}}", &fleet);
    assert_eq!(steps(&planned(&scenario, "2d", usual)), [listed]);
}

/// Retired and Disposed records whose agents live are one kind of trouble, and one step (V7, V11).
#[test]
fn retired_and_disposed_records_with_live_agents_are_one_step() {
    let fleet = [
        alike("live", 10, LIVE, true, NOW),
        alike("waits", 2, LIVE, false, NOW),
        alike("retired", 4, ("retired", "alive"), true, NOW),
        alike("disposed", 3, ("disposed", "alive"), true, NOW),
    ];
    let scenario = scenario_of("{base: {nodes: 17}}", &fleet);
    let plan = planned(&scenario, "0d", usual);
    let names = "retired-1, retired-2, retired-3, retired-4, disposed-1, disposed-2, disposed-3";
    assert_eq!(steps(&plan), [format!("retire clients=[{names}]")]);
    let by_reason: Vec<u64> = plan.idle.iter().map(|(_, clients)| clients.count).collect();
    assert_eq!((plan.held_for_nothing(), by_reason, plan.steps[0].frees), (7, vec![4, 3], 7));
    let text = plan_text(&scenario, &plan);
    for part in [
        "Held for nothing     7 licenses",
        "4  V7  its record is Retired, but its agent is alive",
        "3  V7  its record is Disposed, but its agent is alive",
        "V11  set these records to Retired where they are Disposed, and uninstall their agents at once",
        "7 clients: retired-1, retired-2, retired-3, ...; frees 7 licenses",
        "Costs no nodes and loses no data",
        "the list is in t-plan",
    ] {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
    }
    hold(&scenario, &plan);
}

/// As few licenses as can be come from PCs that may be in use, also where these alone would do.
#[test]
fn what_is_certain_is_freed_before_what_is_doubtful() {
    let fleet = |disposed, gone| {
        [
            alike("live", 20, LIVE, true, NOW),
            alike("waits", 5, LIVE, false, NOW),
            alike("old", disposed, DISPOSED, true, "2026-02-10"),
            alike("gone", gone, GONE, true, "2026-03-20"),
            alike("silent", 40, ("active", "silent"), true, "2026-03-01"),
        ]
    };
    let gone = "retire clients=[gone-1, gone-2, gone-3]";
    let silent = "retire status=active silent_for=29d holding=true";
    #[rustfmt::skip]
    let table: [(u32, u32, &[&str]); 3] = [
        (3, 3, &["retire status=disposed holding=true", gone]),
        (6, 3, &["retire status=disposed holding=true"]),
        (0, 3, &[gone, silent]), // with the three, two of the forty have to be gone, and not five
    ];
    for (disposed, gone, expected) in table {
        let scenario =
            scenario_of(&format!("{{base: {{nodes: {}}}}}", 60 + disposed + gone), &fleet(disposed, gone));
        let plan = planned(&scenario, "0d", usual);
        assert_eq!(steps(&plan), expected, "{disposed} Disposed, {gone} gone");
        hold(&scenario, &plan);
    }
}

/// What is held for nothing is freed before a license is renewed, and not paid for; what is not certain is said.
#[test]
fn a_renewal_is_not_for_licenses_that_can_be_freed() {
    let ended = "{old: {kind: subscription, nodes: 30, from: 2024-03-26, until: 2026-03-26}}";
    let (live, disposed) =
        (alike("live", 20, LIVE, true, NOW), alike("old", 6, DISPOSED, true, "2026-02-10"));
    let waits = alike("waits", 3, LIVE, false, NOW);
    let silent = alike("silent", 4, ("active", "silent"), true, "2026-03-10");
    let fleet = [live, waits, disposed, silent];
    let scenario = scenario_of(ended, &fleet);
    let renewed = |nodes: u64| {
        format!(
            "licenses.ordered={{kind: subscription, nodes: {nodes}, until: 2028-03-30, from: 2026-03-30T00:00:00}}"
        )
    };
    let plan = planned(&scenario, "0d", usual);
    let (first, second) =
        ("retire status=disposed holding=true", "retire status=active silent_for=20d holding=true");
    assert_eq!(steps(&plan), [first.to_string(), second.to_string(), renewed(23)]);
    assert_eq!((plan.nodes(), plan.doubtful(), plan.nodes_if_in_use()), (23, 4, 27));
    let text = plan_text(&scenario, &plan);
    let cost = "Costs 23 nodes to buy; 27 if the 4 PCs that only seem to be gone are in use after all";
    assert!(text.contains(cost), "{text}");
    let document = PlanResult::new(&scenario, &plan, LIST.file);
    assert_eq!((document.cost.nodes, document.cost.nodes_if_in_use), (23, 27));
    assert_eq!(
        document.steps.iter().map(|step| step.only_seem_gone).collect::<Vec<_>>(),
        [false, true, false]
    );
    hold(&scenario, &plan);
    // Without the doubtful step its nodes are bought.
    let without = planned(&scenario, "0d", |asked| Asked {
        permitted: Permitted::ALL.without(Remedy::RetireGone),
        ..asked
    });
    assert_eq!(steps(&without), [first.to_string(), renewed(27)]);
    // Where no client waits, too.
    let all_hold = scenario_of(ended, &fleet.into_iter().filter(|alike| alike.holds).collect::<Vec<_>>());
    let plan = planned(&all_hold, "0d", usual);
    assert_eq!(steps(&plan), [first.to_string(), second.to_string(), renewed(20)]);
    let text = plan_text(&all_hold, &plan);
    assert!(text.contains("without it 6 nodes more would have to be bought"), "{text}");
    assert_eq!(steps(&planned(&all_hold, "0d", no_purchase)), [""; 0]);
}

/// Where the number of nodes is not known, no plan says that none have to be bought.
#[test]
fn nodes_that_are_not_known_are_not_promised() {
    let (live, waits) = (alike("live", 10, LIVE, true, NOW), alike("waits", 5, LIVE, false, NOW));
    let scenario = scenario_of("{base: {nodes: unknown}}", &[live, waits]);
    let plan = planned(&scenario, "0d", usual);
    let text = plan_text(&scenario, &plan);
    for part in [
        "how many there are is not known: taken to be enough",
        "all of them hold a license within about 4 hours, if enough nodes are free, which is not known",
    ] {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
    }
    assert!(plan.nodes_unknown && PlanResult::new(&scenario, &plan, LIST.file).nodes_unknown);
    let off = "policies: {dsup: {enabled: false}}";
    let text = format!(
        "fleetsim: 1\nduration: 9d\nlicenses: {{base: {{nodes: unknown}}}}\ngroups: {{pcs: {{clients: 3}}}}\n{off}\n"
    );
    let scenario = check(&text, "t").scenario;
    let plan = planned(&scenario, "5d", usual);
    let text = plan_text(&scenario, &plan);
    assert_eq!(steps(&plan), ["policies dsup.enabled=true"]);
    assert!(text.contains("Loses no data. Whether nodes have to be bought is not known"), "{text}");
}

/// The tables do not say when in its rhythm a PC asks and scans next.
#[test]
fn instants_of_an_imported_fleet_are_whole_turns() {
    let fleet = [alike("live", 10, LIVE, true, NOW), alike("waits", 5, LIVE, false, NOW)];
    let scenario = scenario_of("{base: {nodes: 15}}", &fleet);
    let plan = planned(&scenario, "0d", usual);
    let all = plan.reached.all.expect("licenses are free");
    assert!(all > Time::START && all < Time(4 * Span::HOUR.ms()) && plan.steps.is_empty(), "{all:?}");
    let text = plan_text(&scenario, &plan);
    for part in [
        "Nothing to do but wait: all of them hold a license within about 4 hours.",
        "all hold one         2026-03-30 04:00, within about 4 hours",
        "Assumed: these PCs are on, ask for their policies every hour and scan every 4 hours",
    ] {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
    }
    let document = PlanResult::new(&scenario, &plan, LIST.file);
    assert_eq!(document.with_steps.all_at.as_deref(), Some("2026-03-30T04:00:00"));
    assert_eq!(document.with_steps.all_after_s, Some(4 * 3_600));
}

/// A file that is not the list is refused with one message.
#[test]
fn a_wrong_list_is_refused() {
    let text = "fleetsim: 1\nduration: 30d\nlicenses: {base: {nodes: 5}}\ngroups: {pcs: {clients: 9}}\n";
    let list = |rows: &str| format!("step,client,guid,step_1,step_2\n{rows}");
    let action = |column: &str| format!("retire clients={{file: p/plan.csv, column: {column}}} at 1d");
    #[rustfmt::skip]
    let table = [
        (Some(list("1,pcs-1,,yes,\n")),                "step_3", "p/plan.csv has no column `step_3`"),
        (Some(list("1,pcs-10,,yes,\n")),               "step_1", "p/plan.csv:2: there is no client `pcs-10`"),
        (Some(list("1,pcs-1,,yes,\n1,pcs-1,,yes,\n")), "step_1", "client `pcs-1` is named twice"),
        (Some(list("1,pcs-1,,perhaps,\n")),            "step_1", "`perhaps` does not choose clients"),
        (Some(list("1,pcs-1,,yes\n")),                 "step_1", "4 fields where the header has 5"),
        (Some("name,step_1\npcs-1,yes\n".into()),      "step_1", "no column is called `client`"),
        (Some(String::new()),                          "step_1", "no column `step_1`"),
        (None,                                         "step_1", "p/plan.csv: no such file"),
    ];
    for (content, column, says) in table {
        let changes = Changes { actions: vec![action(column)], ..Changes::default() };
        let data = |name: &str| content.clone().ok_or_else(|| format!("{name}: no such file"));
        let faults = scenario::check_with(text, "t", &data, &changes).expect_err(says);
        assert!(faults.len() == 1 && faults[0].problem.contains(says), "{says}: {faults:#?}");
    }
    // Rows of other steps are not looked at.
    let changes = Changes { actions: vec![action("step_1")], ..Changes::default() };
    let data = |_: &str| Ok(list("1,pcs-1,,yes,\n2,pcs-5~2,,,yes\n"));
    assert!(scenario::check_with(text, "t", &data, &changes).is_ok());
}

fn fleetsim(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fleetsim"));
    command.current_dir(folder).args(args).output().expect("the program is there")
}

fn done(folder: &Path, args: &[&str]) -> String {
    let done = fleetsim(folder, args);
    assert!(done.status.success(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).expect("it is UTF-8")
}

/// The list goes wherever its action goes: command line, printed scenarios, studies that need no file.
#[test]
fn a_list_works_wherever_actions_do() {
    let folder = tempfile::tempdir().unwrap();
    let cwd = folder.path();
    let fleet = [
        alike("live", 30, LIVE, true, NOW),
        alike("waits", 3, LIVE, false, NOW),
        alike("gone", 15, GONE, true, ""),
    ];
    fs::create_dir(cwd.join("below")).unwrap();
    fs::write(cwd.join("below/c.csv"), rows(&fleet)).unwrap();
    let text = "fleetsim: 1\nstart: 2026-03-30\nduration: 3d\nasked_at: 0d\nlicenses: {base: {nodes: 45}}\n\
                groups: {pcs: {clients: {file: c.csv}}}\n";
    fs::write(cwd.join("below/s.yaml"), text).unwrap();
    let planned = |output: &str| -> PlanResult {
        done(cwd, &["diagnose", "below/s.yaml", "--plan", "-o", output, "--report"]);
        serde_json::from_str(&fs::read_to_string(cwd.join(output).join("plan.json")).unwrap()).unwrap()
    };
    // Elsewhere: to be copied beside the scenario. The file is a list of its own.
    assert_eq!(
        planned("elsewhere").steps[0].value,
        "retire clients={file: plan.csv, column: step_1} at 2026-03-30T00:00:00"
    );
    let printed = done(cwd, &["diagnose", "below/s.yaml", "--plan", "-o", "elsewhere", "--force"]);
    assert!(
        printed.contains("plan.csv: copy it beside below/s.yaml, where actions look for it"),
        "{printed}"
    );
    let plan = planned("below/my plan");
    let value = plan.steps[0].value.as_str();
    assert_eq!(value, "retire clients={file: my plan/plan.csv, column: step_1} at 2026-03-30T00:00:00");
    let list = fs::read_to_string(cwd.join("below/my plan/plan.csv")).unwrap();
    assert_eq!(list.lines().filter(|row| row.ends_with(",yes")).count(), 15);
    let page = fs::read_to_string(cwd.join("below/my plan/report.html")).unwrap();
    assert!((1..=15).all(|number| page.contains(&format!("gone-{number}<"))), "a report names all");
    // Without a folder the action is shown as it would be; the folder that is proposed makes it work.
    let printed = done(cwd, &["diagnose", "below/s.yaml", "--plan"]);
    assert!(
        printed.contains("With -o below/s-plan all clients of each step are listed in plan.csv there"),
        "{printed}"
    );
    assert!(printed.contains("{file: s-plan/plan.csv, column: step_1}"), "{printed}");
    let (at, action) = (plan.with_steps.all_at.as_deref().expect("all hold one"), ["--action", value]);
    let diagnosed = done(cwd, &[&["diagnose", "below/s.yaml", "--at", at], &action[..]].concat());
    assert!(diagnosed.contains("33  with a license"), "{diagnosed}");
    let printed = done(cwd, &[&["check", "below/s.yaml", "--print"], &action[..]].concat());
    fs::write(cwd.join("below/printed.yaml"), &printed).unwrap();
    assert!(
        done(cwd, &["diagnose", "below/printed.yaml", "--at", at]).contains("33  with a license"),
        "{printed}"
    );
    let study = ["plan", "replicate", "below/s.yaml", "-n", "2", "--shards", "1", "-o", "study.jsonl"];
    done(cwd, &[&study, &action[..]].concat());
    fs::remove_dir_all(cwd.join("below")).unwrap();
    done(cwd, &["run-shard", "study.jsonl", "0"]);
}

fn to_free(imported: &Imported) -> u64 {
    let findings = imported.audit().findings;
    findings.iter().filter(|found| found.part == AuditPart::LicensesToFree).map(|found| found.count).sum()
}

/// The folders of tables that the repository has: no plan for them fails.
#[test]
fn each_export_has_a_plan_with_its_list() {
    let mut freed = 0;
    for entry in fs::read_dir(in_repository("tests/exports")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let imported = Imported::of(files_of(&path), &assume(&name), &ReadOptions::default());
        let scenario = &imported.checked.scenario;
        let asked = Asked { at: Time::START, everyone: false, permitted: Permitted::ALL };
        let found: Plan =
            plan(scenario, asked, &mut |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
        assert_eq!(found.held_for_nothing(), to_free(&imported), "{name}: plan and audit count the same");
        freed += found.steps.iter().map(|step| step.frees).sum::<u64>();
    }
    assert!(freed > 0);
}

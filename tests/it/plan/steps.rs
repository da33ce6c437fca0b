//! Plans: the cure that each case names; as few steps as do, and no more; what they promise is what a run
//! with them brings.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic;

use fleetsim::engine::queue::EventQueue;
use fleetsim::engine::simulation;
use fleetsim::fleet::{Fleet, Mode};
use fleetsim::output::prose;
use fleetsim::output::prose::plan::{Call, ClientList};
use fleetsim::output::results::plan::PlanResult;
use fleetsim::rules::permitted::Permitted;
use fleetsim::rules::remedy::Remedy;
use fleetsim::scenario;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::{Changes, Override};
use fleetsim::scenario::values::instant_text;
use fleetsim::study::plan::{Asked, Plan, Step, Typed, What, known_at, plan, with_steps};
use fleetsim::units::ids::RecordId;
use fleetsim::units::time::{Span, Time};

use crate::plan::nodes::buys_no_more_than_needed;
use crate::support::cases::{ScenarioFile, check};
use crate::support::random::scenario_of;

/// Where the clients of each step would be listed.
pub const LIST: ClientList<'static> = ClientList { file: "t-plan/plan.csv", note: "the list is in t-plan" };

/// Random scenarios planned for in a usual run of the tests.
const USUAL: u64 = 60;

pub fn planned(scenario: &Scenario, at: &str, more: fn(Asked) -> Asked) -> Plan {
    let at = instant_text(at, scenario.start).expect(at);
    let asked = more(Asked { at, everyone: false, permitted: Permitted::ALL });
    plan(scenario, asked, &mut |_, _| ControlFlow::Continue(())).expect("nobody interrupts")
}

pub fn usual(asked: Asked) -> Asked {
    asked
}

pub fn no_purchase(asked: Asked) -> Asked {
    Asked { permitted: Permitted::ALL.without_purchases(), ..asked }
}

fn everyone(asked: Asked) -> Asked {
    Asked { everyone: true, ..asked }
}

/// The steps as they are typed, without the instant.
pub fn steps(plan: &Plan) -> Vec<String> {
    let typed = plan.steps.iter().map(|step| match &step.typed {
        Typed::Action(text) => text.rsplit_once(" at ").expect("it says when").0.to_string(),
        Typed::Listed => format!("{} of the list", step.remedy.key()),
        Typed::Set(text) => text.clone(),
    });
    typed.collect()
}

pub fn plan_text(scenario: &Scenario, plan: &Plan) -> String {
    let changes = Changes::default();
    prose::plan::table(scenario, plan, Call { file: "t.yaml", changes: &changes, seed: None, list: LIST })
}

/// Each case at the first instant its header speaks of.
#[test]
fn each_case_is_cured_as_its_header_says() {
    const WAIT: &[&str] = &[];
    #[rustfmt::skip]
    let table: [(&str, &str, &[&str]); 16] = [
        ("01-package-never-completed",  "2d",     &["restart_package_server branch"]),
        ("02-retired-not-released",     "3d 4h",  WAIT), // the refresh of the night does; sooner by hand
        ("03-disposed",                 "20d",    &["retire status=disposed holding=true"]),
        ("04-retired-but-alive",        "2d 3h",  WAIT), // they come back by themselves
        ("05-agents-uninstalled",       "10d",    WAIT), // no client lacks a license
        ("06-temporary-file",           "12d",    &["licenses.combined.from=2026-01-17T00:00:00"]),
        ("07-plugin-uninstalled",       "10d",    WAIT), // no client lacks a license
        ("08-after-the-upgrade",        "9d",     &["policies dsup.enabled=true"]),
        ("09-membership-updates-dead",  "6d",     &["membership_update delta=5m complete={daily: 02:10}"]),
        ("10-package-server-stuck",     "2d 12h", WAIT), // it has just been restarted
        ("11-cloned-images",            "5d",     WAIT), // no client lacks a license
        ("12-maintenance-expired",      "50d",    WAIT), // no client lacks a license
        ("13-tasks-refused",            "36d",    WAIT), // nothing about licenses
        ("14-re-image-wave",            "9d",     &["retire status=active silent_for=3d holding=true"]),
        ("15-lapsed-over-a-weekend",    "7d 6h",  &["licenses.year_2026.from=2026-01-12T06:00:00"]),
        ("16-who-gets-the-40",          "5d 10h", &["licenses.ordered={nodes: 20, from: 2026-01-10T10:00:00}"]),
    ];
    let files = ScenarioFile::all_in("scenarios/cases");
    for (file, (stem, at, expected)) in files.iter().zip(table) {
        assert_eq!(file.stem, stem);
        let scenario = file.check().scenario;
        let plan = planned(&scenario, at, usual);
        assert_eq!(steps(&plan), expected, "{stem}");
        assert!(plan.reached.all.is_some(), "{stem}: all hold one in the end");
        hold(&scenario, &plan);
    }
}

/// A fleet whose pool is full, for tables of what is done about it.
fn full(licenses: &str, more: &str) -> Scenario {
    let text = format!(
        "fleetsim: 1\nstart: 2026-01-05\nduration: 20d\nlicenses: {licenses}\n\
         groups: {{gone: {{clients: 10}}, kiosks: {{clients: 10}}, old: {{clients: 10}}, new: {{clients: 5, enrol: 8d}}}}\n{more}\n"
    );
    check(&text, "t").scenario
}

/// License files, the rest of a scenario, what is asked, the steps.
type Row<'r> = (&'r str, String, fn(Asked) -> Asked, Vec<&'r str>);

/// Up to a dozen are named, so that clients that join the group later are left out.
const KIOSKS: &str = "delete clients=[kiosks-1, kiosks-2, kiosks-3, kiosks-4, kiosks-5, kiosks-6, kiosks-7, \
                      kiosks-8, kiosks-9, kiosks-10] agent=live";

/// As few actions as do; among equals those that lose no history; what is bought comes last.
#[test]
fn as_few_actions_as_do() {
    let never = "platform: {licensing_refresh: never}\n";
    let gone = "{at: 2d, uninstall_agent: {group: gone}}";
    let kiosks = "{at: 2d, uninstall_plugin: {group: kiosks}}";
    let disposed = |count: u32| format!("{{at: 2d, dispose: {{group: old, clients: {count}}}}}");
    let actions = |list: &[&str]| format!("actions: [{}]", list.join(", "));
    let retire = "retire status=active silent_for=7d holding=true";
    #[rustfmt::skip]
    let table: [Row; 11] = [
        // one source is enough, and the kiosks would lose their histories
        ("{base: {nodes: 30}}", actions(&[gone, kiosks]), usual, vec![retire]),
        ("{base: {nodes: 30}}", actions(&[kiosks]), usual, vec![KIOSKS]),
        // two Disposed are not enough, the ten gone are
        ("{base: {nodes: 30}}", actions(&[gone, &disposed(2)]), usual, vec![retire]),
        // of two that are enough the one without loss
        ("{base: {nodes: 30}}", actions(&[kiosks, &disposed(6)]), usual, vec!["retire status=disposed holding=true"]),
        // both are needed
        ("{base: {nodes: 30}}", actions(&["{at: 2d, uninstall_agent: {group: gone, clients: 3}}", &disposed(3)]), usual,
            vec!["retire status=disposed holding=true", retire]),
        // no refresh runs by itself
        ("{base: {nodes: 30}}", format!("{never}{}", actions(&[gone])), usual, vec![retire, "run licensing_refresh"]),
        ("{base: {nodes: 30}}", format!("{never}{}", actions(&["{at: 2d, retire: {group: old}}"])), usual,
            vec!["run licensing_refresh"]),
        // what cannot be freed is bought, and no more than that
        ("{base: {nodes: 30}}", actions(&[&disposed(2)]), usual,
            vec!["retire status=disposed holding=true", "licenses.ordered={nodes: 3, from: 2026-01-14T00:00:00}"]),
        ("{base: {nodes: 30}}", String::new(), usual, vec!["licenses.ordered={nodes: 5, from: 2026-01-14T00:00:00}"]),
        // nothing helps that may be done
        ("{base: {nodes: 30}}", String::new(), no_purchase, vec![]),
        // clients outside the install policy are counted when asked for
        ("{base: {nodes: 99}}", "policies: {plugin_install: {groups: [gone, old, kiosks]}}".into(), everyone,
            vec!["policies plugin_install.groups=all"]),
    ];
    for (licenses, more, asked, expected) in table {
        let scenario = full(licenses, &more);
        let plan = planned(&scenario, "9d", asked);
        let found = steps(&plan);
        assert_eq!(found, expected, "{licenses} {more}");
        hold(&scenario, &plan);
        for step in &plan.steps {
            assert!(step.without > plan.reached.lacking, "{more}: {step:?}");
        }
    }
}

/// Two PCs leave while the plan waits: what they give back need not be bought.
#[test]
fn nodes_that_come_back_by_themselves_are_not_bought() {
    let text = "fleetsim: 1\nstart: 2026-01-05\nduration: 30d\nlicenses: {base: {nodes: 30}}\n\
                groups: {leaving: {clients: 2, lifetime: 12d}, new: {clients: 5, enrol: 8d}, old: {clients: 28}}\n";
    let scenario = check(text, "t").scenario;
    let plan = planned(&scenario, "9d", usual);
    assert_eq!(steps(&plan), ["licenses.ordered={nodes: 3, from: 2026-01-14T00:00:00}"]);
    assert_eq!((plan.steps[0].without, plan.reached.lacking), (3, 0));
    hold(&scenario, &plan);
}

/// An imported fleet is asked about at its very start.
#[test]
fn the_start_can_be_asked_about() {
    let scenario = full("{base: {nodes: 30}}", "");
    let plan = planned(&scenario, "0d", usual);
    assert_eq!((plan.goal.should, plan.steps.len()), (30, 0));
}

/// What is typed is what was simulated: read by the command line it makes the same scenario.
#[test]
fn what_is_typed_is_what_was_simulated() {
    let mut compared = 0;
    for file in ScenarioFile::all_in("scenarios/cases") {
        let scenario = file.check().scenario;
        let middle = Time::START + Span(scenario.duration.ms() / 2);
        let at = format!("{}", middle - Time::START);
        let plan = planned(&scenario, &at, usual);
        if plan.steps.is_empty() || plan.later_actions > 0 || !plan.later_files.is_empty() {
            continue; // a run from the file would know what comes later
        }
        let mut changes = Changes::default();
        for step in &plan.steps {
            match &step.typed {
                Typed::Action(text) => changes.actions.push(text.clone()),
                Typed::Listed => panic!("no file is given here: {step:?}"),
                Typed::Set(text) => changes.sets.extend(Override::parse(text)),
            }
        }
        let read = scenario::check_with(&file.text, &file.stem, &|_| Err(String::new()), &changes);
        assert_eq!(
            read.expect("it is well typed").scenario,
            with_steps(&scenario, &plan.steps),
            "{}",
            file.stem
        );
        compared += 1;
    }
    let upgraded = "actions: [{at: 7d, upgrade: {version: 8.7, released: 2026-01-10}}]";
    #[rustfmt::skip]
    let bought = [
        ("{base: {nodes: 30}}",                                                     "8.6", ""), // SLic files add
        ("{base: {nodes: 30, aup_until: 2026-12-31}}",                              "7.6", ""), // legacy ones replace
        ("{base: {kind: subscription, nodes: 40, until: 2026-01-12}}",              "8.6", ""), // E1
        ("{base: {kind: trial, nodes: 40, until: 2026-03-12, aup_until: 2026-01-06}}", "8.6", upgraded), // M3
        ("{renewed: {nodes: 30, aup_until: 2026-01-06}, b: {nodes: 9, aup_until: 2026-01-07}}", "8.6", upgraded),
    ];
    for (licenses, version, more) in bought {
        let text = format!(
            "fleetsim: 1\nstart: 2026-01-05\nduration: 20d\nplatform: {{version: {version}}}\nlicenses: {licenses}\n\
             groups: {{old: {{clients: 30}}, new: {{clients: 5, enrol: 8d}}}}\n{more}\n"
        );
        let scenario = check(&text, "t").scenario;
        let plan = planned(&scenario, "9d", usual);
        assert!(plan.reached.all.is_some() && !plan.steps.is_empty(), "{licenses}");
        hold(&scenario, &plan);
        let sets = plan.steps.iter().filter_map(|step| match &step.typed {
            Typed::Set(text) => Override::parse(text),
            Typed::Action(_) | Typed::Listed => None,
        });
        let read = scenario::check_with(&text, "t", &|_| Err(String::new()), &Changes::of_sets(sets));
        assert_eq!(
            read.expect("it is well typed").scenario,
            with_steps(&scenario, &plan.steps),
            "{licenses}"
        );
        compared += 1;
    }
    assert!(compared >= 5);
}

/// Clients of the goal that want a license at an instant, in a plain run with the steps.
fn wanting(scenario: &Scenario, plan: &Plan, at: Time) -> u64 {
    wanting_with(scenario, plan, &plan.steps, at)
}

pub fn wanting_with(scenario: &Scenario, plan: &Plan, steps: &[Step], at: Time) -> u64 {
    let changed = with_steps(&known_at(scenario, plan.asked.at).0, steps);
    let mut queue = EventQueue::new(at);
    let mut fleet = Fleet::new(&changed, 0, Mode::default(), (), &mut queue);
    simulation::run(&mut fleet, &mut queue, |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
    let wants = |record: RecordId| plan.goal.wants(record, fleet.state(plan.goal.newest(record, &fleet)));
    plan.goal.records().filter(|(record, _)| wants(*record)).map(|(_, machines)| machines).sum()
}

/// The instant a plan promises is the first at which all hold a license in a plain run.
pub fn hold(scenario: &Scenario, plan: &Plan) {
    let Some(all) = plan.reached.all.filter(|_| plan.goal.lacking() > 0) else { return };
    assert_eq!(wanting(scenario, plan, all), 0, "all hold one at the instant promised");
    let before = Time(all.ms() - 1);
    assert!(before < plan.asked.at || wanting(scenario, plan, before) > 0, "and not before");
}

#[test]
fn what_is_promised_is_what_a_run_brings() {
    let count = std::env::var("FLEETSIM_RANDOM_SCENARIOS").map_or(USUAL, |n| n.parse().expect("a number"));
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for seed in 1..=count {
        let yaml = scenario_of(seed);
        let scenario = check(&yaml, "random").scenario;
        let third = Time::START + Span(scenario.duration.ms() * (1 + seed as i64 % 3) / 3);
        let permitted = match seed % 5 {
            0 => Permitted::ALL.without_purchases(),
            1 => Permitted::ALL.without(Remedy::RetireGone).without(Remedy::RunRefresh),
            _ => Permitted::ALL,
        };
        let asked = Asked { at: third, everyone: seed.is_multiple_of(4), permitted };
        let one = || {
            let plan =
                plan(&scenario, asked, &mut |_, _| ControlFlow::Continue(())).expect("nobody interrupts");
            hold(&scenario, &plan);
            buys_no_more_than_needed(&scenario, &plan);
            let bought = plan.steps.iter().any(|step| !matches!(step.what, What::Action(_)));
            let may_buy = permitted.allows(Remedy::AddNodes);
            assert!(may_buy || !bought, "nothing is bought that must not be");
            assert!(plan.steps.iter().all(|step| permitted.allows(step.remedy)), "only what is permitted");
            // A server that is started again rejects some, too, and they may give up.
            let starts = plan.steps.iter().any(|step| step.remedy.starts_the_server());
            assert!(starts || plan.reached.lacking <= plan.waiting.lacking, "a plan makes nothing worse");
            let all = plan.reached.all.is_some();
            assert!(all || plan.reached.lacking > 0, "who stays without a license is counted");
            match (plan.goal.lacking(), plan.steps.len(), all) {
                (0, _, _) => "all hold",
                (_, 0, true) => "wait",
                (_, _, true) => "act",
                _ => "remains",
            }
        };
        let kind = panic::catch_unwind(panic::AssertUnwindSafe(one)).unwrap_or_else(|cause| {
            eprintln!("seed {seed} fails, asked {asked:?}:\n{yaml}");
            panic::resume_unwind(cause)
        });
        *kinds.entry(kind).or_default() += 1;
    }
    assert!(kinds.get("act") > Some(&3) && kinds.get("wait") > Some(&3), "{kinds:?}");
}

/// What a plan was asked with is in the commands it prints.
#[test]
fn the_commands_repeat_what_the_caller_gave() {
    let text = "fleetsim: 1\nstart: 2026-01-05\nduration: 20d\nlicenses: {base: {nodes: 90}}\n\
                groups: {gone: {clients: 10}, new: {clients: 1, enrol: 8d}}\n";
    let set = Override::parse("licenses.base.nodes=10").expect("a pair");
    let changes = Changes { sets: vec![set], actions: vec!["uninstall_agent group=gone at 2d".into()] };
    let scenario = scenario::check_with(text, "t", &|_| Err(String::new()), &changes).unwrap().scenario;
    let plan = planned(&scenario, "9d", usual);
    let call = Call { file: "my export.yaml", changes: &changes, seed: Some(7), list: LIST };
    let text = prose::plan::table(&scenario, &plan, call);
    for part in [
        "fleetsim diagnose \"my export.yaml\" --at 2026-",
        " --seed 7 --set licenses.base.nodes=10 --action \"uninstall_agent group=gone at 2d\" --action \"retire",
        "V8   retire the records whose agent was uninstalled",
        "without it 1 of them stays without",
        "The client without a license",
    ] {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
    }
    assert!(!text.contains("fleetsim compare"), "the file as it stands is something else\n{text}");
}

#[test]
fn a_plan_is_written_for_people_and_for_programs() {
    let scenario = full(
        "{base: {nodes: 30}}",
        "actions: [{at: 2d, dispose: {group: old, clients: 2}}, {at: 12d, run: licensing_refresh}]",
    );
    let plan = planned(&scenario, "9d", usual);
    let text = plan_text(&scenario, &plan);
    for part in [
        "33 clients should hold a license",
        "1 action of the scenario after this instant",
        "V6   set Disposed records to Retired",
        "cost: 3 nodes to buy",
        "Costs 3 nodes to buy",
        "all hold one",
        "fleetsim compare t.yaml --set \"licenses.ordered={nodes: 3, from: 2026-01-14T00:00:00}\" --action \"retire",
    ] {
        assert!(text.contains(part), "`{part}` is missing in\n{text}");
    }
    let document: serde_json::Value =
        serde_json::to_value(PlanResult::new(&scenario, &plan, LIST.file)).unwrap();
    assert_eq!(document["goal"]["lack"], 5);
    assert_eq!(document["cost"]["nodes"], 3);
    assert_eq!(document["steps"][0]["option"], "--action");
    assert_eq!(document["steps"][1]["rule"], "X2");
    assert!(document["with_steps"]["all_after_s"].is_i64());
}

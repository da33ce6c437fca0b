//! A plan's steps mean exactly the records that they list: their words, applied to the customer's tables by an
//! administrator who knows nothing but the tables, choose the same GUIDs, and never a PC that is in use.

use std::collections::{BTreeMap, BTreeSet};

use fleetsim::import::{ReadOptions, scenario_text};
use fleetsim::output::tables;
use fleetsim::rules::permitted::Permitted;
use fleetsim::rules::remedy::Remedy;
use fleetsim::scenario;
use fleetsim::scenario::model::Scenario;
use fleetsim::scenario::overrides::{Changes, Override};
use fleetsim::study::plan::{Asked, Plan, Typed, column, with_steps};
use jiff::civil::DateTime;

use crate::plan::steps::{LIST, hold, planned, usual};
use crate::support::cases::check;
use crate::support::estate::{Estate, Kind, estate_of};
use crate::support::exported;
use crate::support::imported::{Files, Imported, assume};
use crate::support::random::scenario_of;

/// Estates of a usual run of the tests; `FLEETSIM_ESTATES` tries more.
const USUAL: u64 = 60;

fn seeds() -> u64 {
    std::env::var("FLEETSIM_ESTATES").ok().and_then(|n| n.parse().ok()).unwrap_or(USUAL)
}

/// A record as its tables show it.
#[derive(Debug, Clone, Default)]
struct Row {
    status: String,
    holds: bool,
    last: Option<DateTime>,
}

/// A row by the names of its columns.
type Cells = BTreeMap<String, String>;

fn rows_of(content: &[u8]) -> Vec<Cells> {
    csv::Reader::from_reader(content).deserialize().map(|row| row.expect("it is a table")).collect()
}

/// All records of the tables, by GUID.
fn tables_of(files: &Files) -> BTreeMap<String, Row> {
    let of = |name: &str| {
        let file = files.iter().find(|(file, _)| file == name);
        file.map_or(Vec::new(), |(_, content)| rows_of(content))
    };
    let date = |cell: &String| cell.replace(' ', "T").parse::<DateTime>().ok();
    let mut records: BTreeMap<String, Row> = BTreeMap::new();
    for row in of("computers.csv") {
        let record = records.entry(row["Guid"].clone()).or_default();
        record.status = row["Status"].to_lowercase();
        record.last = record.last.max(date(&row["LastConfigRequest"])).max(date(&row["LastBasicInventory"]));
    }
    for row in of("patch_inventory.csv") {
        if let Some(record) = records.get_mut(&row["ResourceGuid"]) {
            record.last = record.last.max(date(&row["LastPatchInventory"]));
        }
    }
    for row in of("license_in_use.csv") {
        records.entry(row["ResourceGuid"].clone()).or_default().holds = true;
    }
    records
}

/// `key=value` words of an action, with brackets kept together.
fn words(text: &str) -> Vec<String> {
    let mut depth = 0;
    let apart = |c: char| {
        depth += i32::from(c == '[' || c == '{') - i32::from(c == ']' || c == '}');
        depth == 0 && c == ' '
    };
    text.split(apart).map(str::to_string).collect()
}

/// The records that the words of an action choose.
fn chosen(
    text: &str,
    tables: &BTreeMap<String, Row>,
    now: DateTime,
    list: &[Cells],
) -> Option<BTreeSet<String>> {
    let words = words(text.rsplit_once(" at ").expect("it says when").0);
    if !["retire", "delete", "uninstall_agent"].contains(&words[0].as_str()) {
        return None;
    }
    let keys: BTreeMap<&str, &str> =
        words[1..].iter().map(|word| word.split_once('=').expect("key=value")).collect();
    let guid_of = |row: &Cells| row["guid"].clone();
    if let Some(clients) = keys.get("clients") {
        if let Some(names) = clients.strip_prefix('[') {
            let names: BTreeSet<&str> =
                names.trim_end_matches(']').split(", ").map(|name| name.trim_matches('"')).collect();
            return Some(
                list.iter().filter(|row| names.contains(row["client"].as_str())).map(guid_of).collect(),
            );
        }
        let column = clients.rsplit_once("column: ").expect("a column").1.trim_end_matches('}');
        assert!(clients.contains(LIST.file), "{text}");
        return Some(list.iter().filter(|row| row[column] == "yes").map(guid_of).collect());
    }
    let unusual = keys.keys().find(|key| !["status", "silent_for", "holding", "agent"].contains(*key));
    assert!(unusual.is_none(), "no fact of the tables: {text}");
    let status = keys.get("status").copied().or((words[0] == "retire").then_some("active"));
    let silent = keys.get("silent_for").map(|days| {
        let days: i64 = days.trim_end_matches('d').parse().expect("whole days");
        jiff::SignedDuration::from_hours(days * 24)
    });
    let fits = |row: &Row| {
        status.is_none_or(|status| row.status == status)
            && silent.is_none_or(|span| row.last.is_some_and(|last| now.duration_since(last) >= span))
            && (!keys.contains_key("holding") || row.holds)
    };
    Some(tables.iter().filter(|(_, row)| fits(row)).map(|(guid, _)| guid.clone()).collect())
}

/// The rows of `plan.csv`.
fn list_of(plan: &Plan, scenario: &Scenario) -> (Vec<Cells>, String) {
    let mut csv = Vec::new();
    tables::plan::write(plan, scenario, &mut csv).expect("memory takes all");
    (rows_of(&csv), String::from_utf8(csv).expect("it is UTF-8"))
}

/// Holds each step of a plan against the tables; returns the records of each that is about some.
fn replayed(
    name: &str,
    plan: &Plan,
    scenario: &Scenario,
    files: &Files,
    now: DateTime,
) -> Vec<(Remedy, BTreeSet<String>)> {
    let (list, _) = list_of(plan, scenario);
    let tables = tables_of(files);
    let mut replayed = Vec::new();
    for ((number, step), text) in (1..).zip(&plan.steps).zip(plan.texts(scenario, LIST.file)) {
        if let Typed::Set(_) = step.typed {
            continue;
        }
        let listed: BTreeSet<String> = list
            .iter()
            .filter(|row| row["step"] == number.to_string())
            .inspect(|row| assert_eq!(row[&column(number)], "yes"))
            .map(|row| row["guid"].clone())
            .collect();
        assert_eq!(listed.len() as u64, step.clients.count, "{name}: the list is complete: {text}");
        if let Some(chosen) = chosen(&text, &tables, now, &list) {
            assert_eq!(chosen, listed, "{name}: {text}");
            replayed.push((step.remedy, listed));
        }
    }
    replayed
}

/// What is typed is what was simulated, with the list in its file.
fn applied(name: &str, plan: &Plan, imported: &Imported, files: (&str, &str)) {
    let (text, clients) = files;
    let scenario = &imported.checked.scenario;
    let (_, list) = list_of(plan, scenario);
    let mut changes = Changes::default();
    for (step, text) in plan.steps.iter().zip(plan.texts(scenario, LIST.file)) {
        match step.typed {
            Typed::Set(_) => changes.sets.extend(Override::parse(&text)),
            Typed::Action(_) | Typed::Listed => changes.actions.push(text),
        }
    }
    let data = |file: &str| match file {
        "clients.csv" => Ok(clients.to_string()),
        file if file == LIST.file => Ok(list.clone()),
        other => Err(format!("{other} is not there")),
    };
    let read = scenario::check_with(text, name, &data, &changes);
    let read = read.unwrap_or_else(|faults| panic!("{name}: {faults:#?}")).scenario;
    assert_eq!(read, with_steps(scenario, &plan.steps), "{name}");
    hold(scenario, plan);
}

/// A plan for an estate at the instant of its export, and what it was made of.
fn planned_for(estate: &Estate, name: &str, more: fn(Asked) -> Asked) -> (Imported, Plan) {
    let options = ReadOptions { exported_at: Some(estate.now), ..ReadOptions::default() };
    let imported = Imported::of(estate.files.clone(), &assume(name), &options);
    let plan = planned(&imported.checked.scenario, "0d", more);
    (imported, plan)
}

#[test]
fn the_words_of_a_step_choose_its_records_and_no_pc_in_use() {
    let (mut compared, mut lists) = (0, 0);
    for seed in 0..seeds() {
        let (name, estate) = (format!("estate {seed}"), estate_of(seed));
        let truth: BTreeMap<&str, Kind> =
            estate.computers.iter().map(|computer| (computer.guid.as_str(), computer.kind)).collect();
        // All that can be freed: where nothing is bought, and where each node is bought anew.
        let (imported, plan) = planned_for(&estate, &name, usual);
        let scenario = &imported.checked.scenario;
        for (remedy, records) in replayed(&name, &plan, scenario, &estate.files, estate.now) {
            for guid in &records {
                let kind = truth[guid.as_str()];
                assert!(!kind.in_use(), "{name}: {remedy:?} is about {kind:?} {guid}");
                let is_alive = matches!(kind, Kind::RetiredAlive | Kind::DisposedAlive);
                assert_eq!(is_alive, remedy == Remedy::UninstallAgents, "{name}: {kind:?} {guid}");
            }
            compared += 1;
        }
        lists += u64::from(plan.has_list());
        let mut clients = Vec::new();
        scenario_text::write_clients(&imported.customer, &mut clients).expect("memory takes all");
        let text = scenario_text::scenario(&imported.customer, "clients.csv", &clients);
        applied(&name, &plan, &imported, (&text, &String::from_utf8(clients).expect("it is UTF-8")));
    }
    assert!(compared >= seeds() / 4 && lists > 0, "{compared} steps, {lists} lists");
}

/// Also of fleets that were simulated, exported, and imported.
#[test]
fn the_words_of_a_step_choose_its_records_in_simulated_tables() {
    let mut compared = 0;
    for seed in 1..=seeds() {
        let scenario = check(&scenario_of(seed), "random").scenario;
        let truth = exported::export(&scenario);
        let computers = truth.files.iter().find(|(name, _)| name == "computers.csv");
        if computers.is_none_or(|(_, content)| rows_of(content).is_empty()) {
            continue; // no record is left
        }
        let options = ReadOptions { exported_at: Some(truth.at), ..ReadOptions::default() };
        let name = format!("random {seed}");
        let imported = Imported::of(truth.files.clone(), &assume(&name), &options);
        let plan = planned(&imported.checked.scenario, "0d", |asked| Asked {
            permitted: Permitted::ALL.without_purchases(),
            ..asked
        });
        compared += replayed(&name, &plan, &imported.checked.scenario, &truth.files, truth.at).len();
    }
    assert!(compared > 0, "no plan frees anything");
}

//! Same scenario and seed, same bytes: with any observers, however the file is written, whatever other groups there
//! are.

use fleetsim::observe::columns::described;
use fleetsim::observe::trace::Detail;
use fleetsim::scenario::yaml::{self, Kind, Node};

use crate::support::cases::{Event, Results, ScenarioFile, check, run_silently, run_with_events};
use crate::support::in_repository;

fn quickstart() -> ScenarioFile {
    ScenarioFile::read(&in_repository("scenarios/quickstart.yaml"))
}

fn quickstart_and_rules() -> Vec<ScenarioFile> {
    let mut files = ScenarioFile::all_in("scenarios/rules");
    files.push(quickstart());
    files
}

fn results(text: &str, name: &str) -> Results {
    let scenario = check(text, name).scenario;
    Results::of(&scenario, &run_silently(&scenario))
}

#[test]
fn a_second_run_and_a_listener_change_no_byte() {
    for ScenarioFile { stem, text } in quickstart_and_rules() {
        let first = results(&text, &stem);
        assert!(results(&text, &stem) == first, "{stem}: a second run differs");
        let scenario = check(&text, &stem).scenario;
        for detail in [Detail::Changes, Detail::Everything] {
            let (outcome, _) = run_with_events(&scenario, detail);
            assert!(Results::of(&scenario, &outcome) == first, "{stem}: listening for {detail:?} differs");
        }
    }
}

#[test]
fn order_of_keys_and_layout_change_no_byte() {
    for ScenarioFile { stem, text } in quickstart_and_rules() {
        let rewritten = backwards(&yaml::parse(&text).expect("it has been checked"));
        assert!(results(&rewritten, &stem) == results(&text, &stem), "{stem} differs from\n{rewritten}");
    }
}

/// The same YAML on one line, in braces, with the keys of every mapping in reverse order.
fn backwards(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "~".into(),
        Kind::Scalar { text, quoted: true } => format!("{text:?}"),
        Kind::Scalar { text, quoted: false } => text.clone(),
        Kind::List(items) => format!("[{}]", items.iter().map(backwards).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) => {
            let entries =
                entries.iter().rev().map(|entry| format!("{}: {}", entry.key, backwards(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

#[test]
fn keys_really_come_backwards() {
    let node = yaml::parse("b: {x: 1, y: \"8.6\"}\na: [p, q]").expect("YAML");
    assert_eq!(backwards(&node), "{a: [p, q], b: {y: \"8.6\", x: 1}}");
}

/// Every second row of the fine timeline is a row of the coarse one; counts are sums of two.
#[test]
fn a_coarse_timeline_is_a_subsample_of_a_fine_one() {
    let text = quickstart().text;
    let [fine, coarse] = ["1d", "2d"]
        .map(|every| table(&results(&format!("{text}\ntimeline: {{every: {every}}}\n"), "q").timeline));
    assert_eq!(coarse.len(), fine.len().div_ceil(2));
    for (i, row) in coarse.iter().enumerate() {
        let (here, before) = (&fine[2 * i], (i > 0).then(|| &fine[2 * i - 1]));
        for (c, (column, meaning)) in described().enumerate() {
            let number = |row: &Vec<String>| row[c].parse::<u64>().expect("counts are numbers");
            let expected = match meaning.starts_with("since the row before") {
                true => (number(here) + before.map_or(0, number)).to_string(),
                false => here[c].clone(),
            };
            assert_eq!(row[c], expected, "{column} at {}", row[1]);
        }
    }
}

/// The rows of a CSV without quotes, header left out.
fn table(csv: &str) -> Vec<Vec<String>> {
    csv.lines().skip(1).map(|line| line.split(',').map(str::to_string).collect()).collect()
}

#[test]
fn another_seed_takes_another_path() {
    let mut scenario = quickstart().check().scenario;
    let fingerprint = |scenario: &_| run_silently(scenario).fingerprint.hex();
    let first = fingerprint(&scenario);
    scenario.seed += 1;
    assert_ne!(fingerprint(&scenario), first);
}

/// The new group comes first by name, so every other client gets another number.
#[test]
fn an_unrelated_group_changes_no_other_clients_events() {
    let known = "\npolicies: {plugin_install: {groups: [desktops, laptops, branch_pcs]}}\n";
    let alone = format!("{}{known}", quickstart().text);
    let kiosk =
        "aa_kiosks: {clients: 40, site: elsewhere, enrol: {uniform: [0d, 5d]}, lifetime: {exponential: 30d}}";
    let joined = alone.replacen("groups:\n", &format!("groups:\n  {kiosk}\n"), 1).replacen(
        "sites:\n",
        "sites:\n  elsewhere: {bandwidth: 1 Mbit/s}\n",
        1,
    );
    let events = |text: &str| run_with_events(&check(text, "q").scenario, Detail::Everything).1;
    let new = |event: &Event| event.client.starts_with("aa_kiosks-");
    let (mut with, without) = (events(&joined), events(&alone));
    let all = with.len();
    with.retain(|event| !new(event));
    assert!(with.len() + 40 < all, "the new group lives: {} of {all} events are its own", all - with.len());
    let first = with.iter().zip(&without).find(|(one, other)| one != other);
    assert_eq!(first, None, "(with the group, without it)");
    assert_eq!(with.len(), without.len());
}

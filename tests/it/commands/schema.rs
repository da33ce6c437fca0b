//! The JSON Schema: the whole language, its assumptions marked, and never stricter than the program.

use std::collections::BTreeSet;

use fleetsim::scenario::schema::{json_of, schema};
use fleetsim::scenario::yaml::{self, Kind, Node};
use fleetsim::scenario::{self, Checked};
use serde_json::Value;

use crate::support::cases::ScenarioFile;
use crate::support::{in_repository, read};

fn reference() -> String {
    read(&in_repository("scenarios/reference.yaml"))
}

fn check(text: &str) -> Option<Checked> {
    scenario::check(text, "reference", &|_| Err("no files here".into())).ok()
}

/// The part of the schema for a pattern such as `groups.*.clients` or `actions[*].at`.
fn part<'s>(schema: &'s Value, pattern: &str) -> Option<&'s Value> {
    let steps = pattern.replace("[*]", ".[*]");
    steps.split('.').try_fold(schema, |schema, step| match step {
        "*" => schema.get("additionalProperties"),
        "[*]" => schema.get("items"),
        key => schema.get("properties")?.get(key),
    })
}

fn validator(schema: &Value) -> jsonschema::Validator {
    jsonschema::draft202012::meta::validate(schema).expect("the schema is one");
    jsonschema::draft202012::new(schema).expect("the schema can be used")
}

fn faults(validator: &jsonschema::Validator, text: &str) -> Vec<String> {
    let json = json_of(&yaml::parse(text).expect("it is YAML"));
    validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path)).collect()
}

#[test]
fn every_key_of_the_language_is_in_it_with_a_sentence() {
    let schema = schema();
    for key in check(&reference()).unwrap().keys {
        let part = part(&schema, &key).unwrap_or_else(|| panic!("`{key}` is missing"));
        let sentence = part["description"].as_str().unwrap_or_default();
        assert!(sentence.ends_with('.'), "`{key}` has no sentence: {sentence}");
    }
}

#[test]
fn every_assumption_of_the_reference_is_marked_and_nothing_else() {
    let text = reference();
    let mut assumed = Vec::new();
    assumptions(&yaml::parse(&text).unwrap(), "", &check(&text).unwrap().keys, &text, &mut assumed);
    let schema = schema();
    for key in check(&text).unwrap().keys {
        let is_marked = part(&schema, &key).unwrap()["x-assumption"] == true;
        assert_eq!(is_marked, assumed.contains(&key), "{key}");
    }
    let lines = text.lines().filter(|line| !line.starts_with('#') && line.contains("(assumption)"));
    assert_eq!(assumed.len(), lines.count(), "every line with the mark belongs to a key: {assumed:?}");
}

/// Patterns of the keys whose line in the reference says "(assumption)".
fn assumptions(node: &Node, at: &str, keys: &BTreeSet<String>, text: &str, assumed: &mut Vec<String>) {
    match &node.kind {
        Kind::List(items) => {
            items.iter().for_each(|item| assumptions(item, &format!("{at}[*]"), keys, text, assumed));
        }
        Kind::Map(entries) => {
            for entry in entries {
                let key = if at.is_empty() { entry.key.clone() } else { format!("{at}.{}", entry.key) };
                let is_named = keys.iter().any(|known| known.starts_with(&format!("{at}.*.")));
                let key = if is_named { format!("{at}.*") } else { key };
                let line = text.lines().nth(entry.key_at.line as usize - 1).unwrap();
                if keys.contains(&key) && line.contains("(assumption)") {
                    assumed.push(key.clone());
                }
                assumptions(&entry.value, &key, keys, text, assumed);
            }
        }
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

#[test]
fn all_scenarios_conform_to_it() {
    let validator = validator(&schema());
    for file in ScenarioFile::all_in("scenarios") {
        let faults = faults(&validator, &file.text);
        assert!(faults.is_empty(), "{}: {faults:#?}", file.stem);
    }
}

/// What an editor offers, it does not underline; and it has something to offer for every value.
#[test]
fn defaults_and_examples_conform_to_their_own_keys() {
    let schema = schema();
    let mut offered = 0;
    for key in check(&reference()).unwrap().keys {
        let part = part(&schema, &key).unwrap();
        let mut alone = part.clone();
        alone["$defs"] = schema["$defs"].clone();
        let validator = jsonschema::draft202012::new(&alone).unwrap();
        let examples = part["examples"].as_array().into_iter().flatten();
        let values: Vec<&Value> = part.get("default").into_iter().chain(examples).collect();
        for value in &values {
            assert!(validator.is_valid(value), "{key}: {value}");
        }
        let has_keys =
            ["properties", "additionalProperties", "items"].iter().any(|kind| part.get(kind).is_some());
        // Actions that do as another key change it: there is no default of their own.
        assert!(!values.is_empty() || has_keys || key.starts_with("actions[*]."), "{key} offers nothing");
        offered += values.len();
    }
    assert!(offered > 100, "{offered}");
    let poisson = &part(&schema, "groups.*.enrol").unwrap()["examples"][0];
    assert_eq!(poisson, &serde_json::json!({"poisson": "10/d"}));
}

#[test]
fn it_finds_what_an_editor_should_underline() {
    let validator = validator(&schema());
    let good = "{fleetsim: 1, duration: 1d, groups: {pcs: {clients: 1}}, licenses: {base: {nodes: 1}}}";
    assert_eq!(faults(&validator, good), Vec::<String>::new());
    for (good_part, bad_part, says) in [
        ("fleetsim: 1, ", "", "\"fleetsim\" is a required property"),
        ("duration: 1d", "duratoin: 1d", "'duratoin' was unexpected"),
        ("clients: 1", "clients: 1, stie: hq", "'stie' was unexpected"),
        ("nodes: 1", "kind: perpetual", "\"nodes\" is a required property"),
        ("nodes: 1", "nodes: 1, kind: eternal", "\"eternal\" is not one of"),
        ("clients: 1", "clients: 1, enrol: true", "true is not valid"),
        ("clients: 1", "clients: 1, lifetime: {poison: 4h}", "is not valid"),
        ("pcs:", "\"?\":", "does not match"),
        ("duration: 1d", "duration: 1d, platform: {version: 8.4}", "8.4 is not valid"),
        ("duration: 1d", "duration: 1d, policies: {dsup: {enabled: maybe}}", "is not of type \"boolean\""),
    ] {
        let found = faults(&validator, &good.replace(good_part, bad_part));
        assert!(found.iter().any(|fault| fault.contains(says)), "{bad_part}: {found:#?}");
    }
}

/// Put in place of every value of the reference, one after the other.
const PROBES: [&str; 24] = [
    "7",
    "0",
    "0.5",
    "4h",
    "-1m",
    "30d",
    "never",
    "immediate",
    "random",
    "unlimited",
    "all",
    "default",
    "text",
    "40 MB",
    "8 Mbit/s",
    "\"03:00\"",
    "2026-01-20",
    "2026-01-20T08:00",
    "{daily: \"03:00\"}",
    "{every: 4h, offset: 1h}",
    "{uniform: [1m, 2m]}",
    "{poisson: 10/d}",
    "[1d, 2d]",
    "[desktops]",
];

#[test]
fn it_refuses_nothing_that_the_program_accepts() {
    let validator = validator(&schema());
    let text = reference();
    let lines: Vec<&str> = text.lines().collect();
    let (mut tried, mut accepted) = (0, 0);
    for (number, line) in lines.iter().enumerate() {
        let Some((key, _)) = line.split_once(" # ").and_then(|(head, _)| head.split_once(": ")) else {
            continue;
        };
        for probe in PROBES {
            let probed = format!("{key}: {probe}");
            let changed: Vec<&str> =
                lines.iter().enumerate().map(|(n, line)| if n == number { &*probed } else { line }).collect();
            let changed = changed.join("\n");
            tried += 1;
            if check(&changed).is_some() {
                accepted += 1;
                let faults = faults(&validator, &changed);
                assert!(faults.is_empty(), "line {}: `{probed}`: {faults:#?}", number + 1);
            }
        }
    }
    assert!(tried > 1_000 && accepted > 150, "{accepted} of {tried}");
}

//! The scenario language as a JSON Schema (draft 2020-12), for editors that complete and check while
//! one types.
//!
//! Nothing is written down twice: which keys there are is the reader's record of reading
//! `scenarios/reference.yaml`, and what they take, their defaults and their descriptions are the values
//! and comments of that file (`forms` reads them). The schema is more permissive than the program:
//! it refuses nothing that the program accepts, and `check` finds what it lets through.

mod forms;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::scenario::yaml::{self, Entry, Kind, Node};

/// Every key with its default and a sentence.
const REFERENCE: &str = include_str!("../../scenarios/reference.yaml");

/// How the reference marks what the vendor does not state.
const ASSUMPTION: &str = "(assumption)";

/// The schema of scenario files.
///
/// # Panics
/// When the embedded reference is no scenario; a test reads it.
pub fn schema() -> Value {
    let checked = crate::scenario::check(REFERENCE, "reference", &|_| Err("no files".into()));
    let language = Language::of(REFERENCE, checked.expect("the reference is a scenario").keys);
    let mut schema = language.section("");
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("title".into(), json!("fleetsim scenario"));
    schema.insert("type".into(), json!("object"));
    schema.insert("$defs".into(), forms::definitions());
    Value::Object(schema)
}

/// A key as the reference shows it.
struct Shown {
    comment: String,
    value: Node,
}

/// The keys of the language, by pattern (`*` stands for a name of the author's), and how they are shown.
struct Language {
    keys: BTreeSet<String>,
    /// Every place where the reference shows a key; the first one tells most.
    shown: BTreeMap<String, Vec<Shown>>,
}

impl Language {
    fn of(reference: &str, keys: BTreeSet<String>) -> Language {
        let root = yaml::parse(reference).expect("the reference is YAML");
        let mut language = Language { keys, shown: BTreeMap::new() };
        language.collect(&root, "", &reference.lines().collect::<Vec<_>>());
        language
    }

    fn collect(&mut self, node: &Node, pattern: &str, lines: &[&str]) {
        match &node.kind {
            Kind::List(items) => {
                items.iter().for_each(|item| self.collect(item, &format!("{pattern}[*]"), lines));
            }
            Kind::Map(entries) if self.is_named(pattern) => {
                entries.iter().for_each(|entry| self.collect(&entry.value, &format!("{pattern}.*"), lines));
            }
            Kind::Map(entries) => entries.iter().for_each(|entry| self.collect_key(entry, pattern, lines)),
            Kind::Null | Kind::Scalar { .. } => {}
        }
    }

    fn collect_key(&mut self, entry: &Entry, parent: &str, lines: &[&str]) {
        let pattern = below(parent, &entry.key);
        if !self.keys.contains(&pattern) {
            return; // part of a value: a distribution, a schedule
        }
        let line = lines.get(entry.key_at.line as usize - 1).copied().unwrap_or_default();
        let comment = line.split_once(" # ").map_or("", |(_, comment)| comment).to_string();
        let shown = Shown { comment, value: entry.value.clone() };
        self.shown.entry(pattern.clone()).or_default().push(shown);
        self.collect(&entry.value, &pattern, lines);
    }

    fn has_below(&self, prefix: &str) -> bool {
        self.keys.iter().any(|key| key.starts_with(prefix))
    }

    /// Are the keys below names of the author's choice?
    fn is_named(&self, pattern: &str) -> bool {
        self.has_below(&format!("{pattern}.*."))
    }

    /// What may stand at a pattern.
    fn node(&self, pattern: &str) -> Value {
        let Some(shown) = self.shown.get(pattern).and_then(|all| all.first()) else { return json!({}) };
        let mut schema = if let Some(other) = self.same_as(pattern, &shown.comment) {
            self.with_own_keys(pattern, without_defaults(object(self.node(&other))))
        } else if self.is_named(pattern) {
            let each = self.section(&format!("{pattern}.*"));
            let names = json!({"$ref": "#/$defs/name"});
            object(json!({"type": ["object", "null"], "propertyNames": names, "additionalProperties": each}))
        } else if self.has_below(&format!("{pattern}[*].")) {
            object(json!({"type": ["array", "null"], "items": self.section(&format!("{pattern}[*]"))}))
        } else if self.has_below(&format!("{pattern}.")) {
            let mut section = self.section(pattern);
            if shown.comment.contains("these keys") {
                let array = shown.comment.contains("list").then_some("array");
                let types = ["object", "null", "string", "number"].into_iter().chain(array);
                section.insert("type".into(), json!(types.collect::<Vec<_>>()));
            }
            section
        } else {
            let words = |word: &str| !self.keys.iter().any(|key| last_of(key) == word);
            self.leaf(pattern, object(forms::of(pattern, &shown.comment, &json_of(&shown.value), words)))
        };
        schema.insert("description".into(), json!(shown.comment));
        if self.shown[pattern].iter().any(|shown| shown.comment.contains(ASSUMPTION)) {
            schema.insert("x-assumption".into(), json!(true));
        }
        Value::Object(schema)
    }

    /// Keys below a pattern that the key which takes the same does not have.
    fn with_own_keys(&self, pattern: &str, mut schema: Map<String, Value>) -> Map<String, Value> {
        let own = self.keys.iter().filter(|key| **key == below(pattern, last_of(key)));
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            for key in own {
                properties.entry(last_of(key)).or_insert_with(|| self.node(key));
            }
        }
        schema
    }

    /// The key that takes the same, where the comment says "as under `platform`".
    fn same_as(&self, pattern: &str, comment: &str) -> Option<String> {
        let (_, rest) = comment.split_once("as under `")?;
        let (section, _) = rest.split_once('`')?;
        let key = last_of(pattern);
        let candidates = [section.to_string(), below(section, key)];
        candidates
            .into_iter()
            .find(|other| last_of(other) == key && self.keys.contains(other) && other != pattern)
    }

    /// Adds the value the reference shows: what happens without the key, or else an example.
    fn leaf(&self, pattern: &str, mut schema: Map<String, Value>) -> Map<String, Value> {
        let Shown { comment, value } = &self.shown[pattern][0];
        let is_example =
            comment.starts_with("Mandatory") || comment.contains("default:") || pattern.contains("[*]");
        let mut examples = Vec::new();
        match is_example {
            true => examples.push(json_of(value)),
            false => drop(schema.insert("default".into(), json_of(value))),
        }
        examples.extend(examples_in(comment));
        if !examples.is_empty() {
            schema.insert("examples".into(), json!(examples));
        }
        schema
    }

    /// A mapping with the keys below a pattern, and no others.
    fn section(&self, pattern: &str) -> Map<String, Value> {
        let key = |full: &String| -> Option<String> {
            let key = last_of(full);
            (*full == below(pattern, key)).then(|| key.to_string())
        };
        let keys: Vec<String> = self.keys.iter().filter_map(key).collect();
        let is_mandatory = |key: &&String| {
            let shown = self.shown.get(&below(pattern, key)).and_then(|all| all.first());
            shown.is_some_and(|shown| shown.comment.starts_with("Mandatory:"))
        };
        let mandatory: Vec<&String> = keys.iter().filter(is_mandatory).collect();
        let properties: Map<String, Value> =
            keys.iter().map(|key| (key.clone(), self.node(&below(pattern, key)))).collect();
        // Where nothing is mandatory a key with nothing below it is an empty mapping.
        let kind = if mandatory.is_empty() { json!(["object", "null"]) } else { json!("object") };
        let mut section = object(json!({"type": kind, "additionalProperties": false}));
        if !mandatory.is_empty() {
            section.insert("required".into(), json!(mandatory));
        }
        section.insert("properties".into(), Value::Object(properties));
        section
    }
}

/// What stands in braces in a sentence is a value as it is typed: `{poisson: 10/d}`.
fn examples_in(sentence: &str) -> Vec<Value> {
    let (mut found, mut rest) = (Vec::new(), sentence);
    while let Some(start) = rest.find('{') {
        let mut depth = 0;
        let end = rest[start..].find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0
        });
        let Some(end) = end else { break };
        let (value, after) = rest[start..].split_at(end + 1);
        found.extend(yaml::parse(value).ok().map(|node| json_of(&node)));
        rest = after;
    }
    found
}

/// A key that does as another one has no defaults of its own: what is not given stays as it is.
fn without_defaults(mut schema: Map<String, Value>) -> Map<String, Value> {
    schema.remove("default");
    schema.remove("x-assumption");
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.values_mut().for_each(strip);
    }
    ["additionalProperties", "items"]
        .into_iter()
        .for_each(|key| schema.get_mut(key).into_iter().for_each(strip));
    schema
}

fn strip(schema: &mut Value) {
    if let Value::Object(map) = schema {
        *map = without_defaults(std::mem::take(map));
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => unreachable!("{other} is no object"),
    }
}

/// The pattern of a key of a section.
fn below(pattern: &str, key: &str) -> String {
    if pattern.is_empty() { key.to_string() } else { format!("{pattern}.{key}") }
}

fn last_of(pattern: &str) -> &str {
    pattern.rsplit('.').next().unwrap_or(pattern)
}

/// A node as an editor hands it to a schema: scalars without quotes are what YAML 1.2 takes them for.
pub fn json_of(node: &Node) -> Value {
    match &node.kind {
        Kind::Null => Value::Null,
        Kind::List(items) => items.iter().map(json_of).collect(),
        Kind::Map(entries) => {
            let pairs = entries.iter().map(|entry| (entry.key.clone(), json_of(&entry.value)));
            Value::Object(pairs.collect())
        }
        Kind::Scalar { text, quoted: true } => json!(text),
        Kind::Scalar { text, quoted: false } => match serde_json::from_str(text) {
            Ok(Value::Number(number)) => Value::Number(number),
            Ok(Value::Bool(switch)) => Value::Bool(switch),
            _ => json!(text),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_does_as_another_one_takes_the_same() {
        let reference = "platform: # The server.\n  rhythm: {every: 1h} # Its rhythm.\n\
                         actions: # Deeds.\n  - rhythm: {every: 2h} # From now on; as under `platform`.\n";
        let keys = ["platform", "platform.rhythm", "platform.rhythm.every", "actions", "actions[*].rhythm"];
        let language = Language::of(reference, keys.map(str::to_string).into());
        let every = |schema: &Value| schema["properties"]["every"].clone();
        let (there, here) = (language.node("platform.rhythm"), language.node("actions[*].rhythm"));
        assert_eq!((&here["type"], &here["additionalProperties"]), (&there["type"], &json!(false)));
        assert_eq!((&every(&there)["default"], every(&here).get("default")), (&json!("1h"), None));
        assert_eq!(here["description"], "From now on; as under `platform`.");
    }
}

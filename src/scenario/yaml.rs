//! YAML text → a tree of nodes that know their place. The only module that touches the YAML crate.
//!
//! The tree keeps every scalar as it was typed (`4:30`, `1e400`, `no`), so that a message can show
//! the reader's own words and no YAML dialect silently changes a value. What the text *means* is
//! decided by [`crate::scenario::reader`] and its callers.

mod parse_faults;

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_yaml::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy, Spanned};

use crate::scenario::fault::{Fault, Place};
use parse_faults::fault_of;

/// A scenario larger than this is refused before it is parsed.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

const MAX_DEPTH: usize = 32;

const MAX_NODES: usize = 200_000;

/// Bytes of a key: the path of everything below it holds it.
const MAX_KEY: usize = 1_000;

/// A value of the file, with the place where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value begins.
    pub at: Place,
    /// What the text holds there.
    pub kind: Kind,
}

/// What stands there, uninterpreted.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing after the colon, `~` or `null`.
    Null,
    /// A scalar as typed, without quotes. `quoted` tells `"8.6"` from `8.6`.
    Scalar {
        /// The characters as typed; type and unit are found out by its reader.
        text: String,
        /// In quotes, so always a text.
        quoted: bool,
    },
    /// Items in the order of the file.
    List(Vec<Node>),
    /// Entries in the order of the file; a key given twice is in it twice.
    Map(Vec<Entry>),
}

/// One `key: value` of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// As typed, without quotes.
    pub key: String,
    /// Where the key stands.
    pub key_at: Place,
    /// What stands after the colon.
    pub value: Node,
}

impl Node {
    /// The kind in words, for messages.
    pub fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "nothing".into(),
            Kind::Scalar { text, .. } => format!("`{text}`"),
            Kind::List(items) => format!("a list of {}", items.len()),
            Kind::Map(entries) if entries.is_empty() => "an empty mapping".into(),
            Kind::Map(entries) => {
                let keys: Vec<String> = entries.iter().take(4).map(|e| format!("`{}`", e.key)).collect();
                let more = if entries.len() > keys.len() { ", ..." } else { "" };
                format!("a mapping with {}{more}", keys.join(", "))
            }
        }
    }

    /// The entries of a mapping; of anything else none.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a key of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Is it this text, with or without quotes?
    pub fn is_text(&self, wanted: &str) -> bool {
        matches!(&self.kind, Kind::Scalar { text, .. } if text == wanted)
    }

    /// Are both the same but for places and quotes? Neither has a meaning.
    pub fn says_the_same(&self, other: &Node) -> bool {
        match (&self.kind, &other.kind) {
            (Kind::Null, Kind::Null) => true,
            (Kind::Scalar { text: one, .. }, Kind::Scalar { text: other, .. }) => one == other,
            (Kind::List(one), Kind::List(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.says_the_same(other))
            }
            (Kind::Map(one), Kind::Map(other)) => {
                let same = |(one, other): (&Entry, &Entry)| {
                    one.key == other.key && one.value.says_the_same(&other.value)
                };
                one.len() == other.len() && one.iter().zip(other).all(same)
            }
            _ => false,
        }
    }
}

/// Parses `text` into its one document.
///
/// # Errors
/// A single fault when the text is not YAML, holds more than one document, or exceeds the limits
/// against hostile input (size, depth, number of nodes, aliases).
pub fn parse(text: &str) -> Result<Node, Fault> {
    if text.len() > MAX_BYTES {
        return Err(Fault::file(format!(
            "the file has {} bytes, more than the {MAX_BYTES} a scenario may have",
            text.len()
        )));
    }
    let raw: Raw =
        serde_yaml::from_str_with_options(text, options()).map_err(|error| refused(&error, text))?;
    let mut node = raw.0;
    if let Some(entry) = too_long_key(&node) {
        let problem = format!("a key of {} bytes, more than the {MAX_KEY} it may have", entry.key.len());
        return Err(Fault::at(entry.key_at, problem).help("give a short name"));
    }
    restore_typed_text(&mut node, text);
    match &node.kind {
        Kind::Null => Err(Fault::file("the scenario is empty".into())
            .help("the smallest valid one: `fleetsim: 1`, `duration: 30d`, `licenses: {base: {nodes: 8}}`, `groups: {pcs: {clients: 10}}`")),
        _ => Ok(node),
    }
}

/// A value as a tree; its places lie outside of the file.
pub(super) fn value(text: &str) -> Result<Node, String> {
    let not_yaml = |fault: Fault| format!("the value is not YAML: {}", fault.problem);
    let parsed = parse(&format!("value: {text}\n")).map_err(not_yaml)?;
    let Kind::Map(mut entries) = parsed.kind else { unreachable!("it is a mapping of one key") };
    if entries.len() != 1 {
        return Err("one value is expected".into());
    }
    let mut value = entries.remove(0).value;
    move_out_of_the_file(&mut value);
    Ok(value)
}

fn move_out_of_the_file(node: &mut Node) {
    node.at = Place::FILE;
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(move_out_of_the_file),
        Kind::Map(entries) => entries.iter_mut().for_each(|entry| {
            entry.key_at = Place::FILE;
            move_out_of_the_file(&mut entry.value);
        }),
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

fn too_long_key(node: &Node) -> Option<&Entry> {
    match &node.kind {
        Kind::List(items) => items.iter().find_map(too_long_key),
        Kind::Map(entries) => entries.iter().find_map(|entry| match entry.key.len() > MAX_KEY {
            true => Some(entry),
            false => too_long_key(&entry.value),
        }),
        Kind::Null | Kind::Scalar { .. } => None,
    }
}

fn refused(error: &serde_yaml::Error, text: &str) -> Fault {
    let place = error.location().map_or(Place::FILE, |at| Place::of(at.line(), at.column(), 1));
    fault_of(error.without_snippet().render(), place, text)
}

fn options() -> serde_yaml::Options {
    let mut options = serde_yaml::Options::default();
    let mut budget = serde_yaml::Budget::default();
    budget.max_depth = MAX_DEPTH;
    budget.flow_nesting_limit = MAX_DEPTH;
    budget.max_nodes = MAX_NODES;
    budget.max_events = 2 * MAX_NODES;
    budget.max_aliases = 1_000;
    budget.max_documents = 2;
    options.budget = Some(budget);
    options.alias_limits.max_total_replayed_events = MAX_NODES;
    // Both places of a key given twice are reported by the reader, which sees the whole file.
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.merge_keys = MergeKeyPolicy::Error;
    options.non_finite_float_policy = NonFiniteFloatPolicy::PassThrough;
    options.reject_unsupported_tags = true;
    options.strict_booleans = true;
    options.with_snippet = false;
    options
}

/// A node as it comes out of serde; scalars that YAML reads as numbers have lost their spelling.
struct Raw(Node);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned: Spanned<RawKind> = Spanned::deserialize(deserializer)?;
        Ok(Raw(Node { at: place_of(&spanned), kind: spanned.value.0 }))
    }
}

fn place_of<T>(spanned: &Spanned<T>) -> Place {
    let defined = spanned.defined;
    let used = spanned.referenced;
    let bytes = match (defined.span().byte_offset(), defined.span().byte_len()) {
        (Some(offset), Some(len)) => Some((offset as usize, len as usize)),
        _ => None,
    };
    Place { bytes, ..Place::of(used.line(), used.column(), used.span().len()) }
}

struct RawKind(Kind);

impl<'de> Deserialize<'de> for RawKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor).map(RawKind)
    }
}

struct KindVisitor;

/// A scalar whose spelling `restore_typed_text` puts back from the source.
fn respelled(text: String) -> Kind {
    Kind::Scalar { text, quoted: false }
}

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(respelled(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let mut list = Vec::new();
        while let Some(Raw(node)) = items.next_element()? {
            list.push(node);
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some(key) = map.next_key::<Spanned<String>>()? {
            let key_at = place_of(&key);
            let Raw(value) = map.next_value()?;
            entries.push(Entry { key: key.value, key_at, value });
        }
        Ok(Kind::Map(entries))
    }
}

/// Puts the author's spelling of every scalar back, and notes whether it was quoted.
fn restore_typed_text(node: &mut Node, source: &str) {
    match &mut node.kind {
        Kind::Null => {}
        Kind::List(items) => items.iter_mut().for_each(|item| restore_typed_text(item, source)),
        Kind::Map(entries) => entries.iter_mut().for_each(|e| restore_typed_text(&mut e.value, source)),
        Kind::Scalar { text, quoted } => {
            let Some((offset, len)) = node.at.bytes else { return };
            let Some(typed) = source.get(offset..offset + len) else { return };
            match typed.as_bytes().first() {
                Some(b'"' | b'\'' | b'|' | b'>') => *quoted = true,
                _ if !typed.contains('\n') => *text = typed.trim_end().to_string(),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalar(text: &str) -> (String, bool) {
        let node = parse(&format!("k: {text}\n")).unwrap();
        let Kind::Map(entries) = node.kind else { panic!("a mapping") };
        match entries[0].value.kind.clone() {
            Kind::Scalar { text, quoted } => (text, quoted),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn scalars_keep_the_spelling_of_the_file() {
        for typed in
            ["4:30", "1e400", "007", "no", "1.50", "99999999999999999999", ".inf", "2026-01-05T00:00", "0x1F"]
        {
            assert_eq!(scalar(typed), (typed.to_string(), false));
        }
        assert_eq!(scalar("\"8.6\""), ("8.6".to_string(), true));
        assert_eq!(scalar("'x'  # comment"), ("x".to_string(), true));
    }

    #[test]
    fn hostile_or_broken_text_is_one_fault_with_a_place() {
        for (text, line, says) in [
            ("a:\n\tb: 1\n", 2, "tab"),
            ("a: 1\n---\nb: 2\n", 3, "second document"),
            ("a: &x [*x]\n", 1, "refers to the value it stands in"),
            ("a: 'x\nb: 3\n", 1, "quote that opens here"),
            ("a: 1\nb: {c: [1, 2], d: 3\ne: 4\n", 2, "`{` that opens here"),
            ("a: 1\rb: {c: [1, 2], d: 3\re: 4\r", 2, "`{` that opens here"),
            ("a: !!python/object {}\n", 1, "tag"),
            ("a: &b {c: 1}\nd:\n  <<: *b\n", 3, "merge"),
            ("", 0, "empty"),
            ("# only a comment\n", 0, "empty"),
        ] {
            let fault = parse(text).expect_err(text);
            assert_eq!(fault.place.line, line, "{text:?}: {fault:?}");
            assert!(fault.problem.contains(says), "{text:?}: {fault:?}");
        }
    }

    #[test]
    fn bombs_are_refused() {
        let deep = format!("a: {}1{}\n", "[".repeat(5_000), "]".repeat(5_000));
        assert!(parse(&deep).is_err());
        let mut laughs = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for i in 1..10 {
            let alias = format!("*a{}", i - 1);
            laughs += &format!("a{i}: &a{i} [{}]\n", vec![alias; 9].join(", "));
        }
        assert!(parse(&laughs).is_err());
    }
}

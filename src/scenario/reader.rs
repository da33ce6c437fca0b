//! Reads typed values out of the YAML tree and collects every fault on the way.
//!
//! A [`Section`] is one mapping of the file. Each key is asked for by name, with the function that
//! understands its value; whatever was not asked for is an unknown key and therefore a fault, so
//! nothing can be accepted and then ignored. The keys asked for are recorded: they *are* the
//! language, and `scenarios/reference.yaml` is tested against that record.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::civil::DateTime;

use crate::scenario::fault::{Fault, Guesses, Place};
use crate::scenario::yaml::{Entry, Kind, Node};

/// Result of understanding one value; the reader adds the key path.
pub type Read<T> = Result<T, Fault>;

/// Hands over the text of a file named in the scenario, or says why not.
pub type FileSource<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// What all sections share: the faults, the keys asked for, and what values are relative to.
pub struct Reader<'a> {
    /// Server local time of the start, to which dates are relative.
    pub start: DateTime,
    /// Gives the text of files that the scenario names.
    pub files: FileSource<'a>,
    faults: RefCell<Vec<Fault>>,
    warnings: RefCell<Vec<Fault>>,
    keys: RefCell<BTreeSet<String>>,
    unknown: RefCell<Vec<(Fault, String)>>,
    /// Guesses at the known names behind unknown ones.
    pub guesses: Guesses,
}

/// Where keys that are understood outside sections belong.
const INNER: [(&str, &str); 14] = [
    ("agent", "actions[*].retire"),
    ("daily", "platform.licensing_refresh"),
    ("dates", "groups.*.enrol"),
    ("group", "actions[*].retire"),
    ("holding", "actions[*].retire"),
    ("holidays", "groups.*.online"),
    ("keys", "actions[*].reimage"),
    ("poisson", "groups.*.enrol"),
    ("present", "groups.*.online"),
    ("rate", "groups.*.enrol.poisson"),
    ("sha256", "groups.*.clients"),
    ("silent_for", "actions[*].retire"),
    ("status", "actions[*].retire"),
    ("weekdays", "groups.*.online"),
];

/// What reading found, apart from the values.
pub struct Findings {
    /// In the order of the file, each once; with any of them there is no scenario.
    pub faults: Vec<Fault>,
    /// In the order in which they were found.
    pub warnings: Vec<Fault>,
    /// Patterns of every key asked for, with `*` for names chosen by the user.
    pub keys: BTreeSet<String>,
}

impl<'a> Reader<'a> {
    /// A reader that has found nothing yet.
    pub fn new(start: DateTime, files: FileSource<'a>) -> Self {
        Reader {
            start,
            files,
            faults: RefCell::default(),
            warnings: RefCell::default(),
            keys: RefCell::default(),
            unknown: RefCell::default(),
            guesses: Guesses::default(),
        }
    }

    /// Has any fault been found so far?
    pub fn has_faults(&self) -> bool {
        !self.faults.borrow().is_empty()
    }

    /// Records a fault, whose path is complete.
    pub fn fault(&self, fault: Fault) {
        self.faults.borrow_mut().push(fault);
    }

    /// Records a finding that does not stop a run.
    pub fn warn(&self, fault: Fault) {
        self.warnings.borrow_mut().push(fault);
    }

    /// Ends reading: unknown keys get their hints, faults come in the order of the file.
    /// `language` gives every key there is; it is asked only when a key needs a hint.
    pub fn finish(self, language: impl FnOnce() -> BTreeSet<String>) -> Findings {
        let keys = self.keys.into_inner();
        let mut faults = self.faults.into_inner();
        let unknown = self.unknown.into_inner();
        let language = if unknown.is_empty() { BTreeSet::new() } else { language() };
        for (fault, key) in unknown {
            faults.push(with_hint_where_it_belongs(fault, &key, &language));
        }
        faults.sort_by_key(|fault| fault.place); // stable: of one place in the order in which they were found
        Findings { faults: each_once(faults), warnings: self.warnings.into_inner(), keys }
    }
}

/// Without those that are found twice.
fn each_once(faults: Vec<Fault>) -> Vec<Fault> {
    let of = |index: usize| {
        let fault: &Fault = &faults[index];
        (fault.place, &fault.path, &fault.problem)
    };
    let mut order: Vec<usize> = (0..faults.len()).collect();
    order.sort_by(|one, other| of(*one).cmp(&of(*other)));
    let mut again = vec![false; faults.len()];
    for pair in order.windows(2).filter(|pair| of(pair[0]) == of(pair[1])) {
        again[pair[1]] = true;
    }
    faults.into_iter().zip(again).filter(|(_, again)| !again).map(|(fault, _)| fault).collect()
}

/// A key that is unknown here but known elsewhere belongs there.
fn with_hint_where_it_belongs(fault: Fault, key: &str, language: &BTreeSet<String>) -> Fault {
    if fault.help.is_some() {
        return fault;
    }
    if language.contains(key) {
        return fault.help(format!("`{key}` belongs at the top level"));
    }
    let below = |known: &'_ String| known.strip_suffix(key)?.strip_suffix('.').map(str::to_string);
    let inner = INNER.iter().filter(|(name, _)| *name == key).map(|(_, home)| home.to_string());
    let mut homes: Vec<String> = language.iter().filter_map(below).chain(inner).collect();
    homes.sort_by_key(|home| home.starts_with("actions")); // most often the first is the intended one
    homes = homes.iter().map(|home| format!("`{}`", in_words(home))).collect();
    match homes.as_slice() {
        [] => fault.help("no key is called that; scenarios/reference.yaml lists them all"),
        [home] => fault.help(format!("`{key}` belongs under {home}")),
        [first @ .., last] => fault.help(format!("`{key}` belongs under {} or {last}", first.join(", "))),
    }
}

/// The pattern of a section as the author would write it.
fn in_words(pattern: &str) -> String {
    pattern.replace("[*]", "[...]").replace('*', "<name>")
}

/// The way to a node, written out only when something is wrong there.
enum KeyPath<'w> {
    Root,
    Key(&'w KeyPath<'w>, &'w str),
    Item(&'w KeyPath<'w>, usize),
}

impl fmt::Display for KeyPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyPath::Root => Ok(()),
            KeyPath::Key(KeyPath::Root, key) => f.write_str(key),
            KeyPath::Key(above, key) => write!(f, "{above}.{key}"),
            KeyPath::Item(above, index) => write!(f, "{above}[{index}]"),
        }
    }
}

/// Keys given twice anywhere in the file: both lines.
pub fn check_duplicates(root: &Node, reader: &Reader) {
    check_duplicates_below(root, &KeyPath::Root, reader);
}

fn check_duplicates_below(node: &Node, way: &KeyPath, reader: &Reader) {
    match &node.kind {
        Kind::List(items) => {
            for (i, item) in items.iter().enumerate() {
                check_duplicates_below(item, &KeyPath::Item(way, i), reader);
            }
        }
        Kind::Map(entries) => {
            let mut seen: BTreeMap<&str, Place> = BTreeMap::new();
            for entry in entries {
                let (key, at) = (&entry.key, entry.key_at);
                let below = KeyPath::Key(way, key);
                if let Some(first) = seen.insert(key, at) {
                    let problem = format!("key `{key}` is given twice: {}", twice(first, at));
                    reader.fault(Fault::at(at, problem).path(below.to_string()).help("keep one of them"));
                }
                check_duplicates_below(&entry.value, &below, reader);
            }
        }
        Kind::Null | Kind::Scalar { .. } => {}
    }
}

/// Where two things stand that should be one.
pub fn twice(first: Place, second: Place) -> String {
    match first.line == second.line {
        true if first == Place::FILE => "in what was given on the command line".to_string(),
        true => format!("on line {} in columns {} and {}", first.line, first.column, second.column),
        false => format!("on line {} and on line {}", first.line, second.line),
    }
}

/// One mapping of the file, and the keys asked of it so far.
pub struct Section<'r, 'a> {
    /// Takes the faults of this section.
    pub reader: &'r Reader<'a>,
    /// Path of this mapping with the user's names, e.g. `groups.laptops`.
    pub path: String,
    pattern: String,
    /// Where the mapping starts.
    pub at: Place,
    entries: BTreeMap<&'r str, &'r Entry>,
    asked: RefCell<BTreeSet<String>>,
    /// What stands there instead of a mapping.
    instead: Option<&'r Node>,
}

impl<'r, 'a> Section<'r, 'a> {
    /// The section of a node; a fault, and an empty section, when the node is no mapping.
    pub fn new(reader: &'r Reader<'a>, path: &str, pattern: &str, node: Option<&'r Node>) -> Self {
        let mut section = Section {
            reader,
            path: path.to_string(),
            pattern: pattern.to_string(),
            at: node.map_or(Place::FILE, |n| n.at),
            entries: BTreeMap::new(),
            asked: RefCell::default(),
            instead: None,
        };
        match node.map(|n| (&n.kind, n)) {
            None | Some((Kind::Null, _)) => {}
            Some((Kind::Map(entries), _)) => section.add(entries),
            Some((_, node)) => section.instead = Some(node),
        }
        section
    }

    /// Is there something else than a mapping? That is a fault, and nothing in it can be missing.
    pub fn is_no_mapping(&self) -> bool {
        self.instead.is_some()
    }

    fn add(&mut self, entries: &'r [Entry]) {
        for entry in entries {
            self.entries.insert(&entry.key, entry);
        }
    }

    /// Path of a key of this section.
    pub fn child(&self, key: &str) -> String {
        if self.path.is_empty() { key.to_string() } else { format!("{}.{key}", self.path) }
    }

    fn child_pattern(&self, key: &str) -> String {
        if self.pattern.is_empty() { key.to_string() } else { format!("{}.{key}", self.pattern) }
    }

    /// The node of a key, which thereby counts as known.
    pub fn node(&self, key: &str) -> Option<&'r Node> {
        self.asked.borrow_mut().insert(key.to_string());
        self.reader.keys.borrow_mut().insert(self.child_pattern(key));
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// Is the key there at all (also when it holds nothing)?
    pub fn has(&self, key: &str) -> bool {
        self.node(key).is_some()
    }

    /// Where the key stands, or else the section.
    pub fn place(&self, key: &str) -> Place {
        self.entries.get(key).map_or(self.at, |entry| entry.value.at)
    }

    /// The value of a key, or `None` when it is absent or faulty (the fault is then recorded).
    pub fn value<T>(&self, key: &str, understand: impl FnOnce(&Node, &Reader<'a>) -> Read<T>) -> Option<T> {
        let node = self.node(key)?;
        if node.kind == Kind::Null {
            self.fault_at(
                key,
                "nothing is given here".into(),
                Some("give a value, or leave the key out".into()),
            );
            return None;
        }
        match understand(node, self.reader) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.reader.fault(fault.below(&self.child(key)));
                None
            }
        }
    }

    /// Like [`Section::value`], and absence is a fault that shows an example.
    pub fn required<T>(
        &self,
        key: &str,
        example: &str,
        understand: impl FnOnce(&Node, &Reader<'a>) -> Read<T>,
    ) -> Option<T> {
        if self.node(key).is_none() && !self.is_no_mapping() {
            let problem = format!("`{key}` is missing");
            self.reader.fault(
                Fault::at(self.at, problem)
                    .path(self.child(key))
                    .help(format!("for example `{key}: {example}`")),
            );
        }
        self.value(key, understand)
    }

    /// The sub-section under a key; an empty one when the key is absent.
    pub fn section(&self, key: &str) -> Section<'r, 'a> {
        Section::new(self.reader, &self.child(key), &self.child_pattern(key), self.node(key))
    }

    /// The mapping under a key whose keys are names chosen by the user, in name order: name, its
    /// place, and the section beneath.
    pub fn named(&self, key: &str) -> Vec<(String, Place, Section<'r, 'a>)> {
        let children = self.section(key);
        let pattern = format!("{}.*", children.pattern);
        let mut named = Vec::new();
        for (name, entry) in &children.entries {
            children.asked.borrow_mut().insert((*name).to_string());
            if let Err(fault) = check_name(name, entry.key_at) {
                self.reader.fault(fault.path(children.child(name)));
            }
            let section = Section::new(self.reader, &children.child(name), &pattern, Some(&entry.value));
            named.push(((*name).to_string(), entry.key_at, section));
        }
        named
    }

    /// Records a fault of a key of this section.
    pub fn fault_at(&self, key: &str, problem: String, help: Option<String>) {
        let fault = Fault::at(self.place(key), problem).path(self.child(key));
        self.reader.fault(match help {
            Some(help) => fault.help(help),
            None => fault,
        });
    }

    /// Two keys that contradict each other.
    pub fn exclusive(&self, one: &str, other: &str, why: &str) {
        if self.has(one) && self.has(other) {
            self.fault_at(other, format!("`{one}` and `{other}` exclude each other: {why}"), None);
        }
    }
}

/// Every key that was not asked for is unknown; for what is no mapping the fault lists the keys there are.
/// Done on drop so that no section can forget it.
impl Drop for Section<'_, '_> {
    fn drop(&mut self) {
        let asked = self.asked.borrow();
        if let Some(node) = self.instead {
            let problem = format!("expected a mapping of keys, found {}", node.describe());
            let fault = Fault::at(node.at, problem).path(&self.path);
            let keys: Vec<&str> = asked.iter().map(String::as_str).collect();
            let help = match keys.as_slice() {
                [] => "names of your choice, each with a mapping: `name: {...}`".to_string(),
                keys => format!("keys: {}", keys.join(", ")),
            };
            self.reader.fault(fault.help(help));
        }
        for (key, entry) in &self.entries {
            if asked.contains(*key) {
                continue;
            }
            let fault = Fault::at(entry.key_at, format!("unknown key `{key}`")).path(self.child(key));
            let names = asked.iter().map(String::as_str);
            let fault = fault.suggest_of_many(&self.reader.guesses, key, names, None);
            self.reader.unknown.borrow_mut().push((fault, (*key).to_string()));
        }
    }
}

/// Names appear in CSV files and on command lines: a letter or digit, then letters, digits and `_ . -`.
pub fn check_name(name: &str, at: Place) -> Read<()> {
    let mut chars = name.chars();
    let good_start = chars.next().is_some_and(char::is_alphanumeric);
    if good_start && name.len() <= 64 && chars.all(|c| c.is_alphanumeric() || "_.-".contains(c)) {
        return Ok(());
    }
    Err(Fault::at(at, format!("`{}` cannot be a name", name.escape_debug())).help(
        "a name starts with a letter or digit and goes on with letters, digits, `_`, `.` or `-`, 64 at most",
    ))
}

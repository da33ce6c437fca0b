//! Changes from outside: `licenses.base.nodes=5000` and actions put into the tree of a scenario before it
//! is checked, so that they are held to the same rules and their faults say where they come from.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenario::fault::{Fault, Guesses, Place, listed};
use crate::scenario::yaml::{Entry, Kind, Node, value};
use crate::scenario::{action_syntax, read};

/// What is changed in a scenario from outside of its file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// In the order given; they are applied before the actions.
    pub sets: Vec<Override>,
    /// In action syntax (`retire group=kiosks at 3d`), each appended to the actions of the file.
    pub actions: Vec<String>,
}

impl Changes {
    /// Changes that set values and add no action.
    pub fn of_sets(sets: impl IntoIterator<Item = Override>) -> Changes {
        Changes { sets: sets.into_iter().collect(), actions: Vec::new() }
    }

    /// Is the file taken as it is?
    pub fn is_empty(&self) -> bool {
        self.sets.is_empty() && self.actions.is_empty()
    }

    /// As they are typed: `--set licenses.base.nodes=900 --action "run licensing_refresh"`.
    pub fn typed(&self) -> String {
        let sets = self.sets.iter().map(|set| format!("--set {}", in_shell(&set.typed())));
        let actions = self.actions.iter().map(|action| format!("--action {}", in_shell(action)));
        sets.chain(actions).collect::<Vec<_>>().join(" ")
    }

    /// Says of faults which change each is about, if any. `own`: number of the file's own actions.
    pub fn blame(&self, faults: Vec<Fault>, own: usize) -> Vec<Fault> {
        let sets: BTreeMap<&str, usize> = self.sets.iter().map(|set| set.path.as_str()).zip(0..).collect();
        faults.into_iter().map(|fault| self.blame_one(fault, own, &sets)).collect()
    }

    fn blame_one(&self, fault: Fault, own: usize, sets: &BTreeMap<&str, usize>) -> Fault {
        let action =
            item_of("actions", &fault.path).and_then(|item| self.actions.get(item.checked_sub(own)?));
        let help = match action {
            Some(text) => fault.help.as_deref().map(|help| action_syntax::in_action_syntax(help, text)),
            None => fault.help.clone(),
        };
        let fault = Fault { help, ..fault };
        let set = || last_above(&fault.path, sets).map(|set| format!("--set {}", self.sets[set].typed()));
        match action.map(|text| format!("--action {text}")).or_else(set) {
            Some(change) => Fault { problem: format!("{} ({change})", fault.problem), ..fault },
            None => fault,
        }
    }
}

/// The last of the sets, by path, that sets a key of the scenario or one above it. Items are numbered in dots there, in
/// brackets here.
fn last_above(path: &str, sets: &BTreeMap<&str, usize>) -> Option<usize> {
    if sets.is_empty() {
        return None;
    }
    let path = path.replace('[', ".").replace(']', "");
    let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]);
    ends.filter_map(|end| sets.get(&path[..end]).copied()).max()
}

/// `3` of `actions[3].retire`.
fn item_of(list: &str, path: &str) -> Option<usize> {
    path.strip_prefix(list)?.strip_prefix('[')?.split(']').next()?.parse().ok()
}

/// An argument as a shell takes it; in double quotes where they will do, as cmd.exe knows no others.
pub fn in_shell(argument: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "_.,:=/+-".contains(c);
    match argument {
        plainly if !plainly.is_empty() && plainly.chars().all(plain) => plainly.to_string(),
        special if special.contains(['"', '$', '`', '!']) => {
            format!("'{}'", special.replace('\'', "'\\''"))
        }
        spaced => format!("\"{spaced}\""),
    }
}

/// A file as an argument that no command line takes for an option, whatever its name begins with.
pub fn operand(file: &str) -> String {
    if file.starts_with('-') { format!("./{file}") } else { file.to_string() }
}

/// Puts all changes into the tree: values, then actions. Returns how many actions were there before those, if there
/// are any.
///
/// # Errors
/// Each change that is no YAML or leads nowhere.
pub fn apply(root: &mut Node, changes: &Changes) -> Result<usize, Vec<Fault>> {
    let mut wrong = Vec::new();
    if !changes.sets.is_empty() {
        let (language, guesses) = (read::language(), Guesses::default());
        wrong.extend(changes.sets.iter().filter_map(|set| put(root, set, &language, &guesses).err()));
    }
    if changes.actions.is_empty() {
        return if wrong.is_empty() { Ok(0) } else { Err(wrong) };
    }
    let own = action_syntax::actions_of(root).map_or(0, |actions| actions.len());
    wrong.extend(changes.actions.iter().filter_map(|text| action_syntax::append(root, text).err()));
    if wrong.is_empty() { Ok(own) } else { Err(wrong) }
}

/// One value set from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    /// Keys joined by dots; items of a list by number from 0: `actions.0.at`.
    pub path: String,
    /// The value as it would stand in the file.
    pub value: String,
}

impl Override {
    /// `PATH=VALUE`; `None` without an equals sign.
    pub fn parse(typed: &str) -> Option<Override> {
        let (path, value) = typed.split_once('=')?;
        Some(Override { path: path.trim().to_string(), value: value.trim().to_string() })
    }

    /// As it is typed.
    pub fn typed(&self) -> String {
        format!("{}={}", self.path, self.value)
    }

    fn fault(&self, problem: String) -> Fault {
        Fault::file(format!("--set {}: {problem}", self.typed()))
    }
}

/// Puts a value into the tree. Keys that stand in the file are replaced, others are added; names of the
/// author's own choice (`licenses.NAME`) must be there, unless the whole entry is given. `language` holds every key, `*` for such names.
///
/// # Errors
/// When the value is no YAML, or the path leads nowhere.
fn put(root: &mut Node, set: &Override, language: &BTreeSet<String>, guesses: &Guesses) -> Result<(), Fault> {
    let value = value_of(set)?;
    let (mut node, mut pattern) = (root, String::new());
    let keys: Vec<&str> = set.path.split('.').collect();
    if keys.iter().any(|key| key.is_empty()) {
        return Err(set.fault("the path of a key is expected, such as `licenses.base.nodes`".into()));
    }
    for (depth, key) in keys.iter().enumerate() {
        let above = keys[..depth].join(".");
        if node.kind == Kind::Null {
            node.kind = Kind::Map(Vec::new());
        }
        let found = node.describe();
        node = match &mut node.kind {
            Kind::List(items) => {
                pattern += "[*]";
                let count = items.len();
                let item = key.parse().ok().and_then(|index: usize| items.get_mut(index));
                item.ok_or_else(|| set.fault(format!("`{above}` has {count} items, numbered from 0")))?
            }
            Kind::Map(entries) => {
                let names = names_below(&pattern, language);
                pattern = join(&pattern, if names { "*" } else { key });
                // A whole entry under a new name is a new entry; a single value under it is a slip.
                let whole = depth + 1 == keys.len() && matches!(value.kind, Kind::Map(_));
                child(entries, key, names && !whole, guesses).map_err(|problem| set.fault(problem))?
            }
            _ => {
                let problem = format!("`{above}` is {found} in the scenario, and has no keys");
                return Err(set.fault(problem).help("set it as a whole"));
            }
        };
    }
    *node = value;
    Ok(())
}

/// The entry of a key; a new one where it is missing and may be added.
fn child<'n>(
    entries: &'n mut Vec<Entry>,
    key: &str,
    names: bool,
    guesses: &Guesses,
) -> Result<&'n mut Node, String> {
    let at = entries.iter().position(|entry| entry.key == key);
    if at.is_none() && names {
        let known = || entries.iter().map(|entry| entry.key.as_str());
        let near = guesses.nearest(key, known()).map(|near| format!("; did you mean `{near}`?"));
        let all = format!("; there are: {}", listed(known()));
        return Err(format!("nothing is called `{key}` there{}", near.unwrap_or(all)));
    }
    let at = at.unwrap_or_else(|| {
        let value = Node { at: Place::FILE, kind: Kind::Null };
        entries.push(Entry { key: key.to_string(), key_at: Place::FILE, value });
        entries.len() - 1
    });
    Ok(&mut entries[at].value)
}

/// Are the keys below this pattern names of the author's choice?
fn names_below(pattern: &str, language: &BTreeSet<String>) -> bool {
    let star = join(pattern, "*");
    language
        .iter()
        .any(|key| key.strip_prefix(&star).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

fn join(pattern: &str, key: &str) -> String {
    if pattern.is_empty() { key.to_string() } else { format!("{pattern}.{key}") }
}

fn value_of(set: &Override) -> Result<Node, Fault> {
    value(&set.value).map_err(|problem| set.fault(problem))
}

#[cfg(test)]
mod tests {
    use crate::scenario::{check_with, model::Scenario};

    use super::*;

    const TEXT: &str = "fleetsim: 1\nduration: 30d\nplatform: {configuration_request: 1h}\nlicenses: {base: {nodes: 8}}\n\
                        groups: {pcs: {clients: 10}}\nactions:\n  - {at: 1d, run: licensing_refresh}\n";

    fn with(path: &str, value: &str) -> Result<Scenario, String> {
        let set = Override { path: path.into(), value: value.into() };
        let files = |_: &str| Err(String::new());
        let problems =
            |faults: Vec<Fault>| faults.iter().map(|f| format!("{}: {}", f.path, f.problem)).collect();
        check_with(TEXT, "t", &files, &Changes::of_sets([set]))
            .map(|checked| checked.scenario)
            .map_err(problems)
    }

    #[test]
    fn values_are_replaced_and_added() {
        assert_eq!(with("licenses.base.nodes", "9").unwrap().licenses[0].nodes, Some(9));
        assert_eq!(with("duration", "12d").unwrap().duration.ms(), 12 * 86_400_000);
        assert_eq!(with("scan.every", "6h").unwrap().scan.schedule.every.ms(), 6 * 3_600_000);
        assert_eq!(with("actions.0.at", "2d").unwrap().actions[0].at.ms(), 2 * 86_400_000);
        assert_eq!(with("licenses.top_up", "{nodes: 5, from: 2d}").unwrap().licenses.len(), 2);
        assert!(with("groups.pcs.lifetime", "{exponential: 9d}").unwrap().groups[0].lifetime.is_some());
    }

    #[test]
    fn changes_are_shown_as_a_shell_takes_them() {
        let set = Override { path: "scan.every".into(), value: "[4h, 6h]".into() };
        let actions =
            vec!["run licensing_refresh".into(), "membership_update complete={daily: \"02:10\"}".into()];
        let typed = Changes { sets: vec![set], actions }.typed();
        assert_eq!(
            typed,
            "--set \"scan.every=[4h, 6h]\" --action \"run licensing_refresh\" \
             --action 'membership_update complete={daily: \"02:10\"}'"
        );
    }

    #[test]
    fn arguments_are_quoted_where_the_shell_needs_it() {
        #[rustfmt::skip]
        let table = [
            ("fleet.yaml",           "fleet.yaml"),
            ("my export.yaml",       "\"my export.yaml\""),
            ("C:\\tables\\a.yaml",   "\"C:\\tables\\a.yaml\""),
            ("it's.yaml",            "\"it's.yaml\""),
            ("cost in $.yaml",       "'cost in $.yaml'"),
            ("it's in $.yaml",       "'it'\\''s in $.yaml'"),
            ("",                     "\"\""),
        ];
        for (argument, quoted) in table {
            assert_eq!(in_shell(argument), quoted);
        }
    }

    #[test]
    fn what_leads_nowhere_or_is_wrong_names_the_set() {
        for (path, value, says) in [
            (
                "licenses.bse.nodes",
                "9",
                "--set licenses.bse.nodes=9: nothing is called `bse` there; did you mean `base`?",
            ),
            ("licenses.base.nodes", "many", "(--set licenses.base.nodes=many)"),
            ("licenses.base.knots", "9", "unknown key `knots` (--set licenses.base.knots=9)"),
            ("platform.configuration_request.jitter", "1m", "is `1h` in the scenario, and has no keys"),
            ("actions.1.at", "2d", "`actions` has 1 items, numbered from 0"),
            ("actions.0.at", "soon", "(--set actions.0.at=soon)"),
            ("a..b", "1", "the path of a key is expected"),
            ("duration", "[1", "the value is not YAML"),
            ("groups.pcs.lifetime", "{exponential: -1d}", "(--set groups.pcs.lifetime={exponential: -1d})"),
        ] {
            let problem = with(path, value).expect_err(path);
            assert!(problem.contains(says), "{path}={value}: {problem}");
        }
    }
}

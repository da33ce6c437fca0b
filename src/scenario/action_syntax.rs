//! Actions as people say them: `retire group=kiosks agent=live at 3d`, put into the tree of a scenario as
//! the item of its `actions` that they stand for.
//!
//! The command's word comes first, then a bare value or `key=value` pairs (dots nest, values are YAML), then
//! optionally `at` and an instant; without it the command is done at the start. What the words mean is decided
//! where the file's own actions are read.

use crate::scenario::fault::{Fault, Place};
use crate::scenario::values::{date_time_text, duration_text};
use crate::scenario::yaml::{Entry, Kind, Node, value};

const SHAPE: &str =
    "for example `retire group=kiosks clients=40 at 3d`, `run licensing_refresh at 2026-03-01`";

/// Appends an action to those of a scenario.
///
/// # Errors
/// When the text has not the shape of an action.
pub fn append(root: &mut Node, text: &str) -> Result<(), Fault> {
    let fault = |problem: String| Fault::file(format!("--action {text}: {problem}")).help(SHAPE);
    let item = item(text).map_err(fault)?;
    // Anything else that stands there instead of a list is a fault, and found later.
    if let Some(actions) = actions_of(root) {
        actions.push(item);
    }
    Ok(())
}

/// The list of actions of a scenario; made where nothing is there yet.
pub(super) fn actions_of(root: &mut Node) -> Option<&mut Vec<Node>> {
    let Kind::Map(entries) = &mut root.kind else { return None };
    let at = entries.iter().position(|entry| entry.key == "actions");
    let at = at.unwrap_or_else(|| {
        entries.push(entry("actions", node(Kind::Null)));
        entries.len() - 1
    });
    let actions = &mut entries[at].value;
    if actions.kind == Kind::Null {
        actions.kind = Kind::List(Vec::new());
    }
    match &mut actions.kind {
        Kind::List(items) => Some(items),
        _ => None,
    }
}

/// The item of `actions` that a text stands for.
pub(super) fn item(text: &str) -> Result<Node, String> {
    if text.trim_start().starts_with('{') {
        return value(text);
    }
    let mut words = words(text);
    let mut at = "0d".to_string();
    if let Some(place) = words.iter().rposition(|word| *word == "at").filter(|place| *place > 0) {
        at = words[place + 1..].join(" ");
        words.truncate(place);
    } else if let Some(instant) = instant_at_end(&words) {
        return Err(format!("`at` is missing before `{instant}`"));
    }
    let Some((command, arguments)) = words.split_first() else { return Err("an action is expected".into()) };
    let at = node(Kind::Scalar { text: at, quoted: false });
    Ok(node(Kind::Map(vec![entry("at", at), entry(command, parse_arguments(arguments)?)])))
}

/// Is this text, as a word of an action, read as the text that it is?
pub(super) fn is_bare(text: &str) -> bool {
    words(text) == [text] && pair(text).is_none() && value(text).is_ok_and(|node| node.is_text(text))
}

/// The same of an item of a list in brackets.
pub(super) fn is_bare_in_list(text: &str) -> bool {
    let is_only = |items: &[Node]| matches!(items, [item] if item.is_text(text));
    let read = value(&format!("[{text}]"));
    words(&format!("[{text}]")).len() == 1
        && read.is_ok_and(|node| matches!(&node.kind, Kind::List(items) if is_only(items)))
}

/// Words that can only be an instant; a site may be called `2h`.
fn instant_at_end(words: &[&str]) -> Option<String> {
    let instant = |word: &&&str| date_time_text(word).is_some() || duration_text(word).is_ok();
    let count = words.iter().rev().take_while(instant).count();
    (count > 0 && words.len() >= count + 2).then(|| words[words.len() - count..].join(" "))
}

/// A remedy for an action in action syntax, with what it quotes in that syntax.
pub(super) fn in_action_syntax(help: &str, text: &str) -> String {
    let Some(command) = text.split_whitespace().next().filter(|command| !command.starts_with('{')) else {
        return help.to_string();
    };
    let selections = ["{group: ", "{clients: ", "{bulletins: "];
    let quoted = |(place, part): (usize, &str)| match part {
        selection if place % 2 == 1 && selections.iter().any(|start| selection.starts_with(start)) => {
            format!("{command} {} at 1d", pairs(&selection[1..selection.len() - 1]))
        }
        list if place % 2 == 1 && list.starts_with("clients: [") => pairs(list),
        other => other.to_string(),
    };
    help.split('`').enumerate().map(quoted).collect::<Vec<_>>().join("`")
}

/// `group=laptops clients=40` of `group: laptops, clients: 40`.
fn pairs(written: &str) -> String {
    let argument = |word: &&str| match word.strip_suffix(':') {
        Some(key) => format!("{key}="),
        None => format!("{} ", word.trim_end_matches(',')),
    };
    words(written).iter().map(argument).collect::<String>().trim_end().to_string()
}

/// The words of a text; quotes and brackets hold blanks together.
fn words(text: &str) -> Vec<&str> {
    let (mut depth, mut quote) = (0_u32, None);
    let apart = |c: char| match (quote, c) {
        (Some(open), _) => {
            quote = Some(open).filter(|open| *open != c);
            false
        }
        (None, '"' | '\'') => {
            quote = Some(c);
            false
        }
        (None, '[' | '{') => {
            depth += 1;
            false
        }
        (None, ']' | '}') => {
            depth = depth.saturating_sub(1);
            false
        }
        (None, c) => depth == 0 && c.is_whitespace(),
    };
    text.split(apart).filter(|word| !word.is_empty()).collect()
}

/// The arguments of a command: nothing, one value, or a mapping.
fn parse_arguments(words: &[&str]) -> Result<Node, String> {
    match words {
        [] => return Ok(node(Kind::Null)),
        [bare] if pair(bare).is_none() => return value(bare),
        _ => {}
    }
    let mut mapping = node(Kind::Map(Vec::new()));
    for word in words {
        let (path, typed) = pair(word).ok_or_else(|| format!("`{word}` is neither `key=value` nor `at`"))?;
        put(&mut mapping, path, value(typed)?)?;
    }
    Ok(mapping)
}

/// `key=value`, where it is that.
fn pair(word: &str) -> Option<(&str, &str)> {
    let is_key = |key: &str| key.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c));
    word.split_once('=').filter(|(key, _)| !key.is_empty() && is_key(key))
}

/// Puts a value where the dots of its path lead.
fn put(mapping: &mut Node, path: &str, value: Node) -> Result<(), String> {
    let (mut node_there, mut keys) = (mapping, path.split('.').peekable());
    while let Some(key) = keys.next() {
        let Kind::Map(entries) = &mut node_there.kind else {
            return Err(format!("`{path}` is below something that has a value already"));
        };
        let known = entries.iter().position(|entry| entry.key == key);
        if key.is_empty() || known.is_some() && keys.peek().is_none() {
            let problem = if key.is_empty() { "is no path of keys" } else { "is given twice" };
            return Err(format!("`{path}` {problem}"));
        }
        let at = known.unwrap_or_else(|| {
            entries.push(entry(key, node(Kind::Map(Vec::new()))));
            entries.len() - 1
        });
        node_there = &mut entries[at].value;
    }
    *node_there = value;
    Ok(())
}

fn node(kind: Kind) -> Node {
    Node { at: Place::FILE, kind }
}

fn entry(key: &str, value: Node) -> Entry {
    Entry { key: key.to_string(), key_at: Place::FILE, value }
}

#[cfg(test)]
mod tests {
    use crate::scenario::model::Action;
    use crate::scenario::overrides::Changes;
    use crate::scenario::{check, check_with};

    const HEAD: &str = "fleetsim: 1\nstart: 2026-02-20\nduration: 30d\nlicenses: {base: {nodes: 8}}\n\
                        sites: {branch: {}}\ngroups: {pcs: {clients: 10, site: branch}}\n";

    fn parsed(texts: &[&str]) -> Result<Vec<Action>, String> {
        let actions = texts.iter().map(|text| text.to_string()).collect();
        let changes = Changes { actions, ..Changes::default() };
        let own = format!("{HEAD}actions: [{{at: 1d, run: membership_update}}]");
        let checked = check_with(&own, "t", &|_| Err(String::new()), &changes);
        let problems = |faults: Vec<crate::scenario::fault::Fault>| {
            let help = |f: &crate::scenario::fault::Fault| f.help.clone().unwrap_or_default();
            faults.iter().map(|f| format!("{}: {} [{}]\n", f.path, f.problem, help(f))).collect::<String>()
        };
        checked.map(|checked| checked.scenario.actions[1..].to_vec()).map_err(problems)
    }

    fn written(item: &str) -> Vec<Action> {
        let text = format!("{HEAD}actions:\n  - {item}\n");
        check(&text, "t", &|_| Err(String::new())).expect(item).scenario.actions
    }

    #[test]
    fn action_syntax_equals_the_written_item() {
        for (typed, item) in [
            ("retire group=pcs clients=4 at 1d", "{at: 1d, retire: {group: pcs, clients: 4}}"),
            (
                "retire clients=[pcs-1, pcs-2] agent=live at 2026-03-01T08:00",
                "{at: 2026-03-01T08:00, retire: {clients: [pcs-1, pcs-2], agent: live}}",
            ),
            ("run licensing_refresh at 1d 2h", "{at: 1d 2h, run: licensing_refresh}"),
            ("run licensing_refresh", "{at: 0d, run: licensing_refresh}"),
            ("restart_package_server branch at 2h", "{at: 2h, restart_package_server: branch}"),
            ("policies dsup.enabled=true at 3d", "{at: 3d, policies: {dsup: {enabled: true}}}"),
            (
                "policies dsup.enabled=true plugin_install.enabled=true plugin_install.groups=[pcs] at 3d",
                "{at: 3d, policies: {dsup: {enabled: true}, plugin_install: {enabled: true, groups: [pcs]}}}",
            ),
            (
                "membership_update delta=5m complete={daily: \"02:10\"}",
                "{at: 0d, membership_update: {delta: 5m, complete: {daily: \"02:10\"}}}",
            ),
            (
                "membership_update delta=5m complete={daily: 02:10}",
                "{at: 0d, membership_update: {delta: 5m, complete: {daily: \"02:10\"}}}",
            ),
            (
                "upgrade version=8.7 released=2026-02-01 at 3d",
                "{at: 3d, upgrade: {version: 8.7, released: 2026-02-01}}",
            ),
            ("retire silent_for=3d holding=true at 9d", "{at: 9d, retire: {silent_for: 3d, holding: true}}"),
            ("retire status=disposed at 9d", "{at: 9d, retire: {status: disposed}}"),
            ("{at: 1d, retire: {group: pcs}}", "{at: 1d, retire: {group: pcs}}"),
        ] {
            assert_eq!(parsed(&[typed]).expect(typed), written(item), "{typed}");
        }
        assert_eq!(parsed(&["run pm_import at 1d"; 0]), Ok(Vec::new()));
    }

    #[test]
    fn what_is_wrong_names_the_action() {
        for (typed, says) in [
            ("", "--action : an action is expected"),
            ("retire", "(--action retire)"),
            ("retyre group=pcs", "unknown key `retyre` (--action retyre group=pcs)"),
            ("retire group=pcx at 1d", "(--action retire group=pcx at 1d)"),
            (
                "retire pcs kiosks at 1d",
                "--action retire pcs kiosks at 1d: `pcs` is neither `key=value` nor `at`",
            ),
            ("retire group=pcs group=pcs", "`group` is given twice"),
            (
                "policies dsup=off dsup.enabled=true",
                "`dsup.enabled` is below something that has a value already",
            ),
            ("retire group=[pcs", "the value is not YAML"),
            ("run licensing_refresh at", "(--action run licensing_refresh at)"),
            (
                "run licensing_refresh at soon",
                "`soon` is not an instant (--action run licensing_refresh at soon)",
            ),
            ("retire clients=[pcs-1] status=active", "name a group, or list the clients (--action"),
            (
                "retire holding=true",
                "`holding` alone chooses nobody: say also `group`, `status` or `silent_for`",
            ),
            ("run licensing_refresh 1d", "`at` is missing before `1d`"),
            ("retire group=pcs 1d 2h", "`at` is missing before `1d 2h`"),
            ("retire clients=pcs-1 at 1d", "a list names clients: `clients=[pcs-1]`"),
            ("retire groups=pcs at 1d", "did you mean `group`?"),
            ("retire client=pcs-1", "did you mean `clients`?"),
            ("run refresh at 1d", "did you mean `licensing_refresh`?"),
            ("retire pcs at 1d", "`retire group=laptops clients=40 at 1d`, `retire group=laptops at 1d`"),
            ("retire pcs", "`retire clients=[pc-1, pc-2] at 1d` or `retire clients={file: old.csv} at 1d`"),
            ("{at: 1d, retire: pcs}", "[`{group: laptops, clients: 40}`, `{group: laptops}`"),
            ("{at: 1d, at: 2d, retire: {group: pcs}}", "given twice: in what was given on the command line"),
        ] {
            let found = parsed(&["run licensing_refresh", typed]).expect_err(typed);
            assert!(found.contains(says), "{typed}: {found}");
        }
    }
}

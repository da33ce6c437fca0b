//! A tree of nodes → YAML text, canonical: one tree has one text, and that text is read as the same tree.
//!
//! What fits on a line stands on one, in braces; the rest goes down by two columns. Comments and anchors are
//! not in the tree, so they are not in the text.

use crate::scenario::yaml::{Entry, Kind, Node};
use crate::units::is_unprintable;

/// Longest line that holds a whole list or mapping.
const WIDTH: usize = 100;

/// The text of a tree.
pub fn print(root: &Node) -> String {
    match &root.kind {
        Kind::Map(entries) if !entries.is_empty() => block(root, 0),
        _ => flow(root) + "\n",
    }
}

/// A list or mapping with a line or more for each of its items.
fn block(node: &Node, indent: usize) -> String {
    let pad = " ".repeat(indent);
    match &node.kind {
        Kind::Map(entries) => entries
            .iter()
            .map(|Entry { key, value, .. }| {
                let head = format!("{pad}{}:", scalar(key, false));
                match on_a_line(value, head.chars().count()) {
                    Some(line) => format!("{head} {line}\n"),
                    None => format!("{head}\n{}", block(value, indent + 2)),
                }
            })
            .collect(),
        Kind::List(items) => items
            .iter()
            .map(|item| match on_a_line(item, indent + 1) {
                Some(line) => format!("{pad}- {line}\n"),
                // Its first line stands behind the dash.
                None => format!("{pad}- {}", &block(item, indent + 2)[indent + 2..]),
            })
            .collect(),
        Kind::Null | Kind::Scalar { .. } => unreachable!("a scalar is on a line, however long"),
    }
}

/// A value that is to stand behind so many characters, if it may.
fn on_a_line(node: &Node, behind: usize) -> Option<String> {
    let line = flow(node);
    let divisible = match &node.kind {
        Kind::Null | Kind::Scalar { .. } => false,
        Kind::List(items) => !items.is_empty(),
        Kind::Map(entries) => !entries.is_empty(),
    };
    (!divisible || behind + 1 + line.chars().count() <= WIDTH).then_some(line)
}

fn flow(node: &Node) -> String {
    match &node.kind {
        Kind::Null => "~".into(),
        Kind::Scalar { text, quoted } => scalar(text, *quoted),
        Kind::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Kind::Map(entries) => {
            let entry = |entry: &Entry| format!("{}: {}", scalar(&entry.key, false), flow(&entry.value));
            format!("{{{}}}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Text as a scalar: as it is where every reader of YAML takes it for that, else in double quotes. Quotes that
/// the author set stay: to other programs `"8.60"` is not `8.60`.
fn scalar(text: &str, quoted: bool) -> String {
    if !quoted && is_plain(text) {
        return text.to_string();
    }
    quoted_text(text)
}

/// Text in double quotes.
pub(super) fn quoted_text(text: &str) -> String {
    let escaped: String = text.chars().map(escape).collect();
    format!("\"{escaped}\"")
}

/// Is it safe without quotes, in braces, too? Far fewer texts than YAML allows.
fn is_plain(text: &str) -> bool {
    let digit_at = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let starts = match text.chars().next() {
        Some('-' | '+' | '.') => digit_at(1),
        Some(first) => first.is_ascii_alphanumeric(),
        None => false,
    };
    let harmless = |c: char| c.is_ascii_alphanumeric() || " _.-+/%:".contains(c);
    let a_key = text.contains(": ") || text.ends_with(':');
    starts
        && text.chars().all(harmless)
        && !a_key
        && !text.ends_with(' ')
        && !text.eq_ignore_ascii_case("null")
}

/// A character within double quotes.
fn escape(c: char) -> String {
    match c {
        '"' => "\\\"".into(),
        '\\' => "\\\\".into(),
        '\n' => "\\n".into(),
        '\t' => "\\t".into(),
        // Byte order marks and what is no character: YAML forbids or folds them.
        c if is_unprintable(c) || matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}') => {
            format!("\\u{:04X}", u32::from(c))
        }
        c => c.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::fault::Place;
    use crate::scenario::yaml::parse;

    #[test]
    fn short_mappings_stand_on_a_line_and_long_ones_below() {
        let text = "fleetsim: 1 # a comment\nlicenses:\n  base: {nodes: 8}\ngroups: {pcs: {clients: 10, site: hq, \
                    os: 'Windows 11', enrol: {uniform: [0d, 14d]}, online: {weekdays: \"08:00-18:00\"}}}\n\
                    actions: [{at: 1d, retire: {group: pcs, clients: [pcs-1, pcs-2, pcs-3, pcs-4, pcs-5, pcs-6, \
                    pcs-7, pcs-8]}}, {at: 2d, run: licensing_refresh}]\nscan:\n";
        let printed = "fleetsim: 1\nlicenses: {base: {nodes: 8}}\ngroups:\n  pcs:\n    clients: 10\n    site: hq\n    \
                       os: \"Windows 11\"\n    enrol: {uniform: [0d, 14d]}\n    online: {weekdays: \"08:00-18:00\"}\n\
                       actions:\n  - at: 1d\n    retire: {group: pcs, clients: [pcs-1, pcs-2, pcs-3, pcs-4, pcs-5, \
                       pcs-6, pcs-7, pcs-8]}\n  - {at: 2d, run: licensing_refresh}\nscan: ~\n";
        assert_eq!(print(&parse(text).unwrap()), printed);
        assert_eq!(print(&parse(printed).unwrap()), printed);
    }

    fn node(kind: Kind) -> Node {
        Node { at: Place::FILE, kind }
    }

    fn value(text: &str, quoted: bool) -> Node {
        node(Kind::Scalar { text: text.to_string(), quoted })
    }

    fn comes_back(root: &Node) {
        let printed = print(root);
        let again = parse(&printed).unwrap_or_else(|fault| panic!("{fault:?}\n{printed}"));
        assert!(again.says_the_same(root), "{printed}\n{again:?}");
        assert_eq!(print(&again), printed);
    }

    /// As a key, as a value on a line of its own, and in braces.
    #[test]
    fn texts_that_mean_something_to_yaml_come_back() {
        for text in [
            "", " ", "~", "null", "Null", "true", "no", "1e400", ".5", "-5m", "-", "- a", "---", "...",
            "a: b", "a:", "a #b", "#", "a\nb", "a\n", "\n", " a", "a ", "a  b", "\\n", "\"", "'", "*a", "&a",
            "!a", "%a", "@a", "`a`", "|", ">", "[", "]", "{", "}", "a,b", "?", "? a", ":", ":a", "<<", "=",
            "0x1F", "1_000", "4:30",
        ] {
            let entry = |value| Entry { key: text.to_string(), key_at: Place::FILE, value };
            let list = node(Kind::List(vec![value(text, false), value(text, true)]));
            let inner = node(Kind::Map(vec![entry(list)]));
            comes_back(&node(Kind::Map(vec![entry(value(text, false)), entry(inner)])));
        }
    }

    /// Alone and within a word: of all alphabets, and what is none; without the letters of East Asia.
    #[test]
    fn every_character_comes_back() {
        let characters: Vec<char> = (0..0x3400).chain(0xd700..0x1_1000).filter_map(char::from_u32).collect();
        for some in characters.chunks(10_000) {
            let values =
                some.iter().flat_map(|c| [value(&c.to_string(), false), value(&format!("a{c}b"), false)]);
            comes_back(&node(Kind::List(values.collect())));
        }
    }
}

//! Texts, numbers, switches, words and lists as values of a scenario.

use crate::scenario::fault::Fault;
use crate::scenario::reader::{Read, Reader};
use crate::scenario::yaml::{Kind, Node};

/// The text of a scalar, or a fault that says what was expected.
pub fn text<'n>(node: &'n Node, expected: &str) -> Read<&'n str> {
    match &node.kind {
        Kind::Scalar { text, .. } => Ok(text),
        _ => Err(Fault::at(node.at, format!("expected {expected}, found {}", node.describe()))),
    }
}

fn bad(node: &Node, expected: &str) -> Fault {
    Fault::at(node.at, format!("expected {expected}, found {}", node.describe()))
}

/// A whole number within `min..=max`.
pub fn integer(min: u64, max: u64) -> impl Fn(&Node, &Reader) -> Read<u64> {
    move |node, _| {
        let typed = text(node, "a whole number")?;
        let range = format!("must be a whole number from {min} to {max}");
        if let Some(help) = number_help(typed) {
            return Err(Fault::at(node.at, format!("`{typed}` {range}")).help(help));
        }
        match typed.parse::<i128>() {
            Ok(n) if (i128::from(min)..=i128::from(max)).contains(&n) => Ok(n as u64),
            Ok(_) => Err(Fault::at(node.at, format!("`{typed}` {range}"))),
            Err(_) => match typed.parse::<f64>() {
                Ok(x)
                    if x.is_finite()
                        && x == (x as i64) as f64
                        && x >= min as f64
                        && x <= max as f64
                        && x < 9e15 =>
                {
                    Ok(x as u64)
                }
                _ if !is_finite(typed) => {
                    Err(Fault::at(node.at, format!("`{typed}` is not a finite number; it {range}")))
                }
                _ => Err(Fault::at(node.at, format!("`{typed}` {range}"))),
            },
        }
    }
}

/// The number that a text probably stands for, where it is not written as one.
fn number_help(typed: &str) -> Option<String> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let only =
        |also: &str| !digits.is_empty() && typed.chars().all(|c| c.is_ascii_digit() || also.contains(c));
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && only("");
    if leading_zero {
        // 010 is eight to YAML 1.1 and ten to YAML 1.2.
        return Some(format!("a number has no zero in front: `{}`", digits.trim_start_matches('0')));
    }
    (digits.len() < typed.len() && only("_ ,'")).then(|| format!("write `{digits}`"))
}

/// Not a spelling of infinity or of "no number", and not beyond what a float holds.
fn is_finite(typed: &str) -> bool {
    let word = typed.trim_start_matches(['+', '-', '.']).to_lowercase();
    let no_number = matches!(word.as_str(), "inf" | "infinity" | "nan");
    !no_number && typed.parse::<f64>().map_or(true, f64::is_finite)
}

/// A finite number above zero.
pub fn positive_number(node: &Node, _: &Reader) -> Read<f64> {
    let typed = text(node, "a number")?;
    match typed.parse::<f64>() {
        Ok(x) if x.is_finite() && x > 0.0 => Ok(x),
        _ => Err(Fault::at(node.at, format!("`{typed}` must be a finite number above zero"))),
    }
}

/// `true` or `false`, and nothing that YAML dialects read as such.
pub fn switch(node: &Node, _: &Reader) -> Read<bool> {
    match text(node, "`true` or `false`")? {
        "true" => Ok(true),
        "false" => Ok(false),
        typed => Err(Fault::at(node.at, format!("`{typed}` is neither `true` nor `false`"))
            .help("YAML dialects disagree on yes/no/on/off, so only these two words are accepted")),
    }
}

/// A title: one line that fits into a heading.
pub fn title(node: &Node, _: &Reader) -> Read<String> {
    let typed = text(node, "text")?;
    match no_title(typed) {
        None => Ok(typed.to_string()),
        Some(problem) => {
            Err(Fault::at(node.at, problem).help(format!("one line of 1 to {LONGEST_TITLE} characters")))
        }
    }
}

/// Why a text is no title, if it is none.
pub fn no_title(typed: &str) -> Option<String> {
    let length = typed.chars().count();
    match typed.chars().any(char::is_control) {
        true => Some("a line break or another control character is in it".to_string()),
        false if typed.trim().is_empty() => Some("it is empty".to_string()),
        false if length > LONGEST_TITLE => Some(format!("it has {length} characters")),
        false => None,
    }
}

const LONGEST_TITLE: usize = 200;

/// One of a few words.
pub fn word<T: Copy>(words: &'static [(&'static str, T)]) -> impl Fn(&Node, &Reader) -> Read<T> {
    move |node, _| {
        let typed = text(node, &one_of(words))?;
        words.iter().find(|(word, _)| *word == typed).map(|(_, value)| *value).ok_or_else(|| {
            bad(node, &one_of(words)).suggest(typed, words.iter().map(|(word, _)| *word), None)
        })
    }
}

fn one_of<T>(words: &[(&str, T)]) -> String {
    let words: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    match words.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// Each item of a list (or a single value standing for a list of one).
pub fn list<T>(
    node: &Node,
    reader: &Reader,
    mut item: impl FnMut(&Node, &Reader) -> Read<T>,
) -> Read<Vec<T>> {
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(|n| item(n, reader)).collect(),
        _ => Ok(vec![item(node, reader)?]),
    }
}

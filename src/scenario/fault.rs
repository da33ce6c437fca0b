//! Faults of a scenario: what is wrong, where, why, and what to do about it.
//!
//! Checking never stops at the first fault; all of them are collected and shown together, each
//! with file:line:column, the line itself, the key path, and a remedy where one is known.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

use crate::units::is_unprintable;

/// A place in the scenario file. Line and column count from 1; line 0 means the file as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// From 1; 0: the file as a whole.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
    /// Characters to underline.
    pub len: u64,
    /// Byte offset and length of the text that defines the value, where the parser tells.
    pub bytes: Option<(usize, usize)>,
}

impl Place {
    /// The file as a whole.
    pub const FILE: Place = Place { line: 0, column: 0, len: 0, bytes: None };

    /// A place of which the bytes are not known.
    pub fn of(line: u64, column: u64, len: u64) -> Place {
        Place { line, column, len, bytes: None }
    }
}

/// One thing wrong with a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where the value or key stands.
    pub place: Place,
    /// Dotted path of the key, e.g. `groups.laptops.site`; empty for the file as a whole.
    pub path: String,
    /// What is wrong and why, one line.
    pub problem: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without key path and remedy.
    pub fn at(place: Place, problem: String) -> Fault {
        Fault { place, path: String::new(), problem, help: None }
    }

    /// A fault of the file as a whole.
    pub fn file(problem: String) -> Fault {
        Fault::at(Place::FILE, problem)
    }

    /// Sets the remedy, shown behind `help:`.
    pub fn help(mut self, help: impl Into<String>) -> Fault {
        self.help = Some(help.into());
        self
    }

    /// Sets the dotted path of the key.
    pub fn path(mut self, path: impl Into<String>) -> Fault {
        self.path = path.into();
        self
    }

    /// Puts a key in front of the path: the fault is somewhere below it.
    pub fn below(self, key: &str) -> Fault {
        let path = if self.path.is_empty() { key.to_string() } else { format!("{key}.{}", self.path) };
        self.path(path)
    }

    /// Offers the nearest of a few `names` to what was given; without one, the remedy `otherwise`, if any.
    pub fn suggest<'n>(
        self,
        given: &str,
        names: impl IntoIterator<Item = &'n str>,
        otherwise: Option<String>,
    ) -> Fault {
        self.with_suggestion(nearest(given, names), otherwise)
    }

    /// As [`Fault::suggest`], where a file may hold any number of names, or of such faults.
    pub fn suggest_of_many<'n>(
        self,
        guesses: &Guesses,
        given: &str,
        names: impl IntoIterator<Item = &'n str>,
        otherwise: Option<String>,
    ) -> Fault {
        self.with_suggestion(guesses.nearest(given, names), otherwise)
    }

    fn with_suggestion(mut self, near: Option<&str>, otherwise: Option<String>) -> Fault {
        let near = near.map(|near| format!("did you mean `{near}`?"));
        self.help = near.or(otherwise).or(self.help);
        self
    }
}

/// How much a finding weighs: a warning does not stop a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// A run is possible, but its results may not be those intended.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// So many faults of one kind are shown; the others are counted.
const SHOWN_OF_A_KIND: usize = 20;
/// So many faults are shown in all.
const SHOWN: usize = 100;

/// What faults have in common that say the same of different values: the problem without what it quotes, and without
/// numbers.
fn kind(fault: &Fault) -> String {
    let words = fault.problem.split('`').step_by(2);
    let mut kind = String::new();
    for c in words.flat_map(|words| words.chars().chain(['`'])) {
        match c {
            '0'..='9' if kind.ends_with('0') => {}
            '0'..='9' => kind.push('0'),
            c => kind.push(c),
        }
    }
    kind
}

/// Renders faults for people, in their order. Of many of one kind the first are shown and the others counted.
pub fn render(faults: &[Fault], severity: Severity, file: &str, source: &str) -> String {
    let shown = shown(faults);
    let mut wanted: BTreeMap<u64, &str> = shown.iter().map(|(fault, _)| (fault.place.line, "")).collect();
    for (number, line) in (1..).zip(lines(source)) {
        if let Some(wanted) = wanted.get_mut(&number) {
            *wanted = line;
        }
    }
    let mut out = String::new();
    for (fault, more) in &shown {
        out += &render_one(fault, severity, file, wanted[&fault.place.line]);
        if *more > 0 {
            let _ = writeln!(out, "      = note: and {more} more of this kind");
        }
    }
    let others = faults.len() - shown.iter().map(|(_, more)| 1 + more).sum::<usize>();
    if others > 0 {
        let _ = writeln!(out, "{file}: {severity}: and {others} more of other kinds");
    }
    out
}

/// The faults that are shown; with the last one of each kind, how many more there are of that kind.
fn shown(faults: &[Fault]) -> Vec<(&Fault, usize)> {
    // By kind: how many there are, and which one is the last that is shown.
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut shown = Vec::new();
    for fault in faults {
        let full = shown.len() == SHOWN;
        let kind = kind(fault);
        if full && !kinds.contains_key(&kind) {
            continue;
        }
        let (count, last) = kinds.entry(kind).or_default();
        *count += 1;
        if *count <= SHOWN_OF_A_KIND && !full {
            *last = shown.len();
            shown.push((fault, 0));
        } else {
            shown[*last].1 += 1;
        }
    }
    shown
}

/// Renders a fault: heading, the line of the file with the value underlined, remedy.
fn render_one(fault: &Fault, severity: Severity, file: &str, line: &str) -> String {
    let mut out = String::new();
    let place = fault.place;
    let path = if fault.path.is_empty() { String::new() } else { format!("{}: ", visible(&fault.path)) };
    let position = if place.line == 0 { String::new() } else { format!(":{}:{}", place.line, place.column) };
    let _ = writeln!(out, "{file}{position}: {severity}: {path}{}", visible(&fault.problem));
    if place.line > 0 {
        out.push_str(&snippet(line, place));
    }
    if let Some(help) = &fault.help {
        let _ = writeln!(out, "      = help: {}", visible(help));
    }
    out
}

/// The lines of a text as YAML counts them: a carriage return ends one, with or without a line feed behind it.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_suffix("\r\n").or(text.strip_suffix(['\n', '\r'])).unwrap_or(text);
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
}

/// Messages quote the file; a quotation longer than this is cut.
const LONGEST_MESSAGE: usize = 600;

/// A message on one line of bearable length: control characters of the file (line breaks, terminal
/// escapes) are shown, not obeyed.
pub fn visible(message: &str) -> String {
    let escaped = |c: char| match is_unprintable(c) {
        true => c.escape_default().collect::<String>(),
        false => c.to_string(),
    };
    match message.chars().nth(LONGEST_MESSAGE) {
        None => message.chars().map(escaped).collect(),
        Some(_) => {
            let end: Vec<char> = message.chars().rev().take(LONGEST_MESSAGE / 4).collect();
            let start = message.chars().take(LONGEST_MESSAGE / 2);
            start.chain(" ... ".chars()).chain(end.into_iter().rev()).map(escaped).collect()
        }
    }
}

/// Lines longer than this are shown around the column only.
const WIDEST: usize = 100;

fn snippet(line: &str, place: Place) -> String {
    // A line may be the whole file.
    let column = line.chars().take(place.column.max(1) as usize - 1).count();
    let from = if column > WIDEST - 20 { column - 20 } else { 0 };
    let shown = line.chars().skip(from).take(WIDEST);
    let text: String = shown.map(|c| if is_unprintable(c) { ' ' } else { c }).collect();
    let until = from + text.chars().count();
    let underlined = (place.len.max(1) as usize).min(until.saturating_sub(column).max(1));
    format!(
        "{:>5} | {}\n      | {}{}\n",
        place.line,
        text.trim_end(),
        " ".repeat(column - from),
        "^".repeat(underlined)
    )
}

/// Most names that are compared to find the intended one: each takes about a microsecond, and a file can hold a hundred
/// thousand slips and as many names.
const MOST_COMPARED: usize = 300_000;

/// Looks for the intended name, until `MOST_COMPARED` names have been compared.
#[derive(Debug)]
pub struct Guesses {
    left: Cell<usize>,
}

impl Default for Guesses {
    fn default() -> Self {
        Guesses { left: Cell::new(MOST_COMPARED) }
    }
}

impl Guesses {
    /// As [`nearest`], of as many names as may still be compared.
    pub fn nearest<'a>(&self, given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        let compared = |_: &&str| self.left.set(self.left.get() - 1);
        nearest(given, names.into_iter().take(self.left.get()).inspect(compared))
    }
}

/// A list of names for a message: the first of them.
pub fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    const LISTED: usize = 20;
    let mut names = names.into_iter();
    let mut all: Vec<&str> = names.by_ref().take(LISTED).collect();
    if names.next().is_some() {
        all.push("...");
    }
    all.join(", ")
}

/// The nearest of `names` to `given`, when it is near enough to be a slip of the fingers.
pub fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // To a name of one letter every other such name is near.
    let far_enough = match given.chars().count() {
        0 | 1 => 0,
        2 => 1,
        letters => 1 + letters / 3,
    };
    let given = given.to_lowercase();
    names
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&given, &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= far_enough)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_shows_the_line_and_underlines_the_value() {
        let fault = Fault::at(Place::of(2, 7, 3), "unknown site `hqq`".into())
            .path("groups.pcs.site")
            .help("did you mean `hq`?");
        let text = render(&[fault], Severity::Error, "a.yaml", "groups:\n site: hqq\n");
        assert_eq!(
            text,
            "a.yaml:2:7: error: groups.pcs.site: unknown site `hqq`\n    2 |  site: hqq\n      |       ^^^\n      \
             = help: did you mean `hq`?\n"
        );
    }

    #[test]
    fn lines_end_as_in_yaml() {
        assert_eq!(lines("a\r\nb\rc\n\r\rd\r\n").collect::<Vec<_>>(), ["a", "b", "c", "", "", "d"]);
        let fault = Fault::at(Place::of(2, 1, 1), "no".into());
        assert!(render(&[fault], Severity::Error, "a.yaml", "a: 1\rb: 2\r").contains("    2 | b: 2\n"));
    }

    #[test]
    fn the_nearest_name_is_offered_only_when_near() {
        let names = ["licenses", "sites", "groups"];
        assert_eq!(nearest("licences", names), Some("licenses"));
        assert_eq!(nearest("Groups", names), Some("groups"));
        assert_eq!(nearest("platform", names), None);
    }
}

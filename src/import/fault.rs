//! What is wrong with the exported tables, and what was left out or assumed.
//!
//! Checking never stops at the first fault: those of all files come together, in order of file and
//! line. What a cell holds is kept apart from the sentence about it, so that a report about a
//! customer's estate can be shown without the customer's data.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt::Write;

use crate::scenario::fault::visible;

/// A file of rubbish has millions of faults; the first ones tell the story.
const SHOWN: usize = 50;

/// So many rows are named in a notice.
const EXAMPLES: usize = 3;

/// A cell of a broken file may hold the rest of it; so many characters are kept to be shown.
const LONGEST_FOUND: usize = 600;

/// One thing wrong with the tables, in one row or in many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFault {
    /// Name of the file, without its folder.
    pub file: String,
    /// Our name of the column, never the file's.
    pub column: Option<&'static str>,
    /// What is wrong; holds no content of the file.
    pub problem: String,
    /// What to do about it; holds no content of the file.
    pub help: String,
    /// In how many rows; 1 when the fault is of the file as a whole.
    pub count: u64,
    /// The first of those rows, at least one.
    pub examples: Vec<Example>,
}

impl ImportFault {
    /// A fault of a file as a whole.
    pub fn file(file: &str, problem: impl Into<String>, help: impl Into<String>) -> ImportFault {
        let (problem, help) = (problem.into(), help.into());
        let examples = vec![Example { line: None, found: None }];
        ImportFault { file: file.to_string(), column: None, problem, help, count: 1, examples }
    }

    pub(super) fn line(mut self, line: impl Into<Option<u64>>) -> ImportFault {
        let line = line.into();
        self.examples.iter_mut().for_each(|example| example.line = line);
        self
    }

    pub(super) fn column(mut self, column: &'static str) -> ImportFault {
        self.column = Some(column);
        self
    }

    pub(super) fn found(mut self, found: &str) -> ImportFault {
        self.examples.iter_mut().for_each(|example| example.found = Some(start_of(found)));
        self
    }

    /// The line of the first row; `None`: the file as a whole.
    pub fn first_line(&self) -> Option<u64> {
        self.examples.first().and_then(|example| example.line)
    }

    /// Is it the same mistake, be it in another row?
    fn is_like(&self, other: &ImportFault) -> bool {
        (&self.file, self.column, &self.problem, &self.help)
            == (&other.file, other.column, &other.problem, &other.help)
    }
}

fn start_of(found: &str) -> String {
    found.chars().take(LONGEST_FOUND).collect()
}

/// Everything wrong with the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults {
    /// The first of them by file and line; at least one.
    pub shown: Vec<ImportFault>,
    /// How many there are beyond those.
    pub more: u64,
}

/// Something about the tables that stops nothing: rows left out, assumptions made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Empty when it is about the folder.
    pub file: String,
    /// Holds no content of the file.
    pub what: Cow<'static, str>,
    /// How many rows it is about; 1 when it is about the file.
    pub count: u64,
    /// The first of those rows.
    pub examples: Vec<Example>,
}

/// A row that a notice is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Example {
    /// Without one the notice is about the file.
    pub line: Option<u64>,
    /// What stands there.
    pub found: Option<String>,
}

/// Collects faults and notices while the tables are read.
#[derive(Debug, Default)]
pub struct ImportFindings {
    faults: RefCell<Vec<ImportFault>>,
    /// Faults that were cut off.
    more: RefCell<u64>,
    notices: RefCell<Vec<Notice>>,
}

impl ImportFindings {
    /// Records a fault; the same in other rows is counted with it.
    pub(super) fn fault(&self, fault: ImportFault) {
        let mut faults = self.faults.borrow_mut();
        if let Some(known) = faults.iter_mut().find(|known| known.is_like(&fault)) {
            known.count += fault.count;
            fault.examples.into_iter().for_each(|example| keep_first(&mut known.examples, example));
            return;
        }
        faults.push(fault);
        if faults.len() >= 2 * SHOWN {
            *self.more.borrow_mut() += cut(&mut faults);
        }
    }

    pub(super) fn has_faults(&self) -> bool {
        !self.faults.borrow().is_empty()
    }

    /// Notes something about a line (or the file); the same about other lines is counted with it.
    pub fn notice(
        &self,
        file: &str,
        line: Option<u64>,
        what: impl Into<Cow<'static, str>>,
        found: Option<&str>,
    ) {
        let what = what.into();
        let mut notices = self.notices.borrow_mut();
        let notice = match notices.iter().position(|known| known.what == what && known.file == file) {
            Some(known) => &mut notices[known],
            None => {
                notices.push(Notice { file: file.to_string(), what, count: 0, examples: Vec::new() });
                notices.last_mut().expect("one was just added")
            }
        };
        notice.count += 1;
        let last = notice.examples.last().and_then(|example| example.line);
        if notice.examples.len() < EXAMPLES || line < last {
            keep_first(&mut notice.examples, Example { line, found: found.map(start_of) });
        }
    }

    /// Ends reading: the notices in order of file and line, unless there are faults.
    ///
    /// # Errors
    /// The faults, when there are any.
    pub fn finish(self) -> Result<Vec<Notice>, Faults> {
        let mut shown = self.faults.into_inner();
        let more = self.more.into_inner() + cut(&mut shown);
        if !shown.is_empty() {
            return Err(Faults { shown, more });
        }
        let mut notices = self.notices.into_inner();
        notices.sort_by(|a, b| (&a.file, &a.examples, &a.what).cmp(&(&b.file, &b.examples, &b.what)));
        Ok(notices)
    }
}

/// Takes an example in when it is one of the first rows.
fn keep_first(examples: &mut Vec<Example>, example: Example) {
    examples.push(example);
    examples.sort();
    examples.truncate(EXAMPLES);
}

/// Keeps the first faults by file and line; in how many rows those are that were cut off.
fn cut(faults: &mut Vec<ImportFault>) -> u64 {
    let place =
        |fault: &ImportFault| (fault.file.clone(), fault.first_line(), fault.column, fault.problem.clone());
    faults.sort_by_cached_key(place);
    let more = faults.iter().skip(SHOWN).map(|fault| fault.count).sum();
    faults.truncate(SHOWN);
    more
}

/// The faults as people read them; without `show_values` nothing of the tables' content is in it.
pub fn render(faults: &Faults, show_values: bool) -> String {
    let mut out = String::new();
    for fault in &faults.shown {
        let column = fault.column.map_or(String::new(), |column| format!("{column}: "));
        let line = fault.first_line().filter(|_| fault.count == 1);
        let rows = rows_of(fault.count, &fault.examples);
        let found = values_of(&fault.examples, show_values);
        let _ = writeln!(out, "{}{column}{}{rows}{found}", place(&fault.file, line), visible(&fault.problem));
        let _ = writeln!(out, "  help: {}", visible(&fault.help));
    }
    if faults.more > 0 {
        let _ = writeln!(out, "... and {} more", faults.more);
    }
    out
}

/// The notices as people read them, one a line; `show_values` as for [`render`].
pub fn render_notices(notices: &[Notice], show_values: bool) -> String {
    let mut out = String::new();
    for notice in notices {
        let first = notice.examples.first().and_then(|example| example.line);
        let rows = rows_of_notice(notice);
        let found = values_of(&notice.examples, show_values);
        let _ = writeln!(out, "{}{}{rows}{found}", place(&notice.file, first), visible(&notice.what));
    }
    out
}

/// The values of the first rows, each once in a row.
fn values_of(examples: &[Example], show: bool) -> String {
    let mut values: Vec<&str> = examples.iter().filter_map(|example| example.found.as_deref()).collect();
    values.dedup();
    values.iter().filter(|_| show).map(|found| quoted(found)).collect()
}

/// `, in 260 rows (lines 2, 3, 5, ...)` for a fault of several rows.
fn rows_of(count: u64, examples: &[Example]) -> String {
    match lines_of(count, examples) {
        _ if count < 2 => String::new(),
        None => format!(", {count} times"),
        Some(lines) => format!(", in {count} rows (lines {lines})"),
    }
}

/// ` (5 rows: lines 2, 3, 7, ...)` for a notice about several rows.
fn rows_of_notice(notice: &Notice) -> String {
    match lines_of(notice.count, &notice.examples) {
        _ if notice.count < 2 => String::new(),
        None => format!(" ({} times)", notice.count),
        Some(lines) => format!(" ({} rows: lines {lines})", notice.count),
    }
}

/// `2, 3, 7, ...`; `None` when no line is known.
fn lines_of(count: u64, examples: &[Example]) -> Option<String> {
    let lines: Vec<String> = examples.iter().filter_map(|example| Some(example.line?.to_string())).collect();
    let dots = if count > lines.len() as u64 { ", ..." } else { "" };
    (!lines.is_empty()).then(|| format!("{}{dots}", lines.join(", ")))
}

fn place(file: &str, line: Option<u64>) -> String {
    let file = visible(file);
    match line {
        _ if file.is_empty() => String::new(),
        Some(line) => format!("{file}:{line}: "),
        None => format!("{file}: "),
    }
}

fn quoted(found: &str) -> String {
    format!(" `{}`", visible(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(line: u64) -> ImportFault {
        ImportFault::file("agents.csv", "not a GUID", "write it well").line(line).column("Guid").found("x\ty")
    }

    fn faults_of(lines: impl Iterator<Item = u64>) -> Faults {
        let findings = ImportFindings::default();
        lines.for_each(|line| findings.fault(fault(line)));
        findings.finish().unwrap_err()
    }

    #[test]
    fn a_fault_shows_place_value_and_remedy_and_the_value_can_be_left_out() {
        let faults = faults_of([7].into_iter());
        let shown = "agents.csv:7: Guid: not a GUID `x\\ty`\n  help: write it well\n";
        assert_eq!(render(&faults, true), shown);
        assert_eq!(render(&faults, false), shown.replace(" `x\\ty`", ""));
    }

    #[test]
    fn the_same_fault_of_many_rows_is_one_message_that_names_the_first() {
        let faults = faults_of((1..=1_000).rev());
        let shown = "agents.csv: Guid: not a GUID, in 1000 rows (lines 1, 2, 3, ...) `x\\ty`\n  help: write it well\n";
        assert_eq!(render(&faults, true), shown);
        assert_eq!((faults.shown.len(), faults.more), (1, 0));
    }

    #[test]
    fn the_first_of_many_kinds_of_faults_are_shown_and_the_others_counted() {
        let findings = ImportFindings::default();
        for line in (1..=1_000).rev() {
            findings.fault(ImportFault::file("agents.csv", format!("wrong by {line}"), "").line(line));
        }
        let faults = findings.finish().unwrap_err();
        let lines: Vec<u64> = faults.shown.iter().filter_map(ImportFault::first_line).collect();
        assert_eq!((lines, faults.more), ((1..=50).collect::<Vec<u64>>(), 950));
        assert!(render(&faults, true).ends_with("\n... and 950 more\n"));
    }

    #[test]
    fn the_same_about_many_rows_is_one_notice_that_names_the_first() {
        let findings = ImportFindings::default();
        for line in [9, 4, 12, 5] {
            findings.notice("targets.csv", Some(line), "the same row again", Some("a"));
        }
        findings.notice("", None, "other files", Some("b.txt"));
        let notices = findings.finish().unwrap();
        let shown =
            "other files `b.txt`\ntargets.csv:4: the same row again (4 rows: lines 4, 5, 9, ...) `a`\n";
        assert_eq!(render_notices(&notices, true), shown);
        assert_eq!(render_notices(&notices, false), shown.replace(" `b.txt`", "").replace(" `a`", ""));
    }
}

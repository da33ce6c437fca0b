//! Are the quotes of a table well placed?
//!
//! The CSV reader takes broken quoting silently: a quote that is never closed swallows the rest of
//! the file as one cell, and text behind a closing quote is glued to the cell. So quotes are looked
//! at before.

use crate::import::fault::{ImportFault, ImportFindings};

/// Where in a cell a byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    /// Behind spaces at the start.
    Spaces,
    Plain,
    Quoted,
    /// Right behind a quote in a quoted cell: the end, or the first of two that stand for one.
    Quote,
    /// Behind the end of a quoted cell and spaces.
    End,
}

const HELP: &str = "inside a quoted value a quote is doubled (\"\"); export again with quoted values";

/// No row of these tables comes near to it. A line of a gigabyte would take many to be split.
const LONGEST_LINE: usize = 1 << 20;

/// Checks the quoting of a text that starts at a line; what is wrong becomes a fault with the line in which the quote
/// opened.
pub fn check((body, first_line, delimiter): (&str, u64, u8), file: &str, findings: &ImportFindings) -> bool {
    let mut found = 0;
    let mut fault = |line: u64, problem: String, help: &str| {
        found += 1;
        findings.fault(ImportFault::file(file, problem, help).line(line));
    };
    let (mut at, mut line, mut opened, mut started) = (At::Start, first_line, 0, 0);
    for (offset, &byte) in body.as_bytes().iter().enumerate() {
        let before = at;
        at = next(before, byte, delimiter);
        match (before, at) {
            (At::Start, At::Quoted) => opened = line,
            (At::Spaces, At::Plain) if byte == b'"' => fault(line, SPACE.to_string(), HELP),
            (At::Quote | At::End, At::Plain) => {
                fault(opened, behind_the_end(opened, line), HELP);
                // A quote that closed in another line most likely was another one's: what follows is upside down.
                if opened != line {
                    return false;
                }
            }
            _ if at != At::Quoted && offset - started > LONGEST_LINE => {
                fault(line, "a line of more than 1 MiB".to_string(), "this is no table; export it again");
                return false;
            }
            _ => {}
        }
        line += u64::from(byte == b'\n');
        if at == At::Quoted || byte == b'\n' || byte == b'\r' {
            started = offset;
        }
    }
    if at == At::Quoted {
        fault(opened, "a quote opens here and is never closed".to_string(), HELP);
    }
    found == 0
}

const SPACE: &str = "a space stands before the quote that opens a value";

fn behind_the_end(opened: u64, line: u64) -> String {
    match opened == line {
        true => "text stands behind the quote that closes a value".to_string(),
        false => {
            format!("a quote opens here, and text stands behind the quote that closes it in line {line}")
        }
    }
}

/// Where the byte behind this one stands.
fn next(at: At, byte: u8, delimiter: u8) -> At {
    match (at, byte) {
        (At::Quoted, b'"') => At::Quote,
        (At::Quoted, _) | (At::Quote, b'"') => At::Quoted,
        (_, b'\r' | b'\n') => At::Start,
        (_, byte) if byte == delimiter => At::Start,
        (At::Start, b'"') => At::Quoted,
        (At::Start | At::Spaces, b' ') => At::Spaces,
        (At::Quote | At::End, b' ') => At::End,
        _ => At::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fault::render;

    fn faults_of(body: &str) -> String {
        let findings = ImportFindings::default();
        let good = check((body, 1, b','), "t.csv", &findings);
        let faults = findings.finish().map_or_else(|faults| render(&faults, true), |_| String::new());
        assert_eq!(good, faults.is_empty());
        faults.lines().filter(|line| !line.starts_with("  help")).map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn good_quoting_passes() {
        for body in [
            "a,b\n",
            "\"a\",\"b,c\"\r\n",
            "\"say \"\"hi\"\"\",b\n",
            "\"two\nlines\",b\n",
            "\"\",\"\"",
            "\"a\" ,b\n",
            "5\" disk,b\n",
        ] {
            assert_eq!(faults_of(body), "", "{body}");
        }
    }

    #[test]
    fn broken_quoting_is_named_where_the_quote_opened() {
        for (body, faults) in [
            ("a,b\n\"c,d\ne,f\n", "t.csv:2: a quote opens here and is never closed\n"),
            ("a,b\n\"c\"d,e\n", "t.csv:2: text stands behind the quote that closes a value\n"),
            ("a,b\n\"c\" \"d\",e\n", "t.csv:2: text stands behind the quote that closes a value\n"),
            ("a, \"b\"\n", "t.csv:1: a space stands before the quote that opens a value\n"),
            (&format!("a\n{}", ",".repeat(2 << 20)), "t.csv:2: a line of more than 1 MiB\n"),
            (
                "a,b\n\"c,d\ne,\"f\"\n",
                "t.csv:2: a quote opens here, and text stands behind the quote that closes it in line 3\n",
            ),
        ] {
            assert_eq!(faults_of(body), faults);
        }
    }
}

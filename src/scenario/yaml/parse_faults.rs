//! Turns messages of the YAML crate about a text that it cannot read into faults in the words of this program.

use crate::scenario::fault::{Fault, Place, lines};

/// The fault for a message of the parser about a place in a text, reworded where the message addresses programmers.
pub fn fault_of(message: String, place: Place, text: &str) -> Fault {
    let message = match message.split_once(": ") {
        Some((head, rest)) if head.starts_with("error") || head.starts_with("line") => rest.to_string(),
        _ => message,
    };
    let message = message.lines().next().unwrap_or_default().trim_start_matches("error: ");
    // The place is shown in front; the parser repeats it at the end.
    let message = message.split(" at line ").next().unwrap_or_default();
    let lost = ["did not find expected ',' or", "illegal placement of ':'"];
    if lost.iter().any(|words| message.contains(words))
        && let Some((opened, bracket)) = open_bracket(text, place)
    {
        return Fault::at(opened, format!("the `{bracket}` that opens here is not closed"))
            .help("close it, or put a comma between its entries");
    }
    let known = TROUBLES.iter().find(|(words, _, _)| message.contains(words));
    match known {
        Some((_, problem, help)) => Fault::at(place, (*problem).into()).help(*help),
        None => Fault::at(place, format!("not valid YAML: {message}"))
            .help("look at the punctuation and indentation of this line and the one before"),
    }
}

const LESS: &str = "a scenario is a short text: give groups a number of clients instead of listing them";

/// What the parser says (a part of it), what that means for the author, and the remedy.
const TROUBLES: [(&str, &str, &str); 21] = [
    ("unclosed bracket '{'", "the `{` that opens here is not closed", "close it: `{key: value}`"),
    ("unclosed bracket '['", "the `[` that opens here is not closed", "close it: `[a, b]`"),
    (
        "unknown escape character",
        "a backslash in this quoted text escapes nothing known",
        "write two backslashes, or single quotes",
    ),
    ("unexpected character", "no value begins with this character", "quote the text: `\"...\"`"),
    ("multiple YAML documents", "a second document starts here", "one scenario per file"),
    ("tabs disallowed", "a tab indents this line", "YAML forbids tabs for indentation; use spaces"),
    ("recursive references", "this alias refers to the value it stands in", "a value cannot contain itself"),
    (
        "mapping values are not allowed",
        "a second colon in one value",
        "quote text that holds a colon; or give this key a line of its own",
    ),
    (
        "did not find expected key",
        "this line stands at no column of the lines above",
        "keys of one mapping start in the same column",
    ),
    ("unclosed quote", "the quote that opens here is never closed", "close it on the same line"),
    (
        "merge keys",
        "merge keys (`<<`) are not accepted",
        "write the keys out; an alias may stand for a whole value: `branch: *head_office`",
    ),
    ("unsupported tag", "tags (`!...`) are not accepted", "write the plain value"),
    ("unknown anchor", "this alias refers to nothing", "define it above: `&name value`"),
    ("expected string scalar", "a key must be plain text", "`key: value`"),
    ("cannot deserialize null into string", "a key is missing before the colon", "`key: value`"),
    ("simple key expected", "this line is not `key: value`", "put a colon and a space after the key"),
    ("Depth", "values are nested more than 32 levels deep", "no scenario needs more than 8"),
    ("recursion limit", "values are nested more than 32 levels deep", "no scenario needs more than 8"),
    ("alias replay limit", "aliases expand to more than 200,000 values", LESS),
    ("Anchors", "the file defines more than 50,000 anchors", LESS),
    ("budget breached", "the file holds more than 200,000 values", LESS),
];

/// The innermost bracket that is still open where the parser gave up.
fn open_bracket(text: &str, gave_up: Place) -> Option<(Place, char)> {
    let mut open = Vec::new();
    let mut quote = None;
    for (line, number) in lines(text).zip(1..=gave_up.line) {
        let end = if number == gave_up.line { gave_up.column.saturating_sub(1) } else { u64::MAX };
        let mut before = ' ';
        for (c, column) in line.chars().zip(1..=end) {
            match (quote, c) {
                (Some(q), _) if c == q => quote = None,
                (Some(_), _) => {}
                (None, '#') if before.is_whitespace() => break,
                // Inside a word, as in `o'clock`, a quote is a letter.
                (None, '"' | '\'') if !before.is_alphanumeric() => quote = Some(c),
                (None, '{' | '[') => open.push((Place::of(number, column, 1), c)),
                (None, '}' | ']') => drop(open.pop()),
                _ => {}
            }
            before = c;
        }
    }
    open.pop()
}

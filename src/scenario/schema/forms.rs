//! What a key takes, read from its comment in the reference.
//!
//! The comments speak a small language of their own: `true or false`; words in backticks (unless they
//! are keys); a *law*, a *schedule*, a *list*; a range `1 to 65535`; shapes in braces; `as under X` takes
//! what the key of that name takes there. Anything else is a plain value, whose units the program
//! knows and a schema cannot.

use serde_json::{Value, json};

use crate::scenario::distribution_syntax::KNOWN_DISTRIBUTIONS;
use crate::scenario::model::{Solution, Version};
use crate::scenario::read::runs;

/// Kinds of plain values that have more spellings than a schema can list.
const OPEN: [&str; 8] = ["duration", "period", "instant", "date", "size", "bandwidth", "name", "number"];

/// Forms that many keys take.
pub fn definitions() -> Value {
    let distributions: serde_json::Map<String, Value> =
        KNOWN_DISTRIBUTIONS.iter().map(|distribution| (distribution.to_string(), json!({}))).collect();
    let distribution = json!({
        "type": "object", "properties": distributions, "additionalProperties": false,
        "minProperties": 1, "maxProperties": 1,
    });
    let schedule = json!({"type": "object", "properties": {"every": {}, "offset": {}, "daily": {}}});
    json!({
        "name": {"type": "string", "pattern": "^[^\\s!-,/:-@\\[-^`{-~]+$", "maxLength": 64},
        "value": {"type": ["string", "number"]},
        "law": {"anyOf": [{"$ref": "#/$defs/value"}, distribution]},
        "schedule": {"anyOf": [{"$ref": "#/$defs/value"}, schedule]},
    })
}

/// The forms of a key's value. `is_word` tells the words in backticks that are no keys.
pub fn of(pattern: &str, comment: &str, shown: &Value, is_word: impl Fn(&str) -> bool) -> Value {
    if pattern == "platform.version" {
        return versions();
    }
    if pattern == "actions[*].run" {
        return json!({"enum": runs().collect::<Vec<_>>()}); // one of the words is also a key
    }
    if pattern == "licenses.*.solution" {
        let words = Solution::WORDS.iter().map(|(word, _)| *word);
        return json!({"enum": words.collect::<Vec<_>>()}); // so are these
    }
    if shown.is_boolean() {
        return json!({"type": "boolean"});
    }
    let mentions = |word: &str| words(comment).any(|found| found.eq_ignore_ascii_case(word));
    let range = range(comment);
    let is_integer = shown.is_i64() || shown.is_u64();
    let listed = listed(comment, shown, range.is_some(), is_word);
    let is_listed = shown.as_str().is_some_and(|shown| listed.iter().any(|word| word == shown));
    let mut forms = Vec::new();
    if !listed.is_empty() {
        forms.push(json!({"enum": listed}));
    }
    // These two take plain values, too.
    let distributions: Vec<&str> =
        ["law", "schedule"].into_iter().filter(|distribution| mentions(distribution)).collect();
    forms.extend(distributions.iter().map(|distribution| json!({"$ref": format!("#/$defs/{distribution}")})));
    if mentions("list") || shown.is_array() {
        forms.push(json!({"type": "array"}));
    }
    if comment.contains('{') || shown.is_object() && distributions.is_empty() {
        forms.push(mapping(shown));
    }
    if range.is_some() || is_integer {
        forms.push(integer(range));
    }
    let shows_plain = shown.is_string() && !is_listed || shown.is_f64();
    let mentions_plain = !is_integer && OPEN.into_iter().any(mentions) || mentions("list");
    let mentions_plain = mentions_plain || shown.is_array(); // a list of one needs no brackets
    if distributions.is_empty() && (shows_plain || mentions_plain || forms.is_empty()) {
        forms.push(json!({"$ref": "#/$defs/value"}));
    }
    match forms.len() {
        1 => forms.remove(0),
        _ => json!({"anyOf": forms}),
    }
}

/// A mapping with at least the keys shown.
fn mapping(shown: &Value) -> Value {
    let keys = shown.as_object().into_iter().flatten();
    let keys: serde_json::Map<String, Value> = keys.map(|(key, _)| (key.clone(), json!({}))).collect();
    match keys.is_empty() {
        true => json!({"type": "object"}),
        false => json!({"type": "object", "properties": keys}),
    }
}

fn integer(range: Option<(Option<u64>, Option<u64>)>) -> Value {
    let (least, most) = range.unwrap_or_default();
    let mut integer = json!({"type": "integer"});
    for (key, limit) in [("minimum", least), ("maximum", most)] {
        limit.into_iter().for_each(|limit| integer[key] = json!(limit));
    }
    integer
}

/// A version may be written as a number where it looks like one.
fn versions() -> Value {
    let releases = Version::RELEASES.map(|release| release.to_string());
    let spellings = releases.iter().flat_map(|word| {
        let number = serde_json::from_str::<serde_json::Number>(word).ok().map(Value::Number);
        number.into_iter().chain([json!(word)])
    });
    let update = "^\\s*\\d+\\.\\d+(\\.\\d+)?(\\s*[RSrs][UPup]\\s*\\d+)?(\\s*[HMhm][FPfp]\\s*\\d+)?\\s*$";
    let newest = releases.iter().filter_map(|word| word.parse::<f64>().ok()).fold(0.0, f64::max);
    json!({"anyOf": [
        {"enum": spellings.collect::<Vec<_>>()},
        {"type": "string", "pattern": update},
        {"type": "number", "exclusiveMinimum": newest},
    ]})
}

fn words(comment: &str) -> impl Iterator<Item = &str> {
    comment.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Words to choose from: those in backticks, and the one shown where there are others or a range.
fn listed(comment: &str, shown: &Value, has_range: bool, is_word: impl Fn(&str) -> bool) -> Vec<String> {
    let quoted = comment.split('`').skip(1).step_by(2);
    let is_plain = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    let mut listed: Vec<String> =
        quoted.filter(is_plain).filter(|word| is_word(word)).map(str::to_string).collect();
    if let Some(shown) = shown.as_str().filter(is_plain)
        && (has_range || !listed.is_empty())
    {
        listed.push(shown.to_string());
    }
    listed.sort();
    listed.dedup();
    listed
}

/// Least and most of `1 to 65535`, when no unit follows; a limit that is no plain number is left open.
fn range(comment: &str) -> Option<(Option<u64>, Option<u64>)> {
    let (before, after) = comment.split_once(" to ").filter(|(before, _)| before.ends_with(digit))?;
    let least = before.rsplit(|c: char| !digit(c)).next()?;
    let most: String = after.chars().take_while(|c| digit(*c)).collect();
    let rest = after[most.len()..].trim_start();
    if most.is_empty()
        || before.trim_end_matches(digit).ends_with(['.', '-'])
        || rest.starts_with(char::is_alphabetic)
    {
        return None;
    }
    let most = if rest.starts_with('^') { None } else { most.parse().ok() };
    Some((least.parse().ok(), most))
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_tell_the_forms() {
        let value = json!({"$ref": "#/$defs/value"});
        for (comment, shown, form) in [
            ("Is it on? true (assumption) or false.", json!(true), json!({"type": "boolean"})),
            ("Period; vendor default 1 h, large sites take 2 to 12 h.", json!("1h"), value.clone()),
            (
                "L1: `slic` adds, `legacy` replaces `until`.",
                json!("slic"),
                json!({"enum": ["legacy", "slic"]}),
            ),
            (
                "`never` (assumption), or a law.",
                json!("never"),
                json!({"anyOf": [{"enum": ["never"]}, {"$ref": "#/$defs/law"}]}),
            ),
            (
                "After this many: `never`, or 1 to 65535.",
                json!("never"),
                json!({"anyOf": [{"enum": ["never"]}, {"type": "integer", "minimum": 1, "maximum": 65535}]}),
            ),
            ("Seed, 0 to 2^64 - 1 (assumption).", json!(1), json!({"type": "integer", "minimum": 0})),
            (
                "Number of clients, or `unlimited`.",
                json!(800),
                json!({"anyOf": [{"enum": ["unlimited"]}, {"type": "integer"}]}),
            ),
            (
                "Shared equally: kbit/s, or `unlimited`.",
                json!("1 Gbit/s"),
                json!({"anyOf": [{"enum": ["unlimited"]}, value.clone()]}),
            ),
            (
                "Whom it targets: `all`, or a list of groups.",
                json!("all"),
                json!({"anyOf": [{"enum": ["all"]}, {"type": "array"}, value.clone()]}),
            ),
            ("Last day in force.", json!("2026-12-31"), value),
        ] {
            assert_eq!(of("x", comment, &shown, |word| word != "until"), form, "{comment}");
        }
    }
}

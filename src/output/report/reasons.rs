//! Reasons for holding no license, in words, with what cures them.

use std::collections::BTreeMap;

use maud::{Markup, html};

use crate::output::prose::numbers::{grouped, named};
use crate::output::prose::run::left_without_license_in_report;
use crate::rules::denial_reason::DenialReason;
use crate::scenario::model::Version;

/// One reason.
#[derive(Debug, Clone)]
pub struct ReasonRow {
    pub rule: Option<String>,
    pub words: String,
    pub cure: String,
    pub clients: u64,
    /// The first of them, where they are known.
    pub names: Vec<String>,
}

/// The version of the server, as a file of results says it; files of earlier builds do not.
pub fn version_of(text: &str) -> Version {
    Version::parse(text).unwrap_or(Version::V8_6)
}

/// Reasons of `summary.json`, by key; the most frequent first.
pub fn of_keys(reasons: &BTreeMap<String, u64>, version: Version) -> Markup {
    let reason = |(key, clients): (&String, &u64)| match DenialReason::of_key(key) {
        Some(denial) => {
            let (words, cure) = denial.words(version);
            let rule = denial.clause().map(|clause| clause.id().to_string());
            let (words, cure) = (words.to_string(), cure.to_string());
            (denial.has_left(), ReasonRow { rule, words, cure, clients: *clients, names: Vec::new() })
        }
        // A key of another version.
        None => {
            let (words, cure) = (key.replace('_', " "), String::new());
            (false, ReasonRow { rule: None, words, cure, clients: *clients, names: Vec::new() })
        }
    };
    let all: Vec<(bool, ReasonRow)> = reasons.iter().map(reason).collect();
    let (left, there): (Vec<_>, Vec<_>) = all.into_iter().partition(|(left, _)| *left);
    let gone: u64 = left.iter().map(|(_, reason)| reason.clients).sum();
    let there: Vec<ReasonRow> = there.into_iter().map(|(_, reason)| reason).collect();
    html! {
        @if there.is_empty() { p { "All clients that are there hold one." } } @else { (bars(&there)) }
        @if gone > 0 { p { (left_without_license_in_report(gone)) } }
    }
}

/// A table whose numbers are also bars; the most frequent first.
pub fn bars(reasons: &[ReasonRow]) -> Markup {
    let mut reasons: Vec<&ReasonRow> = reasons.iter().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.clients));
    let most = reasons.first().map_or(1, |reason| reason.clients.max(1));
    let with_names = reasons.iter().any(|reason| !reason.names.is_empty());
    html! {
        div class="scroll" { table aria-label="Reasons, with the number of clients" {
            thead { tr {
                th scope="col" class="number" { "clients" } th scope="col" aria-hidden="true" {} th scope="col" { "rule" } th scope="col" { "why" }
                @if with_names { th scope="col" { "some of them" } }
                th scope="col" { "what cures it" }
            } }
            tbody { @for reason in reasons { tr {
                td class="number" { (grouped(reason.clients)) }
                td class="bar" aria-hidden="true" { span style={ "width:" (reason.clients * 100 / most) "%" } {} }
                td { (reason.rule.as_deref().unwrap_or("")) }
                td class="long" { (reason.words) }
                @if with_names { td { (named(&reason.names, reason.clients)) } }
                td { (reason.cure) }
            } } }
        } }
    }
}

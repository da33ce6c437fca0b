//! The page of a diagnosis: which clients hold no license at an instant, why, and which licenses can be freed.

use maud::{Markup, html};

use crate::output::prose::dates::{day_of_text, minute_of_text};
use crate::output::prose::diagnosis::{
    HOLDERS_NOT_SCANNING, in_order, left_hold_none_in_report, refresh_returns, stopped_in_report,
};
use crate::output::prose::numbers::{counted, grouped};
use crate::output::report::page::{Page, facts, section};
use crate::output::report::reasons::{ReasonRow, bars};
use crate::output::results::diagnosis::{DIAGNOSIS, DiagnosisReason, DiagnosisResult};
use crate::output::store::read::{ReadError, ResultFiles};
use crate::rules::denial_reason::DenialReason;
use crate::rules::troubleshooting::order_matters;

/// Is it about clients that are no longer part of the fleet?
fn has_left(entry: &DiagnosisReason) -> bool {
    entry.reason.as_deref().and_then(DenialReason::of_key).is_some_and(DenialReason::has_left)
}

fn reason(entry: &DiagnosisReason) -> ReasonRow {
    let DiagnosisReason { rule, words, cure, clients, names, .. } = entry.clone();
    ReasonRow { rule, words, cure, clients, names }
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles) -> Result<Page, ReadError> {
    let (_, info, _) = files.origin()?;
    let manifest: DiagnosisResult = files.json(DIAGNOSIS)?;
    let reasons = |entries: &[DiagnosisReason]| bars(&entries.iter().map(reason).collect::<Vec<_>>());
    let body = html! {
        @if !manifest.without_license.is_empty() {
            (section("Why clients hold no license", &reasons(&manifest.without_license)))
        }
        @if !manifest.holders_not_scanning.is_empty() {
            (section(HOLDERS_NOT_SCANNING, &reasons(&manifest.holders_not_scanning)))
        }
        @if !manifest.licenses_to_free.is_empty() {
            (section("Licenses that could be freed", &reasons(&manifest.licenses_to_free)))
        }
        (section("The pool", &pool(&manifest)))
    };
    Ok(Page {
        title: info.identity.scenario.clone(),
        about: format!("Diagnosis as of {}, seed {}", minute_of_text(&manifest.at), info.identity.seed),
        answer: answer(&manifest),
        notes: notes(&manifest),
        body,
    })
}

fn answer(manifest: &DiagnosisResult) -> String {
    let on = day_of_text(&manifest.at);
    let there = || manifest.without_license.iter().filter(|entry| !has_left(entry));
    let denial: u64 = there().map(|entry| entry.clients).sum();
    let Some(most) = there().max_by_key(|entry| entry.clients) else {
        return format!("On {on} every client that is there holds a license.");
    };
    let rule = most.rule.as_ref().map_or(String::new(), |rule| format!(" ({rule})"));
    let hold = if denial == 1 { "holds" } else { "hold" };
    let lacking = counted(denial, "client");
    match most.clients == denial {
        true => format!("On {on} {lacking} {hold} no license. The reason{rule}: {}.", most.words),
        false => {
            let of = grouped(most.clients);
            format!(
                "On {on} {lacking} {hold} no license. The most frequent reason, of {of} of them{rule}: {}.",
                most.words
            )
        }
    }
}

fn notes(manifest: &DiagnosisResult) -> Vec<String> {
    let pool = &manifest.pool;
    let mut notes = Vec::new();
    let left: u64 =
        manifest.without_license.iter().filter(|entry| has_left(entry)).map(|entry| entry.clients).sum();
    if left > 0 {
        notes.push(left_hold_none_in_report(left));
    }
    if let Some(next) =
        pool.next_licensing_refresh.as_deref().filter(|_| pool.next_licensing_refresh_returns > 0)
    {
        let returns = refresh_returns(pool.next_licensing_refresh_returns, &minute_of_text(next));
        notes.push(format!("The licensing refresh {returns} (V1)."));
    }
    notes.extend(stopped_in_report(&pool.solution_state));
    let reasons = manifest.without_license.iter().chain(&manifest.holders_not_scanning);
    if order_matters(reasons.filter_map(|entry| DenialReason::of_key(entry.reason.as_deref()?))) {
        notes.push(in_order());
    }
    notes
}

fn pool(manifest: &DiagnosisResult) -> Markup {
    let DiagnosisResult { clients, pool, .. } = manifest;
    let none = if pool.licenses_total_unknown { "unknown" } else { "without limit" };
    let limit = |number: Option<u64>| number.map_or(none.into(), grouped);
    facts(&[
        ("Licenses owned", limit(pool.licenses_total)),
        ("Licenses in use", grouped(pool.licenses_in_use)),
        ("Licenses free", limit(pool.licenses_free)),
        ("In use beyond those owned (L3)", grouped(pool.licenses_over)),
        ("Of retired or deleted records, not refunded yet (V1)", grouped(pool.licenses_retired_unrefunded)),
        (
            "Next licensing refresh",
            pool.next_licensing_refresh.as_deref().map_or("none".into(), minute_of_text),
        ),
        ("State of the licenses", pool.license_state.replace('_', " ")),
        ("State of maintenance", pool.aup_state.clone()),
        ("Clients", grouped(clients.total)),
        ("Clients managed", grouped(clients.managed)),
        ("Clients with a license", grouped(clients.with_license)),
    ])
}

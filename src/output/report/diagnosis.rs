//! The page of a diagnosis: who holds no license at an instant, why, and what frees them.

use maud::{Markup, html};
use serde::Deserialize;

use crate::output::prose::dates::{day_of_text, minute_of_text};
use crate::output::prose::diagnosis::{left_hold_none_in_report, refresh_returns, stopped_in_report};
use crate::output::prose::numbers::{counted, grouped};
use crate::output::report::files::{Files, ReportError};
use crate::output::report::page::{Page, facts, section};
use crate::output::report::reasons::{Reason, bars};
use crate::output::results::diagnosis::DIAGNOSIS;
use crate::rules::denial_reason::DenialReason;

/// What the page needs of `diagnosis.json`.
#[derive(Debug, Deserialize)]
struct Manifest {
    at: String,
    clients: Clients,
    pool: Pool,
    without_license: Vec<Entry>,
    licenses_to_free: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Clients {
    total: u64,
    managed: u64,
    with_license: u64,
}

#[derive(Debug, Deserialize)]
struct Pool {
    licenses_total: Option<u64>,
    licenses_in_use: u64,
    licenses_free: Option<u64>,
    licenses_over: u64,
    licenses_retired_unrefunded: u64,
    next_licensing_refresh: Option<String>,
    next_licensing_refresh_returns: u64,
    license_state: String,
    aup_state: String,
    solution_state: String,
}

#[derive(Debug, Deserialize)]
struct Entry {
    /// Not said of licenses that could be freed.
    reason: Option<String>,
    rule: Option<String>,
    words: String,
    cure: String,
    clients: u64,
    names: Vec<String>,
}

impl Entry {
    /// Is it about clients that are no longer part of the fleet?
    fn has_left(&self) -> bool {
        self.reason.as_deref().and_then(DenialReason::of_key).is_some_and(DenialReason::has_left)
    }

    fn reason(&self) -> Reason {
        let Entry { rule, words, cure, clients, names, .. } = self;
        Reason {
            rule: rule.clone(),
            words: words.clone(),
            cure: cure.clone(),
            clients: *clients,
            names: names.clone(),
        }
    }
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &Files) -> Result<Page, ReportError> {
    let (_, told, _) = files.origin()?;
    let manifest: Manifest = files.json(DIAGNOSIS)?;
    let reasons = |entries: &[Entry]| bars(&entries.iter().map(Entry::reason).collect::<Vec<_>>());
    let body = html! {
        @if !manifest.without_license.is_empty() {
            (section("Why clients hold no license", &reasons(&manifest.without_license)))
        }
        @if !manifest.licenses_to_free.is_empty() {
            (section("Licenses that could be freed", &reasons(&manifest.licenses_to_free)))
        }
        (section("The pool", &pool(&manifest)))
    };
    Ok(Page {
        title: told.identity.scenario.clone(),
        about: format!("Diagnosis as of {}, seed {}", minute_of_text(&manifest.at), told.identity.seed),
        answer: answer(&manifest),
        notes: notes(&manifest),
        body,
    })
}

fn answer(manifest: &Manifest) -> String {
    let on = day_of_text(&manifest.at);
    let there = || manifest.without_license.iter().filter(|entry| !entry.has_left());
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

fn notes(manifest: &Manifest) -> Vec<String> {
    let pool = &manifest.pool;
    let mut notes = Vec::new();
    let left: u64 =
        manifest.without_license.iter().filter(|entry| entry.has_left()).map(|entry| entry.clients).sum();
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
    notes
}

fn pool(manifest: &Manifest) -> Markup {
    let Manifest { clients, pool, .. } = manifest;
    let limit = |number: Option<u64>| number.map_or("without limit".into(), grouped);
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

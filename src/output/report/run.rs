//! The page of one run.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Deserialize;

use super::super::folder::TIMELINE;
use super::super::origin::Told;
use super::super::planned::{Planned, turn_words_of};
use super::super::planning_text::rounded;
use super::super::summary_json::SUMMARY;
use super::super::text::{counted, grouped};
use super::files::{Files, ReportError};
use super::page::{Page, facts, section, table};
use super::timeline::{self, Timeline, marks};
use super::words::{bytes, day, minute};
use super::{downloads, reasons};

/// What the page needs of `summary.json`.
#[derive(Debug, Deserialize)]
struct Summary {
    pool: Pool,
    clients: Clients,
    scans: Scans,
    downloads: Downloads,
    updates: Option<Updates>,
    without_license: BTreeMap<String, u64>,
    next_license_event: Option<NextEvent>,
    actions_short: Vec<Short>,
    fingerprint: String,
}

#[derive(Debug, Deserialize)]
struct Pool {
    licenses_total_at_end: Option<u64>,
    licenses_in_use_at_end: u64,
    licenses_retired_unrefunded_at_end: u64,
    license_state_at_end: String,
    aup_state_at_end: String,
    peak_in_use: u64,
    peak_at: Option<String>,
    peak_demand: u64,
    peak_demand_at: Option<String>,
    peak_over: u64,
    first_exhausted_at: Option<String>,
    times_exhausted: u64,
    exhausted_hours: f64,
    first_expired_at: Option<String>,
    expired_hours: f64,
    first_not_covered_at: Option<String>,
    granted: u64,
    refunded: u64,
}

#[derive(Debug, Deserialize)]
struct Clients {
    total: u64,
    managed_at_end: u64,
    with_license_at_end: u64,
    waiting_at_end: u64,
    rejected: u64,
    waiting_client_hours: f64,
    mean_hours_from_first_scan_to_license: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Scans {
    returned: u64,
    rejected: u64,
}

#[derive(Debug, Deserialize)]
struct Downloads {
    completed: u64,
    bytes: u64,
    mean_total_s: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Updates {
    installed: u64,
    failed: u64,
    pending_at_end: u64,
}

#[derive(Debug, Deserialize)]
struct NextEvent {
    at: String,
    file: String,
    what: String,
}

#[derive(Debug, Deserialize)]
struct Short {
    action: u32,
    at: String,
    asked: Option<u32>,
    found: u32,
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &Files) -> Result<Page, ReportError> {
    let (_, told, start) = files.origin()?;
    let summary: Summary = files.json(SUMMARY)?;
    let timeline = Timeline::new(start, files.table(TIMELINE)?)?;
    let mut charts = vec![timeline::licenses(&timeline, marks(&told, start))?, timeline::chain(&timeline)?];
    charts.extend(timeline::flow(&timeline)?);
    let updates = if summary.updates.is_some() { timeline::updates(&timeline)? } else { Vec::new() };
    let body = html! {
        (section("Licenses and clients", &html! { @for chart in &charts { (chart.markup()) } }))
        (section("Why clients hold no license at the end", &reasons::counted(&summary.without_license)))
        (downloads::section(files, &told, &timeline)?)
        @if !updates.is_empty() { (section("Updates", &html! { @for chart in &updates { (chart.markup()) } })) }
        (section("In figures", &figures(&summary)))
        (section("What was planned", &planned(&told)))
    };
    Ok(Page {
        title: told.identity.scenario.clone(),
        about: format!(
            "One run of {}, {} to {}, seed {}",
            counted(summary.clients.total, "client"),
            minute(&told.start),
            minute(&told.end),
            told.identity.seed
        ),
        answer: answer(&summary),
        notes: notes(&summary),
        body,
    })
}

fn days(hours: f64) -> String {
    match hours {
        hours if hours >= 24.0 => format!("{:.1} days", hours / 24.0),
        hours => format!("{hours:.1} hours"),
    }
}

/// Does the pool run out, when, and whom does it hurt?
fn answer(summary: &Summary) -> String {
    let Summary { pool, clients, .. } = summary;
    let on =
        |at: &Option<String>| at.as_deref().map_or(String::new(), |at| format!(", first on {}", day(at)));
    let hurt = match clients.rejected {
        0 => "nobody is turned away".to_string(),
        1 => "1 client is turned away".to_string(),
        n => format!("{} clients are turned away", grouped(n)),
    };
    match (&pool.first_exhausted_at, pool.licenses_total_at_end) {
        (Some(first), _) => {
            let times = match pool.times_exhausted {
                1 => String::new(),
                n => format!(", {} times,", grouped(n)),
            };
            format!(
                "The pool runs out on {}{times} for {} in all; {hurt}.",
                day(first),
                days(pool.exhausted_hours)
            )
        }
        (None, _) if pool.peak_in_use == 0 => "No license is taken.".to_string(),
        (None, None) => {
            let most = counted(pool.peak_in_use, "license");
            format!("The pool has no limit; at most {most} are in use{}.", on(&pool.peak_at))
        }
        (None, Some(_)) => {
            let most = counted(pool.peak_in_use, "license");
            format!("The pool does not run out: at most {most} are in use{}; {hurt}.", on(&pool.peak_at))
        }
    }
}

fn notes(summary: &Summary) -> Vec<String> {
    let Summary { pool, clients, .. } = summary;
    let mut notes = Vec::new();
    if let Some(at) = pool.peak_demand_at.as_deref().filter(|_| pool.peak_demand > pool.peak_in_use) {
        let demand = counted(pool.peak_demand, "license");
        notes.push(format!("At the peak, on {}, {demand} are in use or waited for.", day(at)));
    }
    if pool.peak_over > 0 {
        let over = counted(pool.peak_over, "license");
        notes.push(format!("Up to {over} more are in use than are owned (L3)."));
    }
    if let Some(at) = &pool.first_expired_at {
        let total = days(pool.expired_hours);
        notes.push(format!("From {} on no license is in date, for {total} in all (E1).", day(at)));
    }
    if let Some(at) = &pool.first_not_covered_at {
        notes.push(format!(
            "From {} on maintenance does not cover the version, and no scan runs (M3).",
            day(at)
        ));
    }
    if clients.waiting_at_end > 0 {
        notes.push(format!("{} still wait at the end.", counted(clients.waiting_at_end, "client")));
    }
    if pool.licenses_retired_unrefunded_at_end > 0 {
        let held = counted(pool.licenses_retired_unrefunded_at_end, "license");
        notes.push(format!("{held} of retired or deleted records are not refunded yet at the end (V1)."));
    }
    if let Some(next) = &summary.next_license_event {
        let what = turn_words_of(&next.what).unwrap_or(&next.what);
        notes.push(format!("After the end, on {}, {} {what}.", day(&next.at), next.file));
    }
    for Short { action, at, asked, found } in &summary.actions_short {
        let asked = asked.map_or(String::new(), |asked| format!(" of {}", grouped(u64::from(asked))));
        let found = counted(u64::from(*found), "client");
        notes.push(format!("actions[{action}] on {} found {found}{asked}.", minute(at)));
    }
    notes
}

fn figures(summary: &Summary) -> Markup {
    let Summary { pool, clients, scans, downloads, updates, .. } = summary;
    let owned = pool.licenses_total_at_end.map_or("without limit".into(), grouped);
    let mut rows = vec![
        ("Licenses owned at the end", owned),
        ("Licenses in use at the end", grouped(pool.licenses_in_use_at_end)),
        ("Most in use at once", grouped(pool.peak_in_use)),
        ("Most in use or waited for at once", grouped(pool.peak_demand)),
        ("Licenses taken", grouped(pool.granted)),
        ("Licenses returned", grouped(pool.refunded)),
        ("State of the licenses at the end", pool.license_state_at_end.replace('_', " ")),
        ("State of maintenance at the end", pool.aup_state_at_end.clone()),
        ("Clients managed at the end", grouped(clients.managed_at_end)),
        ("Clients with a license at the end", grouped(clients.with_license_at_end)),
        ("Clients turned away at least once", grouped(clients.rejected)),
        ("Hours that clients waited, summed", rounded(clients.waiting_client_hours)),
    ];
    if let Some(mean) = clients.mean_hours_from_first_scan_to_license {
        rows.push(("Mean hours from first scan to license", rounded(mean)));
    }
    rows.push(("Scans processed", grouped(scans.returned)));
    rows.push(("Scans rejected", grouped(scans.rejected)));
    rows.push(("Downloads completed", grouped(downloads.completed)));
    rows.push(("Downloaded", bytes(downloads.bytes as f64)));
    if let Some(mean) = downloads.mean_total_s {
        rows.push(("Mean seconds of a download, waiting included", rounded(mean)));
    }
    if let Some(Updates { installed, failed, pending_at_end }) = updates {
        rows.push(("Updates installed", grouped(*installed)));
        rows.push(("Updates failed", grouped(*failed)));
        rows.push(("Updates pending at the end", grouped(*pending_at_end)));
    }
    rows.push(("Fingerprint of the run", summary.fingerprint.clone()));
    facts(&rows)
}

/// License dates, actions and outages.
pub fn planned(told: &Told) -> Markup {
    if told.planned.is_empty() {
        return html! { p { "Nothing: no license file begins or ends, and nobody acts." } };
    }
    let row = |planned: &Planned| {
        vec![minute(&planned.at), planned.rule.clone().unwrap_or_default(), planned.words.clone()]
    };
    let rows: Vec<Vec<String>> = told.planned.iter().map(row).collect();
    table(&["when", "rule", "what"], &[], &rows)
}

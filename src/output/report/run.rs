//! The page of one run.

use maud::{Markup, html};

use crate::output::prose::calendar::{Planned, turn_words_of};
use crate::output::prose::dates::{day_of_text, minute_of_text, roughly_hours};
use crate::output::prose::numbers::{bytes, counted, counted_are, grouped, number, verb_ending};
use crate::output::prose::run::{first_and_in_all, ran_out_in_report, refused_in_report, shortfall};
use crate::output::report::page::{Page, facts, section, table};
use crate::output::report::timeline::{self, TimelineTable, marks};
use crate::output::report::{downloads, reasons};
use crate::output::results::origin::ScenarioInfo;
use crate::output::results::summary::{ActionShort, SUMMARY, Summary, SummaryPool, SummaryUpdates};
use crate::output::store::read::{ReadError, ResultFiles};

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles) -> Result<Page, ReadError> {
    let (_, info, start) = files.origin()?;
    let summary: Summary = files.json(SUMMARY)?;
    let timeline = TimelineTable::new(start, files)?;
    let marks = marks(&info, start);
    let stages = timeline::stages(timeline.across(), |column| timeline.table.numbers(column), marks.clone())?;
    let mut charts = vec![timeline::licenses(&timeline, marks.clone())?, stages];
    charts.extend(timeline::flow(&timeline, &marks)?);
    let mut updates = match summary.updates {
        Some(_) => timeline::updates(&timeline, &marks)?,
        None => Vec::new(),
    };
    charts.retain(|chart| chart.id == "licenses" || !chart.is_flat_zero());
    updates.retain(|chart| !chart.is_flat_zero());
    let trouble = RunTrouble::of(&timeline, &summary)?;
    let body = html! {
        (section("Licenses and clients", &html! { @for chart in &charts { (chart.markup()) } }))
        (section("Why clients hold no license at the end", &without_license(&summary)))
        (downloads::section(files, &info, &timeline)?)
        @if !updates.is_empty() { (section("Updates", &html! { @for chart in &updates { (chart.markup()) } })) }
        (section("In figures", &figures(&summary)))
        (section("What was planned", &planned(&info)))
    };
    Ok(Page {
        title: info.identity.scenario.clone(),
        about: format!(
            "One run of {}, {} to {}, seed {}",
            counted(summary.clients.total, "client"),
            minute_of_text(&info.start),
            minute_of_text(&info.end),
            info.identity.seed
        ),
        answer: answer(&summary, &trouble),
        notes: notes(&summary, &trouble),
        body,
    })
}

fn without_license(summary: &Summary) -> Markup {
    reasons::of_keys(&summary.without_license, reasons::version_of(&summary.pool.version_at_end))
}

/// What keeps clients from licenses and updates, beside the pool.
#[derive(Debug, Default)]
struct RunTrouble {
    scans_not_run: u64,
    scans_without_policy: u64,
    downloads_failed: u64,
    /// No scan ran because of maintenance: first, and when that was over.
    not_covered: Option<(String, Option<String>)>,
}

impl RunTrouble {
    fn of(timeline: &TimelineTable, summary: &Summary) -> Result<RunTrouble, ReadError> {
        let sum = |column: &str| -> Result<u64, ReadError> {
            Ok(timeline.table.numbers(column)?.into_iter().flatten().sum::<f64>() as u64)
        };
        let (states, at) = (timeline.table.words("solution_state")?, timeline.table.words("timestamp")?);
        let last = states.iter().rposition(|state| *state == "not_covered");
        let over = last.and_then(|row| at.get(row + 1)).map(|at| (*at).to_string());
        Ok(RunTrouble {
            scans_not_run: sum("scans_not_run")?,
            scans_without_policy: summary.scans.without_policy,
            downloads_failed: sum("downloads_failed")?,
            not_covered: summary.pool.first_not_covered_at.clone().map(|first| (first, over)),
        })
    }

    /// Licenses, maintenance or the scan policy stop scans.
    fn in_words(&self, pool: &SummaryPool) -> Option<String> {
        let scans = format!("{} do not run", counted(self.scans_not_run, "scan"));
        if let Some(first) = &pool.first_expired_at {
            let all = first_and_in_all(&day_of_text(first), &roughly_hours(pool.expired_hours));
            return Some(format!("No license is in date, {all}: {scans} (E1)."));
        }
        if self.not_covered.is_none() && self.scans_without_policy > 0 {
            let scans = format!("{} do not run", counted(self.scans_without_policy, "scan"));
            return Some(format!(
                "The scan policy is off for some clients, or all, for a time: {scans} (C8)."
            ));
        }
        let (first, over) = self.not_covered.as_ref()?;
        let until = over.as_ref().map_or("to the end".into(), |over| format!("until {}", day_of_text(over)));
        let (first, what) = (day_of_text(first), "Maintenance does not cover the version");
        Some(format!("{what}, from {first} {until}: {scans} (M3)."))
    }
}

/// Does the pool run out, when, and how many clients does it affect? If none: what else stops clients?
fn answer(summary: &Summary, trouble: &RunTrouble) -> String {
    let Summary { pool, clients, .. } = summary;
    let stopped = || trouble.in_words(pool).filter(|_| trouble.scans_not_run > 0);
    let hurt = |n| match n {
        1 => "1 client is turned away".to_string(),
        n => format!("{} clients are turned away", grouped(n)),
    };
    let first = pool.first_exhausted_at.as_deref().map(day_of_text);
    let first_used =
        pool.peak_at.as_deref().map_or(String::new(), |at| format!(", first on {}", day_of_text(at)));
    let most = counted_are(pool.peak_in_use, "license");
    let total = roughly_hours(pool.exhausted_hours);
    match (first, clients.rejected, pool.licenses_total_at_end) {
        (Some(first), rejected @ 1.., _) => {
            let out = ran_out_in_report(pool.times_exhausted, &first, &total);
            format!("The pool runs out {out}; {}.", hurt(rejected))
        }
        (_, rejected @ 1.., _) => format!("{}.", hurt(rejected)),
        _ if pool.peak_in_use == 0 => match stopped() {
            Some(why) => format!("No license is taken. {why}"),
            None => "No license is taken.".to_string(),
        },
        (Some(first), ..) => {
            let all = first_and_in_all(&first, &total);
            stopped().unwrap_or(format!("All licenses are in use {all}, and nobody is turned away."))
        }
        (None, _, None) => {
            stopped().unwrap_or(format!("The pool has no limit; at most {most} in use{first_used}."))
        }
        (None, _, Some(_)) => {
            stopped().unwrap_or(format!("The pool does not run out: at most {most} in use{first_used}."))
        }
    }
}

fn notes(summary: &Summary, trouble: &RunTrouble) -> Vec<String> {
    let Summary { pool, clients, .. } = summary;
    let info = answer(summary, trouble);
    let mut notes = Vec::new();
    if let Some(at) = pool.peak_demand_at.as_deref().filter(|_| pool.peak_demand > pool.peak_in_use) {
        notes.push(format!(
            "At the peak, on {}, {} in use or waited for.",
            day_of_text(at),
            counted_are(pool.peak_demand, "license")
        ));
    }
    if pool.peak_over > 0 {
        notes.push(format!(
            "At the worst, {} in use beyond those owned (L3).",
            counted_are(pool.peak_over, "license")
        ));
    }
    notes.extend(trouble.in_words(pool).filter(|why| !info.contains(why.as_str())));
    if trouble.downloads_failed > 0 {
        notes.push(format!("{} failed (C4).", counted(trouble.downloads_failed, "download")));
    }
    if let Some(updates) = &summary.updates {
        let refused = [updates.imports_refused, updates.bulletins_refused, updates.tasks_refused];
        notes.extend(refused_in_report(refused));
    }
    if clients.waiting_at_end > 0 {
        let waiting = counted(clients.waiting_at_end, "client");
        notes.push(format!("{waiting} still wait{} at the end.", verb_ending(clients.waiting_at_end)));
    }
    if pool.licenses_retired_unrefunded_at_end > 0 {
        let held = counted_are(pool.licenses_retired_unrefunded_at_end, "license");
        notes.push(format!("At the end {held} held by retired or deleted records, not refunded yet (V1)."));
    }
    if let Some(next) = &summary.next_license_event {
        let what = turn_words_of(&next.what).unwrap_or(&next.what);
        notes.push(format!("After the end, on {}, {} {what}.", day_of_text(&next.at), next.file));
    }
    for ActionShort { action, at, asked, found, left_out } in &summary.actions_short {
        notes.push(format!("{}.", shortfall(*action, &minute_of_text(at), *asked, *found, *left_out)));
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
        ("Hours that clients waited, summed", number(clients.waiting_client_hours)),
    ];
    if let Some(mean) = clients.mean_hours_from_first_scan_to_license {
        rows.push(("Mean hours from first scan to license", number(mean)));
    }
    rows.push(("Scans processed", grouped(scans.returned)));
    rows.push(("Scans rejected", grouped(scans.rejected)));
    rows.push(("Downloads completed", grouped(downloads.completed)));
    rows.push(("Downloaded", bytes(downloads.bytes as f64)));
    if let Some(mean) = downloads.mean_total_s {
        rows.push(("Mean seconds of a download, waiting included", number(mean)));
    }
    if let Some(SummaryUpdates { installed, failed, pending_at_end, .. }) = updates {
        rows.push(("Updates installed", grouped(*installed)));
        rows.push(("Updates failed", grouped(*failed)));
        rows.push(("Updates pending at the end", grouped(*pending_at_end)));
    }
    rows.push(("Fingerprint of the run", summary.fingerprint.clone()));
    facts(&rows)
}

/// License dates, actions and outages.
pub fn planned(info: &ScenarioInfo) -> Markup {
    if info.planned.is_empty() {
        return html! { p { "Nothing: no license file begins or ends, and nobody acts." } };
    }
    let row = |planned: &Planned| {
        vec![minute_of_text(&planned.at), planned.rule.clone().unwrap_or_default(), planned.words.clone()]
    };
    let rows: Vec<Vec<String>> = info.planned.iter().map(row).collect();
    table("What was planned", &["when", "rule", "what"], &[], &rows)
}

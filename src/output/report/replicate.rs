//! The page of many runs: bands, the risk by date, distributions.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::bands_csv::BANDS;
use super::super::planning_text::{percent, rounded};
use super::super::replicate_json::REPLICATE;
use super::super::replications_csv::REPLICATIONS;
use super::super::text::{counted, grouped};
use super::chart::{Across, Chart, Look, Mark, Series};
use super::files::{Files, ReportError};
use super::page::{Page, section, table};
use super::run::planned;
use super::table::Table;
use super::timeline::marks;
use super::words::{day, minute};
use crate::study::measures::{EVENTS, MEASURES, Unit};

/// What the page needs of `replicate.json`.
#[derive(Debug, Deserialize)]
struct Manifest {
    replications: u64,
    complete: bool,
    warm_up_until: Option<String>,
    probabilities: BTreeMap<String, Probability>,
    measures: BTreeMap<String, Figures>,
}

#[derive(Debug, Deserialize)]
struct Probability {
    probability: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Figures {
    n: u64,
    mean: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    p05: Option<f64>,
    p50: Option<f64>,
    p95: Option<f64>,
    dates: Option<Dates>,
}

#[derive(Debug, Deserialize)]
struct Dates {
    p05: String,
    p50: String,
    p95: String,
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &Files) -> Result<Page, ReportError> {
    let (_, told, start) = files.origin()?;
    let manifest: Manifest = files.json(REPLICATE)?;
    let bands = Bands::new(files, start)?;
    let marks = marks(&told, start);
    let charts = [bands.licenses(marks.clone())?, bands.waiting(marks)?, bands.chain()?];
    let risk = risk_by_date(files, start, bands.until())?;
    let body = html! {
        (section("Licenses and clients", &html! {
            (charts[0].markup())
            @if let Some(risk) = &risk { (risk.markup()) }
            (charts[1].markup()) (charts[2].markup())
        }))
        (section("How likely", &probabilities(&manifest)))
        (section("In figures", &figures(&manifest)))
        (section("What was planned", &planned(&told)))
    };
    let warm_up = manifest.warm_up_until.as_deref();
    let warm_up = warm_up.map_or(String::new(), |until| format!(", counted from {} on", minute(until)));
    Ok(Page {
        title: told.identity.scenario.clone(),
        about: format!(
            "{} under different luck, {} to {}{warm_up}, seed {}",
            counted(manifest.replications, "run"),
            minute(&told.start),
            minute(&told.end),
            told.identity.seed
        ),
        answer: answer(&manifest),
        notes: notes(&manifest),
        body,
    })
}

/// `12.3 % of the runs (95 % interval 10.4 to 14.4 %)`.
fn share_of_runs(of: &Probability) -> Option<String> {
    let (share, low, high) = (of.probability?, of.ci_low?, of.ci_high?);
    let low = percent(low);
    let low = low.trim_end_matches(" %");
    Some(format!("{} of the runs (95 % interval {low} to {})", percent(share), percent(high)))
}

fn answer(manifest: &Manifest) -> String {
    let Some(out) = manifest.probabilities.get("pool_exhausted") else { return String::new() };
    let rejected = manifest.probabilities.get("any_rejected").and_then(|p| p.probability).unwrap_or(0.0);
    let hurt = match rejected {
        0.0 => "nobody is turned away in any".to_string(),
        share => format!("clients are turned away in {}", percent(share)),
    };
    if out.probability == Some(0.0) {
        let runs = counted(manifest.replications, "run");
        let most =
            out.ci_high.map_or(String::new(), |high| format!(" (the risk is at most {})", percent(high)));
        return format!("The pool runs out in none of {runs}{most}; {hurt}.");
    }
    let dates = manifest.measures.get("first_exhausted").and_then(|first| first.dates.as_ref());
    let when = dates.map_or(String::new(), |dates| {
        format!(", on {} (90 %: {} to {})", day(&dates.p50), day(&dates.p05), day(&dates.p95))
    });
    match out.probability {
        Some(1.0) => format!("The pool runs out in every run{when}; {hurt}."),
        _ => {
            let share = share_of_runs(out).unwrap_or_default();
            format!("The pool runs out in {share}{when}; {hurt}.")
        }
    }
}

fn notes(manifest: &Manifest) -> Vec<String> {
    let mut notes = Vec::new();
    if !manifest.complete {
        let runs = counted(manifest.replications, "run");
        notes.push(format!("The work was broken off: this is of the first {runs} only."));
    }
    if let Some(demand) = manifest.measures.get("peak_demand")
        && let (Some(low), Some(middle), Some(high)) = (demand.p05, demand.p50, demand.p95)
    {
        notes.push(format!(
            "At the peak {} licenses are in use or waited for (90 %: {} to {}).",
            rounded(middle),
            rounded(low),
            rounded(high)
        ));
    }
    if let Some(expired) =
        manifest.probabilities.get("licenses_expired").filter(|p| p.probability > Some(0.0))
    {
        let share = share_of_runs(expired).unwrap_or_default();
        notes.push(format!("No license is in date at some time in {share} (E1)."));
    }
    notes
}

/// The columns of `bands.csv`, each over time.
struct Bands {
    start: DateTime,
    /// Seconds after the start.
    at: Vec<f64>,
    table: Table,
}

impl Bands {
    fn new(files: &Files, start: DateTime) -> Result<Bands, ReportError> {
        let table = files.table(BANDS)?;
        Ok(Bands { start, at: table.only("column", "licenses_total")?.all_numbers("time_s")?, table })
    }

    fn across(&self) -> Across {
        Across::Time { start: self.start, at: self.at.clone() }
    }

    fn until(&self) -> f64 {
        self.at.last().copied().unwrap_or(0.0)
    }

    /// A column of the timeline, a row an instant.
    fn of(&self, column: &str) -> Result<Table, ReportError> {
        self.table.only_as_many("column", column, self.at.len())
    }

    /// Nine of ten runs, half of them, and their median.
    fn spread(&self, column: &str, what: &str, colour: usize) -> Result<Vec<Series>, ReportError> {
        let table = self.of(column)?;
        let band = |low: &str, high: &str, share: &str| -> Result<Series, ReportError> {
            let look = Look::Band { upper: table.numbers(high)? };
            Ok(Series::new(format!("{what}: {share} of the runs"), look, colour, table.numbers(low)?))
        };
        let median = Series::new(format!("{what}: median"), Look::Line, colour, table.numbers("p50")?);
        Ok(vec![band("p05", "p95", "90 %")?, band("p25", "p75", "half")?, median])
    }

    fn licenses(&self, marks: Vec<Mark>) -> Result<Chart, ReportError> {
        let mut series = self.spread("licenses_in_use", "in use", 1)?;
        let owned = self.of("licenses_total")?.numbers("p50")?;
        series.push(Series::new("owned", Look::Step, 0, owned));
        Ok(Chart {
            id: "licenses",
            title: "Licenses over time".into(),
            about: "Licenses in use against those owned: the median of the runs, and where half and nine of ten of \
                    them lie at each instant."
                .into(),
            x: self.across(),
            unit: "licenses",
            series,
            marks,
            level: None,
        })
    }

    fn waiting(&self, marks: Vec<Mark>) -> Result<Chart, ReportError> {
        Ok(Chart {
            id: "waiting",
            title: "Clients waiting for a license".into(),
            about: "Clients that were rejected because the pool was full, and wait (X2).".into(),
            x: self.across(),
            unit: "clients",
            series: self.spread("clients_waiting", "waiting", 2)?,
            marks,
            level: None,
        })
    }

    fn chain(&self) -> Result<Chart, ReportError> {
        let mean = |label: &str, look, colour, column: &str| -> Result<Series, ReportError> {
            let table = self.of(column)?;
            Ok(Series::new(label, look, colour, table.numbers("mean")?))
        };
        Ok(Chart {
            id: "chain",
            title: "The way to a license".into(),
            about: "How many clients have got at least so far, mean over the runs: from the record over plug-in, \
                    inventory, target and package to the license (C1 to C6)."
                .into(),
            x: self.across(),
            unit: "clients",
            series: vec![
                mean("managed", Look::Line, 0, "clients_managed")?,
                mean("plug-in installed", Look::Line, 5, "clients_plugin_installed")?,
                mean("plug-in reported by inventory", Look::Line, 6, "clients_plugin_reported")?,
                mean("targeted", Look::Line, 3, "clients_targeted")?,
                mean("package complete", Look::Line, 4, "clients_package_ready")?,
                mean("hold a license", Look::Area, 1, "licenses_in_use")?,
            ],
            marks: Vec::new(),
            level: None,
        })
    }
}

/// The share of runs in which the pool has run out by each date.
fn risk_by_date(files: &Files, start: DateTime, until: f64) -> Result<Option<Chart>, ReportError> {
    let first = files.table(REPLICATIONS)?.numbers("first_exhausted_s")?;
    let runs = first.len() as f64;
    let mut when: Vec<f64> = first.into_iter().flatten().collect();
    when.sort_by(f64::total_cmp);
    if when.is_empty() {
        return Ok(None);
    }
    let share = |n: usize| Some(100.0 * n as f64 / runs);
    let steps = when.iter().enumerate().map(|(n, at)| (*at, share(n + 1)));
    let ends = [(until, share(when.len()))];
    let (at, y): (Vec<f64>, Vec<Option<f64>>) =
        [(0.0, Some(0.0))].into_iter().chain(steps).chain(ends).unzip();
    Ok(Some(Chart {
        id: "risk",
        title: "Risk that the pool has run out".into(),
        about: "Share of the runs in which no license was left at some time up to the date.".into(),
        x: Across::Time { start, at },
        unit: "%",
        series: vec![Series::new("has run out", Look::Bars, 2, y)],
        marks: Vec::new(),
        level: None,
    }))
}

fn probabilities(manifest: &Manifest) -> Markup {
    let row = |event: &crate::study::measures::Event| {
        let of = manifest.probabilities.get(event.name)?;
        let shown = |share: Option<f64>| share.map_or("-".into(), percent);
        Some(vec![event.meaning.to_string(), shown(of.probability), shown(of.ci_low), shown(of.ci_high)])
    };
    let rows: Vec<Vec<String>> = EVENTS.iter().filter_map(row).collect();
    table(&["what happens", "in", "95 % interval from", "to"], &[false, true, true, true], &rows)
}

fn figures(manifest: &Manifest) -> Markup {
    let mut rows = Vec::new();
    for measure in &MEASURES {
        let Some(of) = manifest.measures.get(measure.name) else { continue };
        let shown = |number: Option<f64>| number.map_or("-".into(), rounded);
        let mut row = vec![measure.meaning.to_string(), unit(measure.unit).to_string(), grouped(of.n)];
        match &of.dates {
            Some(dates) => row.extend([&dates.p05, &dates.p50, &dates.p95].map(|at| minute(at))),
            None => row.extend([of.p05, of.p50, of.p95].map(shown)),
        }
        let mean = match (measure.unit, of.mean, of.ci_low.zip(of.ci_high)) {
            (Unit::Instant, ..) | (_, None, _) => "-".to_string(),
            (_, Some(mean), None) => rounded(mean),
            (_, Some(mean), Some((low, high))) => {
                format!("{} \u{b1} {}", rounded(mean), rounded(0.5 * (high - low)))
            }
        };
        row.push(mean);
        rows.push(row);
    }
    let header = ["figure", "in", "runs that have it", "5 %", "median", "95 %", "mean and its 95 % interval"];
    table(&header, &[false, false, true, true, true, true, true], &rows)
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Instant => "date",
        Unit::Seconds => "seconds",
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::Count | Unit::Number => "",
    }
}

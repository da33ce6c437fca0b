//! The page of many runs: bands, the risk by date, distributions.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use maud::{Markup, html};
use serde::Deserialize;

use crate::output::prose::numbers::counted;
use crate::output::report::chart::{Across, Chart, Look, Mark, Series};
use crate::output::report::files::{Files, ReportError};
use crate::output::report::page::{Page, section, table};
use crate::output::report::run::planned;
use crate::output::report::table::Table;
use crate::output::report::thinned::Thinning;
use crate::output::report::timeline::{LINES, marks, stages};
use crate::output::report::words::{day, days, difference, figure, minute, number, share, shares, unit};
use crate::output::results::replicate::REPLICATE;
use crate::output::tables::bands::BANDS;
use crate::output::tables::replications::REPLICATIONS;
use crate::study::measures::{EVENTS, MEASURES, MeasuredEvent, Unit};

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
    max: Option<f64>,
    dates: Option<Dates>,
}

#[derive(Debug, Deserialize)]
struct Dates {
    min: String,
    p05: String,
    p50: String,
    p95: String,
    max: String,
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &Files) -> Result<Page, ReportError> {
    let (_, told, start) = files.origin()?;
    let manifest: Manifest = files.json(REPLICATE)?;
    let bands = Bands::new(files, start)?;
    let marks = marks(&told, start);
    let mut others = vec![bands.waiting(marks.clone())?, bands.stages(marks.clone())?];
    others.retain(|chart| !chart.is_flat_zero());
    let licenses = bands.licenses(marks)?;
    let risk = risk_by_date(files, start, bands.until())?;
    let body = html! {
        (section("Licenses and clients", &html! {
            (licenses.markup())
            @if let Some(risk) = &risk { (risk.markup()) }
            @for chart in &others { (chart.markup()) }
        }))
        (section("How likely", &probabilities(&manifest)))
        (section("In figures", &figures(&manifest, start)))
        (section("What was planned", &planned(&told)))
    };
    let warm_up = manifest.warm_up_until.as_deref();
    let warm_up = warm_up.map_or(String::new(), |until| format!(", counted from {} on", minute(until)));
    Ok(Page {
        title: told.identity.scenario.clone(),
        about: format!(
            "{}, each with luck of its own, {} to {}{warm_up}, seed {}",
            counted(manifest.replications, "run"),
            minute(&told.start),
            minute(&told.end),
            told.identity.seed
        ),
        answer: answer(&manifest, bands.bounded()?),
        notes: notes(&manifest),
        body,
    })
}

/// From so many runs on nine of ten are told apart from all.
const ENOUGH: u64 = 20;

/// `12.3 % of 1,000 runs (95 % interval 10.4 to 14.4 %)`.
fn share_of_runs(of: &Probability, manifest: &Manifest) -> Option<String> {
    let (probability, low, high) = (of.probability?, of.ci_low?, of.ci_high?);
    let runs = counted(manifest.replications, "run");
    Some(format!("{} of {runs} (95 % interval {})", share(probability), shares(low, high)))
}

/// On what day, of runs in which it happens.
fn when(manifest: &Manifest) -> String {
    let Some(first) = manifest.measures.get("first_exhausted") else { return String::new() };
    let (Some(dates), None) = (&first.dates, &manifest.warm_up_until) else { return String::new() };
    let spread = match manifest.replications {
        enough if enough >= ENOUGH => format!(" (90 %: {})", days(&dates.p05, &dates.p95)),
        _ if first.n > 1 => format!(" ({})", days(&dates.min, &dates.max)),
        _ => String::new(),
    };
    let where_it_does = if first.n < manifest.replications { "; where it does, on" } else { ", on" };
    format!("{where_it_does} {}{spread}", day(&dates.p50))
}

fn answer(manifest: &Manifest, bounded: bool) -> String {
    let Some(out) = manifest.probabilities.get("pool_exhausted") else { return String::new() };
    let runs = counted(manifest.replications, "run");
    let rejected = manifest.probabilities.get("any_rejected").and_then(|p| p.probability).unwrap_or(0.0);
    let hurt = match rejected {
        0.0 => "In no run is a client turned away.".to_string(),
        1.0 => "Clients are turned away in all of them.".to_string(),
        some => format!("Clients are turned away in {} of the runs.", share(some)),
    };
    let peak =
        || manifest.measures.get("peak_in_use").and_then(|peak| peak.max).map_or(String::new(), number);
    match out.probability {
        _ if !bounded => format!("The pool has no limit; at most {} licenses are in use in {runs}.", peak()),
        Some(0.0) => {
            let risk = out.ci_high.map_or(String::new(), |high| {
                format!(" (with 95 % confidence the risk is at most {})", share(high))
            });
            format!("The pool runs out in none of {runs}{risk}.")
        }
        _ => {
            let share = share_of_runs(out, manifest).unwrap_or_default();
            format!("The pool runs out in {share}{}. {hurt}", when(manifest))
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
        let (low, middle, high) = (number(low), number(middle), number(high));
        let spread = match manifest.replications >= ENOUGH && low != high {
            true => format!(" (90 %: {low} to {high})"),
            false => String::new(),
        };
        notes.push(format!("At the peak {middle} licenses are in use or waited for{spread}."));
    }
    if let Some(expired) =
        manifest.probabilities.get("licenses_expired").filter(|p| p.probability > Some(0.0))
    {
        let share = share_of_runs(expired, manifest).unwrap_or_default();
        notes.push(format!("No license is in date at some time in {share} (E1)."));
    }
    notes
}

/// Figures of `bands.csv` that show a spread.
const SPREAD: [&str; 5] = ["p05", "p25", "p50", "p75", "p95"];

/// The columns of `bands.csv`, each over time.
struct Bands {
    start: DateTime,
    /// Seconds after the start.
    at: Vec<f64>,
    table: Table,
}

impl Bands {
    fn new(files: &Files, start: DateTime) -> Result<Bands, ReportError> {
        let spread = |column| SPREAD.map(|figure| (column, figure));
        let mut wanted = [spread("licenses_in_use"), spread("clients_waiting")].concat();
        wanted.push(("licenses_total", "p50"));
        let mut means: Vec<&str> =
            LINES.iter().flat_map(|line| line.iter().map(|(_, column)| *column)).collect();
        means.sort_unstable();
        means.dedup();
        wanted.extend(means.into_iter().map(|column| (column, "mean")));
        let names: Vec<String> = wanted.iter().map(|(column, figure)| format!("{column}.{figure}")).collect();
        let lines: Vec<[(f64, &str); 1]> = names.iter().map(|name| [(1.0, name.as_str())]).collect();
        let lines: Vec<&[(f64, &str)]> = lines.iter().map(<[_; 1]>::as_slice).collect();
        let thinning = Thinning { lines: &lines, ..Thinning::default() };
        let table = files.by_column_over_time(BANDS, &wanted, &thinning)?;
        Ok(Bands { start, at: table.rising("time_s")?, table })
    }

    fn across(&self) -> Across {
        Across::Time { start: self.start, at: self.at.clone() }
    }

    fn until(&self) -> f64 {
        self.at.last().copied().unwrap_or(0.0)
    }

    /// A figure of a column of the timeline.
    fn of(&self, column: &str, figure: &str) -> Result<Vec<Option<f64>>, ReportError> {
        self.table.numbers(&format!("{column}.{figure}"))
    }

    /// Nine of ten runs, half of them, and their median.
    fn spread(&self, column: &str, what: &str, colour: usize) -> Result<Vec<Series>, ReportError> {
        let of = |figure: &str| self.of(column, figure);
        let band = |low: &str, high: &str, share: &str| -> Result<Series, ReportError> {
            let look = Look::Band { upper: of(high)? };
            Ok(Series::new(format!("{what}: {share} of the runs"), look, colour, of(low)?))
        };
        let median = Series::new(format!("{what}: median"), Look::Line, colour, of("p50")?);
        Ok(vec![band("p05", "p95", "90 %")?, band("p25", "p75", "half")?, median])
    }

    fn licenses(&self, marks: Vec<Mark>) -> Result<Chart, ReportError> {
        let mut series = self.spread("licenses_in_use", "in use", 1)?;
        let owned = self.of("licenses_total", "p50")?;
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
            lists_marks: true,
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
            ..Chart::default()
        })
    }

    fn stages(&self, marks: Vec<Mark>) -> Result<Chart, ReportError> {
        let chart = stages(self.across(), |column| self.of(column, "mean"), marks)?;
        Ok(Chart { about: format!("{} Means over the runs.", chart.about), ..chart })
    }

    fn bounded(&self) -> Result<bool, ReportError> {
        Ok(self.of("licenses_total", "p50")?.iter().any(Option::is_some))
    }
}

/// The share of runs in which the pool has run out by each date.
fn risk_by_date(files: &Files, start: DateTime, until: f64) -> Result<Option<Chart>, ReportError> {
    let first = files.numbers(REPLICATIONS, "first_exhausted_s")?;
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
        ..Chart::default()
    }))
}

fn probabilities(manifest: &Manifest) -> Markup {
    let row = |event: &MeasuredEvent| {
        let of = manifest.probabilities.get(event.name)?;
        let shown = |probability: Option<f64>| probability.map_or("-".into(), share);
        let interval = of.ci_low.zip(of.ci_high).map_or("-".into(), |(low, high)| shares(low, high));
        Some(vec![event.meaning.to_string(), shown(of.probability), interval])
    };
    let rows: Vec<Vec<String>> = EVENTS.iter().filter_map(row).collect();
    let header = ["what happens", "in so many runs", "95 % interval"];
    table("How likely it is", &header, &[false, true, true], &rows)
}

fn figures(manifest: &Manifest, start: DateTime) -> Markup {
    let mut rows = Vec::new();
    for measure in &MEASURES {
        let Some(of) = manifest.measures.get(measure.name).filter(|of| of.n > 0) else { continue };
        let shown = |value: Option<f64>| value.map_or("-".into(), |value| figure(measure, value, start));
        let some = match of.n < manifest.replications {
            true => format!(", in {} that have it", counted(of.n, "run")),
            false => String::new(),
        };
        let mut row = vec![format!("{}{}{some}", measure.meaning, unit(measure))];
        row.extend([of.p05, of.p50, of.p95].map(shown));
        row.push(match (measure.unit, of.mean, of.ci_low.zip(of.ci_high)) {
            (Unit::Instant, ..) | (_, None, _) => "-".to_string(),
            (_, mean, None) => shown(mean),
            (_, mean, Some((low, high))) if low == high => shown(mean),
            (_, mean, Some((low, high))) => {
                let reach = difference(Some(measure), 0.5 * (high - low));
                format!("{} \u{b1} {reach}", shown(mean))
            }
        });
        rows.push(row);
    }
    let header = ["figure", "5 %", "median", "95 %", "mean and its 95 % interval"];
    table("Figures over the runs", &header, &[false, true, true, true, true], &rows)
}

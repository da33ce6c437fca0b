//! The page of many runs: bands, the risk by date, distributions.

use jiff::civil::DateTime;
use maud::{Markup, html};

use crate::observe::columns::{TIME_S, unit_of};
use crate::output::prose::compare::broken_off;
use crate::output::prose::dates::{day_of_text, days_of_texts, minute_of_text};
use crate::output::prose::numbers::{
    counted, difference, figure, number, short_percent, short_percents, unit, with_interval,
};
use crate::output::report::chart::{Across, Chart, ChartMark, Look, Series};
use crate::output::report::page::{Page, section, table as markup_table};
use crate::output::report::run::planned;
use crate::output::report::table::{self, CsvTable};
use crate::output::report::thinned::{self, Thinning};
use crate::output::report::timeline::{LINES, marks, stages};
use crate::output::results::replicate::{EventProbability, REPLICATE, ReplicateResult};
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::bands::{BANDS, PERCENTILES};
use crate::output::tables::replications::REPLICATIONS;
use crate::study::measures::{EVENTS, MEASURES, MeasuredEvent, Unit};

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles) -> Result<Page, ReadError> {
    let (_, info, start) = files.origin()?;
    let manifest: ReplicateResult = files.json(REPLICATE)?;
    let bands = BandsTable::new(files, start)?;
    let marks = marks(&info, start);
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
        (section("What was planned", &planned(&info)))
    };
    let warm_up = manifest.warm_up_until.as_deref();
    let warm_up =
        warm_up.map_or(String::new(), |until| format!(", counted from {} on", minute_of_text(until)));
    Ok(Page {
        title: info.identity.scenario.clone(),
        about: format!(
            "{}, each with luck of its own, {} to {}{warm_up}, seed {}",
            counted(manifest.replications, "run"),
            minute_of_text(&info.start),
            minute_of_text(&info.end),
            info.identity.seed
        ),
        answer: answer(&manifest, bands.bounded()?),
        notes: notes(&manifest),
        body,
    })
}

/// From so many runs on the middle 90 % of them are shown; with fewer, the whole range.
const ENOUGH: u64 = 20;

/// `12.3 % of 1,000 runs (95 % interval 10.4 to 14.4 %)`.
fn share_of_runs(of: &EventProbability, manifest: &ReplicateResult) -> Option<String> {
    let (probability, low, high) = (of.probability?, of.ci_low?, of.ci_high?);
    let runs = counted(manifest.replications, "run");
    Some(with_interval(&format!("{} of {runs}", short_percent(probability)), &short_percents(low, high)))
}

/// On what day, of runs in which it happens.
fn when(manifest: &ReplicateResult) -> String {
    let Some(first) = manifest.measures.get("first_exhausted") else { return String::new() };
    let (Some(dates), None) = (&first.dates, &manifest.warm_up_until) else { return String::new() };
    let spread = match manifest.replications {
        enough if enough >= ENOUGH => format!(" (90 %: {})", days_of_texts(&dates.p05, &dates.p95)),
        _ if first.n > 1 => format!(" ({})", days_of_texts(&dates.min, &dates.max)),
        _ => String::new(),
    };
    let where_it_does = if first.n < manifest.replications { "; where it does, on" } else { ", on" };
    format!("{where_it_does} {}{spread}", day_of_text(&dates.p50))
}

fn answer(manifest: &ReplicateResult, bounded: bool) -> String {
    let Some(out) = manifest.probabilities.get("pool_exhausted") else { return String::new() };
    let runs = counted(manifest.replications, "run");
    let rejected = manifest.probabilities.get("any_rejected").and_then(|p| p.probability).unwrap_or(0.0);
    let hurt = match rejected {
        0.0 => "In no run is a client turned away.".to_string(),
        1.0 => "Clients are turned away in all of them.".to_string(),
        some => format!("Clients are turned away in {} of the runs.", short_percent(some)),
    };
    let peak =
        || manifest.measures.get("peak_in_use").and_then(|peak| peak.max).map_or(String::new(), number);
    match out.probability {
        _ if !bounded => format!("The pool has no limit; at most {} licenses are in use in {runs}.", peak()),
        Some(0.0) => {
            let risk = out.ci_high.map_or(String::new(), |high| {
                format!(" (with 95 % confidence the risk is at most {})", short_percent(high))
            });
            format!("The pool runs out in none of {runs}{risk}.")
        }
        _ => {
            let share = share_of_runs(out, manifest).unwrap_or_default();
            format!("The pool runs out in {share}{}. {hurt}", when(manifest))
        }
    }
}

fn notes(manifest: &ReplicateResult) -> Vec<String> {
    let mut notes = Vec::new();
    if !manifest.complete {
        notes.push(broken_off(&counted(manifest.replications, "run")));
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

/// The columns of `bands.csv`, each over time.
struct BandsTable {
    start: DateTime,
    /// Seconds after the start.
    at: Vec<f64>,
    table: CsvTable,
}

impl BandsTable {
    fn new(files: &ResultFiles, start: DateTime) -> Result<BandsTable, ReadError> {
        let spread = |column| PERCENTILES.map(|(figure, _)| (column, figure));
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
        let table = thinned::by_column_over_time(files, BANDS, &wanted, &thinning)?;
        Ok(BandsTable { start, at: table.rising(TIME_S.0)?, table })
    }

    fn across(&self) -> Across {
        Across::Time { start: self.start, at: self.at.clone() }
    }

    fn until(&self) -> f64 {
        self.at.last().copied().unwrap_or(0.0)
    }

    /// A figure of a column of the timeline.
    fn of(&self, column: &str, figure: &str) -> Result<Vec<Option<f64>>, ReadError> {
        self.table.numbers(&format!("{column}.{figure}"))
    }

    /// Nine of ten runs, half of them, and their median.
    fn spread(&self, column: &str, what: &str, colour: usize) -> Result<Vec<Series>, ReadError> {
        let of = |figure: &str| self.of(column, figure);
        let band = |low: &str, high: &str, share: &str| -> Result<Series, ReadError> {
            let look = Look::Band { upper: of(high)? };
            Ok(Series::new(format!("{what}: {share} of the runs"), look, colour, of(low)?))
        };
        let median = Series::new(format!("{what}: median"), Look::Line, colour, of("p50")?);
        Ok(vec![band("p05", "p95", "90 %")?, band("p25", "p75", "half")?, median])
    }

    fn licenses(&self, marks: Vec<ChartMark>) -> Result<Chart, ReadError> {
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
            unit: unit_of("licenses_in_use"),
            series,
            marks,
            lists_marks: true,
            level: None,
        })
    }

    fn waiting(&self, marks: Vec<ChartMark>) -> Result<Chart, ReadError> {
        Ok(Chart {
            id: "waiting",
            title: "Clients waiting for a license".into(),
            about: "Clients that were rejected because the pool was full, and wait (X2).".into(),
            x: self.across(),
            unit: unit_of("clients_waiting"),
            series: self.spread("clients_waiting", "waiting", 2)?,
            marks,
            ..Chart::default()
        })
    }

    fn stages(&self, marks: Vec<ChartMark>) -> Result<Chart, ReadError> {
        let chart = stages(self.across(), |column| self.of(column, "mean"), marks)?;
        Ok(Chart { about: format!("{} Means over the runs.", chart.about), ..chart })
    }

    fn bounded(&self) -> Result<bool, ReadError> {
        Ok(self.of("licenses_total", "p50")?.iter().any(Option::is_some))
    }
}

/// The share of runs in which the pool has run out by each date.
fn risk_by_date(files: &ResultFiles, start: DateTime, until: f64) -> Result<Option<Chart>, ReadError> {
    let first = table::numbers(files, REPLICATIONS, "first_exhausted_s")?;
    let runs = first.len() as f64;
    let mut when: Vec<f64> = first.into_iter().flatten().collect();
    when.sort_by(f64::total_cmp);
    if when.is_empty() {
        return Ok(None);
    }
    let reached = |n: usize| Some(100.0 * n as f64 / runs);
    let steps = when.iter().enumerate().map(|(n, at)| (*at, reached(n + 1)));
    let ends = [(until, reached(when.len()))];
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

fn probabilities(manifest: &ReplicateResult) -> Markup {
    let row = |event: &MeasuredEvent| {
        let of = manifest.probabilities.get(event.name)?;
        let shown = |probability: Option<f64>| probability.map_or("-".into(), short_percent);
        let interval = of.ci_low.zip(of.ci_high).map_or("-".into(), |(low, high)| short_percents(low, high));
        Some(vec![event.meaning.to_string(), shown(of.probability), interval])
    };
    let rows: Vec<Vec<String>> = EVENTS.iter().filter_map(row).collect();
    let header = ["what happens", "in so many runs", "95 % interval"];
    markup_table("How likely it is", &header, &[false, true, true], &rows)
}

fn figures(manifest: &ReplicateResult, start: DateTime) -> Markup {
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
    markup_table("Figures over the runs", &header, &[false, true, true, true, true], &rows)
}

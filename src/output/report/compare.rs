//! The page of two scenarios with common random numbers.

use jiff::civil::DateTime;
use maud::{Markup, html};

use crate::observe::columns::{TIME_S, unit_of};
use crate::output::prose::compare::{broken_off, of_unequal_length_in_report};
use crate::output::prose::dates::minute_of_text;
use crate::output::prose::events::{NOTHING_MORE, line_of_parts};
use crate::output::prose::numbers::{counted, difference, figure, number, short_percent, unit};
use crate::output::report::chart::{Across, Chart, Look, Series};
use crate::output::report::page::{Page, facts, section, table};
use crate::output::report::run::planned;
use crate::output::report::table::CsvTable;
use crate::output::report::thinned::{self, Thinning};
use crate::output::results::compare::{COMPARE, CompareResult, ComparedScenario, DivergenceEvent};
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::differences::{DIFFERENCES, TIMELINE_DIFFERENCES};
use crate::study::measures::{EVENTS, MEASURES};

/// A figure of both.
struct ShownDifference {
    figure: String,
    first: Option<f64>,
    second: Option<f64>,
    difference: f64,
    reach: Option<f64>,
    clear: bool,
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles) -> Result<Page, ReadError> {
    let (origin, info, start) = files.origin()?;
    let manifest: CompareResult = files.json(COMPARE)?;
    let rows = rows(&CsvTable::read(files, DIFFERENCES)?)?;
    let timeline = over_time(files)?;
    let across =
        || -> Result<Across, ReadError> { Ok(Across::Time { start, at: timeline.rising(TIME_S.0)? }) };
    let mut charts = vec![
        both(&timeline, across()?, "licenses", "Licenses in use", "licenses_in_use")?,
        both(&timeline, across()?, "waiting", "Clients waiting for a license", "clients_waiting")?,
    ];
    for (id, title, column) in [
        ("in-use-difference", "Licenses in use: B minus A", "licenses_in_use"),
        ("waiting-difference", "Clients waiting: B minus A", "clients_waiting"),
    ] {
        let chart = difference_chart(&timeline, across()?, (id, title, column))?;
        charts.extend((!chart.series.iter().all(Series::is_flat_zero)).then_some(chart));
    }
    let body = html! {
        (section("Side by side", &html! { @for chart in &charts { (chart.markup()) } }))
        (section("Figures that differ", &differences(&rows, start)))
        (section("Where the runs part", &divergence(&manifest)))
        @for (info, which) in origin.scenarios.iter().zip(["A", "B"]) {
            (section(&format!("What was planned in {which}"), &planned(info)))
        }
    };
    let [a, b] = &manifest.scenarios;
    let mut notes = vec![format!("A: {}", a.name), format!("B: {}", b.name)];
    if !manifest.complete {
        notes.push(broken_off(&counted(manifest.replications, "paired run")));
    }
    if let [first, second] = origin.scenarios.as_slice()
        && first.end != second.end
    {
        notes.push(of_unequal_length_in_report());
    }
    Ok(Page {
        title: format!("{}: two ways compared", info.identity.scenario),
        about: format!(
            "{} under the same luck, {} to {}, seed {}",
            counted(manifest.replications, "paired run"),
            minute_of_text(&info.start),
            minute_of_text(&info.end),
            info.identity.seed
        ),
        answer: answer(&rows, &manifest.scenarios),
        notes,
        body,
    })
}

/// What the charts show of the timelines of both.
fn over_time(files: &ResultFiles) -> Result<CsvTable, ReadError> {
    const FIGURES: [&str; 5] = ["mean_a", "mean_b", "ci_low", "difference", "ci_high"];
    let wanted: Vec<(&str, &str)> = ["licenses_in_use", "clients_waiting", "licenses_total"]
        .into_iter()
        .flat_map(|column| FIGURES.map(|figure| (column, figure)))
        .collect();
    let names: Vec<String> = wanted.iter().map(|(column, figure)| format!("{column}.{figure}")).collect();
    let lines: Vec<[(f64, &str); 1]> = names.iter().map(|name| [(1.0, name.as_str())]).collect();
    let lines: Vec<&[(f64, &str)]> = lines.iter().map(<[_; 1]>::as_slice).collect();
    thinned::by_column_over_time(
        files,
        TIMELINE_DIFFERENCES,
        &wanted,
        &Thinning { lines: &lines, ..Thinning::default() },
    )
}

fn rows(table: &CsvTable) -> Result<Vec<ShownDifference>, ReadError> {
    let (figures, clear) = (table.words("figure")?, table.words("clear")?);
    let column = |name: &str| table.numbers(name);
    let (first, second, difference) = (column("mean_a")?, column("mean_b")?, column("difference")?);
    let (low, high) = (column("ci_low")?, column("ci_high")?);
    let row = |row: usize| {
        Some(ShownDifference {
            figure: figures[row].to_string(),
            first: first[row],
            second: second[row],
            difference: difference[row]?,
            reach: low[row].zip(high[row]).map(|(low, high)| 0.5 * (high - low)),
            clear: clear[row] == "true",
        })
    };
    Ok((0..figures.len()).filter_map(row).collect())
}

/// What differs for the clients that are turned away or wait, else how much differs at all.
fn answer(rows: &[ShownDifference], [a, b]: &[ComparedScenario; 2]) -> String {
    // One scenario, and what was changed in it; else they have names of their own.
    let with = match b.name.strip_prefix(&format!("{} with ", a.name)) {
        Some(changes) => format!("With {changes}"),
        None => format!("In B, {},", b.name),
    };
    let changed: Vec<&ShownDifference> = rows.iter().filter(|row| row.difference != 0.0).collect();
    let clear = changed.iter().filter(|row| row.clear).count();
    if changed.is_empty() {
        return format!("{with} no figure differs.");
    }
    let hurts = [
        ("clients_rejected", "clients turned away"),
        ("waiting_client_hours", "client-hours waited"),
        ("peak_in_use", "licenses in use at the peak"),
    ];
    let answer = hurts.iter().find_map(|(figure, words)| {
        let row = changed.iter().find(|row| row.figure == *figure && row.clear)?;
        Some((words, row))
    });
    match answer {
        Some((words, row)) => {
            let more = if row.difference > 0.0 { "more" } else { "fewer" };
            let reach = row.reach.filter(|reach| *reach > 0.0);
            let reach = reach.map_or(String::new(), |reach| format!(" \u{b1} {}", number(reach)));
            format!(
                "{with} there are {}{reach} {more} {words}: {} instead of {}, means of the runs.",
                number(row.difference.abs()),
                row.second.map_or("-".into(), number),
                row.first.map_or("-".into(), number),
            )
        }
        None => format!("{with} {clear} of {} figures differ clearly.", rows.len()),
    }
}

fn differences(rows: &[ShownDifference], start: DateTime) -> Markup {
    let row = |row: &ShownDifference| {
        let measure = MEASURES.iter().find(|measure| measure.column() == row.figure);
        let event = || EVENTS.iter().find(|event| row.figure == format!("P({})", event.name));
        let words = match measure {
            Some(measure) => format!("{}{}", measure.meaning, unit(measure)),
            None => event().map_or(row.figure.clone(), |event| format!("share of runs: {}", event.meaning)),
        };
        let shown = |value: Option<f64>| match (value, measure) {
            (None, _) => "-".to_string(),
            (Some(value), Some(measure)) => figure(measure, value, start),
            (Some(value), None) => short_percent(value),
        };
        let reach = row.reach.map_or("-".into(), |reach| format!("\u{b1} {}", difference(measure, reach)));
        vec![
            words,
            shown(row.first),
            shown(row.second),
            difference(measure, row.difference),
            reach,
            if row.clear { "yes" } else { "may be chance" }.to_string(),
        ]
    };
    let rows: Vec<Vec<String>> = rows.iter().filter(|row| row.difference != 0.0).map(row).collect();
    if rows.is_empty() {
        return html! { p { "None." } };
    }
    let header = ["figure", "A", "B", "B - A", "95 % interval", "clear"];
    table("Figures that differ", &header, &[false, true, true, true, true, false], &rows)
}

/// A column in both, means over the runs.
fn both(
    timeline: &CsvTable,
    x: Across,
    id: &'static str,
    title: &str,
    column: &str,
) -> Result<Chart, ReadError> {
    let of = |column: &str, figure: &str| timeline.numbers(&format!("{column}.{figure}"));
    let mut series = vec![
        Series::new("A", Look::Step, 1, of(column, "mean_a")?),
        Series::new("B", Look::Step, 2, of(column, "mean_b")?),
    ];
    if column == "licenses_in_use" {
        series.push(Series::new("owned in A", Look::Step, 0, of("licenses_total", "mean_a")?));
        series.push(Series::new("owned in B", Look::Step, 5, of("licenses_total", "mean_b")?));
    }
    Ok(Chart {
        id,
        title: title.into(),
        about: "Means over the runs of each of the two.".into(),
        x,
        unit: unit_of(column),
        series,
        ..Chart::default()
    })
}

fn difference_chart(
    timeline: &CsvTable,
    x: Across,
    (id, title, column): (&'static str, &str, &str),
) -> Result<Chart, ReadError> {
    let of = |figure: &str| timeline.numbers(&format!("{column}.{figure}"));
    let interval = Look::Band { upper: of("ci_high")? };
    Ok(Chart {
        id,
        title: title.into(),
        about: "Mean difference of the pairs, with its 95 % interval.".into(),
        x,
        unit: unit_of(column),
        series: vec![
            Series::new("95 % interval", interval, 4, of("ci_low")?),
            Series::new("difference", Look::Line, 4, of("difference")?),
        ],
        ..Chart::default()
    })
}

fn divergence(manifest: &CompareResult) -> Markup {
    let Some(divergence) = &manifest.parting else {
        return html! { p { "The first run takes the same path in both." } };
    };
    let line = |what: &Option<DivergenceEvent>| match what {
        None => NOTHING_MORE.to_string(),
        Some(DivergenceEvent { at, client, event, rule, reason }) => {
            line_of_parts(&minute_of_text(at), client.as_deref(), (event, rule.as_deref()), reason)
        }
    };
    html! {
        p { "The first runs part at " (divergence.at) ":" }
        (facts(&[("A", line(&divergence.first)), ("B", line(&divergence.second))]))
        @if let Some([first, second]) = &divergence.before {
            p { "Before that, at the server:" }
            (facts(&[("A", line(first)), ("B", line(second))]))
        }
    }
}

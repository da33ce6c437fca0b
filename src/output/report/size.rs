//! The page of a search for the smallest pool, or the latest date.

use jiff::civil::DateTime;
use maud::{Markup, html};

use crate::output::prose::dates::{day_of_text, minute_of_text, seconds_until};
use crate::output::prose::numbers::{counted, grouped, number};
use crate::output::prose::size::{MORE_RUNS, bounded, ordered_by, waiting_grows};
use crate::output::prose::target::{estimate, interval, level, meaning, verdict, with_interval};
use crate::output::report::chart::{Across, Chart, ChartMark, Level, Look, Series};
use crate::output::report::error::ReportError;
use crate::output::report::page::{Page, section, table};
use crate::output::report::run::planned;
use crate::output::report::table::CsvTable;
use crate::output::report::target;
use crate::output::results::size::{SIZE, SizeResult, SizedPool};
use crate::output::store::read::{ReadError, ResultFiles};
use crate::output::tables::pools::POOLS;
use crate::study::size::Vary;
use crate::study::target::Target;

/// What was found, and what it was for.
struct Sizing {
    found: SizeResult,
    target: Target,
}

impl Sizing {
    fn by_date(&self) -> bool {
        self.found.varied == "from"
    }

    fn variant(&self, pool: &SizedPool) -> String {
        match (self.by_date(), pool.nodes) {
            (true, _) => day_of_text(&pool.from),
            (false, Some(nodes)) => grouped(nodes),
            (false, None) => "unlimited".into(),
        }
    }
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &ResultFiles) -> Result<Page, ReportError> {
    let (_, info, start) = files.origin()?;
    let found: SizeResult = files.json(SIZE)?;
    let target = target::read(&found.target, &info, start)?;
    let sizing = Sizing { found, target };
    // A search for a date goes backwards.
    let pools = CsvTable::read(files, POOLS)?;
    let pools = if sizing.by_date() { pools.ordered_by_words("from")? } else { pools };
    let mut charts = vec![risk(&sizing, &pools, start)?, idle(&sizing, &pools, start)?];
    charts.retain(|chart| chart.x.at().len() > 1);
    let tried = tried(&sizing, &pools)?;
    let body = html! {
        (section("What was tried", &html! { @for chart in &charts { (chart.markup()) } (tried) }))
        (section("What was planned", &planned(&info)))
    };
    Ok(Page {
        title: info.identity.scenario.clone(),
        about: format!(
            "Sizing of {} for {}, {} for each {}, {} to {}, seed {}",
            sizing.found.license,
            sizing.target.typed,
            counted(sizing.found.replications, "run"),
            if sizing.by_date() { "date" } else { "pool" },
            minute_of_text(&info.start),
            minute_of_text(&info.end),
            info.identity.seed
        ),
        answer: answer(&sizing),
        notes: notes(&sizing),
        body,
    })
}

fn answer(sizing: &Sizing) -> String {
    let level = level(&sizing.target);
    let (license, risk) = (&sizing.found.license, meaning(&sizing.target));
    match (&sizing.found.answer, &sizing.found.best_attainable) {
        (Some(pool), _) => {
            let what = match sizing.by_date() {
                true => format!("{} is the latest date for {license}", day_of_text(&pool.from)),
                false => format!("{} nodes of {license} are the smallest pool", sizing.variant(pool)),
            };
            format!("{what} that keeps {risk} at or below {level}: it is {}.", shown(sizing, pool))
        }
        (None, Some(best)) => {
            let with = sizing.variant(best);
            let with = if sizing.by_date() { format!("from {with}") } else { format!("with {with} nodes") };
            let best = shown(sizing, best);
            format!(
                "Nothing keeps {risk} at or below {level}; the best attainable is {best}, {with} of {license}."
            )
        }
        (None, None) => format!("Nothing keeps {risk} at or below {level}."),
    }
}

/// The estimate with its interval.
fn shown(sizing: &Sizing, pool: &SizedPool) -> String {
    let known = |estimate| with_interval(&sizing.target, estimate, pool.ci_low.zip(pool.ci_high));
    pool.estimate.map_or("not known".into(), known)
}

fn notes(sizing: &Sizing) -> Vec<String> {
    let mut notes = Vec::new();
    match (&sizing.found.possible, &sizing.found.sure) {
        (Some(possible), Some(sure)) => {
            let (one, other) = if sizing.by_date() { (sure, possible) } else { (possible, sure) };
            let (one, other) = (sizing.variant(one), sizing.variant(other));
            notes.push(format!("With 95 % confidence the answer is between {one} and {other}."));
        }
        (Some(possible), None) => {
            let vary = if sizing.by_date() { Vary::From } else { Vary::Nodes };
            let bounded = bounded(vary, &sizing.variant(possible), MORE_RUNS);
            notes.push(format!("With 95 % confidence it is {bounded}."));
        }
        (None, _) => {}
    }
    if let Some(by) = sizing.found.answer.as_ref().and_then(|pool| pool.order_by.as_deref()) {
        let sure =
            sizing.found.sure.as_ref().and_then(|pool| pool.order_by.as_deref()).filter(|sure| *sure != by);
        let safe = sure.map(day_of_text);
        notes.push(format!("{}.", ordered_by(&day_of_text(by), safe.as_deref())));
    }
    for (what, pool) in [
        ("The cheapest pool", &sizing.found.cheapest),
        ("The cheapest that meets the target", &sizing.found.cheapest_that_meets),
    ] {
        if let Some(SizedPool { price: Some(price), waiting_hours, .. }) = pool {
            let nodes = sizing.variant(pool.as_ref().expect("it was matched"));
            let waiting = waiting_hours
                .map_or(String::new(), |h| format!(", {} client-hours of waiting in it", number(h)));
            notes.push(format!("{what}: {nodes} nodes for {}{waiting}.", number(*price)));
        }
    }
    if [&sizing.found.answer, &sizing.found.best_attainable]
        .into_iter()
        .flatten()
        .any(|pool| pool.waiting_grows)
    {
        notes.push(format!("{}.", waiting_grows("")));
    }
    notes
}

/// Where the pools that were tried are, across.
fn across(sizing: &Sizing, pools: &CsvTable, start: DateTime) -> Result<Across, ReadError> {
    match sizing.by_date() {
        true => {
            let from = pools.words("from")?;
            let at = from.iter().filter_map(|from| seconds_until(start, from)).collect();
            Ok(Across::Time { start, at })
        }
        false => Ok(Across::Number {
            label: format!("nodes of {}", sizing.found.license),
            at: pools.rising("nodes")?,
        }),
    }
}

fn risk(sizing: &Sizing, pools: &CsvTable, start: DateTime) -> Result<Chart, ReadError> {
    let (figure, level) = (sizing.target.in_words().0, level(&sizing.target));
    // Pools that are far too small would take nearly all of the width.
    let pools =
        &pools.rows_from(if sizing.by_date() { 0 } else { first_of_interest(&pools.numbers("estimate")?) });
    let scale = if sizing.target.is_probability() { 100.0 } else { 1.0 };
    // The interval of a mean may reach below zero, and none of these figures does.
    let column = |name: &str| -> Result<Vec<Option<f64>>, ReadError> {
        Ok(pools.numbers(name)?.into_iter().map(|y| y.map(|y| y.max(0.0) * scale)).collect())
    };
    let interval = Look::Band { upper: column("ci_high")? };
    let x = across(sizing, pools, start)?;
    let answer = |pool: &SizedPool| {
        let at = if sizing.by_date() { seconds_until(start, &pool.from)? } else { pool.nodes? as f64 };
        Some(ChartMark { at, words: format!("{}: the answer", sizing.variant(pool)) })
    };
    Ok(Chart {
        id: "risk",
        title: format!("{figure} by {}", if sizing.by_date() { "date" } else { "size of the pool" }),
        about: "Each dot is what the runs gave, the band its 95 % interval; the dashed line is the target, the mark \
                the answer."
            .into(),
        x,
        unit: if sizing.target.is_probability() { "%" } else { "" },
        series: vec![
            Series::new("95 % interval", interval, 1, column("ci_low")?),
            Series::new("estimate", Look::Dots, 1, column("estimate")?),
        ],
        marks: sizing.found.answer.as_ref().and_then(answer).into_iter().collect(),
        lists_marks: true,
        level: Some(Level { at: sizing.target.at_most * scale, label: format!("target: {level}") }),
    })
}

/// The last of the pools whose figure is nearly as bad as that of the worst.
fn first_of_interest(estimates: &[Option<f64>]) -> usize {
    let worst = estimates.iter().flatten().fold(0.0, |worst, estimate| f64::max(worst, *estimate));
    estimates
        .iter()
        .rposition(|estimate| estimate.is_some_and(|estimate| estimate >= 0.9 * worst))
        .unwrap_or(0)
}

fn idle(sizing: &Sizing, pools: &CsvTable, start: DateTime) -> Result<Chart, ReadError> {
    Ok(Chart {
        id: "idle",
        title: "What is owned and not used".into(),
        about: "Nodes that nobody used, times days, mean over the runs: the price of a low risk.".into(),
        x: across(sizing, pools, start)?,
        unit: "node-days",
        series: vec![Series::new("idle node-days", Look::Dots, 5, pools.numbers("idle_node_days")?)],
        ..Chart::default()
    })
}

fn tried(sizing: &Sizing, pools: &CsvTable) -> Result<Markup, ReadError> {
    let (figure, _) = sizing.target.in_words();
    let (nodes, from) = (pools.numbers("nodes")?, pools.words("from")?);
    let columns = ["estimate", "ci_low", "ci_high", "idle_node_days", "waiting_hours", "price"];
    let columns = columns.iter().map(|name| pools.numbers(name)).collect::<Result<Vec<_>, _>>()?;
    let priced = columns[5].iter().any(Option::is_some);
    let shown = |y: Option<f64>| y.map_or("-".into(), number);
    let row = |row: usize| -> Vec<String> {
        let [figure, low, high, idle, waited, price] =
            [0, 1, 2, 3, 4, 5].map(|column: usize| columns[column][row]);
        let within = low.zip(high).map_or("-".into(), |known| interval(&sizing.target, known));
        let mut cells = vec![nodes[row].map_or("unlimited".into(), number), minute_of_text(from[row])];
        cells.push(figure.map_or("-".into(), |figure| estimate(&sizing.target, figure)));
        cells.extend([within, shown(idle), shown(waited)]);
        cells.extend(priced.then(|| shown(price)));
        cells.push(verdict(figure, high, &sizing.target).to_string());
        cells
    };
    let rows: Vec<Vec<String>> = (0..pools.len()).map(row).collect();
    let mut header =
        vec!["nodes", "in force from", figure, "95 % interval", "idle node-days", "client-hours waited"];
    header.extend(priced.then_some("price"));
    header.push("meets the target");
    let numeric: Vec<bool> =
        (0..header.len()).map(|column| column != 1 && column + 1 < header.len()).collect();
    Ok(table("What was tried", &header, &numeric, &rows))
}

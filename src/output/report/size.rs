//! The page of a search for the smallest pool, or the latest date.

use jiff::civil::DateTime;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::planning_text::{percent, rounded};
use super::super::size_files::{POOLS, SIZE};
use super::super::text::{counted, grouped};
use super::chart::{Across, Chart, Level, Look, Series};
use super::files::{Files, ReportError};
use super::page::{Page, section, table};
use super::run::planned;
use super::table::Table;
use super::target;
use super::words::{day, minute, seconds_until};
use crate::study::target::Target;

/// What the page needs of `size.json`.
#[derive(Debug, Deserialize)]
struct Manifest {
    target: String,
    license: String,
    replications: u64,
    varied: String,
    answer: Option<Pool>,
    possible: Option<Pool>,
    sure: Option<Pool>,
    best_attainable: Option<Pool>,
    cheapest: Option<Pool>,
    cheapest_that_meets: Option<Pool>,
}

#[derive(Debug, Deserialize)]
struct Pool {
    nodes: Option<u64>,
    from: String,
    order_by: Option<String>,
    estimate: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
    price: Option<f64>,
    waiting_hours: Option<f64>,
    waiting_grows: bool,
}

/// What was found, and what it was for.
struct Sizing {
    found: Manifest,
    target: Target,
}

impl Sizing {
    fn by_date(&self) -> bool {
        self.found.varied == "from"
    }

    fn shown(&self, figure: f64) -> String {
        if self.target.is_probability() { percent(figure) } else { rounded(figure) }
    }

    fn variant(&self, pool: &Pool) -> String {
        match (self.by_date(), pool.nodes) {
            (true, _) => day(&pool.from),
            (false, Some(nodes)) => grouped(nodes),
            (false, None) => "unlimited".into(),
        }
    }
}

/// # Errors
/// When a file is missing, or does not say what it should.
pub fn page(files: &Files) -> Result<Page, ReportError> {
    let (_, told, start) = files.origin()?;
    let found: Manifest = files.json(SIZE)?;
    let target = target(&found.target, &told, start)?;
    let sizing = Sizing { found, target };
    let pools = files.table(POOLS)?;
    let charts = [risk(&sizing, &pools, start)?, idle(&sizing, &pools, start)?];
    let tried = tried(&sizing, &pools)?;
    let body = html! {
        (section("What was tried", &html! { @for chart in &charts { (chart.markup()) } (tried) }))
        (section("What was planned", &planned(&told)))
    };
    Ok(Page {
        title: told.identity.scenario.clone(),
        about: format!(
            "Sizing of {} for {}, {} for each {}, {} to {}, seed {}",
            sizing.found.license,
            sizing.target.typed,
            counted(sizing.found.replications, "run"),
            if sizing.by_date() { "date" } else { "pool" },
            minute(&told.start),
            minute(&told.end),
            told.identity.seed
        ),
        answer: answer(&sizing),
        notes: notes(&sizing),
        body,
    })
}

fn answer(sizing: &Sizing) -> String {
    let (_, level) = sizing.target.in_words();
    let (license, risk) = (&sizing.found.license, sizing.target.meaning());
    match (&sizing.found.answer, &sizing.found.best_attainable) {
        (Some(pool), _) => {
            let what = match sizing.by_date() {
                true => format!("{} is the latest date for {license}", day(&pool.from)),
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
fn shown(sizing: &Sizing, pool: &Pool) -> String {
    let Some(estimate) = pool.estimate else { return "not known".into() };
    let interval = pool.ci_low.zip(pool.ci_high).map_or(String::new(), |(low, high)| {
        format!(" (95 % interval {} to {})", sizing.shown(low), sizing.shown(high))
    });
    format!("{}{interval}", sizing.shown(estimate))
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
            let bound = if sizing.by_date() { "at the latest" } else { "at least" };
            let possible = sizing.variant(possible);
            notes.push(format!(
                "With 95 % confidence it is {bound} {possible}; too few runs to be sure of any (more with -n)."
            ));
        }
        (None, _) => {}
    }
    if let Some(by) = sizing.found.answer.as_ref().and_then(|pool| pool.order_by.as_deref()) {
        let sure =
            sizing.found.sure.as_ref().and_then(|pool| pool.order_by.as_deref()).filter(|sure| *sure != by);
        let sure = sure.map_or(String::new(), |sure| format!("; to be on the safe side by {}", day(sure)));
        notes.push(format!("To be ordered by {}{sure}.", day(by)));
    }
    for (what, pool) in [
        ("The cheapest pool", &sizing.found.cheapest),
        ("The cheapest that meets the target", &sizing.found.cheapest_that_meets),
    ] {
        if let Some(Pool { price: Some(price), waiting_hours, .. }) = pool {
            let nodes = sizing.variant(pool.as_ref().expect("it was matched"));
            let waiting = waiting_hours
                .map_or(String::new(), |h| format!(", {} client-hours of waiting in it", rounded(h)));
            notes.push(format!("{what}: {nodes} nodes for {}{waiting}.", rounded(*price)));
        }
    }
    if [&sizing.found.answer, &sizing.found.best_attainable]
        .into_iter()
        .flatten()
        .any(|pool| pool.waiting_grows)
    {
        notes.push(
            "Beware: more clients wait at the end than half-way; what suffices for this duration does not for a longer one."
                .into(),
        );
    }
    notes
}

/// Where the pools that were tried are, across.
fn across(sizing: &Sizing, pools: &Table, start: DateTime) -> Result<Across, ReportError> {
    match sizing.by_date() {
        true => {
            let from = pools.words("from")?;
            let at = from.iter().filter_map(|from| seconds_until(start, from)).collect();
            Ok(Across::Time { start, at })
        }
        false => Ok(Across::Number {
            label: format!("nodes of {}", sizing.found.license),
            at: pools.all_numbers("nodes")?,
        }),
    }
}

fn risk(sizing: &Sizing, pools: &Table, start: DateTime) -> Result<Chart, ReportError> {
    let (figure, level) = sizing.target.in_words();
    let scale = if sizing.target.is_probability() { 100.0 } else { 1.0 };
    let column = |name: &str| -> Result<Vec<Option<f64>>, ReportError> {
        Ok(pools.numbers(name)?.into_iter().map(|y| y.map(|y| y * scale)).collect())
    };
    let interval = Look::Band { upper: column("ci_high")? };
    Ok(Chart {
        id: "risk",
        title: format!("{figure} by {}", if sizing.by_date() { "date" } else { "size of the pool" }),
        about: "Each dot is what the runs gave, the band its 95 % interval; the dashed line is the target."
            .into(),
        x: across(sizing, pools, start)?,
        unit: if sizing.target.is_probability() { "%" } else { "" },
        series: vec![
            Series::new("95 % interval", interval, 1, column("ci_low")?),
            Series::new("estimate", Look::Dots, 1, column("estimate")?),
        ],
        marks: Vec::new(),
        level: Some(Level { at: sizing.target.at_most * scale, label: format!("target: {level}") }),
    })
}

fn idle(sizing: &Sizing, pools: &Table, start: DateTime) -> Result<Chart, ReportError> {
    Ok(Chart {
        id: "idle",
        title: "What is owned and not used".into(),
        about: "Nodes that nobody used, times days, mean over the runs: the price of a low risk.".into(),
        x: across(sizing, pools, start)?,
        unit: "node-days",
        series: vec![Series::new("idle node-days", Look::Dots, 5, pools.numbers("idle_node_days")?)],
        marks: Vec::new(),
        level: None,
    })
}

fn tried(sizing: &Sizing, pools: &Table) -> Result<Markup, ReportError> {
    let (figure, _) = sizing.target.in_words();
    let (nodes, from) = (pools.numbers("nodes")?, pools.words("from")?);
    let meets = pools.words("meets_target")?;
    let columns = ["estimate", "ci_low", "ci_high", "idle_node_days", "waiting_hours", "price"];
    let columns = columns.iter().map(|name| pools.numbers(name)).collect::<Result<Vec<_>, _>>()?;
    let row = |row: usize| -> Vec<String> {
        let variant = [nodes[row].map_or("unlimited".into(), rounded), minute(from[row])];
        let shown = |(column, y): (usize, Option<f64>)| match y {
            None => "-".to_string(),
            Some(y) if column < 3 => sizing.shown(y),
            Some(y) => rounded(y),
        };
        let numbers = columns.iter().map(|column| column[row]).enumerate().map(shown);
        let yes = if meets[row] == "true" { "yes" } else { "no" };
        variant.into_iter().chain(numbers).chain([yes.to_string()]).collect()
    };
    let rows: Vec<Vec<String>> = (0..nodes.len()).map(row).collect();
    let header = [
        "nodes",
        "in force from",
        figure,
        "from",
        "to",
        "idle node-days",
        "client-hours waited",
        "price",
        "meets the target",
    ];
    Ok(table(&header, &[true, false, true, true, true, true, true, true, false], &rows))
}

//! `differences.csv`, `timeline_differences.csv` and `compare.json`: two scenarios under the same luck.

use std::io::{self, Write};

use jiff::civil::DateTime;
use serde::Serialize;

use crate::observe::columns::{self, TIME_S, TIMESTAMP};
use crate::output::prose::dates::{timestamp, timestamp_ms};
use crate::output::prose::events::sentence;
use crate::output::results::identity::Identity;
use crate::output::{csv_table, or_empty};
use crate::scenario::{self, model::Scenario};
use crate::study::compare::{Compared, NumberPair, Pair, Timelines};
use crate::study::divergence::{Divergence, Happening};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::stats::interval::{CONFIDENCE, student};

/// Names of the files.
pub const COMPARE: &str = "compare.json";
pub const DIFFERENCES: &str = "differences.csv";
pub const TIMELINE_DIFFERENCES: &str = "timeline_differences.csv";
pub const PARTIAL: &str = "compare.partial.jsonl";

/// Name and meaning of every column of `differences.csv`.
pub const COLUMNS: [(&str, &str); 11] = [
    ("figure", "a column of `replications.csv`, or `P(...)`: the share of replications in which it happened"),
    ("n", "replications in which both scenarios have the figure"),
    ("mean_a", "mean in the first scenario"),
    ("mean_b", "mean in the second one"),
    ("difference", "second minus first, mean of the pairs"),
    ("ci_low", "its 95 % interval (Student's t); empty with one replication"),
    ("ci_high", "its other end"),
    ("p05", "5 % of the pairs differ by at most this much"),
    ("p50", "the median of the differences"),
    ("p95", "likewise 95 %"),
    ("clear", "true when the interval leaves zero out"),
];

/// Name and meaning of every column of `timeline_differences.csv`: a row for each instant at which both
/// timelines have one, and column.
pub const TIMELINE_COLUMNS: [(&str, &str); 13] = [
    TIME_S,
    TIMESTAMP,
    ("column", "a column of `timeline.csv`"),
    ("n", "replications in which both have this number (a pool without limit has no `licenses_free`)"),
    ("mean_a", "mean in the first scenario"),
    ("mean_b", "mean in the second one"),
    ("difference", "second minus first, mean of the pairs"),
    ("ci_low", "its 95 % interval (Student's t); empty with one replication"),
    ("ci_high", "its other end"),
    ("p05", "5 % of the pairs differ by at most this much"),
    ("p50", "the median of the differences"),
    ("p95", "likewise 95 %"),
    ("clear", "true when the interval leaves zero out"),
];

/// One figure of both scenarios, in its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub figure: String,
    pub n: u64,
    pub first: Option<f64>,
    pub second: Option<f64>,
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    percentiles: [Option<f64>; 3],
}

impl Row {
    fn of(figure: String, pair: &Pair, parts: f64) -> Row {
        let scaled = |value: Option<f64>| value.map(|value| value / parts);
        let interval = pair.difference.mean_interval();
        Row {
            figure,
            n: pair.difference.count(),
            first: scaled(pair.first.mean()),
            second: scaled(pair.second.mean()),
            difference: scaled(pair.difference.mean()),
            low: scaled(interval.map(|i| i.low)),
            high: scaled(interval.map(|i| i.high)),
            percentiles: [5, 50, 95].map(|p| scaled(pair.difference.percentile(p).map(|value| value as f64))),
        }
    }

    /// The interval of the difference leaves zero out.
    pub fn clear(&self) -> bool {
        clear(self.low.zip(self.high))
    }
}

fn clear(interval: Option<(f64, f64)>) -> bool {
    interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0)
}

/// All figures: probabilities first.
pub fn rows(compared: &Compared) -> Vec<Row> {
    let events = EVENTS.iter().zip(&compared.events);
    let events = events.map(|(event, pair)| Row::of(format!("P({})", event.name), pair, 1.0));
    let measures = MEASURES.iter().zip(&compared.measures);
    let measures =
        measures.map(|(measure, pair)| Row::of(measure.column(), pair, measure.unit.parts() as f64));
    events.chain(measures).collect()
}

/// Writes the differences.
///
/// # Errors
/// When the writer fails.
pub fn write_differences(compared: &Compared, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(COLUMNS, out)?;
    for row in rows(compared) {
        let clear = row.clear().to_string();
        let numbers = [row.first, row.second, row.difference, row.low, row.high];
        let numbers = numbers.into_iter().chain(row.percentiles).map(or_empty);
        csv.write_record([row.figure, row.n.to_string()].into_iter().chain(numbers).chain([clear]))?;
    }
    csv.flush()
}

/// Writes the differences of the timelines.
///
/// # Errors
/// When the writer fails.
pub fn write_timeline(timelines: &Timelines, start: DateTime, out: impl Write) -> io::Result<()> {
    let mut csv = csv_table(TIMELINE_COLUMNS, out)?;
    // Nearly all cells have the same number of pairs.
    let mut known = (0, None);
    for (at, cells) in timelines.at.iter().zip(&timelines.cells) {
        let (seconds, timestamp) = (at.seconds().to_string(), timestamp(start, *at));
        for (column, cell) in columns::COLUMNS.iter().zip(cells) {
            let NumberPair { first, second, difference } = cell;
            if difference.count() > 0 && difference.count() != known.0 {
                known = (difference.count(), student(difference.count() - 1));
            }
            let interval = known.1.and_then(|student| difference.mean_interval_with(student));
            let interval = interval.map(|i| (i.low, i.high));
            let means = [
                first.mean(),
                second.mean(),
                difference.mean(),
                interval.map(|i| i.0),
                interval.map(|i| i.1),
            ];
            let percentiles = [5, 50, 95].map(|percent| or_empty(difference.percentile(percent)));
            let head =
                [seconds.clone(), timestamp.clone(), column.name.to_string(), difference.count().to_string()];
            let numbers = means.map(or_empty).into_iter().chain(percentiles);
            csv.write_record(head.into_iter().chain(numbers).chain([clear(interval).to_string()]))?;
        }
    }
    csv.flush()
}

/// The whole of `compare.json`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Of the first scenario; the seed is that of both.
    #[serde(flatten)]
    pub identity: Identity,
    pub scenarios: [Which; 2],
    pub replications: u64,
    pub complete: bool,
    pub confidence: f64,
    /// Where replication 0 of both parts; `null`: nowhere.
    pub parting: Option<PartingAt>,
}

#[derive(Debug, Serialize)]
pub struct Which {
    pub name: String,
    pub digest: String,
}

#[derive(Debug, Serialize)]
pub struct PartingAt {
    pub at: String,
    pub first: Option<What>,
    pub second: Option<What>,
    /// What the server did differently before.
    pub before: Option<[Option<What>; 2]>,
}

#[derive(Debug, Serialize)]
pub struct What {
    pub at: String,
    pub client: Option<String>,
    pub event: &'static str,
    pub rule: Option<&'static str>,
    pub reason: String,
}

impl Report {
    /// `titles`: what the scenarios are called, with what was changed in them.
    pub fn new(
        scenarios: [&Scenario; 2],
        titles: &[String; 2],
        compared: &Compared,
        parting: Option<&Divergence>,
    ) -> Report {
        let [first, second] = scenarios;
        let which = |n: usize| Which { name: titles[n].clone(), digest: scenario::digest(scenarios[n]) };
        let what = |happening: &Option<Happening>, scenario: &Scenario| {
            happening.as_ref().map(|h| What {
                at: timestamp_ms(scenario.start, h.at),
                client: h.client.clone(),
                event: h.event.name(),
                rule: h.event.clause().map(|clause| clause.id()),
                reason: sentence(&h.event),
            })
        };
        Report {
            identity: Identity::of(first),
            scenarios: [0, 1].map(which),
            replications: compared.replications,
            complete: compared.complete,
            confidence: CONFIDENCE,
            parting: parting.map(|parting| PartingAt {
                at: timestamp_ms(first.start, parting.at()),
                first: what(&parting.first, first),
                second: what(&parting.second, second),
                before: parting.before.as_ref().map(|[one, other]| [what(one, first), what(other, second)]),
            }),
        }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::output::json(self)
    }
}

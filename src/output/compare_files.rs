//! `compare.csv` and `compare.json`: two scenarios under the same luck.

use std::io::{self, Write};

use serde::Serialize;

use super::text::timestamp_ms;
use super::{csv_table, or_empty};
use crate::scenario::{self, model::Scenario};
use crate::study::compare::{Compared, Happening, Pair, Parting};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::stats::interval::CONFIDENCE;

/// Names of the files.
pub const COMPARE: &str = "compare.json";
pub const DIFFERENCES: &str = "differences.csv";

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
        matches!((self.low, self.high), (Some(low), Some(high)) if low > 0.0 || high < 0.0)
    }
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

/// The whole of `compare.json`.
#[derive(Debug, Serialize)]
pub struct Report {
    pub fleetsim: &'static str,
    /// Name of the first scenario; says whose the folder is.
    pub scenario: String,
    pub scenarios: [Which; 2],
    pub seed: u64,
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
    pub fn new(scenarios: [&Scenario; 2], compared: &Compared, parting: Option<&Parting>) -> Report {
        let [first, second] = scenarios;
        let which =
            |scenario: &Scenario| Which { name: scenario.name.clone(), digest: scenario::digest(scenario) };
        let what = |happening: &Option<Happening>, scenario: &Scenario| {
            happening.as_ref().map(|h| What {
                at: timestamp_ms(scenario.start, h.at),
                client: h.client.clone(),
                event: h.event,
                rule: h.rule,
                reason: h.reason.clone(),
            })
        };
        Report {
            fleetsim: env!("CARGO_PKG_VERSION"),
            scenario: first.name.clone(),
            scenarios: scenarios.map(which),
            seed: first.seed,
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
        super::json(self)
    }
}

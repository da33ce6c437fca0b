//! `differences.csv`, `timeline_differences.csv`: the figures and timelines of two scenarios side by side.

use std::io::{self, Write};

use jiff::civil::DateTime;

use crate::observe::columns::{self, TIME_S, TIMESTAMP};
use crate::output::prose::dates::timestamp;
use crate::output::tables::{csv_table, or_empty};
use crate::study::compare::{Compared, NumberPair, Pair, Timelines};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::stats::interval::student;

/// Names of the files.
pub const DIFFERENCES: &str = "differences.csv";
/// Name of the file of timelines.
pub const TIMELINE_DIFFERENCES: &str = "timeline_differences.csv";

/// Name and meaning of the columns that both files end with.
const OF_PAIRS: [(&str, &str); 9] = [
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

/// Name and meaning of every column of `differences.csv`.
pub const COLUMNS: [(&str, &str); 11] = [
    ("figure", "a column of `replications.csv`, or `P(...)`: the share of replications in which it happened"),
    ("n", "replications in which both scenarios have the figure"),
    OF_PAIRS[0],
    OF_PAIRS[1],
    OF_PAIRS[2],
    OF_PAIRS[3],
    OF_PAIRS[4],
    OF_PAIRS[5],
    OF_PAIRS[6],
    OF_PAIRS[7],
    OF_PAIRS[8],
];

/// Name and meaning of every column of `timeline_differences.csv`: a row for each instant at which both
/// timelines have one, and column.
pub const TIMELINE_COLUMNS: [(&str, &str); 13] = [
    TIME_S,
    TIMESTAMP,
    ("column", "a column of `timeline.csv`"),
    ("n", "replications in which both have this number (a pool without limit has no `licenses_free`)"),
    OF_PAIRS[0],
    OF_PAIRS[1],
    OF_PAIRS[2],
    OF_PAIRS[3],
    OF_PAIRS[4],
    OF_PAIRS[5],
    OF_PAIRS[6],
    OF_PAIRS[7],
    OF_PAIRS[8],
];

/// One figure of both scenarios, in its unit.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::output) struct FigureDifference {
    pub figure: String,
    pub n: u64,
    pub first: Option<f64>,
    pub second: Option<f64>,
    pub difference: Option<f64>,
    pub low: Option<f64>,
    pub high: Option<f64>,
    percentiles: [Option<f64>; 3],
}

impl FigureDifference {
    fn of(figure: String, pair: &Pair, parts: f64) -> FigureDifference {
        let scaled = |value: Option<f64>| value.map(|value| value / parts);
        let interval = pair.difference.mean_interval();
        FigureDifference {
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
pub(in crate::output) fn rows(compared: &Compared) -> Vec<FigureDifference> {
    let events = EVENTS.iter().zip(&compared.events);
    let events = events.map(|(event, pair)| FigureDifference::of(format!("P({})", event.name), pair, 1.0));
    let measures = MEASURES.iter().zip(&compared.measures);
    let measures = measures
        .map(|(measure, pair)| FigureDifference::of(measure.column(), pair, measure.unit.parts() as f64));
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

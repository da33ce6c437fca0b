//! `sweep.csv`: what the replications of each point say, a row a point and figure.

use std::io::{self, Write};

use crate::output::results::sweep::SweepResult;
use crate::output::tables::bands::PERCENTILES;
use crate::output::tables::{csv_with_header, or_empty};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::replicate::Replicated;

/// Name of the file.
pub const SWEEP_CSV: &str = "sweep.csv";

/// Name and meaning of the columns of `sweep.csv` that follow `point` and one column for each key set.
pub const COLUMNS: [(&str, &str); 12] = [
    ("result", "a column of `replications.csv`, or `P(...)`: the share of replications in which it happened"),
    ("n", "replications that have this figure"),
    ("mean", "mean over replications"),
    ("ci_low", "95 % interval of the mean (Student's t) or of the probability (Clopper and Pearson)"),
    ("ci_high", "its other end"),
    ("p05", "5 % of the replications are at or below"),
    ("p25", "likewise 25 %"),
    ("p50", "the median"),
    ("p75", "likewise 75 %"),
    ("p95", "likewise 95 %"),
    ("min", "the lowest"),
    ("max", "the highest"),
];

/// The results of a point: the cells of its rows, without `point` and the values set.
pub type PointRows = Vec<Vec<String>>;

/// The rows of a point.
pub fn point(all: &Replicated) -> PointRows {
    let events = EVENTS.iter().enumerate().map(|(index, event)| {
        let known = all.probability(index);
        let (low, high) = (known.map(|(_, i)| i.low), known.map(|(_, i)| i.high));
        let mut row = vec![format!("P({})", event.name), all.replications.to_string()];
        row.extend([or_empty(known.map(|(share, _)| share)), or_empty(low), or_empty(high)]);
        row.resize(COLUMNS.len(), String::new());
        row
    });
    let measures = MEASURES.iter().zip(&all.measures).map(|(measure, values)| {
        let parts = measure.unit.parts() as f64;
        let scaled = |value: Option<f64>| or_empty(value.map(|value| value / parts));
        let whole = |value: Option<i128>| scaled(value.map(|value| value as f64));
        let interval = values.mean_interval();
        let mut row = vec![measure.column(), values.count().to_string(), scaled(values.mean())];
        row.extend([scaled(interval.map(|i| i.low)), scaled(interval.map(|i| i.high))]);
        row.extend(PERCENTILES.map(|(_, percent)| whole(values.percentile(percent))));
        row.extend([whole(values.min()), whole(values.max())]);
        row
    });
    events.chain(measures).collect()
}

/// Writes `sweep.csv`: `values` are those set for each point.
///
/// # Errors
/// When the writer fails.
pub fn write_csv(
    sweep: &SweepResult,
    values: &[Vec<String>],
    points: &[PointRows],
    out: impl Write,
) -> io::Result<()> {
    let keys = sweep.set.iter().map(|set| set.path.as_str());
    let header = ["point"].into_iter().chain(keys).chain(COLUMNS.map(|(name, _)| name));
    let mut csv = csv_with_header(header, out)?;
    for (index, (values, rows)) in values.iter().zip(points).enumerate() {
        let number = index.to_string();
        for row in rows {
            csv.write_record([&number].into_iter().chain(values).chain(row))?;
        }
    }
    csv.flush()
}

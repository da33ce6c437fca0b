//! `sweep.csv`, and its manifest `sweep.json`. The points finished so far are kept in
//! `sweep.partial.jsonl`; the results are made of them alone.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::output::results::identity::Identity;
use crate::output::store::checkpoint::Work;
use crate::output::tables::bands::PERCENTILES;
use crate::output::{csv_with_header, or_empty};
use crate::scenario::{self, model::Scenario};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::replicate::Replicated;
use crate::study::sweep::Axis;
use crate::units::hex;

/// Names of the files.
pub const SWEEP_CSV: &str = "sweep.csv";
pub const SWEEP: &str = "sweep.json";
pub const PARTIAL: &str = "sweep.partial.jsonl";

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

/// The whole of `sweep.json`.
#[derive(Debug, Serialize)]
pub struct Manifest {
    /// Of the first point, but for the digest: SHA-256 over the digests of all points' scenarios.
    #[serde(flatten)]
    pub identity: Identity,
    pub set: Vec<Set>,
    pub points: usize,
    /// Of each point.
    pub replications: u64,
    pub warm_up_ms: i64,
    pub confidence: f64,
}

/// One key and the values it takes.
#[derive(Debug, Serialize)]
pub struct Set {
    pub path: String,
    pub values: Vec<String>,
}

impl Manifest {
    pub fn new(points: &[Scenario], axes: &[Axis], replications: u64, warm_up_ms: i64) -> Manifest {
        let mut all = Sha256::new();
        points.iter().for_each(|scenario| all.update(scenario::digest(scenario)));
        let digest = all.finalize();
        Manifest {
            identity: Identity { scenario_digest: hex(&digest), ..Identity::of(&points[0]) },
            set: axes
                .iter()
                .map(|axis| Set { path: axis.path.clone(), values: axis.values.clone() })
                .collect(),
            points: points.len(),
            replications,
            warm_up_ms,
            confidence: crate::study::stats::interval::CONFIDENCE,
        }
    }

    /// What is worked on.
    pub fn work(&self) -> Work {
        let sets = self.set.iter().map(|set| (format!("--set {}", set.path), set.values.join(", ")));
        let others = [("--replications", self.replications), ("--warm-up", self.warm_up_ms as u64)];
        let others = others.map(|(option, value)| (option.to_string(), value.to_string()));
        Work { identity: self.identity.clone(), asked: sets.chain(others).collect::<BTreeMap<_, _>>() }
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::output::json(self)
    }
}

/// The results of a point: the cells of its rows, without `point` and the values set.
pub type Point = Vec<Vec<String>>;

/// The rows of a point.
pub fn point(all: &Replicated) -> Point {
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
    manifest: &Manifest,
    values: &[Vec<String>],
    points: &[Point],
    out: impl Write,
) -> io::Result<()> {
    let keys = manifest.set.iter().map(|set| set.path.as_str());
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

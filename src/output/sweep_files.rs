//! `sweep.csv`, its manifest `sweep.json`, and the points finished so far.
//!
//! A finished point is a line of JSON in `sweep.partial.jsonl`, beneath a first line that says of what
//! sweep it is. When all points are there, the results are made of these lines alone, so an
//! interrupted sweep that is continued ends with the same bytes as one that was not.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::bands_csv::PERCENTILES;
use super::{csv_with_header, or_empty};
use crate::scenario::{self, model::Scenario};
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::replicate::Replicated;
use crate::study::sweep::Axis;

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

/// What a sweep is of; equal for two that give the same bytes. Also the manifest `sweep.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub fleetsim: String,
    pub scenario: String,
    /// SHA-256 over the digests of all points' scenarios.
    pub scenario_digest: String,
    pub seed: u64,
    pub set: Vec<Set>,
    pub points: usize,
    /// Of each point.
    pub replications: u64,
    pub warm_up_ms: i64,
    pub confidence: f64,
}

/// One key and the values it takes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            scenario: points[0].name.clone(),
            scenario_digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            seed: points[0].seed,
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

    /// In what another sweep differs, in words.
    fn difference(&self, other: &Manifest) -> Option<&'static str> {
        [
            (self.fleetsim != other.fleetsim, "another version of the program"),
            (self.seed != other.seed, "another seed"),
            (self.set != other.set, "other values of --set"),
            (self.replications != other.replications, "another number of replications"),
            (self.warm_up_ms != other.warm_up_ms, "another --warm-up"),
            (self != other, "another scenario"),
        ]
        .into_iter()
        .find_map(|(differs, what)| differs.then_some(what))
    }

    /// The file's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        super::json(self)
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
        let whole = |value: Option<i64>| scaled(value.map(|value| value as f64));
        let interval = values.mean_interval();
        let mut row = vec![measure.column(), values.count().to_string(), scaled(values.mean())];
        row.extend([scaled(interval.map(|i| i.low)), scaled(interval.map(|i| i.high))]);
        row.extend(PERCENTILES.map(|percent| whole(values.percentile(percent))));
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

/// The finished points of a sweep, on disk.
#[derive(Debug)]
pub struct Partial {
    file: File,
}

/// Why finished points cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    #[error("{path} holds an unfinished sweep\n  help: --resume goes on with it, --force starts anew")]
    Unfinished { path: String },
    #[error("there is no unfinished sweep in {path}\n  help: leave --resume out")]
    Nothing { path: String },
    #[error(
        "{path} is of {what}\n  help: the same command as before goes on with it; --force without --resume starts anew"
    )]
    Other { path: String, what: &'static str },
    #[error("{path}: {source}")]
    Io { path: String, source: io::Error },
}

impl Partial {
    /// Begins anew.
    ///
    /// # Errors
    /// When there are finished points already (and not `force`), or the file cannot be written.
    pub fn begin(path: &Path, manifest: &Manifest, force: bool) -> Result<Partial, PartialError> {
        let shown = path.display().to_string();
        if path.exists() && !force {
            return Err(PartialError::Unfinished { path: shown });
        }
        let begin = || -> io::Result<Partial> {
            let mut file = File::create(path)?;
            write_line(&mut file, manifest)?;
            Ok(Partial { file })
        };
        begin().map_err(|source| PartialError::Io { path: shown, source })
    }

    /// Goes on: the points finished so far. A last line that was not written completely is dropped.
    ///
    /// # Errors
    /// When there are none, or they are of another sweep.
    pub fn resume(path: &Path, manifest: &Manifest) -> Result<(Partial, Vec<Point>), PartialError> {
        let shown = path.display().to_string();
        let io = |source| PartialError::Io { path: shown.clone(), source };
        if !path.exists() {
            return Err(PartialError::Nothing { path: shown });
        }
        let text = fs::read_to_string(path).map_err(io)?;
        let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let first = lines.next().unwrap_or_default();
        let found: Option<Manifest> = serde_json::from_str(first).ok();
        let what = found.map_or(Some("something else"), |found| manifest.difference(&found));
        if let Some(what) = what {
            return Err(PartialError::Other { path: shown, what });
        }
        let (mut kept, mut points) = (first.len(), Vec::new());
        for line in lines {
            let Ok(point) = serde_json::from_str(line) else { break };
            points.push(point);
            kept += line.len();
        }
        let file = OpenOptions::new().append(true).open(path).map_err(io)?;
        file.set_len(kept as u64).map_err(io)?;
        Ok((Partial { file }, points))
    }

    /// Keeps a finished point.
    ///
    /// # Errors
    /// When it cannot be written safely.
    pub fn keep(&mut self, point: &Point) -> io::Result<()> {
        write_line(&mut self.file, point)
    }
}

fn write_line(file: &mut File, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    file.write_all(&line)?;
    file.sync_data()
}

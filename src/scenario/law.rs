//! Understands a delay or size that may be random: a constant, or one of five laws.
//!
//! ```yaml
//! 4h
//! {uniform: [0m, 15m]}
//! {exponential: 2h}                            # its mean
//! {lognormal: {median: 3m, p95: 10m}}          # or {mean: 4m, cv: 1.5}
//! {triangular: [1m, 2m, 9m]}                   # least, most likely, most
//! {empirical: [3m, 4m, 4m, 11m]}               # each as likely as the others
//! {empirical: {file: scans.csv, column: minutes, unit: m}}
//! ```

use super::fault::{Fault, nearest};
use super::reader::{Read, Reader};
use super::values::{self, text};
use super::yaml::{Entry, Kind, Node};
use crate::engine::distribution::{Distribution, DistributionError};

type Amount = fn(&Node, &Reader) -> Read<i64>;

const LAWS: [&str; 5] = ["uniform", "exponential", "lognormal", "triangular", "empirical"];

/// A duration in milliseconds that cannot be negative.
pub fn duration(node: &Node, reader: &Reader) -> Read<Distribution> {
    law(node, reader, |n, r| Ok(values::duration(n, r)?.ms()))
}

/// A duration in milliseconds that may be negative: jitter.
pub fn jitter(node: &Node, reader: &Reader) -> Read<Distribution> {
    law(node, reader, |n, r| Ok(values::signed_duration(n, r)?.ms()))
}

/// A size in bytes.
pub fn size(node: &Node, reader: &Reader) -> Read<Distribution> {
    law(node, reader, |n, r| Ok(values::size(n, r)? as i64))
}

fn law(node: &Node, reader: &Reader, amount: Amount) -> Read<Distribution> {
    let entries = match &node.kind {
        Kind::Scalar { .. } => return Ok(Distribution::Constant(amount(node, reader)?)),
        Kind::Map(entries) => entries,
        _ => return Err(not_a_law(node)),
    };
    let [Entry { key, key_at, value }] = entries.as_slice() else { return Err(not_a_law(node)) };
    let possible = |made: Result<Distribution, DistributionError>| {
        made.map_err(|error| Fault::at(value.at, error.to_string()).path(key.clone()))
    };
    let read = match key.as_str() {
        "uniform" => amounts::<2>(value, reader, amount, "[least, most]")
            .map(|[min, max]| Distribution::uniform(min, max)),
        "exponential" => amount(value, reader).map(|mean| Distribution::exponential(mean as f64)),
        "triangular" => amounts::<3>(value, reader, amount, "[least, most likely, most]")
            .map(|[min, mode, max]| Distribution::triangular(min, mode, max)),
        "lognormal" => lognormal(value, reader, amount),
        "empirical" => empirical(value, reader, amount).map(Distribution::empirical),
        unknown => {
            let fault = Fault::at(*key_at, format!("unknown law `{unknown}`"));
            return Err(match nearest(unknown, LAWS) {
                Some(near) => fault.help(format!("did you mean `{near}`?")),
                None => fault.help(format!("laws: {}, or a plain value", LAWS.join(", "))),
            });
        }
    };
    let below = |fault: Fault| if fault.path.is_empty() { fault.path(key.clone()) } else { fault };
    possible(read.map_err(below)?)
}

fn not_a_law(node: &Node) -> Fault {
    Fault::at(node.at, format!("expected a value or one law, found {}", node.describe()))
        .help("for example `4h`, `{uniform: [0m, 15m]}` or `{lognormal: {median: 3m, p95: 10m}}`")
}

/// A list of exactly `N` amounts.
fn amounts<const N: usize>(node: &Node, reader: &Reader, amount: Amount, shape: &str) -> Read<[i64; N]> {
    let Kind::List(nodes) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected {shape}, found {}", node.describe())));
    };
    let read = nodes.iter().map(|n| amount(n, reader)).collect::<Read<Vec<i64>>>()?;
    let count = read.len();
    <[i64; N]>::try_from(read)
        .map_err(|_| Fault::at(node.at, format!("expected {shape}, found a list of {count}")))
}

type Made = Result<Distribution, DistributionError>;

fn lognormal(node: &Node, reader: &Reader, amount: Amount) -> Read<Made> {
    let wrong = || {
        Fault::at(node.at, format!("expected two parameters, found {}", node.describe()))
            .help("either `{median: 3m, p95: 10m}` or `{mean: 4m, cv: 1.5}`")
    };
    let Kind::Map(entries) = &node.kind else { return Err(wrong()) };
    let get = |key: &str| entries.iter().find(|e| e.key == key).map(|e| &e.value);
    if entries.len() != 2 {
        return Err(wrong());
    }
    match (get("median"), get("p95"), get("mean"), get("cv")) {
        (Some(median), Some(p95), None, None) => {
            let (median, p95) = (amount(median, reader)?, amount(p95, reader)?);
            Ok(Distribution::lognormal_median_p95(median as f64, p95 as f64))
        }
        (None, None, Some(mean), Some(cv)) => {
            let (mean, cv) = (amount(mean, reader)?, values::positive_number(cv, reader)?);
            Ok(Distribution::lognormal_mean_cv(mean as f64, cv))
        }
        _ => Err(wrong()),
    }
}

fn empirical(node: &Node, reader: &Reader, amount: Amount) -> Read<Vec<i64>> {
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(|n| amount(n, reader)).collect(),
        Kind::Map(entries) => empirical_file(node, entries, reader, amount),
        _ => Err(Fault::at(node.at, format!("expected a list or a file, found {}", node.describe()))),
    }
}

/// One column of a CSV file. The file is named relative to the scenario.
fn empirical_file(node: &Node, entries: &[Entry], reader: &Reader, amount: Amount) -> Read<Vec<i64>> {
    let (mut file, mut column, mut unit) = (None, None, String::new());
    for entry in entries {
        let value = || text(&entry.value, "text").map(str::to_string);
        match entry.key.as_str() {
            "file" => file = Some(value()?),
            "column" => column = Some(value()?),
            "unit" => unit = value()?,
            other => {
                return Err(Fault::at(entry.key_at, format!("unknown key `{other}`"))
                    .help("a file of observations: `{file: scans.csv, column: minutes, unit: m}`"));
            }
        }
    }
    let file = file.ok_or_else(|| Fault::at(node.at, "`file` is missing".into()))?;
    let fault = |problem: String| Fault::at(node.at, format!("{file}: {problem}"));
    let content = (reader.files)(&file).map_err(&fault)?;
    let mut table = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(content.as_bytes());
    let header = table.headers().map_err(|e| fault(e.to_string()))?.clone();
    let index = match &column {
        None => 0,
        Some(name) => header.iter().position(|h| h == name).ok_or_else(|| {
            fault(format!("no column `{name}`; it has: {}", header.iter().collect::<Vec<_>>().join(", ")))
        })?,
    };
    let mut values = Vec::new();
    for record in table.records() {
        let record = record.map_err(|e| fault(e.to_string()))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = record.get(index).unwrap_or_default();
        let typed = Kind::Scalar { text: format!("{cell}{unit}"), quoted: false };
        let value = amount(&Node { at: node.at, kind: typed }, reader);
        values.push(value.map_err(|f| Fault { problem: format!("{file}:{line}: {}", f.problem), ..f })?);
    }
    Ok(values)
}

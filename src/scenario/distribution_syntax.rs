//! Understands a delay or size that may be random: a constant, or one of five distributions.
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

use crate::engine::distribution::{Distribution, DistributionError, MAX_AMOUNT};
use crate::scenario::fault::{Fault, Place};
use crate::scenario::reader::{Read, Reader};
use crate::scenario::table::CsvTable;
use crate::scenario::values::{self, text};
use crate::scenario::yaml::{Entry, Kind, Node};
use crate::units::time::Span;

/// What a distribution is about: how an amount is read, and shown again.
#[derive(Clone, Copy)]
struct Amount {
    read: fn(&Node, &Reader) -> Read<i64>,
    show: fn(f64) -> String,
}

const DURATION: Amount = Amount { read: |n, r| Ok(values::duration(n, r)?.ms()), show: show_span };
const JITTER: Amount = Amount { read: |n, r| Ok(values::signed_duration(n, r)?.ms()), show: show_span };
const SIZE: Amount = Amount { read: |n, r| Ok(values::size(n, r)? as i64), show: |n| format!("{n} B") };

fn show_span(ms: f64) -> String {
    Span(ms as i64).to_string()
}

/// The keys under which a scenario file gives a distribution.
pub const KNOWN_DISTRIBUTIONS: [&str; 5] = ["uniform", "exponential", "lognormal", "triangular", "empirical"];

/// A duration in milliseconds that cannot be negative.
pub fn duration(node: &Node, reader: &Reader) -> Read<Distribution> {
    distribution(node, reader, DURATION)
}

/// A duration in milliseconds that may be negative: jitter.
pub fn jitter(node: &Node, reader: &Reader) -> Read<Distribution> {
    distribution(node, reader, JITTER)
}

/// A size in bytes.
pub fn size(node: &Node, reader: &Reader) -> Read<Distribution> {
    distribution(node, reader, SIZE)
}

fn distribution(node: &Node, reader: &Reader, amount: Amount) -> Read<Distribution> {
    let entries = match &node.kind {
        Kind::Scalar { .. } => {
            let made = Distribution::constant((amount.read)(node, reader)?);
            return made.map_err(|error| impossible(&error, node, amount));
        }
        Kind::Map(entries) => entries,
        _ => return Err(not_a_distribution(node)),
    };
    let [Entry { key, key_at, value }] = entries.as_slice() else { return Err(not_a_distribution(node)) };
    let possible = |made: Result<Distribution, DistributionError>| {
        made.map_err(|error| impossible(&error, value, amount).path(key.clone()))
    };
    let read = match key.as_str() {
        "uniform" => amounts::<2>(value, reader, amount, "[least, most]")
            .map(|[min, max]| Distribution::uniform(min, max)),
        "exponential" => (amount.read)(value, reader).map(|mean| Distribution::exponential(mean as f64)),
        "triangular" => amounts::<3>(value, reader, amount, "[least, most likely, most]")
            .map(|[min, mode, max]| Distribution::triangular(min, mode, max)),
        "lognormal" => lognormal(value, reader, amount),
        "empirical" => empirical(value, reader, amount).map(Distribution::empirical),
        unknown => {
            let all = format!("laws: {}, or a plain value", KNOWN_DISTRIBUTIONS.join(", "));
            return Err(unknown_distribution(unknown, *key_at).suggest(
                unknown,
                KNOWN_DISTRIBUTIONS,
                Some(all),
            ));
        }
    };
    possible(read.map_err(|fault| fault.below(key))?)
}

/// A distribution that does not exist.
pub fn unknown_distribution(name: &str, at: Place) -> Fault {
    Fault::at(at, format!("unknown law `{name}`"))
}

/// A distribution with parameters that contradict each other, in the units of the file.
fn impossible(error: &DistributionError, node: &Node, amount: Amount) -> Fault {
    use DistributionError as E;
    let show = |x: &f64| (amount.show)(*x);
    let shown = |x: &i64| show(&(*x as f64));
    let problem = match error {
        E::UniformOrder { min, max } => {
            format!("the least, {}, is more than the most, {}", shown(min), shown(max))
        }
        E::TriangularOrder { min, mode, max } => {
            let (min, mode, max) = (shown(min), shown(mode), shown(max));
            format!("least, most likely and most must not fall: {min}, {mode}, {max}")
        }
        E::ExponentialMean(mean) | E::LognormalMean(mean) if *mean <= 0.0 => {
            format!("the mean must be above zero, it is {}", show(mean))
        }
        E::LognormalMedian(median) => format!("the median must be above zero, it is {}", show(median)),
        E::LognormalP95 { median, p95 } => {
            format!("p95, {}, is less than the median, {}", show(p95), show(median))
        }
        E::LognormalParameters { .. } | E::LognormalTooWide { .. } => {
            return Fault::at(node.at, "the values spread too widely to be simulated".into())
                .help("choose a smaller `cv`, or a `p95` nearer to the median");
        }
        E::AmountTooLarge { amount: too_large, .. } => {
            format!("{} is more than {}, the largest amount there is", shown(too_large), shown(&MAX_AMOUNT))
        }
        E::EmpiricalEmpty => "there are no observations; at least one is needed".to_string(),
        other => other.to_string(),
    };
    Fault::at(node.at, problem)
}

fn not_a_distribution(node: &Node) -> Fault {
    Fault::at(node.at, format!("expected a value or one law, found {}", node.describe()))
        .help("for example `4h`, `{uniform: [0m, 15m]}` or `{lognormal: {median: 3m, p95: 10m}}`")
}

/// A list of exactly `N` amounts.
fn amounts<const N: usize>(node: &Node, reader: &Reader, amount: Amount, shape: &str) -> Read<[i64; N]> {
    let Kind::List(nodes) = &node.kind else {
        return Err(Fault::at(node.at, format!("expected {shape}, found {}", node.describe())));
    };
    let read = nodes.iter().map(|n| (amount.read)(n, reader)).collect::<Read<Vec<i64>>>()?;
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
            let (median, p95) = ((amount.read)(median, reader)?, (amount.read)(p95, reader)?);
            Ok(Distribution::lognormal_median_p95(median as f64, p95 as f64))
        }
        (None, None, Some(mean), Some(cv)) => {
            let (mean, cv) = ((amount.read)(mean, reader)?, values::positive_number(cv, reader)?);
            Ok(Distribution::lognormal_mean_cv(mean as f64, cv))
        }
        _ => Err(wrong()),
    }
}

fn empirical(node: &Node, reader: &Reader, amount: Amount) -> Read<Vec<i64>> {
    match &node.kind {
        Kind::List(nodes) => nodes.iter().map(|n| (amount.read)(n, reader)).collect(),
        Kind::Map(_) => empirical_file(node, reader, amount),
        _ => Err(Fault::at(node.at, format!("expected a list or a file, found {}", node.describe()))),
    }
}

/// One column of a CSV file. The file is named relative to the scenario.
fn empirical_file(node: &Node, reader: &Reader, amount: Amount) -> Read<Vec<i64>> {
    let shape = "a file of observations: `{file: scans.csv, column: minutes, unit: m}`";
    let table = CsvTable::open(node, &["file", "column", "unit", "sha256"], shape, reader)?;
    let index = match node.get("column") {
        None => 0,
        Some(column) => table.column(column, reader)?,
    };
    let unit = match node.get("unit") {
        None => "",
        Some(unit) => known_unit(unit, reader, amount)?,
    };
    let mut values = Vec::new();
    for row in table.rows() {
        let row = row?;
        let cell = row.cell(index);
        let typed = Kind::Scalar { text: format!("{cell}{unit}"), quoted: false };
        let value = (amount.read)(&Node { at: table.place(), kind: typed }, reader);
        values.push(value.map_err(|f| {
            let help = match (node.get("unit"), cell.parse::<f64>()) {
                (None, Ok(_)) => "say in which unit the column is: `unit: m`".to_string(),
                (Some(_), Err(_)) => "a cell holds a number, and `unit` its unit".to_string(),
                _ => f.help.clone().unwrap_or_default(),
            };
            table.blame(&row, f).help(help)
        })?);
    }
    Ok(values)
}

/// The unit of a column, when amounts have such a unit.
fn known_unit<'n>(node: &'n Node, reader: &Reader, amount: Amount) -> Read<&'n str> {
    let unit = text(node, "a unit")?;
    let one = Node { at: node.at, kind: Kind::Scalar { text: format!("1{unit}"), quoted: false } };
    match (amount.read)(&one, reader) {
        Ok(_) => Ok(unit),
        Err(fault) => Err(Fault { problem: format!("`{unit}` is not a unit"), ..fault }),
    }
}

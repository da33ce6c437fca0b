//! Arguments of the commands that run a scenario many times.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs};

use crate::cli::args::changes::Changes;
use crate::cli::args::shared::{Columnar, Results, Seed};
use crate::study::stopping::HalfWidth;
use crate::units::quantity::number_or_percentage;

/// Run a scenario many times under other luck: bands of the timeline, distributions, probabilities.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Writes bands.csv (every timeline column at every instant: mean with its 95 % interval, percentiles),
replications.csv (a row a run) and replicate.json (probabilities and distributions with intervals).
Results do not depend on the number of threads. After Ctrl-C the files hold the runs that are complete (exit
code 130), and --resume goes on and ends with the same bytes as if nothing had happened.

Examples:
  fleetsim replicate scenarios/quickstart.yaml -n 1000
  fleetsim replicate fleet.yaml -n 200 --warm-up 90d -o results/steady
  fleetsim replicate fleet.yaml --until-half-width 1% --of peak_demand
  fleetsim replicate fleet.yaml -n 500 --format json | jq .probabilities.any_rejected"
)]
pub struct Replicate {
    #[command(flatten)]
    pub question: ReplicateQuestion,
    #[command(flatten)]
    pub tables: Columnar,
    #[command(flatten)]
    pub many: Many,
}

/// What is asked; where it is run makes no difference.
#[derive(Debug, Clone, ClapArgs)]
#[command(group = ArgGroup::new("how many").required(true).multiple(true).args(["replications", "until_half_width"]))]
pub struct ReplicateQuestion {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// Number of runs; with --until-half-width at most so many [default then: 100000].
    #[arg(short = 'n', long = "replications", value_name = "N", allow_negative_numbers = true, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: Option<u64>,
    /// Run until the 95 % interval of a mean reaches only so far to either side: a number in the unit of
    /// the measure, or a share of the mean such as 2%.
    #[arg(long, value_name = "W", value_parser = half_width)]
    pub until_half_width: Option<HalfWidth>,
    /// The measure of --until-half-width: a column of replications.csv.
    #[arg(long, value_name = "MEASURE", default_value = "peak_demand", requires = "until_half_width")]
    pub of: String,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub sampling: Sampling,
}

/// Find the smallest pool that meets a target, with its confidence; or say that no pool does.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The nodes of one license file are varied, by bisection, under the same luck for every pool. Targets:
  P(rejected) <= 1%                        probability that any client is turned away
  P(exhausted) <= 5%                       ... that no license is left at some time
  P(exhausted before 2026-06-01) <= 5%     ... before a date, or a duration after the start
  P(rejected_lastingly) <= 1%              ... that a client waits longer than a day, or leaves without
  rejected_share <= 2%                     mean of a column of replications.csv that falls when the pool grows:
  wait_p95_hours <= 24                     also wait_p50_hours, waiting_share, exhausted_share, ...
Writes size.json and pools.csv (every pool tried: figure with interval, idle node-days). Finished pools are
kept in size.partial.jsonl; after Ctrl-C (exit code 130) or a crash --resume goes on.

Examples:
  fleetsim size scenarios/quickstart.yaml --target \"P(rejected) <= 5%\"
  fleetsim size fleet.yaml --target \"P(rejected) <= 1%\" -n 500 --license top_up --latest-date --lead-time 30d
  fleetsim size fleet.yaml --target \"P(rejected) <= 1%\" -n 500 --price-node 20 --price-waiting-hour 0.5
  fleetsim size fleet.yaml --target \"rejected_share <= 1%\" --license base -n 500 --warm-up 90d
  fleetsim size fleet.yaml --target \"wait_p95_hours <= 24\" --format json | jq .answer.nodes"
)]
pub struct Size {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// What the pool shall achieve, such as "P(rejected) <= 1%".
    #[arg(long, value_name = "TARGET")]
    pub target: String,
    /// The license file whose nodes (or date) are varied [default: the only one].
    #[arg(long, value_name = "NAME")]
    pub license: Option<String>,
    /// Leave its nodes as they are, and look for the latest day from which they must be in force.
    #[arg(long)]
    pub latest_date: bool,
    /// How long an order takes: also tells when to order.
    #[arg(long, value_name = "DURATION")]
    pub lead_time: Option<String>,
    /// Price of a node, in any currency: also tells the cheapest pool, waiting included.
    #[arg(long, value_name = "PRICE", value_parser = price, allow_negative_numbers = true, conflicts_with = "latest_date")]
    pub price_node: Option<f64>,
    /// Price of an hour that a client waits for a license.
    #[arg(long, value_name = "PRICE", value_parser = price, allow_negative_numbers = true, default_value = "0", requires = "price_node")]
    pub price_waiting_hour: f64,
    /// Number of runs for each pool.
    #[arg(short = 'n', long = "replications", value_name = "N", allow_negative_numbers = true, default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: u64,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub sampling: Sampling,
    #[command(flatten)]
    pub many: Many,
}

/// Compare two scenarios, or one with and without changes, under the same luck: paired differences, and
/// where their runs part.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "Both run with the seed of the first (or --seed). Differences are second minus first. --set and --action
change the second; with one file given it is compared with itself so changed. Writes
differences.csv (every figure: both means, the difference with its 95 % interval), timeline_differences.csv
(the same for every timeline column at every instant) and compare.json (identity, and the first event of
either run that the other one does not have). After Ctrl-C the files hold the pairs that are complete (exit
code 130), and --resume goes on.

Examples:
  fleetsim compare today.yaml with-top-up.yaml
  fleetsim compare today.yaml with-top-up.yaml -n 500 -o results/top-up
  fleetsim compare today.yaml --action \"retire status=disposed holding=true at 3d\" --set licenses.base.nodes=900"
)]
pub struct Compare {
    #[command(flatten)]
    pub question: CompareQuestion,
    #[command(flatten)]
    pub many: Many,
}

/// What is asked; where it is run makes no difference.
#[derive(Debug, Clone, ClapArgs)]
pub struct CompareQuestion {
    /// The first scenario, a YAML file.
    pub first: PathBuf,
    /// The second one [default: the first, with the changes].
    pub second: Option<PathBuf>,
    /// Number of pairs of runs.
    #[arg(short = 'n', long = "replications", value_name = "N", allow_negative_numbers = true, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: u64,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub sampling: Sampling,
}

/// Run a grid of variants of a scenario, all under the same luck.
#[derive(Debug, ClapArgs)]
#[command(after_help = "--set PATH=VALUES, once for each key, every combination is a point:
  --set licenses.base.nodes=4000..6000:250        from..to:step, numbers or durations of one unit
  --set scan.every=[4h, 6h, 8h]                   a list of any values
  --set actions.0.at=30d                          one value; items of a list by number from 0
Every point is checked before the first one runs. Writes sweep.csv (a row a point and result) and
sweep.json. Finished points are kept in sweep.partial.jsonl until all are there; after Ctrl-C (exit code
130) or a crash, --resume goes on and ends with the same bytes.

Examples:
  fleetsim sweep scenarios/quickstart.yaml --set licenses.base.nodes=800..1000:50 -n 100
  fleetsim sweep fleet.yaml --set licenses.base.nodes=[4500, 5000] --set scan.every=[4h, 8h] -o results/grid
  fleetsim sweep fleet.yaml --set licenses.base.nodes=[4500, 5000] --set scan.every=[4h, 8h] -o results/grid --resume")]
pub struct Sweep {
    #[command(flatten)]
    pub question: SweepQuestion,
    #[command(flatten)]
    pub many: Many,
}

/// What is asked; where it is run makes no difference.
#[derive(Debug, Clone, ClapArgs)]
pub struct SweepQuestion {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// A key and its values.
    #[arg(long = "set", value_name = "PATH=VALUES", required = true)]
    pub set: Vec<String>,
    /// Number of runs for each point.
    #[arg(short = 'n', long = "replications", value_name = "N", allow_negative_numbers = true, default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: u64,
    #[command(flatten)]
    pub sampling: Sampling,
}

/// Of which runs, and of what part of each.
#[derive(Debug, Clone, ClapArgs)]
pub struct Sampling {
    #[command(flatten)]
    pub seed: Seed,
    /// Leave out what happens up to here, where a steady state is asked for: a duration or a date.
    #[arg(long, value_name = "INSTANT")]
    pub warm_up: Option<String>,
}

/// How all of them are run here.
#[derive(Debug, ClapArgs)]
pub struct Many {
    /// Threads to run on [default: as many as there are processors].
    #[arg(long, value_name = "T", allow_negative_numbers = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Go on with interrupted work: the same command as before.
    #[arg(long)]
    pub resume: bool,
    #[command(flatten)]
    pub results: Results,
}

/// The highest price: a pool of any size at this price costs a finite sum.
const HIGHEST_PRICE: f64 = 1e15;

fn price(typed: &str) -> Result<f64, String> {
    match typed.parse::<f64>() {
        Ok(price) if (0.0..=HIGHEST_PRICE).contains(&price) => Ok(price),
        Ok(price) if price.is_finite() && price > 0.0 => {
            Err(format!("a price is at most {HIGHEST_PRICE:e}: take a larger unit of the currency"))
        }
        _ => Err("a price is a number, zero or above".to_string()),
    }
}

/// `0.5`, or `2%` of the mean.
fn half_width(typed: &str) -> Result<HalfWidth, String> {
    match number_or_percentage(typed) {
        Some((share, true)) if share > 0.0 => Ok(HalfWidth::Relative(share)),
        Some((number, false)) if number > 0.0 => Ok(HalfWidth::Absolute(number)),
        _ => Err("a number above zero, or a share of the mean such as 2%".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_is_finite_and_no_sum_of_prices_is_infinite() {
        for (typed, read) in [("0", 0.0), ("19.5", 19.5), ("1e15", 1e15)] {
            assert_eq!(price(typed), Ok(read), "{typed}");
        }
        for (wrong, says) in
            [("1e308", "at most 1e15"), ("inf", "zero or above"), ("NaN", "zero or above"), ("-1", "zero")]
        {
            let message = price(wrong).expect_err(wrong);
            assert!(message.contains(says), "{wrong}: {message}");
        }
    }

    #[test]
    fn a_half_width_is_absolute_or_a_share() {
        assert_eq!(half_width("0.5"), Ok(HalfWidth::Absolute(0.5)));
        assert_eq!(half_width("2%"), Ok(HalfWidth::Relative(0.02)));
        for wrong in ["", "%", "-1", "0", "NaN", "inf", "2 apples"] {
            assert!(half_width(wrong).is_err(), "{wrong}");
        }
    }
}

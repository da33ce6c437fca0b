//! Arguments of the commands that run a scenario many times.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs};

use super::Format;
use crate::study::stopping::HalfWidth;

/// Run a scenario many times under other luck: bands of the timeline, distributions, probabilities.
#[derive(Debug, ClapArgs)]
#[command(
    group = ArgGroup::new("how many").required(true).multiple(true).args(["replications", "until_half_width"]),
    after_help = "Writes bands.csv (every timeline column at every instant: mean with its 95 % interval, percentiles),
replications.csv (a row a run) and replicate.json (probabilities and distributions with intervals).
Results do not depend on the number of threads. After Ctrl-C the files hold what is complete; exit code 130.

Examples:
  fleetsim replicate scenarios/quickstart.yaml -n 1000
  fleetsim replicate fleet.yaml -n 200 --warm-up 90d -o results/steady
  fleetsim replicate fleet.yaml --until-half-width 1% --of peak_demand
  fleetsim replicate fleet.yaml -n 500 --format json | jq .probabilities.any_rejected"
)]
pub struct Replicate {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// Number of runs; with --until-half-width at most so many [default then: 100000].
    #[arg(short = 'n', long = "replications", value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub replications: Option<u64>,
    /// Run until the 95 % interval of a mean reaches only so far to either side: a number in the unit of
    /// the measure, or a share of the mean such as 2%.
    #[arg(long, value_name = "W", value_parser = half_width)]
    pub until_half_width: Option<HalfWidth>,
    /// The measure of --until-half-width: a column of replications.csv.
    #[arg(long, value_name = "MEASURE", default_value = "peak_demand", requires = "until_half_width")]
    pub of: String,
    /// Leave out what happens up to here, where a steady state is asked for: a duration or a date.
    #[arg(long, value_name = "INSTANT")]
    pub warm_up: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

/// What all of them have.
#[derive(Debug, ClapArgs)]
pub struct Common {
    /// Threads to run on [default: as many as there are processors].
    #[arg(long, value_name = "T", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Folder for the results [default: named after scenario file and command, in the current folder].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Seed of all random decisions, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Overwrite results of another scenario, or files of unknown origin.
    #[arg(long)]
    pub force: bool,
    /// How to print the result.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// Print nothing but errors, and the result if --format json asks for it.
    #[arg(short, long)]
    pub quiet: bool,
    /// Show no progress bar.
    #[arg(long)]
    pub no_progress: bool,
}

/// `0.5`, or `2%` of the mean.
fn half_width(typed: &str) -> Result<HalfWidth, String> {
    let number = |text: &str| match text.trim().parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("a number above zero, or a share of the mean such as 2%".to_string()),
    };
    match typed.strip_suffix('%') {
        Some(share) => number(share).map(|percent| HalfWidth::Relative(percent / 100.0)),
        None => number(typed).map(HalfWidth::Absolute),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_width_is_absolute_or_a_share() {
        assert_eq!(half_width("0.5"), Ok(HalfWidth::Absolute(0.5)));
        assert_eq!(half_width("2%"), Ok(HalfWidth::Relative(0.02)));
        for wrong in ["", "%", "-1", "0", "NaN", "inf", "2 apples"] {
            assert!(half_width(wrong).is_err(), "{wrong}");
        }
    }
}

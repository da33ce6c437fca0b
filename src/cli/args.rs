//! Arguments of the command line.

mod planning;

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use planning::{Common, Compare, Replicate, Size, Sweep};

/// Simulates a managed PC fleet that consumes software licenses.
#[derive(Debug, Parser)]
#[command(name = "fleetsim", version, about, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 file or folder trouble, 2 wrong command line, 3 invalid scenario, \
                      130 interrupted."
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Run(Run),
    Check(Check),
    Explain(Explain),
    Replicate(Replicate),
    Sweep(Sweep),
    Size(Size),
    Compare(Compare),
}

/// Run a scenario once: timeline.csv, summary.json, and the answers a planner asks first.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim run scenarios/quickstart.yaml
  fleetsim run fleet.yaml -o results/monday --seed 42 --events
  fleetsim run fleet.yaml --format json | jq .pool.first_exhausted_at")]
pub struct Run {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// Folder for the results [default: named after the scenario file, in the current folder].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Seed of all random decisions, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Also write events.csv: every change and refusal; `all`: also the later scans of license holders.
    #[arg(long, value_name = "DETAIL", num_args = 0..=1, default_missing_value = "changes", require_equals = true)]
    pub events: Option<Events>,
    /// Overwrite results of another scenario, or files of unknown origin.
    #[arg(long)]
    pub force: bool,
    /// How to print the result.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// Print nothing but errors, and the summary if --format json asks for it.
    #[arg(short, long)]
    pub quiet: bool,
    /// Show no progress bar.
    #[arg(long)]
    pub no_progress: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Events {
    Changes,
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// The content of summary.json.
    Json,
}

/// Check a scenario: all faults at once, each with place, reason and remedy.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Example:
  fleetsim check fleet.yaml")]
pub struct Check {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
}

/// Tell one client's story, rule by rule, and why it has a license or has none.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim explain fleet.yaml --client laptops-17
  fleetsim explain fleet.yaml --client laptops-17 --at 2026-03-01T12:00")]
pub struct Explain {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// Name of the client: its own, or group and number.
    #[arg(long, value_name = "NAME")]
    pub client: String,
    /// End the story here: a date, or a duration after the start [default: the end of the scenario].
    #[arg(long, value_name = "INSTANT")]
    pub at: Option<String>,
    /// Seed of all random decisions, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
    /// Show no progress bar.
    #[arg(long)]
    pub no_progress: bool,
}

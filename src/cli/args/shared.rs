//! Arguments that several commands take.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

/// Tables in a format of columns, for a program built with it.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub struct Columnar {
    /// Also write timeline.parquet (`run`) or replications.parquet (`replicate`): the CSV file of that name with types.
    #[cfg(feature = "parquet")]
    #[arg(long)]
    parquet: bool,
}

impl Columnar {
    /// Is a Parquet file wanted?
    pub fn parquet(self) -> bool {
        #[cfg(feature = "parquet")]
        return self.parquet;
        #[cfg(not(feature = "parquet"))]
        return false;
    }

    /// The option that asks for it.
    pub fn option(self) -> Option<&'static str> {
        self.parquet().then_some("--parquet")
    }
}

/// Another, equally likely course of events.
#[derive(Debug, Clone, ClapArgs)]
pub struct Seed {
    /// Seed of all random decisions, instead of the scenario's.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub seed: Option<u64>,
}

/// What may be too large.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub struct Limits {
    /// Go on with what needs more memory than is available, or more events than half an hour allows.
    #[arg(long)]
    pub anyway: bool,
    /// Only say about how much memory it takes, and how many events a run has.
    #[arg(long)]
    pub estimate: bool,
}

/// What all commands have that write results.
#[derive(Debug, ClapArgs)]
pub struct Results {
    /// Folder for the results [default: named after the scenario file (and the command, but for `run`),
    /// in the current folder].
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Also write report.html: one file with charts and tables, for a browser; `fleetsim report` makes it later.
    #[arg(long)]
    pub report: bool,
    /// Overwrite results of another scenario, or files of unknown origin.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub limits: Limits,
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

impl Results {
    /// Is a progress bar wanted?
    pub fn progress(&self) -> bool {
        !self.quiet && !self.no_progress
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// For programs: the content of the JSON file.
    Json,
}

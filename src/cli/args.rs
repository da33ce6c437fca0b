//! Arguments of the command line.

mod changes;
mod planning;
mod questions;
mod shards;
mod shared;
mod support;

use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::cli::terminal::visible;

pub use changes::Changes;
pub use planning::{
    Compare, CompareQuestion, Many, Replicate, ReplicateQuestion, Sampling, Size, Sweep, SweepQuestion,
};
pub use questions::{Check, Diagnose, Explain};
pub use shards::{Cut, Merge, Plan, RunShard, Study};
pub use shared::{Columnar, Format, Limits, Results, Seed};
pub use support::{Audit, AuditFormat, Import, Tables, Translate};

/// Version, and the commit that it was built of, where that is known.
const LONG_VERSION: &str = env!("FLEETSIM_VERSION");

/// Simulates a managed PC fleet that consumes software licenses.
#[derive(Debug, Parser)]
#[command(name = "fleetsim", version, long_version = LONG_VERSION, about, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 file or folder trouble or a failed self-check, 2 wrong command line, \
                      3 invalid scenario or tables, or too large, 130 interrupted, 143 terminated."
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

impl Args {
    /// The arguments of a command, without the program's name.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn of_command(arguments: &[String]) -> Result<Args, clap::Error> {
        let program = env!("CARGO_PKG_NAME").to_string();
        Args::try_parse_from([program].iter().chain(arguments))
    }

    /// The process's arguments.
    ///
    /// # Errors
    /// What is wrong with them, or the help asked for; clap prints either.
    pub fn of_process() -> Result<Args, clap::Error> {
        Args::try_parse().map_err(|error| {
            // The message quotes what was typed, and has colours of its own: what a terminal would obey must be out of
            // the arguments before.
            let given = std::env::args_os().map(|arg| visible(&arg.to_string_lossy()).into_owned());
            let given: Vec<String> = given.collect();
            with_tip(Args::try_parse_from(&given).err().unwrap_or(error), &given)
        })
    }
}

/// `--events all` looks right and is not: without `=` the scenario after `--events` would be its value.
fn with_tip(mut error: clap::Error, given: &[String]) -> clap::Error {
    let apart = |pair: &&[String]| pair[0] == "--events" && Events::from_str(&pair[1], false).is_ok();
    if let Some(pair) = given.windows(2).find(apart) {
        let tip = format!("write `--events={}`, with an equals sign", pair[1]);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Run(Run),
    Check(Check),
    Explain(Explain),
    Diagnose(Diagnose),
    Import(Import),
    Audit(Audit),
    Translate(Translate),
    Init(Init),
    /// Print a JSON Schema of the scenario language: completion and hints in editors.
    #[command(after_help = "Example:
  fleetsim schema > fleetsim.schema.json
and, as the first line of a scenario, for editors with a YAML language server:
  # yaml-language-server: $schema=fleetsim.schema.json")]
    Schema,
    Completions(Completions),
    Man(Man),
    Replicate(Replicate),
    Sweep(Sweep),
    Size(Size),
    Compare(Compare),
    Report(Report),
    Plan(Plan),
    RunShard(RunShard),
    Merge(Merge),
}

impl Command {
    /// What it says of limits, if it knows any.
    pub fn limits(&self) -> Limits {
        match self {
            Command::Run(run) => run.results.limits,
            Command::Check(check) => check.limits,
            Command::Explain(explain) => explain.limits,
            Command::Diagnose(diagnose) => diagnose.limits,
            Command::Import(import) => import.tables.limits,
            Command::Audit(audit) => audit.tables.limits,
            Command::Replicate(replicate) => replicate.many.results.limits,
            Command::Sweep(sweep) => sweep.many.results.limits,
            Command::Size(size) => size.many.results.limits,
            Command::Compare(compare) => compare.many.results.limits,
            Command::Report(report) => report.limits,
            Command::Plan(plan) => plan.study.cut().limits,
            Command::RunShard(shard) => shard.limits,
            Command::Merge(merge) => merge.results.limits,
            Command::Init(_)
            | Command::Translate(_)
            | Command::Schema
            | Command::Completions(_)
            | Command::Man(_) => Limits::default(),
        }
    }
}

/// Run a scenario once: timeline.csv, sites.csv, summary.json, and the answers a planner asks first.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim run scenarios/quickstart.yaml
  fleetsim run fleet.yaml -o results/monday --seed 42 --events
  fleetsim run fleet.yaml --set licenses.base.nodes=900 --action \"run licensing_refresh at 30d\"
  fleetsim run fleet.yaml --self-check
  fleetsim run fleet.yaml --format json | jq .pool.first_exhausted_at")]
pub struct Run {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// Also write events.csv: every change and refusal; `all`: also the later scans of license holders.
    #[arg(long, value_name = "DETAIL", num_args = 0..=1, default_missing_value = "changes", require_equals = true)]
    pub events: Option<Events>,
    /// Simulate every scan as an event: the same results, slower. For those who do not trust the shortcut.
    #[arg(long)]
    pub exhaustive: bool,
    /// Run it twice more, as usual and with every scan as an event, and compare all results; where they differ,
    /// name the first event that does, and write nothing.
    #[arg(long)]
    pub self_check: bool,
    /// Draw the chart with ASCII characters only, for terminals and tickets that cannot show others.
    #[arg(long)]
    pub ascii: bool,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub seed: Seed,
    #[command(flatten)]
    pub tables: Columnar,
    #[command(flatten)]
    pub results: Results,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Events {
    Changes,
    All,
}

/// Make one HTML file of a result folder: the answer, charts and tables, the scenario, how to make it again.
#[derive(Debug, ClapArgs)]
#[command(
    after_help = "The file needs no network and no other file: it can be mailed, opened by a double click, and printed.

Examples:
  fleetsim report quickstart
  fleetsim report results/monday -o monday.html
  fleetsim report fleet-sweep --target \"rejected_share <= 2%\""
)]
pub struct Report {
    /// The folder that run, replicate, sweep, size, compare or diagnose wrote.
    pub folder: PathBuf,
    /// The file to write [default: report.html in that folder]. An earlier report is overwritten.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What the variants of a sweep are held to, such as "P(rejected) <= 5%" [default: "P(rejected) <= 1%"];
    /// targets as `fleetsim size --help` lists them. For folders of a sweep only.
    #[arg(long, value_name = "TARGET")]
    pub target: Option<String>,
    /// Take files of results as they are, even if they were changed, and overwrite a file that is no report.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub limits: Limits,
}

/// Write a commented scenario to start from.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim init
  fleetsim init plant.yaml && fleetsim run plant.yaml
  fleetsim init -")]
pub struct Init {
    /// The file to write; `-` prints it.
    #[arg(default_value = "fleet.yaml")]
    pub file: PathBuf,
    /// Overwrite the file if it exists.
    #[arg(long)]
    pub force: bool,
}

/// Write the manual pages: fleetsim.1, and one for each command.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim man ~/.local/share/man/man1 && man fleetsim-size
  sudo fleetsim man /usr/local/share/man/man1")]
pub struct Man {
    /// The folder to write into; earlier pages are overwritten.
    pub folder: PathBuf,
}

/// Print a script that completes command lines in a shell.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim completions bash > ~/.local/share/bash-completion/completions/fleetsim
  fleetsim completions zsh > ~/.zfunc/_fleetsim
  fleetsim completions fish > ~/.config/fish/completions/fleetsim.fish
  fleetsim completions powershell >> $PROFILE")]
pub struct Completions {
    /// The shell.
    pub shell: Shell,
}

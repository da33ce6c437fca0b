//! Arguments of the commands that answer a question about one scenario: `check`, `explain`, `diagnose`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::cli::args::changes::Changes;
use crate::cli::args::shared::{Format, Limits, Seed};
use crate::rules::remedy::Remedy;

/// Check a scenario: all faults at once, each with place, reason and remedy.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim check fleet.yaml
  fleetsim check fleet.yaml --set licenses.base.nodes=900 --action \"run licensing_refresh at 30d\" --print > more.yaml")]
pub struct Check {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// Print the scenario with all changes in it: one YAML file that means the same, always laid out alike,
    /// without comments. The files of clients that it names have to stand beside it, too.
    #[arg(long)]
    pub print: bool,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub limits: Limits,
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
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub client: String,
    /// End the story here: a date, or a duration after the start [default: `asked_at` of the scenario, which of an
    /// imported one is the instant of the export, else its end].
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    pub at: Option<String>,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub seed: Seed,
    #[command(flatten)]
    pub limits: Limits,
    /// Show no progress bar.
    #[arg(long)]
    pub no_progress: bool,
}

/// Count, for each reason, the clients that hold no license because of it, and say what frees them.
///
/// Together with the holders the reasons account for every client.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim diagnose fleet.yaml
  fleetsim diagnose fleet.yaml --at 2026-02-25T09:00
  fleetsim diagnose fleet.yaml --at 21d --action \"retire status=disposed holding=true at 20d\"
  fleetsim diagnose fleet.yaml --at 20d --plan --no-purchase
  fleetsim diagnose fleet.yaml --at 20d --plan --without retire_gone
  fleetsim diagnose fleet.yaml --format json | jq '.without_license[] | {rule, clients, cure}'")]
pub struct Diagnose {
    /// The scenario, a YAML file.
    pub scenario: PathBuf,
    /// The instant asked about: a date, or a duration after the start [default: `asked_at` of the scenario, which of
    /// an imported one is the instant of the export, else its end].
    #[arg(long, value_name = "INSTANT", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Instead, make a plan as of that instant: the fewest actions after which every client that should hold
    /// a license does, tried by simulation; when they take effect, and what they cost.
    #[arg(long)]
    pub plan: bool,
    /// A plan for managed clients outside the install policy, too.
    #[arg(long, requires = "plan")]
    pub everyone: bool,
    /// A plan without new license files.
    #[arg(long, requires = "plan")]
    pub no_purchase: bool,
    /// A plan without this kind of step, such as `retire_gone` (--format json names the kind of each); may be repeated.
    #[arg(long, value_name = "STEP", requires = "plan", value_parser = remedy)]
    pub without: Vec<Remedy>,
    #[command(flatten)]
    pub changes: Changes,
    #[command(flatten)]
    pub seed: Seed,
    #[command(flatten)]
    pub limits: Limits,
    /// How to print the result.
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: Format,
    /// Also write a result folder: diagnosis.json; or plan.json, and plan.csv with all clients of each step.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Also write report.html into that folder.
    #[arg(long, requires = "output")]
    pub report: bool,
    /// Overwrite results of another scenario, or files of unknown origin.
    #[arg(long, requires = "output")]
    pub force: bool,
    /// Show no progress bar.
    #[arg(long)]
    pub no_progress: bool,
}

/// A kind of step, by its key.
fn remedy(text: &str) -> Result<Remedy, String> {
    let all = || Remedy::ALL.map(Remedy::key).join(", ");
    Remedy::of_key(text).ok_or_else(|| format!("one of {}", all()))
}

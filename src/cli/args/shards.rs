//! Arguments of the commands that share out a study among machines.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand};

use crate::cli::args::planning::{CompareQuestion, ReplicateQuestion, SweepQuestion};
use crate::cli::args::shared::{Columnar, Limits, Results};
use crate::study::shards::MOST_SHARDS;

/// Cut a study that outgrows one machine into shards: one file, for `run-shard` and `merge`.
///
/// The file holds the question and the texts of the scenarios, so that a machine needs nothing else. Every
/// shard may be run anywhere, in any order, more than once; together they give the bytes of one machine.
/// `size` tries one pool after the other, so it cannot be shared out: sweep over the nodes instead.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Examples:
  fleetsim plan replicate fleet.yaml -n 1000000 --shards 5000 -o study.jsonl
  fleetsim plan sweep fleet.yaml --set licenses.base.nodes=4000..6000:10 -n 500 -o study.jsonl
and then, on this machine, or with any scheduler that can run a command:
  fleetsim merge study.jsonl --missing | parallel fleetsim run-shard study.jsonl {}
  fleetsim merge study.jsonl -o results")]
pub struct Plan {
    #[command(subcommand)]
    pub study: Study,
}

/// The commands whose runs can be shared out.
#[derive(Debug, Subcommand)]
pub enum Study {
    /// Cut `fleetsim replicate` into shards.
    Replicate {
        #[command(flatten)]
        question: ReplicateQuestion,
        #[command(flatten)]
        cut: Cut,
    },
    /// Cut `fleetsim sweep` into shards.
    Sweep {
        #[command(flatten)]
        question: SweepQuestion,
        #[command(flatten)]
        cut: Cut,
    },
    /// Cut `fleetsim compare` into shards.
    Compare {
        #[command(flatten)]
        question: CompareQuestion,
        #[command(flatten)]
        cut: Cut,
    },
}

impl Study {
    pub fn cut(&self) -> &Cut {
        match self {
            Study::Replicate { cut, .. } | Study::Sweep { cut, .. } | Study::Compare { cut, .. } => cut,
        }
    }
}

/// How it is cut, and where the file goes.
#[derive(Debug, ClapArgs)]
pub struct Cut {
    /// Number of shards; at most one for each run. A shard of some seconds or minutes is a good one.
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=MOST_SHARDS))]
    pub shards: u64,
    /// The file to write [default: named after the scenario and the command, as fleet-replicate.jsonl].
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Overwrite the file if it exists.
    #[arg(long)]
    pub force: bool,
    #[command(flatten)]
    pub limits: Limits,
    /// Print nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Run one shard of a study.
#[derive(Debug, ClapArgs)]
#[command(after_help = "A shard that is there, whole, is left as it is; one that is damaged is made again.

Examples:
  fleetsim run-shard study.jsonl 0
  fleetsim run-shard study.jsonl $SLURM_ARRAY_TASK_ID -o /shared/shards
  fleetsim run-shard study.jsonl 7 -o - | ssh head 'cat > shards/shard-000007.jsonl.gz'")]
pub struct RunShard {
    /// The study, as `plan` wrote it.
    pub study: PathBuf,
    /// Number of the shard, from 0 on.
    pub shard: u64,
    /// Folder for the shard [default: named after the study, as study-shards]; `-` prints it.
    #[arg(short, long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Threads to run on: other shards have the other processors.
    #[arg(long, value_name = "T", allow_negative_numbers = true, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: u16,
    /// Overwrite a shard of another study.
    #[arg(long)]
    pub force: bool,
    /// End early, as by Ctrl-C, when standard input ends: a program that holds the other end of a pipe takes this one
    /// along, however it ends itself.
    #[arg(long)]
    pub end_with_stdin: bool,
    #[command(flatten)]
    pub limits: Limits,
    /// Print nothing but errors, and the shard with `-o -`.
    #[arg(short, long)]
    pub quiet: bool,
    /// Show no progress bar.
    #[arg(long)]
    pub no_progress: bool,
}

/// Put the shards of a study together: the same files, byte for byte, as on one machine.
#[derive(Debug, ClapArgs)]
#[command(after_help = "Every shard must be there once, whole, and of this study; else nothing is written.

Examples:
  fleetsim merge study.jsonl
  fleetsim merge study.jsonl /shared/shards -o results --report
  fleetsim merge study.jsonl /shared/shards --missing")]
pub struct Merge {
    /// The study, as `plan` wrote it.
    pub study: PathBuf,
    /// Folder of the shards [default: named after the study, as study-shards].
    pub shards: Option<PathBuf>,
    /// Merge nothing: print the numbers of the shards that are not there or are damaged, a line each.
    #[arg(long)]
    pub missing: bool,
    #[command(flatten)]
    pub tables: Columnar,
    #[command(flatten)]
    pub results: Results,
}

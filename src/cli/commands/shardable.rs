//! Commands whose runs can be shared out to many machines: what each of them says of itself. The commands of
//! [`crate::cli::commands::shards`] do the rest.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::input::ScenarioFiles;
use crate::output::results::origin::CommandLine;
use crate::output::store::checkpoint::Work;
use crate::study::resource_estimate::ResourceEstimate;
use crate::study::shards::{Extent, Part, Shard};

/// What shards left, in the order of their runs.
pub type Pieces<'p, P> = &'p mut dyn Iterator<Item = Result<P, Failure>>;

/// Points of a study, the last one included.
#[derive(Debug, Clone, Copy)]
pub struct Points {
    pub first: u64,
    pub last: u64,
}

pub const ALL: Points = Points { first: 0, last: u64::MAX };

impl Points {
    pub fn of(shard: &Shard) -> Points {
        let points = || shard.parts.iter().map(|part| part.point);
        Points { first: points().min().unwrap_or(0), last: points().max().unwrap_or(0) }
    }
}

/// A command whose runs can be shared out: a question, and the scenarios that it is about.
pub trait ShardableStudy: Sized {
    type Question;
    /// What comes of some of its runs.
    type Piece: Serialize + DeserializeOwned;
    /// What its runs are called.
    const RUNS: &str;

    /// Reads the scenarios of some points.
    ///
    /// # Errors
    /// When they have faults, or the question makes no sense.
    fn read(
        question: &Self::Question,
        files: &ScenarioFiles,
        points: Points,
        quiet: bool,
    ) -> Result<Self, Failure>;

    /// What all of its runs need on this machine.
    fn estimate(&self, threads: usize) -> ResourceEstimate;

    /// What there is to run.
    ///
    /// # Errors
    /// When the question makes no sense.
    fn extent(question: &Self::Question) -> Result<Extent, Failure>;

    /// Most rows of a timeline that a piece has; all points must have been read.
    fn rows(&self) -> u64;

    /// Can this piece be the result of that part? Asked of what was read from a file.
    fn is_possible(piece: &Self::Piece, part: Part) -> bool;

    /// What is worked on; all points must have been read.
    fn work(&self) -> Work;

    /// The command that gives the same results on one machine; all points must have been read.
    fn command(&self) -> CommandLine;

    /// The scenario files, as [`ShardableStudy::command`] calls them.
    fn file_names(&self) -> Vec<String>;

    /// Runs a part. `None`: broken off.
    fn part(&self, part: Part, threads: usize, each: impl FnMut()) -> Option<Self::Piece>;

    /// Writes the results of all pieces; all points must have been read.
    ///
    /// # Errors
    /// When a piece is missing or the results cannot be written.
    fn merge(self, pieces: Pieces<Self::Piece>, args: &args::Merge) -> Result<(), Failure>;
}

/// Refuses to write columns where there is no such table.
pub fn no_columns(args: &args::Merge) -> Result<(), Failure> {
    match args.tables.option() {
        Some(option) => {
            Err(Failure::usage(format!("{option}: only studies of `replicate` have such a file")))
        }
        None => Ok(()),
    }
}

/// The results of shards contradict each other, or their scenarios.
pub fn contradiction() -> Failure {
    Failure::io(
        "the shards do not fit together: they are not of the runs of this study\n  help: plan it anew",
    )
}

//! A study on many machines: `plan` cuts it into shards, `run-shard` runs one, `merge` puts them together.
//!
//! The commands whose runs can be shared out say how, as [`Study`]; what they write at the end they write by the same
//! code, so the bytes of many machines are those of one.

mod merge;
mod plan;
mod run_shard;

pub use merge::merge;
pub use plan::plan;
pub use run_shard::run_shard;

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::args;
use crate::cli::commands::{compare, replicate, sweep};
use crate::cli::exit::Failure;
use crate::cli::input::{self, ScenarioFiles};
use crate::output::results::origin::CommandLine;
use crate::output::store::checkpoint::Work;
use crate::output::store::folder_error::FolderError;
use crate::output::store::shard_file;
use crate::output::store::study_file::{StudyFile, StudyFileError};
use crate::study::resource_estimate::Need;
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
    fn of(shard: &Shard) -> Points {
        let points = || shard.parts.iter().map(|part| part.point);
        Points { first: points().min().unwrap_or(0), last: points().max().unwrap_or(0) }
    }
}

/// A command whose runs can be shared out: a question, and the scenarios that it is about.
pub trait Study: Sized {
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
    fn need(&self, threads: usize) -> Need;

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

    /// The scenario files, as [`Study::command`] calls them.
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

/// Reads a study.
fn read(path: &Path) -> Result<StudyFile, Failure> {
    StudyFile::read(path).map_err(|error| match error {
        StudyFileError::Io { .. } => Failure::io(error),
        _ => Failure::invalid(format!("error: {error}\n")),
    })
}

/// Where the shards of a study are, if nobody says otherwise.
fn default_folder(study: &Path) -> PathBuf {
    PathBuf::from(format!("{}-shards", input::name_for_results(study)))
}

/// What is done with a study, whichever command it is of.
trait ShardCommand {
    fn on<S: Study>(self, question: &S::Question) -> Result<(), Failure>;
}

/// The pieces of a shard in a file. `None`: the file is damaged, or these cannot be its pieces.
fn pieces<S: Study>(path: &Path, study: &StudyFile, shard: &Shard) -> Result<Option<Vec<S::Piece>>, Failure> {
    let unreadable = |source| Failure::io(FolderError::Unreadable { path: path.to_path_buf(), source });
    let pieces: Option<Vec<S::Piece>> = shard_file::read(path, study, shard).map_err(unreadable)?;
    let possible = |pieces: &Vec<S::Piece>| {
        pieces.iter().zip(&shard.parts).all(|(piece, part)| S::is_possible(piece, *part))
    };
    Ok(pieces.filter(possible))
}

/// The results of shards contradict each other, or their scenarios.
pub fn contradiction() -> Failure {
    Failure::io(
        "the shards do not fit together: they are not of the runs of this study\n  help: plan it anew",
    )
}

/// Does something with the study that a file holds.
fn run_errand(path: &Path, study: &StudyFile, errand: impl ShardCommand) -> Result<(), Failure> {
    let no_study = || Failure::invalid(format!("error: {}\n", StudyFileError::NoStudy(path.to_path_buf())));
    let args = args::Args::of_command(&study.head.arguments).map_err(|_| no_study())?;
    match args.command {
        args::Command::Replicate(replicate) => {
            on::<replicate::Study>(&replicate.question, path, study, errand)
        }
        args::Command::Sweep(sweep) => on::<sweep::Study>(&sweep.question, path, study, errand),
        args::Command::Compare(compare) => on::<compare::Study>(&compare.question, path, study, errand),
        _ => Err(no_study()),
    }
}

/// The shards must hold what the question of the study asks for.
fn on<S: Study>(
    question: &S::Question,
    path: &Path,
    study: &StudyFile,
    errand: impl ShardCommand,
) -> Result<(), Failure> {
    if S::extent(question)? != study.head.extent {
        let path = path.to_path_buf();
        return Err(Failure::invalid(format!("error: {}\n", StudyFileError::OtherShards(path))));
    }
    errand.on::<S>(question)
}

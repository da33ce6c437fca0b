//! A study on many machines: `plan` cuts it into shards, `run-shard` runs one, `merge` puts them together.
//!
//! The commands whose runs can be shared out say how, as [`ShardableStudy`]; what they write at the end they write by the same
//! code, so the bytes of many machines are those of one.

mod merge;
mod plan;
mod run_shard;

pub use merge::merge;
pub use plan::plan;
pub use run_shard::run_shard;

use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::commands::shardable::ShardableStudy;
use crate::cli::commands::{compare, replicate, sweep};
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::output::store::folder_error::FolderError;
use crate::output::store::shard_file;
use crate::output::store::study_file::{StudyFile, StudyFileError};
use crate::study::shards::Shard;

/// Reads a study.
fn read(path: &Path) -> Result<StudyFile, Failure> {
    StudyFile::read(path).map_err(|error| match error {
        StudyFileError::Io { .. } => Failure::io(error),
        _ => Failure::invalid(format!("error: {error}\n")),
    })
}

/// Where the shards of a study are by default.
fn default_folder(study: &Path) -> PathBuf {
    PathBuf::from(format!("{}-shards", input::name_for_results(study)))
}

/// What is done with a study, whichever command it is of.
trait ShardCommand {
    fn on<S: ShardableStudy>(self, question: &S::Question) -> Result<(), Failure>;
}

/// The pieces of a shard in a file. `None`: the file is damaged, or these cannot be its pieces.
fn pieces<S: ShardableStudy>(
    path: &Path,
    study: &StudyFile,
    shard: &Shard,
) -> Result<Option<Vec<S::Piece>>, Failure> {
    let unreadable = |source| Failure::io(FolderError::Unreadable { path: path.to_path_buf(), source });
    let pieces: Option<Vec<S::Piece>> = shard_file::read(path, study, shard).map_err(unreadable)?;
    let possible = |pieces: &Vec<S::Piece>| {
        pieces.iter().zip(&shard.parts).all(|(piece, part)| S::is_possible(piece, *part))
    };
    Ok(pieces.filter(possible))
}

/// Does something with the study that a file holds.
fn run_shard_command(path: &Path, study: &StudyFile, command: impl ShardCommand) -> Result<(), Failure> {
    let no_study = || Failure::invalid(format!("error: {}\n", StudyFileError::NoStudy(path.to_path_buf())));
    let args = args::Args::of_command(&study.head.arguments).map_err(|_| no_study())?;
    match args.command {
        args::Command::Replicate(replicate) => {
            on::<replicate::ReplicateStudy>(&replicate.question, path, study, command)
        }
        args::Command::Sweep(sweep) => on::<sweep::SweepStudy>(&sweep.question, path, study, command),
        args::Command::Compare(compare) => {
            on::<compare::CompareStudy>(&compare.question, path, study, command)
        }
        _ => Err(no_study()),
    }
}

/// The shards must hold what the question of the study asks for.
fn on<S: ShardableStudy>(
    question: &S::Question,
    path: &Path,
    study: &StudyFile,
    command: impl ShardCommand,
) -> Result<(), Failure> {
    if S::extent(question)? != study.head.extent {
        let path = path.to_path_buf();
        return Err(Failure::invalid(format!("error: {}\n", StudyFileError::OtherShards(path))));
    }
    command.on::<S>(question)
}

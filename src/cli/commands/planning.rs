//! What the commands of many runs have in common.

use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::args;
use crate::cli::commands::{files_in_words, print, print_data, stage};
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::interrupt::saved;
use crate::output::store::checkpoint::{self, Checkpoint, CheckpointError, Work};
use crate::output::store::folder::{self, Committed, Contents, ResultFolder};
use crate::scenario::fault::nearest;
use crate::scenario::model::Scenario;
use crate::scenario::values::instant_text;
use crate::study::measures::{self, MEASURES};
use crate::study::parallel;
use crate::units::time::{Span, Time};

/// The place of a measure, by a name typed on the command line.
pub fn measure_named(name: &str) -> Result<usize, Failure> {
    measures::find(name).ok_or_else(|| {
        let names = || MEASURES.iter().map(|measure| measure.name);
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
        };
        Failure::usage(format!("no measure is called `{name}`\n  help: {help}"))
    })
}

/// `--warm-up`, as a length of time.
pub fn warm_up(sampling: &args::Sampling, scenario: &Scenario) -> Result<Span, Failure> {
    let Some(typed) = sampling.warm_up.as_deref() else { return Ok(Span::ZERO) };
    let at = instant_text(typed, scenario.start)
        .map_err(|why| Failure::usage(format!("--warm-up {typed}: {why}")))?;
    if at < Time::START || at >= scenario.horizon() {
        let duration = scenario.duration;
        return Err(Failure::usage(format!(
            "--warm-up {typed} leaves nothing of a scenario of {duration}\n  help: give a longer `duration`"
        )));
    }
    Ok(at - Time::START)
}

/// As many threads as asked for, or as there are processors.
pub fn threads(many: &args::Many) -> usize {
    many.threads.map_or_else(parallel::processors, usize::from)
}

/// Claims the folder of a command's results.
pub fn claim(
    contents: &'static Contents,
    command: &str,
    file: &Path,
    results: &args::Results,
    scenario: &Scenario,
) -> Result<ResultFolder, Failure> {
    let default = || PathBuf::from(format!("{}-{command}", input::name_for_results(file)));
    let output = results.output.clone().unwrap_or_else(default);
    ResultFolder::claim(contents, &output, &scenario.name, results.force).map_err(Failure::io)
}

/// What there is of interrupted work: all of it is in one piece. `None`: nothing yet. What the work cannot have left is
/// damaged.
pub fn begun<T: DeserializeOwned>(
    many: &args::Many,
    path: &Path,
    work: &Work,
    is_possible: impl Fn(&T) -> bool,
) -> Result<Option<T>, Failure> {
    let begun = match many.resume {
        false => checkpoint::refuse(path, many.results.force).map(|()| None),
        true => {
            checkpoint::read(path, work).and_then(|found| match { found.pieces }.pop().filter(is_possible) {
                None => Err(CheckpointError::Damaged { path: path.to_path_buf() }),
                piece => Ok(piece),
            })
        }
    };
    begun.map_err(Failure::io)
}

/// Puts work that was interrupted among the files to be committed, for [`begun`].
pub fn stage_checkpoint(
    folder: &mut ResultFolder,
    name: &'static str,
    work: &Work,
    piece: &impl Serialize,
) -> Result<(), Failure> {
    stage(folder, name, |out| out.write_all(&checkpoint::of_one_piece(work, piece)?))
}

/// The pieces finished of work in several pieces, on disk and in memory.
pub fn pieces<T: DeserializeOwned>(
    many: &args::Many,
    path: &Path,
    work: &Work,
) -> Result<(Checkpoint, Vec<T>), Failure> {
    match many.resume {
        true => Checkpoint::resume(path, work),
        false => Checkpoint::begin(path, work, many.results.force).map(|checkpoint| (checkpoint, Vec::new())),
    }
    .map_err(Failure::io)
}

/// The results hold all of it now.
pub fn forget(path: &Path) -> Result<(), Failure> {
    folder::remove(path).map_err(Failure::io)
}

/// Prints the answers, or the manifest, or nothing.
pub fn present(
    results: &args::Results,
    manifest: &[u8],
    done: &Committed,
    answers: impl FnOnce() -> String,
) -> Result<(), Failure> {
    saved();
    match results.format {
        args::Format::Table if results.quiet => Ok(()),
        args::Format::Json => print_data(&String::from_utf8_lossy(manifest)),
        args::Format::Table => print(&format!("{}\n{}", answers(), files_in_words(done))),
    }
}

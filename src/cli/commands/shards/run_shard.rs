//! `run-shard`: study → its shard → one file, or stdout.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::print;
use crate::cli::commands::shardable::{Points, ShardableStudy};
use crate::cli::commands::shards::{ShardCommand, default_folder, pieces, read, run_shard_command};
use crate::cli::exit::Failure;
use crate::cli::input::ScenarioFiles;
use crate::cli::parent;
use crate::cli::progress::Steps;
use crate::output::store::disk;
use crate::output::store::folder::write_together;
use crate::output::store::folder_error::FolderError;
use crate::output::store::same_place::SamePlace;
use crate::output::store::shard_file::{self, ShardFileKind};
use crate::output::store::study_file::StudyFile;
use crate::study::shards::Shard;

/// `run-shard`
pub fn run_shard(args: &args::RunShard) -> Result<(), Failure> {
    if args.end_with_stdin {
        parent::end_with_stdin()?;
    }
    let study = read(&args.study)?;
    let Some(shard) = usize::try_from(args.shard).ok().and_then(|number| study.shards.get(number)) else {
        let (file, last) = (args.study.display(), study.head.shards - 1);
        return Err(Failure::usage(format!(
            "{file} has no shard {}: its shards are 0 to {last}",
            args.shard
        )));
    };
    let to = match &args.output {
        Some(stdout) if stdout == Path::new("-") => None,
        folder => Some(folder.clone().unwrap_or_else(|| default_folder(&args.study))),
    };
    run_shard_command(&args.study, &study, Running { args, study: &study, shard, to })
}

struct Running<'a> {
    args: &'a args::RunShard,
    study: &'a StudyFile,
    shard: &'a Shard,
    /// The folder; `None`: stdout.
    to: Option<PathBuf>,
}

impl ShardCommand for Running<'_> {
    fn on<S: ShardableStudy>(self, question: &S::Question) -> Result<(), Failure> {
        let Running { args, study, shard, .. } = self;
        let path = self.to.as_ref().map(|folder| folder.join(shard_file::name(shard.shard)));
        if let Some(path) = &path
            && self.is_there::<S>(path)?
        {
            return self.say(&format!("shard {} is there already: {}\n", shard.shard, path.display()));
        }
        let head = &study.head;
        let (files, threads) = (ScenarioFiles::In(&head.files), usize::from(args.threads));
        let of_study = S::read(question, &files, Points::of(shard), true)?;
        budget::check(&of_study.estimate(threads).of_shard())?;
        let mut place = None;
        if let Some(folder) = &self.to {
            let unwritable = |source| FolderError::Unwritable { path: folder.clone(), source };
            disk::make_folder(folder)
                .and_then(|()| disk::probe(folder))
                .map_err(|e| Failure::io(unwritable(e)))?;
            place = Some(SamePlace::of(folder).map_err(Failure::io)?);
        }
        let steps = Steps::new(shard.runs(), S::RUNS, !args.quiet && !args.no_progress);
        let mut pieces = Vec::with_capacity(shard.parts.len());
        for part in &shard.parts {
            let Some(piece) = of_study.part(*part, threads, || steps.done(1)) else {
                steps.finish();
                return Err(Failure::interrupted("nothing was written"));
            };
            pieces.push(piece);
        }
        steps.finish();
        let bytes = shard_file::to_bytes(study, shard, &pieces).map_err(Failure::io)?;
        match &path {
            None => to_stdout(&bytes),
            Some(path) => {
                place.map_or(Ok(()), |place| place.check()).map_err(Failure::io)?;
                write_together(&[(path.clone(), bytes)]).map_err(Failure::io)?;
                self.say(&format!("shard {} of {}: {}\n", shard.shard, head.shards, path.display()))
            }
        }
    }
}

impl Running<'_> {
    /// Is the shard there, whole?
    fn is_there<S: ShardableStudy>(&self, path: &Path) -> Result<bool, Failure> {
        let unreadable = |source| Failure::io(FolderError::Unreadable { path: path.to_path_buf(), source });
        let found = match shard_file::look(path, self.study) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            found => found.map_err(unreadable)?,
        };
        match found {
            ShardFileKind::Damaged => Ok(false),
            ShardFileKind::Shard(number) if number == self.shard.shard => {
                Ok(pieces::<S>(path, self.study, self.shard)?.is_some())
            }
            _ if self.args.force => Ok(false),
            _ => Err(Failure::io(format!(
                "{} is another shard, or of another study\n  help: name another folder with -o, or overwrite it with \
                 --force",
                path.display()
            ))),
        }
    }

    fn say(&self, what: &str) -> Result<(), Failure> {
        if self.args.quiet { Ok(()) } else { print(what) }
    }
}

/// All of it or an error: half a shard is none, so a reader that went away is no quiet end here.
fn to_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    written.map_err(|error| Failure::io(format!("stdout: {error}")))
}

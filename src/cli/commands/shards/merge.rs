//! `merge`: study and shards → every shard there once, whole → the results of one machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::print;
use crate::cli::commands::shardable::{ALL, ShardableStudy};
use crate::cli::commands::shards::{ShardCommand, default_folder, pieces, read, run_shard_command};
use crate::cli::exit::Failure;
use crate::cli::input::ScenarioFiles;
use crate::cli::interrupt::interrupted;
use crate::cli::progress::Steps;
use crate::output::prose::numbers::counted;
use crate::output::store::folder_error::FolderError;
use crate::output::store::shard_file::{self, ShardFileKind};
use crate::output::store::study_file::StudyFile;
use crate::study::shards::Shard;

/// `merge`
pub fn merge(args: &args::Merge) -> Result<(), Failure> {
    let study = read(&args.study)?;
    let folder = args.shards.clone().unwrap_or_else(|| default_folder(&args.study));
    let shard_folder = ShardFolder::look(&folder, &study)?;
    match args.missing {
        true => {
            run_shard_command(&args.study, &study, Missing { study: &study, shard_folder: &shard_folder })
        }
        false => run_shard_command(
            &args.study,
            &study,
            Merging { args, study: &study, shard_folder: &shard_folder },
        ),
    }
}

/// The shards in a folder.
struct ShardFolder {
    folder: PathBuf,
    /// Each file that says which shard it is.
    shards: BTreeMap<u64, Vec<PathBuf>>,
    /// Files of other studies, or other versions of it.
    foreign: Vec<PathBuf>,
    /// Files of which the first line is not as it was written.
    damaged: Vec<PathBuf>,
}

impl ShardFolder {
    fn look(folder: &Path, study: &StudyFile) -> Result<ShardFolder, Failure> {
        let unreadable =
            |path: &Path, source| Failure::io(FolderError::Unreadable { path: path.to_path_buf(), source });
        let mut shard_folder = ShardFolder {
            folder: folder.to_path_buf(),
            shards: BTreeMap::new(),
            foreign: Vec::new(),
            damaged: Vec::new(),
        };
        for path in shard_file::candidates(folder).map_err(|e| unreadable(folder, e))? {
            match shard_file::look(&path, study).map_err(|e| unreadable(&path, e))? {
                ShardFileKind::Shard(number) => shard_folder.shards.entry(number).or_default().push(path),
                ShardFileKind::ForeignShard => shard_folder.foreign.push(path),
                ShardFileKind::Damaged => shard_folder.damaged.push(path),
            }
        }
        Ok(shard_folder)
    }

    /// Everything that is wrong with it at first sight, in words.
    fn faults(&self, study: &StudyFile) -> Vec<String> {
        let mut faults = Vec::new();
        let missing: Vec<u64> =
            (0..study.head.shards).filter(|number| !self.shards.contains_key(number)).collect();
        if !missing.is_empty() {
            let folder = self.folder.display();
            let (are, all) = (if missing.len() == 1 { "is" } else { "are" }, study.head.shards);
            faults.push(format!(
                "{} of {all} shards {are} not in {folder}: {}",
                missing.len(),
                ranges(&missing)
            ));
        }
        for (number, paths) in self.shards.iter().filter(|(_, paths)| paths.len() > 1) {
            faults.push(format!("shard {number} is there more than once: {}", list(paths)));
        }
        if !self.foreign.is_empty() {
            faults.push(format!("of another study: {}", list(&self.foreign)));
        }
        if !self.damaged.is_empty() {
            faults.push(format!("damaged, or no shard: {}", list(&self.damaged)));
        }
        faults
    }
}

/// `--missing`
struct Missing<'a> {
    study: &'a StudyFile,
    shard_folder: &'a ShardFolder,
}

impl ShardCommand for Missing<'_> {
    fn on<S: ShardableStudy>(self, _: &S::Question) -> Result<(), Failure> {
        let mut numbers = String::new();
        for shard in &self.study.shards {
            let paths = self.shard_folder.shards.get(&shard.shard).map_or(&[][..], Vec::as_slice);
            let mut whole = false;
            for path in paths {
                whole |= pieces::<S>(path, self.study, shard)?.is_some();
            }
            if !whole {
                numbers += &format!("{}\n", shard.shard);
            }
        }
        print(&numbers)
    }
}

struct Merging<'a> {
    args: &'a args::Merge,
    study: &'a StudyFile,
    shard_folder: &'a ShardFolder,
}

impl ShardCommand for Merging<'_> {
    fn on<S: ShardableStudy>(self, question: &S::Question) -> Result<(), Failure> {
        let Merging { args, study, shard_folder } = self;
        let faults = shard_folder.faults(study);
        if !faults.is_empty() {
            return Err(self.refused(&faults));
        }
        let results = &args.results;
        let of_study = S::read(question, &ScenarioFiles::In(&study.head.files), ALL, true)?;
        budget::check(&of_study.estimate(1).of_merging())?;
        if of_study.work() != study.head.work || of_study.rows() != study.head.rows {
            let why = "is not what this program makes of its scenarios";
            return Err(Failure::invalid(format!(
                "error: {} {why}\n  help: plan it anew\n",
                args.study.display()
            )));
        }
        let steps = Steps::new(study.head.shards, "shards", results.progress());
        let mut left = study.shards.iter();
        let mut waiting: std::vec::IntoIter<S::Piece> = Vec::new().into_iter();
        let mut pieces = std::iter::from_fn(|| {
            loop {
                if let Some(piece) = waiting.next() {
                    return Some(Ok(piece));
                }
                let shard = left.next()?;
                if interrupted() {
                    return Some(Err(Failure::interrupted("nothing was written")));
                }
                match self.shard::<S>(shard) {
                    Ok(pieces) => waiting = pieces.into_iter(),
                    Err(failure) => return Some(Err(failure)),
                }
                steps.done(1);
            }
        });
        of_study.merge(&mut pieces, args)?;
        steps.finish();
        Ok(())
    }
}

impl Merging<'_> {
    fn refused(&self, faults: &[String]) -> Failure {
        let faults: String = faults.iter().map(|fault| format!("error: {fault}\n")).collect();
        let study = self.args.study.display();
        Failure::io_rendered(format!(
            "{faults}  help: `fleetsim run-shard {study} N` makes shard N, also of one that is damaged; `fleetsim merge \
             {study} {} --missing` prints which to make\nnothing was merged\n",
            self.shard_folder.folder.display()
        ))
    }

    /// The pieces of a shard. If it is damaged, all that are.
    fn shard<S: ShardableStudy>(&self, shard: &Shard) -> Result<Vec<S::Piece>, Failure> {
        let path = &self.shard_folder.shards[&shard.shard][0];
        if let Some(pieces) = pieces::<S>(path, self.study, shard)? {
            return Ok(pieces);
        }
        let mut damaged = vec![path.clone()];
        for later in &self.study.shards[shard.shard as usize + 1..] {
            let path = &self.shard_folder.shards[&later.shard][0];
            if pieces::<S>(path, self.study, later)?.is_none() {
                damaged.push(path.clone());
            }
        }
        Err(self.refused(&[format!("damaged: {}", list(&damaged))]))
    }
}

/// Most names that are listed.
const MOST_LISTED: usize = 10;

fn list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().take(MOST_LISTED).map(|path| path.display().to_string()).collect();
    let more = paths.len() - names.len();
    let more = if more == 0 { String::new() } else { format!(", and {}", counted(more as u64, "more file")) };
    format!("{}{more}", names.join(", "))
}

/// `0, 3 to 7`
fn ranges(numbers: &[u64]) -> String {
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => ranges.push((*number, *number)),
        }
    }
    let more = if ranges.len() > MOST_LISTED { ", ..." } else { "" };
    let range = |(first, last): &(u64, u64)| match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    };
    ranges.iter().take(MOST_LISTED).map(range).collect::<Vec<_>>().join(", ") + more
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_numbers_are_shown_as_a_range() {
        assert_eq!(ranges(&[0, 3, 4, 5, 9]), "0, 3 to 5, 9");
        let odd: Vec<u64> = (0..30).map(|i| 2 * i + 1).collect();
        assert_eq!(ranges(&odd), "1, 3, 5, 7, 9, 11, 13, 15, 17, 19, ...");
    }
}

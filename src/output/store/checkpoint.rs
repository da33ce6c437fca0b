//! Checkpoints: the finished pieces of work that is not finished, on disk.
//!
//! A file of JSON lines. The first says what the work is; every other one holds a finished piece. All
//! results are made of such pieces, so work that was interrupted and is continued ends with the same
//! bytes as work that was not.
//!
//! Lines vouch for each other ([`Lines`]): pieces up to the first that is not as it was written count; the rest is made
//! again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::output::results::identity::Identity;
use crate::output::store::disk::{self, Draft};
use crate::output::store::lines::Lines;

/// What is worked on; equal for two that give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Scenario, seed and version.
    #[serde(flatten)]
    pub identity: Identity,
    /// Options of the command that results depend on, as `--warm-up` → `30d`.
    pub asked: BTreeMap<String, String>,
}

impl Work {
    /// The options are those that change the results, each with its value as text.
    pub fn new<const N: usize>(identity: Identity, asked: [(&str, String); N]) -> Work {
        let asked = asked.into_iter().map(|(option, value)| (option.to_string(), value)).collect();
        Work { identity, asked }
    }

    /// In what other work differs, in words. Options first: what they set is part of the scenario.
    fn difference(&self, other: &Work) -> Option<String> {
        let options = self.asked.keys().chain(other.asked.keys());
        let mut options = options.filter(|option| self.asked.get(*option) != other.asked.get(*option));
        match (self.identity.difference(&other.identity), options.next()) {
            (None, None) => None,
            (Some("another scenario") | None, Some(option)) => Some(format!("another {option}")),
            (Some(what), _) => Some(what.to_string()),
        }
    }
}

/// Why finished pieces cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// Finished pieces are there, and neither `--resume` nor `--force` was given.
    #[error("{path} holds unfinished work\n  help: --resume goes on with it, --force starts anew")]
    Checkpoint {
        /// The checkpoint.
        path: PathBuf,
    },
    /// `--resume` was given, and there is no checkpoint.
    #[error("{path} is not there: nothing is unfinished\n  help: leave --resume out")]
    Nothing {
        /// Where it would be.
        path: PathBuf,
    },
    /// The checkpoint is of other work.
    #[error(
        "{path} is of {what}\n  help: the same command as before goes on with it; --force without --resume starts anew"
    )]
    Other {
        /// The checkpoint.
        path: PathBuf,
        /// In what the work differs, as `another seed`.
        what: String,
    },
    /// The checkpoint is whole, but a file of results that its pieces refer to is not as they left it.
    #[error(
        "{path} goes with {with}, which is gone or was changed\n  help: --force without --resume starts anew"
    )]
    Apart {
        /// The checkpoint.
        path: PathBuf,
        /// Name of the other file, in the same folder.
        with: &'static str,
    },
    /// The first line is not as it was written, or the pieces cannot be of this work.
    #[error(
        "{path} is damaged: nothing in it can be relied on\n  help: --force without --resume starts anew"
    )]
    Damaged {
        /// The checkpoint.
        path: PathBuf,
    },
    /// The checkpoint cannot be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The checkpoint.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
}

/// A checkpoint file that pieces are added to.
#[derive(Debug)]
pub struct Checkpoint {
    file: File,
    path: PathBuf,
    lines: Lines,
}

impl Checkpoint {
    /// Begins anew.
    ///
    /// # Errors
    /// When there are finished pieces already (and not `force`), or the file cannot be written.
    pub fn begin(path: &Path, work: &Work, force: bool) -> Result<Checkpoint, CheckpointError> {
        refuse(path, force)?;
        let mut lines = Lines::default();
        // A file that is there has its first line, whole.
        let mut begin = || -> io::Result<File> {
            let line = lines.line(work)?;
            let mut draft = Draft::new(path)?;
            draft.write_all(&line)?;
            draft.complete()?.replace(path)?;
            disk::sync_folder(disk::folder_of(path))?;
            disk::append_after(path, line.len() as u64)
        };
        let begun = begin();
        let path = path.to_path_buf();
        match begun {
            Ok(file) => Ok(Checkpoint { file, path, lines }),
            Err(source) => Err(CheckpointError::Io { path, source }),
        }
    }

    /// Goes on: the pieces finished so far. What is damaged, and what comes after it, is dropped.
    ///
    /// # Errors
    /// When there are none, or they are of other work.
    pub fn resume<T: DeserializeOwned>(
        path: &Path,
        work: &Work,
    ) -> Result<(Checkpoint, Vec<T>), CheckpointError> {
        let CheckpointPieces { pieces, lines, kept } = read(path, work)?;
        let path = path.to_path_buf();
        match disk::append_after(&path, kept) {
            Ok(file) => Ok((Checkpoint { file, path, lines }, pieces)),
            Err(source) => Err(CheckpointError::Io { path, source }),
        }
    }

    /// Keeps a finished piece.
    ///
    /// # Errors
    /// When it cannot be written safely.
    pub fn keep(&mut self, piece: &impl Serialize) -> Result<(), CheckpointError> {
        let mut keep = || -> io::Result<()> {
            let line = self.lines.line(piece)?;
            self.file.write_all(&line)?;
            self.file.sync_data()
        };
        let written = keep();
        written.map_err(|source| CheckpointError::Io { path: self.path.clone(), source })
    }
}

/// Refuses to begin anew where a checkpoint lies, unless forced to.
///
/// # Errors
/// When it does.
pub fn refuse(path: &Path, force: bool) -> Result<(), CheckpointError> {
    match path.exists() && !force {
        true => Err(CheckpointError::Checkpoint { path: path.to_path_buf() }),
        false => Ok(()),
    }
}

/// What stands in a file.
#[derive(Debug)]
pub struct CheckpointPieces<T> {
    /// In the order in which they were finished.
    pub pieces: Vec<T>,
    /// To go on below them.
    lines: Lines,
    /// How many bytes they and the line above them take.
    kept: u64,
}

/// The pieces in a file that are as they were written.
///
/// # Errors
/// As [`Checkpoint::resume`].
pub fn read<T: DeserializeOwned>(path: &Path, work: &Work) -> Result<CheckpointPieces<T>, CheckpointError> {
    let path = path.to_path_buf();
    if !path.exists() {
        return Err(CheckpointError::Nothing { path });
    }
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(source) => return Err(CheckpointError::Io { path, source }),
    };
    let mut texts = bytes.split_inclusive(|byte| *byte == b'\n');
    let (mut lines, first) = (Lines::default(), texts.next().unwrap_or_default());
    let Some(found) = lines.read::<Work>(first) else { return Err(CheckpointError::Damaged { path }) };
    if let Some(what) = work.difference(&found) {
        return Err(CheckpointError::Other { path, what });
    }
    let (mut kept, mut pieces) = (first.len(), Vec::new());
    for text in texts {
        let Some(piece) = lines.read(text) else { break };
        pieces.push(piece);
        kept += text.len();
    }
    Ok(CheckpointPieces { pieces, lines, kept: kept as u64 })
}

/// All of such a file that holds a single piece.
///
/// # Errors
/// When the piece cannot be written as JSON.
pub fn of_one_piece(work: &Work, piece: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut lines = Lines::default();
    Ok([lines.line(work)?, lines.line(piece)?].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn work() -> Work {
        let identity = Identity {
            fleetsim: "1.0.0".into(),
            scenario: "Fleet".into(),
            scenario_digest: "abc".into(),
            seed: 1,
        };
        Work::new(identity, [("--replications", "10".into()), ("--warm-up", "0s".into())])
    }

    #[test]
    fn refusal_of_other_work_names_what_differs() {
        let differs = |change: fn(&mut Work)| {
            let mut other = work();
            change(&mut other);
            work().difference(&other).unwrap_or_default()
        };
        assert_eq!(differs(|_| ()), "");
        assert_eq!(differs(|w| w.identity.fleetsim = "1.0.1".into()), "another version of the program");
        assert_eq!(differs(|w| w.identity.seed = 2), "another seed");
        assert_eq!(differs(|w| w.identity.scenario_digest = "abd".into()), "another scenario");
        assert_eq!(differs(|w| w.asked = BTreeMap::new()), "another --replications");
        let more = |w: &mut Work| {
            w.identity.scenario_digest = "abd".into();
            w.asked.insert("--set a.b".into(), "1".into());
        };
        assert_eq!(differs(more), "another --set a.b");
    }

    #[test]
    fn pieces_survive_and_a_line_cut_short_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("w.partial.jsonl");
        assert!(matches!(Checkpoint::resume::<u64>(&path, &work()), Err(CheckpointError::Nothing { .. })));
        let mut checkpoint = Checkpoint::begin(&path, &work(), false).unwrap();
        for piece in [7_u64, 8] {
            checkpoint.keep(&piece).unwrap();
        }
        checkpoint.file.write_all(b"12").unwrap();
        assert!(matches!(refuse(&path, false), Err(CheckpointError::Checkpoint { .. })));
        let (mut checkpoint, pieces) = Checkpoint::resume::<u64>(&path, &work()).unwrap();
        assert_eq!(pieces, [7, 8]);
        checkpoint.keep(&9_u64).unwrap();
        assert_eq!(read::<u64>(&path, &work()).unwrap().pieces, [7, 8, 9]);
    }
}

//! Work that is not finished: what is complete of it, on disk.
//!
//! A file of JSON lines. The first says what the work is; every other one holds a finished piece. All
//! results are made of such pieces, so work that was interrupted and is continued ends with the same
//! bytes as work that was not.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::identity::Identity;

/// What is worked on; equal for two that give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    #[serde(flatten)]
    pub identity: Identity,
    /// Options of the command that results depend on, as `--warm-up` → `30d`.
    pub asked: BTreeMap<String, String>,
}

impl Work {
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
pub enum UnfinishedError {
    #[error("{path} holds unfinished work\n  help: --resume goes on with it, --force starts anew")]
    Unfinished { path: PathBuf },
    #[error("{path} is not there: nothing is unfinished\n  help: leave --resume out")]
    Nothing { path: PathBuf },
    #[error(
        "{path} is of {what}\n  help: the same command as before goes on with it; --force without --resume starts anew"
    )]
    Other { path: PathBuf, what: String },
    #[error(
        "{path} goes with {with}, which is gone or was changed\n  help: --force without --resume starts anew"
    )]
    Apart { path: PathBuf, with: &'static str },
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: io::Error },
}

/// The finished pieces of some work, on disk.
#[derive(Debug)]
pub struct Unfinished {
    file: File,
    path: PathBuf,
}

impl Unfinished {
    /// Begins anew.
    ///
    /// # Errors
    /// When there are finished pieces already (and not `force`), or the file cannot be written.
    pub fn begin(path: &Path, work: &Work, force: bool) -> Result<Unfinished, UnfinishedError> {
        refuse(path, force)?;
        let path = path.to_path_buf();
        let begin = || -> io::Result<File> {
            let mut file = File::create(&path)?;
            write_line(&mut file, work)?;
            Ok(file)
        };
        match begin() {
            Ok(file) => Ok(Unfinished { file, path }),
            Err(source) => Err(UnfinishedError::Io { path, source }),
        }
    }

    /// Goes on: the pieces finished so far. A last line that was not written completely is dropped.
    ///
    /// # Errors
    /// When there are none, or they are of other work.
    pub fn resume<T: DeserializeOwned>(
        path: &Path,
        work: &Work,
    ) -> Result<(Unfinished, Vec<T>), UnfinishedError> {
        let (pieces, kept) = read(path, work)?;
        let path = path.to_path_buf();
        let open = || -> io::Result<File> {
            let file = OpenOptions::new().append(true).open(&path)?;
            file.set_len(kept)?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok((Unfinished { file, path }, pieces)),
            Err(source) => Err(UnfinishedError::Io { path, source }),
        }
    }

    /// Keeps a finished piece.
    ///
    /// # Errors
    /// When it cannot be written safely.
    pub fn keep(&mut self, piece: &impl Serialize) -> Result<(), UnfinishedError> {
        let written = write_line(&mut self.file, piece).and_then(|()| self.file.sync_data());
        written.map_err(|source| UnfinishedError::Io { path: self.path.clone(), source })
    }
}

/// Refuses to begin anew where unfinished work lies, unless forced to.
///
/// # Errors
/// When it does.
pub fn refuse(path: &Path, force: bool) -> Result<(), UnfinishedError> {
    match path.exists() && !force {
        true => Err(UnfinishedError::Unfinished { path: path.to_path_buf() }),
        false => Ok(()),
    }
}

/// The complete pieces in a file, and how many bytes they and the line above them take.
///
/// # Errors
/// As [`Unfinished::resume`].
pub fn read<T: DeserializeOwned>(path: &Path, work: &Work) -> Result<(Vec<T>, u64), UnfinishedError> {
    let path = path.to_path_buf();
    if !path.exists() {
        return Err(UnfinishedError::Nothing { path });
    }
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(source) => return Err(UnfinishedError::Io { path, source }),
    };
    let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let first = lines.next().unwrap_or_default();
    let found: Option<Work> = serde_json::from_str(first).ok();
    if let Some(what) = found.map_or(Some("something else".into()), |found| work.difference(&found)) {
        return Err(UnfinishedError::Other { path, what });
    }
    let (mut kept, mut pieces) = (first.len(), Vec::new());
    for line in lines {
        let Ok(piece) = serde_json::from_str(line) else { break };
        pieces.push(piece);
        kept += line.len();
    }
    Ok((pieces, kept as u64))
}

/// One line of such a file.
///
/// # Errors
/// When the writer fails.
pub fn write_line(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    out.write_all(&line)
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
    fn other_work_is_told_by_what_differs() {
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
        assert!(matches!(Unfinished::resume::<u64>(&path, &work()), Err(UnfinishedError::Nothing { .. })));
        let mut unfinished = Unfinished::begin(&path, &work(), false).unwrap();
        for piece in [7_u64, 8] {
            unfinished.keep(&piece).unwrap();
        }
        unfinished.file.write_all(b"12").unwrap();
        assert!(matches!(refuse(&path, false), Err(UnfinishedError::Unfinished { .. })));
        let (mut unfinished, pieces) = Unfinished::resume::<u64>(&path, &work()).unwrap();
        assert_eq!(pieces, [7, 8]);
        unfinished.keep(&9_u64).unwrap();
        assert_eq!(read::<u64>(&path, &work()).unwrap().0, [7, 8, 9]);
    }
}

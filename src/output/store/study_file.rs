//! A study as one file, for machines that have nothing else: the command, the texts of its scenarios, and its shards.
//!
//! Lines that vouch for each other ([`Lines`]): the first says what is asked, every other one is a shard. The digest of
//! the last line stands for the whole study; what a shard leaves names it.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::output::store::checkpoint::Work;
use crate::output::store::lines::{Lines, OPENS};
use crate::study::shards::{Extent, Shard, is_cut};

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudyHead {
    /// Equal for studies with equal results. Its version is the first thing in the file.
    #[serde(flatten)]
    pub work: Work,
    /// Of the command that would give the same results on one machine.
    pub arguments: Vec<String>,
    /// Points and replications in all.
    pub extent: Extent,
    /// How many lines follow, one for each shard.
    pub shards: u64,
    /// Most rows of a timeline in the results of a part; it bounds how large they can be.
    pub rows: u64,
    /// In the order in which the command names them.
    pub files: Vec<ScenarioFile>,
}

/// A scenario file, with the files of data that it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScenarioFile {
    /// As the command calls it.
    pub name: String,
    /// What its scenario is called if it does not say.
    pub default_name: String,
    /// The scenario in YAML.
    pub text: String,
    /// Text by name.
    pub data: BTreeMap<String, String>,
}

/// A whole study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudyFile {
    /// The first line of the file.
    pub head: StudyHead,
    /// All other lines, in the order of their numbers.
    pub shards: Vec<Shard>,
    /// Of all lines.
    pub digest: String,
}

/// Why a file is no study that can be worked on.
#[derive(Debug, thiserror::Error)]
pub enum StudyFileError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
    /// The first line is none of a study, or names no command that can be cut into shards.
    #[error("{0} is no study\n  help: `fleetsim plan` makes one")]
    NoStudy(PathBuf),
    /// The study was planned by another version of the program.
    #[error(
        "{path} is a study of fleetsim {theirs}, and this is fleetsim {ours}\n  help: every machine needs the version \
         that planned it; or plan it anew",
        ours = env!("CARGO_PKG_VERSION")
    )]
    OfAnotherVersion {
        /// The file.
        path: PathBuf,
        /// That version, as `1.2.3`.
        theirs: String,
    },
    /// A shard is not as it was written.
    #[error("{path} is damaged: line {line} is not as it was written\n  help: copy it anew, or plan it anew")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Number of the line, from one on.
        line: usize,
    },
    /// The file has fewer or more shards than its first line says.
    #[error(
        "{path} is cut short: {found} of {wanted} shards are in it\n  help: copy it anew, or plan it anew"
    )]
    CutShort {
        /// The file.
        path: PathBuf,
        /// Shards in the file.
        found: u64,
        /// Shards according to the first line.
        wanted: u64,
    },
    /// The shards are whole, but not those that the extent of the study is cut into.
    #[error(
        "{0} does not have each run in exactly one shard, as `fleetsim plan` cuts them\n  help: plan it anew"
    )]
    OtherShards(PathBuf),
}

impl StudyFile {
    /// The bytes of a study.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_bytes(head: &StudyHead, shards: &[Shard]) -> io::Result<Vec<u8>> {
        let mut lines = Lines::default();
        let mut bytes = lines.line(head)?;
        for shard in shards {
            bytes.extend(lines.line(shard)?);
        }
        Ok(bytes)
    }

    /// Reads a study.
    ///
    /// # Errors
    /// When it cannot be read, is of another version of this program, or is not as it was written.
    pub fn read(path: &Path) -> Result<StudyFile, StudyFileError> {
        let owned = || path.to_path_buf();
        let bytes = bytes_of(path).map_err(|source| StudyFileError::Io { path: owned(), source })?;
        let mut texts = bytes.split_inclusive(|byte| *byte == b'\n').enumerate();
        let mut lines = Lines::default();
        let first = texts.next().and_then(|(_, text)| lines.read::<serde_json::Value>(text));
        let first = first.ok_or_else(|| StudyFileError::NoStudy(owned()))?;
        // Before all else: what else stands there may mean other things in other versions.
        match first.get("fleetsim").and_then(|version| version.as_str()) {
            Some(env!("CARGO_PKG_VERSION")) => {}
            Some(theirs) => {
                return Err(StudyFileError::OfAnotherVersion { path: owned(), theirs: theirs.into() });
            }
            None => return Err(StudyFileError::NoStudy(owned())),
        }
        let head: StudyHead = serde_json::from_value(first).map_err(|_| StudyFileError::NoStudy(owned()))?;
        let mut shards: Vec<Shard> = Vec::new();
        for (at, text) in texts {
            let damaged = || StudyFileError::Damaged { path: owned(), line: at + 1 };
            shards.push(lines.read(text).ok_or_else(damaged)?);
        }
        let (found, wanted) = (shards.len() as u64, head.shards);
        if found != wanted {
            return Err(StudyFileError::CutShort { path: owned(), found, wanted });
        }
        if !is_cut(head.extent, &shards) {
            return Err(StudyFileError::OtherShards(owned()));
        }
        Ok(StudyFile { head, shards, digest: lines.last().to_string() })
    }
}

/// The bytes of a study. Of a file that does not begin like one (a device without end, say) only the first.
fn bytes_of(path: &Path) -> io::Result<Vec<u8>> {
    let (mut file, mut bytes) = (File::open(path)?, Vec::new());
    file.by_ref().take(OPENS.len() as u64).read_to_end(&mut bytes)?;
    if bytes == OPENS.as_bytes() {
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

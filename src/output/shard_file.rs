//! What comes of a shard: its pieces, one for each of its parts, for whoever puts all of them together.
//!
//! Lines that vouch for each other ([`Lines`]): the first says which shard of which study it is. Whoever runs a shard
//! again gets the same bytes.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::disk::{self, Draft};
use super::lines::Lines;
use super::study_file::StudyFile;
use crate::study::shards::Shard;

/// Files of shards end in it.
const EXTENSION: &str = "jsonl";
/// Most bytes of a first line that are looked at.
const MOST_HEAD: u64 = 1 << 24;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub fleetsim: String,
    /// Digest of the study.
    pub study: String,
    #[serde(flatten)]
    pub shard: Shard,
}

impl Head {
    pub fn new(study: &StudyFile, shard: &Shard) -> Head {
        let fleetsim = env!("CARGO_PKG_VERSION").to_string();
        Head { fleetsim, study: study.digest.clone(), shard: shard.clone() }
    }
}

/// What a file in a folder of shards is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// Of this shard of the study, by its first line.
    Shard(u64),
    /// Of another study.
    Stranger,
    /// No first line of a shard can be read.
    Damaged,
}

/// Name of the file of a shard.
pub fn name(shard: u64) -> String {
    format!("shard-{shard:06}.{EXTENSION}")
}

/// The bytes of a shard.
///
/// # Errors
/// When a piece cannot be written as JSON.
pub fn to_bytes(head: &Head, pieces: &[impl Serialize]) -> io::Result<Vec<u8>> {
    let mut lines = Lines::default();
    let mut bytes = lines.line(head)?;
    for piece in pieces {
        bytes.extend(lines.line(piece)?);
    }
    Ok(bytes)
}

/// Puts a shard in its place; from then on it is there, whole.
///
/// # Errors
/// When it cannot be written safely.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = Draft::new(path)?;
    draft.write_all(bytes)?;
    draft.complete()?.replace(path)?;
    disk::sync_folder(disk::folder_of(path))
}

/// Looks at the first line of a file.
///
/// # Errors
/// When it cannot be read.
pub fn look(path: &Path, study: &StudyFile) -> io::Result<Found> {
    let mut first = Vec::new();
    BufReader::new(File::open(path)?).take(MOST_HEAD).read_until(b'\n', &mut first)?;
    let Some(head) = Lines::default().read::<Head>(&first) else { return Ok(Found::Damaged) };
    let wanted = study.shards.get(head.shard.shard as usize).map(|shard| Head::new(study, shard));
    Ok(if wanted.as_ref() == Some(&head) { Found::Shard(head.shard.shard) } else { Found::Stranger })
}

/// The pieces of a shard; `None` when the file is not as it was written.
///
/// # Errors
/// When it cannot be read.
pub fn read<T: DeserializeOwned>(
    path: &Path,
    study: &StudyFile,
    shard: &Shard,
) -> io::Result<Option<Vec<T>>> {
    let bytes = fs::read(path)?;
    let mut texts = bytes.split_inclusive(|byte| *byte == b'\n');
    let mut lines = Lines::default();
    let head = texts.next().and_then(|text| lines.read::<Head>(text));
    if head != Some(Head::new(study, shard)) {
        return Ok(None);
    }
    let pieces: Option<Vec<T>> = texts.map(|text| lines.read(text)).collect();
    Ok(pieces.filter(|pieces| pieces.len() == shard.parts.len()))
}

/// The files in a folder that may be shards: all of their kind, but the study itself. In order of their names; none when
/// there is no folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn candidates(folder: &Path, study: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let study = fs::canonicalize(study).ok();
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let of_kind = path.extension().is_some_and(|extension| extension == EXTENSION);
        if of_kind && !hidden && fs::canonicalize(&path).ok() != study {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

//! What comes of a shard: its pieces, one for each of its parts, for whoever puts all of them together.
//!
//! Lines that vouch for each other ([`Lines`]), in the gzip format: the first says which shard of which study it is.
//! Whoever runs a shard again gets the same bytes.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use flate2::{Compression, bufread};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::lines::Lines;
use super::study_file::StudyFile;
use crate::study::shards::Shard;

/// Files of shards end in it.
const ENDING: &str = ".jsonl.gz";
/// What a file of gzip begins with here: no name, no date, no system.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
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
    format!("shard-{shard:06}{ENDING}")
}

/// The bytes of a shard.
///
/// # Errors
/// When a piece cannot be written as JSON.
pub fn to_bytes(head: &Head, pieces: &[impl Serialize]) -> io::Result<Vec<u8>> {
    let (mut lines, mut out) = (Lines::default(), GzEncoder::new(Vec::new(), Compression::default()));
    out.write_all(&lines.line(head)?)?;
    for piece in pieces {
        out.write_all(&lines.line(piece)?)?;
    }
    out.finish()
}

/// Looks at the first line of a file.
///
/// # Errors
/// When it cannot be read.
pub fn look(path: &Path, study: &StudyFile) -> io::Result<Found> {
    let mut first = Vec::new();
    let text = BufReader::new(bufread::GzDecoder::new(BufReader::new(File::open(path)?)));
    if text.take(MOST_HEAD).read_until(b'\n', &mut first).is_err() {
        return Ok(Found::Damaged);
    }
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
    let Some(text) = unpacked(&fs::read(path)?) else { return Ok(None) };
    let mut texts = text.split_inclusive(|byte| *byte == b'\n');
    let mut lines = Lines::default();
    let head = texts.next().and_then(|text| lines.read::<Head>(text));
    if head != Some(Head::new(study, shard)) {
        return Ok(None);
    }
    let pieces: Option<Vec<T>> = texts.map(|text| lines.read(text)).collect();
    Ok(pieces.filter(|pieces| pieces.len() == shard.parts.len()))
}

/// What was packed; `None` when a byte of it is not as it was.
fn unpacked(packed: &[u8]) -> Option<Vec<u8>> {
    let (mut left, mut text) = (packed, Vec::new());
    packed.starts_with(&GZIP).then_some(())?;
    bufread::GzDecoder::new(&mut left).read_to_end(&mut text).ok()?;
    left.is_empty().then_some(text)
}

/// The files in a folder that may be shards: all of their kind. In order of their names; none when there is no folder.
///
/// # Errors
/// When the folder cannot be read.
pub fn candidates(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(ENDING) && !name.starts_with('.') {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

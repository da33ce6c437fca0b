//! The results of a shard: a piece for each of its parts, to be put together with those of all other shards.
//!
//! Lines that vouch for each other ([`Lines`]), compressed with gzip. The first line says which shard of which study it
//! is, and how long every other line is. A shard that is run again has the same bytes.
//!
//! A reader decompresses no more than it was promised: the first line is as long as the study makes it, every other one
//! as long as the first line says, and none longer than the pieces of this study can be (`most_bytes`). So a file of a
//! few kilobytes that decompresses to gigabytes is refused when the first byte too many appears.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::observe::columns::COLUMNS;
use crate::output::store::lines::Lines;
use crate::output::store::study_file::StudyFile;
use crate::study::measures::{EVENTS, MEASURES};
use crate::study::shards::{Part, Shard};
use crate::study::stats::distribution::MOST_VALUES;

/// Files of shards end in it.
const ENDING: &str = ".jsonl.gz";
/// What a file of gzip begins with here: no name, no date, no system.
const GZIP: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The first line: which shard of which study it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ShardHead {
    pub fleetsim: String,
    /// Digest of the study.
    pub study: String,
    #[serde(flatten)]
    pub shard: Shard,
    /// Bytes of each of the lines below, one for each part of the shard.
    pub bytes: Vec<u64>,
}

impl ShardHead {
    /// Is it of this shard of this study, by this version?
    fn is_of(&self, study: &StudyFile, shard: &Shard) -> bool {
        self.fleetsim == env!("CARGO_PKG_VERSION") && self.study == study.digest && self.shard == *shard
    }
}

/// What a file in a folder of shards is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShardFileKind {
    /// Of this shard of the study, by its first line.
    Shard(u64),
    /// Of another study.
    ForeignShard,
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
pub fn to_bytes(study: &StudyFile, shard: &Shard, pieces: &[impl Serialize]) -> io::Result<Vec<u8>> {
    let head = ShardHead {
        fleetsim: env!("CARGO_PKG_VERSION").to_string(),
        study: study.digest.clone(),
        shard: shard.clone(),
        bytes: pieces.iter().map(Lines::length).collect::<io::Result<_>>()?,
    };
    let (mut lines, mut out) = (Lines::default(), GzEncoder::new(Vec::new(), Compression::default()));
    out.write_all(&lines.line(&head)?)?;
    for piece in pieces {
        out.write_all(&lines.line(piece)?)?;
    }
    out.finish()
}

/// Looks at the first line of a file.
///
/// # Errors
/// When it cannot be read.
pub fn look(path: &Path, study: &StudyFile) -> io::Result<ShardFileKind> {
    let Some(mut unpacking) = Unpacking::new(BufReader::new(File::open(path)?))? else {
        return Ok(ShardFileKind::Damaged);
    };
    let Some(head) = unless_damaged(unpacking.head(study))? else { return Ok(ShardFileKind::Damaged) };
    let wanted = usize::try_from(head.shard.shard).ok().and_then(|number| study.shards.get(number));
    Ok(match wanted.is_some_and(|wanted| head.is_of(study, wanted)) {
        true => ShardFileKind::Shard(head.shard.shard),
        false => ShardFileKind::ForeignShard,
    })
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
    read_from(BufReader::new(File::open(path)?), study, shard)
}

fn read_from<T: DeserializeOwned>(
    packed: impl BufRead,
    study: &StudyFile,
    shard: &Shard,
) -> io::Result<Option<Vec<T>>> {
    match Unpacking::new(packed)? {
        Some(mut unpacking) => unless_damaged(unpacking.pieces(study, shard)),
        None => Ok(None),
    }
}

/// A file of gzip that cannot be unpacked is damaged; one that cannot be read is an error.
fn unless_damaged<T>(read: io::Result<Option<T>>) -> io::Result<Option<T>> {
    match read {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof
            ) =>
        {
            Ok(None)
        }
        read => read,
    }
}

/// Decompresses a shard line by line, and no line further than it may be long.
struct Unpacking<R> {
    text: BufReader<GzDecoder<R>>,
    lines: Lines,
}

impl<R: BufRead> Unpacking<R> {
    /// `None`: it is not of this kind.
    fn new(mut packed: R) -> io::Result<Option<Unpacking<R>>> {
        if !packed.fill_buf()?.starts_with(&GZIP) {
            return Ok(None);
        }
        Ok(Some(Unpacking { text: BufReader::new(GzDecoder::new(packed)), lines: Lines::default() }))
    }

    /// What the next line holds. `None`: it is longer than that, or not as it was written.
    fn line<T: DeserializeOwned>(&mut self, most: u64) -> io::Result<Option<T>> {
        let mut line = Vec::new();
        self.text.by_ref().take(most).read_until(b'\n', &mut line)?;
        Ok(self.lines.read(&line))
    }

    fn head(&mut self, study: &StudyFile) -> io::Result<Option<ShardHead>> {
        self.line(most_of_head(study))
    }

    fn pieces<T: DeserializeOwned>(
        &mut self,
        study: &StudyFile,
        shard: &Shard,
    ) -> io::Result<Option<Vec<T>>> {
        let Some(head) = self.head(study)? else { return Ok(None) };
        let most = shard.parts.iter().map(|part| most_bytes(study, part));
        let bearable = head.bytes.len() == shard.parts.len()
            && head.bytes.iter().zip(most).all(|(bytes, most)| *bytes <= most);
        if !head.is_of(study, shard) || !bearable {
            return Ok(None);
        }
        let mut pieces = Vec::new();
        for bytes in head.bytes {
            let Some(piece) = self.line(bytes)? else { return Ok(None) };
            pieces.push(piece);
        }
        Ok(self.is_at_end()?.then_some(pieces))
    }

    /// Is there nothing more, neither packed in it nor behind it?
    fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.text.fill_buf()?.is_empty() && self.text.get_mut().get_mut().fill_buf()?.is_empty())
    }
}

/// Most bytes of a first line: parts have three numbers, and the length of their line is one more.
fn most_of_head(study: &StudyFile) -> u64 {
    let parts = study.shards.iter().map(|shard| shard.parts.len()).max().unwrap_or(0);
    1024 + 128 * parts as u64
}

/// Most bytes of the line of a part: what its figures take at most in JSON, and its rows of the table of replications.
fn most_bytes(study: &StudyFile, part: &Part) -> u64 {
    const OF_DISTRIBUTION: u64 = 512; // without its values: seven numbers and their names, and two totals
    const OF_VALUE: u64 = 36; // the value, how often it came, and two commas
    const OF_REPLICATION: u64 = 2048;
    let runs = part.to - part.from;
    let values = OF_VALUE * runs.min(MOST_VALUES as u64);
    let figures = (MEASURES.len() + EVENTS.len()) as u64 * 3;
    let numbers = study.head.rows.saturating_mul(COLUMNS.len() as u64);
    let distributions = figures.saturating_add(numbers).saturating_mul(OF_DISTRIBUTION + values);
    distributions.saturating_add(runs.saturating_mul(OF_REPLICATION)).saturating_add(1024)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::results::identity::Identity;
    use crate::output::store::checkpoint::Work;
    use crate::output::store::study_file;
    use crate::study::shards::{Extent, cut};

    /// Passes on what is read, and counts it.
    struct Counted<'r> {
        left: &'r [u8],
        read: &'r mut usize,
    }

    impl Read for Counted<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.left.read(buffer)?;
            *self.read += read;
            Ok(read)
        }
    }

    fn study() -> StudyFile {
        let (fleetsim, scenario) = ("0".to_string(), "s".to_string());
        let identity = Identity { fleetsim, scenario, scenario_digest: String::new(), seed: 1 };
        let extent = Extent { points: 1, replications: 3 };
        let head = study_file::StudyHead {
            work: Work::new(identity, []),
            arguments: Vec::new(),
            extent,
            shards: 1,
            rows: 10,
            files: Vec::new(),
        };
        StudyFile { head, shards: cut(extent, 1), digest: "d".to_string() }
    }

    /// Compressed fast, and by its header as ever: it is not refused for that.
    fn usual(mut file: Vec<u8>) -> Vec<u8> {
        file[..GZIP.len()].copy_from_slice(&GZIP);
        file
    }

    /// A first line that promises these lengths, other lines as they are, and then so many spaces.
    fn packed(bytes: &[u64], lines: &[&str], spaces: usize) -> Vec<u8> {
        let (study, mut writer) = (study(), Lines::default());
        let head = ShardHead {
            fleetsim: env!("CARGO_PKG_VERSION").to_string(),
            study: study.digest,
            shard: study.shards[0].clone(),
            bytes: bytes.to_vec(),
        };
        let mut out = GzEncoder::new(Vec::new(), Compression::fast());
        out.write_all(&writer.line(&head).unwrap()).unwrap();
        lines.iter().for_each(|line| out.write_all(&writer.line(line).unwrap()).unwrap());
        out.write_all(&vec![b' '; spaces]).unwrap();
        usual(out.finish().unwrap())
    }

    /// The pieces, and how many bytes of the file were looked at.
    fn pieces(file: &[u8]) -> (Option<Vec<String>>, usize) {
        let (study, mut read) = (study(), 0);
        let counted = BufReader::with_capacity(512, Counted { left: file, read: &mut read });
        let pieces = read_from(counted, &study, &study.shards[0]).unwrap();
        (pieces, read)
    }

    #[test]
    fn no_more_is_decompressed_than_was_promised() {
        let (piece, vast) = ("a piece", 1 << 25);
        let length = Lines::length(&piece).unwrap();
        let whole = packed(&[length], &[piece], 0);
        assert_eq!(pieces(&whole), (Some(vec![piece.to_string()]), whole.len()));
        let endless_head = {
            let mut out = GzEncoder::new(Vec::new(), Compression::fast());
            out.write_all(&vec![b' '; vast]).unwrap();
            usual(out.finish().unwrap())
        };
        let most = most_bytes(&study(), &study().shards[0].parts[0]);
        for (what, bomb) in [
            ("in the first line", endless_head),
            ("instead of a piece", packed(&[length], &[], vast)),
            ("behind the pieces", packed(&[length], &[piece], vast)),
            ("promised", packed(&[vast as u64 * 2], &[], vast)),
            ("promised, and more than 64 bits hold", packed(&[u64::MAX], &[], vast)),
            ("promised, and as much as a piece can be", packed(&[most], &[], vast)),
        ] {
            let (found, read) = pieces(&bomb);
            assert_eq!(found, None, "{what}");
            assert!(bomb.len() > 100_000 && read < 20_000, "{what}: {read} of {} bytes", bomb.len());
        }
    }

    #[test]
    fn promises_of_other_lengths_are_broken() {
        let piece = "a piece";
        let length = Lines::length(&piece).unwrap();
        for bytes in [&[][..], &[length - 1], &[length, length], &[0]] {
            assert_eq!(pieces(&packed(bytes, &[piece], 0)).0, None, "{bytes:?}");
        }
    }
}

//! The files of a result folder, read back as what they are: where every reader of earlier results goes.
//!
//! [`ResultFiles`] knows files by name, in memory or on the disk; [`ResultFiles::json`] reads a model of
//! [`crate::output::results`], [`ResultFiles::rows`] the rows of a table one after the other: tables may be larger than
//! memory, and are read as often as they are needed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use jiff::civil::DateTime;
use serde::de::DeserializeOwned;

use crate::output::results::origin::{ORIGIN, ResultsOrigin, ScenarioInfo};
use crate::output::store::disk::file_or_nothing;
use crate::output::store::hashing::sha256_of;

/// Why a result cannot be read.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadError {
    /// No file of this name is in the folder.
    #[error(
        "there is no {0}\n  help: a report is made of a whole result folder of this version; make it again"
    )]
    Missing(String),
    /// The file cannot be read, or its content is not of the expected form.
    #[error("{file}: {why}\n  help: it was changed, or written by another version; make the results again")]
    Damaged {
        /// Name of the file.
        file: String,
        /// The fault, in words.
        why: String,
    },
}

impl ReadError {
    /// A file that does not say what it should.
    pub fn damaged(file: &str, why: impl ToString) -> ReadError {
        ReadError::Damaged { file: file.to_string(), why: why.to_string() }
    }
}

/// The files of a result folder, by name.
#[derive(Debug, Default)]
pub struct ResultFiles(BTreeMap<String, Content>);

#[derive(Debug)]
enum Content {
    Text(String),
    OnDisk(PathBuf),
}

/// The rows of a table, one after the other, all as long as the header.
pub struct Rows<'r> {
    pub(in crate::output) header: StringRecord,
    pub(in crate::output) rows: Box<dyn Iterator<Item = Result<StringRecord, ReadError>> + 'r>,
}

impl ResultFiles {
    /// A file whose text is in memory.
    pub fn add(&mut self, name: &str, text: String) {
        self.0.insert(name.to_string(), Content::Text(text));
    }

    /// A file that stays where it is until it is read.
    pub fn add_file(&mut self, name: &str, path: PathBuf) {
        self.0.insert(name.to_string(), Content::OnDisk(path));
    }

    /// Adds a file of a folder. Gives the SHA-256 of what stands in it; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it is no file, or cannot be read.
    pub fn find(&mut self, folder: &Path, name: &str) -> io::Result<Option<String>> {
        let path = folder.join(name);
        match file_or_nothing(&path).and_then(|()| File::open(&path)).and_then(sha256_of) {
            Ok(sha256) => {
                self.add_file(name, path);
                Ok(Some(sha256))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, ReadError> {
        match self.0.get(name) {
            None => Err(ReadError::Missing(name.to_string())),
            Some(Content::Text(text)) => Ok(Box::new(Cursor::new(text.as_bytes()))),
            Some(Content::OnDisk(path)) => {
                let file = File::open(path).map_err(|error| ReadError::damaged(name, error))?;
                Ok(Box::new(BufReader::new(file)))
            }
        }
    }

    /// A JSON file.
    ///
    /// # Errors
    /// When it is missing or says something else.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ReadError> {
        let text = io::read_to_string(self.open(name)?).map_err(|error| ReadError::damaged(name, error))?;
        serde_json::from_str(&text).map_err(|error| ReadError::damaged(name, error))
    }

    /// The rows of a CSV file.
    ///
    /// # Errors
    /// When it is missing or no table; while they are read, when a row is none of it.
    pub fn rows<'r>(&'r self, name: &'r str) -> Result<Rows<'r>, ReadError> {
        let mut reader = csv::Reader::from_reader(self.open(name)?);
        let damaged = move |error: csv::Error| ReadError::damaged(name, error);
        let header = reader.headers().map_err(damaged)?.clone();
        Ok(Rows { header, rows: Box::new(reader.into_records().map(move |row| row.map_err(damaged))) })
    }

    /// Where the results come from, and the scenario that dates are of; the first of two.
    ///
    /// # Errors
    /// When it is missing or says something else.
    pub fn origin(&self) -> Result<(ResultsOrigin, ScenarioInfo, DateTime), ReadError> {
        let origin: ResultsOrigin = self.json(ORIGIN)?;
        let damaged = |why: &str| ReadError::damaged(ORIGIN, why);
        let info = origin.scenarios.first().cloned().ok_or_else(|| damaged("it names no scenario"))?;
        let start = info.start.parse().map_err(|_| damaged("its `start` is no date"))?;
        Ok((origin, info, start))
    }
}

//! The files of a result folder, read as what they are.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;

use csv::StringRecord;
use jiff::civil::DateTime;
use serde::de::DeserializeOwned;

use crate::output::report::table::{Table, number_in};
use crate::output::report::thinned::{self, Thinning};
use crate::output::report::wide::Wide;
use crate::output::results::origin::{ORIGIN, Origin, ScenarioInfo};

/// Why there is no report.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReportError {
    #[error(
        "there is no {0}\n  help: a report is made of a whole result folder of this version; make it again"
    )]
    Missing(String),
    #[error("{file}: {why}\n  help: it was changed, or written by another version; make the results again")]
    Damaged { file: String, why: String },
    #[error("--target \"{typed}\": {why}")]
    Target { typed: String, why: String },
}

impl ReportError {
    /// A file that does not say what it should.
    pub fn damaged(file: &str, why: impl ToString) -> ReportError {
        ReportError::Damaged { file: file.to_string(), why: why.to_string() }
    }
}

/// The files of a result folder, by name.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<String, Content>);

#[derive(Debug)]
enum Content {
    Text(String),
    /// Tables may be larger than memory: they are read from the disk, as often as they are needed.
    OnDisk(PathBuf),
}

/// The rows of a table, one after the other, all as long as the header.
pub struct Rows<'r> {
    pub header: StringRecord,
    pub rows: Box<dyn Iterator<Item = Result<StringRecord, ReportError>> + 'r>,
}

impl Files {
    pub fn add(&mut self, name: &str, text: String) {
        self.0.insert(name.to_string(), Content::Text(text));
    }

    /// A file that stays where it is until it is read.
    pub fn add_file(&mut self, name: &str, path: PathBuf) {
        self.0.insert(name.to_string(), Content::OnDisk(path));
    }

    fn open(&self, name: &str) -> Result<Box<dyn Read + '_>, ReportError> {
        match self.0.get(name) {
            None => Err(ReportError::Missing(name.to_string())),
            Some(Content::Text(text)) => Ok(Box::new(Cursor::new(text.as_bytes()))),
            Some(Content::OnDisk(path)) => {
                let file = File::open(path).map_err(|error| ReportError::damaged(name, error))?;
                Ok(Box::new(BufReader::new(file)))
            }
        }
    }

    /// A JSON file; of its fields those that are asked for.
    ///
    /// # Errors
    /// When it is missing or says something else.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ReportError> {
        let text = io::read_to_string(self.open(name)?).map_err(|error| ReportError::damaged(name, error))?;
        serde_json::from_str(&text).map_err(|error| ReportError::damaged(name, error))
    }

    /// The rows of a CSV file.
    ///
    /// # Errors
    /// When it is missing or no table; while they are read, when a row is none of it.
    pub fn rows<'r>(&'r self, name: &'r str) -> Result<Rows<'r>, ReportError> {
        let mut reader = csv::Reader::from_reader(self.open(name)?);
        let damaged = move |error: csv::Error| ReportError::damaged(name, error);
        let header = reader.headers().map_err(damaged)?.clone();
        Ok(Rows { header, rows: Box::new(reader.into_records().map(move |row| row.map_err(damaged))) })
    }

    /// A CSV file that is not large.
    ///
    /// # Errors
    /// When it is missing or no table.
    pub fn table(&self, name: &str) -> Result<Table, ReportError> {
        let rows = self.rows(name)?;
        Table::collect(name, rows)
    }

    /// The numbers of one column of a CSV file.
    ///
    /// # Errors
    /// When it is missing or no table, or has no such column, or something else stands in it.
    pub fn numbers(&self, name: &str, column: &str) -> Result<Vec<Option<f64>>, ReportError> {
        let Rows { header, rows } = self.rows(name)?;
        let place = place_in(&header, name, column)?;
        rows.map(|row| number_in(name, column, &row?[place])).collect()
    }

    /// A CSV file with a row for each instant, of any length: thinned to what pictures show.
    ///
    /// # Errors
    /// When it is missing or no table, or something else than numbers stands in the columns of the thinning.
    pub fn over_time(&self, name: &str, thinning: &Thinning) -> Result<Table, ReportError> {
        thinned::table(name, &|| self.rows(name), thinning)
    }

    /// The same of a CSV file with a row for each instant and `column`, of which these figures are wanted: a table
    /// with a row for each instant, and `column.figure` for each of them.
    ///
    /// # Errors
    /// As [`Files::over_time`], and when an instant lacks one of the columns.
    pub fn by_column_over_time(
        &self,
        name: &str,
        wanted: &[(&str, &str)],
        thinning: &Thinning,
    ) -> Result<Table, ReportError> {
        thinned::table(name, &|| Wide::rows(name, self.rows(name)?, wanted), thinning)
    }

    /// Where the results come from, and the scenario that dates are of; the first of two.
    ///
    /// # Errors
    /// When it is missing or says something else.
    pub fn origin(&self) -> Result<(Origin, ScenarioInfo, DateTime), ReportError> {
        let origin: Origin = self.json(ORIGIN)?;
        let damaged = |why: &str| ReportError::damaged(ORIGIN, why);
        let told = origin.scenarios.first().cloned().ok_or_else(|| damaged("it names no scenario"))?;
        let start = told.start.parse().map_err(|_| damaged("its `start` is no date"))?;
        Ok((origin, told, start))
    }
}

/// Where a column stands.
///
/// # Errors
/// When there is none of that name.
pub fn place_in(header: &StringRecord, file: &str, column: &str) -> Result<usize, ReportError> {
    let place = header.iter().position(|name| name == column);
    place.ok_or_else(|| ReportError::damaged(file, format!("there is no column `{column}`")))
}

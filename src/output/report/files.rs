//! The files of a result folder, read as what they are.

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde::de::DeserializeOwned;

use super::super::origin::{ORIGIN, Origin, Told};
use super::table::Table;

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

/// The texts of a result folder, by name of the file.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<String, String>);

impl Files {
    pub fn add(&mut self, name: &str, text: String) {
        self.0.insert(name.to_string(), text);
    }

    fn text(&self, name: &str) -> Result<&str, ReportError> {
        self.0.get(name).map(String::as_str).ok_or_else(|| ReportError::Missing(name.to_string()))
    }

    /// A JSON file; of its fields those that are asked for.
    ///
    /// # Errors
    /// When it is missing or says something else.
    pub fn json<T: DeserializeOwned>(&self, name: &str) -> Result<T, ReportError> {
        let damaged = |why: String| ReportError::Damaged { file: name.to_string(), why };
        serde_json::from_str(self.text(name)?).map_err(|error| damaged(error.to_string()))
    }

    /// A CSV file.
    ///
    /// # Errors
    /// When it is missing or no table.
    pub fn table(&self, name: &str) -> Result<Table, ReportError> {
        Table::parse(name, self.text(name)?)
    }

    /// Where the results come from, and the scenario that dates are of; the first of two.
    ///
    /// # Errors
    /// When it is missing or says something else.
    pub fn origin(&self) -> Result<(Origin, Told, DateTime), ReportError> {
        let origin: Origin = self.json(ORIGIN)?;
        let damaged = |why: &str| ReportError::Damaged { file: ORIGIN.to_string(), why: why.to_string() };
        let told = origin.scenarios.first().cloned().ok_or_else(|| damaged("it names no scenario"))?;
        let start = told.start.parse().map_err(|_| damaged("its `start` is no date"))?;
        Ok((origin, told, start))
    }
}

//! A CSV file as columns of numbers and words.

use super::files::ReportError;

/// Beyond every number of results, and far enough from where numbers end to be drawn.
const LARGEST: f64 = 1e24;

/// A table with a header.
#[derive(Debug)]
pub struct Table {
    file: String,
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Table {
    /// # Errors
    /// When it is no table, or has no rows.
    pub fn parse(file: &str, text: &str) -> Result<Table, ReportError> {
        let damaged = |why: String| ReportError::Damaged { file: file.to_string(), why };
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| damaged(error.to_string()))?.clone();
        let rows = reader.records().collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|error| damaged(error.to_string()))?;
        if rows.is_empty() {
            return Err(damaged("there is no row below the header".to_string()));
        }
        Ok(Table { file: file.to_string(), header, rows })
    }

    /// The rows in which a column says this.
    pub fn only(&self, column: &str, says: &str) -> Result<Table, ReportError> {
        let at = self.place(column)?;
        let rows: Vec<_> = self.rows.iter().filter(|row| &row[at] == says).cloned().collect();
        Ok(Table { file: self.file.clone(), header: self.header.clone(), rows })
    }

    /// The same, when there are so many rows: one for each instant, or for each variant.
    ///
    /// # Errors
    /// When there are more or fewer.
    pub fn only_as_many(&self, column: &str, says: &str, rows: usize) -> Result<Table, ReportError> {
        let table = self.only(column, says)?;
        match table.rows.len() == rows {
            true => Ok(table),
            false => Err(self.damaged(format!(
                "there are {} rows with `{says}` in column `{column}`, and {rows} are expected",
                table.rows.len()
            ))),
        }
    }

    /// The same rows, ordered by what a column says.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn ordered_by_words(&self, column: &str) -> Result<Table, ReportError> {
        let at = self.place(column)?;
        let mut rows = self.rows.clone();
        rows.sort_by(|a, b| a[at].cmp(&b[at]));
        Ok(Table { file: self.file.clone(), header: self.header.clone(), rows })
    }

    /// The rows from one on.
    pub fn rows_from(&self, first: usize) -> Table {
        Table { file: self.file.clone(), header: self.header.clone(), rows: self.rows[first..].to_vec() }
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// A column of numbers that rise from row to row, or stay.
    ///
    /// # Errors
    /// As [`Table::all_numbers`], and when one is lower than the one before.
    pub fn rising(&self, column: &str) -> Result<Vec<f64>, ReportError> {
        let numbers = self.all_numbers(column)?;
        match numbers.is_sorted() {
            true => Ok(numbers),
            false => {
                Err(self.damaged(format!("the numbers in column `{column}` do not rise from row to row")))
            }
        }
    }

    /// A column of words.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn words(&self, column: &str) -> Result<Vec<&str>, ReportError> {
        let at = self.place(column)?;
        Ok(self.rows.iter().map(|row| &row[at]).collect())
    }

    /// A column of numbers; empty cells have none.
    ///
    /// # Errors
    /// When there is no such column, or something else stands in it.
    pub fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, ReportError> {
        let number = |cell: &str| match cell {
            "" => Ok(None),
            text => match text.parse::<f64>() {
                Ok(number) if number.abs() < LARGEST => Ok(Some(number)),
                _ => Err(self.damaged(format!("`{text}` in column `{column}` is no number"))),
            },
        };
        self.words(column)?.into_iter().map(number).collect()
    }

    /// A column of numbers that is never empty.
    ///
    /// # Errors
    /// As [`Table::numbers`], and when a cell is empty.
    pub fn all_numbers(&self, column: &str) -> Result<Vec<f64>, ReportError> {
        let there = |number: Option<f64>| {
            number.ok_or_else(|| self.damaged(format!("column `{column}` has an empty cell")))
        };
        self.numbers(column)?.into_iter().map(there).collect()
    }

    fn place(&self, column: &str) -> Result<usize, ReportError> {
        let at = self.header.iter().position(|name| name == column);
        at.ok_or_else(|| self.damaged(format!("there is no column `{column}`")))
    }

    fn damaged(&self, why: String) -> ReportError {
        ReportError::Damaged { file: self.file.clone(), why }
    }
}

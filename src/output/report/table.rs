//! A CSV file as columns of numbers and words.

use csv::StringRecord;

use crate::output::store::read::{ReadError, ResultFiles, Rows};

/// Beyond every number of results, and far enough from where numbers end to be drawn.
const LARGEST: f64 = 1e24;

/// A table with a header. Its cells lie one after the other in one text: a string for each would take several times
/// as much.
#[derive(Debug)]
pub struct CsvTable {
    file: String,
    header: StringRecord,
    text: String,
    /// Where each row begins in the text.
    starts: Vec<usize>,
    /// Where each cell ends, from the start of its row.
    ends: Vec<u32>,
}

/// The number in a cell; an empty one has none.
///
/// # Errors
/// When something else stands in it.
pub fn number_in(file: &str, column: &str, cell: &str) -> Result<Option<f64>, ReadError> {
    match cell {
        "" => Ok(None),
        text => match text.parse::<f64>() {
            Ok(number) if number.abs() < LARGEST => Ok(Some(number)),
            _ => Err(ReadError::damaged(file, format!("`{text}` in column `{column}` is no number"))),
        },
    }
}

/// Where a column stands.
///
/// # Errors
/// When there is none of that name.
pub fn place_in(header: &StringRecord, file: &str, column: &str) -> Result<usize, ReadError> {
    let place = header.iter().position(|name| name == column);
    place.ok_or_else(|| ReadError::damaged(file, format!("there is no column `{column}`")))
}

/// The numbers of one column of a CSV file, of any length.
///
/// # Errors
/// When it is missing or no table, or has no such column, or something else stands in it.
pub fn numbers(files: &ResultFiles, file: &str, column: &str) -> Result<Vec<Option<f64>>, ReadError> {
    let Rows { header, rows } = files.rows(file)?;
    let place = place_in(&header, file, column)?;
    rows.map(|row| number_in(file, column, &row?[place])).collect()
}

impl CsvTable {
    /// Without rows.
    pub fn new(file: &str, header: StringRecord) -> CsvTable {
        let (text, starts, ends) = (String::new(), Vec::new(), Vec::new());
        CsvTable { file: file.to_string(), header, text, starts, ends }
    }

    /// A CSV file that is not large.
    ///
    /// # Errors
    /// When it is missing or no table, or has no rows.
    pub fn read(files: &ResultFiles, file: &str) -> Result<CsvTable, ReadError> {
        let Rows { header, rows } = files.rows(file)?;
        let mut table = CsvTable::new(file, header);
        for row in rows {
            table.push(&row?)?;
        }
        table.not_empty()
    }

    /// Adds a row, as long as the header.
    ///
    /// # Errors
    /// When it is larger than any result.
    pub fn push(&mut self, row: &StringRecord) -> Result<(), ReadError> {
        let start = self.text.len();
        self.starts.push(start);
        for cell in row {
            self.text.push_str(cell);
            let end = u32::try_from(self.text.len() - start);
            self.ends.push(end.map_err(|_| self.damaged("a row has more than 4 GiB".to_string()))?);
        }
        Ok(())
    }

    /// # Errors
    /// When there are no rows.
    pub fn not_empty(self) -> Result<CsvTable, ReadError> {
        if self.starts.is_empty() {
            return Err(self.damaged("there is no row below the header".to_string()));
        }
        Ok(self)
    }

    pub fn cell(&self, row: usize, column: usize) -> &str {
        let (start, ends) = (self.starts[row], &self.ends[row * self.header.len()..]);
        let begin = if column == 0 { 0 } else { ends[column - 1] };
        &self.text[start + begin as usize..start + ends[column] as usize]
    }

    /// These rows, in this order.
    fn of_rows(&self, rows: impl Iterator<Item = usize>) -> CsvTable {
        let mut table = CsvTable::new(&self.file, self.header.clone());
        for row in rows {
            let start = table.text.len();
            table.starts.push(start);
            let width = self.header.len();
            let ends = &self.ends[row * width..(row + 1) * width];
            let length = ends.last().map_or(0, |end| *end as usize);
            table.text.push_str(&self.text[self.starts[row]..self.starts[row] + length]);
            table.ends.extend(ends);
        }
        table
    }

    /// The rows in which a column says this.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn only(&self, column: &str, says: &str) -> Result<CsvTable, ReadError> {
        let at = self.place(column)?;
        Ok(self.of_rows((0..self.len()).filter(|row| self.cell(*row, at) == says)))
    }

    /// The same, when there are so many rows: one for each variant.
    ///
    /// # Errors
    /// When there are more or fewer.
    pub fn only_as_many(&self, column: &str, says: &str, rows: usize) -> Result<CsvTable, ReadError> {
        let table = self.only(column, says)?;
        match table.len() == rows {
            true => Ok(table),
            false => Err(self.damaged(format!(
                "there are {} rows with `{says}` in column `{column}`, and {rows} are expected",
                table.len()
            ))),
        }
    }

    /// The same rows, ordered by what a column says.
    ///
    /// # Errors
    /// When there is no such column.
    pub fn ordered_by_words(&self, column: &str) -> Result<CsvTable, ReadError> {
        let at = self.place(column)?;
        let mut rows: Vec<usize> = (0..self.len()).collect();
        rows.sort_by(|a, b| self.cell(*a, at).cmp(self.cell(*b, at)));
        Ok(self.of_rows(rows.into_iter()))
    }

    /// The rows from one on.
    pub fn rows_from(&self, first: usize) -> CsvTable {
        self.of_rows(first..self.len())
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// A column of numbers that rise from row to row, or stay.
    ///
    /// # Errors
    /// As [`CsvTable::all_numbers`], and when one is lower than the one before.
    pub fn rising(&self, column: &str) -> Result<Vec<f64>, ReadError> {
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
    pub fn words(&self, column: &str) -> Result<Vec<&str>, ReadError> {
        let at = self.place(column)?;
        Ok((0..self.len()).map(|row| self.cell(row, at)).collect())
    }

    /// A column of numbers; empty cells have none.
    ///
    /// # Errors
    /// When there is no such column, or something else stands in it.
    pub fn numbers(&self, column: &str) -> Result<Vec<Option<f64>>, ReadError> {
        let at = self.place(column)?;
        (0..self.len()).map(|row| number_in(&self.file, column, self.cell(row, at))).collect()
    }

    /// A column of numbers that is never empty.
    ///
    /// # Errors
    /// As [`CsvTable::numbers`], and when a cell is empty.
    pub fn all_numbers(&self, column: &str) -> Result<Vec<f64>, ReadError> {
        let there = |number: Option<f64>| {
            number.ok_or_else(|| self.damaged(format!("column `{column}` has an empty cell")))
        };
        self.numbers(column)?.into_iter().map(there).collect()
    }

    fn place(&self, column: &str) -> Result<usize, ReadError> {
        place_in(&self.header, &self.file, column)
    }

    fn damaged(&self, why: String) -> ReadError {
        ReadError::damaged(&self.file, why)
    }
}

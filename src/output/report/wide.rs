//! Tables with a row for each instant and column, turned into tables with a row for each instant.

use csv::StringRecord;

use crate::observe::columns::TIME_S;
use crate::output::report::table::place_in;
use crate::output::store::read::{ReadError, Rows};

/// Puts the rows of one instant together.
pub struct WideRows<'r> {
    file: &'r str,
    wanted: &'r [(&'r str, &'r str)],
    /// Of `time_s`, `column`, and the figure of each of `wanted`.
    places: (usize, usize, Vec<usize>),
    rows: Box<dyn Iterator<Item = Result<StringRecord, ReadError>> + 'r>,
    /// The first row of the next instant.
    next: Option<StringRecord>,
}

impl<'r> WideRows<'r> {
    /// `time_s`, then `column.figure` for each of `wanted`.
    ///
    /// # Errors
    /// When the file has no such columns; while rows are read, when an instant lacks one of the rows, or has it twice.
    pub fn rows(
        file: &'r str,
        Rows { header, rows }: Rows<'r>,
        wanted: &'r [(&'r str, &'r str)],
    ) -> Result<Rows<'r>, ReadError> {
        let place = |column| place_in(&header, file, column);
        let figures = wanted.iter().map(|(_, figure)| place(figure)).collect::<Result<_, _>>()?;
        let places = (place(TIME_S.0)?, place("column")?, figures);
        let names = wanted.iter().map(|(column, figure)| format!("{column}.{figure}"));
        let header = [TIME_S.0.to_string()].into_iter().chain(names).collect::<Vec<_>>().into();
        Ok(Rows { header, rows: Box::new(WideRows { file, wanted, places, rows, next: None }) })
    }

    /// All rows of the next instant.
    fn instant(&mut self) -> Result<Option<StringRecord>, ReadError> {
        let Some(first) = self.next.take().map(Ok).or_else(|| self.rows.next()).transpose()? else {
            return Ok(None);
        };
        let time = first[self.places.0].to_string();
        let mut cells: Vec<Option<String>> = vec![None; self.wanted.len()];
        let mut row = first;
        loop {
            self.note(&row, &time, &mut cells)?;
            match self.rows.next().transpose()? {
                Some(next) if next[self.places.0] == *time => row = next,
                next => {
                    self.next = next;
                    break;
                }
            }
        }
        let mut wide = StringRecord::from(vec![time.as_str()]);
        for (cell, (column, _)) in cells.into_iter().zip(self.wanted) {
            wide.push_field(&cell.ok_or_else(|| self.damaged("is no row", column, &time))?);
        }
        Ok(Some(wide))
    }

    fn note(&self, row: &StringRecord, time: &str, cells: &mut [Option<String>]) -> Result<(), ReadError> {
        let (_, column, figures) = &self.places;
        for ((wanted, figure), cell) in self.wanted.iter().zip(figures).zip(cells) {
            if row[*column] == *wanted.0 && cell.replace(row[*figure].to_string()).is_some() {
                return Err(self.damaged("are two rows", wanted.0, time));
            }
        }
        Ok(())
    }

    fn damaged(&self, there: &str, column: &str, time: &str) -> ReadError {
        ReadError::damaged(self.file, format!("there {there} with `{column}` in column `column` at {time} s"))
    }
}

impl Iterator for WideRows<'_> {
    type Item = Result<StringRecord, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.instant().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::store::read::ResultFiles;

    fn wide(text: &str) -> Result<Vec<String>, ReadError> {
        let mut files = ResultFiles::default();
        files.add("long.csv", text.to_string());
        let Rows { header, rows } =
            WideRows::rows("long.csv", files.rows("long.csv")?, &[("a", "p50"), ("b", "mean")])?;
        let line = |row: &StringRecord| row.iter().collect::<Vec<_>>().join(",");
        let rows = rows.map(|row| Ok(line(&row?))).collect::<Result<Vec<_>, ReadError>>()?;
        Ok([line(&header)].into_iter().chain(rows).collect())
    }

    #[test]
    fn the_rows_of_an_instant_become_one() {
        let text = "time_s,column,mean,p50\n0,a,1,2\n0,x,9,9\n0,b,3,\n60,b,5,6\n60,a,7,8\n";
        assert_eq!(wide(text).unwrap(), ["time_s,a.p50,b.mean", "0,2,3", "60,8,5"]);
        for (text, why) in [
            ("time_s,column,mean,p50\n0,a,1,2\n", "there is no row with `b` in column `column` at 0 s"),
            (
                "time_s,column,mean,p50\n7,a,1,2\n7,a,1,2\n",
                "there are two rows with `a` in column `column` at 7 s",
            ),
            ("time_s,column,mean\n", "there is no column `p50`"),
        ] {
            assert_eq!(wide(text), Err(ReadError::damaged("long.csv", why)));
        }
    }
}

//! Tables over time, read row by row and thinned on the way, so that a report takes the memory of its pictures and not
//! that of the file.
//!
//! Up to [`WHOLE_ROWS`] rows are kept as they are. Of more, time is cut into stretches, about one to two pixels, and of each
//! stretch the first and the last row are kept, and those in which a line of a picture is lowest or highest (M4, as
//! in [`crate::output::report::thin`]). Numbers that count since the row before are added up to the next row that is kept: sums over
//! a stretch of the bars stay what they are.

use std::rc::Rc;

use csv::StringRecord;

use crate::observe::columns::TIME_S;
use crate::output::report::stretches::Stretches;
use crate::output::report::table::{CsvTable, number_in, place_in};
use crate::output::report::wide::WideRows;
use crate::output::store::read::{ReadError, ResultFiles, Rows};
use crate::study::resource_estimate::WHOLE_ROWS;

/// Stretches that are cut of time.
const STRETCHES: f64 = 500.0;
/// Rows kept because a word or a gap begins there; where they flicker no picture shows it.
const MOST_TURNS: usize = 10_000;

/// What must not be lost.
#[derive(Debug, Default)]
pub struct Thinning<'t> {
    /// Lines of the pictures: each the sum of some columns, or of their negatives.
    pub lines: &'t [&'t [(f64, &'t str)]],
    /// Columns that count since the row before.
    pub counts: &'t [&'t str],
    /// Columns of words: the rows on both sides of a change are kept.
    pub words: &'t [&'t str],
}

/// A row that may be kept.
struct Candidate {
    index: usize,
    record: StringRecord,
    /// What was counted up to it.
    sums: Vec<f64>,
}

/// A CSV file with a row for each instant, of any length: thinned to what pictures show.
///
/// # Errors
/// When it is missing or no table, has no rows or not the columns, when time goes backwards, or something else than
/// numbers stands in the columns of the thinning.
pub fn over_time(files: &ResultFiles, file: &str, thinning: &Thinning) -> Result<CsvTable, ReadError> {
    at_most(WHOLE_ROWS, file, &|| files.rows(file), thinning)
}

/// The same of a CSV file with a row for each instant and `column`, of which these figures are wanted: a table with a
/// row for each instant, and `column.figure` for each of them.
///
/// # Errors
/// As [`over_time`], and when an instant lacks one of the columns.
pub fn by_column_over_time(
    files: &ResultFiles,
    file: &str,
    wanted: &[(&str, &str)],
    thinning: &Thinning,
) -> Result<CsvTable, ReadError> {
    at_most(WHOLE_ROWS, file, &|| WideRows::rows(file, files.rows(file)?, wanted), thinning)
}

/// Thins the rows of a table that can be read twice: up to `most` are kept as they are.
fn at_most<'r>(
    most: usize,
    file: &'r str,
    open: &dyn Fn() -> Result<Rows<'r>, ReadError>,
    thinning: &Thinning,
) -> Result<CsvTable, ReadError> {
    let Rows { header, mut rows } = open()?;
    let mut table = CsvTable::new(file, header.clone());
    for row in rows.by_ref().take(most) {
        table.push(&row?)?;
    }
    let Some(mut last) = rows.next().transpose()? else { return table.not_empty() };
    for row in rows {
        last = row?;
    }
    let time = place_in(&header, file, TIME_S.0)?;
    let ends = [table.cell(0, time), table.cell(1.min(most - 1), time), &last[time]];
    let ends = ends.map(|cell| number_in(file, TIME_S.0, cell).map(Option::unwrap_or_default));
    let [first, second, last] = ends;
    let stretches = Stretches::of(&[first?, second?, last?]);
    drop(table);
    let mut thinner = Thinner::new(file, header, thinning, stretches)?;
    for row in open()?.rows {
        thinner.add(row?)?;
    }
    thinner.flush()?;
    Ok(thinner.kept)
}

/// The lowest and the highest value of a line, and where they are.
type Extremes = [(f64, Rc<Candidate>); 2];

struct Thinner<'t> {
    file: &'t str,
    time: usize,
    lines: Vec<Vec<(f64, &'t str, usize)>>,
    counts: Vec<(&'t str, usize)>,
    words: Vec<usize>,
    stretches: Stretches,
    width: f64,
    /// Number of the next row, and its time at least.
    index: usize,
    at: f64,
    sums: Vec<f64>,
    turns: usize,
    place: (u64, usize),
    /// Of the stretch: rows to be kept in any case; of each line the lowest and the highest; the last row.
    fixed: Vec<Rc<Candidate>>,
    extremes: Vec<Option<Extremes>>,
    last: Option<(Rc<Candidate>, Vec<Option<f64>>)>,
    /// Rows before this one were written, or are not kept.
    unwritten: usize,
    /// What was counted up to the last row that was kept.
    counted: Vec<f64>,
    kept: CsvTable,
}

impl<'t> Thinner<'t> {
    fn new(
        file: &'t str,
        header: StringRecord,
        thinning: &Thinning<'t>,
        stretches: Stretches,
    ) -> Result<Thinner<'t>, ReadError> {
        let place = |column: &str| place_in(&header, file, column);
        let term = |(sign, column): &(f64, &'t str)| Ok((*sign, *column, place(column)?));
        let line =
            |terms: &&'t [(f64, &'t str)]| terms.iter().map(term).collect::<Result<Vec<_>, ReadError>>();
        let counts = thinning.counts.iter().map(|column| Ok((*column, place(column)?)));
        let counts: Vec<_> = counts.collect::<Result<_, ReadError>>()?;
        Ok(Thinner {
            file,
            time: place(TIME_S.0)?,
            lines: thinning.lines.iter().map(line).collect::<Result<_, _>>()?,
            words: thinning.words.iter().map(|column| place(column)).collect::<Result<_, _>>()?,
            width: (stretches.until() / STRETCHES).max(1e-3),
            stretches,
            index: 0,
            at: f64::NEG_INFINITY,
            sums: vec![0.0; counts.len()],
            turns: 0,
            place: (0, 0),
            fixed: Vec::new(),
            extremes: vec![None; thinning.lines.len()],
            last: None,
            unwritten: 0,
            counted: vec![0.0; counts.len()],
            counts,
            kept: CsvTable::new(file, header),
        })
    }

    fn number(&self, column: &str, cell: &str) -> Result<Option<f64>, ReadError> {
        number_in(self.file, column, cell)
    }

    fn add(&mut self, record: StringRecord) -> Result<(), ReadError> {
        let at = self.number(TIME_S.0, &record[self.time])?.unwrap_or(f64::NEG_INFINITY);
        if at < self.at {
            let why = "the numbers in column `time_s` do not rise from row to row";
            return Err(ReadError::damaged(self.file, why));
        }
        self.at = at;
        for (sum, (column, place)) in self.sums.iter_mut().zip(&self.counts) {
            *sum += number_in(self.file, column, &record[*place])?.unwrap_or(0.0);
        }
        let values = self.values(&record)?;
        let place = ((at / self.width) as u64, self.stretches.of_instant(at));
        if place != self.place {
            self.flush()?;
            self.place = place;
        }
        let row = Rc::new(Candidate { index: self.index, record, sums: self.sums.clone() });
        self.index += 1;
        self.keep(&row, &values);
        self.last = Some((row, values));
        Ok(())
    }

    /// Of each line; one that lacks a term has none.
    fn values(&self, record: &StringRecord) -> Result<Vec<Option<f64>>, ReadError> {
        let mut values = Vec::with_capacity(self.lines.len());
        for terms in &self.lines {
            let mut sum = Some(0.0);
            for (sign, column, place) in terms {
                let number = self.number(column, &record[*place])?;
                sum = sum.zip(number).map(|(sum, number)| sum + sign * number);
            }
            values.push(sum);
        }
        Ok(values)
    }

    /// Notes a row where it is to be kept.
    fn keep(&mut self, row: &Rc<Candidate>, values: &[Option<f64>]) {
        // Bars are as wide as the first two rows are apart.
        if self.fixed.is_empty() || row.index < 2 {
            self.fixed.push(Rc::clone(row));
        }
        if let Some((last, before)) = &self.last {
            let words = self.words.iter().any(|place| row.record[*place] != last.record[*place]);
            let gap = values.iter().zip(before).any(|(value, before)| value.is_some() != before.is_some());
            if (words || gap) && self.turns < MOST_TURNS {
                self.turns += 1;
                self.fixed.extend([Rc::clone(last), Rc::clone(row)]);
            }
        }
        for (extremes, value) in self.extremes.iter_mut().zip(values) {
            let Some(value) = *value else { continue };
            match extremes {
                None => *extremes = Some([(value, Rc::clone(row)), (value, Rc::clone(row))]),
                Some([lowest, _]) if value < lowest.0 => *lowest = (value, Rc::clone(row)),
                Some([_, highest]) if value > highest.0 => *highest = (value, Rc::clone(row)),
                Some(_) => {}
            }
        }
    }

    /// Ends the stretch: what is to be kept of it goes to the table.
    fn flush(&mut self) -> Result<(), ReadError> {
        let mut rows = std::mem::take(&mut self.fixed);
        for [lowest, highest] in self.extremes.iter_mut().filter_map(Option::take) {
            rows.extend([lowest.1, highest.1]);
        }
        rows.extend(self.last.as_ref().map(|(last, _)| Rc::clone(last)));
        rows.sort_unstable_by_key(|row| row.index);
        rows.dedup_by_key(|row| row.index);
        for row in rows {
            // The last row of the stretch before was kept with it.
            if row.index >= self.unwritten {
                self.unwritten = row.index + 1;
                self.write(&row)?;
            }
        }
        Ok(())
    }

    fn write(&mut self, row: &Candidate) -> Result<(), ReadError> {
        let since = |at: usize| {
            let place = self.counts.iter().position(|(_, place)| *place == at)?;
            Some((row.sums[place] - self.counted[place]).to_string())
        };
        let cells =
            row.record.iter().enumerate().map(|(at, cell)| since(at).unwrap_or_else(|| cell.to_string()));
        let record: StringRecord = cells.collect::<Vec<_>>().into();
        self.counted.clone_from(&row.sums);
        self.kept.push(&record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THINNING: Thinning = Thinning {
        lines: &[&[(1.0, "level")], &[(1.0, "other"), (-1.0, "level")]],
        counts: &["count"],
        words: &["state"],
    };

    /// So many rows, a minute apart: a level with a peak and a gap, and a state that changes once.
    fn text(rows: u32) -> String {
        let mut text = "time_s,state,level,other,count\n".to_string();
        for row in 0..rows {
            let level = if row == 4_321 { 99 } else { row % 7 };
            let other = if (5_000..5_003).contains(&row) { String::new() } else { (row % 5).to_string() };
            let state = if row < 7_777 { "working" } else { "expired" };
            text += &format!("{},{state},{level},{other},{}\n", row * 60, row % 3);
        }
        text
    }

    fn thinned(text: String, most: usize) -> Result<CsvTable, ReadError> {
        let mut files = ResultFiles::default();
        files.add("t.csv", text);
        at_most(most, "t.csv", &|| files.rows("t.csv"), &THINNING)
    }

    fn sums(table: &CsvTable) -> Vec<f64> {
        let at = table.rising("time_s").unwrap();
        Stretches::of(&at).sums(&at, &table.numbers("count").unwrap())
    }

    #[test]
    fn peaks_gaps_and_changes_stay_and_counts_add_up() {
        let whole = thinned(text(60_000), usize::MAX).unwrap();
        let thin = thinned(text(60_000), 1_000).unwrap();
        assert_eq!(whole.len(), 60_000);
        assert!((1_500..9_000).contains(&thin.len()), "{}", thin.len());
        let at = thin.rising("time_s").unwrap();
        for row in [0.0, 1.0, 4_321.0, 4_999.0, 5_000.0, 5_002.0, 5_003.0, 7_776.0, 7_777.0, 59_999.0] {
            assert!(at.contains(&(row * 60.0)), "row {row}");
        }
        assert_eq!(thin.numbers("level").unwrap().into_iter().flatten().fold(0.0, f64::max), 99.0);
        assert_eq!(sums(&thin), sums(&whole));
    }

    #[test]
    fn what_is_wrong_is_found_in_rows_that_are_not_kept() {
        let row = "240060,working,4,1,2\n";
        assert!(text(10_000).contains(row) && thinned(text(10_000), 1_000).is_ok());
        for (wrong, why) in [
            ("240060,working,four,1,2\n", "`four` in column `level` is no number"),
            ("240060,working,4,1,two\n", "`two` in column `count` is no number"),
            ("soon,working,4,1,2\n", "`soon` in column `time_s` is no number"),
            ("12,working,4,1,2\n", "the numbers in column `time_s` do not rise from row to row"),
        ] {
            let error = thinned(text(10_000).replacen(row, wrong, 1), 1_000).unwrap_err();
            assert_eq!(error, ReadError::damaged("t.csv", why));
        }
        assert!(thinned(text(0), 1_000).is_err());
        assert!(thinned(text(10_000).replacen("other", "others", 1), 1_000).is_err());
    }
}

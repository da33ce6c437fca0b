//! Tables in columns of a fixed width, as *Results to Text* and `sqlcmd` write them.
//!
//! A line of dashes under the header shows where the columns stand. Such a table is rewritten as one with quotes and
//! commas, line by line, so that every row keeps the number of its line.

use crate::import::alignment::{MOST_FAILURES, align};
use crate::import::content::CellContent;
use crate::import::remarks::{is_remark, is_underline};

/// Where the columns of a table stand, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedColumns {
    spans: Vec<(usize, usize)>,
    /// How long the lines of a row are, where one is broken into several.
    lines: Vec<usize>,
}

impl FixedColumns {
    /// The columns under these lines of dashes; `None` when there is only one.
    pub fn of(underlines: &[&str]) -> FixedColumns {
        let joined: Vec<char> = underlines.iter().flat_map(|line| line.chars()).collect();
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for (at, _) in joined.iter().enumerate().filter(|(_, c)| **c == '-') {
            match spans.last_mut() {
                Some((_, end)) if *end == at => *end = at + 1,
                _ => spans.push((at, at + 1)),
            }
        }
        // Where the dashes are as long as the names only, the values below reach up to the next column.
        if spans.windows(2).any(|two| two[1].0 > two[0].1 + 1) {
            let starts: Vec<usize> = spans.iter().map(|(from, _)| *from).collect();
            for (place, span) in spans.iter_mut().enumerate() {
                span.1 = starts.get(place + 1).map_or(usize::MAX, |next| next - 1);
            }
        }
        FixedColumns { spans, lines: underlines.iter().map(|line| line.chars().count()).collect() }
    }

    /// How many columns there are.
    pub fn count(&self) -> usize {
        self.spans.len()
    }

    /// How many lines a row has.
    pub fn lines_of_a_row(&self) -> usize {
        self.lines.len()
    }

    /// Does the sign stand between all columns of this row?
    pub fn is_cut_by(&self, row: &str, between: char) -> bool {
        let row: Vec<char> = row.chars().collect();
        let mut gaps = self.spans.windows(2).map(|two| (two[0].1, two[1].0));
        gaps.all(|(from, to)| row.get(from..to).is_some_and(|gap| gap.iter().all(|c| *c == between)))
    }

    /// The lines of a row as one.
    fn joined(&self, lines: &[&str]) -> Vec<char> {
        let mut all: Vec<char> = Vec::new();
        let mut end = 0;
        for (line, length) in lines.iter().zip(&self.lines) {
            all.extend(line.chars());
            end += length;
            if lines.len() > 1 {
                all.resize(end, ' ');
            }
        }
        all
    }

    /// The cells of a row; `None` when something stands between the columns.
    pub fn cells(&self, lines: &[&str], between: char) -> Option<Vec<String>> {
        let row = self.joined(lines);
        let last = self.spans.last().map_or(0, |(_, end)| *end);
        let mut free = (0..row.len().min(last))
            .filter(|at| !self.spans.iter().any(|(from, to)| (*from..*to).contains(at)));
        let in_place = free.all(|at| row[at] == between || row[at] == ' ');
        let fits = in_place && row.iter().skip(last).all(|c| c.is_whitespace() || *c == between);
        let cell = |(from, to): &(usize, usize)| {
            let part = row.get(*from..row.len().min(*to)).unwrap_or_default();
            part.iter().collect::<String>().trim().to_string()
        };
        fits.then(|| self.spans.iter().map(cell).collect())
    }
}

/// Rewrites the rows below a header; `columns` tells the kinds of values.
pub fn rewritten(
    lines: &[&str],
    spans: &FixedColumns,
    between: char,
    columns: &[CellContent],
    header: &[String],
) -> String {
    let mut out = String::new();
    push_row(&mut out, header);
    let (mut rest, mut failed) = (lines, 0);
    while let Some(line) = rest.first() {
        let lines_of_a_row = spans.lines_of_a_row();
        if line.trim().is_empty() || is_underline(line) || (line.len() < 400 && is_remark(line)) {
            push_line(&mut out, line);
            rest = &rest[1..];
            continue;
        }
        let taken = lines_of_a_row.min(rest.len());
        let cells = if failed < MOST_FAILURES { row(&rest[..taken], spans, between, columns) } else { None };
        failed += u32::from(cells.is_none());
        match cells {
            Some(cells) => push_row(&mut out, &cells),
            None => push_line(&mut out, line),
        }
        (1..taken).for_each(|_| out.push('\n'));
        rest = &rest[taken..];
    }
    out
}

/// The cells of a row: where the columns stand, or else where their values leave one way.
fn row(lines: &[&str], spans: &FixedColumns, between: char, columns: &[CellContent]) -> Option<Vec<String>> {
    if let Some(cells) = spans.cells(lines, between).filter(|cells| fit(cells, columns)) {
        return Some(cells);
    }
    let line = lines.concat();
    let tokens: Vec<&str> = line.trim_end_matches(['\r', '\n']).split(between).collect();
    let cells = align(&tokens, columns, between);
    cells.or_else(|| spans.cells(lines, between))
}

fn fit(cells: &[String], columns: &[CellContent]) -> bool {
    cells.iter().zip(columns).all(|(cell, column)| column.fits(cell))
}

/// Adds a line that is no row, as a single cell.
pub fn push_line(out: &mut String, line: &str) {
    match line.trim() {
        "" => out.push('\n'),
        line if is_underline(line) => {
            *out += "-\n";
        }
        line => push_row(out, &[line.to_string()]),
    }
}

/// Adds a row, with quotes where they are needed.
pub fn push_row(out: &mut String, cells: &[String]) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        match cell.contains([',', '"', '\n', '\r']) {
            true => {
                out.push('"');
                *out += &cell.replace('"', "\"\"");
                out.push('"');
            }
            false => *out += cell,
        }
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_where_the_dashes_are() {
        let columns = FixedColumns::of(&["---- ------ -"]);
        assert_eq!(columns.cells(&["Güid ab c   1"], ' ').unwrap(), ["Güid", "ab c", "1"]);
        assert_eq!(columns.cells(&["abcd"], ' ').unwrap(), ["abcd", "", ""]);
        assert_eq!(columns.cells(&["abcdefgh"], ' '), None);
    }

    #[test]
    fn values_may_be_longer_than_the_dashes_under_their_names() {
        let columns =
            FixedColumns::of(&["Guid     Name   Domain".replace(char::is_alphabetic, "-").as_str()]);
        assert_eq!(
            columns.cells(&["12345678 PC 001 CORPORATE"], ' ').unwrap(),
            ["12345678", "PC 001", "CORPORATE"]
        );
    }

    #[test]
    fn a_row_that_is_broken_into_lines_is_one() {
        let columns = FixedColumns::of(&["---- --", "--"]);
        assert_eq!(columns.cells(&["abcd ef", "gh"], ' ').unwrap(), ["abcd", "efgh"]);
        let kinds = [CellContent::Any, CellContent::Any];
        let header = ["A".to_string(), "B".to_string()];
        let text = rewritten(&["a    bc", "de", "", "(1 rows affected)"], &columns, ' ', &kinds, &header);
        assert_eq!(text, "A,B\na,bcde\n\n\n(1 rows affected)\n");
    }

    #[test]
    fn rows_that_are_not_padded_are_cut_by_their_values() {
        let columns = FixedColumns::of(&["---- --------"]);
        let kinds = [CellContent::Flag, CellContent::Text];
        let header = ["Flag".to_string(), "Name".to_string()];
        assert_eq!(rewritten(&["1 a, b c"], &columns, ' ', &kinds, &header), "Flag,Name\n1,\"a, b c\"\n");
    }
}

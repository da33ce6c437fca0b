//! Tables without a line of names: which column is which, told by what stands in it.
//!
//! The columns are those of the table in their usual order, with optional ones left out: where that leaves exactly one
//! way, it is taken and said. Where it leaves several, the table is refused.

use std::collections::BTreeSet;

use csv::StringRecord;

use crate::import::content::CellContent;
use crate::import::header::{Header, KnownColumn};
use crate::import::remarks::{is_remark, is_underline};
use crate::import::values::{guid, is_absent};

const DELIMITERS: [u8; 6] = *b",;\t|^~";

/// So many lines are looked at.
const MOST_LINES: usize = 400;

/// More columns no table has that is told by its content.
const MOST_COLUMNS: usize = 40;

/// The sign that gives the most columns, of which one holds GUIDs or numbers of nodes, in nearly all lines alike.
pub fn delimiter(text: &str) -> u8 {
    let lines: Vec<&str> =
        text.lines().filter(|line| !is_noise(line) && line.len() < 4_096).take(MOST_LINES).collect();
    let width = |delimiter: &u8| {
        let mut widths: Vec<usize> =
            lines.iter().map(|line| 1 + line.matches(char::from(*delimiter)).count()).collect();
        widths.sort_unstable();
        // What a quarter of the lines has at least less: the delimiter in some values makes others wider.
        widths.get(widths.len() / 4).copied().unwrap_or(1)
    };
    DELIMITERS.into_iter().rev().max_by_key(width).unwrap_or(b',')
}

fn is_noise(line: &str) -> bool {
    line.trim().is_empty() || is_underline(line) || is_remark(line)
}

/// The columns of a table that has no names, told by its rows; `None` when they cannot be told.
pub fn columns(known: &'static [KnownColumn], rows: &[StringRecord]) -> Option<Header> {
    let width = usual_width(rows)?;
    let rows: Vec<&StringRecord> = rows.iter().filter(|row| row.len() == width).collect();
    let shows: Vec<Vec<bool>> = (0..width).map(|place| shown(known, &rows, place)).collect();
    let mut places = only_way(known, &shows)?;
    let of = |content: CellContent| {
        known
            .iter()
            .filter(|column| column.content == content)
            .find_map(|column| places.iter().position(|(name, _)| *name == column.name))
    };
    // Of two columns of GUIDs the one with more different ones holds the resources.
    if let (Some(resource), Some(shared)) = (of(CellContent::Guid), of(CellContent::SharedGuid)) {
        let different = |at: usize| {
            let cells = rows.iter().filter_map(|row| guid(row.get(places[at].1)?.trim()).ok());
            cells.collect::<BTreeSet<_>>().len()
        };
        match different(resource).cmp(&different(shared)) {
            std::cmp::Ordering::Greater => {}
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Less => {
                (places[resource].1, places[shared].1) = (places[shared].1, places[resource].1);
            }
        }
    }
    Some(Header::of_places(places, width))
}

/// How many cells most rows have.
fn usual_width(rows: &[StringRecord]) -> Option<usize> {
    let mut widths: Vec<usize> = rows.iter().map(StringRecord::len).collect();
    widths.sort_unstable();
    let usual = widths.chunk_by(|a, b| a == b).max_by_key(|same| same.len())?;
    Some(usual[0]).filter(|width| *width <= MOST_COLUMNS)
}

/// Which of the known columns the cells at a place may be.
fn shown(known: &[KnownColumn], rows: &[&StringRecord], place: usize) -> Vec<bool> {
    let cells: Vec<&str> = rows.iter().filter_map(|row| row.get(place)).map(str::trim).collect();
    let given: Vec<&str> = cells.into_iter().filter(|cell| !is_absent(cell)).collect();
    let may_be = |column: &KnownColumn| {
        let fits = given.iter().all(|cell| column.content.fits(cell));
        let shown = given.iter().filter(|cell| column.content.is_shown_by(cell)).count();
        fits && 2 * shown >= given.len() && (!given.is_empty() || !column.needed)
    };
    known.iter().map(may_be).collect()
}

/// The one way in which all places are known columns in their order, all needed ones among them.
fn only_way(known: &'static [KnownColumn], shows: &[Vec<bool>]) -> Option<Vec<(&'static str, usize)>> {
    // ways[p][k]: in how many ways the places from p on are columns from k on, 2 for more.
    let mut ways = vec![vec![0_u8; known.len() + 1]; shows.len() + 1];
    for k in (0..=known.len()).rev() {
        for p in (0..=shows.len()).rev() {
            ways[p][k] = match known.get(k) {
                None => u8::from(p == shows.len()),
                Some(column) => {
                    let left_out = if column.needed { 0 } else { ways[p][k + 1] };
                    let taken = if p < shows.len() && shows[p][k] { ways[p + 1][k + 1] } else { 0 };
                    (left_out + taken).min(2)
                }
            };
        }
    }
    if ways[0][0] != 1 {
        return None;
    }
    let (mut places, mut p) = (Vec::new(), 0);
    for (k, column) in known.iter().enumerate() {
        if p < shows.len() && shows[p][k] && ways[p + 1][k + 1] == 1 {
            places.push((column.name, p));
            p += 1;
        }
    }
    Some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::tables::ExportTable;

    const G1: &str = "6d417916-467c-46a7-a870-6d86d9345b61";
    const G2: &str = "7d417916-467c-46a7-a870-6d86d9345b61";

    fn told(table: ExportTable, rows: &[&[&str]]) -> Option<Vec<usize>> {
        let rows: Vec<StringRecord> = rows.iter().map(|row| StringRecord::from(row.to_vec())).collect();
        let header = columns(table.columns(), &rows)?;
        Some(table.columns().iter().filter_map(|column| header.place(column.name)).collect())
    }

    #[test]
    fn the_usual_order_is_told_by_the_values() {
        let row: &[&str] = &[G1, "PC-1", "CORP", "1", "Active", "2026-03-02 08:00:00", "NULL"];
        let other: &[&str] = &[G2, "PC-2", "CORP", "0", "In Stock", "2026-03-02 08:00:00", "2026-03-01"];
        assert_eq!(told(ExportTable::Computers, &[row, other]), Some((0..7).collect()));
        let without_domain: &[&str] = &[G1, "PC-1", "1", "Active", "2026-03-02 08:00:00", "2026-03-02"];
        assert_eq!(told(ExportTable::Computers, &[without_domain]), Some((0..6).collect()));
        assert_eq!(told(ExportTable::Agents, &[&[G1, "Altiris Agent", "8.6.1012.0"]]), Some(vec![0, 1, 2]));
    }

    #[test]
    fn what_may_be_several_columns_is_not_told() {
        // A request or an inventory?
        assert_eq!(told(ExportTable::Computers, &[&[G1, "PC-1", "Active", "2026-03-02"]]), None);
        assert_eq!(told(ExportTable::Computers, &[&["PC-1", "Active"]]), None);
        assert_eq!(told(ExportTable::LicenseInUse, &[&["Patch Management Solution", G1, G2]]), None);
        assert_eq!(told(ExportTable::Computers, &[]), None);
    }

    #[test]
    fn of_two_guids_the_one_that_differs_is_the_resource() {
        let rows: [&[&str]; 2] =
            [&["Patch Management Solution", G1, G2], &["Patch Management Solution", G2, G2]];
        assert_eq!(told(ExportTable::LicenseInUse, &rows), Some(vec![0, 2, 1]));
    }

    #[test]
    fn the_delimiter_is_the_one_that_all_lines_have() {
        assert_eq!(delimiter(&format!("{G1};a,b;1\n{G2};c;2\n\n(2 Zeilen betroffen)\n")), b';');
        assert_eq!(delimiter("a\nb\n"), b',');
    }
}

//! Which parts of a line are which columns, where the sign between columns stands in values, too.
//!
//! Tools that do not quote write `Patch Management, Windows,{GUID},...`. What kind of values the columns hold usually
//! leaves one way to read it; where it leaves several, none is taken.

use crate::import::content::CellContent;

/// No value is cut into more parts.
const MOST_PARTS: usize = 12;

/// No line of a table is cut into more parts.
const MOST_TOKENS: usize = 60;

/// No line that is cut is longer.
const LONGEST_LINE: usize = 4_096;

/// After so many lines of a table that could not be read in one way, no more are tried.
pub const MOST_FAILURES: u32 = 1_000;

/// The cells of a line that was cut at every `delimiter`, if there is exactly one way to join them that fits.
pub fn align(tokens: &[&str], columns: &[CellContent], delimiter: char) -> Option<Vec<String>> {
    if tokens.len() > MOST_TOKENS || columns.len() > MOST_TOKENS || tokens.len() < columns.len() {
        return None;
    }
    if tokens.iter().map(|token| token.len()).sum::<usize>() > LONGEST_LINE {
        return None;
    }
    let spare = tokens.len() - columns.len();
    let joined = |from: usize, parts: usize| tokens[from..from + parts].join(&delimiter.to_string());
    // ways[c][t]: in how many ways the first t tokens are the first c columns, 2 for more; and the last one's parts.
    let mut ways = vec![vec![(0_u8, 0_usize); tokens.len() + 1]; columns.len() + 1];
    ways[0][0] = (1, 0);
    for (c, column) in columns.iter().enumerate() {
        for from in c..=(c + spare).min(tokens.len() - 1) {
            let before = ways[c][from].0;
            if before == 0 {
                continue;
            }
            for parts in 1..=MOST_PARTS.min(tokens.len() - from).min(spare + 1) {
                if column.fits(&joined(from, parts)) {
                    let here = &mut ways[c + 1][from + parts];
                    *here = ((here.0 + before).min(2), parts);
                }
            }
        }
    }
    if ways[columns.len()][tokens.len()].0 != 1 {
        return None;
    }
    let (mut cells, mut end) = (Vec::new(), tokens.len());
    for c in (1..=columns.len()).rev() {
        let parts = ways[c][end].1;
        end -= parts;
        cells.push(joined(end, parts));
    }
    cells.reverse();
    Some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUID: &str = "6d417916-467c-46a7-a870-6d86d9345b61";

    #[test]
    fn a_line_is_cut_where_its_columns_leave_one_way() {
        let in_use = [CellContent::Text, CellContent::SharedGuid, CellContent::Guid];
        let line = format!("Patch Management, Windows,{GUID},{GUID}");
        let tokens: Vec<&str> = line.split(',').collect();
        let cells = align(&tokens, &in_use, ',').unwrap();
        assert_eq!(cells, ["Patch Management, Windows", GUID, GUID]);

        let computers = [
            CellContent::Guid,
            CellContent::Word,
            CellContent::Flag,
            CellContent::Status,
            CellContent::Seen,
            CellContent::Seen,
        ];
        let line = format!("{GUID} PC-1 1 In Stock 2026-03-02 08:35:43.000 NULL");
        let cells = align(&line.split(' ').collect::<Vec<_>>(), &computers, ' ').unwrap();
        assert_eq!(cells[1..], ["PC-1", "1", "In Stock", "2026-03-02 08:35:43.000", "NULL"]);
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_not_read() {
        assert_eq!(align(&["a", "b", "c"], &[CellContent::Text, CellContent::Text], ','), None);
        assert_eq!(align(&["a"], &[CellContent::Text, CellContent::Text], ','), None);
        assert_eq!(align(&[], &[], ','), Some(Vec::new()));
        assert_eq!(align(&["a"; 500], &[CellContent::Text], ','), None);
    }
}

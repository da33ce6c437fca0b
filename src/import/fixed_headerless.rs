//! Rows in columns of a fixed width without a header, as `sqlcmd -h -1` writes them.
//!
//! A column ends where all rows have spaces. One space alone may stand in a name that all rows share; it counts only
//! beside GUIDs, numbers and dates.

use crate::import::dates;
use crate::import::fixed_width::{push_line, push_row};
use crate::import::remarks::{is_remark, is_underline};
use crate::import::values::{guid, is_absent};

/// No row is wider, in characters.
const WIDEST: usize = 8_192;

/// So many spaces in all rows are no part of a value.
const FILLED: usize = 3;

/// What all values between two gaps are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SpanKind {
    Guid,
    Number,
    Date,
    Time,
    Other,
}

/// The rows as ones with commas; `None` when they do not stand in columns.
pub fn rewritten(text: &str) -> Option<String> {
    let is_row = |line: &&str| !line.trim().is_empty() && !is_underline(line) && !is_remark(line);
    let gaps = gaps(text.lines().filter(is_row))?;
    let spans = spans(&gaps);
    let kind =
        |span: &(usize, usize)| kind(text.lines().filter(is_row).take(1_000).map(|line| cell(line, *span)));
    let kinds: Vec<SpanKind> = spans.iter().map(kind).collect();
    // Tools that separate columns by a sign do not fill them with spaces.
    let filled = spans.windows(2).any(|two| two[1].0 >= two[0].1 + FILLED);
    if !kinds.contains(&SpanKind::Guid) && !filled {
        return None;
    }
    let columns = columns(&spans, &kinds);
    let mut out = String::new();
    for line in text.lines() {
        match is_row(&line) {
            true => {
                let cells: Vec<String> = columns.iter().map(|span| cell(line, *span).to_string()).collect();
                push_row(&mut out, &cells);
            }
            false => push_line(&mut out, line),
        }
    }
    (columns.len() > 1).then_some(out)
}

/// Where all rows have spaces, by character.
fn gaps<'t>(rows: impl Iterator<Item = &'t str>) -> Option<Vec<bool>> {
    let mut gaps: Vec<bool> = Vec::new();
    for row in rows {
        for (at, c) in row.chars().enumerate() {
            if at >= WIDEST || c == '\t' {
                return None;
            }
            if at == gaps.len() {
                gaps.push(true);
            }
            gaps[at] &= c == ' ';
        }
    }
    Some(gaps)
}

/// The places between the gaps.
fn spans(gaps: &[bool]) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (at, _) in gaps.iter().enumerate().filter(|(_, gap)| !**gap) {
        match spans.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => spans.push((at, at + 1)),
        }
    }
    spans
}

/// What stands between two places of a line, counted in characters.
fn cell(line: &str, (from, to): (usize, usize)) -> &str {
    let byte = |at: usize| line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte);
    let (start, end) =
        if line.is_ascii() { (from.min(line.len()), to.min(line.len())) } else { (byte(from), byte(to)) };
    line[start..end].trim()
}

fn kind<'t>(cells: impl Iterator<Item = &'t str>) -> SpanKind {
    let given: Vec<&str> = cells.filter(|cell| !is_absent(cell)).collect();
    let is_time =
        |cell: &&str| cell.contains(':') && cell.chars().all(|c| c.is_ascii_digit() || ":.".contains(c));
    match () {
        () if given.is_empty() => SpanKind::Other,
        () if given.iter().all(|cell| guid(cell).is_ok()) => SpanKind::Guid,
        () if given.iter().all(|cell| cell.bytes().all(|byte| byte.is_ascii_digit())) => SpanKind::Number,
        () if given.iter().all(|cell| dates::read(cell).is_ok()) => SpanKind::Date,
        () if given.iter().all(is_time) => SpanKind::Time,
        () => SpanKind::Other,
    }
}

/// The spans, those joined that one space cuts within a value.
fn columns(spans: &[(usize, usize)], kinds: &[SpanKind]) -> Vec<(usize, usize)> {
    let mut columns: Vec<((usize, usize), SpanKind)> = Vec::new();
    for (span, kind) in spans.iter().zip(kinds) {
        let cut = |(_, end): (usize, usize), before: SpanKind| {
            let apart = |kind: SpanKind| matches!(kind, SpanKind::Guid | SpanKind::Number);
            let day_and_time = before == SpanKind::Date && *kind == SpanKind::Time;
            !day_and_time
                && (span.0 > end + 1
                    || apart(before)
                    || apart(*kind)
                    || before == SpanKind::Time
                    || *kind == SpanKind::Date)
        };
        match columns.last_mut() {
            Some((last, before)) if !cut(*last, *before) => {
                last.1 = span.1;
                *before = *kind;
            }
            _ => columns.push((*span, *kind)),
        }
    }
    columns.into_iter().map(|(span, _)| span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const G: &str = "6d417916-467c-46a7-a870-6d86d9345b61";

    #[test]
    fn columns_end_where_all_rows_have_spaces() {
        let text = format!(
            "{G} PC-1     CORP           1 Active   2026-03-02 08:35:43.000 NULL                   \n\
             {G} PC-23    CORP           0 In Stock NULL                    2026-03-02 08:35:43.000\n\n\
             (2 rows affected)\n"
        );
        let expected = format!(
            "{G},PC-1,CORP,1,Active,2026-03-02 08:35:43.000,NULL\n\
             {G},PC-23,CORP,0,In Stock,NULL,2026-03-02 08:35:43.000\n\n(2 rows affected)\n"
        );
        assert_eq!(rewritten(&text), Some(expected));
    }

    #[test]
    fn a_name_that_all_rows_share_is_not_cut() {
        let text = format!("Patch Management Solution     {G}\nPatch Management Solution     {G}\n");
        assert_eq!(
            rewritten(&text).unwrap().lines().next(),
            Some(format!("Patch Management Solution,{G}").as_str())
        );
        assert_eq!(rewritten("a b\nc d\n"), None);
        assert_eq!(rewritten(&format!("{G};a b\n")), None);
    }
}

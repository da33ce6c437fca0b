//! How a table is laid out: where its header stands, what separates its columns.
//!
//! Tools put titles, remarks and types above the header, and draw lines under it. The header is the line in which most
//! names of columns are known, under the sign that gives most.

use csv::StringRecord;

use crate::import::fixed_width::{self, FixedColumns};
use crate::import::header::{Header, KnownColumn};
use crate::import::remarks::{is_remark, is_underline};
use crate::import::text::declared;

/// How the rows of a text are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub delimiter: u8,
    /// Where in the text the header is, or the first row where there is none.
    pub start: usize,
    /// The line at which that is.
    pub first_line: u64,
    /// No line holds the names of columns.
    pub headerless: bool,
    /// A line of dashes stands under the header.
    pub underlined: bool,
}

const DELIMITERS: [u8; 6] = *b",;\t|^~";

/// So many names of a header are looked at: enough for any table, soon done for a line of rubbish.
const MOST_NAMES: usize = 1_000;

/// Among so many lines the header is looked for.
const MOST_LINES: usize = 60;

/// No header is longer.
const LONGEST_HEADER: usize = 1 << 16;

/// A line of a text, and where it is.
#[derive(Debug, Clone, Copy)]
struct TextLine<'t> {
    offset: usize,
    number: u64,
    text: &'t str,
}

fn lines(text: &str) -> impl Iterator<Item = TextLine<'_>> {
    let mut offset = 0;
    text.split_inclusive('\n').zip(1..).map(move |(line, number)| {
        let here = TextLine { offset, number, text: line.trim_end_matches(['\r', '\n']) };
        offset += line.len();
        here
    })
}

/// Finds out how a text is laid out; one in columns of a fixed width is rewritten in place.
pub fn layout(text: &mut String, columns: &'static [KnownColumn]) -> Layout {
    let declared = declared(text);
    let first: Vec<TextLine> =
        lines(text).take(MOST_LINES).filter(|line| line.text.len() <= LONGEST_HEADER).collect();
    let delimiters = declared.map_or(DELIMITERS.to_vec(), |(delimiter, _)| vec![delimiter]);
    let fixed = fixed(&first, columns).filter(|fixed| fixed.between == ' ' || fixed.is_padded(&first));
    let delimited = delimited(&first, &delimiters, columns);
    match (fixed, delimited) {
        (Some(fixed), found) if found.as_ref().is_none_or(|found| fixed.known >= found.known) => {
            let (rewritten, first_line) = (fixed.rewritten(text, columns), fixed.first_line);
            *text = rewritten;
            Layout { delimiter: b',', start: 0, first_line, headerless: false, underlined: true }
        }
        (_, Some(Delimited { delimiter, line, .. })) => {
            let below =
                first.iter().find(|other| other.number > line.number && !other.text.trim().is_empty());
            let underlined = below.is_some_and(|below| is_underline(below.text));
            Layout { delimiter, start: line.offset, first_line: line.number, headerless: false, underlined }
        }
        _ => {
            let start = declared.map_or(0, |(_, start)| start);
            let first_line = 1 + u64::from(start > 0);
            let delimiter = declared.map_or(b',', |(delimiter, _)| delimiter);
            Layout { delimiter, start, first_line, headerless: true, underlined: false }
        }
    }
}

/// A header whose names are separated by a sign.
struct Delimited<'t> {
    known: usize,
    delimiter: u8,
    line: TextLine<'t>,
}

fn delimited<'t>(
    lines: &[TextLine<'t>],
    delimiters: &[u8],
    columns: &[KnownColumn],
) -> Option<Delimited<'t>> {
    let mut best: Option<Delimited> = None;
    for line in lines {
        for &delimiter in delimiters {
            let names = line.text.split(char::from(delimiter)).take(MOST_NAMES);
            let known = Header::count_known(columns, names);
            if known > best.as_ref().map_or(0, |best| best.known) {
                best = Some(Delimited { known, delimiter, line: *line });
            }
        }
    }
    best
}

/// A header above lines of dashes that show where the columns stand.
struct Fixed {
    known: usize,
    names: Vec<String>,
    spans: FixedColumns,
    between: char,
    first_line: u64,
    /// Where the rows start.
    rows: usize,
}

fn fixed(lines: &[TextLine], columns: &[KnownColumn]) -> Option<Fixed> {
    let is_line = |line: &&TextLine| is_underline(line.text);
    let start = lines.iter().position(|line| is_line(&line))?;
    let underlines: Vec<&str> = lines[start..].iter().take_while(is_line).map(|line| line.text).collect();
    let header = lines.get(start.checked_sub(underlines.len())?..start)?;
    let spans = FixedColumns::of(&underlines);
    if spans.count() < 2 {
        return None;
    }
    let between = underlines.iter().flat_map(|line| line.chars()).find(|c| *c != '-')?;
    let header_lines: Vec<&str> = header.iter().map(|line| line.text).collect();
    let names = spans.cells(&header_lines, between)?;
    let known = Header::count_known(columns, names.iter().map(String::as_str));
    let rows = lines.get(start + underlines.len() - 1)?;
    let rows = rows.offset;
    (known > 0).then_some(Fixed { known, names, spans, between, first_line: header[0].number, rows })
}

impl Fixed {
    /// Do the rows stand where the dashes are?
    fn is_padded(&self, lines: &[TextLine]) -> bool {
        let is_row = |line: &&str| !line.trim().is_empty() && !is_underline(line) && !is_remark(line);
        let below = lines.iter().filter(|line| line.offset > self.rows).map(|line| line.text);
        let mut rows = below.filter(is_row).peekable();
        rows.peek().is_some() && rows.all(|row| self.spans.is_cut_by(row, self.between))
    }

    /// The table as one with commas, from its header on.
    fn rewritten(&self, text: &str, columns: &'static [KnownColumn]) -> String {
        let names: StringRecord = self.names.iter().map(String::as_str).collect();
        let kinds = Header::contents(columns, &names);
        let rows: Vec<&str> = lines(&text[self.rows..]).map(|line| line.text).collect();
        // The last line of dashes is the first of these lines; the ones before it are lines of their own, too.
        let mut out = fixed_width::rewritten(&rows, &self.spans, self.between, &kinds, &self.names);
        let header = out.find('\n').map_or(0, |end| end + 1);
        out.insert_str(header, &"\n".repeat(2 * (self.spans.lines_of_a_row() - 1)));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::tables::ExportTable;

    fn of(text: &str) -> (Layout, String) {
        let mut text = text.to_string();
        let layout = layout(&mut text, ExportTable::Computers.columns());
        (layout, text)
    }

    #[test]
    fn the_header_is_where_most_names_are_known() {
        for (text, delimiter, first_line) in [
            ("Guid,Name\n", b',', 1),
            ("Guid;Name;x,y\n", b';', 1),
            ("\n\nGuid\tName\n", b'\t', 3),
            ("Guid\n1\n", b',', 1),
            ("sep=;\r\nGuid;Name\n", b';', 2),
            ("\"sep=|\"\nGuid|Name\n", b'|', 2),
            ("#TYPE System.Data.DataRow\n\"Guid\",\"Name\"\n", b',', 2),
            ("Computers of Contoso;;\nStatus of today;;\n\nGuid;Name;Status\n", b';', 4),
            ("Changed database context to 'Symantec_CMDB'.\nGuid|Name\n----|----\n", b'|', 2),
        ] {
            let (layout, _) = of(text);
            assert!(!layout.headerless, "{text}");
            if layout.delimiter != b',' || delimiter != b'|' {
                assert_eq!((layout.delimiter, layout.first_line), (delimiter, first_line), "{text}");
            }
        }
        assert!(of("1,2\n3,4\n").0.headerless);
    }

    #[test]
    fn columns_of_a_fixed_width_become_commas_and_keep_their_lines() {
        let (layout, text) = of("Guid Name  \n---- ------\n1    a, b  \n\n(1 rows affected)\n");
        assert_eq!((layout.first_line, layout.underlined), (1, true));
        assert_eq!(text, "Guid,Name\n-\n1,\"a, b\"\n\n(1 rows affected)\n");
    }
}

//! Reads the rows of one table: header matched, quoting checked, every row with its line.
//!
//! The content of a table is described by its [`KnownColumn`]s ([`crate::import::tables`]); nothing here knows what a
//! computer is.

use std::borrow::Cow;

use csv::StringRecord;

use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::header::{Header, KnownColumn};
use crate::import::values::{Seen, Wrong, instant, is_absent};
use crate::import::{quoting, text};
use crate::units::quantity::plural;

/// A fault was found and is recorded; there is nothing more to say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded;

/// A value of a row, or nothing because it is wrong.
pub type Understood<T> = Result<T, Recorded>;

/// One row.
pub struct TableRow<'r> {
    pub file: &'r str,
    pub line: u64,
    cells: &'r StringRecord,
    header: &'r Header,
    findings: &'r ImportFindings,
}

impl<'r> TableRow<'r> {
    /// Is there such a column?
    pub fn has(&self, column: &'static str) -> bool {
        self.header.place(column).is_some()
    }

    /// What stands in a column, without spaces around it; `None` when the column or its content is absent.
    pub fn cell(&self, column: &'static str) -> Option<&'r str> {
        let cell = self.cells.get(self.header.place(column)?).unwrap_or_default().trim();
        Some(cell).filter(|cell| !is_absent(cell))
    }

    /// The value of a column, when it is given.
    pub fn optional<T>(
        &self,
        column: &'static str,
        understand: impl FnOnce(&'r str) -> Result<T, Wrong>,
    ) -> Understood<Option<T>> {
        self.cell(column)
            .map(|cell| understand(cell).map_err(|wrong| self.wrong(column, wrong, cell)))
            .transpose()
    }

    /// The value of a column that no row may leave empty.
    pub fn needed<T>(
        &self,
        column: &'static str,
        understand: impl FnOnce(&'r str) -> Result<T, Wrong>,
    ) -> Understood<T> {
        self.optional(column, understand)?.ok_or_else(|| {
            self.fault(column, "nothing is given here", "give the value, or leave the row out");
            Recorded
        })
    }

    /// When something was last seen; an empty cell says never.
    pub fn seen(&self, column: &'static str) -> Understood<Seen> {
        let at = self.optional(column, instant)?.flatten();
        Ok(match at {
            Some(at) => Seen::At(at),
            None if self.has(column) => Seen::Never,
            None => Seen::Unknown,
        })
    }

    /// The same row; what is wrong with it is recorded elsewhere.
    pub fn recorded_in<'s>(&'s self, findings: &'s ImportFindings) -> TableRow<'s> {
        TableRow { file: self.file, line: self.line, cells: self.cells, header: self.header, findings }
    }

    fn wrong(&self, column: &'static str, Wrong { problem, help }: Wrong, cell: &str) -> Recorded {
        self.findings
            .fault(ImportFault::file(self.file, problem, help).line(self.line).column(column).found(cell));
        Recorded
    }

    /// Records a fault of this row.
    pub fn fault(&self, column: &'static str, problem: &str, help: &str) {
        self.findings.fault(ImportFault::file(self.file, problem, help).line(self.line).column(column));
    }

    /// Notes something about this row.
    pub fn notice(&self, what: impl Into<Cow<'static, str>>, found: Option<&str>) {
        self.findings.notice(self.file, Some(self.line), what, found);
    }
}

/// Reads a table and hands over its rows; what is wrong with it as a table is recorded.
pub fn read(
    columns: &'static [KnownColumn],
    file: &str,
    bytes: Vec<u8>,
    findings: &ImportFindings,
    mut each: impl FnMut(&TableRow),
) {
    let Some(text) = text_of(file, bytes, findings) else { return };
    let layout = match text::layout(&text, |name| Header::knows(columns, name)) {
        Ok(layout) => layout,
        Err(wrong) => return findings.fault(ImportFault::file(file, wrong.problem, wrong.help)),
    };
    if !quoting::check(&layout, file, findings) {
        return;
    }
    let mut records = RecordReader::of(&layout);
    let Some(line) = records.advance() else { return };
    let sample = records.ahead(&layout);
    let header = Header::of(columns, &records.record, &sample, (file, line), findings);
    let Some(header) = header else { return };
    while let Some(line) = records.advance() {
        let row = TableRow { file, line, cells: &records.record, header: &header, findings };
        match Nature::of(row.cells, line == records.header_line + 1) {
            Nature::Data if row.cells.len() == header.width() => each(&row),
            Nature::Data => findings.fault(odd_length(&row)),
            Nature::Empty => row.notice("an empty row; left out", None),
            Nature::Underline => row.notice("a line of dashes under the header; left out", None),
            Nature::Trailer => row.notice("a remark of the query tool; left out", None),
        }
    }
}

fn text_of(file: &str, bytes: Vec<u8>, findings: &ImportFindings) -> Option<String> {
    let refused = |refused: text::NoText| {
        let fault = ImportFault::file(file, refused.problem, refused.help);
        findings.fault(ImportFault { line: refused.line, ..fault });
    };
    text::decode(bytes).map_err(refused).ok()
}

fn odd_length(row: &TableRow) -> ImportFault {
    let (cells, columns) = (row.cells.len(), row.header.width());
    let (of_cells, of_columns) = (plural(cells as u64), plural(columns as u64));
    let problem = format!("{cells} value{of_cells} where the header has {columns} column{of_columns}");
    let help =
        "put quotes around values that hold the delimiter; if the file is cut off here, export it again";
    ImportFault::file(row.file, problem, help).line(row.line)
}

/// So many rows show what a column holds.
const SAMPLE: usize = 200;

/// The records of a text, one after the other in one buffer, each with its line.
struct RecordReader<'t> {
    reader: csv::Reader<&'t [u8]>,
    body: &'t [u8],
    first_line: u64,
    header_line: u64,
    record: StringRecord,
}

impl<'t> RecordReader<'t> {
    fn of(layout: &text::Layout<'t>) -> RecordReader<'t> {
        let (body, first_line) = (layout.body.as_bytes(), layout.first_line);
        // Flexible: this module checks the length of rows, so that all faulty ones are found.
        let mut builder = csv::ReaderBuilder::new();
        let reader = builder.delimiter(layout.delimiter).has_headers(false).flexible(true).from_reader(body);
        RecordReader { reader, body, first_line, header_line: 0, record: StringRecord::new() }
    }

    /// The first records of the text, the header among them.
    fn ahead(&self, layout: &text::Layout<'t>) -> Vec<StringRecord> {
        let mut records = RecordReader::of(layout);
        let mut next = || records.advance().map(|_| records.record.clone());
        std::iter::from_fn(&mut next).take(SAMPLE).skip(1).collect()
    }

    /// Reads the next record; its line, or `None` at the end.
    fn advance(&mut self) -> Option<u64> {
        let read = self.reader.read_record(&mut self.record);
        // The text is valid UTF-8 in memory and lengths are free: nothing is left to go wrong.
        if !read.expect("a text in memory can be read") {
            return None;
        }
        let position = self.record.position().expect("a record that was read has a position");
        // The position is where the record before ended: line ends and empty lines come first.
        let ahead = self.body[position.byte() as usize..].iter().take_while(|byte| b"\r\n".contains(byte));
        let ahead = ahead.filter(|byte| **byte == b'\n').count() as u64;
        let line = self.first_line - 1 + position.line() + ahead;
        if self.header_line == 0 {
            self.header_line = line;
        }
        Some(line)
    }
}

/// What a row is: query tools add rows that are no data.
enum Nature {
    Data,
    Empty,
    Underline,
    Trailer,
}

impl Nature {
    fn of(cells: &StringRecord, below_header: bool) -> Nature {
        let first = cells.get(0).unwrap_or_default().trim();
        match first.as_bytes() {
            [] if cells.iter().all(|cell| cell.trim().is_empty()) => Nature::Empty,
            [b'-', ..] if below_header && cells.iter().all(is_dashes) => Nature::Underline,
            // `(123 rows affected)`, in the language of the tool.
            [b'(', b'0'..=b'9', .., b')'] if cells.len() == 1 => Nature::Trailer,
            [b'C', ..] if first.starts_with("Completion time: ") => Nature::Trailer,
            _ => Nature::Data,
        }
    }
}

fn is_dashes(cell: &str) -> bool {
    let cell = cell.trim();
    !cell.is_empty() && cell.bytes().all(|byte| byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fault::{render, render_notices};
    use crate::import::values;

    const COLUMNS: &[KnownColumn] = &[
        KnownColumn { name: "Guid", aliases: &["ResourceGuid"], needed: true, without: "", by_content: None },
        KnownColumn {
            name: "Nodes",
            aliases: &[],
            needed: false,
            without: "numbers are not known",
            by_content: None,
        },
        KnownColumn { name: "Since", aliases: &[], needed: false, without: "", by_content: None },
    ];

    /// The rows as text, and what was found.
    fn read_text(text: &str) -> (Vec<String>, String) {
        let (findings, mut rows) = (ImportFindings::default(), Vec::new());
        read(COLUMNS, "t.csv", text.as_bytes().to_vec(), &findings, |row| {
            let (guid, nodes) = (row.needed("Guid", values::text), row.optional("Nodes", values::nodes));
            let since = row.seen("Since");
            if let (Ok(guid), Ok(nodes), Ok(since)) = (guid, nodes, since) {
                rows.push(format!("{} {guid} {nodes:?} {since:?}", row.line));
            }
        });
        let found = match findings.finish() {
            Ok(notices) => render_notices(&notices, true),
            Err(faults) => render(&faults, true),
        };
        (rows, found)
    }

    #[test]
    fn rows_know_their_lines_whatever_ends_them() {
        for end in ["\n", "\r\n"] {
            let text = ["Since;[Resource Guid];Nodes", "", "2026-01-01;\"a\nb\";5", "", "", "NULL;c;", ""];
            let (rows, found) = read_text(&text.join(end));
            assert_eq!(rows, ["3 a\nb Some(5) At(2026-01-01T00:00:00)", "7 c None Never"]);
            assert_eq!(found, "");
        }
        assert_eq!(read_text("sep=;\r\nGuid;Nodes;Since\r\na;;\r\n").0, ["3 a None Never"]);
        assert_eq!(read_text("Guid\na").0, ["2 a None Unknown"]);
    }

    #[test]
    fn what_query_tools_add_is_left_out_and_noticed() {
        let text = "Guid,Nodes,Since\n----,-----,-----\na,1,\n,,\n\n(1 rows affected)\n\nCompletion time: 2026-01-01\n";
        let (rows, found) = read_text(text);
        assert_eq!(rows, ["3 a Some(1) Never"]);
        assert_eq!(
            found,
            "t.csv:2: a line of dashes under the header; left out\n\
             t.csv:4: an empty row; left out\n\
             t.csv:6: a remark of the query tool; left out (2 rows: lines 6, 8)\n"
        );
    }

    #[test]
    fn all_faults_of_all_rows_come_at_once() {
        let (_, found) = read_text("Guid,Nodes,Since\na,many,1/2/2026\nb\n,2,\nc,1,,\n");
        assert_eq!(
            found,
            "t.csv:2: Nodes: not a whole number `many`\n  help: write digits only, for example 1500\n\
             t.csv:2: Since: a date of which day and month cannot be told apart `1/2/2026`\n  \
             help: write yyyy-MM-dd HH:mm:ss; in the query: CONVERT(varchar(19), the column, 120)\n\
             t.csv:3: 1 value where the header has 3 columns\n  \
             help: put quotes around values that hold the delimiter; if the file is cut off here, export it again\n\
             t.csv:4: Guid: nothing is given here\n  help: give the value, or leave the row out\n\
             t.csv:5: 4 values where the header has 3 columns\n  \
             help: put quotes around values that hold the delimiter; if the file is cut off here, export it again\n"
        );
    }

    #[test]
    fn a_file_that_is_no_table_is_refused_as_a_whole() {
        for (text, found) in [
            (
                "",
                "t.csv: the file is empty\n  help: export it again, or leave the file out when there is no such data\n",
            ),
            (
                "Guid\n\"a\n",
                "t.csv:2: a quote opens here and is never closed\n  \
                 help: inside a quoted value a quote is doubled (\"\"); export again with quoted values\n",
            ),
            (
                "Guid\na\0\n",
                "t.csv:2: not a text file: there is a zero byte in it\n  \
                 help: export the table as CSV, in UTF-8 or Unicode (UTF-16)\n",
            ),
        ] {
            assert_eq!(read_text(text), (Vec::new(), found.to_string()));
        }
    }
}

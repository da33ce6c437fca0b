//! A row of a table: its values by the names of their columns.

use std::borrow::Cow;

use csv::StringRecord;
use jiff::civil::{DateTime, date};

use crate::import::date_columns::DateForm;
use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::header::Header;
use crate::import::values::{Seen, Wrong, is_absent};

/// A fault was found and is recorded; there is nothing more to say about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded;

/// A value of a row, or nothing because it is wrong.
pub type Understood<T> = Result<T, Recorded>;

/// One row.
pub struct TableRow<'r> {
    pub file: &'r str,
    pub line: u64,
    pub(super) cells: &'r StringRecord,
    pub(super) header: &'r Header,
    /// How the columns of dates are read.
    pub(super) forms: &'r [(&'static str, DateForm)],
    pub(super) findings: &'r ImportFindings,
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
        Ok(match self.instant(column)? {
            Some(at) => Seen::At(at),
            None if self.has(column) => Seen::Never,
            None => Seen::Unknown,
        })
    }

    /// The instant in a column, server local time; `None` also when the cell says *never*.
    pub fn instant(&self, column: &'static str) -> Understood<Option<DateTime>> {
        let form = self.forms.iter().find(|(name, _)| *name == column).map(|(_, form)| *form);
        let read = self.optional(column, |cell| form.unwrap_or_default().read(cell))?;
        Ok(read.flatten())
    }

    /// A date from which something is over; the last day of the calendar means *never*, too.
    pub fn end(&self, column: &'static str) -> Understood<Option<DateTime>> {
        Ok(self.instant(column)?.filter(|instant| instant.date() < date(9999, 12, 31)))
    }

    /// The same row; what is wrong with it is recorded elsewhere.
    pub fn recorded_in<'s>(&'s self, findings: &'s ImportFindings) -> TableRow<'s> {
        TableRow { findings, ..*self }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::content::CellContent;
    use crate::import::date_columns::settle;
    use crate::import::fault::{render, render_notices};
    use crate::import::header::KnownColumn;
    use crate::import::sheet::Sheet;
    use crate::import::values;

    const COLUMNS: &[KnownColumn] = &[
        KnownColumn { aliases: &["ResourceGuid"], needed: true, ..column("Guid", CellContent::Text) },
        KnownColumn { without: "numbers are not known", ..column("Nodes", CellContent::Nodes) },
        column("Since", CellContent::Seen),
    ];

    const fn column(name: &'static str, content: CellContent) -> KnownColumn {
        KnownColumn { name, aliases: &[], needed: false, content, without: "", by_content: None }
    }

    /// The rows as text, and what was found.
    fn read_text(text: &str) -> (Vec<String>, String) {
        let (findings, mut rows) = (ImportFindings::default(), Vec::new());
        if let Some(mut sheet) = Sheet::prepare(COLUMNS, "t.csv", text.to_string(), &findings) {
            let dates = sheet.date_columns();
            sheet.set_forms(settle(&dates, None, None, &findings).into_iter());
            sheet.rows(&findings, |row| {
                let (guid, nodes) = (row.needed("Guid", values::text), row.optional("Nodes", values::nodes));
                let since = row.seen("Since");
                if let (Ok(guid), Ok(nodes), Ok(since)) = (guid, nodes, since) {
                    rows.push(format!("{} {guid} {:?} {since:?}", row.line, nodes.flatten()));
                }
            });
        }
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
        let (_, found) = read_text("Guid,Nodes,Since\na,many,1/2/2026\nb\n,2,\nc,1,,x\n");
        assert_eq!(
            found,
            "t.csv:2: dates of which day and month cannot be told apart: Since of t.csv `1/2/2026`\n  \
             help: say which comes first: --dates dmy for day, month, year; --dates mdy for month, day, year\n\
             t.csv:2: Nodes: not a whole number `many`\n  help: write digits only, for example 1500\n\
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
        ] {
            assert_eq!(read_text(text), (Vec::new(), found.to_string()));
        }
    }
}

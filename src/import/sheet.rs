//! One table of an export, made ready: its text laid out, its columns found, its dates understood.

use csv::StringRecord;

use crate::import::alignment::{MOST_FAILURES, align};
use crate::import::content::CellContent;
use crate::import::date_columns::{DateColumn, DateForm};
use crate::import::dialect::{self, Layout};
use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::header::{self, Header, KnownColumn};
use crate::import::remarks::{is_remark, is_underline};
use crate::import::table::TableRow;
use crate::import::values::guid;
use crate::import::{fixed_headerless, headerless, quoting};
use crate::units::quantity::plural;

/// A table whose rows can be read.
pub struct Sheet {
    columns: &'static [KnownColumn],
    pub file: String,
    text: String,
    layout: Layout,
    /// Values may stand in quotes.
    quoted: bool,
    header: Header,
    /// How the columns of dates are read.
    forms: Vec<(&'static str, DateForm)>,
}

impl Sheet {
    /// Lays a text out and finds its columns; `None` when it cannot be used, which is then recorded.
    pub fn prepare(
        columns: &'static [KnownColumn],
        file: &str,
        mut text: String,
        findings: &ImportFindings,
    ) -> Option<Sheet> {
        if text.trim().is_empty() {
            let help = "export it again, or leave the file out when there is no such data";
            findings.fault(ImportFault::file(file, "the file is empty", help));
            return None;
        }
        if !text.contains('\n') {
            text = text.replace('\r', "\n"); // as old versions of Excel for Mac end lines
        }
        let mut layout = dialect::layout(&mut text, columns);
        if layout.headerless {
            lay_out_rows(&mut text, &mut layout);
        } else {
            notice_above(&text, &layout, file, findings);
        }
        let body = (&text[layout.start..], layout.first_line, layout.delimiter);
        let quoted =
            if layout.underlined { is_well_quoted(body) } else { quoting::check(body, file, findings) };
        if !quoted && !layout.underlined {
            return None;
        }
        let mut sheet = Sheet {
            columns,
            file: file.to_string(),
            text,
            layout,
            quoted,
            header: Header::of_places(Vec::new(), 0),
            forms: Vec::new(),
        };
        sheet.header = sheet.find_columns(findings)?;
        Some(sheet)
    }

    fn find_columns(&self, findings: &ImportFindings) -> Option<Header> {
        let mut records = RecordReader::of(self);
        let mut sample = Vec::new();
        while sample.len() < SAMPLE
            && let Some(line) = records.advance()
        {
            sample.push((line, records.record.clone()));
        }
        let (line, first) = sample.first()?;
        if !self.layout.headerless {
            let below: Vec<StringRecord> = sample[1..].iter().map(|(_, record)| record.clone()).collect();
            return Header::of(self.columns, first, &below, (&self.file, *line), findings);
        }
        let is_row = |record: &StringRecord| !self.is_left_out(record);
        let rows: Vec<StringRecord> =
            sample.iter().map(|(_, record)| record.clone()).filter(is_row).collect();
        let told = headerless::columns(self.columns, &rows);
        match &told {
            Some(header) => {
                let what = format!(
                    "no line holds the names of the columns; told by their values: {}",
                    header.names()
                );
                findings.notice(&self.file, Some(*line), what, None);
            }
            None if first.iter().any(|cell| guid(cell.trim()).is_ok()) => {
                let help = format!(
                    "{}: {}",
                    "put a first line with the names of the columns above the rows",
                    header::names_of_all(self.columns)
                );
                findings.fault(ImportFault::file(&self.file, UNTOLD, help).line(*line));
            }
            None => findings.fault(header::no_header(self.columns, first, &self.file).line(*line)),
        }
        told
    }

    /// Is this something else than a row, as far as the row alone tells?
    fn is_left_out(&self, record: &StringRecord) -> bool {
        record.iter().all(|cell| cell.trim().is_empty() || is_dashes(cell)) || is_remark(&self.joined(record))
    }

    /// What the columns of dates hold, to be settled together with those of the other tables.
    pub fn date_columns(&self) -> Vec<DateColumn> {
        let placed = |column: &&KnownColumn| self.header.place(column.name).is_some();
        let dates = || self.columns.iter().filter(|column| column.content.is_date()).filter(placed);
        let new = |column: &KnownColumn| {
            DateColumn::new(&self.file, column.name, column.content == CellContent::Seen)
        };
        let mut profiles: Vec<(usize, DateColumn)> =
            dates().filter_map(|column| Some((self.header.place(column.name)?, new(column)))).collect();
        if profiles.is_empty() {
            return Vec::new();
        }
        self.each_record(&ImportFindings::default(), &mut |line, record| {
            for (place, profile) in &mut profiles {
                profile.add(record.get(*place).unwrap_or_default().trim(), line);
            }
        });
        profiles.into_iter().map(|(_, profile)| profile).collect()
    }

    /// Takes what was settled about the columns of dates, in the order of [`Sheet::date_columns`].
    pub fn set_forms(&mut self, forms: impl Iterator<Item = DateForm>) {
        let placed = |column: &&KnownColumn| self.header.place(column.name).is_some();
        let dates = self.columns.iter().filter(|column| column.content.is_date()).filter(placed);
        self.forms = dates.map(|column| column.name).zip(forms).collect();
    }

    /// Hands over the rows.
    pub fn rows(&self, findings: &ImportFindings, mut each: impl FnMut(&TableRow)) {
        self.each_record(findings, &mut |line, cells| {
            each(&TableRow {
                file: &self.file,
                line,
                cells,
                header: &self.header,
                forms: &self.forms,
                findings,
            });
        });
    }

    /// Hands over what is a row, with its line; notices what is none.
    fn each_record(&self, findings: &ImportFindings, each: &mut dyn FnMut(u64, &StringRecord)) {
        let mut records = RecordReader::of(self);
        if !self.layout.headerless && records.advance().is_none() {
            return;
        }
        let (kinds, mut failed) = (self.kinds(), 0);
        while let Some(line) = records.advance() {
            let record = &records.record;
            let left_out = |what: &'static str| findings.notice(&self.file, Some(line), what, None);
            match self.nature(record) {
                Nature::Data => each(line, record),
                Nature::Empty => left_out("an empty row; left out"),
                Nature::Underline => left_out("a line of dashes under the header; left out"),
                Nature::Header => left_out("the header once more; left out"),
                Nature::Remark => left_out("a remark of the query tool; left out"),
                Nature::Odd => match Some(failed)
                    .filter(|failed| *failed < MOST_FAILURES)
                    .and_then(|_| self.realigned(record, &kinds))
                {
                    Some(repaired) => {
                        left_out(
                            "a value holds the sign between columns and no quotes; told by the other values",
                        );
                        each(line, &repaired);
                    }
                    None => {
                        failed += 1;
                        findings.fault(self.odd_length(record.len(), line));
                    }
                },
            }
        }
    }

    /// What a record is: query tools add rows that are no data.
    fn nature(&self, record: &StringRecord) -> Nature {
        let first = record.get(0).unwrap_or_default().trim();
        let width = self.header.width();
        match first.as_bytes() {
            [] if record.iter().all(|cell| cell.trim().is_empty()) => Nature::Empty,
            [b'-', ..] if record.iter().all(is_dashes) => Nature::Underline,
            // A message of the server may have as many commas as a row.
            [b'(' | b'M', ..] if is_remark(&self.joined(record)) => Nature::Remark,
            _ if is_alone(record) && is_remark(&self.joined(record)) => Nature::Remark,
            _ if record.len() == width && width > 1 && !self.header.is_again(record) => Nature::Data,
            _ if self.header.is_again(record) => Nature::Header,
            _ if is_remark(&self.joined(record)) => Nature::Remark,
            _ if record.len() == width || self.is_padded(record) => Nature::Data,
            _ => Nature::Odd,
        }
    }

    /// Do only empty cells make the difference to the header?
    fn is_padded(&self, record: &StringRecord) -> bool {
        let width = self.header.width();
        match record.len() < width {
            true => self.header.may_end_at(record.len()),
            false => record.iter().skip(width).all(|cell| cell.trim().is_empty()),
        }
    }

    fn joined(&self, record: &StringRecord) -> String {
        let cells: Vec<&str> = record.iter().take(12).collect();
        cells
            .join(&char::from(self.layout.delimiter).to_string())
            .trim_end_matches(char::from(self.layout.delimiter))
            .to_string()
    }

    fn kinds(&self) -> Vec<CellContent> {
        let of =
            |place: usize| self.columns.iter().find(|column| self.header.place(column.name) == Some(place));
        (0..self.header.width())
            .map(|place| of(place).map_or(CellContent::Any, |column| column.content))
            .collect()
    }

    fn realigned(&self, record: &StringRecord, kinds: &[CellContent]) -> Option<StringRecord> {
        let tokens: Vec<&str> = record.iter().collect();
        let cells = align(&tokens, kinds, char::from(self.layout.delimiter))?;
        Some(cells.iter().map(String::as_str).collect())
    }

    fn odd_length(&self, cells: usize, line: u64) -> ImportFault {
        let columns = self.header.width();
        let (of_cells, of_columns) = (plural(cells as u64), plural(columns as u64));
        let problem = format!("{cells} value{of_cells} where the header has {columns} column{of_columns}");
        let help =
            "put quotes around values that hold the delimiter; if the file is cut off here, export it again";
        ImportFault::file(&self.file, problem, help).line(line)
    }
}

/// Rows without a header: cut at a sign, or where all of them have spaces.
fn lay_out_rows(text: &mut String, layout: &mut Layout) {
    if layout.start == 0 {
        match fixed_headerless::rewritten(text) {
            Some(rewritten) => *text = rewritten,
            None => layout.delimiter = headerless::delimiter(text),
        }
    }
}

const UNTOLD: &str =
    "no line holds the names of the columns, and their values do not tell which column is which";

/// So many rows show what a column holds.
const SAMPLE: usize = 400;

/// Says what stood above the header.
fn notice_above(text: &str, layout: &Layout, file: &str, findings: &ImportFindings) {
    let is_declared = |line: &str| line.trim_matches('"').to_ascii_lowercase().starts_with("sep=");
    for (line, number) in text[..layout.start].lines().zip(1..) {
        let says_nothing = line.trim().is_empty() || number == 1 && is_declared(line);
        if !says_nothing {
            findings.notice(file, Some(number), "a line above the header; left out", Some(line.trim()));
        }
    }
}

/// Tools that draw a line under the header write quotes as they are.
fn is_well_quoted(body: (&str, u64, u8)) -> bool {
    quoting::check(body, "", &ImportFindings::default())
}

enum Nature {
    Data,
    Empty,
    Underline,
    Header,
    Remark,
    /// Not as many cells as the header has.
    Odd,
}

/// Is only the first of several cells filled?
fn is_alone(record: &StringRecord) -> bool {
    record.len() > 1 && record.iter().skip(1).all(|cell| cell.trim().is_empty())
}

fn is_dashes(cell: &str) -> bool {
    is_underline(cell)
}

/// The records of a text, one after the other in one buffer, each with its line.
struct RecordReader<'t> {
    reader: csv::Reader<&'t [u8]>,
    body: &'t [u8],
    first_line: u64,
    record: StringRecord,
}

impl<'t> RecordReader<'t> {
    fn of(sheet: &'t Sheet) -> RecordReader<'t> {
        let body = &sheet.text.as_bytes()[sheet.layout.start..];
        // Flexible: the length of rows is checked here, so that all faulty ones are found.
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(sheet.layout.delimiter).has_headers(false).flexible(true).quoting(sheet.quoted);
        let reader = builder.from_reader(body);
        RecordReader { reader, body, first_line: sheet.layout.first_line, record: StringRecord::new() }
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
        Some(self.first_line - 1 + position.line() + ahead)
    }
}

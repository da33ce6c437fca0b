//! A CSV file that a scenario names: its header, its rows, and faults that say where in it they are.

use csv::StringRecord;

use crate::scenario::digest::sha256;
use crate::scenario::fault::{Fault, Place, listed};
use crate::scenario::reader::{Read, Reader};
use crate::scenario::values::text;
use crate::scenario::yaml::Node;

/// A CSV file with a header; separated by commas, or else by semicolons or tabs.
pub struct CsvTable<'n> {
    /// The node that names it: where the scenario is to blame.
    node: &'n Node,
    /// As the scenario calls it.
    name: &'n str,
    content: String,
    header: StringRecord,
}

/// A spreadsheet saves with semicolons where commas stand in numbers.
fn delimiter(content: &str) -> u8 {
    let header = content.lines().next().unwrap_or_default();
    let other = [b';', b'\t'].into_iter().find(|other| header.contains(char::from(*other)));
    if header.contains(',') { b',' } else { other.unwrap_or(b',') }
}

/// Refuses a file of another digest than the scenario was written with.
fn vouch(node: &Node, name: &str, content: &str) -> Read<()> {
    let given = text(node, "a SHA-256").map_err(|fault| fault.below("sha256"))?;
    if given.len() != 64 || !given.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let problem = format!("{} is no SHA-256: 64 hexadecimal digits", node.describe());
        return Err(Fault::at(node.at, problem).below("sha256").help("without `sha256` the file may be any"));
    }
    let found = sha256(content.as_bytes());
    if given.eq_ignore_ascii_case(&found) {
        return Ok(());
    }
    let problem =
        format!("{name} is not the file that this scenario was written with: its SHA-256 is {found}");
    let help = format!(
        "`fleetsim import` writes both: run it again, with --force; if {name} was changed on purpose, remove `sha256`"
    );
    Err(Fault::at(node.at, problem).below("sha256").help(help))
}

/// One row.
pub struct CsvRow {
    line: u64,
    record: StringRecord,
}

impl CsvRow {
    /// Where it begins in the file, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Does it hold nothing at all?
    pub fn is_empty(&self) -> bool {
        self.record.iter().all(str::is_empty)
    }

    /// The cell of a column; rows are as long as the header.
    pub fn cell(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }
}

impl<'n> CsvTable<'n> {
    /// Reads the file that a mapping names, relative to the scenario: `{file: acme.clients.csv}`, and perhaps
    /// `sha256: ...`. `keys` are all keys that the mapping may have, `shape` shows it.
    ///
    /// # Errors
    /// When there are other keys, or the file cannot be read, has no header, or is another one than its digest says.
    pub fn open(mapping: &'n Node, keys: &[&str], shape: &str, reader: &Reader) -> Read<CsvTable<'n>> {
        let entries = mapping.entries();
        if let Some(other) = entries.iter().find(|entry| !keys.contains(&entry.key.as_str())) {
            return Err(Fault::at(other.key_at, format!("unknown key `{}`", other.key)).help(shape));
        }
        let node = mapping
            .get("file")
            .ok_or_else(|| Fault::at(mapping.at, "`file` is missing".into()).help(shape))?;
        let name = text(node, "the name of a file")?;
        let content = (reader.files)(name).map_err(|problem| Fault::at(node.at, problem))?;
        mapping.get("sha256").map_or(Ok(()), |sha256| vouch(sha256, name, &content))?;
        let mut table = CsvTable { node, name, content, header: StringRecord::new() };
        let header = table.reader().headers().cloned();
        table.header = header.map_err(|error| table.csv_fault(&error))?;
        Ok(table)
    }

    /// Where the scenario names it.
    pub fn place(&self) -> Place {
        self.node.at
    }

    fn reader(&self) -> csv::Reader<&[u8]> {
        let content = self.content.strip_prefix('\u{feff}').unwrap_or(&self.content);
        let mut reader = csv::ReaderBuilder::new();
        reader.trim(csv::Trim::All).delimiter(delimiter(content)).from_reader(content.as_bytes())
    }

    /// The names of the columns, in order.
    pub fn header(&self) -> impl Iterator<Item = &str> + Clone {
        self.header.iter()
    }

    /// The column that a node names.
    ///
    /// # Errors
    /// When there is none, with the nearest.
    pub fn column(&self, node: &Node, reader: &Reader) -> Read<usize> {
        let wanted = text(node, "the name of a column")?;
        self.find(wanted).ok_or_else(|| {
            let all = format!("columns: {}", listed(self.header()));
            Fault::at(node.at, format!("{} has no column `{wanted}`", self.name)).suggest_of_many(
                &reader.guesses,
                wanted,
                self.header(),
                Some(all),
            )
        })
    }

    /// The column of this name, in any case.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.header().position(|column| column.eq_ignore_ascii_case(name))
    }

    /// The rows in order; a row that is no row of this table is a fault.
    pub fn rows(&self) -> impl Iterator<Item = Read<CsvRow>> + '_ {
        self.reader().into_records().map(|record| match record {
            Ok(record) => Ok(CsvRow { line: record.position().map_or(0, csv::Position::line), record }),
            Err(error) => Err(self.csv_fault(&error)),
        })
    }

    /// A fault of the file as a whole.
    pub fn fault(&self, problem: String) -> Fault {
        Fault::at(self.node.at, format!("{}: {problem}", self.name))
    }

    /// A fault of the row on a line.
    pub fn fault_in(&self, line: u64, problem: String) -> Fault {
        Fault::at(self.node.at, format!("{}:{line}: {problem}", self.name))
    }

    /// Says of a fault in which row it is.
    pub fn blame(&self, row: &CsvRow, fault: Fault) -> Fault {
        Fault { problem: format!("{}:{}: {}", self.name, row.line, fault.problem), ..fault }
    }

    fn csv_fault(&self, error: &csv::Error) -> Fault {
        let line = error.position().map_or(String::new(), |at| format!(":{}", at.line()));
        let problem = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("{len} fields where the header has {expected_len}")
            }
            _ => error.to_string(),
        };
        Fault::at(self.node.at, format!("{}{line}: {problem}", self.name))
    }
}

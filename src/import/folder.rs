//! Which file is which table.

use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::table::{self, TableRow};
use crate::import::tables::ExportTable;
use crate::scenario::fault::nearest;

/// A file beyond this is no table of a fleet: two million computers take less.
pub const MAX_BYTES: usize = 512 << 20;

const ENDINGS: [&str; 3] = [".csv", ".txt", ".tsv"];

struct File {
    table: ExportTable,
    name: String,
    /// Gone once it is read, or when it is too large to be.
    bytes: Option<Vec<u8>>,
}

/// The files that are tables.
pub struct Folder {
    files: Vec<File>,
}

impl Folder {
    /// Sorts the files out; those that are no table are noticed, missing tables too.
    pub fn of(mut files: Vec<(String, Vec<u8>)>, findings: &ImportFindings) -> Folder {
        files.sort();
        let mut folder = Folder { files: Vec::new() };
        let mut others = Vec::new();
        for (name, bytes) in files {
            match table_of(&name) {
                Some(table) => folder.add(table, name, bytes, findings),
                None => {
                    findings.notice(
                        "",
                        None,
                        "a file that is no table of this import; not read",
                        Some(&name),
                    );
                    others.push(name);
                }
            }
        }
        for table in ExportTable::ALL.into_iter().filter(|table| !folder.has(*table)) {
            match table {
                ExportTable::Computers => findings.fault(no_computers(&others)),
                _ if table.without().is_empty() => {}
                _ => findings.notice(&usual_name(table), None, absent(table), None),
            }
        }
        folder
    }

    fn add(&mut self, table: ExportTable, name: String, bytes: Vec<u8>, findings: &ImportFindings) {
        if let Some(first) = self.files.iter().find(|known| known.table == table) {
            let problem = format!("`{}` is the same table", first.name);
            return findings.fault(ImportFault::file(&name, problem, "keep one of the two files"));
        }
        let bytes = Some(bytes).filter(|bytes| bytes.len() <= MAX_BYTES);
        if bytes.is_none() {
            let problem = format!("larger than the {} MiB a table may have", MAX_BYTES >> 20);
            let help = format!("export only the columns of this table: {}", columns(table));
            findings.fault(ImportFault::file(&name, problem, help));
        }
        self.files.push(File { table, name, bytes });
    }

    pub(super) fn has(&self, table: ExportTable) -> bool {
        self.files.iter().any(|file| file.table == table)
    }

    /// The name of a table's file: as given, or as it should be.
    pub fn name(&self, table: ExportTable) -> String {
        let file = self.files.iter().find(|file| file.table == table);
        file.map_or_else(|| usual_name(table), |file| file.name.clone())
    }

    /// Hands over the rows of a table, whose content is then gone; the name of its file, if there is one.
    pub fn rows(
        &mut self,
        table: ExportTable,
        findings: &ImportFindings,
        each: impl FnMut(&TableRow),
    ) -> Option<&str> {
        let file = self.files.iter_mut().find(|file| file.table == table)?;
        if let Some(bytes) = file.bytes.take() {
            table::read(table.columns(), &file.name, bytes, findings, each);
        }
        Some(&file.name)
    }
}

fn usual_name(table: ExportTable) -> String {
    format!("{}.csv", table.name())
}

fn columns(table: ExportTable) -> String {
    let names: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
    names.join(", ")
}

/// The table in a file of this name: `computers.csv`, `Agents.TXT`.
pub fn table_of(file: &str) -> Option<ExportTable> {
    let name = file.to_ascii_lowercase();
    let stem = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending))?;
    let stem = if stem == "vproduct" { ExportTable::Products.name() } else { stem };
    ExportTable::ALL.into_iter().find(|table| table.name() == stem)
}

fn absent(table: ExportTable) -> String {
    format!("no such file: {}", table.without())
}

/// The one table that is needed is not there; perhaps under another name.
fn no_computers(others: &[String]) -> ImportFault {
    let file = usual_name(ExportTable::Computers);
    let near = nearest(&file, others.iter().map(String::as_str).filter(|name| name.len() <= 64));
    let problem = "no such file; this is the one table that is needed".to_string();
    match near {
        Some(near) => {
            let help = format!("name the file `{file}` if it holds the computers");
            ImportFault::file(&file, format!("{problem}. There is"), help).found(near)
        }
        None => {
            let help = format!("export the computers with the columns {}", columns(ExportTable::Computers));
            ImportFault::file(&file, problem, help)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::fault::{render, render_notices};

    fn found(files: &[&str]) -> String {
        let findings = ImportFindings::default();
        Folder::of(files.iter().map(|name| (name.to_string(), Vec::new())).collect(), &findings);
        match findings.finish() {
            Ok(notices) => render_notices(&notices, true),
            Err(faults) => render(&faults, true),
        }
    }

    #[test]
    fn files_are_known_by_name_whatever_case_and_ending() {
        for (file, table) in [
            ("computers.csv", Some(ExportTable::Computers)),
            ("License_In_Use.TXT", Some(ExportTable::LicenseInUse)),
            ("targets.tsv", Some(ExportTable::Targets)),
            ("computers.xlsx", None),
            ("computers", None),
            ("my computers.csv", None),
        ] {
            assert_eq!(table_of(file), table, "{file}");
        }
    }

    #[test]
    fn missing_and_foreign_files_are_noticed() {
        assert_eq!(
            found(&["notes.docx", "computers.csv", "AGENTS.txt", "licenses.csv", "targets.csv"]),
            "a file that is no table of this import; not read `notes.docx`\n\
             license_in_use.csv: no such file: which computers hold a license is not known\n\
             patch_inventory.csv: no such file: when computers last sent a Patch Inventory is not known\n"
        );
    }

    #[test]
    fn the_computers_are_needed_and_no_table_comes_twice() {
        assert_eq!(
            found(&[]),
            "computers.csv: no such file; this is the one table that is needed\n  help: export the computers with \
             the columns Guid, Name, Domain, IsManaged, Status, LastConfigRequest, LastBasicInventory, OS\n"
        );
        assert_eq!(
            found(&["computer.csv"]),
            "computers.csv: no such file; this is the one table that is needed. There is `computer.csv`\n  \
             help: name the file `computers.csv` if it holds the computers\n"
        );
        assert_eq!(
            found(&["computers.csv", "computers.txt"]),
            "computers.txt: `computers.csv` is the same table\n  help: keep one of the two files\n"
        );
    }
}

//! The files of an export: each made ready, and the dates of all of them settled together.

use std::collections::BTreeMap;

use crate::import::date_columns;
use crate::import::fault::{ImportFault, ImportFindings};
pub use crate::import::file_names::may_be_read;
use crate::import::file_names::{View, is_unread_workbook, is_workbook, table_named, table_of};
use crate::import::header::names_of_all;
use crate::import::options::ReadOptions;
use crate::import::sheet::Sheet;
use crate::import::table::TableRow;
use crate::import::tables::ExportTable;
pub use crate::import::text::MAX_BYTES;
use crate::import::{dialect, text, workbook};
use crate::scenario::fault::nearest;

struct File {
    table: ExportTable,
    view: View,
    name: String,
    /// Gone once it is read, or when it cannot be.
    sheet: Option<Sheet>,
}

/// The files that are tables.
pub struct Folder {
    files: Vec<File>,
}

impl Folder {
    /// Sorts the files out; those that are no table are noticed, missing tables too.
    pub fn of(mut files: Vec<(String, Vec<u8>)>, options: &ReadOptions, findings: &ImportFindings) -> Folder {
        files.sort();
        let mut folder = Folder { files: Vec::new() };
        let mut others = Vec::new();
        for (name, bytes) in files {
            let table = table_of(&name);
            if bytes.len() > MAX_BYTES && (table.is_some() || is_workbook(&name)) {
                folder.refuse_large(&name, table, findings);
            } else if is_workbook(&name) || (table.is_some() && workbook::is_one(&bytes)) {
                folder.add_workbook(&name, table, bytes, findings);
            } else if let Some((table, view)) = table {
                folder.add_text(table, view, &name, bytes, findings);
            } else if is_unread_workbook(&name) {
                let help = "save it as an Excel workbook (.xlsx) or as `CSV UTF-8`";
                findings.fault(ImportFault::file(&name, "a workbook in a format that is not read", help));
            } else {
                findings.notice("", None, "a file that is no table of this import; not read", Some(&name));
                others.push(name);
            }
        }
        folder.files.sort_by(|a, b| (a.table, a.view, &a.name).cmp(&(b.table, b.view, &b.name)));
        for table in ExportTable::ALL.into_iter().filter(|table| !folder.has(*table)) {
            match table {
                ExportTable::Computers => findings.fault(no_computers(&others)),
                _ if table.without().is_empty() => {}
                _ => findings.notice(&usual_name(table), None, absent(table), None),
            }
        }
        folder.settle_dates(options, findings);
        folder
    }

    fn refuse_large(&mut self, name: &str, table: Option<(ExportTable, View)>, findings: &ImportFindings) {
        let Some((table, view)) = table else {
            return findings.notice("", None, "a workbook that is too large; not read", Some(name));
        };
        let problem = format!("larger than the {} MiB a table may have", MAX_BYTES >> 20);
        let help = format!("export only the columns of this table: {}", columns(table));
        findings.fault(ImportFault::file(name, problem, help));
        self.add(table, view, name, findings, None);
    }

    fn add_text(
        &mut self,
        table: ExportTable,
        view: View,
        name: &str,
        bytes: Vec<u8>,
        findings: &ImportFindings,
    ) {
        let text = text::decode(bytes).map_err(|refused| {
            findings.fault(ImportFault::file(name, refused.problem, refused.help).line(refused.line));
        });
        let text = text.ok().map(|(text, guess)| {
            if let Some(guess) = guess {
                let what = format!("neither UTF-8 nor UTF-16: taken for {}", guess.name());
                findings.notice(name, None, what, None);
            }
            text
        });
        self.add(table, view, name, findings, text);
    }

    /// The sheets of a workbook that are named as tables; or of one that is so itself the first that looks like it.
    fn add_workbook(
        &mut self,
        name: &str,
        table: Option<(ExportTable, View)>,
        bytes: Vec<u8>,
        findings: &ImportFindings,
    ) {
        let sheets = match workbook::sheets(bytes) {
            Ok(sheets) => sheets,
            Err(refused) => {
                let Some((table, view)) = table else {
                    return findings.notice("", None, "a workbook that cannot be read; left out", Some(name));
                };
                findings.fault(ImportFault::file(name, refused.problem, refused.help));
                return self.add(table, view, name, findings, None);
            }
        };
        let mut unused = Vec::new();
        let named = sheets.iter().any(|(sheet, _)| table_named(sheet).is_some());
        let mut table = table.filter(|_| !named);
        for (sheet, mut text) in sheets {
            match (table_named(&sheet), table) {
                (Some((table, view)), _) => {
                    self.add(table, view, &format!("{name} ({sheet})"), findings, Some(text));
                }
                (None, Some((of_file, view))) if has_header(&mut text, of_file) => {
                    table = None;
                    self.add(of_file, view, name, findings, Some(text));
                }
                _ => unused.push(sheet),
            }
        }
        if let Some((table, view)) = table {
            let help =
                format!("its first sheet holds a line with the names of the columns: {}", columns(table));
            findings.fault(ImportFault::file(name, "no sheet has a column of a known name", help));
            self.add(table, view, name, findings, None);
        }
        for sheet in unused {
            findings.notice(name, None, "a sheet that is no table of this import; not read", Some(&sheet));
        }
    }

    fn add(
        &mut self,
        table: ExportTable,
        view: View,
        name: &str,
        findings: &ImportFindings,
        text: Option<String>,
    ) {
        let is_same =
            |known: &&File| known.table == table && (table != ExportTable::Computers || known.view == view);
        if let Some(first) = self.files.iter().find(is_same) {
            let problem = format!("`{}` is the same table", first.name);
            return findings.fault(ImportFault::file(name, problem, "keep one of the two files"));
        }
        let sheet = text.and_then(|text| Sheet::prepare(table.columns(), name, text, findings));
        self.files.push(File { table, view, name: name.to_string(), sheet });
    }

    /// Decides for all tables together how their dates are read.
    fn settle_dates(&mut self, options: &ReadOptions, findings: &ImportFindings) {
        let mut all = Vec::new();
        let mut counts = BTreeMap::new();
        for (index, file) in self.files.iter().enumerate() {
            let of_file = file.sheet.as_ref().map(Sheet::date_columns).unwrap_or_default();
            counts.insert(index, of_file.len());
            all.extend(of_file);
        }
        let mut forms = date_columns::settle(&all, options.dates, options.exported_at, findings).into_iter();
        for (index, file) in self.files.iter_mut().enumerate() {
            let of_file = forms.by_ref().take(counts.get(&index).copied().unwrap_or(0));
            if let Some(sheet) = &mut file.sheet {
                sheet.set_forms(of_file);
            }
        }
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
        if let Some(sheet) = file.sheet.take() {
            sheet.rows(findings, each);
        }
        Some(&file.name)
    }

    /// The files that together are the computers, the one with the records first.
    pub(super) fn take_computers(&mut self) -> Vec<(View, String, Option<Sheet>)> {
        let files = self.files.iter_mut().filter(|file| file.table == ExportTable::Computers);
        files.map(|file| (file.view, file.name.clone(), file.sheet.take())).collect()
    }
}

fn has_header(text: &mut String, table: ExportTable) -> bool {
    !text.trim().is_empty() && !dialect::layout(text, table.columns()).headerless
}

fn usual_name(table: ExportTable) -> String {
    format!("{}.csv", table.name())
}

fn columns(table: ExportTable) -> String {
    names_of_all(table.columns())
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
        let file =
            |name: &&str| (name.to_string(), b"Guid,ResourceGuid,Name,AgentName,PolicyName,Nodes\n".to_vec());
        Folder::of(files.iter().map(file).collect(), &ReadOptions::default(), &findings);
        match findings.finish() {
            Ok(mut notices) => {
                notices.retain(|notice| !notice.what.contains("column"));
                render_notices(&notices, true)
            }
            Err(faults) => render(&faults, true),
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
            found(&["komputers.csv"]),
            "computers.csv: no such file; this is the one table that is needed. There is `komputers.csv`\n  \
             help: name the file `computers.csv` if it holds the computers\n"
        );
        assert_eq!(
            found(&["computers.csv", "agents.xls", "notes.xlsx"]),
            "agents.xls: a workbook in a format that is not read\n  help: save it as an Excel workbook (.xlsx) or as \
             `CSV UTF-8`\n"
        );
        assert_eq!(
            found(&["computers.csv", "computers.txt"]),
            "computers.txt: `computers.csv` is the same table\n  help: keep one of the two files\n"
        );
    }
}

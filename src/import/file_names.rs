//! Which file, or sheet of a workbook, is which table: by its name.

use crate::import::tables::ExportTable;

/// What a file of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// The table as this import describes it.
    Table,
    /// The product's vComputer: Active computers only.
    ActiveComputers,
    /// The product's vResource, which may hold other things than computers.
    Resources,
    /// What the agents say of their computers; it adds to the records of another file.
    Identification,
}

const TEXT_ENDINGS: [&str; 5] = [".csv", ".txt", ".tsv", ".rpt", ".tab"];

const WORKBOOK_ENDINGS: [&str; 2] = [".xlsx", ".xlsm"];

/// Names of tables, without the signs between their words.
const NAMES: [(&str, ExportTable, View); 28] = [
    ("computers", ExportTable::Computers, View::Table),
    ("computer", ExportTable::Computers, View::Table),
    ("vcomputer", ExportTable::Computers, View::ActiveComputers),
    ("vcomputers", ExportTable::Computers, View::ActiveComputers),
    ("vcomputerresource", ExportTable::Computers, View::Table),
    ("vresource", ExportTable::Computers, View::Resources),
    ("invaexacidentification", ExportTable::Computers, View::Identification),
    ("agents", ExportTable::Agents, View::Table),
    ("agent", ExportTable::Agents, View::Table),
    ("invaexacclientagent", ExportTable::Agents, View::Table),
    ("licenseinuse", ExportTable::LicenseInUse, View::Table),
    ("licensesinuse", ExportTable::LicenseInUse, View::Table),
    ("vlicenseinuse", ExportTable::LicenseInUse, View::Table),
    ("patchinventory", ExportTable::PatchInventory, View::Table),
    ("patchinventories", ExportTable::PatchInventory, View::Table),
    ("resourceupdatesummary", ExportTable::PatchInventory, View::Table),
    ("vresourceupdatesummary", ExportTable::PatchInventory, View::Table),
    ("targets", ExportTable::Targets, View::Table),
    ("target", ExportTable::Targets, View::Table),
    ("policytargets", ExportTable::Targets, View::Table),
    ("licenses", ExportTable::Licenses, View::Table),
    ("license", ExportTable::Licenses, View::Table),
    ("licences", ExportTable::Licenses, View::Table),
    ("vlicense", ExportTable::Licenses, View::Table),
    ("vlicenses", ExportTable::Licenses, View::Table),
    ("products", ExportTable::Products, View::Table),
    ("product", ExportTable::Products, View::Table),
    ("vproduct", ExportTable::Products, View::Table),
];

/// Words that are added to the name of a copy.
const ADDITIONS: [&str; 13] = [
    "export",
    "exported",
    "exportiert",
    "copy",
    "kopie",
    "copie",
    "result",
    "results",
    "output",
    "final",
    "csv",
    "txt",
    "rpt",
];

/// What Excel puts beside a workbook that is open.
const LOCK: &str = "~$";

/// Is it a workbook by its name?
pub fn is_workbook(file: &str) -> bool {
    let name = file.to_lowercase();
    !name.starts_with(LOCK) && WORKBOOK_ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// May the file hold a table, so that it must be read?
pub fn may_be_read(file: &str) -> bool {
    is_workbook(file) || table_of(file).is_some()
}

/// Is it a table by its name, in a format that is not read?
pub fn is_unread_workbook(file: &str) -> bool {
    let name = file.to_lowercase();
    let stem = [".xls", ".xlsb", ".ods"].iter().find_map(|ending| name.strip_suffix(ending));
    stem.is_some_and(|stem| table_named(stem).is_some())
}

/// The table in a file of this name: `computers.csv`, `Agents.TXT`, `[dbo].[vComputer]-2026-03-02 (1).csv`.
pub fn table_of(file: &str) -> Option<(ExportTable, View)> {
    let name = file.to_lowercase();
    let mut endings = TEXT_ENDINGS.iter().chain(&WORKBOOK_ENDINGS);
    table_named(endings.find_map(|ending| name.strip_suffix(ending))?)
}

/// The table of this name, which a sheet of a workbook may have, too.
pub fn table_named(name: &str) -> Option<(ExportTable, View)> {
    let name: String = name.to_lowercase().chars().filter(|c| !"[]\"".contains(*c)).collect();
    let name = name.rsplit_once("dbo.").map_or(name.as_str(), |(_, name)| name);
    let mut words: Vec<&str> =
        name.split(|c: char| " _-.()".contains(c)).filter(|word| !word.is_empty()).collect();
    let known = |words: &[&str]| {
        let joined = words.concat();
        NAMES.iter().find(|(known, ..)| *known == joined).map(|(_, table, view)| (*table, *view))
    };
    loop {
        if let Some(found) = known(&words) {
            return Some(found);
        }
        let last = words.pop()?;
        let is_time = last.starts_with(|c: char| c.is_ascii_digit())
            && last.chars().all(|c| c.is_ascii_digit() || "thmsz".contains(c));
        if !(is_time || ADDITIONS.contains(&last)) {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_name_whatever_case_ending_and_addition() {
        use ExportTable::{Agents, Computers, LicenseInUse, Licenses, PatchInventory};
        for (file, table) in [
            ("computers.csv", Some((Computers, View::Table))),
            ("License_In_Use.TXT", Some((LicenseInUse, View::Table))),
            ("computers.xlsx", Some((Computers, View::Table))),
            ("dbo.vComputer.csv", Some((Computers, View::ActiveComputers))),
            ("[dbo].[vResource].rpt", Some((Computers, View::Resources))),
            ("Symantec_CMDB.dbo.Inv_AeX_AC_Identification.csv", Some((Computers, View::Identification))),
            ("Inv_AeX_AC_Client_Agent-2026-03-02.csv", Some((Agents, View::Table))),
            ("ResourceUpdateSummary (1).csv", Some((PatchInventory, View::Table))),
            ("licenses_export_20260302.csv", Some((Licenses, View::Table))),
            ("computers 2026-03-02T0835.csv", Some((Computers, View::Table))),
            ("computers.csv.txt", Some((Computers, View::Table))),
            ("computers", None),
            ("my computers.csv", None),
            ("computers notes.csv", None),
            ("2026.csv", None),
        ] {
            assert_eq!(table_of(file), table, "{file}");
        }
        assert!(
            may_be_read("anything.xlsx") && !may_be_read("notes.docx") && !may_be_read("~$anything.xlsx")
        );
        assert!(is_unread_workbook("Computers (1).xls") && !is_unread_workbook("notes.xls"));
    }
}

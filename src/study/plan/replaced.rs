//! Legacy license files that are owned and do not count, because another one replaced them.

use crate::rules::license_files::files_in_force;
use crate::scenario::model::{LicenseFile, LicenseFormat};
use crate::units::time::Time;

/// Legacy files in date that are not in force, because another one came later (L1). One whose place was taken
/// by name, or whose nodes a later one may hold, which has as many and lasts as long, is owned no more.
pub fn replaced(files: &[LicenseFile], at: Time) -> Vec<&LicenseFile> {
    let in_date = |file: &LicenseFile| file.from <= at && file.until.is_none_or(|until| at < until);
    let legacy = |file: &&LicenseFile| file.format == LicenseFormat::Legacy && in_date(file);
    let counts = |file: &LicenseFile| files_in_force(files, at).any(|other| other.name == file.name);
    let holds = |later: &LicenseFile, file: &LicenseFile| {
        let lasts = later.until.is_none_or(|end| file.until.is_some_and(|until| end >= until));
        later.from > file.from && lasts && amount(later) >= amount(file)
    };
    let superseded = |index: usize, file: &LicenseFile| {
        files.iter().any(|later| later.from <= at && later.replaces == Some(index))
            || files.iter().filter(legacy).any(|later| holds(later, file))
    };
    let rows = files.iter().enumerate().filter(|(_, file)| legacy(file));
    rows.filter(|(index, file)| !counts(file) && !superseded(*index, file)).map(|(_, file)| file).collect()
}

/// Nodes of a file, to compare it with others.
pub fn amount(file: &LicenseFile) -> u64 {
    file.nodes.unwrap_or(u64::MAX)
}

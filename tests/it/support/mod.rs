//! What several test modules need.
//!
//! | module | holds |
//! |---|---|
//! | this one | paths and files of the repository, and whether golden files are rewritten |
//! | `cases` | scenario files, the events their headers expect, and the comparison |
//! | `random` | random scenarios with every feature on, from a seed or a fuzzer's choices |
//! | `minimal` | a failing scenario, reduced to what it needs to fail |
//! | `exported`, `imported` | a simulated fleet written as exported tables; tables made a scenario |
//! | `estate` | random estates as exported tables, with planted faults and the truth beside |
//! | `pcs` | tables of computers that a test describes one by one |
//! | `faults` | for tests of faults: a small fleet, result folders as bytes |
//! | `reports` | result folders of every kind, each with its report |
//! | `workbook` | a small workbook of Excel |
//! | `work` | work counted instead of timed: allocations, reads |

pub mod cases;
pub mod estate;
pub mod exported;
pub mod faults;
pub mod imported;
pub mod minimal;
pub mod pcs;
pub mod random;
pub mod reports;
pub mod work;
pub mod workbook;

use std::fs;
use std::path::{Path, PathBuf};

/// Set to rewrite golden files and generated parts of the README instead of comparing them.
pub const UPDATE: &str = "FLEETSIM_UPDATE_GOLDEN";

/// The one command that rewrites what is generated.
pub const UPDATE_COMMAND: &str = "FLEETSIM_UPDATE_GOLDEN=1 cargo test";

pub fn updating() -> bool {
    std::env::var_os(UPDATE).is_some()
}

/// A path of the repository.
pub fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The text of a file of the repository.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())).replace("\r\n", "\n")
}

/// All files below a folder with an extension, in name order.
pub fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = all_below(folder);
    found.retain(|path| path.extension().is_some_and(|e| e == extension));
    found
}

/// All files below a folder, in name order.
pub fn all_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(all_below(&path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Compares (or, when updating, replaces) what stands between `<!-- name -->` and `<!-- end name -->` in a page.
pub fn generated_part(page: &str, name: &str, expected: &str) {
    let path = in_repository(page);
    let text = read(&path);
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end {name} -->"));
    let from = text.find(&begin).unwrap_or_else(|| panic!("{page} has no part `{name}`")) + begin.len();
    let until = from + text[from..].find(&end).unwrap_or_else(|| panic!("part `{name}` has no end"));
    if text[from..until] == *expected {
        return;
    }
    assert!(
        updating(),
        "part `{name}` of {page} is out of date; run `{UPDATE_COMMAND}`\nexpected:\n{expected}"
    );
    fs::write(&path, format!("{}{expected}{}", &text[..from], &text[until..])).unwrap();
}

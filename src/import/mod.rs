//! Import: the tables that a support engineer exported from a customer's database, and the scenario made from them.
//!
//! Interface: [`read`](fn@read) turns the files of an export into an [`inventory::Inventory`]; [`customer`] makes the scenario,
//! its clients and its findings from that.
//!
//! Bytes become text, text becomes rows, rows become values, and the tables are joined by GUID:
//!
//! ```text
//! files → folder → text → sheet → table → tables → computers, join → inventory
//! ```
//!
//! From the inventory a scenario is made, whose clients start where the tables say they stand:
//!
//! ```text
//! inventory → evidence → infer → customer → scenario_text, findings
//! ```
//!
//! | file | holds |
//! |---|---|
//! | [`fault`] | what is wrong, what was left out or assumed, and how it is shown |
//! | [`folder`], `file_names` | which file is which table |
//! | `text`, `workbook` | encodings, and workbooks of Excel |
//! | `sheet` | a table made ready, and its rows with their lines |
//! | `dialect`, `header`, `quoting` | where the header stands, what separates columns, which column is which |
//! | `fixed_width`, `fixed_headerless` | columns of a fixed width |
//! | `headerless`, `alignment`, `content` | columns told by their values |
//! | `remarks` | what query tools write between the rows |
//! | `table` | a row |
//! | [`options`], [`status`] | what the caller says of the tables; the status of a record |
//! | [`dates`], `date_text`, `date_columns` | what a cell says as a date; how the dates of a column are written |
//! | [`values`], `words` | GUIDs, flags, numbers; words of other languages |
//! | [`tables`] | the tables, their columns and what a row of each says |
//! | [`inventory`] | what is known of every computer and license |
//! | `interned` | words that many rows repeat |
//! | `computers`, `complements` | rows of one GUID become one computer |
//! | `join`, `joined` | what the other tables add |
//! | [`product_choice`] | which product or licensing policy is Patch Management |
//! | `in_use` | who holds a license, and what becomes of every row |
//! | `licenses` | the licenses owned, checked |
//! | `export_time` | when the tables were exported, and which dates contradict it |
//! | `policies` | what the names of policies tell |
//! | `licenses_owned` | the license files of the scenario |
//! | `systems` | which computers are clients of the Windows pool |
//! | [`license_standing`] | how each license owned stands at the export, in words |
//! | `evidence` | what the tables say as a whole |
//! | [`rhythm`], `off_hours` | how often live agents do what; when most of the fleet was off |
//! | `twins` | records of one name |
//! | [`infer`], `assumption` | where each client stands; what had to be assumed |
//! | `alive` | what has become of the PC behind a record |
//! | `server`, `dsup`, `scans` | of the server as a whole; scan settings; what keeps all scans |
//! | `stuck` | of clients that wait for a package |
//! | `names` | what clients are called, or their pseudonyms |
//! | [`customer`] | all of that together |
//! | [`finding`], `findings`, `pool_findings`, `file_findings` | what the tables show that no client's state does |
//! | [`scenario_text`] | the scenario, as the two files of it |
//! | [`key`] | which pseudonym stands for which computer, for those who may know it |
//! | [`sql`] | the queries that make the tables |
//!
//! Why two stages: up to the inventory nothing is inferred, what is not in the tables stays unknown and is reported; all
//! assumptions are made after it, in one place, and counted. Nothing here opens a file, looks at a clock or prints.

mod alignment;
mod alive;
mod assumption;
mod complements;
mod computers;
mod content;
pub mod customer;
mod date_columns;
mod date_text;
pub mod dates;
mod dialect;
mod dsup;
mod evidence;
mod export_time;
pub mod fault;
mod file_findings;
mod file_names;
pub mod finding;
mod findings;
mod fixed_headerless;
mod fixed_width;
pub mod folder;
mod header;
mod headerless;
mod in_use;
pub mod infer;
mod interned;
pub mod inventory;
mod join;
mod joined;
pub mod key;
pub mod license_standing;
mod licenses;
mod licenses_owned;
mod names;
mod off_hours;
pub mod options;
mod policies;
mod pool_findings;
pub mod product_choice;
mod quoting;
mod remarks;
pub mod rhythm;
mod scans;
pub mod scenario_text;
mod server;
mod sheet;
pub mod sql;
pub mod status;
mod stuck;
mod systems;
mod table;
pub mod tables;
mod text;
mod twins;
pub mod values;
mod words;
mod workbook;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod view_tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::scenario::model::Version;
use crate::units::quantity::plural;
use crate::units::time::Span;
use fault::{Faults, ImportFault, ImportFindings};
use folder::Folder;
use inventory::{ExportedStatus, Inventory};
pub use options::ReadOptions;
use tables::ExportTable;

/// What the caller knows beside the tables, or wants otherwise than is usual.
#[derive(Debug, Clone)]
pub struct Assume {
    /// Title of the scenario.
    pub name: String,
    /// The version of the server; else the newest that an agent has.
    pub version: Option<Version>,
    /// When the vendor released that version (M3).
    pub released: Option<Date>,
    /// Nodes of the pool where licenses are not exported.
    pub nodes: Option<u64>,
    /// Names of policies that are clones of the DSUP.
    pub clones: Vec<String>,
    /// A computer that has not reported for so long is gone.
    pub silent_after: Span,
    /// Pseudonyms instead of names, made with this salt.
    pub anonymous: Option<String>,
    /// How long the scenario is.
    pub duration: Span,
}

/// Reads the files of a folder, given by name and content, into one picture.
///
/// # Errors
/// The faults of all files.
pub fn read(files: Vec<(String, Vec<u8>)>, options: &ReadOptions) -> Result<Inventory, Faults> {
    let findings = ImportFindings::default();
    let mut folder = Folder::of(files, options, &findings);
    let mut inventory = join::inventory(&mut folder, options, &findings);
    systems::leave_others_out(&mut inventory, &folder.name(ExportTable::Computers), &findings);
    check_statuses(&inventory, &folder, &findings);
    inventory.exported_at =
        export_time::settle(&mut inventory.computers, options.exported_at, &folder, &findings);
    inventory.notices = findings.finish()?;
    Ok(inventory)
}

/// A table of which no row is known to be Active is in another language, and would make every computer a Disposed one.
fn check_statuses(inventory: &Inventory, folder: &Folder, findings: &ImportFindings) {
    let (mut words, mut known): (BTreeMap<&str, u64>, _) = (BTreeMap::new(), false);
    for status in inventory.computers.iter().filter_map(|computer| computer.status.as_ref()) {
        match status {
            ExportedStatus::Other(word) => *words.entry(word).or_default() += 1,
            ExportedStatus::Active => return,
            _ => known = true,
        }
    }
    if words.is_empty() {
        return;
    }
    let mut words: Vec<(&str, u64)> = words.into_iter().collect();
    words.sort_by_key(|(word, count)| (Reverse(*count), *word));
    let counted = |(word, count): &(&str, u64)| format!("{word} ({count} row{})", plural(*count));
    let found: Vec<String> = words.iter().take(MOST_WORDS).map(counted).collect();
    let problem = match known {
        true => "no row is Active, and these words are not known",
        false => "no row has a status that is known",
    };
    let help = "say what each word means, with an option for each: --status \"WORD=Active\", --status \"WORD=Retired\" or --status \"WORD=Disposed\"";
    let fault = ImportFault::file(&folder.name(ExportTable::Computers), problem, help);
    findings.fault(fault.column("Status").found(&found.join(", ")));
}

/// So many words of a column are shown.
const MOST_WORDS: usize = 10;

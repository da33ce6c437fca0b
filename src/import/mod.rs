//! The tables a support engineer exported from a customer's database, as a picture of the estate.
//!
//! Bytes become text, text becomes rows, rows become values, and the tables are joined by GUID:
//!
//! ```text
//! files → folder → text → quoting → header, table → tables, values → computers, join → estate
//! ```
//!
//! | file | holds |
//! |---|---|
//! | [`fault`] | what is wrong, what was left out or assumed, and how it is shown |
//! | [`folder`] | which file is which table |
//! | [`text`] | encodings and delimiters |
//! | [`quoting`], [`header`], [`table`] | a table's rows, with their lines |
//! | [`values`] | GUIDs, dates, flags, numbers |
//! | [`tables`] | the six tables, their columns and what a row of each says |
//! | [`estate`] | the picture: what is known of every computer and license |
//! | [`interned`] | words that many rows repeat |
//! | [`computers`] | rows of one GUID become one computer |
//! | [`join`] | what the other tables add |
//! | [`licenses`] | the licenses owned, checked |
//! | [`export_time`] | when the tables were exported, and whose clock contradicts it |
//!
//! Nothing here opens a file, looks at a clock or prints, and nothing is inferred: what is not in
//! the tables stays unknown, and is noticed.

pub mod computers;
pub mod estate;
pub mod export_time;
pub mod fault;
pub mod folder;
pub mod header;
pub mod interned;
pub mod join;
pub mod licenses;
pub mod quoting;
pub mod table;
pub mod tables;
pub mod text;
pub mod values;

#[cfg(test)]
mod tests;

use jiff::civil::DateTime;

use estate::Estate;
use fault::{Faults, Findings};
use folder::Folder;

/// What the tables do not say.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// When they were exported, in the server's local time; without it the latest date in them counts.
    pub exported_at: Option<DateTime>,
}

/// Reads the files of a folder, given by name and content, into one picture.
///
/// # Errors
/// The faults of all files.
pub fn read(files: Vec<(String, Vec<u8>)>, options: &ReadOptions) -> Result<Estate, Faults> {
    let findings = Findings::default();
    let mut folder = Folder::of(files, &findings);
    let mut estate = join::estate(&mut folder, &findings);
    estate.exported_at = export_time::settle(&estate.computers, options.exported_at, &folder, &findings);
    estate.notices = findings.finish()?;
    Ok(estate)
}

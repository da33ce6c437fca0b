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
//!
//! Nothing here opens a file, looks at a clock or prints, and nothing is inferred: what is not in
//! the tables stays unknown, and is noticed.

pub mod fault;
pub mod folder;
pub mod header;
pub mod quoting;
pub mod table;
pub mod tables;
pub mod text;
pub mod values;

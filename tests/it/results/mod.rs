//! Are the results what they were, and do all views agree?
//!
//! | module | question |
//! |---|---|
//! | `determinism` | Do the same scenario and seed give the same bytes, whatever else changes? |
//! | `golden`, `digests` | Have the results changed since they were last looked at, anywhere, in any byte? |
//! | `models` | Does the type that writes a result file read it, and files of earlier versions? |
//! | `views` | Is a figure that several views show the same in all of them, at any instant? |
//! | `diagnosis` | Is every client accounted for, at any instant, as a run counts them? |
//! | `estimates` | Is what is estimated before a run what runs have on average? |
//! | `columnar` | Do Parquet files say what the CSV files say? |
//! | `report`, `report_in_browser` | Does a report say what the files say, and what does a browser make of it? |
//! | `browser` | A real browser for the tests of what it opens: does it see what goes wrong in a page? |

pub mod browser;
pub mod columnar;
pub mod determinism;
pub mod diagnosis;
pub mod digests;
pub mod estimates;
pub mod golden;
pub mod models;
pub mod report;
pub mod report_in_browser;
pub mod views;

//! Output: what people and programs read of a study, and how it gets onto a disk.
//!
//! Interface: a command makes a model of `results` and tables of `tables` from what a study found, hands them to a
//! [`store::folder::ResultFolder`], and prints a text of `prose`.
//!
//! | folder | holds |
//! |---|---|
//! | [`results`] | a serialisable model for each kind of result: the JSON files |
//! | [`tables`] | CSV and Parquet files |
//! | [`prose`] | all English about results: what commands print, sentences of reports and files |
//! | [`terminal_chart`] | the chart below the answers of `run` |
//! | [`report`] | one HTML page made of the files of a result folder |
//! | [`store`] | the disk: result folders filled at once or not at all, checkpoints, studies and shards |
//!
//! Why: a fact has one home per form (a model, a column, a sentence), and every form of output uses it. Nothing but
//! `store` touches a disk; the other folders return text or write to any writer. Nothing here prints to the terminal.

pub mod prose;
pub mod report;
pub mod results;
pub mod store;
pub mod tables;
pub mod terminal_chart;

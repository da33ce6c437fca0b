//! What people and programs read of a study: models, tables, words, pages, and how they get onto a disk.
//!
//! | folder | holds |
//! |---|---|
//! | [`results`] | a serialisable model for each kind of result: the JSON files |
//! | [`tables`] | CSV and Parquet |
//! | [`prose`] | what commands print, in words |
//! | [`terminal_chart`] | the chart below the answers of `run` |
//! | [`report`] | one HTML page made of the files of a folder |
//! | [`store`] | the disk: result folders filled at once or not at all, checkpoints, studies and shards |
//!
//! Nothing but `store` changes a disk, and nothing above `store` knows a path.

pub mod prose;
pub mod report;
pub mod results;
pub mod store;
pub mod tables;
pub mod terminal_chart;

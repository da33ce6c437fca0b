//! What people and programs read. One file a format.
//!
//! | file | writes |
//! |---|---|
//! | [`folder`] | a result folder: claimed first, filled at once or not at all |
//! | [`timeline_csv`], [`events_csv`], [`summary_json`] | the files in it |
//! | [`console`] | what `run` prints |
//! | [`story`] | what `explain` prints |
//! | [`text`] | instants and numbers as people write them |

pub mod console;
pub mod events_csv;
pub mod folder;
pub mod story;
pub mod summary_json;
pub mod text;
pub mod timeline_csv;

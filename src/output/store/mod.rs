//! The disk: what is written, replaced, locked and removed, and what is read back.
//!
//! Interface: a command claims a [`folder::ResultFolder`], stages whole files in it and commits them together; a long one
//! keeps its finished pieces in a [`checkpoint::Checkpoint`] and can be resumed.
//!
//! | file | holds |
//! |---|---|
//! | [`disk`] | every operation that changes a disk |
//! | [`pending`] | what is begun on a disk and not finished, for the signal that ends the process |
//! | [`same_place`] | whether a path still leads to the folder that it led to |
//! | [`folder`] | a result folder: claimed first, filled at once or not at all |
//! | [`folder_error`] | why results do not get into it |
//! | [`json`] | the form of JSON files |
//! | [`read`] | the files of a result folder, read back |
//! | [`hashing`] | the SHA-256 of what is written or read |
//! | [`lines`] | lines of JSON of which each carries the digest of those above it |
//! | [`checkpoint`] | finished pieces of work that is not finished |
//! | [`study_file`], [`shard_file`] | a study cut into shards, and the results of one |
//!
//! Why one module changes the disk: a test can make each of its steps fail in turn.

pub mod checkpoint;
pub mod disk;
pub mod folder;
pub mod folder_error;
pub mod hashing;
pub mod json;
pub mod lines;
pub mod pending;
pub mod read;
pub mod same_place;
pub mod shard_file;
pub mod study_file;

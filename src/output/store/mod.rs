//! Store.

pub mod checkpoint;
pub mod disk;
pub mod folder;
pub mod hashing;
pub mod lines;
pub mod pending;
pub mod same_place;
pub mod shard_file;
pub mod study_file;

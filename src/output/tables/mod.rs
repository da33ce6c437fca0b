//! Tables.

pub mod bands;
pub mod events;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod replications;
pub mod sites;
pub mod timeline;

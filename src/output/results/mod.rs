//! Results.

pub mod audit;
pub mod compare;
pub mod diagnosis;
pub mod identity;
pub mod origin;
pub mod plan;
pub mod replicate;
pub mod size;
pub mod summary;
pub mod sweep;

//! Prose.

pub mod calendar;
pub mod compare;
pub mod dates;
pub mod diagnosis;
pub mod events;
pub mod explain;
pub mod numbers;
pub mod plan;
pub mod replicate;
pub mod run;
pub mod self_check;
pub mod size;
pub mod sweep;

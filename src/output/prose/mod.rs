//! Prose.

pub mod audit;
pub mod diagnosis;
pub mod numbers;
pub mod plan;
pub mod planned;
pub mod planning;
pub mod run;
pub mod self_check;
pub mod story;

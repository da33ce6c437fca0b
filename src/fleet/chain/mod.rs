//! The way to a license.

pub mod maintenance;
pub mod rollout;
pub mod scan_hours;
pub mod scanning;
pub mod targets;

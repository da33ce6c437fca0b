//! Schedules: periodic occurrences and online hours, by arithmetic.

pub mod online_hours;
pub mod periodic;
pub mod predrawn;

//! Scans counted instead of simulated.

pub mod batch;
pub mod counting;
pub mod hours;
pub mod parked;
pub mod prefetch;
pub mod shared_hours;
pub mod simd;
pub mod wait_queue;

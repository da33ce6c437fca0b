//! Records.

pub mod departure;
pub mod identity;
pub mod initial_state;
pub mod purging;
pub mod reclaim;
pub mod reimaging;

//! The vocabulary every other layer speaks: instants and durations, identifiers, quantities.
//!
//! Nothing here knows about fleets, events or files; it uses `std` only.

pub mod quantity;
pub mod time;

//! Patching.

pub mod cycles;
pub mod imports;
pub mod update_state;

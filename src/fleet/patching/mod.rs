//! HEADER
mod cycles;
mod imports;
mod packages;
pub(in crate::fleet) mod update_state;

//! HEADER
mod agent;
pub(in crate::fleet) mod online_hours;
pub(in crate::fleet) mod periodic;
pub(in crate::fleet) mod predrawn;

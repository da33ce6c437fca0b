//! HEADER
mod rollout;
pub(in crate::fleet) mod scan_hours;
mod scanning;
pub(in crate::fleet) mod server;
mod targets;
mod uninstall;

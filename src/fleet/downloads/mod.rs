//! Downloads.

pub mod limits;
pub mod retry;
pub mod site;
pub mod transfers;

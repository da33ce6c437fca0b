//! stub until merge
pub const SITES: &str = "sites.csv";

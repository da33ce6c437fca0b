//! The one form in which JSON files are written.

use serde::Serialize;

/// A JSON file as people can read it. Numbers that are not finite are written as `null`.
pub fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("results serialise");
    bytes.push(b'\n');
    bytes
}

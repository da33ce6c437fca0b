//! When clients cannot reach the server, or a busy server refuses a part of what they ask.

use serde::Serialize;

use crate::scenario::model::policies::OneOf;
use crate::scenario::model::share::{Share, as_number};
use crate::units::time::Time;

/// A period in which contacts of some clients with the server fail.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Unreachable {
    /// First instant of the period; may lie before the start.
    pub from: Time,
    /// First instant after it; `NEVER`: to the end.
    pub until: Time,
    /// Key `groups`: clients of these; default: all.
    pub groups: OneOf,
    /// Key `sites`: and at these; default: all.
    pub sites: OneOf,
    /// Which part of their contacts fails; default: all.
    #[serde(serialize_with = "as_number")]
    pub chance: Share,
}

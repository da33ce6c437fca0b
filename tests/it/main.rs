//! All integration tests, in one binary.

mod invariants;
mod layering;
mod readme;
mod support;
mod typical;

//! All integration tests, in one binary.

mod layering;
mod readme;
mod support;
mod typical;

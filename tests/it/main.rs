//! All integration tests, in one binary.

mod bad_inputs;
mod command_line;
mod layering;
mod readme;
mod reference;
mod support;
mod typical;

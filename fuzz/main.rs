//! Coverage-guided fuzzing, on the stable toolchain, with nothing to install but a C++ compiler. In this folder:
//!
//! ```sh
//! cargo test --manifest-path ../Cargo.toml --test it fuzzed -- --ignored   # once: what to start from
//! mkdir -p corpus/import && FLEETSIM_FUZZ=import cargo run --release -- \
//!     corpus/import ../tests/fuzzed/import -max_len=65536 -timeout=10 -max_total_time=600
//! ```
//!
//! The targets are listed in `tests/it/commands/fuzzed/mod.rs`; for `scenario` add `../scenarios` as a folder to start from.
//! What is found goes to `corpus`, what fails to a file `crash-...`: that file belongs into `tests/fuzzed/TARGET`,
//! named after what was wrong, where the usual tests try it ever after. `-merge=1 ../tests/fuzzed/import
//! corpus/import` adds to what is kept the inputs that reach something new.
//!
//! `.cargo/config.toml` says how the coverage comes about.

#![no_main]
// Shared with the tests, which use all of it.
#![allow(dead_code, unused_imports)]

#[path = "../tests/it/commands"]
mod commands {
    pub mod fuzzed;
}
#[path = "../tests/it/rules"]
mod rules {
    pub mod exhaustive;
    pub mod invariants;
}
#[path = "../tests/it/support/mod.rs"]
mod support;

use std::sync::LazyLock;

use commands::fuzzed::{TARGETS, Target};

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let named = std::env::var("FLEETSIM_FUZZ").unwrap_or_default();
    let names = TARGETS.map(|target| target.name).join(", ");
    TARGETS
        .into_iter()
        .find(|target| target.name == named)
        .unwrap_or_else(|| panic!("FLEETSIM_FUZZ: one of {names}"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| (CHOSEN.one)(bytes));

//! The `fleetsim` program; everything it does is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    fleetsim::cli::main()
}

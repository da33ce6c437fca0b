//! Exit codes, and failures that carry one.

use std::fmt;
use std::process::ExitCode;

use crate::cli::interrupt;
use crate::cli::terminal::{show, tell};
use crate::study::run::Interrupted;

pub const OK: u8 = 0;
/// A file or folder could not be read or written, or this program found a fault in itself.
pub const IO: u8 = 1;
/// The command line does not make sense.
pub const USAGE: u8 = 2;
/// The scenario has faults.
pub const INVALID_SCENARIO: u8 = 3;

/// Why a command did not end well; the message is complete.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    pub fn io(message: impl fmt::Display) -> Failure {
        Failure { code: IO, message: format!("error: {message}\n") }
    }

    /// Several things that are wrong with files, rendered.
    pub fn io_rendered(rendered: String) -> Failure {
        Failure { code: IO, message: rendered }
    }

    /// Runs that must be alike are not; the message is for us as much as for the user.
    pub fn self_check(message: impl fmt::Display) -> Failure {
        Failure::io(message)
    }

    pub fn usage(message: impl fmt::Display) -> Failure {
        Failure { code: USAGE, message: format!("error: {message}\n") }
    }

    /// Faults of a scenario, rendered.
    pub fn invalid(rendered: String) -> Failure {
        Failure { code: INVALID_SCENARIO, message: rendered }
    }

    /// Nothing went wrong: what was asked has been answered, and there is nothing more to do.
    pub fn answered(answer: String) -> Failure {
        Failure { code: OK, message: answer }
    }

    /// Broken off by the user; `left` says what there is all the same.
    pub fn interrupted(left: &str) -> Failure {
        Failure { code: interrupt::code(), message: format!("interrupted; {left}\n") }
    }

    /// Prints the message and gives the exit code. A closed stderr changes neither.
    pub fn report(self) -> ExitCode {
        match self.code {
            OK => show(&self.message),
            _ => tell(&self.message),
        }
        ExitCode::from(self.code)
    }
}

/// Broken off by the user; nothing was written.
impl From<Interrupted> for Failure {
    fn from(_: Interrupted) -> Failure {
        Failure::interrupted("nothing was written")
    }
}

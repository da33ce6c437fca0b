//! Ends this process when the one that started it has ended, however that happened.
//!
//! A process that is killed cannot tell its children. The operating system closes its end of their pipes, though, on
//! every platform and at once; so a child that reads from one learns of it. Nothing is polled, and no process id is
//! looked at that may be another process's by then.

use std::io::{self, Read};
use std::thread;

use crate::cli::exit::Failure;
use crate::cli::interrupt;

/// From now on the end of standard input breaks this command off, as Ctrl-C does.
///
/// # Errors
/// When no thread can be started to wait for it.
pub fn end_with_stdin() -> Result<(), Failure> {
    let waiting = || {
        wait_for_the_end(io::stdin().lock());
        interrupt::received(interrupt::INTERRUPTED);
    };
    thread::Builder::new().spawn(waiting).map_err(|error| Failure::io(format!("no thread: {error}")))?;
    Ok(())
}

/// Reads to the end, or until nothing can be read, which comes to the same.
fn wait_for_the_end(mut stdin: impl Read) {
    let mut unused = [0; 1024];
    loop {
        match stdin.read(&mut unused) {
            Ok(0) => return,
            Err(error) if error.kind() != io::ErrorKind::Interrupted => return,
            _ => {}
        }
    }
}

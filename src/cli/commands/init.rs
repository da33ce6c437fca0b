//! `init`: a scenario to start from.

use std::fs::File;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::super::args;
use super::super::exit::Failure;
use super::print;

/// The scenario to start from; it is tested with all others.
const STARTER: &str = include_str!("../../../scenarios/starter.yaml");

/// `init`: the starter, into a file that does not exist yet.
pub fn init(args: &args::Init) -> Result<(), Failure> {
    if args.file == Path::new("-") {
        return print(STARTER);
    }
    let shown = args.file.display();
    let opened = if args.force { File::create(&args.file) } else { File::create_new(&args.file) };
    let written = opened.and_then(|mut file| file.write_all(STARTER.as_bytes()));
    written.map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => {
            Failure::io(format!("{shown} exists\n  help: choose another name, or overwrite it with --force"))
        }
        _ => Failure::io(format!("cannot write {shown}: {e}")),
    })?;
    print(&format!("Wrote {shown}. Next: fleetsim run {shown}\n"))
}

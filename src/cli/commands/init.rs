//! `init`: a scenario to start from.

use std::io::ErrorKind;
use std::path::Path;

use crate::cli::args;
use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::output::store::folder::{write_new, write_together};
use crate::output::store::folder_error::FolderError;

/// The scenario to start from; it is tested with all others.
const STARTER: &str = include_str!("../../../scenarios/starter.yaml");

/// `init`: the starter, into a file that does not exist yet.
pub fn init(args: &args::Init) -> Result<(), Failure> {
    if args.file == Path::new("-") {
        return print_data(STARTER);
    }
    let shown = args.file.display();
    let written = match args.force {
        true => write_together(&[(args.file.clone(), STARTER.as_bytes().to_vec())]),
        false => write_new(&args.file, STARTER.as_bytes()),
    };
    written.map_err(|error| match error {
        FolderError::Write { source, .. } if source.kind() == ErrorKind::AlreadyExists => {
            Failure::io(format!("{shown} exists\n  help: choose another name, or overwrite it with --force"))
        }
        error => Failure::io(error),
    })?;
    print(&format!("Wrote {shown}. Next: fleetsim run {shown}\n"))
}

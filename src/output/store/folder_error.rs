//! Why results do not get into a folder, in words for people.

use std::io;
use std::path::PathBuf;

/// Why a folder cannot take results.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{0} is a file, and the results need a folder\n  help: name another folder with -o")]
    IsAFile(PathBuf),
    #[error("cannot write into {path}: {source}\n  help: name another folder with -o")]
    Unwritable { path: PathBuf, source: io::Error },
    #[error(
        "{path} holds {found} that {program} did not write for this scenario\n  help: name another folder with -o, \
         or overwrite it with --force",
        program = env!("CARGO_PKG_NAME")
    )]
    NotOurs { path: PathBuf, found: String },
    #[error("{path} holds the results of `{command}`\n  help: name another folder with -o")]
    OfAnotherCommand { path: PathBuf, command: String },
    #[error("cannot read {path}: {source}")]
    Unreadable { path: PathBuf, source: io::Error },
    #[error(
        "{0} is not the folder any more that it was when this command began: it was moved, removed or replaced by a \
         link\n  help: no results were written into what is there now; repeat the command"
    )]
    Exchanged(PathBuf),
    #[error("another {program} is writing into {0}\n  help: wait for it, or name another folder with -o",
        program = env!("CARGO_PKG_NAME"))]
    Held(PathBuf),
    #[error("cannot write {path}: {source}; what was there before is untouched")]
    Write { path: PathBuf, source: io::Error },
    #[error(
        "cannot put {path} in its place: {source}\n  help: some files beside it are new and some are not; the same \
         command puts that right"
    )]
    Mixed { path: PathBuf, source: io::Error },
    #[error("{path} may be lost if power fails: {source}; otherwise all is well")]
    NotDurable { path: PathBuf, source: io::Error },
    #[error("cannot remove {path}: {source}")]
    Stays { path: PathBuf, source: io::Error },
}

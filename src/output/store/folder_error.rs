//! Why results do not get into a folder, in words for people.

use std::io;
use std::path::PathBuf;

/// Why a folder cannot take results.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// The path of the folder leads to a file.
    #[error("{0} is a file, and the results need a folder\n  help: name another folder with -o")]
    IsAFile(PathBuf),
    /// The folder cannot be made, or takes no files.
    #[error("cannot write into {path}: {source}\n  help: name another folder with -o")]
    Unwritable {
        /// The folder.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
    /// Files with names of results are there, and neither `origin.json` nor the manifest is of this scenario.
    #[error(
        "{path} holds {found} that {program} did not write for this scenario\n  help: name another folder with -o, \
         or overwrite it with --force",
        program = env!("CARGO_PKG_NAME")
    )]
    NotOurs {
        /// The folder.
        path: PathBuf,
        /// Names of these files, separated by commas.
        found: String,
    },
    /// The folder holds results of this scenario that another command made.
    #[error("{path} holds the results of `{command}`\n  help: name another folder with -o")]
    OfAnotherCommand {
        /// The folder.
        path: PathBuf,
        /// The command line that made them.
        command: String,
    },
    /// A file or folder that a command works on cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
    /// The path of the folder leads to another one than at the start of the command.
    #[error(
        "{0} is not the folder any more that it was when this command began: it was moved, removed or replaced by a \
         link\n  help: no results were written into what is there now; repeat the command"
    )]
    Exchanged(PathBuf),
    /// Another process holds the lock of the folder.
    #[error("another {program} is writing into {0}\n  help: wait for it, or name another folder with -o",
        program = env!("CARGO_PKG_NAME"))]
    Held(PathBuf),
    /// A file cannot be written; no file was replaced yet.
    #[error("cannot write {path}: {source}; what was there before is untouched")]
    Write {
        /// The file, by its final name.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
    /// A file cannot be renamed, after others of the same results were.
    #[error(
        "cannot put {path} in its place: {source}\n  help: some files beside it are new and some are not; the same \
         command puts that right"
    )]
    Mixed {
        /// The file, by its final name.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
    /// All files are in place, but the folder cannot be synced.
    #[error("{path} may be lost if power fails: {source}; otherwise all is well")]
    NotDurable {
        /// The folder.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
    /// A file that is of no use any more cannot be removed.
    #[error("cannot remove {path}: {source}")]
    Stays {
        /// The file.
        path: PathBuf,
        /// The failure that the operating system reports.
        source: io::Error,
    },
}

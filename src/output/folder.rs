//! A result folder.
//!
//! It is claimed *before* the simulation: whoever cannot write learns it at once, and files of
//! somebody else are never overwritten. It is filled *after* it: every file is written beside its
//! place, flushed and synced, and only when all of them are complete are they renamed, so what is
//! there is always a complete old result or a complete new one.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use super::origin::{ORIGIN, Origin};
use super::report::REPORT;
use super::summary_json::SUMMARY;

/// Files this program writes into a result folder.
pub const TIMELINE: &str = "timeline.csv";
pub const SITES: &str = "sites.csv";
pub const EVENTS: &str = "events.csv";

/// What a command leaves in its folder.
#[derive(Debug)]
pub struct Contents {
    /// The file that says which scenario the results are of.
    pub manifest: &'static str,
    pub others: &'static [&'static str],
}

/// The files of one run.
pub const RUN: Contents = Contents { manifest: SUMMARY, others: &[TIMELINE, SITES, EVENTS, ORIGIN, REPORT] };

impl Contents {
    fn files(&self) -> impl Iterator<Item = &'static str> {
        self.others.iter().copied().chain([self.manifest])
    }
}

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
    #[error("cannot write {path}: {source}; what was there before is untouched")]
    Write { path: PathBuf, source: io::Error },
}

/// Writes files that belong together: each beside its place, flushed and synced, and when all are complete they
/// get their names, in this order.
///
/// # Errors
/// When one cannot be written; none was put in its place then, unless putting them there failed.
pub fn write_together(files: &[(PathBuf, Vec<u8>)]) -> Result<(), FolderError> {
    let write = |(path, content): &(PathBuf, Vec<u8>)| {
        let complete = || -> io::Result<NamedTempFile> {
            let mut file = temporary_beside(path)?;
            file.write_all(content)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        complete().map_err(|source| FolderError::Write { path: path.clone(), source })
    };
    let complete: Vec<NamedTempFile> = files.iter().map(write).collect::<Result<_, _>>()?;
    for (file, (path, _)) in complete.into_iter().zip(files) {
        replace(file, path).map_err(|source| FolderError::Write { path: path.clone(), source })?;
        sync_folder(folder_of(path));
    }
    Ok(())
}

/// The folder of a file; the current one when the path names none.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file in the folder of a file that it will become.
fn temporary_beside(path: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut builder = Builder::new();
    let prefix = format!(".{name}.tmp-");
    builder.prefix(&prefix);
    // Results are as readable as any file the user makes; temporary files are private by default.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder_of(path))
}

/// A claimed folder.
#[derive(Debug)]
pub struct ResultFolder {
    path: PathBuf,
    contents: &'static Contents,
    /// Folders that did not exist before, deepest first; removed again when nothing gets into them.
    created: Vec<PathBuf>,
    /// It holds results of an earlier run of the same scenario.
    had_results: bool,
    staged: Vec<(NamedTempFile, &'static str)>,
}

impl ResultFolder {
    /// Makes sure that the results of a run of scenario `name` can be written to `path`.
    ///
    /// # Errors
    /// As [`ResultFolder::claim_for`].
    pub fn claim(path: &Path, name: &str, force: bool) -> Result<ResultFolder, FolderError> {
        ResultFolder::claim_for(&RUN, path, name, force)
    }

    /// Makes sure that these results of scenario `name` can be written to `path`.
    ///
    /// # Errors
    /// When it is a file, cannot be written to, or (without `force`) holds result files of another
    /// scenario or of unknown origin.
    pub fn claim_for(
        contents: &'static Contents,
        path: &Path,
        name: &str,
        force: bool,
    ) -> Result<ResultFolder, FolderError> {
        let unwritable = |source| FolderError::Unwritable { path: path.to_path_buf(), source };
        if path.exists() && !path.is_dir() {
            return Err(FolderError::IsAFile(path.to_path_buf()));
        }
        let had_results = of_scenario(&path.join(contents.manifest), name);
        let found: Vec<&str> = contents.files().filter(|file| path.join(file).exists()).collect();
        if !found.is_empty() && !had_results && !force {
            if let Some(command) = command_of(&path.join(ORIGIN), name) {
                return Err(FolderError::OfAnotherCommand { path: path.to_path_buf(), command });
            }
            return Err(FolderError::NotOurs { path: path.to_path_buf(), found: found.join(", ") });
        }
        let missing = path.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists());
        let created = missing.map(Path::to_path_buf).collect();
        let folder =
            ResultFolder { path: path.to_path_buf(), contents, created, had_results, staged: Vec::new() };
        fs::create_dir_all(path).map_err(unwritable)?;
        Builder::new().prefix(".fleetsim-probe-").tempfile_in(path).map_err(unwritable)?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens a file that will get its name at [`ResultFolder::commit`].
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn open(&self, name: &str) -> Result<Staged, FolderError> {
        let path = self.path.join(name);
        match temporary_beside(&path) {
            Ok(file) => Ok(Staged { writer: BufWriter::with_capacity(1 << 16, file), path }),
            Err(source) => Err(FolderError::Write { path, source }),
        }
    }

    /// Adds a complete file to what will be committed.
    ///
    /// # Errors
    /// When it could not be written completely and safely.
    pub fn stage(&mut self, file: Staged, name: &'static str) -> Result<(), FolderError> {
        let Staged { writer, path } = file;
        let complete = || -> io::Result<NamedTempFile> {
            let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let file = complete().map_err(|source| FolderError::Write { path, source })?;
        self.staged.push((file, name));
        Ok(())
    }

    /// The text of a complete file that waits to be committed.
    ///
    /// # Errors
    /// When it cannot be read; `None` when there is none of that name.
    pub fn staged(&self, name: &str) -> Option<Result<String, FolderError>> {
        let (file, _) = self.staged.iter().find(|(_, staged)| *staged == name)?;
        let path = self.path.join(name);
        Some(fs::read_to_string(file.path()).map_err(|source| FolderError::Unreadable { path, source }))
    }

    /// Gives all staged files their names, and removes the files of an earlier run that this one
    /// did not write: they would belong to no result.
    ///
    /// # Errors
    /// When a file cannot be put in its place.
    pub fn commit(mut self) -> Result<Committed, FolderError> {
        let (mut written, mut removed) = (Vec::new(), Vec::new());
        for (file, name) in std::mem::take(&mut self.staged) {
            let path = self.path.join(name);
            replace(file, &path).map_err(|source| FolderError::Write { path: path.clone(), source })?;
            written.push(path);
        }
        for stale in self.contents.files().map(|name| self.path.join(name)) {
            if self.had_results && !written.contains(&stale) && stale.exists() {
                fs::remove_file(&stale)
                    .map_err(|source| FolderError::Write { path: stale.clone(), source })?;
                removed.push(stale);
            }
        }
        sync_folder(&self.path);
        self.created.clear();
        Ok(Committed { written, removed })
    }
}

/// What a commit did, as paths.
#[derive(Debug)]
pub struct Committed {
    pub written: Vec<PathBuf>,
    /// Files of an earlier run that this one did not write.
    pub removed: Vec<PathBuf>,
}

/// A folder made for results that never came is removed again.
impl Drop for ResultFolder {
    fn drop(&mut self) {
        self.staged.clear();
        for folder in &self.created {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A file on its way into the folder.
#[derive(Debug)]
pub struct Staged {
    writer: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl Staged {
    /// A failure to write this file, as an error that names it.
    pub fn error(&self, source: io::Error) -> FolderError {
        FolderError::Write { path: self.path.clone(), source }
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Is this the manifest of results of the scenario with that name?
fn of_scenario(summary: &Path, name: &str) -> bool {
    let Ok(text) = fs::read_to_string(summary) else { return false };
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else { return false };
    json.get("fleetsim").is_some() && json.get("scenario").and_then(|s| s.as_str()) == Some(name)
}

/// The command that filled a folder with results of the scenario of that name.
fn command_of(origin: &Path, name: &str) -> Option<String> {
    let origin: Origin = serde_json::from_str(&fs::read_to_string(origin).ok()?).ok()?;
    let its = origin.scenarios.first().is_some_and(|told| told.identity.scenario == name);
    its.then_some(origin.command)
}

/// Renames into place. On Windows a virus scanner or viewer may hold the target for a moment.
fn replace(file: NamedTempFile, path: &Path) -> io::Result<()> {
    let mut file = file;
    for attempt in 0..5 {
        match file.persist(path) {
            Ok(_) => return Ok(()),
            Err(error) if cfg!(windows) && attempt < 4 => {
                std::thread::sleep(Duration::from_millis(100));
                file = error.file;
            }
            Err(error) => return Err(error.error),
        }
    }
    unreachable!("the last attempt returns")
}

/// Makes the renames durable. Windows has no such call; its rename is durable with the file system.
fn sync_folder(path: &Path) {
    if cfg!(unix)
        && let Ok(folder) = File::open(path)
    {
        let _ = folder.sync_all();
    }
}

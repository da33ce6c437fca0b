//! A result folder.
//!
//! It is claimed *before* the simulation: missing permission is reported at once, files of other origin are
//! never overwritten, and no second process gets in. It is filled *after* it: every file is written beside its
//! place, flushed and synced, and only when all of them are complete are they renamed.
//!
//! What holds when the process, or the machine, stops at any instant:
//!
//! * Each file is whole, the old one or the new one.
//! * Renames of several files are not one step, so files of both results may stand side by side. `origin.json` is
//!   renamed first: it says whose the folder is, and the digest of each file. The manifest is renamed last. A
//!   reader compares the files with `origin.json` ([`ResultsOrigin::apart`]) and refuses a mixture; the same
//!   command puts it right.
//! * What lies beside its place is ignored by every reader and removed by the next claim.
//!
//! The path of a folder may be made to lead elsewhere during a run: the folder is moved away, and a link to another
//! one takes its name. So the folder is identified when it is claimed ([`SamePlace`]), and again before each file is
//! begun or gets its name; nothing is written through a path that leads to another folder. Between that check
//! and the rename some microseconds remain unchecked.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::output::results::origin::{ORIGIN, ResultsOf, ResultsOrigin};
use crate::output::store::disk::{self, Complete, Draft, Held, OfAnother};
use crate::output::store::folder_error::FolderError;
use crate::output::store::pending::{self, NewFolders};
use crate::output::store::same_place::SamePlace;

/// What a command leaves in its folder.
#[derive(Debug)]
pub struct Contents {
    /// What `origin.json` calls them.
    pub of: ResultsOf,
    /// The file that says which scenario the results are of.
    pub manifest: &'static str,
    /// Names of all other files of the results, `origin.json` and the report included.
    pub others: &'static [&'static str],
    /// The file that keeps work that is not finished.
    pub partial: Option<&'static str>,
}

impl Contents {
    fn files(&self) -> impl Iterator<Item = &'static str> {
        self.others.iter().copied().chain([self.manifest])
    }
}

/// Makes a file complete, beside its place.
fn draft(path: &Path, content: &[u8]) -> Result<Complete, FolderError> {
    let complete = || -> io::Result<Complete> {
        let mut file = Draft::new(path)?;
        file.write_all(content)?;
        file.complete()
    };
    complete().map_err(|source| FolderError::Write { path: path.to_path_buf(), source })
}

/// Makes renames durable.
fn sync(folder: &Path) -> Result<(), FolderError> {
    disk::sync_folder(folder).map_err(|source| FolderError::NotDurable { path: folder.to_path_buf(), source })
}

/// Takes hold of a folder that is there: no other process writes results into it.
///
/// # Errors
/// When another one does.
pub fn hold(folder: &Path) -> Result<Held, FolderError> {
    disk::hold(folder).map_err(|OfAnother| FolderError::Held(folder.to_path_buf()))
}

/// Makes a folder, unless it is there, and takes hold of it.
fn make_and_hold(path: &Path) -> Result<(NewFolders, Held), FolderError> {
    let unwritable = |source| FolderError::Unwritable { path: path.to_path_buf(), source };
    loop {
        let mut created = NewFolders::make(path).map_err(unwritable)?;
        match hold(path) {
            // Another process that was refused, or failed, removed what it had made before this one held it.
            Ok(held) if !held.is_at(path).map_err(unwritable)? => {}
            Ok(held) => return Ok((created, held)),
            // Another process is writing there, and only the one that holds a folder removes it.
            Err(error) => {
                created.keep();
                return Err(error);
            }
        }
    }
}

/// Removes a file that is of no use any more.
///
/// # Errors
/// When it stays.
pub fn remove(path: &Path) -> Result<(), FolderError> {
    disk::remove(path).map(|_| ()).map_err(|source| FolderError::Stays { path: path.to_path_buf(), source })
}

/// Writes a file where none is.
///
/// # Errors
/// When one is, or it cannot be written.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), FolderError> {
    let _held = disk::clean_up([path].into_iter());
    let complete = draft(path, content)?;
    let _placing = pending::placing();
    complete.put(path).map_err(|source| FolderError::Write { path: path.to_path_buf(), source })?;
    sync(disk::folder_of(path))
}

/// Writes files that belong together: each beside its place, flushed and synced, and when all are complete they
/// get their names, in this order.
///
/// # Errors
/// When one cannot be written; none was put in its place then, unless putting them there failed.
pub fn write_together(files: &[(PathBuf, Vec<u8>)]) -> Result<(), FolderError> {
    // A link is followed: what it leads to is replaced, and not the link.
    let place = |path: &PathBuf| if path.is_symlink() { fs::canonicalize(path) } else { Ok(path.clone()) };
    let mut places = Vec::with_capacity(files.len());
    for (path, _) in files {
        places.push(place(path).map_err(|source| FolderError::Write { path: path.clone(), source })?);
    }
    let _held = disk::clean_up(places.iter().map(PathBuf::as_path));
    let mut complete = Vec::with_capacity(files.len());
    for (path, (_, content)) in places.into_iter().zip(files) {
        complete.push((draft(&path, content)?, path));
    }
    let _placing = pending::placing();
    for (index, (file, path)) in complete.into_iter().enumerate() {
        file.replace(&path).map_err(|source| misplaced(index > 0, path.clone(), source))?;
        sync(disk::folder_of(&path))?;
    }
    Ok(())
}

/// A file could not be put in its place, after others were or before.
fn misplaced(others_were: bool, path: PathBuf, source: io::Error) -> FolderError {
    if others_were { FolderError::Mixed { path, source } } else { FolderError::Write { path, source } }
}

/// A claimed folder.
#[derive(Debug)]
pub struct ResultFolder {
    path: PathBuf,
    place: SamePlace,
    contents: &'static Contents,
    /// Folders that did not exist before; removed again when nothing gets into them.
    created: NewFolders,
    /// It holds results of an earlier run of the same scenario.
    had_results: bool,
    staged: Vec<(Complete, &'static str)>,
    /// Let go of only when the folder is whole, or gone.
    held: Option<Held>,
}

impl ResultFolder {
    /// Makes sure that these results of scenario `name` can be written to `path`.
    ///
    /// # Errors
    /// When it is a file, cannot be written to, or (without `force`) holds result files of another
    /// scenario or of unknown origin.
    pub fn claim(
        contents: &'static Contents,
        path: &Path,
        name: &str,
        force: bool,
    ) -> Result<ResultFolder, FolderError> {
        let unwritable = |source| FolderError::Unwritable { path: path.to_path_buf(), source };
        if path.metadata().is_ok_and(|found| !found.is_dir()) {
            return Err(FolderError::IsAFile(path.to_path_buf()));
        }
        let (created, held) = make_and_hold(path)?;
        let mut folder = ResultFolder {
            path: path.to_path_buf(),
            place: SamePlace::of(path)?,
            contents,
            created,
            had_results: false,
            staged: Vec::new(),
            held: Some(held),
        };
        folder.look(name, force)?;
        let own: Vec<&str> = contents.files().chain(contents.partial).collect();
        disk::clean(path, &own).and_then(|()| disk::probe(path)).map_err(unwritable)?;
        Ok(folder)
    }

    /// What is there, and may it be overwritten?
    fn look(&mut self, name: &str, force: bool) -> Result<(), FolderError> {
        let (path, contents) = (&self.path, self.contents);
        // Before anything is read: a pipe would be waited for.
        for path in contents.files().chain(contents.partial).map(|file| path.join(file)) {
            disk::file_or_nothing(&path).map_err(|source| FolderError::Write { path, source })?;
        }
        let origin = origin_of(&path.join(ORIGIN), name);
        let ours = origin.as_ref().is_some_and(|origin| origin.results_of == contents.of);
        self.had_results = ours || of_scenario(&path.join(contents.manifest), name);
        let found: Vec<&str> = contents.files().filter(|file| path.join(file).exists()).collect();
        if !found.is_empty() && !self.had_results && !force {
            let path = path.clone();
            return Err(match origin {
                Some(ResultsOrigin { command, .. }) => FolderError::OfAnotherCommand { path, command },
                None => FolderError::NotOurs { path, found: found.join(", ") },
            });
        }
        Ok(())
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
        self.place.check()?;
        let path = self.path.join(name);
        match Draft::new(&path) {
            Ok(draft) => Ok(Staged { draft, path }),
            Err(source) => Err(FolderError::Write { path, source }),
        }
    }

    /// Adds a complete file to what will be committed.
    ///
    /// # Errors
    /// When it could not be written completely and safely.
    pub fn stage(&mut self, file: Staged, name: &'static str) -> Result<(), FolderError> {
        let Staged { draft, path } = file;
        let file = draft.complete().map_err(|source| FolderError::Write { path, source })?;
        self.staged.push((file, name));
        Ok(())
    }

    /// Where a complete file is that waits to be committed, if there is one of that name.
    pub fn staged(&self, name: &str) -> Option<&Path> {
        let (file, _) = self.staged.iter().find(|(_, staged)| *staged == name)?;
        Some(file.path())
    }

    /// The digests of all complete files that wait to be committed, by name.
    pub fn digests(&self) -> BTreeMap<String, String> {
        self.staged.iter().map(|(file, name)| ((*name).to_string(), file.sha256.clone())).collect()
    }

    /// Gives all staged files their names, `origin.json` first and the manifest last, and removes the files of
    /// an earlier run that this one did not write: they would belong to no result.
    ///
    /// # Errors
    /// When a file cannot be put in its place.
    pub fn commit(mut self) -> Result<Committed, FolderError> {
        let mut staged = std::mem::take(&mut self.staged);
        let in_turn = |name: &str| (name != ORIGIN, name == self.contents.manifest);
        staged.sort_by_key(|(_, name)| in_turn(name));
        let names: Vec<&str> = staged.iter().map(|(_, name)| *name).collect();
        let manifest = staged.pop_if(|(_, name)| *name == self.contents.manifest);
        let mut any = false;
        let placing = pending::placing();
        for (file, name) in staged {
            self.put(file, name, any)?;
            any = true;
        }
        let mut removed = Vec::new();
        for stale in self.contents.files().filter(|name| self.had_results && !names.contains(name)) {
            self.place.check()?;
            let path = self.path.join(stale);
            match disk::remove(&path) {
                Ok(true) => removed.push(path),
                Ok(false) => {}
                Err(source) => return Err(FolderError::Stays { path, source }),
            }
        }
        if let Some((file, name)) = manifest {
            self.put(file, name, any)?;
        }
        self.created.keep();
        sync(&self.path)?;
        drop(placing);
        let known = self.contents.files().filter(|name| names.contains(name));
        let more = names.iter().copied().filter(|name| self.contents.files().all(|known| known != *name));
        let written = known.chain(more).map(|name| self.path.join(name)).collect();
        Ok(Committed { written, removed })
    }

    fn put(&self, file: Complete, name: &str, others_were: bool) -> Result<(), FolderError> {
        self.place.check()?;
        let path = self.path.join(name);
        file.replace(&path).map_err(|source| misplaced(others_were, path, source))
    }
}

/// What a commit did, as paths.
#[derive(Debug)]
pub struct Committed {
    /// Those of [`Contents`] in its order, then all others.
    pub written: Vec<PathBuf>,
    /// Files of an earlier run that this one did not write.
    pub removed: Vec<PathBuf>,
}

/// A folder made for results that never came is removed again, when `created` is dropped.
impl Drop for ResultFolder {
    fn drop(&mut self) {
        self.staged.clear();
        // Windows removes no folder while the lock is a file in it.
        if cfg!(windows) {
            self.held = None;
        }
    }
}

/// A file on its way into the folder.
pub struct Staged {
    draft: Draft,
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
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}

/// Is this the manifest of results of the scenario with that name?
fn of_scenario(summary: &Path, name: &str) -> bool {
    let Ok(text) = fs::read_to_string(summary) else { return false };
    let Ok(json) = serde_json::from_str::<serde_json::Value>(&text) else { return false };
    json.get("fleetsim").is_some() && json.get("scenario").and_then(|s| s.as_str()) == Some(name)
}

/// Where the results of the scenario of that name come from.
fn origin_of(origin: &Path, name: &str) -> Option<ResultsOrigin> {
    let origin: ResultsOrigin = serde_json::from_str(&fs::read_to_string(origin).ok()?).ok()?;
    let its = origin.scenarios.first().is_some_and(|info| info.identity.scenario == name);
    its.then_some(origin)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::thread;

    use super::{Contents, FolderError, ResultFolder};
    use crate::output::results::origin::ResultsOf;

    static CONTENTS: Contents =
        Contents { of: ResultsOf::Run, manifest: "summary.json", others: &["events.csv"], partial: None };

    /// Each gives up its folder at once and so removes it, while the others make it and take hold of it.
    #[test]
    fn of_claims_at_the_same_time_each_gets_the_folder_or_is_told_that_it_is_held() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("new/results");
        let (threads, rounds) = (4, 300);
        let barrier = Barrier::new(threads);
        let claims = || -> Vec<Result<(), FolderError>> {
            let claim = |_| {
                barrier.wait();
                ResultFolder::claim(&CONTENTS, &path, "name", false).map(drop)
            };
            (0..rounds).map(claim).collect()
        };
        let claimed: Vec<Result<(), FolderError>> = thread::scope(|scope| {
            let claimed: Vec<_> = (0..threads).map(|_| scope.spawn(claims)).collect();
            claimed.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert!(claimed.iter().filter(|claim| claim.is_ok()).count() >= rounds);
        for error in claimed.into_iter().filter_map(Result::err) {
            assert!(matches!(error, FolderError::Held(_)), "{error}");
        }
    }
}

//! What this process has begun on disk and not finished: temporary files, and folders made for results.
//!
//! The values that stand for them remove them when they are dropped. A process that a signal ends drops nothing:
//! [`abandon`] removes them then, from another thread.

use std::collections::BTreeSet;
use std::io;
use std::mem;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::output::store::disk;

static BEGUN: Mutex<BegunPaths> = Mutex::new(BegunPaths { files: BTreeSet::new(), folders: Vec::new() });
/// Held while files that belong together get their names.
static PLACING: Mutex<()> = Mutex::new(());
/// Has any file got its name?
static PLACED: AtomicBool = AtomicBool::new(false);

struct BegunPaths {
    files: BTreeSet<PathBuf>,
    /// Deepest first.
    folders: Vec<PathBuf>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A temporary file that [`abandon`] removes, until this is dropped.
#[derive(Debug)]
pub struct Registered(PathBuf);

impl Drop for Registered {
    fn drop(&mut self) {
        locked(&BEGUN).files.remove(&self.0);
    }
}

/// Makes a temporary file; no instant passes in which [`abandon`] would miss it.
///
/// # Errors
/// When it cannot be made.
pub fn begin<F>(
    make: impl FnOnce() -> io::Result<F>,
    path: impl FnOnce(&F) -> &Path,
) -> io::Result<(F, Registered)> {
    let mut begun = locked(&BEGUN);
    let file = make()?;
    let path = path(&file).to_path_buf();
    begun.files.insert(path.clone());
    Ok((file, Registered(path)))
}

/// A folder that vanishes while it is made is made again so many times: each time another process must have removed it.
const MOST_ATTEMPTS: u32 = 100;

/// Folders that were made for results, deepest first: removed when they are dropped or abandoned empty.
#[derive(Debug)]
pub struct NewFolders(Vec<PathBuf>);

impl NewFolders {
    /// Makes a folder and those above it. Only those that this process made are its own: another one may make the
    /// same folders at the same time.
    ///
    /// # Errors
    /// When that cannot be done; those that were made are removed again.
    pub fn make(path: &Path) -> io::Result<NewFolders> {
        let mut folders = NewFolders(Vec::new());
        let mut attempts = 0;
        loop {
            attempts += 1;
            match folders.make_missing(path) {
                // Another process removed a folder on the way in between; or there is no way, as in a working folder
                // that is gone.
                Err(error) if error.kind() == io::ErrorKind::NotFound && attempts < MOST_ATTEMPTS => {}
                made => return made.map(|()| folders),
            }
        }
    }

    fn make_missing(&mut self, path: &Path) -> io::Result<()> {
        let missing = path.ancestors().take_while(|p| !p.as_os_str().is_empty() && !p.exists());
        let missing: Vec<&Path> = missing.collect();
        for folder in missing.into_iter().rev() {
            let mut begun = locked(&BEGUN);
            match disk::make_one_folder(folder) {
                Ok(()) => {
                    begun.folders.insert(0, folder.to_path_buf());
                    self.0.insert(0, folder.to_path_buf());
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match folder.metadata() {
                    Ok(found) if found.is_dir() => {}
                    Ok(_) => return Err(error),
                    Err(gone) => return Err(gone),
                },
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// They stay: they hold results now, or another process has taken hold of them.
    pub fn keep(&mut self) {
        locked(&BEGUN).folders.retain(|folder| !self.0.contains(folder));
        self.0.clear();
    }
}

impl Drop for NewFolders {
    fn drop(&mut self) {
        disk::remove_empty(&self.0);
        self.keep();
    }
}

/// While this is held, files get their names and [`abandon`] waits.
pub fn placing() -> MutexGuard<'static, ()> {
    locked(&PLACING)
}

/// Notes that a file has got its name.
pub fn placed() {
    PLACED.store(true, Ordering::Relaxed);
}

/// Removes everything that is begun and not finished; nothing can be begun or get its name afterwards, so the process
/// must end. Files that are getting their names get them first. Gives whether any file has got its name.
pub fn abandon() -> bool {
    mem::forget(placing());
    let begun = locked(&BEGUN);
    for file in &begun.files {
        // What cannot be removed is removed by the next command that writes there.
        let _ = disk::remove(file);
    }
    disk::remove_empty(&begun.folders);
    mem::forget(begun);
    PLACED.load(Ordering::Relaxed)
}

//! Everything this program does to a disk, but reading: one place, so that one look shows what can fail, and
//! a test that fails each of it in turn (`tests/it/faults/disk.rs`) is complete.
//!
//! A file is written beside its place under a name of its own (`.NAME.tmp-xxxxxx`), flushed, synced, and
//! then renamed: whatever happens in between, what stands in its place is whole. A sync that failed is not
//! tried again on the same file: the system may have thrown away what it could not write.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

use crate::output::store::hashing::Hashing;
use crate::output::store::pending::{self, Registered};

/// What names of files begin with that are only there to see whether a folder takes any.
const PROBE: &str = ".fleetsim-probe-";

/// A file on its way: beside its place, not complete.
pub struct Draft {
    out: BufWriter<Hashing<NamedTempFile>>,
    registered: Registered,
}

impl Draft {
    /// Begins a file that will stand at `path`.
    ///
    /// # Errors
    /// When it cannot be made, or at `path` stands something that is no file.
    pub fn new(path: &Path) -> io::Result<Draft> {
        file_or_nothing(path)?;
        let mut builder = Builder::new();
        let prefix = prefix(&name(path));
        builder.prefix(&prefix);
        // Results are as readable as any file the user makes; temporary files are private by default.
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let (file, registered) =
            pending::begin(|| builder.tempfile_in(folder_of(path)), NamedTempFile::path)?;
        Ok(Draft { out: BufWriter::with_capacity(1 << 16, Hashing::new(file)), registered })
    }

    /// Makes sure that all of it is on the disk.
    ///
    /// # Errors
    /// When it is not; the draft is gone then.
    pub fn complete(self) -> io::Result<Complete> {
        let hashing = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        hashing.out.as_file().sync_all()?;
        Ok(Complete { sha256: hashing.hex(), file: hashing.out, registered: self.registered })
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file that is whole and on the disk, and has not got its name yet.
#[derive(Debug)]
pub struct Complete {
    file: NamedTempFile,
    pub(super) sha256: String,
    #[expect(dead_code, reason = "it is registered until it is dropped")]
    registered: Registered,
}

impl Complete {
    /// Where it is now.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it in its place, over what is there.
    ///
    /// # Errors
    /// When it cannot be renamed; what was there still is.
    pub fn replace(self, path: &Path) -> io::Result<()> {
        file_or_nothing(path)?;
        let mut file = self.file;
        for attempt in 0..5 {
            match file.persist(path) {
                Ok(_) => {
                    pending::placed();
                    return Ok(());
                }
                // A virus scanner or a viewer may hold the target for a moment.
                Err(error) if cfg!(windows) && attempt < 4 => {
                    std::thread::sleep(Duration::from_millis(100));
                    file = error.file;
                }
                Err(error) => return Err(error.error),
            }
        }
        unreachable!("the last attempt returns")
    }

    /// Puts it in its place, where nothing is.
    ///
    /// # Errors
    /// When something is there, or it cannot be renamed.
    pub fn put(self, path: &Path) -> io::Result<()> {
        self.file.persist_noclobber(path).map(|_| pending::placed()).map_err(|error| error.error)
    }
}

/// Opens a file to add to it, after so many bytes.
///
/// # Errors
/// When that cannot be done.
pub fn append_after(path: &Path, bytes: u64) -> io::Result<File> {
    file_or_nothing(path)?;
    let file = OpenOptions::new().append(true).open(path)?;
    file.set_len(bytes)?;
    Ok(file)
}

/// Removes a file that may not be there. Gives whether it was.
///
/// # Errors
/// When it is there and stays.
pub fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes the renames in a folder durable. Windows has no such call; its rename is durable with the file system.
///
/// # Errors
/// When the system cannot promise it; some file systems know nothing of it, and that is no error.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if !matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Err(error),
        _ => Ok(()),
    }
}

/// Makes a folder and those above it.
///
/// # Errors
/// When that cannot be done.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Makes a folder where nothing is, in one that is there.
///
/// # Errors
/// When that cannot be done.
pub fn make_one_folder(path: &Path) -> io::Result<()> {
    fs::create_dir(path)
}

/// Removes folders that are empty, as far as that goes.
pub fn remove_empty(folders: &[PathBuf]) {
    for folder in folders {
        // A folder that is no longer empty stays.
        let _ = fs::remove_dir(folder);
    }
}

/// Sees whether a folder takes files.
///
/// # Errors
/// When it does not.
pub fn probe(folder: &Path) -> io::Result<()> {
    let (file, _registered) =
        pending::begin(|| Builder::new().prefix(PROBE).tempfile_in(folder), NamedTempFile::path)?;
    file.close()
}

/// Removes what a process that was killed left in a folder, of files of these names. The caller must hold the
/// folder ([`hold`]): another process may be writing them.
///
/// # Errors
/// When something cannot be removed.
pub fn clean(folder: &Path, names: &[impl AsRef<str>]) -> io::Result<()> {
    let prefixes: Vec<String> =
        names.iter().map(|name| prefix(name.as_ref())).chain([PROBE.to_string()]).collect();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        if prefixes.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// Removes what a killed process left of files that are about to be written, unless another process may be writing
/// them: no other one writes into a folder while it is held. What cannot be removed stays, and is not read by anyone.
pub fn clean_up<'p>(files: impl Iterator<Item = &'p Path>) -> Vec<Held> {
    let mut names: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for file in files {
        names.entry(folder_of(file)).or_default().push(name(file));
    }
    let clean = |(folder, names): (&Path, Vec<String>)| {
        let held = hold(folder).ok()?;
        let _ = clean(folder, &names);
        Some(held)
    };
    names.into_iter().filter_map(clean).collect()
}

/// A folder that no other process of this program writes results into. The system lets go of it when the
/// process ends, however it ends.
#[derive(Debug)]
pub struct Held(Option<File>);

/// Takes hold of a folder. Where the file system knows no locks (some network drives) nothing is held.
///
/// # Errors
/// When another process holds it.
pub fn hold(folder: &Path) -> Result<Held, OfAnother> {
    let Ok(file) = lock_of(folder)? else { return Ok(Held(None)) };
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(OfAnother),
        _ => Ok(Held(Some(file))),
    }
}

impl Held {
    /// Does the path still lead to the folder that is held? The process that made the folder may have removed it
    /// before it was held.
    ///
    /// # Errors
    /// When that cannot be seen.
    pub fn is_at(&self, path: &Path) -> io::Result<bool> {
        let found = match FolderId::of(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            found => found?,
        };
        match &self.0 {
            Some(file) => FolderId::of_held(file, path).map(|held| held == found),
            None => Ok(true),
        }
    }
}

/// Another process is writing into it.
#[derive(Debug)]
pub struct OfAnother;

/// The folder itself: no file that could stay behind.
#[cfg(not(windows))]
#[expect(clippy::unnecessary_wraps, reason = "it does on Windows")]
fn lock_of(folder: &Path) -> Result<io::Result<File>, OfAnother> {
    Ok(File::open(folder))
}

/// Windows opens no folders, but files that vanish with the process that made them, and that no other process can open.
#[cfg(windows)]
fn lock_of(folder: &Path) -> Result<io::Result<File>, OfAnother> {
    use std::os::windows::fs::OpenOptionsExt;
    const FILE_FLAG_DELETE_ON_CLOSE: u32 = 0x0400_0000;
    const ERROR_SHARING_VIOLATION: i32 = 32;
    let mut options = OpenOptions::new();
    options.write(true).create(true).share_mode(0).custom_flags(FILE_FLAG_DELETE_ON_CLOSE);
    match options.open(folder.join(".fleetsim-lock")) {
        Err(error) if error.raw_os_error() == Some(ERROR_SHARING_VIOLATION) => Err(OfAnother),
        opened => Ok(opened),
    }
}

/// What tells a folder from every other one as long as it is there, whatever its path leads to later.
#[derive(Debug, PartialEq, Eq)]
pub struct FolderId(IdOfSystem);

/// Device and inode.
#[cfg(unix)]
type IdOfSystem = (u64, u64);

/// Where the path leads to, without links. The folder itself cannot be exchanged while it is held ([`hold`]): the
/// system renames no folder in which a file is open.
#[cfg(not(unix))]
type IdOfSystem = PathBuf;

impl FolderId {
    /// Of the folder that a path leads to now.
    ///
    /// # Errors
    /// When it leads to none.
    pub fn of(folder: &Path) -> io::Result<FolderId> {
        #[cfg(unix)]
        return fs::metadata(folder).map(|found| FolderId::in_system(&found));
        #[cfg(not(unix))]
        fs::canonicalize(folder).map(FolderId)
    }

    /// Of the folder that is held by this file ([`lock_of`]).
    #[cfg(unix)]
    fn of_held(held: &File, _path: &Path) -> io::Result<FolderId> {
        held.metadata().map(|found| FolderId::in_system(&found))
    }

    /// Of the folder that is held, which is where the path leads: no folder in which a file is open goes away.
    #[cfg(not(unix))]
    fn of_held(_held: &File, path: &Path) -> io::Result<FolderId> {
        FolderId::of(path)
    }

    #[cfg(unix)]
    fn in_system(found: &fs::Metadata) -> FolderId {
        use std::os::unix::fs::MetadataExt;
        FolderId((found.dev(), found.ino()))
    }
}

/// Only files are replaced: a device, a pipe or a folder stays what it is.
///
/// # Errors
/// When something else is there.
pub fn file_or_nothing(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(found) if !found.is_file() => Err(io::Error::other("it is a device or a pipe, and no file")),
        _ => Ok(()),
    }
}

/// The folder of a file; the current one when the path names none.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// What the name of a draft begins with.
fn prefix(name: &str) -> String {
    format!(".{name}.tmp-")
}

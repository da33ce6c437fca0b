//! Is a folder that results go to still the one that it was when the command began? Its path may lead elsewhere by then.

use std::path::{Path, PathBuf};

use crate::output::store::disk::FolderId;
use crate::output::store::folder_error::FolderError;

/// A folder that results go to later: its path must still lead to it then.
#[derive(Debug)]
pub struct SamePlace {
    path: PathBuf,
    id: FolderId,
}

impl SamePlace {
    /// The folder that a path leads to now.
    ///
    /// # Errors
    /// When it leads to none.
    pub fn of(path: &Path) -> Result<SamePlace, FolderError> {
        match FolderId::of(path) {
            Ok(id) => Ok(SamePlace { path: path.to_path_buf(), id }),
            Err(source) => Err(FolderError::Unwritable { path: path.to_path_buf(), source }),
        }
    }

    /// Is it still there?
    ///
    /// # Errors
    /// When the path leads elsewhere, or nowhere.
    pub fn check(&self) -> Result<(), FolderError> {
        match FolderId::of(&self.path) {
            Ok(id) if id == self.id => Ok(()),
            _ => Err(FolderError::Exchanged(self.path.clone())),
        }
    }
}

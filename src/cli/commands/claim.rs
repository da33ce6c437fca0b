//! Whether files may be written where a command wants them.

use std::path::Path;

use crate::cli::exit::Failure;

/// Missing permission is reported at once, and nothing is overwritten by accident.
pub(super) fn claim(files: &[&Path], force: bool) -> Result<(), Failure> {
    for path in files {
        if path.exists() && !force {
            let help = "choose another name, or overwrite it with --force";
            return Err(Failure::io(format!("{} exists\n  help: {help}", path.display())));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            return Err(Failure::io(format!("{}: there is no folder {}", path.display(), folder.display())));
        }
    }
    Ok(())
}

//! `--anonymize --key FILE`: the file that only the customer keeps.

use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::commands::claim::claim;
use crate::cli::commands::export_folder::assume;
use crate::cli::exit::Failure;
use crate::cli::terminal::tell;
use crate::import::customer::{Customer, customer};
use crate::import::inventory::Inventory;
use crate::import::key;
use crate::output::tables;
use crate::units::time::Span;

/// May the key be written where it is wanted? It is none of the files that are sent.
pub(super) fn check_key(tables: &args::Tables, others: &[&Path], force: bool) -> Result<(), Failure> {
    let Some(file) = tables.key.as_deref() else { return Ok(()) };
    if others.contains(&file) {
        let problem = format!("--key {} is also the file that is sent", file.display());
        return Err(Failure::usage(format!("{problem}\n  help: give the key a name of its own")));
    }
    claim(&[file], force)
}

/// The key file and its content, if it is wanted.
pub(super) fn key_file(
    tables: &args::Tables,
    folder: &Path,
    inventory: &Inventory,
    anonymous: &Customer,
) -> Result<Option<(PathBuf, Vec<u8>)>, Failure> {
    let Some(file) = &tables.key else { return Ok(None) };
    let mut assumed = assume(folder, tables, Span::DAY);
    assumed.anonymous = None;
    let named = customer(inventory, &assumed, anonymous.start);
    let mut content = Vec::new();
    tables::key::write(&key::rows(inventory, &named, anonymous), &mut content).map_err(Failure::io)?;
    Ok(Some((file.clone(), content)))
}

/// Says what the file is, on stderr: what is on stdout may be sent.
pub(super) fn tell_of_key(file: &Path) {
    tell(&format!(
        "wrote {}: it tells which computer each pseudonym stands for; keep it, and do not send it\n",
        file.display()
    ));
}

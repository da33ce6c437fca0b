//! `man`: the manual pages, made of what `--help` says.

use std::io;
use std::path::PathBuf;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::cli::args;
use crate::cli::commands::print;
use crate::cli::exit::Failure;
use crate::output::store::disk;
use crate::output::store::folder::write_together;
use crate::output::store::folder_error::FolderError;

/// `man`: a page for the program, and one for each command.
pub fn man(args: &args::Man) -> Result<(), Failure> {
    let folder = &args.folder;
    let unwritable = |source| Failure::io(FolderError::Unwritable { path: folder.clone(), source });
    let pages = pages().map_err(Failure::io)?;
    disk::make_folder(folder).map_err(unwritable)?;
    let files: Vec<(PathBuf, Vec<u8>)> =
        pages.into_iter().map(|(name, page)| (folder.join(name), page)).collect();
    write_together(&files).map_err(Failure::io)?;
    print(&format!("{} pages in {}: man {}\n", files.len(), folder.display(), env!("CARGO_PKG_NAME")))
}

fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut all = args::Args::command();
    all.build();
    let mut pages = Vec::new();
    page(all, &mut pages)?;
    Ok(pages)
}

/// The page of a command, and those of the commands below it.
fn page(command: clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        page(below.clone(), pages)?;
    }
    let name = command.get_display_name().unwrap_or_else(|| command.get_name()).to_string();
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    pages.push((format!("{name}.1"), text));
    Ok(())
}

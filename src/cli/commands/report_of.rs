//! `report`: a result folder → its files → one page.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::super::args;
use super::super::exit::Failure;
use super::print;
use crate::output::folder::write_together;
use crate::output::origin::ORIGIN;
use crate::output::report::{self, Files, REPORT, ReportError};

/// `report`: the page of a result folder.
pub fn report(args: &args::Report) -> Result<(), Failure> {
    let files = read(&args.folder)?;
    let page = report::html(&files, args.target.as_deref()).map_err(|error| match error {
        ReportError::Target { .. } => Failure::usage(error),
        _ => Failure::io(format!("{}: {error}", args.folder.display())),
    })?;
    let output = args.output.clone().unwrap_or_else(|| args.folder.join(REPORT));
    // Not even by force: a page would take the place of what it is made of.
    if output
        .extension()
        .is_some_and(|extension| extension == "csv" || extension == "json" || extension == "yaml")
    {
        let problem = format!("{} is no name for a page", output.display());
        return Err(Failure::usage(format!("{problem}\n  help: name a file that ends with .html")));
    }
    if output.exists() && !args.force && !is_a_report(&output) {
        return Err(Failure::io(format!(
            "{} is there and is no report\n  help: name another file with -o, or overwrite it with --force",
            output.display()
        )));
    }
    write_together(&[(output.clone(), page.into_bytes())]).map_err(Failure::io)?;
    print(&format!("Wrote {}\n", output.display()))
}

/// The files that a report of this folder is made of.
fn read(folder: &Path) -> Result<Files, Failure> {
    let mut files = Files::default();
    if !folder.is_dir() {
        let help = "name the folder that run, replicate, sweep, size, compare or diagnose -o wrote";
        return Err(Failure::io(format!("{}: no such folder\n  help: {help}", folder.display())));
    }
    let add = |name: &str, files: &mut Files| {
        let path = folder.join(name);
        match fs::read_to_string(&path) {
            Ok(text) => files.add(name, text),
            // That it is missing is said when the page is made.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::io(format!("{}: {error}", path.display()))),
        }
        Ok(())
    };
    add(ORIGIN, &mut files)?;
    // What is wrong with it is said when the page is made.
    let wanted = files.origin().map_or(&[][..], |(origin, ..)| report::wanted(origin.results_of));
    wanted.iter().try_for_each(|name| add(name, &mut files))?;
    Ok(files)
}

/// Did this program write it?
fn is_a_report(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1 << 12).read_to_end(&mut beginning));
    read.is_ok() && report::begins(&beginning)
}

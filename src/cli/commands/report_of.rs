//! `report`: a result folder → its files → one page.

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::cli::commands::print;
use crate::cli::exit::Failure;
use crate::cli::{args, budget};
use crate::observe::columns::COLUMNS;
use crate::output::report::{self, REPORT, ReportError};
use crate::output::results::origin::{ORIGIN, ResultsOf};
use crate::output::store::disk::{Held, file_or_nothing};
use crate::output::store::folder::{hold, write_together};
use crate::output::store::read::ResultFiles;
use crate::output::tables::bands::BANDS;
use crate::output::tables::differences::TIMELINE_DIFFERENCES;
use crate::output::tables::pools::POOLS;
use crate::output::tables::sweep::SWEEP_CSV;
use crate::output::tables::timeline::TIMELINE;
use crate::study::load_estimate::EstimatePart;
use crate::study::resource_estimate::{ResourceEstimate, of_report};

/// `report`: the page of a result folder.
pub fn report(args: &args::Report) -> Result<(), Failure> {
    let output = args.output.clone().unwrap_or_else(|| args.folder.join(REPORT));
    check_name(&output)?;
    // No other process changes the files while they are read.
    let _held = held(&args.folder)?;
    let (files, apart) = read(&args.folder)?;
    let page = report::html(&files, args.target.as_deref()).map_err(|error| match error {
        ReportError::Target { .. } => Failure::usage(error),
        _ => Failure::io(format!("{}: {error}", args.folder.display())),
    })?;
    // A fault of the file itself has been reported above: that message is more precise.
    if let Some(name) = apart.filter(|_| !args.force) {
        return Err(Failure::io(format!(
            "{}: {name} is not the one that {ORIGIN} tells of: it was changed, or files of two results stand side \
             by side\n  help: make the results again, or take the files as they are with --force",
            args.folder.display()
        )));
    }
    check_place(&output, args.force, "name another file with -o")?;
    write_together(&[(output.clone(), page.into_bytes())]).map_err(Failure::io)?;
    print(&format!("Wrote {}\n", output.display()))
}

/// Not even by force: a page would take the place of what it is made of.
pub(super) fn check_name(output: &Path) -> Result<(), Failure> {
    match output.extension() {
        Some(extension) if extension == "csv" || extension == "json" || extension == "yaml" => {
            let problem = format!("{} is no name for a page", output.display());
            Err(Failure::usage(format!("{problem}\n  help: name a file that ends with .html")))
        }
        _ => Ok(()),
    }
}

/// Whether a page may be written there; `other` is how another file is named.
pub(super) fn check_place(output: &Path, force: bool, other: &str) -> Result<(), Failure> {
    if let Err(error) = file_or_nothing(output) {
        return Err(Failure::io(format!("cannot write {}: {error}", output.display())));
    }
    if output.exists() && !force && !is_a_report(output) {
        return Err(Failure::io(format!(
            "{} is there and is no report\n  help: {other}, or overwrite it with --force",
            output.display()
        )));
    }
    Ok(())
}

fn held(folder: &Path) -> Result<Held, Failure> {
    if !folder.is_dir() {
        let help = "name the folder that run, replicate, sweep, size, compare or diagnose -o wrote";
        return Err(Failure::io(format!("{}: no such folder\n  help: {help}", folder.display())));
    }
    hold(folder).map_err(Failure::io)
}

/// Bytes of the figures of an instant that a page of many runs shows, about.
const FIGURES_SHOWN: f64 = 200.0;

/// What a page of the results in a folder takes.
fn of_report_in(folder: &Path, results_of: ResultsOf, sites: usize) -> EstimatePart {
    let bytes = |names: &[&str]| {
        let bytes = names.iter().filter_map(|name| fs::metadata(folder.join(name)).ok());
        bytes.map(|metadata| metadata.len() as f64).sum::<f64>()
    };
    let timeline =
        budget::counted(&folder.join(TIMELINE)).map(|shape| (shape.rows, shape.bytes / shape.rows.max(1.0)));
    // A row for each instant and column, of which a page shows some figures of some columns.
    let of_many =
        [BANDS, TIMELINE_DIFFERENCES].into_iter().find_map(|name| budget::shape_of(&folder.join(name)));
    let of_many = of_many.map(|shape| (shape.rows / COLUMNS.len() as f64, FIGURES_SHOWN));
    let over_time = timeline.or(of_many).unwrap_or_default();
    let others = if results_of == ResultsOf::Sweep { bytes(&[SWEEP_CSV]) } else { bytes(&[POOLS]) };
    of_report(over_time, others, sites as f64)
}

/// The files that a report of this folder is made of, and the first of them that is not as it was written.
fn read(folder: &Path) -> Result<(ResultFiles, Option<String>), Failure> {
    let mut files = ResultFiles::default();
    let find = |name: &str, files: &mut ResultFiles| {
        let failed = |error| Failure::io(format!("{}: {error}", folder.join(name).display()));
        files.find(folder, name).map_err(failed)
    };
    find(ORIGIN, &mut files)?;
    let mut first_apart = None;
    // A damaged or missing file is reported when the page is made.
    if let Ok((origin, info, _)) = files.origin() {
        budget::check(&ResourceEstimate::of_reading([of_report_in(
            folder,
            origin.results_of,
            info.sites.len(),
        )]))?;
        for name in report::wanted(origin.results_of) {
            let sha256 = find(name, &mut files)?;
            let is_apart = sha256.is_some_and(|sha256| *name != ORIGIN && origin.apart(name, &sha256));
            first_apart = first_apart.or(is_apart.then(|| (*name).to_string()));
        }
    }
    Ok((files, first_apart))
}

/// Did this program write it?
fn is_a_report(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(1 << 12).read_to_end(&mut beginning));
    read.is_ok() && report::begins(&beginning)
}

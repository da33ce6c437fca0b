//! The commands: each is the flow of its data. One file each; here is what several of them need.

mod audit;
mod audit_change;
mod audited;
mod check;
mod claim;
mod diagnose;
mod explain;
mod export_folder;
mod import;
mod init;
mod key_file;
mod man;
mod report_of;
mod run;
mod self_check;
mod translate;

pub use audit::audit;
pub use check::check;
pub use diagnose::diagnose;
pub use explain::explain;
pub use import::import;
pub use init::init;
pub use man::man;
pub use report_of::report;
pub use run::run;
pub use translate::translate;

pub mod compare;
mod planning;
pub mod replicate;
mod shardable;
pub mod shards;
pub mod size;
pub mod sweep;

#[cfg(feature = "parquet")]
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::CommandFactory;

use crate::cli::args;
use crate::cli::crash;
use crate::cli::exit::Failure;
use crate::cli::input::{self, Loaded, ScenarioFiles};
use crate::cli::interrupt::{interrupted, unless_interrupted};
use crate::cli::terminal::{tell, visible};
use crate::output::prose::{self, dates};
use crate::output::report::{self, REPORT, ReportError};
use crate::output::results::origin::{CommandLine, ORIGIN, ResultsOf, ResultsOrigin, SourceFile};
use crate::output::store::folder::{Committed, ResultFolder};
use crate::output::store::json::json;
use crate::output::store::read::ResultFiles;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::Changes;
use crate::scenario::schema;
use crate::scenario::values::instant_text;
use crate::study::run::Shortfall;
use crate::units::time::{Span, Time};

/// `schema`: the scenario language, for editors.
pub fn schema() -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(&schema::schema()).expect("a schema serialises");
    print_data(&format!("{text}\n"))
}

/// `completions`: what a shell needs to complete command lines.
pub fn completions(args: &args::Completions) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::Args::command(), "fleetsim", &mut script);
    print_data(&String::from_utf8_lossy(&script))
}

/// What was written where, in a line or two.
fn files_in_words(done: &Committed) -> String {
    let list =
        |paths: &[PathBuf]| paths.iter().map(|path| input::name_of(path)).collect::<Vec<_>>().join(", ");
    let removed = match done.removed.as_slice() {
        [] => String::new(),
        paths => format!("  Removed {} of an earlier run\n", list(paths)),
    };
    let folder = done.written.first().and_then(|path| path.parent()).unwrap_or(Path::new("."));
    format!("  Wrote into {}: {}\n{removed}", folder.display(), list(&done.written))
}

fn load(path: &Path, changes: &Changes, seed: Option<u64>, quiet: bool) -> Result<Scenario, Failure> {
    load_with_files(&ScenarioFiles::OnDisk, path, changes, seed, quiet).map(|(scenario, _)| scenario)
}

/// A scenario, and the files it was read from.
fn load_with_files(
    files: &ScenarioFiles,
    path: &Path,
    changes: &Changes,
    seed: Option<u64>,
    quiet: bool,
) -> Result<(Scenario, Vec<SourceFile>), Failure> {
    let Loaded { checked, warnings, files } = input::load_of(files, path, changes)?;
    if !quiet {
        tell(&warnings);
    }
    let mut scenario = checked.scenario;
    scenario.seed = seed.unwrap_or(scenario.seed);
    crash::working_on(&scenario);
    Ok((scenario, files))
}

/// The beginning of the command that gives the same results again: what, of which file, with which random stream.
fn again(command: &str, file: &Path, changes: &Changes, scenario: &Scenario) -> CommandLine {
    let line = CommandLine::new(command).file(&input::name_of(file));
    line.option("--seed", Some(scenario.seed)).changes(changes)
}

/// A scenario that ends at the instant asked about: what is asked about an instant is asked of a run up to it.
fn load_until(
    path: &Path,
    changes: &Changes,
    seed: Option<u64>,
    at: Option<&str>,
) -> Result<Scenario, Failure> {
    let mut scenario = load(path, changes, seed, false)?;
    scenario.duration = length_until(at, &scenario)?;
    Ok(scenario)
}

/// The instant asked about, as the length of the run that ends there: `--at`, else `asked_at` of the scenario, whose default
/// is its end.
fn length_until(at: Option<&str>, scenario: &Scenario) -> Result<Span, Failure> {
    let Some(at) = at else { return Ok(scenario.asked_at - Time::START) };
    let instant =
        instant_text(at, scenario.start).map_err(|why| Failure::usage(format!("--at {at}: {why}")))?;
    if instant < Time::START || instant > scenario.horizon() {
        let start = dates::timestamp(scenario.start, Time::START);
        return Err(Failure::usage(format!("--at {at} is not between {start} and {}", end_of(scenario))));
    }
    Ok(instant - Time::START)
}

fn end_of(scenario: &Scenario) -> String {
    dates::timestamp(scenario.start, scenario.horizon())
}

/// Puts a complete file among those to be committed.
fn stage(
    folder: &mut ResultFolder,
    name: &'static str,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut file = folder.open(name).map_err(Failure::io)?;
    write(&mut file).map_err(|e| Failure::io(file.error(e)))?;
    folder.stage(file, name).map_err(Failure::io)
}

/// Adds the Parquet file of a CSV file that is staged, if it is wanted.
#[cfg(feature = "parquet")]
fn stage_columns(
    folder: &mut ResultFolder,
    tables: args::Columnar,
    csv: &str,
    parquet: &'static str,
) -> Result<(), Failure> {
    let Some(path) = tables.parquet().then(|| folder.staged(csv)).flatten() else { return Ok(()) };
    let rows = File::open(path).map_err(|e| Failure::io(format!("{}: {e}", path.display())))?;
    let mut file = folder.open(parquet).map_err(Failure::io)?;
    crate::output::tables::parquet::write(csv, rows, &mut file).map_err(|e| Failure::io(file.error(e)))?;
    folder.stage(file, parquet).map_err(Failure::io)
}

/// This program was built without it.
#[cfg(not(feature = "parquet"))]
#[expect(clippy::unnecessary_wraps, reason = "it does otherwise")]
fn stage_columns(_: &mut ResultFolder, _: args::Columnar, _: &str, _: &'static str) -> Result<(), Failure> {
    Ok(())
}

/// Ends the work on a folder: adds to its files the manifest, where they all come from, and the report if it is
/// wanted, and gives all of them their names. The report is made of the other files, so that it says what they
/// say; if it cannot be made, or there is a signal to end meanwhile, they are there all the same.
fn commit(
    mut folder: ResultFolder,
    with_report: bool,
    mut origin: ResultsOrigin,
    (manifest, bytes): (&'static str, &[u8]),
) -> Result<Committed, Failure> {
    stage(&mut folder, manifest, |out| out.write_all(bytes))?;
    origin.results = folder.digests();
    stage(&mut folder, ORIGIN, |out| out.write_all(&json(&origin)))?;
    let mut trouble = None;
    // A study that was interrupted says so itself.
    if with_report && !interrupted() {
        match report_of_staged(&folder, origin.results_of)? {
            Some(Ok(page)) => stage(&mut folder, REPORT, |out| out.write_all(page.as_bytes()))?,
            Some(Err(error)) => trouble = Some(ReportTrouble::Error(error)),
            None => trouble = Some(ReportTrouble::Interrupted),
        }
    }
    let done = folder.commit().map_err(Failure::io)?;
    match trouble {
        None => Ok(done),
        Some(ReportTrouble::Interrupted) => {
            Err(Failure::interrupted(&format!("{REPORT} was not made; all other files are there")))
        }
        Some(ReportTrouble::Error(error)) => Err(Failure::io(format!(
            "{REPORT}: {error}\n  note: the other files are there\n{}",
            files_in_words(&done)
        ))),
    }
}

/// Why there is no report.
enum ReportTrouble {
    Error(ReportError),
    Interrupted,
}

/// The report of files that wait to be committed. `None`: there was a signal to end before it was made.
fn report_of_staged(
    folder: &ResultFolder,
    results_of: ResultsOf,
) -> Result<Option<Result<String, ReportError>>, Failure> {
    let mut files = ResultFiles::default();
    for wanted in report::wanted(results_of) {
        if let Some(path) = folder.staged(wanted) {
            files.add_file(wanted, path.to_path_buf());
        }
    }
    Ok(unless_interrupted(move || report::html(&files, None)))
}

/// Says on stderr which actions found fewer clients than they asked for.
fn note(scenario: &Scenario, shortfalls: &[Shortfall]) {
    tell(&prose::run::shortfalls(scenario, shortfalls));
}

/// Prints text for people to stdout.
fn print(text: &str) -> Result<(), Failure> {
    print_data(&visible(text))
}

/// Prints to stdout what programs read, as it is; a reader that has gone away (`| head`) is a quiet end.
fn print_data(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::io(format!("stdout: {error}"))),
        _ => Ok(()),
    }
}

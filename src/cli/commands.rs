//! The commands: each is the flow of its data.

pub mod compare;
mod planning;
pub mod replicate;
pub mod size;
pub mod sweep;

use std::cell::RefCell;
use std::io::{self, ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use super::args;
use super::exit::Failure;
use super::input::{self, Loaded};
use super::progress::Progress;
use crate::fleet::roster::Roster;
use crate::observe::trace::{Detail, Trace};
use crate::output::events_csv::EventsCsv;
use crate::output::folder::{Committed, EVENTS, ResultFolder, Staged, TIMELINE};
use crate::output::summary_json::{SUMMARY, Summary};
use crate::output::{console, story, text, timeline_csv};
use crate::scenario::fault::nearest;
use crate::scenario::model::{Clients, Scenario};
use crate::scenario::read::{find_client, numbers_of};
use crate::scenario::values::instant_text;
use crate::study;
use crate::study::run::Outcome;
use crate::words::time::{Span, Time};

/// `run`: scenario → folder claimed → run → files → answers.
pub fn run(args: &args::Run) -> Result<(), Failure> {
    let scenario = load(&args.scenario, args.seed, args.quiet)?;
    let output = args.output.clone().unwrap_or_else(|| PathBuf::from(input::stem(&args.scenario)));
    let mut folder = ResultFolder::claim(&output, &scenario.name, args.force).map_err(Failure::io)?;
    let mut progress = Progress::new(scenario.horizon(), !args.quiet && !args.no_progress);
    let outcome = match args.events {
        None => study::run::run(&scenario, 0, (), |at, _| progress.watch(at))?,
        Some(detail) => run_with_events(&scenario, detail, &mut folder, &mut progress)?,
    };
    progress.finish();
    let summary = Summary::new(&scenario, &outcome);
    write_results(&scenario, &outcome, &summary, &mut folder)?;
    let done = folder.commit().map_err(Failure::io)?;
    match args.format {
        args::Format::Table if args.quiet => Ok(()),
        args::Format::Json => print(&String::from_utf8_lossy(&summary.to_bytes())),
        args::Format::Table => {
            print(&format!("{}\n{}", console::answers(&scenario, &outcome), files_in_words(&done)))
        }
    }
}

fn files_in_words(done: &Committed) -> String {
    let list = |paths: &[PathBuf]| {
        let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        names.join(", ")
    };
    let removed = match done.removed.as_slice() {
        [] => String::new(),
        paths => format!("  Removed {} of an earlier run\n", list(paths)),
    };
    format!("  Wrote {}\n{removed}", list(&done.written))
}

fn run_with_events(
    scenario: &Scenario,
    detail: args::Events,
    folder: &mut ResultFolder,
    progress: &mut Progress,
) -> Result<Outcome, Failure> {
    let detail = match detail {
        args::Events::Changes => Detail::Changes,
        args::Events::All => Detail::Everything,
    };
    let staged = folder.open(EVENTS).map_err(Failure::io)?;
    let failed = |e: io::Error| Failure::io(format!("cannot write {EVENTS}: {e}"));
    let mut csv = EventsCsv::new(scenario, staged).map_err(failed)?;
    let trouble: RefCell<Option<io::Error>> = RefCell::new(None);
    let trace = Trace::new(scenario, detail, None, |line| {
        if let Err(error) = csv.write(&line) {
            trouble.borrow_mut().get_or_insert(error);
        }
    });
    // A full disk ends the run at once instead of after it.
    let watch = |at, _| match *trouble.borrow() {
        Some(_) => ControlFlow::Break(()),
        None => progress.watch(at),
    };
    let outcome = study::run::run(scenario, 0, trace, watch);
    if let Some(error) = trouble.into_inner() {
        return Err(failed(error));
    }
    let outcome = outcome?;
    let staged: Staged = csv.finish().map_err(failed)?;
    folder.stage(staged, EVENTS).map_err(Failure::io)?;
    Ok(outcome)
}

fn write_results(
    scenario: &Scenario,
    outcome: &Outcome,
    summary: &Summary,
    folder: &mut ResultFolder,
) -> Result<(), Failure> {
    let mut file = folder.open(TIMELINE).map_err(Failure::io)?;
    timeline_csv::write(&outcome.rows, scenario.start, &mut file).map_err(|e| Failure::io(file.error(e)))?;
    folder.stage(file, TIMELINE).map_err(Failure::io)?;
    let mut file = folder.open(SUMMARY).map_err(Failure::io)?;
    file.write_all(&summary.to_bytes()).map_err(|e| Failure::io(file.error(e)))?;
    folder.stage(file, SUMMARY).map_err(Failure::io)
}

/// `check`: all faults, or what the scenario holds.
pub fn check(args: &args::Check) -> Result<(), Failure> {
    let Loaded { checked, warnings } = input::load(&args.scenario)?;
    let scenario = &checked.scenario;
    let _ = io::stderr().lock().write_all(warnings.as_bytes());
    let roster = Roster::new(scenario, 0);
    print(&format!(
        "{}: ok: {}, {}, {}, {}, {} long\n",
        args.scenario.display(),
        text::counted(scenario.groups.len() as u64, "group"),
        text::counted(roster.len() as u64, "client"),
        text::counted(scenario.licenses.len() as u64, "license file"),
        text::counted(scenario.actions.len() as u64, "action"),
        scenario.duration,
    ))
}

/// `explain`: one client's story.
pub fn explain(args: &args::Explain) -> Result<(), Failure> {
    let mut scenario = load(&args.scenario, args.seed, false)?;
    if let Some(at) = &args.at {
        scenario.duration = story_length(at, &scenario)?;
    }
    let found =
        find_client(&args.client, &scenario.groups).ok_or_else(|| no_such_client(&args.client, &scenario))?;
    let mut progress = Progress::new(scenario.horizon(), !args.no_progress);
    let told = study::explain::explain(&scenario, found, |at, _| progress.watch(at));
    progress.finish();
    let told = told?.ok_or_else(|| {
        let roster = Roster::new(&scenario, 0);
        let arrived = text::counted(roster.of_group(found.0).len() as u64, "client");
        let group = &scenario.groups[found.0].name;
        let end = end_of(&scenario);
        Failure::usage(format!(
            "no client `{}`: by {end} {arrived} of group `{group}` have arrived",
            args.client
        ))
    })?;
    print(&story::tell(&scenario, &told))
}

/// `--at`, as the length of the run that ends there.
fn story_length(at: &str, scenario: &Scenario) -> Result<Span, Failure> {
    let instant =
        instant_text(at, scenario.start).map_err(|why| Failure::usage(format!("--at {at}: {why}")))?;
    if instant <= Time::START || instant > scenario.horizon() {
        let start = text::timestamp(scenario.start, Time::START);
        return Err(Failure::usage(format!("--at {at} is not between {start} and {}", end_of(scenario))));
    }
    Ok(instant - Time::START)
}

fn end_of(scenario: &Scenario) -> String {
    text::timestamp(scenario.start, scenario.horizon())
}

fn no_such_client(name: &str, scenario: &Scenario) -> Failure {
    let mut names: Vec<String> = Vec::new();
    for group in &scenario.groups {
        match &group.clients {
            Clients::Named(own) => names.extend(own.iter().cloned()),
            Clients::Count(0) => {}
            Clients::Count(n) => names.extend([format!("{}-1", group.name), format!("{}-{n}", group.name)]),
            Clients::Unbounded => names.push(format!("{}-1", group.name)),
        }
    }
    let near = nearest(name, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"));
    let hint = match numbers_of(name, &scenario.groups).or(near) {
        Some(hint) => hint,
        None if names.len() > 10 => {
            format!("clients are called: {}, and {} more", names[..10].join(", "), names.len() - 10)
        }
        None => format!("clients are called: {}", names.join(", ")),
    };
    Failure::usage(format!("no client `{name}`\n  help: {hint}"))
}

fn load(path: &std::path::Path, seed: Option<u64>, quiet: bool) -> Result<Scenario, Failure> {
    let Loaded { checked, warnings } = input::load(path)?;
    if !quiet {
        let _ = io::stderr().lock().write_all(warnings.as_bytes());
    }
    let mut scenario = checked.scenario;
    scenario.seed = seed.unwrap_or(scenario.seed);
    Ok(scenario)
}

/// Prints to stdout; a reader that has gone away (`| head`) is a quiet end.
fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::io(format!("stdout: {error}"))),
        _ => Ok(()),
    }
}

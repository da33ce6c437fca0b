//! `run`: one run, its files and its answers.

use std::cell::RefCell;
use std::io;
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::cli::commands::{
    again, commit, files_in_words, load_with_files, print, print_data, self_check, stage, stage_columns,
};
use crate::cli::exit::Failure;
use crate::cli::input::ScenarioFiles;
use crate::cli::progress::Progress;
use crate::cli::{args, budget, input, terminal};
use crate::fleet::Mode;
use crate::observe::sites::Sites;
use crate::observe::trace::{Detail, Trace};
use crate::output::report::REPORT;
use crate::output::results::origin::{ORIGIN, ResultsOf, ResultsOrigin};
use crate::output::results::summary::{SUMMARY, Summary};
use crate::output::store::folder::{Contents, ResultFolder, Staged};
use crate::output::store::folder_error::FolderError;
use crate::output::store::json::json;
use crate::output::tables::events::EVENTS;
use crate::output::tables::events::EventsCsv;
use crate::output::tables::sites::SITES;
use crate::output::tables::solutions::SOLUTIONS;
use crate::output::tables::timeline::{self, TIMELINE, TIMELINE_PARQUET};
use crate::output::terminal_chart::{Charset, chart};
use crate::output::{prose::run, tables::sites, tables::solutions};
use crate::scenario::model::Scenario;
use crate::study;
use crate::study::parallel;
use crate::study::resource_estimate::ResourceEstimate;
use crate::study::run::Outcome;
use crate::study::self_check::Ran;

/// What stands in a result folder.
const CONTENTS: Contents = Contents {
    of: ResultsOf::Run,
    manifest: SUMMARY,
    others: &[TIMELINE, TIMELINE_PARQUET, SITES, SOLUTIONS, EVENTS, ORIGIN, REPORT],
    partial: None,
};

/// `run`: scenario → folder claimed → run → files → answers.
pub fn run(args: &args::Run) -> Result<(), Failure> {
    let results = &args.results;
    let changes = args.changes.read()?;
    let (scenario, files) =
        load_with_files(&ScenarioFiles::OnDisk, &args.scenario, &changes, args.seed.seed, results.quiet)?;
    let output =
        results.output.clone().unwrap_or_else(|| PathBuf::from(input::name_for_results(&args.scenario)));
    let every_scan = args.exhaustive || args.events == Some(args::Events::All);
    budget::check(&ResourceEstimate::of_run(&scenario, every_scan, results.report))?;
    let mut folder =
        ResultFolder::claim(&CONTENTS, &output, &scenario.name, results.force).map_err(Failure::io)?;
    let mode = Mode { exhaustive: args.exhaustive, threads: parallel::processors() };
    let mut progress = Progress::new(scenario.horizon(), results.progress());
    let mut sites = Sites::new(&scenario, 0);
    let outcome = match args.events {
        None => study::run::run(&scenario, 0, mode, &mut sites, |at, _| progress.watch(at))?,
        Some(detail) => run_with_events(&scenario, mode, detail, &mut sites, &mut folder, &mut progress)?,
    };
    progress.finish();
    let events = args.events.map(|events| match events {
        args::Events::Changes => "--events",
        args::Events::All => "--events=all",
    });
    let command = again("run", &args.scenario, &changes, &scenario);
    let command = events.iter().fold(command, |command, events| command.argument(events));
    let command = args.tables.option().iter().fold(command, |command, option| command.argument(option));
    let origin = ResultsOrigin::new(ResultsOf::Run, &command, files, &[&scenario]);
    let ran = Ran { outcome, sites: sites.finish() };
    write_results(&scenario, &ran, &mut folder)?;
    stage_columns(&mut folder, args.tables, TIMELINE, TIMELINE_PARQUET)?;
    let checked = match args.self_check {
        true => self_check::self_check(&scenario, mode, &ran, results)?,
        false => String::new(),
    };
    let Ran { outcome, .. } = ran;
    let summary = json(&Summary::new(&scenario, &outcome));
    let done = commit(folder, results.report, origin, (SUMMARY, &summary))?;
    match results.format {
        args::Format::Table if results.quiet => Ok(()),
        args::Format::Json => {
            if !results.quiet {
                // Stdout is for the summary alone.
                terminal::tell(&checked);
            }
            print_data(&String::from_utf8_lossy(&summary))
        }
        args::Format::Table => {
            let charset = if args.ascii { Charset::Ascii } else { Charset::Unicode };
            let chart = chart(&outcome.rows, scenario.start, terminal::width(), charset);
            let mut parts = vec![run::answers(&scenario, &outcome), chart, checked, files_in_words(&done)];
            parts.retain(|part| !part.is_empty());
            print(&parts.join("\n"))
        }
    }
}

fn run_with_events(
    scenario: &Scenario,
    mode: Mode,
    detail: args::Events,
    sites: &mut Sites,
    folder: &mut ResultFolder,
    progress: &mut Progress,
) -> Result<Outcome, Failure> {
    let detail = match detail {
        args::Events::Changes => Detail::Changes,
        args::Events::All => Detail::Everything,
    };
    let staged = folder.open(EVENTS).map_err(Failure::io)?;
    let path = folder.path().join(EVENTS);
    let failed = |source: io::Error| Failure::io(FolderError::Write { path: path.clone(), source });
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
    let outcome = study::run::run(scenario, 0, mode, (sites, trace), watch);
    if let Some(error) = trouble.into_inner() {
        return Err(failed(error));
    }
    let outcome = outcome?;
    let staged: Staged = csv.finish().map_err(failed)?;
    folder.stage(staged, EVENTS).map_err(Failure::io)?;
    Ok(outcome)
}

fn write_results(scenario: &Scenario, ran: &Ran, folder: &mut ResultFolder) -> Result<(), Failure> {
    stage(folder, TIMELINE, |out| timeline::write(&ran.outcome.rows, scenario.start, out))?;
    stage(folder, SITES, |out| sites::write(&ran.sites, scenario, out))?;
    if scenario.solutions.is_empty() {
        return Ok(());
    }
    stage(folder, SOLUTIONS, |out| solutions::write(&ran.outcome.solutions.rows, scenario, out))
}

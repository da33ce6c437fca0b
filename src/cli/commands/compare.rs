//! `compare`: two scenarios → pairs of runs → files → differences, and where the runs part.

use super::planning::{begun, claim, forget, present, stage_unfinished, threads, warm_up};
use super::{commit, load_with_files, stage};
use crate::cli::args;
use crate::cli::budget;
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::progress::{Steps, interrupted};
use crate::output::compare_files::{
    COMPARE, DIFFERENCES, PARTIAL, Report, TIMELINE_DIFFERENCES, write_differences, write_timeline,
};
use crate::output::folder::Contents;
use crate::output::identity::Identity;
use crate::output::origin::{CommandLine, ORIGIN, Origin, ResultsOf};
use crate::output::planning_text;
use crate::output::report::REPORT;
use crate::output::unfinished::Work;
use crate::scenario;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::Changes;
use crate::study::compare::{Compared, go_on};
use crate::study::need::Need;
use crate::study::parting::parting;

const CONTENTS: Contents = Contents {
    of: ResultsOf::Compare,
    manifest: COMPARE,
    others: &[DIFFERENCES, TIMELINE_DIFFERENCES, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

pub fn run(args: &args::Compare) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let (unchanged, changes) = (Changes::default(), args.changes.read()?);
    if args.second.is_none() && changes.is_empty() {
        let problem = "there is nothing to compare the scenario with";
        let help = "name a second scenario, or say with --set or --action what to change in the first";
        return Err(Failure::usage(format!("{problem}\n  help: {help}")));
    }
    let (first, mut files) = load_with_files(&args.first, &unchanged, results.seed, results.quiet)?;
    let file = args.second.as_ref().unwrap_or(&args.first);
    let (second, others) = load_with_files(file, &changes, Some(first.seed), results.quiet)?;
    if first.start != second.start {
        let problem = "the scenarios start at different dates, so instants cannot be compared";
        return Err(Failure::usage(format!("{problem}\n  help: give both the same `start`")));
    }
    let both = [&first, &second];
    budget::check(&both.map(|scenario| Need::of_many(scenario, threads(many))), results.anyway)?;
    let names = names(args);
    let titles = titles(both, &changes, &names);
    let until = if first.duration <= second.duration { &first } else { &second };
    let warm_up = warm_up(many.warm_up.as_deref(), until)?;
    let work = Work::new(
        Identity::of(&first),
        [
            ("second scenario", scenario::digest(&second)),
            ("--replications", args.replications.to_string()),
            ("--warm-up", warm_up.to_string()),
        ],
    );
    let mut folder = claim(&CONTENTS, "compare", &args.first, results, &first)?;
    let partial = folder.path().join(PARTIAL);
    let begun = begun(many, &partial, &work)?.unwrap_or_else(Compared::begin);
    let already = begun.replications;
    let steps = Steps::new(args.replications - already, "pairs of runs", results.progress());
    let parting = parting(both, &interrupted);
    let each = || steps.done(1);
    let compared = go_on(begun, both, args.replications, warm_up, threads(many), each, &interrupted);
    steps.finish();
    if compared.replications == already {
        return Err(Failure::interrupted("nothing new was written"));
    }
    let report = Report::new(both, &titles, &compared, parting.as_ref()).to_bytes();
    stage(&mut folder, DIFFERENCES, |out| write_differences(&compared, out))?;
    stage(&mut folder, TIMELINE_DIFFERENCES, |out| write_timeline(&compared.timelines, first.start, out))?;
    files[0].name.clone_from(&names[0]);
    if let Some(name) = names.get(1) {
        let first_of_second = files.len();
        files.extend(others);
        files[first_of_second].name.clone_from(name);
    }
    let command = names.iter().fold(CommandLine::new("compare"), |line, name| line.argument(name));
    let command = command
        .option("--seed", Some(first.seed))
        .typed(&changes.typed())
        .option("-n", Some(args.replications))
        .option("--warm-up", many.warm_up.as_ref());
    if !compared.complete {
        stage_unfinished(&mut folder, PARTIAL, &work, &compared)?;
    }
    let done = commit(
        folder,
        results.report,
        Origin::new(ResultsOf::Compare, command, files, &both),
        (COMPARE, &report),
    )?;
    if compared.complete {
        forget(&partial)?;
    }
    present(results, &report, &done, || planning_text::compared(both, &titles, &compared, parting.as_ref()))?;
    match compared.complete {
        true => Ok(()),
        false => Err(Failure::interrupted(&format!(
            "the results are of the first {} pairs of runs; --resume goes on",
            compared.replications
        ))),
    }
}

/// The files, by names that tell them apart without their folders.
fn names(args: &args::Compare) -> Vec<String> {
    let names: Vec<String> = [Some(&args.first), args.second.as_ref()]
        .into_iter()
        .flatten()
        .map(|file| input::name_of(file))
        .collect();
    match names.as_slice() {
        [first, second] if first == second => vec![format!("a-{first}"), format!("b-{second}")],
        _ => names,
    }
}

/// What both are called: by their names, by their files where those are equal, and how the second was changed.
fn titles([first, second]: [&Scenario; 2], changes: &Changes, files: &[String]) -> [String; 2] {
    let mut titles = [first.name.clone(), second.name.clone()];
    if let ([first, second], true) = (files, titles[0] == titles[1]) {
        titles = [format!("{} ({first})", titles[0]), format!("{} ({second})", titles[1])];
    }
    if !changes.is_empty() {
        titles[1] += &format!(" with {}", changes.typed());
    }
    titles
}

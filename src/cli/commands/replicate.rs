//! `replicate`: scenario → folder claimed → many runs → files → answers.

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;

use super::planning::{begun, claim, forget, measure_named, present, stage_unfinished, threads, warm_up};
use super::{again, commit, load_with_files, stage};
use crate::cli::args;
use crate::cli::budget;
use crate::cli::exit::Failure;
use crate::cli::progress::{Steps, interrupted};
use crate::output::bands_csv::{self, BANDS};
use crate::output::folder::{Contents, FolderError, ResultFolder, Staged};
use crate::output::hashing::Hashing;
use crate::output::identity::Identity;
use crate::output::origin::{ORIGIN, Origin, ResultsOf};
use crate::output::planning_text;
use crate::output::replicate_json::{PARTIAL, REPLICATE, Report};
use crate::output::replications_csv::{REPLICATIONS, ReplicationsCsv};
use crate::output::report::REPORT;
use crate::output::unfinished::{UnfinishedError, Work};
use crate::scenario::model::Scenario;
use crate::study::need::Need;
use crate::study::replicate::{Plan, Replicated, go_on};
use crate::study::stopping::Stopping;

/// The files of this command.
pub const CONTENTS: Contents = Contents {
    of: ResultsOf::Replicate,
    manifest: REPLICATE,
    others: &[BANDS, REPLICATIONS, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

/// Most runs when only the stopping rule says how many.
const MOST: u64 = 100_000;

/// What there is of work that was interrupted: how many bytes of rows, their SHA-256, and what they say.
type Begun = (u64, String, Replicated);

pub fn run(args: &args::Replicate) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let changes = args.changes.read()?;
    let (scenario, files) = load_with_files(&args.scenario, &changes, results.seed, results.quiet)?;
    let plan = plan(args, &scenario)?;
    budget::check(&[Need::of_many(&scenario, plan.threads)], results.anyway)?;
    let work = work(args, &plan, &scenario);
    let mut folder = claim(&CONTENTS, "replicate", &args.scenario, results, &scenario)?;
    let partial = folder.path().join(PARTIAL);
    let begun: Option<Begun> = begun(many, &partial, &work)?;
    let mut csv = rows(&folder, &scenario, begun.as_ref())?;
    let begun = begun.map_or_else(|| Replicated::begin(&plan), |(.., all)| all);
    let already = begun.replications;
    let steps = Steps::new(plan.replications - already, "replications", results.progress());
    let path = folder.path().join(REPLICATIONS);
    let failed = |source: io::Error| Failure::io(FolderError::Write { path: path.clone(), source });
    let mut trouble = None;
    let each = |replication: &_| {
        steps.done(1);
        // A full disk ends it at once.
        match csv.write(replication) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                trouble = Some(error);
                ControlFlow::Break(())
            }
        }
    };
    let all = go_on(begun, &scenario, &plan, each, &interrupted);
    steps.finish();
    if let Some(error) = trouble {
        return Err(failed(error));
    }
    if all.replications == already {
        return Err(Failure::interrupted("nothing new was written"));
    }
    let csv = csv.finish().map_err(failed)?;
    let (bytes, rows) = (csv.bytes(), csv.hex());
    folder.stage(csv.out, REPLICATIONS).map_err(Failure::io)?;
    let report = Report::new(&scenario, &plan, &all).to_bytes();
    stage(&mut folder, BANDS, |out| bands_csv::write(&all.bands, scenario.start, out))?;
    let command = again("replicate", &args.scenario, &changes, &scenario)
        .option("-n", args.replications)
        .option("--until-half-width", args.until_half_width)
        .option("--of", args.until_half_width.map(|_| &args.of))
        .option("--warm-up", many.warm_up.as_ref());
    let broken_off = interrupted() && !all.complete;
    if broken_off {
        stage_unfinished(&mut folder, PARTIAL, &work, &(bytes, rows, &all))?;
    }
    let done = commit(
        folder,
        results.report,
        Origin::new(ResultsOf::Replicate, command, files, &[&scenario]),
        (REPLICATE, &report),
    )?;
    if !broken_off {
        forget(&partial)?;
    }
    present(results, &report, &done, || planning_text::replicated(&scenario, &plan, &all))?;
    match broken_off {
        true => {
            let left = format!("the results are of the first {}; --resume goes on", all.replications);
            Err(Failure::interrupted(&left))
        }
        false => Ok(()),
    }
}

/// The table of replications, with the rows that are there already. Who was killed while files got their names may
/// have left more rows than the work remembers; those are made again.
fn rows(
    folder: &ResultFolder,
    scenario: &Scenario,
    begun: Option<&Begun>,
) -> Result<ReplicationsCsv<Hashing<Staged>>, Failure> {
    let earlier = folder.path().join(REPLICATIONS);
    let failed = |source: io::Error| Failure::io(FolderError::Write { path: earlier.clone(), source });
    let mut out = Hashing::new(folder.open(REPLICATIONS).map_err(Failure::io)?);
    let Some((bytes, rows, _)) = begun else {
        return ReplicationsCsv::new(scenario.start, out).map_err(failed);
    };
    let apart = || {
        let path = folder.path().join(PARTIAL);
        Failure::io(UnfinishedError::Apart { path, with: REPLICATIONS })
    };
    let mut earlier_rows = File::open(&earlier).map_err(|_| apart())?.take(*bytes);
    io::copy(&mut earlier_rows, &mut out).map_err(failed)?;
    match out.hex() == *rows {
        true => Ok(ReplicationsCsv::below(scenario.start, out)),
        false => Err(apart()),
    }
}

/// What is worked on.
fn work(args: &args::Replicate, plan: &Plan, scenario: &Scenario) -> Work {
    let until = args.until_half_width.map_or("none".into(), |width| format!("{width:?} of {}", args.of));
    let asked = [
        ("--replications", plan.replications.to_string()),
        ("--until-half-width", until),
        ("--warm-up", plan.warm_up.to_string()),
    ];
    Work::new(Identity::of(scenario), asked)
}

fn plan(args: &args::Replicate, scenario: &Scenario) -> Result<Plan, Failure> {
    let stopping = match args.until_half_width {
        None => None,
        Some(wanted) => Some(Stopping::new(measure_named(&args.of)?, wanted)),
    };
    Ok(Plan {
        replications: args.replications.unwrap_or(MOST),
        stopping,
        warm_up: warm_up(args.many.warm_up.as_deref(), scenario)?,
        threads: threads(&args.many),
    })
}

//! `replicate`: scenario → folder claimed → many runs → files → answers.

use std::ops::ControlFlow;

use super::load;
use super::planning::{claim, measure_named, present, stage, threads, warm_up};
use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::progress::{Steps, interrupted};
use crate::output::bands_csv::{self, BANDS};
use crate::output::folder::{Contents, ResultFolder};
use crate::output::planning_text;
use crate::output::replicate_json::{REPLICATE, Report};
use crate::output::replications_csv::{REPLICATIONS, ReplicationsCsv};
use crate::scenario::model::Scenario;
use crate::study::replicate::{Plan, Replicated, replicate};
use crate::study::stopping::Stopping;

/// The files of this command.
pub const CONTENTS: Contents = Contents { manifest: REPLICATE, others: &[BANDS, REPLICATIONS] };

/// Most runs when only the stopping rule says how many.
const MOST: u64 = 100_000;

pub fn run(args: &args::Replicate) -> Result<(), Failure> {
    let common = &args.common;
    let scenario = load(&args.scenario, common.seed, common.quiet)?;
    let plan = plan(args, &scenario)?;
    let mut folder = claim(&CONTENTS, "replicate", &args.scenario, common, &scenario)?;
    let steps = Steps::new(plan.replications, "replications", !common.quiet && !common.no_progress);
    let staged = folder.open(REPLICATIONS).map_err(Failure::io)?;
    let failed = |e: std::io::Error| Failure::io(format!("cannot write {REPLICATIONS}: {e}"));
    let mut csv = ReplicationsCsv::new(scenario.start, staged).map_err(failed)?;
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
    let all = replicate(&scenario, &plan, each, &interrupted);
    steps.finish();
    if let Some(error) = trouble {
        return Err(failed(error));
    }
    if all.replications == 0 {
        return Err(Failure::interrupted("nothing was written"));
    }
    folder.stage(csv.finish().map_err(failed)?, REPLICATIONS).map_err(Failure::io)?;
    let report = Report::new(&scenario, &plan, &all).to_bytes();
    write_results(&scenario, &all, &report, &mut folder)?;
    let done = folder.commit().map_err(Failure::io)?;
    present(common, &report, &done, || planning_text::replicated(&scenario, &plan, &all))?;
    match interrupted() && !all.complete {
        true => Err(Failure::interrupted(&format!("the results are of the first {}", all.replications))),
        false => Ok(()),
    }
}

fn write_results(
    scenario: &Scenario,
    all: &Replicated,
    report: &[u8],
    folder: &mut ResultFolder,
) -> Result<(), Failure> {
    stage(folder, BANDS, |out| bands_csv::write(&all.bands, scenario.start, out))?;
    stage(folder, REPLICATE, |out| out.write_all(report))
}

fn plan(args: &args::Replicate, scenario: &Scenario) -> Result<Plan, Failure> {
    let stopping = match args.until_half_width {
        None => None,
        Some(wanted) => Some(Stopping::new(measure_named(&args.of)?, wanted)),
    };
    Ok(Plan {
        replications: args.replications.unwrap_or(MOST),
        stopping,
        warm_up: warm_up(args.warm_up.as_deref(), scenario)?,
        threads: threads(&args.common),
    })
}

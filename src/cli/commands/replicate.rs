//! `replicate`: scenario → folder claimed → many runs → files → answers.

use std::io::Write;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{files_in_words, load, print};
use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::progress::{Steps, interrupted};
use crate::output::bands_csv::{self, BANDS};
use crate::output::folder::{Contents, ResultFolder};
use crate::output::planning_text;
use crate::output::replicate_json::{REPLICATE, Report};
use crate::output::replications_csv::{REPLICATIONS, ReplicationsCsv};
use crate::scenario::fault::nearest;
use crate::scenario::model::Scenario;
use crate::scenario::values::instant_text;
use crate::study::measures::{self, MEASURES};
use crate::study::replicate::{Plan, Replicated, replicate};
use crate::study::stopping::Stopping;
use crate::words::time::{Span, Time};

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
    match common.format {
        args::Format::Table if common.quiet => {}
        args::Format::Json => print(&String::from_utf8_lossy(&report))?,
        args::Format::Table => {
            let answers = planning_text::replicated(&scenario, &plan, &all);
            print(&format!("{answers}\n{}", files_in_words(&done)))?;
        }
    }
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
    let mut file = folder.open(BANDS).map_err(Failure::io)?;
    bands_csv::write(&all.bands, scenario.start, &mut file).map_err(|e| Failure::io(file.error(e)))?;
    folder.stage(file, BANDS).map_err(Failure::io)?;
    let mut file = folder.open(REPLICATE).map_err(Failure::io)?;
    file.write_all(report).map_err(|e| Failure::io(file.error(e)))?;
    folder.stage(file, REPLICATE).map_err(Failure::io)
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

/// The place of a measure, by a name typed on the command line.
pub fn measure_named(name: &str) -> Result<usize, Failure> {
    measures::find(name).ok_or_else(|| {
        let names = || MEASURES.iter().map(|measure| measure.name);
        let help = match nearest(name, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("there are: {}", names().collect::<Vec<_>>().join(", ")),
        };
        Failure::usage(format!("no measure is called `{name}`\n  help: {help}"))
    })
}

/// `--warm-up`, as a length of time.
pub fn warm_up(typed: Option<&str>, scenario: &Scenario) -> Result<Span, Failure> {
    let Some(typed) = typed else { return Ok(Span::ZERO) };
    let at = instant_text(typed, scenario.start)
        .map_err(|why| Failure::usage(format!("--warm-up {typed}: {why}")))?;
    if at < Time::START || at >= scenario.horizon() {
        let duration = scenario.duration;
        return Err(Failure::usage(format!(
            "--warm-up {typed} leaves nothing of a scenario of {duration}\n  help: give a longer `duration`"
        )));
    }
    Ok(at - Time::START)
}

/// As many threads as asked for, or as there are processors.
pub fn threads(common: &args::Common) -> usize {
    let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
    common.threads.map_or_else(processors, usize::from)
}

/// Claims the folder of a command's results.
pub fn claim(
    contents: &'static Contents,
    command: &str,
    file: &Path,
    common: &args::Common,
    scenario: &Scenario,
) -> Result<ResultFolder, Failure> {
    let default = || PathBuf::from(format!("{}-{command}", input::stem(file)));
    let output = common.output.clone().unwrap_or_else(default);
    ResultFolder::claim_for(contents, &output, &scenario.name, common.force).map_err(Failure::io)
}

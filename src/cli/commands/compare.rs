//! `compare`: two scenarios → pairs of runs → files → differences, and where the runs part.

use super::load;
use super::planning::{claim, present, stage, threads, warm_up};
use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::progress::{Steps, interrupted};
use crate::output::compare_files::{COMPARE, DIFFERENCES, Report, write_differences};
use crate::output::folder::Contents;
use crate::output::planning_text;
use crate::study::compare::{compare, parting};

const CONTENTS: Contents = Contents { manifest: COMPARE, others: &[DIFFERENCES] };

pub fn run(args: &args::Compare) -> Result<(), Failure> {
    let common = &args.common;
    let first = load(&args.first, common.seed, common.quiet)?;
    let second = load(&args.second, Some(first.seed), common.quiet)?;
    if first.start != second.start {
        let problem = "the scenarios start at different dates, so instants cannot be compared";
        return Err(Failure::usage(format!("{problem}\n  help: give both the same `start`")));
    }
    let both = [&first, &second];
    let until = if first.duration <= second.duration { &first } else { &second };
    let warm_up = warm_up(args.warm_up.as_deref(), until)?;
    let mut folder = claim(&CONTENTS, "compare", &args.first, common, &first)?;
    let steps = Steps::new(args.replications, "pairs of runs", !common.quiet && !common.no_progress);
    let parting = parting(both, &interrupted);
    let compared = compare(both, args.replications, warm_up, threads(common), || steps.done(1), &interrupted);
    steps.finish();
    if compared.replications == 0 {
        return Err(Failure::interrupted("nothing was written"));
    }
    let report = Report::new(both, &compared, parting.as_ref()).to_bytes();
    stage(&mut folder, DIFFERENCES, |out| write_differences(&compared, out))?;
    stage(&mut folder, COMPARE, |out| out.write_all(&report))?;
    let done = folder.commit().map_err(Failure::io)?;
    present(common, &report, &done, || planning_text::compared(both, &compared, parting.as_ref()))?;
    match compared.complete {
        true => Ok(()),
        false => Err(Failure::interrupted(&format!(
            "the results are of the first {} pairs of runs",
            compared.replications
        ))),
    }
}

//! `size`: scenario and target → pools tried → files → the smallest one.

use super::load;
use super::planning::{claim, present, stage, threads, warm_up};
use crate::cli::args;
use crate::cli::exit::Failure;
use crate::cli::progress::{Steps, interrupted};
use crate::output::folder::Contents;
use crate::output::planning_text;
use crate::output::size_files::{POOLS, Report, SIZE, write_pools};
use crate::scenario::fault::nearest;
use crate::scenario::model::Scenario;
use crate::scenario::values::duration_text;
use crate::study::size::{BrokenOff, Prices, Search, Vary, smallest};
use crate::study::target::Target;
use crate::words::time::Span;

const CONTENTS: Contents = Contents { manifest: SIZE, others: &[POOLS] };

pub fn run(args: &args::Size) -> Result<(), Failure> {
    let common = &args.common;
    let scenario = load(&args.scenario, common.seed, common.quiet)?;
    let target = Target::parse(&args.target, scenario.start)
        .map_err(|why| Failure::usage(format!("--target \"{}\": {why}", args.target)))?;
    let search = Search {
        target,
        license: license(args.license.as_deref(), &scenario)?,
        vary: if args.latest_date { Vary::From } else { Vary::Nodes },
        prices: args.price_node.map(|node| Prices { node, waiting_hour: args.price_waiting_hour }),
        replications: args.replications,
        warm_up: warm_up(args.warm_up.as_deref(), &scenario)?,
        threads: threads(common),
    };
    let lead_time = args.lead_time.as_deref().map(lead_time).transpose()?;
    let mut folder = claim(&CONTENTS, "size", &args.scenario, common, &scenario)?;
    let steps = Steps::open_ended("runs", !common.quiet && !common.no_progress);
    let sized = smallest(&scenario, &search, || steps.done(1), &interrupted);
    steps.finish();
    let sized = sized.map_err(|BrokenOff| Failure::interrupted("nothing was written"))?;
    let report = Report::new(&scenario, &search, &sized, lead_time).to_bytes();
    stage(&mut folder, POOLS, |out| write_pools(&scenario, &search, &sized, out))?;
    stage(&mut folder, SIZE, |out| out.write_all(&report))?;
    let done = folder.commit().map_err(Failure::io)?;
    present(common, &report, &done, || planning_text::sized(&scenario, &search, &sized, lead_time))
}

fn lead_time(typed: &str) -> Result<Span, Failure> {
    let span = duration_text(typed).map_err(|why| Failure::usage(format!("--lead-time {typed}: {why}")))?;
    match span >= Span::ZERO {
        true => Ok(span),
        false => Err(Failure::usage(format!("--lead-time {typed}: an order takes time"))),
    }
}

/// The license file to vary.
fn license(named: Option<&str>, scenario: &Scenario) -> Result<usize, Failure> {
    let names = || scenario.licenses.iter().map(|file| file.name.as_str());
    let all = || names().collect::<Vec<_>>().join(", ");
    match (named, scenario.licenses.len()) {
        (None, 1) => Ok(0),
        (None, 0) => Err(Failure::usage("the scenario has no license file whose nodes could be varied")),
        (None, _) => {
            Err(Failure::usage(format!("which license file? there are: {}\n  help: --license NAME", all())))
        }
        (Some(name), _) => names().position(|known| known == name).ok_or_else(|| {
            let near = nearest(name, names()).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| format!("there are: {}", all()));
            Failure::usage(format!("no license file is called `{name}`\n  help: {help}"))
        }),
    }
}

//! `size`: scenario and target → pools tried → files → the smallest one.

use std::ops::ControlFlow;

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::planning::{claim, forget, pieces, present, threads, warm_up};
use crate::cli::commands::{again, commit, load_with_files, stage};
use crate::cli::exit::Failure;
use crate::cli::input::ScenarioFiles;
use crate::cli::interrupt::interrupted;
use crate::cli::progress::Steps;
use crate::output::prose;
use crate::output::prose::numbers::counted;
use crate::output::report::REPORT;
use crate::output::results::identity::Identity;
use crate::output::results::origin::{CommandLine, ORIGIN, ResultsOf, ResultsOrigin};
use crate::output::results::size::{PARTIAL, SIZE, SizeResult};
use crate::output::store::checkpoint::{Checkpoint, Work};
use crate::output::store::folder::Contents;
use crate::output::store::json::json;
use crate::output::tables::pools::{POOLS, write_pools};
use crate::scenario::fault::nearest;
use crate::scenario::model::{Scenario, Solution, SolutionUse};
use crate::scenario::values::duration_text;
use crate::study::resource_estimate::ResourceEstimate;
use crate::study::size::{BrokenOff, Finished, Prices, Search, Vary, Watch, smallest};
use crate::study::target::Target;
use crate::units::time::Span;

const CONTENTS: Contents = Contents {
    of: ResultsOf::Size,
    manifest: SIZE,
    others: &[POOLS, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

pub fn run(args: &args::Size) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let changes = args.changes.read()?;
    let (scenario, files) = load_with_files(
        &ScenarioFiles::OnDisk,
        &args.scenario,
        &changes,
        args.sampling.seed.seed,
        results.quiet,
    )?;
    let target = Target::parse(&args.target, scenario.start, scenario.horizon())
        .map_err(|why| Failure::usage(format!("--target \"{}\": {why}", args.target)))?;
    let search = Search {
        target,
        license: license(args.license.as_deref(), &scenario)?,
        vary: if args.latest_date { Vary::From } else { Vary::Nodes },
        prices: args.price_node.map(|node| Prices { node, waiting_hour: args.price_waiting_hour }),
        replications: args.replications,
        warm_up: warm_up(&args.sampling, &scenario)?,
        threads: threads(many),
    };
    budget::check(&ResourceEstimate::of_search(&scenario, search.threads))?;
    let lead_time = args.lead_time.as_deref().map(lead_time).transpose()?;
    let mut folder = claim(&CONTENTS, "size", &args.scenario, results, &scenario)?;
    let path = folder.path().join(PARTIAL);
    let (checkpoint, finished) = pieces(many, &path, &work(&scenario, &search))?;
    let steps = Steps::open_ended("runs", results.progress());
    let mut keeper = Keeper { steps: &steps, checkpoint, kept: finished.len(), trouble: None };
    let sized = smallest(&scenario, &search, finished, &mut keeper, &interrupted);
    let Keeper { kept, trouble, .. } = keeper;
    steps.finish();
    if let Some(trouble) = trouble {
        return Err(trouble);
    }
    let kept = || format!("{} kept; --resume goes on", counted(kept as u64, "finished piece"));
    let sized = sized.map_err(|BrokenOff| Failure::interrupted(&kept()))?;
    let report = json(&SizeResult::new(&scenario, &search, &sized, lead_time));
    stage(&mut folder, POOLS, |out| write_pools(&scenario, &search, &sized, out))?;
    let command = again("size", &args.scenario, &changes, &scenario);
    let origin = ResultsOrigin::new(ResultsOf::Size, &question(args, command), files, &[&scenario]);
    let done = commit(folder, results.report, origin, (SIZE, &report))?;
    forget(&path)?;
    present(results, &report, &done, || prose::size::sized(&scenario, &search, &sized, lead_time))
}

/// What was asked, as it is typed.
fn question(args: &args::Size, command: CommandLine) -> CommandLine {
    let command = command
        .option("--target", Some(&args.target))
        .option("--license", args.license.as_ref())
        .option("-n", Some(args.replications))
        .option("--warm-up", args.sampling.warm_up.as_ref())
        .option("--lead-time", args.lead_time.as_ref())
        .option("--price-node", args.price_node)
        .option("--price-waiting-hour", args.price_node.map(|_| args.price_waiting_hour));
    if args.latest_date { command.argument("--latest-date") } else { command }
}

/// Keeps what is finished, and shows how far the search is.
struct Keeper<'s> {
    steps: &'s Steps,
    checkpoint: Checkpoint,
    kept: usize,
    /// Why something could not be kept.
    trouble: Option<Failure>,
}

impl Watch for &mut Keeper<'_> {
    fn replication_done(&mut self, left_at_most: Option<u64>) {
        self.steps.done_with_left(left_at_most);
    }

    fn finished(&mut self, piece: &Finished) -> ControlFlow<()> {
        match self.checkpoint.keep(piece) {
            Ok(()) => {
                self.kept += 1;
                ControlFlow::Continue(())
            }
            Err(error) => {
                self.trouble = Some(Failure::io(error));
                ControlFlow::Break(())
            }
        }
    }
}

/// What is worked on. Prices decide what is tried; the lead time only changes the printed result.
fn work(scenario: &Scenario, search: &Search) -> Work {
    let prices = search.prices.map_or("none".into(), |p| format!("{} and {}", p.node, p.waiting_hour));
    Work::new(
        Identity::of(scenario),
        [
            ("--target", search.target.typed.clone()),
            ("--license", scenario.licenses[search.license].name.clone()),
            ("--latest-date", (search.vary == Vary::From).to_string()),
            ("--price", prices),
            ("--replications", search.replications.to_string()),
            ("--warm-up", search.warm_up.to_string()),
        ],
    )
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
            if let Some(solution) = solution_of_file(name, scenario) {
                let problem = format!("`{name}` is a license file of {}", solution.title());
                let help = "only pools of Patch Management are sized; `run` shows the others";
                return Failure::usage(format!("{problem}\n  help: {help}"));
            }
            let near = nearest(name, names()).map(|near| format!("did you mean `{near}`?"));
            let help = near.unwrap_or_else(|| format!("there are: {}", all()));
            Failure::usage(format!("no license file is called `{name}`\n  help: {help}"))
        }),
    }
}

/// The other solution whose license file has a name.
fn solution_of_file(name: &str, scenario: &Scenario) -> Option<Solution> {
    let has = |used: &&SolutionUse| used.files.iter().any(|file| file.name == name);
    scenario.solutions.iter().find(has).map(|used| used.solution)
}

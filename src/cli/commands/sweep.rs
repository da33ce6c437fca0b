//! `sweep`: scenario and grid → every point checked → points run and kept → files.

use std::io::Write;
use std::path::Path;

use super::planning::{claim, forget, pieces, present, threads, warm_up};
use super::{again, commit, stage};
use crate::cli::args;
use crate::cli::budget;
use crate::cli::crash;
use crate::cli::exit::Failure;
use crate::cli::input;
use crate::cli::progress::{Steps, interrupted};
use crate::output::folder::Contents;
use crate::output::origin::{ORIGIN, Origin, ResultsOf, Source};
use crate::output::planning_text;
use crate::output::report::REPORT;
use crate::output::sweep_files::{Manifest, PARTIAL, Point, SWEEP, SWEEP_CSV, point, write_csv};
use crate::scenario::model::Scenario;
use crate::scenario::overrides::{Changes, Override};
use crate::study::need::Need;
use crate::study::replicate::Plan;
use crate::study::sweep::{self, Axis, grid};

const CONTENTS: Contents = Contents {
    of: ResultsOf::Sweep,
    manifest: SWEEP,
    others: &[SWEEP_CSV, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

pub fn run(args: &args::Sweep) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let axes = axes(&args.set)?;
    let points = grid(&axes).map_err(Failure::usage)?;
    let (scenarios, files) = checked(&args.scenario, &points, results)?;
    let shortest = scenarios.iter().min_by_key(|scenario| scenario.duration).expect("a grid has points");
    let plan = Plan {
        warm_up: warm_up(many.warm_up.as_deref(), shortest)?,
        ..Plan::of(args.replications, threads(many))
    };
    for scenario in &scenarios {
        budget::check(&[Need::of_many(scenario, plan.threads)], results.anyway)?;
    }
    let manifest = Manifest::new(&scenarios, &axes, plan.replications, plan.warm_up.ms());
    let mut folder = claim(&CONTENTS, "sweep", &args.scenario, results, &scenarios[0])?;
    let path = folder.path().join(PARTIAL);
    let (mut unfinished, mut done): (_, Vec<Point>) = pieces(many, &path, &manifest.work())?;
    let steps =
        Steps::new((scenarios.len() - done.len()) as u64 * plan.replications, "runs", results.progress());
    for scenario in &scenarios[done.len()..] {
        let Some(all) = sweep::point(scenario, &plan, || steps.done(1), &interrupted) else {
            steps.finish();
            let kept = format!("{} of {} points are kept; --resume goes on", done.len(), scenarios.len());
            return Err(Failure::interrupted(&kept));
        };
        let finished = point(&all);
        unfinished.keep(&finished).map_err(Failure::io)?;
        done.push(finished);
    }
    steps.finish();
    let values: Vec<Vec<String>> =
        points.iter().map(|sets| sets.iter().map(|set| set.value.clone()).collect()).collect();
    let report = manifest.to_bytes();
    stage(&mut folder, SWEEP_CSV, |out| write_csv(&manifest, &values, &done, out))?;
    let first = &scenarios[0];
    let command = again("sweep", &args.scenario, &Changes::default(), first);
    let command = args.set.iter().fold(command, |command, set| command.option("--set", Some(set)));
    let command = command.option("-n", Some(args.replications)).option("--warm-up", many.warm_up.as_ref());
    let written = commit(
        folder,
        results.report,
        Origin::new(ResultsOf::Sweep, command, files, &[first]),
        (SWEEP, &report),
    )?;
    forget(&path)?;
    present(results, &report, &written, || planning_text::swept(&manifest, &values, &done))
}

fn axes(typed: &[String]) -> Result<Vec<Axis>, Failure> {
    let mut axes: Vec<Axis> = Vec::new();
    for typed in typed {
        let axis = Axis::parse(typed).map_err(|why| Failure::usage(format!("--set \"{typed}\": {why}")))?;
        if axes.iter().any(|known| known.path == axis.path) {
            return Err(Failure::usage(format!("--set \"{typed}\": `{}` is set twice", axis.path)));
        }
        axes.push(axis);
    }
    Ok(axes)
}

/// Every point's scenario, and the files they are read from; warnings of the first one only, for they are
/// much alike.
fn checked(
    file: &Path,
    points: &[Vec<Override>],
    results: &args::Results,
) -> Result<(Vec<Scenario>, Vec<Source>), Failure> {
    let (mut scenarios, mut files) = (Vec::with_capacity(points.len()), Vec::new());
    for (index, sets) in points.iter().enumerate() {
        let loaded = input::load(file, &Changes::of_sets(sets.iter().cloned()))?;
        if index == 0 && !results.quiet {
            let _ = std::io::stderr().lock().write_all(loaded.warnings.as_bytes());
        }
        files = loaded.files;
        let mut scenario = loaded.checked.scenario;
        scenario.seed = results.seed.unwrap_or(scenario.seed);
        crash::working_on(&scenario);
        scenarios.push(scenario);
    }
    Ok((scenarios, files))
}

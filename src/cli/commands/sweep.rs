//! `sweep`: scenario and grid → every point checked → points run and kept → files.

use serde::{Deserialize, Serialize};

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::planning::{claim, forget, pieces, present, threads, warm_up};
use crate::cli::commands::shardable::{Pieces, Points, ShardableStudy as _};
use crate::cli::commands::{again, commit, shardable, stage};
use crate::cli::crash;
use crate::cli::exit::Failure;
use crate::cli::input::{self, ScenarioFiles};
use crate::cli::interrupt::interrupted;
use crate::cli::progress::Steps;
use crate::cli::terminal::tell;
use crate::output::prose;
use crate::output::report::REPORT;
use crate::output::results::origin::{CommandLine, ORIGIN, ResultsOf, ResultsOrigin, SourceFile};
use crate::output::results::sweep::{PARTIAL, SWEEP, SweepResult};
use crate::output::store::checkpoint::{CheckpointError, Work, refuse};
use crate::output::store::folder::{Contents, ResultFolder};
use crate::output::store::json::json;
use crate::output::tables::sweep::{PointRows, SWEEP_CSV, point, write_csv};
use crate::scenario::model::Scenario;
use crate::scenario::overrides::{Changes, Override};
use crate::study::replicate::{Plan, Replicated};
use crate::study::resource_estimate::ResourceEstimate;
use crate::study::shards::{Extent, Part};
use crate::study::sweep::{self, Axis, grid};

const CONTENTS: Contents = Contents {
    of: ResultsOf::Sweep,
    manifest: SWEEP,
    others: &[SWEEP_CSV, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

/// What is asked, and of what.
pub struct SweepStudy {
    question: args::SweepQuestion,
    axes: Vec<Axis>,
    /// Of all points.
    sets: Vec<Vec<Override>>,
    /// Number of the first point that was read.
    first: u64,
    /// Of the points that were read.
    scenarios: Vec<Scenario>,
    files: Vec<SourceFile>,
    plan: Plan,
}

/// What comes of some of the runs of a point.
#[derive(Serialize, Deserialize)]
pub struct Piece(Replicated);

pub fn run(args: &args::Sweep) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let mut study = SweepStudy::read(&args.question, &ScenarioFiles::OnDisk, shardable::ALL, results.quiet)?;
    study.plan.threads = threads(many);
    let SweepStudy { scenarios, plan, .. } = &study;
    budget::check(&study.estimate(plan.threads))?;
    let folder = study.claim(results)?;
    let path = folder.path().join(PARTIAL);
    let (mut checkpoint, mut done): (_, Vec<PointRows>) = pieces(many, &path, &study.work())?;
    if done.len() > scenarios.len() {
        return Err(Failure::io(CheckpointError::Damaged { path }));
    }
    let steps =
        Steps::new((scenarios.len() - done.len()) as u64 * plan.replications, "runs", results.progress());
    for scenario in &scenarios[done.len()..] {
        let Some(all) = sweep::point(scenario, plan, || steps.done(1), &interrupted) else {
            steps.finish();
            let kept = format!("{} of {} points are kept; --resume goes on", done.len(), scenarios.len());
            return Err(Failure::interrupted(&kept));
        };
        let finished = point(&all);
        checkpoint.keep(&finished).map_err(Failure::io)?;
        done.push(finished);
    }
    steps.finish();
    study.deliver(folder, &done, results)
}

impl SweepStudy {
    fn claim(&self, results: &args::Results) -> Result<ResultFolder, Failure> {
        claim(&CONTENTS, "sweep", &self.question.scenario, results, &self.scenarios[0])
    }

    /// What all points are; they must all have been read.
    fn manifest(&self) -> SweepResult {
        SweepResult::new(&self.scenarios, &self.axes, self.plan.replications, self.plan.warm_up.ms())
    }

    /// Fills the folder with what all points say, forgets work that is done, and prints the answers.
    fn deliver(
        &self,
        mut folder: ResultFolder,
        points: &[PointRows],
        results: &args::Results,
    ) -> Result<(), Failure> {
        let manifest = self.manifest();
        let of_point = |sets: &Vec<Override>| sets.iter().map(|set| set.value.clone()).collect();
        let values: Vec<Vec<String>> = self.sets.iter().map(of_point).collect();
        stage(&mut folder, SWEEP_CSV, |out| write_csv(&manifest, &values, points, out))?;
        let (report, partial) = (json(&manifest), folder.path().join(PARTIAL));
        let origin =
            ResultsOrigin::new(ResultsOf::Sweep, &self.command(), self.files.clone(), &[&self.scenarios[0]]);
        let written = commit(folder, results.report, origin, (SWEEP, &report))?;
        forget(&partial)?;
        present(results, &report, &written, || prose::sweep::swept(&manifest, &values, points))
    }
}

impl shardable::ShardableStudy for SweepStudy {
    type Question = args::SweepQuestion;
    type Piece = Piece;
    const RUNS: &str = "runs";

    fn read(
        question: &args::SweepQuestion,
        files: &ScenarioFiles,
        Points { first, last }: Points,
        quiet: bool,
    ) -> Result<SweepStudy, Failure> {
        let axes = axes(&question.set)?;
        let sets = grid(&axes).map_err(Failure::usage)?;
        let all = sets.len();
        let place = |point: u64| usize::try_from(point).map_or(all, |point| point.min(all));
        // No grid is empty, but a file of shards may name a point that there is not.
        let wanted = match sets.get(place(first)..place(last.saturating_add(1))) {
            Some(wanted) if !wanted.is_empty() => wanted,
            _ => {
                return Err(Failure::usage(format!("the grid has {all} points, and none is number {first}")));
            }
        };
        let (scenarios, files) = checked(question, files, wanted, quiet)?;
        let shortest = scenarios.iter().min_by_key(|scenario| scenario.duration).expect("a grid has points");
        let plan = Plan {
            warm_up: warm_up(&question.sampling, shortest)?,
            bands: false,
            ..Plan::of(question.replications, 1)
        };
        Ok(SweepStudy { question: question.clone(), axes, sets, first, scenarios, files, plan })
    }

    fn estimate(&self, threads: usize) -> ResourceEstimate {
        ResourceEstimate::of_points(&self.scenarios, threads)
    }

    fn extent(question: &args::SweepQuestion) -> Result<Extent, Failure> {
        let points = grid(&axes(&question.set)?).map_err(Failure::usage)?.len() as u64;
        Ok(Extent { points, replications: question.replications })
    }

    /// A sweep says nothing of timelines.
    fn rows(&self) -> u64 {
        0
    }

    fn is_possible(Piece(all): &Piece, part: Part) -> bool {
        all.complete && all.are_possible(part.to - part.from) && all.bands.at.is_empty()
    }

    fn work(&self) -> Work {
        self.manifest().work()
    }

    fn command(&self) -> CommandLine {
        let asked = &self.question;
        let command = again("sweep", &asked.scenario, &Changes::default(), &self.scenarios[0]);
        let command = asked.set.iter().fold(command, |command, set| command.option("--set", Some(set)));
        command.option("-n", Some(asked.replications)).option("--warm-up", asked.sampling.warm_up.as_ref())
    }

    fn file_names(&self) -> Vec<String> {
        vec![self.files[0].name.clone()]
    }

    fn part(&self, part: Part, threads: usize, each: impl FnMut()) -> Option<Piece> {
        let plan = Plan { first: part.from, replications: part.to - part.from, threads, ..self.plan.clone() };
        let scenario = &self.scenarios[(part.point - self.first) as usize];
        let all = sweep::point(scenario, &plan, each, &interrupted)?;
        // A sweep says nothing of timelines.
        Some(Piece(all))
    }

    fn merge(self, pieces: Pieces<Piece>, args: &args::Merge) -> Result<(), Failure> {
        let results = &args.results;
        shardable::no_columns(args)?;
        let folder = self.claim(results)?;
        refuse(&folder.path().join(PARTIAL), results.force).map_err(Failure::io)?;
        let (mut points, mut all) = (Vec::new(), Replicated::begin(&self.plan));
        for piece in pieces {
            let Piece(part) = piece?;
            all.merge(&part).ok_or_else(shardable::contradiction)?;
            if all.replications == self.plan.replications {
                if !all.ends_by(self.scenarios[points.len()].horizon()) {
                    return Err(shardable::contradiction());
                }
                points.push(point(&all));
                all = Replicated::begin(&self.plan);
            }
        }
        self.deliver(folder, &points, results)
    }
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

/// The scenarios of some points, and the files they are read from; warnings of the first one only, for they are
/// much alike.
fn checked(
    question: &args::SweepQuestion,
    files: &ScenarioFiles,
    points: &[Vec<Override>],
    quiet: bool,
) -> Result<(Vec<Scenario>, Vec<SourceFile>), Failure> {
    let (mut scenarios, mut sources) = (Vec::with_capacity(points.len()), Vec::new());
    for (index, sets) in points.iter().enumerate() {
        let loaded = input::load_of(files, &question.scenario, &Changes::of_sets(sets.iter().cloned()))?;
        if index == 0 && !quiet {
            tell(&loaded.warnings);
        }
        sources = loaded.files;
        let mut scenario = loaded.checked.scenario;
        scenario.seed = question.sampling.seed.seed.unwrap_or(scenario.seed);
        crash::working_on(&scenario);
        scenarios.push(scenario);
    }
    Ok((scenarios, sources))
}

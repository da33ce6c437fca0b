//! `compare`: two scenarios → pairs of runs → files → differences, and where the runs part.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::planning::{begun, claim, forget, present, stage_checkpoint, threads, warm_up};
use crate::cli::commands::shardable::{Pieces, ShardableStudy as _};
use crate::cli::commands::{commit, load_with_files, shardable, stage};
use crate::cli::exit::Failure;
use crate::cli::input::{self, ScenarioFiles};
use crate::cli::interrupt::{interrupted, interrupted_to_save, saving};
use crate::cli::progress::Steps;
use crate::observe::timeline::most_rows;
use crate::output::prose;
use crate::output::report::REPORT;
use crate::output::results::compare::{COMPARE, CompareResult, PARTIAL};
use crate::output::results::identity::Identity;
use crate::output::results::origin::{CommandLine, ORIGIN, ResultsOf, ResultsOrigin, SourceFile};
use crate::output::store::checkpoint::{Work, refuse};
use crate::output::store::folder::{Contents, ResultFolder};
use crate::output::store::json::json;
use crate::output::tables::differences::{
    DIFFERENCES, TIMELINE_DIFFERENCES, write_differences, write_timeline,
};
use crate::scenario;
use crate::scenario::model::Scenario;
use crate::scenario::overrides::Changes;
use crate::study::compare::{Compared, go_on};
use crate::study::divergence::{Divergence, first_divergence};
use crate::study::resource_estimate::ResourceEstimate;
use crate::study::shards::{Extent, Part};
use crate::units::time::Span;

const CONTENTS: Contents = Contents {
    of: ResultsOf::Compare,
    manifest: COMPARE,
    others: &[DIFFERENCES, TIMELINE_DIFFERENCES, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

/// What is asked, and of what.
pub struct CompareStudy {
    question: args::CompareQuestion,
    changes: Changes,
    scenarios: [Scenario; 2],
    /// What both are called.
    titles: [String; 2],
    files: Vec<SourceFile>,
    warm_up: Span,
}

/// What comes of some of the pairs.
#[derive(Serialize, Deserialize)]
pub struct Piece(Compared);

pub fn run(args: &args::Compare) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let study = CompareStudy::read(&args.question, &ScenarioFiles::OnDisk, shardable::ALL, results.quiet)?;
    let (threads, replications) = (threads(many), args.question.replications);
    budget::check(&study.estimate(threads))?;
    let work = study.work();
    let mut folder = study.claim(results)?;
    let partial = folder.path().join(PARTIAL);
    let is_possible = |all: &Compared| all.replications <= replications && all.are_possible(all.replications);
    let begun = begun(many, &partial, &work, is_possible)?.unwrap_or_else(Compared::begin);
    let already = begun.replications;
    let steps = Steps::new(replications - already, "pairs of runs", results.progress());
    let first_divergence = first_divergence(study.both(), &interrupted);
    let (each, pairs) = (|| steps.done(1), 0..replications);
    let compared = go_on(begun, study.both(), pairs, study.warm_up, threads, each, &interrupted_to_save);
    steps.finish();
    if compared.replications == already {
        return Err(Failure::interrupted("nothing new was written"));
    }
    if !compared.complete {
        stage_checkpoint(&mut folder, PARTIAL, &work, &compared)?;
    }
    let partial = compared.complete.then_some(partial);
    study.deliver(folder, &compared, first_divergence.as_ref(), results, partial.as_deref())?;
    match compared.complete {
        true => Ok(()),
        false => Err(Failure::interrupted(&format!(
            "the results are of the first {} pairs of runs; --resume goes on",
            compared.replications
        ))),
    }
}

impl CompareStudy {
    fn both(&self) -> [&Scenario; 2] {
        self.scenarios.each_ref()
    }

    fn claim(&self, results: &args::Results) -> Result<ResultFolder, Failure> {
        claim(&CONTENTS, "compare", &self.question.first, results, &self.scenarios[0])
    }

    /// Fills the folder with what all pairs say, forgets work that is done, and prints the answers.
    fn deliver(
        &self,
        mut folder: ResultFolder,
        compared: &Compared,
        first_divergence: Option<&Divergence>,
        results: &args::Results,
        done_with: Option<&Path>,
    ) -> Result<(), Failure> {
        saving();
        let (both, titles) = (self.both(), &self.titles);
        let report = json(&CompareResult::new(both, titles, compared, first_divergence));
        let start = self.scenarios[0].start;
        stage(&mut folder, DIFFERENCES, |out| write_differences(compared, out))?;
        stage(&mut folder, TIMELINE_DIFFERENCES, |out| write_timeline(&compared.timelines, start, out))?;
        let origin = ResultsOrigin::new(ResultsOf::Compare, &self.command(), self.files.clone(), &both);
        let done = commit(folder, results.report, origin, (COMPARE, &report))?;
        done_with.map_or(Ok(()), forget)?;
        present(results, &report, &done, || {
            prose::compare::compared(both, titles, compared, first_divergence)
        })
    }
}

impl shardable::ShardableStudy for CompareStudy {
    type Question = args::CompareQuestion;
    type Piece = Piece;
    const RUNS: &str = "pairs of runs";

    fn read(
        question: &args::CompareQuestion,
        from: &ScenarioFiles,
        _: shardable::Points,
        quiet: bool,
    ) -> Result<CompareStudy, Failure> {
        let (unchanged, changes) = (Changes::default(), question.changes.read()?);
        if question.second.is_none() && changes.is_empty() {
            let problem = "there is nothing to compare the scenario with";
            let help = "name a second scenario, or say with --set or --action what to change in the first";
            return Err(Failure::usage(format!("{problem}\n  help: {help}")));
        }
        let seed = question.sampling.seed.seed;
        let (first, mut files) = load_with_files(from, &question.first, &unchanged, seed, quiet)?;
        let file = question.second.as_ref().unwrap_or(&question.first);
        let (second, others) = load_with_files(from, file, &changes, Some(first.seed), quiet)?;
        if first.start != second.start {
            let problem = "the scenarios start at different dates, so instants cannot be compared";
            return Err(Failure::usage(format!("{problem}\n  help: give both the same `start`")));
        }
        let until = if first.duration <= second.duration { &first } else { &second };
        let warm_up = warm_up(&question.sampling, until)?;
        let names = names(question);
        let titles = titles([&first, &second], &changes, &names);
        files[0].name.clone_from(&names[0]);
        if let Some(name) = names.get(1) {
            let first_of_second = files.len();
            files.extend(others);
            files[first_of_second].name.clone_from(name);
        }
        Ok(CompareStudy {
            question: question.clone(),
            changes,
            scenarios: [first, second],
            titles,
            files,
            warm_up,
        })
    }

    fn estimate(&self, threads: usize) -> ResourceEstimate {
        ResourceEstimate::of_pairs(self.both(), threads, self.question.replications)
    }

    fn extent(question: &args::CompareQuestion) -> Result<Extent, Failure> {
        Ok(Extent { points: 1, replications: question.replications })
    }

    fn rows(&self) -> u64 {
        let [first, second] = self.both().map(most_rows);
        first.min(second)
    }

    fn is_possible(Piece(compared): &Piece, part: Part) -> bool {
        compared.complete && compared.are_possible(part.to - part.from)
    }

    fn work(&self) -> Work {
        let [first, second] = self.both();
        let asked = [
            ("second scenario", scenario::digest(second)),
            ("--replications", self.question.replications.to_string()),
            ("--warm-up", self.warm_up.to_string()),
        ];
        Work::new(Identity::of(first), asked)
    }

    fn command(&self) -> CommandLine {
        let asked = &self.question;
        let command =
            self.file_names().iter().fold(CommandLine::new("compare"), |line, name| line.file(name));
        command
            .option("--seed", Some(self.scenarios[0].seed))
            .changes(&self.changes)
            .option("-n", Some(asked.replications))
            .option("--warm-up", asked.sampling.warm_up.as_ref())
    }

    fn file_names(&self) -> Vec<String> {
        names(&self.question)
    }

    fn part(&self, part: Part, threads: usize, each: impl FnMut()) -> Option<Piece> {
        let pairs = part.from..part.to;
        let compared =
            go_on(Compared::begin(), self.both(), pairs, self.warm_up, threads, each, &interrupted);
        compared.complete.then_some(Piece(compared))
    }

    fn merge(self, pieces: Pieces<Piece>, args: &args::Merge) -> Result<(), Failure> {
        let results = &args.results;
        shardable::no_columns(args)?;
        let folder = self.claim(results)?;
        let partial = folder.path().join(PARTIAL);
        refuse(&partial, results.force).map_err(Failure::io)?;
        let mut compared = Compared::begin();
        for piece in pieces {
            let Piece(part) = piece?;
            compared.merge(&part).ok_or_else(shardable::contradiction)?;
        }
        let [first, second] = self.both().map(Scenario::horizon);
        if !compared.ends_by(first.max(second)) {
            return Err(shardable::contradiction());
        }
        compared.complete = true;
        let first_divergence = first_divergence(self.both(), &interrupted);
        if interrupted() {
            return Err(Failure::interrupted("nothing was written"));
        }
        self.deliver(folder, &compared, first_divergence.as_ref(), results, Some(&partial))
    }
}

/// The files, by names that tell them apart without their folders.
fn names(question: &args::CompareQuestion) -> Vec<String> {
    let names: Vec<String> = [Some(&question.first), question.second.as_ref()]
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

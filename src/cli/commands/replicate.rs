//! `replicate`: scenario → folder claimed → many runs → files → answers.

use std::fs::File;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::planning::{
    begun, claim, forget, measure_named, present, stage_checkpoint, threads, warm_up,
};
use crate::cli::commands::shardable::{Pieces, ShardableStudy as _};
use crate::cli::commands::{again, commit, load_with_files, shardable, stage, stage_columns};
use crate::cli::exit::Failure;
use crate::cli::input::ScenarioFiles;
use crate::cli::interrupt::{interrupted, interrupted_to_save, saving};
use crate::cli::progress::Steps;
use crate::observe::timeline::most_rows;
use crate::output::prose;
use crate::output::report::REPORT;
use crate::output::results::identity::Identity;
use crate::output::results::origin::{CommandLine, ORIGIN, ResultsOf, ResultsOrigin, SourceFile};
use crate::output::results::replicate::{PARTIAL, REPLICATE, ReplicateResult};
use crate::output::store::checkpoint::{CheckpointError, Work, refuse};
use crate::output::store::folder::{Contents, ResultFolder, Staged};
use crate::output::store::folder_error::FolderError;
use crate::output::store::hashing::Hashing;
use crate::output::store::json::json;
use crate::output::tables::bands::{self, BANDS};
use crate::output::tables::replications::REPLICATIONS_PARQUET;
use crate::output::tables::replications::{REPLICATIONS, ReplicationsCsv, are_rows_of};
use crate::scenario::model::Scenario;
use crate::scenario::overrides::Changes;
use crate::study::replicate::{Plan, Replicated, go_on};
use crate::study::resource_estimate::ResourceEstimate;
use crate::study::shards::{Extent, Part};
use crate::study::stopping::Stopping;

/// The files of this command.
pub const CONTENTS: Contents = Contents {
    of: ResultsOf::Replicate,
    manifest: REPLICATE,
    others: &[BANDS, REPLICATIONS, REPLICATIONS_PARQUET, ORIGIN, REPORT],
    partial: Some(PARTIAL),
};

/// Most runs when only the stopping rule says how many.
const MOST: u64 = 100_000;

/// What there is of work that was interrupted: how many bytes of rows, their SHA-256, and what they say.
type Begun = (u64, String, Replicated);

/// What is asked, and of what.
pub struct ReplicateStudy {
    question: args::ReplicateQuestion,
    changes: Changes,
    scenario: Scenario,
    files: Vec<SourceFile>,
    plan: Plan,
}

/// What comes of some of the runs.
#[derive(Serialize, Deserialize)]
pub struct Piece {
    /// Their rows of `replications.csv`.
    rows: String,
    all: Replicated,
}

pub fn run(args: &args::Replicate) -> Result<(), Failure> {
    let (many, results) = (&args.many, &args.many.results);
    let mut study =
        ReplicateStudy::read(&args.question, &ScenarioFiles::OnDisk, shardable::ALL, results.quiet)?;
    study.plan.threads = threads(many);
    let ReplicateStudy { scenario, plan, .. } = &study;
    budget::check(&study.estimate(plan.threads))?;
    let work = study.work();
    let mut folder = study.claim(results)?;
    let partial = folder.path().join(PARTIAL);
    let is_possible =
        |(.., all): &Begun| all.replications <= plan.replications && all.are_possible(all.replications);
    let begun = begun(many, &partial, &work, is_possible)?;
    let mut csv = rows(&folder, scenario, begun.as_ref())?;
    let begun = begun.map_or_else(|| Replicated::begin(plan), |(.., all)| all);
    let already = begun.replications;
    let steps = Steps::new(plan.replications - already, "replications", results.progress());
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
    let all = go_on(begun, scenario, plan, each, &interrupted_to_save);
    steps.finish();
    if let Some(error) = trouble {
        return Err(failed(&folder, error));
    }
    if all.replications == already {
        return Err(Failure::interrupted("nothing new was written"));
    }
    let csv = csv.finish().map_err(|error| failed(&folder, error))?;
    let broken_off = interrupted() && !all.complete;
    if broken_off {
        stage_checkpoint(&mut folder, PARTIAL, &work, &(csv.bytes(), csv.hex(), &all))?;
    }
    let partial = (!broken_off).then_some(partial);
    study.deliver(folder, csv.out, &all, (results, args.tables), partial.as_deref())?;
    match broken_off {
        true => {
            let left = format!("the results are of the first {}; --resume goes on", all.replications);
            Err(Failure::interrupted(&left))
        }
        false => Ok(()),
    }
}

impl ReplicateStudy {
    fn claim(&self, results: &args::Results) -> Result<ResultFolder, Failure> {
        claim(&CONTENTS, "replicate", &self.question.scenario, results, &self.scenario)
    }

    /// Fills the folder with what all runs say, forgets work that is done, and prints the answers.
    fn deliver(
        &self,
        mut folder: ResultFolder,
        rows: Staged,
        all: &Replicated,
        (results, tables): (&args::Results, args::Columnar),
        done_with: Option<&Path>,
    ) -> Result<(), Failure> {
        saving();
        let ReplicateStudy { scenario, plan, .. } = self;
        folder.stage(rows, REPLICATIONS).map_err(Failure::io)?;
        stage_columns(&mut folder, tables, REPLICATIONS, REPLICATIONS_PARQUET)?;
        stage(&mut folder, BANDS, |out| bands::write(&all.bands, scenario.start, out))?;
        let report = json(&ReplicateResult::new(scenario, plan, all));
        let command = tables.option().iter().fold(self.command(), |command, option| command.argument(option));
        let origin = ResultsOrigin::new(ResultsOf::Replicate, &command, self.files.clone(), &[scenario]);
        let done = commit(folder, results.report, origin, (REPLICATE, &report))?;
        done_with.map_or(Ok(()), forget)?;
        present(results, &report, &done, || prose::replicate::replicated(scenario, plan, all))
    }
}

impl shardable::ShardableStudy for ReplicateStudy {
    type Question = args::ReplicateQuestion;
    type Piece = Piece;
    const RUNS: &str = "replications";

    fn read(
        question: &args::ReplicateQuestion,
        files: &ScenarioFiles,
        _: shardable::Points,
        quiet: bool,
    ) -> Result<ReplicateStudy, Failure> {
        let changes = question.changes.read()?;
        let seed = question.sampling.seed.seed;
        let (scenario, files) = load_with_files(files, &question.scenario, &changes, seed, quiet)?;
        let plan = plan(question, &scenario)?;
        Ok(ReplicateStudy { question: question.clone(), changes, scenario, files, plan })
    }

    fn estimate(&self, threads: usize) -> ResourceEstimate {
        ResourceEstimate::of_bands(&self.scenario, threads, self.plan.replications)
    }

    fn extent(question: &args::ReplicateQuestion) -> Result<Extent, Failure> {
        Ok(Extent { points: 1, replications: question.replications.unwrap_or(MOST) })
    }

    fn rows(&self) -> u64 {
        most_rows(&self.scenario)
    }

    fn is_possible(piece: &Piece, part: Part) -> bool {
        let replications = part.to - part.from;
        piece.all.complete
            && piece.all.are_possible(replications)
            && are_rows_of(&piece.rows, part.from..part.to)
    }

    fn work(&self) -> Work {
        let until = self.question.until_half_width;
        let until = until.map_or("none".into(), |width| format!("{width:?} of {}", self.question.of));
        let asked = [
            ("--replications", self.plan.replications.to_string()),
            ("--until-half-width", until),
            ("--warm-up", self.plan.warm_up.to_string()),
        ];
        Work::new(Identity::of(&self.scenario), asked)
    }

    fn command(&self) -> CommandLine {
        let asked = &self.question;
        again("replicate", &asked.scenario, &self.changes, &self.scenario)
            .option("-n", asked.replications)
            .option("--until-half-width", asked.until_half_width)
            .option("--of", asked.until_half_width.map(|_| &asked.of))
            .option("--warm-up", asked.sampling.warm_up.as_ref())
    }

    fn file_names(&self) -> Vec<String> {
        vec![self.files[0].name.clone()]
    }

    fn part(&self, part: Part, threads: usize, mut each: impl FnMut()) -> Option<Piece> {
        let plan = Plan { first: part.from, replications: part.to - part.from, threads, ..self.plan.clone() };
        let mut csv = ReplicationsCsv::below(self.scenario.start, Vec::new());
        let each = |replication: &_| {
            each();
            csv.write(replication).expect("memory takes all of it");
            ControlFlow::Continue(())
        };
        let all = go_on(Replicated::begin(&plan), &self.scenario, &plan, each, &interrupted);
        let rows = csv.finish().expect("memory takes all of it");
        let rows = String::from_utf8(rows).expect("figures are text");
        all.complete.then_some(Piece { rows, all })
    }

    fn merge(self, pieces: Pieces<Piece>, args: &args::Merge) -> Result<(), Failure> {
        let results = &args.results;
        let folder = self.claim(results)?;
        let partial = folder.path().join(PARTIAL);
        refuse(&partial, results.force).map_err(Failure::io)?;
        let mut out =
            rows(&folder, &self.scenario, None)?.finish().map_err(|error| failed(&folder, error))?.out;
        let mut all = Replicated::begin(&self.plan);
        for piece in pieces {
            let piece = piece?;
            out.write_all(piece.rows.as_bytes()).map_err(|error| failed(&folder, error))?;
            all.merge(&piece.all).ok_or_else(shardable::contradiction)?;
        }
        if !all.ends_by(self.scenario.horizon()) {
            return Err(shardable::contradiction());
        }
        all.complete = true;
        self.deliver(folder, out, &all, (results, args.tables), Some(&partial))
    }
}

/// The table of replications cannot be written.
fn failed(folder: &ResultFolder, source: io::Error) -> Failure {
    Failure::io(FolderError::Write { path: folder.path().join(REPLICATIONS), source })
}

/// The table of replications, with the rows that are there already. A process that was killed while files got
/// their names may have left more rows than the checkpoint counts; those are made again.
fn rows(
    folder: &ResultFolder,
    scenario: &Scenario,
    begun: Option<&Begun>,
) -> Result<ReplicationsCsv<Hashing<Staged>>, Failure> {
    let mut out = Hashing::new(folder.open(REPLICATIONS).map_err(Failure::io)?);
    let Some((bytes, rows, _)) = begun else {
        return ReplicationsCsv::new(scenario.start, out).map_err(|error| failed(folder, error));
    };
    let apart = || {
        let path = folder.path().join(PARTIAL);
        Failure::io(CheckpointError::Apart { path, with: REPLICATIONS })
    };
    let mut earlier_rows = File::open(folder.path().join(REPLICATIONS)).map_err(|_| apart())?.take(*bytes);
    io::copy(&mut earlier_rows, &mut out).map_err(|error| failed(folder, error))?;
    match out.hex() == *rows {
        true => Ok(ReplicationsCsv::below(scenario.start, out)),
        false => Err(apart()),
    }
}

fn plan(question: &args::ReplicateQuestion, scenario: &Scenario) -> Result<Plan, Failure> {
    let stopping = match question.until_half_width {
        None => None,
        Some(wanted) => Some(Stopping::new(measure_named(&question.of)?, wanted)),
    };
    let replications = question.replications.unwrap_or(MOST);
    Ok(Plan { stopping, warm_up: warm_up(&question.sampling, scenario)?, ..Plan::of(replications, 1) })
}

//! `plan`: question → every scenario checked → shards → one file.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::cli::args;
use crate::cli::budget;
use crate::cli::commands::shardable::{ALL, ShardableStudy};
use crate::cli::commands::{compare, print, replicate, sweep};
use crate::cli::exit::Failure;
use crate::cli::input::{self, ScenarioFiles};
use crate::output::prose::numbers::counted;
use crate::output::store::folder::{write_new, write_together};
use crate::output::store::study_file::{ScenarioFile, StudyFile, StudyHead};
use crate::study::shards::cut;

/// `plan`
pub fn plan(args: &args::Plan) -> Result<(), Failure> {
    match &args.study {
        args::Study::Replicate { question, .. } if question.until_half_width.is_some() => {
            let why = "--until-half-width looks at all runs in turn, so they cannot be shared out";
            Err(Failure::usage(format!("{why}\n  help: say with -n how many runs there shall be")))
        }
        args::Study::Replicate { question, cut } => {
            write::<replicate::ReplicateStudy>(question, &question.scenario, cut)
        }
        args::Study::Sweep { question, cut } => write::<sweep::SweepStudy>(question, &question.scenario, cut),
        args::Study::Compare { question, cut } => {
            write::<compare::CompareStudy>(question, &question.first, cut)
        }
    }
}

fn write<S: ShardableStudy>(
    question: &S::Question,
    scenario: &Path,
    asked: &args::Cut,
) -> Result<(), Failure> {
    let files = ScenarioFiles::Keeping(RefCell::default());
    let study = S::read(question, &files, ALL, asked.quiet)?;
    let (extent, command) = (S::extent(question)?, study.command());
    let shards = cut(extent, asked.shards);
    let head = StudyHead {
        work: study.work(),
        arguments: command.arguments().to_vec(),
        extent,
        shards: shards.len() as u64,
        rows: study.rows(),
        files: named(files, study.file_names()),
    };
    let texts = |file: &ScenarioFile| file.text.len() + file.data.values().map(String::len).sum::<usize>();
    let texts: usize = head.files.iter().map(texts).sum();
    budget::check(&study.estimate(1).of_cutting(texts as f64))?;
    let path = asked.output.clone().unwrap_or_else(|| {
        PathBuf::from(format!("{}-{}.jsonl", input::name_for_results(scenario), head.arguments[0]))
    });
    if path.exists() && !asked.force {
        let why = format!("{} exists already\n  help: --force overwrites it", path.display());
        return Err(Failure::io(why));
    }
    let bytes = StudyFile::to_bytes(&head, &shards).map_err(Failure::io)?;
    match asked.force {
        true => write_together(&[(path.clone(), bytes)]),
        false => write_new(&path, &bytes),
    }
    .map_err(Failure::io)?;
    if asked.quiet {
        return Ok(());
    }
    let (file, last) = (path.display(), head.shards - 1);
    print(&format!(
        "{} in {}: {file}\n\n  {:32}fleetsim run-shard {file} N\n  {:32}fleetsim merge {file}\n",
        counted_runs(extent.runs(), S::RUNS),
        counted(head.shards, "shard"),
        format!("each, N from 0 to {last}, anywhere"),
        "then, with all of them here",
    ))
}

fn counted_runs(runs: u64, noun: &str) -> String {
    match noun.split_once(' ') {
        // "pairs of runs"
        Some((first, rest)) => format!("{} {rest}", counted(runs, first.trim_end_matches('s'))),
        None => counted(runs, noun.trim_end_matches('s')),
    }
}

/// The files that were read, as the command calls them. One that it names twice was read once.
fn named(files: ScenarioFiles, names: Vec<String>) -> Vec<ScenarioFile> {
    let ScenarioFiles::Keeping(kept) = files else { unreachable!("they are kept") };
    let kept = kept.into_inner();
    let file = |(index, name): (usize, String)| {
        let (_, file) = kept.get(index).unwrap_or(&kept[0]);
        ScenarioFile { name, ..file.clone() }
    };
    names.into_iter().enumerate().map(file).collect()
}

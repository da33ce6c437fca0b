//! `diagnose`: why clients hold no license, counted.

use super::super::args::{self, Format};
use super::super::exit::Failure;
use super::super::progress::Progress;
use super::{load_until, print};
use crate::output::{diagnosis, diagnosis_json};
use crate::study;

/// `diagnose`: scenario → run up to the instant → every client accounted for.
pub fn diagnose(args: &args::Diagnose) -> Result<(), Failure> {
    let scenario = load_until(&args.scenario, &args.changes.read()?, args.seed, args.at.as_deref())?;
    let mut progress = Progress::new(scenario.horizon(), !args.no_progress);
    let found = study::diagnose::diagnose(&scenario, |at, _| progress.watch(at));
    progress.finish();
    let found = found?;
    print(&match args.format {
        Format::Table => diagnosis::table(&scenario, &found),
        Format::Json => diagnosis_json::document(&scenario, &found),
    })
}

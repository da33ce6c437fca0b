//! `diagnose`: why clients hold no license, counted.

use super::super::args::{self, Format};
use super::super::exit::Failure;
use super::super::progress::Progress;
use super::{length_until, load, load_until, note, print};
use crate::output::{diagnosis, diagnosis_json, plan_json, plan_text};
use crate::rules::remedy::Permitted;
use crate::study;
use crate::study::plan::{Asked, PATIENCE};
use crate::words::time::Time;

/// `diagnose`: scenario → run up to the instant → every client accounted for.
pub fn diagnose(args: &args::Diagnose) -> Result<(), Failure> {
    if args.plan {
        return plan(args);
    }
    let scenario = load_until(&args.scenario, &args.changes.read()?, args.seed, args.at.as_deref())?;
    let mut progress = Progress::new(scenario.horizon(), !args.no_progress);
    let found = study::diagnose::diagnose(&scenario, |at, _| progress.watch(at));
    progress.finish();
    let found = found?;
    note(&scenario, &found.shortfalls);
    print(&match args.format {
        Format::Table => diagnosis::table(&scenario, &found),
        Format::Json => diagnosis_json::document(&scenario, &found),
    })
}

/// `diagnose --plan`: scenario → runs with what could help, from the instant on → the shortest list.
fn plan(args: &args::Diagnose) -> Result<(), Failure> {
    let changes = args.changes.read()?;
    let scenario = load(&args.scenario, &changes, args.seed, false)?;
    let at = args.at.as_deref().map_or(Ok(scenario.duration), |at| length_until(at, &scenario))?;
    let permitted = if args.no_purchase { Permitted::ALL.without_purchases() } else { Permitted::ALL };
    let permitted = args.without.iter().fold(permitted, |permitted, remedy| permitted.without(*remedy));
    let asked = Asked { at: Time::START + at, everyone: args.everyone, permitted };
    let mut progress = Progress::new(asked.at + PATIENCE, !args.no_progress);
    let found = study::plan::plan(&scenario, asked, &mut |at, _| progress.watch(at));
    progress.finish();
    let found = found?;
    note(&scenario, &found.shortfalls);
    let file = args.scenario.display().to_string();
    let call = plan_text::Call { file: &file, changes: &changes, seed: args.seed };
    print(&match args.format {
        Format::Table => plan_text::table(&scenario, &found, call),
        Format::Json => plan_json::document(&scenario, &found),
    })
}

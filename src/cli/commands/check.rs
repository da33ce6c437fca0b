//! `check`: all faults at once; a scenario with its changes, as one file.

use crate::cli::commands::{print, print_data};
use crate::cli::exit::Failure;
use crate::cli::input::{self, Loaded};
use crate::cli::terminal::tell;
use crate::cli::{args, budget};
use crate::fleet::roster::Roster;
use crate::output::prose::{self, numbers};
use crate::study::resource_estimate::ResourceEstimate;

/// `check`: all faults, or what the scenario holds, or the scenario itself.
pub fn check(args: &args::Check) -> Result<(), Failure> {
    let changes = args.changes.read()?;
    let loaded = input::load(&args.scenario, &changes)?;
    let Loaded { checked, warnings, .. } = &loaded;
    let scenario = &checked.scenario;
    tell(warnings);
    budget::check(&ResourceEstimate::of_scenario(scenario))?;
    if args.print {
        return print_data(&input::printed(&loaded, &args.scenario, &changes)?);
    }
    let roster = Roster::new(scenario, 0);
    let others = prose::check::other_solutions(scenario);
    print(&format!(
        "{}: ok: {}, {}, {}, {}, {} long\n{others}",
        args.scenario.display(),
        numbers::counted(scenario.groups.len() as u64, "group"),
        numbers::counted(roster.len() as u64, "client"),
        numbers::counted(scenario.license_files().count() as u64, "license file"),
        numbers::counted(scenario.actions.len() as u64, "action"),
        scenario.duration,
    ))
}

//! `check`: all faults at once; a scenario with its changes, as one file.

use super::super::exit::Failure;
use super::super::input::{self, Loaded};
use super::super::terminal::tell;
use super::super::{args, budget};
use super::{print, print_data};
use crate::fleet::roster::Roster;
use crate::output::text;
use crate::study::need::Need;

/// `check`: all faults, or what the scenario holds, or the scenario itself.
pub fn check(args: &args::Check) -> Result<(), Failure> {
    let changes = args.changes.read()?;
    let loaded = input::load(&args.scenario, &changes)?;
    let Loaded { checked, warnings, .. } = &loaded;
    let scenario = &checked.scenario;
    tell(warnings);
    budget::check(&Need::of_scenario(scenario))?;
    if args.print {
        return print_data(&input::printed(&loaded, &args.scenario, &changes)?);
    }
    let roster = Roster::new(scenario, 0);
    print(&format!(
        "{}: ok: {}, {}, {}, {}, {} long\n",
        args.scenario.display(),
        text::counted(scenario.groups.len() as u64, "group"),
        text::counted(roster.len() as u64, "client"),
        text::counted(scenario.licenses.len() as u64, "license file"),
        text::counted(scenario.actions.len() as u64, "action"),
        scenario.duration,
    ))
}

//! `check`: all faults at once.

use std::io::{self, Write};

use super::super::args;
use super::super::exit::Failure;
use super::super::input::{self, Loaded};
use super::print;
use crate::fleet::roster::Roster;
use crate::output::text;

/// `check`: all faults, or what the scenario holds.
pub fn check(args: &args::Check) -> Result<(), Failure> {
    let Loaded { checked, warnings, .. } = input::load(&args.scenario, &args.changes.read()?)?;
    let scenario = &checked.scenario;
    let _ = io::stderr().lock().write_all(warnings.as_bytes());
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

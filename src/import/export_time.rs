//! When the tables were exported, and which dates contradict it.
//!
//! Nothing in the estate can have happened after the export. When the caller does not say when that was,
//! the latest date counts, unless it stands alone: a single computer whose clock is years ahead must not
//! make all the others look abandoned.

use jiff::civil::{DateTime, DateTimeRound};
use jiff::{RoundMode, Span, Unit};

use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::folder::Folder;
use crate::import::inventory::Computer;
use crate::import::tables::ExportTable;
use crate::import::values::{Seen, Wrong};

/// Fewer computers say nothing about one another.
const ENOUGH: usize = 20;

/// So far ahead of nearly all others a date stands alone.
const AHEAD_DAYS: i64 = 7;

/// The instant of the export: as given, or else the latest date, rounded up to the minute. Dates
/// that cannot be true are recorded.
pub fn settle(
    computers: &[Computer],
    given: Option<DateTime>,
    folder: &Folder,
    findings: &ImportFindings,
) -> Option<DateTime> {
    if given.is_some() {
        refuse(computers, given, &GIVEN, folder, findings);
        return given;
    }
    let mut latest: Vec<DateTime> =
        computers.iter().filter_map(|computer| computer.last_seen().at()).collect();
    latest.sort_unstable();
    refuse(computers, usual_limit(&latest), &ALONE, folder, findings);
    let file = folder.name(ExportTable::Computers);
    let minute = DateTimeRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
    let exported_at = latest.last().map(|last| last.round(minute).unwrap_or(*last));
    match exported_at {
        Some(at) => {
            let what = "taken to be exported at the latest date in the tables, rounded up to the minute";
            findings.notice(&file, None, what, Some(&at.to_string()));
        }
        None => {
            findings.notice(&file, None, "no date at all: when the tables were exported is not known", None)
        }
    }
    exported_at
}

/// The last date that does not stand alone: a week after that of all computers but one in a thousand.
fn usual_limit(latest: &[DateTime]) -> Option<DateTime> {
    let last = latest.len().checked_sub(1).filter(|_| latest.len() >= ENOUGH)?;
    Some(latest[last * 999 / 1_000].saturating_add(Span::new().days(AHEAD_DAYS)))
}

const GIVEN: Wrong = Wrong {
    problem: "later than the export",
    help: "the clock of that computer was ahead: correct the date; or give a later --exported-at",
};

const ALONE: Wrong = Wrong {
    problem: "more than 7 days after nearly all other dates",
    help: "the clock of that computer was ahead: correct the date; or give --exported-at",
};

/// Records every date after `limit`.
fn refuse(
    computers: &[Computer],
    limit: Option<DateTime>,
    why: &Wrong,
    folder: &Folder,
    findings: &ImportFindings,
) {
    let Some(limit) = limit else { return };
    for c in computers.iter().filter(|computer| computer.last_seen() > Seen::At(limit)) {
        for (table, line, column, seen) in [
            (ExportTable::Computers, c.line, "LastConfigRequest", c.last_config_request),
            (ExportTable::Computers, c.line, "LastBasicInventory", c.last_basic_inventory),
            (ExportTable::PatchInventory, c.inventory_line, "LastPatchInventory", c.last_patch_inventory),
        ] {
            if let Some(at) = seen.at().filter(|at| *at > limit) {
                let fault =
                    ImportFault::file(&folder.name(table), why.problem, why.help).line(line).column(column);
                findings.fault(fault.found(&at.to_string()));
            }
        }
    }
}

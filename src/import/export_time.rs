//! When the tables were exported, and which dates contradict it.
//!
//! Nothing in the estate can have happened after the export. When the caller does not say when that was, the latest date
//! counts that does not stand alone: the clock of a single computer, hours or years ahead, must not make all the others look
//! abandoned. Dates after the export are taken for the instant of the export, and told.
//!
//! | the latest dates | are |
//! |---|---|
//! | of one computer in a hundred, or one, further ahead of the next ones than twenty times the distance that those have from one another | those of clocks that are ahead |
//! | the same, of the morning after an evening | of the first PC that was switched on: a weekend ends |
//! | all others | the time of the export |

use jiff::civil::{DateTime, DateTimeRound};
use jiff::{RoundMode, SignedDuration, Unit};

use crate::import::fault::{ImportFault, ImportFindings};
use crate::import::folder::Folder;
use crate::import::inventory::Computer;
use crate::import::rhythm::ENOUGH;
use crate::import::tables::ExportTable;
use crate::import::values::Seen;

/// One computer in so many may have a clock that is ahead; in any table one may.
const ONE_IN: usize = 100;
/// Times the usual distance between two computers.
const FAR: i32 = 20;
/// Nearer than this no date stands alone: in a small table, and in a usual one.
const NEAR_IN_SMALL: SignedDuration = SignedDuration::from_hours(24);
const NEAR: SignedDuration = SignedDuration::from_mins(30);
/// Offices are empty from this hour on, up to the other one, and for no longer than a long weekend.
const EVENING: i8 = 17;
const MORNING: i8 = 7;
const WEEKEND: SignedDuration = SignedDuration::from_hours(4 * 24);

/// The instant of the export: as given, or else the latest date that does not stand alone, rounded up to the minute. Later
/// dates are set to it.
pub fn settle(
    computers: &mut [Computer],
    given: Option<DateTime>,
    folder: &Folder,
    findings: &ImportFindings,
) -> Option<DateTime> {
    let mut latest: Vec<DateTime> =
        computers.iter().filter_map(|computer| computer.last_seen().at()).collect();
    latest.sort_unstable_by(|a, b| b.cmp(a));
    let file = folder.name(ExportTable::Computers);
    if let Some(at) = given {
        // Dates of most computers cannot all be wrong.
        match 2 * latest.partition_point(|date| *date > at) > latest.len() {
            true => refuse(&latest, at, &file, findings),
            false => clip(computers, at, AFTER_GIVEN, folder, findings),
        }
        return given;
    }
    let usual = latest.get(clocks_ahead(&latest)).copied();
    let minute = DateTimeRound::new().smallest(Unit::Minute).mode(RoundMode::Ceil);
    let exported_at = usual.map(|last| last.round(minute).unwrap_or(last));
    match exported_at {
        Some(at) => {
            clip(computers, at, AHEAD, folder, findings);
            let what = "taken to be exported at the latest date in the tables, rounded up to the minute";
            findings.notice(&file, None, what, Some(&at.to_string()));
        }
        None => {
            findings.notice(&file, None, "no date at all: when the tables were exported is not known", None)
        }
    }
    exported_at
}

/// How many of the latest dates, one a computer and the last one first, are those of clocks that are ahead.
fn clocks_ahead(latest: &[DateTime]) -> usize {
    let most = (latest.len() / ONE_IN).max(1);
    (1..=most).rev().find(|ahead| stand_alone(latest, *ahead)).unwrap_or(0)
}

fn stand_alone(latest: &[DateTime], ahead: usize) -> bool {
    let rest = &latest[ahead.min(latest.len())..];
    let behind = (rest.len() / 4).max(2).min(rest.len().saturating_sub(1));
    let (Some(wall), Some(others), Some(first)) = (rest.first(), rest.get(behind), latest.get(ahead - 1))
    else {
        return false;
    };
    if behind == 0 {
        return false; // of two computers either may be right
    }
    let gap = first.duration_since(*wall);
    let usual = wall.duration_since(*others) / behind as i32;
    let near = if latest.len() < ENOUGH { NEAR_IN_SMALL } else { NEAR };
    let evening = wall.hour() >= EVENING || wall.hour() < MORNING;
    gap > near.max(usual * FAR) && !(evening && gap <= WEEKEND)
}

const AHEAD: &str = "later than nearly all other dates: the clock of that computer is ahead; taken for the instant of the export";
const AFTER_GIVEN: &str =
    "later than --exported-at: the clock of that computer is ahead; taken for the instant of the export";

/// Sets every date after the export to it.
fn clip(
    computers: &mut [Computer],
    at: DateTime,
    why: &'static str,
    folder: &Folder,
    findings: &ImportFindings,
) {
    for computer in computers.iter_mut().filter(|computer| computer.last_seen() > Seen::At(at)) {
        let (line, inventory_line) = (computer.line, computer.inventory_line);
        for (table, line, seen) in [
            (ExportTable::Computers, line, &mut computer.last_config_request),
            (ExportTable::Computers, line, &mut computer.last_basic_inventory),
            (ExportTable::PatchInventory, inventory_line, &mut computer.last_patch_inventory),
        ] {
            if let Some(later) = seen.at().filter(|date| *date > at) {
                findings.notice(&folder.name(table), Some(line), why, Some(&later.to_string()));
                *seen = Seen::At(at);
            }
        }
    }
}

/// The given date is the one that is wrong.
fn refuse(latest: &[DateTime], at: DateTime, file: &str, findings: &ImportFindings) {
    let later = latest.iter().filter(|date| **date > at).count();
    let problem = format!(
        "{later} of {} computers have dates after --exported-at {at}, so the tables were exported later",
        latest.len()
    );
    let help = "give the instant of the export, or leave --exported-at out: then it is the latest date in the tables";
    let fault = ImportFault::file(file, problem, help);
    findings.fault(match latest.first() {
        Some(last) => fault.found(&last.to_string()),
        None => fault,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    /// Computers of which each was seen some minutes before an hour of the second of March, a Monday.
    fn latest(hour: i8, minutes: &[i64]) -> Vec<DateTime> {
        let at = date(2026, 3, 2).at(hour, 0, 0, 0);
        let mut latest: Vec<DateTime> =
            minutes.iter().map(|minutes| at.saturating_sub(SignedDuration::from_mins(*minutes))).collect();
        latest.sort_unstable_by(|a, b| b.cmp(a));
        latest
    }

    #[test]
    fn a_clock_that_is_ahead_stands_alone() {
        let (hour, day) = (60, 24 * 60);
        let hourly: Vec<i64> = (0..40).map(|n| n * 3 / 2).collect();
        let with = |more: &[i64]| [&hourly[..], more].concat();
        let months: Vec<i64> = (0..40).map(|n| (60 + 6 * n) * day).collect();
        #[rustfmt::skip]
        let table = [
            (9,  hourly.clone(),                          0),
            (9,  with(&[-6 * day]),                       1),
            (9,  with(&[-3 * hour]),                      1),
            (9,  with(&[-6 * day, -6 * day]),             0), // two of 42 are not one
            (9,  with(&[-20]),                            0),
            (19, with(&[-62 * hour]),                     0), // the first one on Monday morning
            (9,  with(&[-62 * hour]),                     1),
            (9,  [&months[..], &[0]].concat(),            0), // one PC is left of an old fleet
            (9,  vec![-6 * day, 0, 20],                   1),
            (9,  vec![-6 * day, 0],                       0), // either may be right
            (9,  vec![-2 * hour, 0, 1],                   0),
            (9,  vec![0],                                 0),
            (9,  vec![],                                  0),
        ];
        for (hour, minutes, ahead) in table {
            assert_eq!(clocks_ahead(&latest(hour, &minutes)), ahead, "{minutes:?}");
        }
        let many: Vec<i64> = (0..300).map(|n| n / 5).chain([-6 * day, -9 * day]).collect();
        assert_eq!(clocks_ahead(&latest(9, &many)), 2, "two of 300, whatever lies between them");
    }
}

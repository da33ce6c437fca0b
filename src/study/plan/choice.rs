//! The choice of an action that takes certain records, and no others.

use crate::fleet::{Fleet, Observer};
use crate::rules::client::{Mark, Status};
use crate::scenario::model::Selection;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::{Span, Time};

/// Up to so many clients are rather named than described by how many there are of a group.
const NAMED: usize = 12;

/// Longest list of names that can reasonably be typed.
const MOST_NAMED: usize = 2_000;

/// Chooses records of one status that hold a license; `None` where no choice does.
pub fn exactly<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], at: Time) -> Option<Selection> {
    let status = fleet.record_state(*rows.first()?).status();
    let holds = |row: &RecordId| {
        fleet.record_state(*row).is(Mark::Licensed) && fleet.record_state(*row).status() == status
    };
    let holders: Vec<RecordId> =
        ClientId::first(fleet.len()).map(ClientId::own_record).filter(holds).collect();
    let of_status = matches!(status, Status::Retired | Status::Disposed);
    let status = Some(if of_status { status } else { Status::Active });
    let all = Selection::Group { group: None, clients: None, status, silent_for: None, holding: true };
    if holders == rows && of_status {
        return Some(all);
    }
    let silent = || {
        let silent_for = Some(silence(fleet, rows, &holders, at)?);
        Some(Selection::Group { group: None, clients: None, status, silent_for, holding: true })
    };
    // A whole group gets its number of clients, too: the selection excludes clients that join it later.
    let first = || {
        let (group, clients) = (Some(group_of_first(fleet, rows, &holders)?), Some(rows.len() as u32));
        Some(Selection::Group { group, clients, status, silent_for: None, holding: true })
    };
    let few = || named(fleet, rows, NAMED);
    silent().or_else(few).or_else(first).or_else(|| named(fleet, rows, MOST_NAMED))
}

/// The longest silence in whole days, hours or minutes that all of them have, if no other holder has it.
fn silence<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], holders: &[RecordId], at: Time) -> Option<Span> {
    let silent = |row: &RecordId| at - fleet.reported_last(*row, at);
    let least = rows.iter().map(silent).min()?;
    let unit = [Span::DAY, Span::HOUR, Span::MINUTE].into_iter().find(|unit| least >= *unit)?;
    let span = Span(least.ms() / unit.ms() * unit.ms());
    let others = holders.iter().filter(|row| silent(row) >= span).count();
    (others == rows.len()).then_some(span)
}

/// The group of whose holders they are the first, or all.
fn group_of_first<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], holders: &[RecordId]) -> Option<usize> {
    let group = fleet.roster().group_of(rows[0].own_machine());
    let of_it: Vec<RecordId> =
        holders.iter().copied().filter(|row| fleet.roster().group_of(row.own_machine()) == group).collect();
    of_it.starts_with(rows).then_some(group.index())
}

/// By name; further records of a PC have none that an action could use.
fn named<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], most: usize) -> Option<Selection> {
    if rows.len() > most {
        return None;
    }
    let roster = fleet.roster();
    let place = |row: &RecordId| {
        let machine = row.own_machine();
        Some((roster.group_of(machine).index(), roster.index(machine)?))
    };
    rows.iter().map(place).collect::<Option<Vec<_>>>().map(Selection::Named)
}

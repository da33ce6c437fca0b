//! The words of an action that choose certain records, and no others.

use crate::fleet::{Fleet, Observer};
use crate::rules::client::{Mark, Status};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::{Span, Time};

/// Up to so many clients are rather named than described by how many there are of a group.
const NAMED: usize = 12;

/// More names than this nobody types.
const MOST_NAMED: usize = 2_000;

/// Chooses records of one status that hold a license; `None` where no words do.
pub fn exactly<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], at: Time) -> Option<String> {
    let status = fleet.record_state(*rows.first()?).status();
    let holds = |row: &RecordId| {
        fleet.record_state(*row).is(Mark::Licensed) && fleet.record_state(*row).status() == status
    };
    let holders: Vec<RecordId> =
        ClientId::first(fleet.len()).map(ClientId::own_record).filter(holds).collect();
    let word = match status {
        Status::Retired => "status=retired ",
        Status::Disposed => "status=disposed ",
        _ => "",
    };
    if holders == rows && !word.is_empty() {
        return Some(format!("{word}holding=true"));
    }
    let silent =
        || silence(fleet, rows, &holders, at).map(|span| format!("{word}silent_for={span} holding=true"));
    // Also of a whole group it is said how many: who joins it later is not meant.
    let first = || {
        let group = group_of_first(fleet, rows, &holders)?;
        Some(format!("{word}group={group} clients={} holding=true", rows.len()))
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
fn group_of_first<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], holders: &[RecordId]) -> Option<String> {
    let group = fleet.roster().group_of(rows[0].own_machine());
    let of_it: Vec<RecordId> =
        holders.iter().copied().filter(|row| fleet.roster().group_of(row.own_machine()) == group).collect();
    of_it.starts_with(rows).then(|| fleet.group_name(group).to_string())
}

/// Their names; further records of a PC have none that an action could use.
fn named<O: Observer>(fleet: &Fleet<O>, rows: &[RecordId], most: usize) -> Option<String> {
    let nameable =
        rows.len() <= most && rows.iter().all(|row| fleet.roster().index(row.own_machine()).is_some());
    let names =
        || rows.iter().map(|row| fleet.roster().name(row.own_machine())).collect::<Vec<_>>().join(", ");
    nameable.then(|| format!("clients=[{}]", names()))
}

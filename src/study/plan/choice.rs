//! The choice of an action that takes certain records, and no others.
//!
//! Records are described (`status=disposed holding=true`) only where the description is exact twice over: for the
//! simulation, and for the administrator who reads it beside the tables. The tables know more of an imported fleet than
//! the simulation does: there every live agent reports by its rhythm, while in the tables a PC that is merely switched
//! off over the weekend is as silent as one that is gone for good. So a description is held against what was exported of
//! *all* records, and a span of silence has to leave the next holder far behind. Where no description is exact, the
//! records are named.

use std::collections::BTreeSet;

use crate::fleet::{Fleet, Observer};
use crate::rules::client::{Mark, Status};
use crate::scenario::model::{Scenario, Selection};
use crate::study::plan::listed::initial_of;
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::{Span, Time};

/// Up to so many clients are named in the action itself; more stand in the list beside the plan.
pub const NAMED: usize = 12;

/// So much longer than any other holder of their status have records to be silent, to be told by it.
const MARGIN: Span = Span::DAY;

/// Chooses records.
pub struct Chooser<'c, 'f, O> {
    pub fleet: &'c Fleet<'f, O>,
    pub scenario: &'c Scenario,
    /// The instant of the action.
    pub at: Time,
}

/// What a table shows of a record.
struct Shown {
    status: Status,
    holds: bool,
    /// `None`: not known.
    contact: Option<Time>,
}

impl<O: Observer> Chooser<'_, '_, O> {
    /// Chooses records of one status that hold a license, in order; `None` where no choice does.
    pub fn exactly(&self, rows: &[RecordId]) -> Option<Selection> {
        let status = self.fleet.record_state(*rows.first()?).status();
        let of_status = matches!(status, Status::Retired | Status::Disposed);
        let status = if of_status { status } else { Status::Active };
        let holders = self.holders(status);
        let is_told = !rows.iter().any(|row| self.status_is_assumed(*row));
        let described = |silent_for| Selection::Group {
            group: None,
            clients: None,
            status: Some(status),
            silent_for,
            holding: true,
        };
        if holders == rows && of_status && is_told {
            return Some(described(None));
        }
        if let Some(span) = self.silence(rows, &holders).filter(|_| is_told) {
            return Some(described(Some(span)));
        }
        // A whole group gets its number of clients, too: the selection excludes clients that join it later.
        let first = || {
            let (group, clients) = (Some(self.group_of_first(rows, &holders)?), Some(rows.len() as u32));
            Some(Selection::Group { group, clients, status: Some(status), silent_for: None, holding: true })
        };
        let few = || self.named(rows).filter(|_| rows.len() <= NAMED);
        few().or_else(first).or_else(|| self.named(rows))
    }

    /// By name; further records of a PC have none that an action could use.
    pub fn named(&self, rows: &[RecordId]) -> Option<Selection> {
        let roster = self.fleet.roster();
        let place = |row: &RecordId| {
            let machine = row.own_machine();
            Some((roster.group_of(machine).index(), roster.index(machine)?))
        };
        rows.iter().map(place).collect::<Option<Vec<_>>>().map(Selection::Named)
    }

    /// Is it a fleet of which tables are known that are not its own?
    fn is_imported(&self) -> bool {
        self.scenario.groups.iter().any(|group| group.initial.is_some())
    }

    fn status_is_assumed(&self, record: RecordId) -> bool {
        initial_of(self.fleet, self.scenario, record).is_some_and(|initial| initial.status_assumed)
    }

    /// What the tables show of a record: those that were exported, at the instant of the export; later, and of a fleet that
    /// was not exported, those that the simulated server would have. Of an imported fleet at a later instant no
    /// silence is known: its dates are as old as the export.
    fn shown(&self, record: RecordId) -> Shown {
        let exported = initial_of(self.fleet, self.scenario, record).filter(|_| self.at == Time::START);
        if let Some(initial) = exported {
            let contact = initial.last_report().max(initial.last_scan);
            return Shown { status: initial.status, holds: initial.licensed, contact };
        }
        let state = self.fleet.record_state(record);
        let contact = (!self.is_imported()).then(|| self.fleet.reported_last(record, self.at));
        Shown { status: state.status(), holds: state.is(Mark::Licensed), contact }
    }

    /// Records of this status with a license: by the simulation, by the tables, or both.
    fn holders(&self, status: Status) -> Vec<RecordId> {
        let is = |record: &RecordId| {
            let (state, shown) = (self.fleet.record_state(*record), self.shown(*record));
            state.status() == status && state.is(Mark::Licensed) || shown.status == status && shown.holds
        };
        ClientId::first(self.fleet.len()).map(ClientId::own_record).filter(is).collect()
    }

    /// The longest silence in whole days that all of them have, if no other holder is near to it.
    fn silence(&self, rows: &[RecordId], holders: &[RecordId]) -> Option<Span> {
        let silent = |row: &RecordId| self.shown(*row).contact.map(|contact| self.at - contact);
        let simulated = |row: &RecordId| self.at - self.fleet.reported_last(*row, self.at);
        let least = rows.iter().map(|row| silent(row).map(|span| span.min(simulated(row)))).min()??;
        let span = Span(least.ms() / Span::DAY.ms() * Span::DAY.ms());
        let chosen: BTreeSet<&RecordId> = rows.iter().collect();
        let is_far = |row: &RecordId| {
            let far = |silence: Span| silence.ms() + MARGIN.ms() <= span.ms();
            silent(row).is_some_and(far) && far(simulated(row))
        };
        let others_are_far = holders.iter().all(|row| chosen.contains(row) || is_far(row));
        (span > Span::ZERO && others_are_far).then_some(span)
    }

    /// The group of whose holders they are the first, or all. Groups of an imported fleet are no fact of its tables.
    fn group_of_first(&self, rows: &[RecordId], holders: &[RecordId]) -> Option<usize> {
        let roster = self.fleet.roster();
        let group = roster.group_of(rows[0].own_machine());
        let of_it: Vec<RecordId> =
            holders.iter().copied().filter(|row| roster.group_of(row.own_machine()) == group).collect();
        (!self.is_imported() && of_it.starts_with(rows)).then_some(group.index())
    }
}

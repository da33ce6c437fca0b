//! What is known of other solutions: a pool each, and a row a computer. Empty in a scenario without their license files.

use crate::fleet::licenses::LicensePool;
use crate::rules::license_calendar::{LicenseFileEvent, calendar};
use crate::scenario::model::{Scenario, SolutionUse};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

/// The solutions of a scenario, in its order; an index into them is the ordinal of their events.
pub(in crate::fleet) struct SolutionBook<'s> {
    pub(super) each: Vec<SolutionPool<'s>>,
}

/// One of them.
pub(super) struct SolutionPool<'s> {
    pub(super) scenario: &'s SolutionUse,
    pub(super) pool: LicensePool,
    /// What happens to its license files, in order of time.
    pub(super) calendar: Vec<(Time, LicenseFileEvent, usize)>,
    /// By client.
    pub(super) computers: Vec<Computer>,
    /// Licenses that the next licensing refresh returns.
    pub(super) unreleased: Vec<Unreleased>,
}

/// What is remembered of a computer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Computer {
    /// When it sends data next, or learns that it loses the plug-in; an event for another instant is stale.
    pub(super) due: Time,
    /// Its record holds a license.
    pub(super) holds: bool,
    /// Data of its record was discarded for want of a license, and it still wants one.
    pub(super) waits: bool,
    /// A policy removes the plug-in, or has removed it.
    pub(super) uninstall: bool,
}

/// A license that waits for the licensing refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unreleased {
    pub(super) record: RecordId,
    /// The record was deleted: the license is not that of a record that came since.
    pub(super) deleted: bool,
}

impl Computer {
    const NEW: Computer = Computer { due: Time::NEVER, holds: false, waits: false, uninstall: false };
}

impl<'s> SolutionBook<'s> {
    pub fn new(scenario: &'s Scenario, clients: usize) -> SolutionBook<'s> {
        let state = |used: &'s SolutionUse| SolutionPool {
            scenario: used,
            pool: LicensePool::new(&used.files, Time::START),
            calendar: calendar(&used.files),
            computers: vec![Computer::NEW; clients],
            unreleased: Vec::new(),
        };
        SolutionBook { each: scenario.solutions.iter().map(state).collect() }
    }

    /// Their numbers.
    pub(super) fn all(&self) -> std::ops::Range<usize> {
        0..self.each.len()
    }

    /// A further record of a PC.
    pub fn append(&mut self) {
        self.each.iter_mut().for_each(|state| state.computers.push(Computer::NEW));
    }

    /// The disk of a PC goes on under another record.
    pub fn move_disk(&mut self, from: ClientId, to: ClientId) {
        for state in &mut self.each {
            state.computers[to.index()].uninstall = state.computers[from.index()].uninstall;
            state.computers[from.index()].due = Time::NEVER;
        }
    }

    /// Heap bytes of the computers.
    pub fn bytes(&self) -> usize {
        self.each.iter().map(|state| state.computers.capacity() * size_of::<Computer>()).sum()
    }
}

impl SolutionPool<'_> {
    pub(super) fn computer(&mut self, client: ClientId) -> &mut Computer {
        &mut self.computers[client.index()]
    }

    /// The row of the record that a license belongs to.
    pub(super) fn record(&mut self, record: RecordId) -> &mut Computer {
        self.computer(record.own_machine())
    }
}

//! Reports that wait in the event queue of the server: C2, C6.

use std::collections::{BTreeMap, VecDeque};

use crate::units::ids::ClientId;

/// What a client reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::fleet) enum Report {
    /// The first Basic Inventory of a new agent.
    Registration,
    /// That of a client whose record was deleted.
    Return,
    /// One that is sent by hand; was the plug-in there then?
    ByHand { plugin: bool },
    /// One that lists the plug-in.
    Plugin,
    /// One that shows that the plug-in is gone.
    Removal,
    /// The result of a scan.
    ScanResult,
}

/// A report that arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Waiting {
    pub client: ClientId,
    /// How often the chain of the client had been cut.
    pub epoch: u16,
    pub report: Report,
}

/// Reports that wait, in the order in which they arrived.
#[derive(Debug, Default)]
pub(in crate::fleet) struct Backlog {
    reports: VecDeque<Waiting>,
    /// How many of each client.
    of_client: BTreeMap<ClientId, u32>,
}

impl Backlog {
    /// Does nothing wait?
    pub(super) fn is_empty(&self) -> bool {
        self.reports.is_empty()
    }

    /// Does a report of a client wait?
    pub fn holds_one_of(&self, client: ClientId) -> bool {
        self.of_client.contains_key(&client)
    }

    pub(super) fn push(&mut self, waiting: Waiting) {
        *self.of_client.entry(waiting.client).or_insert(0) += 1;
        self.reports.push_back(waiting);
    }

    pub(super) fn pop(&mut self) -> Option<Waiting> {
        let waiting = self.reports.pop_front()?;
        if let Some(number) = self.of_client.get_mut(&waiting.client) {
            *number -= 1;
            if *number == 0 {
                self.of_client.remove(&waiting.client);
            }
        }
        Some(waiting)
    }
}

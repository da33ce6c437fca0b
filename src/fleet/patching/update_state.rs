//! What is known of updates: bulletins, policies, a row a client, and what became of
//! each update on each client. Nothing of it exists in a scenario without `updates`.
//!
//! What became of an update takes a few bits. They are allocated when a policy is made, for the
//! updates of that policy on all clients together, and each client remembers up to which policy all
//! its updates are done; so memory follows what is enabled, and a cycle looks at what is open.

use crate::engine::draw::{Draws, name_key};
use crate::fleet::decision::Decision;
use crate::fleet::schedule::periodic::delay;
use crate::scenario::model::Scenario;
use crate::scenario::model::updates::{Bulletin, NewVersions, Updates};
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// What the server and the clients know about updates.
pub(in crate::fleet) struct Patching<'s> {
    pub(super) scenario: &'s Updates,
    /// By index of the scenario.
    pub(super) bulletins: Vec<BulletinState>,
    /// In the order in which they were made.
    pub(super) policies: Vec<PatchPolicy>,
    pub(super) clients: Vec<ClientUpdates>,
    /// Version of the scan package and of Patch Install Tools at the server; the first is 1.
    pub(super) version: u16,
    /// Imports that brought something.
    pub(super) imports: u32,
    /// By number: imports whose bulletins were to be enabled while Patch Management did not work (E1, M3).
    pub(super) overdue: Vec<u32>,
    draws: Draws,
}

/// A bulletin at the server.
pub(super) struct BulletinState {
    pub(super) published: Time,
    /// Number of the import that listed it in the PRC.
    pub(super) listed_by: Option<u32>,
    pub(super) enabled: bool,
    /// Hash of its name, which addresses its draws.
    key: u64,
}

/// A patch update policy, and what became of its updates on each client.
pub(super) struct PatchPolicy {
    /// The updates it deploys, as (bulletin, number of the update in it).
    pub(super) updates: Vec<(u32, u32)>,
    cells: Cells,
}

/// What is remembered of a client.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientUpdates {
    /// When its cycle starts, stops to wait for tools, or ends; an event for another instant is stale.
    pub(super) due: Time,
    /// Updates Scheduled or Executing.
    pub(super) pending: u32,
    /// The action whose task runs the cycle; [`NO_TASK`]: the schedule does.
    pub(super) task: u32,
    /// Version of the scan package; 0: none is complete.
    pub(super) package: u16,
    /// Version of Patch Install Tools; 0: none.
    pub(super) tools: u16,
    /// Version that was downloaded last, or is being downloaded.
    pub(super) loading: u16,
    /// Policies it has received.
    pub(super) received: u16,
    /// All policies before this one are done.
    pub(super) open: u16,
    /// Cycles it has run.
    pub(super) cycles: u16,
    /// Number of the period in which it last sent a full result.
    pub(super) full_result: u32,
}

pub(super) const NO_TASK: u32 = u32::MAX;

const _: () = assert!(size_of::<ClientUpdates>() == 32);

/// What became of an update on a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UpdateState {
    NotScheduled,
    Installed,
    Failed,
    /// Scheduled (or Executing) after this number of failures.
    Pending(u32),
}

impl UpdateState {
    fn of(code: u64) -> UpdateState {
        match code {
            0 => UpdateState::NotScheduled,
            1 => UpdateState::Installed,
            2 => UpdateState::Failed,
            more => UpdateState::Pending(more as u32 - 3),
        }
    }

    fn code(self) -> u64 {
        match self {
            UpdateState::NotScheduled => 0,
            UpdateState::Installed => 1,
            UpdateState::Failed => 2,
            UpdateState::Pending(failures) => u64::from(failures) + 3,
        }
    }
}

/// A few bits for each update on each client, those of a client side by side.
struct Cells {
    bits: usize,
    updates: usize,
    words: Vec<u64>,
}

impl Cells {
    fn new(bits: u32, updates: usize, clients: usize) -> Cells {
        let bits = bits as usize; // divides 64, so no cell lies across two words
        Cells { bits, updates, words: vec![0; (clients * updates * bits).div_ceil(64)] }
    }

    fn grow(&mut self, clients: usize) {
        self.words.resize((clients * self.updates * self.bits).div_ceil(64), 0);
    }

    fn place(&self, client: ClientId, update: usize) -> (usize, usize) {
        let bit = (client.index() * self.updates + update) * self.bits;
        (bit / 64, bit % 64)
    }

    fn get(&self, client: ClientId, update: usize) -> u64 {
        let (word, shift) = self.place(client, update);
        self.words[word] >> shift & ((1 << self.bits) - 1)
    }

    fn set(&mut self, client: ClientId, update: usize, code: u64) {
        assert!(code < 1 << self.bits, "an update has failed more often than there is room for");
        let (word, shift) = self.place(client, update);
        self.words[word] = self.words[word] & !(((1 << self.bits) - 1) << shift) | code << shift;
    }
}

impl PatchPolicy {
    pub fn state(&self, client: ClientId, update: usize) -> UpdateState {
        UpdateState::of(self.cells.get(client, update))
    }

    pub fn set(&mut self, client: ClientId, update: usize, state: UpdateState) {
        self.cells.set(client, update, state.code());
    }
}

impl BulletinState {
    /// Ordinal of the draw that decides whether it applies to a client.
    pub fn applies_ordinal(&self) -> u64 {
        self.key >> 16
    }

    /// Ordinal of the draw that decides whether an update of it fails.
    pub fn fails_ordinal(&self, update: u32, failures: u32) -> u64 {
        self.key >> 32 << 16 | u64::from(update) << 8 | u64::from(failures)
    }
}

impl<'s> Patching<'s> {
    /// Nothing listed, nothing enabled; `None` without `updates`.
    pub fn new(scenario: &'s Scenario, replication: u64, clients: usize) -> Option<Patching<'s>> {
        let updates = scenario.updates.as_ref()?;
        // No group can have a name with a colon.
        let draws = Draws::new(scenario.seed, replication, "updates:");
        let state = |bulletin: &Bulletin| {
            let key = name_key(&bulletin.name);
            let after = delay(&updates.published_after, &draws, Decision::PublicationDelay, key, 0);
            BulletinState { published: bulletin.published + after, listed_by: None, enabled: false, key }
        };
        Some(Patching {
            bulletins: updates.bulletins.iter().map(state).collect(),
            scenario: updates,
            policies: Vec::new(),
            clients: vec![ClientUpdates::new(); clients],
            version: 1,
            imports: 0,
            overdue: Vec::new(),
            draws,
        })
    }

    /// Lists what is published by now; how many bulletins that are.
    pub(super) fn list(&mut self, now: Time) -> u32 {
        let mut listed = 0;
        for bulletin in &mut self.bulletins {
            if bulletin.listed_by.is_none() && bulletin.published <= now {
                bulletin.listed_by = Some(self.imports);
                listed += 1;
            }
        }
        if listed > 0 {
            self.imports += 1;
        }
        if listed > 0 || self.scenario.new_versions == NewVersions::EveryImport {
            self.version += 1;
        }
        listed
    }

    /// When a policy is made for what the last import brought.
    pub(super) fn enabled_by_itself(&self, now: Time) -> Option<Time> {
        let distribution = self.scenario.enable.as_ref()?;
        let import = u64::from(self.imports - 1);
        Some(now + delay(distribution, &self.draws, Decision::EnableDelay, import, 0))
    }

    /// The bulletins that are as wanted, by index.
    pub(super) fn indexes(&self, fits: impl Fn(&BulletinState) -> bool) -> Vec<usize> {
        (0..self.bulletins.len()).filter(|index| fits(&self.bulletins[*index])).collect()
    }

    /// Makes one policy for those of these bulletins that have none; how many that are.
    pub(super) fn make_policy(&mut self, bulletins: &[usize]) -> u32 {
        let mut updates = Vec::new();
        let mut enabled = 0;
        for &index in bulletins {
            let bulletin = &mut self.bulletins[index];
            assert!(bulletin.listed_by.is_some(), "a bulletin is enabled that is not listed");
            if !std::mem::replace(&mut bulletin.enabled, true) {
                let each = self.scenario.bulletins[index].updates;
                updates.extend((0..each).map(|update| (index as u32, update)));
                enabled += 1;
            }
        }
        if enabled > 0 {
            let cells = Cells::new(self.scenario.cell_bits(), updates.len(), self.clients.len());
            self.policies.push(PatchPolicy { updates, cells });
        }
        enabled
    }

    /// The pending updates of a client, in policies it has received: (policy, update, failures).
    pub(super) fn pending(&self, client: ClientId) -> Vec<(usize, usize, u32)> {
        let row = &self.clients[client.index()];
        let mut pending = Vec::with_capacity(row.pending as usize);
        for policy in usize::from(row.open)..usize::from(row.received) {
            for update in 0..self.policies[policy].updates.len() {
                if let UpdateState::Pending(failures) = self.policies[policy].state(client, update) {
                    pending.push((policy, update, failures));
                }
            }
        }
        pending
    }

    /// Moves a client's mark to the first policy with a pending update.
    pub(super) fn close_policies(&mut self, client: ClientId) {
        let first = self.pending(client).first().map(|(policy, _, _)| *policy as u16);
        let row = &mut self.clients[client.index()];
        row.open = first.unwrap_or(row.received);
    }

    /// The version that a client downloaded last, or is downloading.
    pub fn loading(&self, client: ClientId) -> u16 {
        self.clients[client.index()].loading
    }

    /// A download of a client begins: of the version that is at the server now.
    pub fn note_loading(&mut self, client: ClientId) {
        self.clients[client.index()].loading = self.version;
    }

    /// Policies a client has received.
    pub fn received(&self, client: ClientId) -> u16 {
        self.clients[client.index()].received
    }

    /// Cycles a client has run.
    pub fn cycles_run(&self, client: ClientId) -> u16 {
        self.clients[client.index()].cycles
    }

    /// Number of the period in which a client last sent a full result.
    pub fn full_result(&self, client: ClientId) -> u32 {
        self.clients[client.index()].full_result
    }

    pub fn note_full_result(&mut self, client: ClientId, period: u32) {
        self.clients[client.index()].full_result = period;
    }

    /// Has the client a version of the scan package that is older than the server's?
    pub(super) fn behind(&self, client: ClientId) -> bool {
        let package = self.clients[client.index()].package;
        package != 0 && package < self.version
    }

    /// Are there policies that the client has not received?
    pub(super) fn unreceived(&self, client: ClientId) -> bool {
        usize::from(self.clients[client.index()].received) < self.policies.len()
    }

    /// A record is added: nothing is known of it.
    pub fn append(&mut self) {
        self.clients.push(ClientUpdates::new());
        let clients = self.clients.len();
        self.policies.iter_mut().for_each(|policy| policy.cells.grow(clients));
    }

    /// The disk is wiped: packages and installed updates are gone.
    pub fn wipe(&mut self, client: ClientId) {
        let full_result = self.clients[client.index()].full_result;
        self.clients[client.index()] = ClientUpdates { full_result, ..ClientUpdates::new() };
        for policy in &mut self.policies {
            (0..policy.updates.len())
                .for_each(|update| policy.set(client, update, UpdateState::NotScheduled));
        }
    }

    /// A PC goes on as another record, with what is on its disk.
    pub fn move_disk(&mut self, from: ClientId, to: ClientId) {
        let ClientUpdates { package, tools, cycles, .. } = self.clients[from.index()];
        let row = &mut self.clients[to.index()];
        (row.package, row.tools, row.cycles) = (package, tools, cycles);
        for policy in &mut self.policies {
            for update in 0..policy.updates.len() {
                let state = policy.state(from, update);
                policy.set(to, update, state);
            }
        }
        self.wipe(from);
    }

    /// Heap bytes: rows, and the states of updates.
    pub fn bytes(&self) -> usize {
        let cells: usize = self.policies.iter().map(|policy| policy.cells.words.capacity() * 8).sum();
        self.clients.capacity() * size_of::<ClientUpdates>() + cells
    }
}

impl ClientUpdates {
    fn new() -> ClientUpdates {
        ClientUpdates {
            due: Time::NEVER,
            pending: 0,
            task: NO_TASK,
            package: 0,
            tools: 0,
            loading: 0,
            received: 0,
            open: 0,
            cycles: 0,
            full_result: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_do_not_touch_each_other() {
        for bits in [2, 4, 8] {
            let mut cells = Cells::new(bits, 5, 30);
            let code =
                |client: ClientId, update: usize| (u64::from(client.0) * 7 + update as u64) % (1 << bits);
            for client in ClientId::first(30) {
                (0..5).for_each(|update| cells.set(client, update, code(client, update)));
            }
            for client in ClientId::first(30) {
                (0..5).for_each(|update| assert_eq!(cells.get(client, update), code(client, update)));
            }
        }
        for code in 0..20 {
            assert_eq!(UpdateState::of(code).code(), code);
        }
    }
}

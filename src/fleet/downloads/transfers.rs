//! The downloads of a site: those in progress, by the work at which they are complete, and those that
//! wait for a slot, by arrival.
//!
//! Three ordered maps (by work, by arrival, by client) were a quarter of the start-up chain with 7,000 in progress.
//! Most downloads just start and get complete, so here those in progress lie in slots of one list, and a
//! heap orders them by completion. The place of a client's download is looked up only when it is broken off;
//! the map for it exists from the first such look-up until the site has nothing to do.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};

use crate::fleet::fact::PackageKind;
use crate::scenario::model::ServedPackage;
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// A download as the fleet asks for it, and gets it back when it is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Download {
    pub client: ClientId,
    pub package: PackageKind,
    pub bytes: u64,
    /// What is still to be done: bytes, or milliseconds where the site has a distribution for the time.
    pub left: u64,
    pub requested: Time,
    /// When it started for the first time; `NEVER` before.
    pub started: Time,
    /// Failed tries since it last went on.
    pub failures: u32,
}

/// Where a client's download is.
#[derive(Debug, Clone, Copy)]
enum TransferPlace {
    /// In progress, in this slot.
    Slot(u32),
    /// Waiting, under this number.
    Number(u64),
}

/// A place in the order of completion: by work, then by client.
///
/// Work and client lie in one number, `[work: 96][client: 32]`, so that comparing takes no branch.
#[derive(Debug, Clone, Copy)]
struct CompletionKey {
    key: u128,
    slot: u32,
}

impl CompletionKey {
    fn new(complete_at: u128, client: ClientId, slot: u32) -> CompletionKey {
        assert!(complete_at >> 96 == 0, "a download is complete at work {complete_at}");
        CompletionKey { key: complete_at << 32 | u128::from(client.0), slot }
    }

    fn client(self) -> ClientId {
        ClientId(self.key as u32)
    }

    fn complete_at(self) -> u128 {
        self.key >> 32
    }
}

impl Ord for CompletionKey {
    #[inline]
    fn cmp(&self, other: &CompletionKey) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for CompletionKey {
    #[inline]
    fn partial_cmp(&self, other: &CompletionKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }

    #[inline]
    fn lt(&self, other: &CompletionKey) -> bool {
        self.key < other.key
    }

    #[inline]
    fn le(&self, other: &CompletionKey) -> bool {
        self.key <= other.key
    }
}

impl PartialEq for CompletionKey {
    fn eq(&self, other: &CompletionKey) -> bool {
        self.key == other.key
    }
}

impl Eq for CompletionKey {}

/// Downloads in progress or waiting.
#[derive(Debug, Default)]
pub struct Transfers {
    /// Downloads in progress, with the work at which they are complete; `None`: the slot is free.
    slots: Vec<Option<(u128, Download)>>,
    free: Vec<u32>,
    /// Which is complete next. The first one is in progress; others may have been taken out.
    order: BinaryHeap<Reverse<CompletionKey>>,
    /// By order of arrival.
    waiting: BTreeMap<u64, Download>,
    /// Downloads that ever waited.
    arrivals: u64,
    /// By client; exists only from the first look-up on.
    places: Option<BTreeMap<ClientId, TransferPlace>>,
}

impl Transfers {
    pub fn is_empty(&self) -> bool {
        self.free.len() == self.slots.len() && self.waiting.is_empty()
    }

    /// Adds a download that waits, after all others.
    pub fn queue(&mut self, download: Download) {
        self.arrivals += 1;
        self.waiting.insert(self.arrivals, download);
        self.note(download.client, TransferPlace::Number(self.arrivals));
    }

    /// Takes the download out that waits longest.
    pub fn pop_waiting(&mut self) -> Option<Download> {
        let (_, download) = self.waiting.pop_first()?;
        self.forget(download.client);
        Some(download)
    }

    /// Adds a download in progress.
    pub fn start(&mut self, complete_at: u128, download: Download) {
        let started = Some((complete_at, download));
        let slot = match self.free.pop() {
            Some(slot) => {
                self.slots[slot as usize] = started;
                slot
            }
            None => {
                self.slots.push(started);
                (self.slots.len() - 1) as u32
            }
        };
        self.order.push(Reverse(CompletionKey::new(complete_at, download.client, slot)));
        self.note(download.client, TransferPlace::Slot(slot));
    }

    /// The work at which the first one in progress is complete.
    #[inline]
    pub fn first_complete(&self) -> Option<u128> {
        self.order.peek().map(|first| first.0.complete_at())
    }

    /// Clients whose downloads are complete next, `most` or fewer, about: the top of the heap.
    pub fn first_clients(&self, most: usize) -> impl Iterator<Item = ClientId> + '_ {
        self.order.as_slice().iter().take(most).map(|key| key.0.client())
    }

    /// Takes the one out that is complete first, of several the one of the first client.
    pub fn pop(&mut self) -> Option<Download> {
        let Reverse(key) = self.order.pop()?;
        let (_, download) = self.clear(key.slot);
        self.skip_taken();
        self.forget(download.client);
        Some(download)
    }

    /// Takes a client's download out, with the work at which it would have been complete if it was in progress.
    pub fn take(&mut self, client: ClientId) -> Option<(Download, Option<u128>)> {
        if self.places.is_none() {
            self.places = Some(self.by_client().collect());
        }
        let taken = match self.places.as_mut()?.remove(&client)? {
            TransferPlace::Number(number) => (self.waiting.remove(&number)?, None),
            TransferPlace::Slot(slot) => {
                let (complete_at, download) = self.clear(slot);
                self.skip_taken();
                (download, Some(complete_at))
            }
        };
        self.drop_idle_map();
        Some(taken)
    }

    /// The clients of a package, or all (`None`), in order.
    pub fn clients(&self, package: Option<ServedPackage>) -> Vec<ClientId> {
        let running = self.slots.iter().flatten().map(|(_, download)| download);
        let of_package =
            |download: &&Download| package.is_none_or(|package| download.package.served() == package);
        let all = running.chain(self.waiting.values()).filter(of_package);
        let mut clients: Vec<ClientId> = all.map(|download| download.client).collect();
        clients.sort_unstable();
        clients
    }

    fn by_client(&self) -> impl Iterator<Item = (ClientId, TransferPlace)> + '_ {
        let slots = self.slots.iter().zip(0..);
        let running =
            slots.filter_map(|(entry, slot)| Some((entry.as_ref()?.1.client, TransferPlace::Slot(slot))));
        running.chain(
            self.waiting.iter().map(|(number, download)| (download.client, TransferPlace::Number(*number))),
        )
    }

    fn clear(&mut self, slot: u32) -> (u128, Download) {
        self.free.push(slot);
        self.slots[slot as usize].take().expect("the slot holds a download")
    }

    /// Makes the first entry of the order one that is in progress, and keeps those that are not few.
    fn skip_taken(&mut self) {
        let slots = &self.slots;
        let runs = |Reverse(key): &Reverse<CompletionKey>| {
            let is =
                |(at, download): (u128, Download)| CompletionKey::new(at, download.client, key.slot) == *key;
            slots[key.slot as usize].is_some_and(is)
        };
        while self.order.peek().is_some_and(|first| !runs(first)) {
            self.order.pop();
        }
        if self.order.len() > 2 * (self.slots.len() - self.free.len()) + 64 {
            self.order.retain(runs);
        }
    }

    fn note(&mut self, client: ClientId, place: TransferPlace) {
        if let Some(places) = &mut self.places {
            places.insert(client, place);
        }
    }

    fn forget(&mut self, client: ClientId) {
        if let Some(places) = &mut self.places {
            places.remove(&client);
            self.drop_idle_map();
        }
    }

    /// With nothing to do, the map is not worth keeping.
    fn drop_idle_map(&mut self) {
        if self.is_empty() {
            self.places = None;
        }
    }
}

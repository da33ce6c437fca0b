//! Draws of the scans that come next, computed together.
//!
//! A draw alone costs as much as half the rest of a scan, one in a batch half of that. And reading the rows of
//! many clients one after the other lets the processor fetch them from memory at the same time. Draws are pure
//! functions of their address: a scan that was not prefetched, or turns out to have another number, makes its own
//! draws, and nothing changes but the time it takes.

use std::hint::black_box;

use crate::engine::distribution::Distribution;
use crate::engine::draw::{LANES, eight};
use crate::fleet::chain::scan_chain::ScanDraws;
use crate::fleet::decision::Decision;
use crate::fleet::fast_forward::parked::Parked;
use crate::fleet::roster::Roster;
use crate::fleet::state::ClientRow;
use crate::scenario::model::Scan;
use crate::units::ids::ClientId;

/// The draws with which a client's scan will schedule the next one.
#[derive(Debug, Clone, Copy)]
struct Prefetched {
    client: ClientId,
    /// Number of the next scan.
    number: u32,
    jitter: u64,
    duration: u64,
}

/// Prefetched draws, in the order in which their scans will happen.
#[derive(Debug, Default)]
pub(super) struct Prefetch {
    scans: Vec<Prefetched>,
    /// How many of them have happened.
    past: usize,
}

impl Prefetch {
    /// The draws prefetched for the scan of a client that happens now.
    #[inline]
    pub fn take(&mut self, client: ClientId) -> Option<ScanDraws> {
        // Mostly the first one; some before it may have been called off.
        let skipped = self.scans[self.past..].iter().position(|scan| scan.client == client)?;
        self.past += skipped + 1;
        let Prefetched { number, jitter, duration, .. } = self.scans[self.past - 1];
        Some(ScanDraws { number, jitter, duration })
    }

    /// Forgets the draws prefetched before, and makes those of the scans of these clients. Where clients are
    /// parked, most next scans are no events: their rows are fetched, and nothing is drawn for them.
    pub fn look(
        &mut self,
        coming: impl Iterator<Item = ClientId>,
        clients: &[ClientRow],
        roster: &Roster,
        scan: &Scan,
        parked: Option<&Parked>,
    ) {
        self.past = 0;
        self.scans.clear();
        self.scans.extend(coming.map(|client| Prefetched { client, number: 0, jitter: 0, duration: 0 }));
        // A loop that does nothing else, so that as many rows as possible are fetched from memory at once.
        for scan in &mut self.scans {
            scan.number = black_box(clients[scan.client.index()].next_scan);
        }
        if let Some(parked) = parked {
            self.scans.drain(..).for_each(|scan| parked.fetch(scan.client));
            return;
        }
        for together in self.scans.chunks_mut(LANES) {
            let address = |lane: usize| {
                let Prefetched { client, number, .. } = together[lane.min(together.len() - 1)];
                let (draws, entity) = roster.draws(clients[client.index()].group(), client);
                (draws, entity, u64::from(number))
            };
            let addresses = std::array::from_fn(address);
            if is_drawn(&scan.schedule.jitter) {
                let draws = eight(Decision::ScanJitter as u16, addresses);
                together.iter_mut().zip(draws).for_each(|(scan, draw)| scan.jitter = draw);
            }
            if is_drawn(&scan.duration) {
                let draws = eight(Decision::ScanDuration as u16, addresses);
                together.iter_mut().zip(draws).for_each(|(scan, draw)| scan.duration = draw);
            }
        }
    }
}

/// Constants draw nothing.
fn is_drawn(distribution: &Distribution) -> bool {
    !matches!(distribution, Distribution::Constant(_))
}

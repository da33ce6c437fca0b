//! How many scans parked clients have had up to an instant.
//!
//! Result number `k` of a client whose PC is always on comes `k` periods and a bounded time of its own after the
//! client's place in the grid. At an instant all its scans are over up to one, of which a draw decides whether it
//! is over. (Results of one client cannot overtake each other, so one is enough.) Clients with online hours
//! follow no grid; their scans since the last count are found by [a walk](super::hours).
//!
//! The count is a sum of integers over all clients: neither their order nor the number of threads matters.

use std::ops::Range;
use std::thread;

use crate::engine::draw::BLOCK_DRAWS;
use crate::fleet::chain::scan_chain::Cursor;
use crate::fleet::fast_forward::batch::{ScanBatch, UncertainScan};
use crate::fleet::fast_forward::parked::{GridInstant, Parked, ScanGrid, ScanVerdict, periods_before};
use crate::fleet::roster::{ClientRun, Roster};
use crate::fleet::state::ClientRow;
use crate::scenario::model::Scenario;
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// Clients a thread should have at least: below, starting it costs more than it saves. By the grid, and with
/// online hours.
const CLIENTS_PER_THREAD: [usize; 2] = [50_000, 5_000];

impl Parked {
    /// Scans up to now that were not counted before, by verdict.
    pub fn count(
        &mut self,
        now: Time,
        scenario: &Scenario,
        clients: &[ClientRow],
        roster: &Roster,
        threads: usize,
    ) -> Vec<(ScanVerdict, u64)> {
        self.prepare_limits(now, &scenario.scan);
        let since = std::mem::replace(&mut self.counted, now);
        let mut cursors = std::mem::take(&mut self.cursors);
        let counter = ScanCounter { since, now, parked: self, scenario, clients, roster };
        let sums = counter.count(&mut cursors, threads);
        self.cursors = cursors;
        let sums = sums.by_grid.into_iter().zip(sums.with_hours);
        let new = self.classes.iter_mut().zip(sums).map(|(class, (by_grid, with_hours))| {
            class.correction += with_hours;
            let scans = by_grid + class.correction;
            let new = u64::try_from(scans - class.reported).expect("scans do not become fewer");
            class.reported = scans;
            (class.verdict, new)
        });
        new.collect()
    }
}

/// Counts at an instant.
pub(super) struct ScanCounter<'a, 's> {
    /// Instant of the count before.
    pub since: Time,
    pub now: Time,
    /// Without its cursors: they move on while scans are counted.
    pub parked: &'a Parked,
    pub scenario: &'a Scenario,
    pub clients: &'a [ClientRow],
    pub roster: &'a Roster<'s>,
}

/// Scans by class.
struct ScanSums {
    /// All up to now, of clients that follow the grid.
    by_grid: Vec<i64>,
    /// Those since the last count, of clients with online hours.
    with_hours: Vec<i64>,
}

impl ScanSums {
    fn new(classes: usize) -> ScanSums {
        ScanSums { by_grid: vec![0; classes], with_hours: vec![0; classes] }
    }

    fn add(mut self, other: ScanSums) -> ScanSums {
        let add = |sums: &mut [i64], others: Vec<i64>| {
            sums.iter_mut().zip(others).for_each(|(sum, other)| *sum += other);
        };
        add(&mut self.by_grid, other.by_grid);
        add(&mut self.with_hours, other.with_hours);
        self
    }
}

impl ScanCounter<'_, '_> {
    /// Scans of all parked clients. `cursors`: by client, none where all PCs are always on.
    fn count(&self, cursors: &mut [Cursor], threads: usize) -> ScanSums {
        let classes = &self.parked.classes;
        if classes.iter().all(|class| class.members == 0) {
            return ScanSums::new(classes.len());
        }
        let clients = self.parked.class_of.len();
        let [by_grid, with_hours] = CLIENTS_PER_THREAD;
        let per_thread = if cursors.is_empty() { by_grid } else { with_hours };
        let threads = threads.min(clients.div_ceil(per_thread)).max(1);
        let share = clients.div_ceil(threads).next_multiple_of(BLOCK_DRAWS as usize);
        let mut chunks = cursors.chunks_mut(share);
        let mut parts = (0..clients).step_by(share).map(|from| {
            let clients = from..(from + share).min(clients);
            (clients, chunks.next().unwrap_or_default())
        });
        thread::scope(|scope| {
            let (first, cursors) = parts.next().expect("some clients are parked");
            let others: Vec<_> =
                parts.map(|(clients, cursors)| scope.spawn(move || self.sums(clients, cursors))).collect();
            let own = self.sums(first, cursors);
            let others = others.into_iter().map(|part| part.join().expect("counting does not fail"));
            others.fold(own, ScanSums::add)
        })
    }

    /// Scans of some of the clients.
    fn sums(&self, clients: Range<usize>, cursors: &mut [Cursor]) -> ScanSums {
        let mut sums = ScanSums::new(self.parked.classes.len());
        let mut batch = ScanBatch::new(&self.scenario.scan, &self.parked.at_most);
        for run in self.roster.runs() {
            let part = run.clients.start.index().max(clients.start)..run.clients.end.index().min(clients.end);
            if part.is_empty() {
                continue;
            }
            match run.online {
                Some(online) => {
                    let cursors = &mut cursors[part.start - clients.start..part.end - clients.start];
                    self.sum_with_hours(&run, online, part, cursors, &mut sums.with_hours);
                }
                None if self.counts_by_simd(&run) => self.sum_by_simd(&run, part, &mut sums.by_grid),
                None => self.sum_by_grid(&run, part, &mut sums.by_grid, &mut batch),
            }
        }
        batch.flush(&mut sums.by_grid);
        sums
    }

    fn sum_by_grid<'t>(
        &'t self,
        run: &ClientRun<'t>,
        clients: Range<usize>,
        sums: &mut [i64],
        batch: &mut ScanBatch<'t>,
    ) {
        let ScanGrid { every, earliest, latest } = self.parked.grid;
        let certain = GridInstant::new(self.now.ms() - latest, every);
        let possible = GridInstant::new(self.now.ms() - earliest, every);
        let classes = &self.parked.class_of[clients.clone()];
        let phases = &self.parked.phase_of[clients.clone()];
        for (client, (class, phase)) in clients.zip(classes.iter().zip(phases)) {
            let Some(class) = class.checked_sub(1) else { continue };
            let phase = i64::from(*phase);
            let (last_certain, last_possible) = (certain.last(phase), possible.last(phase));
            sums[usize::from(class)] += last_certain + 1;
            if last_possible > last_certain {
                let number = last_possible - periods_before(&self.parked.periods_of, client);
                let number = u64::try_from(number).expect("a parked client has scanned before");
                let age = self.now.ms() - phase - last_possible * every;
                let entity = run.entity(ClientId::from_index(client));
                batch.add(run.draws, number, UncertainScan { class, entity, age }, sums);
            }
        }
    }
}

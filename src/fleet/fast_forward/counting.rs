//! How many scans clients at rest have had: by arithmetic on their grid.
//!
//! A client's result number `k` comes `k` periods and a bounded time of its own after the client's place
//! in the grid, so at an instant all its scans are over up to one, of which it takes a draw to tell. (As
//! results of one client cannot overtake each other, one is enough.) The count over all clients is a sum
//! of integers and does not depend on the order, or on how many threads add it up.

use std::ops::Range;
use std::thread;

use crate::engine::draw::BLOCK_DRAWS;
use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer};
use crate::fleet::fast_forward::batch::{Batch, Uncertain};
use crate::fleet::fast_forward::parked::{FastForward, Grid, periods_before};
use crate::fleet::roster::{ClientRun, Roster};
use crate::scenario::model::Scan;
use crate::units::ids::ClientId;
use crate::units::time::Time;

/// Clients a thread should have at least: below, starting it costs more than it saves.
const CLIENTS_PER_THREAD: usize = 50_000;

impl<O: Observer> Fleet<'_, O> {
    /// Schedules the next instant at which an observer wants to know.
    pub(in crate::fleet) fn schedule_count(&self, from: Time, queue: &mut EventQueue) {
        let at = self.observer.counts_at(from);
        if self.fast_forward.is_some() && at != Time::NEVER {
            queue.push(Event::ScansCounted.at(at, 0, 0));
        }
    }

    /// Tells of all scans at rest up to now.
    pub(in crate::fleet) fn count_scans(&mut self, now: Time, queue: &mut EventQueue) {
        self.schedule_count(Time(now.ms() + 1), queue);
        self.count_in_hours(now);
        let Some(fast_forward) = &mut self.fast_forward else { return };
        fast_forward.prepare_limits(now, &self.scenario.scan);
        let counter = Counter { now, fast_forward, scan: &self.scenario.scan, roster: &self.roster };
        let sums = counter.count(self.threads);
        for (index, sum) in sums.into_iter().enumerate() {
            let Some(fast_forward) = &mut self.fast_forward else { return };
            let class = &mut fast_forward.classes[index];
            let scans = sum + class.correction;
            let new = u64::try_from(scans - class.told).expect("scans do not become fewer");
            class.told = scans;
            let outcome = class.verdict;
            if new > 0 {
                self.tell(now, Fact::ScansCounted { outcome, scans: new });
            }
        }
    }
}

/// Counts at an instant.
pub(in crate::fleet) struct Counter<'a, 's> {
    pub now: Time,
    pub fast_forward: &'a FastForward,
    pub scan: &'a Scan,
    pub roster: &'a Roster<'s>,
}

impl Counter<'_, '_> {
    /// Results up to now of the clients in each class, by the grid.
    fn count(&self, threads: usize) -> Vec<i64> {
        let fast_forward = self.fast_forward;
        let members: u64 = fast_forward.classes.iter().map(|class| class.members).sum();
        if members == 0 {
            return vec![0; fast_forward.classes.len()];
        }
        let clients = fast_forward.class_of.len();
        let threads = threads.min(clients.div_ceil(CLIENTS_PER_THREAD)).max(1);
        let share = clients.div_ceil(threads).next_multiple_of(BLOCK_DRAWS as usize);
        let part = |index: usize| (index * share).min(clients)..((index + 1) * share).min(clients);
        let sums: Vec<Vec<i64>> = thread::scope(|scope| {
            let others: Vec<_> =
                (1..threads).map(|index| scope.spawn(move || self.sums(part(index)))).collect();
            let first = self.sums(part(0));
            let others = others.into_iter().map(|part| part.join().expect("counting does not fail"));
            std::iter::once(first).chain(others).collect()
        });
        (0..fast_forward.classes.len()).map(|class| sums.iter().map(|part| part[class]).sum()).collect()
    }

    /// The same for some of the clients.
    fn sums(&self, clients: Range<usize>) -> Vec<i64> {
        let mut sums = vec![0; self.fast_forward.classes.len()];
        let mut batch = Batch::new(self.scan, &self.fast_forward.at_most);
        for run in self.roster.runs() {
            let part =
                (run.clients.start.index()).max(clients.start)..(run.clients.end.index()).min(clients.end);
            if part.is_empty() || run.online.is_some() {
                continue;
            }
            match self.is_dense(&run) {
                true => self.sum_dense(&run, part, &mut sums),
                false => self.sum_run(&run, part, &mut sums, &mut batch),
            }
        }
        batch.tell_all(&mut sums);
        sums
    }

    fn sum_run<'t>(
        &'t self,
        run: &ClientRun<'t>,
        clients: Range<usize>,
        sums: &mut [i64],
        batch: &mut Batch<'t>,
    ) {
        let Grid { every, earliest, latest } = self.fast_forward.grid;
        let sure = Since::new(self.now.ms() - latest, every);
        let possible = Since::new(self.now.ms() - earliest, every);
        let classes = &self.fast_forward.class_of[clients.clone()];
        let phases = &self.fast_forward.phase_of[clients.clone()];
        for (client, (class, phase)) in clients.zip(classes.iter().zip(phases)) {
            let Some(class) = class.checked_sub(1) else { continue };
            let phase = i64::from(*phase);
            let (last_sure, last_possible) = (sure.periods(phase), possible.periods(phase));
            sums[usize::from(class)] += last_sure + 1;
            if last_possible > last_sure {
                let number = last_possible - periods_before(&self.fast_forward.periods_of, client);
                let number = u64::try_from(number).expect("who rests has scanned before");
                let age = self.now.ms() - phase - last_possible * every;
                let entity = run.entity(ClientId::from_index(client));
                batch.ask(run.draws, number, Uncertain { class, entity, age }, sums);
            }
        }
    }
}

/// An instant on the grid.
pub(in crate::fleet) struct Since {
    pub periods: i64,
    pub rest: i64,
}

impl Since {
    pub fn new(at: i64, every: i64) -> Since {
        Since { periods: at.div_euclid(every), rest: at.rem_euclid(every) }
    }

    /// Whole periods up to the instant since a place in the first period.
    #[inline]
    fn periods(&self, phase: i64) -> i64 {
        self.periods - i64::from(phase > self.rest)
    }
}

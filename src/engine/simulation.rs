//! The one loop over time: take the next event, let the model handle it, until none is left.

use std::ops::ControlFlow;

use crate::engine::queue::{EventKey, EventQueue};
use crate::units::time::Time;

/// Something that evolves by events.
pub trait Model {
    /// Applies one event and schedules what follows from it, at the same instant or later.
    fn handle(&mut self, event: EventKey, queue: &mut EventQueue);

    /// Receives events before they happen, several at a time: a chance to fetch and compute together
    /// what they will need. Others may happen in between; the outcome must not depend on this.
    fn foresee(&mut self, _announced: impl Iterator<Item = EventKey>) {}

    /// Does an event visit every client? The watcher is asked after each of those: 65,536 of them may take hours.
    fn looks_at_all(&self, _event: EventKey) -> bool {
        false
    }
}

/// How often the watcher is asked, in events.
const WATCH_EVERY: u64 = 1 << 16;

/// Runs a model until the queue is empty; what lies after the queue's horizon was never in it.
///
/// `watch` receives the simulated instant and the number of events every 65,536 events, and after each event that
/// [looks at all](Model::looks_at_all). It cannot change the run; it can break it off.
///
/// # Errors
/// The instant at which the watcher broke the run off.
pub fn run<M: Model>(
    model: &mut M,
    queue: &mut EventQueue,
    mut watch: impl FnMut(Time, u64) -> ControlFlow<()>,
) -> Result<u64, Time> {
    let mut events = 0;
    while let Some(event) = queue.pop() {
        if queue.may_announce() {
            model.foresee(queue.announce());
        }
        model.handle(event, queue);
        events += 1;
        let asks = events % WATCH_EVERY == 0 || model.looks_at_all(event);
        if asks && watch(event.time, events).is_break() {
            return Err(event.time);
        }
    }
    Ok(events)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::distribution::Distribution;
    use crate::engine::draw::Draws;
    use crate::units::time::Span;

    const ARRIVAL: u8 = 0;
    const DEPARTURE: u8 = 1;

    /// One server, Poisson arrivals, exponential service: a model that is no fleet.
    struct SingleServer {
        draws: Draws,
        gap: Distribution,
        service: Distribution,
        in_system: u64,
        served: u32,
        last: Time,
        /// Time integral of the number in the system, customer-milliseconds.
        area: u64,
    }

    impl SingleServer {
        fn arrive(&mut self, now: Time, nth: u32, queue: &mut EventQueue) {
            let gap = Span(self.gap.sample(self.draws.at(1, u64::from(nth), 0)));
            queue.push(EventKey { time: now + gap, rank: ARRIVAL, entity: nth + 1, ordinal: 0 });
            self.in_system += 1;
            if self.in_system == 1 {
                self.serve(now, queue);
            }
        }

        fn serve(&mut self, now: Time, queue: &mut EventQueue) {
            let service = Span(self.service.sample(self.draws.at(2, u64::from(self.served), 0)));
            queue.push(EventKey { time: now + service, rank: DEPARTURE, entity: self.served, ordinal: 0 });
            self.served += 1;
        }
    }

    impl Model for SingleServer {
        fn handle(&mut self, event: EventKey, queue: &mut EventQueue) {
            self.area += self.in_system * (event.time - self.last).ms() as u64;
            self.last = event.time;
            if event.rank == ARRIVAL {
                return self.arrive(event.time, event.entity, queue);
            }
            self.in_system -= 1;
            if self.in_system > 0 {
                self.serve(event.time, queue);
            }
        }
    }

    fn mean_in_system(seed: u64) -> f64 {
        let horizon = Time::START + Span::days(200);
        let exponential = |mean| Distribution::exponential(mean).unwrap();
        let mut model = SingleServer {
            draws: Draws::new(seed, 0, "server"),
            gap: exponential(120_000.0),
            service: exponential(60_000.0),
            in_system: 0,
            served: 0,
            last: Time::START,
            area: 0,
        };
        let mut queue = EventQueue::new(horizon);
        queue.push(EventKey { time: Time::START, rank: ARRIVAL, entity: 0, ordinal: 0 });
        run(&mut model, &mut queue, |_, _| ControlFlow::Continue(())).unwrap();
        model.area as f64 / model.last.ms() as f64
    }

    /// M/M/1 at load 1/2 has one customer in the system on average. Ten runs, four standard errors.
    #[test]
    fn a_single_server_queue_agrees_with_theory() {
        let means: Vec<f64> = (1..=10).map(mean_in_system).collect();
        let mean = means.iter().sum::<f64>() / 10.0;
        let variance = means.iter().map(|m| (m - mean) * (m - mean)).sum::<f64>() / 9.0;
        let standard_error = (variance / 10.0).sqrt();
        assert!((mean - 1.0).abs() < 4.0 * standard_error, "{mean} ± {standard_error}");
        assert!(standard_error < 0.02);
    }
}

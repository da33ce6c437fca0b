//! When the server has processed what clients report, where its event queue has a backlog.
//!
//! The queue is first in, first out. How far it is behind changes at known instants, so when a report is processed is a
//! function of the instant at which it arrives.

use crate::units::time::{Span, Time};

/// When a report that arrives at an instant is processed. An inventory counts only then (**C2**), and the result of a scan
/// takes its license only then (**C6**) (205352, TECH167291).
///
/// `delays`: how long a report waits that arrives from an instant on, in order of time; the first holds from the
/// beginning. What arrives after a change of the delay is processed after everything that arrived before it.
pub fn processed_at(delays: &[(Time, Span)], arrives: Time) -> Time {
    let known = delays.partition_point(|(from, _)| *from <= arrives).max(1);
    let own = arrives.saturating_add(delays[known - 1].1);
    floor(&delays[..known]).map_or(own, |earlier| own.max(earlier))
}

/// When all that arrived before the last of these changes is processed.
fn floor(delays: &[(Time, Span)]) -> Option<Time> {
    delays.windows(2).map(|pair| pair[1].0.saturating_add(pair[0].1)).max()
}

/// The last instant at which a report may have arrived that is processed up to `processed`; `None`: nothing is by then.
pub fn arrived_by(delays: &[(Time, Span)], processed: Time) -> Option<Time> {
    (1..=delays.len()).rev().find_map(|known| {
        let (from, delay) = delays[known - 1];
        let next = delays.get(known).map_or(Time::NEVER, |(next, _)| Time(next.ms() - 1));
        let arrived = (processed - delay).min(next);
        let is_over = floor(&delays[..known]).is_none_or(|earlier| earlier <= processed);
        let from = if known == 1 { arrived } else { from };
        (is_over && arrived >= from).then_some(arrived)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nothing waits at first; from 100 on 60, from 300 on 10, from 320 on nothing again.
    const DELAYS: [(Time, Span); 4] =
        [(Time(i64::MIN), Span(0)), (Time(100), Span(60)), (Time(300), Span(10)), (Time(320), Span(0))];

    #[test]
    fn what_arrives_first_is_processed_first() {
        #[rustfmt::skip]
        let table = [
            // arrives processed
            (0,        0),
            (99,       99),
            (100,      160), // C2
            (299,      359), // C2
            (300,      360), // C6: after those from before
            (319,      360),
            (320,      360), // C6
            (359,      360),
            (361,      361),
        ];
        for (arrives, processed) in table {
            assert_eq!(processed_at(&DELAYS, Time(arrives)), Time(processed), "{arrives}");
        }
        assert_eq!(processed_at(&[(Time(0), Span(7))], Time(5)), Time(12));
        let all: Vec<Time> = (0..500).map(|at| processed_at(&DELAYS, Time(at))).collect();
        assert!(all.is_sorted());
    }

    #[test]
    fn what_was_processed_arrived_before() {
        for processed in 0..500 {
            let by = (0..500).rfind(|at| processed_at(&DELAYS, Time(*at)) <= Time(processed));
            assert_eq!(arrived_by(&DELAYS, Time(processed)), by.map(Time), "{processed}");
        }
    }
}

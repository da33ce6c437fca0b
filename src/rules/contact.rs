//! When an agent asks the server for its policies, and whether a contact succeeds: pure functions of its first request
//! and of the periods in which the server is not reachable.

use crate::scenario::model::Share;
use crate::units::time::Time;

/// Which configuration request comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextRequest {
    /// The first one of a new agent, at this instant.
    First(Time),
    /// One of its rhythm.
    OfRhythm,
}

/// **C0** Between its first Basic Inventory and its first configuration request a new agent makes no other one,
/// whatever its rhythm; from that request on it follows its rhythm (KB 256573). `first`: instant of the first request of
/// this agent; `None`: it was before the start. The request asked for is the first one at or after `from`.
pub fn next_request(first: Option<Time>, from: Time) -> NextRequest {
    match first {
        Some(first) if from <= first => NextRequest::First(first), // C0
        _ => NextRequest::OfRhythm,
    }
}

/// A period in which a part of a client's contacts fails, or all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// First instant of the period.
    pub from: Time,
    /// First instant after it; `NEVER`: it has no end.
    pub until: Time,
    /// Which part of the contacts fails.
    pub part: Share,
}

/// What the periods that concern a client come to, in order and apart: where several hold, a contact succeeds if none of
/// them lets it fail. A configuration request that fails brings no policy (**C3**), an inventory reports nothing
/// (**C2**), and the result of a scan is not returned, so that it takes no license (**C6**) (176788, TECH196575).
pub fn refusals(periods: &[Refusal]) -> Vec<Refusal> {
    let all = u64::from(Share::ALL.millionths);
    let mut turns: Vec<Time> = periods.iter().flat_map(|period| [period.from, period.until]).collect();
    turns.sort_unstable();
    turns.dedup();
    let mut pieces: Vec<Refusal> = Vec::new();
    for turn in turns.windows(2) {
        let holding = periods.iter().filter(|period| period.from <= turn[0] && turn[0] < period.until);
        let passes =
            holding.fold(all, |passes, period| passes * (all - u64::from(period.part.millionths)) / all);
        let part = Share { millionths: (all - passes) as u32 };
        match pieces.last_mut() {
            Some(last) if last.until == turn[0] && last.part == part => last.until = turn[1],
            _ if part == Share::NONE => {}
            _ => pieces.push(Refusal { from: turn[0], until: turn[1], part }),
        }
    }
    pieces
}

/// The one of these periods, in order, that holds at an instant.
#[inline]
pub fn refusal_at(refusals: &[Refusal], at: Time) -> Option<Refusal> {
    let next = refusals.partition_point(|refusal| refusal.from <= at);
    refusals[..next].last().filter(|refusal| at < refusal.until).copied()
}

/// The first instant after another one at which a different part of the contacts fails; `NEVER`: there is none.
pub fn next_turn(refusals: &[Refusal], at: Time) -> Time {
    let turns = refusals.iter().flat_map(|refusal| [refusal.from, refusal.until]);
    turns.filter(|turn| *turn > at).min().unwrap_or(Time::NEVER)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: i64, until: i64, percent: u32) -> Refusal {
        Refusal { from: Time(from), until: Time(until), part: Share { millionths: 10_000 * percent } }
    }

    #[test]
    fn periods_add_up() {
        let open = |from: i64| Refusal { until: Time::NEVER, ..period(from, 0, 100) };
        #[rustfmt::skip]
        let table = [
            // periods                                           come to
            (vec![],                                             vec![]),
            (vec![period(10, 20, 100)],                          vec![period(10, 20, 100)]), // C2
            (vec![period(10, 20, 0)],                            vec![]),
            (vec![period(10, 20, 100), period(20, 30, 100)],     vec![period(10, 30, 100)]), // C3
            (vec![period(10, 30, 50), period(20, 40, 50)],       vec![period(10, 20, 50), period(20, 30, 75), period(30, 40, 50)]), // C6
            (vec![period(10, 40, 50), period(20, 30, 100)],      vec![period(10, 20, 50), period(20, 30, 100), period(30, 40, 50)]),
            (vec![period(30, 40, 20), period(-5, 20, 10)],       vec![period(-5, 20, 10), period(30, 40, 20)]),
            (vec![open(10), period(5, 20, 50)],                  vec![period(5, 10, 50), open(10)]),
        ];
        for (periods, expected) in table {
            assert_eq!(refusals(&periods), expected, "{periods:?}");
        }
    }

    #[test]
    fn one_period_holds_at_an_instant() {
        let pieces = [period(10, 20, 100), period(30, 40, 50)];
        for (at, holds, turn) in [
            (9, None, Time(10)),
            (10, Some(pieces[0]), Time(20)),
            (19, Some(pieces[0]), Time(20)),
            (20, None, Time(30)),
            (39, Some(pieces[1]), Time(40)),
            (40, None, Time::NEVER),
        ] {
            assert_eq!((refusal_at(&pieces, Time(at)), next_turn(&pieces, Time(at))), (holds, turn), "{at}");
        }
    }

    #[test]
    fn no_request_comes_before_the_first_one() {
        use NextRequest::{First, OfRhythm};
        let first = Some(Time(700));
        #[rustfmt::skip]
        let table = [
            // first  from  next
            (first,   0,    First(Time(700))), // C0
            (first,   700,  First(Time(700))), // C0
            (first,   701,  OfRhythm),         // C0
            (None,    0,    OfRhythm),         // there at the start
        ];
        for (first, from, next) in table {
            assert_eq!(next_request(first, Time(from)), next, "{first:?} from {from}");
        }
    }
}

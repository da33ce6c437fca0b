//! When an agent asks the server for its policies: pure functions of its first request.

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

#[cfg(test)]
mod tests {
    use super::*;

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

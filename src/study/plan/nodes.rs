//! How many nodes a plan buys: the fewest that were found to do as well as any number.
//!
//! Clients that are not of the goal compete for licenses, so the number is not a sum: it is searched for, and
//! every number that is called enough, or not enough, was simulated.

/// Numbers of nodes that are simulated for a plan at most, beside those that bracket the answer. Halving alone
/// needs 32 for as many clients as there can be.
pub const MOST_TRIALS: u32 = 48;

/// A number of nodes that was tried and is not enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fewer {
    /// Nodes to buy.
    pub nodes: u64,
    /// Clients that stay without a license with so many.
    pub without: u64,
}

/// What a search has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FewestNodes {
    /// The fewest that are enough, of those tried.
    pub enough: u64,
    pub trials: u32,
}

/// The fewest nodes, more than `below` and up to `enough`, that are enough, with at most `most` trials. It is tried
/// close to `enough` first: that is where the answer mostly is.
///
/// # Errors
/// When a trial fails.
pub fn fewest<E>(
    below: u64,
    enough: u64,
    most: u32,
    mut is_enough: impl FnMut(u64) -> Result<bool, E>,
) -> Result<FewestNodes, E> {
    let (mut below, mut found) = (below, FewestNodes { enough, trials: 0 });
    let mut stride = Some(1);
    while found.enough - below > 1 && found.trials < most {
        let nodes = match stride {
            Some(stride) => found.enough.saturating_sub(stride).max(below + 1),
            None => below + (found.enough - below) / 2,
        };
        found.trials += 1;
        if is_enough(nodes)? {
            found.enough = nodes;
            stride = stride.map(|stride| stride * 2);
        } else {
            below = nodes;
            stride = None;
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn search(below: u64, smallest: u64, enough: u64, most: u32) -> (FewestNodes, Vec<u64>) {
        let mut tried = Vec::new();
        let found = fewest(below, enough, most, |nodes| {
            tried.push(nodes);
            Ok::<bool, Infallible>(nodes >= smallest)
        });
        (found.unwrap_or_else(|never| match never {}), tried)
    }

    /// Whatever the answer, it is found, and one node fewer was tried.
    #[test]
    fn the_smallest_number_is_found_and_one_fewer_was_tried() {
        for enough in 1..60 {
            for smallest in 1..=enough {
                let (found, tried) = search(0, smallest, enough, MOST_TRIALS);
                assert_eq!(found, FewestNodes { enough: smallest, trials: tried.len() as u32 });
                assert!(
                    smallest == 1 || tried.contains(&(smallest - 1)),
                    "{smallest} of {enough}: {tried:?}"
                );
                assert!(tried.iter().all(|nodes| 0 < *nodes && *nodes < enough), "{tried:?}");
            }
        }
    }

    #[test]
    fn the_first_estimate_is_mostly_right_and_the_worst_case_is_bounded() {
        assert_eq!(search(0, 370, 370, MOST_TRIALS).1, [369]);
        assert_eq!(search(30, 31, 31, MOST_TRIALS).1, [0; 0]);
        let (found, _) = search(0, 1, 1_000_000_000, MOST_TRIALS);
        assert!(found.enough == 1 && found.trials <= 30, "{found:?}");
        let (found, _) = search(0, 123_456_789, 1_000_000_000, MOST_TRIALS + 16);
        assert!(found.enough == 123_456_789 && found.trials <= 60, "{found:?}");
    }

    /// Out of trials, it returns a number that was tried, not one that was inferred.
    #[test]
    fn what_is_left_after_the_last_trial_was_tried() {
        for most in 0..12 {
            let (found, tried) = search(0, 1_234, 100_000, most);
            assert_eq!(tried.len() as u32, most);
            assert!(found.enough == 100_000 || tried.contains(&found.enough) && found.enough >= 1_234);
        }
    }
}

//! The rhythms of this fleet, estimated from how old its last contacts are.
//!
//! Agents that ask every four hours asked at any instant of the last four hours: the ages of their last requests are
//! spread evenly over one period, and end there. So the period is the shortest one that the vendor offers behind which, for as long
//! again, hardly any age lies. PCs that were switched off in the evening, or long ago, lie further behind and change
//! nothing.
//!
//! A period shorter than the usual one is not believed: of a fleet that was switched on this morning, all ages are short.
//! Of fewer computers than [`ENOUGH`] nothing is estimated; the rhythms are then those of a server as it is installed.

use jiff::civil::DateTime;

use crate::import::inventory::{Computer, ExportedStatus, Inventory};
use crate::units::time::Span;

/// Fewer computers show no rhythm.
pub const ENOUGH: usize = 20;

/// Contacts older than this are not of a rhythm, but of a PC that is off.
const OLDEST: Span = Span::hours(48);

/// The periods to choose from, and the usual one first.
const REQUESTS: [Span; 8] = hours([1, 2, 3, 4, 6, 8, 12, 24]);
const INVENTORIES: [Span; 5] = hours([24, 48, 72, 96, 168]);
const SCANS: [Span; 5] = hours([4, 6, 8, 12, 24]);

const fn hours<const N: usize>(of: [i64; N]) -> [Span; N] {
    let mut spans = [Span::ZERO; N];
    let mut n = 0;
    while n < N {
        spans[n] = Span::hours(of[n]);
        n += 1;
    }
    spans
}

/// How often live agents do what. Where the table does not show it, as usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythms {
    /// From one configuration request to the next.
    pub request: Span,
    /// From one Basic Inventory to the next.
    pub inventory: Span,
    /// From one scan to the next.
    pub scan: Span,
    /// There were enough live computers to tell.
    pub known: bool,
}

impl Rhythms {
    /// Those of a server as it is installed.
    pub const USUAL: Rhythms =
        Rhythms { request: REQUESTS[0], inventory: INVENTORIES[0], scan: SCANS[0], known: false };

    /// Estimated from the dates of computers with an Active record.
    pub fn of(inventory: &Inventory, now: DateTime) -> Rhythms {
        let ages = |date: &dyn Fn(&Computer) -> Option<DateTime>, among: &dyn Fn(&Computer) -> bool| {
            let active = inventory.computers.iter().filter(|computer| is_active(computer) && among(computer));
            let mut ages: Vec<Span> = active.filter_map(date).map(|at| between(at, now)).collect();
            ages.sort_unstable();
            ages
        };
        let within = |at: Option<DateTime>, span: Span| at.is_some_and(|at| between(at, now) <= span);
        // An agent that asks sends inventories, too: a request alone may be that of a record that is not a PC.
        let reports = |computer: &Computer| {
            within(computer.last_basic_inventory.at(), Span::days(8))
                || within(computer.last_patch_inventory.at(), Span::days(8))
        };
        let mut requests = ages(&|computer| computer.last_config_request.at(), &reports);
        requests.truncate(requests.partition_point(|age| *age <= OLDEST));
        if requests.len() < ENOUGH {
            return Rhythms::USUAL;
        }
        let request = period(&requests, &REQUESTS, 1).unwrap_or(REQUESTS[0]);
        let asks = |computer: &Computer| within(computer.last_config_request.at(), twice(request));
        let inventories = ages(&|computer| computer.last_basic_inventory.at(), &asks);
        let mut scans = ages(&|computer| computer.last_patch_inventory.at(), &asks);
        scans.truncate(scans.partition_point(|age| *age <= OLDEST));
        Rhythms {
            request,
            inventory: period(&inventories, &INVENTORIES, 2).unwrap_or(INVENTORIES[0]),
            // Where results are sent only when something has changed, their ages are spread over days and tell nothing.
            scan: period(&scans, &SCANS, 4).unwrap_or(SCANS[0]),
            known: true,
        }
    }

    /// A live agent has asked at least once in so long a time; one that has not is gone, or its PC is off.
    pub fn alive_within(self) -> Span {
        twice(self.request)
    }

    /// A live agent has sent a Basic Inventory in so long a time.
    pub fn inventory_within(self) -> Span {
        self.inventory + self.alive_within()
    }

    /// So long after its inventory a client that is in contact has learned of the package, has it, and has scanned.
    pub fn long_wait(self) -> Span {
        self.alive_within() + self.scan
    }
}

fn twice(span: Span) -> Span {
    span + span
}

/// How long ago `at` was.
pub fn between(at: DateTime, now: DateTime) -> Span {
    let ms = now.duration_since(at).as_millis();
    Span(i64::try_from(ms).expect("civil dates are within 10,000 years"))
}

/// Is the record in use, as far as is known?
pub fn is_active(computer: &Computer) -> bool {
    matches!(computer.status, None | Some(ExportedStatus::Active))
}

/// The shortest of the periods behind which hardly any of the ages lies for as long again, and before which at least
/// `parts` of five lie; `None`: none of them, or too few ages.
fn period(ages: &[Span], periods: &[Span], parts: usize) -> Option<Span> {
    let upto = |span: Span| ages.partition_point(|age| *age <= span);
    let fits = |period: &&Span| {
        let (within, behind) = (upto(**period), upto(twice(**period)) - upto(**period));
        5 * within >= parts * ages.len() && 5 * behind < within
    };
    periods.iter().find(fits).copied().filter(|_| ages.len() >= ENOUGH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evenly(count: i64, over: Span) -> Vec<Span> {
        (0..count).map(|n| Span(over.ms() * n / count)).collect()
    }

    #[test]
    fn a_period_is_where_the_ages_end() {
        let with_off = |mut ages: Vec<Span>, off: i64, since: Span| {
            ages.extend((0..off).map(|n| since + Span::minutes(7 * n)));
            ages.sort_unstable();
            ages
        };
        let h = Span::hours;
        #[rustfmt::skip]
        let table = [
            (evenly(300, h(1)),                             Some(h(1))),
            (evenly(300, h(4)),                             Some(h(4))),
            (evenly(40, h(2)),                              Some(h(2))),
            (evenly(40, Span::minutes(15)),                 Some(h(1))),  // or switched on just now
            (evenly(40, h(12)),                             Some(h(12))),
            (evenly(19, h(4)),                              None),
            (with_off(evenly(60, h(1)), 30, h(14)),         Some(h(1))),  // a third went home in the evening
            (with_off(evenly(60, h(4)), 30, h(40)),         Some(h(4))),
            (with_off(evenly(100, h(4)), 8, h(5)),          Some(h(4))),  // a few are off since this morning
            (evenly(60, h(48)),                             None),
        ];
        for (ages, expected) in table {
            assert_eq!(period(&ages, &REQUESTS, 1), expected, "{} ages", ages.len());
        }
    }

    #[test]
    fn results_sent_on_change_only_show_no_rhythm() {
        assert_eq!(period(&evenly(80, Span::hours(8)), &SCANS, 4), Some(Span::hours(8)));
        assert_eq!(period(&evenly(80, Span::days(4)), &SCANS, 4), None);
    }
}

//! The figures of one replication, by name: the columns of `replications.csv`, what distributions are
//! made of, what targets speak of.
//!
//! A figure is kept as a whole number of small parts of its unit (milliseconds, billionths), so that
//! sums over replications are exact. Time integrals need more than 64 bits: 10^9 idle nodes over 180 days are
//! 1.6 × 10^19 node-milliseconds.

use crate::observe::service::Service;
use crate::observe::totals::Totals;
use crate::units::time::{Span, Time};

/// What a figure is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A whole number of clients, licenses, scans or downloads.
    Count,
    /// An instant; shown as seconds after the start, and as a date.
    Instant,
    /// A duration, kept in milliseconds.
    Seconds,
    /// A duration summed over nodes or clients, or a wait; kept in milliseconds.
    Hours,
    /// A duration summed over nodes; kept in milliseconds.
    Days,
    /// A share or an average.
    Number,
}

impl Unit {
    /// Small parts in one unit.
    pub const fn parts(self) -> i64 {
        match self {
            Unit::Count => 1,
            Unit::Instant | Unit::Seconds => Span::SECOND.0,
            Unit::Hours => Span::HOUR.0,
            Unit::Days => Span::DAY.0,
            Unit::Number => BILLION as i64,
        }
    }
}

/// Parts of a number.
const BILLION: u128 = 1_000_000_000;

/// One figure of a replication.
pub struct Measure {
    /// The word in targets and stopping rules; in tables it is [`Measure::column`].
    pub name: &'static str,
    /// The unit in which it is shown.
    pub unit: Unit,
    /// One line for readers of the results.
    pub meaning: &'static str,
    of: fn(&Replica) -> Option<i128>,
}

impl Measure {
    /// Its name in tables, with the unit where the name does not say it.
    pub fn column(&self) -> String {
        let unit = if self.unit == Unit::Instant { "_s" } else { "" };
        format!("{}{unit}", self.name)
    }
}

/// What a replication left for the measures: how clients were served, and over how long.
pub struct Replica {
    service: Service,
    totals: Totals,
    window: Span,
}

impl Replica {
    /// Ends the counting at the horizon; `whole` is the tally of the whole run.
    pub fn new(mut service: Service, whole: Totals, horizon: Time) -> Replica {
        let (totals, window) = (service.finish(whole, horizon), service.window(horizon));
        Replica { service, totals, window }
    }

    /// Works every measure out, in the order of [`MEASURES`].
    pub fn measure(&self) -> Measured {
        Measured(std::array::from_fn(|i| (MEASURES[i].of)(self)))
    }
}

/// The figures of one replication, in small parts, in the order of [`MEASURES`]. `None`: there is
/// nothing to measure, as the date of something that did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measured(pub [Option<i128>; MEASURES.len()]);

impl Measured {
    /// Did something happen?
    pub fn is(&self, event: &MeasuredEvent) -> bool {
        self.0[event.index].is_some_and(|value| value > 0 || event.at_zero)
    }
}

/// Something that happens in a replication or does not; its share of replications is a probability.
pub struct MeasuredEvent {
    /// The word in results and targets.
    pub name: &'static str,
    /// One line for readers of the results.
    pub meaning: &'static str,
    /// The measure that shows it.
    index: usize,
    /// That measure shows it by being present, also when it is zero.
    at_zero: bool,
}

/// What happens or does not.
pub const EVENTS: [MeasuredEvent; 4] = [
    event("pool_exhausted", "no license was left at some time", "first_exhausted", true),
    event("any_rejected", "at least one client was turned away", "clients_rejected", false),
    event(
        "any_rejected_lastingly",
        "at least one client waited longer than a day, or left without a license",
        "clients_rejected_lastingly",
        false,
    ),
    event("licenses_expired", "no license was in date at some time (E1)", "expired_hours", false),
];

const fn event(name: &'static str, meaning: &'static str, measure: &str, at_zero: bool) -> MeasuredEvent {
    MeasuredEvent { name, meaning, index: index_of(measure), at_zero }
}

/// The place of a measure in [`MEASURES`].
const fn index_of(name: &str) -> usize {
    let mut index = 0;
    while !same(MEASURES[index].name.as_bytes(), name.as_bytes()) {
        index += 1;
    }
    index
}

const fn same(one: &[u8], other: &[u8]) -> bool {
    let mut i = 0;
    while i < one.len() && i < other.len() && one[i] == other[i] {
        i += 1;
    }
    i == one.len() && i == other.len()
}

/// The place of a measure in [`MEASURES`], when there is one.
pub fn find(name: &str) -> Option<usize> {
    MEASURES.iter().position(|measure| measure.name == name)
}

const fn measure(
    name: &'static str,
    unit: Unit,
    meaning: &'static str,
    of: fn(&Replica) -> Option<i128>,
) -> Measure {
    Measure { name, unit, meaning, of }
}

/// Every measure.
pub const MEASURES: [Measure; 30] = [
    measure("first_exhausted", Unit::Instant, "when the pool first had no license left", |r| {
        r.totals.first_exhausted.map(|at| at.ms().into())
    }),
    measure("times_exhausted", Unit::Count, "how often it ran out", |r| count(r.totals.times_exhausted)),
    measure("exhausted_share", Unit::Number, "share of the time without a free license", |r| {
        share(r.totals.exhausted_ms, r.time())
    }),
    measure("expired_hours", Unit::Hours, "time without a license in date (E1)", |r| {
        parts(r.totals.expired_ms)
    }),
    measure("peak_in_use", Unit::Count, "most licenses in use", |r| count(r.totals.peak.0)),
    measure("peak_demand", Unit::Count, "most licenses in use or waited for", |r| {
        count(r.totals.peak_demand.0)
    }),
    measure("mean_in_use", Unit::Number, "licenses in use, average over time", |r| {
        share(r.totals.in_use_ms, r.time())
    }),
    measure("idle_node_days", Unit::Days, "owned but unused, nodes times days", |r| parts(r.service.idle_ms)),
    measure("clients_enrolled", Unit::Count, "clients that joined", |r| {
        count(r.totals.counts.clients_enrolled)
    }),
    measure(
        "clients_left",
        Unit::Count,
        "PCs retired, disposed, deleted or given up, or whose agent was uninstalled",
        |r| count(r.totals.counts.clients_left),
    ),
    measure("licenses_granted", Unit::Count, "licenses taken", |r| count(r.totals.counts.licenses_granted)),
    measure("licenses_refunded", Unit::Count, "licenses returned to the pool", |r| {
        count(r.totals.counts.licenses_refunded)
    }),
    measure("clients_asked", Unit::Count, "clients whose scans asked for a license", |r| {
        count(r.service.asked)
    }),
    measure("clients_rejected", Unit::Count, "clients whose first such scan was rejected (X2)", |r| {
        count(r.totals.clients_rejected)
    }),
    measure(
        "clients_rejected_lastingly",
        Unit::Count,
        "of those rejected: waited longer than a day, or left without a license",
        |r| count(r.service.rejected_lastingly),
    ),
    measure("clients_gave_up", Unit::Count, "clients that left after too many rejections", |r| {
        count(r.totals.clients_gave_up)
    }),
    measure(
        "rejected_share",
        Unit::Number,
        "clients rejected at their first attempt, of those who asked",
        |r| share(r.totals.clients_rejected.into(), r.service.asked.into()),
    ),
    measure(
        "scans_rejected",
        Unit::Count,
        "scans while the pool was full, by clients without a license",
        |r| count(r.totals.counts.scans_rejected),
    ),
    measure("attempts_per_client", Unit::Number, "scans that asked for a license, by client", |r| {
        share(r.service.requests.into(), r.service.asked.into())
    }),
    measure("waiting_client_hours", Unit::Hours, "time clients waited for a license, summed", |r| {
        parts(r.totals.waiting_ms)
    }),
    measure("mean_waiting", Unit::Number, "clients waiting for a license, average over time", |r| {
        share(r.totals.waiting_ms, r.time())
    }),
    measure(
        "waiting_share",
        Unit::Number,
        "of the time clients held or wanted a license, the share they waited",
        |r| {
            let Totals { waiting_ms, in_use_ms, .. } = r.totals;
            share(waiting_ms, waiting_ms + in_use_ms)
        },
    ),
    measure(
        "mean_wait_hours",
        Unit::Hours,
        "from the first scan that asked to the license, mean over licenses taken; zero if taken at once",
        |r| mean(r.totals.waited_ms, r.totals.counts.licenses_granted),
    ),
    measure("wait_p50_hours", Unit::Hours, "half of those who asked had a license within this time", |r| {
        r.service.wait_percentile(50).map(|wait| wait.ms().into())
    }),
    measure("wait_p95_hours", Unit::Hours, "95 % of those who asked had a license within this time", |r| {
        r.service.wait_percentile(95).map(|wait| wait.ms().into())
    }),
    measure("downloads_completed", Unit::Count, "downloads completed", |r| {
        count(r.totals.counts.downloads_completed)
    }),
    measure("mean_download_s", Unit::Seconds, "from the start of a download to its end", |r| {
        mean(r.totals.download_ms, r.totals.counts.downloads_completed)
    }),
    measure("mean_download_wait_s", Unit::Seconds, "from the request of a download to its start", |r| {
        mean(r.totals.download_wait_ms, r.totals.counts.downloads_completed)
    }),
    measure("downloads_waited_share", Unit::Number, "downloads that waited for a slot of their site", |r| {
        let Totals { downloads_waited, counts, .. } = &r.totals;
        share((*downloads_waited).into(), counts.downloads_completed.into())
    }),
    measure("mean_downloads_running", Unit::Number, "downloads in progress, average over time", |r| {
        share(r.totals.downloading_ms, r.time())
    }),
];

impl Replica {
    /// Milliseconds counted.
    fn time(&self) -> u128 {
        self.window.ms() as u128
    }
}

/// The instant that a figure in [`Unit::Instant`] stands for.
pub fn instant(parts: i128) -> Time {
    i64::try_from(parts).map_or(Time::NEVER, Time)
}

fn count(number: u64) -> Option<i128> {
    Some(number.into())
}

/// Integrals are below 2^93: 10^15 nodes over 200 years.
fn parts(number: u128) -> Option<i128> {
    Some(i128::try_from(number).expect("figures of a run fit into 127 bits"))
}

/// A quotient in billionths, rounded once.
fn share(part: u128, whole: u128) -> Option<i128> {
    (whole > 0).then(|| parts((part * BILLION + whole / 2) / whole))?
}

/// A mean of milliseconds, rounded once.
fn mean(sum: u128, over: u64) -> Option<i128> {
    let over = u128::from(over);
    (over > 0).then(|| parts((sum + over / 2) / over))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_events_know_their_measure() {
        let names: std::collections::BTreeSet<&str> = MEASURES.iter().map(|m| m.name).collect();
        assert_eq!(names.len(), MEASURES.len());
        let of_events: Vec<&str> = EVENTS.iter().map(|event| MEASURES[event.index].name).collect();
        assert_eq!(
            of_events,
            ["first_exhausted", "clients_rejected", "clients_rejected_lastingly", "expired_hours"]
        );
    }

    #[test]
    fn quotients_are_rounded_once() {
        assert_eq!(share(1, 3), Some(333_333_333));
        assert_eq!(share(2, 3), Some(666_666_667));
        assert_eq!((share(5, 0), mean(5, 0)), (None, None));
        assert_eq!(mean(5, 2), Some(3));
    }

    /// What happened in the first instant has happened.
    #[test]
    fn an_event_at_the_start_counts() {
        let mut measured = Measured([None; MEASURES.len()]);
        assert!(!measured.is(&EVENTS[0]) && !measured.is(&EVENTS[1]));
        measured.0[EVENTS[0].index] = Some(0);
        measured.0[EVENTS[1].index] = Some(0);
        assert!(measured.is(&EVENTS[0]) && !measured.is(&EVENTS[1]));
        measured.0[EVENTS[1].index] = Some(1);
        assert!(measured.is(&EVENTS[1]));
    }
}

//! Two scenarios under the same luck: paired differences, and where their runs part.
//!
//! Replication `i` of both is run with the draws of (seed, i), so whatever is alike in both happens
//! alike, and the spread of the difference is that of what really differs.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use serde::{Deserialize, Serialize};

use super::measures::{EVENTS, MEASURES, Measured};
use super::parallel;
use super::replicate::{Replication, one};
use super::run::run;
use super::stats::distribution::Distribution;
use crate::fleet::Mode;
use crate::fleet::roster::Roster;
use crate::observe::columns::COLUMNS;
use crate::observe::timeline::Row;
use crate::observe::trace::{Detail, Line, Trace};
use crate::scenario::model::Scenario;
use crate::words::time::{Span, Time};

/// One figure of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Pair {
    pub first: Distribution,
    pub second: Distribution,
    /// Second minus first, of the replications that have both.
    pub difference: Distribution,
}

impl Pair {
    fn add(&mut self, first: Option<i64>, second: Option<i64>) {
        first.into_iter().for_each(|value| self.first.add(value));
        second.into_iter().for_each(|value| self.second.add(value));
        if let (Some(first), Some(second)) = (first, second) {
            self.difference.add(second - first);
        }
    }
}

/// Count and sum of a number: its mean is all that is told.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Total {
    count: u64,
    sum: u128,
}

impl Total {
    fn add(&mut self, value: u64) {
        (self.count, self.sum) = (self.count + 1, self.sum + u128::from(value));
    }

    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }
}

/// One number of a timeline row of both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NumberPair {
    pub first: Total,
    pub second: Total,
    /// Second minus first, of the replications that have both.
    pub difference: Distribution,
}

impl NumberPair {
    fn add(&mut self, first: Option<u64>, second: Option<u64>) {
        first.into_iter().for_each(|value| self.first.add(value));
        second.into_iter().for_each(|value| self.second.add(value));
        if let (Some(first), Some(second)) = (first, second) {
            let signed = |value| i64::try_from(value).expect("numbers of a timeline fit into 63 bits");
            self.difference.add(signed(second) - signed(first));
        }
    }
}

/// The timelines of both, at the instants at which both have a row.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Timelines {
    pub at: Vec<Time>,
    /// By row, each in the order of [`COLUMNS`].
    pub cells: Vec<Vec<NumberPair>>,
}

impl Timelines {
    fn add(&mut self, first: &[Row], second: &[Row]) {
        let pairs: Vec<[&Row; 2]> = at_the_same_instant(first, second);
        if self.at.is_empty() {
            self.at = pairs.iter().map(|[row, _]| row.at).collect();
            self.cells = vec![vec![NumberPair::default(); COLUMNS.len()]; pairs.len()];
        }
        for ([first, second], cells) in pairs.into_iter().zip(&mut self.cells) {
            for ((_, number), cell) in COLUMNS.iter().zip(cells) {
                cell.add(number(first), number(second));
            }
        }
    }
}

/// Rows of both that show the same instant; both come in the order of time.
fn at_the_same_instant<'r>(first: &'r [Row], second: &'r [Row]) -> Vec<[&'r Row; 2]> {
    let mut rest = second.iter().peekable();
    let mut of = |row: &'r Row| {
        while rest.next_if(|other| other.at < row.at).is_some() {}
        rest.next_if(|other| other.at == row.at).map(|other| [row, other])
    };
    first.iter().filter_map(&mut of).collect()
}

/// What the replications say about two scenarios.
#[derive(Debug, Serialize, Deserialize)]
pub struct Compared {
    pub replications: u64,
    pub complete: bool,
    /// In the order of [`MEASURES`].
    pub measures: Vec<Pair>,
    /// In the order of [`EVENTS`]; one where it happened.
    pub events: Vec<Pair>,
    pub timelines: Timelines,
}

/// Runs both scenarios so many times. `each` is told of every pair; `broken_off` is asked now and then.
pub fn compare(
    [first, second]: [&Scenario; 2],
    replications: u64,
    warm_up: Span,
    threads: usize,
    each: impl FnMut(),
    broken_off: &(impl Fn() -> bool + Sync),
) -> Compared {
    go_on(Compared::begin(), [first, second], replications, warm_up, threads, each, broken_off)
}

/// As [`compare`], after some pairs of the same two scenarios.
pub fn go_on(
    mut compared: Compared,
    [first, second]: [&Scenario; 2],
    replications: u64,
    warm_up: Span,
    threads: usize,
    mut each: impl FnMut(),
    broken_off: &(impl Fn() -> bool + Sync),
) -> Compared {
    let done = compared.replications;
    let run = |scenario, index| one(scenario, done + index, warm_up, broken_off);
    let work = |index| Some((run(first, index)?, run(second, index)?));
    parallel::in_order(threads, replications - done, work, |_, (first, second)| {
        compared.add(&first, &second);
        each();
        ControlFlow::Continue(())
    });
    compared.complete = compared.replications == replications;
    compared
}

impl Compared {
    /// Nothing has been run yet.
    pub fn begin() -> Compared {
        Compared {
            replications: 0,
            complete: false,
            measures: vec![Pair::default(); MEASURES.len()],
            events: vec![Pair::default(); EVENTS.len()],
            timelines: Timelines::default(),
        }
    }

    fn add(&mut self, first: &Replication, second: &Replication) {
        self.replications += 1;
        self.timelines.add(&first.rows, &second.rows);
        let (first, second) = (&first.measured, &second.measured);
        for (pair, (first, second)) in self.measures.iter_mut().zip(first.0.iter().zip(second.0)) {
            pair.add(*first, second);
        }
        for (pair, event) in self.events.iter_mut().zip(&EVENTS) {
            let happened = |measured: &Measured| Some(i64::from(measured.is(event)));
            pair.add(happened(first), happened(second));
        }
    }
}

/// What happened in one run and not, or not then, in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    pub at: Time,
    /// `None`: it happened to the server.
    pub client: Option<String>,
    pub event: &'static str,
    pub rule: Option<&'static str>,
    pub reason: String,
}

/// Where two runs part: the first thing that happens to a client in one of them and not, or not then, in
/// the other. `None` on one side: no client meets anything more in that run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    pub first: Option<Happening>,
    pub second: Option<Happening>,
    /// What the server did differently before (license files, actions): likely the cause.
    pub before: Option<[Option<Happening>; 2]>,
}

impl Parting {
    /// The first instant at which the two differ.
    pub fn at(&self) -> Time {
        let at = |side: &Option<Happening>| side.as_ref().map_or(Time::NEVER, |happening| happening.at);
        at(&self.first).min(at(&self.second))
    }
}

/// Events under way from a run to the comparison.
const UNDER_WAY: usize = 1024;

/// Where replication 0 of two scenarios parts; `None`: nowhere. Both run side by side, as far as needed.
pub fn parting(scenarios: [&Scenario; 2], broken_off: &(impl Fn() -> bool + Sync)) -> Option<Parting> {
    std::thread::scope(|scope| {
        let streams = scenarios.map(|scenario| {
            let (sender, receiver) = sync_channel(UNDER_WAY);
            scope.spawn(move || send_events(scenario, &sender, broken_off));
            receiver
        });
        // The receivers end with it; whoever still runs breaks off.
        first_difference(streams)
    })
}

/// One run's events as they come.
struct Stream {
    events: Receiver<Happening>,
    /// What happened to the server so far.
    of_server: Vec<Happening>,
}

impl Stream {
    /// The next event of a client.
    fn next_of_a_client(&mut self) -> Option<Happening> {
        loop {
            let happening = self.events.recv().ok()?;
            if happening.client.is_some() {
                return Some(happening);
            }
            self.of_server.push(happening);
        }
    }
}

fn first_difference(events: [Receiver<Happening>; 2]) -> Option<Parting> {
    let [mut first, mut second] = events.map(|events| Stream { events, of_server: Vec::new() });
    loop {
        let (of_first, of_second) = (first.next_of_a_client(), second.next_of_a_client());
        let end = of_first.is_none();
        if of_first != of_second {
            let parting = Parting { first: of_first, second: of_second, before: None };
            let before = server_difference(&first.of_server, &second.of_server, parting.at());
            return Some(Parting { before, ..parting });
        }
        if end {
            return None;
        }
    }
}

/// The first thing up to an instant that happened to one server only.
fn server_difference(
    first: &[Happening],
    second: &[Happening],
    until: Time,
) -> Option<[Option<Happening>; 2]> {
    let at = |happenings: &[Happening], index: usize| {
        happenings.get(index).filter(|happening| happening.at <= until).cloned()
    };
    let longest = first.len().max(second.len());
    let mut pairs = (0..longest).map(|index| [at(first, index), at(second, index)]);
    pairs.find(|[one, other]| one != other)
}

/// Runs replication 0 and sends what happens, until nobody listens any more.
fn send_events(
    scenario: &Scenario,
    listener: &SyncSender<Happening>,
    broken_off: &(impl Fn() -> bool + Sync),
) {
    let roster = Roster::new(scenario, 0);
    let alone = Cell::new(false);
    let trace = Trace::new(scenario, Detail::Changes, None, |line: Line| {
        if !alone.get() {
            alone.set(listener.send(happening(line, &roster)).is_err());
        }
    });
    let watch = |_, _| match alone.get() || broken_off() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    // That it was broken off is no news to whoever did it.
    let _ = run(scenario, 0, Mode::default(), trace, watch);
}

fn happening(line: Line, roster: &Roster) -> Happening {
    Happening {
        at: line.at,
        client: line.client.map(|client| roster.name(client)),
        event: line.event,
        rule: line.clause.map(|clause| clause.id()),
        reason: line.reason,
    }
}

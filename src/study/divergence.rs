//! Where two runs part: both go on side by side, as far as they are alike.
//!
//! Neither is kept: what happens in one is held against what happens in the other as it comes, so runs
//! of any length need no more memory than two fleets.

use std::cell::Cell;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::fleet::Mode;
use crate::fleet::roster::Roster;
use crate::observe::events::TraceEvent;
use crate::observe::trace::{Detail, Line, Trace};
use crate::scenario::model::Scenario;
use crate::study::run::run;
use crate::units::time::Time;

/// What happened in one run and not, or not then, in the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When it happened, in the time of its own run.
    pub at: Time,
    /// `None`: it happened to the server.
    pub client: Option<String>,
    /// What happened, as a trace reports it.
    pub event: TraceEvent,
}

/// The first thing in which two runs differ; `None` on one side: nothing more happens in that run.
pub type Unlike = [Option<Happening>; 2];

/// Where two runs part: the first thing that happens to a client in one of them and not, or not then, in
/// the other. `None` on one side: no client meets anything more in that run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The next event of a client in the first run.
    pub first: Option<Happening>,
    /// The next event of a client in the second run.
    pub second: Option<Happening>,
    /// What the server did differently before (license files, actions): likely the cause.
    pub before: Option<Unlike>,
}

impl Divergence {
    /// The first instant at which the two differ.
    pub fn at(&self) -> Time {
        let at = |side: &Option<Happening>| side.as_ref().map_or(Time::NEVER, |happening| happening.at);
        at(&self.first).min(at(&self.second))
    }
}

/// One of two runs.
#[derive(Debug, Clone, Copy)]
pub struct Side<'s> {
    /// Replication 0 of it is run.
    pub scenario: &'s Scenario,
    /// Exhaustive or fast-forward.
    pub mode: Mode,
    /// Which events are compared.
    pub detail: Detail,
}

/// Events under way from a run to the comparison.
const UNDER_WAY: usize = 1024;

/// Where replication 0 of two scenarios parts; `None`: nowhere.
pub fn first_divergence(
    scenarios: [&Scenario; 2],
    broken_off: &(impl Fn() -> bool + Sync),
) -> Option<Divergence> {
    let side = |scenario| Side { scenario, mode: Mode::default(), detail: Detail::Changes };
    side_by_side(scenarios.map(side), broken_off, first_of_a_client)
}

/// The first thing, of clients or the server, in which replication 0 of two runs differs.
pub fn unlike(sides: [Side; 2], broken_off: &(impl Fn() -> bool + Sync)) -> Option<Unlike> {
    side_by_side(sides, broken_off, |[first, second]| first_unlike(first, second))
}

/// Starts both runs; they end when `compare` has seen enough.
fn side_by_side<T>(
    sides: [Side; 2],
    broken_off: &(impl Fn() -> bool + Sync),
    compare: impl FnOnce([Receiver<Happening>; 2]) -> T,
) -> T {
    std::thread::scope(|scope| {
        let streams = sides.map(|side| {
            let (sender, receiver) = sync_channel(UNDER_WAY);
            scope.spawn(move || send_events(side, &sender, broken_off));
            receiver
        });
        // The receivers end with it; a run that still sends breaks off.
        compare(streams)
    })
}

/// The first pair that is not one and the same.
pub fn first_unlike(
    first: impl IntoIterator<Item = Happening>,
    second: impl IntoIterator<Item = Happening>,
) -> Option<Unlike> {
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = [first.next(), second.next()];
        match &pair {
            [None, None] => return None,
            [one, other] if one != other => return Some(pair),
            _ => {}
        }
    }
}

/// One run's events as they come.
struct Stream {
    events: Receiver<Happening>,
    /// What happened to the server so far.
    of_server: Vec<Happening>,
}

/// What happens to clients.
impl Iterator for Stream {
    type Item = Happening;

    fn next(&mut self) -> Option<Happening> {
        loop {
            let happening = self.events.recv().ok()?;
            if happening.client.is_some() {
                return Some(happening);
            }
            self.of_server.push(happening);
        }
    }
}

/// The first difference of clients, and what the server did differently up to then.
fn first_of_a_client(events: [Receiver<Happening>; 2]) -> Option<Divergence> {
    let [mut one, mut other] = events.map(|events| Stream { events, of_server: Vec::new() });
    let [first, second] = first_unlike(&mut one, &mut other)?;
    let divergence = Divergence { first, second, before: None };
    let until = divergence.at();
    let before = |stream: Stream| stream.of_server.into_iter().take_while(move |done| done.at <= until);
    Some(Divergence { before: first_unlike(before(one), before(other)), ..divergence })
}

/// Runs replication 0 and sends what happens, until the receiver is dropped.
fn send_events(side: Side, listener: &SyncSender<Happening>, broken_off: &(impl Fn() -> bool + Sync)) {
    let mut roster = Roster::new(side.scenario, 0);
    let alone = Cell::new(false);
    let trace = Trace::new(side.scenario, side.detail, None, |line: Line| {
        if let Some(of) = line.further_record_of {
            roster.append(of);
        }
        if !alone.get() {
            alone.set(listener.send(happening(line, &roster)).is_err());
        }
    });
    let watch = |_, _| match alone.get() || broken_off() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    // The result is not needed: the run ends early only when the caller asks for it or the receiver is dropped.
    let _ = run(side.scenario, 0, side.mode, trace, watch);
}

fn happening(line: Line, roster: &Roster) -> Happening {
    Happening { at: line.at, client: line.client.map(|client| roster.name(client)), event: line.event }
}

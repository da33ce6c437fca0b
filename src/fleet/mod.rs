//! The fleet on the engine: how far each client is on its way to a license, and what each event does to it.
//!
//! Interface: [`Fleet`] is the model of a run. [`Observer`]s receive [`Fact`]s and cannot schedule; studies may query
//! a fleet about a client at any instant.
//!
//! Why one type: an event of one client can change others (a license comes free, a download ends), so the state is
//! owned by one value. Its parts are structs with private fields, each in a *wing*: what one wing asks of another is
//! listed in the header of that wing. Rules decide (in [`crate::rules`]), handlers apply. Nothing here keeps
//! statistics, prints, reads a file or a clock.
//!
//! | wing | holds | state | rules |
//! |---|---|---|---|
//! | `schedule` | when an agent does something, and whether it reaches the server: periods, online hours, draws made beforehand | rows of draws, `FirstRequests`, `Reachability` | C0, C2, C3 |
//! | `downloads` | packages on their way from package servers to clients | `DownloadQueues` | C4 |
//! | `chain` | from a new PC to a license, and back: targets, plug-in, package, scans; the server | `Server`, `Backlog` | C1–C8, E1, M3, T1, T2, V2, X1, X2 |
//! | `records` | records of the server, what administrators do to them, how licenses come back | `RecordBook` | V1–V10, E1 |
//! | `patching` | bulletins, policies, package versions, update cycles | `Patching` | C4, E1, M1, M2, M4, U1, U2 |
//! | `solutions` | pools of other solutions, and the data of their computers | `SolutionBook` | S1, S2 |
//! | `fast_forward` | scans that change nothing are counted instead of simulated | `FastForward` | |
//!
//! | file | holds |
//! |---|---|
//! | this one | the fleet, its set-up, and `change`, the only writer of a client's state |
//! | `dispatch` | which handler each event calls |
//! | [`event`] | the closed set of events; their order decides ties |
//! | [`fact`] | the facts that the fleet reports to its observers |
//! | [`solution_fact`] | the same of other solutions than Patch Management |
//! | [`decision`] | every random decision by number |
//! | [`roster`] | which clients there are, their names and draws, and when they join |
//! | `state` | one row a client |
//! | `licenses`, `license_files` | licenses owned and taken, licenses that wait for the licensing refresh; what license files change |
//! | `queries` | what studies may ask about a client, a record or the server |
//! | [`mode`] | whether scans are counted or simulated |
//! | `without_fast_forward` | the interface of `fast_forward` without the shortcut, for `--cfg without_fast_forward` |

mod chain;
pub mod decision;
mod dispatch;
mod downloads;
pub mod event;
pub mod fact;
// Both have the same hooks (see their table); a test compares the results of both programs.
#[cfg(not(without_fast_forward))]
mod fast_forward;
#[cfg(without_fast_forward)]
#[path = "without_fast_forward.rs"]
mod fast_forward;
mod license_files;
mod licenses;
pub mod mode;
mod patching;
mod queries;
mod records;
pub mod roster;
mod schedule;
pub mod solution_fact;
mod solutions;
mod state;

use std::ops::ControlFlow;

use crate::engine::draw::Draws;
use crate::engine::queue::EventQueue;
use crate::fleet::chain::backlog::Backlog;
use crate::fleet::chain::server::Server;
use crate::fleet::downloads::DownloadQueues;
use crate::fleet::event::Event;
use crate::fleet::fast_forward::FastForward;
use crate::fleet::licenses::{LicensePool, Licenses};
use crate::fleet::patching::update_state::Patching;
use crate::fleet::records::RecordBook;
use crate::fleet::roster::Roster;
use crate::fleet::schedule::first_requests::FirstRequests;
use crate::fleet::schedule::predrawn::{PredrawnPlaces, predraw};
use crate::fleet::schedule::reachability::Reachability;
use crate::fleet::solutions::state::SolutionBook;
use crate::fleet::state::ClientRow;
use crate::rules::client::ClientState;
use crate::scenario::model::{Group, Scenario};
use crate::units::ids::{ClientId, GroupId, RecordId};
use crate::units::time::Time;

pub use fact::{Fact, Observer, Step, Watched};
pub use mode::Mode;

/// Clients that are scheduled at the start before `watch` is asked whether to go on.
const SET_UP_TOGETHER: usize = 1 << 16;

/// A fleet in the middle of a run.
pub struct Fleet<'s, O> {
    scenario: &'s Scenario,
    roster: Roster<'s>,
    clients: Vec<ClientRow>,
    /// By group: what the rows hold of draws made beforehand.
    predrawn: Vec<PredrawnPlaces>,
    first_requests: FirstRequests,
    reachability: Reachability,
    downloads: DownloadQueues<'s>,
    licenses: Licenses,
    server: Server,
    /// Empty where the event queue is never behind.
    backlog: Backlog,
    /// Only with updates.
    patching: Option<Patching<'s>>,
    records: RecordBook,
    solutions: SolutionBook<'s>,
    fast_forward: FastForward,
    observer: O,
}

impl<'s, O: Observer> Fleet<'s, O> {
    /// Sets the fleet up and schedules what is known from the start.
    pub fn new(
        scenario: &'s Scenario,
        replication: u64,
        mode: Mode,
        observer: O,
        queue: &mut EventQueue,
    ) -> Self {
        match Fleet::set_up(scenario, replication, mode, observer, queue, || ControlFlow::Continue(())) {
            ControlFlow::Continue(fleet) => fleet,
            ControlFlow::Break(()) => unreachable!("no watch breaks it off"),
        }
    }

    /// The same; with ten million clients it takes seconds, so `watch` is asked now and then whether to go on.
    pub fn set_up(
        scenario: &'s Scenario,
        replication: u64,
        mode: Mode,
        observer: O,
        queue: &mut EventQueue,
        mut watch: impl FnMut() -> ControlFlow<()>,
    ) -> ControlFlow<(), Self> {
        let mut roster = Roster::new(scenario, replication);
        watch()?;
        let joins = roster.take_joins();
        watch()?;
        let mut clients: Vec<ClientRow> = roster.groups().map(ClientRow::new).collect();
        let mut fleet = Fleet {
            scenario,
            predrawn: predraw(scenario, &roster, &mut clients),
            first_requests: FirstRequests::new(clients.len()),
            clients,
            reachability: Reachability::new(scenario),
            downloads: DownloadQueues::new(scenario),
            licenses: Licenses::new(scenario),
            server: Server::new(scenario),
            backlog: Backlog::default(),
            patching: Patching::new(scenario, replication, roster.len()),
            records: RecordBook::new(scenario, roster.len()),
            solutions: SolutionBook::new(scenario, roster.len()),
            fast_forward: FastForward::new(scenario, &roster, mode, &observer, queue),
            roster,
            observer,
        };
        watch()?;
        fleet.report(Time::START, Fact::Entitlement(fleet.licenses.pool().entitlement()));
        fleet.begin_solutions(queue);
        fleet.judge_coverage(Time::START);
        fleet.begin_initial_state(queue);
        fleet.schedule_known(queue);
        fleet.schedule_joins(&joins, queue, watch)?;
        ControlFlow::Continue(fleet)
    }

    fn schedule_known(&self, queue: &mut EventQueue) {
        for (index, action) in self.scenario.actions.iter().enumerate() {
            queue.push(Event::Action.at(action.at, index as u32, 0));
        }
        self.schedule_licensing(queue);
        self.schedule_recomputations(queue);
        self.schedule_outages(queue);
        self.schedule_import(Time::START, queue);
    }

    /// Schedules the clients that are not there yet, each at its instant or when its PC is on.
    fn schedule_joins(
        &self,
        joins: &[Time],
        queue: &mut EventQueue,
        mut watch: impl FnMut() -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut client = ClientId(0);
        for joins in joins.chunks(SET_UP_TOGETHER) {
            for at in joins {
                if self.initial(client).is_none() {
                    queue.push(Event::Enrol.at(self.when_on(client, *at), client.0, 0));
                }
                client = client.plus(1);
            }
            watch()?;
        }
        ControlFlow::Continue(())
    }

    /// Number of clients that join during the run (or were planned to).
    pub fn len(&self) -> usize {
        self.clients.len()
    }

    /// Whether no client ever joins.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    /// Licenses owned and taken at this instant of the run.
    pub fn pool(&self) -> &LicensePool {
        self.licenses.pool()
    }

    /// Status and marks of one client at this instant of the run.
    pub fn state(&self, client: ClientId) -> ClientState {
        self.clients[client.index()].state()
    }

    /// The state of a record: that of the machine it was made for.
    pub fn record_state(&self, record: RecordId) -> ClientState {
        self.state(record.own_machine())
    }

    #[inline]
    fn group_id(&self, client: ClientId) -> GroupId {
        self.clients[client.index()].group()
    }

    /// A client's group.
    #[inline]
    fn group(&self, client: ClientId) -> &'s Group {
        &self.scenario.groups[self.group_id(client).index()]
    }

    /// How often a client's chain was cut so far.
    fn epoch(&self, client: ClientId) -> u16 {
        self.clients[client.index()].epoch()
    }

    /// Heap bytes of client rows; what a client costs beside its pending events.
    pub fn client_bytes(&self) -> usize {
        let patching = self.patching.as_ref().map_or(0, Patching::bytes);
        let rows = self.clients.capacity() * size_of::<ClientRow>() + self.first_requests.bytes();
        rows + patching + self.solutions.bytes() + self.fast_forward.bytes()
    }

    #[inline]
    fn report(&mut self, now: Time, fact: Fact) {
        self.observer.observe(now, &fact);
    }

    /// Changes a client's state and reports it to the observers. The only place that does. (Always inlined, so that a
    /// step is made in its fact: copied there right after it was made, it costs 15 ns.)
    #[inline(always)]
    fn change(&mut self, now: Time, client: ClientId, after: ClientState, step: Step) {
        let before = self.clients[client.index()].replace_state(after);
        self.fast_forward.note_change(client, before);
        self.observer.observe(now, &Fact::Changed { client, before, after, step });
    }

    /// A client's draws and its entity in them.
    fn draws(&self, client: ClientId) -> (&Draws, u64) {
        self.roster.draws(self.group_id(client), client)
    }

    /// As the scenario spells it.
    pub fn group_name(&self, group: GroupId) -> &'s str {
        &self.scenario.groups[group.index()].name
    }

    /// Which clients there are by now.
    pub fn roster(&self) -> &Roster<'s> {
        &self.roster
    }
}

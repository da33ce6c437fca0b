//! Clients that are there when the scenario starts, and where each of them stands.
//!
//! Nothing happens to them at the start: the scenario gives their states. All states are reported first, so that
//! the pool counts the licenses in use before the first event; then what each client was doing goes on.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, PackageKind, Step};
use crate::rules::client::{ClientState, Mark};
use crate::scenario::model::Initial;
use crate::scenario::model::initial::{Machine, Package, Plugin};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

impl<'s, O: Observer> Fleet<'s, O> {
    /// Where a client stands at the start, if it is there already.
    pub(in crate::fleet) fn initial(&self, client: ClientId) -> Option<&'s Initial> {
        let initial = self.group(client).initial.as_ref()?;
        initial.get(self.roster.index(client)? as usize)
    }

    /// Sets the states of all clients that are there, and schedules what comes next for them.
    pub(in crate::fleet) fn begin_initial_state(&mut self, queue: &mut EventQueue) {
        if self.scenario.groups.iter().all(|group| group.initial.is_none()) {
            return;
        }
        let now = Time::START;
        let all: Vec<(ClientId, &Initial)> =
            ClientId::first(self.len()).filter_map(|client| Some((client, self.initial(client)?))).collect();
        for (client, initial) in &all {
            self.set_initial_state(now, *client, initial);
        }
        for (client, initial) in &all {
            self.resume_initial(now, *client, initial, queue);
        }
    }

    fn set_initial_state(&mut self, now: Time, client: ClientId, initial: &Initial) {
        let state = state_of(initial);
        if state.is(Mark::Licensed) {
            self.licenses.hold();
        }
        if state.is(Mark::Waiting) {
            self.clients[client.index()].first_asked = now; // it waits already
        }
        if let Some(known) = self.records.reports.get_mut(client.index()) {
            *known = initial.last_report().unwrap_or(now);
        }
        self.note_inventory(initial.last_inventory.or(initial.last_report()).unwrap_or(now), client);
        self.change(now, client, state, Step::Initial);
        self.settle_license(now, client.own_record());
    }

    /// Schedules what comes next for a client: of the chain, of its record, of its PC. What falls on the start has
    /// happened already: at the start all states are the initial ones.
    fn resume_initial(&mut self, now: Time, client: ClientId, initial: &Initial, queue: &mut EventQueue) {
        let next = now + Span(1);
        let state = self.state(client);
        self.watch_record(now, client, queue);
        if !state.is(Mark::Agent) {
            return;
        }
        self.schedule_end_of_life(now, client, queue);
        self.arm_holding(now, client.own_record(), queue);
        self.start_solutions(next, client, queue);
        self.await_return_from(next, next, client, queue); // V7
        if state.is(Mark::PackageReady) {
            self.resume_scanning(next, client, initial.last_scan, queue);
        } else if state.is(Mark::PackageRequested) {
            self.fetch_from_before_start(now, client, PackageKind::AssessmentScan, queue);
        } else if state.is(Mark::PluginRequested) && !state.is(Mark::Plugin) {
            self.fetch_from_before_start(now, client, PackageKind::Plugin, queue);
        } else if state.is(Mark::Plugin) && !state.is(Mark::PluginReported) {
            self.schedule(Event::PluginReported, self.next_inventory(client, next), client, queue); // C2
        }
        self.resume(next, client, queue);
        self.ask_for_updates(next, client, queue);
    }
}

/// What is known of a client, as its state.
fn state_of(initial: &Initial) -> ClientState {
    use Mark::{
        Agent, AgentUninstalled, InstallTarget, LeftBehind, Licensed, PackageReady, PackageRequested,
        PackageTarget, PluginReported, PluginRequested, ResultSent, Silent, UninstallTarget, Unlisted,
        Waiting,
    };
    let marks = [
        (initial.machine == Machine::Alive, Agent),
        (initial.install_target, InstallTarget),
        (initial.uninstall_target, UninstallTarget),
        (initial.plugin >= Plugin::Requested, PluginRequested),
        (initial.plugin >= Plugin::Installed, Mark::Plugin),
        (initial.plugin >= Plugin::Reported, PluginReported),
        (initial.package >= Package::Targeted, PackageTarget),
        (initial.package >= Package::Requested, PackageRequested),
        (initial.package >= Package::Ready, PackageReady),
        (initial.licensed, Licensed),
        (initial.rejected, Waiting),
        (initial.last_scan.is_some(), ResultSent),
    ];
    let given = marks.into_iter().filter(|(is, _)| *is).map(|(_, mark)| mark);
    let state = given.fold(ClientState::default().with_status(initial.status), ClientState::with);
    match initial.machine {
        Machine::Alive => state,
        Machine::Silent => state.halted().without(Waiting).with(Silent), // V9
        Machine::AgentUninstalled => state.wiped().with(AgentUninstalled), // V8
        Machine::Unlisted => state.halted().without(Waiting).with(Unlisted), // V3
        Machine::LeftBehind => state.wiped().with(LeftBehind),           // V10
    }
}

//! Software Update Cycles: policies reach clients, updates are applied or not: U1, U2, M4, E1.
//!
//! A client without pending updates runs no cycle. One with some is in one of three phases, each with
//! an instant at which it ends: it waits for a cycle (`CyclePlanned`), it waits in a cycle for Patch
//! Install Tools (neither mark), or it applies updates (`Executing`).

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer, PackageKind, Step};
use crate::fleet::patching::update_state::{NO_TASK, UpdateState};
use crate::fleet::schedule::periodic::delay;
use crate::rules::client::Mark;
use crate::rules::maintenance::may_schedule_task;
use crate::rules::targeting;
use crate::rules::update_cycle::{
    CycleCase, Executed, Next, Stopped, Tools, applying_updates, deployed_to, executed, policies_reach,
};
use crate::scenario::model::Share;
use crate::scenario::model::updates::BulletinChoice;
use crate::scenario::model::{AdminCommand, Selection};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// Windows and working hours may miss each other for ever; after this many tries that is assumed.
const MOST_TRIES: u32 = 1_000;

impl<O: Observer> Fleet<'_, O> {
    /// Patch update policies reach the client: updates of bulletins that apply are Scheduled. (While it
    /// applies updates it asks again at the end of the cycle.)
    pub(super) fn receive_policies(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        if !policies_reach(self.works(), self.serviced(client)) || state.is(Mark::Executing) {
            return; // E1, M3: also while Patch Management does not work
        }
        let arrives = self.patching.as_ref().is_some_and(|updates| updates.unreceived(client));
        let scheduled = self.schedule_updates(client);
        if arrives && self.scenario.scan.on_update_policy {
            self.scan_with_policy(now, client, queue); // C8
        }
        if scheduled == 0 {
            return;
        }
        let Some(updates) = &self.patching else { return };
        let idle = !state.is(Mark::CyclePlanned) && updates.clients[client.index()].due == Time::NEVER;
        let after = if idle { state.with(Mark::CyclePlanned) } else { state };
        self.change(now, client, after, Step::UpdatesScheduled { updates: scheduled });
        if idle {
            self.set_due(self.next_cycle(client, now), client, queue);
        }
    }

    /// Marks the updates of policies that the client has not received; how many they are.
    fn schedule_updates(&mut self, client: ClientId) -> u32 {
        let (draws, entity) = self.roster.draws(self.group_id(client), client);
        let Some(updates) = &mut self.patching else { return 0 };
        let applicable = updates.scenario.applicable;
        let row = &mut updates.clients[client.index()];
        let mut scheduled = 0;
        for policy in &mut updates.policies[usize::from(row.received)..] {
            for update in 0..policy.updates.len() {
                let bulletin = &updates.bulletins[policy.updates[update].0 as usize];
                let applies = applicable == Share::ALL
                    || applicable.takes(draws.at(
                        Decision::Applies as u16,
                        entity,
                        bulletin.applies_ordinal(),
                    ));
                if applies && policy.state(client, update) == UpdateState::NotScheduled {
                    policy.set(client, update, UpdateState::Pending(0));
                    scheduled += 1;
                }
            }
        }
        if row.pending == 0 {
            row.open = row.received;
        }
        row.received = updates.policies.len() as u16;
        row.pending += scheduled;
        scheduled
    }

    /// Sets the end of a client's phase; when its PC is off then, it comes when that is on again.
    fn set_due(&mut self, at: Time, client: ClientId, queue: &mut EventQueue) {
        let at = self.when_on(client, at);
        if let Some(updates) = &mut self.patching {
            updates.clients[client.index()].due = at;
        }
        self.schedule(Event::UpdateCycle, at, client, queue);
    }

    /// The first instant at or after this one at which the client runs a cycle: one is due by the schedule,
    /// and the first maintenance window since then in which the PC is on has come.
    fn next_cycle(&self, client: ClientId, from: Time) -> Time {
        let Some(updates) = &self.scenario.updates else { return Time::NEVER };
        let mut at = targeting::next_run(updates.cycle, from);
        for _ in 0..MOST_TRIES {
            if at > Time::LAST {
                break;
            }
            let open = updates.maintenance_windows.as_ref().map_or(at, |windows| windows.next_open(at));
            at = self.when_on(client, open);
            if at == open {
                return at;
            }
        }
        Time::NEVER
    }

    /// The instant has come at which a client's cycle starts, stops to wait for tools, or ends.
    pub(in crate::fleet) fn update_cycle(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &self.patching else { return };
        if updates.clients[client.index()].due != now {
            return; // it was put off, or is over
        }
        let state = self.state(client);
        if state.is(Mark::Executing) {
            self.cycle_ends(now, client, queue);
        } else if state.is(Mark::CyclePlanned) {
            self.cycle_starts(now, client, queue);
        } else {
            let judged = self.judge_cycle(now, client, Tools::NotComing);
            self.proceed(now, client, judged, queue);
        }
    }

    fn cycle_starts(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &mut self.patching else { return };
        let row = &mut updates.clients[client.index()];
        row.cycles = row.cycles.wrapping_add(1);
        let tools = if row.tools < updates.version { Tools::Outdated } else { Tools::Current };
        let judged = self.judge_cycle(now, client, tools);
        if judged.is_ok() && self.scenario.scan.on_cycle_start {
            self.scan_with_cycle(now, client, 0, queue);
        }
        self.proceed(now, client, judged, queue);
    }

    /// The tools are there: a cycle that waited for them goes on.
    pub(super) fn tools_arrived(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &self.patching else { return };
        let state = self.state(client);
        let in_cycle = updates.clients[client.index()].due != Time::NEVER
            && !state.is(Mark::CyclePlanned)
            && !state.is(Mark::Executing);
        if in_cycle {
            let judged = self.judge_cycle(now, client, Tools::Current);
            self.proceed(now, client, judged, queue);
        }
    }

    fn judge_cycle(&self, now: Time, client: ClientId, tools: Tools) -> Result<Next, Stopped> {
        let windows = self.patching.as_ref().and_then(|updates| {
            let by_task = updates.clients[client.index()].task != NO_TASK;
            updates.scenario.maintenance_windows.as_ref().filter(|_| !by_task)
        });
        applying_updates(CycleCase {
            works: self.works(),
            deployed_to: deployed_to(self.serviced(client)),
            window_open: windows.is_none_or(|windows| windows.contains(now)),
            tools,
        })
    }

    fn proceed(
        &mut self,
        now: Time,
        client: ClientId,
        judged: Result<Next, Stopped>,
        queue: &mut EventQueue,
    ) {
        match judged {
            Ok(Next::LoadTools) => self.wait_for_tools(now, client, queue),
            Ok(Next::Execute) => self.execute(now, client, queue),
            Err(stopped) => self.stop_cycle(now, client, stopped, queue),
        }
    }

    fn wait_for_tools(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &self.scenario.updates else { return };
        self.set_due(now + updates.tools_wait, client, queue);
        let state = self.state(client).without(Mark::CyclePlanned).with(Mark::ToolsWanted);
        self.change(now, client, state, Step::ToolsWanted { by_cycle: true });
        if !self.is_loading(client) {
            self.fetch(now, client, PackageKind::InstallTools, queue);
        }
    }

    fn execute(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let executing = self.in_cycle(client).len() as u32;
        let (Some(side), Some(updates)) = (&self.patching, &self.scenario.updates) else { return };
        let cycle = u64::from(side.clients[client.index()].cycles);
        let (draws, entity) = self.draws(client);
        let time = delay(&updates.install, draws, Decision::InstallTime, entity, cycle);
        let state = self.state(client).without(Mark::CyclePlanned).with(Mark::Executing);
        self.change(now, client, state, Step::UpdatesExecuting { updates: executing });
        self.set_due(now + time, client, queue);
    }

    /// The cycle does not proceed: its updates are Scheduled until the next one (U2).
    fn stop_cycle(&mut self, now: Time, client: ClientId, stopped: Stopped, queue: &mut EventQueue) {
        self.forget_task(client);
        let state = self.state(client).with(Mark::CyclePlanned);
        self.change(now, client, state, Step::CycleStopped(stopped));
        self.set_due(self.next_cycle(client, now + Span(1)), client, queue);
    }

    fn forget_task(&mut self, client: ClientId) {
        if let Some(updates) = &mut self.patching {
            updates.clients[client.index()].task = NO_TASK;
        }
    }

    /// The updates that the client's cycle is about: (policy, update, failures).
    fn in_cycle(&self, client: ClientId) -> Vec<(usize, usize, u32)> {
        let Some(updates) = &self.patching else { return Vec::new() };
        let mut pending = updates.pending(client);
        let task = updates.clients[client.index()].task;
        if task != NO_TASK
            && let AdminCommand::InstallationTask(BulletinChoice::Named(named), _) =
                &self.scenario.actions[task as usize].what
        {
            pending.retain(|(policy, update, _)| {
                named.contains(&(updates.policies[*policy].updates[*update].0 as usize))
            });
        }
        pending
    }

    /// What was executed is installed, or failed; also when the last license has ended meanwhile.
    fn cycle_ends(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let (installed, failed, again) = self.note_outcomes(client);
        self.forget_task(client);
        let pending = self.patching.as_ref().is_some_and(|side| side.clients[client.index()].pending > 0);
        let mut state = self.state(client).without(Mark::Executing);
        if pending {
            state = state.with(Mark::CyclePlanned);
        }
        if installed > 0 {
            state = state.without(Mark::ResultSent);
        }
        self.change(now, client, state, Step::CycleEnded { installed, failed, again });
        let next = if pending { self.next_cycle(client, now + Span(1)) } else { Time::NEVER };
        self.set_due(next, client, queue);
        if self.scenario.scan.on_cycle_end {
            self.scan_with_cycle(now, client, 1, queue);
        }
        self.ask_for_updates(now, client, queue);
    }

    /// How many updates of the cycle were installed, failed for good, and will be tried again.
    fn note_outcomes(&mut self, client: ClientId) -> (u32, u32, u32) {
        let in_cycle = self.in_cycle(client);
        let (draws, entity) = self.roster.draws(self.group_id(client), client);
        let Some(updates) = &mut self.patching else { return (0, 0, 0) };
        let (failure, attempts) = (updates.scenario.failure, updates.scenario.attempts);
        let (mut installed, mut failed, mut again) = (0, 0, 0);
        for (policy, update, failures) in in_cycle {
            let policy = &mut updates.policies[policy];
            let (bulletin, number) = policy.updates[update];
            let ordinal = updates.bulletins[bulletin as usize].fails_ordinal(number, failures);
            let fails = failure != Share::NONE
                && failure.takes(draws.at(Decision::UpdateFails as u16, entity, ordinal));
            let (state, count) = match executed(fails, failures, attempts) {
                Executed::Installed => (UpdateState::Installed, &mut installed),
                Executed::Failed => (UpdateState::Failed, &mut failed),
                Executed::Again => (UpdateState::Pending(failures + 1), &mut again),
            };
            policy.set(client, update, state);
            *count += 1;
        }
        updates.clients[client.index()].pending -= installed + failed;
        updates.close_policies(client);
        (installed, failed, again)
    }

    /// An action schedules a *Software Update Installation* task (M4); how many clients run it.
    pub(in crate::fleet) fn installation_task(
        &mut self,
        now: Time,
        action: u32,
        (choice, selection): (&BulletinChoice, &Selection),
        queue: &mut EventQueue,
    ) -> Option<usize> {
        let updates = self.patching.as_ref()?;
        let enabled = match choice {
            BulletinChoice::All => !updates.policies.is_empty(),
            BulletinChoice::Named(named) => named.iter().all(|index| updates.bulletins[*index].enabled),
        };
        let allowed = may_schedule_task(
            self.server.version(),
            self.works(),
            self.licenses.pool().entitlement(),
            enabled,
        );
        if let Err(refused) = allowed {
            self.report(now, Fact::TaskRefused { action, refused });
            return None;
        }
        let able = |client| deployed_to(self.serviced(client)) && !self.state(client).is(Mark::Executing);
        let clients = self.selected(now, selection, able);
        Some(clients.into_iter().filter(|&client| self.task_received(now, client, action, queue)).count())
    }

    /// The task reaches a client, unless that has nothing to do for it or applies updates already.
    fn task_received(&mut self, now: Time, client: ClientId, action: u32, queue: &mut EventQueue) -> bool {
        if !deployed_to(self.serviced(client)) || self.state(client).is(Mark::Executing) {
            return false;
        }
        self.receive_policies(now, client, queue);
        let Some(updates) = &mut self.patching else { return false };
        updates.clients[client.index()].task = action;
        if self.in_cycle(client).is_empty() {
            self.forget_task(client);
            return false;
        }
        let state = self.state(client).with(Mark::CyclePlanned);
        self.change(now, client, state, Step::TaskReceived);
        self.set_due(self.when_on(client, now), client, queue);
        true
    }

    /// The client left, or lost its plug-in: nothing is scheduled on it any more. Should it come back, all
    /// policies reach it again; what is installed stays installed.
    pub(in crate::fleet) fn drop_updates(&mut self, now: Time, client: ClientId) {
        let Some(updates) = &mut self.patching else { return };
        let pending = updates.pending(client);
        for (policy, update, _) in &pending {
            updates.policies[*policy].set(client, *update, UpdateState::NotScheduled);
        }
        let row = &mut updates.clients[client.index()];
        (row.pending, row.task, row.due) = (0, NO_TASK, Time::NEVER);
        (row.received, row.open) = (0, 0);
        let marks = [Mark::RefreshWanted, Mark::ToolsWanted, Mark::CyclePlanned, Mark::Executing];
        let state = self.state(client);
        if !pending.is_empty() || marks.into_iter().any(|mark| state.is(mark)) {
            let step = Step::UpdatesDropped { updates: pending.len() as u32 };
            self.change(now, client, state.without_all(&marks), step);
        }
    }
}

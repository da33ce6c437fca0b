//! Data of other solutions that reaches the server, and the plug-in that sends it. S1, S2.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer};
use crate::fleet::schedule::periodic::delay;
use crate::fleet::solution_fact::{SolutionChange, SolutionFact, SolutionStep};
use crate::rules::client::Mark;
use crate::rules::event_queue::processed_at;
use crate::rules::solutions::{DataCase, Discarded, Processed, judge_data, waits_for_license};
use crate::rules::targeting;
use crate::scenario::model::{Selection, Solution};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Reports what each solution owns at the start, and schedules what happens to its license files.
    pub(in crate::fleet) fn begin_solutions(&mut self, queue: &mut EventQueue) {
        for index in self.solutions.all() {
            self.report_entitlement(Time::START, index);
            let calendar = self.solutions.each[index].calendar.iter().enumerate();
            for (line, (at, _, _)) in calendar.filter(|(_, (at, _, _))| *at >= Time::START) {
                queue.push(Event::SolutionFile.at(*at, line as u32, index as u16));
            }
        }
    }

    /// A license file of another solution starts or ends.
    pub(in crate::fleet) fn solution_file(&mut self, now: Time, line: u32, ordinal: u16) {
        let index = usize::from(ordinal);
        let state = &mut self.solutions.each[index];
        let (_, turn, file) = state.calendar[line as usize];
        state.pool.update_entitlement(now);
        self.report_of_solution(now, index, SolutionChange::File { file, turn });
        self.report_entitlement(now, index);
    }

    fn report_entitlement(&mut self, now: Time, index: usize) {
        let entitlement = self.solutions.each[index].pool.entitlement();
        self.report_of_solution(now, index, SolutionChange::Entitlement(entitlement));
    }

    fn report_of_solution(&mut self, now: Time, index: usize, what: SolutionChange) {
        let state = &self.solutions.each[index];
        let (solution, in_use) = (state.scenario.solution, state.pool.in_use());
        self.report(now, Fact::Solution(SolutionFact { solution, in_use, what }));
    }

    pub(super) fn report_step(&mut self, now: Time, index: usize, client: ClientId, step: SolutionStep) {
        self.report_of_solution(now, index, SolutionChange::Computer { client, step });
    }

    /// An agent registers, or is there at the start: it gets the plug-ins of its solutions and sends their first data.
    pub(in crate::fleet) fn start_solutions(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        for index in self.solutions.all() {
            let state = &mut self.solutions.each[index];
            let used = state.scenario;
            let computer = *state.computer(client);
            if !used.is_used_by(self.group_id(client).index()) {
                continue;
            }
            match computer.uninstall {
                false => self.expect_first_data(now, index, client, queue),
                true if computer.due == Time::NEVER => self.give_back_of_uninstalled(now, index, client),
                true => {} // it has still to learn of the policy
            }
        }
    }

    fn expect_first_data(&mut self, from: Time, index: usize, client: ClientId, queue: &mut EventQueue) {
        let used = self.solutions.each[index].scenario;
        let (draws, entity) = self.draws(client);
        let ordinal = u64::from(self.epoch(client)) * Solution::ALL.len() as u64 + used.solution as u64;
        let first = delay(&used.first_data, draws, Decision::SolutionFirstData, entity, ordinal);
        self.expect_data(from.saturating_add(first), index, client, queue);
    }

    /// Sets when the next data of a computer is processed. It is sent when the PC is on; where that fails, with the next
    /// configuration request that succeeds; and it waits in the event queue like other reports.
    fn expect_data(&mut self, at: Time, index: usize, client: ClientId, queue: &mut EventQueue) {
        let mut sent = self.when_on(client, at);
        if sent != Time::NEVER && self.is_refused(client, sent, Decision::SolutionDataRefused) {
            sent = self.next_configuration(client, Time(sent.ms() + 1));
        }
        let processed = processed_at(&self.scenario.over_time.event_queue, sent);
        self.expect(processed, index, client, queue);
    }

    /// Sets when something of a computer and a solution happens next.
    fn expect(&mut self, at: Time, index: usize, client: ClientId, queue: &mut EventQueue) {
        self.solutions.each[index].computer(client).due = at;
        queue.push(Event::SolutionData.at(at, client.0, index as u16));
    }

    /// An agent stops: it sends nothing any more, and its record does not wait for licenses.
    pub(in crate::fleet) fn stop_solutions(&mut self, now: Time, client: ClientId) {
        for index in self.solutions.all() {
            self.solutions.each[index].computer(client).due = Time::NEVER;
            self.stop_waiting(now, index, self.record(client));
        }
    }

    pub(super) fn stop_waiting(&mut self, now: Time, index: usize, record: RecordId) {
        let computer = self.solutions.each[index].record(record);
        if std::mem::take(&mut computer.waits) {
            self.report_step(now, index, record.own_machine(), SolutionStep::StopsWaiting);
        }
    }

    /// Data of a solution reaches the server, or the computer learns that it loses the plug-in.
    pub(in crate::fleet) fn solution_data(
        &mut self,
        now: Time,
        client: ClientId,
        ordinal: u16,
        queue: &mut EventQueue,
    ) {
        let index = usize::from(ordinal);
        let computer = self.solutions.each[index].computer(client);
        if computer.due != now {
            return; // it was put off, or the agent has stopped
        }
        if computer.uninstall {
            return self.plugin_of_solution_removed(now, index, client);
        }
        let record = self.record(client);
        let status = self.record_state(record).status();
        let state = &mut self.solutions.each[index];
        let (holds, used) = (state.record(record).holds, state.scenario);
        let (in_date, has_free) = (state.pool.in_date(), state.pool.has_free());
        match judge_data(DataCase { status, holds, in_date, has_free }) {
            Ok(Processed::OfHolder) => {}
            Ok(Processed::TakesLicense) => {
                state.pool.take();
                let row = state.record(record);
                row.holds = true;
                let waited = std::mem::take(&mut row.waits);
                self.report_step(now, index, record.own_machine(), SolutionStep::LicenseTaken { waited });
            }
            Err(why) => self.discard(now, index, (client, record), (why, holds)),
        }
        self.expect_data(now.saturating_add(used.every), index, client, queue);
    }

    fn discard(
        &mut self,
        now: Time,
        index: usize,
        (client, record): (ClientId, RecordId),
        (why, holds): (Discarded, bool),
    ) {
        let row = self.solutions.each[index].record(record);
        let starts_waiting = waits_for_license(why, holds) && !row.waits;
        row.waits |= starts_waiting;
        // What follows from it for the pool follows for the record.
        let client = if starts_waiting { record.own_machine() } else { client };
        self.report_step(now, index, client, SolutionStep::DataDiscarded { why, starts_waiting });
    }

    fn plugin_of_solution_removed(&mut self, now: Time, index: usize, client: ClientId) {
        self.solutions.each[index].computer(client).due = Time::NEVER;
        self.report_step(now, index, client, SolutionStep::PluginRemoved);
        self.stop_waiting(now, index, self.record(client));
        self.give_back_of_uninstalled(now, index, client);
    }

    /// An action puts computers under the uninstall policy of a solution, or takes them out of it: the next membership update
    /// makes them targets (T2), their configuration requests after that learn of it. How many they are.
    pub(in crate::fleet) fn target_solution(
        &mut self,
        now: Time,
        selection: &Selection,
        (solution, uninstall): (Solution, bool),
        queue: &mut EventQueue,
    ) -> usize {
        let Some(index) = self.index_of(solution) else { return 0 };
        let clients = self.selected(now, selection, |client| self.has_plugin_of(index, client, uninstall));
        let update = targeting::next_membership_update(self.scenario, now); // T2
        for client in &clients {
            let computer = self.solutions.each[index].computer(*client);
            (computer.uninstall, computer.due) = (uninstall, Time::NEVER);
            if update == Time::NEVER {
                continue;
            }
            let request = self.next_configuration(*client, update);
            match uninstall {
                true => self.expect(request, index, *client, queue),
                false => self.expect_first_data(request, index, *client, queue),
            }
        }
        clients.len()
    }

    fn index_of(&self, solution: Solution) -> Option<usize> {
        self.solutions.each.iter().position(|state| state.scenario.solution == solution)
    }

    /// Does a live agent of a computer that uses a solution have the plug-in, or did a policy take it away?
    fn has_plugin_of(&self, index: usize, client: ClientId, has: bool) -> bool {
        let state = &self.solutions.each[index];
        self.state(client).is(Mark::Agent)
            && state.scenario.is_used_by(self.group_id(client).index())
            && state.computers[client.index()].uninstall != has
    }
}

//! How licenses of other solutions come back: S2.

use crate::fleet::Fleet;
use crate::fleet::fact::Observer;
use crate::fleet::solution_fact::{ReturnedBy, SolutionStep};
use crate::fleet::solutions::state::Unreleased;
use crate::rules::client::Status;
use crate::rules::solutions::{GivenBack, given_back, uninstalling_gives_back};
use crate::units::ids::{ClientId, RecordId};
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// A record has a new status: its licenses go back, wait for the licensing refresh, or stay.
    pub(in crate::fleet) fn settle_solutions(&mut self, now: Time, record: RecordId) {
        for index in self.solutions.all() {
            let status = self.record_state(record).status();
            if status != Status::Active {
                self.stop_waiting(now, index, record);
            }
            if !self.solutions.each[index].record(record).holds {
                continue;
            }
            match self.license_of_solution(index, status) {
                GivenBack::Now => self.return_license_of(now, index, record, ReturnedBy::Status),
                GivenBack::AtRefresh | GivenBack::AfterUpgrade => {
                    let deleted = status == Status::Deleted;
                    let state = &mut self.solutions.each[index];
                    state.record(record).holds = !deleted;
                    state.unreleased.push(Unreleased { record, deleted });
                }
                GivenBack::Kept => {}
            }
        }
    }

    /// What becomes of a license whose record has a status.
    fn license_of_solution(&self, index: usize, status: Status) -> GivenBack {
        let solution = self.solutions.each[index].scenario.solution;
        given_back(solution, status, &self.scenario.platform, self.server.version())
    }

    fn return_license_of(&mut self, now: Time, index: usize, record: RecordId, by: ReturnedBy) {
        let state = &mut self.solutions.each[index];
        state.record(record).holds = false;
        state.pool.release();
        self.report_step(now, index, record.own_machine(), SolutionStep::LicenseReturned(by));
    }

    /// The licensing refresh runs, for all solutions.
    pub(in crate::fleet) fn refresh_solutions(&mut self, now: Time) {
        for index in self.solutions.all() {
            let mut unreleased = std::mem::take(&mut self.solutions.each[index].unreleased);
            unreleased.sort_unstable();
            for entry in unreleased {
                self.refresh_license_of(now, index, entry);
            }
        }
    }

    fn refresh_license_of(&mut self, now: Time, index: usize, entry: Unreleased) {
        let Unreleased { record, deleted } = entry;
        if deleted {
            // A record that came since may hold a license of its own.
            let state = &mut self.solutions.each[index];
            state.pool.release();
            let step = SolutionStep::LicenseReturned(ReturnedBy::Refresh);
            return self.report_step(now, index, record.own_machine(), step);
        }
        if !self.solutions.each[index].record(record).holds {
            return; // it was deleted since, or is on the list twice
        }
        match self.license_of_solution(index, self.record_state(record).status()) {
            GivenBack::Now | GivenBack::AtRefresh => {
                self.return_license_of(now, index, record, ReturnedBy::Refresh);
            }
            GivenBack::AfterUpgrade => self.solutions.each[index].unreleased.push(entry),
            GivenBack::Kept => {} // it is Active again (V7)
        }
    }

    /// The plug-in of a solution is gone from a computer, by a policy; unless others that share its record have it.
    pub(super) fn give_back_of_uninstalled(&mut self, now: Time, index: usize, client: ClientId) {
        let record = self.record(client);
        let machines = self.machines_of(record);
        let state = &mut self.solutions.each[index];
        let in_use = machines.iter().any(|machine| state.computers[machine.index()].due != Time::NEVER);
        if !in_use && state.record(record).holds && uninstalling_gives_back(state.scenario.solution) {
            self.return_license_of(now, index, record, ReturnedBy::Uninstalling);
        }
    }
}

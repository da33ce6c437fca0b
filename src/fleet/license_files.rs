//! License files start and end, and the licensing refresh is scheduled. L1–L3, E1, M3, V1.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::event::Event;
use crate::fleet::fact::{Fact, Observer};
use crate::rules::maintenance::SolutionState;
use crate::rules::targeting;
use crate::scenario::model::Schedule;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Schedules what is known of licenses from the start: events of license files, the licensing refresh.
    pub(in crate::fleet) fn schedule_licensing(&self, queue: &mut EventQueue) {
        let calendar = self.licenses.calendar().iter().enumerate();
        for (line, (at, _, _)) in calendar.filter(|(_, (at, _, _))| *at >= Time::START) {
            queue.push(Event::LicenseFileEvent.at(*at, line as u32, 0));
        }
        if matches!(self.scenario.platform.licensing_refresh, Schedule::Every { .. }) {
            self.schedule_refresh(Time::START, queue);
        }
    }

    /// Schedules the first run of the licensing refresh at or after an instant.
    pub(in crate::fleet) fn schedule_refresh(&self, from: Time, queue: &mut EventQueue) {
        let next = targeting::next_run(self.scenario.platform.licensing_refresh, from);
        queue.push(Event::LicensingRefresh.at(next, 0, 0));
    }

    /// A license file starts or ends, or its maintenance does.
    pub(in crate::fleet) fn license_file_event(&mut self, now: Time, line: u32, queue: &mut EventQueue) {
        let (_, event, file) = self.licenses.calendar()[line as usize];
        let worked = self.works() == SolutionState::Working;
        self.licenses.update_entitlement(now);
        self.report(now, Fact::LicenseFileEvent { file, turn: event });
        self.report(now, Fact::Entitlement(self.licenses.pool().entitlement()));
        self.judge_coverage(now);
        self.release_expired(now);
        if !worked && self.works() == SolutionState::Working {
            self.resume_patching(now, queue); // E1, M3
        }
        self.review_parked(now, ClientId::first(self.len()), queue);
    }
}

//! What clients report, on its way through the event queue of the server: C2, C6.
//!
//! Reports are Basic Inventories and scan results; configuration requests are answered directly. Without a backlog, a
//! report is processed in the instant in which it arrives, and none waits.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::chain::backlog::{Report, Waiting};
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::rules::event_queue::processed_at;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// A report arrives: it is processed, now or after those before it.
    pub(in crate::fleet) fn arrives(
        &mut self,
        now: Time,
        client: ClientId,
        report: Report,
        queue: &mut EventQueue,
    ) {
        if !self.reports_wait(now) {
            return self.process(now, client, report, queue);
        }
        let at = processed_at(&self.scenario.over_time.event_queue, now);
        self.backlog.push(Waiting { client, epoch: self.epoch(client), report });
        queue.push(Event::ReportProcessed.at(at, 0, 0));
    }

    /// Does what arrives now wait?
    pub(super) fn reports_wait(&self, now: Time) -> bool {
        let over_time = &self.scenario.over_time;
        over_time.has_backlog()
            && (processed_at(&over_time.event_queue, now) > now || !self.backlog.is_empty())
    }

    /// The report that waits longest is processed. Which one this event was scheduled for does not matter: they are
    /// processed in the order in which they arrived, and as many events come as reports wait.
    pub(in crate::fleet) fn report_processed(&mut self, now: Time, queue: &mut EventQueue) {
        let Some(Waiting { client, epoch, report }) = self.backlog.pop() else { return };
        // A result counts for the record, whatever has become of the agent; an inventory that is out of date does not.
        let counts = report == Report::ScanResult || self.epoch(client) == epoch;
        if counts {
            self.process(now, client, report, queue);
        }
    }

    fn process(&mut self, now: Time, client: ClientId, report: Report, queue: &mut EventQueue) {
        match report {
            Report::Registration => self.register(now, client, queue),
            Report::Return => self.come_back(now, client, queue),
            Report::ByHand { plugin } => self.inventory_by_hand(now, (client, plugin), queue),
            Report::Plugin => self.plugin_reported(now, client, queue),
            Report::Removal => self.removal_reported(now, client, queue),
            Report::ScanResult => self.result_processed(now, client, queue),
        }
    }
}

//! Scans beside the schedule: with a Software Update Cycle, when a patch update policy arrives, by a task. C8.
//!
//! The scheduled scans go on beside them. One that would not end before the PC goes off begins anew when it is on again.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::fleet::schedule::periodic::scan_time;
use crate::rules::client::Mark;
use crate::rules::consumption::ScanCase;
use crate::scenario::model::Selection;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// A client scans when its Software Update Cycle starts (0) or ends (1).
    pub(in crate::fleet) fn scan_with_cycle(
        &self,
        now: Time,
        client: ClientId,
        at_end: u64,
        queue: &mut EventQueue,
    ) {
        let Some(updates) = &self.patching else { return };
        let ordinal = 2 * u64::from(updates.cycles_run(client)) + at_end;
        self.scan_beside(
            Event::ExtraScanReturned,
            now,
            client,
            (Decision::CycleScanDuration, ordinal),
            queue,
        );
    }

    /// A client scans when its configuration request has brought a new patch update policy (C8).
    pub(in crate::fleet) fn scan_with_policy(&self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let Some(updates) = &self.patching else { return };
        let ordinal = u64::from(self.epoch(client)) << 16 | u64::from(updates.received(client));
        let draw = (Decision::PolicyScanDuration, ordinal);
        self.scan_beside(Event::ExtraScanReturned, now, client, draw, queue);
    }

    /// A task of an administrator runs a scan on these clients, at once or when the PC is on (C8); how many they are.
    pub(in crate::fleet) fn run_scan_task(
        &self,
        now: Time,
        selection: &Selection,
        queue: &mut EventQueue,
    ) -> usize {
        let able = |client| self.state(client).is(Mark::Agent) && self.state(client).is(Mark::Plugin);
        let clients = self.selected(now, selection, able);
        for &client in &clients {
            let draw = (Decision::TaskScanDuration, now.ms() as u64);
            self.scan_beside(Event::TaskScanReturned, now, client, draw, queue);
        }
        clients.len()
    }

    /// Schedules the result of a scan that begins now, or when the PC is on.
    fn scan_beside(
        &self,
        event: Event,
        now: Time,
        client: ClientId,
        (decision, ordinal): (Decision, u64),
        queue: &mut EventQueue,
    ) {
        let (draws, entity) = self.draws(client);
        let duration = scan_time(&self.scenario.scan, draws, decision, entity, ordinal);
        let ends = match self.hours(client) {
            None => Some(now + duration),
            Some(hours) => hours.scan_ends(now, duration),
        };
        if let Some(ends) = ends {
            self.schedule(event, ends, client, queue);
        }
    }

    /// The result of a scan beside the schedule reaches the server.
    pub(in crate::fleet) fn extra_scan_returned(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let _ = self.apply(now, client, self.scan_case(now, client), queue);
    }

    /// The same of a scan by task, which the scan policy does not rule (C8).
    pub(in crate::fleet) fn task_scan_returned(
        &mut self,
        now: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        let known = ScanCase { scan_policy: true, ..self.scan_case(now, client) };
        let _ = self.apply(now, client, known, queue);
    }
}

//! New images on PCs: V10.

use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::{Observer, Step};
use crate::fleet::schedule::periodic::delay;
use crate::rules::client::{ClientState, Mark};
use crate::rules::recovery::takes_second_record;
use crate::scenario::model::Keys;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// A PC gets a new image: its agent stops, the disk is wiped, the record and its license stay.
    pub(super) fn reimage(&mut self, now: Time, client: ClientId, keys: Keys, queue: &mut EventQueue) {
        self.agent_stops(now, client, queue);
        let state = self.state(client).wiped().without(Mark::AgentUninstalled).with(Mark::Imaging);
        let state = if takes_second_record(keys) { state.with(Mark::LeftBehind) } else { state };
        if let Some(updates) = &mut self.patching {
            updates.wipe(client);
        }
        self.change(now, client, state, Step::Reimaged(keys));
        let (draws, entity) = self.draws(client);
        let distribution = &self.scenario.platform.reimage_time;
        let epoch = u64::from(self.epoch(client));
        let takes = delay(distribution, draws, Decision::ReimageTime, entity, epoch);
        self.schedule(Event::ImageApplied, self.when_on(client, now + takes), client, queue);
    }

    /// The agent of the new image starts, as the same client or, where no key matches, as another one.
    pub(in crate::fleet) fn image_applied(&mut self, now: Time, client: ClientId, queue: &mut EventQueue) {
        let state = self.state(client);
        let row = if state.is(Mark::LeftBehind) {
            self.second_record(now, client, ClientState::default().with(Mark::Agent))
        } else {
            self.change(now, client, state.with(Mark::Agent), Step::ImageApplied);
            client
        };
        self.schedule(Event::FirstContact, self.when_on(row, now), row, queue);
    }
}

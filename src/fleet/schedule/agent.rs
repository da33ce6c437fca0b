//! When an agent does what it does periodically: configuration requests, inventories; and the events of its chain.

use crate::engine::distribution::Distribution;
use crate::engine::queue::EventQueue;
use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::event::Event;
use crate::fleet::fact::Observer;
use crate::fleet::schedule::online_hours::Hours;
use crate::fleet::schedule::periodic::{Occurrences, anchor, delay};
use crate::rules::contact::{NextRequest, next_request};
use crate::rules::event_queue::{arrived_by, processed_at};
use crate::scenario::model::{PeriodicSchedule, Phase, ReturnAfterDelete};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

pub(super) const CONFIGURATION: [Decision; 2] = [Decision::ConfigurationPhase, Decision::ConfigurationJitter];
pub(super) const INVENTORY: [Decision; 2] = [Decision::InventoryPhase, Decision::InventoryJitter];

impl<O: Observer> Fleet<'_, O> {
    /// Schedules an event of a client's chain, which a later cut of the chain makes stale.
    pub(in crate::fleet) fn schedule(
        &self,
        event: Event,
        at: Time,
        client: ClientId,
        queue: &mut EventQueue,
    ) {
        queue.push(event.at(at, client.0, self.epoch(client)));
    }

    /// The first configuration request of a client's agent at or after an instant (C0) that the server answers: one that
    /// fails is not made up for before the next one.
    pub(in crate::fleet) fn next_configuration(&self, client: ClientId, from: Time) -> Time {
        if !self.scenario.over_time.requests.is_empty() {
            return self.next_request_by_rhythms(client, from);
        }
        self.first_that_succeeds(client, from, Decision::RequestRefused, |from| {
            match next_request(self.first_requests.of(client), from) {
                NextRequest::First(first) => first,
                NextRequest::OfRhythm => {
                    let schedule = &self.scenario.platform.configuration_request;
                    self.next_occurrence(client, schedule, CONFIGURATION, from)
                }
            }
        })
    }

    /// A new agent sends its first inventory: when it asks for policies the first time, where its rhythm starts (C0).
    pub(in crate::fleet) fn begin_requests(&mut self, now: Time, client: ClientId) {
        let epoch = u64::from(self.epoch(client));
        let distribution = &self.scenario.platform.first_contact;
        let wait = self.delay_of_epoch(client, distribution, Decision::FirstRequest, epoch);
        self.first_requests.set(client, self.when_on(client, now + wait));
    }

    /// The agent of a client goes on as another record: so does the rhythm of its requests (V5).
    pub(in crate::fleet) fn continue_requests(&mut self, client: ClientId, as_other: ClientId) {
        let schedule = &self.scenario.platform.configuration_request;
        let first = match self.first_requests.of(client) {
            None if schedule.phase == Phase::FirstContact && schedule.every > Span::ZERO => {
                let second = self.anchor(client, schedule, Decision::ConfigurationPhase);
                Some(Time(second.ms() - schedule.every.ms()))
            }
            first => first,
        };
        if let Some(first) = first {
            self.first_requests.set(as_other, first);
        }
    }

    pub(in crate::fleet) fn next_inventory(&self, client: ClientId, from: Time) -> Time {
        let schedule = &self.scenario.platform.basic_inventory;
        let is_changed = !self.scenario.over_time.inventories.is_empty();
        self.first_that_succeeds(client, from, Decision::InventoryRefused, |from| match is_changed {
            true => self.next_inventory_by_rhythms(client, from),
            false => self.next_occurrence(client, schedule, INVENTORY, from),
        })
    }

    /// When a live agent whose record was deleted registers again (V5).
    pub(in crate::fleet) fn next_return(&self, client: ClientId, from: Time) -> Time {
        match self.scenario.platform.return_after_delete {
            ReturnAfterDelete::NextRequest => self.next_configuration(client, from),
            ReturnAfterDelete::NextInventory => self.next_inventory(client, from),
        }
    }

    /// When the server learns that the plug-in of a client changed at `now` (C2). Where the inventory that the change
    /// triggers fails, it is sent with the next configuration request that succeeds.
    pub(in crate::fleet) fn next_inventory_after_change(&self, client: ClientId, now: Time) -> Time {
        if self.scenario.platform.inventory_after_plugin_change {
            let at = self.when_on(client, now);
            if !self.is_refused(client, at, Decision::InventoryRefused) {
                return at;
            }
            let later = Time(at.ms() + 1);
            return self.next_configuration(client, later).min(self.next_inventory(client, later));
        }
        self.next_inventory(client, now)
    }

    /// The last configuration request or inventory of an agent whose PC is always on, at or before an instant.
    pub(in crate::fleet) fn last_contact(&self, client: ClientId, upto: Time) -> Time {
        self.last_configuration(client, upto).max(self.last_inventory(client, upto))
    }

    /// The last Basic Inventory of a live agent that the server processed up to an instant; one was at `known`.
    pub(in crate::fleet) fn last_inventory_since(&self, client: ClientId, known: Time, upto: Time) -> Time {
        let Some(hours) = self.hours(client) else { return known.max(self.last_inventory(client, upto)) };
        let delays = &self.scenario.over_time.event_queue;
        let (Some(sent), Some(bound)) = (arrived_by(delays, known), arrived_by(delays, upto)) else {
            return known;
        };
        let mut last = sent;
        if self.scenario.platform.basic_inventory.every == Span::ZERO {
            last = hours.last_on(bound, sent);
        } else {
            loop {
                let next = self.next_inventory(client, Time(last.ms() + 1).max(Time::START));
                if next > bound {
                    break;
                }
                last = next;
            }
        }
        if last > sent { known.max(processed_at(delays, last)) } else { known }
    }

    fn last_configuration(&self, client: ClientId, upto: Time) -> Time {
        let schedule = &self.scenario.platform.configuration_request;
        self.last_that_succeeded(client, upto, Decision::RequestRefused, |upto| {
            let of_rhythm = || match self.scenario.over_time.requests.is_empty() {
                true => self.last_occurrence(client, schedule, CONFIGURATION, upto),
                false => self.last_request_by_rhythms(client, upto),
            };
            match self.first_requests.of(client) {
                Some(first) if upto < first => Time::START,
                Some(first) => first.max(of_rhythm()),
                None => of_rhythm(),
            }
        })
    }

    fn last_inventory(&self, client: ClientId, upto: Time) -> Time {
        let schedule = &self.scenario.platform.basic_inventory;
        let delays = &self.scenario.over_time.event_queue;
        let Some(arrived) = arrived_by(delays, upto) else { return Time::START };
        let is_changed = !self.scenario.over_time.inventories.is_empty();
        let last =
            self.last_that_succeeded(client, arrived, Decision::InventoryRefused, |upto| match is_changed {
                true => self.last_inventory_by_rhythms(client, upto),
                false => self.last_occurrence(client, schedule, INVENTORY, upto),
            });
        if last > Time::START { processed_at(delays, last) } else { last }
    }

    /// The first occurrence of something periodic that an agent does at or after an instant.
    fn next_occurrence(
        &self,
        client: ClientId,
        schedule: &PeriodicSchedule,
        [phase, jitter]: [Decision; 2],
        from: Time,
    ) -> Time {
        self.next_in(client, (schedule, self.anchor(client, schedule, phase)), jitter, from)
    }

    /// The same of a grid.
    pub(super) fn next_in(
        &self,
        client: ClientId,
        (schedule, anchor): (&PeriodicSchedule, Time),
        jitter: Decision,
        from: Time,
    ) -> Time {
        if schedule.every.ms() == 0 {
            return self.when_on(client, from);
        }
        let (draws, entity) = self.draws(client);
        let occurrences = Occurrences { schedule, draws, jitter, entity, anchor, ordinal: 0, drawn: None };
        match self.hours(client) {
            None => occurrences.next(from, 0).1,
            Some(hours) => hours.next_occurrence(&occurrences, from),
        }
    }

    /// The last occurrence of something periodic that an agent does at or before an instant; the start when there was none.
    fn last_occurrence(
        &self,
        client: ClientId,
        schedule: &PeriodicSchedule,
        [phase, jitter]: [Decision; 2],
        upto: Time,
    ) -> Time {
        self.last_in(client, (schedule, self.anchor(client, schedule, phase)), jitter, upto)
    }

    /// The same of a grid.
    pub(super) fn last_in(
        &self,
        client: ClientId,
        (schedule, anchor): (&PeriodicSchedule, Time),
        jitter: Decision,
        upto: Time,
    ) -> Time {
        if schedule.every.ms() == 0 {
            return upto;
        }
        let (draws, entity) = self.draws(client);
        let occurrences = Occurrences { schedule, draws, jitter, entity, anchor, ordinal: 0, drawn: None };
        occurrences.last(upto).unwrap_or(Time::START)
    }

    /// The hours of a client that is not always on.
    #[inline]
    pub(in crate::fleet) fn hours(&self, client: ClientId) -> Option<Hours<'_>> {
        let online = self.group(client).online.as_ref()?;
        let (draws, entity) = self.draws(client);
        let spread = &self.scenario.platform.start_spread;
        Some(Hours { online, spread, draws, entity })
    }

    /// When a client does what is due at an instant.
    #[inline]
    pub(in crate::fleet) fn when_on(&self, client: ClientId, at: Time) -> Time {
        self.hours(client).map_or(at, |hours| hours.when_on(at))
    }

    /// What was drawn beforehand for a client, while its row still holds it.
    #[inline]
    fn predrawn(&self, client: ClientId, decision: Decision) -> Option<i64> {
        let row = &self.clients[client.index()];
        let places = &self.predrawn[row.group().index()];
        row.predrawn(places.iter().position(|place| *place == Some(decision))?)
    }

    /// Where a client's grid of something periodic is anchored.
    pub(super) fn anchor(&self, client: ClientId, schedule: &PeriodicSchedule, phase: Decision) -> Time {
        if schedule.every == Span::ZERO {
            return Time::START; // done at once whenever it is wanted: there is no grid
        }
        if schedule.phase == Phase::FirstContact
            && let Some(first) = self.first_requests.of(client)
        {
            return first + schedule.every; // the second request
        }
        if let Some(share) = self.predrawn(client, phase) {
            return Time(share);
        }
        let known = match (self.initial(client), phase) {
            (None, _) => None,
            (Some(initial), Decision::ConfigurationPhase) => initial.last_configuration,
            (Some(initial), _) => initial.last_inventory,
        };
        if let Some(last) = known {
            return last.in_period(schedule.every);
        }
        let (draws, entity) = self.draws(client);
        anchor(schedule, draws, phase, entity)
    }

    /// A delay of the current epoch of a client; the ordinal is the one of that epoch.
    pub(in crate::fleet) fn delay_of_epoch(
        &self,
        client: ClientId,
        distribution: &Distribution,
        decision: Decision,
        ordinal: u64,
    ) -> Span {
        if self.epoch(client) == 0
            && let Some(amount) = self.predrawn(client, decision)
        {
            return Span(amount);
        }
        let (draws, entity) = self.draws(client);
        delay(distribution, draws, decision, entity, ordinal)
    }
}

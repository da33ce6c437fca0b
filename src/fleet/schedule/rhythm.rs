//! The rhythm of an agent where actions change it: from which contact on it follows which schedule.
//!
//! A change has a known instant, and an agent learns of it at its first configuration request from then on. So the rhythms
//! of a client are a function of its first request and of the changes: nothing is kept of a client, and there is no event.

use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::fact::Observer;
use crate::fleet::schedule::agent::{CONFIGURATION, INVENTORY};
use crate::fleet::schedule::periodic::share_of;
use crate::rules::contact::{NextRequest, next_request};
use crate::scenario::model::over_time::ChangedSchedule;
use crate::scenario::model::{PeriodicSchedule, Phase};
use crate::units::ids::ClientId;
use crate::units::time::{Span, Time};

/// A schedule, and from when on a client follows it.
struct Rhythm<'s> {
    /// Its occurrences come after this instant: that of the request which brought it.
    after: Time,
    schedule: &'s PeriodicSchedule,
    anchor: Time,
}

/// Before all that is simulated.
const BEFORE: Time = Time(i64::MIN);

impl<'s, O: Observer> Fleet<'s, O> {
    /// The first configuration request from an instant on that succeeds, where actions change the rhythm.
    pub(super) fn next_request_by_rhythms(&self, client: ClientId, from: Time) -> Time {
        self.next_request_of(client, &self.request_rhythms(client), from)
    }

    /// The last one up to an instant, of an agent whose PC is always on, whether it succeeded or not.
    pub(super) fn last_request_by_rhythms(&self, client: ClientId, upto: Time) -> Time {
        self.last_of(client, &self.request_rhythms(client), CONFIGURATION[1], upto)
    }

    /// The first Basic Inventory from an instant on, whether it succeeds or not, likewise.
    pub(super) fn next_inventory_by_rhythms(&self, client: ClientId, from: Time) -> Time {
        self.next_of(client, &self.inventory_rhythms(client), INVENTORY[1], from)
    }

    /// The last one up to an instant, likewise.
    pub(super) fn last_inventory_by_rhythms(&self, client: ClientId, upto: Time) -> Time {
        self.last_of(client, &self.inventory_rhythms(client), INVENTORY[1], upto)
    }

    /// The rhythms of a client's requests. A new agent has the one that holds at its first request; each later one begins a
    /// period after the request that brings it.
    fn request_rhythms(&self, client: ClientId) -> Vec<Rhythm<'s>> {
        self.rhythms(
            client,
            &self.scenario.over_time.requests,
            (&self.scenario.platform.configuration_request, CONFIGURATION[0]),
            |rhythms, changed| self.next_request_of(client, rhythms, changed),
            |learned, schedule, _| learned + schedule.every,
        )
    }

    /// Those of its inventories: each begins with the request that brings it, and the first inventory comes a part of the
    /// period later that is drawn for each client and change.
    fn inventory_rhythms(&self, client: ClientId) -> Vec<Rhythm<'s>> {
        self.rhythms(
            client,
            &self.scenario.over_time.inventories,
            (&self.scenario.platform.basic_inventory, INVENTORY[0]),
            |_, changed| self.next_configuration(client, changed),
            |learned, schedule, known| {
                learned + self.share_of_period(client, schedule, Decision::InventoryRestart, known as u64)
            },
        )
    }

    /// The rhythms of a client, one after the other. `learns`: when it learns of a change at an instant, by the rhythms
    /// before it; `first`: the first occurrence of a schedule learned of then, the `known`-th change, without a phase.
    fn rhythms(
        &self,
        client: ClientId,
        changes: &'s [ChangedSchedule],
        (schedule, phase): (&'s PeriodicSchedule, Decision),
        learns: impl Fn(&[Rhythm], Time) -> Time,
        first: impl Fn(Time, &PeriodicSchedule, usize) -> Time,
    ) -> Vec<Rhythm<'s>> {
        let (mut rhythms, mut known) = self.first_rhythm(client, changes, schedule, phase);
        while known < changes.len() {
            let learned = learns(&rhythms, changes[known].at);
            if learned == Time::NEVER {
                break;
            }
            known = changes.partition_point(|change| change.at <= learned);
            let schedule = &changes[known - 1].schedule;
            let anchor = match (changes[known - 1].phase, schedule.phase) {
                (true, Phase::Fixed(offset)) => Time::START + offset,
                _ => first(learned, schedule, known),
            };
            rhythms.push(Rhythm { after: learned, schedule, anchor });
        }
        rhythms
    }

    /// The rhythm that an agent starts with, and how many changes it knows by then.
    fn first_rhythm(
        &self,
        client: ClientId,
        changes: &'s [ChangedSchedule],
        schedule: &'s PeriodicSchedule,
        phase: Decision,
    ) -> (Vec<Rhythm<'s>>, usize) {
        let first = self.first_requests.of(client);
        let known = first.map_or(0, |first| changes.partition_point(|change| change.at <= first));
        let rhythm = match (known.checked_sub(1).map(|last| &changes[last].schedule), first) {
            (Some(schedule), Some(first)) => {
                let anchor = match schedule.phase {
                    Phase::FirstContact => first + schedule.every, // the second request
                    Phase::Fixed(offset) => Time::START + offset,
                    Phase::Random | Phase::AfterPackage => {
                        Time::START + self.share_of_period(client, schedule, phase, 0)
                    }
                };
                Rhythm { after: BEFORE, schedule, anchor }
            }
            _ => Rhythm { after: BEFORE, schedule, anchor: self.anchor(client, schedule, phase) },
        };
        (vec![rhythm], known)
    }

    fn share_of_period(
        &self,
        client: ClientId,
        schedule: &PeriodicSchedule,
        decision: Decision,
        ordinal: u64,
    ) -> Span {
        let (draws, entity) = self.draws(client);
        Span(share_of(schedule.every.ms(), draws.at(decision as u16, entity, ordinal)))
    }

    fn next_request_of(&self, client: ClientId, rhythms: &[Rhythm], from: Time) -> Time {
        self.first_that_succeeds(client, from, Decision::RequestRefused, |from| {
            match next_request(self.first_requests.of(client), from) {
                NextRequest::First(first) => first,
                NextRequest::OfRhythm => self.next_of(client, rhythms, CONFIGURATION[1], from),
            }
        })
    }

    /// The first occurrence at or after an instant.
    fn next_of(&self, client: ClientId, rhythms: &[Rhythm], jitter: Decision, from: Time) -> Time {
        let ends = rhythms.iter().skip(1).map(|rhythm| rhythm.after).chain([Time::NEVER]);
        for (rhythm, end) in rhythms.iter().zip(ends) {
            let begins = Time(rhythm.after.ms().saturating_add(1));
            if from <= end {
                let at = self.next_in(client, (rhythm.schedule, rhythm.anchor), jitter, from.max(begins));
                if at <= end {
                    return at;
                }
            }
        }
        Time::NEVER
    }

    /// The last occurrence at or before an instant; the start when there was none.
    fn last_of(&self, client: ClientId, rhythms: &[Rhythm], jitter: Decision, upto: Time) -> Time {
        let ends = rhythms.iter().skip(1).map(|rhythm| rhythm.after).chain([Time::NEVER]);
        for (rhythm, end) in rhythms.iter().zip(ends).collect::<Vec<_>>().into_iter().rev() {
            if rhythm.after < upto {
                let at = self.last_in(client, (rhythm.schedule, rhythm.anchor), jitter, upto.min(end));
                if at > rhythm.after && at > Time::START {
                    return at;
                }
            }
        }
        Time::START
    }
}

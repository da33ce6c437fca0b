//! Which contacts of a client with the server succeed.
//!
//! Whether a contact with a busy server fails is a draw addressed by its instant: the next contact that succeeds is
//! arithmetic, like the rhythm of an agent.

use crate::fleet::Fleet;
use crate::fleet::decision::Decision;
use crate::fleet::fact::Observer;
use crate::rules::contact::Refusal;
use crate::scenario::model::Share;
use crate::units::ids::ClientId;
use crate::units::time::Time;

impl<O: Observer> Fleet<'_, O> {
    /// Does a contact of a client at an instant fail? The decision is that of the kind of contact.
    #[inline]
    pub(in crate::fleet) fn is_refused(&self, client: ClientId, at: Time, contact: Decision) -> bool {
        let refusal = self.reachability.refusal(self.group_id(client), at);
        refusal.is_some_and(|refusal| self.fails(refusal, client, at, contact))
    }

    fn fails(&self, refusal: Refusal, client: ClientId, at: Time, contact: Decision) -> bool {
        let (draws, entity) = self.draws(client);
        refusal.part == Share::ALL || refusal.part.takes(draws.at(contact as u16, entity, at.ms() as u64))
    }

    /// The first contact from an instant on that succeeds. `next`: the first one at or after an instant.
    #[inline]
    pub(super) fn first_that_succeeds(
        &self,
        client: ClientId,
        from: Time,
        contact: Decision,
        next: impl Fn(Time) -> Time,
    ) -> Time {
        let group = self.group_id(client);
        let mut at = next(from);
        while at != Time::NEVER
            && let Some(refusal) = self.reachability.refusal(group, at)
            && self.fails(refusal, client, at, contact)
        {
            let all = refusal.part == Share::ALL;
            at = next(if all { refusal.until } else { Time(at.ms() + 1) });
        }
        at
    }

    /// The last contact up to an instant that succeeded; the start when there was none. `last`: the last one at or
    /// before an instant, likewise.
    pub(super) fn last_that_succeeded(
        &self,
        client: ClientId,
        upto: Time,
        contact: Decision,
        last: impl Fn(Time) -> Time,
    ) -> Time {
        let group = self.group_id(client);
        let mut at = last(upto);
        while at > Time::START
            && let Some(refusal) = self.reachability.refusal(group, at)
            && self.fails(refusal, client, at, contact)
        {
            let all = refusal.part == Share::ALL;
            let before = if all { refusal.from.min(at) } else { at };
            at = last(Time(before.ms() - 1)).max(Time::START);
        }
        at
    }

    /// When a new agent tries again to register: a period of configuration requests later, or as many as the server is
    /// not reachable for.
    pub(in crate::fleet) fn next_registration(&self, now: Time, client: ClientId) -> Time {
        let every = self.scenario.platform.configuration_request.every;
        let refusal = self.reachability.refusal(self.group_id(client), now);
        let until = refusal.filter(|refusal| refusal.part == Share::ALL).map_or(now, |refusal| refusal.until);
        if until == Time::NEVER {
            return Time::NEVER;
        }
        if every.ms() == 0 {
            return self.when_on(client, until.max(Time(now.ms() + 1)));
        }
        let periods = ((until - now).ms() + every.ms() - 1).div_euclid(every.ms()).max(1);
        self.when_on(client, Time(now.ms() + periods * every.ms()))
    }
}
